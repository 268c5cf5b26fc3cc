/* SPDX-License-Identifier: MIT
 * What a second core is worth: several learners in step, with one thread and with as many as there
 * are cores, and several seeds of `oubli run`, on one core and on two.  The same work, with the
 * evaluations of a headless run, and the same bits. */
#define _GNU_SOURCE /* sched_setaffinity */
#include <sched.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/thread.h"
#include "lab/lab.h"
#include "ui/cli/bench.h"
#include "ui/cli/bench_child.h"
#include "ui/cli/output.h"

enum { TURNS = 15, SEED_TURNS = 9, STEPS_AT_ONCE = 1000 };

static const struct {
    const char *label;
    int n_learners;
} cases[] = {
    {"2 learners on 2 cores over one after the other", 2},
    {"8 learners over one core", 8},
};

/* The default session of the digits, with so many learners. */
static struct config session_of(int n_learners)
{
    struct config config = config_default();
    config.n_learners = n_learners;
    for (int i = 1; i < n_learners; i++) {
        config.learners[i] = config.learners[0];
        snprintf(config.learners[i].name, LEARNER_NAME_MAX, "learner-%d", i + 1);
    }
    return config;
}

/* From the first step to the last; the time of making the lab does not count. */
static bool time_session(const struct config *config, int hands, double *ns, struct err *err)
{
    struct lab_options options = {.hands = hands};
    struct lab *lab = lab_create(config, &options, err);
    if (!lab) {
        return false;
    }
    int64_t begin = clock_ns();
    while (lab_advance(lab, STEPS_AT_ONCE) == LAB_TRAINING) {
    }
    *ns = (double)(clock_ns() - begin);
    bool has_ended = lab_state(lab) == LAB_ENDED;
    lab_destroy(lab);
    return has_ended ||
           err_set(err, ERR_FAILED, "bench: the loss is not finite, so its step was cut short");
}

static bool measure(struct bench *bench, int i, struct err *err)
{
    struct config config = session_of(cases[i].n_learners);
    double ratios[TURNS];
    for (int turn = 0; turn < TURNS; turn++) {
        /* Who begins changes. */
        double ns[2];
        int first = turn % 2;
        if (!time_session(&config, first == 0 ? 1 : 0, &ns[first], err) ||
            !time_session(&config, first == 0 ? 0 : 1, &ns[1 - first], err)) {
            return false;
        }
        ratios[turn] = ns[0] / ns[1];
    }
    struct bench_figure figure = {.figure = "throughput_learners",
                                  .value = bench_quantile(ratios, TURNS, 0.5),
                                  .unit = "x",
                                  .target = 1.8,
                                  .is_floor = true,
                                  .n = TURNS};
    snprintf(figure.label, sizeof figure.label, "%s", cases[i].label);
    bench_add(bench, &figure);
    return true;
}

/* ---- seeds ---- */

/* The first `n` of these cores; false if there are fewer. */
static bool first_cores(const cpu_set_t *all, int n, cpu_set_t *some)
{
    CPU_ZERO(some);
    for (int i = 0; i < CPU_SETSIZE && n > 0; i++) {
        if (CPU_ISSET(i, all)) {
            CPU_SET(i, some);
            n--;
        }
    }
    return n == 0;
}

/* From the start of the process to its end, on `n_cores` cores. */
static bool time_seeds(int n_cores, double *ns, struct err *err)
{
    /* Ten times as long as a session of the digits usually is: a start is no part of this. */
    const char *const arguments[] = {"oubli", "run", "--seeds", "4", "--epochs", "100", NULL};
    struct child child;
    cpu_set_t before, some;
    if (sched_getaffinity(0, sizeof before, &before) != 0 ||
        !first_cores(&before, n_cores, &some) || sched_setaffinity(0, sizeof some, &some) != 0) {
        return err_set(err, ERR_FAILED, "bench: the system does not give %d cores", n_cores);
    }
    bool ok = child_start(&child, arguments, false, err);
    sched_setaffinity(0, sizeof before, &before);
    if (!ok) {
        return false;
    }
    int64_t begin = child.begin_ns;
    ok = child_wait(&child);
    *ns = (double)(clock_ns() - begin);
    return ok || err_set(err, ERR_FAILED, "bench: oubli run --seeds 4 has failed");
}

static bool measure_seeds(struct bench *bench, struct err *err)
{
    double ratios[SEED_TURNS];
    for (int turn = 0; turn < SEED_TURNS; turn++) {
        /* Who begins changes. */
        double ns[2];
        int first = turn % 2;
        if (!time_seeds(1 + first, &ns[first], err) ||
            !time_seeds(2 - first, &ns[1 - first], err)) {
            return false;
        }
        ratios[turn] = ns[0] / ns[1];
    }
    bench_add(bench, &(struct bench_figure){.figure = "throughput_seeds",
                                            .label = "4 seeds on 2 cores over one after the other",
                                            .value = bench_quantile(ratios, SEED_TURNS, 0.5),
                                            .unit = "x",
                                            .target = 1.85,
                                            .is_floor = true,
                                            .n = SEED_TURNS});
    return true;
}

bool bench_learners(struct bench *bench, struct err *err)
{
    if (thread_cores() < 2) {
        output_warn(stderr,
                    "bench: throughput_learners and throughput_seeds need two cores, one was "
                    "found; left out");
        return true;
    }
    bool ok = true;
    for (int i = 0; ok && i < (int)(sizeof cases / sizeof *cases); i++) {
        ok = measure(bench, i, err);
    }
    return ok && measure_seeds(bench, err);
}
