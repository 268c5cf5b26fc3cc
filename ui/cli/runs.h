/* SPDX-License-Identifier: MIT
 * The runs of one `oubli run`, a seed each, side by side on all cores.
 *
 * As many threads as there are cores take one seed after the other.  The caller's is one of them;
 * about every 10 ms, between two of its own steps, it looks after all: signals, the progress line,
 * and what is done, which is written in the order of seeds.  So a run that is alone needs no other
 * thread, and has all cores to itself.  Runs share nothing and their bits do not depend on the
 * number of cores: what is written is what one after the other would write. */
#ifndef OUBLI_UI_CLI_RUNS_H
#define OUBLI_UI_CLI_RUNS_H

#include "ui/cli/headless.h"

struct runs_job {
    const struct config *config; /* run i has its seed + i */
    const struct script *script;
    const char *record;    /* a file to record into, of one run only; NULL = none */
    const char *resume;    /* a recording to go on with instead of config and script; NULL = none */
    struct save_wish save; /* of one run only */
    bool is_quiet;         /* nobody wants to know how far it is */
    int n;
    void *context;

    /* Keeps what is wanted of run i, in the thread that has trained it.  False and err: it failed.
     */
    bool (*keep)(void *context, int i, struct headless *run, struct err *err);

    /* Writes what was kept of run i, in the caller's thread, in the order of seeds; says on stderr
     * what went wrong.  Returns the exit code; anything but 0 ends all runs. */
    int (*write)(void *context, int i);
};

struct runs_end {
    int n_written;
    int stop;               /* the signal that came: INT, TERM, HUP or QUIT; 0 = none */
    long step, total_steps; /* where the first run was then; 0: not there again yet */
    struct err unsaved;     /* why what was to be saved is not; nothing has been said of it */
};

/* Trains all of them and returns the exit code.  A run that fails is one line on stderr, at its
 * turn: those before it are written, those after it are not.  A signal stops all between two steps;
 * what was done is written then, and the code is 128 + stop, of which nothing has been said. Where
 * memory does not suffice for runs side by side, there are fewer of them. */
int runs_train(const struct runs_job *job, struct runs_end *end);

#endif
