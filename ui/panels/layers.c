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
enum { LOSS_COLUMNS = 20 }; /* of what the note says of the loss */

#define SEPARATOR " · " /* in names of parts */

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

/* ---- parts that belong together ---- */

/* Bytes of a part's name that say where it is: "block 1 · " of "block 1 · keys"; 0 of "layer 1". */
static size_t place_length(const char *name)
{
    const char *dot = strstr(name, SEPARATOR);
    return dot ? (size_t)(dot - name) + strlen(SEPARATOR) : 0;
}

/* True if both are in the same block, or in none. */
static bool is_beside(const char *name, const char *other)
{
    size_t length = place_length(name);
    return length == place_length(other) && strncmp(name, other, length) == 0;
}

/* A curve that is looked at: number i of those. */
static void stand_out(struct plot_series *series, int i, const char *name)
{
    static const enum role roles[] = {ROLE_TEXT, ROLE_WARN, ROLE_ACCENT};
    series->role = roles[i % 3];
    series->line = (enum line_style)((i + i / 3) % 3);
    series->label = name + place_length(name);
    series->has_sign_before = place_length(name) > 0; /* there are too many for lines alone */
    series->sign = (uint32_t)(i < 9 ? '1' + i : 'a' + i - 9);
}

static struct plot_series series_of(const struct view *view, const struct curve *curve)
{
    const struct series *from = track_curve(view_track(view), curve->probe, curve->i);
    return (struct plot_series){.x = from->step,
                                .y = from->value,
                                .n = from->n,
                                .role = ROLE_FAINT,
                                .value = view->has_cursor ? series_at(from, view->cursor)
                                                          : series_last(from)};
}

static void name_curve(const struct view *view, const struct curve *curve,
                       char name[NETWORK_NAME_MAX])
{
    const struct probe *probe = probe_at(curve->probe);
    snprintf(name, NETWORK_NAME_MAX, "%s", probe->name);
    if (probe->index == PROBE_OF_PART) {
        network_part_name(&view_learner(view)->params, curve->i, name, NETWORK_NAME_MAX);
    }
}

/* The curves, those of other blocks than the chosen part's first and faint; returns how many. */
static int fill_series(const struct view *view, struct plot_series series[CURVES_MAX],
                       char names[CURVES_MAX][NETWORK_NAME_MAX])
{
    struct curve curves[CURVES_MAX];
    int n_curves = curves_of(view, curves), n = 0, n_beside = 0;
    char chosen[NETWORK_NAME_MAX];
    network_part_name(&view_learner(view)->params, view->map.part, chosen, sizeof chosen);
    for (int l = 0; l < n_curves; l++) {
        name_curve(view, &curves[l], names[l]);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (int l = 0; l < n_curves; l++) {
            if (is_beside(names[l], chosen) == pass) {
                series[n] = series_of(view, &curves[l]);
                if (pass) {
                    series[n].has_focus = n > n_beside && strcmp(names[l], chosen) == 0;
                    stand_out(&series[n], n_beside++, names[l]);
                }
                n++;
            }
        }
    }
    return n;
}

static void draw(const struct pen *pen, const struct view *view)
{
    struct plot_series series[CURVES_MAX];
    char names[CURVES_MAX][NETWORK_NAME_MAX];
    double window[2];
    int n = fill_series(view, series, names);
    view_window(view, window);
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
    char name[NETWORK_NAME_MAX], place[2 * NETWORK_NAME_MAX] = "";
    const struct learner_state *learner = view_learner(view);
    network_part_name(&learner->params, view->map.part, name, sizeof name);
    size_t length = place_length(name);
    if (length > 0) {
        bool has_room = columns >= LOSS_COLUMNS + (int)length;
        size_t shown = has_room ? length : length - strlen(SEPARATOR);
        snprintf(text, size, "%.*s", (int)shown, name);
        if (!has_room) {
            return;
        }
        snprintf(place, sizeof place, "%s", text);
    }
    snprintf(text, size, "%straining loss %.3f", place, learner->loss);
    if (!isfinite(learner->loss)) {
        text[0] = '\0';
    }
}

const struct panel panel_layers = {
    .name = "layers",
    .title = "drift per layer, %",
    .about = "*What you see.* For each part, how far its weights are from where they were when "
             "the present task "
             "began, relative to their size. Of a network of many parts those of one block have "
             "names and "
             "colours, the others are faint; *l* goes on to the next part. In the frame: the "
             "training loss, a mean over the last steps.\n\n"
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
