// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/transfers/transfers.h"

#include "core/base/atomicfile.h"
#include "ui/state.h"
#include "ui/workspace.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace condaoci::ui {

namespace {

const QLatin1String failedSuffix("-failed.txt"); // the list of what a transfer could not bring

} // namespace

Transfers::Transfers(QString folder, Credentials credentials, QObject* parent)
    : QObject(parent)
    , m_folder(std::move(folder))
    , m_credentials(std::move(credentials))
{
    connect(&m_writer, &FileWriter::failed, this, &Transfers::notWritten);
    load();
}

Transfers::~Transfers()
{
    for (const auto& transfer : m_transfers) {
        if (transfer->isRunning())
            keep(*transfer);
    }
}

void Transfers::load()
{
    const QStringList files = QDir(m_folder).entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name);
    for (const QString& file : files) {
        QString problem;
        const QJsonObject json = readStateFile(m_folder + QLatin1Char('/') + file, &problem);
        auto transfer = problem.isEmpty() ? Transfer::fromJson(json, m_folder) : nullptr;
        if (!transfer && problem.isEmpty()) {
            const QString path = m_folder + QLatin1Char('/') + file;
            QFile::rename(path, path + QStringLiteral(".damaged"));
            problem = tr("%1 describes no transfer and has been set aside").arg(QDir::toNativeSeparators(path));
        }
        if (!transfer) {
            m_problems.append(problem);
            continue;
        }
        watch(transfer.get());
        m_transfers.push_back(std::move(transfer));
    }
    if (!m_problems.isEmpty())
        return; // one that could not be read may need its list
    // What the program was ended over.
    QStringList lists;
    for (const QFileInfo& list : QDir(selections()).entryInfoList({QStringLiteral("*.txt")}, QDir::Files))
        lists.append(list.filePath());
    removeUnneeded(lists);
}

int Transfers::indexOf(const Transfer* transfer) const
{
    const auto found =
        std::find_if(m_transfers.begin(), m_transfers.end(), [&](const auto& one) { return one.get() == transfer; });
    return found == m_transfers.end() ? -1 : static_cast<int>(found - m_transfers.begin());
}

bool Transfers::isAnyRunning() const
{
    return std::any_of(m_transfers.begin(), m_transfers.end(), [](const auto& one) { return one->isRunning(); });
}

QString Transfers::pathOf(const Transfer& transfer) const
{
    return m_folder + QLatin1Char('/') + transfer.id() + QStringLiteral(".json");
}

void Transfers::keep(const Transfer& transfer)
{
    m_writer.write(pathOf(transfer), transfer.toJson());
}

void Transfers::watch(Transfer* transfer)
{
    const auto tell = [this, transfer] { Q_EMIT changed(indexOf(transfer)); };
    connect(transfer, &Transfer::stateChanged, this, tell);
    connect(transfer, &Transfer::totalsChanged, this, tell);
    connect(transfer, &Transfer::finished, this, [this, transfer] {
        keep(*transfer);
        Q_EMIT finished(transfer);
    });
}

Transfer* Transfers::start(const mirror::CopyRequest& request)
{
    // By name is by time, and two in one millisecond are told apart.
    const QString id = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-hhmmss-zzz-")) +
                       QString::number(++m_lastNumber).rightJustified(4, QLatin1Char('0'));
    auto owned = std::make_unique<Transfer>(id, request, m_folder);
    Transfer* transfer = owned.get();
    watch(transfer);
    Q_EMIT aboutToAdd(count());
    m_transfers.push_back(std::move(owned));
    Q_EMIT added(count() - 1);
    keep(*transfer);
    transfer->start(m_credentials);
    return transfer;
}

Transfer* Transfers::runAgain(const Transfer& transfer)
{
    return start(transfer.request());
}

Result<Transfer*> Transfers::retryFailed(const Transfer& transfer)
{
    std::vector<mirror::SelectedFile> files;
    for (const Transfer::Failed& failed : transfer.failures()) {
        // Neither the index of a platform, which every run publishes, nor what can't be a package at all.
        if (conda::parsePackageFileName(failed.fileName.toStdString()))
            files.push_back({failed.subdir, failed.fileName, failed.sha256, {}});
    }
    if (files.empty() || transfer.failureCount() > static_cast<qint64>(Transfer::failuresKept))
        return runAgain(transfer);
    mirror::CopyRequest request = transfer.request();
    auto name = conda::parseChannelName(request.channel, request.as);
    if (!name)
        return name.error();
    const QString path = m_folder + QLatin1Char('/') + transfer.id() + failedSuffix;
    if (auto written = writeFileAtomically(path, mirror::explicitList(*name, files)); !written)
        return written.error();
    request.lockFiles = {path};
    request.packages.clear();
    request.subdirs.clear();
    return start(request);
}

void Transfers::remove(const Transfer* transfer)
{
    const int index = indexOf(transfer);
    if (index < 0 || transfer->isRunning())
        return;
    m_writer.finish(); // or it would come back
    QFile::remove(pathOf(*transfer));
    if (const QString report = transfer->reportFile(); !report.isEmpty())
        QFile::remove(report);
    QFile::remove(transfer->filesFile());
    Q_EMIT aboutToRemove(index);
    const auto gone = std::move(m_transfers[static_cast<size_t>(index)]);
    m_transfers.erase(m_transfers.begin() + index);
    removeUnneeded(gone->request().lockFiles);
    Q_EMIT removed(index);
}

/// The workspace's, whose folder is around ours.
QString Transfers::selections() const
{
    return Workspace::selectionsFolder(QFileInfo(m_folder).path());
}

void Transfers::removeUnneeded(const QStringList& lists) const
{
    for (const QString& list : lists) {
        const bool isNeeded = std::any_of(m_transfers.begin(), m_transfers.end(),
                                          [&](const auto& other) { return other->request().lockFiles.contains(list); });
        const bool isOurs = list.startsWith(selections() + QLatin1Char('/')) ||
                            (list.startsWith(m_folder + QLatin1Char('/')) && list.endsWith(failedSuffix));
        if (isOurs && !isNeeded)
            QFile::remove(list);
    }
}

void Transfers::stopAll()
{
    for (const auto& transfer : m_transfers)
        transfer->stop();
}

} // namespace condaoci::ui
