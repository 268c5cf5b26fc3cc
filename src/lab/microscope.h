/* SPDX-License-Identifier: MIT
 * The exhibit `microscope`: single weights, what has been pushed and pulled at them since the
 * stage began (pull.h, trail.h), and what they were when tasks had been learned.
 *
 * Number 0 is the weight that is asked for; behind it stand those that show best what springs do
 * (springs.h), so that whoever looks can go to them, also in a recording. */
#ifndef OUBLI_LAB_MICROSCOPE_H
#define OUBLI_LAB_MICROSCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/param.h"
#include "lab/config.h"
#include "lab/springs.h"
#include "lab/trail.h"

enum {
    MICROSCOPE_TOP = 5, /* of each rule, at most */
    MICROSCOPE_WEIGHTS_MAX = 1 + SPRING_RULES * MICROSCOPE_TOP,
    MICROSCOPE_POINTS_MAX = TRAIL_POINTS_MAX + 1,
    MICROSCOPE_ENDS_MAX = 8,
    WEIGHT_CHOICE_TEXT_MAX = 72
};

/* Which weight.  "held", "held:2", "1:43:68" (layer, from, to; all from 1), "1:41-44:67-69": of
 * these the one whose colour a cell of the heatmap has. */
struct weight_choice {
    bool is_by_rule;
    enum spring_rule rule; /* then: the best of it, ... */
    int rank;              /* ... from 0 */
    int part;              /* else: of the network ... */
    int rows[2], cols[2];  /* ... inputs and units, the first and the last */
};

/* False if the word is none. */
bool weight_choice_parse(const char *word, struct weight_choice *choice);
char *weight_choice_format(const struct weight_choice *choice, char *buf, size_t size);
bool weight_choice_equal(const struct weight_choice *a, const struct weight_choice *b);
struct weight_choice weight_choice_at(int part, int row, int col);

struct seen_weight {
    int rule, rank;     /* which of the best it is; rule -1: the one that was asked for */
    int part, row, col; /* of the network; of the part: input and unit */
    int n_rows, n_cols; /* of the part */
    float value[MICROSCOPE_POINTS_MAX], pull[MICROSCOPE_POINTS_MAX]; /* pull: since the first */
    float end[MICROSCOPE_ENDS_MAX];        /* its value when that task had been learned */
    float importance[MICROSCOPE_ENDS_MAX]; /* Fisher, as EWC found it then; NAN = not known */
    float
        top[MICROSCOPE_ENDS_MAX]; /* share of weights that mattered more, 0 .. 1; NAN = not known */
    float moved_of[LEARNERS_MAX]; /* since the stage began, in other learners; NAN = not known */
};

struct microscope {
    struct weight_choice asked;
    long step;               /* the moment this is of */
    int learner;             /* id */
    int stage, task;         /* in training then */
    long begin;              /* the step from which pushes and pulls are added up: */
    bool is_whole;           /* the beginning of the stage */
    bool is_through_adapter; /* LoRA took steps: what pulled cannot be told from what pushed, and
                                the weight is the effective one */
    bool has_pulled;         /* anything at any weight */
    char springs[40];        /* the strategies that pull, or would: "EWC"; "" = none is on */
    int cell[2];             /* inputs and units that were asked for: 1, 1 = one weight */
    int n_points, at;        /* at: the point of the moment */
    long done[MICROSCOPE_POINTS_MAX]; /* steps since `begin` */
    int n_ends, end_task[MICROSCOPE_ENDS_MAX];
    int n_others, other[LEARNERS_MAX]; /* ids */
    int n;
    struct seen_weight weights[MICROSCOPE_WEIGHTS_MAX];
};

/* At a point: what has moved it since the first.  push + pull = moved. */
struct forces {
    double push, pull, moved;
};
struct forces seen_forces(const struct seen_weight *weight, int point);

/* The number of the weight that answers a choice, -1 = it is not among them (yet). */
int microscope_find(const struct microscope *microscope, const struct weight_choice *choice);

#endif
