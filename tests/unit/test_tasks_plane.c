/* SPDX-License-Identifier: MIT
 * Points in the plane: the same of a seed, balanced, separable, a task a group. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tasks/suite.h"

static const char *const names[] = {"plane", "plane:spirals", "plane:rings", "plane:blobs"};
enum { SHAPES = sizeof names / sizeof *names };

static struct dataset *open_seeded(const char *name, uint64_t seed)
{
    struct err err = {0};
    struct dataset *dataset = dataset_open(name, &(struct dataset_options){.seed = seed}, &err);
    cr_assert_not_null(dataset, "%s", err.msg);
    return dataset;
}

static bool is_same(const struct examples *a, const struct examples *b)
{
    size_t n = (size_t)a->n;
    return a->n == b->n && memcmp(a->floats, b->floats, 2 * n * sizeof *a->floats) == 0 &&
           memcmp(a->labels, b->labels, n * sizeof *a->labels) == 0;
}

Test(plane, a_seed_gives_the_same_points_and_another_others)
{
    for (int i = 0; i < SHAPES; i++) {
        struct dataset *a = open_seeded(names[i], 3), *b = open_seeded(names[i], 3);
        struct dataset *c = open_seeded(names[i], 4);
        cr_expect_str_eq(a->name, names[i]);
        cr_expect_eq(a->kind->form, DATA_PLANE, "%s is not shown as a plane", names[i]);
        cr_expect(is_same(&a->train, &b->train) && is_same(&a->test, &b->test));
        cr_expect_not(is_same(&a->train, &c->train) || is_same(&a->test, &c->test));
        cr_expect_neq(memcmp(a->train.floats, a->test.floats, 100), 0, "what is tested is trained");
        dataset_close(a);
        dataset_close(b);
        dataset_close(c);
    }
}

Test(plane, moons_are_what_plane_means)
{
    struct dataset *a = open_seeded("plane", 1), *b = open_seeded("plane:moons", 1);
    cr_expect(is_same(&a->train, &b->train) && a->kind == b->kind);
    dataset_close(a);
    dataset_close(b);
}

Test(plane, classes_are_balanced_in_every_run)
{
    for (int k = 0; k < SHAPES; k++) {
        struct dataset *dataset = open_seeded(names[k], 0);
        const struct examples *sides[] = {&dataset->train, &dataset->test};
        for (int side = 0; side < 2; side++) {
            for (int i = 0; i < sides[side]->n; i++) {
                cr_assert_eq(sides[side]->labels[i], i % dataset->n_classes);
                cr_assert(isfinite(sides[side]->floats[2 * i]) &&
                          isfinite(sides[side]->floats[2 * i + 1]));
            }
        }
        dataset_close(dataset);
    }
}

static int nearest(const struct examples *examples, const float *x)
{
    int best = 0;
    float least = INFINITY;
    for (int i = 0; i < examples->n; i++) {
        float dx = examples->floats[2 * i] - x[0], dy = examples->floats[2 * i + 1] - x[1];
        if (dx * dx + dy * dy < least) {
            least = dx * dx + dy * dy;
            best = i;
        }
    }
    return best;
}

/* Whoever remembers all tasks at once answers all of them: nothing lies on anything else. */
Test(plane, all_tasks_together_are_separable)
{
    for (int k = 0; k < SHAPES; k++) {
        struct dataset *dataset = open_seeded(names[k], 0);
        int right = 0;
        for (int i = 0; i < dataset->test.n; i++) {
            int at = nearest(&dataset->train, dataset->test.floats + 2 * i);
            right += dataset->train.labels[at] == dataset->test.labels[i];
        }
        cr_expect_gt(right, 0.97 * dataset->test.n, "%s: %d of %d", names[k], right,
                     dataset->test.n);
        dataset_close(dataset);
    }
}

static struct suite *make(const struct dataset *dataset, const char *name, int n_tasks)
{
    struct err err = {0};
    struct suite *suite = suite_create(
        &(struct suite_config){.name = name, .n_tasks = n_tasks, .scenario = -1}, dataset, &err);
    cr_assert_not_null(suite, "%s", err.msg);
    return suite;
}

Test(plane, groups_are_the_tasks_of_kinds)
{
    struct dataset *dataset = open_seeded("plane", 0);
    struct suite *suite = make(dataset, dataset->kind->suite, 0);
    int n = 0;
    cr_expect_eq(suite_n_tasks(suite), 5);
    for (int t = 0; t < suite_n_tasks(suite); t++) {
        cr_expect_eq(suite_task(suite, t)->n_outputs, 2);
        cr_expect_eq(suite_source_index(suite, t, SPLIT_TRAIN, 0), n);
        n += suite_task(suite, t)->n_train;
    }
    cr_expect_eq(n, dataset->train.n);
    suite_destroy(suite);
    dataset_close(dataset);
}

Test(plane, rotated_carries_the_first_group_round_the_origin)
{
    struct dataset *dataset = open_seeded("plane:rings", 0);
    struct suite *suite = make(dataset, "rotated", 4);
    cr_expect_str_eq(suite_task(suite, 1)->name, "turned 90\u00B0");
    for (int i = 0; i < 50; i++) {
        real x[4][2];
        for (int t = 0; t < 4; t++) {
            suite_example(suite, t, SPLIT_TEST, i, x[t]);
        }
        for (int t = 0; t < 4; t++) { /* a quarter turn: (x, y) becomes (-y, x) */
            const real *to = x[(t + 1) % 4];
            cr_assert(fabs((double)to[0] + (double)x[t][1]) < 1e-5 &&
                      fabs((double)to[1] - (double)x[t][0]) < 1e-5);
        }
        cr_assert_float_eq(x[0][0], dataset->test.floats[2 * i], 1e-6);
    }
    cr_expect_eq(suite_task(suite, 3)->n_train, dataset->groups[0].n_train);
    suite_destroy(suite);
    dataset_close(dataset);
}

static void refuse(const char *data, const char *name, int n_tasks, const char *word)
{
    struct err err = {0};
    struct dataset *dataset = open_seeded(data, 0);
    struct suite *suite = suite_create(
        &(struct suite_config){.name = name, .n_tasks = n_tasks, .scenario = -1}, dataset, &err);
    cr_expect_null(suite);
    cr_expect(err.code == ERR_USAGE && strstr(err.msg, word) && strstr(err.msg, data), "%s",
              err.msg);
    dataset_close(dataset);
}

Test(plane, blobs_are_for_new_classes_and_shapes_for_places)
{
    struct dataset *blobs = open_seeded("plane:blobs", 0);
    struct suite *suite = make(blobs, blobs->kind->suite, 0);
    cr_expect_str_eq(suite_name(suite), "split");
    cr_expect_eq(suite_n_tasks(suite), 5);
    cr_expect_eq(suite_n_outputs(suite), 10);
    suite_destroy(suite);
    dataset_close(blobs);
    refuse("plane:blobs", "kinds", 0, "consists of tasks");
    refuse("plane:blobs", "rotated", 0, "--data plane");
    refuse("plane", "kinds", 6, "at most 5");
    refuse("plane", "split", 3, "at most 2");
}
