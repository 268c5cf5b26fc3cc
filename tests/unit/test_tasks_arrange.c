/* SPDX-License-Identifier: MIT
 * The order of classes, and what is held out of training. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/learner.h"
#include "lab/timeline.h"
#include "tasks/suite.h"
#include "tasks/text.h"

static struct dataset *open_with(const char *spec, enum reading_id id, const char *text,
                                 uint64_t seed)
{
    struct err err = {0};
    struct dataset_options options = {.seed = seed};
    options.reading.text[id] = text;
    struct dataset *dataset = dataset_open(spec, &options, &err);
    cr_assert_not_null(dataset, "%s: %s", spec, err.msg);
    return dataset;
}

static void expect_usage(const char *spec, enum reading_id id, const char *text, const char *part)
{
    struct err err = {0};
    struct dataset_options options = {0};
    options.reading.text[id] = text;
    struct dataset *dataset = dataset_open(spec, &options, &err);
    cr_expect_null(dataset, "%s", text);
    cr_expect_eq(err.code, ERR_USAGE);
    cr_expect(strstr(err.msg, part), "'%s' is not in: %s", part, err.msg);
    dataset_close(dataset);
}

/* ---- validation ---- */

/* Where an example of the digits with those pixels stands among all that were to train on. */
static int find_digit(const struct dataset *all, const uint8_t *pixels)
{
    size_t d = (size_t)all->n_features;
    for (int i = 0; i < all->train.n; i++) {
        if (memcmp(all->train.bytes + (size_t)i * d, pixels, d) == 0) {
            return i;
        }
    }
    return -1;
}

Test(arrange, what_is_held_out_is_trained_on_by_nobody_and_of_all_classes)
{
    struct dataset *all = open_with("digits", READING_LABEL, NULL, 0),
                   *held = open_with("digits", READING_VALIDATION, "0.1", 0),
                   *other = open_with("digits", READING_VALIDATION, "0.1", 7);
    size_t d = (size_t)all->n_features;
    int n[2][10] = {{0}}, n_validation = held->validation.n;
    cr_expect_eq(held->train.n + n_validation, all->train.n);
    cr_expect_eq(held->test.n, all->test.n);
    cr_expect_arr_eq(held->test.bytes, all->test.bytes, (size_t)all->test.n * d);
    cr_expect_arr_eq(held->validation.bytes, other->validation.bytes, (size_t)n_validation * d,
                     "whatever the seed");
    int last[2] = {-1, -1};
    for (int i = 0; i < all->train.n; i++) {
        bool is_out = i >= held->train.n;
        const struct examples *side = is_out ? &held->validation : &held->train;
        int at = is_out ? i - held->train.n : i;
        int from = find_digit(all, side->bytes + (size_t)at * d);
        cr_assert_gt(from, last[is_out], "each is there, in its order");
        cr_expect_eq(side->labels[at], all->train.labels[from]);
        last[is_out] = from;
        n[is_out][side->labels[at]]++;
    }
    for (int k = 0; k < 10; k++) {
        cr_expect_eq(n[1][k], lround((n[0][k] + n[1][k]) * 0.1), "class %d", k);
    }
    dataset_close(all);
    dataset_close(held);
    dataset_close(other);
}

Test(arrange, each_task_has_its_own_examples_held_out)
{
    struct dataset *plane = open_with("plane", READING_VALIDATION, "0.25", 3),
                   *all = open_with("plane", READING_LABEL, NULL, 3);
    struct suite_config config = {.name = "kinds", .scenario = -1};
    struct err err = {0};
    struct suite *suite = suite_create(&config, plane, &err);
    cr_assert_not_null(suite, "%s", err.msg);
    for (int t = 0; t < suite_n_tasks(suite); t++) {
        const struct group *group = &all->groups[t];
        const struct task *task = suite_task(suite, t);
        cr_expect_eq(task->n_train + task->n_validation, group->n_train);
        cr_expect_eq(task->n_validation, group->n_train / 4);
        for (int i = 0; i < task->n_validation; i++) {
            real x[2];
            suite_example(suite, t, SPLIT_VALIDATION, i, x);
            bool is_found = false;
            for (int k = group->train_first; k < group->train_first + group->n_train; k++) {
                is_found |= (real)all->train.floats[2 * k] == x[0] &&
                            (real)all->train.floats[2 * k + 1] == x[1];
            }
            cr_assert(is_found, "task %d, example %d", t, i);
        }
    }
    suite_destroy(suite);
    dataset_close(plane);
    dataset_close(all);
}

Test(arrange, of_texts_no_window_is_on_both_sides)
{
    struct dataset *text = open_with("text", READING_VALIDATION, "0.1", 0);
    for (int g = 0; g < text->n_groups; g++) {
        const struct group *group = &text->groups[g];
        int last = group->train_first + group->n_train - 1 + text->n_features;
        cr_expect_gt(group->n_validation, 0);
        cr_expect_leq(last, group->validation_first, "%d, %d", last, group->validation_first);
    }
    dataset_close(text);
}

