// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/environment.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/channel.h"
#include "core/conda/lockyaml.h"
#include "core/conda/lookslike.h"
#include "core/conda/packagename.h"

#include <QDir>
#include <QRegularExpression>
#include <QSet>
#include <QStringDecoder>

#include <algorithm>
#include <cctype>
#include <optional>

namespace condaoci::conda {

namespace {

Error malformed(const QString& why)
{
    return Error{ErrorKind::Parse, Messages::tr("the lock file can't be used: %1").arg(why)};
}

bool isHex(const QString& text, int length)
{
    return text.size() == length && std::all_of(text.begin(), text.end(), [](QChar c) {
               return c.unicode() < 128 && std::isxdigit(c.unicode());
           });
}

/// What a file says about a package's bytes.
struct LockedSums
{
    QByteArray sha256;
    QByteArray md5;
    QString bad; ///< what was meant as a sum and is none
};

LockedSums sumsOf(const QString& sha256, const QString& md5)
{
    LockedSums sums;
    if (isHex(sha256, 64))
        sums.sha256 = sha256.toLower().toLatin1();
    else
        sums.bad = sha256;
    if (isHex(md5, 32))
        sums.md5 = md5.toLower().toLatin1();
    else if (!md5.isEmpty())
        sums.bad = md5;
    return sums;
}

/// Of what follows the `#` in an explicit list: either sum as it is, or with its name in front.
LockedSums sumsOfFragment(const QString& text)
{
    static const QRegularExpression named(QStringLiteral("^(sha256|md5)[:=]"));
    const QString name = named.match(text).captured(1);
    const QString sum = name.isEmpty() ? text : text.mid(name.size() + 1);
    const bool isMd5 = isHex(sum, 32) && name != QLatin1String("sha256");
    if (isMd5 || (isHex(sum, 64) && name != QLatin1String("md5")))
        return isMd5 ? sumsOf({}, sum) : sumsOf(sum, {});
    LockedSums bad;
    bad.bad = QLatin1Char('#') + text;
    return bad;
}

/// A path rather than a URL; what is there may be a package or the source of one.
bool isPath(const QString& text)
{
    return !text.contains(QLatin1String("://")) && !text.startsWith(QLatin1String("file:/"));
}

bool isPackageFile(const QString& text)
{
    return text.endsWith(QLatin1String(".conda")) || text.endsWith(QLatin1String(".tar.bz2"));
}

/// Also what a path means as seen from the lock file's folder.
QUrl urlOf(QString text, const QString& folder)
{
    if (!isPath(text))
        return QUrl(text, QUrl::TolerantMode);
    if (text.startsWith(QLatin1String("file:")))
        text = QUrl::fromPercentEncoding(text.mid(5).toUtf8());
    text.replace(QLatin1Char('\\'), QLatin1Char('/'));
    return QUrl::fromLocalFile(QDir::cleanPath(QDir(folder).absoluteFilePath(text)));
}

/// `CHANNEL/SUBDIR/FILE` apart. The error's message is a reason alone.
Result<LockedPackage> fromUrl(const QString& text, const QString& folder)
{
    const auto because = [](const QString& why) { return Error{ErrorKind::Parse, why}; };
    QUrl url = urlOf(text, folder);
    static const QSet<QString> schemes{QStringLiteral("https"), QStringLiteral("http"), QStringLiteral("file"),
                                       QStringLiteral("oci")};
    if (!url.isValid() || url.scheme().isEmpty())
        return because(Messages::tr("not an address of a package"));
    if (!schemes.contains(url.scheme()))
        return because(Messages::tr("at an address of the kind %1:, which is not a channel's").arg(url.scheme()));
    const QString path = url.path(QUrl::FullyDecoded);
    LockedPackage package;
    package.fileName = path.section(QLatin1Char('/'), -1);
    package.subdir = path.section(QLatin1Char('/'), -2, -2);
    const std::string name = package.fileName.toStdString();
    const auto parsed = parsePackageFileName(name);
    if (!parsed && !isPackageFile(package.fileName))
        return because(Messages::tr("not a package file"));
    if (!isSubdir(package.subdir))
        return because(Messages::tr("not in a channel's folder of a platform"));
    if (!parsed) {
        package.fileName = oneLine(package.fileName, 300);
        package.problem = parsed.error().message;
    }
    static const QRegularExpression token(QStringLiteral("^/t/[^/]+"));
    url.setPath(path.section(QLatin1Char('/'), 0, -3).remove(token), QUrl::DecodedMode);
    url.setUserInfo({});
    url.setQuery(QString());
    url.setFragment({});
    package.channel = url;
    package.channelName = url.scheme() == QLatin1String("oci") ? url.path().section(QLatin1Char('/'), -1)
                                                               : parseChannelName(url.toString()).value_or(QString());
    return package;
}

/// Nothing in it is to be decoded, and it has neither query nor fragment.
bool isPlain(const QString& url)
{
    return std::all_of(url.begin(), url.end(), [](QChar c) {
        return c.unicode() < 128 && (std::isalnum(c.unicode()) || QLatin1String("-._~:/+!").contains(c));
    });
}

class Collector
{
public:
    explicit Collector(const QString& folder)
        : m_folder(folder)
    {
    }
    void add(const QString& url, const LockedSums& sums)
    {
        ++m_entries;
        auto package = inLastFolder(url);
        if (!package) {
            auto read = fromUrl(url, m_folder);
            if (!read)
                return addReason(url, read.error().message);
            package = *std::move(read);
            m_last = *package;
            m_lastFolder = isPlain(url) ? url.left(url.lastIndexOf(QLatin1Char('/')) + 1) : QString();
            m_lastPlace = package->channel.toString() + QLatin1Char('/') + package->subdir + QLatin1Char('/');
        }
        package->sha256 = sums.sha256;
        package->md5 = sums.md5;
        if (!sums.bad.isEmpty())
            package->problem = Messages::tr("%1 is neither a sha256 nor an md5 sum").arg(oneLine(sums.bad, 100));
        const std::pair key(m_lastPlace, package->fileName);
        if (!m_seen.contains(key)) {
            m_seen.insert(key);
            m_environment.packages.push_back(*std::move(package));
        }
    }
    void addOther(const QString& name, const QString& kind)
    {
        ++m_entries;
        addReason(name, kind);
    }
    void addUnknown(const QString& name)
    {
        ++m_unknown;
        addOther(name, Messages::tr("an entry of an unknown kind"));
    }
    [[nodiscard]] qint64 unknown() const { return m_unknown; }
    [[nodiscard]] qint64 entries() const { return m_entries; } ///< that were added
    /// The message of an error is a reason alone.
    [[nodiscard]] Result<void> checkRoom() const
    {
        if (m_entries <= limits::lockEntries)
            return {};
        return Error{ErrorKind::Parse, Messages::tr("it has more than %1 entries").arg(limits::lockEntries)};
    }
    LockedEnvironment take() { return std::move(m_environment); }

private:
    void addReason(const QString& name, const QString& kind)
    {
        const QString entry = QStringLiteral("%1 (%2)").arg(oneLine(withoutSecrets(name), 200), kind);
        if (!m_seenOthers.contains(entry)) {
            m_seenOthers.insert(entry);
            m_environment.others.append(entry);
        }
    }
    /// Most packages of a long list are in the folder of the one before, whose address need not be taken apart again.
    [[nodiscard]] std::optional<LockedPackage> inLastFolder(const QString& url) const
    {
        const qsizetype end = url.lastIndexOf(QLatin1Char('/')) + 1;
        if (m_lastFolder.isEmpty() || QStringView(url).left(end) != m_lastFolder || !isPlain(url))
            return {};
        LockedPackage package = m_last;
        package.fileName = url.mid(end);
        return parsePackageFileName(package.fileName.toStdString()) ? std::optional(std::move(package)) : std::nullopt;
    }

