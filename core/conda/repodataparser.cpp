// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/firstfew.h"
#include "core/base/hashingahead.h"
#include "core/base/largepages.h"
#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/jsonfaults.h"
#include "core/conda/jsonscan.h"
#include "core/conda/lookslike.h"
#include "core/conda/repodata.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <new>
#include <optional>
#include <set>
#include <utility>

namespace condaoci::conda {

namespace {

namespace ondemand = simdjson::ondemand;
using namespace json;

constexpr qint64 secondsUpTo = 100'000'000'000; // smaller timestamps are seconds (conda-build changed the unit in 2017)

/// Another byte for as long as this lives.
class Overwritten
{
public:
    Overwritten(char* at, char by)
        : m_at(at)
        , m_was(std::exchange(*at, by))
    {
    }
    Overwritten(const Overwritten&) = delete;
    Overwritten& operator=(const Overwritten&) = delete;
    ~Overwritten() { *m_at = m_was; }

private:
    char* m_at;
    char m_was;
};

constexpr int cutsTried = 8; // of a piece, before its records are read one by one

} // namespace

/// Fills a Repodata from its document. The top level is walked through here; the sections of records, which are nearly
/// all of it, are given to simdjson piece by piece, each cut between two records and closed with braces of its own: it
/// notes four bytes for every brace, comma and value, which for a whole index are more than half of its size again.
/// simdjson's errors are exceptions in here and nowhere else.
class RepodataParser
{
public:
    RepodataParser(Repodata& target, qsizetype piece)
        : m_target(target)
        , m_piece(piece)
    {
    }
    Result<void> run();

private:
    void skipSpace();
    [[nodiscard]] bool take(char c);
    void expect(char c);
    /// Reads a key and its value; gives the key, unescaped.
    std::string_view topLevel();
    /// A value as it is written. What is wrong within it is told in `fault`: then it can't be written again.
    std::string_view verbatim(QString& fault);
    void info(std::string_view raw);
    /// Names it, or counts it only, once there are many.
    void refuse(RefusedRecord refused);
    void refuse(std::string_view name, const QString& reason) { refuse({text(name), reason}); }
    [[nodiscard]] Error documentError(simdjson::error_code error) const;

    void section(Format format);
    /// From m_at, which is at the section's { or at the comma before its next record. False where the section ended.
    [[nodiscard]] bool piece(Format format);
    /// The next record alone: refused by name where it can't be read. False where the section ended.
    [[nodiscard]] bool oneRecord(Format format);
    /// records(), undone where it fails. Sets m_goesOn to what that returned.
    [[nodiscard]] simdjson::error_code attempt(const char* end, Format format);
    /// Reads the records from m_at to `end`, as if they stood in { and }, and moves m_at there, or behind the section's
    /// end if that comes before. False in that case.
    [[nodiscard]] bool records(const char* end, Format format);
    void forget(size_t records, size_t texts);
    /// Error kind Parse where there are more than an index of this size can have.
    [[nodiscard]] Result<void> checkCount() const;
    void record(std::string_view fileName, ondemand::value value, Format format);
    void readFields(ondemand::object object, PackageRecord& record);
    /// False where nobody looked at the value.
    [[nodiscard]] bool readField(std::string_view key, ondemand::value value, PackageRecord& record);
    [[nodiscard]] QString check(PackageRecord& record);
    /// Fills the table of file names; of those that stand twice the first counts.
    void indexFileNames();

    std::string_view keep(std::string text) { return m_target.m_texts.emplace_back(std::move(text)); }
    /// A view into the document where the text has no escapes.
    std::string_view key(ondemand::field& field);
    std::string_view string(ondemand::value value);
    qint64 integer(ondemand::value value);
    std::string_view hex(ondemand::value value, size_t length, const char* what);
    /// From `begin` to the last `close` before what is read next.
    std::string_view rawUntilHere(const char* begin, char close);

