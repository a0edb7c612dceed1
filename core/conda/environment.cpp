// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/environment.h"

#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/channel.h"
#include "core/conda/lookslike.h"
#include "core/conda/packagename.h"

#include <QDir>
#include <QRegularExpression>
#include <QSet>
#include <QStringDecoder>

#include <yaml-cpp/yaml.h>

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
        auto package = inLastFolder(url);
        if (!package) {
            auto read = fromUrl(url, m_folder);
            if (!read)
                return addOther(url, read.error().message);
            package = *std::move(read);
            m_last = *package;
            m_lastFolder = isPlain(url) ? url.left(url.lastIndexOf(QLatin1Char('/')) + 1) : QString();
            m_lastPlace = package->channel.toString() + QLatin1Char('/') + package->subdir + QLatin1Char('/');
        }
        package->sha256 = sums.sha256;
        package->md5 = sums.md5;
        if (!sums.bad.isEmpty())
            package->problem = Messages::tr("%1 is neither a sha256 nor an md5 sum").arg(oneLine(sums.bad, 100));
        const QString key = m_lastPlace + package->fileName;
        if (!m_seen.contains(key)) {
            m_seen.insert(key);
            m_environment.packages.push_back(*std::move(package));
        }
    }
    void addOther(const QString& name, const QString& kind)
    {
        const QString entry = QStringLiteral("%1 (%2)").arg(oneLine(withoutSecrets(name), 200), kind);
        if (!m_seenOthers.contains(entry)) {
            m_seenOthers.insert(entry);
            m_environment.others.append(entry);
        }
    }
    void addUnknown(const QString& name)
    {
        ++m_unknown;
        addOther(name, Messages::tr("an entry of an unknown kind"));
    }
    [[nodiscard]] size_t unknown() const { return m_unknown; }
    LockedEnvironment take() { return std::move(m_environment); }

private:
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
    QSet<QString> m_seen;
    QSet<QString> m_seenOthers;
    size_t m_unknown = 0; ///< entries
    LockedPackage m_last;
    QString m_lastFolder; ///< of a plain address, with the slash at its end
    QString m_lastPlace;
};

QString text(const YAML::Node& node, const char* key)
{
    if (!node.IsMap())
        return {};
    const YAML::Node value = node[key];
    return value && value.IsScalar() ? QString::fromStdString(value.Scalar()) : QString();
}

/// A wheel's URL or a path says which project it is.
QString pypiName(const YAML::Node& entry, const QString& url)
{
    const QString name = text(entry, "name");
    if (!name.isEmpty())
        return name;
    const QString file = url.section(QLatin1Char('/'), -1);
    return file.contains(QLatin1Char('-')) ? file.section(QLatin1Char('-'), 0, 0) : url;
}

QString lineOf(const YAML::Node& entry)
{
    return Messages::tr("line %1").arg(entry.Mark().line + 1);
}

/// Versions 4 and 5 say `kind: conda` and `url:`, later ones `conda: URL`.
void addPixiEntry(const YAML::Node& entry, Collector& collector)
{
    const QString kind = text(entry, "kind");
    const QString url = kind.isEmpty() ? text(entry, "conda") : text(entry, "url");
    if (kind == QLatin1String("pypi") || !text(entry, "pypi").isEmpty())
        return collector.addOther(pypiName(entry, kind.isEmpty() ? text(entry, "pypi") : url), QStringLiteral("PyPI"));
    if (const QString source = text(entry, "conda_source"); !source.isEmpty())
        return collector.addOther(source.section(QLatin1Char(' '), 0, 0), Messages::tr("built from source"));
    if (url.isEmpty() || (!kind.isEmpty() && kind != QLatin1String("conda")))
        return collector.addUnknown(lineOf(entry));
    // Versions 6 and 7 name packages that pixi builds itself by their folder or repository.
    if (url.startsWith(QLatin1String("git+")) || (isPath(url) && !isPackageFile(url)))
        return collector.addOther(url, Messages::tr("built from source"));
    collector.add(url, sumsOf(text(entry, "sha256"), text(entry, "md5")));
}

void addCondaLockEntry(const YAML::Node& entry, Collector& collector)
{
    const QString manager = text(entry, "manager");
    const QString name = text(entry, "name");
    const QString url = text(entry, "url");
    if (manager == QLatin1String("pip"))
        return collector.addOther(name, QStringLiteral("PyPI"));
    if (manager != QLatin1String("conda") || url.isEmpty())
        return collector.addUnknown(name.isEmpty() ? lineOf(entry) : name);
    const YAML::Node hash = entry["hash"];
    collector.add(url, hash ? sumsOf(text(hash, "sha256"), text(hash, "md5")) : LockedSums());
}

Error notALockFile()
{
    return malformed(Messages::tr("it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list"));
}

Result<LockedEnvironment> fromYaml(const YAML::Node& root, const QString& folder)
{
    if (!root.IsMap())
        return notALockFile();
    if (root["dependencies"] && !root["version"])
        return malformed(
            Messages::tr("it is an environment.yml, which lists requirements and not packages; make a lock "
                         "file with conda-lock or pixi, or with `conda list --explicit`"));
    bool isNumber = false;
    const int version = text(root, "version").toInt(&isNumber);
    const bool isCondaLock = static_cast<bool>(root["package"]);
    const YAML::Node entries = isCondaLock ? root["package"] : root["packages"];
    if (!isNumber || !entries || !entries.IsSequence())
        return notALockFile();
    if (isCondaLock ? version != 1 : version < 4 || version > 7)
        return malformed(Messages::tr("its version %1 is not known (conda-lock 1, pixi.lock 4 to 7 are)").arg(version));
    Collector collector(folder);
    for (const YAML::Node& entry : entries)
        isCondaLock ? addCondaLockEntry(entry, collector) : addPixiEntry(entry, collector);
    if (collector.unknown() > 0 && collector.unknown() == entries.size())
        return malformed(Messages::tr("none of its entries is of a known kind"));
    return collector.take();
}

Result<LockedEnvironment> parseYaml(const QByteArray& bytes, const QString& folder)
{
    // yaml-cpp reports by exceptions, in words for programmers; they end here.
    try {
        return fromYaml(YAML::Load(std::string(bytes.constData(), static_cast<size_t>(bytes.size()))), folder);
    } catch (const YAML::Exception& exception) {
        if (exception.mark.is_null())
            return notALockFile();
        return malformed(Messages::tr("it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list; line "
                                      "%1 is not YAML")
                             .arg(exception.mark.line + 1));
    }
}

/// \param begun  there is no @EXPLICIT to come
Result<LockedEnvironment> parseExplicit(const QByteArray& bytes, const QString& folder, bool begun)
{
    Collector collector(folder);
    for (const QByteArray& raw : bytes.split('\n')) {
        const QString line = QString::fromUtf8(raw).trimmed();
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
    }
    return collector.take();
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
    static const QRegularExpression marker(QStringLiteral("^@EXPLICIT\\s*$"), QRegularExpression::MultilineOption);
    if (marker.match(QString::fromUtf8(text)).hasMatch())
        return parseExplicit(text, folder, false);
    return listsPackages(text) ? parseExplicit(text, folder, true) : parseYaml(text, folder);
}

} // namespace condaoci::conda
