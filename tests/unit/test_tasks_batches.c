/* SPDX-License-Identifier: MIT
 * Batches: every example once an epoch, in the order of the reference runs, from any step. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/feed.h"

struct setup {
    struct dataset *dataset;
    struct suite *suite;
    struct batches *batches;
    struct feed *feed;
};

static struct setup setup_make(const char *suite, int batch, uint64_t seed)
{
    struct setup setup;
    struct err err = {0};
    setup.dataset = dataset_open("digits", NULL, &err);
    cr_assert_not_null(setup.dataset, "%s", err.msg);
    struct suite_config config = {.name = suite, .scenario = -1, .seed = seed};
    setup.suite = suite_create(&config, setup.dataset, &err);
    cr_assert_not_null(setup.suite, "%s", err.msg);
    setup.batches = batches_create(setup.suite, batch, seed, &err);
    cr_assert_not_null(setup.batches, "%s", err.msg);
    setup.feed = feed_create(setup.batches, &err);
    cr_assert_not_null(setup.feed, "%s", err.msg);
    return setup;
}

static void setup_begin(struct setup *setup, int stage, int task, long step)
{
    batches_begin(setup->batches, stage, task);
    feed_begin(setup->feed, step);
}

static void setup_end(struct setup *setup)
{
    feed_destroy(setup->feed);
    batches_destroy(setup->batches);
    suite_destroy(setup->suite);
    dataset_close(setup->dataset);
}

/* From the float64 reference run: stage 0, epoch 0, seed 0. */
Test(batches, first_order_is_that_of_the_reference_run)
{
    static const int gold[16] = {374, 284, 1035, 305, 396,  566, 13,  175,
                                 718, 223, 875,  184, 1421, 335, 926, 163};
    struct setup setup = setup_make("permuted", 32, 0);
    setup_begin(&setup, 0, 0, 0);
    struct batch batch = feed_next(setup.feed);
    cr_assert_eq(batch.n, 32);
    cr_expect_eq(batch.task, 0);
    cr_expect_arr_eq(batch.index, gold, sizeof gold);
    setup_end(&setup);
}

Test(batches, rows_are_the_examples_of_the_task)
{
    static const char *const suites[] = {"permuted", "rotated", "split", "repeat"};
    for (int s = 0; s < 4; s++) {
        struct setup setup = setup_make(suites[s], 20, 3);
        for (int t = 0; t < suite_n_tasks(setup.suite); t++) {
            setup_begin(&setup, t, t, 1);
            struct batch batch = feed_next(setup.feed);
            real x[64];
            for (int i = 0; i < batch.n; i++) {
                int label = suite_example(setup.suite, t, SPLIT_TRAIN, batch.index[i], x);
                cr_expect_eq(batch.labels[i], label);
                cr_expect_arr_eq(batch.x + 64 * i, x, sizeof x);
            }
        }
        setup_end(&setup);
    }
}

Test(batches, every_epoch_visits_each_example_once_in_another_order)
{
    static const char *const suites[] = {"permuted", "split"};
    for (int s = 0; s < 2; s++) {
        struct setup setup = setup_make(suites[s], 32, 1);
        int n = suite_task(setup.suite, 1)->n_train, per_epoch = (n + 31) / 32;
        int *seen = calloc((size_t)n, sizeof *seen), first[3];
        cr_assert_not_null(seen);
        cr_assert_eq(batches_per_epoch(setup.batches, 1), per_epoch);
        setup_begin(&setup, 1, 1, 0);
        for (int epoch = 0; epoch < 3; epoch++) {
            int rows = 0;
            for (int step = 0; step < per_epoch; step++) {
                struct batch batch = feed_next(setup.feed);
                first[epoch] = step == 0 ? batch.index[0] : first[epoch];
                cr_expect_eq(batch.n, step + 1 < per_epoch ? 32 : n - 32 * (per_epoch - 1));
                for (int i = 0; i < batch.n; i++) {
                    seen[batch.index[i]]++;
                }
                rows += batch.n;
            }
            cr_expect_eq(rows, n);
            for (int i = 0; i < n; i++) {
                cr_expect_eq(seen[i], epoch + 1);
            }
        }
        cr_expect(first[0] != first[1] || first[1] != first[2], "the order never changes");
        free(seen);
        setup_end(&setup);
    }
}

