// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/transfers/transferspage.h"

#include "core/base/limits.h"
#include "core/base/outputfile.h"
#include "core/base/text.h"
#include "ui/background.h"
#include "ui/transfers/filesmodel.h"
#include "ui/transfers/jobsmodel.h"
#include "ui/transfers/progressdelegate.h"
#include "ui/transfers/speedgraph.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/tables.h"
#include "ui/widgets/texts.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace condaoci::ui {

TransfersPage::TransfersPage(Workspace& workspace, QWidget* parent)
    : Page(workspace, parent)
    , m_jobsModel(new JobsModel(workspace.transfers(), this))
    , m_filesModel(new FilesModel(this))
{
    setObjectName(QStringLiteral("transfersPage"));
    buildActions();
    buildTables();
    auto* bar = new QToolBar;
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->addActions({m_stop, m_resume, m_retry, m_save, m_copy, m_remove});
    nameToolButtons(*bar);
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->setObjectName(QStringLiteral("transfersSplitter"));
    splitter->addWidget(m_jobs);
    splitter->addWidget(details());
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 3);
    splitter->setChildrenCollapsible(false);
    workspace.state().remember(splitter, QStringLiteral("transfers/splitter"));
    auto* full = new QWidget;
    auto* column = new QVBoxLayout(full);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar);
    column->addWidget(splitter, 1);
    auto* empty = new QLabel(tr("Nothing has been copied yet. Begin with Mirror, Pull or Push above."));
    empty->setObjectName(QStringLiteral("noTransfers"));
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    m_stack = new QStackedWidget;
    m_stack->addWidget(empty);
    m_stack->addWidget(full);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_stack);
    connect(&workspace.transfers(), &Transfers::added, this,
            [this](int index) { show(this->workspace().transfers().at(index)); });
    connect(&workspace.transfers(), &Transfers::removed, this,
            [this] { choose(m_jobsModel->transferAt(m_jobs->currentIndex().row())); });
    connect(&workspace.transfers(), &Transfers::changed, this, [this](int index) {
        if (index >= 0 && this->workspace().transfers().at(index) == m_chosen)
            refresh();
    });
    if (Transfer* newest = m_jobsModel->transferAt(0))
        show(newest);
    refresh();
}

void TransfersPage::buildActions()
{
    m_stop = makeAction("stop", "media-playback-stop", tr("S&top"), QKeySequence(Qt::CTRL | Qt::Key_Period),
                        [this] { m_chosen->stop(); });
    m_resume = makeAction("resume", "media-playback-start", tr("Res&ume"), QKeySequence(Qt::CTRL | Qt::Key_R),
                          [this] { workspace().transfers().runAgain(*m_chosen); });
    m_resume->setToolTip(tr("Run it again; what is there already is not copied again (Ctrl+R)"));
    m_retry = makeAction("retryFailed", "view-refresh", tr("Retry &Failed"),
                         QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), [this] { retryFailed(); });
    m_retry->setToolTip(tr("Run it for the packages that failed (Ctrl+Shift+R)"));
    m_save =
        makeAction("saveReport", "document-save-as", tr("Sa&ve Report…"), QKeySequence::Save, [this] { saveReport(); });
    m_copy = makeAction("copyCommand", "utilities-terminal", tr("&Copy as Command Line"),
                        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), [this] {
                            QGuiApplication::clipboard()->setText(
                                mirror::shellCommand(mirror::commandLine(m_chosen->request())));
                        });
    m_remove = makeAction("removeTransfer", "edit-delete", tr("&Remove from the List…"), QKeySequence::Delete,
                          [this] { askToRemove(); });
}

void TransfersPage::buildTables()
{
    m_jobs = new QTableView;
    m_jobs->setObjectName(QStringLiteral("jobs"));
    m_jobs->setAccessibleName(tr("Transfers"));
    m_jobs->setModel(m_jobsModel);
    m_jobs->setSelectionMode(QAbstractItemView::SingleSelection);
    prepareTable(*m_jobs, {m_stop, m_resume, m_retry, m_save, m_copy, m_remove});
    m_jobs->setItemDelegateForColumn(JobsModel::Progress, new ProgressDelegate(m_jobs));
    const int widths[] = {250, 160, 100, 90, 75, 85, 85};
    for (int i = 0; i < 7; ++i)
        m_jobs->setColumnWidth(i, widths[i]);
    workspace().state().remember(m_jobs->horizontalHeader(), QStringLiteral("transfers/jobs"));
    connect(m_jobs->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { choose(m_jobsModel->transferAt(current.row())); });

    m_files = new QTableView;
    m_files->setObjectName(QStringLiteral("files"));
    m_files->setAccessibleName(tr("Packages of the transfer"));
    m_files->setModel(m_filesModel);
    prepareTable(*m_files);
    sayWhenEmpty(*m_files, [this] { return m_filesModel->emptyWords(); });
    m_files->setItemDelegateForColumn(FilesModel::Progress, new ProgressDelegate(m_files));
    m_files->setColumnWidth(FilesModel::Name, 380);
    m_files->setColumnWidth(FilesModel::Progress, 110);
    workspace().state().remember(m_files->horizontalHeader(), QStringLiteral("transfers/files"));
}

