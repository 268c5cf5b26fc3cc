/* SPDX-License-Identifier: MIT
 * The matrix R and what follows from it. */
#include <math.h>
#include <stdio.h>

#include "base/range.h"
#include "ui/panels/panel.h"
#include "ui/widgets/matrix.h"
#include "ui/widgets/percent.h"

enum { WINDOW = 64 };

/* The part of R that is shown, however long the sequence is. */
struct window {
    float r[WINDOW * WINDOW];
    int row_tasks[WINDOW];
    int col_begins[WINDOW];
};

/* The stages, and the stages still planned. */
static int n_rows(const struct view *view)
{
    int planned = view->snapshot->n_stages, begun = view->timeline->n_stages;
    return planned > begun ? planned : begun;
}

/* The row in which a task is first learned; behind all that have begun if it has not been yet. */
static int first_stage(const struct timeline *timeline, int task)
{
    int i = 0;
    while (i < timeline->n_stages && timeline->stages[i].task != task) {
        i++;
    }
    return i < timeline->n_stages ? i : i + 1;
}

/* Counts and cursor, without the numbers. */
static struct matrix outline(const struct view *view)
{
    const struct timeline *timeline = view->timeline;
    int n_seen = 0;
    for (int i = 0; i < timeline->n_stages; i++) {
        n_seen = timeline->stages[i].task >= n_seen ? timeline->stages[i].task + 1 : n_seen;
    }
    n_seen = timeline->is_stream ? timeline->n_tasks : n_seen;
    return (struct matrix){.n_rows = n_rows(view),
                           .n_cols = view_n_tasks(view),
                           .n_done = timeline_rows(timeline),
                           .n_seen = n_seen,
                           .most = WINDOW,
                           .stride = WINDOW,
                           .has_cursor = view->has_matrix_cursor,
                           .cursor_row = view->matrix_row,
                           .cursor_col = view->matrix_col};
}

/* R of learner number `learner`; what is known now in the row in progress, NAN below. */
static double value_of(const struct view *view, int learner, int i, int j)
{
    return i < view->timeline->n_stages ? view_r(view, learner, i, j) : (double)NAN;
}

static void fill(const struct view *view, int learner, const struct matrix_fit *fit,
                 struct window *window)
{
    const struct timeline *timeline = view->timeline;
    for (int k = 0; k < fit->n_cols; k++) {
        /* In a stream some of every task comes before its time. */
        window->col_begins[k] = timeline->is_stream ? 0 : first_stage(timeline, fit->first_col + k);
    }
    for (int k = 0; k < fit->n_rows; k++) {
        int i = fit->first_row + k;
        window->row_tasks[k] = view_stage_task(view, i);
        for (int j = 0; j < fit->n_cols; j++) {
            window->r[k * WINDOW + j] = (float)value_of(view, learner, i, fit->first_col + j);
        }
    }
}

/* Where the matrix stands, above the line of metrics. */
static struct pen body_of(const struct pen *pen, int *metrics_row)
{
    struct rect all = pen_rect(pen);
    *metrics_row = all.h >= 5 ? rect_cut_bottom(&all, 1).y : -1;
    return pen_sub(pen, all);
}

static void put_percent(const struct pen *pen, int *x, int y, const char *name, double value,
                        enum role role)
{
    *x += pen_text(pen, *x, y, style_of(ROLE_DIM), name);
    if (isfinite(value)) {
        *x += pen_printf(pen, *x, y, style_bold(role), " %d", percent(value));
    } else {
        *x += pen_text(pen, *x, y, style_of(ROLE_DIM), " ·");
    }
    *x += 2;
}

/* True if other weights answer now, after the end, than those that the rows are of. */
static bool is_past_rows(const struct view *view)
{
    const struct timeline *timeline = view->timeline;
    return timeline_is_past_rows(timeline, view_track(view)) &&
           (!view->has_cursor ||
            view->cursor >= (double)timeline->stages[timeline->n_stages - 1].end);
}

/* Of the rows that stand here. */
static struct metrics metrics_of_rows(const struct view *view)
{
    return is_past_rows(view) ? timeline_metrics(view->timeline, view_track(view))
                              : view_metrics(view, view->snapshot->selected);
}

