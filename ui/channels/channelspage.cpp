// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/channels/channelspage.h"

#include "core/base/atomicfile.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/mirror/packagerepo.h"
#include "core/mirror/places/channelsource.h"
#include "core/mirror/places/indexcache.h"
#include "ui/background.h"
#include "ui/channels/recordpanel.h"
#include "ui/channels/recordsmodel.h"
#include "ui/registries/inspector.h"
#include "ui/transfers/transfers.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/texts.h"

#include <QClipboard>
#include <QComboBox>
#include <QCryptographicHash>
#include <QDateTime>
#include <QDialog>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QItemSelectionModel>
#include <QJsonArray>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace condaoci::ui {

namespace {

constexpr qint64 selectionAsSpecs = 20; ///< so many are written out as specifications; more go into a file
constexpr qsizetype refusedNamed = 10;  ///< in a tool tip

using Index = std::shared_ptr<const conda::Repodata>;

/// Absent platforms are null.
Result<std::vector<Index>> readIndexes(const QString& channelText, const QStringList& subdirs,
                                       const http::Network& network, const std::stop_token& stop)
{
    auto channel = conda::parseChannel(channelText);
    if (!channel)
        return channel.error();
    mirror::tidyCachedDocuments(mirror::cachedDocumentsFolder());
    mirror::ChannelSource source(*channel, mirror::cachedDocumentsFolder(), network, stop);
    std::vector<Index> indexes;
    bool any = false;
    for (const QString& subdir : subdirs) {
        auto index = source.index(subdir, false, nullptr);
        if (!index)
            return index.error();
        any = any || index->index;
        indexes.push_back(index->index);
    }
    if (!any)
        return Error{
            ErrorKind::NotFound,
            ChannelsPage::tr("%1 has nothing for %2").arg(channel->toString(), subdirs.join(QStringLiteral(", ")))};
    return indexes;
}

Result<std::vector<Index>> readStored(const mirror::RegistryChannel& channel, const QStringList& subdirs,
                                      const oci::Authenticator::Lookup& credentials, const http::Network& network,
                                      const std::stop_token& stop)
{
    std::vector<Index> indexes;
    for (const QString& subdir : subdirs) {
        if (stop.stop_requested())
            return Error{ErrorKind::Cancelled, QStringLiteral("cancelled")};
        auto index = mirror::PackageRepo(channel, subdir, credentials, network).index();
        if (!index)
            return index.error();
        indexes.push_back(*index);
    }
    return indexes;
}

} // namespace

ChannelsPage::~ChannelsPage()
{
    if (m_keepsTicks.isActive())
        keepTicks();
    dropInBackground(m_model->records()); // the model's own is then not the last
}

void ChannelsPage::entered()
{
    if (m_opened.isEmpty() && m_channel->count() > 0)
        openChannel(m_channel->currentText());
}

void ChannelsPage::openChannel(const QString& text)
{
    const QString typed = text.trimmed();
    if (typed.isEmpty())
        return;
    const auto channel = workspace().channel(typed);
    if (!channel) {
        auto parsed = conda::parseChannel(typed);
        if (!parsed) {
            m_opened.clear();
            forgetRecords();
            return showReading(tr("⚠ %1").arg(parsed.error().message), false);
        }
    }
    showChannel(typed);
    const QStringList subdirs = channel && !channel->subdirs.isEmpty() ? channel->subdirs : usualSubdirs();
    for (QAction* action : std::as_const(m_subdirActions)) {
        const QSignalBlocker quiet(action);
        action->setChecked(subdirs.contains(action->text()));
    }
    const QString registry =
        channel ? channel->registry : workspace().state().value(QStringLiteral("channels/compare")).toString();
    m_registry->setCurrentIndex(std::max(0, m_registry->findData(registry)));
    read();
}

void ChannelsPage::keepChoices()
{
    const QString registry = m_registry->currentData().toString();
    workspace().state().set(QStringLiteral("channels/subdirs"), QJsonArray::fromStringList(chosenSubdirs()));
    workspace().state().set(QStringLiteral("channels/compare"), registry);
    if (auto channel = workspace().channel(m_opened)) {
        channel->subdirs = chosenSubdirs();
        channel->registry = registry;
        workspace().putChannel(*channel);
    }
}

