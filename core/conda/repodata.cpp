// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/repodata.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

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

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

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
    void topLevel(ondemand::field& field);
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
    ondemand::document m_document;
    QString m_complaint; ///< about the record that is being read
};

Result<void> RepodataParser::run()
{
    QByteArray& json = m_target.m_json;
    json.reserve(json.size() + static_cast<qsizetype>(simdjson::SIMDJSON_PADDING));
    try {
        m_document =
            m_parser.iterate(json.constData(), static_cast<size_t>(json.size()), static_cast<size_t>(json.capacity()));
        ondemand::object object = m_document.get_object();
        for (ondemand::field field : object)
            topLevel(field);
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
    if (std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'A' && c <= 'F'; }))
        digits = keep(QByteArray(digits.data(), static_cast<qsizetype>(digits.size())).toLower().toStdString());
    if (!digits.empty() && !isHex(digits, length))
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

void RepodataParser::topLevel(ondemand::field& field)
{
    const std::string_view rawKey = untilQuote(field.key().raw());
    const std::string_view name = key(field);
    ondemand::value value = field.value();
    const std::string_view token = value.raw_json_token();
    const char first = token.empty() ? '\0' : token.front();
    std::string_view raw;
    if (name == "packages" || name == "packages.conda") {
        section(value.get_object(), name == "packages" ? Format::TarBz2 : Format::Conda);
    } else if (first == '{') {
        raw = ondemand::object(value.get_object()).raw_json();
        raw = raw.substr(0, raw.rfind('}') + 1);
    } else if (first == '[') {
        raw = ondemand::array(value.get_array()).raw_json();
        raw = raw.substr(0, raw.rfind(']') + 1);
    } else {
        raw = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
        if (first == '"')
            (void)std::string_view(value.get_string());
        else if (first != 't' && first != 'f' && first != 'n')
            (void)double(value.get_double());
    }
    if (name == "info")
        info(raw);
    m_target.m_topLevel.push_back({{rawKey.data() - 1, rawKey.size() + 2}, raw});
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
        const std::string_view name = untilQuote(field.key().raw());
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
    if (name == "name")
        record.name = string(value);
    else if (name == "version")
        record.version = string(value);
    else if (name == "build")
        record.build = string(value);
    else if (name == "build_number")
        record.buildNumber = integer(value);
    else if (name == "size")
        record.size = value.is_null() ? -1 : qint64(int64_t(value.get_int64()));
    else if (name == "sha256")
        record.sha256 = hex(value, 64, "sha256");
    else if (name == "md5")
        record.md5 = hex(value, 32, "md5");
    else if (name == "timestamp")
        record.timestamp = integer(value);
    else if (name == "subdir")
        record.subdir = value.is_null() ? std::string_view() : string(value);
    else if (name == "license" && value.raw_json_token().starts_with('"'))
        record.license = string(value);
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
    if (record.size < -1)
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

QByteArray withSha256(std::string_view raw, const QByteArray& sha256)
{
    QByteArray record = copyOf(raw);
    // A record may say that it has none; the key may not stand twice.
    static const QRegularExpression none(QStringLiteral("\"sha256\"\\s*:\\s*(?:null|\"\")\\s*,?"));
    if (record.contains("\"sha256\""))
        record = QString::fromUtf8(record).remove(none).toUtf8();
    const QByteArray rest = record.mid(1).trimmed();
    QByteArray out = "{\"sha256\":\"" + sha256 + '"' + (rest.startsWith('}') ? "" : ",") + record.mid(1);
    // The one that was removed may have been the last.
    static const QRegularExpression danglingComma(QStringLiteral(",\\s*}$"));
    return QString::fromUtf8(out).replace(danglingComma, QStringLiteral("}")).toUtf8();
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
    return std::less_equal<>()(m_records.data(), record) &&
           std::less<>()(record, m_records.data() + m_records.size());
}

QByteArray Repodata::withRecords(const std::vector<Published>& published) const
{
    const bool isWhole =
        published.size() == m_records.size() && std::all_of(published.begin(), published.end(), [&](const auto& one) {
            return one.addedSha256.isEmpty() && owns(one.record);
        });
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
        hasCondaSection = hasCondaSection || top.key == "\"packages.conda\"";
        if (top.key == "\"packages\"")
            add(copyOf(top.key), section(Format::TarBz2));
        else if (top.key == "\"packages.conda\"")
            add(copyOf(top.key), section(Format::Conda));
        else if (top.key == "\"info\"" && !m_baseUrl.empty())
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
