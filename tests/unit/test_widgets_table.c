/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/rng.h"
#include "support/drawing.h"
#include "support/present_text.h"
#include "ui/widgets/table.h"

static const struct table_column columns[] = {
    {.priority = 4},
    {.title = "strategy", .priority = 5},
    {.title = "acc", .align = TABLE_RIGHT, .sort = TABLE_DOWN, .priority = 3},
    {.title = "forgets", .align = TABLE_RIGHT, .priority = 2},
    {.title = "state", .width = 8, .priority = 1},
};

#define ROW(glyph, i, name, accuracy, forgets, state)                                              \
    {.mark = glyph, .style = {.fg = ROLE_TASK0 + (i)}}, {.text = name}, {.text = accuracy},        \
        {.text = forgets},                                                                         \
    {                                                                                              \
        .text = state                                                                              \
    }

static const struct table_cell cells[] = {
    ROW(GLYPH_OFF, 0, "joint", "94.7", NULL, ""),
    ROW(GLYPH_ON, 1, "replay", "89.3", "6.5", "on since D"),
    ROW(GLYPH_UP, 2, "EWC", "62.7", "37.1", "λ 10"),
    ROW(GLYPH_ON, 3, "naive", "48.3", "58.1", ""),
};

static const struct table methods = {
    .columns = columns, .n_columns = 5, .cells = cells, .n_rows = 4, .selected = 1};

static void draw(const char *set, int cols, int rows, const struct table *table,
                 const char *expected)
{
    struct grid grid = make_grid(cols, rows);
    struct pen pen = pen_make(&grid, glyphs_find(set), DEPTH_MONO);
    table_draw(&pen, table);
    expect_text(&grid, expected);
    grid_fini(&grid);
}

Test(table, shows_columns_marks_what_is_sorted_and_selected)
{
    draw("braille", 40, 6, &methods,
         "   strategy   ▼acc  forgets  state\n"
         " ○ joint      94.7        ·\n"
         "▸● replay     89.3      6.5  on sinc…\n"
         " ▲ EWC        62.7     37.1  λ 10\n"
         " ● naive      48.3     58.1\n\n");
    draw("ascii", 40, 5, &methods,
         "   strategy   vacc  forgets  state\n"
         " o joint      94.7        .\n"
         ">* replay     89.3      6.5  on sinc~\n"
         " ^ EWC        62.7     37.1  lambda ~\n"
         " * naive      48.3     58.1\n");
}

Test(table, the_least_important_columns_go_first)
{
    draw("braille", 30, 2, &methods,
         "…  strategy   ▼acc  forgets\n"
         "▸● replay     89.3      6.5\n");
    draw("braille", 20, 2, &methods,
         "…  strategy   ▼acc\n"
         "▸● replay     89.3\n");
    draw("braille", 12, 2, &methods,
         "…  strategy\n"
         "▸● replay\n");
    draw("braille", 6, 2, &methods,
         "…stra…\n"
         "▸repl…\n");
}

Test(table, scrolls_to_what_is_selected_and_says_that_there_is_more)
{
    struct table table = methods;
    table.selected = 3;
    draw("braille", 20, 3, &table,
         "…  strategy   ▼acc\n"
         " ▲ EWC        62.7\n"
         "▸● naive      48.3\n");
    table.selected = 0;
    draw("braille", 20, 3, &table,
         "   strategy   ▼acc\n"
         "▸○ joint      94.7\n"
         "…● replay     89.3\n");
    draw("braille", 20, 1, &table, "▸○ joint      94.7\n");
}

Test(table, an_arrow_moves_no_title)
{
    struct table_column some[2] = {{.title = "name", .sort = TABLE_UP},
                                   {.title = "loss", .align = TABLE_RIGHT}};
    struct table table = {.columns = some, .n_columns = 2, .selected = -1};
    draw("braille", 20, 2, &table, " name▲  loss\n\n");
    some[0].sort = TABLE_UNSORTED;
    some[1].sort = TABLE_UP;
    draw("braille", 20, 2, &table, " name  ▲loss\n\n");
}

Test(table, the_selected_row_is_bold_and_keeps_its_colours)
{
    struct grid grid = make_grid(40, 6);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    table_draw(&pen, &methods);
    const struct cell *mark = grid_at(&grid, 1, 2), *other = grid_at(&grid, 1, 3);
    cr_expect(mark->fg == ROLE_TASK0 + 1 && (mark->attr & ATTR_BOLD));
    cr_expect(other->fg == ROLE_TASK0 + 2 && !(other->attr & ATTR_BOLD));
    cr_expect_eq(grid_at(&grid, 0, 2)->ch, 0x25B8);
    grid_fini(&grid);
}

