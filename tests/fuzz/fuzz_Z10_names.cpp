// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z10: what people write for a registry, a repository, a channel and a package, and where a package stands in a
// registry. Names that are taken are those of oci-client.md S01, here by hand and not by a regular expression; written
// again they are read the same; a package is found again under its own name.
#include "core/conda/channel.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/places/mirrorpath.h"
#include "core/oci/reference.h"

#include "tests/fuzz/fuzz.h"

using namespace condaoci;

namespace {

bool isAlphanumeric(QChar c)
{
    return (c >= QLatin1Char('a') && c <= QLatin1Char('z')) || (c >= QLatin1Char('0') && c <= QLatin1Char('9'));
}

bool isComponent(const QString& text)
{
    for (qsizetype at = 0; at < text.size();) {
        if (!isAlphanumeric(text[at]))
            return false;
        while (at < text.size() && isAlphanumeric(text[at]))
            ++at;
        if (at == text.size())
            return true;
        const qsizetype from = at;
        while (at < text.size() && !isAlphanumeric(text[at]))
            ++at;
        const QString separator = text.mid(from, at - from);
        const bool isDashes = separator.count(QLatin1Char('-')) == separator.size();
        if (!isDashes && separator != QLatin1String(".") && separator != QLatin1String("_") &&
            separator != QLatin1String("__"))
            return false;
    }
    return false; // empty, or a separator is its end
}

bool isName(const QString& text)
{
    const QStringList parts = text.split(QLatin1Char('/'));
    return text.size() <= 255 && std::all_of(parts.begin(), parts.end(), isComponent);
}

bool isTag(const QString& text)
{
    const auto fits = [](QChar c) {
        return isAlphanumeric(c.toLower()) && c.unicode() < 128 ? true : c == QLatin1Char('_');
    };
    return !text.isEmpty() && text.size() <= 128 && fits(text[0]) &&
           std::all_of(text.begin(), text.end(),
                       [&](QChar c) { return fits(c) || c == QLatin1Char('.') || c == QLatin1Char('-'); });
}

void checkEndpoint(const QString& text)
{
    const auto endpoint = oci::parseEndpoint(text);
    if (!endpoint)
        return fuzz::checkError(endpoint.error());
    FUZZ_REQUIRE(endpoint->prefix.isEmpty() || isName(endpoint->prefix));
    FUZZ_REQUIRE(endpoint->origin.userInfo().isEmpty() && !endpoint->origin.hasQuery());
    const auto again = oci::parseEndpoint(endpoint->toString());
    FUZZ_REQUIRE(again && again->origin == endpoint->origin && again->prefix == endpoint->prefix &&
                 again->directory == endpoint->directory);
}

void checkChannel(const QString& text)
{
    const auto channel = conda::parseChannelName(text);
    if (!channel)
        return fuzz::checkError(channel.error());
    FUZZ_REQUIRE(isName(*channel));
}

void checkMirrorPath(const QString& text)
{
    const auto path = mirror::parseMirrorPath(text);
    if (!path)
        return fuzz::checkError(path.error());
    FUZZ_REQUIRE(isName(path->channel.name));
}

void checkPackage(const QByteArray& fileName)
{
    namespace naming = mirror::naming;
    const auto name = conda::parsePackageFileName({fileName.constData(), static_cast<std::size_t>(fileName.size())});
    if (!name)
        return fuzz::checkError(name.error());
    const auto utf8 = [](std::string_view part) {
        return QString::fromUtf8(part.data(), static_cast<qsizetype>(part.size()));
    };
    FUZZ_REQUIRE((utf8(name->name) + QLatin1Char('-') + utf8(name->version) + QLatin1Char('-') + utf8(name->build) +
                  utf8(conda::extension(name->format)))
                     .toUtf8() == fileName);
    const QString repository = naming::repository(QStringLiteral("conda-forge"), QStringLiteral("noarch"), name->name);
    const QString tag = naming::tag(name->version, name->build);
    const auto checked = naming::check(QStringLiteral("ghcr.io"), repository, tag, *name);
    if (!checked)
        return fuzz::checkError(checked.error());
    FUZZ_REQUIRE(isName(repository) && isTag(tag));
    FUZZ_REQUIRE(naming::decodeName(repository.section(QLatin1Char('/'), -1)) == utf8(name->name));
    FUZZ_REQUIRE(naming::decodeTag(tag) == utf8(name->version) + QLatin1Char('-') + utf8(name->build));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::beQuiet();
    fuzz::Input input(data, size);
    const QByteArray place = input.line();
    const QByteArray fileName = input.line();
    checkEndpoint(QString::fromUtf8(place));
    checkChannel(QString::fromUtf8(place));
    checkMirrorPath(QString::fromUtf8(place));
    checkPackage(fileName);
    return 0;
}
