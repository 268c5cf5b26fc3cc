/* SPDX-License-Identifier: MIT
 * What the units of a network do, against float64 runs on the permuted digits (units_*.tsv,
 * groups.tsv; README.md beside this file).  The whole test sets are looked at.
 *
 * In double all of it must be equal as far as it is printed; in float the runs part ways, so there
 * only the untrained network is held against it. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/unit_groups.h"
#include "lab/unit_probe.h"
#include "net/influence.h"
#include "support/study.h"
#include "support/table.h"

enum { TASKS = 5, STEPS = 450, UNITS = 200, WIDTH = 100, ALL = 100000, OUTPUTS = 10 };

#ifdef OUBLI_DOUBLE
static const double printed = 5.01e-5; /* relative: half of the fifth digit */
#else
static const double printed = 2e-3; /* ... of what float leaves of small differences */
#endif

enum {
    COLUMN_DLOSS = 4,
    COLUMN_DACC,
    COLUMN_KL,
    COLUMN_EMPIRICAL = 9,
    COLUMN_GN2,
    COLUMN_LEVEL = 12
};

static void expect_near(double ours, const struct table *table, int row, int column)
{
    double theirs = table_number(table, row, column);
    cr_assert(fabs(ours - theirs) <= printed * fabs(theirs) + 1e-9,
              "after %s, task %s, layer %s, unit %s, column %d: %.7g, reference %.7g",
              table->fields[row][0], table->fields[row][1], table->fields[row][2],
              table->fields[row][3], column, ours, theirs);
}

struct seen {
    double influence[UNITS], level[UNITS];
};

static struct seen look(struct study *study, struct unit_probe *probe, int task)
{
    struct seen seen;
    const struct probing_examples examples = probing_tests(study->suite, task, ALL);
    unit_probe_influence(probe, learner_theta(study->learner), study->suite, &examples,
                         seen.influence, seen.level);
    return seen;
}

/* The rows of what was seen after a stage, and their measures. */
static void check_seen(const struct table *table, const char *after, int task,
                       const struct seen *seen)
{
    char letter[4];
    const char *keys[] = {after, task_letter(task, letter), NULL};
    int n = 0;
    for (int row = 0; (row = table_find(table, row, keys)) >= 0; row++, n++) {
        int u = WIDTH * ((int)table_number(table, row, 2) - 1) + (int)table_number(table, row, 3);
        expect_near(seen->influence[u], table, row, COLUMN_GN2);
        expect_near(seen->level[u], table, row, COLUMN_LEVEL);
    }
    cr_assert_eq(n, UNITS, "all units after %s, task %s", after, letter);
}

/* ---- the untrained network ---- */

/* Softmax of the whole test set: p (n, 10); labels (n). */
static int answers_of(struct study *study, int task, real *p, int *labels)
{
    int n = suite_task(study->suite, task)->n_test, d = suite_n_features(study->suite);
    real *x = calloc((size_t)LEARNER_PASS_ROWS * d, sizeof *x);
    const struct range range = {0, OUTPUTS};
    for (int first = 0; first < n; first += LEARNER_PASS_ROWS) {
        int rows = n - first < LEARNER_PASS_ROWS ? n - first : LEARNER_PASS_ROWS;
        suite_rows(study->suite, task, SPLIT_TEST, first, rows, x, labels + first);
        const real *z = learner_logits(study->learner, learner_theta(study->learner), x, rows);
        for (int i = 0; i < rows; i++) {
            loss_softmax(p + (size_t)(first + i) * OUTPUTS, z + (size_t)i * OUTPUTS, &range, 1,
                         OUTPUTS);
        }
    }
    free(x);
    return n;
}

