/* SPDX-License-Identifier: MIT
 * Probes: what part of training each takes, as often as it is taken by itself. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "lab/probe.h"
#include "tasks/batches.h"
#include "ui/bench/bench.h"

enum { ROUNDS = 7, STEPS = 30, BESIDE = 4, N_TASKS = 3, TASK = 2 };

/* A learner with two tasks behind it and its third begun. */
struct trained {
    struct config config;
    struct dataset *dataset;
    struct suite *suite;
    struct batches *batches;
    struct feed *feed;
    struct learner *learner;
    struct probing *room;
    real *end[N_TASKS];
    int end_stage[N_TASKS];
};

static double take_steps(struct trained *trained, int n)
{
    int64_t begin = clock_ns();
    for (int i = 0; i < n; i++) {
        struct batch batch = feed_next(trained->feed);
        learner_step(trained->learner, &batch);
    }
    return (double)(clock_ns() - begin);
}

static void begin(struct trained *trained, int task)
{
    batches_begin(trained->batches, task, task);
    feed_begin(trained->feed, 0);
    learner_stage_begin(trained->learner, task, task);
}

static bool train(struct trained *trained)
{
    size_t size = learner_network(trained->learner)->n_params * sizeof(real);
    bool ok = true;
    for (int t = 0; t < TASK; t++) {
        begin(trained, t);
        take_steps(trained, STEPS);
        learner_consolidate(trained->learner);
        trained->end[t] = malloc(size);
        trained->end_stage[t] = t;
        ok = ok && trained->end[t];
        if (ok) {
            memcpy(trained->end[t], learner_theta(trained->learner), size);
        }
    }
    begin(trained, TASK);
    take_steps(trained, STEPS);
    return ok;
}

static bool open_trained(struct trained *trained, const char *data, struct err *err)
{
    struct config *config = &trained->config;
    *config = config_default();
    config->data = data;
    const struct dataset_kind *kind = dataset_kind_of(data, err);
    if (!kind) {
        return false;
    }
    config_resolve(config, kind);
    const struct params *params = &config->learners[0].params;
    config->learners[0].observed = config_observed_by_default();
    struct dataset_options options = {.context = (int)params->value[PARAM_CONTEXT]};
    struct suite_config suite = {config->suite, N_TASKS, -1, 0, false};
    return (trained->dataset = dataset_open(data, &options, err)) &&
           (trained->suite = suite_create(&suite, trained->dataset, err)) &&
           (trained->batches =
                batches_create(trained->suite, (int)params->value[PARAM_BATCH], 0, err)) &&
           (trained->feed = feed_create(trained->batches, err)) &&
           (trained->learner = learner_create(&config->learners[0], trained->suite, 0, err)) &&
           (trained->room =
                probing_create(learner_network(trained->learner), trained->suite, err)) &&
           (train(trained) || err_set(err, ERR_FAILED, "memory: none left for a bench"));
}

static void close_trained(struct trained *trained)
{
    for (int t = 0; t < N_TASKS; t++) {
        free(trained->end[t]);
    }
    probing_destroy(trained->room);
    learner_destroy(trained->learner);
    feed_destroy(trained->feed);
    batches_destroy(trained->batches);
    suite_destroy(trained->suite);
    dataset_close(trained->dataset);
}

/* What part of the steps between two of its turns it takes, in percent. */
static double measure(struct trained *trained, enum probe_id id)
{
    const struct probe *probe = probe_at(id);
    struct probed probed = {.learner = trained->learner,
                            .suite = trained->suite,
                            .stage = TASK,
                            .task = TASK,
                            .stage_start = trained->end[TASK - 1],
                            .importance = learner_importance(trained->learner),
                            .room = trained->room,
                            .n_tasks = N_TASKS,
                            .task_end = trained->end,
                            .end_stage = trained->end_stage};
    struct findings findings = {.probe = id};
    double parts[ROUNDS];
    int rows = (int)trained->config.learners[0].params.value[PARAM_BATCH];
    double interval = (double)probe_interval(probe, probe_cost(probe, &probed), rows);
    double times = probe->when == PROBE_AT_STEPS ? PROBE_STEPS : 1;
    for (int i = 0; i < ROUNDS; i++) {
        double step = take_steps(trained, BESIDE) / BESIDE;
        int64_t begun = clock_ns();
        probe_take(probe, &probed, &findings);
        parts[i] = 100 * times * (double)(clock_ns() - begun) / (interval * step);
        findings.n = 0;
    }
    findings_fini(&findings);
    return bench_quantile(parts, ROUNDS, 0.5);
}

bool bench_probes(struct bench *bench, struct err *err)
{
    static const char *const data[] = {"digits", "text"};
    bool ok = true;
    for (size_t d = 0; ok && d < sizeof data / sizeof *data; d++) {
        struct trained trained = {.room = NULL};
        ok = open_trained(&trained, data[d], err);
        for (int p = 0; ok && p < PROBE_COUNT; p++) {
            if (probe_at((enum probe_id)p)->when != PROBE_ALWAYS) {
                struct bench_figure figure = {.figure = "probe_of_training",
                                              .unit = "%",
                                              .target = 1,
                                              .n = ROUNDS,
                                              .value = measure(&trained, (enum probe_id)p)};
                bench_add(bench, figure, "%s, %s", probe_at((enum probe_id)p)->name, data[d]);
            }
        }
        close_trained(&trained);
    }
    return ok;
}
