/* SPDX-License-Identifier: MIT
 * Going back to any step of a session that is over, and the memory that its checkpoints take. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/rng.h"
#include "lab/lab.h"
#include "ui/bench/bench.h"
#include "ui/bench/images.h"

enum { MOMENTS_MAX = 50, STEPS_AT_ONCE = 1000 };

/* A session; steps a task: 0 = as the data has it. */
struct session {
    const char *label;
    bool has_images; /* else the digits */
    int n_tasks, steps, n_train, n_test;
    bool is_paced; /* evaluated, and kept, as the live screen does at its pace */
    int n_moments; /* gone back to */
    double target;
};

static const struct session digits = {.label = "digits default session, any step",
                                      .n_tasks = 5,
                                      .is_paced = true,
                                      .n_moments = 50,
                                      .target = 150};

/* A task as long as one epoch of Fashion-MNIST: 60000 images in batches of 128. */
static const struct session ten_tasks = {.label = "fashion 10 tasks, random images of its size",
                                         .has_images = true,
                                         .n_tasks = 10,
                                         .steps = 469,
                                         .n_train = 12800,
                                         .n_test = 1000,
                                         .n_moments = 20,
                                         .target = 1000};

static const struct session many_tasks = {.label = "fashion 100 tasks of 20 steps, random images",
                                          .has_images = true,
                                          .n_tasks = 100,
                                          .steps = 20,
                                          .n_train = 2560,
                                          .n_test = 100,
                                          .is_paced = true,
                                          .target = 128};

enum { SECONDS_PER_TASK = 8 }; /* of the live screen */

static struct lab *open_lab(const struct session *session, const char *folder, struct err *err)
{
    struct config config = config_default();
    struct lab_options options = {.keeps_history = true};
    struct params *params = &config.learners[0].params;
    config.n_tasks = session->n_tasks;
    config.data = session->has_images ? folder : config.data;
    config.learners[0].observed = config_observed_by_default();
    if (session->steps) {
        params->value[PARAM_STEPS] = session->steps;
        params->is_set[PARAM_STEPS] = true;
    }
    struct lab *lab = lab_create(&config, &options, err);
    if (lab && session->is_paced) {
        long steps = lab_total_steps(lab) / session->n_tasks;
        double pace = fmax(round((double)steps / SECONDS_PER_TASK), 1);
        lab_apply(lab, &(struct command){.kind = COMMAND_SPEED, .speed = pace}, NULL);
    }
    return lab;
}

static bool train(struct lab *lab, struct err *err)
{
    while (lab_advance(lab, STEPS_AT_ONCE) == LAB_TRAINING) {
    }
    return lab_state(lab) == LAB_ENDED ||
           err_set(err, ERR_FAILED, "bench: the loss is not finite, so the session ended early");
}

static int compare_falling(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;
    return (x < y) - (x > y);
}

/* The steps fall, so that what lies before each is still as the whole session left it. */
static bool measure_rewinds(struct lab *lab, const struct session *session, double *ms,
                            struct err *err)
{
    struct rng rng = rng_stream(1, rng_stream_init());
    long steps[MOMENTS_MAX] = {0};
    for (int i = 0; i < session->n_moments; i++) {
        steps[i] = (long)rng_below(&rng, (uint32_t)lab_total_steps(lab));
    }
    qsort(steps, (size_t)session->n_moments, sizeof *steps, compare_falling);
    for (int i = 0; i < session->n_moments; i++) {
        int64_t begin = clock_ns();
        struct command rewind = {.kind = COMMAND_REWIND, .step = steps[i]};
        if (!lab_apply(lab, &rewind, err)) {
            return false;
        }
        ms[i] = (double)(clock_ns() - begin) * 1e-6;
    }
    return true;
}

static bool measure_rewind(struct bench *bench, const struct session *session, const char *folder,
                           struct err *err)
{
    double ms[MOMENTS_MAX];
    struct lab *lab = open_lab(session, folder, err);
    bool ok = lab && train(lab, err) && measure_rewinds(lab, session, ms, err);
    lab_destroy(lab);
    if (ok) {
        bench_add(bench,
                  (struct bench_figure){.figure = "rewind_ms",
                                        .value = bench_quantile(ms, session->n_moments, 1),
                                        .unit = "ms",
                                        .target = session->target,
                                        .n = session->n_moments},
                  "%s", session->label);
    }
    return ok;
}

/* The most that the checkpoints take, looked at after every stretch. */
static bool measure_memory(struct bench *bench, const struct session *session, const char *folder,
                           struct err *err)
{
    struct lab *lab = open_lab(session, folder, err);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    size_t most = 0;
    int n = 0;
    while (lab && snapshot && lab_advance(lab, STEPS_AT_ONCE) == LAB_TRAINING) {
        lab_snapshot(lab, snapshot);
        most = snapshot->history_bytes > most ? snapshot->history_bytes : most;
        n++;
    }
    bool ok = lab && (snapshot || err_set(err, ERR_FAILED, "memory: no room for a snapshot"));
    free(snapshot);
    lab_destroy(lab);
    if (ok) {
        bench_add(bench,
                  (struct bench_figure){.figure = "history_mb",
                                        .value = (double)most / (1 << 20),
                                        .unit = "MB",
                                        .target = session->target,
                                        .n = n},
                  "%s", session->label);
    }
    return ok;
}

/* Runs a measurement on images made for it. */
static bool with_images(struct bench *bench, const struct session *session,
                        bool (*measure)(struct bench *bench, const struct session *session,
                                        const char *folder, struct err *err),
                        struct err *err)
{
    char folder[BENCH_FOLDER_MAX];
    bool ok = bench_images_write(folder, session->n_train, session->n_test, err) &&
              measure(bench, session, folder, err);
    bench_images_remove(folder);
    return ok;
}

bool bench_history(struct bench *bench, struct err *err)
{
    return measure_rewind(bench, &digits, NULL, err) &&
           with_images(bench, &ten_tasks, measure_rewind, err) &&
           with_images(bench, &many_tasks, measure_memory, err);
}
