/* SPDX-License-Identifier: MIT */
#include "ui/widgets/line_plot.h"

#include <math.h>
#include <stdio.h>

#include "base/range.h"
#include "ui/widgets/canvas.h"
#include "ui/widgets/line_plot_inside.h"

enum {
    AXIS_W = 4,        /* "100 " */
    AXIS_NUMBER_W = 6, /* "-0.25 " */
    CURVES_MIN = 12,   /* columns below which the values at the right end give way */
    GUIDE_STEP = 4,    /* columns from one dot of a guide to the next */
    SIGN_STEP = 16,    /* columns from one sign on a curve to the next */
    SIGN_SHIFT = 5,    /* and from those of one curve to those of the next one */
    MARK_STEP = 4,     /* columns that two vertical lines keep between them */
};

/* ---- layout ---- */

double line_plot_span(const struct line_plot *plot)
{
    double span = plot->x1 - plot->x0;
    return span > 0 && isfinite(span) ? span : 1;
}

static bool has_axis_words(const struct line_plot *plot)
{
    bool has_words = plot->n_spans > 0;
    for (int i = 0; i < plot->n_markers; i++) {
        has_words = has_words || plot->markers[i].label;
    }
    return has_words;
}

struct plot_layout line_plot_layout(const struct pen *pen, const struct line_plot *plot)
{
    int w = pen->area.w, h = pen->area.h;
    struct plot_layout layout = {.axis_row = -1};
    if (h >= 4 && has_axis_words(plot)) {
        layout.axis_row = --h;
    }
    int axis_w = plot->is_number ? AXIS_NUMBER_W : AXIS_W;
    int left = w >= axis_w + CURVES_MIN ? axis_w : 0;
    int labels_w = line_plot_label_size(pen, plot).w;
    if (w - left - labels_w - 1 < CURVES_MIN) {
        labels_w = 0;
    }
    int curves_w = w - left - (labels_w ? labels_w + 1 : 0);
    layout.curves = (struct rect){.x = left, .w = max_int(curves_w, 0), .h = max_int(h, 0)};
    if (labels_w) {
        layout.labels = (struct rect){.x = w - labels_w, .w = labels_w, .h = max_int(h, 0)};
    }
    return layout;
}

double line_plot_x(const struct pen *pen, const struct line_plot *plot, int column)
{
    struct rect curves = line_plot_layout(pen, plot).curves;
    struct pen part = pen_sub(pen, curves);
    struct canvas canvas = canvas_make(&part);
    double dot = (column - curves.x) * canvas.dots_x + (canvas.dots_x - 1) / 2.0;
    double at = canvas.w > 1 ? dot / (canvas.w - 1) : 0;
    return plot->x0 + fmin(fmax(at, 0), 1) * line_plot_span(plot);
}

int line_plot_dot_column(const struct canvas *canvas, const struct line_plot *plot, double x)
{
    double at = (x - plot->x0) / line_plot_span(plot);
    at = isnan(at) ? 0 : fmin(fmax(at, 0), 1);
    return (int)lround(at * (canvas->w - 1));
}

int line_plot_column(const struct pen *pen, const struct line_plot *plot, double x)
{
    struct rect curves = line_plot_layout(pen, plot).curves;
    if (rect_is_empty(curves)) {
        return -1;
    }
    struct pen part = pen_sub(pen, curves);
    struct canvas canvas = canvas_make(&part);
    return curves.x + line_plot_dot_column(&canvas, plot, x) / canvas.dots_x;
}

double line_plot_height(const struct line_plot *plot)
{
    return plot->top > plot->bottom ? plot->top - plot->bottom : 1;
}

double line_plot_up(const struct line_plot *plot, double y)
{
    return fmin(fmax((y - plot->bottom) / line_plot_height(plot), 0), 1);
}

/* ---- curves ---- */

