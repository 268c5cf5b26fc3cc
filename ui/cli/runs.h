/* SPDX-License-Identifier: MIT
 * Many runs side by side on all cores: the seeds of one `oubli run`, the jobs of a sweep.
 *
 * As many threads as there are cores take one run after the other.  The caller's is one of them;
 * about every 10 ms, between two of its own steps, it looks after all: signals, the progress line,
 * and what is done, which is written as it is done.  So a run that is alone needs no other thread,
 * and has all cores to itself.  Runs share nothing and their bits do not depend on the number of
 * cores: what is written is what one after the other would write, but for the order. */
#ifndef OUBLI_UI_CLI_RUNS_H
#define OUBLI_UI_CLI_RUNS_H

#include "ui/cli/headless.h"

/* A run that is to begin. */
struct runs_one {
    struct config config;        /* copied; what it points to is borrowed until `end` */
    const struct script *script; /* borrowed until `end` */
    void *own;                   /* of who has begun it */
};

struct runs_job {
    const char *record;    /* a file to record into, of one run only; NULL = none */
    const char *resume;    /* a recording to go on with instead of config and script; NULL = none */
    struct save_wish save; /* of one run only */
    bool is_quiet;         /* how far they are, is not said */
    int n;
    int at_once;       /* so many of them; 0 = as many as cores */
    const char *words; /* what they are, for the progress line: "seeds" */
    void *context;

    /* Says what run i is, in the thread that is to train it.  False and err: it failed. */
    bool (*begin)(void *context, int i, struct runs_one *one, struct err *err);

    /* A run is over that was begun, also one that failed; the same thread. */
    void (*end)(void *context, struct runs_one *one);

    /* Keeps what is wanted of run i, in the thread that has trained it.  False and err: it failed.
     */
    bool (*keep)(void *context, int i, struct headless *run, struct err *err);

    /* Writes what was kept of run i, in the caller's thread; says on stderr what went wrong.
     * Returns the exit code; anything but 0 ends all runs. */
    int (*write)(void *context, int i);

    /* Run i failed; the caller's thread.  Returns the exit code, which ends all runs, or 0: they go
     * on without it. */
    int (*fail)(void *context, int i, const struct err *err);
};

struct runs_end {
    int n_written;
    int stop;               /* the signal that came: INT, TERM, HUP or QUIT; 0 = none */
    long step, total_steps; /* where the first run was then; 0: not there again yet */
    struct err unsaved;     /* why what was to be saved is not; nothing has been said of it */
};

/* Trains all of them and returns the exit code.  A signal stops all between two steps; what was
 * done is written then, and the code is 128 + stop, of which nothing has been said. Where memory
 * does not suffice for runs side by side, there are fewer of them. */
int runs_train(const struct runs_job *job, struct runs_end *end);

/* "SIGTERM" of what stopped them. */
const char *runs_signal_word(int number);

#endif
