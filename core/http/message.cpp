// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/message.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"

#include <QBuffer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace condaoci::http {

namespace {

bool sameName(QByteArrayView a, QByteArrayView b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

/// What the body of a refusal says: the registry's codes and messages, or the beginning of its text.
QString explanation(const Response& response)
{
    const QJsonObject json = QJsonDocument::fromJson(response.body).object();
    QStringList parts;
    for (const QJsonValue& error : json.value(QLatin1String("errors")).toArray()) {
        const QJsonObject object = error.toObject();
        QString part = object.value(QLatin1String("code")).toString();
        if (const QString message = object.value(QLatin1String("message")).toString(); !message.isEmpty())
            part += (part.isEmpty() ? QString() : QStringLiteral(": ")) + message;
        if (!part.isEmpty())
            parts.append(part);
    }
    QString text = parts.join(QStringLiteral("; "));
    if (text.isEmpty()) {
        const QString plain = QString::fromUtf8(response.body).trimmed();
        // A page made for a browser says nothing here.
        text = plain.startsWith(QLatin1Char('<')) ? QString() : plain;
    }
    // Wherever it is shown by mistake as rich text, it is seen as it is.
    static const QRegularExpression tag(QStringLiteral("<(?=[A-Za-z/!?])"));
    return oneLine(withoutSecrets(text).replace(tag, QStringLiteral("\u2039")), limits::errorTextShown);
}

ErrorKind kindOf(int status, const QString& said)
{
    if (status == 403 && said.contains(QLatin1String("rate limit"), Qt::CaseInsensitive))
        return ErrorKind::RateLimited; // GitHub's "secondary rate limit"
    switch (status) {
    case 401:
    case 403:
        return ErrorKind::Auth;
    case 404:
    case 410:
        return ErrorKind::NotFound;
    case 429:
        return ErrorKind::RateLimited;
    default:
        return status >= 500 ? ErrorKind::Server : ErrorKind::Protocol;
    }
}

} // namespace

void Headers::set(const QByteArray& name, const QByteArray& value)
{
    remove(name);
    add(name, value);
}

void Headers::add(const QByteArray& name, const QByteArray& value)
{
    m_fields.append({name, value});
}

void Headers::remove(QByteArrayView name)
{
    m_fields.removeIf([name](const auto& field) { return sameName(field.first, name); });
}

QByteArray Headers::value(QByteArrayView name) const
{
    QByteArrayList values;
    for (const auto& [key, value] : m_fields) {
        if (sameName(key, name))
            values.append(value);
    }
    return values.join(", ");
}

bool Headers::contains(QByteArrayView name) const
{
    return std::any_of(m_fields.begin(), m_fields.end(),
                       [name](const auto& field) { return sameName(field.first, name); });
}

Body Body::ofBytes(QByteArray bytes)
{
    Body body;
    body.m_content = std::move(bytes);
    return body;
}

Body Body::ofFile(QString path, qint64 size)
{
    Body body;
    body.m_content = File{std::move(path), size};
    return body;
}

qint64 Body::size() const
{
    if (const auto* file = std::get_if<File>(&m_content))
        return file->size;
    return bytes() ? bytes()->size() : 0;
}

Result<std::unique_ptr<QIODevice>> Body::open() const
{
    std::unique_ptr<QIODevice> device;
    if (const auto* file = std::get_if<File>(&m_content)) {
        device = std::make_unique<QFile>(file->path);
    } else {
        auto buffer = std::make_unique<QBuffer>();
        if (bytes())
            buffer->setData(*bytes());
        device = std::move(buffer);
    }
    if (!device->open(QIODevice::ReadOnly))
        return Error{ErrorKind::Disk, Messages::tr("can't read what was to be sent: %1").arg(device->errorString())};
    if (device->size() != size())
        return Error{ErrorKind::Disk, Messages::tr("the file that was to be sent changed its size meanwhile")};
    return device;
}

std::optional<std::chrono::seconds> maxAge(const Headers& headers)
{
    std::optional<std::chrono::seconds> age;
    const QByteArrayList directives = headers.value("Cache-Control").toLower().split(',');
    for (const QByteArray& one : directives) {
        const QByteArray directive = one.trimmed();
        if (directive == "no-cache" || directive == "no-store")
            return std::nullopt;
        bool isNumber = false;
        const qint64 seconds = directive.startsWith("max-age=") ? directive.mid(8).toLongLong(&isNumber) : -1;
        if (isNumber && seconds >= 0)
            age = std::chrono::seconds(seconds);
    }
    return age;
}

QUrl urlReference(QByteArrayView text)
{
    const auto isHex = [&](qsizetype at) {
        return at < text.size() && std::isxdigit(static_cast<uchar>(text[at])) != 0;
    };
    QByteArray encoded;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool isAllowed =
            static_cast<uchar>(c) > 0x20 && static_cast<uchar>(c) < 0x7f && !strchr("\"<>\\^`{|}", c);
        if (isAllowed && (c != '%' || (isHex(i + 1) && isHex(i + 2))))
            encoded += c;
        else
            encoded += '%' + QByteArray(1, c).toHex().toUpper();
    }
    return QUrl::fromEncoded(encoded, QUrl::StrictMode);
}

QByteArray originOf(const QUrl& url)
{
    const QString scheme = url.scheme().toLower();
    const int port = url.port(scheme == QLatin1String("https") ? 443 : 80);
    return (scheme + QStringLiteral("://") + url.host().toLower() + QLatin1Char(':') + QString::number(port)).toUtf8();
}

Error statusError(const Request& request, const Response& response, const QString& what)
{
    const QString said = explanation(response);
    QString message = Messages::tr("%1 (HTTP status %2)").arg(what).arg(response.status);
    if (!said.isEmpty())
        message += QStringLiteral(": ") + said;
    Error error{kindOf(response.status, said), message};
    error.detail = QStringLiteral("%1 %2 → %3 %4")
                       .arg(QString::fromLatin1(request.method), shownUrl(request.url))
                       .arg(response.status)
                       .arg(said);
    error.httpStatus = response.status;
    return error;
}

} // namespace condaoci::http
