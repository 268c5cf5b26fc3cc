/* SPDX-License-Identifier: MIT
 * Replay and joint: which examples are kept and shown. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/snapshot.h"
#include "strategies/table.h"
#include "support/study.h"
#include "support/tensors.h"

enum { BATCH = 10, MEMORY = 20, OFFERED = 200, RUNS = 400, DRAWS = 40, ROWS = 2 * BATCH };

/* The hooks of one strategy on rows of our own. */
struct bench {
    const struct strategy *strategy;
    struct study study;
    struct params params;
    struct learning learning;
    struct rows rows;
    int labels[ROWS], tasks[ROWS], index[ROWS];
    struct range ranges[ROWS];
    real x[ROWS * 64];
    void *state;
};

static void bench_open(struct bench *b, const char *name, int n_tasks)
{
    b->strategy = strategy_at(strategy_find(name));
    b->study = study_open("permuted", n_tasks, 0, "net=0 batch=10 replay.memory=20");
    b->params = b->study.config.params;
    b->learning = (struct learning){
        .net = learner_network(b->study.learner), .suite = b->study.suite, .params = &b->params};
    b->rows = (struct rows){.capacity = ROWS,
                            .x = b->x,
                            .labels = b->labels,
                            .tasks = b->tasks,
                            .index = b->index,
                            .ranges = b->ranges};
}

static void bench_begin(struct bench *b, uint64_t seed)
{
    struct err err = {0};
    b->learning.seed = seed;
    b->state = b->strategy->create(&b->learning, &err);
    cr_assert_not_null(b->state, "%s", err.msg);
}

/* Offers examples first .. first+n-1 of task 0 in batches. */
static void offer(struct bench *b, int first, int n)
{
    for (int at = 0; at < n; at += BATCH) {
        b->rows.n = b->rows.n_batch = BATCH;
        for (int i = 0; i < BATCH; i++) {
            b->tasks[i] = 0;
            b->index[i] = first + at + i;
        }
        b->strategy->step_done(b->state, &b->learning, &b->rows);
    }
}

/* Counts once every example that is in the memory; returns how many there are. */
static int count_kept(struct bench *b, int *counts)
{
    bool is_kept[OFFERED] = {0};
    int n = 0;
    for (int k = 0; k < DRAWS; k++) {
        b->rows.n = b->rows.n_batch = BATCH;
        b->strategy->rows(b->state, &b->learning, &b->rows);
        cr_assert_eq(b->rows.n, ROWS, "as many rows as the batch has are added");
        for (int i = BATCH; i < ROWS; i++) {
            n += !is_kept[b->index[i]];
            is_kept[b->index[i]] = true;
        }
    }
    for (int i = 0; i < OFFERED; i++) {
        counts[i] += is_kept[i];
    }
    return n;
}

/* Of OFFERED cells, each expected in RUNS * kept / OFFERED runs; without replacement the mean of
 * this statistic is about OFFERED (1 - kept/OFFERED), its deviation below 20. */
