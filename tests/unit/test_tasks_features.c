/* SPDX-License-Identifier: MIT
 * Sparse features: what is drawn, and the tasks that are made of it. */
#include <criterion/criterion.h>
#include <string.h>

#include "tasks/suite.h"

enum { FEATURES = 5, LEVELS = 4 };

static struct dataset *open_seeded(uint64_t seed)
{
    struct err err = {0};
    struct dataset *dataset =
        dataset_open("features", &(struct dataset_options){.seed = seed}, &err);
    cr_assert_not_null(dataset, "%s", err.msg);
    return dataset;
}

static struct suite *make(const struct dataset *dataset, int n_tasks)
{
    const struct suite_config config = {.name = "kinds", .n_tasks = n_tasks, .scenario = -1};
    struct err err = {0};
    struct suite *suite = suite_create(&config, dataset, &err);
    cr_assert_not_null(suite, "%s", err.msg);
    return suite;
}

Test(features, are_seldom_and_evenly_spread)
{
    struct dataset *dataset = open_seeded(3);
    const float *x = dataset->train.floats;
    for (int j = 0; j < FEATURES; j++) {
        double n = 0, sum = 0;
        for (int i = 0; i < dataset->train.n; i++) {
            float value = x[i * FEATURES + j];
            cr_assert(value >= 0 && value < 1);
            n += value > 0;
            sum += (double)value;
        }
        cr_expect_float_eq(n / dataset->train.n, 0.1, 0.008, "feature %d", j); /* 5 sigma */
        cr_expect_float_eq(sum / n, 0.5, 0.025, "feature %d", j);
    }
    dataset_close(dataset);
}

Test(features, are_the_seeds)
{
    struct dataset *a = open_seeded(1), *b = open_seeded(1), *c = open_seeded(2);
    size_t size = (size_t)a->train.n * FEATURES * sizeof(float);
    cr_expect_eq(memcmp(a->train.floats, b->train.floats, size), 0);
    cr_expect_neq(memcmp(a->train.floats, c->train.floats, size), 0);
    dataset_close(a);
    dataset_close(b);
    dataset_close(c);
}

/* Each feature belongs to one task; the others are not there. */
static void expect_parts(const struct dataset *dataset, int n_tasks, const int *begins)
{
    struct suite *suite = make(dataset, n_tasks);
    cr_assert_eq(suite_n_outputs(suite), FEATURES);
    for (int t = 0; t < n_tasks; t++) {
        const struct task *task = suite_task(suite, t);
        int first, n;
        suite_classes(suite, t, &first, &n);
        cr_expect(first == begins[t] && first + n == begins[t + 1], "%d of %d", t, n_tasks);
        cr_expect(task->first_output == 0 && task->n_outputs == begins[t + 1]);
        cr_assert_eq(task->n_test, n * LEVELS);
        for (int i = 0; i < 200; i++) {
            real x[FEATURES];
            suite_example(suite, t, SPLIT_TRAIN, i, x);
            for (int j = 0; j < FEATURES; j++) {
                float all = dataset->train.floats[i * FEATURES + j];
                cr_assert_eq(x[j], (real)(j >= first && j < first + n ? all : 0));
            }
        }
        for (int i = 0; i < task->n_test; i++) {
            real x[FEATURES];
            int of = suite_example(suite, t, SPLIT_TEST, i, x);
            cr_assert_eq(of, first + i / LEVELS);
            for (int j = 0; j < FEATURES; j++) {
                cr_assert_eq(x[j], (real)(j == of ? (i % LEVELS + 1) / 4.0 : 0));
            }
        }
    }
    suite_destroy(suite);
}

Test(features, are_shared_out_among_tasks)
{
    struct dataset *dataset = open_seeded(0);
    expect_parts(dataset, 1, (const int[]){0, 5});
    expect_parts(dataset, 2, (const int[]){0, 2, 5});
    expect_parts(dataset, 3, (const int[]){0, 1, 3, 5});
    expect_parts(dataset, 5, (const int[]){0, 1, 2, 3, 4, 5});
    struct suite *suite = make(dataset, 0);
    cr_expect_eq(suite_n_tasks(suite), 2);
    cr_expect_str_eq(suite_task(suite, 0)->name, "features 1 2");
    cr_expect_str_eq(suite_task(suite, 1)->name, "features 3 4 5");
    suite_destroy(suite);
    dataset_close(dataset);
}

Test(features, other_suites_and_scenarios_are_refused)
{
    static const struct {
        struct suite_config config;
        const char *says;
    } cases[] = {{{"permuted", 0, -1, 0, false}, "use --suite kinds"},
                 {{"split", 0, -1, 0, false}, "use --suite kinds"},
                 {{"stream", 0, -1, 0, false}, "use --suite kinds"},
                 {{"repeat", 0, -1, 0, false}, "use --suite kinds"},
                 {{"rotated", 0, -1, 0, false}, "use --suite kinds"},
                 {{"conversation", 0, -1, 0, false}, "use --suite kinds"},
                 {{"kinds", 0, SCENARIO_CLASS, 0, false}, "leave --scenario out"},
                 {{"kinds", 6, -1, 0, false}, "at most 5 expected, one per feature"}};
    struct dataset *dataset = open_seeded(0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        cr_expect_null(suite_create(&cases[i].config, dataset, &err));
        cr_expect(err.code == ERR_USAGE && strstr(err.msg, cases[i].says), "%s", err.msg);
    }
    dataset_close(dataset);
}

Test(features, words_say_what_is_measured)
{
    char buf[80], small[8];
    const struct dataset_kind *kind = dataset_kind_of("features", NULL);
    cr_expect_str_eq(dataset_words(kind, "*Accuracy*, average accuracy of accuracies", buf, 80),
                     "*Kept share*, average kept share of kept shares");
    cr_expect_str_eq(dataset_words(kind, "an accuracy", small, sizeof small), "an kept");
    cr_expect_str_eq(dataset_words(dataset_kind_of("digits", NULL), "accuracy", buf, 80),
                     "accuracy");
    cr_expect_str_eq(dataset_words(NULL, "accuracy", buf, 80), "accuracy");
}
