/* SPDX-License-Identifier: MIT
 * What `oubli plot` draws of a sweep: picture and tables. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/golden.h"
#include "support/present_text.h"
#include "support/swept.h"
#include "ui/plot/picture.h"
#include "ui/plot/tables.h"

/* A sweep that has been read, and what it is drawn with. */
struct drawn {
    struct sweep sweep;
    struct plan plan;
    struct grid grid;
};

static struct drawn open_drawn(const struct swept *swept)
{
    struct drawn drawn = {0};
    char path[64];
    struct err err = {0};
    swept_path(path);
    swept_write(path, swept);
    cr_assert(sweep_read(&drawn.sweep, path, &err), "%s", err.msg);
    return drawn;
}

static void plan_drawn(struct drawn *drawn, const char *metric)
{
    struct err err = {0};
    cr_assert(plan_make(&drawn->plan, &drawn->sweep, metric, NULL, &err), "%s", err.msg);
}

static void close_drawn(struct drawn *drawn)
{
    unlink(drawn->sweep.path);
    plan_fini(&drawn->plan);
    sweep_fini(&drawn->sweep);
    grid_fini(&drawn->grid);
}

static void expect_golden(const struct grid *grid, const char *name)
{
    char why[4096];
    char *text = present_text(grid);
    cr_expect(golden_is(name, text, why, sizeof why), "%s:\n%s", name, why);
    free(text);
}

static void expect_picture(const struct swept *swept, const char *metric, int cols, int rows,
                           const char *glyphs, const char *name)
{
    struct drawn drawn = open_drawn(swept);
    static struct course courses[COURSE_MAX];
    int lines[COURSE_MAX], cells[COURSE_MAX];
    struct rect screen = {.w = cols, .h = rows};
    struct err err = {0};
    plan_drawn(&drawn, metric);
    int n = picture_courses(&drawn.plan, screen, lines);
    for (int i = 0; i < n; i++) {
        cells[i] = plan_cell(&drawn.plan, lines[i]);
    }
    cr_assert(course_read(courses, &drawn.sweep, cells, n, &err), "%s", err.msg);
    cr_assert(grid_resize(&drawn.grid, cols, rows, NULL));
    bool is_ascii = glyphs[0] == 'a';
    struct pen pen = pen_make(&drawn.grid, glyphs_find(glyphs), is_ascii ? DEPTH_MONO : DEPTH_256);
    picture_draw_sweep(&pen, &drawn.plan, courses);
    expect_golden(&drawn.grid, name);
    close_drawn(&drawn);
}

static const struct swept usual = {.n_methods = 4, .n_lambdas = 9, .n_seeds = 5};
static const struct swept accidents = {
    .n_methods = 4, .n_lambdas = 5, .n_seeds = 4, .has_accidents = true};
static const struct swept many = {.n_methods = 8, .n_lambdas = 9, .n_seeds = 3};

Test(plot, curves_plane_bars_and_courses)
{
    expect_picture(&usual, "average_accuracy", 120, 36, "braille", "plot-120x36");
    expect_picture(&usual, "average_accuracy", 80, 24, "braille", "plot-80x24");
    expect_picture(&usual, "average_accuracy", 200, 60, "braille", "plot-200x60");
    expect_picture(&usual, "average_accuracy", 80, 24, "ascii", "plot-ascii");
}

Test(plot, eight_methods_over_nine_lambdas)
{
    expect_picture(&many, "average_accuracy", 120, 36, "braille", "plot-many");
}

Test(plot, less_is_better_and_runs_that_are_not_there)
{
    expect_picture(&accidents, "forgetting", 120, 36, "braille", "plot-accidents");
}

Test(plot, methods_alone_are_bars)
{
    static const struct swept methods = {.n_methods = 6, .n_seeds = 4};
    expect_picture(&methods, "average_accuracy", 80, 24, "braille", "plot-bars");
}

Test(plot, one_seed_has_no_band)
{
    static const struct swept one = {.n_methods = 2, .n_lambdas = 4, .n_seeds = 1};
    expect_picture(&one, "average_accuracy", 80, 24, "braille", "plot-one-seed");
}

/* A picture of a metric that no method has of its own: nothing is good or bad about steps. */
Test(plot, a_metric_that_is_neither_good_nor_bad)
{
    static const struct swept small = {.n_methods = 2, .n_lambdas = 3, .n_seeds = 2};
    expect_picture(&small, "steps", 80, 24, "braille", "plot-steps");
}

static void expect_tables(const struct swept *swept, int cols, const char *glyphs, const char *name,
                          const char *pairs)
{
    struct drawn drawn = open_drawn(swept);
    const struct glyphs *set = glyphs_find(glyphs);
    plan_drawn(&drawn, NULL);
    cr_assert(tables_combinations(&drawn.grid, &drawn.plan, cols, set, DEPTH_256, NULL));
    expect_golden(&drawn.grid, name);
    cr_assert(tables_pairs(&drawn.grid, &drawn.plan, cols, set, DEPTH_256, NULL));
    expect_golden(&drawn.grid, pairs);
    close_drawn(&drawn);
}

Test(plot, tables_of_combinations_and_pairs)
{
    static const struct swept learners = {
        .n_methods = 2, .n_lambdas = 2, .n_seeds = 3, .n_learners = 2};
    expect_tables(&accidents, 120, "braille", "plot-table", "plot-pairs");
    expect_tables(&learners, 80, "ascii", "plot-table-learners", "plot-pairs-learners");
}
