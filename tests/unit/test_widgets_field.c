/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "support/drawing.h"
#include "ui/widgets/field.h"

enum { COLS = 8, ROWS = 3 };

static struct pen pen_of(struct grid *grid, const char *glyphs, enum color_depth depth)
{
    return pen_make(grid, glyphs_find(glyphs), depth);
}

/* Left class 0 and right class 1, surer with the distance from the middle; 2 rows a cell. */
static const uint8_t *halves(void)
{
    static uint8_t cells[2 * ROWS][COLS];
    for (int row = 0; row < 2 * ROWS; row++) {
        for (int col = 0; col < COLS; col++) {
            int level = col < COLS / 2 ? COLS - 1 - 2 * col : 2 * col - COLS;
            cells[row][col] = (uint8_t)((col >= COLS / 2) * FIELD_LEVELS + level);
        }
    }
    return cells[0];
}

static struct field field_of(const struct field_mark *marks, int n)
{
    return (struct field){
        .cells = halves(), .rows = 2 * ROWS, .cols = COLS, .marks = marks, .n_marks = n};
}

Test(field, ground_is_the_answer_and_bare_at_the_boundary)
{
    struct grid grid = make_grid(COLS, ROWS);
    struct pen pen = pen_of(&grid, "braille", DEPTH_256);
    struct field field = field_of(NULL, 0);
    field_draw(&pen, &field);
    cr_expect_eq(grid_at(&grid, 0, 1)->bg, style_ground(0, 2));
    cr_expect_eq(grid_at(&grid, COLS - 1, 1)->bg, style_ground(1, 2));
    cr_expect_eq(grid_at(&grid, COLS / 2, 1)->bg, ROLE_GROUND_BARE);
    grid_fini(&grid);
}

Test(field, is_the_same_picture_at_another_size)
{
    struct grid grid = make_grid(COLS, ROWS);
    struct pen pen = pen_of(&grid, "braille", DEPTH_256);
    static const uint8_t two[] = {FIELD_LEVELS - 1, 2 * FIELD_LEVELS - 1};
    struct field field = {.cells = two, .rows = 1, .cols = 2};
    field_draw(&pen, &field);
    for (int x = 0; x < COLS; x++) {
        for (int y = 0; y < ROWS; y++) {
            cr_expect_eq(grid_at(&grid, x, y)->bg, style_ground(x >= COLS / 2, 2));
        }
    }
    static const uint8_t many[2 * ROWS * 4][COLS * 3] = {{0}}; /* more answers than pixels */
    field = (struct field){.cells = many[0], .rows = 2 * ROWS * 4, .cols = COLS * 3};
    field_draw(&pen, &field);
    grid_fini(&grid);
}

Test(field, what_is_wrong_and_what_is_replayed_stand_on_top)
{
    struct grid grid = make_grid(COLS, ROWS);
    struct pen pen = pen_of(&grid, "braille", DEPTH_256);
    const struct field_mark marks[] = {{.x = 0, .kind = FIELD_REPLAYED},
                                       {.x = 0, .kind = FIELD_WRONG},
                                       {.x = 100, .kind = FIELD_WRONG, .is_dim = true},
                                       {.x = 100, .kind = FIELD_RIGHT},
                                       {.x = 255, .class = 1, .kind = FIELD_RIGHT},
                                       {.x = 255, .class = 1, .kind = FIELD_RIGHT, .is_dim = true}};
    struct field field = field_of(marks, 6);
    field_draw(&pen, &field);
    const struct glyphs *glyphs = glyphs_find("braille");
    cr_expect_eq(grid_at(&grid, 0, 0)->ch, glyphs->at[GLYPH_DIAMOND]);
    cr_expect_eq(grid_at(&grid, 3, 0)->ch, glyphs->at[GLYPH_CROSS]);
    const struct cell *last = grid_at(&grid, COLS - 1, 0);
    cr_expect_eq(last->ch, glyphs->at[GLYPH_ON]);
    cr_expect_eq(last->fg, style_class(1, false));
    cr_expect_eq(last->bg, style_ground(1, 2));
    grid_fini(&grid);
}

Test(field, without_colours_classes_differ_by_texture_and_sign)
{
    static const char *const sets[] = {"ascii", "block", "braille"};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct grid grid = make_grid(COLS, ROWS);
        struct pen pen = pen_of(&grid, sets[i], DEPTH_MONO);
        const struct field_mark marks[] = {{.x = 40, .y = 128}, {.x = 220, .y = 128, .class = 1}};
        struct field field = field_of(marks, 2);
        field_draw(&pen, &field);
        cr_expect_neq(grid_at(&grid, 0, 0)->ch, grid_at(&grid, COLS - 1, 0)->ch);
        cr_expect_eq(grid_at(&grid, COLS / 2, 0)->ch, ' ');
        cr_expect_eq(grid_at(&grid, 1, 1)->ch, 'o');
        cr_expect_eq(grid_at(&grid, 6, 1)->ch, '+');
        grid_fini(&grid);
    }
}

Test(field, nothing_is_drawn_where_there_is_no_room)
{
    struct grid grid = make_grid(COLS, ROWS);
    struct pen pen = pen_of(&grid, "braille", DEPTH_256);
    struct pen none = pen_sub(&pen, (struct rect){2, 1, 0, 0});
    struct field field = field_of(NULL, 0);
    field_draw(&none, &field);
    field_legend(&none, 0, 0, 0, 2);
    cr_expect(grid_at(&grid, 2, 1)->ch == 0 || grid_at(&grid, 2, 1)->ch == ' ');
    grid_fini(&grid);
}
