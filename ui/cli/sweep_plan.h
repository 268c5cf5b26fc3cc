/* SPDX-License-Identifier: MIT
 * The plan of a sweep: its jobs, numbered from 0, and the file that keeps it.
 *
 * A job is a point (a value of each key that is varied) and a seed: what `oubli run` would do with
 * the options of the sweep, those values and that seed.  Seeds go fastest, then the last key.
 * DIR/plan.json is written once, as a whole; who begins a sweep in DIR must mean the same. */
#ifndef OUBLI_UI_CLI_SWEEP_PLAN_H
#define OUBLI_UI_CLI_SWEEP_PLAN_H

#include <stdint.h>

#include "ui/cli/options.h"
#include "ui/cli/over.h"

struct sweep_plan {
    char *dir;     /* owned, as all texts here */
    char *command; /* the command line, as a shell takes it */
    char *version; /* of who made it */
    int n_args;
    char **args; /* (n_args) options of a run that all jobs have: "--tasks=2" */
    int n_overs;
    struct over overs[MERGED_KEYS_MAX];
    char *specs[MERGED_KEYS_MAX]; /* what the overs borrow from */
    uint64_t seed;                /* of the first job of each point */
    int n_seeds;
};

/* What a command line says.  False and err (ERR_USAGE); call sweep_plan_fini in any case. */
bool sweep_plan_make(struct sweep_plan *plan, const struct options *options, struct err *err)
    __attribute__((warn_unused_result));

/* The plan in a folder; false and err if there is none, or it makes no sense. */
bool sweep_plan_load(struct sweep_plan *plan, const char *dir, struct err *err)
    __attribute__((warn_unused_result));

/* True if there is a plan in the folder. */
bool sweep_plan_is_there(const char *dir);

/* Makes the folder, unless it is there. */
bool sweep_plan_make_folder(const char *dir, struct err *err) __attribute__((warn_unused_result));

/* Writes it into its folder, which is there. */
bool sweep_plan_save(const struct sweep_plan *plan, struct err *err)
    __attribute__((warn_unused_result));

/* True if both are of the same jobs; else err is one line that says what differs. */
bool sweep_plan_is_same(const struct sweep_plan *there, const struct sweep_plan *asked,
                        struct err *err) __attribute__((warn_unused_result));

void sweep_plan_fini(struct sweep_plan *plan);

long sweep_plan_points(const struct sweep_plan *plan);
long sweep_plan_jobs(const struct sweep_plan *plan);

/* Which value of key k a point has, as an index. */
int sweep_plan_value(const struct sweep_plan *plan, long point, int k);
uint64_t sweep_plan_seed(const struct sweep_plan *plan, long job);

/* "ewc.lambda=10 strategy=ewc" of a point; with " seed=3" of a job.  Return text. */
char *sweep_plan_point_text(const struct sweep_plan *plan, long point, char *text, size_t size);
char *sweep_plan_job_text(const struct sweep_plan *plan, long job, char *text, size_t size);

/* A job as a command line of oubli run, read. */
struct swept {
    struct options options;
    int n_words;
    char **words; /* (n_words) owned; what the options borrow from */
};

/* Returns owned; NULL and err where oubli run would refuse it, which names the key at fault. */
struct swept *swept_make(const struct sweep_plan *plan, long job, struct err *err)
    __attribute__((warn_unused_result));
void swept_free(struct swept *swept);

#endif