Test(table, the_mouse_finds_titles_and_rows)
{
    struct grid grid = make_grid(40, 6);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    struct table_layout layout = table_layout(&pen, &methods);
    for (int k = 0; k < layout.n_columns; k++) {
        int x = layout.x[k] + layout.w[k] - 1;
        cr_expect_eq(table_column_at(&pen, &methods, x, 0), layout.columns[k]);
        cr_expect_eq(table_column_at(&pen, &methods, x, 3), layout.columns[k]);
        cr_expect_eq(table_column_at(&pen, &methods, x, 5), -1);
    }
    cr_expect_eq(table_row_at(&pen, &methods, 5, 0), -1);
    cr_expect_eq(table_row_at(&pen, &methods, 5, 1), 0);
    cr_expect_eq(table_row_at(&pen, &methods, 0, 4), 3);
    cr_expect_eq(table_row_at(&pen, &methods, 5, 5), -1);
    cr_expect_eq(table_row_at(&pen, &methods, 40, 2), -1);
    cr_expect_eq(table_row_at(&pen, &methods, -1, 2), -1);
    cr_expect_eq(table_column_at(&pen, &methods, 0, 2), -1);
    grid_fini(&grid);
}

enum { COLUMNS = 20, ROWS = 40 };

static void fill(struct table_column *some, struct table_cell *many, struct rng *rng)
{
    static const char *const texts[] = {NULL, "", "1", "48.3", "a long text, λ and →", "EWC"};
    for (int i = 0; i < COLUMNS; i++) {
        some[i] = (struct table_column){
            .title = texts[rng_below(rng, 6)],
            .width = rng_below(rng, 3) ? 0 : rng_below(rng, 12),
            .align = (enum table_align)rng_below(rng, 2),
            .sort = (enum table_sort)rng_below(rng, 3),
            .priority = rng_below(rng, 4),
        };
    }
    for (int i = 0; i < COLUMNS * ROWS; i++) {
        many[i] = (struct table_cell){
            .text = texts[rng_below(rng, 6)],
            .mark = rng_below(rng, 8) ? 0 : GLYPH_ON,
            .style = style_of(ROLE_BODY),
        };
    }
}

/* Columns stand apart and inside; none that is shown matters less than one that is not. */
static void expect_sane(const struct pen *pen, const struct table *table)
{
    struct table_layout layout = table_layout(pen, table);
    bool is_shown[COLUMNS] = {false};
    int least = 1000;
    for (int k = 0; k < layout.n_columns; k++) {
        is_shown[layout.columns[k]] = true;
        int priority = table->columns[layout.columns[k]].priority;
        least = priority < least ? priority : least;
        cr_assert(k == 0 || layout.x[k] > layout.x[k - 1] + layout.w[k - 1]);
        cr_assert(layout.w[k] == 0 || layout.x[k] + layout.w[k] <= pen->area.w);
    }
    for (int i = 0; i < table->n_columns && i < TABLE_COLUMNS_MAX; i++) {
        cr_assert(is_shown[i] || table->columns[i].priority <= least);
    }
    cr_assert(layout.n_columns > 0 || table->n_columns == 0);
    if (table->selected >= 0 && table->selected < table->n_rows) {
        int first = layout.first_row;
        cr_assert(table->selected >= first && table->selected < first + layout.n_rows);
        int y = layout.rows_y + table->selected - first;
        cr_assert_eq(table_row_at(pen, table, 0, y), table->selected);
        cr_assert_eq(pen_at(pen, 0, y)->ch, pen->glyphs->at[GLYPH_RIGHT]);
    }
}

Test(table, anything_stays_inside_at_any_size_and_the_selected_row_in_view)
{
    struct rng rng = rng_stream(13, 1);
    struct table_column *some = calloc(COLUMNS, sizeof *some);
    struct table_cell *many = calloc(COLUMNS * ROWS, sizeof *many);
    struct grid grid = make_grid(62, 32);
    for (int size = 0; size < 60 * 30; size++) {
        struct rect part = {1, 1, 1 + size % 60, 1 + size / 60};
        grid_clear(&grid);
        struct pen all =
            pen_make(&grid, glyphs_at(rng_below(&rng, 3)), (enum color_depth)(size % 5));
        struct pen pen = pen_sub(&all, part);
        fill(some, many, &rng);
        struct table table = {.columns = some,
                              .n_columns = rng_below(&rng, COLUMNS + 1),
                              .cells = many,
                              .n_rows = rng_below(&rng, ROWS + 1),
                              .selected = rng_below(&rng, ROWS + 4) - 2};
        table_draw(&pen, &table);
        for (int i = 0; i < 62 * 32; i++) {
            cr_assert(rect_has(part, i % 62, i / 62) || grid.cells[i].ch == ' ');
        }
        expect_sane(&pen, &table);
    }
    grid_fini(&grid);
    free(some);
    free(many);
}
