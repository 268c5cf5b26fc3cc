/* SPDX-License-Identifier: MIT
 * The scoreboard: all runs of the session in one table and, where there is room, on one plane. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/range.h"
#include "tasks/suite.h"
#include "ui/panels/board.h"
#include "ui/panels/learners.h"
#include "ui/panels/panel.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/scatter.h"
#include "ui/widgets/table.h"
#include "ui/widgets/text.h"

enum { CELL_MAX = 40 };

static const struct column {
    enum learner_column column; /* what a click on its title sorts by */
    const char *title;
    enum table_align align;
    bool is_falling; /* the best is the largest */
    int priority;
} columns[] = {
    {COLUMN_ORDER, NULL, TABLE_LEFT, false, 100},
    {COLUMN_ORDER, "run", TABLE_RIGHT, false, 99},
    {COLUMN_NAME, "learner", TABLE_LEFT, false, 98},
    {COLUMN_AVERAGE, "average", TABLE_RIGHT, true, 97},
    {COLUMN_FORGETTING, "forgot", TABLE_RIGHT, false, 96},
    {COLUMN_LEARNING, "learned", TABLE_RIGHT, true, 95},
    {COLUMN_NAME, "with", TABLE_LEFT, false, 94},
    {COLUMN_STEPS, "steps", TABLE_RIGHT, true, 93},
    {COLUMN_MEMORY, "memory", TABLE_RIGHT, false, 92},
};

enum { N_COLUMNS = sizeof columns / sizeof *columns, NAME = 2, WITH = 6 };

/* Everything the table borrows, filled anew for each picture. */
struct sheet {
    struct table_column columns[N_COLUMNS];
    struct board_row rows[BOARD_ROWS_MAX];
    struct table_cell cells[BOARD_ROWS_MAX * N_COLUMNS];
    char texts[BOARD_ROWS_MAX * N_COLUMNS][CELL_MAX];
    struct table table;
    bool has_names; /* of learners, which tell runs apart; else what they had on does */
};

static bool is_called(const struct view *view, const struct board_row *row)
{
    return row->score &&
           (view->ghosts[0] == row->score->number || view->ghosts[1] == row->score->number);
}

static bool is_chosen(const struct view *view, const struct board_row *row)
{
    bool is_run = view->run > 0 && scoreboard_find(&view->timeline->board, view->run);
    return is_run ? row->score && row->score->number == view->run
                  : row->learner == view->snapshot->selected;
}

static void put_text(const struct board_row *row, int k, char text[CELL_MAX])
{
    char with[BOARD_WITH_MAX], count[16];
    double shares[] = {row->average, row->forgetting, row->learning};
    text[0] = '\0';
    if (k == 1) {
        snprintf(text, CELL_MAX, row->score ? "%d" : "now", row->score ? row->score->number : 0);
    } else if (k == WITH) {
        snprintf(text, CELL_MAX, "%.39s", board_with(row, with));
    } else if (columns[k].column == COLUMN_NAME) {
        snprintf(text, CELL_MAX, "%s", row->name);
    } else if (columns[k].column == COLUMN_STEPS) {
        snprintf(text, CELL_MAX, "%ld", row->steps);
    } else if (columns[k].column == COLUMN_MEMORY) {
        if (row->memory > 0) {
            snprintf(text, CELL_MAX, "%sB", view_count_text(row->memory, count, sizeof count));
        } else {
            snprintf(text, CELL_MAX, "%s", isnan(row->memory) ? "" : "–");
        }
    } else if (k >= 3 && k <= 5 && isfinite(shares[k - 3])) {
        snprintf(text, CELL_MAX, "%d", percent(shares[k - 3]));
    }
}

static struct style style_at(const struct board_row *row, enum learner_column column)
{
    switch (column) {
    case COLUMN_ORDER:
    case COLUMN_NAME:
        return row->score ? style_of(board_role(row)) : style_bold(board_role(row));
    case COLUMN_AVERAGE:
        return style_bold(ROLE_TEXT);
    case COLUMN_FORGETTING:
        return style_of(row->forgetting > 0.1 ? ROLE_BAD : ROLE_TEXT);
    default:
        return style_of(ROLE_TEXT);
    }
}

