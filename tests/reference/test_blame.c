/* SPDX-License-Identifier: MIT
 * Which layer's moving made A fall, in windows of ten steps of B, against float64 runs (why.tsv).
 * In double, window by window; in float, which parts ways, what the sums are for. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/blame.h"
#include "lab/probing.h"
#include "lab/putback.h"
#include "support/study.h"
#include "support/table.h"

enum { STEPS = 450, WINDOW = 10, LAYERS = 3, TEST_ROWS = 359 };

#ifdef OUBLI_DOUBLE
static const double printed = 2e-5; /* relative: five digits ... */
static const double rounded = 1e-6; /* ... and what a sum of small ones may differ by */
#endif

struct strategy_run {
    const char *name, *settings;
};

static const struct strategy_run runs[] = {
    {"none", ""},
    {"ewc", "on=ewc ewc.form=explicit ewc.lambda=10"},
    {"replay", "on=replay replay.memory=200"},
};

/* A window of one run: what was found, and what stands in the table. */
struct found {
    struct evaluated before, after;
    struct blame blame;
    double back[LAYERS]; /* accuracy with a layer put back */
};

static double accuracy_with(struct evaluator *evaluator, const struct network *net,
                            const real *from, const real *to, int layer, real *scratch)
{
    putback_copy(net, PUTBACK_ALL, scratch, to);
    putback_copy(net, layer, scratch, from);
    return evaluator_ask(evaluator, scratch, 0, 1, NULL).accuracy;
}

static struct found look(struct evaluator *evaluator, const struct network *net, const real *from,
                         const real *to, real *scratch)
{
    struct found found = {.before = evaluator_ask(evaluator, from, 0, 1, NULL),
                          .after = evaluator_ask(evaluator, to, 0, 1, NULL),
                          .blame = blame_take(evaluator, net, from, to, 0, 1, 1, scratch)};
    for (int l = 0; l < LAYERS; l++) {
        found.back[l] = accuracy_with(evaluator, net, from, to, l, scratch);
    }
    return found;
}

#ifdef OUBLI_DOUBLE
static void expect_equal(double ours, const struct table *table, int row, int field)
{
    double theirs = table_number(table, row, field);
    cr_expect(fabs(ours - theirs) <= printed * fabs(theirs) + rounded,
              "%s, step %s, column %d: %.7g, reference %.7g", table->fields[row][0],
              table->fields[row][1], field, ours, theirs);
}

static void compare(const struct found *found, const struct table *table, int row)
{
    expect_equal(found->before.probability, table, row, 3);
    expect_equal(found->after.probability, table, row, 4);
    expect_equal(found->before.accuracy, table, row, 5);
    expect_equal(found->after.accuracy, table, row, 6);
    for (int l = 0; l < LAYERS; l++) {
        expect_equal(found->blame.trapezoid[l], table, row, 12 + l);
        expect_equal(found->blame.simpson[l], table, row, 15 + l);
        expect_equal(found->back[l], table, row, 18 + l);
    }
}
#else
/* A float run is another run after some hundred steps; each of its windows is as true. */
static void compare(const struct found *found, const struct table *table, int row)
{
    double sum = 0, change = found->after.probability - found->before.probability;
    for (int l = 0; l < LAYERS; l++) {
        sum += found->blame.simpson[l];
    }
    cr_expect_float_eq(found->blame.change, change, 1e-12);
    cr_expect_float_eq(sum, change, 0.03, "%s, step %s: %.4f for %.4f", table->fields[row][0],
                       table->fields[row][1], sum, change);
}
#endif

/* Where one layer has most of a fall, its putting back heals most. */
static void expect_heals(const struct found *found)
{
    double share, fell = found->before.accuracy - found->after.accuracy;
    int layer = blame_module(found->blame.simpson, LAYERS, &share);
    if (!found->blame.is_sound || layer < 0 || fell < 0.02 || found->blame.change > -0.02) {
        return;
    }
    for (int l = 0; l < LAYERS; l++) {
        cr_expect_geq(found->back[layer], found->back[l] - 1.5 / TEST_ROWS, "layer %d for %d", l,
                      layer);
    }
}

static void check_run(const struct strategy_run *run, const struct table *table)
{
    const char *keys[] = {run->name, NULL};
    struct study study = study_open("permuted", 5, 0, run->settings);
    const struct network *net = learner_network(study.learner);
    struct evaluator *evaluator = evaluator_create(net, study.suite, NULL);
    real *from = NULL, *scratch = malloc(2 * net->n_params * sizeof *scratch);
    cr_assert(evaluator && scratch);
    study_stage(&study, 0, 0, STEPS);
    study_begin(&study, 1, 1);
    int row = -1;
    for (int step = 0; step < STEPS; step += WINDOW) {
        row = table_find(table, row + 1, keys);
        cr_assert(row >= 0 && (int)table_number(table, row, 1) == step);
        free(from);
        from = study_keep(&study);
        study_steps(&study, WINDOW);
        struct found found = look(evaluator, net, from, learner_theta(study.learner), scratch);
        compare(&found, table, row);
        expect_heals(&found);
    }
    free(from);
    free(scratch);
    evaluator_destroy(evaluator);
    study_close(&study);
}

