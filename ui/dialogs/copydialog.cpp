// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/dialogs/copydialog.h"

#include "core/base/firstfew.h"
#include "core/base/text.h"
#include "core/mirror/copy/copyjob.h"
#include "ui/background.h"
#include "ui/dialogs/planmodel.h"
#include "ui/transfers/transfers.h"
#include "ui/widgets/texts.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>

namespace condaoci::ui {

using Verb = mirror::CopyRequest::Verb;

namespace {

constexpr size_t refusedShown = 3; ///< by name, in a preview

/// The channel that most of the packages in the lock files are of, and how many that are.
struct LockFilesRead
{
    QString channel;
    qsizetype packages = 0;
    qsizetype others = 0;
    QStringList subdirs;
    QString problem;
};

LockFilesRead readChannelOf(const QStringList& paths, const std::stop_token& stop)
{
    LockFilesRead read;
    QHash<QString, qsizetype> counts;
    QHash<QString, QStringList> subdirs;
    qsizetype all = 0;
    for (const QString& path : paths) {
        auto environment = stop.stop_requested() ? Result<conda::LockedEnvironment>(Error{ErrorKind::Cancelled, {}})
                                                 : mirror::readLockFile(path);
        if (!environment) {
            read.problem = environment.error().message;
            return read;
        }
        all += static_cast<qsizetype>(environment->packages.size()) + environment->others.size();
        for (const conda::LockedPackage& package : environment->packages) {
            if (package.channelName.isEmpty())
                continue;
            ++counts[package.channelName];
            if (QStringList& there = subdirs[package.channelName]; !there.contains(package.subdir))
                there.append(package.subdir);
        }
    }
    for (auto it = counts.cbegin(); it != counts.cend(); ++it) {
        if (it.value() > read.packages) {
            read.packages = it.value();
            read.channel = it.key();
        }
    }
    read.others = all - read.packages;
    read.subdirs = subdirs.value(read.channel);
    return read;
}

} // namespace

CopyDialog::~CopyDialog()
{
    dropPreview();
    m_workspace.state().setBytes(QStringLiteral("copy/geometry"), saveGeometry());
    m_workspace.transfers().removeUnneeded(m_base.lockFiles); // a selection's list, where nothing was begun with it
}

// A job that is deleted waits for its workers; this one ends by itself, and then goes.
void CopyDialog::dropPreview()
{
    m_preparing.request_stop();
    if (!m_job)
        return;
    m_job->disconnect(this);
    m_job->setParent(&m_workspace);
    connect(m_job.get(), &mirror::CopyJob::finished, m_job.get(), &QObject::deleteLater);
    m_job.release()->cancel();
}

void CopyDialog::addLockFiles(const QStringList& paths)
{
    for (const QString& path : paths) {
        if (lockFiles().contains(path))
            continue;
        auto* item = new QListWidgetItem(
            m_workspace.isSelection(path) ? tr("The packages that you selected") : oneLine(path, 1000), m_lockFiles);
        item->setData(Qt::UserRole, path);
        item->setToolTip(plainToolTip(path));
    }
    readLockFiles();
}

/// A command line that somebody took away names them.
void CopyDialog::keepSelections()
{
    for (int i = 0; i < m_lockFiles->count(); ++i) {
        QListWidgetItem* item = m_lockFiles->item(i);
        const QString path = m_workspace.keepSelection(item->data(Qt::UserRole).toString());
        item->setData(Qt::UserRole, path);
        item->setToolTip(plainToolTip(path));
    }
}

void CopyDialog::readLockFiles()
{
    const QStringList paths = lockFiles();
    // Platforms that a person chose among those of the lock files stay chosen.
    const QStringList before = chosenSubdirs();
    const bool areTheirs = before == m_lockSubdirs || (m_lockSubdirs.isEmpty() && m_areSubdirsOffered);
    m_lockArea->setVisible(!paths.isEmpty());
    m_packages->setEnabled(paths.isEmpty());
    changed();
    m_reading.request_stop();
    if (paths.isEmpty()) {
        m_lockSubdirs.clear();
        if (areTheirs)
            chooseSubdirs(conda::defaultSubdirs());
        return;
    }
    m_lockSummary->setText(tr("Reading…"));
    m_reading = inBackground(
        this, [paths](const std::stop_token& stop) { return readChannelOf(paths, stop); },
        [this, areTheirs, before](const LockFilesRead& read) {
            if (!read.problem.isEmpty()) {
                m_lockSummary->setText(read.problem);
                return;
            }
            if (areTheirs && chosenSubdirs() == before) {
                chooseSubdirs(read.subdirs);
                m_lockSubdirs = chosenSubdirs();
            }
            // A selection that was made in this window names the channel by its name only.
            const auto typed = conda::parseChannelName(m_channel->currentText(), m_as->text());
            const auto own = conda::parseChannelName(m_channel->currentText());
            if (!read.channel.isEmpty() && (!typed || *typed != read.channel) && (!own || *own != read.channel))
                m_channel->setEditText(read.channel);
            QString summary = tr("Exactly %n package(s) of %1", nullptr, static_cast<int>(read.packages))
                                  .arg(oneLine(read.channel, 100));
            if (read.others > 0)
                summary = tr("%1; %n other(s) are not of this channel and are left out", nullptr,
                             static_cast<int>(read.others))
                              .arg(summary);
            m_lockSummary->setText(summary);
        });
}

void CopyDialog::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void CopyDialog::dropEvent(QDropEvent* event)
{
    QStringList files;
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile())
            files.append(url.toLocalFile());
    }
    event->acceptProposedAction();
    addLockFiles(files);
}

