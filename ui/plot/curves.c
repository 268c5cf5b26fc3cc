/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/range.h"
#include "tasks/clean.h"
#include "ui/plot/figures.h"
#include "ui/widgets/line_plot.h"

enum { LABEL_PART = 4, LABEL_MIN = 6 }; /* of the columns, at most, for what lines are called */

/* What the line plot borrows. */
struct drawing {
    double *numbers; /* (n_shown, 4, n_x): x, mean, low, high */
    char labels[PLAN_SHOWN_MAX][PLAN_LABEL_MAX];
    struct plot_series series[PLAN_SHOWN_MAX];
    double means[2], range[2]; /* the lowest and the highest: of means; of bands as well */
    struct line_plot plot;
};

static double scale_of(const struct plan *plan)
{
    return plan->about.is_share ? 100 : 1;
}

static double place(const struct plan *plan, double x)
{
    return plan->is_log ? log10(x) : x;
}

static void keep_range(double range[2], double value)
{
    range[0] = fmin(range[0], value);
    range[1] = fmax(range[1], value);
}

static void fill_series(struct drawing *drawing, const struct plan *plan, int i,
                        const struct pen *pen)
{
    const struct plan_line *line = &plan->lines[plan->shown[i]];
    size_t n = (size_t)plan->n_x;
    double *x = drawing->numbers + 4 * n * (size_t)i, *mean = x + n, *low = mean + n,
           *high = low + n;
    for (int k = 0; k < plan->n_x; k++) {
        struct spread spread = {.mean = (double)NAN, .std = (double)NAN};
        if (line->cells[k] >= 0) {
            spread = sweep_spread(plan->sweep, line->cells[k], plan->metric);
        }
        x[k] = place(plan, plan->sweep->keys[plan->x].numbers[k]);
        mean[k] = scale_of(plan) * spread.mean;
        low[k] = mean[k] - scale_of(plan) * spread.std;
        high[k] = mean[k] + scale_of(plan) * spread.std;
        keep_range(drawing->means, mean[k]);
        keep_range(drawing->range, mean[k]);
        keep_range(drawing->range, low[k]);
        keep_range(drawing->range, high[k]);
    }
    int most = max_int(pen->area.w / LABEL_PART, LABEL_MIN);
    clean_copy(drawing->labels[i], (size_t)min_int(most + 1, PLAN_LABEL_MAX), line->label);
    drawing->series[i] = (struct plot_series){.x = x,
                                              .y = mean,
                                              .low = low,
                                              .high = high,
                                              .n = plan->n_x,
                                              .role = plan_role(line),
                                              .band_role = style_task_dim(line->colour),
                                              .label = drawing->labels[i],
                                              .value = (double)NAN,
                                              .sign = pen->glyphs->at[plan_mark(line)],
                                              .has_sign_before = true,
                                              .has_points = plan->n_x <= pen->area.w / 4,
                                              .has_focus = plan->shown[i] == plan->best};
}

/* Round numbers around what there is; what is a share stays one, however far the deviation goes. */
static void set_range(struct line_plot *plot, const double range[2], const double means[2],
                      bool is_share)
{
    double span = fmax(range[1] - range[0], 1e-9 * fmax(fabs(range[1]), 1e-300));
    double step = pow(10, floor(log10(span)));
    step = span < 3 * step ? step / 2 : step;
    step = is_share ? fmax(step, 1) : step;
    plot->bottom = floor(range[0] / step) * step;
    plot->top = ceil(range[1] / step) * step;
    if (is_share && means[1] <= 100 && means[0] >= -100) {
        plot->bottom = fmax(plot->bottom, means[0] < 0 ? -100 : 0);
        plot->top = fmin(plot->top, 100);
    }
    plot->top = plot->top > plot->bottom ? plot->top : plot->bottom + step;
}

static bool is_decade(double x)
{
    double power = log10(x);
    return fabs(power - round(power)) < 1e-6;
}

/* The values below the axis, as many as have room; powers of ten first. */
static void draw_ticks(const struct pen *pen, const struct pen *body, const struct plan *plan,
                       const struct line_plot *plot)
{
    const struct sweep_key *key = &plan->sweep->keys[plan->x];
    int y = pen->area.h - 1;
    for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < key->n_values; k++) {
            int w = pen_columns(pen, key->texts[k]);
            int at = line_plot_column(body, plot, place(plan, key->numbers[k])) - w / 2;
            at = clamp_int(at, 0, pen->area.w - w);
            bool is_free = (!plan->is_log || is_decade(key->numbers[k])) == (pass == 0);
            for (int i = at - 2; i <= at + w + 1 && is_free; i++) {
                const struct cell *cell = pen_at(pen, i, y);
                is_free = !cell || cell->ch == ' ' || cell->ch == 0;
            }
            if (is_free) {
                pen_text(pen, at, y, style_of(ROLE_DIM), key->texts[k]);
            }
        }
    }
}

static struct pen frame(const struct pen *pen, const struct plan *plan)
{
    char title[128], note[64] = "one seed: no band";
    snprintf(title, sizeof title, "%s%s over %s", plan->about.words,
             plan->about.is_share ? ", %" : "", plan->sweep->keys[plan->x].name);
    if (plan->sweep->n_seeds > 1) {
        snprintf(note, sizeof note, "band ± std of %d seeds", plan->sweep->n_seeds);
    }
    return pen_box(pen, pen_rect(pen), &(struct box){.title = title, .note = note});
}

void figure_curves(const struct pen *pen, const struct plan *plan)
{
    struct pen inside = frame(pen, plan);
    struct pen body = pen_sub(&inside, (struct rect){.w = inside.area.w, .h = inside.area.h - 1});
    const struct sweep_key *key = &plan->sweep->keys[plan->x];
    struct drawing *drawing = calloc(1, sizeof *drawing);
    if (drawing) {
        drawing->numbers = calloc(4 * (size_t)plan->n_x * PLAN_SHOWN_MAX, sizeof(double));
    }
    if (drawing && drawing->numbers) {
        for (int i = 0; i < 2; i++) {
            drawing->means[i] = drawing->range[i] = (double)NAN;
        }
        for (int i = 0; i < plan->n_shown; i++) {
            fill_series(drawing, plan, i, &inside);
        }
        drawing->plot = (struct line_plot){.x0 = place(plan, key->numbers[0]),
                                           .x1 = place(plan, key->numbers[plan->n_x - 1]),
                                           .is_number = true,
                                           .series = drawing->series,
                                           .n_series = plan->n_shown};
        set_range(&drawing->plot, drawing->range, drawing->means, plan->about.is_share);
        line_plot_draw(&body, &drawing->plot);
        draw_ticks(&inside, &body, plan, &drawing->plot);
        free(drawing->numbers);
    }
    free(drawing);
}