/* What stands before a run: a learner's own mark, that it is called back, or nothing. */
static enum glyph mark_of(const struct view *view, const struct board_row *row)
{
    return row->learner >= 0      ? view_learner_mark(&view->snapshot->learners[row->learner])
           : is_called(view, row) ? GLYPH_GUIDE
                                  : 0;
}

static void fill_row(struct sheet *sheet, const struct view *view, int i)
{
    const struct board_row *row = &sheet->rows[i];
    for (int k = 0; k < N_COLUMNS; k++) {
        int at = i * N_COLUMNS + k;
        char *text = sheet->texts[at];
        put_text(row, k, text);
        sheet->cells[at] = (struct table_cell){.text = text[0] || k == 0 ? text : NULL,
                                               .style = style_at(row, columns[k].column),
                                               .mark = k == 0 ? mark_of(view, row) : 0};
    }
}

/* Names tell runs apart only where there are several; else strategies do. */
static bool has_names(const struct sheet *sheet, int n)
{
    for (int i = 1; i < n; i++) {
        if (strcmp(sheet->rows[i].name, sheet->rows[0].name) != 0) {
            return true;
        }
    }
    return false;
}

static void fill(struct sheet *sheet, const struct view *view)
{
    int n = board_rows(view, sheet->rows);
    bool has_name = sheet->has_names = has_names(sheet, n);
    for (int k = 0; k < N_COLUMNS; k++) {
        bool is_sorted = columns[k].column == view->sort && columns[k].title && k != WITH;
        bool is_falling = columns[k].is_falling != view->is_sorted_back;
        sheet->columns[k] =
            (struct table_column){.title = columns[k].title,
                                  .align = columns[k].align,
                                  .sort = !is_sorted   ? TABLE_UNSORTED
                                          : is_falling ? TABLE_DOWN
                                                       : TABLE_UP,
                                  .priority = k == (has_name ? WITH : NAME) ? columns[WITH].priority
                                              : k == WITH                   ? columns[NAME].priority
                                                                            : columns[k].priority};
    }
    sheet->table = (struct table){.columns = sheet->columns,
                                  .n_columns = N_COLUMNS,
                                  .cells = sheet->cells,
                                  .n_rows = n,
                                  .selected = -1};
    for (int i = 0; i < n; i++) {
        fill_row(sheet, view, i);
        sheet->table.selected = is_chosen(view, &sheet->rows[i]) ? i : sheet->table.selected;
    }
}

/* ---- where what stands ---- */

struct parts {
    struct pen table, plane, compared, rest; /* empty: not there */
};

enum { TABLE_COLS = 62, PLANE_COLS = 34, PLANE_ROWS = 8, COMPARED_ROWS = 5 };

/* The table, as high as its rows; below it what was called back, task by task; the plane beside
 * both, or in what is left. */
static struct parts parts_of(const struct pen *pen, const struct view *view, int n_rows)
{
    struct rect rect = pen_rect(pen), plane = {0};
    bool is_compared = view_called(view, 0) && rect.h >= 2 * COMPARED_ROWS;
    bool is_wide = rect.w >= TABLE_COLS + PLANE_COLS;
    if (is_wide) {
        plane = rect_cut_right(&rect, (rect.w - TABLE_COLS) * 9 / 10);
        rect.w -= 2;
    }
    int below = is_compared ? COMPARED_ROWS : 0;
    struct rect table = rect_cut_top(&rect, min_int(n_rows + 2, rect.h - below));
    struct rect compared = rect_cut_top(&rect, below);
    if (!is_wide && rect.h >= PLANE_ROWS && rect.w >= PLANE_COLS) {
        plane = rect_cut_bottom(&rect, rect.h);
    }
    return (struct parts){pen_sub(pen, table), pen_sub(pen, plane), pen_sub(pen, compared),
                          pen_sub(pen, rect)};
}

/* What a run is called beside its number. */
static const char *name_of(const struct sheet *sheet, int row)
{
    return sheet->has_names ? sheet->rows[row].name : sheet->texts[row * N_COLUMNS + WITH];
}

/* ---- the plane ---- */

struct plot {
    struct scatter_point points[BOARD_ROWS_MAX];
    char labels[BOARD_ROWS_MAX][16];
    struct scatter scatter;
};

