/* SPDX-License-Identifier: MIT
 * The pull: how far springs have moved each weight, added up step by step.
 *
 *   moved = push + pull
 *
 * A spring is what a strategy adds to the gradient, or corrects after the step; the push is all the
 * rest.  At any one step the two do not balance: added up they show what the spring has held.
 *
 *   added to the gradient:  pull -= lr g        g: what was added at that step
 *   corrected:              pull += theta after it - theta before it
 *
 * With momentum and Adam what was added goes through a running mean of its own, as the whole
 * gradient goes through the optimizer's, and Adam divides it by the same root: pull and push are
 * then parts of the step that was taken.  A gradient that is clipped is clipped in all its parts.
 *
 * Sources: the spring: Kirkpatrick et al. 2017, eq. 3, arXiv:1612.00796; the proximal step as a
 * correction: Parikh & Boyd 2014, section 4.2.
 *
 * Called by the thread that trains the learner.  P parameters. */
#ifndef OUBLI_LAB_PULL_H
#define OUBLI_LAB_PULL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/optimizer.h"
#include "strategies/strategy.h"

struct pull {
    size_t n;                /* P */
    real *sum;               /* (P) */
    real *added;             /* (P) to the gradient of this step; 0 where it is_counted */
    real *mean;              /* (P) of what they add, for momentum and Adam; NULL for SGD */
    bool has_mean;           /* to that of any: the mean is not 0 */
    bool is_counted;         /* what was added at this step went into the sum at once */
    uint32_t by;             /* strategies whose springs were on at some step, as bits */
    bool is_through_adapter; /* at some step LoRA took it, in numbers of its own: what springs did
                                then cannot be told from the rest, and is not in `sum` */
};

/* Adds the bytes of its vectors to *total; false on overflow. */
bool pull_size_add(size_t *total, enum optimizer_kind kind, size_t n)
    __attribute__((warn_unused_result));
void pull_init(struct pull *pull, enum optimizer_kind kind, size_t n, struct arena *arena);

/* Nothing has been pulled yet. */
void pull_reset(struct pull *pull);

/* Becomes a copy of another one of the same size. */
void pull_copy(struct pull *pull, const struct pull *from);

/* What springs add to the gradient of a step goes there: into the sum, if the step is to be -lr
 * times the gradient; `lr` 0: it is not, pull_stepped has to follow. */
struct tally pull_begin(struct pull *pull, double lr);

/* The optimizer has taken a step of the parameters from `first` on; what was added to the gradient
 * has moved its share. */
void pull_stepped(struct pull *pull, const struct optimizer *optimizer, size_t first,
                  const struct optimizer_rates *rates);

#endif
