/* SPDX-License-Identifier: MIT
 * Suites: views that can be undone, classes in their tasks, outputs per scenario, and what is
 * refused. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "tasks/suite.h"

static struct dataset *digits_make(void)
{
    struct err err = {0};
    struct dataset *digits = dataset_open("digits", NULL, &err);
    cr_assert_not_null(digits, "%s", err.msg);
    return digits;
}

static struct suite *suite_make(const struct dataset *dataset, const char *name, int n_tasks,
                                int scenario)
{
    struct err err = {0};
    struct suite_config config = {.name = name, .n_tasks = n_tasks, .scenario = scenario};
    struct suite *suite = suite_create(&config, dataset, &err);
    cr_assert_not_null(suite, "%s", err.msg);
    return suite;
}

static void expect_error(const struct dataset *dataset, const char *name, int n_tasks, int scenario,
                         const char *a, const char *b)
{
    struct err err = {0};
    struct suite_config config = {.name = name, .n_tasks = n_tasks, .scenario = scenario};
    struct suite *suite = suite_create(&config, dataset, &err);
    cr_expect_null(suite, "%s of %d tasks was made", name, n_tasks);
    suite_destroy(suite);
    cr_expect_eq(err.code, ERR_USAGE);
    cr_expect_not_null(strstr(err.msg, a), "'%s' is not in: %s", a, err.msg);
    cr_expect_not_null(strstr(err.msg, b), "'%s' is not in: %s", b, err.msg);
}

/* A dataset of n examples (the same to train and to test) with one row of features each, made by
 * hand. */
static struct dataset by_hand(int n, int d, const float *floats, const uint16_t *labels,
                              int n_classes, char **class_names)
{
    struct examples side = {.n = n, .floats = floats, .labels = labels, .scale = 1};
    return (struct dataset){.name = "hand",
                            .n_features = d,
                            .n_classes = n_classes,
                            .class_names = class_names,
                            .train = side,
                            .test = side};
}

static void check_outputs(const struct suite *suite, int t, int first, int n)
{
    const struct task *task = suite_task(suite, t);
    cr_expect_eq(task->first_output, first, "task %d: %d", t, task->first_output);
    cr_expect_eq(task->n_outputs, n, "task %d: %d", t, task->n_outputs);
}

/* Every label lies among the outputs that compete for its task, and every task has both splits. */
static void check_labels(const struct suite *suite)
{
    real x[64];
    for (int t = 0; t < suite_n_tasks(suite); t++) {
        const struct task *task = suite_task(suite, t);
        cr_expect_gt(task->n_train, 0);
        cr_expect_gt(task->n_test, 0);
        cr_expect_leq(task->n_train, suite_max_train(suite));
        cr_expect_leq(task->first_output + task->n_outputs, suite_n_outputs(suite));
        for (int i = 0; i < task->n_test; i++) {
            int label = suite_example(suite, t, SPLIT_TEST, i, x) - task->first_output;
            cr_assert(label >= 0 && label < task->n_outputs);
        }
    }
}

/* ---- permuted ---- */

/* From the float64 reference run: the permutation of task 1, seed 0. */
Test(suite, permutation_is_that_of_the_reference_run)
{
    static const int gold[16] = {28, 30, 11, 41, 8, 24, 6, 43, 13, 15, 18, 32, 60, 52, 25, 47};
    struct dataset *digits = digits_make();
    struct suite *suite = suite_make(digits, "permuted", 0, -1);
    real x[64];
    for (int i = 0; i < 100; i++) {
        suite_example(suite, 1, SPLIT_TRAIN, i, x);
        for (int j = 0; j < 16; j++) {
            cr_expect_eq(x[j], (real)digits->train.bytes[i * 64 + gold[j]] / 16);
        }
    }
    suite_destroy(suite);
    dataset_close(digits);
}

Test(suite, permuted_views_can_be_undone)
{
    struct dataset *digits = digits_make();
    struct suite_config config = {.name = "permuted", .scenario = -1, .seed = 11};
    struct suite *suite = suite_create(&config, digits, NULL);
    cr_assert_not_null(suite);
    real x[64], seen[64];
    for (int t = 0; t < 5; t++) {
        int perm[64];
        struct rng rng = rng_stream(11, rng_stream_permutation(t));
        rng_shuffle(&rng, perm, 64);
        for (int i = 0; i < digits->test.n; i++) {
            int label = suite_example(suite, t, SPLIT_TEST, i, seen);
            for (int j = 0; j < 64; j++) {
                x[t == 0 ? j : perm[j]] = seen[j];
            }
            for (int j = 0; j < 64; j++) {
                cr_assert_eq(x[j], (real)digits->test.bytes[i * 64 + j] / 16);
            }
            cr_assert_eq(label, digits->test.labels[i]);
        }
    }
    suite_destroy(suite);
    dataset_close(digits);
}

