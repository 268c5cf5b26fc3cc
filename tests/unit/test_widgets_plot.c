/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/drawing.h"
#include "support/present_text.h"
#include "ui/widgets/canvas.h"
#include "ui/widgets/line_plot.h"

Test(canvas, dots_add_up_within_a_series_and_replace_another)
{
    struct grid grid = make_grid(2, 1);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct canvas canvas = canvas_make(&pen);
    for (int i = 0; i < 4; i++) {
        canvas_dot(&canvas, 0, i, style_of(ROLE_TASK0), 1);
        canvas_dot(&canvas, 3, i, style_of(ROLE_TASK0), 1);
    }
    expect_text(&grid, "⡇⢸\n");
    canvas_dot(&canvas, 0, 0, style_of(ROLE_GOOD), 2);
    expect_text(&grid, "⠁⢸\n");
    cr_expect_eq(grid_at(&grid, 0, 0)->fg, ROLE_GOOD);
    grid_fini(&grid);
}

/* Where rows are few, curves that lie upon each other for long are all seen. */
Test(canvas, of_curves_in_the_same_cells_none_is_hidden)
{
    static const char *const sets[] = {"block", "ascii"};
    for (int set = 0; set < 2; set++) {
        struct grid grid = make_grid(30, 1);
        struct pen pen = pen_make(&grid, glyphs_find(sets[set]), DEPTH_256);
        struct canvas canvas = canvas_make(&pen);
        int seen[4] = {0};
        for (int tag = 1; tag <= 3; tag++) {
            for (int x = 0; x < canvas.w; x++) {
                canvas_dot(&canvas, x, tag % 2, style_of(style_task(tag)), (uint8_t)tag);
            }
        }
        for (int x = 0; x < 30; x++) {
            seen[grid_at(&grid, x, 0)->tag]++;
        }
        cr_expect(seen[1] >= 8 && seen[2] >= 8 && seen[3] >= 8, "%s: %d %d %d", sets[set], seen[1],
                  seen[2], seen[3]);
        grid_fini(&grid);
    }
}

Test(canvas, every_set_draws_a_diagonal)
{
    static const char *const expected[] = {"⠑⢄\n\n", "▚\n ▚\n", "'.\n '\n"};
    for (int set = 0; glyphs_at(set); set++) {
        struct grid grid = make_grid(2, 2);
        struct pen pen = pen_make(&grid, glyphs_at(set), DEPTH_256);
        struct canvas canvas = canvas_make(&pen);
        for (int i = 0, n = set == 2 ? 2 : 3; i <= n; i++) {
            canvas_dot(&canvas, set == 2 && i ? 1 : i, i, style_of(ROLE_TEXT), 1);
        }
        expect_text(&grid, expected[set]);
        grid_fini(&grid);
    }
}

Test(line_plot, shows_curves_values_spans_and_markers)
{
    struct grid grid = make_grid(44, 8);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    const double x[] = {0, 50, 100}, a[] = {0, 1, 0.5}, b[] = {NAN, 0, 0.9};
    struct plot_series series[] = {
        {.x = x, .y = a, .n = 3, .role = style_task(0), .label = "A", .note = "▼50", .value = NAN},
        {.x = x,
         .y = b,
         .n = 3,
         .role = style_task(1),
         .label = "B",
         .value = NAN,
         .has_focus = true},
    };
    struct plot_span spans[] = {
        {.x0 = 0, .label = "A", .text = "learning", .role = style_task(0)},
        {.x0 = 50, .label = "B", .text = "learning", .role = style_task(1)}};
    struct plot_marker markers[] = {{80, "ewc", ROLE_TEXT}};
    struct line_plot plot = {.x1 = 100,
                             .series = series,
                             .n_series = 2,
                             .spans = spans,
                             .n_spans = 2,
                             .markers = markers,
                             .n_markers = 1};
    line_plot_draw(&pen, &plot);
    expect_text(&grid, "100 ·   ·   ·   ·⢀⠔⠉⠒⠤⣀ ·  ┊·   ·⢀\n"
                       "               ⡠⠊⠁ ┊   ⠉⠒⠤⣀┊   ⡠⠒⠁ B  90\n"
                       "             ⡠⠊    ┊       ⠉⢀⠤⠊\n"
                       " 50 ·   · ⢀⠔⠊   ·  ┊·   · ⣀⠔⠁  ⠉⠒⠤ A  50 ▼50\n"
                       "        ⢀⠔⠁        ┊    ⡠⠊ ┊\n"
                       "      ⡠⠔⠁          ┊ ⢀⠔⠉   ┊\n"
                       "  0 ⡠⠊             ⡠⠒⠁     ┊\n"
                       "    A learning     B       ewc\n");
    grid_fini(&grid);
}

