/* SPDX-License-Identifier: MIT
 * Loss, and how far each layer has drifted since its task began, over the run. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/panels/accuracy.h"
#include "ui/panels/panel.h"
#include "ui/widgets/line_plot.h"

enum { LOSS_COLUMNS = 20 }; /* of what the note says of the loss */

#define SEPARATOR " · " /* in names of parts */

/* A round top above the highest drift in the window. */
static double top_of(const struct view *view, double from)
{
    static const double tops[] = {0.1, 0.2, 0.5, 1, 2, 5, 10};
    double highest = 0;
    size_t i = 0;
    for (int l = 0; l < view_learner(view)->n_parts; l++) {
        const struct series *series = &view_track(view)->drift[l];
        for (int k = series->n - 1; k >= 0 && series->step[k] >= from; k--) {
            highest = isfinite(series->value[k]) ? fmax(highest, series->value[k]) : highest;
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

/* The curves, those of other blocks than the chosen part's first and faint; returns how many. */
static int fill_series(const struct view *view, struct plot_series series[NETWORK_PARTS_MAX],
                       char names[NETWORK_PARTS_MAX][NETWORK_NAME_MAX])
{
    const struct learner_state *learner = view_learner(view);
    int n = 0, n_beside = 0;
    for (int l = 0; l < learner->n_parts; l++) {
        network_part_name(&learner->params, l, names[l], sizeof *names);
    }
    int chosen = view->map.part < learner->n_parts ? view->map.part : 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int l = 0; l < learner->n_parts; l++) {
            if (is_beside(names[l], names[chosen]) != pass) {
                continue;
            }
            const struct series *from = &view_track(view)->drift[l];
            series[n] = (struct plot_series){
                .x = from->step,
                .y = from->value,
                .n = from->n,
                .role = ROLE_FAINT,
                .value = view->has_cursor ? series_at(from, view->cursor) : series_last(from)};
            if (pass) {
                series[n].has_focus = n > n_beside && l == chosen;
                stand_out(&series[n], n_beside++, names[l]);
            }
            n++;
        }
    }
    return n;
}

static void draw(const struct pen *pen, const struct view *view)
{
    struct plot_series series[NETWORK_PARTS_MAX];
    char names[NETWORK_PARTS_MAX][NETWORK_NAME_MAX];
    double window[2];
    view_window(view, window);
    struct line_plot plot = {.x0 = window[0],
                             .x1 = window[1],
                             .top = top_of(view, window[0]),
                             .series = series,
                             .n_series = fill_series(view, series, names),
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
