/* SPDX-License-Identifier: MIT
 * Bands around the curves: how far repetitions lie apart. */
#include <math.h>
#include <stddef.h>

#include "ui/widgets/canvas.h"
#include "ui/widgets/line_plot.h"
#include "ui/widgets/line_plot_inside.h"

enum { TAGS = 255 };

/* A band's dots are no curve's: they give way to every one. */
struct band {
    const struct canvas *canvas;
    const struct line_plot *plot;
    const struct plot_series *series;
};

static int dot_row(const struct band *band, double y)
{
    return (int)lround((1 - line_plot_up(band->plot, y)) * (band->canvas->h - 1));
}

/* One dot column from low to high: every dot, or every second one, those of neighbours between. */
static void fill_column(const struct band *band, int x, double low, double high, bool is_sparse)
{
    if (!isfinite(low) || !isfinite(high)) {
        return;
    }
    for (int y = dot_row(band, high); y <= dot_row(band, low); y++) {
        if (!is_sparse || (x + y) % 2 == 0) {
            canvas_dot(band->canvas, x, y, style_of(band->series->band_role), TAGS);
        }
    }
}

/* Between point k and the next. */
static void fill_stretch(const struct band *band, int k)
{
    const struct plot_series *series = band->series;
    int from = line_plot_dot_column(band->canvas, band->plot, series->x[k]);
    int to = line_plot_dot_column(band->canvas, band->plot, series->x[k + 1]);
    for (int x = from; x <= to; x++) {
        double at = to > from ? (double)(x - from) / (to - from) : 0;
        fill_column(band, x, series->low[k] + at * (series->low[k + 1] - series->low[k]),
                    series->high[k] + at * (series->high[k + 1] - series->high[k]), true);
    }
}

static void draw_band(const struct band *band)
{
    const struct plot_series *series = band->series;
    bool is_fine = band->canvas->dots_y > 2;
    for (int k = 0; is_fine && k + 1 < series->n; k++) {
        fill_stretch(band, k);
    }
    for (int k = 0; k < series->n; k++) { /* a point between gaps has a bar in any case */
        bool is_alone = (k == 0 || !isfinite(series->low[k - 1])) &&
                        (k + 1 == series->n || !isfinite(series->low[k + 1]));
        if (!is_fine || is_alone) {
            fill_column(band, line_plot_dot_column(band->canvas, band->plot, series->x[k]),
                        series->low[k], series->high[k], false);
        }
    }
}

void line_plot_bands(const struct pen *curves, const struct line_plot *plot)
{
    struct canvas canvas = canvas_make(curves);
    for (int i = 0; canvas.w > 0 && canvas.h > 0 && i < plot->n_series; i++) {
        struct band band = {&canvas, plot, &plot->series[i]};
        if (band.series->low && band.series->high) {
            draw_band(&band);
        }
    }
}
