// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/console.h"

#include "core/base/text.h"

#include <QJsonDocument>

#include <algorithm>
#include <cstdio>

#ifdef Q_OS_WIN
#include <fcntl.h>
#include <io.h>
#include <windows.h>
#else
#include <sys/ioctl.h>
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

int terminalColumns()
{
#ifdef Q_OS_WIN
    CONSOLE_SCREEN_BUFFER_INFO screen;
    const int columns = GetConsoleScreenBufferInfo(GetStdHandle(STD_ERROR_HANDLE), &screen) ? screen.dwSize.X : 0;
#else
    winsize screen{};
    const int columns = ioctl(fileno(stderr), TIOCGWINSZ, &screen) == 0 ? screen.ws_col : 0;
#endif
    return columns > 0 ? columns : 80;
}

void printResult(const QString& line)
{
    print(stdout, line);
}

void printMessage(const QString& line)
{
    print(stderr, line);
}

void printBytes(QByteArrayView bytes)
{
    std::fflush(stdout);
#ifdef Q_OS_WIN
    const int before = _setmode(_fileno(stdout), _O_BINARY); // or every line break would become two bytes
#endif
    std::fwrite(bytes.data(), 1, static_cast<size_t>(bytes.size()), stdout);
    std::fflush(stdout);
#ifdef Q_OS_WIN
    _setmode(_fileno(stdout), before);
#endif
}

void printJson(const QJsonDocument& document)
{
    printBytes(shownJson(document.toJson(QJsonDocument::Indented)));
}

Error notForTerminal(const QString& what)
{
    return Error{ErrorKind::Config, what + QStringLiteral(" is not text, and could disturb the terminal; write it to a "
                                                          "file with -o FILE, or send it into a pipe")};
}

Result<QByteArray> forTerminal(QByteArrayView bytes)
{
    const auto shown = shownLines(bytes);
    return shown ? Result<QByteArray>(shown->toUtf8()) : notForTerminal(QStringLiteral("it"));
}

bool isOutputWhole()
{
    return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
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
    const double rate = static_cast<double>(totals.bytesMoved) / seconds;
    const qint64 percent = totals.bytes > 0 ? totals.bytesDone * 100 / totals.bytes : 0;
    QString line = QStringLiteral("  %1 %  %2/s  %3 of %4")
                       .arg(percent)
                       .arg(shownBytes(static_cast<qint64>(rate)))
                       .arg(totals.filesDone)
                       .arg(totals.files);
    if (totals.failed > 0)
        line += QStringLiteral("  %1 failed").arg(totals.failed);
    if (rate > 0 && seconds > 3)
        line += QStringLiteral("  ") + timeLeft(static_cast<qint64>(static_cast<double>(totals.bytesLeft()) / rate));
    const qsizetype room = std::max<qsizetype>(terminalColumns() - 2 - line.size(), 0);
    line = oneLine(oneLine(title, room) + line, terminalColumns() - 2);
    std::fprintf(stderr, "\r\033[K%s", line.toUtf8().constData());
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
