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
#include "ui/bench/bench.h"
#include "ui/bench/child.h"
#include "ui/screen/message.h"

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
        config.learners[i].is_named = true;
    }
    return config;
}

struct session {
    const struct config *config;
    int hands; /* threads, 0: one for each core */
};

/* A bench_side: from the first step to the last; the time of making the lab does not count. */
static bool time_session(void *context, double *ns, struct err *err)
{
    const struct session *session = context;
    struct lab *lab =
        lab_create(session->config, &(struct lab_options){.hands = session->hands}, err);
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
    struct session alone = {&config, 1}, shared = {&config, 0};
    struct bench_figure figure = {
        .figure = "throughput_learners", .unit = "x", .target = 1.8, .is_floor = true, .n = TURNS};
    bool ok = bench_ratio((struct bench_side){time_session, &alone},
                          (struct bench_side){time_session, &shared}, TURNS, &figure.value, err);
    if (ok) {
        bench_add(bench, figure, "%s", cases[i].label);
    }
    return ok;
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

/* A bench_side: from the start of the process to its end, on so many cores. */
static bool time_seeds(void *context, double *ns, struct err *err)
{
    int n_cores = *(const int *)context;
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
    int one = 1, two = 2;
    struct bench_figure figure = {.figure = "throughput_seeds",
                                  .unit = "x",
                                  .target = 1.85,
                                  .is_floor = true,
                                  .n = SEED_TURNS};
    bool ok = bench_ratio((struct bench_side){time_seeds, &one},
                          (struct bench_side){time_seeds, &two}, SEED_TURNS, &figure.value, err);
    if (ok) {
        bench_add(bench, figure, "4 seeds on 2 cores over one after the other");
    }
    return ok;
}

bool bench_learners(struct bench *bench, struct err *err)
{
    if (thread_cores() < 2) {
        message_line(
            "warning: bench: throughput_learners and throughput_seeds need two cores, one was "
            "found; left out");
        return true;
    }
    bool ok = true;
    for (int i = 0; ok && i < (int)(sizeof cases / sizeof *cases); i++) {
        ok = measure(bench, i, err);
    }
    return ok && measure_seeds(bench, err);
}
