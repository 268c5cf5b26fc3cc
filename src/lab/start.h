/* SPDX-License-Identifier: MIT
 * The weights of a file that learners begin with instead of drawing their own: read once, so that
 * the session goes on when the file has changed. */
#ifndef OUBLI_LAB_START_H
#define OUBLI_LAB_START_H

#include "base/sha256.h"
#include "net/network.h"

/* Zero: nothing has been read. */
struct start {
    real *theta; /* (P); owned; NULL = nothing */
    struct network net;
    struct params params;
};
void start_fini(struct start *start);

/* The weights of the file to theta (P).  `sha256` says which file it must be, or where it is "" is
 * told which it was.  ERR_FAILED if it is another file, or of another network. */
bool start_fill(struct start *start, const char *path, char sha256[SHA256_TEXT_MAX],
                const struct network *net, const struct params *params, real *theta,
                struct err *err) __attribute__((warn_unused_result));

#endif