/* Loss with a unit silenced less that without, in nats; KL(answers || answers without it). */
static void check_truth(const struct table *table, int row, const real *p, const real *q,
                        const int *labels, int n)
{
    double dloss = 0, kl = 0;
    for (int i = 0; i < n; i++) {
        for (int c = 0; c < OUTPUTS; c++) {
            double a = (double)p[i * OUTPUTS + c], b = (double)q[i * OUTPUTS + c];
            kl += a * log(a / b) / n;
            dloss += c == labels[i] ? log(a / b) / n : 0;
        }
    }
#ifdef OUBLI_DOUBLE
    expect_near(dloss, table, row, COLUMN_DLOSS);
    expect_near(kl, table, row, COLUMN_KL);
#else
    cr_expect_float_eq(dloss, table_number(table, row, COLUMN_DLOSS), 1e-5);
    cr_expect_float_eq(kl, table_number(table, row, COLUMN_KL), 1e-5);
#endif
}

static int unit_of(const struct table *table, int row)
{
    return WIDTH * ((int)table_number(table, row, 2) - 1) + (int)table_number(table, row, 3);
}

Test(units_reference, of_the_untrained_network_all_measures_are_the_reference_s)
{
    struct table *table = table_open("units_init.tsv");
    struct study study = study_open("permuted", TASKS, 0, "optimizer=sgd lr=0.1");
    struct unit_probe *probe = unit_probe_create(learner_network(study.learner), NULL);
    real *p = calloc(1000 * OUTPUTS, sizeof *p), *q = calloc(1000 * OUTPUTS, sizeof *q);
    int labels[1000];
    for (int task = 0; task < 2; task++) {
        struct seen seen = look(&study, probe, task);
        check_seen(table, "init", task, &seen);
        int n = answers_of(&study, task, p, labels);
        double all = learner_score(study.learner, task, 1).accuracy;
        for (int row = task * UNITS; row < (task + 1) * UNITS; row++) {
            uint8_t silenced[UNITS] = {0};
            silenced[unit_of(table, row)] = 1;
            learner_silence(study.learner, silenced);
            answers_of(&study, task, q, labels);
            check_truth(table, row, p, q, labels, n);
            cr_expect_float_eq(100 * (all - learner_score(study.learner, task, 1).accuracy),
                               100 * table_number(table, row, COLUMN_DACC), 1e-3);
        }
        learner_silence(study.learner, NULL);
        cr_expect_eq(learner_score(study.learner, task, 1).accuracy, all);
    }
    free(p);
    free(q);
    unit_probe_destroy(probe);
    study_close(&study);
    table_close(table);
}

/* mean (h dL/dh)^2 of the labels' loss: what deeper networks and transformers go by. */
static void add_squares(void *context, int layer, const real *h, const real *dh)
{
    double *sums = context;
    for (int u = 0; u < WIDTH; u++) {
        double slope = (double)h[u] * (double)dh[u];
        sums[layer * WIDTH + u] += slope * slope;
    }
}

Test(units_reference, one_backward_pass_gives_the_reference_s_empirical_measure)
{
    struct table *table = table_open("units_init.tsv");
    struct study study = study_open("permuted", TASKS, 0, "optimizer=sgd lr=0.1");
    const struct network *net = learner_network(study.learner);
    struct arena arena;
    struct workspace ws;
    size_t size = 0;
    cr_assert(workspace_size_add(&size, net, 1) && arena_init(&arena, size, NULL));
    workspace_init(&ws, net, 1, &arena);
    double sums[UNITS] = {0};
    int n = suite_task(study.suite, 0)->n_test;
    real x[64];
    for (int i = 0; i < n; i++) {
        int label = suite_example(study.suite, 0, SPLIT_TEST, i, x);
        const struct range range = {0, OUTPUTS};
        network_forward(net, learner_theta(study.learner), x, 1, &ws);
        loss_cross_entropy(ws.dlogits, ws.logits, &label, &range, 1, OUTPUTS);
        network_units_backward(net, learner_theta(study.learner), 1, &ws, add_squares, sums);
    }
    for (int row = 0; row < UNITS; row++) {
        expect_near(sums[unit_of(table, row)] / n, table, row, COLUMN_EMPIRICAL);
    }
    arena_fini(&arena);
    study_close(&study);
    table_close(table);
}

