/* SPDX-License-Identifier: MIT
 * How far a headless run is, on stderr, once it lasts: one line that is drawn again and again on a
 * terminal; elsewhere (a log file) lines that come more and more rarely. */
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

/* True if it is time to draw again: on a terminal eight times a second, not in the first second;
 * elsewhere after half a minute, a minute, two, four, eight, and then every ten. */
bool progress_is_due(const struct progress *progress, int64_t now_ns);

void progress_draw(struct progress *progress, const struct progress_state *state, int64_t now_ns);

/* Takes the line away, so that others can be written. */
void progress_clear(struct progress *progress);

#endif
