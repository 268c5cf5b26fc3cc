/* SPDX-License-Identifier: MIT
 * Loss, and how far each layer has drifted since its task began, over the run; beside the drifts
 * other probes that are shares. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/panels/accuracy.h"
#include "ui/panels/panel.h"
#include "ui/widgets/line_plot.h"

enum { CURVES_MAX = PROBE_COUNT * NETWORK_PARTS_MAX };

/* A curve: what a probe has said of one part, or of the learner. */
struct curve {
    enum probe_id probe;
    int i;
};

/* Shares of a learner or of its parts, in the order of the table; returns how many. */
static int curves_of(const struct view *view, struct curve curves[CURVES_MAX])
{
    int n = 0;
    for (int p = 0; p < PROBE_COUNT; p++) {
        const struct probe *probe = probe_at((enum probe_id)p);
        int most = probe->index == PROBE_OF_PART ? view_learner(view)->n_parts : 1;
        bool is_drawn = probe->index != PROBE_OF_TASK && strcmp(probe->unit, "%") == 0;
        for (int i = 0; is_drawn && i < most; i++) {
            curves[n++] = (struct curve){(enum probe_id)p, i};
        }
    }
    return n;
}

/* A round top above the highest value in the window. */
static double top_of(const struct plot_series *series, int n, double from)
{
    static const double tops[] = {0.1, 0.2, 0.5, 1, 2, 5, 10};
    double highest = 0;
    size_t i = 0;
    for (int s = 0; s < n; s++) {
        for (int k = series[s].n - 1; k >= 0 && series[s].x[k] >= from; k--) {
            highest = isfinite(series[s].y[k]) ? fmax(highest, series[s].y[k]) : highest;
        }
    }
    while (i + 1 < sizeof tops / sizeof *tops && tops[i] < highest) {
        i++;
    }
    return tops[i];
}

static void draw(const struct pen *pen, const struct view *view)
{
    struct plot_series series[CURVES_MAX];
    struct curve curves[CURVES_MAX];
    char labels[CURVES_MAX][NETWORK_NAME_MAX];
    double window[2];
    int n = curves_of(view, curves);
    view_window(view, window);
    for (int l = 0; l < n; l++) {
        const struct probe *probe = probe_at(curves[l].probe);
        const struct series *from = track_curve(view_track(view), curves[l].probe, curves[l].i);
        double value = view->has_cursor ? series_at(from, view->cursor) : series_last(from);
        snprintf(labels[l], sizeof labels[l], "%s", probe->name);
        if (probe->index == PROBE_OF_PART) {
            network_part_name(&view_learner(view)->params, curves[l].i, labels[l],
                              sizeof labels[l]);
        }
        series[l] = (struct plot_series){.x = from->step,
                                         .y = from->value,
                                         .n = from->n,
                                         .role = l % 3 == 0   ? ROLE_TEXT
                                                 : l % 3 == 1 ? ROLE_WARN
                                                              : ROLE_ACCENT,
                                         .line = (enum line_style)(l % 3),
                                         .label = labels[l],
                                         .sign = (uint32_t)(l < 9    ? '1' + l
                                                            : l < 35 ? 'a' + l - 9
                                                                     : '+'),
                                         .value = value};
    }
    struct line_plot plot = {.x0 = window[0],
                             .x1 = window[1],
                             .top = top_of(series, n, window[0]),
                             .series = series,
                             .n_series = n,
                             .has_cursor = view->has_cursor,
                             .cursor = view->cursor};
    line_plot_draw(pen, &plot);
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    (void)columns;
    snprintf(text, size, "training loss %.3f", view_learner(view)->loss);
    if (!isfinite(view_learner(view)->loss)) {
        text[0] = '\0';
    }
}

const struct panel panel_layers = {
    .name = "layers",
    .title = "drift per layer, %",
    .about = "*What you see.* For each layer, how far its weights are from where they were when "
             "the present task "
             "began, relative to their size. In the frame: the training loss, a mean over the last "
             "steps.\n\n"
             "*What to look for.* At a boundary the curves start again from 0. Where tasks differ "
             "in their inputs (permuted, rotated) the first layer moves most; where they differ in "
             "their "
             "classes (split), the last. EWC and a low learning rate keep the curves low; what "
             "cannot move "
             "cannot learn.\n\n"
             "*Equation.* ‖W_l − W_l*‖ / ‖W_l*‖; loss −ln p(label), mean over the batch, in nats",
    .note = note,
    .draw = draw,
    .click = accuracy_click,
    .move = accuracy_move,
};
