/* SPDX-License-Identifier: MIT
 * Going on with an interrupted session: from the last checkpoint in its recording that is good, or
 * else from its first step, it is trained again to where it stood; every number on the way must be
 * the recorded one.  OpenBLAS, unless it is open already, is asked for the kernels that it was
 * recorded with. */
#ifndef OUBLI_SESSION_RESUME_H
#define OUBLI_SESSION_RESUME_H

#include "lab/lab.h"

/* The lab, its journal being that of the recording; owned.  `pace` becomes the steps a second that
 * counted as x1.  NULL and err if the file cannot be read or written, somebody is writing it, or it
 * does not reproduce here. */
struct lab *resume_open(const char *path, double *pace, struct err *err)
    __attribute__((warn_unused_result));

#endif
