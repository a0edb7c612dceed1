// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/indexer.h"

#include "core/base/atomicfile.h"
#include "core/base/messages.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <atomic>
#include <optional>
#include <system_error>
#include <thread>
#include <variant>

namespace condaoci::conda {

namespace {

std::string_view view(const QByteArray& bytes)
{
    return {bytes.constData(), static_cast<size_t>(bytes.size())};
}

QByteArrayView view(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

/// One package file and what is found out about it.
struct Item
{
    QFileInfo file;
    QByteArray fileName;                                    ///< UTF-8
    std::variant<std::monostate, QByteArray, QString> made; ///< a record of our own, or why there is none
    const PackageRecord* record = nullptr;                  ///< from one of the known indexes
    const PackageRecord* promised = nullptr;                ///< likewise, of a file that has other bytes
};

bool isFresh(const Item& item, const FolderKnowledge& knowledge)
{
    const PackageRecord* listed = knowledge.listedBy ? knowledge.listedBy->find(view(item.fileName)) : nullptr;
    return listed && listed->size == item.file.size() &&
           item.file.lastModified().toMSecsSinceEpoch() < knowledge.listedAt &&
           (!knowledge.believe || knowledge.believe(*listed));
}

const PackageRecord* findKnown(const FolderKnowledge& knowledge, const QByteArray& fileName, QByteArrayView sha256,
                               QByteArrayView md5)
{
    for (const auto& index : knowledge.known) {
        const PackageRecord* record = index->find(view(fileName));
        if (record &&
            (record->sha256.empty() ? !md5.isEmpty() && view(record->md5) == md5 : view(record->sha256) == sha256))
            return record;
    }
    return nullptr;
}

/// Sets what is promised of a file that none of the known indexes lists with its sums, where one lists it with others.
void setPromised(Item& item, const FolderKnowledge& knowledge, const Sums& sums)
{
    for (const auto& index : knowledge.known) {
        const PackageRecord* record = index->find(view(item.fileName));
        const auto why = record ? whyOther(record->sha256, record->md5, sums) : std::nullopt;
        if (!why)
            continue;
        item.promised = record;
        item.made = *why;
        return;
    }
}

Result<QByteArray> readRecord(const Item& item, const Sums& sums)
{
    auto name = parsePackageFileName(view(item.fileName));
    if (!name)
        return name.error();
    QFile file(item.file.filePath());
    if (auto opened = openToRead(file); !opened)
        return opened.error();
    auto info = readPackageInfo(&file, name->format);
    if (!info)
        return info.error();
    if (auto checked = checkIndexJson(info->indexJson, *name); !checked)
        return checked.error();
    return makeRecord(info->indexJson, sums);
}

void examine(Item& item, const FolderKnowledge& knowledge, const std::stop_token& stop)
{
    if (const auto known = knowledge.verified.find(view(item.fileName)); known != knowledge.verified.end()) {
        item.record = findKnown(knowledge, item.fileName, known->second, {});
        if (item.record)
            return;
    }
    if (isFresh(item, knowledge)) {
        item.record = knowledge.listedBy->find(view(item.fileName));
        return;
    }
    const auto sums = sumsOfFile(item.file.filePath(), Hasher::Md5::Yes, stop);
    if (!sums) {
        item.made = sums.error().message;
        return;
    }
    item.record = findKnown(knowledge, item.fileName, sums->sha256.hex(), sums->md5);
    if (item.record)
        return;
    if (!knowledge.trustFiles)
        setPromised(item, knowledge, *sums);
    if (item.promised)
        return;
    if (auto made = readRecord(item, *sums))
        item.made = *made;
    else
        item.made = made.error().message;
}

std::vector<Item> packagesIn(const QString& folder)
{
    std::vector<Item> items;
    const auto files =
        QDir(folder).entryInfoList({QStringLiteral("*.conda"), QStringLiteral("*.tar.bz2")}, QDir::Files, QDir::Name);
    for (const QFileInfo& file : files)
        items.push_back({file, file.fileName().toUtf8(), {}, nullptr});
    return items;
}

void examineAll(std::vector<Item>& items, const FolderKnowledge& knowledge, const std::stop_token& stop)
{
    std::atomic<size_t> next = 0;
    const auto work = [&] {
        for (size_t i = next++; i < items.size() && !stop.stop_requested(); i = next++)
            examine(items[i], knowledge, stop);
    };
    std::vector<std::jthread> helpers;
    try {
        for (unsigned i = 1; i < std::min<size_t>(std::thread::hardware_concurrency(), items.size()); ++i)
            helpers.emplace_back(work);
    } catch (const std::system_error&) { // no more threads; then with those that there are
    }
    work();
}

/// Our own records as a document, so that they are records like all others.
Result<std::shared_ptr<const Repodata>> documentOf(const std::vector<Item>& items, const QString& subdir)
{
    QJsonObject conda;
    QJsonObject tarBz2;
    for (const Item& item : items) {
        if (const auto* record = std::get_if<QByteArray>(&item.made))
            (item.fileName.endsWith(".conda") ? conda : tarBz2)[QString::fromUtf8(item.fileName)] =
                QJsonDocument::fromJson(*record).object();
    }
    const QJsonObject document{{QStringLiteral("info"), QJsonObject{{QStringLiteral("subdir"), subdir}}},
                               {QStringLiteral("packages"), tarBz2},
                               {QStringLiteral("packages.conda"), conda},
                               {QStringLiteral("removed"), QJsonArray()},
                               {QStringLiteral("repodata_version"), 1}};
    return Repodata::parse(QJsonDocument(document).toJson(QJsonDocument::Compact) + '\n');
}

QString whyUnusable(const Item& item, const Repodata& made)
{
    if (const auto* why = std::get_if<QString>(&item.made))
        return *why;
    for (const RefusedRecord& refused : made.refused()) {
        if (refused.fileName == item.file.fileName())
            return Messages::tr("its info/index.json makes no usable record: %1").arg(refused.reason);
    }
    return Messages::tr("its info/index.json makes no usable record");
}

} // namespace

std::optional<QString> whyOther(std::string_view sha256, std::string_view md5, const Sums& sums)
{
    const bool bySha256 = !sha256.empty();
    if (!bySha256 && md5.empty())
        return std::nullopt;
    const QByteArray has = bySha256 ? sums.sha256.hex() : sums.md5;
    if (view(bySha256 ? sha256 : md5) == has)
        return std::nullopt;
    return Messages::tr("wrong %1: the index promises %2, the file has %3")
        .arg(bySha256 ? QStringLiteral("sha256") : QStringLiteral("md5"),
             QString::fromLatin1(view(bySha256 ? sha256 : md5)), QString::fromLatin1(has));
}

Result<QByteArray> makeRecord(QByteArrayView indexJson, const Sums& sums)
{
    QJsonParseError parsed;
    QJsonObject record = QJsonDocument::fromJson(indexJson.toByteArray(), &parsed).object();
    if (parsed.error != QJsonParseError::NoError)
        return Error{ErrorKind::Parse, Messages::tr("info/index.json can't be read: %1").arg(parsed.errorString())};
    // What conda-index leaves out as well: it says nothing that subdir and depends do not.
    for (const char* field : {"arch", "has_prefix", "mtime", "platform", "ucs", "requires_features", "binstar",
                              "target-triplet", "machine", "operatingsystem"})
        record.remove(QLatin1String(field));
    record[QLatin1String("md5")] = QString::fromLatin1(sums.md5);
    record[QLatin1String("sha256")] = QString::fromLatin1(sums.sha256.hex());
    record[QLatin1String("size")] = sums.size;
    return QJsonDocument(record).toJson(QJsonDocument::Compact);
}

Result<FolderIndex> indexFolder(const QString& folder, const QString& subdir, const FolderKnowledge& knowledge,
                                const std::stop_token& stop)
{
    std::vector<Item> items = packagesIn(folder);
    examineAll(items, knowledge, stop);
    if (stop.stop_requested())
        return Error{ErrorKind::Cancelled, Messages::tr("cancelled")};
    auto made = documentOf(items, subdir);
    if (!made)
        return made.error();
    FolderIndex result;
    std::vector<Repodata::Published> published;
    std::vector<Repodata::Published> promised;
    for (const Item& item : items) {
        if (item.promised)
            promised.push_back({item.promised, {}});
        const PackageRecord* record = item.record ? item.record : (*made)->find(view(item.fileName));
        if (record)
            published.push_back({record, {}, record->size < 0 ? item.file.size() : -1});
        else
            result.damaged.push_back({item.file.fileName(), whyUnusable(item, **made)});
    }
    const Repodata& base = knowledge.known.empty() ? **made : *knowledge.known.front();
    auto repodata = Repodata::parse(base.withRecords(published));
    if (!repodata)
        return repodata.error();
    result.repodata = *std::move(repodata);
    if (promised.empty())
        return result;
    auto promises = Repodata::parse((*made)->withRecords(promised));
    if (!promises)
        return promises.error();
    result.promised = *std::move(promises);
    return result;
}

} // namespace condaoci::conda
