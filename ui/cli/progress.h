/* SPDX-License-Identifier: MIT
 * One line on stderr that says how far a headless run is; only on a terminal, and only once it
 * lasts. */
#ifndef OUBLI_UI_CLI_PROGRESS_H
#define OUBLI_UI_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool is_terminal, is_shown;
    int seed, n_seeds; /* which of the runs this is, from 0 */
    int64_t begin_ns, drawn_ns;
};

/* Where the present run is. */
struct progress_state {
    int task;         /* -1: not known */
    const char *unit; /* what it counts: "step" */
    long step, total_steps;
    double samples_per_second; /* 0: not known */
};

/* Begins to count the time of `n_seeds` runs. */
struct progress progress_begin(int n_seeds);

/* True if it is time to draw again (eight times a second, not in the first second). */
bool progress_is_due(const struct progress *progress, int64_t now_ns);

void progress_draw(struct progress *progress, const struct progress_state *state, int64_t now_ns);

/* Takes the line away, so that others can be written. */
void progress_clear(struct progress *progress);

#endif
