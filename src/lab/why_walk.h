/* SPDX-License-Identifier: MIT
 * The way through a window of steps, for the exhibit `why`: they are taken again in another run,
 * which is brought to where the window begins and on to where it ends; on the way the weights are
 * kept that halves of it begin with.  Private to the lab. */
#ifndef OUBLI_LAB_WHY_WALK_H
#define OUBLI_LAB_WHY_WALK_H

#include "lab/evaluator.h"
#include "lab/lab_inside.h"

enum {
    WHY_STOPS_MAX = 5,  /* 10, 5, 2, 1 steps before the end, and the end */
    WHY_TASKS_MAX = 16, /* old ones that are looked at */
};

struct why_walk {
    struct lab *lab;
    struct run *run;                   /* owned; at the last stop */
    int learner;                       /* id, in that run */
    int n_commands;                    /* of the log that have been carried out */
    int n_stops;                       /* the last one is the end */
    long steps[WHY_STOPS_MAX];         /* where they are, ... */
    int commands[WHY_STOPS_MAX];       /* ... and how many commands came before each */
    int n_tasks, tasks[WHY_TASKS_MAX]; /* old ones, the one before this first ... */
    bool is_of_all;                    /* ... and all of them */
    bool is_moved[WHY_TASKS_MAX];      /* it is answered for by the weights that are kept */
    real *theta[WHY_STOPS_MAX];        /* (P) that answered for the first of them then */
    real *first; /* (P) those when the stage began; has_first: they are kept */
    bool has_first;
    int first_commands;          /* that came before it */
    real *scratch;               /* (2 P) */
    real *memory;                /* owned: all of these */
    struct evaluator *evaluator; /* owned */
};

struct member *why_member(const struct why_walk *walk);
const struct network *why_network(const struct why_walk *walk);

/* The step of the moment that is looked at, and where its stage begins; false where nothing is kept
 * of it. */
bool why_moment(const struct lab *lab, long *asked, long *begin, long *end);

/* Goes through the widest window that may be between `begin` of its stage and `end`.  False where
 * there is none, or nothing can be said of it; why_walk_end in either case. */
bool why_walk_through(struct why_walk *walk, struct lab *lab, long begin, long end);
void why_walk_end(struct why_walk *walk);

/* True if nothing but training moved the answers since so many commands. */
bool why_is_training_alone(const struct why_walk *walk, int n_commands);

#endif
