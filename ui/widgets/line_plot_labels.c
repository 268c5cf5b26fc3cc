/* SPDX-License-Identifier: MIT
 * The values at the right end of the curves. */
#include <math.h>
#include <stdio.h>

#include "base/range.h"
#include "ui/widgets/line_plot.h"
#include "ui/widgets/line_plot_inside.h"

#include "ui/widgets/percent.h"

enum {
    VALUE_W = 3,  /* "100" */
    NUMBER_W = 5, /* "-0.25" */
    LABEL_X = 1,  /* behind the gap that keeps it from the curves, or the sign */
    LABELS_MAX = 128,
};

struct line_plot_label_size line_plot_label_size(const struct pen *pen,
                                                 const struct line_plot *plot)
{
    struct line_plot_label_size size = {.label_w = plot->label_w, .note_w = plot->note_w};
    for (int i = 0; i < plot->n_series; i++) {
        const struct plot_series *series = &plot->series[i];
        if (series->label) {
            size.label_w = max_int(size.label_w, pen_columns(pen, series->label));
            size.note_w = max_int(size.note_w, pen_columns(pen, series->note));
        }
    }
    if (size.label_w) {
        size.value_w = plot->is_number ? NUMBER_W : VALUE_W;
        size.w = size.label_w + 1 + size.value_w + (size.note_w ? 1 + size.note_w : 0);
    }
    return size;
}

void line_plot_place(const double *wanted, int *rows, int n, int n_rows)
{
    /* Pools of touching labels; each stands centred on the mean of what its members want. */
    struct {
        double sum; /* of wanted - place in the pool */
        int first, n;
    } pool[LABELS_MAX];
    int n_pools = 0;
    n = min_int(n, min_int(n_rows, LABELS_MAX));
    for (int i = 0; i < n; i++) {
        double want = isfinite(wanted[i]) ? fmin(fmax(wanted[i], 0), n_rows - 1) : 0;
        pool[n_pools].sum = want;
        pool[n_pools].first = i;
        pool[n_pools++].n = 1;
        while (n_pools > 1) {
            int a = n_pools - 2, b = n_pools - 1;
            double top = pool[a].sum / pool[a].n, next = pool[b].sum / pool[b].n;
            if (next >= top + pool[a].n) {
                break;
            }
            pool[a].sum += pool[b].sum - (double)pool[b].n * pool[a].n;
            pool[a].n += pool[b].n;
            n_pools--;
        }
    }
    int row = 0;
    for (int p = 0; p < n_pools; p++) {
        int place = (int)lround(pool[p].sum / pool[p].n);
        int room_below = n - pool[p].first;
        row = max_int(row, min_int(place, n_rows - room_below));
        for (int i = 0; i < pool[p].n; i++) {
            rows[pool[p].first + i] = row++;
        }
    }
}

char *line_plot_value(const struct line_plot *plot, double y, char *buf, size_t size)
{
    if (plot->is_number) {
        snprintf(buf, size, fabs(y) < 1 ? "%.2f" : fabs(y) < 1000 ? "%.3g" : "%.0f", y);
    } else {
        snprintf(buf, size, "%d", percent(fmax(y, 0)));
    }
    return buf;
}

struct label {
    int i_series;
    double value;
};

static bool is_heavier(const struct plot_series *a, const struct plot_series *b)
{
    if (a->has_focus != b->has_focus) {
        return a->has_focus;
    }
    return a->weight > b->weight;
}

/* The value at the right end; NaN if the curve has not begun. */
static double end_value(const struct line_plot *plot, const struct plot_series *series)
{
    if (isfinite(series->value)) {
        return series->value;
    }
    int i = line_plot_point(series, plot->x0 + line_plot_span(plot));
    return i >= 0 ? series->y[i] : (double)NAN;
}

/* Keeps the `max` heaviest series that have a value, heaviest first; ties in their order. */
static int choose_labels(const struct line_plot *plot, struct label *labels, int max)
{
    int n = 0;
    for (int i = 0; i < plot->n_series; i++) {
        const struct plot_series *series = &plot->series[i];
        double value = series->label ? end_value(plot, series) : (double)NAN;
        int at = n;
        while (at > 0 && is_heavier(series, &plot->series[labels[at - 1].i_series])) {
            at--;
        }
        if (!isfinite(value) || at >= max) {
            continue;
        }
        n = min_int(n + 1, max);
        for (int j = n - 1; j > at; j--) {
            labels[j] = labels[j - 1];
        }
        labels[at] = (struct label){.i_series = i, .value = value};
    }
    return n;
}

/* Highest value first, so that the rows ascend. */
static void sort_labels(struct label *labels, int n)
{
    for (int i = 1; i < n; i++) {
        struct label label = labels[i];
        int j = i;
        while (j > 0 && labels[j - 1].value < label.value) {
            labels[j] = labels[j - 1];
            j--;
        }
        labels[j] = label;
    }
}

static void draw_label(const struct pen *pen, const struct line_plot *plot,
                       const struct label *label, int row, struct line_plot_label_size size)
{
    const struct plot_series *series = &plot->series[label->i_series];
    if (series->has_sign_before && pen->depth < DEPTH_256) {
        pen_put(pen, 0, row, style_bold(series->role), series->sign);
    }
    pen_text(pen, LABEL_X, row, style_bold(series->role), series->label);
    char text[32];
    line_plot_value(plot, label->value, text, sizeof text);
    int end = LABEL_X + size.label_w + 1 + size.value_w;
    pen_text_right(pen, end, row, style_bold(ROLE_TEXT), text);
    if (series->note) {
        pen_text(pen, end + 1, row, style_of(series->note_role), series->note);
    }
}

void line_plot_labels(const struct pen *pen, const struct line_plot *plot,
                      struct line_plot_label_size size)
{
    struct label labels[LABELS_MAX];
    double wanted[LABELS_MAX] = {0};
    int rows[LABELS_MAX] = {0};
    int h = pen->area.h;
    int n = choose_labels(plot, labels, min_int(h, LABELS_MAX));
    sort_labels(labels, n);
    for (int i = 0; i < n; i++) {
        wanted[i] = (1 - line_plot_up(plot, labels[i].value)) * (h - 1);
    }
    line_plot_place(wanted, rows, n, h);
    for (int i = 0; i < n; i++) {
        draw_label(pen, plot, &labels[i], rows[i], size);
    }
}
