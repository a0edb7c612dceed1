// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/repodata.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>
#include <set>

namespace condaoci::conda {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr qint64 secondsUpTo = 100'000'000'000; // smaller timestamps are seconds (conda-build changed the unit in 2017)

/// What stands between the quotes of a JSON string that begins (after its quote) at `begin`.
std::string_view untilQuote(const char* begin)
{
    const char* at = begin;
    while (*at != '"')
        at += *at == '\\' ? 2 : 1;
    return {begin, static_cast<size_t>(at - begin)};
}

bool hasEscapes(std::string_view raw)
{
    return std::memchr(raw.data(), '\\', raw.size()) != nullptr;
}

bool isHex(std::string_view text, size_t length)
{
    return text.size() == length && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

} // namespace

/// Fills a Repodata from its document in one pass. simdjson's errors are exceptions in here and nowhere else.
class RepodataParser
{
public:
    explicit RepodataParser(Repodata& target)
        : m_target(target)
    {
    }
    Result<void> run();

private:
    /// Gives the key, unescaped.
    std::string_view topLevel(ondemand::field& field);
    /// A value as it is written, found to be valid in all its parts.
    std::string_view verbatim(ondemand::value value);
    void info(std::string_view raw);
    void section(ondemand::object object, Format format);
    void record(std::string_view fileName, ondemand::value value, Format format);
    void readFields(ondemand::object object, PackageRecord& record);
    void readField(std::string_view key, ondemand::value value, PackageRecord& record);
    [[nodiscard]] QString check(PackageRecord& record);
    void sortByFileName();

    std::string_view keep(std::string text) { return m_target.m_texts.emplace_back(std::move(text)); }
    /// A view into the document where the text has no escapes.
    std::string_view key(ondemand::field& field);
    std::string_view string(ondemand::value value);
    qint64 integer(ondemand::value value);
    std::string_view hex(ondemand::value value, size_t length, const char* what);
    /// From `begin` to the last `close` before what is read next.
    std::string_view rawUntilHere(const char* begin, char close);

    Repodata& m_target;
    ondemand::parser m_parser;
    simdjson::dom::parser m_validator;
    ondemand::document m_document;
    QString m_complaint; ///< about the record that is being read
    std::set<std::string_view> m_topLevelNames;
};

Result<void> RepodataParser::run()
{
    QByteArray& json = m_target.m_json;
    static_assert(simdjson::SIMDJSON_PADDING <= limits::parserPadding);
    json.reserve(json.size() + static_cast<qsizetype>(simdjson::SIMDJSON_PADDING));
    // A record of conda-forge has 450 bytes. What is too much is address space only, never touched; to grow would copy.
    m_target.m_records.reserve(static_cast<size_t>(json.size()) / 300);
    try {
        m_document =
            m_parser.iterate(json.constData(), static_cast<size_t>(json.size()), static_cast<size_t>(json.capacity()));
        ondemand::object object = m_document.get_object();
        for (ondemand::field field : object) {
            if (const auto name = topLevel(field); !m_topLevelNames.insert(name).second)
                return Error{
                    ErrorKind::Parse,
                    QStringLiteral("not a valid repodata.json: its key %1 stands twice").arg(oneLine(text(name), 100))};
        }
        if (m_document.current_location().error() != simdjson::OUT_OF_BOUNDS)
            return Error{ErrorKind::Parse, QStringLiteral("not a valid repodata.json: something follows its end")};
    } catch (const simdjson::simdjson_error& error) {
        return Error{ErrorKind::Parse,
                     QStringLiteral("not a valid repodata.json: %1").arg(QLatin1String(error.what()))};
    }
    if (static_cast<qint64>(m_target.m_records.size()) > limits::repodataRecords)
        return Error{ErrorKind::Parse,
                     QStringLiteral("the index has more than %1 records").arg(limits::repodataRecords)};
    sortByFileName();
    return {};
}

std::string_view RepodataParser::key(ondemand::field& field)
{
    const std::string_view raw = untilQuote(field.key().raw());
    return hasEscapes(raw) ? keep(std::string(std::string_view(field.unescaped_key()))) : raw;
}

std::string_view RepodataParser::string(ondemand::value value)
{
    const std::string_view token = value.raw_json_token();
    if (!token.starts_with('"'))
        throw simdjson::simdjson_error(simdjson::INCORRECT_TYPE);
    const std::string_view raw = untilQuote(token.data() + 1);
    return hasEscapes(raw) ? keep(std::string(std::string_view(value.get_string()))) : raw;
}

qint64 RepodataParser::integer(ondemand::value value)
{
    if (value.is_null())
        return 0;
    int64_t number = 0;
    if (value.get_int64().get(number) == simdjson::SUCCESS)
        return number;
    // Some old indexes write timestamps as 1.5e12.
    const double real = value.get_double();
    if (!(real >= -9e15 && real <= 9e15))
        throw simdjson::simdjson_error(simdjson::NUMBER_OUT_OF_RANGE);
    return static_cast<qint64>(real);
}

std::string_view RepodataParser::hex(ondemand::value value, size_t length, const char* what)
{
    if (value.is_null())
        return {};
    std::string_view digits = string(value);
    if (digits.empty() || isHex(digits, length))
        return digits;
    if (std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'A' && c <= 'F'; }))
        digits = keep(QByteArray(digits.data(), static_cast<qsizetype>(digits.size())).toLower().toStdString());
    if (!isHex(digits, length))
        m_complaint = QStringLiteral("its %1 is malformed").arg(QLatin1String(what));
    return digits;
}

