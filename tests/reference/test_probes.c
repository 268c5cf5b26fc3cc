/* SPDX-License-Identifier: MIT
 * What probes say of the permuted digits against float64 PyTorch runs (gold_viz.tsv), on all test
 * examples; and the stability gap as a session measures it.  Built twice, like test_traces.c: in
 * double the numbers are equal to 1e-3, in float only the first task's are near. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/measure.h"
#include "lab/probe.h"
#include "lab/timeline.h"
#include "support/labs.h"
#include "support/study.h"
#include "support/table.h"

enum { N_TASKS = 5, N_STEPS = 450, N_PAIRS = N_TASKS * N_TASKS, ALL = 100000, LAYERS = 3 };

#ifdef OUBLI_DOUBLE
static const double tolerance = 1e-3;
static const int n_checked = N_TASKS; /* tasks from the first */
static const double gap_tolerance = 1e-4;
#else
static const double tolerance = 0.02;
static const int n_checked = 1;
static const double gap_tolerance = 0.02;
#endif

static const struct method {
    const char *optimizer, *name, *settings;
} methods[] = {
    {"sgd", "naive", "observed=ewc optimizer=sgd lr=0.1"},
    {"sgd", "ewc", "on=ewc observed=ewc ewc.form=explicit ewc.lambda=10 optimizer=sgd lr=0.1"},
    {"sgd", "er500", "on=replay observed=ewc+replay replay.memory=500 optimizer=sgd lr=0.1"},
    {"adam", "naive", "observed=ewc optimizer=adam lr=0.001"},
};
enum { N_METHODS = sizeof methods / sizeof *methods };

/* A run that is held against the table. */
struct held {
    const struct method *method;
    struct study study;
    struct table *table;
    struct probing *room;
    real *end[N_TASKS];    /* (P) weights at the end of each task */
    real *fisher[N_TASKS]; /* (P) and what mattered to it then */
    int n_held;
};

static void hold(struct held *held, const char *metric, const char *where, double value)
{
    const char *keys[] = {held->method->optimizer, held->method->name, metric, where, NULL};
    int row = table_find(held->table, 0, keys);
    cr_assert(row >= 0, "%s %s is in the table", metric, where);
    double theirs = table_number(held->table, row, 4);
    cr_expect(fabs(value - theirs) < tolerance * fmax(1, fabs(theirs)),
              "%s %s: %s %s: %.9g, reference %.9g", held->method->optimizer, held->method->name,
              metric, where, value, theirs);
    held->n_held++;
}

static struct probing_examples tests_of(int task)
{
    return (struct probing_examples){task, SPLIT_TEST, 1, ALL};
}

/* Of the units of hidden layers on the task's own tests. */
static void hold_units(struct held *held, int task)
{
    struct probing_hidden hidden;
    struct probing_examples tests = tests_of(task);
    char where[40];
    cr_assert(probing_hidden_take(&hidden, held->room, held->end[task], &tests));
    for (int l = 0; l < LAYERS - 1; l++) {
        snprintf(where, sizeof where, "t%d layer%d", task, l + 1);
        hold(held, "dead_frac_owntest", where,
             measure_dead_share(hidden.h[l], hidden.n, hidden.width[l]));
        hold(held, "effective_rank_owntest", where,
             measure_effective_rank(hidden.h[l], hidden.n, hidden.width[l]));
    }
    probing_hidden_fini(&hidden);
}

static void hold_likeness(struct held *held, int task)
{
    struct probing_hidden before, after;
    struct probing_examples tests = tests_of(0);
    char where[40];
    cr_assert(probing_hidden_take(&before, held->room, held->end[0], &tests) &&
              probing_hidden_take(&after, held->room, held->end[task], &tests));
    for (int l = 0; l < LAYERS; l++) {
        snprintf(where, sizeof where, "t%d layer%d", task, l + 1);
        hold(held, "linear_cka_task0test_snap0_vs", where,
             measure_cka(before.h[l], before.width[l], after.h[l], after.width[l], after.n));
    }
    probing_hidden_fini(&before);
    probing_hidden_fini(&after);
}

static void hold_drift(struct held *held, int task)
{
    const struct network *net = learner_network(held->study.learner);
    char where[40];
    for (int l = 0; task > 0 && l < LAYERS; l++) {
        snprintf(where, sizeof where, "t%d W%d", task, l + 1);
        hold(held, "rel_drift_from_prev", where,
             measure_drift(&net->parts[l], held->end[task], held->end[task - 1]));
        hold(held, "rel_drift_from_task0", where,
             measure_drift(&net->parts[l], held->end[task], held->end[0]));
    }
}

static void hold_overlaps(struct held *held, int task)
{
    const struct network *net = learner_network(held->study.learner);
    char where[40];
    for (int j = 0; j < task; j++) {
        for (int l = 0; l < LAYERS; l++) {
            snprintf(where, sizeof where, "t%d,t%d W%d", j, task, l + 1);
            hold(held, "fisher_overlap_1-d2", where,
                 measure_overlap(&net->parts[l], held->fisher[j], held->fisher[task]));
        }
    }
}

