/* SPDX-License-Identifier: MIT
 * Points in the plane, made from a seed: data one can see whole.
 *
 *   moons, spirals, rings   two classes; group t is the same shape at its own place, turned its own
 *                           way: a task that one network can learn beside all the others
 *   blobs                   ten classes, a heap each, for the suite split: no groups
 *
 * Labels alternate, so that any run of examples is balanced. */
#ifndef OUBLI_TASKS_PLANE_H
#define OUBLI_TASKS_PLANE_H

#include <stdint.h>

#include "base/err.h"

enum plane_shape { PLANE_MOONS, PLANE_SPIRALS, PLANE_RINGS, PLANE_BLOBS, PLANE_SHAPES };

struct dataset;

/* Returns owned, NULL and err without memory. */
struct dataset *plane_open(enum plane_shape shape, uint64_t seed, struct err *err)
    __attribute__((warn_unused_result));

#endif
