/* SPDX-License-Identifier: MIT
 * A curve: step rising, values beside it.  Zeroed = empty; the owner frees it. */
#ifndef OUBLI_LAB_SERIES_H
#define OUBLI_LAB_SERIES_H

#include <stdbool.h>

struct series {
    int n, capacity;
    double *step;
    double *value; /* as its probe says it */
};

void series_fini(struct series *series);

/* Adds a point, which may be at the last one's step but not before it; false then, and when memory
 * is short. */
bool series_add(struct series *series, double step, double value);

/* The same, in place of the last point if that is at that step. */
bool series_set(struct series *series, double step, double value);

/* Drops the points after `step`. */
void series_cut(struct series *series, double step);

/* Becomes what `from`, another one, is from `begin` to `end`, both included; false when memory is
 * short, and then it is as it was. */
bool series_copy(struct series *series, const struct series *from, double begin, double end);

/* How many of the points are at or before `step`. */
int series_count(const struct series *series, double step);

/* The last value at or before `step` (NAN if there is none), and the last of all. */
double series_at(const struct series *series, double step);
double series_last(const struct series *series);

/* The step of the last point before `step` (direction -1) or of the first after it (+1); NAN if
 * there is none. */
double series_next(const struct series *series, double step, int direction);

#endif
