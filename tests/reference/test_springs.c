/* SPDX-License-Identifier: MIT
 * What springs pull at weights, added up over a task, against a float64 run (README.md beside this
 * file): the permuted digits, seed 0, explicit EWC with lambda 10, and the same without it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/springs.h"
#include "lab/trail.h"
#include "support/study.h"
#include "support/table.h"

enum { N_STEPS = 450, HELD = 20, TIMES = 3, ENOUGH = 18 };

#ifdef OUBLI_DOUBLE
static const double printed = 1e-5; /* five digits */
static const int same_least = HELD;
#else
/* In float the run is another one after a few hundred steps: the same weights, by and large. */
static const double printed = 0.1;
static const int same_least = 14;
#endif

/* After A and B: the trail through B. */
struct spring_run {
    struct study study;
    struct trail *trail;
};

static struct spring_run run_springs(const char *settings)
{
    struct spring_run run = {.study = study_open("permuted", 2, 0, settings)};
    const struct network *net = learner_network(run.study.learner);
    study_stage(&run.study, 0, 0, N_STEPS);
    run.trail = trail_create(OPTIMIZER_SGD, net->n_params);
    cr_assert(run.trail);
    study_begin(&run.study, 1, 1);
    trail_begin(run.trail, 1, 0, learner_theta(run.study.learner));
    learner_keep_pull(run.study.learner, &run.trail->pull);
    for (int i = 0; i < N_STEPS; i++) {
        cr_assert(study_steps(&run.study, 1));
        trail_step(run.trail, learner_theta(run.study.learner));
    }
    return run;
}

static void close_springs(struct spring_run *run)
{
    trail_destroy(run->trail);
    study_close(&run->study);
}

static size_t place_of(const struct network *net, int part, int row, int col)
{
    return net->parts[part].at + (size_t)row * net->parts[part].stride + col;
}

static double moved(const struct spring_run *run, size_t at)
{
    return (double)(learner_theta(run->study.learner)[at] - run->trail->theta[0][at]);
}

static int pick(const struct spring_run *run, enum spring_rule rule, struct spring_pick *picks)
{
    return springs_pick(rule, learner_network(run->study.learner), run->trail->theta[0],
                        learner_theta(run->study.learner), run->trail->pull.sum, picks, HELD);
}

/* A row of the table: "W1[67,42]" is unit 67, input 42. */
static int find_row(const struct table *table, const char *kind, const struct spring_pick *of)
{
    for (int i = 0; i < table->n; i++) {
        int layer, unit, input;
        if (strcmp(table->fields[i][0], kind) == 0 &&
            sscanf(table->fields[i][1], "W%d[%d,%d]", &layer, &unit, &input) == 3 &&
            layer == of->part + 1 && unit == of->col && input == of->row) {
            return i;
        }
    }
    return -1;
}

/* How many of the picks are those of the reference; their numbers are, too. */
static int count_same(const struct spring_run *run, const struct spring_run *without,
                      const struct table *table, const char *kind, enum spring_rule rule)
{
    enum { PUSH = 7, PULL, MOVED, WITHOUT };
    struct spring_pick picks[HELD];
    const struct network *net = learner_network(run->study.learner);
    int n = pick(run, rule, picks), same = 0;
    cr_assert_eq(n, HELD);
    for (int i = 0; i < n; i++) {
        int row = find_row(table, kind, &picks[i]);
        size_t at = place_of(net, picks[i].part, picks[i].row, picks[i].col);
        if (row < 0) {
            continue;
        }
        same++;
        cr_expect_float_eq(picks[i].push, table_number(table, row, PUSH), printed);
        cr_expect_float_eq(picks[i].pull, table_number(table, row, PULL), printed);
        cr_expect_float_eq(moved(run, at), table_number(table, row, MOVED), printed);
        cr_expect_float_eq(moved(without, at), table_number(table, row, WITHOUT), printed);
    }
    return same;
}

