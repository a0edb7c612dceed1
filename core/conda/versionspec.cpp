// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/versionspec.h"

#include "core/base/messages.h"
#include "core/base/text.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <optional>

namespace condaoci::conda {

/// A node of the constraint's tree: a conjunction, a disjunction, or one condition.
struct VersionSpec::Node
{
    enum class Kind {
        All,
        Any,
        Everything,
        Regex,
        Equal,
        NotEqual,
        Less,
        LessOrEqual,
        Greater,
        GreaterOrEqual,
        StartsWith,
        NotStartsWith,
        Compatible
    };
    Kind kind = Kind::Everything;
    std::vector<Node> children; ///< All, Any
    QRegularExpression regex;
    Version version;
    Version release; ///< Compatible: the version without its last component

    [[nodiscard]] bool matches(const QString& text, const std::optional<Version>& version) const;
};

namespace {

using Node = VersionSpec::Node;
using Kind = Node::Kind;

Error refuse(std::string_view spec, const QString& why)
{
    return Error{ErrorKind::Parse,
                 Messages::tr("'%1' is not a version constraint: %2").arg(oneLine(text(spec), 100), why)};
}

std::string_view trimmed(std::string_view view)
{
    const auto begin = view.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view()
                                           : view.substr(begin, view.find_last_not_of(" \t") - begin + 1);
}

Result<Node> regexNode(std::string_view spec, const QString& pattern)
{
    Node node;
    node.kind = Kind::Regex;
    node.regex = QRegularExpression(pattern);
    if (!node.regex.isValid())
        return refuse(spec, node.regex.errorString());
    node.regex.optimize();
    return node;
}

Result<Node> comparison(std::string_view spec, Kind kind, std::string_view operand)
{
    auto version = Version::parse(operand);
    if (!version)
        return version.error();
    Node node;
    node.kind = kind;
    node.version = *std::move(version);
    if (kind == Kind::Compatible) {
        const auto dot = node.version.text().rfind('.');
        auto release =
            Version::parse(std::string_view(node.version.text()).substr(0, dot == std::string::npos ? 0 : dot));
        if (!release)
            return refuse(spec, Messages::tr("~= needs a version of at least two components"));
        node.release = *std::move(release);
    }
    return node;
}

/// A condition that begins with an operator.
Result<Node> operation(std::string_view spec)
{
    static constexpr std::array<std::pair<std::string_view, Kind>, 8> operators{{{"==", Kind::Equal},
                                                                                 {"!=", Kind::NotEqual},
                                                                                 {"<=", Kind::LessOrEqual},
                                                                                 {">=", Kind::GreaterOrEqual},
                                                                                 {"~=", Kind::Compatible},
                                                                                 {"=", Kind::StartsWith},
                                                                                 {"<", Kind::Less},
                                                                                 {">", Kind::Greater}}};
    const auto found =
        std::find_if(operators.begin(), operators.end(), [&](const auto& one) { return spec.starts_with(one.first); });
    if (found == operators.end())
        return refuse(spec, Messages::tr("invalid operator"));
    std::string_view operand = spec.substr(found->first.size());
    if (operand.empty() || std::string_view("=<>!~").find(operand.front()) != std::string_view::npos ||
        operand.find_first_of(" \t") != std::string_view::npos)
        return refuse(spec, Messages::tr("invalid operator"));
    Kind kind = found->second;
    if (operand.ends_with(".*")) {
        if (kind == Kind::Compatible)
            return refuse(spec, Messages::tr("~= does not go with .*"));
        operand.remove_suffix(2); // superfluous but common
        if (kind == Kind::NotEqual)
            kind = Kind::NotStartsWith;
    }
    return comparison(spec, kind, operand);
}

Result<Node> condition(std::string_view whole)
{
    const std::string_view spec = trimmed(whole);
    if (spec.empty())
        return refuse(whole, Messages::tr("a condition is missing"));
    if (spec.front() == '^' || spec.back() == '$') {
        if (spec.front() != '^' || spec.back() != '$')
            return refuse(spec, Messages::tr("a regular expression begins with ^ and ends with $"));
        return regexNode(spec, text(spec));
    }
    if (std::string_view("=<>!~").find(spec.front()) != std::string_view::npos)
        return operation(spec);
    if (spec == "*")
        return Node{};
    const auto beforeStars = spec.find_last_not_of('*');
    const std::string_view stem = spec.substr(0, beforeStars == std::string_view::npos ? 0 : beforeStars + 1);
    if (stem.find('*') != std::string_view::npos) {
        QString pattern = QRegularExpression::escape(text(spec));
        pattern.replace(QStringLiteral("\\*"), QStringLiteral(".*"));
        return regexNode(spec, QRegularExpression::anchoredPattern(pattern));
    }
    if (spec.back() == '*')
        return comparison(spec, Kind::StartsWith, stem.ends_with('.') ? stem.substr(0, stem.size() - 1) : stem);
    return comparison(spec, Kind::Equal, spec);
}

/// Recursive descent: any = all ("|" all)*, all = one ("," one)*, one = "(" any ")" | condition.
class Parser
{
public:
    explicit Parser(std::string_view spec)
        : m_spec(spec)
    {
    }

