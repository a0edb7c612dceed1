// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/manifest.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <simdjson.h>

#include <algorithm>
#include <set>

namespace condaoci::oci {

namespace {

namespace dom = simdjson::dom;

constexpr char dockerManifestMediaType[] = "application/vnd.docker.distribution.manifest.v2+json";

Error malformed(const QString& why)
{
    return Error{ErrorKind::Protocol, Messages::tr("the manifest can't be used: %1").arg(why)};
}

/// Two readers may see different values where a key stands twice, in whatever part of it (faults.md A15).
bool hasDuplicateKeys(dom::element element)
{
    if (element.is_array()) {
        const dom::array items = element.get_array().value_unsafe();
        return std::any_of(items.begin(), items.end(), hasDuplicateKeys);
    }
    if (!element.is_object())
        return false;
    std::set<std::string_view> keys;
    const dom::object object = element.get_object().value_unsafe();
    for (const auto field : object) {
        if (!keys.insert(field.key).second || hasDuplicateKeys(field.value))
            return true;
    }
    return false;
}

/// Absent is an empty text; present must be a string.
Result<QString> optionalString(dom::object object, const char* key)
{
    dom::element element;
    if (object[key].get(element) != simdjson::SUCCESS)
        return QString();
    std::string_view value;
    if (element.get(value) != simdjson::SUCCESS)
        return malformed(Messages::tr("%1 is not a text").arg(QLatin1String(key)));
    return text(value);
}

Result<Annotations> parseAnnotations(dom::object object)
{
    Annotations annotations;
    dom::object found;
    if (object["annotations"].get(found) != simdjson::SUCCESS)
        return annotations;
    for (const auto field : found) {
        std::string_view value;
        if (field.value.get(value) != simdjson::SUCCESS)
            return malformed(Messages::tr("an annotation is not a text"));
        annotations.insert(text(field.key), text(value));
    }
    return annotations;
}

Result<Descriptor> parseDescriptor(dom::element element)
{
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS)
        return malformed(Messages::tr("a descriptor is not an object"));
    Descriptor descriptor;
    auto mediaType = optionalString(object, "mediaType");
    if (!mediaType)
        return mediaType.error();
    descriptor.mediaType = *std::move(mediaType);
    std::string_view digest;
    if (object["digest"].get(digest) != simdjson::SUCCESS)
        return malformed(Messages::tr("a descriptor has no digest"));
    auto parsed = Digest::parse(QByteArrayView(digest.data(), static_cast<qsizetype>(digest.size())));
    if (!parsed)
        return malformed(Messages::tr("a descriptor's digest is not sha256 or sha512"));
    descriptor.digest = *std::move(parsed);
    int64_t size = -1;
    if (object["size"].get(size) != simdjson::SUCCESS || size < 0 || size > limits::largestFile)
        return malformed(
            Messages::tr("a descriptor's size is not a whole number from 0 to %1").arg(limits::largestFile));
    descriptor.size = size;
    auto annotations = parseAnnotations(object);
    if (!annotations)
        return annotations.error();
    descriptor.annotations = *std::move(annotations);
    return descriptor;
}

Result<Manifest> parseObject(dom::object object, QByteArrayView contentType)
{
    int64_t version = 0;
    if (object["schemaVersion"].get(version) != simdjson::SUCCESS || version != 2)
        return malformed(Messages::tr("its schemaVersion is not 2"));
    dom::element element;
    const bool isIndex = object["manifests"].get(element) == simdjson::SUCCESS;
    dom::array layers;
    const bool hasLayers = object["layers"].get(layers) == simdjson::SUCCESS;
    if (isIndex)
        return malformed(hasLayers ? Messages::tr("it is both a manifest and an index")
                                   : Messages::tr("it is an index of manifests"));
    auto mediaType = optionalString(object, "mediaType");
    if (!mediaType)
        return mediaType.error();
    const QString announced = QString::fromLatin1(contentType.toByteArray()).section(QLatin1Char(';'), 0, 0).trimmed();
    if (!mediaType->isEmpty() && !announced.isEmpty() && announced != *mediaType)
        return malformed(
            Messages::tr("it says it is %1 and was sent as %2").arg(oneLine(*mediaType, 100), oneLine(announced, 100)));
    const QString kind = mediaType->isEmpty() ? announced : *mediaType;
    if (!kind.isEmpty() && kind != QLatin1String(manifestMediaType) && kind != QLatin1String(dockerManifestMediaType))
        return malformed(Messages::tr("its type is %1").arg(oneLine(kind, 100)));
    if (!hasLayers)
        return malformed(Messages::tr("it has no layers"));

    Manifest manifest;
    auto artifactType = optionalString(object, "artifactType");
    if (!artifactType)
        return artifactType.error();
    manifest.artifactType = *std::move(artifactType);
    if (object["config"].get(element) != simdjson::SUCCESS)
        return malformed(Messages::tr("it has no config"));
    auto config = parseDescriptor(element);
    if (!config)
        return config.error();
    manifest.config = *std::move(config);
    for (const dom::element layer : layers) {
        auto descriptor = parseDescriptor(layer);
        if (!descriptor)
            return descriptor.error();
        manifest.layers.push_back(*std::move(descriptor));
    }
    auto annotations = parseAnnotations(object);
    if (!annotations)
        return annotations.error();
    manifest.annotations = *std::move(annotations);
    return manifest;
}

QByteArray quoted(const QString& value)
{
    // QJsonDocument writes arrays and objects only; the brackets come off again.
    const QByteArray array = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return array.sliced(1, array.size() - 2);
}

QByteArray toJson(const Annotations& annotations)
{
    QByteArrayList fields;
    for (auto it = annotations.begin(); it != annotations.end(); ++it)
        fields.append(quoted(it.key()) + ':' + quoted(it.value()));
    return '{' + fields.join(',') + '}';
}

QByteArray toJson(const Descriptor& descriptor)
{
    QByteArray json = "{\"mediaType\":" + quoted(descriptor.mediaType) + ",\"digest\":\"" +
                      descriptor.digest.toByteArray() + "\",\"size\":" + QByteArray::number(descriptor.size);
    if (!descriptor.annotations.isEmpty())
        json += ",\"annotations\":" + toJson(descriptor.annotations);
    return json + '}';
}

} // namespace

