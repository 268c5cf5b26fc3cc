/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/range.h"
#include "ui/plot/figures.h"
#include "ui/widgets/bar.h"

enum { NAME_MOST = 28, BAR_MIN = 6 };
enum { VALUE_W = 13, MEAN_W = 7, SHORT_W = 26 }; /* below so many columns the mean alone */

static int value_width(const struct pen *pen)
{
    return pen->area.w < SHORT_W ? MEAN_W : VALUE_W;
}

/* A line of the plan at its best. */
struct row {
    int line;
    struct spread spread;
};

/* The best first; what has no number, last; else as the grid has them. */
static int collect(const struct plan *plan, struct row *rows)
{
    for (int i = 0; i < plan->n_lines; i++) {
        int cell = plan_cell(plan, i);
        struct row row = {.line = i, .spread = {.mean = (double)NAN, .std = (double)NAN}};
        if (cell >= 0) {
            row.spread = sweep_spread(plan->sweep, cell, plan->metric);
        }
        int at = i;
        for (; at > 0 &&
               sweep_is_better(plan->judge, plan_rank(plan, i), plan_rank(plan, rows[at - 1].line));
             at--) {
            rows[at] = rows[at - 1];
        }
        rows[at] = row;
    }
    return plan->n_lines;
}

static double most_of(const struct plan *plan, const struct row *rows, int n)
{
    double most = plan->about.is_share ? 1 : 0;
    for (int i = 0; i < n; i++) {
        double reach =
            rows[i].spread.mean + (isfinite(rows[i].spread.std) ? rows[i].spread.std : 0);
        most = isfinite(reach) && reach > most && !plan->about.is_share ? reach : most;
    }
    return most > 0 ? most : 1;
}

/* The bar, and behind it a thread as far as mean + std. */
static void draw_bar(const struct pen *pen, struct rect room, const struct spread *spread,
                     double most, enum role role)
{
    struct bar bar = {.value = spread->mean, .max = most, .role = role, .is_bare = true};
    bar_draw(pen, room.x, room.y, room.w, &bar);
    double reach = spread->mean + spread->std;
    if (isfinite(reach)) {
        int from = (int)ceil(fmax(spread->mean, 0) / most * room.w);
        int to = (int)lround(fmin(fmax(reach, 0) / most, 1) * room.w);
        pen_hline(pen, room.x + from, room.y, to - from, style_of(role), GLYPH_H);
    }
}

static void draw_row(const struct pen *pen, const struct plan *plan, const struct row *row, int y,
                     int name_w, double most)
{
    const struct plan_line *line = &plan->lines[row->line];
    bool is_best = row->line == plan->best && plan->about.better != 0 && plan->n_lines > 1;
    enum role role = line->colour < 0 ? ROLE_DIM : plan_role(line);
    char name[160], value[64];
    if (pen_columns(pen, plan_best_text(plan, row->line, name, sizeof name)) > name_w - 2) {
        snprintf(name, sizeof name, "%s", line->label);
    }
    if (value_width(pen) == VALUE_W) {
        plan_spread_text(plan->metric, &row->spread, value, sizeof value);
    } else {
        plan_number(plan, row->spread.mean, value, sizeof value);
    }
    pen_glyph(pen, 0, y, style_bold(role), plan_mark(line));
    pen_text_max(pen, 2, y, name_w - 2, is_best ? style_bold(ROLE_TEXT) : style_of(ROLE_BODY),
                 name);
    int value_w = pen_columns(pen, value);
    int value_x = pen->area.w - value_width(pen);
    pen_text(pen, value_x + max_int(value_width(pen) - 2 - value_w, 0), y,
             is_best ? style_bold(ROLE_TEXT) : style_of(ROLE_BODY), value);
    if (is_best) {
        pen_glyph(pen, pen->area.w - 1, y, style_bold(ROLE_WARN), GLYPH_STAR);
    }
    struct rect room = {name_w + 1, y, value_x - name_w - 2, 1};
    if (room.w >= BAR_MIN) {
        draw_bar(pen, room, &row->spread, most, role);
    }
    if (row->spread.n_lost > 0 && room.w >= BAR_MIN + 12) {
        char lost[40];
        snprintf(lost, sizeof lost, "%d of %d lost", row->spread.n_lost,
                 row->spread.n + row->spread.n_lost);
        pen_text_right(pen, room.x + room.w, y, style_of(ROLE_BAD), lost);
    }
}

static int names_width(const struct pen *pen, const struct plan *plan, const struct row *rows,
                       int n)
{
    int w = 0;
    char name[160];
    for (int i = 0; i < n; i++) {
        w = max_int(w, 2 + pen_columns(pen, plan_best_text(plan, rows[i].line, name, sizeof name)));
    }
    return min_int(min_int(w, NAME_MOST), max_int(pen->area.w - value_width(pen) - BAR_MIN - 3, 8));
}

void figure_bars(const struct pen *pen, const struct plan *plan)
{
    char title[96], note[48] = "";
    struct row *rows = calloc((size_t)plan->n_lines, sizeof *rows);
    if (!rows) {
        return;
    }
    int h = max_int(pen->area.h - 2, 0), n = collect(plan, rows), n_drawn = min_int(n, h);
    snprintf(title, sizeof title, "%s%s", plan->about.words, plan->about.is_share ? ", %" : "");
    if (n > n_drawn) {
        snprintf(note, sizeof note, "the best %d of %d", n_drawn, n);
    } else if (plan->x >= 0) {
        snprintf(note, sizeof note, "%s",
                 plan->judge == plan->metric ? "each at its best" : "best by validation");
    } else if (plan->about.better) {
        snprintf(note, sizeof note, "%s is better", plan->about.better > 0 ? "more" : "less");
    }
    struct box box = {.title = title, .note = note};
    struct pen inside = pen_box(pen, pen_rect(pen), &box);
    int name_w = names_width(&inside, plan, rows, n_drawn);
    double most = most_of(plan, rows, n);
    int step = 2 * n_drawn <= h + 1 ? 2 : 1; /* air, where there is room */
    for (int i = 0; i < n_drawn; i++) {
        draw_row(&inside, plan, &rows[i], i * step, name_w, most);
    }
    free(rows);
}