    Repodata& m_target;
    qsizetype m_piece;     ///< bytes
    char* m_at = nullptr;  ///< in the document
    char* m_end = nullptr; ///< of it
    ondemand::parser m_parser;
    simdjson::dom::parser m_validator;
    ondemand::document m_document;          ///< the piece that is being read
    QString m_complaint;                    ///< about the record that is being read
    std::vector<RefusedRecord> m_attempted; ///< that the attempt in progress refuses
    FirstFew m_refusals[2];                 ///< of what could be a package, and what can be none
    bool m_goesOn = false;                  ///< has the section more records after those that were read last?
    std::optional<HashingAhead> m_hashing;
    std::set<std::string_view> m_topLevelNames;
};

Result<void> RepodataParser::run()
{
    QByteArray& json = m_target.m_json;
    static_assert(simdjson::SIMDJSON_PADDING <= limits::parserPadding);
    json.reserve(json.size() + static_cast<qsizetype>(simdjson::SIMDJSON_PADDING));
    m_at = json.data();
    m_end = m_at + json.size();
    m_hashing.emplace(json);
    if (const auto error = m_validator.allocate(limits::KiB, limits::repodataDepth))
        return documentError(error);
    // A record of conda-forge has 450 bytes. What is too much is address space only, never touched; to grow would copy.
    auto& records = m_target.m_records;
    records.reserve(static_cast<size_t>(json.size()) / 300);
    preferLargePages(records.data(), records.capacity() * sizeof(PackageRecord));
    try {
        skipSpace();
        expect('{');
        skipSpace();
        for (bool isOpen = !take('}'); isOpen;) {
            if (static_cast<qint64>(m_topLevelNames.size()) == limits::repodataKeys)
                return Error{
                    ErrorKind::Parse,
                    Messages::tr("not a valid repodata.json: it has more than %1 keys").arg(limits::repodataKeys)};
            if (const auto name = topLevel(); !m_topLevelNames.insert(name).second)
                return Error{
                    ErrorKind::Parse,
                    Messages::tr("not a valid repodata.json: its key %1 stands twice").arg(oneLine(text(name), 100))};
            if (auto checked = checkCount(); !checked)
                return checked;
            skipSpace();
            isOpen = take(',');
            if (isOpen)
                skipSpace();
            else
                expect('}');
        }
        skipSpace();
        if (m_at != m_end)
            return Error{ErrorKind::Parse, Messages::tr("not a valid repodata.json: something follows its end")};
    } catch (const simdjson::simdjson_error& error) {
        return documentError(error.error());
    }
    indexFileNames();
    for (const bool isImpossible : {false, true}) {
        for (const auto& [reason, count] : m_refusals[isImpossible].others())
            m_target.m_refused.push_back({{}, reason, true, isImpossible, count});
    }
    m_target.m_digest = m_hashing->finish();
    return {};
}

void RepodataParser::skipSpace()
{
    while (m_at < m_end && isSpace(*m_at))
        ++m_at;
}

bool RepodataParser::take(char c)
{
    const bool isThere = m_at < m_end && *m_at == c;
    m_at += isThere ? 1 : 0;
    return isThere;
}

void RepodataParser::expect(char c)
{
    if (!take(c))
        throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
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
    // Behind the quote that ends it there is white space only: the token reaches to the next one.
    const std::string_view raw = token.substr(1, token.rfind('"') - 1);
    if (hasEscapes(raw))
        return keep(std::string(std::string_view(value.get_string())));
    value.get_raw_json_string().value();
    return raw;
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
    if (!value.raw_json_token().starts_with('"') && value.is_null())
        return {};
    std::string_view digits = string(value);
    if (digits.empty() || isHex(digits, length))
        return digits;
    if (std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'A' && c <= 'F'; }))
        digits = keep(QByteArray(digits.data(), static_cast<qsizetype>(digits.size())).toLower().toStdString());
    if (!isHex(digits, length))
        m_complaint = Messages::tr("its %1 is malformed").arg(QLatin1String(what));
    return digits;
}

