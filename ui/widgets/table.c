/* SPDX-License-Identifier: MIT */
#include "ui/widgets/table.h"
#include "base/range.h"

enum {
    GUTTER = 1, /* for the mark of the selected row */
    GAP = 2,
};

static const struct table_cell *cell_at(const struct table *table, int row, int column)
{
    return &table->cells[(size_t)row * (size_t)table->n_columns + (size_t)column];
}

/* ---- layout ---- */

/* A title keeps a place for its arrow, so that sorting moves nothing; one that is aligned right has
 * it in the gap before. */
static int column_width(const struct pen *pen, const struct table *table, int i)
{
    const struct table_column *column = &table->columns[i];
    int title_w = pen_columns(pen, column->title);
    int w = max_int(1, title_w + (title_w && (column->align == TABLE_LEFT || i == 0)));
    if (column->width > 0) {
        return column->width;
    }
    for (int row = 0; row < table->n_rows; row++) {
        const struct table_cell *cell = cell_at(table, row, i);
        w = max_int(w, cell->mark ? 1 : pen_columns(pen, cell->text));
    }
    return w;
}

/* The gap behind column k: a mark keeps close to what it marks. */
static int gap_behind(const struct table_layout *layout, int k)
{
    return layout->w[k] > 1 ? GAP : 1;
}

static int total_width(const struct table_layout *layout)
{
    int w = GUTTER;
    for (int k = 0; k < layout->n_columns; k++) {
        w = min_int(w + (k ? gap_behind(layout, k - 1) : 0) + layout->w[k], GRID_SIDE_MAX);
    }
    return w;
}

static void drop_column(struct table_layout *layout, const struct table *table)
{
    int least = 0;
    for (int k = 1; k < layout->n_columns; k++) {
        int priority = table->columns[layout->columns[k]].priority;
        least = priority <= table->columns[layout->columns[least]].priority ? k : least;
    }
    layout->n_columns--;
    for (int k = least; k < layout->n_columns; k++) {
        layout->columns[k] = layout->columns[k + 1];
        layout->w[k] = layout->w[k + 1];
    }
}

static void fit_columns(const struct pen *pen, const struct table *table,
                        struct table_layout *layout)
{
    for (int i = 0; i < table->n_columns && i < TABLE_COLUMNS_MAX; i++) {
        layout->columns[i] = i;
        layout->w[i] = min_int(column_width(pen, table, i), GRID_SIDE_MAX);
        layout->n_columns++;
    }
    while (layout->n_columns > 1 && total_width(layout) > pen->area.w) {
        drop_column(layout, table);
    }
    int x = GUTTER;
    for (int k = 0; k < layout->n_columns; k++) {
        layout->x[k] = x;
        layout->w[k] = max_int(min_int(layout->w[k], pen->area.w - x), 0);
        x += layout->w[k] + gap_behind(layout, k);
    }
}

static bool has_titles(const struct table *table)
{
    bool has_titles = false;
    for (int i = 0; i < table->n_columns; i++) {
        has_titles = has_titles || (table->columns[i].title && table->columns[i].title[0]);
    }
    return has_titles;
}

struct table_layout table_layout(const struct pen *pen, const struct table *table)
{
    struct table_layout layout = {.head = -1};
    fit_columns(pen, table, &layout);
    if (pen->area.h >= 2 && has_titles(table)) {
        layout.head = 0;
        layout.rows_y = 1;
    }
    int n = max_int(table->n_rows, 0), shown = max_int(pen->area.h - layout.rows_y, 0);
    layout.n_rows = min_int(n, shown);
    /* What is selected stands in the middle, with its neighbours above and below. */
    int first = min_int(table->selected, n - 1) - layout.n_rows / 2;
    layout.first_row = max_int(min_int(first, n - layout.n_rows), 0);
    return layout;
}

/* ---- drawing ---- */

/* Text in column k of the layout; what does not fit ends in an ellipsis. */
static void put_text(const struct pen *pen, const struct table_layout *layout, int k, int y,
                     enum table_align align, struct style style, const char *text)
{
    int w = layout->w[k], n = min_int(pen_columns(pen, text), w);
    int x = layout->x[k] + (align == TABLE_RIGHT ? w - n : 0);
    pen_text_max(pen, x, y, n, style, text);
}

