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

/* What a probe has said of one part, or of the learner, as curve number l. */
static struct plot_series curve_of(const struct view *view, int probe, int i, int l,
                                   char label[NETWORK_NAME_MAX])
{
    const struct series *from = track_curve(view_track(view), (enum probe_id)probe, i);
    snprintf(label, NETWORK_NAME_MAX, "%s", probe_at((enum probe_id)probe)->name);
    if (probe_at((enum probe_id)probe)->index == PROBE_OF_PART) {
        network_part_name(&view_learner(view)->params, i, label, NETWORK_NAME_MAX);
    }
    return (struct plot_series){.x = from->step,
                                .y = from->value,
                                .n = from->n,
                                .role = l % 3 == 0   ? ROLE_TEXT
                                        : l % 3 == 1 ? ROLE_WARN
                                                     : ROLE_ACCENT,
                                .line = (enum line_style)(l % 3),
                                .label = label,
                                .sign = (uint32_t)(l < 9    ? '1' + l
                                                   : l < 35 ? 'a' + l - 9
                                                            : '+'),
                                .value = view->has_cursor ? series_at(from, view->cursor)
                                                          : series_last(from)};
}

static void draw(const struct pen *pen, const struct view *view)
{
    struct plot_series series[CURVES_MAX];
    char labels[CURVES_MAX][NETWORK_NAME_MAX];
    double window[2];
    int n = 0;
    view_window(view, window);
    for (int p = 0; p < PROBE_COUNT; p++) {
        const struct probe *probe = probe_at((enum probe_id)p);
        bool is_drawn = probe->index != PROBE_OF_TASK && strcmp(probe->unit, "%") == 0;
        int most = probe->index == PROBE_OF_PART ? view_learner(view)->n_parts : 1;
        for (int i = 0; is_drawn && i < most; i++, n++) {
            series[n] = curve_of(view, p, i, n, labels[n]);
        }
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
