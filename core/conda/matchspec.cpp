// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/matchspec.h"

#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/channel.h"
#include "core/conda/repodata.h"
#include "core/conda/versionspec.h"

#include <QRegularExpression>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <vector>

namespace condaoci::conda {

namespace {

std::string_view trimmed(std::string_view view)
{
    const auto begin = view.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view()
                                           : view.substr(begin, view.find_last_not_of(" \t") - begin + 1);
}

/// What a glob is made of between its stars.
std::vector<std::string> partsOfGlob(std::string_view glob)
{
    std::vector<std::string> parts(1);
    for (const char c : glob) {
        if (c == '*')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

/// Does the text begin with the first part, end with the last one, and have the others in their order between them?
bool matchesGlob(const std::vector<std::string>& parts, std::string_view text)
{
    const std::string& first = parts.front();
    const std::string& last = parts.back();
    if (text.size() < first.size() + last.size() || !text.starts_with(first) || !text.ends_with(last))
        return false;
    text = text.substr(first.size(), text.size() - first.size() - last.size());
    for (size_t i = 1; i + 1 < parts.size(); ++i) {
        const auto at = text.find(parts[i]);
        if (at == std::string_view::npos)
            return false;
        text.remove_prefix(at + parts[i].size());
    }
    return true;
}

/// A text that has to be equal, or a glob, or a regular expression between ^ and $.
class TextPattern
{
public:
    static Result<TextPattern> parse(std::string_view text, bool foldCase)
    {
        TextPattern pattern;
        pattern.m_exact = std::string(text);
        pattern.m_foldCase = foldCase;
        const auto options = foldCase ? QRegularExpression::CaseInsensitiveOption : QRegularExpression::NoPatternOption;
        const bool isGlob = text.find_first_of("*?") != std::string_view::npos;
        const bool isDoneByHand = !foldCase && text.find('?') == std::string_view::npos;
        if (text.starts_with('^') && text.ends_with('$')) {
            pattern.m_regex = QRegularExpression(condaoci::text(text), options);
        } else if (isGlob && isDoneByHand) {
            pattern.m_glob = partsOfGlob(text);
        } else if (isGlob) {
            QString glob = QRegularExpression::escape(condaoci::text(text));
            pattern.m_regex = QRegularExpression(
                QRegularExpression::anchoredPattern(glob.replace(QStringLiteral("\\*"), QStringLiteral(".*"))
                                                        .replace(QStringLiteral("\\?"), QStringLiteral("."))),
                options);
        }
        if (pattern.m_regex && !pattern.m_regex->isValid())
            return Error{ErrorKind::Parse, pattern.m_regex->errorString()};
        return pattern;
    }
    [[nodiscard]] bool matches(std::string_view text) const
    {
        if (!m_glob.empty()) // by hand: as a regular expression it takes ten times as long
            return matchesGlob(m_glob, text);
        if (m_regex)
            return m_exact == "*" || m_regex->match(condaoci::text(text)).hasMatch();
        return m_foldCase ? condaoci::text(text).compare(condaoci::text(m_exact), Qt::CaseInsensitive) == 0
                          : text == m_exact;
    }
    [[nodiscard]] std::string_view exact() const
    {
        return m_regex || !m_glob.empty() ? std::string_view() : std::string_view(m_exact);
    }

private:
    std::string m_exact;
    bool m_foldCase = false;
    std::vector<std::string> m_glob; ///< the parts of a glob in which case counts
    std::optional<QRegularExpression> m_regex;
};

struct NumberCondition
{
    VersionSpec spec; ///< numbers are versions of one component
    [[nodiscard]] bool matches(qint64 number) const { return spec.matches(std::to_string(number)); }
};

/// Only where there is an address; "token=1.2" is a package.
QString fitToShow(std::string_view spec)
{
    const QString text = condaoci::text(spec);
    return oneLine(text.contains(QLatin1String("://")) ? withoutSecrets(text) : text, 200);
}

Error refuse(std::string_view spec, const QString& why)
{
    return Error{ErrorKind::Parse, Messages::tr("'%1' is not a match specification: %2").arg(fitToShow(spec), why)};
}

/// The parts of a specification, as texts.
struct Parts
{
    std::string name;
    std::string version;
    std::string build;
    std::string channel;
    std::map<std::string, std::string, std::less<>> brackets;
};

/// Where a value ends that begins here: at its quotation mark, at the ] of its own [, or before a comma or a blank.
size_t endOfValue(std::string_view inside)
{
    if (inside.front() == '"' || inside.front() == '\'') {
        const auto close = inside.find(inside.front(), 1);
        return close == std::string_view::npos ? close : close + 1;
    }
    if (inside.front() == '[') {
        const auto close = inside.find(']');
        return close == std::string_view::npos ? close : close + 1;
    }
    return std::min(inside.find_first_of(", "), inside.size());
}

/// `key=value` pairs parted by commas or spaces; values may be quoted, and then contain both.
Result<void> readBrackets(std::string_view spec, std::string_view inside, Parts& parts)
{
    while (!(inside = trimmed(inside)).empty()) {
        if (inside.front() == ',') {
            inside.remove_prefix(1);
            continue;
        }
        const auto equals = inside.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return refuse(spec, Messages::tr("expected key=value between [ and ]"));
        const std::string key(trimmed(inside.substr(0, equals)));
        inside = trimmed(inside.substr(equals + 1));
        const auto end = inside.empty() ? 0 : endOfValue(inside);
        if (end == std::string_view::npos)
            return refuse(spec, Messages::tr("a quotation mark or a ] is missing"));
        std::string_view value = inside.substr(0, end);
        if (!value.empty() && (value.front() == '"' || value.front() == '\''))
            value = value.substr(1, value.size() - 2);
        inside.remove_prefix(end);
        value = trimmed(value);
        // An empty variable of a script, most likely; without the condition it would be another, larger selection.
        if (value.empty())
            return refuse(spec, Messages::tr("%1 has no value").arg(oneLine(condaoci::text(key), 50)));
        parts.brackets[key] = std::string(value);
    }
    return {};
}

/// Does this stand between [ and ] for one of some characters, as in a shell's pattern, and not for conditions?
/// \param isLast  nothing follows the ]
bool isCharacterClass(std::string_view inside, bool isLast)
{
    if (inside.empty() || inside.find_first_of("=,'\" ") != std::string_view::npos)
        return false;
    return !isLast || inside.find('-') != std::string_view::npos || inside.front() == '!';
}

/// Where the conditions begin, `name[key=value]`; npos where there are none.
size_t findBrackets(std::string_view text)
{
    for (auto open = text.find('['); open != std::string_view::npos; open = text.find('[', open + 1)) {
        const auto close = text.find(']', open);
        if (close == std::string_view::npos ||
            !isCharacterClass(text.substr(open + 1, close - open - 1), close + 1 == text.size()))
            return open;
        open = close;
    }
    return std::string_view::npos;
}

bool isPlatform(std::string_view word)
{
    const QString name = condaoci::text(word);
    return defaultSubdirs().contains(name) || otherSubdirs().contains(name);
}

/// `channel/subdir`, either of them alone, or a URL that ends so: the platform becomes a condition.
Result<void> readChannel(std::string_view spec, std::string_view channel, Parts& parts)
{
    if (channel.empty())
        return refuse(spec, Messages::tr("the channel is missing"));
    while (channel.size() > 1 && channel.back() == '/')
        channel.remove_suffix(1);
    const auto slash = channel.rfind('/');
    const std::string_view last = slash == std::string_view::npos ? channel : channel.substr(slash + 1);
    if (isPlatform(last)) {
        if (const auto [subdir, isNew] = parts.brackets.try_emplace("subdir", last); !isNew && subdir->second != last)
            return refuse(spec, Messages::tr("it names two platforms, %1 and %2")
                                    .arg(condaoci::text(last), oneLine(condaoci::text(subdir->second), 50)));
        channel = slash == std::string_view::npos ? std::string_view() : channel.substr(0, slash);
    }
    parts.channel = std::string(channel);
    return {};
}

/// Parts version and build: the build follows a space or a = that belongs to no operator, and contains none itself.
void splitVersionAndBuild(std::string_view rest, Parts& parts)
{
    for (size_t i = 1; i + 1 < rest.size(); ++i) {
        if (rest[i] != ' ' && rest[i] != '=')
            continue;
        if (std::string_view("=!|,<>~ ").find(rest[i - 1]) != std::string_view::npos)
            continue;
        const std::string_view build = trimmed(rest.substr(i + 1));
        if (build.empty() || build.find_first_of("-=,|<>") != std::string_view::npos)
            continue;
        parts.build = std::string(build);
        rest = rest.substr(0, i);
        break;
    }
    for (const char c : rest) {
        if (c != ' ')
            parts.version += c;
    }
}

/// `=1.2` means 1.2 and everything below it, `==1.2` and `=1.2=build` the very version.
void resolveLeadingEquals(Parts& parts)
{
    std::string& version = parts.version;
    if (version == "=" && parts.build.empty())
        version.clear(); // `name=`, which conda takes for any version
    if (!version.starts_with('='))
        return;
    const std::string rest = version.substr(1);
    if (rest.starts_with('=') && rest.size() > 1 && parts.build.empty())
        version = version.substr(2);
    else if (rest.find_first_of("=,|") == std::string::npos && !rest.empty())
        version = parts.build.empty() && rest.back() != '*' ? rest + "*" : rest;
}

/// A ! between [ and ] belongs to the name, others begin a version.
size_t endOfName(std::string_view text)
{
    bool isInside = false;
    for (size_t i = 0; i < text.size(); ++i) {
        isInside = text[i] == '[' || (isInside && text[i] != ']');
        if (!isInside && std::string_view(" =<>!~").find(text[i]) != std::string_view::npos)
            return i;
    }
    return text.size();
}

Result<Parts> split(std::string_view spec)
{
    Parts parts;
    std::string_view rest = trimmed(spec.substr(0, spec.find('#')));
    if (rest.empty())
        return refuse(spec, Messages::tr("it is empty"));
    if (rest.find("; if ") != std::string_view::npos)
        return refuse(spec, Messages::tr("conditions (\"; if ...\") are not supported here; write the package alone"));
    if (rest.find('/') == std::string_view::npos && (rest.ends_with(".conda") || rest.ends_with(".tar.bz2"))) {
        auto name = parsePackageFileName(rest);
        if (!name)
            return refuse(spec, name.error().message);
        parts.name = std::string(name->name);
        parts.version = "==" + std::string(name->version);
        parts.build = std::string(name->build);
        parts.brackets["fn"] = std::string(rest);
        return parts;
    }
    // A regular expression may have brackets and = of its own.
    const auto dollar = rest.starts_with('^') ? rest.rfind('$') : std::string_view::npos;
    std::string_view expression;
    if (dollar != std::string_view::npos) {
        expression = rest.substr(0, dollar + 1);
        rest.remove_prefix(dollar + 1);
    }
    if (const auto open = findBrackets(rest); open != std::string_view::npos) {
        const auto close = rest.rfind(']');
        if (close == std::string_view::npos || close < open || !trimmed(rest.substr(close + 1)).empty())
            return refuse(spec, Messages::tr("[ and ] do not match"));
        if (auto read = readBrackets(spec, rest.substr(open + 1, close - open - 1), parts); !read)
            return read.error();
        rest = trimmed(rest.substr(0, open));
    }
    const auto channelKey = parts.brackets.find("channel");
    if (const auto colons = rest.rfind("::"); colons != std::string_view::npos) {
        if (channelKey != parts.brackets.end())
            return refuse(spec, Messages::tr("it names a channel twice"));
        if (auto read = readChannel(spec, trimmed(rest.substr(0, colons)), parts); !read)
            return read.error();
        rest = trimmed(rest.substr(colons + 2));
    } else if (channelKey != parts.brackets.end()) {
        if (auto read = readChannel(spec, channelKey->second, parts); !read)
            return read.error();
    }
    const auto nameEnd = expression.empty() ? endOfName(rest) : 0;
    parts.name = std::string(expression.empty() ? rest.substr(0, nameEnd) : expression);
    if (parts.name.empty()) {
        if (const auto inBrackets = parts.brackets.find("name"); inBrackets != parts.brackets.end())
            parts.name = inBrackets->second;
        else
            return refuse(spec, Messages::tr("it has no package name"));
    }
    splitVersionAndBuild(trimmed(rest.substr(nameEnd)), parts);
    resolveLeadingEquals(parts);
    return parts;
}

} // namespace

struct MatchSpec::Data
{
    std::string text;
    std::string channel;
    TextPattern name;
    std::optional<VersionSpec> version;
    std::optional<NumberCondition> buildNumber;
    std::vector<std::pair<std::string_view PackageRecord::*, TextPattern>> fields;

    Result<void> set(std::string_view key, std::string_view value);
    Result<void> setText(std::string_view PackageRecord::*field, std::string_view value, bool foldCase);
};

Result<void> MatchSpec::Data::setText(std::string_view PackageRecord::*field, std::string_view value, bool foldCase)
{
    auto pattern = TextPattern::parse(value, foldCase);
    if (!pattern)
        return refuse(text, pattern.error().message);
    fields.emplace_back(field, *std::move(pattern));
    return {};
}

Result<void> MatchSpec::Data::set(std::string_view key, std::string_view value)
{
    if (key == "name" || key == "channel")
        return {}; // they have been read
    if (key == "version" || key == "build_number") {
        auto spec = VersionSpec::parse(value);
        if (!spec)
            return refuse(text, spec.error().message);
        if (key == "version")
            version = *std::move(spec);
        else
            buildNumber = NumberCondition{*std::move(spec)};
        return {};
    }
    if (key == "build")
        return setText(&PackageRecord::build, value, false);
    if (key == "subdir")
        return setText(&PackageRecord::subdir, value, false);
    if (key == "fn")
        return setText(&PackageRecord::fileName, value, false);
    if (key == "md5")
        return setText(&PackageRecord::md5, value, true);
    if (key == "sha256")
        return setText(&PackageRecord::sha256, value, true);
    if (key == "license")
        return setText(&PackageRecord::license, value, true);
    return refuse(text, Messages::tr("the key %1 is not supported here").arg(oneLine(condaoci::text(key), 50)));
}

/// A glob with [...] in it as a regular expression; anything else as it is.
static std::string classesToExpression(const std::string& name)
{
    if (name.find('[') == std::string::npos)
        return name;
    const QString inside = QRegularExpression::wildcardToRegularExpression(
        condaoci::text(name), QRegularExpression::UnanchoredWildcardConversion);
    return '^' + inside.toStdString() + '$';
}

Result<MatchSpec> MatchSpec::parse(std::string_view text)
{
    auto parts = split(text);
    if (!parts)
        return parts.error();
    auto data = std::make_shared<Data>();
    data->text = std::string(text);
    const bool isExpression = parts->name.starts_with('^');
    if (!isExpression && parts->name.find_first_of(",;/\\\"'") != std::string::npos)
        return refuse(text, Messages::tr("a package's name can't contain one of , ; / \\ \" '; name each by itself"));
    auto name = TextPattern::parse(isExpression ? parts->name : classesToExpression(parts->name), true);
    if (!name)
        return refuse(text, name.error().message);
    data->name = *std::move(name);
    data->channel = parts->channel;
    // What brackets say counts more than what stands before them.
    if (!parts->version.empty())
        parts->brackets.try_emplace("version", parts->version);
    if (!parts->build.empty())
        parts->brackets.try_emplace("build", parts->build);
    for (const auto& [key, value] : parts->brackets) {
        if (auto set = data->set(key, value); !set)
            return set.error();
    }
    MatchSpec spec;
    spec.d = std::move(data);
    return spec;
}

bool MatchSpec::matches(const PackageRecord& record) const
{
    return matchesName(record.name) && matchesRest(record);
}

bool MatchSpec::matchesRest(const PackageRecord& record) const
{
    for (const auto& [field, pattern] : d->fields) {
        if (!pattern.matches(record.*field))
            return false;
    }
    return (!d->buildNumber || d->buildNumber->matches(record.buildNumber)) &&
           (!d->version || d->version->matches(record.version));
}

bool MatchSpec::matchesName(std::string_view name) const
{
    return d->name.matches(name);
}

bool RecordFilter::matches(const PackageRecord& record)
{
    if (record.name.data() != m_name.data() || record.name.size() != m_name.size()) {
        m_name = record.name;
        m_named.clear();
        for (const MatchSpec& spec : m_specs) {
            if (spec.matchesName(m_name))
                m_named.push_back(&spec);
        }
    }
    return std::any_of(m_named.begin(), m_named.end(), [&](const auto* spec) { return spec->matchesRest(record); });
}

std::string_view MatchSpec::exactName() const
{
    return d->name.exact();
}

const std::string& MatchSpec::text() const
{
    return d->text;
}

QString MatchSpec::shown() const
{
    return fitToShow(d->text);
}

const std::string& MatchSpec::channel() const
{
    return d->channel;
}

} // namespace condaoci::conda
