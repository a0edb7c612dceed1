// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z06: manifests. What is accepted holds to faults.md A14 to A17 as another JSON reader sees it, and written again it
// is read the same.
#include "core/oci/manifest.h"

#include "tests/fuzz/fuzz.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace condaoci;

namespace {

bool isDigestText(const QString& text)
{
    const qsizetype digits = text.startsWith(QLatin1String("sha256:"))   ? 64
                             : text.startsWith(QLatin1String("sha512:")) ? 128
                                                                         : -1;
    const QString hex = text.mid(7);
    return hex.size() == digits && std::all_of(hex.begin(), hex.end(), [](QChar c) {
               return (c >= QLatin1Char('0') && c <= QLatin1Char('9')) ||
                      (c >= QLatin1Char('a') && c <= QLatin1Char('f'));
           });
}

/// A key that stands twice would be seen differently by this reader, which takes the last.
void check(const oci::Descriptor& descriptor, const QJsonObject& json)
{
    const QString digest = json.value(QLatin1String("digest")).toString();
    FUZZ_REQUIRE(isDigestText(digest) && descriptor.digest.toString() == digest);
    const QJsonValue size = json.value(QLatin1String("size"));
    FUZZ_REQUIRE(size.isDouble() && descriptor.size >= 0 && size.toInteger(-1) == descriptor.size);
    FUZZ_REQUIRE(descriptor.mediaType == json.value(QLatin1String("mediaType")).toString());
    const QJsonObject annotations = json.value(QLatin1String("annotations")).toObject();
    FUZZ_REQUIRE(annotations.isEmpty() == descriptor.annotations.isEmpty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::Input input(data, size);
    const QByteArray contentType = input.line();
    const auto manifest = oci::Manifest::parse(input.rest(), contentType);
    if (!manifest) {
        fuzz::checkError(manifest.error());
        return 0;
    }
    const QJsonObject json = QJsonDocument::fromJson(input.rest()).object();
    FUZZ_REQUIRE(json.value(QLatin1String("schemaVersion")).toInteger() == 2 &&
                 !json.contains(QLatin1String("manifests")));
    check(manifest->config, json.value(QLatin1String("config")).toObject());
    const QJsonArray layers = json.value(QLatin1String("layers")).toArray();
    FUZZ_REQUIRE(layers.size() == static_cast<qsizetype>(manifest->layers.size()));
    for (qsizetype i = 0; i < layers.size(); ++i)
        check(manifest->layers[static_cast<std::size_t>(i)], layers[i].toObject());

    const QByteArray written = manifest->toJson();
    const auto again = oci::Manifest::parse(written, oci::manifestMediaType);
    FUZZ_REQUIRE(again && again->toJson() == written);
    FUZZ_REQUIRE(again->layers == manifest->layers && again->config == manifest->config &&
                 again->annotations == manifest->annotations && again->artifactType == manifest->artifactType);
    return 0;
}
