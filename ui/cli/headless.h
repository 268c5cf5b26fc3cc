/* SPDX-License-Identifier: MIT
 * One run without a screen: from the first step to the last, as fast as it can. */
#ifndef OUBLI_UI_CLI_HEADLESS_H
#define OUBLI_UI_CLI_HEADLESS_H

#include "lab/chronicle.h"
#include "lab/lab.h"
#include "ui/cli/progress.h"

/* What is kept of a run when its lab is gone. */
struct result {
    uint64_t seed;
    struct metrics metrics; /* all NAN if it diverged */
    bool has_diverged;
    long diverged_step;
    int diverged_task;
    double diverged_rate; /* the learning rate in force */
    long steps, samples;
    double seconds_training, samples_per_second;
};

struct run {
    const struct script *script; /* borrowed */
    struct lab *lab;
    struct chronicle chronicle;
    struct result result;
};

/* The curves of a learner of the lab; never NULL. */
const struct track *run_track(const struct run *run, int learner);

/* Makes the lab.  False and err; call run_close in any case. */
bool run_open(struct run *run, const struct config *config, const struct script *script,
              struct err *err) __attribute__((warn_unused_result));
void run_close(struct run *run);

/* Trains to the end (the sequence is over, or the loss is not finite) and fills result and
 * chronicle.  A script's `pause` is left at once.  Returns 0, or the number of the signal that
 * came: INT, TERM, HUP or QUIT, which from here on stop a run between two steps. */
int run_train(struct run *run, struct progress *progress);

/* Says on stderr what the script asked for in vain: refused commands, a pause, lines never
 * reached. */
void run_warn(const struct run *run);

#endif