Test(batches, jumping_to_a_step_is_walking_to_it)
{
    struct setup walk = setup_make("split", 32, 2), jump = setup_make("split", 32, 2);
    setup_begin(&walk, 4, 3, 0);
    for (long step = 0; step < 40; step++) {
        struct batch walked = feed_next(walk.feed);
        if (step % 3 == 0) {
            setup_begin(&jump, 2, 1, step); /* elsewhere in between */
        }
        setup_begin(&jump, 4, 3, step);
        struct batch jumped = feed_next(jump.feed);
        cr_assert_eq(walked.n, jumped.n);
        cr_expect_arr_eq(walked.index, jumped.index, (size_t)walked.n * sizeof(int));
        cr_expect_arr_eq(walked.labels, jumped.labels, (size_t)walked.n * sizeof(int));
        cr_expect_arr_eq(walked.x, jumped.x, (size_t)walked.n * 64 * sizeof(real));
    }
    setup_end(&walk);
    setup_end(&jump);
}

Test(batches, each_stage_and_seed_has_its_own_order)
{
    struct setup a = setup_make("repeat", 1438, 0), b = setup_make("repeat", 1438, 1);
    int first[1438];
    setup_begin(&a, 0, 0, 0);
    memcpy(first, feed_next(a.feed).index, sizeof first);
    setup_begin(&a, 2, 0, 0);
    cr_expect_neq(memcmp(first, feed_next(a.feed).index, sizeof first), 0);
    setup_begin(&b, 0, 0, 0);
    cr_expect_neq(memcmp(first, feed_next(b.feed).index, sizeof first), 0);
    setup_begin(&a, 0, 0, 0);
    cr_expect_eq(memcmp(first, feed_next(a.feed).index, sizeof first), 0);
    setup_end(&a);
    setup_end(&b);
}

Test(batches, larger_than_the_task_is_the_whole_task)
{
    struct setup setup = setup_make("split", 1 << 30, 0);
    cr_expect_eq(batches_per_epoch(setup.batches, 0), 1);
    setup_begin(&setup, 0, 0, 7);
    cr_expect_eq(feed_next(setup.feed).n, suite_task(setup.suite, 0)->n_train);
    cr_expect_eq(feed_next(setup.feed).n, suite_task(setup.suite, 0)->n_train);
    setup_end(&setup);
}

Test(batches, empty_batches_are_refused)
{
    struct setup setup = setup_make("permuted", 1, 0);
    struct err err = {0};
    cr_expect_null(batches_create(setup.suite, 0, 0, &err));
    cr_expect_eq(err.code, ERR_USAGE);
    cr_expect_not_null(strstr(err.msg, "--batch"));
    batches_destroy(NULL);
    setup_end(&setup);
}

/* One runs ahead of the other: what they hand out at a step is the same. */
Test(batches, feeds_go_their_own_pace_through_the_same_examples)
{
    enum { STEPS = 100, AHEAD = 60 };
    struct setup setup = setup_make("split", 32, 5);
    struct err err = {0};
    struct feed *second = feed_create(setup.batches, &err);
    cr_assert_not_null(second, "%s", err.msg);
    int(*first)[32] = calloc(STEPS, sizeof *first);
    cr_assert_not_null(first);
    setup_begin(&setup, 1, 1, 0);
    feed_begin(second, 0);
    for (int ahead = 0, behind = 0; behind < STEPS;) {
        if (ahead < STEPS && ahead < behind + AHEAD) {
            struct batch batch = feed_next(setup.feed);
            memcpy(first[ahead++], batch.index, (size_t)batch.n * sizeof(int));
        } else {
            struct batch batch = feed_next(second);
            cr_expect_arr_eq(batch.index, first[behind], (size_t)batch.n * sizeof(int));
            behind++;
        }
    }
    free(first);
    feed_destroy(second);
    setup_end(&setup);
}
