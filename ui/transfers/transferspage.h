// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/page.h"

#include <QPointer>

class QAction;
class QLabel;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace condaoci::ui {

class FilesModel;
class JobsModel;
class SpeedGraph;
class Transfer;

/// The view of every transfer, running and past, and of the packages of the chosen one.
class TransfersPage final : public Page
{
    Q_OBJECT

public:
    explicit TransfersPage(Workspace& workspace, QWidget* parent = nullptr);

    void show(Transfer* transfer); ///< chooses it
    using QWidget::show;

    [[nodiscard]] QString filterHint() const override { return tr("Part of a package's file name"); }
    void setFilter(const QString& text) override;
    void fillMenu(QMenu& menu) override;

private:
    void buildActions();
    void buildTables();
    [[nodiscard]] QWidget* details();
    void choose(Transfer* transfer);
    void refresh();
    void retryFailed();
    void saveReport();
    void askToRemove();

    JobsModel* m_jobsModel;
    FilesModel* m_filesModel;
    QPointer<Transfer> m_chosen;
    QString m_filterText;
    QStackedWidget* m_stack = nullptr;
    QTableView* m_jobs = nullptr;
    QTableView* m_files = nullptr;
    QLabel* m_summary = nullptr;
    SpeedGraph* m_speed = nullptr;
    QToolButton* m_onlyFailed = nullptr;
    QAction* m_stop = nullptr;
    QAction* m_resume = nullptr;
    QAction* m_retry = nullptr;
    QAction* m_save = nullptr;
    QAction* m_copy = nullptr;
    QAction* m_remove = nullptr;
};

} // namespace condaoci::ui
