// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/page.h"

#include <QTimer>

#include <atomic>
#include <stop_token>

class QAction;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace condaoci::mirror {
struct CacheFile;
}

namespace condaoci::ui {

class CacheModel;
class Treemap;

/// The view of a cache on disk: what is in it and what takes the space; verify, push, delete.
class CachePage final : public Page
{
    Q_OBJECT

public:
    explicit CachePage(Workspace& workspace, QWidget* parent = nullptr);
    ~CachePage() override;

    [[nodiscard]] QString filterHint() const override { return tr("Part of a package's file name"); }
    void setFilter(const QString& text) override;
    void entered() override;
    void fillMenu(QMenu& menu) override;

private:
    void buildActions();
    [[nodiscard]] QWidget* full();
    [[nodiscard]] QWidget* picture();
    [[nodiscard]] QHBoxLayout* foot();
    [[nodiscard]] QWidget* empty();
    void listCaches();
    void openCache();
    void read();
    void verify();
    struct Verification;
    [[nodiscard]] static Verification summed(std::vector<mirror::CacheFile> files);
    void showVerified(Verification found);
    void push();
    void askToDelete();
    void deleteChosen(const std::vector<mirror::CacheFile>& files);
    void showTotals();
    void showParts();
    [[nodiscard]] QString directory() const;
    [[nodiscard]] std::vector<mirror::CacheFile> chosen() const;
    /// Of the chosen files, or where none is chosen the first that there is.
    [[nodiscard]] QString channelOf(const std::vector<mirror::CacheFile>& files) const;

    CacheModel* m_model;
    QComboBox* m_caches = nullptr;
    QStackedWidget* m_stack = nullptr;
    QTableView* m_table = nullptr;
    Treemap* m_treemap = nullptr;
    QPushButton* m_up = nullptr;
    QToolButton* m_onlyDamaged = nullptr;
    QLabel* m_totals = nullptr;
    QLabel* m_summary = nullptr;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_stop = nullptr;
    QAction* m_verify = nullptr;
    QAction* m_push = nullptr;
    QAction* m_delete = nullptr;
    QAction* m_show = nullptr;
    QAction* m_copy = nullptr;
    QAction* m_refresh = nullptr;
    QAction* m_open = nullptr;
    QAction* m_remove = nullptr;
    QString m_filter;
    bool m_isChannel = false; ///< the directory is a channel and not a folder of channels
    QStringList m_opened;     ///< parts of the treemap that were opened: channel, platform, package
    QString m_shown;          ///< the directory that is in the model
    std::stop_source m_reading;
    std::stop_source m_summing;
    std::stop_source m_verifying;
    std::shared_ptr<std::atomic<qint64>> m_bytesRead;
    QTimer m_ticks;
};

} // namespace condaoci::ui
