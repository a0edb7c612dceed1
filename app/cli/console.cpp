// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/console.h"

#include "core/base/text.h"

#include <cstdio>

#ifdef Q_OS_WIN
#include <io.h>
#else
#include <unistd.h>
#endif

namespace condaoci::app {

namespace {

void print(FILE* stream, const QString& line)
{
    const QByteArray bytes = oneLine(line, 10'000).toUtf8() + '\n';
    std::fwrite(bytes.constData(), 1, static_cast<size_t>(bytes.size()), stream);
    std::fflush(stream);
}

QString timeLeft(qint64 seconds)
{
    if (seconds < 60)
        return QStringLiteral("%1 s left").arg(seconds);
    if (seconds < 3600)
        return QStringLiteral("%1 min left").arg((seconds + 30) / 60);
    return QStringLiteral("%1 h %2 min left").arg(seconds / 3600).arg(seconds % 3600 / 60);
}

} // namespace

bool isTerminal(std::FILE* stream)
{
#ifdef Q_OS_WIN
    return _isatty(_fileno(stream)) != 0;
#else
    return isatty(fileno(stream)) != 0;
#endif
}

void printResult(const QString& line)
{
    print(stdout, line);
}

void printMessage(const QString& line)
{
    print(stderr, line);
}

ProgressLine::ProgressLine(bool wanted)
    : m_enabled(wanted && isTerminal(stderr))
{
    m_time.start();
}

ProgressLine::~ProgressLine()
{
    clear();
}

void ProgressLine::show(const QString& title, const mirror::Totals& totals)
{
    if (!m_enabled)
        return;
    const double seconds = qMax(0.001, static_cast<double>(m_time.elapsed()) / 1000);
    const double rate = static_cast<double>(totals.bytesDone) / seconds;
    const qint64 percent = totals.bytes > 0 ? totals.bytesDone * 100 / totals.bytes : 0;
    QString line = QStringLiteral("%1  %2 %  %3/s  %4 of %5")
                       .arg(title)
                       .arg(percent)
                       .arg(shownBytes(static_cast<qint64>(rate)))
                       .arg(totals.filesDone)
                       .arg(totals.files);
    if (totals.failed > 0)
        line += QStringLiteral("  %1 failed").arg(totals.failed);
    if (rate > 0 && seconds > 3)
        line += QStringLiteral("  ") +
                timeLeft(static_cast<qint64>(static_cast<double>(totals.bytes - totals.bytesDone) / rate));
    std::fprintf(stderr, "\r\033[K%s", oneLine(line, 200).toUtf8().constData());
    std::fflush(stderr);
    m_shown = true;
}

void ProgressLine::clear()
{
    if (m_shown)
        std::fputs("\r\033[K", stderr);
    m_shown = false;
}

} // namespace condaoci::app
