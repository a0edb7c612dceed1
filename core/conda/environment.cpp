// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/environment.h"

#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/channel.h"
#include "core/conda/lookslike.h"
#include "core/conda/packagename.h"

#include <QRegularExpression>
#include <QSet>

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

QByteArray hexOrEmpty(const QString& text, int length)
{
    const auto isHex = [](QChar c) { return c.unicode() < 128 && std::isxdigit(c.unicode()); };
    return text.size() == length && std::all_of(text.begin(), text.end(), isHex) ? text.toLower().toLatin1()
                                                                                 : QByteArray();
}

/// `CHANNEL/SUBDIR/FILE` apart.
Result<LockedPackage> fromUrl(const QString& text)
{
    const auto shown = [&] { return oneLine(withoutSecrets(text), 200); };
    QUrl url(text, QUrl::TolerantMode);
    static const QSet<QString> schemes{QStringLiteral("https"), QStringLiteral("http"), QStringLiteral("file")};
    if (!url.isValid() || !schemes.contains(url.scheme()))
        return malformed(Messages::tr("%1 is no URL of a package").arg(shown()));
    const QString path = url.path(QUrl::FullyDecoded);
    LockedPackage package;
    package.fileName = path.section(QLatin1Char('/'), -1);
    package.subdir = path.section(QLatin1Char('/'), -2, -2);
    const std::string name = package.fileName.toStdString();
    if (auto parsed = parsePackageFileName(name); !parsed)
        return malformed(Messages::tr("%1 is no conda package: %2").arg(shown(), parsed.error().message));
    if (!isSubdir(package.subdir))
        return malformed(Messages::tr("%1 is in no folder of a platform").arg(shown()));
    static const QRegularExpression token(QStringLiteral("^/t/[^/]+"));
    url.setPath(path.section(QLatin1Char('/'), 0, -3).remove(token), QUrl::DecodedMode);
    url.setUserInfo({});
    url.setQuery(QString());
    url.setFragment({});
    package.channel = url;
    package.channelName = parseChannelName(url.toString()).value_or(QString());
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
    Result<void> add(const QString& url, const QString& sha256, const QString& md5)
    {
        auto package = inLastFolder(url);
        if (!package) {
            auto read = fromUrl(url);
            if (!read)
                return read.error();
            package = *std::move(read);
            m_last = *package;
            m_lastFolder = isPlain(url) ? url.left(url.lastIndexOf(QLatin1Char('/')) + 1) : QString();
            m_lastPlace = package->channel.toString() + QLatin1Char('/') + package->subdir + QLatin1Char('/');
        }
        package->sha256 = hexOrEmpty(sha256, 64);
        package->md5 = hexOrEmpty(md5, 32);
        const QString key = m_lastPlace + package->fileName;
        if (!m_seen.contains(key)) {
            m_seen.insert(key);
            m_environment.packages.push_back(*std::move(package));
        }
        return {};
    }
    void addOther(const QString& name, const QString& kind)
    {
        const QString entry = QStringLiteral("%1 (%2)").arg(oneLine(withoutSecrets(name), 200), kind);
        if (!m_environment.others.contains(entry))
            m_environment.others.append(entry);
    }
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

    LockedEnvironment m_environment;
    QSet<QString> m_seen;
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

/// Versions 4 and 5 say `kind: conda` and `url:`, later ones `conda: URL`.
Result<void> addPixiEntry(const YAML::Node& entry, Collector& collector)
{
    const QString kind = text(entry, "kind");
    const QString url = kind.isEmpty() ? text(entry, "conda") : text(entry, "url");
    if (kind == QLatin1String("pypi") || !text(entry, "pypi").isEmpty()) {
        collector.addOther(pypiName(entry, kind.isEmpty() ? text(entry, "pypi") : url), QStringLiteral("PyPI"));
        return {};
    }
    if (const QString source = text(entry, "conda_source"); !source.isEmpty()) {
        collector.addOther(source.section(QLatin1Char(' '), 0, 0), Messages::tr("built from source"));
        return {};
    }
    if (url.isEmpty() || (!kind.isEmpty() && kind != QLatin1String("conda")))
        return malformed(Messages::tr("line %1 has an entry of an unknown kind").arg(entry.Mark().line + 1));
    // Versions 6 and 7 name packages that pixi builds itself by their folder.
    if (!url.contains(QLatin1String("://"))) {
        collector.addOther(url, Messages::tr("built from source"));
        return {};
    }
    return collector.add(url, text(entry, "sha256"), text(entry, "md5"));
}

Result<void> addCondaLockEntry(const YAML::Node& entry, Collector& collector)
{
    const QString manager = text(entry, "manager");
    if (manager == QLatin1String("pip")) {
        collector.addOther(text(entry, "name"), QStringLiteral("PyPI"));
        return {};
    }
    if (manager != QLatin1String("conda"))
        return malformed(Messages::tr("line %1 has an entry of an unknown manager").arg(entry.Mark().line + 1));
    const YAML::Node hash = entry["hash"];
    return collector.add(text(entry, "url"), hash ? text(hash, "sha256") : QString(),
                         hash ? text(hash, "md5") : QString());
}

/// What it is instead of a lock file, or that it is none.
Error notALockFile(const QByteArray& bytes)
{
    const QString instead = looksLike(bytes);
    return malformed(instead.isEmpty()
                         ? Messages::tr("it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list")
                         : instead);
}

Result<LockedEnvironment> parseYaml(const QByteArray& bytes)
{
    // yaml-cpp reports by exceptions; they end here.
    try {
        const YAML::Node root = YAML::Load(std::string(bytes.constData(), static_cast<size_t>(bytes.size())));
        if (!root.IsMap())
            return notALockFile(bytes);
        bool isNumber = false;
        const int version = text(root, "version").toInt(&isNumber);
        const bool isCondaLock = static_cast<bool>(root["package"]);
        const YAML::Node entries = isCondaLock ? root["package"] : root["packages"];
        if (!isNumber || !entries || !entries.IsSequence())
            return notALockFile(bytes);
        if (isCondaLock ? version != 1 : version < 4 || version > 7)
            return malformed(
                Messages::tr("its version %1 is not known (conda-lock 1, pixi.lock 4 to 7 are)").arg(version));
        Collector collector;
        for (const YAML::Node& entry : entries) {
            auto added = isCondaLock ? addCondaLockEntry(entry, collector) : addPixiEntry(entry, collector);
            if (!added)
                return added.error();
        }
        return collector.take();
    } catch (const YAML::Exception& exception) {
        // The library's words begin with its name, and say "unknown token".
        if (!looksLike(bytes).isEmpty() || exception.mark.is_null())
            return notALockFile(bytes);
        return malformed(Messages::tr("it is not YAML, at line %1, column %2")
                             .arg(exception.mark.line + 1)
                             .arg(exception.mark.column + 1));
    }
}

Result<LockedEnvironment> parseExplicit(const QByteArray& bytes)
{
    Collector collector;
    bool begun = false;
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
        const QString sum = line.section(QLatin1Char('#'), 1);
        const QString sha256 = sum.startsWith(QLatin1String("sha256:")) ? sum.mid(7) : sum;
        if (auto added = collector.add(line.section(QLatin1Char('#'), 0, 0), sha256, sum); !added)
            return added.error();
    }
    return collector.take();
}

} // namespace

Result<LockedEnvironment> parseLockFile(const QByteArray& bytes)
{
    static const QRegularExpression marker(QStringLiteral("^@EXPLICIT\\s*$"), QRegularExpression::MultilineOption);
    return marker.match(QString::fromUtf8(bytes)).hasMatch() ? parseExplicit(bytes) : parseYaml(bytes);
}

} // namespace condaoci::conda