Test(suite, floats_are_seen_through_the_same_permutation_as_bytes)
{
    struct dataset *digits = digits_make();
    float values[64];
    uint16_t label[2] = {0, 1};
    char *names[] = {(char[]){"0"}, (char[]){"1"}};
    for (int j = 0; j < 64; j++) {
        values[j] = (float)digits->train.bytes[j] / 16;
    }
    struct dataset hand = by_hand(1, 64, values, label, 2, names);
    hand.width = hand.height = 8;
    static const char *const suites[] = {"permuted", "rotated"};
    for (int s = 0; s < 2; s++) {
        struct suite *bytes = suite_make(digits, suites[s], 3, -1);
        struct suite *floats = suite_make(&hand, suites[s], 3, -1);
        for (int t = 0; t < 3; t++) {
            real x[64], y[64];
            suite_example(bytes, t, SPLIT_TRAIN, 0, x);
            suite_example(floats, t, SPLIT_TRAIN, 0, y);
            for (int j = 0; j < 64; j++) {
                cr_expect_float_eq((double)x[j], (double)y[j], 1e-6);
            }
        }
        suite_destroy(bytes);
        suite_destroy(floats);
    }
    dataset_close(digits);
}

Test(suite, rows_are_the_examples_one_after_the_other)
{
    static const char *const suites[] = {"permuted", "rotated", "split", "repeat"};
    struct dataset *digits = digits_make();
    for (int s = 0; s < 4; s++) {
        for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
            struct suite *suite = suite_make(digits, suites[s], 0, scenario);
            for (int t = 0; t < suite_n_tasks(suite); t++) {
                real rows[7 * 64], x[64];
                int labels[7];
                suite_rows(suite, t, SPLIT_TEST, 5, 7, rows, labels);
                for (int i = 0; i < 7; i++) {
                    cr_expect_eq(labels[i], suite_example(suite, t, SPLIT_TEST, 5 + i, x));
                    cr_expect_arr_eq(rows + 64 * i, x, sizeof x);
                }
            }
            check_labels(suite);
            suite_destroy(suite);
        }
    }
    dataset_close(digits);
}

Test(suite, views_have_a_head_per_task_outside_domain)
{
    struct dataset *digits = digits_make();
    static const int outputs[SCENARIO_COUNT] = {50, 10, 50};
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        struct suite *suite = suite_make(digits, "permuted", 0, scenario);
        real x[64];
        bool given = scenario == SCENARIO_TASK;
        cr_expect_eq((int)suite_scenario(suite), scenario);
        cr_expect_eq(suite_n_outputs(suite), outputs[scenario]);
        for (int t = 0; t < 5; t++) {
            check_outputs(suite, t, given ? 10 * t : 0, given ? 10 : outputs[scenario]);
            int shift = scenario == SCENARIO_DOMAIN ? 0 : 10 * t;
            cr_expect_eq(suite_example(suite, t, SPLIT_TRAIN, 3, x), shift + 3);
        }
        suite_destroy(suite);
    }
    dataset_close(digits);
}

Test(suite, permuted_says_what_it_is)
{
    struct dataset *digits = digits_make();
    struct suite *suite = suite_make(digits, "permuted", 0, -1);
    cr_expect_eq(suite_dataset(suite), digits);
    cr_expect_str_eq(suite_name(suite), "permuted");
    cr_expect_str_eq(scenario_name(suite_scenario(suite)), "domain");
    cr_expect_eq(suite_n_tasks(suite), 5);
    cr_expect_eq(suite_n_stages(suite), 5);
    cr_expect_eq(suite_stage_task(suite, 4), 4);
    cr_expect_eq(suite_n_features(suite), 64);
    cr_expect_eq(suite_max_train(suite), 1438);
    cr_expect_str_eq(suite_task(suite, 0)->name, "original");
    cr_expect_str_eq(suite_task(suite, 2)->name, "permuted 2");
    cr_expect_eq(suite_source_index(suite, 3, SPLIT_TEST, 17), 17);
    suite_destroy(suite);
    suite_destroy(NULL);
    dataset_close(digits);
}

