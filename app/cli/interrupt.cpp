// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/interrupt.h"

#include <atomic>
#include <cstdlib>

#ifdef Q_OS_WIN
#include <windows.h>
#else
#include <QSocketNotifier>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace condaoci::app {

namespace {

constexpr int interruptedCode = 130;
std::atomic<int> interrupts = 0; // a signal handler can reach nothing but globals

#ifdef Q_OS_WIN
Interrupt* target = nullptr;

BOOL WINAPI onConsoleEvent(DWORD)
{
    if (interrupts.fetch_add(1) > 0)
        std::_Exit(interruptedCode);
    QMetaObject::invokeMethod(target, &Interrupt::requested, Qt::QueuedConnection);
    return TRUE;
}
#else
int wakeUp[2] = {-1, -1};

void onSignal(int)
{
    if (interrupts.fetch_add(1) > 0)
        _exit(interruptedCode);
    const char byte = 0;
    if (write(wakeUp[0], &byte, 1) < 0)
        _exit(interruptedCode);
}
#endif

} // namespace

Interrupt::Interrupt(QObject* parent)
    : QObject(parent)
{
#ifdef Q_OS_WIN
    target = this;
    SetConsoleCtrlHandler(onConsoleEvent, TRUE);
#else
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, wakeUp) != 0)
        return; // then the signals keep their default: the program ends, and the next run goes on
    auto* notifier = new QSocketNotifier(wakeUp[1], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        if (read(wakeUp[1], &byte, 1) == 1)
            Q_EMIT requested();
    });
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGXFSZ, SIG_IGN); // a limit of the file size is an error of the write, which names the file
#endif
}

} // namespace condaoci::app
