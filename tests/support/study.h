/* SPDX-License-Identifier: MIT
 * A study: the digits (text for the suite `kinds`), a suite, its batches and learners on them,
 * without a lab.  For tests; what goes wrong while it is made stops the program with a message. */
#ifndef OUBLI_TESTS_SUPPORT_STUDY_H
#define OUBLI_TESTS_SUPPORT_STUDY_H

#include "lab/learner.h"
#include "tasks/batches.h"
#include "tasks/dataset.h"
#include "tasks/suite.h"

struct study {
    struct dataset *dataset;
    struct suite *suite;
    struct batches *batches;
    struct feed *feed;
    struct learner *learner;
    struct learner_config config;
    uint64_t seed;
    int stage, task;
    double loss; /* of the last step */
};

/* "on=ewc+replay observed=replay optimizer=adam lr=0.001 net=7,5 ...": strategies and parameters,
 * separated by blanks.  Without "observed=" what is on is observed. */
struct learner_config study_config(const char *settings);

/* `suite`: "permuted", "split" ..., with "/task" and so on behind it for a scenario. */
struct study study_open(const char *suite, int n_tasks, uint64_t seed, const char *settings);
void study_close(struct study *study);

/* One more learner of the same config, owned by the caller. */
struct learner *study_learner(const struct study *study);

/* Begins a stage; takes n steps (stops early when the loss is not finite, and returns false
 * then). */
void study_begin(struct study *study, int stage, int task);
bool study_steps(struct study *study, int n);

/* Visits `task` as stage `stage` for n steps and consolidates. */
void study_stage(struct study *study, int stage, int task, int n);

/* Sets one live parameter: "ewc.lambda=3". */
void study_set(struct study *study, const char *setting);
void study_switch(struct study *study, const char *strategy, bool on);

/* |theta| and the number of parameters. */
double study_norm(const struct study *study);
size_t study_size(const struct study *study);

/* A copy of the learner's weights, to be freed; and whether the weights are these bits. */
real *study_keep(const struct study *study);
bool study_is(const struct study *study, const real *theta);

#endif