QWidget* TransfersPage::details()
{
    m_summary = new QLabel;
    m_summary->setObjectName(QStringLiteral("transferSummary"));
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_speed = new SpeedGraph;
    m_onlyFailed = new QToolButton;
    m_onlyFailed->setObjectName(QStringLiteral("onlyFailed"));
    m_onlyFailed->setText(tr("Show &Only Failed"));
    m_onlyFailed->setIcon(icon("view-filter"));
    m_onlyFailed->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_onlyFailed->setCheckable(true);
    connect(m_onlyFailed, &QToolButton::toggled, this,
            [this](bool only) { m_filesModel->setFilter(m_filterText, only); });
    auto* row = new QHBoxLayout;
    row->addWidget(m_summary, 1);
    row->addWidget(m_onlyFailed, 0, Qt::AlignBottom);
    auto* widget = new QWidget;
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(6, 6, 6, 6);
    column->addLayout(row);
    column->addWidget(m_speed);
    column->addWidget(m_files, 1);
    return widget;
}

void TransfersPage::show(Transfer* transfer)
{
    const int row = m_jobsModel->rowOf(transfer);
    if (row >= 0)
        m_jobs->setCurrentIndex(m_jobsModel->index(row, 0));
}

void TransfersPage::choose(Transfer* transfer)
{
    if (transfer != m_chosen) {
        m_chosen = transfer;
        m_filesModel->setTransfer(transfer);
    }
    refresh();
}

void TransfersPage::refresh()
{
    m_stack->setCurrentIndex(m_jobsModel->rowCount() > 0 ? 1 : 0);
    const bool any = m_chosen;
    const bool running = any && m_chosen->isRunning();
    m_stop->setEnabled(running && m_chosen->state() != Transfer::State::Stopping);
    m_resume->setEnabled(any && !running);
    m_retry->setEnabled(any && !running && !m_chosen->failures().empty());
    m_save->setEnabled(any && !m_chosen->reportFile().isEmpty());
    m_copy->setEnabled(any);
    m_remove->setEnabled(any && !running);
    const auto& speeds = any ? m_chosen->speeds() : QList<qint64>();
    m_speed->setVisible(running || std::any_of(speeds.begin(), speeds.end(), [](qint64 speed) { return speed > 0; }));
    if (!any) {
        m_summary->clear();
        return;
    }
    const QLocale locale;
    const mirror::Totals& totals = m_chosen->totals();
    QStringList lines{tr("%1 — %2").arg(oneLine(m_chosen->title(), 300), m_chosen->stateText()),
                      tr("%1 copied (%2), %3 there already, %4 failed, in %5")
                          .arg(locale.toString(totals.copied), shownSize(totals.bytesCopied),
                               locale.toString(m_chosen->alreadyThere()),
                               locale.toString(running ? totals.failed : m_chosen->failureCount()),
                               shownDuration(m_chosen->seconds()))};
    if (!m_chosen->error().isEmpty())
        lines.append(tr("⚠ %1").arg(oneLine(m_chosen->error())));
    if (m_chosen->credentialsMissing())
        lines.append(tr("The registry asks for credentials and there are none: this was a dry run. Sign in under "
                        "Registries, then resume."));
    for (const QString& note : m_chosen->notes().mid(0, 3))
        lines.append(oneLine(note, 300));
    m_summary->setText(lines.join(QLatin1Char('\n')));
    m_speed->setSpeeds(m_chosen->speeds());
}

void TransfersPage::setFilter(const QString& text)
{
    m_filterText = text;
    m_filesModel->setFilter(text, m_onlyFailed->isChecked());
}

void TransfersPage::fillMenu(QMenu& menu)
{
    menu.addActions({m_stop, m_resume, m_retry, m_save, m_copy, m_remove});
}

void TransfersPage::retryFailed()
{
    auto started = workspace().transfers().retryFailed(*m_chosen);
    if (!started)
        Q_EMIT problem(started.error().message);
}

void TransfersPage::askToRemove()
{
    askBefore("remove", tr("Remove the transfer"),
              tr("Remove %1 from the list? Its report goes, too; what was copied stays.")
                  .arg(oneLine(m_chosen->title(), 200)),
              tr("&Remove"), [this, chosen = QPointer(m_chosen)] { workspace().transfers().remove(chosen); });
}

void TransfersPage::saveReport()
{
    auto* dialog = new QFileDialog(this, tr("Save the report"), QDir::homePath(), tr("JSON (*.json)"));
    dialog->setObjectName(QStringLiteral("saveReportDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    dialog->selectFile(QStringLiteral("report-%1.json").arg(m_chosen->id()));
    connect(dialog, &QFileDialog::fileSelected, this, [this, report = m_chosen->reportFile()](const QString& path) {
        inBackground(
            this,
            [path, report](const std::stop_token&) -> Result<void> {
                auto bytes = readFile(report, limits::repodataInflated);
                if (!bytes)
                    return bytes.error();
                return writeOutput(path, *bytes);
            },
            [this](const Result<void>& written) {
                if (!written)
                    Q_EMIT problem(tr("The report was not saved: %1").arg(written.error().message));
            });
    });
    dialog->open();
}

} // namespace condaoci::ui