QStringList ChannelsPage::chosenSubdirs() const
{
    QStringList subdirs;
    for (const QAction* action : m_subdirActions) {
        if (action->isChecked())
            subdirs.append(action->text());
    }
    return subdirs;
}

void ChannelsPage::showSubdirs(const QStringList& subdirs)
{
    m_subdirs->setText(subdirs.join(QStringLiteral(", ")) +
                       QStringLiteral("   ")); // the arrow stands on the text otherwise
}

void ChannelsPage::forgetRecords()
{
    m_reading.request_stop();
    m_comparing.request_stop();
    if (m_keepsTicks.isActive())
        keepTicks();
    m_ticked.clear();
    m_model->setRecords(nullptr); // which shows none in the panel, too
}

void ChannelsPage::read()
{
    m_opened = m_channel->currentText().trimmed();
    const QStringList subdirs = chosenSubdirs();
    showSubdirs(subdirs);
    forgetRecords();
    if (m_opened.isEmpty() || subdirs.isEmpty())
        return showReading(tr("Choose a channel and a platform."), false);
    showReading(tr("Reading the index of %1…").arg(withoutSecrets(m_opened)), true);
    m_reading = inBackground(
        this,
        [text = m_opened, subdirs,
         network = workspace().network()](const std::stop_token& stop) -> Result<std::shared_ptr<const Records>> {
            auto indexes = readIndexes(text, subdirs, network(), stop);
            if (!indexes)
                return indexes.error();
            return makeRecords(subdirs, *std::move(indexes));
        },
        [this](Result<std::shared_ptr<const Records>> records) {
            if (!records)
                return showReading(tr("⚠ %1").arg(oneLine(records.error().message)), false);
            m_stack->setCurrentIndex(1);
            m_model->setRecords(*std::move(records));
            // Only what could be read is worth a place in the list.
            workspace().rememberOpened(m_opened);
            workspace().putChannel(
                {m_opened, chosenSubdirs(), m_registry->currentData().toString(), QDateTime::currentDateTimeUtc()});
            restoreTicks();
            compare();
        });
}

QString ChannelsPage::ticksFile(const QString& channel) const
{
    const QByteArray name = QCryptographicHash::hash(withoutSecrets(channel).toUtf8(), QCryptographicHash::Sha256);
    return workspace().folder() + QStringLiteral("/ticks/") + QString::fromLatin1(name.toHex().first(16));
}

void ChannelsPage::keepTicks()
{
    m_keepsTicks.stop();
    if (m_ticked.isEmpty() || !m_model->records())
        return;
    const QString path = ticksFile(m_ticked);
    m_tickWriter.write(path, [path, records = m_model->records(), numbers = m_model->checked()] {
        const auto before = readFile(path, limits::repodataInflated);
        return linesOf(*records, numbers, before ? *before : QByteArray());
    });
}

void ChannelsPage::restoreTicks()
{
    // After what is still to be written.
    inBackground(
        m_tickWriter.thread(), this,
        [path = ticksFile(m_opened), records = m_model->records()](const std::stop_token&) -> std::optional<Ticks> {
            const auto lines = readFile(path, limits::repodataInflated);
            if (!lines && lines.error().kind != ErrorKind::NotFound)
                return std::nullopt; // better none than to write over what can't be read just now
            return lines ? ticksOf(*records, *lines) : Ticks();
        },
        [this, channel = m_opened, records = m_model->records().get()](const std::optional<Ticks>& ticks) {
            if (!ticks || m_opened != channel || m_model->records().get() != records)
                return;
            const bool isNews = m_model->checkedCount() > 0; // somebody was quicker
            m_model->check(*ticks);
            m_ticked = m_opened;
            if (isNews)
                m_keepsTicks.start();
        });
}

/// What was looked at is so still, after rows were sorted, filtered or read anew, where it is among the first.
void ChannelsPage::lookAgain()
{
    const auto& records = m_model->records();
    if (!records || m_looked.second.empty() || m_table->currentIndex().isValid())
        return;
    const auto number = records->find(m_looked.first, m_looked.second);
    if (const int row = number ? m_model->rowOf(*number) : -1; row >= 0)
        m_table->setCurrentIndex(m_model->index(row, 0));
}

