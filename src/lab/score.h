/* SPDX-License-Identifier: MIT
 * The scoreboard: what became of the runs of a session that are over.  A run is one learner's way
 * from the first step; it is over when the session goes back behind what it has measured (also to
 * the start), or when the learner is removed.  Of many the last SCORES_MAX are kept, their curves
 * thinned (score_points). */
#ifndef OUBLI_LAB_SCORE_H
#define OUBLI_LAB_SCORE_H

#include "lab/metrics.h"
#include "lab/track.h"

enum { SCORES_MAX = 48 };

struct run_score {
    int number;  /* of the run: 1 for the first that was over */
    int learner; /* its id */
    char name[LEARNER_NAME_MAX];
    long born, step; /* where it branched off (0: it did not), and how far it came */
    bool is_removed; /* else the session went back */
    bool has_diverged;
    bool knows_on;        /* it is known which strategies were on */
    uint32_t on, ever_on; /* at its end, and at any time */
    double memory;        /* bytes that those of its end kept; NAN = not known */
    struct metrics metrics;
    int n_tasks;
    struct series *accuracy; /* (n_tasks) owned, as the average */
    struct series average;
};

struct scoreboard {
    int n, n_ever;
    struct run_score
        *scores; /* (n) owned, in the order of their numbers; NULL before there is one */
};

/* How many points a curve has at most: 256, fewer where there are many tasks, so that a run takes
 * some 100 kB. */
int score_points(int n_tasks);

void scoreboard_fini(struct scoreboard *board);

/* Makes `board` (empty so far) what `from` is; false when memory is short: end it all the same. */
bool scoreboard_copy(struct scoreboard *board, const struct scoreboard *from)
    __attribute__((warn_unused_result));

/* Takes in a run that is over, with its metrics; false when memory is short: it is not kept. */
bool scoreboard_add(struct scoreboard *board, const struct track *track,
                    const struct metrics *metrics, bool is_removed);

/* The run with that number; NULL if it is not kept. */
const struct run_score *scoreboard_find(const struct scoreboard *board, int number);

#endif