#define FEW                                                                                        \
    "100 *'''''''''''''''*''*3 replay 100\n"                                                       \
    "  0 .....o.............ol2         0\n"
#define MANY                                                                                       \
    "100 ''''''''''''''''''' 3 replay 100\n"                                                       \
    "  0 ................... l2         0\n"

/* Where colours are few a curve carries its sign: on its way and at its end, or before its label.
 */
/* Left of the letter of its span a label would be another span's. */
Test(line_plot, a_marker_is_named_within_its_span)
{
    const double x[] = {0, 150}, y[] = {0.5, 0.5};
    struct plot_series series = {.x = x, .y = y, .n = 2, .role = ROLE_TASK0};
    struct plot_span spans[] = {{0, "A", NULL, ROLE_TASK0},
                                {50, "B", NULL, style_task(1)},
                                {100, "C", NULL, style_task(2)}};
    for (int w = 30; w < 70; w++) {
        for (int at = 50; at < 100; at += 7) {
            struct plot_marker marker = {at, "LoRA on", ROLE_TEXT};
            struct line_plot plot = {.x0 = 0,
                                     .x1 = 150,
                                     .series = &series,
                                     .n_series = 1,
                                     .spans = spans,
                                     .n_spans = 3,
                                     .markers = &marker,
                                     .n_markers = 1};
            struct grid grid = make_grid(w, 6);
            struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
            line_plot_draw(&pen, &plot);
            int letter = line_plot_column(&pen, &plot, 50), label = -1;
            for (int i = w - 1; i >= 0; i--) {
                label = grid_at(&grid, i, 5)->ch == 'L' ? i : label;
            }
            cr_expect(label < 0 || label > letter, "%d columns, at %d: label at %d, letter at %d",
                      w, at, label, letter);
            grid_fini(&grid);
        }
    }
}

Test(line_plot, a_curve_carries_its_sign_where_colours_are_few)
{
    static const double x[] = {0, 100}, high[] = {1, 1}, low[] = {0, 0};
    static const struct {
        enum color_depth depth;
        const char *text;
    } cases[] = {
        {DEPTH_MONO, FEW},
        {DEPTH_16, FEW},
        {DEPTH_256, MANY},
    };
    struct plot_series series[] = {{.x = x,
                                    .y = high,
                                    .n = 2,
                                    .label = "3 replay",
                                    .sign = '*',
                                    .has_sign_before = true,
                                    .value = NAN},
                                   {.x = x,
                                    .y = low,
                                    .n = 2,
                                    .label = "l2",
                                    .sign = 'o',
                                    .has_sign_before = true,
                                    .value = NAN}};
    struct line_plot plot = {.x1 = 100, .series = series, .n_series = 2};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct grid grid = make_grid(36, 2);
        struct pen pen = pen_make(&grid, glyphs_find("ascii"), cases[i].depth);
        line_plot_draw(&pen, &plot);
        expect_text(&grid, cases[i].text);
        grid_fini(&grid);
    }
}

Test(line_plot, a_spike_survives_any_number_of_points)
{
    enum { N = 20000 };
    double *x = malloc(N * sizeof *x), *y = malloc(N * sizeof *y);
    for (int i = 0; i < N; i++) {
        x[i] = i;
        y[i] = i == 12345 ? 0 : 1;
    }
    struct grid grid = make_grid(60, 10);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct plot_series series = {.x = x, .y = y, .n = N, .role = ROLE_TEXT, .value = NAN};
    struct line_plot plot = {.x1 = N, .series = &series, .n_series = 1};
    line_plot_draw(&pen, &plot);
    int column = line_plot_column(&pen, &plot, 12345);
    const struct cell *bottom = grid_at(&grid, column, 9);
    cr_expect(bottom->ch > 0x2800 && bottom->ch <= 0x28FF);
    free(x);
    free(y);
    grid_fini(&grid);
}