void ChannelsPage::compare()
{
    m_comparing.request_stop();
    const QString text = m_registry->currentData().toString();
    const auto name = conda::parseChannelName(m_opened);
    const auto endpoint = oci::parseEndpoint(text);
    m_model->setPresence({});
    if (text.isEmpty() || !name || !endpoint || !m_model->records())
        return;
    m_comparing = inBackground(
        workspace().credentials().thread, this,
        [forRegistry = workspace().credentials().forRegistry, endpoint = *endpoint](const std::stop_token&) {
            return forRegistry(endpoint);
        },
        [this, channel = mirror::RegistryChannel{*endpoint, *name}](const oci::Authenticator::Lookup& credentials) {
            m_comparing = inBackground(
                this,
                [channel, credentials, network = workspace().network(), failed = failedThere(channel),
                 records = m_model->records()](const std::stop_token& stop) -> Result<std::vector<Presence>> {
                    auto stored = readStored(channel, records->subdirs, credentials, network(), stop);
                    if (!stored)
                        return stored.error();
                    return comparePresence(*records, *stored, failed, stop);
                },
                [this](Result<std::vector<Presence>> presence) {
                    if (presence)
                        m_model->setPresence(*std::move(presence));
                    else
                        Q_EMIT problem(presence.error().message);
                });
        });
}

/// What transfers of this channel to this registry could not bring.
std::set<FileKey> ChannelsPage::failedThere(const mirror::RegistryChannel& channel) const
{
    std::set<FileKey> failed;
    const Transfers& transfers = workspace().transfers();
    for (int i = 0; i < transfers.count(); ++i) {
        const Transfer& transfer = *transfers.at(i);
        const auto registry = oci::parseEndpoint(transfer.request().registry);
        const auto name = conda::parseChannelName(transfer.request().channel, transfer.request().as);
        if (transfer.failures().empty() || !registry || registry->toString() != channel.endpoint.toString() || !name ||
            *name != channel.name || transfer.request().verb == mirror::CopyRequest::Verb::PullCache)
            continue;
        for (const Transfer::Failed& one : transfer.failures())
            failed.insert({one.subdir, one.fileName.toStdString()});
    }
    return failed;
}

void ChannelsPage::showRecord(int row)
{
    m_panel->show(m_model->recordAt(row), m_model->subdirAt(row));
    m_look->setEnabled(isThere(row));
}

bool ChannelsPage::isThere(int row) const
{
    return m_model->presenceAt(row) == Presence::There;
}

/// Into the package as it stands in the registry that the channel is compared with; only its info is fetched.
void ChannelsPage::lookInside()
{
    const int row = m_table->currentIndex().row();
    const conda::PackageRecord* record = m_model->recordAt(row);
    const auto name = conda::parseChannelName(m_opened);
    if (!record || !name)
        return;
    auto* dialog = new QDialog(this);
    dialog->setObjectName(QStringLiteral("lookInsideDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Inside %1").arg(shown(record->fileName)));
    dialog->resize(680, 520);
    auto* inspector = new Inspector(workspace());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(inspector, 1);
    column->addWidget(buttons);
    inspector->show({RegistryTree::Level::Build, m_registry->currentData().toString(), *name, m_model->subdirAt(row),
                     text(record->name), text(record->version) + QLatin1Char('-') + text(record->build)});
    dialog->open();
}

void ChannelsPage::showReading(const QString& message, bool busy)
{
    m_stack->setCurrentIndex(0);
    m_message->setText(message);
    m_busy->setVisible(busy);
    showCounts();
}

