/* SPDX-License-Identifier: MIT
 * Views: how a task sees the features, x'[i] = sum_k weight[i*taps+k] * x[from[i*taps+k]].
 *
 * d features.  Private to src/tasks; suites own them. */
#ifndef OUBLI_TASKS_VIEWS_H
#define OUBLI_TASKS_VIEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/real.h"
#include "tasks/dataset.h"

enum { VIEW_TAPS_IDENTITY = 0, VIEW_TAPS_PERMUTATION = 1, VIEW_TAPS_ROTATION = 4 };

/* Zero is the identity. */
struct view {
    int taps;
    const int *from;    /* (d, taps) */
    const real *weight; /* (d, taps); of a permutation NULL: all are 1 */
};

/* Counts the arena's room for `n` views; false on overflow. */
bool view_size_add(size_t *total, size_t n, int taps, int d) __attribute__((warn_unused_result));

/* The permutation of `task`: x'[i] = x[perm[i]], perm shuffled with stream 10+task of the seed. */
struct view view_permutation(struct arena *arena, uint64_t seed, int task, int d);

/* The image (d pixels) turned counter-clockwise around its centre; bilinear, 0 outside. */
struct view view_rotation(struct arena *arena, double degrees, int width, int height);

/* A point of the plane (d = 2) turned counter-clockwise around the origin. */
struct view view_turn(struct arena *arena, double degrees);

/* Features first .. first+n-1 of d as they are, the others 0. */
struct view view_part(struct arena *arena, int first, int n, int d);

/* Rows first .. first+n-1 of `examples` as seen: x (n, d).  Never allocates. */
void view_rows(const struct view *view, const struct examples *examples, int d, size_t first,
               size_t n, real *x);

#endif
