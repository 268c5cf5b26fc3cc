/* SPDX-License-Identifier: MIT */
#include "base/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool wake_open(struct wake *wake, struct err *err)
{
    if (pipe(wake->fd) != 0) {
        *wake = (struct wake){{-1, -1}};
        return err_set(err, ERR_FAILED, "pipe: %s", strerror(errno));
    }
    for (int i = 0; i < 2; i++) {
        fcntl(wake->fd[i], F_SETFL, O_NONBLOCK);
        fcntl(wake->fd[i], F_SETFD, FD_CLOEXEC);
    }
    return true;
}

void wake_close(struct wake *wake)
{
    for (int i = 0; i < 2; i++) {
        if (wake->fd[i] >= 0) {
            close(wake->fd[i]);
        }
    }
    *wake = (struct wake){{-1, -1}};
}

void wake_up(const struct wake *wake)
{
    char byte = 0;
    ssize_t written = write(wake->fd[1], &byte, 1); /* full: the reader has not slept through it */
    (void)written;
}

void wake_drain(int fd)
{
    char bytes[64];
    while (read(fd, bytes, sizeof bytes) > 0) {
    }
}