std::string_view RepodataParser::rawUntilHere(const char* begin, char close)
{
    const char* here = m_document.current_location();
    while (here > begin && *(here - 1) != close)
        --here;
    return {begin, static_cast<size_t>(here - begin)};
}

std::string_view RepodataParser::topLevel()
{
    using Kind = Repodata::TopLevelKey::Kind;
    if (m_at == m_end || *m_at != '"')
        throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
    QString fault;
    const std::string_view rawKey = verbatim(fault);
    const std::string_view within = rawKey.substr(1, rawKey.size() - 2);
    const std::string_view name =
        fault.isEmpty() && hasEscapes(within) ? keep(std::string(std::string_view(m_validator.parse(rawKey)))) : within;
    skipSpace();
    expect(':');
    skipSpace();
    const Kind kind = !fault.isEmpty()           ? Kind::Other
                      : name == "packages"       ? Kind::Packages
                      : name == "packages.conda" ? Kind::PackagesConda
                      : name == "info"           ? Kind::Info
                                                 : Kind::Other;
    const bool isObject = m_at < m_end && *m_at == '{';
    const bool isSection = kind == Kind::Packages || kind == Kind::PackagesConda;
    std::string_view raw;
    if (isSection && isObject)
        section(kind == Kind::Packages ? Format::TarBz2 : Format::Conda);
    else
        raw = verbatim(fault);
    if (fault.isEmpty() && kind != Kind::Other && !isObject)
        fault = Messages::tr("it is not an object");
    if (!fault.isEmpty()) { // left out of what is published
        refuse({text(name), fault, false});
        return name;
    }
    if (kind == Kind::Info)
        info(raw);
    m_target.m_hasSections =
        m_target.m_hasSections || isSection || (isObject && (name == "v3" || name.starts_with("packages.")));
    m_target.m_topLevel.push_back({rawKey, raw, kind});
    return name;
}

std::string_view RepodataParser::verbatim(QString& fault)
{
    const char* end = endOfValue(m_at, m_end);
    const std::string_view raw(m_at, static_cast<size_t>(end - m_at));
    // This is written again, so all of it has to be right.
    auto error = m_validator.parse(raw.data(), raw.size()).error();
    if (error == simdjson::SUCCESS && !areEscapesSound(raw))
        error = simdjson::STRING_ERROR;
    if (error != simdjson::SUCCESS && !isWithinValue(error))
        throw simdjson::simdjson_error(error);
    if (error != simdjson::SUCCESS)
        fault = wordsFor(error);
    m_at += raw.size();
    return raw;
}

void RepodataParser::refuse(RefusedRecord refused)
{
    const std::string name = refused.fileName.toStdString();
    refused.isImpossible =
        refused.isRecord && name.find_first_of("/\\") == std::string::npos && !parsePackageFileName(name);
    if (m_refusals[refused.isImpossible].take(refused.reason))
        m_target.m_refused.push_back(std::move(refused));
}

Result<void> RepodataParser::checkCount() const
{
    const auto count = static_cast<qint64>(m_target.m_records.size());
    if (count > limits::repodataRecords)
        return Error{ErrorKind::Parse, Messages::tr("the index has more than %1 records").arg(limits::repodataRecords)};
    if (count > limits::recordLengthFrom && count > m_target.m_json.size() / limits::recordLength)
        return Error{ErrorKind::Parse, Messages::tr("not a valid repodata.json: it has more records than its size has "
                                                    "room for: more than %1 in %2 bytes")
                                           .arg(count - 1)
                                           .arg(m_target.m_json.size())};
    return {};
}

