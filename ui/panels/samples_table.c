/* SPDX-License-Identifier: MIT
 * Samples of a table: a line an example. */
#include <math.h>
#include <stdio.h>

#include "ui/panels/samples.h"

#include "ui/widgets/percent.h"

enum { SIDE = 7, GAP = 2, NAME_MOST = 14, NUMBER_LEAST = 7 };

char *samples_value_text(const struct gallery *gallery, int column, float value, char *buf,
                         size_t size)
{
    enum { DECIMALS_MOST = 3 };
    int decimals = 0, n = gallery->n_sets < 1 ? 0 : gallery->n_each;
    for (int i = 0; i < n && decimals < DECIMALS_MOST;) {
        double x = (double)gallery_row(gallery, 0, i)[column] * pow(10, decimals);
        bool is_whole = fabs(x - round(x)) < 1e-3 + 1e-5 * fabs(x);
        i = is_whole ? i + 1 : i;
        decimals += !is_whole;
    }
    bool is_long = fabs((double)value) >= 1e7 || !isfinite(value);
    if (is_long) {
        snprintf(buf, size, "%.3g", (double)value);
    } else {
        snprintf(buf, size, "%.*f", decimals, (double)value);
    }
    return buf;
}

/* Where the columns begin, and how many features there is room for. */
struct columns {
    int truth, answer, name_w, n_features;
    int right[GALLERY_COLUMNS_MAX]; /* where the numbers end */
};

static struct columns columns_of(const struct pen *pen, const struct gallery *gallery)
{
    struct columns columns = {.truth = SIDE, .name_w = 5};
    for (int k = 0; k < gallery->n_classes; k++) {
        int w = pen_columns(pen, gallery->class_names[k]);
        columns.name_w = w > columns.name_w ? w : columns.name_w;
    }
    columns.name_w = columns.name_w < NAME_MOST ? columns.name_w : NAME_MOST;
    columns.answer = columns.truth + columns.name_w + GAP;
    int x = columns.answer + 2 + columns.name_w;
    for (int j = 0; j < gallery->n_columns; j++) {
        int w = pen_columns(pen, gallery->column_names[j]);
        w = w < NUMBER_LEAST ? NUMBER_LEAST : w < NAME_MOST ? w : NAME_MOST;
        int room = pen->area.w - x - GAP; /* the last one may be cut */
        if (room < NUMBER_LEAST) {
            break;
        }
        x += GAP + (w < room ? w : room);
        columns.right[columns.n_features++] = x;
    }
    return columns;
}

static void draw_head(const struct pen *pen, const struct columns *columns,
                      const struct gallery *gallery)
{
    struct style style = style_of(ROLE_DIM);
    pen_text(pen, columns->truth, 0, style, "it is");
    pen_text(pen, columns->answer, 0, style, "answer");
    for (int j = 0; j < columns->n_features; j++) {
        const char *name = gallery->column_names[j];
        int left = j > 0 ? columns->right[j - 1] : columns->answer + 2 + columns->name_w;
        int w = pen_columns(pen, name), room = columns->right[j] - left - GAP;
        w = w < room ? w : room;
        pen_text_max(pen, columns->right[j] - w, 0, w, style, name);
    }
}

static void draw_line(const struct pen *pen, int y, const struct view *view,
                      const struct columns *columns, int task, int i,
                      const struct sampled_task *answers)
{
    const struct gallery *gallery = view->facts->gallery;
    const struct gallery_task *of = &gallery->tasks[task];
    const float *values = gallery_row(gallery, of->plain, i);
    bool is_wrong = samples_is_answered(answers, i) && !samples_is_right(view, task, answers, i);
    pen_text_max(pen, columns->truth, y, columns->name_w,
                 style_of(is_wrong ? ROLE_TEXT : ROLE_BODY), gallery->class_names[of->label[i]]);
    samples_draw_answer(pen, columns->answer, y, columns->name_w + 2, view, task, i, answers);
    for (int j = 0; values && j < columns->n_features; j++) {
        char text[24];
        samples_value_text(gallery, j, values[j], text, sizeof text);
        pen_text_right(pen, columns->right[j], y, style_of(ROLE_BODY), text);
    }
}

/* "setosa 100  versicolor 64", each number on the colour of its score. */
static void draw_classes(const struct pen *pen, int y, const struct gallery *gallery,
                         const struct sampled_task *answers)
{
    int x = SIDE;
    for (int k = 0; answers && k < gallery->n_classes; k++) {
        double accuracy = (double)answers->accuracy[k];
        int w = pen_columns(pen, gallery->class_names[k]) + 8;
        if (!isfinite(accuracy) || x + w > pen->area.w) {
            continue;
        }
        x += pen_text(pen, x, y, style_of(ROLE_DIM), gallery->class_names[k]) + 1;
        x += pen_printf(pen, x, y, style_on(ROLE_ON_SCORE, style_score(accuracy)), " %d ",
                        percent(accuracy)) +
             GAP;
    }
}

static void draw_side(const struct pen *pen, int y, const struct view *view, int task, int n,
                      const struct sampled_task *answers)
{
    char letter[4], text[16];
    int right = samples_right(view, task, answers, n);
    snprintf(text, sizeof text, " %s ", task_letter(task, letter));
    pen_text(pen, 0, y, style_badge(task), text);
    if (right >= 0 && n > 1) {
        pen_printf(pen, 0, y + 1, style_bold(right == n ? ROLE_GOOD : ROLE_TEXT), "%d/%d", right,
                   n);
    }
}

void samples_draw_table(const struct pen *pen, const struct view *view,
                        const struct samples_wall *wall, const struct samples_shown *shown)
{
    const struct gallery *gallery = view->facts->gallery;
    struct columns columns = columns_of(pen, gallery);
    bool has_choice = view->has_sample || view->is_enlarged;
    int chosen_row = has_choice ? samples_chosen_row(view, shown) : -1;
    int chosen = view->has_sample ? view->sample : 0;
    draw_head(pen, &columns, gallery);
    for (int row = 0; row < shown->n; row++) {
        int task = shown->tasks[row], y = 1 + row * wall->step_y;
        int n = gallery->tasks[task].n < wall->n_each ? gallery->tasks[task].n : wall->n_each;
        draw_side(pen, y, view, task, n, shown->answers[row]);
        for (int i = 0; i < n; i++) {
            draw_line(pen, y + i, view, &columns, task, i, shown->answers[row]);
            if (row == chosen_row && i == chosen) {
                pen_glyph(pen, SIDE - 1, y + i, style_bold(ROLE_ACCENT), GLYPH_RIGHT);
            }
        }
        draw_classes(pen, y + n, gallery, shown->answers[row]);
    }
}
