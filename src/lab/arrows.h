/* SPDX-License-Identifier: MIT
 * The exhibit `arrows`: where the features of data that is said again point in the plane of two
 * hidden numbers, and how well each is kept. */
#ifndef OUBLI_LAB_ARROWS_H
#define OUBLI_LAB_ARROWS_H

#include <stdbool.h>

enum { ARROWS_MAX = 16 /* features; further ones are left out */ };

struct arrow {
    int task;     /* whose feature it is */
    float to[2];  /* its row of W */
    bool has_was; /* its task has been learned: */
    float was[2]; /* what the row was at that task's end */
    float bias;   /* of its output */
    float kept;   /* of it alone, 0 .. 1 (net/loss_inputs.c) */
};

struct arrows {
    long step;    /* the moment this is of; MAP_STEP_NOW = the present */
    int learner;  /* id */
    int task;     /* in training then */
    int n_hidden; /* hidden numbers; arrows are there if they are two */
    int n;        /* features, in their order */
    struct arrow arrows[ARROWS_MAX];
};

#endif
