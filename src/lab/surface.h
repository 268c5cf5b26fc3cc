/* SPDX-License-Identifier: MIT
 * The exhibit `surface`: what a learner answers everywhere in the plane, and test points on it.
 *
 * Row 0 is the top; cell (i, j) is the answer in its middle. */
#ifndef OUBLI_LAB_SURFACE_H
#define OUBLI_LAB_SURFACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SURFACE_ROWS_MAX = 128,
    SURFACE_COLS_MAX = 256,
    SURFACE_POINTS_MAX = 512,
    SURFACE_POINTS_EACH = 40, /* of a task, at most */
    SURFACE_REPLAYED_MAX = 64,
    SURFACE_CLASSES = 32, /* further ones begin anew at 0 */
    SURFACE_LEVELS = 8
};

struct surface_point {
    uint8_t x, y;  /* in 1/255 of the part of the plane that is shown, from the left and the top */
    int task;      /* whose example it is */
    int label;     /* its class, 0 .. SURFACE_CLASSES-1 */
    bool is_right; /* what is answered there is that class */
};

struct surface {
    long step;             /* the moment this is of; MAP_STEP_NOW = the present */
    int learner;           /* id */
    int task;              /* as whose input a place was taken */
    int n_classes;         /* that can be answered, at most SURFACE_CLASSES */
    float low[2], high[2]; /* the part of the plane: x and y of its edges */
    int rows, cols;        /* of cells */
    int n_points;          /* the same of each task, in every surface of a session */
    int n_replayed;        /* training examples of the last step that were not of its batch */
    struct surface_point points[SURFACE_POINTS_MAX];
    struct surface_point replayed[SURFACE_REPLAYED_MAX];
    uint8_t cells[SURFACE_ROWS_MAX * SURFACE_COLS_MAX]; /* (rows, cols) class and how sure */
};

/* A cell: the class that is answered, and how sure: 0 no better than a guess .. SURFACE_LEVELS-1
 * certain. */
static inline uint8_t surface_cell(int class, int level)
{
    return (uint8_t)(class * SURFACE_LEVELS + level);
}

#endif
