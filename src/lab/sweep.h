/* SPDX-License-Identifier: MIT
 * A sweep: what does this knob do?  Copies of a learner, each with another value of one knob.
 *
 *   "1..1e4 5"   five values from 1 to 1e4, both included
 *   "1..1e4"     as many as there is room
 *   ""           from a hundredth of where the knob stands to a hundred times that, inside its
 *                table; where it adds, all of that; of whole steps and words the first so many; of
 *                layers to freeze as many as the network has below its head
 *
 * Between both ends values are spaced as the knob goes: by equal ratios where it multiplies
 * (param.factor), else by equal differences; rounded to three digits, or to whole numbers, each
 * once. */
#ifndef OUBLI_LAB_SWEEP_H
#define OUBLI_LAB_SWEEP_H

#include "base/err.h"
#include "lab/config.h"

/* The learner that is copied is there, too. */
enum { SWEEP_MAX = LEARNERS_MAX - 1, SWEEP_LEAST = 2, SWEEP_SPEC_MAX = 240 };

struct sweep {
    enum param_id knob;
    bool has_range;
    double low, high;
    int n; /* values asked for, 0 = as many as there is room */
};

/* Reads such a text.  ERR_USAGE: a knob that is fixed at the start, values out of its table or in
 * the wrong order, a number of them that cannot be. */
bool sweep_parse(enum param_id knob, const char *text, struct sweep *sweep, struct err *err)
    __attribute__((warn_unused_result));

/* The values for a learner that has these parameters, rising, at most `room` and SWEEP_MAX of them;
 * returns how many. */
int sweep_values(const struct sweep *sweep, const struct params *params, int room,
                 double values[SWEEP_MAX]);

/* "lambda_10: strategy=ewc+replay ewc.lambda=10", as learner_spec.h reads it: `on` are the
 * strategies of the learner, to which the one that owns the knob is added.  `number`: 1, and more
 * where somebody is called so already.  Returns spec. */
char *sweep_spec(enum param_id knob, double value, uint32_t on, int number,
                 char spec[SWEEP_SPEC_MAX]);

/* Those, and the one that owns the knob. */
uint32_t sweep_strategies(enum param_id knob, uint32_t on);

/* True if the knob does anything for a learner with these strategies: it is training's own, or that
 * of one of them. */
bool sweep_turns(enum param_id knob, uint32_t on);

#endif
