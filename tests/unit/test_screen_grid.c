/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/drawing.h"
#include "support/present_text.h"
#include "ui/screen/pen.h"
#include "ui/screen/utf8.h"

Test(grid, a_box_holds_title_note_and_inside)
{
    struct grid grid = make_grid(26, 4);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct box box = {.title = "drift", .note = "layer 1", .has_focus = true};
    struct pen in = pen_box(&pen, pen_rect(&pen), &box);
    pen_text(&in, 0, 0, style_of(ROLE_TEXT), "λ 10 → and far more than fits");
    expect_text(&grid, "╭─▸drift ────── layer 1 ─╮\n"
                       "│ λ 10 → and far more th │\n"
                       "│                        │\n"
                       "╰────────────────────────╯\n");
    cr_expect_eq(grid_at(&grid, 0, 0)->fg, ROLE_FRAME_FOCUS);
    cr_expect_eq(grid_at(&grid, 3, 0)->attr, ATTR_BOLD);
    grid_fini(&grid);
}

Test(grid, a_note_without_room_is_left_out_and_a_title_is_shortened)
{
    struct grid grid = make_grid(14, 2);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    pen_box(&pen, pen_rect(&pen), &(struct box){.title = "a long title", .note = "note"});
    expect_text(&grid, "╭─ a long … ─╮\n╰────────────╯\n");
    grid_fini(&grid);
}

Test(grid, ascii_writes_seven_bits_only)
{
    struct grid grid = make_grid(40, 6);
    struct pen pen = pen_make(&grid, glyphs_find("ascii"), DEPTH_MONO);
    struct pen in = pen_box(&pen, pen_rect(&pen), &(struct box){.title = "Σ λ·F", .note = "A → B"});
    int n = pen_text(&in, 0, 0, style_of(ROLE_TEXT), "λ→η ▼57 漢 ü");
    cr_expect_eq(n, pen_columns(&in, "λ→η ▼57 漢 ü"));
    for (int glyph = 0; glyph < GLYPH_COUNT; glyph++) {
        pen_glyph(&in, glyph, 2, style_of(ROLE_TEXT), (enum glyph)glyph);
        cr_expect(pen.glyphs->at[glyph] != 0, "glyph %d is missing", glyph);
    }
    char *text = present_text(&grid);
    for (const char *s = text; *s; s++) {
        cr_assert((unsigned char)*s < 0x80);
    }
    cr_expect(strstr(text, "lambda->eta v57 ? u"));
    free(text);
    grid_fini(&grid);
}

Test(grid, every_glyph_is_one_column_in_every_set)
{
    for (int set = 0; glyphs_at(set); set++) {
        for (int glyph = 0; glyph < GLYPH_COUNT; glyph++) {
            uint32_t ch = glyphs_at(set)->at[glyph];
            cr_expect(ch != 0 && utf8_cell(ch) == ch, "%s %d", glyphs_at(set)->name, glyph);
        }
    }
}

Test(grid, utf8_survives_a_round_trip)
{
    static const uint32_t chars[] = {'a', 0xE9, 0x3BB, 0x28FF, 0x2580, 0x1FB00, 0x10FFFF};
    for (size_t i = 0; i < sizeof chars / sizeof chars[0]; i++) {
        char buf[5] = {0};
        utf8_put(buf, chars[i]);
        const char *at = buf;
        cr_expect_eq(utf8_next(&at), chars[i]);
        cr_expect_eq(*at, '\0');
    }
}

Test(grid, broken_utf8_moves_by_one_and_never_reads_beyond_the_end)
{
    static const char *const broken[] = {"\xff",     "\xc3",         "\xe2\x82", "\xf0\x9f\x98",
                                         "\xc0\x80", "\xed\xa0\x80", "\x80x"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        char *copy = strdup(broken[i]);
        const char *at = copy;
        cr_expect_eq(utf8_next(&at), 0xFFFD);
        cr_expect_eq(at, copy + 1);
        cr_expect_leq(utf8_columns(copy), (int)strlen(copy));
        free(copy);
    }
}

Test(grid, control_characters_never_reach_a_cell)
{
    struct grid grid = make_grid(8, 1);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    pen_text(&pen, 0, 0, style_of(ROLE_TEXT), "\033[2J\a");
    expect_text(&grid, "?[2J?\n");
    grid_fini(&grid);
}

/* Draws all kinds of things at random places through a pen for a part of the grid. */
static void scribble(const struct pen *pen, struct rng *rng)
{
    for (int i = 0; i < 20; i++) {
        int x = rng_below(rng, 160) - 50, y = rng_below(rng, 160) - 50;
        int w = rng_below(rng, 200) - 20, h = rng_below(rng, 200) - 20;
        struct style style = style_bold(ROLE_TEXT);
        pen_text(pen, x, y, style, "wörter → und mehr");
        pen_text_max(pen, x, y, w, style, "cut off somewhere");
        pen_text_right(pen, x, y, style, "right");
        pen_fill(pen, (struct rect){x, y, w, h}, style, '#');
        pen_hline(pen, x, y, w, style, GLYPH_H);
        pen_vline(pen, x, y, h, style, GLYPH_V);
        pen_add_attr(pen, (struct rect){x, y, w, h}, ATTR_REVERSE);
        struct pen in = pen_box(pen, (struct rect){x, y, w, h}, &(struct box){"title", "note", 0});
        pen_fill(&in, (struct rect){-5, -5, 300, 300}, style, '%');
    }
}

Test(grid, nothing_is_written_outside_the_pen)
{
    struct rng rng = rng_stream(1, 1);
    for (int round = 0; round < 300; round++) {
        struct grid grid = make_grid(rng_below(&rng, 61), rng_below(&rng, 61));
        struct pen all = pen_make(&grid, glyphs_at(round % 3), DEPTH_256);
        struct rect part = {rng_below(&rng, 70) - 5, rng_below(&rng, 70) - 5, rng_below(&rng, 61),
                            rng_below(&rng, 61)};
        struct pen pen = pen_sub(&all, part);
        scribble(&pen, &rng);
        for (int y = 0; y < grid.rows; y++) {
            for (int x = 0; x < grid.cols; x++) {
                const struct cell *cell = grid_at(&grid, x, y);
                bool is_blank = cell->ch == ' ' && cell->attr == 0;
                cr_assert(is_blank || rect_has(part, x, y), "%d,%d", x, y);
            }
        }
        grid_fini(&grid);
    }
}

Test(grid, cutting_a_rect_loses_no_cell)
{
    struct rect rest = {3, 4, 20, 10};
    struct rect top = rect_cut_top(&rest, 3), left = rect_cut_left(&rest, 100);
    cr_expect_eq(top.h, 3);
    cr_expect_eq(left.w, 20);
    cr_expect_eq(left.h, 7);
    cr_expect(rect_is_empty(rest));
    cr_expect(rect_is_empty(rect_meet(top, left)));
}

Test(grid, a_smaller_copy_keeps_its_cells)
{
    struct grid grid = make_grid(30, 10), copy = make_grid(50, 20);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    pen_text(&pen, 2, 3, style_of(ROLE_TEXT), "here");
    cr_assert(grid_copy(&copy, &grid, NULL));
    cr_expect_eq(copy.cols, 30);
    cr_expect_eq(grid_at(&copy, 2, 3)->ch, 'h');
    cr_expect_null(grid_at(&copy, 30, 0));
    grid_fini(&grid);
    grid_fini(&copy);
}