/* Average and forgetting; more where there is room. */
static void draw_metrics(const struct pen *pen, const struct view *view, int y)
{
    struct metrics metrics = metrics_of_rows(view);
    int x = 1;
    bool is_wide = pen->area.w >= 48;
    char average[40];
    dataset_words(view->facts->kind, is_wide ? "average accuracy" : "average", average,
                  sizeof average);
    put_percent(pen, &x, y, average, metrics.average_accuracy, ROLE_TEXT);
    put_percent(pen, &x, y, pen->area.w >= 28 ? "forgetting" : "forgot", metrics.forgetting,
                metrics.forgetting > 0.1 ? ROLE_BAD : ROLE_TEXT);
    if (is_wide) {
        put_percent(pen, &x, y, "learned", metrics.learning_accuracy, ROLE_TEXT);
    }
    if (pen->area.w >= 64 && view->timeline->is_stream) {
        put_percent(pen, &x, y, "over time", metrics.over_time, ROLE_TEXT);
    } else if (pen->area.w >= 64) {
        put_percent(pen, &x, y, "forward", metrics.forward_transfer, ROLE_TEXT);
    }
}

static void draw_one(const struct pen *body, const struct view *view, int learner)
{
    struct window window;
    struct matrix matrix = outline(view);
    struct matrix_fit fit = matrix_fit(body, &matrix);
    fill(view, learner, &fit, &window);
    matrix.first_row = fit.first_row;
    matrix.first_col = fit.first_col;
    matrix.r = window.r;
    matrix.row_tasks = window.row_tasks;
    matrix.col_begins = window.col_begins;
    matrix_draw(body, &matrix);
}

/* ---- side by side ---- */

/* A matrix for each learner, in so many columns; columns is 0 where they do not all fit. */
struct tiles {
    int columns, w, h;
};

static struct tiles tiles_of(const struct pen *pen, const struct view *view)
{
    int n = view->snapshot->n_learners;
    struct matrix matrix = outline(view);
    matrix.has_cursor = false;
    for (int columns = n; columns > 1; columns--) {
        int rows = (n + columns - 1) / columns;
        struct tiles tiles = {columns, pen->area.w / columns, pen->area.h / rows};
        struct pen tile = pen_sub(pen, (struct rect){0, 1, tiles.w - 1, tiles.h - 1});
        struct matrix_fit fit = matrix_fit(&tile, &matrix);
        if (fit.n_rows == matrix.n_rows && fit.n_cols == matrix.n_cols) {
            return tiles;
        }
    }
    return (struct tiles){0};
}

static void draw_tiles(const struct pen *pen, const struct view *view, const struct tiles *tiles)
{
    for (int i = 0; i < view->snapshot->n_learners; i++) {
        const struct learner_state *learner = &view->snapshot->learners[i];
        int x = i % tiles->columns * tiles->w, y = i / tiles->columns * tiles->h;
        struct pen head = pen_sub(pen, (struct rect){x, y, tiles->w - 1, 1});
        struct pen body = pen_sub(pen, (struct rect){x, y + 1, tiles->w - 1, tiles->h - 1});
        char name[40];
        snprintf(name, sizeof name, "%d %s", learner->slot + 1, learner->name);
        bool is_selected = i == view->snapshot->selected;
        enum role role = view_learner_role(learner);
        pen_glyph(&head, 0, 0, style_bold(role), view_learner_mark(learner));
        pen_text_max(&head, 2, 0, tiles->w - 3, is_selected ? style_bold(role) : style_of(role),
                     name);
        draw_one(&body, view, i);
    }
}

static void draw(const struct pen *pen, const struct view *view)
{
    int metrics_row;
    struct pen body = body_of(pen, &metrics_row);
    struct tiles tiles = tiles_of(pen, view);
    if (tiles.columns > 0) {
        draw_tiles(pen, view, &tiles);
        return;
    }
    draw_one(&body, view, view->snapshot->selected);
    if (metrics_row >= 0) {
        draw_metrics(pen, view, metrics_row);
    }
}

