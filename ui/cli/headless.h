/* SPDX-License-Identifier: MIT
 * One run without a screen: all its learners, from the first step to the last, as fast as it
 * can. */
#ifndef OUBLI_UI_CLI_HEADLESS_H
#define OUBLI_UI_CLI_HEADLESS_H

#include <stdio.h>

#include "lab/lab.h"
#include "lab/timeline.h"

enum { RESULT_TASKS = 8 };

/* What is kept of a learner's run when its lab is gone. */
struct result {
    uint64_t seed;
    char name[LEARNER_NAME_MAX];
    struct metrics metrics;          /* all NAN if it diverged; and ... */
    double validation;               /* ... average on what is held out; NAN: nothing is */
    const struct dataset_kind *kind; /* what it has learned from */
    bool is_stream;
    bool has_diverged;
    long diverged_step;
    int diverged_task;
    double diverged_rate;  /* the learning rate in force */
    double diverged_gauge; /* of EWC's explicit step, where that was not stable; else NAN */
    double diverged_lambda;
    double diverged_alpha; /* of LoRA, where an adapter took the steps; else NAN */
    int n_unlearned, unlearned[RESULT_TASKS]; /* tasks that were not (collapse.h); the first */
    bool is_far;                              /* its steps have thrown the weights away */
    double rate;                              /* the learning rate at the end */
    long steps;                               /* where it stands */
    long steps_taken, samples;                /* by it: a fork's past is its parent's */
    double seconds_training, samples_per_second;
    double step_seconds; /* of its training, NAN if it has done none */
    size_t memory_bytes; /* that the strategies keep that are on at the end */
};

/* How a learner began. */
struct birth {
    int id;
    struct learner_config config;
};

struct headless {
    struct film *film;           /* NULL: not recorded; owned */
    const struct script *script; /* borrowed; NULL = none */
    struct lab *lab;
    long n_before; /* entries of its journal that were there when it was gone on with */
    struct timeline timeline;
    int n_births, births_capacity;
    struct birth *births; /* of all learners so far; owned */
    int n_results;        /* the learners that are there at the end, in the lab's order */
    struct result results[LEARNERS_MAX];
};

/* The curves of a learner of the lab; never NULL. */
const struct track *headless_track(const struct headless *run, int learner);

/* What a learner of the lab had on and set when it began: at the start, or after the commands of
 * the step at which it was forked or added. */
struct learner_config headless_begun(const struct headless *run, int learner);

/* Makes the lab: script and hands are in the options; one that is to be recorded keeps history, so
 * that it can be resumed from where it was.  False and err; call headless_close in any case. */
bool headless_open(struct headless *run, const struct config *config,
                   const struct lab_options *options, struct err *err)
    __attribute__((warn_unused_result));
void headless_close(struct headless *run);

/* The same for a recorded session that was interrupted: the lab stands where it stood, and what
 * comes goes into the same file.  `watch` is told how much of what must be trained again has been;
 * ERR_STOPPED if it gives up. */
bool headless_resume(struct headless *run, const char *path, const struct watch *watch,
                     struct err *err) __attribute__((warn_unused_result));

/* Records what comes into a new file. */
bool headless_record(struct headless *run, const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* Writes what is left of the recording; false and err if something is not in the file. */
bool headless_record_end(struct headless *run, struct err *err) __attribute__((warn_unused_result));

/* Whoever is asked between two steps, at the beginning and then about every 10 ms, in the thread
 * that trains. Returns false to stop. */
struct headless_watch {
    bool (*goes_on)(void *context, struct headless *run);
    void *context;
};

/* Trains to the end (the sequence is over, or no loss is finite) and fills results and timeline.
 * A script's `pause` is left at once.  False if it was stopped; nothing is filled then. */
bool headless_train(struct headless *run, const struct headless_watch *watch)
    __attribute__((warn_unused_result));

/* The task that it is at. */
int headless_task(struct headless *run);

/* Tells what is to be known of how the data was read, and what the script asked for in vain:
 * refused commands, a pause, lines never reached. */
void headless_warn(const struct headless *run, FILE *out);

#endif