static double chi_square(const int *counts, int kept)
{
    double expected = (double)RUNS * kept / OFFERED, sum = 0;
    for (int i = 0; i < OFFERED; i++) {
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    return sum;
}

static const double chi_square_most = 280;

Test(replay, memory_is_a_uniform_sample_of_all_that_was_offered)
{
    static struct bench b;
    static int counts[OFFERED], small[OFFERED];
    bench_open(&b, "replay", 2);
    for (int run = 0; run < RUNS; run++) {
        b.params.value[PARAM_REPLAY_MEMORY] = MEMORY;
        bench_begin(&b, (uint64_t)run);
        offer(&b, 0, OFFERED);
        cr_assert_eq(count_kept(&b, counts), MEMORY);
        b.params.value[PARAM_REPLAY_MEMORY] = MEMORY / 2;
        cr_assert_eq(count_kept(&b, small), MEMORY / 2);
        b.strategy->destroy(b.state);
    }
    double whole = chi_square(counts, MEMORY), half = chi_square(small, MEMORY / 2);
    cr_expect(whole < chi_square_most, "the reservoir is uniform (%.0f)", whole);
    cr_expect(half < chi_square_most, "what is left after shrinking it is uniform (%.0f)", half);
    study_close(&b.study);
}

Test(replay, added_rows_are_the_examples_kept)
{
    static struct bench b;
    static real x[64];
    bench_open(&b, "replay", 2);
    bench_begin(&b, 1);
    offer(&b, 50, 10);
    b.rows.n = b.rows.n_batch = BATCH;
    b.strategy->rows(b.state, &b.learning, &b.rows);
    for (int i = BATCH; i < ROWS; i++) {
        cr_assert(b.index[i] >= 50 && b.index[i] < 60 && b.tasks[i] == 0);
        int label = suite_example(b.study.suite, 0, SPLIT_TRAIN, b.index[i], x);
        cr_expect(label == b.labels[i]);
        cr_expect_arr_eq(x, b.x + i * 64, sizeof x);
        cr_expect(b.ranges[i].first == 0 && b.ranges[i].count == 10);
    }
    b.strategy->destroy(b.state);
    study_close(&b.study);
}

Test(replay, a_memory_made_larger_stays_a_fair_sample)
{
    static struct bench b;
    static int counts[OFFERED];
    int kept = 0, early = 0;
    bench_open(&b, "replay", 2);
    for (int run = 0; run < RUNS; run++) {
        b.params.value[PARAM_REPLAY_MEMORY] = MEMORY;
        bench_begin(&b, (uint64_t)run);
        offer(&b, 0, OFFERED / 4);
        b.params.value[PARAM_REPLAY_MEMORY] = MEMORY / 4;
        offer(&b, OFFERED / 4, OFFERED / 4);
        b.params.value[PARAM_REPLAY_MEMORY] = MEMORY;
        offer(&b, OFFERED / 2, OFFERED / 2);
        kept += count_kept(&b, counts);
        b.strategy->destroy(b.state);
    }
    for (int i = 0; i < OFFERED / 2; i++) {
        early += counts[i];
    }
    double share = (double)early / kept, chi = chi_square(counts, kept / RUNS);
    cr_expect(fabs(share - 0.5) < 0.03, "half of what was offered is half of what is kept: %.3f",
              share);
    cr_expect(chi < chi_square_most, "each example is as likely to be kept (%.0f)", chi);
    study_close(&b.study);
}

static void expect_status(struct bench *b, const char *expected, int n_different)
{
    char text[STATUS_TEXT_MAX];
    b->strategy->status(b->state, &b->learning, text, sizeof text);
    cr_expect_str_eq(text, expected);
    cr_expect_eq(b->strategy->bytes(b->state, &b->learning),
                 (size_t)n_different * 65 * sizeof(real), "%s", text);
}

Test(replay, copies_of_an_example_are_told_from_examples)
{
    static struct bench b;
    bench_open(&b, "replay", 2);
    bench_begin(&b, 3);
    expect_status(&b, "memory empty", 0);
    b.params.value[PARAM_REPLAY_MEMORY] = 100000;
    offer(&b, 0, 30);
    expect_status(&b, "30 kept", 30);
    for (int epoch = 1; epoch < 7; epoch++) {
        offer(&b, 0, 30);
    }
    expect_status(&b, "210 draws of 30", 30);
    b.params.value[PARAM_REPLAY_MEMORY] = 1;
    offer(&b, 0, 10);
    expect_status(&b, "1 kept", 1);
    b.params.value[PARAM_REPLAY_MEMORY] = 50;
    offer(&b, 0, 10);
    expect_status(&b, "1 of 50, fills", 1);
    b.strategy->destroy(b.state);
    study_close(&b.study);
}

/* Places of the memory that are taken. */
static int kept_by(const struct study *study)
{
    char text[STATUS_TEXT_MAX];
    int n = 0;
    learner_status(study->learner, strategy_find("replay"), text, sizeof text);
    cr_assert(sscanf(text, "%d ", &n) == 1 || strcmp(text, "memory empty") == 0, "%s", text);
    return n;
}

Test(replay, memory_follows_its_knob_in_the_middle_of_a_run)
{
    struct study study = study_open("permuted", 2, 0, "net=0 on=replay replay.memory=50");
    study_begin(&study, 0, 0);
    study_steps(&study, 5);
    cr_expect_eq(kept_by(&study), 50);
    study_set(&study, "replay.memory=20");
    study_steps(&study, 1);
    cr_expect_eq(kept_by(&study), 20);
    study_set(&study, "replay.memory=1000");
    study_steps(&study, 20);
    int grown = kept_by(&study);
    cr_expect(grown > 20 && grown < 150, "it fills at the rate of what was kept: %d", grown);
    study_close(&study);
}

Test(replay, observed_while_off_fills_the_memory_and_changes_no_weight)
{
    struct study plain = study_open("permuted", 2, 0, "");
    struct study observed = study_open("permuted", 2, 0, "observed=replay+ewc+l2");
    study_stage(&plain, 0, 0, 40);
    study_stage(&observed, 0, 0, 40);
    study_stage(&plain, 1, 1, 40);
    study_stage(&observed, 1, 1, 40);
    cr_expect_eq(kept_by(&plain), 0);
    cr_expect_eq(kept_by(&observed), 200);
    cr_expect_null(learner_importance(plain.learner));
    cr_expect_not_null(learner_importance(observed.learner));
    cr_expect(study_is(&observed, learner_theta(plain.learner)),
              "observing does not touch the weights");
    learner_observe(observed.learner, strategy_find("replay"), false);
    study_set(&observed, "replay.memory=400");
    study_stage(&observed, 0, 0, 40);
    cr_expect_eq(kept_by(&observed), 200, "no longer observed: nothing is added");
    study_close(&plain);
    study_close(&observed);
}

Test(replay, rows_of_a_given_task_compete_among_its_own_outputs)
{
    struct study study = study_open("split/task", 5, 0, "on=replay");
    study_stage(&study, 0, 0, 20);
    study_begin(&study, 1, 1);
    study_steps(&study, 1);
    const struct network *net = learner_network(study.learner);
    const real *gradient =
        learner_gradient(study.learner) + tensor_of(net, TENSOR_BIAS, net->n_layers - 1)->at;
    for (int o = 0; o < 10; o++) {
        cr_expect((gradient[o] != 0) == (o < 4), "output %d: tasks 0 and 1 own 0 to 3", o);
    }
    study_close(&study);
}

Test(joint, shows_every_example_of_every_task_once_a_pass)
{
    enum { TASKS = 3, N = 1438 };
    static struct bench b;
    static int seen[TASKS][N];
    int shown = 0, late = 0;
    bench_open(&b, "joint", TASKS);
    bench_begin(&b, 5);
    for (int pass = 1; pass <= 2; pass++) {
        for (shown = 0; shown < TASKS * N; shown += b.rows.n) {
            b.rows.n = b.rows.n_batch = BATCH;
            b.strategy->rows(b.state, &b.learning, &b.rows);
            cr_assert_eq(b.rows.n, b.rows.n_batch);
            for (int i = 0; i < b.rows.n; i++) {
                seen[b.tasks[i]][b.index[i]]++;
                late += pass == 1 && shown < N && b.tasks[i] == TASKS - 1;
            }
        }
        for (int i = 0; i < TASKS * N; i++) {
            cr_assert_eq(seen[i / N][i % N], pass);
        }
    }
    cr_expect(abs(late - N / TASKS) < 5 * 18, "a third of the first third is of the last task: %d",
              late);
    b.strategy->destroy(b.state);
    study_close(&b.study);
}

Test(joint, every_task_is_learned_during_the_first_stage)
{
    struct study study = study_open("permuted", 3, 0, "on=joint");
    study_stage(&study, 0, 0, 450);
    for (int t = 0; t < 3; t++) {
        double accuracy = learner_score(study.learner, t, 1).accuracy;
        cr_expect(accuracy > 0.7, "task %d: %.2f", t, accuracy);
    }
    study_close(&study);
}

/* A window of 16 characters and the one behind it are 17. */
Test(replay, memory_of_texts_is_counted_in_characters)
{
    static const char *const settings[] = {
        "on=replay net=6 batch=4 replay.memory=50",
        "on=replay model=transformer blocks=1 heads=2 width=8 batch=4 replay.memory=50"};
    for (int i = 0; i < 2; i++) {
        struct study study = study_open("kinds", 2, 0, settings[i]);
        study_stage(&study, 0, 0, 5);
        cr_expect_eq(learner_bytes(study.learner, strategy_find("replay")), 20 * 17);
        study_close(&study);
    }
}
