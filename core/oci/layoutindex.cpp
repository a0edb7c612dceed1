// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/layoutindex.h"

#include "core/base/atomicfile.h"
#include "core/base/limits.h"
#include "core/oci/manifest.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <simdjson.h>

#include <algorithm>

namespace condaoci::oci {

namespace {

namespace dom = simdjson::dom;

constexpr char refName[] = "org.opencontainers.image.ref.name";
constexpr qsizetype writtenAtOnce = 1 << 20; // bytes

QByteArray bytesOf(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

QByteArray jsonOf(dom::element element)
{
    return QByteArray::fromStdString(simdjson::minify(element));
}

/// A JSON string with its quotation marks.
QByteArray quoted(const QByteArray& utf8)
{
    const bool isPlain =
        std::all_of(utf8.begin(), utf8.end(), [](char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; });
    if (isPlain)
        return '"' + utf8 + '"';
    const QByteArray list = QJsonDocument(QJsonArray{QString::fromUtf8(utf8)}).toJson(QJsonDocument::Compact); // ["…"]
    return list.sliced(1, list.size() - 2);
}

QByteArray jsonOf(const QByteArray& ref, const LayoutIndex::Entry& entry)
{
    if (!entry.whole.isEmpty())
        return entry.whole;
    return R"({"annotations":{")" + QByteArray(refName) + R"(":)" + quoted(ref) + R"(},"digest":")" +
           entry.digest.toByteArray() + R"(","mediaType":)" + quoted(entry.mediaType) + R"(,"size":)" +
           QByteArray::number(entry.size) + '}';
}

/// Its name, and the rest.
std::pair<QByteArray, LayoutIndex::Entry> entryOf(dom::element element)
{
    LayoutIndex::Entry entry;
    std::string_view ref, digest, mediaType;
    int64_t size = 0;
    dom::object object, annotations;
    const bool isUsual =
        element.get(object) == simdjson::SUCCESS && object["annotations"].get(annotations) == simdjson::SUCCESS &&
        annotations[refName].get(ref) == simdjson::SUCCESS && object["digest"].get(digest) == simdjson::SUCCESS &&
        object["mediaType"].get(mediaType) == simdjson::SUCCESS && object["size"].get(size) == simdjson::SUCCESS;
    if (const auto parsed = Digest::parse(QByteArrayView(digest.data(), static_cast<qsizetype>(digest.size()))))
        entry.digest = *parsed;
    entry.size = size;
    entry.mediaType = bytesOf(mediaType);
    if (!isUsual || entry.digest.isNull() || object.size() != 4 || annotations.size() != 1)
        entry.whole = jsonOf(element);
    return {bytesOf(ref), std::move(entry)};
}

} // namespace

Result<LayoutIndex> LayoutIndex::read(const QString& path)
{
    LayoutIndex index;
    auto bytes = readFile(path, limits::repodataInflated);
    if (!bytes && bytes.error().kind == ErrorKind::NotFound)
        return index;
    if (!bytes)
        return bytes.error();
    const auto damaged = [&](const char* why) {
        return Error{ErrorKind::Disk, QStringLiteral("%1 is damaged: %2").arg(path, QLatin1String(why))};
    };
    dom::parser parser;
    dom::object document;
    bytes->reserve(bytes->size() + static_cast<qsizetype>(simdjson::SIMDJSON_PADDING));
    if (const auto failed = parser.parse(bytes->constData(), static_cast<size_t>(bytes->size()), false).get(document))
        return damaged(simdjson::error_message(failed));
    for (const auto member : document) {
        if (member.key == "manifests") {
            dom::array manifests;
            if (member.value.get(manifests) != simdjson::SUCCESS)
                return damaged("its manifests are no list");
            for (const dom::element manifest : manifests) {
                auto [ref, entry] = entryOf(manifest);
                entry.mediaType = *index.m_mediaTypes.insert(entry.mediaType).first;
                index.m_entries.emplace(std::move(ref), std::move(entry));
            }
        } else if (member.key != "schemaVersion" && member.key != "mediaType") {
            index.m_more += ',' + quoted(bytesOf(member.key)) + ':' + jsonOf(member.value);
        }
    }
    return index;
}

Result<void> LayoutIndex::write(const QString& path) const
{
    AtomicFile file(path);
    if (auto opened = file.open(); !opened)
        return opened;
    QByteArray pending =
        R"({"schemaVersion":2,"mediaType":")" + QByteArray(indexMediaType) + '"' + m_more + R"(,"manifests":[)";
    const char* between = "";
    for (const auto& [ref, entry] : m_entries) {
        pending += between + jsonOf(ref, entry);
        between = ",";
        if (pending.size() < writtenAtOnce)
            continue;
        if (auto written = file.write(pending); !written)
            return written;
        pending.clear();
    }
    pending += "]}";
    if (auto written = file.write(pending); !written)
        return written;
    return file.commit();
}

const LayoutIndex::Entry* LayoutIndex::find(const QByteArray& ref) const
{
    const auto behind = m_entries.upper_bound(ref);
    const auto found = behind == m_entries.begin() ? m_entries.end() : std::prev(behind);
    return found != m_entries.end() && found->first == ref ? &found->second : nullptr;
}

Digest LayoutIndex::digestOf(const QByteArray& ref) const
{
    const Entry* entry = find(ref);
    return entry ? entry->digest : Digest();
}

void LayoutIndex::set(const QByteArray& ref, Entry entry)
{
    entry.mediaType = *m_mediaTypes.insert(entry.mediaType).first;
    m_entries.erase(ref);
    m_entries.emplace(ref, std::move(entry));
}

} // namespace condaoci::oci
