// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/atomicfile.h"

#include "core/base/largepages.h"
#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/syncfile.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QRandomGenerator>

#include <optional>

namespace condaoci {

namespace {

constexpr QFile::Permissions ownersFile =
    QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther; // less what the umask takes
constexpr QFile::Permissions ownersFolder = ownersFile | QFile::ExeOwner | QFile::ExeGroup | QFile::ExeOther;
const QLatin1String temporaryPrefix(".tmp-");

/// `sentence` has room for the path and for the reason.
Error fileError(const QString& sentence, const QString& path, const QString& why)
{
    return Error{ErrorKind::Disk, sentence.arg(QDir::toNativeSeparators(path), why)};
}

/// What Qt makes of a name that is not UTF-8 is the name of another file, and of none: a file dialog may hand it over.
std::optional<Error> whyLost(const QFileInfo& file)
{
    if (!file.fileName().contains(QChar::ReplacementCharacter) || file.exists())
        return std::nullopt;
    return fileError(Messages::tr("can't write %1: %2"), file.filePath(),
                     Messages::tr("its name is not UTF-8; rename it, or reach it by another name (a link)"));
}

} // namespace

AtomicFile::AtomicFile(QString path)
    : m_path(std::move(path))
{
}

AtomicFile::~AtomicFile()
{
    if (m_file.isOpen()) {
        m_file.close();
        m_file.remove();
    }
}

Result<void> AtomicFile::open()
{
    const QFileInfo target(m_path);
    if (const auto lost = whyLost(target))
        return *lost;
    if (auto made = makeFolder(target.absolutePath()); !made)
        return made;
    // The leading dot keeps it out of listings, the random part out of an attacker's and another process's way.
    const QString random = QString::number(QRandomGenerator::system()->generate64(), 36);
    m_file.setFileName(target.absolutePath() + QLatin1Char('/') + temporaryPrefix + random);
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered, ownersFile))
        return fileError(Messages::tr("can't create a file beside %1: %2"), m_path, m_file.errorString());
    m_written = 0;
    return {};
}

Result<void> AtomicFile::write(QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const qint64 wrote = m_file.write(bytes.data(), bytes.size());
        if (wrote <= 0)
            return diskError(Messages::tr("can't write %1: %2"));
        bytes = bytes.sliced(wrote);
        m_written += wrote;
    }
    return {};
}

Result<void> AtomicFile::restart()
{
    if (!m_file.resize(0) || !m_file.seek(0))
        return diskError(Messages::tr("can't truncate %1: %2"));
    m_written = 0;
    return {};
}

Result<void> AtomicFile::commit(Durability durability)
{
    const bool now = durability == Durability::Now;
    if (now && !sync::flushFile(m_file)) {
        const QString why = sync::lastErrorText();
        return fileError(Messages::tr("can't flush %1: %2"), m_path, why);
    }
    if (m_file.size() != m_written)
        return fileError(Messages::tr("can't write all of %1: %2"), m_path,
                         Messages::tr("the file is shorter than it should be"));
    const QString temporary = m_file.fileName();
    m_file.close();
    if (m_file.error() != QFile::NoError) { // some network file systems say only now that there was no room
        const QString why = m_file.errorString();
        QFile::remove(temporary);
        return fileError(Messages::tr("can't write all of %1: %2"), m_path, why);
    }
    if (!sync::replaceFile(temporary, m_path)) {
        const QString why = sync::lastErrorText();
        QFile::remove(temporary);
        return fileError(Messages::tr("can't replace %1: %2"), m_path, why);
    }
    if (now && !sync::flushDirectory(QFileInfo(m_path).absolutePath())) {
        const QString why = sync::lastErrorText();
        return fileError(Messages::tr("can't flush the folder of %1: %2"), m_path, why);
    }
    return {};
}

void AtomicFile::takeMode(const QString& from)
{
    sync::takeMode(m_file, from);
}

Error AtomicFile::diskError(const QString& sentence) const
{
    return fileError(sentence, m_path, m_file.errorString());
}

namespace {

Result<void> makeFolderFor(const QString& path, QFile::Permissions permissions)
{
    const QFileInfo folder(path);
    if (folder.isDir())
        return {};
    if (const auto lost = whyLost(folder))
        return *lost;
    if (!folder.dir().isRoot()) {
        if (auto made = makeFolder(folder.absolutePath()); !made)
            return made;
    }
    if (QDir().mkdir(path, permissions))
        return {};
    const QString why = sync::lastErrorText();
    if (QFileInfo(path).isDir()) // another worker may have been quicker
        return {};
    return fileError(Messages::tr("can't create the folder %1: %2"), path, why);
}

} // namespace

