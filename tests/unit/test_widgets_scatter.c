/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/drawing.h"
#include "support/present_text.h"
#include "ui/widgets/scatter_scene.h"

enum { POINTS = 12, TRAIL = 20 };

/* The cell of the pen's area in which a value is drawn; false if it has none. */
static bool cell_of(const struct pen *pen, const struct scatter *scatter, double x, double y,
                    int cell[2])
{
    struct scatter_layout layout = scatter_layout(pen, scatter);
    bool is_there = !rect_is_empty(layout.plane) && scatter_is_placed(x, y);
    cell[0] = is_there ? layout.plane.x + scatter_cell_x(&layout, x) : 0;
    cell[1] = is_there ? layout.plane.y + scatter_cell_y(&layout, y) : 0;
    return is_there;
}

static void draw(const char *set, int cols, int rows, const struct scatter *scatter,
                 const char *expected)
{
    struct grid grid = make_grid(cols, rows);
    struct pen pen = pen_make(&grid, glyphs_find(set), DEPTH_MONO);
    scatter_draw(&pen, scatter);
    expect_text(&grid, expected);
    grid_fini(&grid);
}

/* Three methods as they come out on permuted digits; replay has a past. */
static const double past_x[] = {0.60, 0.70, NAN, 0.74, 0.90}, past_y[] = {0.5, 0.5, 0.6, 0.6, 0.9};
static const struct scatter_point methods[] = {
    {.label = "1", .name = "naive", .role = ROLE_TASK0, .x = 0.42, .y = 0.99},
    {.label = "2",
     .name = "low lr",
     .role = ROLE_TASK0 + 1,
     .mark = GLYPH_UP,
     .x = 0.73,
     .y = 0.58},
    {.label = "3",
     .name = "replay",
     .role = ROLE_TASK0 + 2,
     .x = 0.9,
     .y = 0.9,
     .trail_x = past_x,
     .trail_y = past_y,
     .n_trail = 5,
     .has_focus = true},
    {.label = "4", .name = "LoRA", .role = ROLE_TASK0 + 3, .x = NAN, .y = 0.9},
};
static const struct scatter plane = {
    .points = methods, .n_points = 4, .x_name = "keeping", .y_name = "learning"};

Test(scatter, shows_points_trails_the_front_and_the_ideal)
{
    draw("braille", 34, 10, &plane,
         "    ▲ learning\n"
         "100 │       ●        3 replay    ★\n"
         "    │1 naive·················●\n"
         "    │                       ⡠⠃\n"
         "    │                     ⢀⠔⠁\n"
         " 70 │                    ⢠⠊\n"
         "    │                   ⡰⠁\n"
         "    │                  ▲ 2 low lr\n"
         "    │             ⠈ ⠁⠈\n"
         " 40 └20──────────60──────keeping─▸\n");
}

Test(scatter, shows_the_same_in_blocks_and_ascii)
{
    draw("block", 34, 9, &plane,
         "    ▲ learning\n"
         "100 │       ■        3 replay    *\n"
         "    │1 naive·················■\n"
         "    │                       ··\n"
         "    │                     ··\n"
         " 70 │                   ··\n"
         "    │                  ▲·2 low lr\n"
         "    │             · ··\n"
         " 40 └20──────────60──────keeping─►\n");
    draw("ascii", 34, 9, &plane,
         "    ^ learning\n"
         "100 |       *        3 replay    +\n"
         "    |1 naive-----------------*\n"
         "    |                       :\n"
         "    |                     .'\n"
         " 70 |                    :\n"
         "    |                  ^'2 low lr\n"
         "    |             '  '\n"
         " 40 +20----------60------keeping->\n");
}

Test(scatter, a_large_one_has_numbers_and_guides)
{
    draw("braille", 48, 15, &plane,
         "    ▲ learning\n"
         "100 │           ● 1 naive·               ideal ★\n"
         "    │           ┊                     3 replay\n"
         "    │           ·························⢠●\n"
         "    │                                   ⡰⠁\n"
         "    │                    ·            ⢀⠜\n"
         "    │                                ⡠⠊\n"
         " 70 │·   ·   ·   ·   ·   ·   ·   ·  ⡔⠁   ·   ·\n"
         "    │                             ⢀⠎\n"
         "    │                  2 low lr ▲⠠⠃\n"
         "    │\n"
         "    │                    ⠠ ⠄⠠ ⠄\n"
         "    │\n"
         " 40 └──────────────────────────────────────────▸\n"
         "     20                 60      keeping      100\n");
}