Test(line_plot, columns_and_steps_read_back)
{
    struct grid grid = make_grid(90, 20);
    struct plot_series series = {.label = "A", .value = 0.5};
    struct line_plot plot = {.x0 = 1000, .x1 = 3000, .series = &series, .n_series = 1};
    for (int set = 0; glyphs_at(set); set++) {
        struct pen pen = pen_make(&grid, glyphs_at(set), DEPTH_256);
        struct rect curves = line_plot_layout(&pen, &plot).curves;
        for (int column = curves.x; column < curves.x + curves.w; column++) {
            double x = line_plot_x(&pen, &plot, column);
            cr_expect_eq(line_plot_column(&pen, &plot, x), column);
        }
        cr_expect_eq(line_plot_column(&pen, &plot, 1000), curves.x);
        cr_expect_eq(line_plot_column(&pen, &plot, 3000), curves.x + curves.w - 1);
    }
    grid_fini(&grid);
}

Test(line_plot, labels_never_share_a_row)
{
    struct rng rng = rng_stream(3, 1);
    for (int round = 0; round < 2000; round++) {
        int n_rows = 1 + rng_below(&rng, 60), n = 1 + rng_below(&rng, n_rows);
        double wanted[60];
        int rows[60];
        double at = -3;
        for (int i = 0; i < n; i++) {
            at += rng_below(&rng, 3) ? 0 : rng_unit(&rng) * 4;
            wanted[i] = at;
        }
        line_plot_place(wanted, rows, n, n_rows);
        for (int i = 0; i < n; i++) {
            cr_assert(rows[i] >= 0 && rows[i] < n_rows);
            cr_assert(i == 0 || rows[i] > rows[i - 1]);
        }
    }
}

Test(line_plot, a_label_with_room_stands_where_it_wants)
{
    int rows[3];
    line_plot_place((double[]){1, 5.2, 9}, rows, 3, 10);
    cr_expect(rows[0] == 1 && rows[1] == 5 && rows[2] == 9);
    line_plot_place((double[]){4, 4, 4}, rows, 3, 10);
    cr_expect(rows[0] == 3 && rows[1] == 4 && rows[2] == 5);
    line_plot_place((double[]){9, 9, 9}, rows, 3, 10);
    cr_expect(rows[0] == 7 && rows[2] == 9);
}

Test(line_plot, the_heaviest_labels_stay_when_there_are_too_many)
{
    enum { N = 1000 };
    struct plot_series *series = calloc(N, sizeof *series);
    for (int i = 0; i < N; i++) {
        series[i] = (struct plot_series){.label = "x", .value = 0.5, .weight = i % 7};
    }
    series[0].label = "F";
    series[0].has_focus = true;
    series[500].label = "W";
    series[500].weight = 100;
    struct grid grid = make_grid(60, 3);
    struct pen pen = pen_make(&grid, glyphs_find("ascii"), DEPTH_MONO);
    struct line_plot plot = {.x1 = 1, .series = series, .n_series = N};
    line_plot_draw(&pen, &plot);
    char *text = present_text(&grid);
    cr_expect(strstr(text, "F  50") && strstr(text, "W  50"));
    free(text);
    free(series);
    grid_fini(&grid);
}

static double random_value(struct rng *rng)
{
    static const double strange[] = {NAN, INFINITY, -INFINITY, 1e300, -1e300, 0, 1, -0.0};
    int i = rng_below(rng, 24);
    return i < 8 ? strange[i] : rng_unit(rng) * 1.4 - 0.2;
}

