// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// How the window is laid out; what it does is in mainwindow.cpp.
#include "ui/cache/cachepage.h"
#include "ui/channels/channelspage.h"
#include "ui/dialogs/aboutdialog.h"
#include "ui/dialogs/preferencesdialog.h"
#include "ui/firststart.h"
#include "ui/mainwindow.h"
#include "ui/registries/registriespage.h"
#include "ui/transfers/transfer.h"
#include "ui/transfers/transferbar.h"
#include "ui/transfers/transferspage.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/errorstrip.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/tables.h"

#include <QAction>
#include <QFileDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QStackedWidget>
#include <QToolBar>
#include <QVBoxLayout>

namespace condaoci::ui {

using Verb = mirror::CopyRequest::Verb;

void MainWindow::buildPages()
{
    m_views = new QListWidget;
    m_views->setObjectName(QStringLiteral("views"));
    m_views->setAccessibleName(tr("Views"));
    m_views->setFixedWidth(150);
    m_views->setFrameShape(QFrame::NoFrame);
    m_views->setIconSize({22, 22});
    m_views->setSpacing(2);
    m_stack = new QStackedWidget;
    const auto add = [this](Page* page, const char* iconName, const QString& name) {
        m_pages.append(page);
        m_stack->addWidget(page);
        auto* item = new QListWidgetItem(icon(iconName), name, m_views);
        item->setSizeHint({0, 36});
        item->setToolTip(tr("%1 (Ctrl+%2)").arg(name).arg(m_pages.size()));
        connectPage(page);
    };
    m_channels = new ChannelsPage(m_workspace);
    m_registries = new RegistriesPage(m_workspace);
    m_transfersPage = new TransfersPage(m_workspace);
    add(m_channels, "package-x-generic", tr("Channels"));
    add(m_registries, "network-server", tr("Registries"));
    add(new CachePage(m_workspace), "drive-harddisk", tr("Cache"));
    add(m_transfersPage, "document-send", tr("Transfers"));
    m_firstStart = new FirstStart;
    m_stack->addWidget(m_firstStart);
    connect(m_firstStart, &FirstStart::tryItWanted, this, &MainWindow::tryIt);
    connect(m_firstStart, &FirstStart::registryWanted, this, [this] { openCredentials({}); });
    connect(m_firstStart, &FirstStart::cacheWanted, this, [this] {
        auto* dialog = new QFileDialog(this, tr("Open a cache"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::Directory);
        connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
            m_workspace.addCache(path);
            showView(Cache);
        });
        dialog->open();
    });

    m_problems = new ErrorStrip;
    m_transferBar = new TransferBar(m_workspace.transfers());
    connect(m_transferBar, &TransferBar::detailsWanted, this, [this](Transfer* transfer) {
        showView(TransfersView);
        m_transfersPage->show(transfer);
    });
    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_stack, 1);
    column->addWidget(m_problems);
    column->addWidget(m_transferBar);
    auto* central = new QWidget;
    auto* row = new QHBoxLayout(central);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_views);
    row->addWidget(right, 1);
    setCentralWidget(central);
    connect(m_views, &QListWidget::currentRowChanged, this, [this] { showCurrentPage(); });
    // From the first start's cards a click on the view that is current already leads there, too.
    connect(m_views, &QListWidget::itemClicked, this, [this] { showCurrentPage(); });
}

void MainWindow::connectPage(Page* page)
{
    connect(page, &Page::problem, this, &MainWindow::showProblem);
    connect(page, &Page::copyWanted, this, &MainWindow::openCopyDialog);
    connect(page, &Page::signInWanted, this, &MainWindow::openCredentials);
    connect(page, &Page::filterProblem, this, [this, page](const QString& message) {
        if (page != currentPage())
            return;
        showFilterProblem(message);
    });
}

