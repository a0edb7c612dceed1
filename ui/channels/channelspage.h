// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/channels/records.h"
#include "ui/page.h"

#include "core/mirror/places/location.h"

#include <QTimer>

#include <stop_token>

class QAction;
class QComboBox;
class QLabel;
class QMenu;
class QProgressBar;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace condaoci::ui {

class RecordPanel;
class RecordsModel;

/// The view of a channel's packages: filter, choose, compare with a registry, mirror.
class ChannelsPage final : public Page
{
    Q_OBJECT

public:
    explicit ChannelsPage(Workspace& workspace, QWidget* parent = nullptr);
    ~ChannelsPage() override;

    [[nodiscard]] QString filterHint() const override { return tr("zlib, py*, or numpy>=1.26"); }
    void setFilter(const QString& text) override;
    void entered() override;
    void fillMenu(QMenu& menu) override;

Q_SIGNALS:
    void filterWanted(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildActions();
    [[nodiscard]] QWidget* header();
    [[nodiscard]] QWidget* body();
    void listPlaces();
    void fillSubdirMenu();
    void openChannel(const QString& text);
    void showChannel(const QString& text);
    void removeChannel();
    [[nodiscard]] QStringList usualSubdirs() const; ///< that a new channel begins with
    void keepChoices(); ///< of platforms and registry, for this channel and as what a new one begins with
    void showSubdirs(const QStringList& subdirs);
    void read();
    [[nodiscard]] QString ticksFile(const QString& channel) const;
    void keepTicks();
    void restoreTicks();
    void lookAgain();
    void forgetRecords(); ///< of the channel before: nothing may be done with them under another name
    void compare();
    [[nodiscard]] std::set<FileKey> failedThere(const mirror::RegistryChannel& channel) const;
    void showCounts();
    void showReading(const QString& message, bool busy);
    void useSelection(bool asCommandLine);
    void mirrorEverything();
    void showRecord(int row);
    [[nodiscard]] bool isThere(int row) const;
    void lookInside();
    [[nodiscard]] mirror::CopyRequest request() const;
    [[nodiscard]] QStringList chosenSubdirs() const;

    RecordsModel* m_model;
    QComboBox* m_channel = nullptr;
    QComboBox* m_registry = nullptr;
    QToolButton* m_subdirs = nullptr;
    QList<QAction*> m_subdirActions;
    QLabel* m_counts = nullptr;
    QLabel* m_message = nullptr;
    QProgressBar* m_busy = nullptr;
    QStackedWidget* m_stack = nullptr;
    QTableView* m_table = nullptr;
    RecordPanel* m_panel = nullptr;
    QAction* m_add = nullptr;
    QAction* m_remove = nullptr;
    QAction* m_refresh = nullptr;
    QAction* m_mirrorSelected = nullptr;
    QAction* m_mirrorAll = nullptr;
    QAction* m_look = nullptr;
    QAction* m_copyCommand = nullptr;
    QAction* m_selectAll = nullptr;
    QAction* m_clear = nullptr;
    QString m_opened;         ///< the channel whose index is read or being read
    QString m_ticked;         ///< the channel whose records are ticked as they were, so that changes are to be kept
    FileKey m_looked;         ///< what was looked at, in the table that was there before
    bool m_isWriting = false; ///< the list of what is ticked
    FileWriter m_tickWriter;
    QTimer m_keepsTicks;
    std::stop_source m_reading;
    std::stop_source m_comparing;
};

} // namespace condaoci::ui