Result<void> makeFolder(const QString& path)
{
    return makeFolderFor(path, ownersFolder);
}

Result<void> makePrivateFolder(const QString& path)
{
    return makeFolderFor(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

void removeLeftTemporaries(const QString& folder, std::chrono::seconds age)
{
    const QDateTime before = QDateTime::currentDateTimeUtc().addSecs(-age.count());
    const QStringList mine{temporaryPrefix + QLatin1Char('*')};
    for (const QFileInfo& left : QDir(folder).entryInfoList(mine, QDir::Files | QDir::Hidden | QDir::NoSymLinks)) {
        if (left.lastModified() <= before)
            QFile::remove(left.filePath());
    }
}

Result<void> writeFileAtomically(const QString& path, QByteArrayView bytes)
{
    AtomicFile file(path);
    return writeInto(file, bytes);
}

Result<void> publishFile(const QString& from, const QString& to, AtomicFile::Durability durability)
{
    if (durability == AtomicFile::Durability::Later && sync::replaceFile(from, to))
        return {};
    QFile file(from);
    if (!file.open(QIODevice::ReadWrite | QIODevice::ExistingOnly))
        return fileError(Messages::tr("can't open %1: %2"), from, file.errorString());
    if (!sync::flushFile(file)) {
        const QString why = sync::lastErrorText();
        return fileError(Messages::tr("can't flush %1: %2"), from, why);
    }
    file.close();
    if (!sync::replaceFile(from, to)) {
        const QString why = sync::lastErrorText();
        return fileError(Messages::tr("can't replace %1: %2"), to, why);
    }
    if (!sync::flushDirectory(QFileInfo(to).absolutePath())) {
        const QString why = sync::lastErrorText();
        return fileError(Messages::tr("can't flush the folder of %1: %2"), to, why);
    }
    return {};
}

Result<void> openToRead(QFile& file)
{
    if (QFileInfo::exists(file.fileName()) && !QFileInfo(file.fileName()).isFile())
        return fileError(Messages::tr("can't read %1: %2"), file.fileName(), Messages::tr("it is not a file"));
    if (!file.open(QIODevice::ReadOnly))
        return fileError(Messages::tr("can't read %1: %2"), file.fileName(), file.errorString());
    return {};
}

namespace {

Result<QByteArray> readOpened(QFile& file, qint64 limit)
{
    const QString path = file.fileName();
    const Error tooLarge{ErrorKind::Parse, Messages::tr("%1 is larger than %2 bytes").arg(path).arg(limit)};
    if (file.size() > limit)
        return tooLarge;
    // In one go what it is said to have, which is nothing for some files; then for as long as there is more.
    QByteArray bytes;
    bytes.reserve(file.size() + limits::parserPadding);
    preferLargePages(bytes.constData(), static_cast<size_t>(bytes.capacity()));
    bytes.resize(file.size());
    bytes.truncate(std::max<qint64>(file.read(bytes.data(), bytes.size()), 0));
    while (bytes.size() <= limit) {
        const QByteArray more = file.read(limits::ioChunk);
        if (more.isEmpty())
            break;
        bytes += more;
    }
    if (file.error() != QFile::NoError)
        return fileError(Messages::tr("can't read %1: %2"), path, file.errorString());
    if (bytes.size() > limit)
        return tooLarge;
    return bytes;
}

Error notThere(const QString& path)
{
    return Error{ErrorKind::NotFound, Messages::tr("there is no %1").arg(QDir::toNativeSeparators(path))};
}

} // namespace

Result<QByteArray> readFile(const QString& path, qint64 limit)
{
    QFile file(path);
    if (!file.exists())
        return notThere(path);
    if (auto opened = openToRead(file); !opened)
        return opened.error();
    return readOpened(file, limit);
}

Result<QByteArray> readNamedFile(const QString& path, qint64 limit)
{
    QFile file(path);
    if (!file.exists())
        return notThere(path);
    if (!file.open(QIODevice::ReadOnly))
        return fileError(Messages::tr("can't read %1: %2"), path, file.errorString());
    return readOpened(file, limit);
}

} // namespace condaoci
