// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/tlsoptions.h"

#include "core/base/application.h"
#include "core/base/messages.h"
#include "core/base/text.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSslCertificate>
#include <QSslKey>

#include <mutex>

namespace condaoci::http {

namespace {

Error config(const QString& message)
{
    return Error{ErrorKind::Config, message};
}

QString keyOf(const QString& host, int port)
{
    return host.toLower() + QLatin1Char(':') + QString::number(port);
}

/// `unreadable`: what to say of a file that can't be read, with room for its path and for the reason.
Result<QByteArray> pemOf(const QString& path, const QString& unreadable)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return config(unreadable.arg(QDir::toNativeSeparators(path), file.errorString()));
    return file.readAll();
}

Result<QList<QSslCertificate>> parsed(const QByteArray& pem, const QString& path)
{
    const auto certificates = QSslCertificate::fromData(pem, QSsl::Pem);
    if (certificates.isEmpty())
        return config(Messages::tr("there is no certificate in PEM form in %1").arg(QDir::toNativeSeparators(path)));
    return certificates;
}

Result<QList<QSslCertificate>> certificatesIn(const QString& path, const QString& unreadable)
{
    auto pem = pemOf(path, unreadable);
    if (!pem)
        return pem.error();
    return parsed(*pem, path);
}

Result<QSslKey> keyIn(const QString& path)
{
    auto pem = pemOf(path, Messages::tr("can't read the client certificate's key in %1: %2"));
    if (!pem)
        return pem.error();
    for (const auto algorithm : {QSsl::Rsa, QSsl::Ec, QSsl::Dsa}) {
        QSslKey key(*pem, algorithm, QSsl::Pem, QSsl::PrivateKey);
        if (!key.isNull())
            return key;
    }
    return config(
        Messages::tr("there is no unencrypted private key in PEM form in %1").arg(QDir::toNativeSeparators(path)));
}

/// Those of SSL_CERT_FILE, as OpenSSL itself means it, or the system's. Every connection asks, and to take a system's
/// bundle apart costs 50 ms, so what was read last is kept for as long as the file says the same.
Result<QList<QSslCertificate>> authorities()
{
    if (const QString file = qEnvironmentVariable("SSL_CERT_FILE"); !file.isEmpty()) {
        auto pem = pemOf(file, Messages::tr("can't read the certificates (SSL_CERT_FILE) in %1: %2"));
        if (!pem)
            return pem.error();
        static std::mutex mutex;
        static QByteArray kept;
        static QList<QSslCertificate> keptCertificates;
        const std::scoped_lock lock(mutex);
        if (kept == *pem)
            return keptCertificates;
        auto certificates = parsed(*pem, file);
        if (certificates) {
            kept = *pem;
            keptCertificates = *certificates;
        }
        return certificates;
    }
    static const QList<QSslCertificate> ofTheSystem = QSslConfiguration::systemCaCertificates();
    return ofTheSystem;
}

} // namespace

Result<void> acceptCertificate(TlsOptions& options, const QString& text)
{
    static const QRegularExpression grammar(
        QStringLiteral("^(\\[[0-9a-f:.]+\\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?=(?:sha256:)?([0-9a-f]{64})$"));
    const qsizetype equals = text.indexOf(QLatin1Char('='));
    QString digits = text.mid(equals + 1).toLower();
    if (digits.size() == 95) // AA:BB:…
        digits.remove(QLatin1Char(':'));
    const auto match = grammar.match(text.left(equals).toLower() + QLatin1Char('=') + digits);
    const int port = match.captured(2).isEmpty() ? 443 : match.captured(2).toInt();
    if (equals < 0 || !match.hasMatch() || port < 1 || port > 65535)
        return config(Messages::tr("%1: write HOST[:PORT]=SHA256, the 64 hexadecimal digits of the certificate's "
                                   "fingerprint")
                          .arg(oneLine(text, 200)));
    QString host = match.captured(1);
    host.remove(QLatin1Char('[')).remove(QLatin1Char(']'));
    options.accepted.insert(keyOf(host, port), match.captured(3).toLatin1());
    return {};
}

QByteArray acceptedAt(const TlsOptions& options, const QUrl& url)
{
    return options.accepted.value(keyOf(url.host(), url.port(443)));
}

Result<QSslConfiguration> tlsConfiguration(const TlsOptions& options, bool withClientCertificate)
{
    ensureApplication();
    auto configuration = QSslConfiguration::defaultConfiguration();
    if (!options.caFile.isEmpty() || qEnvironmentVariableIsSet("SSL_CERT_FILE")) {
        auto trusted = authorities();
        if (!trusted)
            return trusted.error();
        if (!options.caFile.isEmpty()) {
            auto own = certificatesIn(options.caFile, Messages::tr("can't read the certificates in %1: %2"));
            if (!own)
                return own.error();
            *trusted += *own;
        }
        configuration.setCaCertificates(*trusted);
    }
    if (options.clientCertificate.isEmpty() && !options.clientKey.isEmpty())
        return config(Messages::tr("the client certificate of the key is missing"));
    if (!withClientCertificate || options.clientCertificate.isEmpty())
        return configuration;
    auto chain = certificatesIn(options.clientCertificate, Messages::tr("can't read the client certificate in %1: %2"));
    if (!chain)
        return chain.error();
    auto key = keyIn(options.clientKey.isEmpty() ? options.clientCertificate : options.clientKey);
    if (!key)
        return key.error();
    configuration.setLocalCertificateChain(*chain);
    configuration.setPrivateKey(*key);
    return configuration;
}

} // namespace condaoci::http