static void draw_plane(const struct pen *pen, const struct view *view, const struct sheet *sheet)
{
    struct plot plot = {
        .scatter = {.points = plot.points, .x_name = "keeping", .y_name = "learning"}};
    plot.scatter.n_points = sheet->table.n_rows;
    for (int i = 0; i < sheet->table.n_rows; i++) {
        const struct board_row *row = &sheet->rows[i];
        bool is_now = row->learner >= 0;
        snprintf(plot.labels[i], sizeof plot.labels[i], is_now ? "now" : "%d",
                 is_now ? 0 : row->score->number);
        plot.points[i] = (struct scatter_point){.label = plot.labels[i],
                                                .name = name_of(sheet, i),
                                                .role = board_role(row),
                                                .mark = is_now ? mark_of(view, row) : GLYPH_OFF,
                                                .x = 1 - row->forgetting,
                                                .y = row->learning,
                                                .has_focus = i == sheet->table.selected};
    }
    scatter_draw(pen, &plot.scatter);
}

/* ---- called back, task by task ---- */

static const struct series *curve_of(const struct view *view, const struct run_score *score, int t)
{
    return score ? &score->accuracy[t] : track_curve(view_track(view), PROBE_ACCURACY, t);
}

enum { FIRST = 16, CELL = 5 }; /* columns before the first task, and of each */

/* Of a run that is over, or where there is none of the selected learner. */
static int row_of(const struct view *view, const struct sheet *sheet, const struct run_score *score)
{
    for (int i = 0; i < sheet->table.n_rows; i++) {
        const struct board_row *row = &sheet->rows[i];
        if (score ? row->score == score : row->learner == view->snapshot->selected) {
            return i;
        }
    }
    return 0;
}

/* "3 ewc        74  76  ...": a run, or where there is none the selected learner. */
static void draw_accuracies(const struct pen *pen, int y, const struct view *view,
                            const struct sheet *sheet, const struct run_score *score)
{
    int k = row_of(view, sheet, score);
    const struct board_row *row = &sheet->rows[k];
    char text[CELL_MAX + 16];
    snprintf(text, sizeof text, score ? "%d %s" : "now %.0d%s", score ? score->number : 0,
             name_of(sheet, k));
    pen_text_max(pen, 1, y, FIRST - 2, style_of(score ? board_role(row) : ROLE_TEXT), text);
    for (int t = 0; t < view_n_tasks(view) && FIRST + (t + 1) * CELL <= pen->area.w; t++) {
        double value = series_last(curve_of(view, score, t));
        if (isfinite(value)) {
            pen_printf(pen, FIRST + t * CELL, y, style_of(ROLE_TEXT), "%*d", CELL, percent(value));
        }
    }
}

/* The newer of two that are called back against the older, or against what there is now. */
static void draw_compared(const struct pen *pen, const struct view *view, const struct sheet *sheet)
{
    const struct run_score *a = view_called(view, 0), *b = view_called(view, 1);
    char letter[4];
    pen_text_max(pen, 1, 1, FIRST - 2, style_of(ROLE_DIM), "at the end");
    draw_accuracies(pen, 2, view, sheet, b);
    draw_accuracies(pen, 3, view, sheet, a);
    pen_text_max(pen, 1, 4, FIRST - 2, style_of(ROLE_DIM), "difference");
    for (int t = 0; t < view_n_tasks(view) && FIRST + (t + 1) * CELL <= pen->area.w; t++) {
        double x = series_last(curve_of(view, a, t)), y = series_last(curve_of(view, b, t));
        pen_printf(pen, FIRST + t * CELL, 1, style_bold(style_task(t)), "%*s", CELL,
                   task_letter(t, letter));
        if (isfinite(x) && isfinite(y)) {
            int points = percent(x) - percent(y);
            pen_printf(pen, FIRST + t * CELL, 4, style_of(points < 0 ? ROLE_BAD : ROLE_GOOD),
                       points ? "%+*d" : "%*d", CELL, points);
        }
    }
}

/* ---- the panel ---- */

