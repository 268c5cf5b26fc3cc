/* SPDX-License-Identifier: MIT
 * Galleries: which examples, the pictures as tasks see them, the features that tell, and room. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tasks/gallery.h"

struct made {
    struct dataset *dataset;
    struct suite *suite;
    struct gallery *gallery;
};

static struct made make(const char *data, const char *suite, int n_tasks, int scenario)
{
    struct made made = {0};
    struct err err = {0};
    const struct suite_config config = {.name = suite, .n_tasks = n_tasks, .scenario = scenario};
    made.dataset = dataset_open(data, NULL, &err);
    cr_assert_not_null(made.dataset, "%s", err.msg);
    made.suite = suite_create(&config, made.dataset, &err);
    cr_assert_not_null(made.suite, "%s", err.msg);
    made.gallery = gallery_create(made.suite, &err);
    cr_assert_not_null(made.gallery, "%s", err.msg);
    return made;
}

static void unmake(struct made *made)
{
    gallery_destroy(made->gallery);
    suite_destroy(made->suite);
    dataset_close(made->dataset);
}

/* The source of example i of a task, and that its label is right. */
static int source_of(const struct made *made, int t, int i)
{
    const struct gallery_task *task = &made->gallery->tasks[t];
    int source = suite_source_index(made->suite, t, SPLIT_TEST, task->index[i]);
    cr_expect_eq(made->dataset->test.labels[source], task->label[i]);
    return source;
}

/* The picture is the example as the task sees it, in sixteenths. */
static void expect_picture(const struct made *made, int t, int i, int set, int seen_by)
{
    real x[64];
    const uint8_t *levels = gallery_picture(made->gallery, set, i);
    suite_example(made->suite, seen_by, SPLIT_TEST, made->gallery->tasks[t].index[i], x);
    cr_assert_not_null(levels);
    for (int j = 0; j < 64; j++) {
        cr_assert_eq(levels[j], lround(15 * (double)x[j]), "task %d example %d pixel %d", t, i, j);
    }
}

Test(gallery, views_of_the_same_data_show_the_same_examples_class_by_class)
{
    static const char *const suites[] = {"permuted", "rotated", "repeat"};
    for (int s = 0; s < 3; s++) {
        struct made made = make("digits", suites[s], 4, -1);
        const struct gallery *gallery = made.gallery;
        cr_assert_eq(gallery->n_each, GALLERY_EACH_MAX);
        for (int t = 0; t < gallery->n_tasks; t++) {
            const struct gallery_task *task = &gallery->tasks[t];
            cr_assert_eq(task->n, GALLERY_EACH_MAX);
            for (int i = 0; i < task->n; i++) {
                cr_expect_eq(task->label[i], i % 10, "class by class");
                cr_expect_eq(source_of(&made, t, i), source_of(&made, 0, i));
                expect_picture(&made, t, i, task->seen, t);
                expect_picture(&made, t, i, task->plain, 0);
            }
        }
        cr_expect_neq(memcmp(gallery_picture(gallery, gallery->tasks[1].seen, 0),
                             gallery_picture(gallery, gallery->tasks[1].plain, 0), 64),
                      0);
        unmake(&made);
    }
}

Test(gallery, tasks_of_their_own_classes_show_those)
{
    struct made made = make("digits", "split", 3, SCENARIO_DOMAIN);
    static const int first[] = {0, 4, 7}, n[] = {4, 3, 3};
    for (int t = 0; t < 3; t++) {
        const struct gallery_task *task = &made.gallery->tasks[t];
        cr_expect(task->first_class == first[t] && task->n_classes == n[t]);
        cr_expect_eq(task->shift, -first[t], "as many outputs as the largest has");
        cr_expect(task->seen == t && task->plain == t);
        for (int i = 0; i < task->n; i++) {
            cr_expect_eq(task->label[i], first[t] + i % n[t]);
            source_of(&made, t, i);
            expect_picture(&made, t, i, task->seen, t);
        }
    }
    unmake(&made);
}