Error RepodataParser::documentError(simdjson::error_code error) const
{
    const QByteArrayView bytes(m_target.m_json);
    if (error == simdjson::MEMALLOC)
        return json::outOfMemory(bytes.size());
    if (const auto checked = checkCount(); !checked)
        return checked.error();
    QString why = looksLike(bytes);
    if (why.isEmpty() && !bytes.trimmed().startsWith('{'))
        why = Messages::tr("it begins with %1").arg(firstWords(bytes));
    else if (why.isEmpty() && !bytes.trimmed().endsWith('}'))
        why = Messages::tr("it ends early, after %1 bytes").arg(bytes.size());
    else if (why.isEmpty())
        why = Messages::tr("%1, near byte %2").arg(wordsFor(error)).arg(m_at - bytes.data());
    return {ErrorKind::Parse, Messages::tr("not a valid repodata.json: %1").arg(why)};
}

void RepodataParser::info(std::string_view raw)
{
    const QJsonObject object =
        QJsonDocument::fromJson(QByteArray(raw.data(), static_cast<qsizetype>(raw.size()))).object();
    m_target.m_subdir = keep(object.value(QLatin1String("subdir")).toString().toStdString());
    m_target.m_baseUrl = keep(object.value(QLatin1String("base_url")).toString().toStdString());
}

void RepodataParser::section(Format format)
{
    while (piece(format)) {
        if (!checkCount())
            throw simdjson::simdjson_error(simdjson::CAPACITY);
    }
}

bool RepodataParser::piece(Format format)
{
    m_hashing->waitFor(m_at + 1);
    // Whether a cut is one between two records is known when all before it has been read: had it gone through a string
    // or a nested object, a quote or a brace would be left over.
    const bool isLast = m_end - m_at <= m_piece;
    const char* until = isLast ? m_end : m_at + m_piece;
    {
        const Overwritten open(m_at, '{');
        if (isLast && attempt(m_end, format) == simdjson::SUCCESS && !m_goesOn)
            return false;
        char* cut = isLast ? nullptr : m_at + m_piece;
        for (int tries = 0; cut && tries < cutsTried; ++tries) {
            cut = lastBoundary(m_at, cut);
            if (!cut)
                break;
            m_hashing->waitFor(cut + 1);
            const Overwritten close(cut, '}');
            if (attempt(cut + 1, format) != simdjson::SUCCESS)
                continue;
            if (m_goesOn)
                m_at = cut; // the comma
            return m_goesOn;
        }
    }
    // Something in it can't be read, or a record is longer.
    bool goesOn = true;
    while (goesOn && m_at < until)
        goesOn = oneRecord(format);
    return goesOn;
}

bool RepodataParser::oneRecord(Format format)
{
    const auto next = [this](const char* from) {
        while (from < m_end && isSpace(*from))
            ++from;
        return from;
    };
    const bool isFirst = *m_at == '{';
    const char* key = next(m_at + 1);
    if (isFirst && key < m_end && *key == '}') {
        m_at += key + 1 - m_at;
        return false;
    }
    if (key == m_end || *key != '"')
        throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
    const char* keyEnd = endOfString(key, m_end);
    const char* colon = next(keyEnd);
    if (colon == m_end || *colon != ':')
        throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
    char* end = m_at + (next(endOfValue(next(colon + 1), m_end)) - m_at);
    if (end == m_end || (*end != ',' && *end != '}'))
        throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
    const bool goesOn = *end == ',';
    // Whoever goes on from here, record by record or with a piece, finds the same.
    if (const char* following = next(end + 1); goesOn && (following == m_end || *following != '"'))
        throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
    m_hashing->waitFor(end + 1);
    {
        const Overwritten open(m_at, '{');
        const Overwritten close(end, '}');
        const auto error = attempt(end + 1, format);
        if (error != simdjson::SUCCESS && !isWithinValue(error) && error != simdjson::NUMBER_ERROR)
            throw simdjson::simdjson_error(error);
        if (error != simdjson::SUCCESS)
            refuse({key + 1, static_cast<size_t>(keyEnd - key - 2)},
                   Messages::tr("its record can't be read: %1").arg(wordsFor(error)));
    }
    m_at = goesOn ? end : end + 1;
    return goesOn;
}

