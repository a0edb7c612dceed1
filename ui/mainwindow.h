// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/page.h"

#include <QMainWindow>

class QAction;
class QLineEdit;
class QListWidget;
class QStackedWidget;
class QSystemTrayIcon;

namespace condaoci::ui {

class ChannelsPage;
class ElidedLabel;
class ErrorStrip;
class FirstStart;
class TransferBar;
class RegistriesPage;
class Transfer;
class TransfersPage;

/// The window: its four views, the strip of problems, and the line of the running transfer. Opens the dialogs that the
/// views ask for.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    enum View { Channels, Registries, Cache, TransfersView };

    explicit MainWindow(Workspace& workspace, QWidget* parent = nullptr);
    ~MainWindow() override;

    void showView(View view);
    void bringToFront();
    /// Opens the Mirror dialog (on the cache's view: the Pull dialog) for exactly what these files name.
    void openLockFiles(const QStringList& paths);
    void openCopyDialog(const mirror::CopyRequest& request);
    void openCredentials(const QString& registry);
    /// Mirrors the sample channel into a layout in the workspace's folder, and shows it there.
    void tryIt();

Q_SIGNALS:
    /// The window is gone for good and nothing runs any more: the program may end.
    void done();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildPages();
    void buildActions();
    void buildMenus();
    void buildToolBar();
    void connectPage(Page* page);
    void connectTransfers();
    void showFilterProblem(const QString& message);
    void showProblem(const QString& message);
    void showOutcome(Transfer* transfer);
    void askBeforeClosing();
    void goOnInBackground();
    void leave();
    void showCurrentPage();
    [[nodiscard]] Page* currentPage() const;

    Workspace& m_workspace;
    QListWidget* m_views = nullptr;
    QStackedWidget* m_stack = nullptr;
    QList<Page*> m_pages; ///< by View
    ChannelsPage* m_channels = nullptr;
    RegistriesPage* m_registries = nullptr;
    TransfersPage* m_transfersPage = nullptr;
    FirstStart* m_firstStart = nullptr;
    ErrorStrip* m_problems = nullptr;
    TransferBar* m_transferBar = nullptr;
    QLineEdit* m_filter = nullptr;
    ElidedLabel* m_filterProblem = nullptr;
    QAction* m_filterProblemShown = nullptr;
    QMenu* m_pageMenu = nullptr;
    QSystemTrayIcon* m_tray = nullptr;
    QAction* m_mirror = nullptr;
    QAction* m_pull = nullptr;
    QAction* m_push = nullptr;
    QAction* m_openLockFile = nullptr;
    QAction* m_preferences = nullptr;
    QAction* m_about = nullptr;
    QAction* m_quit = nullptr;
    bool m_leaving = false;
    bool m_inBackground = false;
};

} // namespace condaoci::ui
