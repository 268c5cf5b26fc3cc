/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* F_OFD_SETLK */
#include "session/writer_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A byte of the file of which SQLite makes no use: those behind 0x40000000 are its own locks. */
enum { BYTE = 0x40000000 + 4096 };

bool writer_lock_take(int file, const char *path, struct err *err)
{
    /* Of the open file, not of the process: two in one program exclude each other, too, and nobody
     * ends it by closing the same file elsewhere. */
    struct flock byte = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = BYTE, .l_len = 1};
    bool is_taken = fcntl(file, F_OFD_SETLK, &byte) != 0 && (errno == EAGAIN || errno == EACCES);
    /* Where there are no such locks, all may write: SQLite still keeps the file whole. */
    return !is_taken || err_set(err, ERR_FAILED,
                                "%.140s: somebody is writing this recording; end that session "
                                "first, or watch it with oubli play",
                                path);
}

int writer_lock_open(const char *path, struct err *err)
{
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) {
        err_set(err, ERR_FAILED, "%.140s: it cannot be written: %s", path, strerror(errno));
    } else if (!writer_lock_take(file, path, err)) {
        close(file);
        file = -1;
    }
    return file;
}
