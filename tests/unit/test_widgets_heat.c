/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/drawing.h"
#include "support/present_text.h"
#include "ui/widgets/heatmap.h"
#include "ui/widgets/matrix.h"

Test(heatmap, levels_have_fixed_edges)
{
    cr_expect_eq(heatmap_level(0, 1.2f, false), 0);
    cr_expect_eq(heatmap_level(0.35f, 1.2f, false), 3);
    cr_expect_eq(heatmap_level(1.2f, 1.2f, false), 11);
    cr_expect_eq(heatmap_level(99, 1.2f, false), 11);
    cr_expect_eq(heatmap_level(-99, 1, false), 0);
    cr_expect_eq(heatmap_level(0.01f, 1, true), 0);
    cr_expect_eq(heatmap_level(-1, 1, true), -6);
    cr_expect_eq(heatmap_level(1e38f, 1, true), 6);
    cr_expect_eq(heatmap_level(1, 0, true), 0);
    cr_expect_eq(heatmap_level(NAN, 1, false), HEATMAP_NAN);
    cr_expect_eq(heatmap_level(INFINITY, 1, true), HEATMAP_NAN);
}

Test(heatmap, two_values_share_a_cell)
{
    const float values[] = {0, 1, 1, 0};
    struct grid grid = make_grid(2, 1);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    heatmap_draw(&pen, &(struct heatmap){.values = values, .rows = 2, .cols = 2, .max = 1});
    expect_text(&grid, "▀▀\n");
    cr_expect_eq(grid_at(&grid, 0, 0)->fg, style_heat(0));
    cr_expect_eq(grid_at(&grid, 0, 0)->bg, style_heat(11));
    cr_expect_eq(grid_at(&grid, 1, 0)->fg, style_heat(11));
    grid_fini(&grid);
}

Test(heatmap, few_colours_use_shades)
{
    const float values[] = {0, 0.3f, 0.6f, 1, NAN, 0.5f};
    struct grid grid = make_grid(12, 2);
    struct pen pen = pen_make(&grid, glyphs_find("ascii"), DEPTH_8);
    struct heatmap map = {.values = values, .rows = 1, .cols = 6, .max = 1};
    heatmap_draw(&pen, &map);
    expect_text(&grid, "  ::**@@!!++\n  ::**@@!!++\n");
    grid_fini(&grid);
}

Test(heatmap, the_largest_value_of_a_pool_shows)
{
    float values[64 * 64] = {0};
    values[37 * 64 + 21] = -1;
    struct grid grid = make_grid(9, 5);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct heatmap map = {.values = values, .rows = 64, .cols = 64, .max = 1, .is_signed = true};
    heatmap_draw(&pen, &map);
    int n = 0;
    for (int i = 0; i < 45; i++) {
        const struct cell *cell = &grid.cells[i];
        n += cell->fg == style_sign(-6) || cell->bg == style_sign(-6);
    }
    cr_expect_eq(n, 1);
    grid_fini(&grid);
}

Test(heatmap, small_changes_do_not_repaint)
{
    int8_t level[4] = {0};
    struct heatmap_memory memory = {.level = level, .capacity = 4};
    float value = 0.49f;
    struct heatmap map = {.values = &value, .rows = 1, .cols = 1, .max = 1, .memory = &memory};
    struct grid grid = make_grid(1, 1);
    struct pen pen = pen_make(&grid, glyphs_find("ascii"), DEPTH_256);
    static const struct {
        float value;
        int level;
    } steps[] = {{0.49f, 5}, {0.51f, 5}, {0.53f, 6}, {0.49f, 6}, {0.47f, 5}, {0.9f, 10}, {0, 0}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        value = steps[i].value;
        heatmap_draw(&pen, &map);
        cr_expect_eq(grid_at(&grid, 0, 0)->bg, style_heat(steps[i].level), "step %zu", i);
    }
    grid_fini(&grid);
}

