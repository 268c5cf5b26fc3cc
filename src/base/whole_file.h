/* SPDX-License-Identifier: MIT
 * A file that is written as a whole: into a new one beside it, which then takes its place and has
 * its rights, so that there never is half a file.  Links are followed, also to what is not there
 * yet, and stay.  What is there and is not a plain file (/dev/stderr, a pipe) is written to
 * directly.  Any thread. */
#ifndef OUBLI_BASE_WHOLE_FILE_H
#define OUBLI_BASE_WHOLE_FILE_H

#include <limits.h>
#include <stdbool.h>

struct whole_file {
    int fd;        /* write here, and close it */
    bool is_plain; /* a file that takes a place */
    char target[PATH_MAX], scratch[PATH_MAX + 8];
};

/* False and errno.  A pipe that nobody reads is waited for if `waits`; else that is ENXIO. */
bool whole_file_open(struct whole_file *file, const char *path, bool waits)
    __attribute__((warn_unused_result));

/* All is written: it takes its place; fd may be closed already.  If `is_whole` is false what was
 * written is taken away, and errno stays as it is.  False and errno. */
bool whole_file_place(const struct whole_file *file, bool is_whole)
    __attribute__((warn_unused_result));

/* False and errno if it is bound to fail: no such folder, no right to write there. */
bool whole_file_is_possible(const char *path);

#endif
