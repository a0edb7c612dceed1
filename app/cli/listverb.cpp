// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/console.h"
#include "app/cli/copyrun.h"
#include "app/cli/networkoptions.h"
#include "app/cli/verbs.h"
#include "app/credentialstore.h"
#include "core/base/text.h"
#include "core/conda/version.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/layout/registryindex.h"
#include "core/mirror/packagerepo.h"
#include "core/mirror/places/mirrorpath.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

namespace condaoci::app {

namespace {

struct Options : NetworkOptions
{
    std::string path;
    bool json = false;
};

/// How the registry is reached.
struct Access
{
    oci::Authenticator::Lookup credentials;
    http::Network network;
};

/// Versions by conda's ordering, what it can't read first.
bool isOlder(std::string_view a, std::string_view b)
{
    const auto left = conda::Version::parse(a);
    const auto right = conda::Version::parse(b);
    if (!left || !right)
        return !left && (right || a < b);
    return *left < *right;
}

void print(const QJsonArray& rows, const QStringList& columns, bool asJson)
{
    if (asJson) {
        printJson(QJsonDocument(rows));
        return;
    }
    std::vector<qsizetype> widths(static_cast<size_t>(columns.size()), 0);
    const auto cell = [&](const QJsonValue& row, size_t column) {
        return row.toObject().value(columns[static_cast<qsizetype>(column)]).toVariant().toString();
    };
    for (const QJsonValue& row : rows) {
        for (size_t i = 0; i < widths.size(); ++i)
            widths[i] = std::max(widths[i], cell(row, i).size());
    }
    for (const QJsonValue& row : rows) {
        QString line;
        for (size_t i = 0; i < widths.size(); ++i)
            line += cell(row, i).leftJustified(i + 1 < widths.size() ? widths[i] + 2 : 0);
        printResult(line);
    }
}

/// \param end  failWith or failToFind
int fail(const Error& error, bool asJson, int (*end)(const Error&) = failWith)
{
    const int code = end(error);
    if (asJson)
        printErrorReport(error, code);
    return code;
}

int notFound(const QString& message, bool asJson)
{
    return fail(Error{ErrorKind::NotFound, message}, asJson, failToFind);
}

/// A registry that can't be reached, or not by this user, will not answer the next question either.
bool stopsListing(const Error& error)
{
    return error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout || error.kind == ErrorKind::Tls ||
           error.kind == ErrorKind::Auth || error.kind == ErrorKind::RateLimited;
}

int listSubdirs(const mirror::MirrorPath& path, const Access& access, bool json)
{
    QJsonArray rows;
    const auto registry = mirror::openRegistry(path.channel.endpoint, access.credentials, access.network);
    // Where the registry can't tell which there are, those that conda knows are asked for.
    const auto found = mirror::listSubdirs(*registry, path.channel);
    if (!found && stopsListing(found.error()))
        return fail(found.error(), json);
    const QStringList known = conda::defaultSubdirs() + conda::otherSubdirs();
    QStringList subdirs = known;
    if (found && *found) {
        subdirs.removeIf([&](const QString& subdir) { return !(*found)->contains(subdir); });
        for (const QString& subdir : **found) {
            if (!subdirs.contains(subdir))
                subdirs.append(subdir);
        }
    }
    for (const QString& subdir : std::as_const(subdirs)) {
        const auto index = mirror::findIndex(*registry, path.channel, subdir, QLatin1String(mirror::naming::indexName));
        if (!index)
            return fail(index.error(), json);
        if (!*index)
            continue;
        const auto count = mirror::countRecords(*registry, **index);
        if (!count)
            return fail(count.error(), json);
        rows.append(QJsonObject{{QStringLiteral("subdir"), subdir}, {QStringLiteral("packages"), *count}});
    }
    if (rows.isEmpty()) {
        QString message = QStringLiteral("%1 has no index of any platform").arg(describe(path.channel));
        // Nobody can tell a channel in a registry from a namespace in it.
        if (path.channel.endpoint.kind == oci::Endpoint::Kind::Remote)
            message += QStringLiteral("; where %1/%2 is a registry, name the channel in it, too")
                           .arg(path.channel.endpoint.toString(), path.channel.name);
        return notFound(message, json);
    }
    print(rows, {QStringLiteral("subdir"), QStringLiteral("packages")}, json);
    return 0;
}

int listPackages(const mirror::MirrorPath& path, const Access& access, bool json)
{
    auto index = mirror::PackageRepo(path.channel, path.subdir, access.credentials, access.network).index();
    if (!index)
        return fail(index.error(), json);
    if (!*index)
        return notFound(QStringLiteral("%1 has no index of %2").arg(describe(path.channel), path.subdir), json);
    struct Package
    {
        std::string_view newest;
        qint64 files = 0;
    };
    std::map<std::string_view, Package> packages;
    for (const conda::PackageRecord& record : (*index)->records()) {
        Package& package = packages[record.name];
        if (package.files++ == 0 || isOlder(package.newest, record.version))
            package.newest = record.version;
    }
    QJsonArray rows;
    for (const auto& [name, package] : packages)
        rows.append(QJsonObject{{QStringLiteral("name"), text(name)},
                                {QStringLiteral("newest"), text(package.newest)},
                                {QStringLiteral("files"), package.files}});
    print(rows, {QStringLiteral("name"), QStringLiteral("newest"), QStringLiteral("files")}, json);
    return 0;
}

int listBuilds(const mirror::MirrorPath& path, const Access& access, bool json)
{
    auto builds = mirror::PackageRepo(path.channel, path.subdir, access.credentials, access.network).builds(path.name);
    if (!builds)
        return fail(builds.error(), json);
    if (builds->isEmpty())
        return notFound(QStringLiteral("%1 has no %2 for %3").arg(describe(path.channel), path.name, path.subdir),
                        json);
    std::vector<std::pair<std::string, std::string>> sorted;
    for (const QString& build : std::as_const(*builds))
        sorted.emplace_back(build.section(QLatin1Char('-'), 0, 0).toStdString(),
                            build.section(QLatin1Char('-'), 1).toStdString());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return isOlder(a.first, b.first) || (!isOlder(b.first, a.first) && a.second < b.second);
    });
    QJsonArray rows;
    for (const auto& [version, build] : sorted)
        rows.append(QJsonObject{{QStringLiteral("version"), text(version)}, {QStringLiteral("build"), text(build)}});
    print(rows, {QStringLiteral("version"), QStringLiteral("build")}, json);
    return 0;
}

} // namespace

Verb addList(CLI::App& app)
{
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("list", "List a mirror's platforms, packages, or builds of a package");
    command->add_option("PLACE", options->path, "REGISTRY/CHANNEL[/SUBDIR[/NAME]]")->required();
    command->add_flag("--json", options->json, "Print a JSON array");
    addNetworkOptions(*command, *options);
    command->footer("Examples:\n"
                    "  conda-oci list ghcr.io/myorg/conda-forge\n"
                    "  conda-oci list ghcr.io/myorg/conda-forge/linux-64\n"
                    "  conda-oci list ghcr.io/myorg/conda-forge/linux-64/zlib");
    return {command, [options] {
                const auto path = mirror::parseMirrorPath(QString::fromStdString(options->path));
                if (!path)
                    return fail(path.error(), options->json);
                auto network = networkOf(*options);
                if (!network)
                    return fail(network.error(), options->json);
                const Access access{lookupFor(path->channel.endpoint, findCredentials(path->channel.endpoint)),
                                    *std::move(network)};
                if (path->subdir.isEmpty())
                    return listSubdirs(*path, access, options->json);
                return path->name.isEmpty() ? listPackages(*path, access, options->json)
                                            : listBuilds(*path, access, options->json);
            }};
}

} // namespace condaoci::app