Test(heatmap, the_legend_names_both_ends)
{
    struct grid grid = make_grid(40, 2);
    struct pen pen = pen_make(&grid, glyphs_find("ascii"), DEPTH_8);
    struct heatmap map = {.max = 0.21f};
    int columns = heatmap_legend(&pen, 0, 0, 40, &map);
    map.is_signed = true;
    heatmap_legend(&pen, 0, 1, 30, &map);
    cr_expect_eq(columns, 31);
    expect_text(&grid, "0   ..::::--==++**####%%@@ 0.21\n-0.21 @%*+-: :-+*%@ 0.21\n");
    cr_expect_eq(heatmap_legend(&pen, 0, 0, 5, &map), 0);
    grid_fini(&grid);
}

static void expect_inside(const struct grid *grid, struct rect part)
{
    for (int y = 0; y < grid->rows; y++) {
        for (int x = 0; x < grid->cols; x++) {
            const struct cell *cell = grid_at(grid, x, y);
            bool is_blank = cell->ch == ' ' && cell->bg == ROLE_DEFAULT && cell->attr == 0;
            cr_assert(is_blank || rect_has(part, x, y));
        }
    }
}

Test(heatmap, anything_stays_inside_and_every_cell_reads_back)
{
    struct rng rng = rng_stream(5, 1);
    static float values[130 * 130];
    static int8_t level[8000];
    struct heatmap_memory memory = {.level = level, .capacity = 8000};
    for (int i = 0; i < 130 * 130; i++) {
        static const float strange[] = {NAN, INFINITY, -INFINITY, 1e38f, -1e38f};
        int k = rng_below(&rng, 100);
        values[i] = k < 5 ? strange[k] : (float)rng_unit(&rng) * 2 - 1;
    }
    for (int round = 0; round < 1500; round++) {
        struct grid grid = make_grid(62, 62);
        struct pen all = pen_make(&grid, glyphs_at(round % 3), (enum color_depth)(round % 5));
        struct rect part = {1, 1, rng_below(&rng, 61), rng_below(&rng, 61)};
        struct pen pen = pen_sub(&all, part);
        struct heatmap map = {.values = values,
                              .rows = rng_below(&rng, 131),
                              .cols = rng_below(&rng, 131),
                              .max = (float)rng_unit(&rng),
                              .is_signed = round % 2,
                              .memory = round % 3 ? &memory : NULL,
                              .has_cursor = true,
                              .cursor_row = rng_below(&rng, 140) - 5,
                              .cursor_col = rng_below(&rng, 140) - 5};
        heatmap_draw(&pen, &map);
        heatmap_legend(&pen, rng_below(&rng, 9), rng_below(&rng, 60), rng_below(&rng, 60), &map);
        expect_inside(&grid, part);
        struct heatmap_fit fit = heatmap_fit(&pen, &map);
        for (int i = 0; i < 40; i++) {
            int cell[2], x = rng_below(&rng, 62), y = rng_below(&rng, 62);
            bool is_hit = heatmap_at(&pen, &map, x, y, cell);
            cr_assert_eq(is_hit, rect_has(fit.cells, x, y));
            cr_assert(!is_hit || (cell[0] >= 0 && cell[0] < map.rows && cell[1] < map.cols));
        }
        grid_fini(&grid);
    }
}

static const float five[25] = {
    0.95f, NAN,   NAN,   NAN, NAN, /* after A */
    0.57f, 0.94f, 0.10f, NAN, NAN, /* after B */
    0.28f, 0.43f, 0.96f, NAN, NAN, /* after C */
    NAN,   NAN,   NAN,   NAN, NAN, NAN, NAN, NAN, NAN, NAN,
};

