/* SPDX-License-Identifier: MIT
 * Going on with an interrupted session: it is trained again from its recording, which shows on the
 * way that it is the same, and stands where it stood. */
#ifndef OUBLI_SESSION_RESUME_H
#define OUBLI_SESSION_RESUME_H

#include "lab/lab.h"

/* The lab, its journal being that of the recording; owned.  `pace` becomes the steps a second that
 * counted as x1.  NULL and err if the file cannot be read, or does not reproduce here. */
struct lab *resume_open(const char *path, double *pace, struct err *err)
    __attribute__((warn_unused_result));

#endif
