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
    struct ends ends;
    real *importance; /* after the first task; NULL: there is none */
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

static real *copy_of(const struct trained *trained, const real *vector)
{
    size_t size = learner_network(trained->learner)->n_params * sizeof *vector;
    real *copy = vector ? malloc(size) : NULL;
    return copy ? memcpy(copy, vector, size) : NULL;
}

static bool train(struct trained *trained)
{
    for (int t = 0; t < TASK; t++) {
        begin(trained, t);
        take_steps(trained, STEPS);
        learner_consolidate(trained->learner);
        ends_keep(&trained->ends, t, t, learner_theta(trained->learner),
                  learner_network(trained->learner)->n_params, N_TASKS);
        trained->importance =
            t == 0 ? copy_of(trained, learner_importance(trained->learner)) : trained->importance;
    }
    begin(trained, TASK);
    take_steps(trained, STEPS);
    return trained->ends.n == TASK;
}

/* What is trained; of `split` tasks have outputs of their own, which some probes look at. */
static const struct {
    const char *data, *suite; /* NULL: the dataset's own */
} cases[] = {{"digits", NULL}, {"digits", "split"}, {"text", NULL}};

static bool open_trained(struct trained *trained, int i, struct err *err)
{
    const char *data = cases[i].data;
    struct config *config = &trained->config;
    *config = config_default();
    config->data = data;
    config->suite = cases[i].suite;
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
    ends_fini(&trained->ends);
    free(trained->importance);
    probing_destroy(trained->room);
    learner_destroy(trained->learner);
    feed_destroy(trained->feed);
    batches_destroy(trained->batches);
    suite_destroy(trained->suite);
    dataset_close(trained->dataset);
}

/* What part of the steps between two of its turns it takes, in percent; NAN: it has nothing to say.
 */
static double measure(struct trained *trained, enum probe_id id)
{
    const struct probe *probe = probe_at(id);
    struct probed probed = {.learner = trained->learner,
                            .suite = trained->suite,
                            .stage = TASK,
                            .task = TASK,
                            .stage_start = trained->ends.list[TASK - 1].theta,
                            .importance = trained->importance,
                            .room = trained->room,
                            .n_tasks = N_TASKS,
                            .ends = &trained->ends};
    struct findings findings = {.probe = id};
    double parts[ROUNDS];
    int rows = (int)trained->config.learners[0].params.value[PARAM_BATCH];
    double interval = (double)probe_interval(
        probe, probe_cost(probe, &probed), probe_room(learner_network(trained->learner), rows, 0));
    double times = probe->when == PROBE_AT_STEPS ? PROBE_STEPS : 1;
    bool has_said = false;
    for (int i = 0; i < ROUNDS; i++) {
        double step = take_steps(trained, BESIDE) / BESIDE;
        int64_t begun = clock_ns();
        probe_take(probe, &probed, &findings);
        parts[i] = 100 * times * (double)(clock_ns() - begun) / (interval * step);
        has_said |= findings.n > 0;
        findings.n = 0;
    }
    findings_fini(&findings);
    return has_said ? bench_quantile(parts, ROUNDS, 0.5) : (double)NAN;
}

static void add(struct bench *bench, enum probe_id id, int i, double part)
{
    struct bench_figure figure = {
        .figure = "probe_of_training", .unit = "%", .target = 1, .n = ROUNDS, .value = part};
    bench_add(bench, figure, "%s, %s%s%s", probe_at(id)->name, cases[i].suite ? cases[i].suite : "",
              cases[i].suite ? " " : "", cases[i].data);
}

bool bench_probes(struct bench *bench, struct err *err)
{
    bool ok = true;
    for (int i = 0; ok && i < (int)(sizeof cases / sizeof *cases); i++) {
        struct trained trained = {.room = NULL};
        ok = open_trained(&trained, i, err);
        for (enum probe_id p = 0; ok && p < PROBE_COUNT; p++) {
            bool is_taken = probe_at(p)->when != PROBE_ALWAYS;
            double part = is_taken ? measure(&trained, p) : (double)NAN;
            if (!isnan(part)) {
                add(bench, p, i, part);
            }
        }
        close_trained(&trained);
    }
    return ok;
}