Test(scatter, a_tiny_one_keeps_the_letters)
{
    draw("braille", 12, 5, &plane,
         "│  ● 1     ★\n"
         "│3 replay⡰●\n"
         "│  2 low lr\n"
         "│    ⢀ ▲\n"
         "└20────────▸\n");
}

Test(scatter, an_empty_one_is_the_whole_plane_with_its_ideal)
{
    draw("braille", 30, 8, &(struct scatter){.x_name = "keeping", .y_name = "learning"},
         "    ▲ learning\n"
         "100 │                  ideal ★\n"
         "    │\n"
         "    │\n"
         " 50 │\n"
         "    │\n"
         "    │\n"
         "  0 └0──────────50───keeping─▸\n");
}

Test(scatter, colour_is_never_alone_and_the_focus_is_bold)
{
    struct grid grid = make_grid(34, 9);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    int cell[2];
    scatter_draw(&pen, &plane);
    cr_assert(cell_of(&pen, &plane, 0.9, 0.9, cell));
    const struct cell *mark = grid_at(&grid, cell[0], cell[1]);
    cr_expect_eq(mark->fg, ROLE_TASK0 + 2);
    cr_expect(mark->attr & ATTR_BOLD);
    cr_assert(cell_of(&pen, &plane, 0.73, 0.58, cell));
    mark = grid_at(&grid, cell[0], cell[1]);
    cr_expect_eq(mark->ch, 0x25B2);
    cr_expect_not(mark->attr & ATTR_BOLD);
    cr_expect_not(cell_of(&pen, &plane, NAN, 0.5, cell));
    grid_fini(&grid);
}

Test(scatter, axes_begin_at_round_numbers_below_everything_and_end_at_the_ideal)
{
    static const double begins[] = {0, 0.2, 0.4, 0.6, 0.8, 0.9};
    struct grid grid = make_grid(40, 12);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    int before = 0;
    for (int i = 0; i <= 1000; i++) {
        struct scatter_point point = {.x = i / 1000.0, .y = 1 - i / 1000.0};
        struct scatter scatter = {.points = &point, .n_points = 1};
        struct scatter_layout layout = scatter_layout(&pen, &scatter);
        int now = 0, cell[2];
        while (now < 5 && layout.x0 > begins[now] + 1e-9) {
            now++;
        }
        cr_expect_float_eq(layout.x0, begins[now], 1e-9);
        cr_expect(layout.x0 <= point.x && layout.y0 <= point.y);
        cr_expect_geq(now, before, "a larger value never widens the window");
        before = now;
        cr_assert(cell_of(&pen, &scatter, 1, 1, cell));
        cr_expect(cell[0] == layout.plane.x + layout.plane.w - 1 && cell[1] == layout.plane.y);
    }
    cr_expect_eq(before, 5);
    grid_fini(&grid);
}

/* ---- the front ---- */

/* Few different values, so that ties are common. */
static double coarse(struct rng *rng)
{
    return rng_below(rng, 12) ? rng_below(rng, 5) / 4.0 : NAN;
}

static bool is_beaten_by(const struct scatter_point *a, const struct scatter_point *b)
{
    return b->x >= a->x && b->y >= a->y && (b->x > a->x || b->y > a->y);
}

Test(scatter_front, is_what_nobody_beats)
{
    struct rng rng = rng_stream(11, 1);
    for (int round = 0; round < 5000; round++) {
        struct scatter_point points[POINTS] = {0};
        int n = rng_below(&rng, POINTS + 1), out[POINTS], n_expected = 0;
        for (int i = 0; i < n; i++) {
            points[i].x = coarse(&rng);
            points[i].y = coarse(&rng);
        }
        int n_front = scatter_front(points, n, out);
        for (int i = 0; i < n; i++) {
            bool is_front = !isnan(points[i].x) && !isnan(points[i].y), is_listed = false;
            for (int j = 0; j < n; j++) {
                is_front = is_front && !is_beaten_by(&points[i], &points[j]);
            }
            for (int k = 0; k < n_front; k++) {
                is_listed = is_listed || out[k] == i;
            }
            cr_assert_eq(is_front, is_listed);
            n_expected += is_front;
        }
        cr_assert_eq(n_front, n_expected);
        for (int k = 1; k < n_front; k++) {
            cr_assert(points[out[k]].x >= points[out[k - 1]].x);
            cr_assert(points[out[k]].y <= points[out[k - 1]].y);
        }
    }
}

