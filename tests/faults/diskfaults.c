/* SPDX-FileCopyrightText: The Conda OCI Mirror authors
 * SPDX-License-Identifier: BSD-3-Clause
 *
 * Preloaded into a program (Linux), makes the Nth file operation of a kind fail, or the program die there, as if by a power cut of the
 * process. Knows regular files that are written, nothing else.
 *
 *   DISKFAULT      DO:OP:N:PART   DO: kill-before, kill-after, short, or an errno's name; OP: open write sync rename unlink close truncate,
 *                                 or any; N: the Nth of those whose path contains PART, `N+`: that one and all later ones
 *   DISKFAULT_LOG  file that gets a line an operation: OP PATH [NEW PATH]
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum action { PASS, FAIL, SHORT, KILL_AFTER };

static char fault_do[32], fault_op[16], fault_path[PATH_MAX];
static int fault_at, fault_on, log_fd = -1;
static atomic_int seen;
static __thread int inside;

static const struct { const char *name; int number; } errors[] = {
    {"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EDQUOT", EDQUOT}, {"EACCES", EACCES}, {"EROFS", EROFS}, {"EFBIG", EFBIG}};

__attribute__((constructor)) static void begin(void)
{
    const char *fault = getenv("DISKFAULT"), *log = getenv("DISKFAULT_LOG");
    char at[16] = "";
    if (fault && sscanf(fault, "%31[^:]:%15[^:]:%15[^:]:%4095s", fault_do, fault_op, at, fault_path) >= 3) {
        fault_at = atoi(at);
        fault_on = at[strlen(at) - 1] == '+';
    }
    if (log)
        log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    unsetenv("LD_PRELOAD"); /* helpers that the program starts are not meant */
}

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static enum action decide(const char *op, const char *path, const char *to)
{
    if (inside || !path)
        return PASS;
    inside = 1;
    enum action action = PASS;
    const int before = errno;
    if (log_fd >= 0) {
        char line[2 * PATH_MAX + 64];
        const int size = snprintf(line, sizeof line, to ? "%s %s\t%s\n" : "%s %s\n", op, path, to);
        syscall(SYS_write, log_fd, line, (size_t)size);
    }
    errno = before;
    if (fault_at && (strcmp(fault_op, "any") == 0 || strcmp(fault_op, op) == 0) &&
        (strstr(path, fault_path) || (to && strstr(to, fault_path)))) {
        const int number = atomic_fetch_add(&seen, 1) + 1;
        if (number == fault_at || (fault_on && number > fault_at)) {
            if (strcmp(fault_do, "kill-before") == 0)
                kill(getpid(), SIGKILL);
            action = strcmp(fault_do, "kill-after") == 0 ? KILL_AFTER : strcmp(fault_do, "short") == 0 ? SHORT : FAIL;
            for (size_t i = 0; action == FAIL && i < sizeof errors / sizeof *errors; ++i)
                if (strcmp(errors[i].name, fault_do) == 0)
                    errno = errors[i].number;
        }
    }
    inside = 0;
    return action;
}

/* The path of a regular file that is open for writing. */
static const char *path_of(int fd, char *buffer)
{
    struct stat status;
    const int before = errno;
    const int flags = fcntl(fd, F_GETFL);
    const char *found = NULL;
    if (flags >= 0 && fstat(fd, &status) == 0 && (S_ISDIR(status.st_mode) || (S_ISREG(status.st_mode) && (flags & O_ACCMODE) != O_RDONLY))) {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        const ssize_t size = readlink(link, buffer, PATH_MAX - 1);
        if (size > 0) {
            buffer[size] = 0;
            found = buffer;
        }
    }
    errno = before;
    return found;
}

static void die_if(enum action action)
{
    if (action == KILL_AFTER)
        kill(getpid(), SIGKILL);
}

static int is_writing(int flags)
{
    return (flags & O_ACCMODE) != O_RDONLY && !(flags & O_PATH);
}