simdjson::error_code RepodataParser::attempt(const char* end, Format format)
{
    const size_t before[] = {m_target.m_records.size(), m_target.m_texts.size()};
    char* const from = m_at;
    m_attempted.clear();
    try {
        m_goesOn = records(end, format);
        if (m_goesOn && end == m_end) // the end of the document came before that of the section
            throw simdjson::simdjson_error(simdjson::INCOMPLETE_ARRAY_OR_OBJECT);
        for (RefusedRecord& refused : m_attempted)
            refuse(std::move(refused));
        return simdjson::SUCCESS;
    } catch (const simdjson::simdjson_error& error) {
        forget(before[0], before[1]);
        m_at = from;
        return error.error();
    }
}

bool RepodataParser::records(const char* end, Format format)
{
    if (!areEscapesSound({m_at, static_cast<size_t>(end - m_at)}))
        throw simdjson::simdjson_error(simdjson::STRING_ERROR);
    const auto readable = static_cast<size_t>(m_target.m_json.constData() + m_target.m_json.capacity() - m_at);
    m_document = m_parser.iterate(m_at, static_cast<size_t>(end - m_at), readable);
    ondemand::object object = m_document.get_object();
    for (ondemand::field field : object) {
        const std::string_view fileName = key(field);
        record(fileName, field.value(), format);
    }
    if (m_document.current_location().error() == simdjson::OUT_OF_BOUNDS)
        return true;
    m_at += rawUntilHere(m_at, '}').size();
    return false;
}

void RepodataParser::forget(size_t records, size_t texts)
{
    m_target.m_records.resize(records);
    m_target.m_texts.resize(texts);
}

void RepodataParser::record(std::string_view fileName, ondemand::value value, Format format)
{
    PackageRecord record;
    record.fileName = fileName;
    record.format = format;
    m_complaint.clear();
    const std::string_view token = value.raw_json_token();
    if (!token.starts_with('{')) {
        m_complaint = Messages::tr("its record is not an object");
        walk(value);
    } else {
        readFields(value.get_object(), record);
        record.raw = rawUntilHere(token.data(), '}');
        if (m_complaint.isEmpty())
            m_complaint = check(record);
    }
    // The builds of a package stand together: who looks for a name then finds the same bytes, in the processor's cache.
    auto& records = m_target.m_records;
    if (m_complaint.isEmpty() && !records.empty() && records.back().name == record.name)
        record.name = records.back().name;
    if (m_complaint.isEmpty())
        records.push_back(record);
    else
        m_attempted.push_back({text(fileName), m_complaint});
}

void RepodataParser::readFields(ondemand::object object, PackageRecord& record)
{
    for (ondemand::field field : object) {
        const std::string_view name = key(field); // other readers know sh\u0061256 for what it is
        ondemand::value value = field.value();
        try {
            if (!readField(name, value, record))
                walk(value);
        } catch (const simdjson::simdjson_error& error) {
            // A value of the wrong kind spoils this record; what can't be read at all is looked at more closely.
            const auto code = error.error();
            if (code != simdjson::INCORRECT_TYPE && code != simdjson::NUMBER_ERROR &&
                code != simdjson::NUMBER_OUT_OF_RANGE && code != simdjson::DEPTH_ERROR)
                throw;
            if (code == simdjson::INCORRECT_TYPE)
                walk(value);
            m_complaint = (code == simdjson::DEPTH_ERROR ? Messages::tr("its %1 is nested too deep")
                                                         : Messages::tr("its %1 is malformed"))
                              .arg(oneLine(text(name), 100));
        }
    }
}