Test(gallery, outputs_are_told_by_the_class_they_stand_for)
{
    static const struct {
        const char *suite;
        int scenario, task, output;
        const char *name;
    } cases[] = {
        {"permuted", SCENARIO_DOMAIN, 2, 7, "7"},     {"permuted", SCENARIO_CLASS, 2, 27, "7"},
        {"permuted", SCENARIO_CLASS, 2, 7, "7 of A"}, {"permuted", SCENARIO_TASK, 1, 13, "3"},
        {"split", SCENARIO_CLASS, 0, 7, "7"},         {"split", SCENARIO_CLASS, 2, 1, "1"},
        {"split", SCENARIO_DOMAIN, 1, 0, "4"},        {"split", SCENARIO_DOMAIN, 2, 0, "7"},
        {"split", SCENARIO_DOMAIN, 2, 3, "none"},     {"permuted", SCENARIO_CLASS, 0, 30, "none"},
        {"permuted", SCENARIO_DOMAIN, 0, 10, "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made made = make("digits", cases[i].suite, 3, cases[i].scenario);
        char name[40];
        cr_expect_str_eq(
            gallery_answer(made.gallery, cases[i].task, cases[i].output, name, sizeof name),
            cases[i].name, "case %zu: %s", i, name);
        unmake(&made);
    }
}

/* Four columns: noise, the label twice over, the label with noise, a constant. */
static void write_table(const char *path, bool has_head)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    if (has_head) {
        fputs("noise,double,near,same,kind\n", file);
    }
    for (int i = 0; i < 60; i++) {
        int kind = i % 3;
        fprintf(file, "%d.5,%d,%.2f,7,%s\n", i * 37 % 60, 100 + 2 * kind,
                10 * kind + (i * 7 % 10) / 2.0, &"ash\0elm\0oak"[4 * kind]);
    }
    fclose(file);
}

Test(gallery, a_table_shows_the_features_that_tell_in_its_own_units)
{
    char path[] = "/tmp/oubli-test-XXXXXX.csv";
    close(mkstemps(path, 4));
    for (int has_head = 0; has_head < 2; has_head++) {
        write_table(path, has_head);
        struct made made = make(path, "permuted", 3, -1);
        const struct gallery *gallery = made.gallery;
        cr_assert_eq(gallery->n_columns, 4);
        cr_expect_str_eq(gallery->column_names[0], has_head ? "double" : "feature 2");
        cr_expect_str_eq(gallery->column_names[1], has_head ? "near" : "feature 3");
        cr_expect_str_eq(gallery->class_names[2], "oak");
        for (int t = 0; t < 3; t++) {
            const struct gallery_task *task = &gallery->tasks[t];
            cr_expect(task->seen == 0 && task->plain == 0, "nobody can read shuffled columns");
            for (int i = 0; i < task->n; i++) {
                const float *row = gallery_row(gallery, task->plain, i);
                cr_expect_float_eq(row[0], 100 + 2 * task->label[i], 1e-4);
                cr_expect_float_eq(row[3], 7, 1e-4, "a constant is what it was");
            }
        }
        unmake(&made);
    }
    unlink(path);
}

Test(gallery, many_tasks_have_room_for_what_all_need)
{
    struct made made = make("digits", "permuted", 400, -1);
    const struct gallery *gallery = made.gallery;
    cr_expect_leq(gallery->n_sets * gallery->n_each * 32, GALLERY_SETS_BYTES);
    cr_expect_lt(gallery->n_sets, 400);
    cr_expect(gallery->tasks[399].seen == -1 && gallery->tasks[399].plain == 0);
    cr_expect_null(gallery_picture(gallery, -1, 0));
    cr_expect_not_null(gallery_picture(gallery, gallery->tasks[399].plain, 0));
    unmake(&made);
}

Test(gallery, text_has_none)
{
    struct err err = {0};
    struct dataset *text = dataset_open("text", NULL, &err);
    cr_assert_not_null(text, "%s", err.msg);
    cr_expect_not(gallery_is_possible(text));
    dataset_close(text);
}
