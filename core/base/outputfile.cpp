// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/outputfile.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/syncfile.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include <thread>

namespace condaoci {

using sync::FileKind;

namespace {

constexpr int mostLinks = 40; ///< as Linux has it

/// The same with a folder that has no links in it; as it is where there is no such folder.
QString inRealFolder(const QString& path)
{
    const QFileInfo file(path);
    const QString folder = QFileInfo(file.absolutePath()).canonicalFilePath();
    return folder.isEmpty() ? file.absoluteFilePath() : QDir(folder).filePath(file.fileName());
}

/// Links that the system makes for open files: what they say they lead to may have no name any more.
bool isDescriptor(const QString& path)
{
    static const QRegularExpression names(QStringLiteral("^(/dev|/proc/[0-9]+(/task/[0-9]+)?)/fd/[0-9]+$"));
    return names.match(path).hasMatch();
}

Error outputError(const QString& sentence, const QString& path, const QString& why)
{
    return Error{ErrorKind::Disk, sentence.arg(QDir::toNativeSeparators(path), why)};
}

} // namespace

QString withoutLinks(const QString& path)
{
    QString at = inRealFolder(path);
    for (int i = 0; i < mostLinks && !isDescriptor(at) && QFileInfo(at).isSymbolicLink(); ++i)
        at = inRealFolder(QFileInfo(at).symLinkTarget());
    return at;
}

OutputFile::OutputFile(QString path, std::chrono::milliseconds wait)
    : m_path(std::move(path))
    , m_wait(wait)
{
}

OutputFile::~OutputFile()
{
    if (m_stream >= 0)
        (void)sync::closeDescriptor(m_stream);
}

Error OutputFile::refusal(const QString& why) const
{
    if (m_path == QLatin1String("-"))
        return Error{ErrorKind::Disk, Messages::tr("the output could not be written: %1").arg(why)};
    return outputError(Messages::tr("can't write %1: %2"), m_path, why);
}

Result<void> OutputFile::open()
{
    m_isOpen = true;
    if (m_path == QLatin1String("-"))
        return openNamed(1);
    m_isLink = QFileInfo(m_path).isSymbolicLink();
    m_target = withoutLinks(m_path);
    if (const int named = sync::descriptorNamed(m_target); named >= 0)
        return openNamed(named);
    const FileKind kind = sync::kindOf(m_target);
    if (kind == FileKind::Folder || QFileInfo(m_path).fileName().isEmpty())
        return refusal(Messages::tr("it is a folder"));
    if (kind == FileKind::Missing)
        return QFileInfo(m_target).isSymbolicLink() ? refusal(Messages::tr("the link leads nowhere")) : openBeside();
    if (kind != FileKind::Regular || isDescriptor(m_target)) // of another process
        return openHere();
    // Where no other file can be made beside it, this one may still be ours to write.
    return QFileInfo(QFileInfo(m_target).absolutePath()).isWritable() ? openBeside() : openHere();
}

Result<void> OutputFile::openNamed(int descriptor)
{
    m_isStandardOutput = descriptor == 1;
    return take(sync::duplicate(descriptor));
}

/// As long as nobody reads from a pipe there is nothing to write to.
Result<void> OutputFile::openHere()
{
    const FileKind kind = sync::kindOf(m_target);
    m_empties = kind == FileKind::Regular || kind == FileKind::Mounted;
    const auto until = std::chrono::steady_clock::now() + m_wait;
    int opened = sync::openExisting(m_target);
    while (opened < 0 && kind == FileKind::Pipe && sync::lacksReader()) {
        if (std::chrono::steady_clock::now() >= until)
            return refusal(Messages::tr("no program reads from this pipe"));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        opened = sync::openExisting(m_target);
    }
    return take(opened);
}

Result<void> OutputFile::take(int descriptor)
{
    m_stream = descriptor;
    if (descriptor < 0)
        return refusal(sync::lastErrorText());
    return {};
}

/// Makes the file that is to take the place of the other, and takes it away again.
Result<void> OutputFile::openBeside()
{
    const QString folder = QFileInfo(m_target).absolutePath();
    if (m_isLink && !QFileInfo(folder).isDir()) // perhaps on a disk that is not there now: not to be made here
        return refusal(Messages::tr("it is a link into the folder %1, which does not exist").arg(folder));
    m_beside.emplace(m_target);
    auto tried = m_beside->open();
    m_beside.reset();
    return tried;
}

Result<void> OutputFile::begin()
{
    if (m_beside || m_spool)
        return {};
    if (!m_isOpen) {
        if (auto opened = open(); !opened)
            return opened;
    }
    if (m_stream < 0) {
        m_beside.emplace(m_target);
        auto opened = m_beside->open();
        if (opened)
            m_beside->takeMode(m_target); // of the one that it replaces
        return opened;
    }
    m_spool = std::make_unique<QTemporaryFile>();
    if (m_spool->open())
        return {};
    return outputError(Messages::tr("can't write %1: %2"), QDir::tempPath(), m_spool->errorString());
}

Result<void> OutputFile::write(QByteArrayView bytes)
{
    if (auto begun = begin(); !begun)
        return begun;
    if (m_beside) {
        if (auto written = m_beside->write(bytes); !written)
            return written;
    } else if (m_spool->write(bytes.data(), bytes.size()) != bytes.size()) {
        return outputError(Messages::tr("can't write %1: %2"), m_spool->fileName(), m_spool->errorString());
    }
    m_written += bytes.size();
    return {};
}

Result<void> OutputFile::restart()
{
    m_written = 0;
    if (m_beside)
        return m_beside->restart();
    if (m_spool && (!m_spool->resize(0) || !m_spool->seek(0)))
        return outputError(Messages::tr("can't truncate %1: %2"), m_spool->fileName(), m_spool->errorString());
    return {};
}

Result<void> OutputFile::commit()
{
    if (auto begun = begin(); !begun)
        return begun;
    return m_beside ? m_beside->commit() : sendOn();
}

/// What has arrived whole, into what is written in place.
Result<void> OutputFile::sendOn()
{
    if (!m_spool->flush() || !m_spool->seek(0))
        return outputError(Messages::tr("can't write %1: %2"), m_spool->fileName(), m_spool->errorString());
    bool isWritten = !m_empties || sync::makeEmpty(m_stream);
    for (QByteArray bytes = m_spool->read(limits::ioChunk); isWritten && !bytes.isEmpty();
         bytes = m_spool->read(limits::ioChunk))
        isWritten = sync::writeAll(m_stream, bytes);
    const bool isClosed = sync::closeDescriptor(std::exchange(m_stream, -1));
    if (!isWritten || !isClosed)
        return refusal(sync::lastErrorText());
    return {};
}

Result<void> writeOutput(const QString& path, QByteArrayView bytes)
{
    OutputFile file(path);
    return writeInto(file, bytes);
}

} // namespace condaoci
