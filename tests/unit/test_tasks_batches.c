/* SPDX-License-Identifier: MIT
 * Batches: every example once an epoch, in the order of the reference runs, from any step. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/batches.h"

struct setup {
    struct dataset *dataset;
    struct suite *suite;
    struct batches *batches;
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
    return setup;
}

static void setup_end(struct setup *setup)
{
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
    batches_begin(setup.batches, 0, 0, 0);
    struct batch batch = batches_next(setup.batches);
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
            batches_begin(setup.batches, t, t, 1);
            struct batch batch = batches_next(setup.batches);
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
        batches_begin(setup.batches, 1, 1, 0);
        for (int epoch = 0; epoch < 3; epoch++) {
            int rows = 0;
            for (int step = 0; step < per_epoch; step++) {
                struct batch batch = batches_next(setup.batches);
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
    batches_begin(walk.batches, 4, 3, 0);
    for (long step = 0; step < 40; step++) {
        struct batch walked = batches_next(walk.batches);
        if (step % 3 == 0) {
            batches_begin(jump.batches, 2, 1, step); /* elsewhere in between */
        }
        batches_begin(jump.batches, 4, 3, step);
        struct batch jumped = batches_next(jump.batches);
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
    batches_begin(a.batches, 0, 0, 0);
    memcpy(first, batches_next(a.batches).index, sizeof first);
    batches_begin(a.batches, 2, 0, 0);
    cr_expect_neq(memcmp(first, batches_next(a.batches).index, sizeof first), 0);
    batches_begin(b.batches, 0, 0, 0);
    cr_expect_neq(memcmp(first, batches_next(b.batches).index, sizeof first), 0);
    batches_begin(a.batches, 0, 0, 0);
    cr_expect_eq(memcmp(first, batches_next(a.batches).index, sizeof first), 0);
    setup_end(&a);
    setup_end(&b);
}

Test(batches, larger_than_the_task_is_the_whole_task)
{
    struct setup setup = setup_make("split", 1 << 30, 0);
    cr_expect_eq(batches_per_epoch(setup.batches, 0), 1);
    batches_begin(setup.batches, 0, 0, 7);
    cr_expect_eq(batches_next(setup.batches).n, suite_task(setup.suite, 0)->n_train);
    cr_expect_eq(batches_next(setup.batches).n, suite_task(setup.suite, 0)->n_train);
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
