/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "support/drawing.h"
#include "ui/screen/glyphs.h"
#include "ui/widgets/picture.h"

static const uint8_t corners[] = {15, 15, 0, 0, /**/
                                  15, 15, 0, 0, /**/
                                  0,  0,  8, 8, /**/
                                  0,  0,  8, 8};

static struct grid draw(const char *glyphs, enum color_depth depth, int columns, int rows,
                        const struct picture *picture)
{
    struct grid grid = make_grid(6, 4);
    struct pen pen = pen_make(&grid, glyphs_find(glyphs), depth);
    picture_draw(&pen, 1, 1, columns, rows, picture);
    return grid;
}

static void expect_cell(const struct grid *grid, int x, int y, uint32_t ch, int top, int bottom)
{
    const struct cell *cell = grid_at(grid, x, y);
    bool is_one = ch == ' ';
    cr_expect_eq(cell->ch, ch, "at %d,%d: %x", x, y, (unsigned)cell->ch);
    cr_expect_eq(cell->bg, style_grey(bottom), "at %d,%d: ground %d", x, y, cell->bg);
    cr_expect(is_one || cell->fg == style_grey(top), "at %d,%d: ink %d", x, y, cell->fg);
}

Test(picture, has_two_pixels_a_cell)
{
    const struct picture picture = {corners, 4, 4};
    struct grid grid = draw("braille", DEPTH_256, 4, 2, &picture);
    expect_cell(&grid, 1, 1, ' ', 15, 15);
    expect_cell(&grid, 2, 1, ' ', 15, 15);
    expect_cell(&grid, 3, 1, ' ', 0, 0);
    expect_cell(&grid, 4, 2, ' ', 8, 8);
    cr_expect_eq(grid_at(&grid, 0, 1)->bg, ROLE_DEFAULT, "outside nothing is touched");
    cr_expect_eq(grid_at(&grid, 5, 2)->bg, ROLE_DEFAULT);
    cr_expect_eq(grid_at(&grid, 1, 3)->bg, ROLE_DEFAULT);
    grid_fini(&grid);
}

Test(picture, is_reduced_by_means)
{
    const struct picture picture = {corners, 4, 4};
    struct grid grid = draw("braille", DEPTH_256, 2, 1, &picture);
    expect_cell(&grid, 1, 1, 0x2580, 15, 0);
    expect_cell(&grid, 2, 1, 0x2580, 0, 8);
    grid_fini(&grid);
    grid = draw("braille", DEPTH_256, 1, 1, &picture);
    expect_cell(&grid, 1, 1, 0x2580, 8, 4); /* (15 + 0) / 2 and (0 + 8) / 2, rounded up */
    grid_fini(&grid);
}

Test(picture, is_enlarged_by_whole_pixels)
{
    static const uint8_t pair[] = {3, 12};
    const struct picture picture = {pair, 2, 1};
    struct grid grid = draw("braille", DEPTH_256, 4, 1, &picture);
    for (int x = 1; x <= 4; x++) {
        expect_cell(&grid, x, 1, ' ', x <= 2 ? 3 : 12, x <= 2 ? 3 : 12);
    }
    grid_fini(&grid);
}

Test(picture, has_shades_without_a_ramp_and_in_ascii)
{
    const struct picture picture = {corners, 4, 4};
    struct grid grid = draw("block", DEPTH_MONO, 4, 2, &picture);
    cr_expect_eq(grid_at(&grid, 1, 1)->ch, 0x2588);
    cr_expect_eq(grid_at(&grid, 3, 1)->ch, ' ');
    cr_expect_eq(grid_at(&grid, 4, 2)->ch, 0x2592);
    grid_fini(&grid);
    grid = draw("ascii", DEPTH_256, 4, 2, &picture);
    expect_text(&grid, "\n @@\n   ++\n\n");
    grid_fini(&grid);
}

Test(picture, that_is_not_known_is_dots)
{
    const struct picture picture = {NULL, 4, 4};
    struct grid grid = draw("ascii", DEPTH_MONO, 3, 1, &picture);
    expect_text(&grid, "\n ...\n\n\n");
    grid_fini(&grid);
}