/* What to do here. */
static void draw_next(const struct pen *pen, const struct view *view)
{
    const char *text = view->timeline->board.n == 0
                           ? "Every run that is over stays here, to compare with: switch a "
                             "strategy and press *R*, which begins another."
                       : view_called(view, 0) ? ""
                                              : "*g* calls the chosen run back as a dotted ghost.";
    if (!view->is_picture && pen->area.h >= text_rows(pen, text)) {
        text_draw(pen, 0, 0, style_of(ROLE_DIM), text);
    }
}

static void draw(const struct pen *pen, const struct view *view)
{
    struct sheet sheet;
    fill(&sheet, view);
    struct parts parts = parts_of(pen, view, sheet.table.n_rows);
    table_draw(&parts.table, &sheet.table);
    if (!rect_is_empty(pen_rect(&parts.plane))) {
        draw_plane(&parts.plane, view, &sheet);
    }
    if (!rect_is_empty(pen_rect(&parts.compared))) {
        draw_compared(&parts.compared, view, &sheet);
    }
    draw_next(&parts.rest, view);
}

/* The lines that choose a row. */
static struct panel_lines choose(const struct view *view, const struct board_row *row)
{
    struct panel_lines lines = {0};
    if (row->score) {
        panel_line(&lines, "run %d", row->score->number);
    } else {
        panel_line(&lines, "run off");
        panel_line(&lines, "learner %s", view->snapshot->learners[row->learner].name);
    }
    return lines;
}

static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    struct panel_lines lines = {0};
    struct sheet sheet;
    fill(&sheet, view);
    struct parts parts = parts_of(pen, view, sheet.table.n_rows);
    int row = table_row_at(&parts.table, &sheet.table, x, y),
        column = table_column_at(&parts.table, &sheet.table, x, y);
    if (row >= 0) {
        return choose(view, &sheet.rows[row]);
    }
    if (column >= 0) {
        enum learner_column by = columns[column].column;
        bool is_back = view->sort == by && !view->is_sorted_back;
        panel_line(&lines, "sort %s%s", learners_column_words[by], is_back ? " back" : "");
    }
    return lines;
}

static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    (void)pen;
    (void)dx;
    struct board_row rows[BOARD_ROWS_MAX];
    int n = board_rows(view, rows), at = 0;
    for (int i = 0; i < n; i++) {
        at = is_chosen(view, &rows[i]) ? i : at;
    }
    return choose(view, &rows[(at + dy + n) % n]);
}

static void note(const struct view *view, int columns_free, char *text, size_t size)
{
    bool is_wide = columns_free >= 40;
    int n = view->timeline->board.n_ever + view->snapshot->n_learners;
    snprintf(text, size, "%d run%s%s", n, n == 1 ? "" : "s",
             view->is_picture ? ""
             : is_wide        ? " · ↑ ↓ choose · g ghost · o sort"
                              : " · g ghost");
}

const struct panel panel_scoreboard = {
    .name = "scoreboard",
    .title = "scoreboard",
    .about =
        "*What you see.* Every run of this session: those that go on (*now*), and those that are "
        "over, because *R* began anew, somebody went back behind them (b, f in the past) or the "
        "learner was removed. *With*: the strategies it had on at its end; in parentheses those "
        "that were on for a while. *Average*, *forgot*, *learned*: as when it ended; *steps*: how "
        "far it had come; *memory*: what its strategies kept (a dot: it was not seen). Colours are "
        "those of strategies. The last 48 are kept.\n\n"
        "*A ghost.* g calls the chosen run back: its curves lie over those of now, dotted, in the "
        "colours of tasks, or of its strategy where learners are compared (v), and it stands on "
        "the plane. A second one comes beside it, and below the table stands what each task came "
        "to in both, and the difference. g again lets it go.\n\n"
        "*What to look for.* Runs are only as alike as what was done in them: one that came half "
        "as far has forgotten less.\n\n"
        "*Keys here.* ↑ ↓ choose · g ghost · o sort by the next column · O the other way round · "
        "Enter enlarges · S back to the knobs\n\n"
        "_Lopez-Paz & Ranzato 2017, arXiv:1706.08840; Chaudhry et al. 2018, arXiv:1801.10112_",
    .note = note,
    .draw = draw,
    .click = click,
    .move = move,
};
