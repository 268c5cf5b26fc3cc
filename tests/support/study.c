/* SPDX-License-Identifier: MIT */
#include "support/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strategies/table.h"

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "study: %s: %s\n", what, why);
    abort();
}

static void set_param(struct params *params, const char *setting)
{
    char name[64], value[64];
    enum param_id id = PARAM_COUNT;
    struct err err = {0};
    if (sscanf(setting, "%63[^=]=%63s", name, value) != 2 || !param_find(name, &id)) {
        stop(setting, "NAME=VALUE of a parameter expected");
    }
    if (!param_parse(params, id, value, &err)) {
        stop(setting, err.msg);
    }
}

struct learner_config study_config(const char *settings)
{
    struct learner_config config = {.name = "study", .params = params_default()};
    struct err err = {0};
    char text[256], *rest = text;
    bool is_observed_named = false;
    snprintf(text, sizeof text, "%s", settings);
    for (char *word; (word = strtok_r(rest, " ", &rest));) {
        bool ok = true;
        if (strncmp(word, "on=", 3) == 0) {
            ok = config_parse_strategies(word + 3, &config.on, &err);
        } else if (strncmp(word, "observed=", 9) == 0) {
            ok = config_parse_strategies(word + 9, &config.observed, &err);
            is_observed_named = true;
        } else {
            set_param(&config.params, word);
        }
        if (!ok) {
            stop(word, err.msg);
        }
    }
    if (!is_observed_named) {
        config.observed = config.on;
    }
    return config;
}

static int scenario_of(const char *name)
{
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        if (strcmp(scenario_name((enum scenario)i), name) == 0) {
            return i;
        }
    }
    stop(name, "not a scenario");
    return -1;
}

struct study study_open(const char *suite, int n_tasks, uint64_t seed, const char *settings)
{
    struct study study = {.config = study_config(settings), .seed = seed};
    struct err err = {0};
    char name[32];
    const char *slash = strchr(suite, '/');
    snprintf(name, sizeof name, "%.*s", (int)strcspn(suite, "/"), suite);
    struct suite_config config = {.name = name,
                                  .n_tasks = n_tasks,
                                  .scenario = slash ? scenario_of(slash + 1) : -1,
                                  .seed = seed};
    int batch = (int)study.config.params.value[PARAM_BATCH];
    const char *data = strcmp(name, "kinds") == 0 ? "text" : "digits";
    if (!(study.dataset = dataset_open(data, NULL, &err)) ||
        !(study.suite = suite_create(&config, study.dataset, &err)) ||
        !(study.batches = batches_create(study.suite, batch, seed, &err)) ||
        !(study.feed = feed_create(study.batches, &err))) {
        stop(suite, err.msg);
    }
    study.learner = study_learner(&study);
    return study;
}

void study_close(struct study *study)
{
    learner_destroy(study->learner);
    feed_destroy(study->feed);
    batches_destroy(study->batches);
    suite_destroy(study->suite);
    dataset_close(study->dataset);
}

struct learner *study_learner(const struct study *study)
{
    struct err err = {0};
    struct learner *learner = learner_create(&study->config, study->suite, study->seed, &err);
    if (!learner) {
        stop("learner", err.msg);
    }
    return learner;
}

void study_begin(struct study *study, int stage, int task)
{
    study->stage = stage;
    study->task = task;
    learner_stage_begin(study->learner, stage, task);
    batches_begin(study->batches, stage, task);
    feed_begin(study->feed, 0);
}

bool study_steps(struct study *study, int n)
{
    for (int i = 0; i < n; i++) {
        struct batch batch = feed_next(study->feed);
        study->loss = learner_step(study->learner, &batch);
        if (!isfinite(study->loss)) {
            return false;
        }
    }
    return true;
}

void study_stage(struct study *study, int stage, int task, int n)
{
    study_begin(study, stage, task);
    study_steps(study, n);
    learner_consolidate(study->learner);
}

void study_set(struct study *study, const char *setting)
{
    struct params params = *learner_params(study->learner);
    set_param(&params, setting);
    learner_set(study->learner, &params);
}

void study_switch(struct study *study, const char *strategy, bool on)
{
    int i = strategy_find(strategy);
    if (i < 0) {
        stop(strategy, "not a strategy");
    }
    learner_switch(study->learner, i, on);
}

size_t study_size(const struct study *study)
{
    return learner_network(study->learner)->n_params;
}

double study_norm(const struct study *study)
{
    const real *theta = learner_theta(study->learner);
    double sum = 0;
    for (size_t i = 0; i < study_size(study); i++) {
        sum += (double)theta[i] * (double)theta[i];
    }
    return sqrt(sum);
}

real *study_keep(const struct study *study)
{
    size_t size = study_size(study) * sizeof(real);
    real *kept = malloc(size);
    if (!kept) {
        stop("weights", "no memory");
    }
    memcpy(kept, learner_theta(study->learner), size);
    return kept;
}

bool study_is(const struct study *study, const real *theta)
{
    return memcmp(learner_theta(study->learner), theta, study_size(study) * sizeof(real)) == 0;
}
