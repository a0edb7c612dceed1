// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/mainwindow.h"

#include "core/base/text.h"
#include "ui/background.h"
#include "ui/channels/channelspage.h"
#include "ui/dialogs/copydialog.h"
#include "ui/dialogs/credentialsdialog.h"
#include "ui/dialogs/transferdialog.h"
#include "ui/firststart.h"
#include "ui/preferences.h"
#include "ui/registries/registriespage.h"
#include "ui/sample.h"
#include "ui/transfers/transfers.h"
#include "ui/transfers/transferspage.h"
#include "ui/widgets/deliberate.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/errorstrip.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/texts.h"

#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QLoggingCategory>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPointer>
#include <QPushButton>
#include <QStackedWidget>
#include <QSystemTrayIcon>

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
    QList<ErrorStrip::Remedy> remedies{{tr("&Show"), show, false}};
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
    QPushButton* goOn = question->addButton(tr("&Go On in the Background"), QMessageBox::AcceptRole);
    QPushButton* stop = question->addButton(tr("&Stop and Quit"), QMessageBox::DestructiveRole);
    auto* stay = question->addButton(tr("&Keep the Window"), QMessageBox::RejectRole);
    goOn->setObjectName(QStringLiteral("goOn"));
    stop->setObjectName(QStringLiteral("stopAndQuit"));
    stay->setObjectName(QStringLiteral("keepWindow"));
    onlyOnPurpose(*stop);
    question->setDefaultButton(goOn);
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
