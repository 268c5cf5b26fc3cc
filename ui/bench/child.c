/* SPDX-License-Identifier: MIT */
#include "ui/bench/child.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"

enum { ARGUMENTS_MAX = 15 };

static const char self[] = "/proc/self/exe";

/* The two ends of a new terminal; false and errno if there is none. */
static bool open_terminal(int *master, int *slave)
{
    struct winsize size = {.ws_col = CHILD_COLS, .ws_row = CHILD_ROWS};
    *slave = -1;
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    if (*master < 0) {
        return false;
    }
    fcntl(*master, F_SETFD, FD_CLOEXEC);
    const char *name = grantpt(*master) == 0 && unlockpt(*master) == 0 ? ptsname(*master) : NULL;
    *slave = name ? open(name, O_RDWR | O_NOCTTY) : -1;
    if (*slave < 0 || ioctl(*slave, TIOCSWINSZ, &size) != 0) {
        int reason = errno;
        close(*master);
        if (*slave >= 0) {
            close(*slave);
        }
        errno = reason;
        return false;
    }
    return true;
}

/* In the new process: what it reads and writes, and what surrounds it; does not return. */
static void become(const char *const *arguments, int slave)
{
    int in = slave >= 0 ? slave : open("/dev/null", O_RDONLY);
    int out = slave >= 0 ? slave : open("/dev/null", O_WRONLY);
    setsid();
    if (slave >= 0) {
        ioctl(slave, TIOCSCTTY, 0);
    }
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    for (int fd = STDERR_FILENO + 1; fd <= (in > out ? in : out); fd++) {
        close(fd);
    }
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    unsetenv("COLORTERM");
    unsetenv("LINES");
    unsetenv("COLUMNS");
    char *copies[ARGUMENTS_MAX + 1] = {NULL}; /* execv does not say that it leaves them alone */
    for (int i = 0; i < ARGUMENTS_MAX && arguments[i]; i++) {
        copies[i] = strdup(arguments[i]);
    }
    execv(self, copies);
    _exit(127);
}

bool child_start(struct child *child, const char *const *arguments, bool has_terminal,
                 struct err *err)
{
    int master = -1, slave = -1;
    if (has_terminal && !open_terminal(&master, &slave)) {
        return err_set(err, ERR_FAILED, "bench: no pseudo-terminal: %s", strerror(errno));
    }
    fflush(NULL);
    int64_t begin = clock_ns();
    pid_t pid = fork();
    if (pid == 0) {
        become(arguments, slave);
    }
    if (slave >= 0) {
        close(slave);
    }
    if (pid < 0) {
        err_set(err, ERR_FAILED, "bench: no new process: %s", strerror(errno));
        if (master >= 0) {
            close(master);
        }
        return false;
    }
    *child = (struct child){.pid = pid, .fd = master, .begin_ns = begin};
    return true;
}

ssize_t child_read(const struct child *child, char *bytes, size_t size, int timeout_ms)
{
    struct pollfd fd = {.fd = child->fd, .events = POLLIN};
    if (poll(&fd, 1, timeout_ms > 0 ? timeout_ms : 0) <= 0) {
        return 0;
    }
    ssize_t n = read(child->fd, bytes, size);
    return n > 0 ? n : CHILD_OVER;
}

void child_type(const struct child *child, char key)
{
    ssize_t written = write(child->fd, &key, 1); /* if it has gone, reading will tell */
    (void)written;
}

double child_peak_mb(const struct child *child)
{
    char path[64], line[128];
    double kilobytes = (double)NAN;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)child->pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            kilobytes = strtod(line + 6, NULL);
        }
    }
    if (file) {
        fclose(file);
    }
    return kilobytes * 1024 / 1e6;
}

bool child_wait(struct child *child)
{
    int status = 0;
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (child->fd >= 0) {
        close(child->fd);
    }
    *child = (struct child){.fd = -1};
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void child_stop(struct child *child)
{
    char rest[4096];
    kill(child->pid, SIGTERM);
    /* It gives the terminal back first, and somebody has to take in what it writes. */
    while (child->fd >= 0 && child_read(child, rest, sizeof rest, 1000) > 0) {
    }
    child_wait(child);
}