Test(suite, a_thousand_tasks_are_as_many_views)
{
    struct dataset *digits = digits_make();
    struct suite *suite = suite_make(digits, "permuted", SUITE_TASKS_MAX, -1);
    real a[64], b[64];
    suite_example(suite, 998, SPLIT_TRAIN, 0, a);
    suite_example(suite, 999, SPLIT_TRAIN, 0, b);
    cr_expect_neq(memcmp(a, b, sizeof a), 0);
    suite_destroy(suite);
    suite = suite_make(digits, "rotated", SUITE_TASKS_MAX, -1);
    suite_example(suite, 999, SPLIT_TRAIN, 0, a);
    suite_destroy(suite);
    dataset_close(digits);
}

/* ---- rotated ---- */

/* A 3x3 picture
 *     1 2 3
 *     4 5 6
 *     7 8 9 */
static const float picture[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
static const uint16_t picture_label[2] = {0, 0};

static void rotate_picture(int n_tasks, int task, real *x)
{
    char *names[] = {(char[]){"0"}, (char[]){"1"}};
    struct dataset hand = by_hand(1, 9, picture, picture_label, 2, names);
    hand.width = hand.height = 3;
    struct suite *suite = suite_make(&hand, "rotated", n_tasks, -1);
    suite_example(suite, task, SPLIT_TRAIN, 0, x);
    suite_destroy(suite);
}

Test(suite, rotated_by_nothing_is_the_image)
{
    real x[9];
    rotate_picture(2, 0, x);
    for (int i = 0; i < 9; i++) {
        cr_expect_eq(x[i], (real)picture[i]);
    }
}

Test(suite, rotated_by_a_right_angle_turns_counter_clockwise)
{
    static const double turned[9] = {3, 6, 9, 2, 5, 8, 1, 4, 7};
    real x[9];
    rotate_picture(2, 1, x); /* 90 degrees */
    for (int i = 0; i < 9; i++) {
        cr_expect_float_eq((double)x[i], turned[i], 1e-5, "pixel %d: %g", i, (double)x[i]);
    }
}

Test(suite, rotated_by_an_eighth_blends_four_pixels_and_zero_outside)
{
    real x[9];
    rotate_picture(4, 1, x); /* 45 degrees */
    cr_expect_float_eq((double)x[4], 5, 1e-5, "the centre stays");
    /* The top middle comes from (1 + s, 1 - s), s = sqrt(1/2): pixels 2 3 / 5 6. */
    double s = sqrt(0.5), top = 2 * (1 - s) + 3 * s, low = 5 * (1 - s) + 6 * s;
    cr_expect_float_eq((double)x[1], top * s + low * (1 - s), 1e-5);
    /* The top left comes from (1, 1 - 2s): 41 % outside, above pixel 2. */
    cr_expect_float_eq((double)x[0], 2 * (2 - 2 * s), 1e-5);
}

Test(suite, rotated_goes_to_half_a_turn_in_equal_steps)
{
    struct dataset *digits = digits_make();
    struct suite *suite = suite_make(digits, "rotated", 0, -1);
    static const char *const names[] = {"original", "rotated 36\u00B0", "rotated 72\u00B0",
                                        "rotated 108\u00B0", "rotated 144\u00B0"};
    for (int t = 0; t < 5; t++) {
        cr_expect_str_eq(suite_task(suite, t)->name, names[t]);
    }
    cr_expect_eq(suite_scenario(suite), SCENARIO_DOMAIN);
    suite_destroy(suite);
    dataset_close(digits);
}

/* ---- split ---- */

Test(suite, split_class_and_task_keep_the_labels)
{
    struct dataset *digits = digits_make();
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario += 2) {
        struct suite *suite = suite_make(digits, "split", 0, scenario);
        cr_expect_eq(suite_n_outputs(suite), 10);
        bool given = scenario == SCENARIO_TASK;
        for (int t = 0; t < 5; t++) {
            check_outputs(suite, t, given ? 2 * t : 0, given ? 2 : 10);
        }
        cr_expect_str_eq(suite_task(suite, 1)->name, "2 3");
        suite_destroy(suite);
    }
    dataset_close(digits);
}

Test(suite, split_holds_each_example_once_and_in_order)
{
    struct dataset *digits = digits_make();
    static const int counts[] = {1, 3, 5, 10};
    for (int k = 0; k < 4; k++) {
        struct suite *suite = suite_make(digits, "split", counts[k], SCENARIO_CLASS);
        int total = 0, first = 0;
        for (int t = 0; t < counts[k]; t++) {
            int end = first + 10 / counts[k] + (t < 10 % counts[k]), before = -1;
            int n = suite_task(suite, t)->n_train;
            for (int i = 0; i < n; i++) {
                real x[64];
                int row = suite_source_index(suite, t, SPLIT_TRAIN, i);
                int label = suite_example(suite, t, SPLIT_TRAIN, i, x);
                cr_assert_gt(row, before, "the order of the dataset is kept");
                cr_assert(label >= first && label < end, "%d is not of task %d", label, t);
                cr_assert_eq(label, digits->train.labels[row]);
                cr_assert_eq(x[20], (real)digits->train.bytes[row * 64 + 20] / 16);
                before = row;
            }
            total += n;
            first = end;
        }
        cr_expect_eq(total, 1438);
        suite_destroy(suite);
    }
    dataset_close(digits);
}