static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    struct panel_lines lines = {0};
    int metrics_row, cell[2];
    struct pen body = body_of(pen, &metrics_row);
    struct matrix matrix = outline(view);
    bool is_tiled = tiles_of(pen, view).columns > 0;
    if (!is_tiled && matrix_at(&body, &matrix, x, y, cell)) {
        panel_line(&lines, "cell %d %d", cell[0] + 1, cell[1] + 1);
    }
    return lines;
}

static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    (void)pen;
    struct panel_lines lines = {0};
    bool was_there = view->has_matrix_cursor;
    int row = clamp_int(view->matrix_row + dy, 0, n_rows(view) - 1);
    int col = clamp_int(view->matrix_col + dx, 0, view_n_tasks(view) - 1);
    panel_line(&lines, "cell %d %d", was_there ? row + 1 : 1, was_there ? col + 1 : 1);
    return lines;
}

/* "C D unplugged": rows that are of the base alone, beside others that are not; "" if there are
 * none. */
static void unplugged_text(const struct view *view, char *text, size_t size)
{
    int n = 0, first = 0, last = 0;
    char from[4], to[4];
    for (int i = 0; i < view->timeline->n_stages; i++) {
        if (view_row_is_unplugged(view, i)) {
            first = n++ ? first : i;
            last = i;
        }
    }
    if (n == 0) {
        text[0] = '\0';
        return;
    }
    task_letter(view_stage_task(view, first), from);
    task_letter(view_stage_task(view, last), to);
    bool is_run = last - first + 1 == n;
    if (is_run) {
        snprintf(text, size, "%s%s%s unplugged", from, n > 1 ? "–" : "", n > 1 ? to : "");
    } else {
        snprintf(text, size, "%d rows unplugged", n);
    }
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    const struct timeline *timeline = view->timeline;
    int i = view->matrix_row, j = view->matrix_col;
    char row[4], col[4], value[16] = "not yet";
    char name[40], out[32];
    view_learner_text(view, name, sizeof name);
    unplugged_text(view, out, sizeof out);
    bool is_shown = columns >= 28;
    snprintf(text, size, "%s%s%s", is_shown ? name : "", is_shown && name[0] ? " · " : "",
             out[0]               ? out
             : is_past_rows(view) ? "as tasks ended"
                                  : "after ↓ on →");
    if (!view->has_matrix_cursor || i < 0 || i >= n_rows(view) || j < 0 ||
        j >= view_n_tasks(view)) {
        return;
    }
    double accuracy = value_of(view, view->snapshot->selected, i, j);
    if (isfinite(accuracy)) {
        if (columns >= 24) {
            snprintf(value, sizeof value, "%.1f %%", 100 * accuracy);
        } else {
            snprintf(value, sizeof value, "%d %%", percent(accuracy));
        }
    }
    bool is_now = i >= timeline_rows(timeline) && i < timeline->n_stages;
    snprintf(text, size, "%s%s on %s: %s", is_now ? "now in " : "after ",
             task_letter(view_stage_task(view, i), row), task_letter(j, col), value);
}

const struct panel panel_matrix = {
    .name = "matrix",
    .title = "matrix R",
    .about =
        "*What you see.* Row i, column j: accuracy on task j after training on task i. The "
        "diagonal is what was "
        "learned; down a column you see it fade.\n\n"
        "*Average accuracy* (1/T) Σ_j R[T][j]: what the network can do at the end.\n"
        "*Forgetting* 1/(T−1) Σ_j max_i R[i][j] − R[T][j]: what it could do once and cannot any "
        "more.\n"
        "*Learning accuracy* (1/T) Σ_j R[j][j]: how well each task was learned in its turn "
        "(plasticity).\n"
        "*Forward transfer* 1/(T−1) Σ_j R[j−1][j] − b_j: what earlier tasks did for later ones.\n"
        "*Over time* (of a stream, whose rows are the ends of the times in which a task came "
        "most): "
        "the average accuracy of all tasks, averaged over all steps.\n\n"
        "*Keys here.* arrows read a cell · Esc no cursor\n\n"
        "_Lopez-Paz & Ranzato 2017, arXiv:1706.08840; Chaudhry et al. 2018, arXiv:1801.10112_",
    .note = note,
    .draw = draw,
    .click = click,
    .move = move,
};