/* The arrow stands before a title that is aligned right, behind one that is aligned left. */
static void draw_title(const struct pen *pen, const struct table_layout *layout, int k,
                       const struct table_column *column)
{
    bool is_sorted = column->sort != TABLE_UNSORTED, is_right = column->align == TABLE_RIGHT;
    struct style style = is_sorted ? style_bold(ROLE_TEXT) : style_of(ROLE_DIM);
    enum glyph arrow = column->sort == TABLE_UP ? GLYPH_UP : GLYPH_DOWN;
    struct table_layout room = *layout;
    room.w[k] -= is_sorted && !is_right && room.w[k] > 0;
    put_text(pen, &room, k, layout->head, column->align, style, column->title);
    if (is_sorted && layout->w[k] > 0) {
        int n = min_int(pen_columns(pen, column->title), room.w[k]);
        int x = is_right ? layout->x[k] + layout->w[k] - 1 - n : layout->x[k] + n;
        pen_glyph(pen, x, layout->head, style, arrow);
    }
}

static void draw_cell(const struct pen *pen, const struct table *table,
                      const struct table_layout *layout, int k, int row)
{
    int y = layout->rows_y + row - layout->first_row;
    const struct table_cell *cell = cell_at(table, row, layout->columns[k]);
    enum table_align align = table->columns[layout->columns[k]].align;
    struct style style = cell->style;
    style.attr |= row == table->selected ? ATTR_BOLD : 0;
    int end = layout->x[k] + (align == TABLE_RIGHT ? layout->w[k] - 1 : 0);
    if (layout->w[k] <= 0) {
        return;
    }
    if (cell->mark) {
        pen_glyph(pen, end, y, style, cell->mark);
    } else if (!cell->text) {
        pen_glyph(pen, end, y, style_of(ROLE_FAINT), GLYPH_MIDDLE_DOT);
    } else {
        put_text(pen, layout, k, y, align, style, cell->text);
    }
}

/* At the left edge: which row is selected, and that there are more above or below. */
static void draw_gutter(const struct pen *pen, const struct table *table,
                        const struct table_layout *layout)
{
    int last = layout->first_row + layout->n_rows - 1, bottom = layout->rows_y + layout->n_rows - 1;
    if (layout->first_row > 0 && layout->head >= 0) {
        pen_glyph(pen, 0, layout->head, style_of(ROLE_DIM), GLYPH_ELLIPSIS);
    }
    if (layout->n_rows > 0 && last < table->n_rows - 1) {
        pen_glyph(pen, 0, bottom, style_of(ROLE_DIM), GLYPH_ELLIPSIS);
    }
    if (table->selected >= layout->first_row && table->selected <= last) {
        int y = layout->rows_y + table->selected - layout->first_row;
        pen_glyph(pen, 0, y, style_bold(ROLE_ACCENT), GLYPH_RIGHT);
    }
}

void table_draw(const struct pen *pen, const struct table *table)
{
    struct table_layout layout = table_layout(pen, table);
    for (int k = 0; k < layout.n_columns; k++) {
        if (layout.head >= 0) {
            draw_title(pen, &layout, k, &table->columns[layout.columns[k]]);
        }
        for (int i = 0; i < layout.n_rows; i++) {
            draw_cell(pen, table, &layout, k, layout.first_row + i);
        }
    }
    draw_gutter(pen, table, &layout);
}

/* ---- mouse ---- */

int table_row_at(const struct pen *pen, const struct table *table, int x, int y)
{
    struct table_layout layout = table_layout(pen, table);
    int i = y - layout.rows_y;
    bool is_row = x >= 0 && x < pen->area.w && i >= 0 && i < layout.n_rows;
    return is_row ? layout.first_row + i : -1;
}

int table_column_at(const struct pen *pen, const struct table *table, int x, int y)
{
    struct table_layout layout = table_layout(pen, table);
    if (y != layout.head && table_row_at(pen, table, x, y) < 0) {
        return -1;
    }
    for (int k = 0; k < layout.n_columns && x < pen->area.w; k++) {
        if (x >= layout.x[k] && x < layout.x[k] + layout.w[k] + gap_behind(&layout, k)) {
            return layout.columns[k];
        }
    }
    return -1;
}
