/* SPDX-License-Identifier: MIT
 * The closing of a recording: what only the lab can tell that its session has come to, measured
 * once when the file is closed.  A session that was killed has none, and one that goes on later
 * has it of where it was closed: `n_entries` and `step` tell whether it is of the end.
 *
 *   byte 0      the version of this format, 1
 *   the rest    a zlib stream: the fields in the order of closing.c, as base/archive.h writes them
 */
#ifndef OUBLI_SESSION_CLOSING_H
#define OUBLI_SESSION_CLOSING_H

#include "lab/lab.h"

enum {
    CLOSING_CODE_VERSION = 1,
    CLOSING_BODY_MAX = 1024 * 1024, /* inflated; classes are left out where they would not fit */
    CLOSING_CODE_MAX = 1024 * 1024
};

struct closing_learner {
    int id;
    long samples;                    /* of its batches */
    double seconds;                  /* that its training took */
    int n_parts;                     /* of its network */
    double drift[NETWORK_PARTS_MAX]; /* since the end of the first stage; NAN = there was none */
};

struct closing {
    long n_entries, step; /* of the journal; done */
    int n_tasks, n_classes;
    char **class_names; /* (n_classes) */
    int n_learners;
    struct closing_learner learners[LEARNERS_MAX];
    double *accuracy; /* (n_learners, n_tasks, n_classes); NAN for a class that a task has not */
};

/* Measures a lab that does not train now: as long as a row of R for each learner takes.  Returns
 * owned; NULL and err where memory is short. */
struct closing *closing_of(struct lab *lab, struct err *err) __attribute__((warn_unused_result));

/* NULL is allowed. */
void closing_destroy(struct closing *closing);

/* Returns owned (free); NULL and err where memory is short. */
unsigned char *closing_encode(const struct closing *closing, size_t *size, struct err *err)
    __attribute__((warn_unused_result));

/* Safe for any bytes.  Returns owned; NULL and err if they are no closing. */
struct closing *closing_decode(const void *bytes, size_t size, struct err *err)
    __attribute__((warn_unused_result));

#endif
