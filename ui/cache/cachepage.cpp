// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/cache/cachepage.h"

#include "core/base/text.h"
#include "core/mirror/upkeep/cachecheck.h"
#include "ui/background.h"
#include "ui/cache/cachemodel.h"
#include "ui/cache/treemap.h"
#include "ui/widgets/texts.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>

namespace condaoci::ui {

using mirror::CacheFile;
using mirror::CacheState;

struct CachePage::Verification
{
    std::vector<CacheFile> files;
    qint64 good = 0;
    qint64 wrongCount = 0;
    QStringList wrong = {}; ///< the first few, in words
};

CachePage::Verification CachePage::summed(std::vector<CacheFile> files)
{
    constexpr qsizetype named = 3;
    Verification found{std::move(files)};
    for (const CacheFile& file : found.files) {
        found.good += file.state == CacheState::Verified;
        if (file.state != CacheState::Damaged && file.state != CacheState::Missing)
            continue;
        ++found.wrongCount;
        if (found.wrong.size() < named)
            found.wrong.append(tr("%1/%2 is %3").arg(file.subdir, oneLine(file.fileName, 200), shown(file.state)));
    }
    return found;
}

CachePage::~CachePage()
{
    m_reading.request_stop();
    m_verifying.request_stop();
}

QString CachePage::directory() const
{
    return m_caches->currentData().toString();
}

void CachePage::entered()
{
    if (!directory().isEmpty() && m_shown != directory())
        read();
}

void CachePage::openCache()
{
    auto* dialog = new QFileDialog(this, tr("Open a cache"), QDir::homePath());
    dialog->setObjectName(QStringLiteral("openCacheDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        workspace().addCache(path);
        m_caches->setCurrentIndex(m_caches->count() - 1);
        read();
    });
    dialog->open();
}

void CachePage::read()
{
    m_reading.request_stop();
    m_verifying.request_stop();
    m_ticks.stop();
    m_progress->hide();
    m_stop->hide();
    m_verify->setEnabled(true);
    m_summary->clear();
    m_shown = directory();
    m_opened.clear();
    if (m_shown.isEmpty()) {
        m_model->setFiles({});
        return showTotals();
    }
    m_totals->setText(tr("Reading…"));
    m_reading = inBackground(
        this,
        [directory = m_shown](const std::stop_token& stop) {
            const QStringList folders = QDir(directory).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
            return std::pair(mirror::listCache(directory, stop),
                             std::any_of(folders.begin(), folders.end(), conda::isSubdir));
        },
        [this](std::pair<Result<mirror::CacheContents>, bool> read) {
            auto& contents = read.first;
            m_isChannel = read.second;
            if (!contents) {
                m_model->forgetFiles();
                m_totals->clear();
                Q_EMIT problem(contents.error().message);
                return;
            }
            for (const QString& what : std::as_const(contents->problems))
                Q_EMIT problem(what);
            m_model->setFiles(std::move(contents->files));
            // A single channel is no picture; what is in it is. Files come by channel.
            const auto& files = *m_model->files();
            if (!files.empty() && files.front().channel == files.back().channel)
                m_opened = QStringList{files.front().channel};
            showTotals();
        });
}

void CachePage::showTotals()
{
    struct Totals
    {
        qint64 bytes = 0;
        qint64 count = 0;
        qint64 missing = 0;
        std::optional<qint64> free;
    };
    inBackground(
        this,
        [files = m_model->files(), directory = m_shown](const std::stop_token&) {
            Totals totals{0, 0, 0, mirror::freeBytes(mirror::CacheFolder{directory, {}})};
            for (const CacheFile& file : *files) {
                totals.bytes += file.state == CacheState::Missing ? 0 : file.size;
                totals.count += file.state != CacheState::Missing;
                totals.missing += file.state == CacheState::Missing;
            }
            return totals;
        },
        [this, files = m_model->files()](const Totals& totals) {
            if (files != m_model->files())
                return;
            QString text =
                tr("%n package(s), %1, %2 free on the disk", nullptr, static_cast<int>(totals.count))
                    .arg(shownSize(totals.bytes), totals.free ? shownSize(*totals.free) : tr("an unknown amount"));
            if (totals.missing > 0)
                text = tr("%1, %n missing", nullptr, static_cast<int>(totals.missing)).arg(text);
            m_totals->setText(text);
        });
    showParts();
}

void CachePage::showParts()
{
    m_up->setEnabled(!m_opened.isEmpty());
    const auto sum = [files = m_model->files(), opened = m_opened](const std::stop_token&) {
        const auto part = [](const CacheFile& file, qsizetype level) {
            return level == 0 ? file.channel : level == 1 ? file.subdir : level == 2 ? file.name : file.fileName;
        };
        QHash<QString, Treemap::Part> sums;
        for (const CacheFile& file : *files) {
            bool isInside = file.state != CacheState::Missing;
            for (qsizetype level = 0; isInside && level < opened.size(); ++level)
                isInside = part(file, level) == opened[level];
            if (!isInside)
                continue;
            Treemap::Part& whole = sums[part(file, opened.size())];
            whole.bytes += file.size;
            ++whole.files;
        }
        std::vector<Treemap::Part> parts;
        for (auto one = sums.cbegin(); one != sums.cend(); ++one)
            parts.push_back({one.key(), one->bytes, one->files});
        return Treemap::arranged(std::move(parts));
    };
    m_summing.request_stop();
    m_summing = inBackground(this, sum, [this](std::vector<Treemap::Part> parts) {
        m_treemap->setParts(m_opened.isEmpty() ? tr("What takes the space") : m_opened.join(QStringLiteral(" › ")),
                            std::move(parts));
    });
}

void CachePage::verify()
{
    m_verifying.request_stop();
    m_bytesRead = std::make_shared<std::atomic<qint64>>(0);
    m_progress->setRange(0, 1000);
    m_progress->setValue(0);
    m_progress->show();
    m_stop->show();
    m_verify->setEnabled(false);
    m_summary->setText(tr("Verifying…"));
    m_ticks.disconnect();
    auto total = std::make_shared<std::atomic<qint64>>(0);
    connect(&m_ticks, &QTimer::timeout, this, [this, total, read = m_bytesRead] {
        m_progress->setValue(*total > 0 ? static_cast<int>(std::min<qint64>(1000, *read * 1000 / *total)) : 0);
    });
    m_ticks.start(100);
    m_verifying = inBackground(
        this,
        [files = m_model->files(), directory = m_shown, total, read = m_bytesRead](const std::stop_token& stop) {
            qint64 bytes = 0;
            for (const CacheFile& file : *files)
                bytes += file.state == CacheState::Missing || file.state == CacheState::Partial ? 0 : file.size;
            *total = bytes;
            QThreadPool readers; // of their own, since the others have more to do than this
            return summed(
                QtConcurrent::blockingMapped<std::vector<CacheFile>>(&readers, *files, [&](const CacheFile& file) {
                    return mirror::verifyFile(directory, file, stop, *read);
                }));
        },
        [this](Verification found) { showVerified(std::move(found)); });
}

void CachePage::showVerified(Verification found)
{
    m_ticks.stop();
    m_progress->hide();
    m_stop->hide();
    m_verify->setEnabled(true);
    m_model->setFiles(std::move(found.files));
    const QLocale locale;
    QString text = tr("%1 verified.").arg(locale.toString(found.good));
    if (found.wrongCount > 0)
        text = tr("⚠ %1 %2 wrong: %3")
                   .arg(text, locale.toString(found.wrongCount), found.wrong.join(QStringLiteral("; ")));
    m_summary->setText(text);
    m_onlyDamaged->setEnabled(true);
}

std::vector<CacheFile> CachePage::chosen() const
{
    std::vector<CacheFile> files;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        files.push_back(m_model->fileAt(index.row()));
    return files;
}

QString CachePage::channelOf(const std::vector<CacheFile>& files) const
{
    const auto& all = *m_model->files();
    return !files.empty() ? files.front().channel : !all.empty() ? all.front().channel : QString();
}

void CachePage::push()
{
    mirror::CopyRequest request = workspace().newRequest(mirror::CopyRequest::Verb::PushCache);
    request.cacheDirectory = m_shown;
    const std::vector<CacheFile> files = chosen();
    request.channel = channelOf(files);
    std::vector<mirror::SelectedFile> selected;
    for (const CacheFile& file : files) {
        if (file.channel == request.channel && file.state != CacheState::Missing && file.state != CacheState::Partial)
            selected.push_back({file.subdir, file.fileName, file.sha256, file.md5});
    }
    if (selected.empty()) {
        Q_EMIT copyWanted(request);
        return;
    }
    inBackground(
        this,
        [folder = Workspace::selectionsFolder(workspace().folder()), channel = request.channel,
         selected](const std::stop_token&) { return Workspace::saveSelection(folder, channel, selected); },
        [this, request](const Result<QString>& path) mutable {
            if (!path) {
                Q_EMIT problem(path.error().message);
                return;
            }
            request.lockFiles = QStringList{*path};
            Q_EMIT copyWanted(request);
        });
}

void CachePage::askToDelete()
{
    const std::vector<CacheFile> files = chosen();
    if (files.empty())
        return;
    qint64 bytes = 0;
    for (const CacheFile& file : files)
        bytes += file.state == CacheState::Missing ? 0 : file.size;
    askBefore("delete", tr("Delete packages"),
              tr("Delete %n file(s) (%1) from this computer? Their records leave the index.", nullptr,
                 static_cast<int>(files.size()))
                  .arg(shownSize(bytes)),
              tr("&Delete"), [this, files] { deleteChosen(files); });
}

void CachePage::deleteChosen(const std::vector<CacheFile>& files)
{
    inBackground(
        this,
        [directory = m_shown, files](const std::stop_token&) { return mirror::deleteFromCache(directory, files); },
        [this](const Result<void>& deleted) {
            if (!deleted)
                Q_EMIT problem(deleted.error().message);
            read();
        });
}

void CachePage::setFilter(const QString& text)
{
    m_filter = text;
    m_model->setFilter(text, m_onlyDamaged->isChecked());
}

void CachePage::fillMenu(QMenu& menu)
{
    menu.addActions({m_verify, m_push, m_delete});
    menu.addSeparator();
    menu.addActions({m_show, m_copy, m_refresh});
    menu.addSeparator();
    menu.addActions({m_open, m_remove});
}

} // namespace condaoci::ui
