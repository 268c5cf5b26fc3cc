/* SPDX-License-Identifier: MIT
 * A reader of files that may be compressed with gzip; plain files are read as they are. */
#ifndef OUBLI_TASKS_GZ_H
#define OUBLI_TASKS_GZ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/watch.h"

enum { GZ_PATH_SIZE = 1024 };

/* An open file.  Zero is a closed one. */
struct gz {
    void *file; /* gzFile */
    char path[GZ_PATH_SIZE];
    double size;               /* bytes on the disk */
    const struct watch *watch; /* told of each piece that is read; set it when it is open */
};

/* Opens `path` for reading; err says which file and why not. */
bool gz_open(struct gz *gz, const char *path, struct err *err) __attribute__((warn_unused_result));

/* Reads `size` bytes, or what is left of the file when that is less; `*found` is how many came.
 * False if the file cannot be read, its compressed data is damaged, or the watch gives up. */
bool gz_read(struct gz *gz, void *bytes, size_t size, size_t *found, struct err *err)
    __attribute__((warn_unused_result));

/* Reads the rest of the file into memory of its own, ended by a NUL that `*size` does not count.
 * Returns owned (free); NULL if it cannot be read or holds more than `limit` bytes. */
char *gz_read_all(struct gz *gz, size_t limit, size_t *size, struct err *err)
    __attribute__((warn_unused_result));

/* A closed file is allowed. */
void gz_close(struct gz *gz);

#endif