static int count_moved_more(const struct spring_run *run, const struct spring_run *without)
{
    struct spring_pick picks[HELD];
    const struct network *net = learner_network(run->study.learner);
    int n = pick(run, SPRING_HELD, picks), more = 0;
    for (int i = 0; i < n; i++) {
        size_t at = place_of(net, picks[i].part, picks[i].row, picks[i].col);
        more += fabs(moved(without, at)) >= TIMES * fabs(moved(run, at));
    }
    return more;
}

Test(springs, held_and_free_weights_are_those_of_the_reference)
{
    struct table *table = table_open("springs.tsv");
    struct spring_run ewc = run_springs("on=ewc ewc.form=explicit ewc.lambda=10 lr=0.1");
    struct spring_run naive = run_springs("lr=0.1");
    cr_expect_geq(count_same(&ewc, &naive, table, "held", SPRING_HELD), same_least);
    cr_expect_geq(count_same(&ewc, &naive, table, "free", SPRING_FREE), same_least);
    cr_expect_geq(count_moved_more(&ewc, &naive), ENOUGH);
    close_springs(&ewc);
    close_springs(&naive);
    table_close(table);
}

Test(springs, the_proximal_form_holds_the_same_weights)
{
    struct spring_pick explicit_held[HELD], proximal_held[HELD];
    struct spring_run run = run_springs("on=ewc ewc.form=explicit ewc.lambda=10 lr=0.1");
    struct spring_run proximal = run_springs("on=ewc ewc.form=proximal ewc.lambda=10 lr=0.1");
    struct spring_run naive = run_springs("lr=0.1");
    int same = 0, n = pick(&run, SPRING_HELD, explicit_held);
    cr_assert_eq(n, HELD);
    cr_assert_eq(pick(&proximal, SPRING_HELD, proximal_held), HELD);
    for (int i = 0; i < HELD; i++) {
        for (int k = 0; k < HELD; k++) {
            same += explicit_held[i].row == proximal_held[k].row &&
                    explicit_held[i].col == proximal_held[k].col &&
                    explicit_held[i].part == proximal_held[k].part;
        }
    }
    cr_expect_geq(same, 14, "%d of the top %d are the same", same, (int)HELD);
    cr_expect_geq(count_moved_more(&proximal, &naive), ENOUGH);
    close_springs(&run);
    close_springs(&proximal);
    close_springs(&naive);
}

/* A loop over everything instead of what springs did: lambda F (theta - theta*), before each
 * step. */
Test(springs, the_sum_is_that_of_a_plain_loop)
{
    struct study study =
        study_open("permuted", 2, 0, "on=ewc ewc.form=explicit ewc.lambda=10 lr=0.1 net=12,9");
    size_t n = study_size(&study);
    double *sum = calloc(n, sizeof *sum);
    study_stage(&study, 0, 0, 60);
    real *anchor = study_keep(&study), *fisher = malloc(n * sizeof *fisher);
    struct trail *trail = trail_create(OPTIMIZER_SGD, n);
    cr_assert(sum && fisher && trail);
    memcpy(fisher, learner_importance(study.learner), n * sizeof *fisher);
    study_begin(&study, 1, 1);
    trail_begin(trail, 1, 0, anchor);
    learner_keep_pull(study.learner, &trail->pull);
    for (int s = 0; s < 80; s++) {
        for (size_t i = 0; i < n; i++) {
            double theta = (double)learner_theta(study.learner)[i];
            sum[i] -= 0.1 * 10 * (double)fisher[i] * (theta - (double)anchor[i]);
        }
        cr_assert(study_steps(&study, 1));
        trail_step(trail, learner_theta(study.learner));
    }
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, fabs(sum[i]));
        cr_expect_float_eq((double)trail->pull.sum[i], sum[i], sizeof(real) == 8 ? 1e-12 : 2e-5);
    }
    cr_expect_gt(most, 1e-3);
    free(sum);
    free(anchor);
    free(fisher);
    trail_destroy(trail);
    study_close(&study);
}