Result<Manifest> Manifest::parse(QByteArrayView bytes, QByteArrayView contentType)
{
    if (bytes.size() > limits::manifestRead)
        return malformed(Messages::tr("it is larger than %1 bytes").arg(limits::manifestRead));
    dom::parser parser;
    if (parser.allocate(static_cast<size_t>(std::max<qsizetype>(bytes.size(), 1)), limits::jsonDepth) !=
        simdjson::SUCCESS)
        return malformed(Messages::tr("not enough memory"));
    const simdjson::padded_string padded(bytes.data(), static_cast<size_t>(bytes.size()));
    dom::element document;
    dom::object object;
    if (const auto code = parser.parse(padded).get(document); code != simdjson::SUCCESS)
        return malformed(QLatin1String(simdjson::error_message(code)));
    if (document.get(object) != simdjson::SUCCESS)
        return malformed(Messages::tr("it is not an object"));
    if (hasDuplicateKeys(document))
        return malformed(Messages::tr("a key stands twice"));
    return parseObject(object, contentType);
}

// Written by hand because QJsonObject sorts its keys, and readers of raw manifests expect the specification's order.
QByteArray Manifest::toJson() const
{
    QByteArray json = QByteArrayLiteral("{\"schemaVersion\":2,\"mediaType\":\"") + manifestMediaType + '"';
    if (!artifactType.isEmpty())
        json += ",\"artifactType\":" + quoted(artifactType);
    json += ",\"config\":" + oci::toJson(config) + ",\"layers\":[";
    QByteArrayList parts;
    for (const Descriptor& layer : layers)
        parts.append(oci::toJson(layer));
    json += parts.join(',') + ']';
    if (!annotations.isEmpty())
        json += ",\"annotations\":" + oci::toJson(annotations);
    return json + '}';
}

const Descriptor* Manifest::layer(QStringView mediaType) const
{
    for (const Descriptor& one : layers) {
        if (one.mediaType == mediaType)
            return &one;
    }
    return nullptr;
}

const QByteArray& emptyContent()
{
    static const QByteArray content("{}");
    return content;
}

const Descriptor& emptyDescriptor()
{
    static const Descriptor descriptor{
        QLatin1String(emptyMediaType), Digest::ofBytes(emptyContent()), emptyContent().size(), {}};
    return descriptor;
}

} // namespace condaoci::oci
