/* SPDX-License-Identifier: MIT
 * How far a run without a screen is, said on stderr, and only once it lasts.
 *
 * On a terminal it is one line that is drawn over and over and taken away at the end.  In a file, a
 * pipe or the log of a batch job it is a line of its own now and then: the first after ten seconds,
 * then each time a tenth more has passed, at least ten seconds and at most ten minutes later. */
#ifndef OUBLI_UI_CLI_PROGRESS_H
#define OUBLI_UI_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool is_quiet; /* nothing is said at all */
    bool is_terminal, is_shown;
    int n_seeds;       /* runs, a seed each ... */
    const char *words; /* ... unless they are called otherwise: "runs"; NULL: "seeds" */
    double from;       /* the part of all that had been done when it began */
    int64_t begin_ns, drawn_ns;
};

/* Where they are; of several runs only how many are done is said. */
struct progress_state {
    double fraction;           /* of all that is to be done, 0 .. 1; NAN: not known */
    int n_done;                /* seeds */
    int task;                  /* -1: not known */
    const char *unit;          /* what it counts: "step"; NULL: nothing */
    long step, total_steps;    /* 0: not known */
    double samples_per_second; /* 0: not known */
};

/* Begins to count the time of `n_seeds` runs. */
struct progress progress_begin(int n_seeds, bool is_quiet);

/* True if it is time to draw again: on a terminal eight times a second, not in the first second. */
bool progress_is_due(const struct progress *progress, int64_t now_ns);

void progress_draw(struct progress *progress, const struct progress_state *state, int64_t now_ns);

/* Takes the line away, so that others can be written. */
void progress_clear(struct progress *progress);

#endif