static void hold_gradients(struct held *held)
{
    size_t n = study_size(&held->study);
    real *gradients[N_TASKS];
    for (int t = 0; t < N_TASKS; t++) {
        struct probing_examples firsts = probing_firsts(t, 500);
        gradients[t] = malloc(n * sizeof(real));
        probing_loss(held->room, held->end[N_TASKS - 1], &firsts, gradients[t]);
        for (int j = 0; j < t; j++) {
            char where[40];
            snprintf(where, sizeof where, "t%d,t%d", j, t);
            hold(held, "grad_cosine_at_end_first500", where,
                 measure_cosine(gradients[j], gradients[t], n));
        }
    }
    for (int t = 0; t < N_TASKS; t++) {
        free(gradients[t]);
    }
}

static void hold_line(struct held *held)
{
    size_t n = study_size(&held->study);
    real *theta = malloc(n * sizeof *theta);
    const real *from = held->end[0], *to = held->end[N_TASKS - 1];
    char where[40];
    for (int k = 0; k <= 10; k++) {
        for (size_t i = 0; i < n; i++) {
            theta[i] = from[i] + (real)k / 10 * (to[i] - from[i]);
        }
        for (int t = 0; t < N_TASKS; t += N_TASKS - 1) {
            struct probing_examples tests = tests_of(t);
            snprintf(where, sizeof where, "alpha=%.1f task%d", k / 10.0, t);
            hold(held, "interp_S0_to_S4_testloss", where,
                 probing_loss(held->room, theta, &tests, NULL));
            hold(held, "interp_S0_to_S4_testacc", where,
                 probing_accuracy(held->room, theta, &tests, NULL));
        }
    }
    free(theta);
}

static void hold_selectivity(struct held *held)
{
    double means[N_TASKS * 100] = {0};
    for (int t = 0; t < N_TASKS; t++) {
        struct probing_hidden hidden;
        struct probing_examples tests = tests_of(t);
        cr_assert(probing_hidden_take(&hidden, held->room, held->end[N_TASKS - 1], &tests));
        for (int i = 0; i < hidden.n * 100; i++) {
            means[t * 100 + i % 100] += (double)hidden.h[0][i] / hidden.n;
        }
        probing_hidden_fini(&hidden);
    }
    hold(held, "selectivity_mean_layer1", "", measure_selectivity(means, N_TASKS, 100));
}

static real *copy(const struct held *held, const real *from)
{
    size_t size = study_size(&held->study) * sizeof(real);
    real *to = calloc(1, size);
    if (from) {
        memcpy(to, from, size);
    }
    return to;
}

/* The task is trained; what has come to matter is its Fisher information. */
static void train(struct held *held, int task)
{
    struct study *study = &held->study;
    real *before = copy(held, learner_importance(study->learner));
    study_begin(study, task, task);
    cr_assert(study_steps(study, N_STEPS));
    learner_consolidate(study->learner);
    held->end[task] = study_keep(study);
    held->fisher[task] = copy(held, learner_importance(study->learner));
    for (size_t i = 0; i < study_size(study); i++) {
        held->fisher[task][i] -= before[i];
    }
    free(before);
}

ParameterizedTestParameters(probes, equal_the_reference)
{
    static int numbers[N_METHODS];
    for (int i = 0; i < N_METHODS; i++) {
        numbers[i] = i;
    }
    return cr_make_param_array(int, numbers, N_METHODS);
}

ParameterizedTest(const int *number, probes, equal_the_reference)
{
    struct held held = {.method = &methods[*number], .table = table_open("gold_viz.tsv")};
    held.study = study_open("permuted", N_TASKS, 0, held.method->settings);
    held.room = probing_create(learner_network(held.study.learner), held.study.suite, NULL);
    for (int t = 0; t < n_checked; t++) {
        train(&held, t);
        hold_units(&held, t);
        hold_likeness(&held, t);
        hold_drift(&held, t);
        hold_overlaps(&held, t);
    }
    if (n_checked == N_TASKS) {
        hold_gradients(&held);
        hold_line(&held);
        hold_selectivity(&held);
    }
    cr_expect_eq(held.n_held, n_checked == N_TASKS ? 144 : 7);
    for (int t = 0; t < n_checked; t++) {
        free(held.end[t]);
        free(held.fisher[t]);
    }
    probing_destroy(held.room);
    table_close(held.table);
    study_close(&held.study);
}

/* In a session: each step behind the first boundary. */
Test(probes, stability_gap_of_a_session)
{
    static const char *const learners[] = {"naive:", NULL};
    static const char settings[] =
        "net=100,100 steps=0 batch=32 epochs=10 optimizer=sgd lr=0.1 probes=stability";
    const char *keys[] = {"sgd", "naive", NULL};
    struct table *table = table_open("gold_stability_gap.tsv");
    struct lab *lab = labs_open_plain(N_TASKS, settings, learners);
    struct timeline timeline;
    labs_run(lab, N_STEPS + PROBE_STEPS + 20, ALL);
    cr_assert(timeline_init(&timeline, N_TASKS, NULL));
    timeline_read(&timeline, lab_journal(lab));
    const struct series *gap = track_curve(&timeline.tracks[0], PROBE_STABILITY, 0);
    cr_assert_eq(gap->n, PROBE_STEPS);
    for (int s = 1, row = -1; s <= PROBE_STEPS; s++) {
        row = table_find(table, row + 1, keys);
        double theirs = table_number(table, row, 3);
        cr_assert(gap->step[s - 1] == N_STEPS + s &&
                      fabs(gap->value[s - 1] - theirs) < gap_tolerance,
                  "step %d: %.4f, reference %.4f", s, gap->value[s - 1], theirs);
    }
    timeline_fini(&timeline);
    table_close(table);
    lab_destroy(lab);
}
