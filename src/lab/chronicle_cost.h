/* SPDX-License-Identifier: MIT
 * What an entry asks of a chronicle before it is taken in.  An entry is small, but one from a file
 * that is not trusted may ask for a copy of long curves, for a row of a thousand tasks for each
 * learner, or for a look at everything there is, again and again. */
#ifndef OUBLI_LAB_CHRONICLE_COST_H
#define OUBLI_LAB_CHRONICLE_COST_H

#include "lab/chronicle.h"

/* At the most, and of what grows faster than the number of entries. */
struct chronicle_cost {
    double bytes; /* that stay */
    double work;  /* numbers looked at or written, about a nanosecond each */
};

struct chronicle_cost chronicle_cost(const struct chronicle *chronicle, const struct entry *entry);

#endif
