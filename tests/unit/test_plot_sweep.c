/* SPDX-License-Identifier: MIT
 * A sweep that is read, and what of it is drawn. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "session/database.h"
#include "support/drawing.h"
#include "support/present_text.h"
#include "support/swept.h"
#include "ui/plot/course.h"
#include "ui/plot/figures.h"
#include "ui/plot/picture.h"
#include "ui/plot/tables.h"

static void open_sweep(struct sweep *sweep, const struct swept *swept)
{
    char path[64];
    struct err err = {0};
    swept_path(path);
    swept_write(path, swept);
    cr_assert(sweep_read(sweep, path, &err), "%s", err.msg);
}

static void close_sweep(struct sweep *sweep)
{
    unlink(sweep->path);
    sweep_fini(sweep);
}

static const struct swept accidents = {
    .n_methods = 4, .n_lambdas = 5, .n_seeds = 4, .has_accidents = true};

Test(plot_sweep, words_are_in_the_order_of_jobs_and_numbers_ascend)
{
    struct sweep sweep;
    open_sweep(&sweep, &accidents);
    cr_assert_eq(sweep.n_keys, 2, "one learner a job is no key");
    cr_expect_str_eq(sweep.keys[0].name, "strategy");
    static const char *const methods[] = {"none", "ewc", "replay", "ewc+replay"};
    cr_assert_eq(sweep.keys[0].n_values, 4);
    for (int i = 0; i < 4; i++) {
        cr_expect_str_eq(sweep.keys[0].texts[i], methods[i]);
    }
    for (int i = 1; i < sweep.keys[1].n_values; i++) {
        cr_expect_gt(sweep.keys[1].numbers[i], sweep.keys[1].numbers[i - 1]);
    }
    cr_expect_str_eq(sweep.keys[1].texts[4], "100");
    for (int c = 1; c < sweep.n_cells; c++) {
        cr_expect_lt(memcmp(sweep.cells[c - 1].at, sweep.cells[c].at, sizeof sweep.cells[c].at), 0);
    }
    close_sweep(&sweep);
}

Test(plot_sweep, a_combination_without_a_run_is_not_there)
{
    struct sweep sweep;
    open_sweep(&sweep, &accidents);
    cr_expect_eq(sweep.n_cells, 4 * 5 - 1);
    cr_expect_eq(sweep.n_runs, 4 * (4 * 5 - 1));
    cr_expect_lt(sweep_cell_find(&sweep, (int[SWEEP_KEYS_MAX]){1, 2}), 0);
    cr_expect_geq(sweep_cell_find(&sweep, (int[SWEEP_KEYS_MAX]){2, 2}), 0);
    close_sweep(&sweep);
}

Test(plot_sweep, several_learners_of_a_job_are_a_key)
{
    static const struct swept two = {.n_methods = 2, .n_lambdas = 3, .n_seeds = 2, .n_learners = 2};
    struct sweep sweep;
    open_sweep(&sweep, &two);
    cr_assert_eq(sweep.n_keys, 3);
    cr_expect_str_eq(sweep.keys[2].name, "learner");
    cr_expect_eq(sweep.n_cells, 2 * 3 * 2);
    close_sweep(&sweep);
}

/* What diverged is counted, not averaged, and is not the best, however good the rest is. */
Test(plot_sweep, a_combination_with_a_lost_run_stands_back)
{
    struct sweep sweep;
    struct plan plan;
    struct err err = {0};
    open_sweep(&sweep, &accidents);
    int cell = sweep_cell_find(&sweep, (int[SWEEP_KEYS_MAX]){2, 1});
    struct spread spread = sweep_spread(&sweep, cell, MERGED_average_accuracy);
    cr_expect_eq(spread.n, 3);
    cr_expect_eq(spread.n_lost, 1);
    for (int i = 0; i < sweep.cells[cell].n; i++) { /* what is left is splendid */
        double *value = &sweep.runs[sweep.cells[cell].first + i].metrics[MERGED_average_accuracy];
        *value = isfinite(*value) ? 0.99 : *value;
    }
    cr_assert(plan_make(&plan, &sweep, NULL, NULL, &err), "%s", err.msg);
    cr_expect_neq(plan_cell(&plan, 2), cell);
    cr_expect_lt(tables_best(&sweep, MERGED_average_accuracy).mean, 0.99);
    plan_fini(&plan);
    close_sweep(&sweep);
}