void MainWindow::buildActions()
{
    const auto action = [this](const char* name, const char* iconName, const QString& text, const QKeySequence& key) {
        auto* made = new QAction(icon(iconName), text, this);
        made->setObjectName(QLatin1String(name));
        made->setShortcut(key);
        return made;
    };
    m_mirror = action("mirrorAction", "document-send", tr("&Mirror…"), QKeySequence(Qt::CTRL | Qt::Key_M));
    m_mirror->setToolTip(tr("Copy a conda channel into a registry (Ctrl+M)"));
    m_pull = action("pullAction", "folder-download", tr("P&ull…"), QKeySequence(Qt::CTRL | Qt::Key_U));
    m_pull->setToolTip(tr("Fetch packages from a registry into a folder (Ctrl+U)"));
    m_push = action("pushAction", "folder-upload", tr("Pu&sh…"), QKeySequence(Qt::CTRL | Qt::Key_P));
    m_push->setToolTip(tr("Send packages from a folder to a registry (Ctrl+P)"));
    m_openLockFile = action("lockFileAction", "folder-open", tr("&Open a Lock File…"), QKeySequence::Open);
    m_preferences =
        action("preferencesAction", "preferences-system", tr("Pre&ferences…"), QKeySequence(Qt::CTRL | Qt::Key_Comma));
    m_preferences->setMenuRole(QAction::PreferencesRole);
    m_about = action("aboutAction", "help-about", tr("&About Conda OCI Mirror"), {});
    m_about->setMenuRole(QAction::AboutRole);
    m_quit = action("quitAction", "application-exit", tr("&Quit"), QKeySequence::Quit);
    m_quit->setMenuRole(QAction::QuitRole);
    connect(m_mirror, &QAction::triggered, this, [this] { openCopyDialog(m_workspace.lastRequest(Verb::Mirror)); });
    connect(m_pull, &QAction::triggered, this, [this] { openCopyDialog(m_workspace.lastRequest(Verb::PullCache)); });
    connect(m_push, &QAction::triggered, this, [this] { openCopyDialog(m_workspace.lastRequest(Verb::PushCache)); });
    connect(m_quit, &QAction::triggered, this, &MainWindow::close);
    connect(m_openLockFile, &QAction::triggered, this, [this] {
        auto* dialog = new QFileDialog(this, tr("Open a lock file"), {},
                                       tr("Lock files (*.lock *.yml *.yaml *.txt);;All files (*)"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFiles);
        connect(dialog, &QFileDialog::filesSelected, this, &MainWindow::openLockFiles);
        dialog->open();
    });
    connect(m_preferences, &QAction::triggered, this, [this] {
        auto* dialog = new PreferencesDialog(m_workspace, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    connect(m_about, &QAction::triggered, this, [this] {
        auto* dialog = new AboutDialog(this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
}

void MainWindow::buildMenus()
{
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addActions({m_mirror, m_pull, m_push});
    file->addSeparator();
    file->addAction(m_openLockFile);
    file->addSeparator();
    file->addAction(m_preferences);
    file->addSeparator();
    file->addAction(m_quit);
    QMenu* view = menuBar()->addMenu(tr("&View"));
    for (int i = 0; i < m_pages.size(); ++i) {
        QAction* show = view->addAction(m_views->item(i)->icon(), m_views->item(i)->text());
        show->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)));
        connect(show, &QAction::triggered, this, [this, i] { showView(static_cast<View>(i)); });
    }
    view->addSeparator();
    QAction* find = view->addAction(icon("edit-find"), tr("&Filter"), QKeySequence::Find, this, [this] {
        m_filter->setFocus(Qt::ShortcutFocusReason);
        m_filter->selectAll();
    });
    find->setObjectName(QStringLiteral("filterAction"));
    m_pageMenu = menuBar()->addMenu(tr("&Actions"));
    connect(m_pageMenu, &QMenu::aboutToShow, this, [this] {
        m_pageMenu->clear();
        currentPage()->fillMenu(*m_pageMenu);
        m_pageMenu->setEnabled(true);
    });
    menuBar()->addMenu(tr("&Help"))->addAction(m_about);
}

void MainWindow::buildToolBar()
{
    QToolBar* bar = addToolBar(tr("Main tool bar"));
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addActions({m_mirror, m_pull, m_push});
    auto* space = new QWidget;
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    m_filterProblem = new ElidedLabel;
    m_filterProblem->setObjectName(QStringLiteral("filterProblem"));
    m_filterProblem->setMaximumWidth(360);
    m_filterProblem->setContentsMargins(8, 0, 8, 0);
    m_filterProblemShown = bar->addWidget(m_filterProblem); // in a tool bar it is the action that hides a widget
    m_filter = new QLineEdit;
    m_filter->setObjectName(QStringLiteral("filter"));
    m_filter->setAccessibleName(tr("Filter"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMinimumWidth(220);
    m_filter->setMaximumWidth(360);
    m_filter->addAction(icon("edit-find"), QLineEdit::LeadingPosition);
    bar->addWidget(m_filter);
    m_preferences->setIconText(tr("Preferences"));
    bar->addAction(m_preferences);
    nameToolButtons(*bar);
    showFilterProblem({});
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) { currentPage()->setFilter(text); });
    connect(m_channels, &ChannelsPage::filterWanted, m_filter, &QLineEdit::setText);
}

} // namespace condaoci::ui
