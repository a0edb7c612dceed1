// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z14: files that we, or docker and podman, wrote earlier and find again, whole or torn. The first line says which it
// is: a lock file, the index.json of an image layout, a kept document of a channel, a kept job, a file with
// credentials.
#include "core/base/atomicfile.h"
#include "core/base/digest.h"
#include "core/conda/channel.h"
#include "core/conda/environment.h"
#include "core/conda/packagename.h"
#include "core/mirror/places/indexcache.h"
#include "core/mirror/request/copyrequest.h"
#include "core/oci/authfiles.h"
#include "core/oci/imagelayout.h"

#include "core/base/limits.h"
#include "tests/fuzz/fuzz.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>

using namespace condaoci;

namespace {

QString folder()
{
    static const QTemporaryDir folder;
    return folder.path();
}

void write(const QString& path, QByteArrayView bytes)
{
    QFile file(path);
    FUZZ_REQUIRE(file.open(QIODevice::WriteOnly | QIODevice::Truncate) &&
                 file.write(bytes.data(), bytes.size()) == bytes.size());
}

QByteArray read(const QString& path)
{
    return readFile(path, limits::GiB).value_or(QByteArray());
}

void checkLockFile(const QByteArray& bytes)
{
    const auto environment = conda::parseLockFile(bytes);
    if (!environment)
        return fuzz::checkError(environment.error());
    for (const conda::LockedPackage& package : environment->packages) {
        FUZZ_REQUIRE(!package.problem.isEmpty() || conda::checkFileName(package.fileName.toStdString()));
        FUZZ_REQUIRE(conda::isSubdir(package.subdir) && fuzz::isFitToShow(package.problem));
        FUZZ_REQUIRE(package.sha256.isEmpty() || package.sha256.size() == 64);
        FUZZ_REQUIRE(package.md5.isEmpty() || package.md5.size() == 32);
        FUZZ_REQUIRE(package.channel.userInfo().isEmpty() && !package.channel.hasQuery());
    }
    for (const QString& other : environment->others)
        FUZZ_REQUIRE(fuzz::isFitToShow(other));
}

/// An index.json that can't be read is never replaced; into one that can be, our entry is added.
void checkLayout(const QByteArray& bytes)
{
    const QString directory = folder() + QStringLiteral("/layout");
    const QString index = directory + QStringLiteral("/index.json");
    FUZZ_REQUIRE(QDir().mkpath(directory));
    write(index, bytes);
    const QString name = QStringLiteral("org/name");
    const QString tag = QStringLiteral("1.0-0");
    const QByteArray manifest = "{\"schemaVersion\":2}";
    bool isReadable = false;
    {
        oci::ImageLayout layout(directory);
        isReadable = layout.tags(name).has_value();
        (void)layout.repositories({}).has_value();
        for (const QString& one : layout.tags(name).value_or(QStringList())) {
            if (const auto stored = layout.manifest(name, one); stored && *stored)
                FUZZ_REQUIRE(Digest::ofBytes((*stored)->bytes) == (*stored)->digest);
        }
        const auto put = layout.putManifest(name, tag, manifest, oci::manifestMediaType);
        FUZZ_REQUIRE(put.has_value() == isReadable);
        FUZZ_REQUIRE(layout.flush().has_value() || !isReadable);
    }
    if (!isReadable) {
        FUZZ_REQUIRE(read(index) == bytes);
        return;
    }
    oci::ImageLayout again(directory);
    const auto stored = again.manifest(name, tag);
    FUZZ_REQUIRE(stored && *stored && (*stored)->bytes == manifest &&
                 again.tags(name).value_or(QStringList()).contains(tag));
}

/// A kept document is either the very one that was kept, or there is none.
void checkDocument(const QByteArray& bytes)
{
    const QString kept = folder() + QStringLiteral("/documents");
    const QUrl url(QStringLiteral("https://conda.example/noarch/repodata.json"));
    FUZZ_REQUIRE(QDir().mkpath(kept));
    mirror::storeCachedDocument(kept, url, {"\"etag\"", {}, bytes});
    const QStringList names = QDir(kept).entryList(QDir::Files);
    FUZZ_REQUIRE(names.size() == 1);
    const QString path = kept + QLatin1Char('/') + names.constFirst();
    const QByteArray whole = read(path);
    const auto found = mirror::loadCachedDocument(kept, url);
    FUZZ_REQUIRE(found && found->bytes == bytes && found->etag == "\"etag\"");
    for (const qsizetype cut : {qsizetype(0), whole.size() / 3, whole.size() - 1}) {
        write(path, whole.first(cut));
        const auto torn = mirror::loadCachedDocument(kept, url);
        FUZZ_REQUIRE(!torn || torn->bytes == bytes);
    }
    write(path, bytes); // something else altogether
    if (const auto strange = mirror::loadCachedDocument(kept, url))
        FUZZ_REQUIRE(bytes.endsWith(strange->bytes));
}

void checkRequest(const QByteArray& bytes)
{
    const auto request = mirror::requestFromJson(QJsonDocument::fromJson(bytes).object());
    if (!request)
        return fuzz::checkError(request.error());
    const QJsonObject kept = mirror::toJson(*request);
    const auto again = mirror::requestFromJson(kept);
    FUZZ_REQUIRE(again && mirror::toJson(*again) == kept);
    const QStringList arguments = mirror::commandLine(*request);
    FUZZ_REQUIRE(!arguments.isEmpty() && mirror::shellCommand(arguments).startsWith(QLatin1String("conda-oci ")));
}

void checkCredentials(const QByteArray& bytes)
{
    write(folder() + QStringLiteral("/config.json"), bytes);
    qputenv("DOCKER_CONFIG", folder().toUtf8());
    qputenv("REGISTRY_AUTH_FILE", "/nowhere");
    qputenv("PATH", "/nowhere"); // no helper is ever started
    for (const auto& [host, prefix] : {std::pair("ghcr.io", "org/sub"), {"127.0.0.1:5000", ""}}) {
        const auto found = oci::credentialsFromAuthFiles(QLatin1String(host), QLatin1String(prefix));
        FUZZ_REQUIRE(!found || !found->credentials.identityToken.isEmpty() ||
                     (!found->credentials.user.isEmpty() && !found->credentials.secret.isEmpty()));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::beQuiet();
    fuzz::Input input(data, size);
    const QByteArray kind = input.line();
    if (kind == "lock")
        checkLockFile(input.rest());
    else if (kind == "layout")
        checkLayout(input.rest());
    else if (kind == "document")
        checkDocument(input.rest());
    else if (kind == "request")
        checkRequest(input.rest());
    else if (kind == "auth")
        checkCredentials(input.rest());
    return 0;
}
