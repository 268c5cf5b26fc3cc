/* SPDX-License-Identifier: MIT
 * What an entry asks of a timeline before it is taken in.  An entry is small, but one from a file
 * that is not trusted may ask for a copy of long curves, for a row of a thousand tasks for each
 * learner, or for a look at everything there is, again and again. */
#ifndef OUBLI_LAB_TIMELINE_COST_H
#define OUBLI_LAB_TIMELINE_COST_H

#include "lab/timeline.h"

/* At the most, and of what grows faster than the number of entries. */
struct timeline_cost {
    double bytes; /* that stay */
    double work;  /* numbers looked at or written, about a nanosecond each */
};

struct timeline_cost timeline_cost(const struct timeline *timeline, const struct entry *entry);

#endif