    Result<Node> run()
    {
        auto node = any();
        if (node && m_at != m_spec.size())
            return refuse(m_spec, Messages::tr("the parentheses do not match"));
        return node;
    }

private:
    static constexpr int deepest = 32;

    Result<Node> any()
    {
        return series('|', Kind::Any, [this] { return all(); });
    }
    Result<Node> all()
    {
        return series(',', Kind::All, [this] { return one(); });
    }

    template<typename Next>
    Result<Node> series(char separator, Kind kind, Next next)
    {
        Node node;
        node.kind = kind;
        do {
            auto child = next();
            if (!child)
                return child;
            node.children.push_back(*std::move(child));
        } while (take(separator));
        if (node.children.size() == 1)
            return std::move(node.children.front());
        return node;
    }

    Result<Node> one()
    {
        if (!take('('))
            return condition(upToSeparator());
        if (++m_depth > deepest)
            return refuse(m_spec, Messages::tr("too many parentheses"));
        auto inner = any();
        if (inner && !take(')'))
            return refuse(m_spec, Messages::tr("the parentheses do not match"));
        --m_depth;
        return inner;
    }

    bool take(char wanted)
    {
        while (m_at < m_spec.size() && m_spec[m_at] == ' ')
            ++m_at;
        if (m_at >= m_spec.size() || m_spec[m_at] != wanted)
            return false;
        ++m_at;
        return true;
    }

    std::string_view upToSeparator()
    {
        const size_t from = m_at;
        // A regular expression may contain what separates elsewhere.
        const bool isRegex = from < m_spec.size() && m_spec[from] == '^';
        const size_t end = isRegex ? m_spec.find('$', from) : m_spec.find_first_of("()|,", from);
        m_at = end == std::string_view::npos ? m_spec.size() : end + (isRegex ? 1 : 0);
        return m_spec.substr(from, m_at - from);
    }

    std::string_view m_spec;
    size_t m_at = 0;
    int m_depth = 0;
};

} // namespace

bool VersionSpec::Node::matches(const QString& text, const std::optional<Version>& v) const
{
    const auto child = [&](const Node& one) { return one.matches(text, v); };
    switch (kind) {
    case Kind::All:
        return std::all_of(children.begin(), children.end(), child);
    case Kind::Any:
        return std::any_of(children.begin(), children.end(), child);
    case Kind::Everything:
        return true;
    case Kind::Regex:
        return regex.match(text).hasMatch();
    default:
        break;
    }
    if (!v)
        return false;
    switch (kind) {
    case Kind::Equal:
        return *v == version;
    case Kind::NotEqual:
        return *v != version;
    case Kind::Less:
        return *v < version;
    case Kind::LessOrEqual:
        return *v <= version;
    case Kind::Greater:
        return *v > version;
    case Kind::GreaterOrEqual:
        return *v >= version;
    case Kind::StartsWith:
        return v->startsWith(version);
    case Kind::NotStartsWith:
        return !v->startsWith(version);
    default:
        return *v >= version && v->startsWith(release);
    }
}

Result<VersionSpec> VersionSpec::parse(std::string_view text)
{
    auto root = Parser(text).run();
    if (!root)
        return root.error();
    VersionSpec spec;
    spec.m_root = std::make_shared<const Node>(*std::move(root));
    return spec;
}

bool VersionSpec::matches(std::string_view version) const
{
    auto parsed = Version::parse(version);
    return m_root->matches(text(version), parsed ? std::optional(*std::move(parsed)) : std::nullopt);
}

} // namespace condaoci::conda