/* ---- anything, at any size ---- */

struct sample {
    struct scatter_point points[POINTS];
    double trail_x[POINTS][TRAIL], trail_y[POINTS][TRAIL];
    struct scatter scatter;
};

static double random_value(struct rng *rng)
{
    static const double strange[] = {NAN, INFINITY, -INFINITY, 1e300, -1e300, 0, 1, -0.0};
    int i = rng_below(rng, 40);
    return i < 8 ? strange[i] : rng_unit(rng) * 1.2 - 0.1;
}

/* Point i is called by its letter and four small ones of the same. */
static void fill(struct sample *sample, struct rng *rng)
{
    static const char *const labels[] = {"A", "B", "C", "D", "E", "F",
                                         "G", "H", "I", "J", "K", "L"};
    static const char *const names[] = {"aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff",
                                        "gggg", "hhhh", "iiii", "jjjj", "kkkk", "llll"};
    bool is_crowd = rng_below(rng, 3) == 0;
    double x = rng_unit(rng), y = rng_unit(rng);
    for (int i = 0; i < POINTS; i++) {
        for (int k = 0; k < TRAIL; k++) {
            sample->trail_x[i][k] = random_value(rng);
            sample->trail_y[i][k] = random_value(rng);
        }
        sample->points[i] = (struct scatter_point){
            .label = labels[i],
            .name = names[i],
            .role = style_task(i),
            .line = (enum line_style)(i % 3),
            .x = is_crowd ? x + rng_below(rng, 3) * 0.02 : random_value(rng),
            .y = is_crowd ? y + rng_below(rng, 3) * 0.02 : random_value(rng),
            .trail_x = sample->trail_x[i],
            .trail_y = sample->trail_y[i],
            .n_trail = rng_below(rng, TRAIL + 1),
            .has_focus = rng_below(rng, 6) == 0,
        };
    }
    sample->scatter = (struct scatter){.points = sample->points,
                                       .n_points = rng_below(rng, POINTS + 1),
                                       .x_name = "KEEPING",
                                       .y_name = "LEARNING"};
}

/* How often a character stands on the plane; the cell of the last. */
static int count_char(const struct pen *pen, struct rect rect, uint32_t ch, int at[2])
{
    int n = 0;
    for (int y = rect.y; y < rect.y + rect.h; y++) {
        for (int x = rect.x; x < rect.x + rect.w; x++) {
            const struct cell *cell = pen_at(pen, x, y);
            if (cell->ch == ch) {
                n++;
                at[0] = x;
                at[1] = y;
            }
        }
    }
    return n;
}

/* A name of four is there as a whole and in one piece, or not at all. */
static bool is_whole(const struct pen *pen, struct rect rect, uint32_t ch)
{
    int at[2], n = count_char(pen, rect, ch, at);
    for (int i = 0; n == 4 && i < 4; i++) {
        const struct cell *cell = pen_at(pen, at[0] - i, at[1]);
        n = cell && cell->ch == ch ? n : -1;
    }
    return n == 0 || n == 4;
}

static bool shares_cell(const struct pen *pen, const struct scatter *scatter, int i, int cell[2])
{
    bool is_shared = false;
    for (int j = 0; j < scatter->n_points; j++) {
        int other[2];
        is_shared =
            is_shared ||
            (j != i && cell_of(pen, scatter, scatter->points[j].x, scatter->points[j].y, other) &&
             other[0] == cell[0] && other[1] == cell[1]);
    }
    return is_shared;
}

static void expect_words(const struct pen *pen, const struct scatter *scatter)
{
    struct rect rect = scatter_layout(pen, scatter).plane;
    for (int i = 0; i < POINTS; i++) {
        int cell[2] = {0}, at[2] = {0}, unused[2];
        const struct scatter_point *point = &scatter->points[i];
        bool is_placed = i < scatter->n_points && cell_of(pen, scatter, point->x, point->y, cell);
        int n_letters = count_char(pen, rect, (uint32_t)('A' + i), at);
        int n_names = count_char(pen, rect, (uint32_t)('a' + i), unused);
        bool is_in_ideal = strchr("adeil", 'a' + i) != NULL; /* a letter of the other word */
        cr_assert(n_letters <= is_placed);
        cr_assert(is_in_ideal || is_whole(pen, rect, (uint32_t)('a' + i)));
        cr_assert(is_in_ideal || n_names == 0 || n_letters == 1, "a name without its letter");
        if (is_placed) {
            cr_assert(rect_has(rect, cell[0], cell[1]));
            cr_assert(n_letters == 1 || shares_cell(pen, scatter, i, cell), "a letter is missing");
            const struct cell *mark = pen_at(pen, cell[0], cell[1]);
            uint32_t on = pen->glyphs->at[GLYPH_ON];
            cr_assert(mark->ch == on || (mark->ch >= 'A' && mark->ch <= 'L'), "a mark is covered");
        }
        if (n_letters == 1) {
            cr_assert_eq(scatter_at(pen, scatter, at[0], at[1]), i);
        }
    }
}

