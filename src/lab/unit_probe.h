/* SPDX-License-Identifier: MIT
 * What the units of a network do with examples of a task: a probe that trains nothing and needs no
 * learner, only a network and weights.
 *
 * Letters: P parameters, U units of all layers. */
#ifndef OUBLI_LAB_UNIT_PROBE_H
#define OUBLI_LAB_UNIT_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "lab/probing.h"

struct unit_probe; /* opaque */

/* Of networks laid out like this one.  Returns owned; NULL and err. */
struct unit_probe *unit_probe_create(const struct network *net, struct err *err)
    __attribute__((warn_unused_result));
void unit_probe_destroy(struct unit_probe *probe);

/* True if it was made for a network with these tensors and units. */
bool unit_probe_fits(const struct unit_probe *probe, const struct network *net);

/* How many examples are looked at where nothing is said: 128, or 32 rows of several positions. */
int unit_probe_rows(const struct unit_probe *probe);

/* influence (U), net/influence.h, and what each gives on average, level (U), mean |h|, on examples
 * of the suite; all of them speak. */
void unit_probe_influence(struct unit_probe *probe, const real *theta, const struct suite *suite,
                          const struct probing_examples *examples, double *influence,
                          double *level);

/* By how much what each unit gives has changed from `before` (P) to `now` (P): change (U) =
 * 1 - correlation over the examples, 0 .. 2; where one of both is constant 1, where both are 0. */
void unit_probe_change(struct unit_probe *probe, const real *before, const real *now,
                       const struct suite *suite, const struct probing_examples *examples,
                       double *change);

#endif
