/* SPDX-License-Identifier: MIT
 * The ways in which the jobs of a sweep are done, and what is said of them. */
#ifndef OUBLI_UI_CLI_SWEEP_H
#define OUBLI_UI_CLI_SWEEP_H

#include "ui/cli/ledger.h"
#include "ui/cli/sweep_plan.h"

/* Jobs that are to be done. */
struct sweep_call {
    const struct sweep_plan *plan;
    const struct sweep_options *options;
    bool is_quiet;    /* how far it is, is not said */
    const long *jobs; /* (n) rising */
    int n;
};

/* Looks whether oubli run would take every point of a plan: options, and what making a session
 * finds, of every point where there are few, else of every value once. ERR_USAGE or as the session
 * says, naming the key. Of many points it says how far it is; a signal ends it, of which `stop` is
 * the number, else 0. */
bool sweep_check(const struct sweep_plan *plan, bool is_quiet, int *stop, struct err *err)
    __attribute__((warn_unused_result));

/* Trains them in this process, side by side.  Returns the exit code; a job that fails is no reason
 * for another one than 0. */
int sweep_here(const struct sweep_call *call);

/* Has GNU parallel start workers for them, and waits for it. */
int sweep_with_parallel(const struct sweep_call *call);

/* Submits one array job of workers, and does not wait. */
int sweep_with_slurm(const struct sweep_call *call);

/* About how many seconds one of the jobs takes on a core: the longest of some, tried for a moment
 * each.  False and err if none can be begun. */
bool sweep_seconds(const struct sweep_call *call, double *seconds, struct err *err)
    __attribute__((warn_unused_result));

/* Prints how far a sweep is, what failed and why; returns the exit code. */
int sweep_status(const char *dir);

#endif
