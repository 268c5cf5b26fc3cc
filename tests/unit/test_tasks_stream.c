/* SPDX-License-Identifier: MIT
 * The stream: shares that drift as documented, and batches that are drawn by them. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "support/study.h"
#include "support/tensors.h"
#include "tasks/feed.h"
#include "tasks/stream.h"

enum { PACE = 200, BATCH = 32 };

Test(stream, shares_add_up_to_one_at_every_time)
{
    for (int n = 1; n <= 12; n++) {
        for (int i = -8; i <= 16 * n + 8; i++) {
            double sum = 0;
            for (int t = 0; t < n; t++) {
                double share = stream_share(n, i / 16.0, t);
                cr_expect(share >= 0 && share <= 1, "task %d of %d: %g", t, n, share);
                sum += share;
            }
            cr_expect_float_eq(sum, 1, 1e-12, "%d tasks at %g: %g", n, i / 16.0, sum);
        }
    }
}

Test(stream, one_task_fades_into_the_next)
{
    cr_expect_eq(stream_share(5, 0, 0), 1);
    cr_expect_eq(stream_share(5, 0.5, 0), 1);
    for (int t = 1; t < 5; t++) {
        double middle = t + 0.5, before = stream_share(5, t, t - 1), now = stream_share(5, t, t);
        cr_expect_gt(stream_share(5, middle, t), 0.998);
        cr_expect_float_eq(before, now, 0.002, "half of each where their times meet");
        cr_expect_float_eq(before, 0.5, 0.002);
        double quarter = stream_share(5, middle - 0.25, t);
        cr_expect_float_eq(quarter, 0.75, 0.002, "a straight line");
    }
    cr_expect_eq(stream_share(5, 5, 4), stream_share(5, 4.5, 4), "the last one stays");
}

Test(stream, what_has_come_comes_again_rarely_and_what_comes_has_not_come)
{
    for (int t = 0; t < 5; t++) {
        double share = stream_share(5, 2.5, t);
        cr_expect(t > 2 ? share == 0 : share > 0, "task %d: %g", t, share);
    }
    cr_expect_float_eq(stream_share(5, 2.5, 0), STREAM_STRAY_PERMILLE / 3000.0, 1e-12);
}

Test(stream, drifts_without_a_jump)
{
    for (int i = 0; i < 5000; i++) {
        for (int t = 0; t < 5; t++) {
            double by = stream_share(5, (i + 1) / 1000.0, t) - stream_share(5, i / 1000.0, t);
            cr_expect_leq(fabs(by), 1.1e-3, "task %d at %g: %g", t, i / 1000.0, by);
        }
    }
}

/* Equally spaced numbers draw each task as often as its share says. */
Test(stream, draws_by_the_shares)
{
    enum { UNITS = 100000, TASKS = 5 };
    for (double time = 0; time <= 5; time += 0.137) {
        int counts[TASKS] = {0};
        for (int i = 0; i < UNITS; i++) {
            int task = stream_draw(TASKS, time, (i + 0.5) / UNITS);
            cr_assert(task >= 0 && task < TASKS);
            counts[task]++;
        }
        for (int t = 0; t < TASKS; t++) {
            double share = stream_share(TASKS, time, t);
            cr_expect_float_eq((double)counts[t] / UNITS, share, 5e-5, "task %d at %g", t, time);
        }
    }
    cr_expect_eq(stream_draw(1, 0.7, 1 - 1e-16), 0);
    cr_expect_eq(stream_draw(1000, 1000, 1 - 0x1p-53), 999);
}

/* ---- batches -------------------------------------------------------------------------------- */

static struct study open_study(const char *suite, uint64_t seed)
{
    struct study study = study_open(suite, 3, seed, "batch=32");
    batches_pace(study.batches, PACE);
    return study;
}

static void go_to(struct study *study, int stage, long step)
{
    batches_begin(study->batches, stage, stage);
    feed_begin(study->feed, step);
}

