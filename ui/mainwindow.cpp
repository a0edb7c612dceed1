// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/mainwindow.h"

#include "core/base/text.h"
#include "ui/background.h"
#include "ui/cache/cachepage.h"
#include "ui/channels/channelspage.h"
#include "ui/dialogs/aboutdialog.h"
#include "ui/dialogs/copydialog.h"
#include "ui/dialogs/credentialsdialog.h"
#include "ui/dialogs/preferencesdialog.h"
#include "ui/dialogs/transferdialog.h"
#include "ui/firststart.h"
#include "ui/preferences.h"
#include "ui/registries/registriespage.h"
#include "ui/sample.h"
#include "ui/transfers/transferbar.h"
#include "ui/transfers/transfers.h"
#include "ui/transfers/transferspage.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/errorstrip.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/tables.h"
#include "ui/widgets/texts.h"

#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QLoggingCategory>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPointer>
#include <QPushButton>
#include <QStackedWidget>
#include <QSystemTrayIcon>
#include <QToolBar>
#include <QVBoxLayout>

namespace condaoci::ui {

using Verb = mirror::CopyRequest::Verb;

namespace {

Q_LOGGING_CATEGORY(windowLog, "condaoci.window", QtInfoMsg)

QStringList localFiles(const QMimeData* data)
{
    QStringList files;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile())
            files.append(url.toLocalFile());
    }
    return files;
}

} // namespace

MainWindow::MainWindow(Workspace& workspace, QWidget* parent)
    : QMainWindow(parent)
    , m_workspace(workspace)
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Conda OCI Mirror"));
    setWindowIcon(applicationIcon());
    setAcceptDrops(true);
    buildPages();
    buildActions();
    buildMenus();
    buildToolBar();
    connectTransfers();
    resize(1180, 680);
    restoreGeometry(m_workspace.state().bytes(QStringLiteral("window/geometry")));
    const int view = m_workspace.state().value(QStringLiteral("window/view")).toInt();
    const bool isNew = m_workspace.channels().isEmpty() && m_workspace.registries().isEmpty() &&
                       m_workspace.caches().isEmpty() && m_workspace.transfers().count() == 0;
    m_views->setCurrentRow(std::clamp(view, 0, static_cast<int>(m_pages.size()) - 1));
    if (isNew) {
        m_stack->setCurrentWidget(m_firstStart);
        m_views->clearSelection();
        m_filter->setEnabled(false);
        m_firstStart->setFocus();
    }
    if (!m_workspace.state().problem().isEmpty())
        showProblem(m_workspace.state().problem());
    for (const QString& problem : m_workspace.transfers().problems())
        showProblem(problem);
    connect(&m_workspace.state(), &State::notWritten, this, &MainWindow::showProblem);
}

MainWindow::~MainWindow() = default;

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

Page* MainWindow::currentPage() const
{
    return m_pages[std::max(0, m_views->currentRow())];
}

void MainWindow::showFilterProblem(const QString& message)
{
    if (!m_filterProblem)
        return;
    m_filterProblem->setText(message.isEmpty() ? QString() : tr("⚠ %1").arg(oneLine(message)));
    m_filterProblemShown->setVisible(!message.isEmpty());
    m_filter->setAccessibleDescription(message);
}

void MainWindow::showView(View view)
{
    if (m_views->currentRow() == view)
        showCurrentPage();
    else
        m_views->setCurrentRow(view);
}

void MainWindow::showCurrentPage()
{
    Page* page = currentPage();
    Page* before = qobject_cast<Page*>(m_stack->currentWidget());
    if (m_filter && before && before != page)
        before->setProperty("filterText", m_filter->text());
    m_stack->setCurrentWidget(page);
    if (QListWidgetItem* item = m_views->currentItem())
        item->setSelected(true); // none is at the first start
    if (!m_filter)
        return; // the tool bar is made after the pages
    const QString text = page == before ? m_filter->text() : page->property("filterText").toString();
    m_filter->setEnabled(!page->filterHint().isEmpty());
    m_filter->setPlaceholderText(page->filterHint());
    m_filter->setText(text);
    showFilterProblem({});
    page->setFilter(text);
    m_workspace.state().set(QStringLiteral("window/view"), m_views->currentRow());
    page->entered();
}

