/* SPDX-License-Identifier: MIT
 * Which rows of data that brings no split of its own are held out.
 *
 * Letters: n rows, c strata (classes, or classes of tasks). */
#ifndef OUBLI_TASKS_HOLDOUT_H
#define OUBLI_TASKS_HOLDOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Draws a share of the rows of each stratum (rounded; at least one of two, none of one), whatever
 * the order of the file: is_out (n) is written, strata (n) are 0 .. c-1.  Returns how many, -1 and
 * err without memory.
 *
 * The draw of a random stream (rng.h) is always the same one, whatever the session's seed: runs
 * with different seeds are measured on the same rows. */
int holdout_draw(bool *is_out, const int *strata, int n, int c, double share, uint64_t stream,
                 struct err *err) __attribute__((warn_unused_result));

#endif