/* Whoever chose on the test would choose the other end of everything. */
Test(plot_sweep, what_is_held_out_chooses_and_the_test_is_shown)
{
    static const struct swept held = {
        .n_methods = 3, .n_lambdas = 4, .n_seeds = 3, .is_held_out = true};
    struct sweep sweep;
    struct plan plan;
    struct err err = {0};
    char words[400];
    open_sweep(&sweep, &held);
    cr_assert(plan_make(&plan, &sweep, NULL, NULL, &err), "%s", err.msg);
    cr_expect_eq(plan.metric, MERGED_average_accuracy);
    struct tables_best marked = tables_best(&sweep, plan.metric);
    int chosen = plan_cell(&plan, plan.best);
    double mean = sweep_spread(&sweep, chosen, plan.metric).mean;
    for (int c = 0; c < sweep.n_cells; c++) {
        cr_expect_leq(mean, sweep_spread(&sweep, c, plan.metric).mean, "the least on the test");
        cr_expect(!tables_is_best(&sweep, c, &marked) ||
                  sweep_spread(&sweep, c, plan.metric).mean == mean);
    }
    cr_expect(tables_is_best(&sweep, chosen, &marked));
    picture_words(&plan, words, sizeof words);
    snprintf(err.msg, sizeof err.msg, "best by validation, average accuracy %.1f", 100 * mean);
    cr_expect(strstr(words, err.msg), "%s: %s", words, err.msg);
    cr_expect(strstr(words, ", although behind "), "%s", words);
    plan_fini(&plan);
    cr_expect_not(plan_make(&plan, &sweep, "accuracy", NULL, &err));
    cr_expect(strstr(err.msg, "validation_NAME, steps expected, found 'accuracy'"), "%s", err.msg);
    close_sweep(&sweep);
}

Test(plot_sweep, pairs_are_of_the_seeds_that_both_have)
{
    struct sweep sweep;
    open_sweep(&sweep, &accidents);
    int lost = sweep_cell_find(&sweep, (int[SWEEP_KEYS_MAX]){2, 1});
    int whole = sweep_cell_find(&sweep, (int[SWEEP_KEYS_MAX]){0, 0});
    sweep.cells[whole].n--; /* the last seed has not been run */
    struct spread pairs = sweep_paired(&sweep, lost, whole, MERGED_average_accuracy);
    cr_expect_eq(pairs.n, 2);
    cr_expect_eq(pairs.n_lost, 1);
    const struct sweep_run *a = &sweep.runs[sweep.cells[lost].first];
    const struct sweep_run *b = &sweep.runs[sweep.cells[whole].first];
    double expected =
        (a[0].metrics[MERGED_average_accuracy] + a[2].metrics[MERGED_average_accuracy] -
         b[0].metrics[MERGED_average_accuracy] - b[2].metrics[MERGED_average_accuracy]) /
        2;
    cr_expect(fabs(pairs.mean - expected) < 1e-12);
    close_sweep(&sweep);
}

Test(plot_sweep, every_pair_is_the_better_one_first)
{
    struct sweep sweep;
    struct plan plan;
    int n = 0;
    open_sweep(&sweep, &accidents);
    cr_assert(plan_make(&plan, &sweep, "forgetting", NULL, NULL));
    struct pair *pairs = pairs_of(&plan, &n);
    cr_assert_eq(n, 6);
    for (int i = 0; i < n; i++) {
        double a = sweep_spread(&sweep, plan_cell(&plan, pairs[i].a), MERGED_forgetting).mean;
        double b = sweep_spread(&sweep, plan_cell(&plan, pairs[i].b), MERGED_forgetting).mean;
        cr_expect_leq(a, b, "less is forgotten by the better one");
    }
    free(pairs);
    plan_fini(&plan);
    close_sweep(&sweep);
}

Test(plot_sweep, what_is_not_there_is_refused_with_what_is)
{
    struct sweep sweep;
    struct plan plan;
    struct err err = {0};
    open_sweep(&sweep, &accidents);
    cr_expect_not(plan_make(&plan, &sweep, "accuracy", NULL, &err));
    cr_expect(strstr(err.msg, "one of average_accuracy, forgetting,"), "%s", err.msg);
    cr_expect_null(strstr(err.msg, "samples_per_second"), "no run has one");
    cr_expect_not(plan_make(&plan, &sweep, NULL, "strategy", &err));
    cr_expect(strstr(err.msg, "(ewc.lambda)"), "%s", err.msg);
    close_sweep(&sweep);
}

Test(plot_sweep, no_run_is_said)
{
    static const struct swept none = {.n_methods = 0, .n_seeds = 1};
    struct sweep sweep;
    struct err err = {0};
    char path[64];
    swept_path(path);
    swept_write(path, &none);
    cr_expect_not(sweep_read(&sweep, path, &err));
    cr_expect(strstr(err.msg, "at least one finished run expected"), "%s", err.msg);
    sweep_fini(&sweep);
    unlink(path);
}

