// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/layoutindex.h"

#include "core/base/atomicfile.h"
#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/oci/manifest.h"

#include <QFile>
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

QByteArray minified(dom::element element)
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

struct NamedEntry
{
    QByteArray ref;
    LayoutIndex::Entry entry;
    bool isPlain = false; ///< there is nothing else in it
};

NamedEntry entryIn(dom::element element)
{
    NamedEntry found;
    std::string_view ref, digest, mediaType;
    int64_t size = 0;
    dom::object object, annotations;
    const bool isUsual =
        element.get(object) == simdjson::SUCCESS && object["annotations"].get(annotations) == simdjson::SUCCESS &&
        annotations[refName].get(ref) == simdjson::SUCCESS && object["digest"].get(digest) == simdjson::SUCCESS &&
        object["mediaType"].get(mediaType) == simdjson::SUCCESS && object["size"].get(size) == simdjson::SUCCESS;
    if (auto parsed = Digest::parse(QByteArrayView(digest.data(), static_cast<qsizetype>(digest.size()))))
        found.entry.digest = *std::move(parsed);
    found.ref = bytesOf(ref);
    found.entry.size = size;
    found.entry.mediaType = bytesOf(mediaType);
    found.isPlain =
        isUsual && found.entry.digest.algorithm() == "sha256" && object.size() == 4 && annotations.size() == 1;
    return found;
}

} // namespace

LayoutIndex::Kept LayoutIndex::keep(const Entry& entry)
{
    Plain plain{{}, entry.size, &*m_mediaTypes.insert(entry.mediaType).first};
    const QByteArray sum = QByteArray::fromHex(entry.digest.hex());
    std::copy(sum.begin(), sum.end(), plain.sha256.begin());
    return plain;
}

LayoutIndex::Entry LayoutIndex::entryOf(const Kept& kept)
{
    if (const auto* plain = std::get_if<Plain>(&kept)) {
        const QByteArray hex = QByteArray::fromRawData(plain->sha256.data(), plain->sha256.size()).toHex();
        return {*Digest::fromSha256Hex(hex), plain->size, *plain->mediaType};
    }
    dom::parser parser;
    dom::element element;
    const auto& json = std::get<QByteArray>(kept);
    const bool isJson =
        parser.parse(json.constData(), static_cast<size_t>(json.size())).get(element) == simdjson::SUCCESS;
    return isJson ? entryIn(element).entry : Entry();
}

QByteArray LayoutIndex::jsonOf(const QByteArray& ref, const Kept& kept)
{
    if (const auto* json = std::get_if<QByteArray>(&kept))
        return *json;
    const Entry entry = entryOf(kept);
    return R"({"annotations":{")" + QByteArray(refName) + R"(":)" + quoted(ref) + R"(},"digest":")" +
           entry.digest.toByteArray() + R"(","mediaType":)" + quoted(entry.mediaType) + R"(,"size":)" +
           QByteArray::number(entry.size) + '}';
}

Result<LayoutIndex> LayoutIndex::read(const QString& path)
{
    LayoutIndex index;
    auto bytes = readFile(path, limits::repodataInflated);
    if (!bytes && bytes.error().kind == ErrorKind::NotFound)
        return index;
    if (!bytes)
        return bytes.error();
    const auto damaged = [&](const QString& why) {
        return Error{ErrorKind::Disk, Messages::tr("%1 is damaged: %2").arg(path, why)};
    };
    dom::parser parser;
    dom::object document;
    bytes->reserve(bytes->size() + static_cast<qsizetype>(simdjson::SIMDJSON_PADDING));
    if (const auto failed = parser.parse(bytes->constData(), static_cast<size_t>(bytes->size()), false).get(document))
        return damaged(QLatin1String(simdjson::error_message(failed)));
    for (const auto member : document) {
        if (member.key == "manifests") {
            dom::array manifests;
            if (member.value.get(manifests) != simdjson::SUCCESS)
                return damaged(Messages::tr("its manifests are no list"));
            for (const dom::element manifest : manifests) {
                const NamedEntry found = entryIn(manifest);
                index.m_entries.emplace(found.ref, found.isPlain ? index.keep(found.entry) : Kept(minified(manifest)));
            }
        } else if (member.key != "schemaVersion" && member.key != "mediaType") {
            index.m_more += ',' + quoted(bytesOf(member.key)) + ':' + minified(member.value);
        }
    }
    index.m_content = Digest::ofBytes(*bytes);
    return index;
}

Result<void> LayoutIndex::write(const QString& path)
{
    AtomicFile file(path);
    if (auto opened = file.open(); !opened)
        return opened;
    Hasher hasher(Hasher::Md5::No);
    QByteArray pending =
        R"({"schemaVersion":2,"mediaType":")" + QByteArray(indexMediaType) + '"' + m_more + R"(,"manifests":[)";
    const auto writePending = [&] {
        hasher.update(pending);
        auto written = file.write(pending);
        pending.clear();
        return written;
    };
    const char* between = "";
    for (const auto& [ref, kept] : m_entries) {
        pending += between + jsonOf(ref, kept);
        between = ",";
        if (pending.size() < writtenAtOnce)
            continue;
        if (auto written = writePending(); !written)
            return written;
    }
    pending += "]}";
    if (auto written = writePending(); !written)
        return written;
    if (auto committed = file.commit(); !committed)
        return committed;
    m_content = hasher.finish().sha256;
    return {};
}

bool LayoutIndex::isAsIn(const QString& path) const
{
    // Its date and its size would not tell: two programs may write it within one tick of the file system's clock.
    const auto sums = sumsOfFile(path, Hasher::Md5::No);
    return sums ? sums->sha256 == m_content : m_content.isNull() && !QFile::exists(path);
}

std::optional<LayoutIndex::Entry> LayoutIndex::find(const QByteArray& ref) const
{
    const auto behind = m_entries.upper_bound(ref);
    if (behind == m_entries.begin() || std::prev(behind)->first != ref)
        return {};
    return entryOf(std::prev(behind)->second);
}

Digest LayoutIndex::digestOf(const QByteArray& ref) const
{
    const auto entry = find(ref);
    return entry ? entry->digest : Digest();
}

void LayoutIndex::forEachRef(const QByteArray& prefix, const std::function<void(const QByteArray& ref)>& visit) const
{
    for (auto it = m_entries.lower_bound(prefix); it != m_entries.end() && it->first.startsWith(prefix); ++it)
        visit(it->first);
}

void LayoutIndex::set(const QByteArray& ref, const Entry& entry)
{
    m_entries.erase(ref);
    m_entries.emplace(ref, keep(entry));
}

} // namespace condaoci::oci
