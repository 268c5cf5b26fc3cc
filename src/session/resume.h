/* SPDX-License-Identifier: MIT
 * Going on with an interrupted session: from the last checkpoint in its recording that is good, or
 * else from its first step, it is trained again to where it stood; every number on the way must be
 * the recorded one.  OpenBLAS, unless it is open already, is asked for the kernels that it was
 * recorded with. */
#ifndef OUBLI_SESSION_RESUME_H
#define OUBLI_SESSION_RESUME_H

#include "lab/lab.h"

struct recording;

/* The lab as the recorded session began, with its script and history; owned.  `watch` (may be NULL)
 * is told of the data being read.  OpenBLAS has been asked for the recording's kernels. */
struct lab *resume_anew(struct recording *recording, const struct watch *watch, struct err *err)
    __attribute__((warn_unused_result));

/* The lab, its journal being that of the recording; owned.  `pace` becomes the steps a second that
 * counted as x1.  `watch` (may be NULL) is told how much of what must be trained again has been.
 * NULL and err if the file cannot be read or written, somebody is writing it, it does not reproduce
 * here, or the watch gives up (ERR_STOPPED). */
struct lab *resume_open(const char *path, const struct watch *watch, double *pace, struct err *err)
    __attribute__((warn_unused_result));

/* False and err if it is no recording, or cannot be gone on with now; whether it reproduces is only
 * known when it has been trained again. */
bool resume_is_possible(const char *path, struct err *err) __attribute__((warn_unused_result));

#endif
