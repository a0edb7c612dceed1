// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/arrivals.h"

#include <QCoreApplication>
#include <QEvent>
#include <QHash>
#include <QSocketNotifier>
#include <QThread>

#include <algorithm>
#include <mutex>

#ifdef Q_OS_WIN
#include <winsock2.h>
#else
#include <sys/ioctl.h>
#endif

namespace condaoci::http {

namespace {

constexpr qint64 readAtATime = 64 * 1024; // by Qt from a socket of HTTP

struct Counts
{
    std::mutex mutex;
    QHash<QThread*, qint64> bytes; ///< by the thread that asks; null once somebody asks no more
};

Counts& counts()
{
    static Counts all;
    return all;
}

qint64 waitingIn(const QSocketNotifier& notifier)
{
#ifdef Q_OS_WIN
    u_long bytes = 0;
    const bool isKnown = ioctlsocket(static_cast<SOCKET>(notifier.socket()), FIONREAD, &bytes) == 0;
#else
    int bytes = 0;
    const bool isKnown = ioctl(static_cast<int>(notifier.socket()), FIONREAD, &bytes) == 0;
#endif
    return isKnown ? static_cast<qint64>(bytes) : 0;
}

/// Sees every event of every thread, before whom it is meant for. A manager's sockets are in a thread that it has
/// started, by which name Qt calls it; the object of that thread belongs to the one that asks. Other threads that were
/// started there may read what they like.
bool seeEvent(void** of)
{
    const auto* event = static_cast<QEvent*>(of[1]);
    if (event->type() != QEvent::SockAct)
        return false;
    const auto* notifier = qobject_cast<QSocketNotifier*>(static_cast<QObject*>(of[0]));
    if (!notifier || notifier->type() != QSocketNotifier::Read)
        return false;
    const QThread* here = QThread::currentThread();
    if (here->objectName() != QLatin1String("QNetworkAccessManager thread"))
        return false;
    QThread* asking = here->thread();
    Counts& all = counts();
    const std::scoped_lock lock(all.mutex);
    if (const auto found = all.bytes.find(asking); found != all.bytes.end())
        *found += std::min(waitingIn(*notifier), readAtATime);
    return false;
}

/// Before there is a second thread, since Qt does not lock the list of those who want to see events.
void startSeeing()
{
    QInternal::registerCallback(QInternal::EventNotifyCallback, seeEvent);
}
Q_COREAPP_STARTUP_FUNCTION(startSeeing)

} // namespace

Arrivals::Arrivals()
{
    restart();
}

Arrivals::~Arrivals()
{
    const std::scoped_lock lock(counts().mutex);
    counts().bytes.remove(QThread::currentThread());
}

qint64 Arrivals::bytes() const
{
    const std::scoped_lock lock(counts().mutex);
    return counts().bytes.value(QThread::currentThread());
}

void Arrivals::restart()
{
    const std::scoped_lock lock(counts().mutex);
    counts().bytes[QThread::currentThread()] = 0;
}

} // namespace condaoci::http
