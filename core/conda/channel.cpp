// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/channel.h"

#include "core/base/digest.h"
#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"

#include <QDir>
#include <QRegularExpression>

#include <algorithm>

namespace condaoci::conda {

namespace {

const QLatin1String condaHost("conda.anaconda.org");
const QLatin1String secondCondaHost("conda-web.anaconda.org");
const QLatin1String repoHost("repo.anaconda.com");

/// What was typed as far as it may be shown. It need not be a URL to hold a secret: the https:// may be missing, and
/// what has to be encoded is not.
QString shown(const QString& text)
{
    static const QRegularExpression userInfo(QStringLiteral("^([A-Za-z][A-Za-z0-9+.-]*://)?.*@"),
                                             QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression token(QStringLiteral("(^|/)(?:t|%74)/[^/]+"));
    static const QRegularExpression queryOrFragment(QStringLiteral("[?#]"));
    const auto cut = text.indexOf(queryOrFragment);
    // With an @ behind it that may be a password as well, with no telling where that begins.
    if (cut >= 0 && text.indexOf(QLatin1Char('@'), cut) >= 0)
        return QStringLiteral("***");
    QString out = text.left(cut);
    out.replace(userInfo, QStringLiteral("\\1***@")).replace(token, QStringLiteral("\\1t/***"));
    return oneLine(withoutSecrets(out), 200);
}

Error refuse(const QString& text, const QString& why)
{
    return Error{ErrorKind::Config, Messages::tr("channel %1: %2").arg(shown(text), why)};
}

bool isPath(const QString& text)
{
    return text.startsWith(QLatin1Char('/')) || text.startsWith(QLatin1Char('.')) ||
           text.startsWith(QLatin1Char('~')) || QDir::isAbsolutePath(text);
}

QString withoutTrailingSlashes(QString text)
{
    while (text.size() > 1 && text.endsWith(QLatin1Char('/')))
        text.chop(1);
    return text;
}

/// Without the conda token of a URL's path; a server may have its channels below a folder.
QString withoutToken(const QString& path)
{
    static const QRegularExpression token(QStringLiteral("/t/[^/]+"));
    QString rest = path;
    return rest.remove(token);
}

QString nameOf(const QUrl& base)
{
    const QString path = base.isLocalFile() ? base.path() : withoutToken(base.path());
    if (base.host() == condaHost || base.host() == secondCondaHost || base.host() == repoHost)
        return path.mid(1);
    return path.section(QLatin1Char('/'), -1);
}

/// A channel's URL is that of its folder, but people paste one of a subdir as well.
QUrl withoutSubdir(QUrl url)
{
    const QString path = withoutTrailingSlashes(url.path());
    const QString last = path.section(QLatin1Char('/'), -1);
    url.setPath(isKnownSubdir(last) && path.count(QLatin1Char('/')) > 1 ? path.chopped(last.size() + 1) : path);
    return url;
}

Result<Channel> named(const QString& text, const QString& own, const QString& as, QList<QUrl> bases)
{
    const QString& name = as.isEmpty() ? own : as;
    static const QRegularExpression grammar(QRegularExpression::anchoredPattern(
        QStringLiteral("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*")));
    if (name.size() > limits::repositoryWithHost || !grammar.match(name).hasMatch())
        return refuse(
            text,
            Messages::tr(
                "%1 can't be its name in a registry (lower-case letters, digits and . _ - between them); give another "
                "one with --as")
                .arg(name.isEmpty() ? Messages::tr("nothing") : shown(name)));
    return Channel{name, std::move(bases), own};
}

/// conda.anaconda.org/t/TOKEN/team would be a name as well as a URL that lacks its beginning.
bool looksLikeUrl(const QString& text)
{
    const QString host = text.section(QLatin1Char('/'), 0, 0).toLower();
    return host == condaHost || host == secondCondaHost || host == repoHost || text.startsWith(QLatin1String("t/")) ||
           text.contains(QLatin1String("/t/")) || text.contains(QLatin1Char('@'));
}

Result<Channel> parseName(const QString& text, const QString& as)
{
    if (looksLikeUrl(text))
        return refuse(text, Messages::tr("not the name of a channel; a URL begins with https://"));
    static const QRegularExpression grammar(
        QRegularExpression::anchoredPattern(QStringLiteral("[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")));
    if (!grammar.match(text).hasMatch())
        return refuse(text, Messages::tr("not a channel; write a name such as conda-forge, a URL, or a directory such "
                                         "as ./my-channel"));
    const bool isDefaults = text == QLatin1String("defaults") || text == QLatin1String("main");
    const bool isOtherDefault = text == QLatin1String("r") || text == QLatin1String("msys2");
    QList<QUrl> bases;
    if (isDefaults || isOtherDefault || text.startsWith(QLatin1String("pkgs/"))) {
        const QString path = isDefaults       ? QStringLiteral("pkgs/main")
                             : isOtherDefault ? QStringLiteral("pkgs/") + text
                                              : text;
        bases = {QUrl(QStringLiteral("https://%1/%2").arg(repoHost, path))};
    } else {
        bases = {QUrl(QStringLiteral("https://%1/%2").arg(condaHost, text)),
                 QUrl(QStringLiteral("https://%1/%2").arg(secondCondaHost, text))};
    }
    return named(text, nameOf(bases.constFirst()), as, bases);
}

QUrl urlOfPath(const QString& text)
{
    const QString path = text.startsWith(QLatin1String("~/")) ? QDir::homePath() + text.mid(1) : text;
    return QUrl::fromLocalFile(QDir::cleanPath(QDir(path).absolutePath()));
}

Result<Channel> parseUrl(const QString& text, const QString& as)
{
    QUrl url(text, QUrl::TolerantMode);
    const bool web = url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
    if (!web && url.scheme() != QLatin1String("file"))
        return refuse(text, Messages::tr("only https://, http:// and file:// are known"));
    if (!url.isValid() || (web && url.host().isEmpty()))
        return refuse(text, Messages::tr("the URL is malformed"));
    if (url.hasQuery() || url.hasFragment())
        return refuse(text, Messages::tr("a channel's URL has no ? or #"));
    url = withoutSubdir(url);
    QList<QUrl> bases{url};
    if (url.host() == condaHost) {
        bases.append(url);
        bases.last().setHost(secondCondaHost);
    }
    return named(text, nameOf(url), as, bases);
}

} // namespace

QString Channel::toString() const
{
    const QUrl& base = bases.constFirst();
    return base.isLocalFile() ? QDir::toNativeSeparators(base.toLocalFile()) : shownUrl(base);
}

QString Channel::identity() const
{
    QUrl url = bases.constFirst();
    if (url.isLocalFile()) {
        // Written in several ways, through links: the folder is one.
        const QString path = QDir(url.toLocalFile()).canonicalPath();
        const QByteArray sum = Digest::ofBytes((path.isEmpty() ? url.path() : path).toUtf8()).hex();
        return QStringLiteral("file:%1#%2").arg(ownName, QString::fromLatin1(sum.first(16)));
    }
    url.setUserInfo({});
    url.setPath(withoutTrailingSlashes(withoutToken(url.path())));
    if (url.host() == secondCondaHost)
        url.setHost(condaHost);
    if (url.port() == (url.scheme() == QLatin1String("https") ? 443 : 80))
        url.setPort(-1);
    return url.toString(QUrl::FullyEncoded);
}

bool isSameIdentity(const QString& one, const QString& other)
{
    const auto address = [](const QString& identity) {
        const auto scheme = identity.indexOf(QLatin1String("://"));
        return scheme < 0 ? identity : identity.mid(scheme + 3);
    };
    return address(one).compare(address(other), Qt::CaseInsensitive) == 0;
}

QString shownIdentity(const QString& identity)
{
    if (identity.startsWith(QLatin1String("file:")))
        return Messages::tr("a folder named %1").arg(oneLine(identity.mid(5).section(QLatin1Char('#'), 0, 0), 200));
    return oneLine(withoutSecrets(identity), 300);
}

QUrl Channel::fileUrl(const QUrl& base, const QString& subdir, const QString& file)
{
    QUrl url = base;
    QString path = base.path(QUrl::FullyDecoded);
    if (!path.endsWith(QLatin1Char('/')))
        path += QLatin1Char('/');
    path += subdir + (subdir.isEmpty() ? QString() : QStringLiteral("/")) + file;
    url.setPath(path, QUrl::DecodedMode);
    if (base.isLocalFile())
        return url;
    // Servers differ in what a plain + means; encoded it is a plus everywhere.
    QByteArray encoded = url.toEncoded(QUrl::FullyEncoded);
    const auto begin = encoded.indexOf('/', encoded.indexOf("://") + 3);
    encoded = encoded.left(begin) + encoded.mid(begin).replace('+', "%2B");
    return QUrl::fromEncoded(encoded, QUrl::StrictMode);
}

Result<Channel> parseChannel(const QString& typed, const QString& as)
{
    const QString text = withoutTrailingSlashes(typed.trimmed());
    if (text.isEmpty())
        return refuse(typed, Messages::tr("a name, a URL or a directory is missing"));
    if (text.contains(QLatin1String("://")))
        return parseUrl(text, as);
    if (!isPath(text))
        return parseName(text, as);
    const QUrl url = urlOfPath(text);
    if (!QDir(url.toLocalFile()).exists())
        return refuse(typed, Messages::tr("there is no such directory"));
    return named(typed, nameOf(url), as, {url});
}

Result<QString> parseChannelName(const QString& typed, const QString& as)
{
    const QString text = withoutTrailingSlashes(typed.trimmed());
    const bool isDirectory = !text.isEmpty() && !text.contains(QLatin1String("://")) && isPath(text);
    const auto channel = !as.isEmpty() ? named(as, as, {}, {})
                         : isDirectory ? named(typed, nameOf(urlOfPath(text)), {}, {})
                                       : parseChannel(typed);
    if (!channel)
        return channel.error();
    return channel->name;
}

const QStringList& defaultSubdirs()
{
    static const QStringList subdirs{QStringLiteral("linux-64"),      QStringLiteral("osx-64"),
                                     QStringLiteral("osx-arm64"),     QStringLiteral("win-64"),
                                     QStringLiteral("linux-aarch64"), QStringLiteral("linux-ppc64le"),
                                     QStringLiteral("noarch")};
    return subdirs;
}

const QStringList& otherSubdirs()
{
    static const QStringList subdirs{QStringLiteral("emscripten-wasm32"),
                                     QStringLiteral("freebsd-64"),
                                     QStringLiteral("linux-32"),
                                     QStringLiteral("linux-armv6l"),
                                     QStringLiteral("linux-armv7l"),
                                     QStringLiteral("linux-loong64"),
                                     QStringLiteral("linux-ppc"),
                                     QStringLiteral("linux-ppc64"),
                                     QStringLiteral("linux-riscv32"),
                                     QStringLiteral("linux-riscv64"),
                                     QStringLiteral("linux-s390x"),
                                     QStringLiteral("wasi-wasm32"),
                                     QStringLiteral("win-32"),
                                     QStringLiteral("win-arm64"),
                                     QStringLiteral("zos-z")};
    return subdirs;
}

std::optional<QStringList> subdirsOfChannelData(QByteArrayView tail)
{
    // Each package has such a list, too; the channel's own is the last thing in the document.
    static const QRegularExpression last(QStringLiteral("\"subdirs\"\\s*:\\s*\\[([^\\[\\]]*)\\]\\s*\\}\\s*$"));
    static const QRegularExpression item(QStringLiteral("\"([^\"]*)\""));
    const auto match = last.match(QString::fromUtf8(tail.last(std::min<qsizetype>(tail.size(), 4096))));
    if (!match.hasMatch())
        return std::nullopt;
    QStringList subdirs;
    for (const auto& one : item.globalMatch(match.captured(1))) {
        if (isSubdir(one.captured(1)) && !subdirs.contains(one.captured(1)))
            subdirs.append(one.captured(1));
    }
    return subdirs;
}

bool isKnownSubdir(const QString& text)
{
    return defaultSubdirs().contains(text) || otherSubdirs().contains(text);
}

bool isSubdir(const QString& text)
{
    static const QRegularExpression grammar(
        QRegularExpression::anchoredPattern(QStringLiteral("noarch|[a-z0-9]+(?:[-_][a-z0-9]+)+")));
    return text.size() <= 64 && grammar.match(text).hasMatch();
}

} // namespace condaoci::conda