Test(matrix, shows_percent_by_task)
{
    struct grid grid = make_grid(23, 6);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct matrix matrix = {.r = five, .n_rows = 5, .n_cols = 5, .n_done = 3};
    matrix_draw(&pen, &matrix);
    expect_text(&grid, "    A   B   C   D   E\n"
                       "A  95   ·   ·   ·   ·\n"
                       "B  57  94   ·   ·   ·\n"
                       "C  28  43  96   ·   ·\n"
                       "D\n"
                       "E\n");
    cr_expect_eq(grid_at(&grid, 4, 1)->bg, style_score(0.95));
    cr_expect_eq(grid_at(&grid, 4, 3)->bg, style_score(0.28));
    int cell[2];
    cr_expect(matrix_at(&pen, &matrix, 9, 3, cell) && cell[0] == 2 && cell[1] == 1);
    cr_expect(!matrix_at(&pen, &matrix, 0, 0, cell));
    grid_fini(&grid);
}

Test(matrix, keeps_the_last_tasks_when_it_is_too_small)
{
    struct grid grid = make_grid(11, 4);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct matrix matrix = {.r = five, .n_rows = 5, .n_cols = 5, .n_done = 3, .shows_future = true};
    matrix_draw(&pen, &matrix);
    expect_text(&grid, "…   B  C  D\n"
                       "B  94 10  ·\n"
                       "C  43 96  ·\n"
                       "D\n");
    grid_fini(&grid);
}

/* Where only the column between letters and numbers is missing, that is given up. */
Test(matrix, ten_tasks_stand_in_31_columns)
{
    static const float ten[100] = {1};
    struct grid grid = make_grid(31, 11);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct matrix matrix = {.r = ten, .n_rows = 10, .n_cols = 10};
    struct matrix_fit fit = matrix_fit(&pen, &matrix);
    cr_expect(fit.n_cols == 10 && fit.n_rows == 10 && fit.first_col == 0, "%d columns", fit.n_cols);
    cr_expect_eq(fit.cells_x + fit.n_cols * fit.cell_w, 31);
    pen.area.w = 30;
    cr_expect_eq(matrix_fit(&pen, &matrix).n_cols, 9);
    cr_expect_eq(matrix_fit(&pen, &matrix).cells_x, 2);
    grid_fini(&grid);
}

Test(matrix, says_that_more_columns_follow)
{
    struct grid grid = make_grid(12, 4);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct matrix matrix = {.r = five, .n_rows = 5, .n_cols = 5};
    matrix_draw(&pen, &matrix);
    expect_text(&grid, "    A  B  C…\nA  95\nB  57 94\nC  28 43 96\n");
    grid_fini(&grid);
}

/* What a line of words tells of the cell under the cursor stands in the cell, too. */
Test(matrix, the_cursor_reads_a_task_that_has_not_begun)
{
    struct grid grid = make_grid(24, 6);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct matrix matrix = {.r = five,
                            .n_rows = 5,
                            .n_cols = 5,
                            .n_done = 3,
                            .has_cursor = true,
                            .cursor_row = 1,
                            .cursor_col = 2};
    matrix_draw(&pen, &matrix);
    char *text = present_text(&grid);
    cr_expect(strstr(text, "\nB  57  94  10 "), "%s", text);
    free(text);
    grid_fini(&grid);
}

Test(matrix, rows_are_visits)
{
    static const float stages[] = {0.95f, 0.10f, 0.57f, 0.94f, 0.96f, 0.61f, 0.60f, 0.95f};
    static const int tasks[] = {0, 1, 0, 1, 0}, begins[] = {0, 1};
    struct grid grid = make_grid(12, 6);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    float r[10] = {0};
    for (int i = 0; i < 10; i++) {
        r[i] = i < 8 ? stages[i] : NAN;
    }
    struct matrix matrix = {.n_rows = 5,
                            .n_cols = 2,
                            .n_done = 4,
                            .n_seen = 2,
                            .r = r,
                            .row_tasks = tasks,
                            .col_begins = begins,
                            .has_cursor = true,
                            .cursor_row = 3,
                            .cursor_col = 0};
    matrix_draw(&pen, &matrix);
    expect_text(&grid, "     A    B\n"
                       "A   95    ·\n"
                       "B   57   94\n"
                       "A   96   61\n"
                       "B   60   95\n"
                       "A\n");
    cr_expect_eq(grid_at(&grid, 5, 4)->attr, ATTR_BOLD | ATTR_REVERSE);
    cr_expect_eq(grid_at(&grid, 0, 3)->fg, style_task(0));
    int cell[2];
    cr_expect(matrix_at(&pen, &matrix, 7, 4, cell) && cell[0] == 3 && cell[1] == 1);
    cr_expect_not(matrix_at(&pen, &matrix, 7, 6, cell));
    grid_fini(&grid);
}

