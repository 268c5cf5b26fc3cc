/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/drawing.h"
#include "support/present_text.h"
#include "ui/widgets/bar.h"
#include "ui/widgets/slider.h"
#include "ui/widgets/text.h"

Test(text, wraps_at_words_and_keeps_empty_lines)
{
    struct grid grid = make_grid(16, 7);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    const char *words = "task *B began:* A fell\n\nηλF is 2.1, donaudampfschiffahrt";
    int rows = text_draw(&pen, 0, 0, style_of(ROLE_BODY), words);
    expect_text(&grid, "task B began: A\nfell\n\nηλF is 2.1,\ndonaudampfschiff\nahrt\n\n");
    cr_expect_eq(rows, 6);
    cr_expect_eq(text_rows(&pen, words), 6);
    cr_expect_eq(grid_at(&grid, 7, 0)->attr, ATTR_BOLD);
    cr_expect_eq(grid_at(&grid, 14, 0)->attr, 0);
    grid_fini(&grid);
}

Test(text, scrolls)
{
    struct grid grid = make_grid(8, 3);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    int rows = text_draw(&pen, 1, 1, style_of(ROLE_BODY), "one\ntwo\nthree\nfour");
    expect_text(&grid, "\ntwo\nthree\n");
    cr_expect_eq(rows, 4);
    grid_fini(&grid);
}

Test(text, marks_count_only_at_the_edge_of_a_word)
{
    struct grid grid = make_grid(40, 1);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    int n = text_line(&pen, 0, 0, style_of(ROLE_BODY), "2*3 a_b * x *two words*, (_dim_) *");
    expect_text(&grid, "2*3 a_b * x two words, (dim) *\n");
    cr_expect_eq(n, 30);
    cr_expect_eq(grid_at(&grid, 12, 0)->fg, ROLE_TEXT);
    cr_expect_eq(grid_at(&grid, 21, 0)->fg, ROLE_BODY);
    cr_expect_eq(grid_at(&grid, 24, 0)->fg, ROLE_DIM);
    grid_fini(&grid);
}

Test(slider, shows_label_line_knob_and_value)
{
    struct grid grid = make_grid(34, 3);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct slider slider = {.label = "replay memory",
                            .value = "500",
                            .position = 0.5,
                            .label_w = 13,
                            .value_w = 5,
                            .has_focus = true};
    slider_draw(&pen, 0, &slider);
    slider.has_focus = false;
    slider.position = 7;
    slider_draw(&pen, 1, &slider);
    slider.position = NAN;
    slider_draw(&pen, 2, &slider);
    expect_text(&grid, "▸replay memory ━━━━━━●──────   500\n"
                       " replay memory ━━━━━━━━━━━━●   500\n"
                       " replay memory ─────────────   500\n");
    grid_fini(&grid);
}

Test(bar, fills_in_eighths_and_warns)
{
    struct grid grid = make_grid(8, 3);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct bar bar = {.value = 1.05, .max = 2, .warn = 1, .bad = 2, .role = ROLE_GOOD};
    bar_draw(&pen, 0, 0, 8, &bar);
    cr_expect_eq(grid_at(&grid, 0, 0)->fg, ROLE_WARN);
    bar.value = 99;
    bar_draw(&pen, 0, 1, 8, &bar);
    cr_expect_eq(bar_role(&bar), ROLE_BAD);
    bar.value = NAN;
    bar_draw(&pen, 0, 2, 8, &bar);
    cr_expect_eq(bar_role(&bar), ROLE_GOOD);
    expect_text(&grid, "████▎░░░\n████████\n░░░░░░░░\n");
    grid_fini(&grid);
}

Test(text, everything_stays_inside_at_any_size)
{
    struct rng rng = rng_stream(7, 1);
    for (int round = 0; round < 1500; round++) {
        struct grid grid = make_grid(62, 62);
        struct pen all = pen_make(&grid, glyphs_at(round % 3), (enum color_depth)(round % 5));
        struct rect part = {1, 1, rng_below(&rng, 61), rng_below(&rng, 61)};
        struct pen pen = pen_sub(&all, part);
        int y = rng_below(&rng, 70) - 5;
        text_draw(&pen, y, rng_below(&rng, 5), style_of(ROLE_BODY),
                  "*some* words λ→η that go on\n\n_and on_ donaudampfschiffahrtsgesellschaft");
        text_line(&pen, rng_below(&rng, 70) - 5, y, style_of(ROLE_BODY), "one *line* of text");
        struct slider slider = {.label = "replay memory",
                                .value = "1 : 1",
                                .position = rng_unit(&rng),
                                .label_w = rng_below(&rng, 20),
                                .value_w = rng_below(&rng, 9),
                                .has_focus = true};
        slider_draw(&pen, y + 1, &slider);
        bar_draw(&pen, rng_below(&rng, 70) - 5, y + 2, rng_below(&rng, 90) - 5,
                 &(struct bar){.value = rng_unit(&rng), .max = 1});
        for (int i = 0; i < 62 * 62; i++) {
            cr_assert(grid.cells[i].ch == ' ' || rect_has(part, i % 62, i / 62));
        }
        grid_fini(&grid);
    }
}

static void expect_fits(int columns, const char *text, const char *expected)
{
    struct grid grid = make_grid(columns, 1);
    struct pen pen = pen_make(&grid, glyphs_at(0), DEPTH_256);
    text_line_fit(&pen, 0, 0, style_of(ROLE_BODY), text);
    expect_text(&grid, expected);
    cr_expect_eq(grid.n_cut, 0);
    grid_fini(&grid);
}

Test(text, that_is_to_fit_leaves_out_whole_pieces)
{
    expect_fits(20, "R again   S all runs", "R again   S all runs\n");
    expect_fits(18, "R again   S all runs", "R again\n");
    expect_fits(23, "A fell: layer 1 did it. Press 3", "A fell: layer 1 did it\n");
    expect_fits(12, "A fell: layer 1 did it. Press 3", "A fell\n");
    expect_fits(30, "paused · it is back: A rises, B falls", "paused · it is back\n");
    expect_fits(11, "nothing else matters", "nothing\n");
}

/* Inside a word and behind it; what ends in an ellipsis says so. */
Test(text, that_is_cut_is_counted)
{
    struct grid grid = make_grid(4, 1);
    struct pen pen = pen_make(&grid, glyphs_at(0), DEPTH_256);
    pen_text(&pen, 0, 0, style_of(ROLE_BODY), "two three");
    cr_expect_eq(grid.n_cut, 0);
    pen_text_max(&pen, 0, 0, 4, style_of(ROLE_BODY), "three");
    cr_expect_eq(grid.n_cut, 0);
    pen_text(&pen, 0, 0, style_of(ROLE_BODY), "three");
    cr_expect_eq(grid.n_cut, 1);
    grid_clear(&grid);
    cr_expect_eq(grid.n_cut, 0);
    grid_fini(&grid);
}