/* ---- after training ---- */

#ifdef OUBLI_DOUBLE

static const struct {
    const char *name, *settings;
} runs[] = {
    {"none", "optimizer=sgd lr=0.1"},
    {"ewc", "optimizer=sgd lr=0.1 on=ewc ewc.form=explicit ewc.lambda=10"},
    {"replay", "optimizer=sgd lr=0.1 on=replay replay.memory=200"},
};

/* True if the list "3,5,19" has this number. */
static bool is_listed(const char *list, int number)
{
    for (const char *at = list; *at;) {
        char *end;
        if (strtol(at, &end, 10) == number) {
            return true;
        }
        at = *end ? end + 1 : end;
    }
    return false;
}

static void check_group(struct study *study, const struct table *groups, int row, int task,
                        const uint8_t *serves)
{
    static const char *const names[] = {"neither", "first", "second", "both"};
    uint8_t silenced[UNITS] = {0};
    int layer = (int)table_number(groups, row, 2) - 1;
    for (int u = 0; u < WIDTH; u++) {
        bool is_in = strcmp(names[serves[u]], groups->fields[row][3]) == 0;
        cr_assert_eq(is_in, is_listed(groups->fields[row][10], u), "%s after %s, layer %d, unit %d",
                     groups->fields[row][0], groups->fields[row][1], layer + 1, u);
        silenced[layer * WIDTH + u] = is_in;
    }
    learner_silence(study->learner, silenced);
    cr_expect_float_eq(learner_score(study->learner, 0, 1).accuracy, table_number(groups, row, 8),
                       1e-5);
    cr_expect_float_eq(learner_score(study->learner, task, 1).accuracy,
                       table_number(groups, row, 9), 1e-5);
    learner_silence(study->learner, NULL);
}

/* Groups of A and the task just learned, and what silencing each costs. */
static void check_groups(struct study *study, const char *run, int task, const struct seen *first,
                         const struct seen *second)
{
    struct table *groups = table_open("groups.tsv");
    char letter[4];
    const char *keys[] = {run, task_letter(task, letter), NULL};
    int n = 0;
    for (int row = 0; (row = table_find(groups, row, keys)) >= 0; row++, n++) {
        double influence[2][WIDTH];
        uint8_t serves[WIDTH];
        size_t layer = WIDTH * (size_t)(table_number(groups, row, 2) - 1);
        memcpy(influence[0], first->influence + layer, sizeof influence[0]);
        memcpy(influence[1], second->influence + layer, sizeof influence[1]);
        cr_assert(unit_groups_find(influence[0], 2, WIDTH, serves));
        check_group(study, groups, row, task, serves);
    }
    cr_assert_eq(n, 8, "four groups in two layers");
    table_close(groups);
}

ParameterizedTestParameters(units_reference, runs_have_the_reference_s_units_and_groups)
{
    static int which[] = {0, 1, 2};
    return cr_make_param_array(int, which, 3);
}

ParameterizedTest(int *which, units_reference, runs_have_the_reference_s_units_and_groups)
{
    char file[40], letter[4];
    snprintf(file, sizeof file, "units_%s.tsv", runs[*which].name);
    struct table *table = table_open(file);
    struct study study = study_open("permuted", TASKS, 0, runs[*which].settings);
    struct unit_probe *probe = unit_probe_create(learner_network(study.learner), NULL);
    for (int t = 0; t < TASKS; t++) {
        study_stage(&study, t, t, STEPS);
        struct seen first = look(&study, probe, 0), second = look(&study, probe, t);
        task_letter(t, letter);
        check_seen(table, letter, 0, &first);
        check_seen(table, letter, t, &second);
        if (t > 0) {
            check_groups(&study, runs[*which].name, t, &first, &second);
        }
    }
    unit_probe_destroy(probe);
    study_close(&study);
    table_close(table);
}

#endif