Test(stream, rows_are_examples_of_their_tasks)
{
    struct study study = open_study("stream", 0);
    real x[64];
    go_to(&study, 1, 0);
    for (int step = 0; step < 20; step++) {
        struct batch batch = feed_next(study.feed);
        cr_assert_eq(batch.n, BATCH);
        for (int i = 0; i < batch.n; i++) {
            int label = suite_example(study.suite, batch.tasks[i], SPLIT_TRAIN, batch.index[i], x);
            cr_expect_eq(batch.labels[i], label);
            cr_expect_arr_eq(batch.x + 64 * i, x, sizeof x);
        }
    }
    study_close(&study);
}

Test(stream, batches_hold_the_tasks_in_their_shares)
{
    enum { AROUND = 40 };
    struct study study = open_study("stream", 3);
    static const int places[][2] = {{0, 0}, {0, 140}, {1, 0}, {1, 80}, {2, 20}, {2, 160}};
    for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
        int counts[3] = {0};
        double expected[3] = {0};
        go_to(&study, places[p][0], places[p][1]);
        for (int step = 0; step < AROUND; step++) {
            struct batch batch = feed_next(study.feed);
            for (int i = 0; i < batch.n; i++) {
                counts[batch.tasks[i]]++;
            }
            double time = places[p][0] + (double)(places[p][1] + step) / PACE;
            for (int t = 0; t < 3; t++) {
                expected[t] += BATCH * stream_share(3, time, t);
            }
        }
        for (int t = 0; t < 3; t++) { /* four standard deviations of a binomial */
            double slack = 4 * sqrt(AROUND * BATCH * 0.25);
            cr_expect_float_eq(counts[t], expected[t], slack, "place %zu task %d: %d", p, t,
                               counts[t]);
        }
    }
    study_close(&study);
}

static bool is_same(const struct batch *a, const struct batch *b)
{
    size_t n = (size_t)a->n;
    return a->n == b->n && memcmp(a->tasks, b->tasks, n * sizeof *a->tasks) == 0 &&
           memcmp(a->index, b->index, n * sizeof *a->index) == 0 &&
           memcmp(a->x, b->x, n * 64 * sizeof *a->x) == 0;
}

Test(stream, any_step_can_be_gone_to)
{
    struct study walk = open_study("stream", 5), jump = open_study("stream", 5);
    struct study other = open_study("stream", 6);
    go_to(&walk, 1, 0);
    for (int step = 0; step < 60; step++) {
        struct batch walked = feed_next(walk.feed);
        go_to(&jump, 1, step);
        struct batch jumped = feed_next(jump.feed);
        cr_expect(is_same(&walked, &jumped), "step %d", step);
        go_to(&other, 1, step);
        struct batch of_other_seed = feed_next(other.feed);
        cr_expect_not(is_same(&walked, &of_other_seed), "step %d", step);
        go_to(&jump, 2, step);
        struct batch of_other_stage = feed_next(jump.feed);
        size_t bytes = (size_t)walked.n * sizeof *walked.index;
        cr_expect(memcmp(walked.index, of_other_stage.index, bytes) != 0, "step %d", step);
    }
    study_close(&walk);
    study_close(&jump);
    study_close(&other);
}

/* In the middle between two tasks, each row competes among the outputs of its own task: the loss of
 * ten equal outputs, not of thirty. */
Test(stream, each_row_has_the_outputs_of_its_task)
{
    struct study study = open_study("stream/task", 0);
    go_to(&study, 1, 0);
    struct batch batch = feed_next(study.feed);
    int counts[3] = {0};
    for (int i = 0; i < batch.n; i++) {
        counts[batch.tasks[i]]++;
        cr_expect_eq(batch.labels[i] / 10, batch.tasks[i]);
    }
    cr_assert(counts[0] > 5 && counts[1] > 5);
    cr_expect_float_eq(learner_loss(study.learner, &batch), log(10), 0.2);
    study_close(&study);
}