Test(suite, split_domain_shares_the_outputs_of_the_largest_group)
{
    struct dataset *digits = digits_make();
    struct suite *suite = suite_make(digits, "split", 3, SCENARIO_DOMAIN); /* 0-3, 4-6, 7-9 */
    static const int firsts[] = {0, 4, 7};
    cr_expect_eq(suite_n_outputs(suite), 4);
    for (int t = 0; t < 3; t++) {
        check_outputs(suite, t, 0, 4);
        for (int i = 0; i < suite_task(suite, t)->n_test; i++) {
            real x[64];
            int row = suite_source_index(suite, t, SPLIT_TEST, i);
            cr_assert_eq(suite_example(suite, t, SPLIT_TEST, i, x),
                         digits->test.labels[row] - firsts[t]);
        }
    }
    cr_expect_str_eq(suite_task(suite, 0)->name, "0 1 2 3");
    suite_destroy(suite);
    dataset_close(digits);
}

Test(suite, split_has_by_default_a_task_per_pair_of_classes)
{
    static const float floats[7] = {0};
    static const uint16_t labels[7] = {0, 1, 2, 3, 4, 5, 6};
    char names[7][64], *pointers[7];
    for (int k = 0; k < 7; k++) {
        snprintf(names[k], sizeof names[k], "a class with a name so long that it fills the line %d",
                 k);
        pointers[k] = names[k];
    }
    struct dataset hand = by_hand(7, 1, floats, labels, 7, pointers);
    struct suite *suite = suite_make(&hand, "split", 0, -1);
    cr_expect_eq(suite_n_tasks(suite), 3);
    cr_expect_eq(suite_task(suite, 0)->n_train, 3);
    cr_expect_eq(suite_task(suite, 2)->n_train, 2);
    const char *name = suite_task(suite, 0)->name;
    cr_expect_lt(strlen(name), sizeof suite_task(suite, 0)->name);
    cr_expect_eq(strncmp(name, "a class with a name", 19), 0);
    cr_expect_str_eq(name + strlen(name) - 4, " ...");
    suite_destroy(suite);
}

/* ---- repeat ---- */

Test(suite, repeat_visits_two_tasks_in_turn)
{
    struct dataset *digits = digits_make();
    struct suite *suite = suite_make(digits, "repeat", 0, -1);
    struct suite *permuted = suite_make(digits, "permuted", 2, -1);
    cr_expect_eq(suite_n_tasks(suite), 2);
    cr_expect_eq(suite_n_stages(suite), 5);
    for (int stage = 0; stage < 5; stage++) {
        cr_expect_eq(suite_stage_task(suite, stage), stage % 2);
    }
    for (int t = 0; t < 2; t++) {
        real x[64], y[64];
        suite_example(suite, t, SPLIT_TEST, 9, x);
        suite_example(permuted, t, SPLIT_TEST, 9, y);
        cr_expect_arr_eq(x, y, sizeof x);
    }
    suite_destroy(permuted);
    suite_destroy(suite);
    dataset_close(digits);
}

/* ---- what is refused ---- */

Test(suite, refuses_what_makes_no_sense)
{
    struct dataset *digits = digits_make();
    expect_error(digits, "shuffled", 5, -1, "permuted, rotated, split, kinds, repeat",
                 "'shuffled'");
    expect_error(digits, "permuted", SUITE_TASKS_MAX + 1, -1, "1 to 1000", "1001 found");
    expect_error(digits, "permuted", -1, -1, "1 to 1000", "-1 found");
    expect_error(digits, "repeat", SUITE_TASKS_MAX + 1, -1, "1 to 1000", "1001 found");
    expect_error(digits, "permuted", 5, 3, "--scenario", "3 found");
    expect_error(digits, "split", 11, -1, "at most 10", "11 found");
    expect_error(digits, "split", 6, SCENARIO_TASK, "at most 5", "--scenario class");
    expect_error(digits, "split", 6, SCENARIO_DOMAIN, "at most 5", "--scenario class");
    dataset_close(digits);
}