std::string_view RepodataParser::rawUntilHere(const char* begin, char close)
{
    const char* here = m_document.current_location();
    while (here > begin && *(here - 1) != close)
        --here;
    return {begin, static_cast<size_t>(here - begin)};
}

std::string_view RepodataParser::topLevel(ondemand::field& field)
{
    using Kind = Repodata::TopLevelKey::Kind;
    const std::string_view rawKey = untilQuote(field.key().raw());
    const std::string_view name = key(field);
    const Kind kind = name == "packages"         ? Kind::Packages
                      : name == "packages.conda" ? Kind::PackagesConda
                      : name == "info"           ? Kind::Info
                                                 : Kind::Other;
    std::string_view raw;
    if (kind == Kind::Packages || kind == Kind::PackagesConda)
        section(field.value().get_object(), kind == Kind::Packages ? Format::TarBz2 : Format::Conda);
    else
        raw = verbatim(field.value());
    if (kind == Kind::Info)
        info(raw);
    m_target.m_topLevel.push_back({{rawKey.data() - 1, rawKey.size() + 2}, raw, kind});
    return name;
}

std::string_view RepodataParser::verbatim(ondemand::value value)
{
    const std::string_view raw = simdjson::to_json_string(value);
    // ondemand looks only at what it is asked for; this is written again, so all of it has to be right.
    if (const auto error = m_validator.parse(raw.data(), raw.size()).error())
        throw simdjson::simdjson_error(error);
    return raw;
}

void RepodataParser::info(std::string_view raw)
{
    const QJsonObject object =
        QJsonDocument::fromJson(QByteArray(raw.data(), static_cast<qsizetype>(raw.size()))).object();
    m_target.m_subdir = keep(object.value(QLatin1String("subdir")).toString().toStdString());
    m_target.m_baseUrl = keep(object.value(QLatin1String("base_url")).toString().toStdString());
}

void RepodataParser::section(ondemand::object object, Format format)
{
    for (ondemand::field field : object) {
        const std::string_view fileName = key(field);
        record(fileName, field.value(), format);
    }
}

void RepodataParser::record(std::string_view fileName, ondemand::value value, Format format)
{
    PackageRecord record;
    record.fileName = fileName;
    record.format = format;
    m_complaint.clear();
    const std::string_view token = value.raw_json_token();
    if (!token.starts_with('{')) {
        m_complaint = QStringLiteral("its record is not an object");
    } else {
        readFields(value.get_object(), record);
        record.raw = rawUntilHere(token.data(), '}');
        if (m_complaint.isEmpty())
            m_complaint = check(record);
    }
    if (m_complaint.isEmpty())
        m_target.m_records.push_back(record);
    else
        m_target.m_refused.push_back({text(fileName), m_complaint});
}

