// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/process.h"

#include <QtGlobal>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#endif
#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace condaoci::app {

namespace {

#ifdef Q_OS_UNIX
void openStandardStreams()
{
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(number, F_GETFD) == -1 && errno == EBADF)
            (void)open("/dev/null", O_RDWR); // gets the lowest free number, which is this one
    }
}
#endif

#if defined(Q_OS_UNIX) && !defined(CONDAOCI_SANITIZED)
void hideMemory()
{
    rlimit core{};
    if (getrlimit(RLIMIT_CORE, &core) == 0) {
        core.rlim_cur = 0;
        (void)setrlimit(RLIMIT_CORE, &core);
    }
#ifdef Q_OS_LINUX
    if (access("/.flatpak-info", F_OK) != 0)
        (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
#endif

} // namespace

void beginProcess()
{
#ifdef Q_OS_UNIX
    openStandardStreams();
#endif
#if defined(Q_OS_UNIX) && !defined(CONDAOCI_SANITIZED)
    hideMemory();
#endif
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 4 * 1024 * 1024); // bytes
#endif
}

} // namespace condaoci::app