Test(arrange, classes_of_a_task_are_held_out_with_it)
{
    struct dataset *digits = open_with("digits", READING_VALIDATION, "0.2", 0);
    struct suite_config config = {.name = "split", .n_tasks = 5, .scenario = -1};
    struct err err = {0};
    struct suite *suite = suite_create(&config, digits, &err);
    int sum = 0;
    real x[64];
    cr_assert_not_null(suite, "%s", err.msg);
    for (int t = 0; t < 5; t++) {
        sum += suite_task(suite, t)->n_validation;
        for (int i = 0; i < suite_task(suite, t)->n_validation; i++) {
            cr_expect_eq(suite_example(suite, t, SPLIT_VALIDATION, i, x) / 2, t);
        }
    }
    cr_expect_eq(sum, digits->validation.n);
    suite_destroy(suite);
    dataset_close(digits);
}

Test(arrange, shares_that_leave_nothing_are_refused)
{
    static const char *const shares[] = {"0", "1", "-0.1", "x", "nan", "", "0.1x", "inf"};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        expect_usage("digits", READING_VALIDATION, shares[i], "--validation: a share");
    }
    expect_usage("features", READING_VALIDATION, "0.1", "data with classes expected");
    struct err err = {0};
    struct dataset_options options = {0};
    options.reading.text[READING_VALIDATION] = "0.0001";
    cr_expect_null(dataset_open("text", &options, &err));
    cr_expect(strstr(err.msg, "hold out another share"), "%s", err.msg);
}

/* Answers as a plain loop over the examples that are held out finds them. */
Test(arrange, what_is_held_out_is_measured_at_the_end_of_each_stage)
{
    struct config config = config_default();
    struct err err = {0};
    config.reading.text[READING_VALIDATION] = "0.2";
    config.n_tasks = 2;
    cr_assert(param_parse(&config.learners[0].params, PARAM_STEPS, "30", &err));
    struct lab *lab = lab_create(&config, &(struct lab_options){0}, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    while (lab_advance(lab, 1000) == LAB_TRAINING) {
    }
    struct timeline timeline;
    cr_assert(timeline_init(&timeline, 2, &err));
    timeline_read(&timeline, lab_journal(lab));
    const struct track *track = timeline_track(&timeline, lab_learner_id(lab, 0));
    double sum = 0;
    for (int t = 0; t < 2; t++) {
        double held = learner_validate(lab_learner(lab, 0), t, 1);
        cr_expect_float_eq(timeline_validation(&timeline, track, 1, t), held, 1e-12);
        cr_expect_neq(held, timeline_r(&timeline, track, 1, t), "not the test examples");
        sum += held;
    }
    struct metrics metrics = timeline_validation_metrics(&timeline, track);
    cr_expect_float_eq(metrics.average_accuracy, sum / 2, 1e-12);
    cr_expect_float_eq(metrics.forgetting,
                       timeline_validation(&timeline, track, 0, 0) -
                           timeline_validation(&timeline, track, 1, 0),
                       1e-12);
    timeline_fini(&timeline);
    lab_destroy(lab);
}

/* ---- classes ---- */

Test(arrange, classes_come_in_the_order_that_is_wanted)
{
    struct dataset *given = open_with("digits", READING_CLASS_ORDER, "given", 0),
                   *back = open_with("digits", READING_CLASS_ORDER, "9,8,7,6,5,4,3,2,1,0", 0),
                   *drawn = open_with("digits", READING_CLASS_ORDER, "shuffled", 1),
                   *other = open_with("digits", READING_CLASS_ORDER, "shuffled", 2);
    int n_same = 0;
    for (int k = 0; k < 10; k++) {
        cr_expect_eq(atoi(back->class_names[k]), 9 - k);
        n_same += strcmp(drawn->class_names[k], other->class_names[k]) == 0;
    }
    cr_expect_lt(n_same, 8, "another seed, another order");
    for (int i = 0; i < given->test.n; i++) {
        const char *name = given->class_names[given->test.labels[i]];
        cr_expect_str_eq(back->class_names[back->test.labels[i]], name);
        cr_expect_str_eq(drawn->class_names[drawn->test.labels[i]], name);
    }
    for (int i = 0; i < given->train.n; i++) {
        cr_expect_eq(back->train.labels[i], 9 - given->train.labels[i]);
    }
    dataset_close(given);
    dataset_close(back);
    dataset_close(drawn);
    dataset_close(other);
    expect_usage("digits", READING_CLASS_ORDER, "1,2,3", "all 10 classes of digits expected, 3");
    expect_usage("digits", READING_CLASS_ORDER, "1,2,1", "a second '1'");
    expect_usage("digits", READING_CLASS_ORDER, "one", "no class 'one'");
    expect_usage("text", READING_CLASS_ORDER, "given", "--class-order: goes with");
    expect_usage("features", READING_CLASS_ORDER, "shuffled", "data with classes expected");
}

/* ---- looks ---- */

Test(arrange, looks_come_every_so_many_steps)
{
    struct config config = config_default();
    struct err err = {0};
    config.eval_every = 7;
    config.n_tasks = 2;
    cr_assert(param_parse(&config.learners[0].params, PARAM_STEPS, "30", &err));
    struct lab *lab = lab_create(&config, &(struct lab_options){0}, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    while (lab_advance(lab, 1000) == LAB_TRAINING) {
    }
    const struct journal *journal = lab_journal(lab);
    int n_looks = 0;
    long before = 0;
    for (long i = 0; i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        if (entry.kind == ENTRY_MEASURE && entry.probe == PROBE_LOSS && entry.step != before) {
            cr_expect(entry.step % 30 % 7 == 0, "%ld", entry.step);
            before = entry.step;
            n_looks++;
        }
    }
    cr_expect_eq(n_looks, 10, "%d", n_looks);
    lab_destroy(lab);
}