    QString m_folder;
    LockedEnvironment m_environment;
    QSet<std::pair<QString, QString>> m_seen; ///< place and name
    QSet<QString> m_seenOthers;
    qint64 m_entries = 0;
    qint64 m_unknown = 0; ///< of them
    LockedPackage m_last;
    QString m_lastFolder; ///< of a plain address, with the slash at its end
    QString m_lastPlace;
};

/// A wheel's URL or a path says which project it is.
QString pypiName(const LockEntry& entry, const QString& url)
{
    const QString name = entry.texts.value("name");
    if (!name.isEmpty())
        return name;
    const QString file = url.section(QLatin1Char('/'), -1);
    return file.contains(QLatin1Char('-')) ? file.section(QLatin1Char('-'), 0, 0) : url;
}

QString lineOf(const LockEntry& entry)
{
    return Messages::tr("line %1").arg(entry.line);
}

/// Versions 4 and 5 say `kind: conda` and `url:`, later ones `conda: URL`.
void addPixiEntry(const LockEntry& entry, Collector& collector)
{
    const QString kind = entry.texts.value("kind");
    const QString pypi = entry.texts.value("pypi");
    const QString url = entry.texts.value(kind.isEmpty() ? "conda" : "url");
    if (kind == QLatin1String("pypi") || !pypi.isEmpty())
        return collector.addOther(pypiName(entry, kind.isEmpty() ? pypi : url), QStringLiteral("PyPI"));
    if (const QString source = entry.texts.value("conda_source"); !source.isEmpty())
        return collector.addOther(source.section(QLatin1Char(' '), 0, 0), Messages::tr("built from source"));
    if (url.isEmpty() || (!kind.isEmpty() && kind != QLatin1String("conda")))
        return collector.addUnknown(lineOf(entry));
    // Versions 6 and 7 name packages that pixi builds itself by their folder or repository.
    if (url.startsWith(QLatin1String("git+")) || (isPath(url) && !isPackageFile(url)))
        return collector.addOther(url, Messages::tr("built from source"));
    collector.add(url, sumsOf(entry.texts.value("sha256"), entry.texts.value("md5")));
}

void addCondaLockEntry(const LockEntry& entry, Collector& collector)
{
    const QString manager = entry.texts.value("manager");
    const QString name = entry.texts.value("name");
    const QString url = entry.texts.value("url");
    if (manager == QLatin1String("pip"))
        return collector.addOther(name, QStringLiteral("PyPI"));
    if (manager != QLatin1String("conda") || url.isEmpty())
        return collector.addUnknown(name.isEmpty() ? lineOf(entry) : name);
    collector.add(url, entry.texts.contains("hash")
                           ? sumsOf(entry.texts.value("hash/sha256"), entry.texts.value("hash/md5"))
                           : LockedSums());
}

Error notALockFile()
{
    return malformed(Messages::tr("it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list"));
}

Result<LockedEnvironment> parseYaml(const QByteArray& bytes, const QString& folder)
{
    Collector condaLock(folder);
    Collector pixi(folder);
    const auto document = readLockYaml(bytes, [&](const QByteArray& list, const LockEntry& entry) {
        Collector& collector = list == "package" ? condaLock : pixi;
        list == "package" ? addCondaLockEntry(entry, collector) : addPixiEntry(entry, collector);
        return collector.checkRoom();
    });
    if (!document)
        return malformed(document.error().message);
    if (!document->isMap)
        return notALockFile();
    if (document->keys.contains("dependencies") && !document->keys.contains("version"))
        return malformed(
            Messages::tr("it is an environment.yml, which lists requirements and not packages; make a lock "
                         "file with conda-lock or pixi, or with `conda list --explicit`"));
    bool isNumber = false;
    const int version = document->version.toInt(&isNumber);
    const bool isCondaLock = document->keys.contains("package");
    if (!isNumber || !document->lists.contains(isCondaLock ? "package" : "packages"))
        return notALockFile();
    if (isCondaLock ? version != 1 : version < 4 || version > 7)
        return malformed(Messages::tr("its version %1 is not known (conda-lock 1, pixi.lock 4 to 7 are)").arg(version));
    Collector& collector = isCondaLock ? condaLock : pixi;
    if (collector.unknown() > 0 && collector.unknown() == collector.entries())
        return malformed(Messages::tr("none of its entries is of a known kind"));
    return collector.take();
}

/// \param begun  there is no @EXPLICIT to come
Result<LockedEnvironment> parseExplicit(const QByteArray& bytes, const QString& folder, bool begun)
{
    Collector collector(folder);
    for (qsizetype at = 0, end = 0; at < bytes.size(); at = end + 1) {
        end = bytes.indexOf('\n', at);
        end = end < 0 ? bytes.size() : end;
        // No address is as long as what is left of it here, which is enough to say so.
        const QByteArrayView raw = QByteArrayView(bytes).sliced(at, end - at).trimmed();
        const QString line = QString::fromUtf8(raw.first(std::min<qsizetype>(raw.size(), 64 * limits::KiB))).trimmed();
        if (line.isEmpty() || line.startsWith(QLatin1Char('#')))
            continue;
        if (line == QLatin1String("@EXPLICIT")) {
            begun = true;
            continue;
        }
        if (!begun)
            return malformed(Messages::tr("%1 stands before @EXPLICIT").arg(oneLine(withoutSecrets(line), 100)));
        const auto hash = line.indexOf(QLatin1Char('#'));
        collector.add(line.left(hash).trimmed(), hash < 0 ? LockedSums() : sumsOfFragment(line.mid(hash + 1)));
        if (auto room = collector.checkRoom(); !room)
            return malformed(room.error().message);
    }
    return collector.take();
}

/// Does a line say it?
bool hasExplicitMarker(const QByteArray& text)
{
    const QByteArray marker("@EXPLICIT");
    for (qsizetype at = text.indexOf(marker); at >= 0; at = text.indexOf(marker, at + 1)) {
        const qsizetype end = at + marker.size();
        const QByteArray rest = text.mid(end, text.indexOf('\n', end) - end);
        if ((at == 0 || text[at - 1] == '\n') && rest.trimmed().isEmpty())
            return true;
    }
    return false;
}

/// What a file is that people take for a lock file, in plain words; empty where it may be one.
QString whatElse(const QByteArray& bytes)
{
    if (const QString other = looksLike(bytes); !other.isEmpty())
        return other;
    const QByteArray begin = bytes.left(4096).trimmed().toLower();
    if (begin.contains('\0'))
        return Messages::tr("it is not a text file");
    static const QRegularExpression toml(
        QStringLiteral("^\\[(project|workspace|dependencies|package|tool\\.[^]]+)\\]\\s*$"),
        QRegularExpression::MultilineOption);
    if (toml.match(QString::fromUtf8(begin)).hasMatch())
        return Messages::tr("it is a pixi.toml or pyproject.toml, which lists requirements and not packages; give "
                            "its lock file, pixi.lock");
    return {};
}

/// PowerShell's `>` writes UTF-16. Without the byte order mark.
QByteArray toUtf8(const QByteArray& bytes)
{
    const auto encoding = QStringConverter::encodingForData(bytes);
    if (!encoding || *encoding == QStringConverter::Utf8)
        return bytes.startsWith("\xef\xbb\xbf") ? bytes.mid(3) : bytes;
    QStringDecoder decoder(*encoding);
    const QString text = decoder(bytes);
    return text.toUtf8();
}

/// A list of packages whose first line was forgotten; conda takes it, too.
bool listsPackages(const QByteArray& text)
{
    static const QRegularExpression first(
        QStringLiteral("^\\s*(?:#[^\\n]*\\n\\s*)*([^\\s#]+\\.(?:conda|tar\\.bz2))(?:#\\S*)?\\s*?(?:\\n|$)"));
    return first.match(QString::fromUtf8(text.left(65536))).hasMatch();
}

} // namespace

Result<LockedEnvironment> parseLockFile(const QByteArray& bytes, const QString& folder)
{
    const QByteArray text = toUtf8(bytes);
    if (const QString other = whatElse(text); !other.isEmpty())
        return malformed(other);
    if (hasExplicitMarker(text))
        return parseExplicit(text, folder, false);
    return listsPackages(text) ? parseExplicit(text, folder, true) : parseYaml(text, folder);
}

} // namespace condaoci::conda
