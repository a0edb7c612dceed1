// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/process.h"

#include <QtGlobal>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <fcntl.h>
#include <pwd.h>
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

#ifdef Q_OS_UNIX
constexpr rlim_t leastFiles = 64;                         ///< open at a time: Qt ends in a signal where it gets none
constexpr rlim_t enoughFiles = 4096;                      ///< for all workers and a window
constexpr rlim_t leastMemory = rlim_t{256} * 1024 * 1024; ///< bytes of addresses; with less no thread begins

[[noreturn]] void refuse(const char* complaint)
{
    std::fprintf(stderr, "error    %s\n", complaint);
    std::exit(5);
}

void takeLimits()
{
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        if (files.rlim_cur < enoughFiles && files.rlim_cur < files.rlim_max) {
            const rlim_t before = files.rlim_cur;
            files.rlim_cur = std::min(files.rlim_max, enoughFiles);
            if (setrlimit(RLIMIT_NOFILE, &files) != 0)
                files.rlim_cur = before;
        }
        if (files.rlim_cur < leastFiles)
            refuse("this process may have too few files open, it needs 64 or more; raise the limit (ulimit -n)");
    }
    rlimit memory{};
    if (getrlimit(RLIMIT_AS, &memory) == 0 && memory.rlim_cur < leastMemory)
        refuse("this process may have too little memory, it needs 256 MiB or more; raise the limit (ulimit -v)");
}

/// Qt takes these as they are, and the root's folder where there is no home.
void setFolders()
{
    for (const char* name :
         {"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"}) {
        const char* folder = std::getenv(name);
        if (folder && *folder != '/')
            unsetenv(name);
    }
    const char* home = std::getenv("HOME");
    if (home && *home)
        return;
    const passwd* user = getpwuid(getuid());
    if (user && user->pw_dir && *user->pw_dir == '/')
        setenv("HOME", user->pw_dir, 1);
}
#endif

} // namespace

void beginProcess()
{
#ifdef Q_OS_UNIX
    openStandardStreams();
    takeLimits();
    setFolders();
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
