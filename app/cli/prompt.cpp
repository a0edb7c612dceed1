// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/prompt.h"

#include "app/cli/console.h"

#include <QFile>

#include <cstdio>
#include <iostream>
#include <string>

#ifdef Q_OS_WIN
#include <windows.h>
#else
#include <csignal>
#include <termios.h>
#include <unistd.h>
#endif

namespace condaoci::app {

namespace {

#ifndef Q_OS_WIN
termios terminalBefore{}; // a signal handler can reach nothing but globals
#endif

/// Typed characters are not shown while it lives.
class NoEcho
{
public:
#ifdef Q_OS_WIN
    NoEcho()
        : m_input(GetStdHandle(STD_INPUT_HANDLE))
    {
        GetConsoleMode(m_input, &m_before);
        SetConsoleMode(m_input, m_before & ~static_cast<DWORD>(ENABLE_ECHO_INPUT));
    }
    ~NoEcho()
    {
        SetConsoleMode(m_input, m_before);
    }

private:
    HANDLE m_input;
    DWORD m_before = 0;
#else
    NoEcho()
    {
        tcgetattr(STDIN_FILENO, &terminalBefore);
        for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
            std::signal(number, onSignal);
        termios silent = terminalBefore;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~NoEcho()
    {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminalBefore);
        for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
            std::signal(number, SIG_DFL);
    }

private:
    /// A terminal stays as it was made when the program is ended at the prompt.
    static void onSignal(int number)
    {
        tcsetattr(STDIN_FILENO, TCSANOW, &terminalBefore);
        std::signal(number, SIG_DFL);
        std::raise(number);
    }
#endif
};

Result<QString> readLine()
{
    std::string line;
    if (!std::getline(std::cin, line))
        return Error{ErrorKind::Config, QStringLiteral("nothing was entered")};
    return QString::fromLocal8Bit(line.data(), static_cast<qsizetype>(line.size()));
}

} // namespace

Result<QString> askLine(const QString& question)
{
    if (!isTerminal(stdin))
        return Error{ErrorKind::Config, QStringLiteral("there is no terminal to ask on; give the user with --username "
                                                       "and the password with --password-stdin")};
    std::fputs(qPrintable(question), stderr);
    return readLine();
}

Result<QString> askSecret(const QString& question)
{
    if (!isTerminal(stdin))
        return askLine(question);
    const NoEcho silent;
    auto line = askLine(question);
    std::fputs("\n", stderr);
    return line;
}

QString readStandardInput()
{
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return {};
    QByteArray bytes = input.readAll();
    while (bytes.endsWith('\n') || bytes.endsWith('\r'))
        bytes.chop(1);
    return QString::fromUtf8(bytes);
}

} // namespace condaoci::app
