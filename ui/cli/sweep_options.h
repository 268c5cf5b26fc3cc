/* SPDX-License-Identifier: MIT
 * The options of `oubli sweep`: what the command line says, for the table of options. */
#ifndef OUBLI_UI_CLI_SWEEP_OPTIONS_H
#define OUBLI_UI_CLI_SWEEP_OPTIONS_H

#include <stdbool.h>

#include "base/err.h"
#include "session/merged.h"

enum { SWEEP_AT_ONCE_MAX = 1024, SWEEP_JOBS_MAX = 1000000 };

/* Who runs the jobs. */
enum sweep_engine { ENGINE_HERE, ENGINE_PARALLEL, ENGINE_SLURM };

/* Texts are borrowed from argv. */
struct sweep_options {
    int n_overs;
    const char *overs[MERGED_KEYS_MAX]; /* "ewc.lambda=1..1e4 log 9" */
    const char *dir;                    /* NULL = not said */
    const char *status;                 /* of which folder; NULL = not asked for */
    int at_once;                        /* --jobs; 0 = as many as cores */
    bool is_worker;                     /* --job: these of the plan, and nothing else */
    long first, last;
    enum sweep_engine engine;
    const char *sshlogin;                   /* of GNU parallel */
    const char *partition, *account, *time; /* of Slurm; NULL = not said */
};

/* ROW(name) for each option of a sweep alone: sweep_take_NAME reads its value.  ERR_USAGE, one
 * line. */
#define SWEEP_OPTION_LIST(ROW)                                                                     \
    ROW(over)                                                                                      \
    ROW(dir)                                                                                       \
    ROW(status)                                                                                    \
    ROW(jobs)                                                                                      \
    ROW(job)                                                                                       \
    ROW(with)                                                                                      \
    ROW(sshlogin)                                                                                  \
    ROW(partition)                                                                                 \
    ROW(account)                                                                                   \
    ROW(time)

/* What only an engine takes is said with that one.  ERR_USAGE. */
bool sweep_options_check(const struct sweep_options *sweep, struct err *err);

#define SWEEP_TAKER(name)                                                                          \
    bool sweep_take_##name(struct sweep_options *sweep, const char *value, struct err *err);
SWEEP_OPTION_LIST(SWEEP_TAKER)
#undef SWEEP_TAKER

#endif
