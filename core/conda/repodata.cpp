// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/repodata.h"

#include "core/base/firstfew.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/lookslike.h"

#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>

#include <simdjson.h>

#include <algorithm>
#include <functional>
#include <set>

namespace condaoci::conda {

namespace ondemand = simdjson::ondemand;

size_t Repodata::slotOf(std::string_view fileName, quint32& upperHash) const
{
    // Qt's seed differs from run to run, so that nobody can write an index whose names all fall on one slot.
    const quint64 hash = qHashBits(fileName.data(), fileName.size(), QHashSeed::globalSeed());
    const size_t mask = m_slots.size() - 1;
    upperHash = static_cast<quint32>(hash >> 32);
    size_t at = static_cast<size_t>(hash) & mask;
    while (m_slots[at].record != Slot::none &&
           (m_slots[at].hash != upperHash || m_records[m_slots[at].record].fileName != fileName))
        at = (at + 1) & mask;
    return at;
}

const PackageRecord* Repodata::find(std::string_view fileName) const
{
    quint32 hash = 0;
    const quint32 record = m_slots[slotOf(fileName, hash)].record;
    return record == Slot::none ? nullptr : &m_records[record];
}

namespace {

QByteArray copyOf(std::string_view view)
{
    return {view.data(), static_cast<qsizetype>(view.size())};
}

/// The record as it is published. What is added takes the place of the record's own (it may say that it has none),
/// since a key may not stand twice.
QByteArray rawOf(const Repodata::Published& published)
{
    const std::string_view raw = published.record->raw;
    if (published.isAsWritten())
        return copyOf(raw);
    QByteArray out;
    const auto add = [&out](const QByteArray& field) { out += (out.isEmpty() ? '{' : ',') + field; };
    if (!published.addedSha256.isEmpty())
        add("\"sha256\":\"" + published.addedSha256 + '"');
    if (published.addedSize >= 0)
        add("\"size\":" + QByteArray::number(published.addedSize));
    const auto keep = [&add](const char* begin, const char* end) {
        const std::string_view field(begin, static_cast<size_t>(end - begin));
        add(copyOf(field.substr(0, field.find_last_not_of(", \t\r\n") + 1)));
    };
    // The record was iterated when it was parsed, so nothing throws here.
    const simdjson::padded_string record(raw);
    ondemand::parser parser;
    ondemand::document document = parser.iterate(record);
    const char* kept = nullptr; // the field before the current one, if it stays
    for (ondemand::field field : document.get_object()) {
        const char* begin = field.key().raw() - 1;
        if (kept)
            keep(kept, begin);
        std::string_view key;
        const bool isRead = field.unescaped_key().get(key) == simdjson::SUCCESS;
        const bool isReplaced = isRead && ((key == "sha256" && !published.addedSha256.isEmpty()) ||
                                           (key == "size" && published.addedSize >= 0));
        kept = isReplaced ? nullptr : begin;
    }
    if (kept)
        keep(kept, record.data() + record.size() - 1);
    return out + '}';
}

QByteArray jsonString(std::string_view value, QByteArrayView document)
{
    // Text that is a view into the document has no escapes there either.
    if (value.data() >= document.data() && value.data() < document.data() + document.size())
        return '"' + copyOf(value) + '"';
    const QByteArray array = QJsonDocument(QJsonObject{{text(value), 0}}).toJson(QJsonDocument::Compact);
    return array.sliced(1, array.size() - 4); // {"…":0}
}

QByteArray withoutBaseUrl(std::string_view info)
{
    QJsonObject object = QJsonDocument::fromJson(copyOf(info)).object();
    object.remove(QLatin1String("base_url"));
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

qint64 Repodata::refusedCount() const
{
    return countOf(m_refused);
}

qint64 Repodata::memory() const
{
    const size_t beside =
        m_records.size() * sizeof(PackageRecord) + m_slots.size() * sizeof(Slot) + m_texts.size() * sizeof(std::string);
    return m_json.size() + static_cast<qint64>(beside);
}

bool Repodata::owns(const PackageRecord* record) const
{
    return std::less_equal<>()(m_records.data(), record) && std::less<>()(record, m_records.data() + m_records.size());
}

QByteArray Repodata::withRecords(const std::vector<Published>& published) const
{
    const bool isWhole = published.size() == m_records.size() &&
                         std::all_of(published.begin(), published.end(),
                                     [&](const auto& one) { return one.isAsWritten() && owns(one.record); });
    if (isWhole && m_hasSections && m_refused.empty() && m_baseUrl.empty())
        return m_json;

    std::vector<const Published*> ordered(published.size());
    std::transform(published.begin(), published.end(), ordered.begin(), [](const Published& one) { return &one; });
    std::sort(ordered.begin(), ordered.end(), [this](const Published* a, const Published* b) {
        const bool ownA = owns(a->record);
        const bool ownB = owns(b->record);
        return ownA != ownB ? ownA : ownA ? a->record < b->record : a->record->fileName < b->record->fileName;
    });
    const auto section = [&](Format format) {
        QByteArray out;
        for (const Published* one : ordered) {
            if (one->record->format != format)
                continue;
            const QByteArrayView document = owns(one->record) ? QByteArrayView(m_json) : QByteArrayView();
            out += (out.isEmpty() ? "{\n" : ",\n") + jsonString(one->record->fileName, document) + ": " + rawOf(*one);
        }
        return out.isEmpty() ? QByteArray("{}") : out + "\n}";
    };

    QByteArray out;
    const auto add = [&](const QByteArray& key, const QByteArray& value) {
        out += (out.isEmpty() ? "{" : ",\n") + key + ": " + value;
    };
    using Kind = TopLevelKey::Kind;
    for (const TopLevelKey& top : m_topLevel) {
        if (top.kind == Kind::Packages)
            add("\"packages\"", section(Format::TarBz2));
        else if (top.kind == Kind::PackagesConda)
            add("\"packages.conda\"", section(Format::Conda));
        else if (top.kind == Kind::Info && !m_baseUrl.empty())
            add(copyOf(top.key), withoutBaseUrl(top.value));
        else
            add(copyOf(top.key), copyOf(top.value));
    }
    // Indexes from before 2019 have no section for .conda, some of today none for .tar.bz2, and people were once told
    // to make an index by `echo '{}'`.
    const auto addAbsent = [&](Kind kind, Format format, const char* key) {
        const bool isThere = std::any_of(m_topLevel.begin(), m_topLevel.end(),
                                         [kind](const TopLevelKey& top) { return top.kind == kind; });
        const QByteArray made = isThere ? QByteArray() : section(format);
        if (!isThere && (made != "{}" || !m_hasSections))
            add(key, made);
    };
    addAbsent(Kind::Packages, Format::TarBz2, "\"packages\"");
    addAbsent(Kind::PackagesConda, Format::Conda, "\"packages.conda\"");
    return out + "}\n";
}

QByteArray Repodata::withAdded(const std::vector<Published>& added) const
{
    std::set<std::string_view> replaced;
    for (const Published& one : added)
        replaced.insert(one.record->fileName);
    std::vector<Published> all;
    for (const PackageRecord& record : m_records) {
        if (!replaced.contains(record.fileName))
            all.push_back({&record, {}});
    }
    all.insert(all.end(), added.begin(), added.end());
    return withRecords(all);
}

bool lists(const Repodata& index, const PackageRecord& record)
{
    if (index.owns(&record))
        return true;
    const PackageRecord* listed = index.find(record.fileName);
    if (!listed)
        return false;
    if (!record.sha256.empty())
        return listed->sha256 == record.sha256;
    const bool isSizeKnown = listed->size >= 0 && record.size >= 0; // of the other one it may have been added here
    return listed->md5 == record.md5 && (!isSizeKnown || listed->size == record.size);
}

Result<void> checkIsIndex(const Repodata& document)
{
    if (document.hasSections())
        return {};
    return Error{ErrorKind::Parse, Messages::tr("it is not an index: it has no section of packages; it begins with %1")
                                       .arg(firstWords(document.bytes()))};
}

QByteArray emptyRepodata(const QString& subdir)
{
    return "{\"info\":{\"subdir\":\"" + subdir.toUtf8() +
           "\"},\"packages\":{},\"packages.conda\":{},\"removed\":[],\"repodata_version\":1}\n";
}

} // namespace condaoci::conda
