/* SPDX-License-Identifier: MIT
 * JSON: a learner's run as one object on one line, and the program's tables as arrays of objects.
 *
 * Accuracies are fractions with ten digits; what is not a number is null; two equal runs give
 * equal bytes but for seconds_training and samples_per_second. */
#ifndef OUBLI_UI_CLI_JSON_H
#define OUBLI_UI_CLI_JSON_H

#include <stdio.h>

#include "lab/config.h"
#include "lab/timeline.h"

/* A learner's run: what its line is made of, wherever that comes from.  All borrowed. */
struct json_run {
    const struct journal *journal;
    const struct timeline *timeline;
    const struct track *track;   /* the learner's */
    const struct config *config; /* of the session */
    const struct script *script; /* of it; NULL = none */
    int arithmetic;              /* LAB_ARITHMETIC of who has trained it */
    struct learner_config begun; /* as the learner began */
    uint32_t on;                 /* strategies that are on at the end */
    const char *suite, *scenario;
    bool is_task_given;              /* by the scenario */
    const char *const *task_names;   /* (n_tasks); NULL = not known */
    int n_stages;                    /* planned */
    char net[128];                   /* shape of the network, "64-100-100-10"; "" = not known */
    int n_parts;                     /* of it */
    double drift[NETWORK_PARTS_MAX]; /* since the end of the first stage; NAN = not known */
    bool has_diverged;
    long diverged_step, steps;
    struct metrics metrics;
    size_t memory_bytes;
    int n_classes;
    char *const *class_names;     /* (n_classes) */
    const double *class_accuracy; /* (n_tasks, n_classes) at the end; NULL = not known */
    double seconds_training, samples_per_second; /* NAN = not known */
    const char *version, *build, *blas_core;
};

/* Writes the line.  False and err if memory is short. */
bool json_run(FILE *out, const struct json_run *run, struct err *err)
    __attribute__((warn_unused_result));

/* Writes the array behind a topic of `oubli list`; `topic` is one that is listed. */
bool json_list(FILE *out, const char *topic, struct err *err) __attribute__((warn_unused_result));

#endif