// What was previewed is not what would happen any more.
void CopyDialog::changed()
{
    dropPreview();
    m_busy->hide();
    m_plan->hide();
    m_signIn->hide();
    say({}, false);
    m_start->setEnabled(true);
    m_preview->setEnabled(true);
}

void CopyDialog::say(const QString& message, bool isProblem)
{
    m_message->setText(isProblem ? tr("⚠ %1").arg(message) : message);
    m_message->setVisible(!message.isEmpty());
}

bool CopyDialog::hasSubdirs()
{
    // None stands for all in a request, and would be a surprise.
    const bool has = !chosenSubdirs().isEmpty() || (m_lockFiles->count() > 0 && m_lockSubdirs.isEmpty());
    if (!has)
        say(tr("Choose a platform at least."), true);
    return has;
}

void CopyDialog::preview()
{
    changed();
    if (!hasSubdirs())
        return;
    mirror::CopyRequest request = this->request();
    request.dryRun = true;
    m_preview->setEnabled(false);
    m_busy->show();
    struct Prepared
    {
        Result<mirror::CopySpec> spec;
        oci::Authenticator::Lookup lookup;
    };
    m_preparing = inBackground(
        m_workspace.credentials().thread, this,
        [request, forCopy = m_workspace.credentials().forCopy](const std::stop_token&) {
            Prepared prepared{mirror::toSpec(request), {}};
            if (prepared.spec)
                prepared.lookup = forCopy(*prepared.spec);
            return prepared;
        },
        [this](Prepared prepared) {
            const auto fail = [this](const Error& error) {
                changed();
                say(error.message, true);
            };
            if (!prepared.spec)
                return fail(prepared.spec.error());
            auto ends = mirror::connectEnds(*prepared.spec, std::move(prepared.lookup));
            if (!ends)
                return fail(ends.error());
            m_job = std::make_unique<mirror::CopyJob>(*prepared.spec, *std::move(ends));
            connect(m_job.get(), &mirror::CopyJob::phaseChanged, this,
                    [this](const QString& phase) { say(phase, false); });
            connect(m_job.get(), &mirror::CopyJob::finished, this, &CopyDialog::showPlan);
            m_job->start();
        });
}

void CopyDialog::showPlan(const mirror::CopyReport& report)
{
    m_job.release()->deleteLater(); // it is in the middle of telling
    m_busy->hide();
    m_preview->setEnabled(true);
    if (report.fatal) {
        say(report.fatal->message, true);
        m_signIn->setVisible(report.fatal->kind == ErrorKind::Auth);
        return;
    }
    if (!report.plan)
        return;
    const mirror::CopyPlan& plan = *report.plan;
    QStringList lines{tr("%n package(s) to copy (%1), %2 there already.", nullptr,
                         static_cast<int>(plan.copyFiles - plan.seemingFiles))
                          .arg(shownSize(plan.copyBytes - plan.seemingBytes))
                          .arg(plan.presentFiles + plan.seemingFiles)};
    if (!plan.refused.empty())
        lines.append(tr("%n package(s) can't be copied.", nullptr, static_cast<int>(countOf(plan.refused))));
    for (size_t i = 0; i < std::min<size_t>(plan.refused.size(), refusedShown); ++i)
        lines.append(oneLine(plan.refused[i].fileName + QStringLiteral(": ") + plan.refused[i].reason, 200));
    if (!plan.skipped.empty())
        lines.append(tr("%n entry(s) of the lock file are not of this channel and are skipped.", nullptr,
                        static_cast<int>(plan.skipped.size())));
    if (plan.undistributable > 0)
        lines.append(tr("%n package(s) are left out because their licences forbid mirroring.", nullptr,
                        static_cast<int>(plan.undistributable)));
    if (!plan.missingSubdirs.isEmpty())
        lines.append(tr("The channel has nothing for %1.").arg(plan.missingSubdirs.join(QStringLiteral(", "))));
    if (const auto free = report.freeBytes)
        lines.append(*free < plan.copyBytes ? tr("That does not fit: %1 are free on the disk.").arg(shownSize(*free))
                                            : tr("%1 are free on the disk.").arg(shownSize(*free)));
    for (const QString& note : report.notes)
        lines.append(oneLine(note));
    say(lines.join(QLatin1Char('\n')), false);
    inBackground(
        this, [shared = report.plan](const std::stop_token&) { return PlanModel::filesToCopy(*shared); },
        [this, shared = report.plan](std::vector<quint32> files) {
            m_planModel->setPlan(shared, std::move(files));
            m_plan->setVisible(m_planModel->rowCount() > 0);
        });
}

void CopyDialog::start()
{
    const mirror::CopyRequest request = this->request();
    changed();
    if (!hasSubdirs())
        return;
    m_start->setEnabled(false);
    m_preparing = inBackground(
        this, [request](const std::stop_token&) { return mirror::toSpec(request); },
        [this, request](const Result<mirror::CopySpec>& spec) {
            m_start->setEnabled(true);
            if (!spec)
                return say(spec.error().message, true);
            if (request.verb == Verb::Mirror && !m_workspace.channel(request.channel))
                m_workspace.putChannel({request.channel, request.subdirs, request.registry});
            m_workspace.rememberRequest(request);
            Q_EMIT started(m_workspace.transfers().start(request));
            accept();
        });
}

} // namespace condaoci::ui
