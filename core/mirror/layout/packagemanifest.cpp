// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/layout/packagemanifest.h"

#include "core/base/text.h"
#include "core/mirror/layout/naming.h"

#include <algorithm>
#include <array>

namespace condaoci::mirror {

namespace {

oci::Descriptor describe(const char* mediaType, const QString& title, const QByteArray& bytes)
{
    return {
        QLatin1String(mediaType), Digest::ofBytes(bytes), bytes.size(), {{QLatin1String(oci::titleAnnotation), title}}};
}

/// From the record's timestamp, not from the clock: the same package gives the same manifest on any day.
void stampTime(oci::Descriptor& layer, const FileRef& file)
{
    layer.annotations.insert(QLatin1String(naming::creationTimeAnnotation), naming::timeText(file.record->timestamp));
}

qsizetype rank(const QString& mediaType)
{
    static constexpr std::array order{naming::condaLayer, naming::tarBz2Layer, naming::infoLayer,
                                      naming::indexJsonLayer};
    const auto at =
        std::find_if(order.begin(), order.end(), [&](const char* known) { return mediaType == QLatin1String(known); });
    return at - order.begin();
}

} // namespace

oci::Descriptor packageLayer(const FileRef& file, const Sums& sums)
{
    oci::Descriptor layer{naming::packageLayer(file.record->format), sums.sha256, sums.size, {}};
    layer.annotations.insert(QLatin1String(oci::titleAnnotation), text(file.record->fileName));
    if (!sums.md5.isEmpty())
        layer.annotations.insert(QLatin1String(naming::md5Annotation), QString::fromLatin1(sums.md5));
    stampTime(layer, file);
    return layer;
}

oci::Descriptor infoLayer(const FileRef& file, const QByteArray& infoTarGz)
{
    auto layer = describe(naming::infoLayer, naming::infoTitle(file.name), infoTarGz);
    stampTime(layer, file);
    return layer;
}

oci::Descriptor indexJsonLayer(const FileRef& file, const QByteArray& indexJson)
{
    auto layer = describe(naming::indexJsonLayer, naming::indexJsonTitle(file.name), indexJson);
    stampTime(layer, file);
    return layer;
}

oci::Descriptor repodataLayer(const QString& title, const QString& mediaType, const QByteArray& bytes)
{
    return describe(mediaType.toLatin1().constData(), title, bytes);
}

oci::Annotations indexAnnotations(const IndexFacts& facts)
{
    oci::Annotations annotations;
    const auto add = [&](const char* key, const QString& value) {
        if (!value.isEmpty())
            annotations.insert(QLatin1String(key), value);
    };
    add(naming::indexAnnotation, facts.claim);
    add(naming::sourceAnnotation, facts.source.toString());
    add(naming::channelAnnotation, facts.channel);
    add(naming::recordsAnnotation, facts.records < 0 ? QString() : QString::number(facts.records));
    return annotations;
}

void placeLayer(oci::Manifest& manifest, const oci::Descriptor& layer)
{
    std::erase_if(manifest.layers, [&](const oci::Descriptor& old) { return old.mediaType == layer.mediaType; });
    const auto after = std::find_if(manifest.layers.begin(), manifest.layers.end(), [&](const oci::Descriptor& other) {
        return rank(other.mediaType) > rank(layer.mediaType);
    });
    manifest.layers.insert(after, layer);
}

bool holds(const oci::Manifest& manifest, const conda::PackageRecord& record)
{
    const oci::Descriptor* layer = manifest.layer(naming::packageLayer(record.format));
    if (!layer)
        return false;
    if (!record.sha256.empty())
        return layer->digest.hex() ==
               QByteArrayView(record.sha256.data(), static_cast<qsizetype>(record.sha256.size()));
    return !record.md5.empty() && layer->size == record.size &&
           layer->annotations.value(QLatin1String(naming::md5Annotation)) == text(record.md5);
}

void setConfig(oci::Manifest& manifest, bool imageConfig)
{
    manifest.config = oci::emptyDescriptor();
    manifest.config.mediaType = QLatin1String(imageConfig ? oci::imageConfigMediaType : naming::configMediaType);
    manifest.artifactType.clear();
}

bool isOfVersion01(const oci::Manifest& manifest)
{
    return !manifest.artifactType.isEmpty() && manifest.config == oci::emptyDescriptor();
}

oci::Manifest placeholderManifest()
{
    oci::Manifest manifest;
    manifest.layers.push_back(oci::emptyDescriptor()); // the config's bytes, so that there is one blob to send
    setConfig(manifest, false);
    return manifest;
}

} // namespace condaoci::mirror