Test(line_plot, anything_stays_inside_its_rect)
{
    struct rng rng = rng_stream(4, 1);
    double x[64], y[64];
    for (int round = 0; round < 1500; round++) {
        struct grid grid = make_grid(62, 62);
        struct pen all = pen_make(&grid, glyphs_at(round % 3), (enum color_depth)(round % 5));
        struct rect part = {1, 1, rng_below(&rng, 61), rng_below(&rng, 61)};
        struct pen pen = pen_sub(&all, part);
        double at = rng_unit(&rng) * 100 - 50;
        for (int i = 0; i < 64; i++) {
            at += rng_below(&rng, 4) * rng_unit(&rng) * 5;
            x[i] = at;
            y[i] = random_value(&rng);
        }
        struct plot_series series[3];
        for (int i = 0; i < 3; i++) {
            series[i] = (struct plot_series){.x = x,
                                             .y = y,
                                             .n = rng_below(&rng, 65),
                                             .role = style_task(i),
                                             .line = (enum line_style)i,
                                             .label = "A",
                                             .note = "▼57",
                                             .value = random_value(&rng),
                                             .has_focus = i == 1};
        }
        struct plot_span spans[] = {
            {.x0 = -1e9, .label = "A", .text = "learning", .role = ROLE_TASK0},
            {.x0 = 0, .label = "B", .text = NULL, .role = ROLE_TASK0},
            {.x0 = random_value(&rng), .label = "C", .text = "learning", .role = ROLE_TASK0}};
        struct plot_marker markers[] = {{random_value(&rng) * 50, "ewc on", ROLE_TEXT}};
        struct line_plot plot = {.x0 = rng_unit(&rng) * 100 - 60,
                                 .x1 = random_value(&rng) * 100,
                                 .series = series,
                                 .n_series = 3,
                                 .spans = spans,
                                 .n_spans = 3,
                                 .markers = markers,
                                 .n_markers = 1,
                                 .has_cursor = true,
                                 .cursor = random_value(&rng) * 50};
        line_plot_draw(&pen, &plot);
        for (int i = 0; i < 62 * 62; i++) {
            bool is_inside = rect_has(part, i % 62, i / 62);
            cr_assert(is_inside || grid.cells[i].ch == ' ');
        }
        grid_fini(&grid);
    }
}

Test(line_plot, reading_under_the_cursor_skips_gaps)
{
    const double x[] = {0, 10, 20, 30}, y[] = {0.1, 0.2, NAN, 0.4};
    struct plot_series series = {.x = x, .y = y, .n = 4};
    cr_expect_eq(line_plot_point(&series, -1), -1);
    cr_expect_eq(line_plot_point(&series, 10), 1);
    cr_expect_eq(line_plot_point(&series, 25), 1);
    cr_expect_eq(line_plot_point(&series, 99), 3);
}

/* ---- bands ---------------------------------------------------------------------------------- */

/* A flat curve at a half, and a band around it that ends early. */
static struct grid draw_banded(const char *glyphs, int cols, int rows)
{
    static const double x[] = {0, 1, 2}, y[] = {0.5, 0.5, 0.5};
    static const double low[] = {0.2, 0.2, (double)NAN}, high[] = {0.8, 0.8, (double)NAN};
    static const struct plot_series series = {.x = x,
                                              .y = y,
                                              .n = 3,
                                              .low = low,
                                              .high = high,
                                              .band_role = ROLE_TASK_DIM0,
                                              .role = ROLE_TASK0,
                                              .value = (double)NAN};
    static const struct line_plot plot = {.x1 = 2, .series = &series, .n_series = 1};
    struct grid grid = make_grid(cols, rows);
    struct pen pen = pen_make(&grid, glyphs_find(glyphs), DEPTH_256);
    line_plot_draw(&pen, &plot);
    return grid;
}

static int count_role(const struct grid *grid, int x0, int x1, enum role role)
{
    int n = 0;
    for (int y = 0; y < grid->rows; y++) {
        for (int x = x0; x < x1; x++) {
            n += grid_at(grid, x, y)->fg == role && grid_at(grid, x, y)->ch > ' ';
        }
    }
    return n;
}

Test(line_plot, a_band_lies_behind_its_curve_and_ends_where_it_is_not_known)
{
    struct grid grid = draw_banded("braille", 44, 20);
    cr_expect_gt(count_role(&grid, 4, 23, ROLE_TASK_DIM0), 100, "it fills what it spans");
    cr_expect_eq(count_role(&grid, 26, 44, ROLE_TASK_DIM0), 0);
    cr_expect_eq(count_role(&grid, 4, 44, ROLE_TASK0), 40, "the curve is whole");
    grid_fini(&grid);
}

/* With two dots a cell a ground would be as loud as the curves. */
Test(line_plot, where_dots_are_few_a_band_is_a_bar_at_each_point)
{
    struct grid grid = draw_banded("ascii", 44, 20);
    int n = count_role(&grid, 4, 44, ROLE_TASK_DIM0);
    cr_expect(n >= 16 && n <= 26, "two bars of about twelve cells, %d found", n);
    grid_fini(&grid);
}