void ChannelsPage::showCounts()
{
    const QLocale locale;
    const qint64 checked = m_model->checkedCount();
    const auto& records = m_model->records();
    m_mirrorSelected->setEnabled(checked > 0 && !m_isWriting);
    m_copyCommand->setEnabled(records != nullptr && !m_isWriting);
    m_mirrorAll->setEnabled(!m_opened.isEmpty());
    m_selectAll->setEnabled(m_model->rowCount() > 0);
    m_clear->setEnabled(checked > 0);
    if (!records) {
        m_counts->clear();
        return;
    }
    if (m_isWriting)
        return m_counts->setText(tr("Writing down %n package(s)…", nullptr, static_cast<int>(checked)));
    QString text =
        m_model->filter().isEmpty()
            ? (records->size() == 1 ? tr("1 package") : tr("%1 packages").arg(locale.toString(records->size())))
            : (records->size() == 1 ? tr("%1 of %2 package") : tr("%1 of %2 packages"))
                  .arg(locale.toString(m_model->shownCount()), locale.toString(records->size()));
    if (checked > 0)
        text = tr("%1, %2 selected (%3)").arg(text, locale.toString(checked), shownSize(m_model->checkedBytes()));
    const qint64 refused = records->refusedCount();
    if (refused > 0)
        text = tr("%1, %n can't be used", nullptr, static_cast<int>(refused)).arg(text);
    m_counts->setText(text);
    m_counts->setToolTip(plainToolTip(records->refused(refusedNamed).join(QLatin1Char('\n'))));
}

void ChannelsPage::setFilter(const QString& text)
{
    m_model->setFilter(text);
}

mirror::CopyRequest ChannelsPage::request() const
{
    mirror::CopyRequest request = workspace().newRequest(mirror::CopyRequest::Verb::Mirror);
    request.channel = m_opened;
    if (const QString compared = m_registry->currentData().toString(); !compared.isEmpty())
        request.registry = compared;
    return request;
}

void ChannelsPage::mirrorEverything()
{
    mirror::CopyRequest request = this->request();
    request.subdirs = chosenSubdirs();
    Q_EMIT copyWanted(request);
}

void ChannelsPage::useSelection(bool asCommandLine)
{
    mirror::CopyRequest request = this->request();
    const auto finish = [this, asCommandLine](const mirror::CopyRequest& made) {
        if (asCommandLine)
            QGuiApplication::clipboard()->setText(mirror::shellCommand(mirror::commandLine(made)));
        else
            Q_EMIT copyWanted(made);
    };
    if (m_model->checkedCount() == 0) {
        request.subdirs = chosenSubdirs();
        if (!m_model->filter().isEmpty())
            request.packages = QStringList{m_model->filter()};
        return finish(request);
    }
    const auto records = m_model->records();
    const std::vector<quint32> checked = m_model->checked();
    if (asCommandLine && m_model->checkedCount() <= selectionAsSpecs) {
        for (const quint32 number : checked) {
            const conda::PackageRecord* record = records->all[number].record;
            const quint32 subdir = records->all[number].subdir;
            request.packages.append(
                QStringLiteral("%1=%2=%3").arg(text(record->name), text(record->version), text(record->build)));
            if (!request.subdirs.contains(records->subdirs[subdir]))
                request.subdirs.append(records->subdirs[subdir]);
        }
        request.packages.removeDuplicates(); // of a build's two formats
        return finish(request);
    }
    const auto name = conda::parseChannelName(request.channel);
    m_isWriting = true;
    showCounts();
    inBackground(
        this,
        [folder = asCommandLine ? Workspace::listsFolder(workspace().folder())
                                : Workspace::selectionsFolder(workspace().folder()),
         records, checked, name = name ? *name : QString()](const std::stop_token&) {
            std::vector<mirror::SelectedFile> files;
            for (const quint32 number : checked) {
                const conda::PackageRecord* record = records->all[number].record;
                const quint32 subdir = records->all[number].subdir;
                files.push_back({records->subdirs[subdir], text(record->fileName),
                                 QByteArray(record->sha256.data(), static_cast<qsizetype>(record->sha256.size())),
                                 QByteArray(record->md5.data(), static_cast<qsizetype>(record->md5.size()))});
            }
            return Workspace::saveSelection(folder, name, files);
        },
        [this, request, finish](const Result<QString>& path) mutable {
            m_isWriting = false;
            showCounts();
            if (!path) {
                Q_EMIT problem(path.error().message);
                return;
            }
            request.lockFiles = QStringList{*path};
            finish(request);
        });
}

bool ChannelsPage::eventFilter(QObject* watched, QEvent* event)
{
    // Space checks every selected row, not only the current one.
    if (watched == m_table && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space) {
        std::vector<int> rows;
        for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
            rows.push_back(index.row());
        m_model->toggle(rows);
        return true;
    }
    return Page::eventFilter(watched, event);
}

} // namespace condaoci::ui