Test(matrix, rows_and_columns_scroll_on_their_own)
{
    struct grid grid = make_grid(11, 4);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct matrix matrix = {.n_rows = 40, .n_cols = 2, .n_done = 20, .n_seen = 2};
    struct matrix_fit fit = matrix_fit(&pen, &matrix);
    cr_expect(fit.first_row == 18 && fit.n_rows == 3 && fit.first_col == 0 && fit.n_cols == 2);
    matrix = (struct matrix){.n_rows = 2, .n_cols = 40, .n_done = 1, .n_seen = 30};
    fit = matrix_fit(&pen, &matrix);
    cr_expect(fit.first_row == 0 && fit.n_rows == 2 && fit.first_col == 28 && fit.n_cols == 2);
    grid_fini(&grid);
}

Test(matrix, the_cursor_is_always_in_sight)
{
    struct grid grid = make_grid(20, 8);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    for (int k = 0; k < 1000; k += 7) {
        struct matrix matrix = {.n_rows = 1000,
                                .n_cols = 1000,
                                .n_done = 500,
                                .most = 64,
                                .has_cursor = true,
                                .cursor_row = k,
                                .cursor_col = 999 - k};
        struct matrix_fit fit = matrix_fit(&pen, &matrix);
        cr_assert(fit.first_row <= k && k < fit.first_row + fit.n_rows);
        cr_assert(fit.first_col <= 999 - k && 999 - k < fit.first_col + fit.n_cols);
    }
    grid_fini(&grid);
}

Test(matrix, a_thousand_tasks_and_any_size_stay_inside)
{
    enum { N = 1000 };
    struct rng rng = rng_stream(6, 1);
    float *r = malloc((size_t)N * N * sizeof *r);
    for (int i = 0; i < N * N; i++) {
        r[i] = rng_below(&rng, 20) ? (float)rng_unit(&rng) : i % 2 ? NAN : INFINITY;
    }
    for (int round = 0; round < 600; round++) {
        struct grid grid = make_grid(62, 62);
        struct pen all = pen_make(&grid, glyphs_at(round % 3), (enum color_depth)(round % 5));
        struct rect part = {1, 1, rng_below(&rng, 61), rng_below(&rng, 61)};
        struct pen pen = pen_sub(&all, part);
        int n_rows = round % 2 ? N : rng_below(&rng, 30);
        int n_cols = round % 4 < 2 ? N : rng_below(&rng, 30);
        struct matrix matrix = {.r = r,
                                .n_rows = n_rows,
                                .n_cols = n_cols,
                                .stride = N,
                                .n_done = rng_below(&rng, n_rows + 1),
                                .n_seen = rng_below(&rng, n_cols + 1),
                                .shows_future = round % 3,
                                .has_cursor = round % 5,
                                .cursor_row = rng_below(&rng, 2 * N) - N / 2,
                                .cursor_col = rng_below(&rng, 2 * N) - N / 2};
        matrix_draw(&pen, &matrix);
        expect_inside(&grid, part);
        struct matrix_fit fit = matrix_fit(&pen, &matrix);
        cr_assert(fit.first_row >= 0 && fit.first_row + fit.n_rows <= n_rows);
        cr_assert(fit.first_col >= 0 && fit.first_col + fit.n_cols <= n_cols);
        cr_assert(fit.cells_x + fit.n_cols * fit.cell_w <= part.w || fit.n_cols == 0);
        grid_fini(&grid);
    }
    free(r);
}
