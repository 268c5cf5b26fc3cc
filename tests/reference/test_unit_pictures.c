/* SPDX-License-Identifier: MIT
 * Pictures of the first layer, against float64 runs on the permuted digits (features.tsv). */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/unit_pictures.h"
#include "support/study.h"
#include "support/table.h"

enum { SIDE = 8, PIXELS = 64, UNITS = 100, STEPS = 450 };

#ifdef OUBLI_DOUBLE
static const double printed = 1e-4;
#else
static const double printed = 0.05; /* runs in float part ways */
#endif

static double smoothness_of(const struct study *study, int task, int unit)
{
    int place[PIXELS];
    float picture[PIXELS];
    cr_assert(unit_pictures_arrange(study->suite, task, place));
    unit_pictures_take(learner_network(study->learner), learner_theta(study->learner), unit, place,
                       picture);
    return unit_pictures_smoothness(picture, SIDE, SIDE);
}

static void check(const struct study *study, const struct table *table, const char *strategy,
                  const char *after)
{
    const char *keys[] = {strategy, after, NULL};
    int n = 0, smooth = 0;
    for (int row = 0; (row = table_find(table, row, keys)) >= 0; row++, n++) {
        for (int task = 0; task < 2; task++) {
            double ours = smoothness_of(study, task, (int)table_number(table, row, 2));
            double theirs = table_number(table, row, 3 + task);
            cr_assert(fabs(ours - theirs) <= printed, "%s after %s, unit %s, task %d: %g for %g",
                      strategy, after, table->fields[row][2], task, ours, theirs);
            smooth += task == 0 && ours > 0.2;
        }
    }
    cr_assert_eq(n, UNITS);
    cr_expect(strcmp(after, "A") != 0 || smooth > 30, "many are smooth once A is learned");
}

Test(unit_pictures, are_as_smooth_as_the_reference_s)
{
    static const char *const runs[][2] = {
        {"none", "optimizer=sgd lr=0.1"},
        {"ewc", "optimizer=sgd lr=0.1 on=ewc ewc.form=explicit ewc.lambda=10"},
        {"replay", "optimizer=sgd lr=0.1 on=replay replay.memory=200"}};
    struct table *table = table_open("features.tsv");
    for (int i = 0; i < 3; i++) {
        struct study study = study_open("permuted", 5, 0, runs[i][1]);
        const char *keys[] = {runs[i][0], "A", NULL};
        cr_assert_geq(table_find(table, 0, keys), 0, "%s is there", runs[i][0]);
        study_stage(&study, 0, 0, STEPS);
        check(&study, table, runs[i][0], "A");
#ifdef OUBLI_DOUBLE
        study_stage(&study, 1, 1, STEPS);
        check(&study, table, runs[i][0], "B");
#endif
        study_close(&study);
    }
    table_close(table);
}

Test(unit_pictures, smoothness_is_the_mean_product_of_neighbours)
{
    float steps[6] = {1, 2, 3, 1, 2, 3}; /* variance 2/3; across 0 0 0 0 -> (-1*0)x4; down 1 0 1 */
    cr_expect_float_eq(unit_pictures_smoothness(steps, 3, 2), 2.0 / 7 / (2.0 / 3), 1e-6);
    float flat[4] = {3, 3, 3, 3};
    cr_expect_eq(unit_pictures_smoothness(flat, 2, 2), 0);
}

/* What is turned is no arrangement of pixels: inputs stand where they are. */
Test(unit_pictures, what_is_no_arrangement_is_left_as_it_is)
{
    struct study study = study_open("rotated", 3, 0, "");
    int place[PIXELS];
    cr_expect(unit_pictures_arrange(study.suite, 0, place));
    cr_expect_not(unit_pictures_arrange(study.suite, 2, place));
    for (int i = 0; i < PIXELS; i++) {
        cr_expect_eq(place[i], i);
    }
    study_close(&study);
}