Test(blame, layers_have_the_shares_of_the_reference_runs)
{
    struct table *table = table_open("why.tsv");
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        check_run(&runs[i], table);
    }
    table_close(table);
}

/* ---- against naive twins --------------------------------------------------------------------- */

#ifdef OUBLI_DOUBLE
static const double difference = 1e-5, slope_tolerance = 1e-6;
#else
static const double difference = 2e-2, slope_tolerance = 2e-3;
#endif

static const char *const nets[][2] = {
    {"permuted", "net=6,5"},
    {"split", "net=7"},
    {"split/task", "net=7"},
    {"kinds", "model=transformer blocks=2 heads=2 width=8 context=16 batch=4"},
    {"kinds", "model=mlp net=9 context=8 batch=4"},
};

/* The weights, moved along one layer of a direction. */
static double moved(struct evaluator *evaluator, const struct network *net, const real *theta,
                    const real *along, int layer, double by, int stride, real *scratch)
{
    const struct module *module = &net->modules[layer];
    memcpy(scratch, theta, net->n_params * sizeof *scratch);
    for (size_t i = module->at; i < module->at + module->n; i++) {
        scratch[i] = theta[i] + (real)by * along[i];
    }
    return evaluator_ask(evaluator, scratch, 1, stride, NULL).probability;
}

static void check_slopes(const char *suite, const char *settings)
{
    struct study study = study_open(suite, 2, 1, settings);
    const struct network *net = learner_network(study.learner);
    struct evaluator *evaluator = evaluator_create(net, study.suite, NULL);
    real *scratch = malloc(net->n_params * sizeof *scratch);
    double sums[NETWORK_MODULES_MAX];
    int stride = suite_task(study.suite, 1)->n_test / 40 + 1;
    cr_assert(evaluator && scratch);
    study_begin(&study, 0, 0);
    study_steps(&study, 5);
    real *theta = study_keep(&study), *along = study_keep(&study);
    study_steps(&study, 20);
    for (size_t i = 0; i < net->n_params; i++) {
        along[i] = learner_theta(study.learner)[i] - theta[i];
    }
    evaluator_slope(evaluator, theta, along, 1, stride, sums);
    for (int l = 0; l < net->n_modules; l++) {
        double h = difference;
        double twin = (moved(evaluator, net, theta, along, l, h, stride, scratch) -
                       moved(evaluator, net, theta, along, l, -h, stride, scratch)) /
                      (2 * h);
        cr_expect_float_eq(sums[l], twin, slope_tolerance, "%s, layer %d: %.9g, differences %.9g",
                           suite, l, sums[l], twin);
    }
    free(theta);
    free(along);
    free(scratch);
    evaluator_destroy(evaluator);
    study_close(&study);
}

Test(blame, slopes_are_those_of_central_differences)
{
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        check_slopes(nets[i][0], nets[i][1]);
    }
}

/* Which is answered rightly among the task's own outputs, one row at a time. */
static double naive_own(const struct study *study, int task, int stride)
{
    const struct network *net = learner_network(study->learner);
    int first, n_classes, n = 0, right = 0, shift = suite_shift(study->suite, task);
    real *x = malloc((size_t)net->n_inputs * sizeof *x);
    suite_classes(study->suite, task, &first, &n_classes);
    for (int i = 0; i < suite_task(study->suite, task)->n_test; i += stride, n++) {
        int label = suite_example(study->suite, task, SPLIT_TEST, i, x), best = shift + first;
        const real *z = learner_logits(study->learner, learner_theta(study->learner), x, 1);
        for (int j = shift + first; j < shift + first + n_classes; j++) {
            best = z[j] > z[best] ? j : best;
        }
        right += best == label;
    }
    free(x);
    return (double)right / n;
}

Test(blame, answers_are_those_that_curves_show)
{
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        struct study study = study_open(nets[i][0], 2, 1, nets[i][1]);
        const struct network *net = learner_network(study.learner);
        struct evaluator *evaluator = evaluator_create(net, study.suite, NULL);
        study_stage(&study, 0, 0, 60);
        study_stage(&study, 1, 1, 20);
        for (int task = 0; task < 2; task++) {
            int stride = suite_task(study.suite, task)->n_test / 60 + 1;
            struct evaluated found =
                evaluator_ask(evaluator, learner_theta(study.learner), task, stride, NULL);
            cr_expect_float_eq(found.accuracy, learner_score(study.learner, task, stride).accuracy,
                               1e-12);
            struct range own = probing_own_outputs(study.suite, task);
            cr_expect_eq(own.count > 0, suite_scenario(study.suite) == SCENARIO_CLASS, "%s",
                         nets[i][0]);
            if (own.count > 0) {
                double accuracy = learner_score_with(study.learner, learner_theta(study.learner),
                                                     task, stride, &own, NULL)
                                      .accuracy;
                cr_expect_float_eq(accuracy, naive_own(&study, task, stride), 1e-12);
                cr_expect_geq(accuracy, found.accuracy);
            }
        }
        evaluator_destroy(evaluator);
        study_close(&study);
    }
}
