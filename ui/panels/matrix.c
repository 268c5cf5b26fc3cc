/* SPDX-License-Identifier: MIT
 * The matrix R and what follows from it. */
#include "ui/widgets/matrix.h"

#include <math.h>
#include <stdio.h>

#include "ui/panels/panel.h"

enum { MATRIX_TASKS_MAX = 64 };

/* The last stages as floats, the present one with what is known now. */
static int fill(const struct view *view, float *r, int *n_done)
{
    const struct chronicle *chronicle = view->chronicle;
    int n = chronicle->n_tasks < MATRIX_TASKS_MAX ? chronicle->n_tasks : MATRIX_TASKS_MAX;
    for (int i = 0; i < n * n; i++) {
        r[i] = NAN;
    }
    *n_done = chronicle_rows(chronicle) < n ? chronicle_rows(chronicle) : n;
    for (int i = 0; i < *n_done; i++) {
        for (int j = 0; j < n; j++) {
            r[i * n + j] = (float)chronicle_r(chronicle, i, j);
        }
    }
    if (*n_done < n && *n_done < chronicle->n_visits) {
        for (int j = 0; j < n; j++) {
            r[*n_done * n + j] = (float)series_last(&chronicle->accuracy[j]);
        }
    }
    return n;
}

static void put_percent(const struct pen *pen, int *x, int y, const char *name, double value, enum role role)
{
    *x += pen_text(pen, *x, y, style_of(ROLE_DIM), name);
    if (isfinite(value)) {
        *x += pen_printf(pen, *x, y, style_bold(role), " %.0f", 100 * value);
    } else {
        *x += pen_text(pen, *x, y, style_of(ROLE_DIM), " ·");
    }
    *x += 2;
}

/* Average and forgetting; more where there is room. */
static void draw_metrics(const struct pen *pen, const struct view *view, int y)
{
    struct metrics metrics = chronicle_metrics(view->chronicle);
    int x = 1;
    bool is_wide = pen->area.w >= 48;
    put_percent(pen, &x, y, is_wide ? "average accuracy" : "average", metrics.average_accuracy, ROLE_TEXT);
    put_percent(pen, &x, y, "forgetting", metrics.forgetting,
                metrics.forgetting > 0.1 ? ROLE_BAD : ROLE_TEXT);
    if (is_wide) {
        put_percent(pen, &x, y, "learned", metrics.learning_accuracy, ROLE_TEXT);
    }
    if (pen->area.w >= 64) {
        put_percent(pen, &x, y, "forward", metrics.forward_transfer, ROLE_TEXT);
    }
}

static void draw(const struct pen *pen, const struct view *view)
{
    float r[MATRIX_TASKS_MAX * MATRIX_TASKS_MAX];
    int n_done, n = fill(view, r, &n_done);
    struct rect all = pen_rect(pen), bottom = {0};
    if (all.h >= 5) {
        bottom = rect_cut_bottom(&all, 1);
    }
    struct pen body = pen_sub(pen, all);
    struct matrix matrix = {.r = r,
                            .n = n,
                            .n_done = n_done,
                            .has_cursor = view->has_matrix_cursor,
                            .cursor_row = view->matrix_row,
                            .cursor_col = view->matrix_col};
    matrix_draw(&body, &matrix);
    if (bottom.h > 0) {
        draw_metrics(pen, view, bottom.y);
    }
}

static void note(const struct view *view, char *text, size_t size)
{
    const struct chronicle *chronicle = view->chronicle;
    int i = view->matrix_row, j = view->matrix_col;
    char row[4], col[4];
    snprintf(text, size, "after ↓ on →");
    if (view->has_matrix_cursor && i < chronicle_rows(chronicle) && j < chronicle->n_tasks) {
        snprintf(text, size, "after %s on %s: %.1f %%", task_letter(chronicle->visits[i].task, row),
                 task_letter(j, col), 100 * chronicle_r(chronicle, i, j));
    }
}

const struct panel panel_matrix = {
    .name = "matrix",
    .title = "R: after … on …",
    .about =
        "*What you see.* Row i, column j: accuracy on task j after training on task i. The diagonal is what was "
        "learned; down a column you see it fade.\n\n"
        "*Average accuracy* (1/T) Σ_j R[T][j]: what the network can do at the end.\n"
        "*Forgetting* 1/(T−1) Σ_j max_i R[i][j] − R[T][j]: what it could do once and cannot any more.\n"
        "*Learning accuracy* (1/T) Σ_j R[j][j]: how well each task was learned in its turn (plasticity).\n"
        "*Forward transfer* 1/(T−1) Σ_j R[j−1][j] − b_j: what earlier tasks did for later ones.\n\n"
        "*Keys here.* arrows read a cell · Esc no cursor\n\n"
        "_Lopez-Paz & Ranzato 2017, arXiv:1706.08840; Chaudhry et al. 2018, arXiv:1801.10112_",
    .note = note,
    .draw = draw,
};