void RepodataParser::readFields(ondemand::object object, PackageRecord& record)
{
    for (ondemand::field field : object) {
        const std::string_view name = key(field); // other readers know sh\u0061256 for what it is
        try {
            readField(name, field.value(), record);
        } catch (const simdjson::simdjson_error& error) {
            // A field of the wrong type spoils this record; a broken document spoils everything.
            if (error.error() != simdjson::INCORRECT_TYPE && error.error() != simdjson::NUMBER_ERROR &&
                error.error() != simdjson::NUMBER_OUT_OF_RANGE)
                throw;
            m_complaint = QStringLiteral("its %1 is malformed").arg(text(name));
        }
    }
}

void RepodataParser::readField(std::string_view name, ondemand::value value, PackageRecord& record)
{
    // By length first: a dozen comparisons of each of a record's keys were a tenth of the time.
    switch (name.size()) {
    case 3:
        if (name == "md5")
            record.md5 = hex(value, 32, "md5");
        break;
    case 4:
        if (name == "name")
            record.name = string(value);
        else if (name == "size")
            record.size = value.is_null() ? -1 : qint64(int64_t(value.get_int64()));
        break;
    case 5:
        if (name == "build")
            record.build = string(value);
        break;
    case 6:
        if (name == "sha256")
            record.sha256 = hex(value, 64, "sha256");
        else if (name == "subdir")
            record.subdir = value.is_null() ? std::string_view() : string(value);
        break;
    case 7:
        if (name == "version")
            record.version = string(value);
        else if (name == "license" && value.raw_json_token().starts_with('"'))
            record.license = string(value);
        break;
    case 9:
        if (name == "timestamp")
            record.timestamp = integer(value);
        break;
    case 12:
        if (name == "build_number")
            record.buildNumber = integer(value);
        break;
    default:
        break;
    }
}

/// Why the record can't be used; empty if it can.
QString RepodataParser::check(PackageRecord& record)
{
    if (auto checked = checkFileName(record.fileName); !checked)
        return checked.error().message;
    const std::string_view suffix = extension(record.format);
    if (!record.fileName.ends_with(suffix))
        return QStringLiteral("it stands among the %1 packages").arg(text(suffix));
    if (record.name.empty() || record.version.empty() || record.build.empty())
        return QStringLiteral("its record lacks name, version or build");
    const size_t length = record.name.size() + record.version.size() + record.build.size() + suffix.size() + 2;
    const auto at = [&](size_t from, std::string_view part) {
        return record.fileName.substr(from, part.size()) == part;
    };
    const size_t versionAt = record.name.size() + 1;
    const size_t buildAt = versionAt + record.version.size() + 1;
    if (record.fileName.size() != length || !at(0, record.name) || !at(versionAt, record.version) ||
        !at(buildAt, record.build) || record.fileName[versionAt - 1] != '-' || record.fileName[buildAt - 1] != '-')
        return QStringLiteral("its record is that of %1")
            .arg(oneLine(text(record.name) + QLatin1Char('-') + text(record.version) + QLatin1Char('-') +
                             text(record.build),
                         200));
    if (record.size < -1 || record.size > limits::largestFile)
        return QStringLiteral("its size is malformed");
    if (record.timestamp < 0)
        record.timestamp = 0;
    if (record.timestamp < secondsUpTo)
        record.timestamp *= 1000;
    return {};
}

void RepodataParser::sortByFileName()
{
    auto& records = m_target.m_records;
    auto& order = m_target.m_byFileName;
    const auto less = [&](quint32 a, quint32 b) { return records[a].fileName < records[b].fileName; };
    const auto makeOrder = [&] {
        order.resize(records.size());
        std::iota(order.begin(), order.end(), 0U);
        // Each section is sorted already in what conda writes.
        const auto middle = std::is_sorted_until(order.begin(), order.end(), less);
        if (std::is_sorted(middle, order.end(), less))
            std::inplace_merge(order.begin(), middle, order.end(), less);
        else
            std::stable_sort(order.begin(), order.end(), less);
    };
    makeOrder();
    std::vector<bool> isRepeated(records.size(), false);
    bool anyRepeated = false;
    for (size_t i = 1; i < order.size(); ++i) {
        if (records[order[i]].fileName == records[order[i - 1]].fileName)
            anyRepeated = isRepeated[order[i]] = true;
    }
    if (!anyRepeated)
        return;
    std::vector<PackageRecord> unique;
    for (size_t i = 0; i < records.size(); ++i) {
        if (isRepeated[i])
            m_target.m_refused.push_back({text(records[i].fileName), QStringLiteral("the index lists it twice")});
        else
            unique.push_back(records[i]);
    }
    records = std::move(unique);
    makeOrder();
}