/* Index of the first point with x >= at. */
static int first_from(const struct plot_series *series, double at)
{
    int low = 0, high = series->n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (series->x[middle] < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* y at x on the straight line between points i and i + 1; NaN across a gap. */
static double between(const struct plot_series *series, int i, double x)
{
    if (i < 0 || i + 1 >= series->n) {
        return (double)NAN;
    }
    double width = series->x[i + 1] - series->x[i];
    double at = width > 0 ? (x - series->x[i]) / width : 0;
    return series->y[i] + at * (series->y[i + 1] - series->y[i]);
}

static void stroke_point(struct stroke *stroke, const struct line_plot *plot, double x, double y)
{
    if (!isfinite(y) || !isfinite(x)) {
        stroke_up(stroke);
        return;
    }
    double down = (1 - line_plot_up(plot, y)) * (stroke->canvas->h - 1);
    stroke_to(stroke, line_plot_dot_column(stroke->canvas, plot, x), (int)lround(down));
}

/* The points of one dot column. */
struct pool {
    int column, n;
    double sum, min, max, last;
};

/* Noise that stays within this is drawn as its mean; what reaches further (a dip, a spike) as its
 * range. */
static const double noise = 0.12;

static void pool_flush(struct pool *pool, struct stroke *stroke, const struct line_plot *plot,
                       double x)
{
    double most = plot->is_number ? noise * line_plot_height(plot) : noise;
    if (pool->n > 0 && pool->max - pool->min <= most) {
        stroke_point(stroke, plot, x, pool->sum / pool->n);
    } else if (pool->n > 0) {
        stroke_point(stroke, plot, x, pool->min);
        stroke_point(stroke, plot, x, pool->max);
        stroke_point(stroke, plot, x, pool->last);
    }
    pool->n = 0;
}

static void pool_add(struct pool *pool, double y)
{
    pool->min = pool->n ? fmin(pool->min, y) : y;
    pool->max = pool->n ? fmax(pool->max, y) : y;
    pool->sum = (pool->n ? pool->sum : 0) + y;
    pool->last = y;
    pool->n++;
}

/* True just behind the beginning of a span, where the curve has not found itself yet. */
static bool is_resting(const struct line_plot *plot, const struct plot_series *series, double x)
{
    int i = series->rest > 0 ? plot->n_spans - 1 : 0;
    while (i > 0 && plot->spans[i].x0 >= x) {
        i--;
    }
    return i > 0 && x - plot->spans[i].x0 < series->rest;
}

static uint8_t series_tag(int i)
{
    return (uint8_t)(i % 255 + 1);
}

static void draw_series(const struct canvas *canvas, const struct line_plot *plot, int i)
{
    const struct plot_series *series = &plot->series[i];
    double x1 = plot->x0 + line_plot_span(plot);
    struct stroke stroke = {
        .canvas = canvas,
        .style = series->has_focus ? style_bold(series->role) : style_of(series->role),
        .line = series->line,
        .tag = series_tag(i),
    };
    int first = first_from(series, plot->x0);
    int last = first;
    double entry = between(series, first - 1, plot->x0);
    if (isfinite(entry)) {
        stroke_point(&stroke, plot, plot->x0, entry);
    }
    struct pool pool = {0};
    double x = plot->x0;
    for (; last < series->n && series->x[last] <= x1; last++) {
        int column = line_plot_dot_column(canvas, plot, series->x[last]);
        if (is_resting(plot, series, series->x[last])) {
            continue;
        }
        bool is_number = isfinite(series->x[last]) && isfinite(series->y[last]);
        if (!is_number || column != pool.column) {
            pool_flush(&pool, &stroke, plot, x);
        }
        if (is_number) {
            pool.column = column;
            x = series->x[last];
            pool_add(&pool, series->y[last]);
        } else {
            stroke_up(&stroke);
        }
    }
    pool_flush(&pool, &stroke, plot, x);
    double leave = between(series, last - 1, x1);
    if (isfinite(leave)) {
        stroke_point(&stroke, plot, x1, leave);
    }
    stroke_up(&stroke);
}

static void draw_all_series(const struct pen *curves, const struct line_plot *plot)
{
    struct canvas canvas = canvas_make(curves);
    if (canvas.w < 1 || canvas.h < 1) {
        return;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < plot->n_series; i++) {
            if (plot->series[i].has_focus == (pass == 1)) {
                draw_series(&canvas, plot, i);
            }
        }
    }
}

static bool is_inside(const struct line_plot *plot, double x)
{
    return x >= plot->x0 && x <= plot->x0 + line_plot_span(plot);
}

/* Of a series with few points. */
static void draw_points(const struct pen *curves, const struct line_plot *plot)
{
    struct canvas canvas = canvas_make(curves);
    for (int i = 0; canvas.w > 0 && canvas.h > 0 && i < plot->n_series; i++) {
        const struct plot_series *series = &plot->series[i];
        for (int k = 0; series->has_points && k < series->n; k++) {
            if (isfinite(series->y[k]) && is_inside(plot, series->x[k])) {
                double down = (1 - line_plot_up(plot, series->y[k])) * (canvas.h - 1);
                int x = line_plot_dot_column(&canvas, plot, series->x[k]) / canvas.dots_x;
                pen_glyph(curves, x, (int)lround(down) / canvas.dots_y, style_of(series->role),
                          GLYPH_POINT);
            }
        }
    }
}

/* The rows in which a column shows a series; false if others cover it or it is not there. */
static bool rows_of(const struct pen *curves, int column, uint8_t tag, int rows[2])
{
    rows[0] = rows[1] = -1;
    for (int y = 0; y < curves->area.h; y++) {
        const struct cell *cell = pen_at(curves, column, y);
        if (cell && cell->tag == tag) {
            rows[0] = rows[0] < 0 ? y : rows[0];
            rows[1] = y;
        }
    }
    return rows[0] >= 0;
}

/* Where too few colours tell a curve from others: its sign at the end (unless its label's stands
 * beside it) and on the way there, not where it falls or rises, and those of several curves not
 * above each other. */
static void draw_signs(const struct pen *curves, const struct line_plot *plot)
{
    for (int i = 0; i < plot->n_series; i++) {
        const struct plot_series *series = &plot->series[i];
        struct style style = style_bold(series->role);
        int rows[2], right = curves->area.w - 1, end = series->sign ? right : -1;
        while (end >= 0 && !rows_of(curves, end, series_tag(i), rows)) {
            end--;
        }
        if (end >= 0 && !(end == right && series->has_sign_before)) {
            pen_put(curves, end, (rows[0] + rows[1]) / 2, style, series->sign);
        }
        for (int x = i * SIGN_SHIFT % SIGN_STEP; x < end - 1; x += SIGN_STEP) {
            if (rows_of(curves, x, series_tag(i), rows) && rows[1] - rows[0] <= 1) {
                pen_put(curves, x, rows[0], style, series->sign);
            }
        }
    }
}

int line_plot_point(const struct plot_series *series, double at)
{
    int i = first_from(series, at);
    if (i >= series->n || series->x[i] > at) {
        i--;
    }
    /* Equal x: the last of them. */
    while (i >= 0 && i + 1 < series->n && series->x[i + 1] <= at) {
        i++;
    }
    while (i >= 0 && !isfinite(series->y[i])) {
        i--;
    }
    return i;
}

/* ---- axes ---- */

static void axis_text(const struct line_plot *plot, double y, char *text, size_t size)
{
    if (plot->is_number) {
        snprintf(text, size, "%.3g", y);
    } else {
        snprintf(text, size, "%.0f", 100 * y);
    }
}

static void draw_guides(const struct pen *pen, const struct line_plot *plot, struct rect curves)
{
    int bottom = curves.h - 1;
    int at[3] = {0, bottom / 2, bottom};
    double top = plot->bottom + line_plot_height(plot);
    double values[3] = {top, (plot->bottom + top) / 2, plot->bottom};
    char text[16];
    for (int i = 0; i < 3; i++) {
        if ((i == 1 && bottom < 2) || (i == 2 && bottom < 1) || curves.h < 1) {
            continue;
        }
        if (curves.x > 0) {
            axis_text(plot, values[i], text, sizeof text);
            pen_text_right(pen, curves.x - 1, at[i], style_of(ROLE_DIM), text);
        }
        for (int x = 0; i < 2 && x < curves.w; x += GUIDE_STEP) {
            pen_glyph(pen, curves.x + x, at[i], style_of(ROLE_FAINT), GLYPH_GUIDE);
        }
    }
}

static void draw_verticals(const struct pen *pen, const struct line_plot *plot, struct rect curves)
{
    int last = curves.x; /* the first task begins at the left edge, which needs no line */
    for (int i = 0; i < plot->n_spans; i++) {
        int x = line_plot_column(pen, plot, plot->spans[i].x0);
        bool has_line = !plot->is_gradual && is_inside(plot, plot->spans[i].x0);
        if (has_line && x >= last + MARK_STEP) {
            pen_vline(pen, x, 0, curves.h, style_of(ROLE_FAINT), GLYPH_DOT_V);
            last = x;
        }
    }
    for (int i = 0; i < plot->n_markers; i++) {
        if (is_inside(plot, plot->markers[i].x)) {
            int x = line_plot_column(pen, plot, plot->markers[i].x);
            pen_vline(pen, x, 0, curves.h, style_of(ROLE_DIM), GLYPH_DOT_V);
        }
    }
    if (plot->has_cursor && is_inside(plot, plot->cursor)) {
        int x = line_plot_column(pen, plot, plot->cursor);
        pen_vline(pen, x, 0, curves.h, style_of(ROLE_ACCENT), GLYPH_V);
    }
}

/* True if `n` columns from x are blank in the row, with a blank on either side. */
static bool is_free(const struct pen *row, int x, int n)
{
    if (x < 0 || x + n > row->area.w) {
        return false;
    }
    for (int i = x - 1; i <= x + n; i++) {
        const struct cell *cell = pen_at(row, i, 0);
        if (cell && cell->ch != ' ') {
            return false;
        }
    }
    return true;
}

/* Column of a span's letter in the axis row; -1 if the span is not in the window. */
static int span_column(const struct pen *pen, const struct line_plot *plot, int i, int left)
{
    const struct plot_span *span = &plot->spans[i];
    bool goes_on = i + 1 >= plot->n_spans || plot->spans[i + 1].x0 > plot->x0;
    bool is_seen = is_inside(plot, span->x0) || (span->x0 < plot->x0 && goes_on);
    return is_seen ? line_plot_column(pen, plot, span->x0) - left : -1;
}

/* On either side of its line, but not before column `left`; false where there is no room. */
static bool put_marker_label(const struct pen *row, const struct plot_marker *marker, int x,
                             int gap, int left)
{
    int n = pen_columns(row, marker->label), at = x + gap;
    while (at < x + gap + 3 && !is_free(row, at, n)) {
        at++; /* a letter may stand at the line itself */
    }
    at = is_free(row, at, n) ? at : x - n - 1;
    if (!n || at < left || !is_free(row, at, n)) {
        return false;
    }
    pen_text(row, at, 0, style_of(marker->role), marker->label);
    return true;
}

/* Below the axis within its span, whose letter stands at `left` (beyond it the label would be taken
 * for another span's); else just above it beside its line. */
static void draw_marker_label(const struct pen *axis, const struct plot_marker *marker, int x,
                              int left)
{
    struct pen above = pen_sub(axis, (struct rect){0, -1, axis->area.w, 1});
    if (!put_marker_label(axis, marker, x, 0, left)) {
        put_marker_label(&above, marker, x, 2, 0);
    }
}

/* The column of the letter of the span that the marker is in; the left edge where spans fade. */
static int letter_before(const struct pen *pen, const struct line_plot *plot, double x, int left)
{
    int column = 0;
    for (int i = 0; i < plot->n_spans && plot->spans[i].x0 <= x; i++) {
        int at = plot->is_gradual ? 0 : span_column(pen, plot, i, left);
        column = at > column ? at : column;
    }
    return column;
}

/* The words behind a span's letter, if the letter was drawn and they fit. */
static void draw_span_text(const struct pen *axis, const struct plot_span *span, int x)
{
    int label_w = pen_columns(axis, span->label), n = pen_columns(axis, span->text);
    const struct cell *letter = pen_at(axis, x, 0);
    bool has_letter = label_w && letter && letter->ch != ' ' && letter->fg == span->role;
    if (n && has_letter && is_free(axis, x + label_w + 1, n)) {
        pen_text(axis, x + label_w + 1, 0, style_of(ROLE_DIM), span->text);
    }
}

/* First the letters, then what the person did, then the words that name the spans: what comes later
 * takes what room is left, and nothing is cut. */
static void draw_axis(const struct pen *pen, const struct line_plot *plot,
                      struct plot_layout layout)
{
    struct rect row = {.x = layout.curves.x, .y = layout.axis_row, .w = layout.curves.w, .h = 1};
    struct pen axis = pen_sub(pen, row);
    pen_fill(&axis, pen_rect(&axis), style_of(ROLE_DEFAULT), ' ');
    for (int i = 0; i < plot->n_spans; i++) {
        int x = span_column(pen, plot, i, row.x);
        if (is_free(&axis, x, pen_columns(pen, plot->spans[i].label))) {
            pen_text(&axis, x, 0, style_bold(plot->spans[i].role), plot->spans[i].label);
        }
    }
    for (int i = 0; i < 2 * plot->n_markers; i++) {
        const struct plot_marker *marker = &plot->markers[i % plot->n_markers];
        bool is_turn =
            (marker->role == ROLE_BAD) == (i < plot->n_markers); /* what went wrong first */
        if (is_turn && is_inside(plot, marker->x)) {
            draw_marker_label(&axis, marker, line_plot_column(pen, plot, marker->x) - row.x,
                              letter_before(pen, plot, marker->x, row.x));
        }
    }
    for (int i = 0; i < plot->n_spans; i++) {
        draw_span_text(&axis, &plot->spans[i], span_column(pen, plot, i, row.x));
    }
}

void line_plot_draw(const struct pen *pen, const struct line_plot *plot)
{
    struct plot_layout layout = line_plot_layout(pen, plot);
    if (rect_is_empty(layout.curves)) {
        return;
    }
    draw_guides(pen, plot, layout.curves);
    draw_verticals(pen, plot, layout.curves);
    struct pen curves = pen_sub(pen, layout.curves);
    line_plot_bands(&curves, plot);
    draw_all_series(&curves, plot);
    draw_points(&curves, plot);
    if (pen->depth < DEPTH_256) {
        draw_signs(&curves, plot);
    }
    if (!rect_is_empty(layout.labels)) {
        struct rect with_gap = layout.labels;
        with_gap.x--;
        with_gap.w++;
        struct pen labels = pen_sub(pen, with_gap);
        line_plot_labels(&labels, plot, line_plot_label_size(pen, plot));
    }
    if (layout.axis_row >= 0) {
        draw_axis(pen, plot, layout);
    }
}