Test(scatter, words_never_meet_and_nothing_leaves_the_area_at_any_size)
{
    struct rng rng = rng_stream(12, 1);
    struct sample *sample = malloc(sizeof *sample);
    struct grid grid = make_grid(62, 32);
    for (int size = 0; size < 60 * 30; size++) {
        struct rect part = {1, 1, 1 + size % 60, 1 + size / 60};
        grid_clear(&grid);
        struct pen all =
            pen_make(&grid, glyphs_at(rng_below(&rng, 3)), (enum color_depth)(size % 5));
        struct pen pen = pen_sub(&all, part);
        fill(sample, &rng);
        scatter_draw(&pen, &sample->scatter);
        for (int i = 0; i < 62 * 32; i++) {
            cr_assert(rect_has(part, i % 62, i / 62) || grid.cells[i].ch == ' ');
        }
        expect_words(&pen, &sample->scatter);
    }
    grid_fini(&grid);
    free(sample);
}

Test(scatter, more_points_than_it_takes_are_left_out)
{
    enum { N = 500 };
    struct scatter_point *points = calloc(N, sizeof *points);
    for (int i = 0; i < N; i++) {
        points[i] = (struct scatter_point){.label = "x", .name = "name", .x = i * 0.002, .y = 0.5};
    }
    struct grid grid = make_grid(100, 40);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct scatter scatter = {.points = points, .n_points = N};
    scatter_draw(&pen, &scatter);
    for (int x = 0; x < 100; x++) {
        cr_assert(scatter_at(&pen, &scatter, x, 20) < SCATTER_POINTS_MAX);
    }
    grid_fini(&grid);
    free(points);
}

/* ---- under the mouse ---- */

Test(scatter_at, finds_the_nearest_point_and_the_one_whose_name_it_is)
{
    struct grid grid = make_grid(34, 9);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct rect rect = scatter_layout(&pen, &plane).plane;
    int cell[2];
    for (int i = 0; i < 3; i++) {
        cr_assert(cell_of(&pen, &plane, methods[i].x, methods[i].y, cell));
        cr_expect_eq(scatter_at(&pen, &plane, cell[0], cell[1]), i);
    }
    cr_expect_eq(scatter_at(&pen, &plane, rect.x + 20, rect.y + rect.h - 1), 1);
    cr_expect_eq(scatter_at(&pen, &plane, rect.x + rect.w - 1, rect.y), 2);
    cr_expect_eq(scatter_at(&pen, &plane, rect.x - 1, rect.y), -1);
    cr_expect_eq(scatter_at(&pen, &plane, rect.x, rect.y + rect.h), -1);
    scatter_draw(&pen, &plane);
    for (int x = rect.x; x < rect.x + rect.w; x++) {
        for (int y = rect.y; y < rect.y + rect.h; y++) {
            bool is_name = grid_at(&grid, x, y)->ch == 'v'; /* naive */
            cr_expect(!is_name || scatter_at(&pen, &plane, x, y) == 0);
        }
    }
    struct scatter empty = {0};
    cr_expect_eq(scatter_at(&pen, &empty, 10, 3), -1);
    grid_fini(&grid);
}

Test(scatter_at, takes_the_one_on_top_where_several_are)
{
    struct scatter_point points[] = {
        {.x = 0.5, .y = 0.5, .has_focus = true}, {.x = 0.5, .y = 0.5}, {.x = 0.5, .y = 0.5}};
    struct scatter scatter = {.points = points, .n_points = 3};
    struct grid grid = make_grid(30, 10);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    int cell[2];
    cr_assert(cell_of(&pen, &scatter, 0.5, 0.5, cell));
    cr_expect_eq(scatter_at(&pen, &scatter, cell[0], cell[1]), 0);
    points[0].has_focus = false;
    cr_expect_eq(scatter_at(&pen, &scatter, cell[0], cell[1]), 2);
    grid_fini(&grid);
}