bool RepodataParser::readField(std::string_view name, ondemand::value value, PackageRecord& record)
{
    // By length first: a dozen comparisons of each of a record's keys were a tenth of the time.
    switch (name.size()) {
    case 3:
        if (name != "md5")
            return false;
        record.md5 = hex(value, 32, "md5");
        return true;
    case 4:
        if (name == "name")
            record.name = string(value);
        else if (name == "size")
            record.size = value.is_null() ? -1 : qint64(int64_t(value.get_int64()));
        else
            return false;
        return true;
    case 5:
        if (name != "build")
            return false;
        record.build = string(value);
        return true;
    case 6:
        if (name == "sha256")
            record.sha256 = hex(value, 64, "sha256");
        else if (name == "subdir")
            record.subdir = value.is_null() ? std::string_view() : string(value);
        else
            return false;
        return true;
    case 7:
        if (name == "version")
            record.version = string(value);
        else if (name == "license" && value.raw_json_token().starts_with('"'))
            record.license = string(value);
        else
            return false;
        return true;
    case 9:
        if (name != "timestamp")
            return false;
        record.timestamp = integer(value);
        return true;
    case 12:
        if (name != "build_number")
            return false;
        record.buildNumber = integer(value);
        return true;
    default:
        return false;
    }
}

/// Why the record can't be used; empty if it can.
QString RepodataParser::check(PackageRecord& record)
{
    if (auto checked = checkFileName(record.fileName); !checked)
        return checked.error().message;
    const std::string_view suffix = extension(record.format);
    if (!record.fileName.ends_with(suffix))
        return Messages::tr("it stands among the %1 packages").arg(text(suffix));
    if (record.name.empty() || record.version.empty() || record.build.empty())
        return Messages::tr("its record lacks name, version or build");
    const size_t length = record.name.size() + record.version.size() + record.build.size() + suffix.size() + 2;
    const auto at = [&](size_t from, std::string_view part) {
        return record.fileName.substr(from, part.size()) == part;
    };
    const size_t versionAt = record.name.size() + 1;
    const size_t buildAt = versionAt + record.version.size() + 1;
    if (record.fileName.size() != length || !at(0, record.name) || !at(versionAt, record.version) ||
        !at(buildAt, record.build) || record.fileName[versionAt - 1] != '-' || record.fileName[buildAt - 1] != '-')
        return Messages::tr("its record is that of %1")
            .arg(oneLine(text(record.name) + QLatin1Char('-') + text(record.version) + QLatin1Char('-') +
                             text(record.build),
                         200));
    if (record.size < -1 || record.size > limits::largestFile)
        return Messages::tr("its size is malformed");
    if (record.timestamp < 0)
        record.timestamp = 0;
    if (record.timestamp < secondsUpTo)
        record.timestamp *= 1000;
    return {};
}

void RepodataParser::indexFileNames()
{
    auto& records = m_target.m_records;
    auto& table = m_target.m_slots;
    const size_t slots = std::bit_ceil(2 * records.size() + 1);
    table.reserve(slots);
    preferLargePages(table.data(), slots * sizeof(Repodata::Slot));
    table.resize(slots);
    size_t kept = 0; // the records before it are those that stay; a name is compared with theirs only
    for (size_t i = 0; i < records.size(); ++i) {
        quint32 hash = 0;
        Repodata::Slot& slot = table[m_target.slotOf(records[i].fileName, hash)];
        if (slot.record != Repodata::Slot::none) {
            refuse(records[i].fileName, Messages::tr("the index lists it twice"));
            continue;
        }
        slot = {hash, static_cast<quint32>(kept)};
        if (kept != i)
            records[kept] = records[i];
        ++kept;
    }
    records.resize(kept);
}

Result<std::shared_ptr<const Repodata>> Repodata::parse(QByteArray json, qsizetype piece)
{
    const std::shared_ptr<Repodata> repodata(new Repodata);
    repodata->m_json = std::move(json);
    try {
        if (auto parsed = RepodataParser(*repodata, piece).run(); !parsed)
            return parsed.error();
    } catch (const std::bad_alloc&) {
        return json::outOfMemory(repodata->m_json.size());
    }
    return std::shared_ptr<const Repodata>(repodata);
}

} // namespace condaoci::conda
