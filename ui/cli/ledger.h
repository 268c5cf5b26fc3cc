/* SPDX-License-Identifier: MIT
 * What has come of the jobs of a sweep, in its folder.
 *
 *   runs/HOST-PID-N.jsonl    finished runs: of each job a line for each learner, as `oubli run
 *                            --json` has it, behind "job" and "learners" (how many lines it has)
 *   events/HOST-PID-N.jsonl  what else happened: {"job", "event": begun | failed | stopped, "time",
 *                            "why"}
 *
 * Each worker appends to two files of its own, the lines of a job at once, so whatever kills it
 * keeps what was finished.  A job is done when all its lines are there, whole: a torn one counts
 * for nothing, and of a job that was done twice the first counts, in the order of files' names.  A
 * worker holds a lock on its file of events while it lives. */
#ifndef OUBLI_UI_CLI_LEDGER_H
#define OUBLI_UI_CLI_LEDGER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/err.h"

/* ---- writing ---- */

struct ledger {
    pthread_mutex_t lock;
    int lines, events; /* files */
    off_t length;      /* of the whole lines */
    int64_t synced_ns;
    int broken;     /* errno with which lines do not fit any more; 0 = they do */
    char *dir;      /* owned */
    char name[160]; /* "HOST-PID-N.jsonl" */
};

/* False and err; call ledger_end in any case. */
bool ledger_begin(struct ledger *ledger, const char *dir, struct err *err)
    __attribute__((warn_unused_result));
void ledger_end(struct ledger *ledger);

/* Appends what was printed of a finished job, as `oubli run --json` has it.  False and err if it
 * does not fit: nothing of it is kept then.  Any thread. */
bool ledger_add(struct ledger *ledger, long job, int n_learners, const char *lines, struct err *err)
    __attribute__((warn_unused_result));

/* True if something did not fit: nothing else will.  Any thread. */
bool ledger_is_broken(struct ledger *ledger);

/* "begun", "failed", "stopped"; why: NULL = nothing to say.  What does not fit is lost, for it
 * changes no result.  Any thread. */
void ledger_note(struct ledger *ledger, long job, const char *event, const char *why);

/* ---- reading ---- */

enum job_state {
    JOB_WAITING,
    JOB_AT_WORK,     /* begun, by a worker that lives */
    JOB_INTERRUPTED, /* begun, by one that does not */
    JOB_STOPPED,     /* by a signal it had time to write down */
    JOB_FAILED,
    JOB_DONE,
    JOB_STATES
};

struct job_entry {
    enum job_state state;
    int64_t time; /* of the last event, seconds since 1970 */
    char *why;    /* owned; NULL = nothing was said */
    int file;     /* of a job that is done: where its lines are */
    off_t offset;
    int n_learners;
};

struct ledger_state {
    long n; /* jobs */
    struct job_entry *jobs;
    long count[JOB_STATES];
    int n_files;
    char **files; /* paths of finished runs */
};

/* Reads the folder of a sweep of n jobs.  A folder without any is that of a sweep of which nothing
 * was done.  False and err; call ledger_state_fini in any case. */
bool ledger_read(struct ledger_state *state, const char *dir, long n, struct err *err)
    __attribute__((warn_unused_result));
void ledger_state_fini(struct ledger_state *state);

#endif
