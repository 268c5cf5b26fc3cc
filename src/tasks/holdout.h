/* SPDX-License-Identifier: MIT
 * Which rows of a table that brings no split of its own are held out for testing.
 *
 * Letters: n rows, c classes. */
#ifndef OUBLI_TASKS_HOLDOUT_H
#define OUBLI_TASKS_HOLDOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Draws a fifth of the rows of each class (rounded; at least one of two, none of one), whatever the
 * order of the file: is_test (n) is written, classes (n) are 0 .. c-1.  Returns how many, -1 and
 * err without memory.
 *
 * The draw is always the same one, whatever the session's seed: runs with different seeds are
 * measured on the same rows. */
int holdout_draw(bool *is_test, const uint16_t *classes, int n, int c, struct err *err)
    __attribute__((warn_unused_result));

#endif