Test(suite, refuses_too_many_outputs)
{
    static const float floats[20] = {0};
    static const uint16_t labels[20] = {0};
    char *names[] = {(char[]){"0"}};
    struct dataset hand = by_hand(20, 1, floats, labels, 20, names);
    expect_error(&hand, "permuted", 1000, SCENARIO_CLASS, "20000 outputs", "16384");
    expect_error(&hand, "permuted", 820, SCENARIO_TASK, "16400 outputs", "16384");
    hand.n_classes = SUITE_OUTPUTS_MAX + 1;
    expect_error(&hand, "permuted", 1, SCENARIO_DOMAIN, "16385 outputs", "16384");
    hand.n_classes = 20;
    struct suite *suite = suite_make(&hand, "permuted", 819, SCENARIO_TASK);
    cr_expect_eq(suite_n_outputs(suite), 16380);
    suite_destroy(suite);
}

Test(suite, refuses_to_rotate_a_table)
{
    static const float floats[4] = {0};
    static const uint16_t labels[2] = {0, 1};
    char *names[] = {(char[]){"0"}, (char[]){"1"}};
    struct dataset hand = by_hand(2, 2, floats, labels, 2, names);
    expect_error(&hand, "rotated", 5, -1, "images or --data plane expected", "hand");
}

Test(suite, refuses_to_shuffle_turn_or_split_texts)
{
    static const float floats[4] = {0};
    static const uint16_t labels[2] = {0, 1};
    char *names[] = {(char[]){"a"}, (char[]){"b"}};
    struct dataset hand = by_hand(2, 2, floats, labels, 2, names);
    hand.n_symbols = 2;
    static const char *const suites[] = {"permuted", "rotated", "split", "repeat"};
    for (int i = 0; i < 4; i++) {
        expect_error(&hand, suites[i], 2, -1, suites[i], "use --suite kinds or stream");
    }
}

Test(suite, refuses_a_task_without_examples)
{
    static const float floats[4] = {0};
    static const uint16_t labels[4] = {0, 1, 2, 2};
    char *names[] = {(char[]){"a"}, (char[]){"b"}, (char[]){"c"}, (char[]){"d"}};
    struct dataset hand = by_hand(4, 1, floats, labels, 4, names);
    expect_error(&hand, "split", 4, SCENARIO_CLASS, "task 4 (d)", "fewer tasks");
    suite_destroy(suite_make(&hand, "split", 2, SCENARIO_CLASS));
}

/* ---- letters ---- */

Test(task_letter, is_undone_by_task_from_letter)
{
    char buf[4];
    for (int t = 0; t < SUITE_TASKS_MAX; t++) {
        cr_assert_eq(task_from_letter(task_letter(t, buf), SUITE_TASKS_MAX), t);
    }
    cr_expect_str_eq(task_letter(0, buf), "A");
    cr_expect_str_eq(task_letter(25, buf), "Z");
    cr_expect_str_eq(task_letter(26, buf), "AA");
    cr_expect_str_eq(task_letter(701, buf), "ZZ");
    cr_expect_str_eq(task_letter(702, buf), "AAA");
}

Test(task_letter, other_texts_are_no_task)
{
    cr_expect_eq(task_from_letter("b", 5), 1);
    cr_expect_eq(task_from_letter("F", 5), -1);
    cr_expect_eq(task_from_letter("", 5), -1);
    cr_expect_eq(task_from_letter("1", 5), -1);
    cr_expect_eq(task_from_letter("A ", 5), -1);
    cr_expect_eq(task_from_letter("AAAAAAAAAAAAAAAA", 1000), -1);
}

/* What is advised is not in force already, and would help. */
Test(suite, too_many_outputs_are_refused_with_advice_that_helps)
{
    static const float x[2] = {0};
    static const uint16_t labels[2] = {0, 1};
    static const struct {
        const char *suite;
        int n_tasks, scenario, n_classes;
        const char *advice;
    } cases[] = {{"permuted", 5, SCENARIO_DOMAIN, 60000, "--suite split --scenario domain"},
                 {"permuted", 5, SCENARIO_CLASS, 60000, "--suite split --scenario domain"},
                 {"permuted", 500, SCENARIO_TASK, 100, "fewer tasks or --scenario domain"},
                 {"split", 5, SCENARIO_CLASS, 60000, "--scenario domain and more tasks"},
                 {"split", 2, SCENARIO_DOMAIN, 60000, "; use more tasks"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dataset data = by_hand(2, 1, x, labels, cases[i].n_classes, NULL);
        expect_error(&data, cases[i].suite, cases[i].n_tasks, cases[i].scenario, cases[i].advice,
                     "16384");
    }
}
