/* SPDX-License-Identifier: MIT
 * The trail of a learner through a stage: its weights, and what springs have pulled at them
 * (pull.h), at steps as evenly apart as there is room for, from the beginning of the stage on.
 *
 * It is kept only for whoever is under the microscope: for a step it costs two passes over the
 * parameters where a spring is on, and two copies of them at a point.  Changes nothing that trains.
 *
 * One owner, and called by the thread that trains its learner.  P parameters. */
#ifndef OUBLI_LAB_TRAIL_H
#define OUBLI_LAB_TRAIL_H

#include "base/arena.h"
#include "lab/pull.h"

enum { TRAIL_POINTS_MAX = 65 };

struct trail {
    struct arena arena;
    struct pull pull; /* up to the last step */
    int stage;
    long from;   /* steps of the stage that had been done at its first point; 0: it is whole */
    long n_done; /* steps since then */
    long stride; /* between two points */
    int n_points, capacity;
    real *theta[TRAIL_POINTS_MAX]; /* (n_points) (P) after `stride` times that many steps */
    real *sum[TRAIL_POINTS_MAX];   /* the same of what was pulled */
    real *last;                    /* (P) when steps were taken last */
};

/* For a learner of n parameters; it has to begin.  Returns owned; NULL when memory is short. */
struct trail *trail_create(enum optimizer_kind kind, size_t n);
void trail_destroy(struct trail *trail);

/* One of its own, and the same; NULL when memory is short. */
struct trail *trail_clone(const struct trail *trail);

/* Begins anew in a stage of which `from` steps have been done. */
void trail_begin(struct trail *trail, int stage, long from, const real *theta);

/* Steps are taken from here on, and have been: between the two nobody else touches the weights.
 * Where somebody has, before, what was added up does not lead here: it begins anew.
 *
 * `expected`: steps of the stage, if it is at its first point; points are then as far apart from
 * the start as so many need.  0: each is one until they are too many, then every other one goes. */
void trail_resume(struct trail *trail, const real *theta, long expected);
void trail_pause(struct trail *trail, const real *theta);

/* A step has been taken. */
void trail_step(struct trail *trail, const real *theta);

/* The number of the last point that is not after so many steps since it began. */
int trail_point(const struct trail *trail, long n_done);

#endif