void MainWindow::bringToFront()
{
    m_inBackground = false;
    if (m_tray)
        m_tray->hide();
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

void MainWindow::openLockFiles(const QStringList& paths)
{
    mirror::CopyRequest request =
        m_workspace.newRequest(m_views->currentRow() == Cache ? Verb::PullCache : Verb::Mirror);
    request.lockFiles = paths;
    openCopyDialog(request);
}

void MainWindow::openCopyDialog(const mirror::CopyRequest& request)
{
    auto* dialog = new CopyDialog(m_workspace, request, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &CopyDialog::started, this, [this](Transfer* transfer) {
        auto* progress = new TransferDialog(m_workspace, transfer, this);
        progress->setAttribute(Qt::WA_DeleteOnClose);
        connect(progress, &TransferDialog::detailsWanted, this, [this](Transfer* shown) {
            showView(TransfersView);
            m_transfersPage->show(shown);
        });
        progress->show();
    });
    connect(dialog, &CopyDialog::signInWanted, this, &MainWindow::openCredentials);
    dialog->open();
}

void MainWindow::openCredentials(const QString& registry)
{
    auto* dialog = new CredentialsDialog(m_workspace, registry, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (registry.isEmpty()) // from the first start's card
        connect(dialog, &QDialog::accepted, this, [this] { showView(Registries); });
    dialog->open();
}

void MainWindow::tryIt()
{
    const QString folder = m_workspace.folder();
    inBackground(
        this, [folder](const std::stop_token&) { return unpackSampleChannel(folder); },
        [this, folder](const Result<QString>& unpacked) {
            if (!unpacked) {
                m_firstStart->offerTryIt();
                return showProblem(tr("The sample channel was not unpacked: %1").arg(unpacked.error().message));
            }
            mirror::CopyRequest request;
            request.channel = *unpacked;
            request.registry = QStringLiteral("oci-layout:") + folder + QStringLiteral("/sample-layout");
            request.subdirs = QStringList{QStringLiteral("linux-64"), QStringLiteral("noarch")};
            m_workspace.putChannel({request.channel, request.subdirs, request.registry});
            m_workspace.putRegistry({request.registry, {}});
            Transfer* transfer = m_workspace.transfers().start(request);
            connect(transfer, &Transfer::finished, this, [this, transfer] {
                if (transfer->state() == Transfer::State::Done)
                    return showView(Registries);
                m_firstStart->offerTryIt();
            });
        });
}

void MainWindow::showProblem(const QString& message)
{
    qCWarning(windowLog).noquote() << message;
    m_problems->add(message);
}

void MainWindow::connectTransfers()
{
    connect(&m_workspace.transfers(), &Transfers::notWritten, this, &MainWindow::showProblem);
    connect(&m_workspace.transfers(), &Transfers::finished, this, &MainWindow::showOutcome);
}

void MainWindow::showOutcome(Transfer* transfer)
{
    const mirror::CopyRequest& request = transfer->request();
    const auto name = conda::parseChannelName(request.channel, request.as);
    if (!request.registry.isEmpty() && name && transfer->state() != Transfer::State::Failed)
        m_workspace.putRegistry({request.registry, {*name}});
    if (request.verb == Verb::PullCache && transfer->state() == Transfer::State::Done)
        m_workspace.addCache(request.cacheDirectory);
    const auto show = [this, transfer] {
        showView(TransfersView);
        if (m_workspace.transfers().indexOf(transfer) >= 0)
            m_transfersPage->show(transfer);
    };
    QList<ErrorStrip::Remedy> remedies{{tr("&Show"), show}};
    QString problem;
    if (transfer->state() == Transfer::State::Incomplete) {
        const auto& failures = transfer->failures();
        problem =
            failures.size() == 1
                ? tr("%1 failed: %2 (%3)").arg(failures.front().fileName, failures.front().message, transfer->title())
                : tr("%n package(s) failed: %1 (%2)", nullptr, static_cast<int>(transfer->failureCount()))
                      .arg(transfer->failureReasons(), transfer->title());
        remedies.append({tr("&Retry Failed"), [this, failed = QPointer(transfer)] {
                             if (!failed)
                                 return;
                             if (auto again = m_workspace.transfers().retryFailed(*failed); !again)
                                 showProblem(again.error().message);
                         }});
    } else if (transfer->state() == Transfer::State::Failed) {
        problem = tr("%1 failed: %2").arg(transfer->title(), transfer->error());
        remedies.append({tr("Res&ume"), [this, failed = QPointer(transfer)] {
                             if (failed)
                                 m_workspace.transfers().runAgain(*failed);
                         }});
    }
    if (!problem.isEmpty()) {
        qCWarning(windowLog).noquote() << problem;
        m_problems->add(problem, remedies);
    }
    if (m_tray && m_tray->isVisible())
        m_tray->showMessage(transfer->title(), transfer->stateText());
    if (m_inBackground && !m_workspace.transfers().isAnyRunning())
        leave();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localFiles(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    openLockFiles(localFiles(event->mimeData()));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_workspace.state().setBytes(QStringLiteral("window/geometry"), saveGeometry());
    if (m_leaving || !m_workspace.transfers().isAnyRunning()) {
        event->accept();
        leave();
        return;
    }
    event->ignore();
    switch (Preferences::load(m_workspace.state()).closing) {
    case Preferences::Closing::Ask:
        askBeforeClosing();
        break;
    case Preferences::Closing::GoOn:
        goOnInBackground();
        break;
    case Preferences::Closing::Stop:
        leave();
        break;
    }
}

void MainWindow::askBeforeClosing()
{
    if (findChild<QMessageBox*>(QStringLiteral("closeQuestion")))
        return;
    auto* question = new QMessageBox(QMessageBox::Question, tr("A transfer is running"),
                                     tr("Packages are still being copied. What is there when you stop stays there, and "
                                        "running the transfer again goes on from it."),
                                     QMessageBox::NoButton, this);
    question->setObjectName(QStringLiteral("closeQuestion"));
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setTextFormat(Qt::PlainText);
    QAbstractButton* goOn = question->addButton(tr("&Go On in the Background"), QMessageBox::AcceptRole);
    QAbstractButton* stop = question->addButton(tr("&Stop and Quit"), QMessageBox::DestructiveRole);
    auto* stay = question->addButton(tr("&Keep the Window"), QMessageBox::RejectRole);
    goOn->setObjectName(QStringLiteral("goOn"));
    stop->setObjectName(QStringLiteral("stopAndQuit"));
    stay->setObjectName(QStringLiteral("keepWindow"));
    question->setEscapeButton(stay);
    connect(question, &QMessageBox::buttonClicked, this, [this, goOn, stop](QAbstractButton* clicked) {
        if (clicked == goOn)
            goOnInBackground();
        else if (clicked == stop)
            leave();
    });
    question->open();
}

// Without a tray a second start shows the window again; either way the program ends by itself when nothing runs any
// more.
void MainWindow::goOnInBackground()
{
    m_inBackground = true;
    if (QSystemTrayIcon::isSystemTrayAvailable()) {
        if (!m_tray) {
            m_tray = new QSystemTrayIcon(applicationIcon(), this);
            m_tray->setToolTip(tr("Conda OCI Mirror is copying packages"));
            auto* menu = new QMenu(this);
            menu->addAction(tr("&Show the Window"), this, &MainWindow::bringToFront);
            menu->addAction(tr("S&top and Quit"), this, &MainWindow::leave);
            m_tray->setContextMenu(menu);
            connect(m_tray, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
                if (reason != QSystemTrayIcon::Context)
                    bringToFront();
            });
        }
        m_tray->show();
    }
    hide();
    if (!m_workspace.transfers().isAnyRunning())
        leave();
}

void MainWindow::leave()
{
    if (m_leaving && !m_workspace.transfers().isAnyRunning()) {
        Q_EMIT done();
        return;
    }
    m_leaving = true;
    m_inBackground = true; // the end of the last transfer comes back here
    hide();
    if (m_workspace.transfers().isAnyRunning())
        m_workspace.transfers().stopAll();
    else
        Q_EMIT done();
}

} // namespace condaoci::ui