#define OPEN(name, at, args)                                                                                              \
    va_list rest;                                                                                                         \
    va_start(rest, flags);                                                                                                \
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0;                                       \
    va_end(rest);                                                                                                         \
    const enum action action = is_writing(flags) ? decide("open", path, NULL) : PASS;                                     \
    if (action == FAIL)                                                                                                   \
        return -1;                                                                                                        \
    const int fd = REAL(name) args;                                                                                       \
    die_if(action);                                                                                                       \
    return fd

int open(const char *path, int flags, ...) { OPEN(open, 0, (path, flags, mode)); }
int open64(const char *path, int flags, ...) { OPEN(open64, 0, (path, flags, mode)); }
int openat(int at, const char *path, int flags, ...) { OPEN(openat, 1, (at, path, flags, mode)); }
int openat64(int at, const char *path, int flags, ...) { OPEN(openat64, 1, (at, path, flags, mode)); }

#define WRITE(name, size, whole, half)                                                                                    \
    char buffer[PATH_MAX];                                                                                                \
    const enum action action = decide("write", path_of(fd, buffer), NULL);                                                \
    if (action == FAIL)                                                                                                   \
        return -1;                                                                                                        \
    if (action == SHORT && (size) > 1)                                                                                    \
        return REAL(name) half;                                                                                           \
    const ssize_t done = REAL(name) whole;                                                                                \
    die_if(action);                                                                                                       \
    return done

ssize_t write(int fd, const void *data, size_t size) { WRITE(write, size, (fd, data, size), (fd, data, size / 2)); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { WRITE(pwrite, size, (fd, data, size, at), (fd, data, size / 2, at)); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { WRITE(pwrite64, size, (fd, data, size, at), (fd, data, size / 2, at)); }

#define ON_FD(op, call)                                                                                                   \
    char buffer[PATH_MAX];                                                                                                \
    const enum action action = decide(op, path_of(fd, buffer), NULL);                                                     \
    if (action == FAIL)                                                                                                   \
        return -1;                                                                                                        \
    const int done = call;                                                                                                \
    die_if(action);                                                                                                       \
    return done

int fsync(int fd) { ON_FD("sync", REAL(fsync)(fd)); }
int fdatasync(int fd) { ON_FD("sync", REAL(fdatasync)(fd)); }
int ftruncate(int fd, off_t size) { ON_FD("truncate", REAL(ftruncate)(fd, size)); }
int ftruncate64(int fd, off64_t size) { ON_FD("truncate", REAL(ftruncate64)(fd, size)); }
int close(int fd)
{
    char buffer[PATH_MAX];
    const char *path = path_of(fd, buffer);
    struct stat status;
    const int writes = path && stat(path, &status) == 0 && S_ISREG(status.st_mode);
    const enum action action = writes ? decide("close", path, NULL) : PASS;
    const int failure = errno;
    const int done = REAL(close)(fd); /* a close that fails has closed all the same */
    die_if(action);
    if (action == FAIL) {
        errno = failure;
        return -1;
    }
    return done;
}

#define ON_PATHS(op, from, to, call)                                                                                      \
    const enum action action = decide(op, from, to);                                                                      \
    if (action == FAIL)                                                                                                   \
        return -1;                                                                                                        \
    const int done = call;                                                                                                \
    die_if(action);                                                                                                       \
    return done

int rename(const char *from, const char *to) { ON_PATHS("rename", from, to, REAL(rename)(from, to)); }
int renameat(int a, const char *from, int b, const char *to) { ON_PATHS("rename", from, to, REAL(renameat)(a, from, b, to)); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { ON_PATHS("rename", from, to, REAL(renameat2)(a, from, b, to, flags)); }
int unlink(const char *path) { ON_PATHS("unlink", path, NULL, REAL(unlink)(path)); }
int unlinkat(int at, const char *path, int flags) { ON_PATHS("unlink", path, NULL, REAL(unlinkat)(at, path, flags)); }