/* A value that is NULL, and one that is no number's: neither is a reason to stop. */
Test(plot_sweep, holes_in_the_table_are_survived)
{
    struct sweep sweep;
    struct plan plan;
    struct err err = {0};
    char path[64];
    swept_path(path);
    swept_write(path, &accidents);
    struct database *database = database_extend(path, &err);
    cr_assert(database && database_run(database,
                                       "UPDATE runs SET \"ewc.lambda\"=NULL WHERE job%3=0;"
                                       "UPDATE runs SET json='[1' WHERE job%3=1;"
                                       "UPDATE runs SET json='{\"R\":[[1],[2,3]]}' WHERE job%3=2",
                                       &err),
              "%s", err.msg);
    database_close(database);
    cr_assert(sweep_read(&sweep, path, &err), "%s", err.msg);
    cr_assert(plan_make(&plan, &sweep, NULL, NULL, &err), "%s", err.msg);
    static struct course courses[COURSE_MAX];
    int lines[COURSE_MAX], cells[COURSE_MAX];
    struct grid grid = {0};
    cr_assert(grid_resize(&grid, 120, 36, NULL));
    int n = picture_courses(&plan, grid_rect(&grid), lines);
    for (int i = 0; i < n; i++) {
        cells[i] = plan_cell(&plan, lines[i]);
    }
    cr_expect(course_read(courses, &sweep, cells, n, &err), "%s", err.msg);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    picture_draw_sweep(&pen, &plan, courses);
    grid_fini(&grid);
    plan_fini(&plan);
    close_sweep(&sweep);
}

Test(plot_sweep, a_course_is_the_mean_of_the_matrices)
{
    struct sweep sweep;
    static struct course course;
    struct err err = {0};
    open_sweep(&sweep, &accidents);
    int cell = sweep_cell_find(&sweep, (int[SWEEP_KEYS_MAX]){2, 1});
    cr_assert(course_read(&course, &sweep, &cell, 1, &err), "%s", err.msg);
    cr_expect_eq(course.n_runs, 4, "one of nulls among them");
    cr_expect_eq(course.n_tasks, 3);
    cr_expect_eq(course.begins[2], 2);
    cr_expect_eq(course.accuracy[0][2].n, 3);
    double sum = 0;
    for (int t = 0; t < 3; t++) {
        sum += course.accuracy[t][2].mean / 3;
    }
    struct spread average = sweep_spread(&sweep, cell, MERGED_average_accuracy);
    cr_expect(fabs(sum - average.mean) < 1e-5);
    close_sweep(&sweep);
}

/* Deviations reach beyond what a share can be; the axis does not. */
Test(plot_sweep, an_axis_of_shares_ends_at_all_and_nothing)
{
    struct sweep sweep;
    struct plan plan;
    struct grid grid = make_grid(100, 20);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    open_sweep(&sweep, &accidents);
    for (int i = 0; i < sweep.n_runs; i++) {
        sweep.runs[i].metrics[MERGED_average_accuracy] = i % 2;
    }
    cr_assert(plan_make(&plan, &sweep, NULL, NULL, NULL));
    figure_curves(&pen, &plan);
    char *text = present_text(&grid);
    cr_expect_not_null(strstr(text, "\n│   100 "), "%s", text);
    cr_expect_not_null(strstr(text, "\n│     0 "), "%s", text);
    free(text);
    grid_fini(&grid);
    plan_fini(&plan);
    close_sweep(&sweep);
}

static bool overlaps(struct rect a, struct rect b)
{
    return !rect_is_empty(a) && !rect_is_empty(b) && !rect_is_empty(rect_meet(a, b));
}

Test(plot_sweep, panels_never_overlap_and_stay_inside)
{
    for (int w = 10; w <= 240; w += 3) {
        for (int h = 10; h <= 80; h++) {
            struct rect screen = {.w = w, .h = h};
            struct picture_layout layout = picture_layout(screen, (w + h) % 2, 1 + h % 8);
            struct rect all[5 + COURSE_MAX] = {layout.title, layout.words, layout.curves,
                                               layout.bars, layout.plane};
            memcpy(all + 5, layout.courses, sizeof layout.courses);
            for (int i = 0; i < 5 + layout.n_courses; i++) {
                struct rect met = rect_meet(all[i], screen);
                cr_assert(rect_is_empty(all[i]) || (met.w == all[i].w && met.h == all[i].h));
                for (int k = 0; k < i; k++) {
                    cr_assert_not(overlaps(all[i], all[k]), "%dx%d: %d and %d", w, h, i, k);
                }
            }
        }
    }
}

/* Any size, any metric: nothing is drawn outside, nobody stumbles. */
Test(plot_sweep, every_size_is_drawn)
{
    struct sweep sweep;
    static struct course courses[COURSE_MAX];
    struct grid grid = {0};
    open_sweep(&sweep, &accidents);
    for (int m = 0; m < MERGED_METRICS; m++) {
        struct plan plan;
        if (!plan_make(&plan, &sweep, merged_metric_name((enum merged_metric)m), NULL, NULL)) {
            plan_fini(&plan);
            continue;
        }
        for (int w = 10; w < 140; w += 13) {
            for (int h = 10; h < 50; h += 7) {
                cr_assert(grid_resize(&grid, w, h, NULL));
                struct pen pen = pen_make(&grid, glyphs_at((w + h) % 3), DEPTH_256);
                picture_draw_sweep(&pen, &plan, courses);
            }
        }
        plan_fini(&plan);
    }
    grid_fini(&grid);
    close_sweep(&sweep);
}