/* Rows that all are of one task train as a batch of that task does, and move no output of others.
 */
Test(stream, a_row_counts_as_one_of_its_task)
{
    int tasks[BATCH];
    struct study study = study_open("permuted/task", 3, 0, "batch=32");
    struct learner *other = study_learner(&study);
    study_begin(&study, 0, 0);
    learner_stage_begin(other, 0, 0);
    go_to(&study, 1, 0);
    struct batch batch = feed_next(study.feed), mixed = batch;
    for (int i = 0; i < BATCH; i++) {
        tasks[i] = 1;
    }
    mixed.tasks = tasks;
    mixed.task = 0;
    const struct network *net = learner_network(study.learner);
    const real *biases =
        learner_theta(study.learner) + tensor_of(net, TENSOR_BIAS, net->n_layers - 1)->at;
    real before[30];
    memcpy(before, biases, sizeof before);
    learner_step(study.learner, &batch);
    learner_step(other, &mixed);
    for (int i = 0; i < 30; i++) {
        cr_expect_eq(biases[i] != before[i], i / 10 == 1, "output %d", i);
    }
    size_t bytes = study_size(&study) * sizeof(real);
    cr_expect(memcmp(learner_theta(study.learner), learner_theta(other), bytes) == 0);
    learner_destroy(other);
    study_close(&study);
}

/* Weights of a pixel that none of the last examples has do not matter: importance is of what came,
 * not of the task that is thought to be present. */
Test(stream, importance_is_that_of_what_came_last)
{
    struct study study = study_open("stream", 3, 0, "on=ewc batch=8 consolidate.every=1 net=6");
    batches_pace(study.batches, PACE);
    study_begin(&study, 0, 0);
    go_to(&study, 2, 0); /* half B, half C, and no A */
    struct batch batch = feed_next(study.feed);
    learner_step(study.learner, &batch);
    const real *importance = learner_importance(study.learner);
    cr_assert_not_null(importance);
    int n_dark = 0, n_light = 0;
    for (int pixel = 0; pixel < 64; pixel++) {
        real light = 0, sum = 0;
        for (int i = 0; i < batch.n; i++) {
            light += batch.x[64 * i + pixel];
        }
        for (int unit = 0; unit < 6; unit++) {
            sum += importance[6 * pixel + unit];
        }
        cr_expect(light > 0 || sum == 0, "pixel %d", pixel);
        n_dark += light == 0;
        n_light += sum > 0;
    }
    cr_expect(n_dark >= 3 && n_light >= 30, "%d dark, %d light", n_dark, n_light);
    study_close(&study);
}

Test(stream, tasks_are_those_of_the_data_or_permutations)
{
    struct study stream = open_study("stream", 2), permuted = open_study("permuted", 2);
    for (int t = 0; t < 3; t++) {
        real x[64], y[64];
        cr_expect_str_eq(suite_task(stream.suite, t)->name, suite_task(permuted.suite, t)->name);
        suite_example(stream.suite, t, SPLIT_TEST, 7, x);
        suite_example(permuted.suite, t, SPLIT_TEST, 7, y);
        cr_expect_arr_eq(x, y, sizeof x);
    }
    study_close(&stream);
    study_close(&permuted);
    struct err err = {0};
    struct dataset *text = dataset_open("text", NULL, &err);
    cr_assert_not_null(text, "%s", err.msg);
    struct suite_config config = {.name = "stream", .scenario = -1};
    struct suite *suite = suite_create(&config, text, &err);
    cr_assert_not_null(suite, "%s", err.msg);
    cr_expect(suite_is_stream(suite));
    cr_expect_eq(suite_n_tasks(suite), text->n_groups_usual);
    cr_expect_str_eq(suite_task(suite, 1)->name, text->groups[1].name);
    suite_destroy(suite);
    dataset_close(text);
}
