// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/challenge.h"

#include <optional>

namespace condaoci::oci {

namespace {

/// Reads a header field from front to back.
class Reader
{
public:
    explicit Reader(QByteArrayView text)
        : m_text(text)
    {
    }

    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] char peek() const { return atEnd() ? '\0' : m_text[m_at]; }
    void skip(QByteArrayView characters)
    {
        while (!atEnd() && characters.contains(peek()))
            ++m_at;
    }
    bool take(char wanted)
    {
        if (peek() != wanted || atEnd())
            return false;
        ++m_at;
        return true;
    }
    QByteArray token()
    {
        const qsizetype from = m_at;
        while (!atEnd() && isTokenCharacter(peek()))
            ++m_at;
        return m_text.sliced(from, m_at - from).toByteArray();
    }
    std::optional<QByteArray> quoted()
    {
        QByteArray value;
        if (!take('"'))
            return std::nullopt;
        while (!atEnd()) {
            const char c = m_text[m_at++];
            if (c == '"')
                return value;
            if (c == '\\' && !atEnd())
                value += m_text[m_at++];
            else
                value += c;
        }
        return std::nullopt; // never closed
    }
    /// What some schemes have instead of parameters (RFC 9110, 11.2, token68); stays where it is if there is none.
    void skipToken68()
    {
        const qsizetype start = m_at;
        while (!atEnd() && (isTokenCharacter(peek()) || peek() == '/'))
            ++m_at;
        const bool isThere = m_at > start;
        skip("=");
        const qsizetype end = m_at;
        skip(" \t");
        m_at = isThere && (atEnd() || peek() == ',') ? end : start;
    }
    [[nodiscard]] qsizetype position() const { return m_at; }
    void goTo(qsizetype position) { m_at = position; }

private:
    static bool isTokenCharacter(char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
    }

    QByteArrayView m_text;
    qsizetype m_at = 0;
};

/// `name = value`; nullopt, with the reader where it was, if there is none.
std::optional<std::pair<QByteArray, QByteArray>> parameter(Reader& reader)
{
    const qsizetype start = reader.position();
    const QByteArray name = reader.token().toLower();
    reader.skip(" \t");
    if (name.isEmpty() || !reader.take('=')) {
        reader.goTo(start);
        return std::nullopt;
    }
    reader.skip(" \t");
    if (reader.peek() != '"')
        return std::pair{name, reader.token()};
    auto value = reader.quoted();
    if (!value)
        return std::nullopt; // the reader is at its end: nothing can be read after a quotation that is never closed
    return std::pair{name, *value};
}

} // namespace

std::vector<Challenge> parseChallenges(QByteArrayView field)
{
    std::vector<Challenge> challenges;
    Reader reader(field);
    while (true) {
        reader.skip(" \t,");
        if (reader.atEnd())
            return challenges;
        const QByteArray scheme = reader.token().toLower();
        if (scheme.isEmpty())
            return challenges;
        Challenge challenge{scheme, {}};
        reader.skip(" \t");
        reader.skipToken68();
        while (true) {
            reader.skip(" \t,");
            // The next challenge begins with a token that no = follows.
            const auto found = parameter(reader);
            if (!found)
                break;
            challenge.parameters.insert(found->first, found->second);
        }
        challenges.push_back(std::move(challenge));
        const qsizetype before = reader.position();
        reader.skip(" \t,");
        if (!reader.atEnd() && reader.token().isEmpty())
            return challenges; // neither a parameter nor a scheme
        reader.goTo(before);
    }
}

} // namespace condaoci::oci