Result<std::shared_ptr<const Repodata>> Repodata::parse(QByteArray json)
{
    const std::shared_ptr<Repodata> repodata(new Repodata);
    repodata->m_json = std::move(json);
    repodata->m_digest = Digest::ofBytes(repodata->m_json);
    if (auto parsed = RepodataParser(*repodata).run(); !parsed)
        return parsed.error();
    return std::shared_ptr<const Repodata>(repodata);
}

const PackageRecord* Repodata::find(std::string_view fileName) const
{
    const auto at =
        std::lower_bound(m_byFileName.begin(), m_byFileName.end(), fileName,
                         [&](quint32 i, std::string_view wanted) { return m_records[i].fileName < wanted; });
    return at != m_byFileName.end() && m_records[*at].fileName == fileName ? &m_records[*at] : nullptr;
}

namespace {

QByteArray copyOf(std::string_view view)
{
    return {view.data(), static_cast<qsizetype>(view.size())};
}

/// The record with this sha256 instead of its own (it may say that it has none), since the key may not stand twice.
QByteArray withSha256(std::string_view raw, const QByteArray& sha256)
{
    QByteArray out = "{\"sha256\":\"" + sha256 + '"';
    const auto keep = [&out](const char* begin, const char* end) {
        const std::string_view field(begin, static_cast<size_t>(end - begin));
        out += ',' + copyOf(field.substr(0, field.find_last_not_of(", \t\r\n") + 1));
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
        const bool isSha256 = field.unescaped_key().get(key) == simdjson::SUCCESS && key == "sha256";
        kept = isSha256 ? nullptr : begin;
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

bool Repodata::owns(const PackageRecord* record) const
{
    return std::less_equal<>()(m_records.data(), record) && std::less<>()(record, m_records.data() + m_records.size());
}

QByteArray Repodata::withRecords(const std::vector<Published>& published) const
{
    const bool isWhole = published.size() == m_records.size() &&
                         std::all_of(published.begin(), published.end(),
                                     [&](const auto& one) { return one.addedSha256.isEmpty() && owns(one.record); });
    if (isWhole && m_refused.empty() && m_baseUrl.empty())
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
            out += (out.isEmpty() ? "{\n" : ",\n") + jsonString(one->record->fileName, document) + ": ";
            out +=
                one->addedSha256.isEmpty() ? copyOf(one->record->raw) : withSha256(one->record->raw, one->addedSha256);
        }
        return out.isEmpty() ? QByteArray("{}") : out + "\n}";
    };

    QByteArray out;
    const auto add = [&](const QByteArray& key, const QByteArray& value) {
        out += (out.isEmpty() ? "{" : ",\n") + key + ": " + value;
    };
    bool hasCondaSection = false;
    for (const TopLevelKey& top : m_topLevel) {
        using Kind = TopLevelKey::Kind;
        hasCondaSection = hasCondaSection || top.kind == Kind::PackagesConda;
        if (top.kind == Kind::Packages)
            add("\"packages\"", section(Format::TarBz2));
        else if (top.kind == Kind::PackagesConda)
            add("\"packages.conda\"", section(Format::Conda));
        else if (top.kind == Kind::Info && !m_baseUrl.empty())
            add(copyOf(top.key), withoutBaseUrl(top.value));
        else
            add(copyOf(top.key), copyOf(top.value));
    }
    // Indexes from before 2019 have no section for .conda.
    if (const QByteArray conda = section(Format::Conda); !hasCondaSection && conda != "{}")
        add("\"packages.conda\"", conda);
    return (out.isEmpty() ? QByteArray("{") : out) + "}\n";
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
    const PackageRecord* listed = index.find(record.fileName);
    if (!listed)
        return false;
    if (!record.sha256.empty())
        return listed->sha256 == record.sha256;
    return listed->md5 == record.md5 && listed->size == record.size;
}

QByteArray emptyRepodata(const QString& subdir)
{
    return "{\"info\":{\"subdir\":\"" + subdir.toUtf8() +
           "\"},\"packages\":{},\"packages.conda\":{},\"removed\":[],\"repodata_version\":1}\n";
}

} // namespace condaoci::conda
