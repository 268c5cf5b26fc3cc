/* SPDX-License-Identifier: MIT
 * The curves of one probe over the run, the drift of each layer unless another one is chosen: one
 * for each part, layer or task that it speaks of, or those of one task. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/panels/cursor.h"
#include "ui/panels/panel.h"
#include "ui/panels/profile.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/text.h"

enum { CURVES_MAX = NETWORK_PARTS_MAX };
enum { LOSS_COLUMNS = 20 }; /* of what the note says of the loss */
enum { FEW_POINTS = 24 };   /* a curve of so many or fewer is hard to see between them */

_Static_assert((int)CURVES_MAX >= (int)PROBE_LAYERS_MAX, "a curve for each part or layer");

#define SEPARATOR " · " /* in names of parts */

/* Curves of the probe that is shown. */
struct curves {
    int n, numbers[CURVES_MAX]; /* of its values */
    char names[CURVES_MAX][NETWORK_NAME_MAX];
};

static const struct probe *probe_shown(const struct view *view)
{
    return probe_at(view->probe);
}

static const struct series *series_shown(const struct view *view, int number)
{
    return track_curve(view_track(view), view->probe, number);
}

static bool is_of_one_task(const struct probe *probe)
{
    return probe->index >= PROBE_OF_TASK_AND_LAYER;
}

/* Something has been said of the task. */
static bool says(const struct view *view, int task)
{
    const struct probe *probe = probe_shown(view);
    int n_tasks = view_track(view)->n_tasks, n = probe_size(probe, 1);
    bool is_any = false;
    for (int i = 0; task < n_tasks && i < n && !is_any; i++) {
        is_any = series_shown(view, task * n + i)->n > 0;
    }
    return is_any;
}

/* Whose curves are shown, of a probe that has some for each task: the chosen one's, else those of
 * the first that has any; -1: none has. */
static int task_shown(const struct view *view)
{
    int n = view_track(view)->n_tasks;
    if (view->compare == COMPARE_TASK && says(view, view->compare_task)) {
        return view->compare_task;
    }
    for (int t = 0; t < n; t++) {
        if (says(view, t)) {
            return t;
        }
    }
    return -1;
}

static void name_curve(const struct view *view, const struct probe_keys *keys,
                       char name[NETWORK_NAME_MAX])
{
    if (keys->part >= 0) {
        network_part_name(&view_learner(view)->params, keys->part, name, NETWORK_NAME_MAX);
    } else if (keys->layer >= 0) {
        probe_layer_name(&view_learner(view)->params, keys->layer, name, NETWORK_NAME_MAX);
    } else if (keys->module >= 0) {
        network_module_name(&view_learner(view)->params, keys->module, name, NETWORK_NAME_MAX);
    } else if (keys->task >= 0) {
        task_letter(keys->task, name);
    } else {
        snprintf(name, NETWORK_NAME_MAX, "%s", probe_shown(view)->name);
    }
}

/* Parts that the network has, however little is said of them; of the others what is said. */
static void find_curves(const struct view *view, struct curves *curves)
{
    const struct probe *probe = probe_shown(view);
    const struct track *track = view_track(view);
    int first = 0, n = probe_size(probe, track->n_tasks), task = -1;
    curves->n = 0;
    if (is_of_one_task(probe)) {
        task = task_shown(view);
        n = task < 0 ? 0 : probe_size(probe, 1);
        first = task < 0 ? 0 : task * n;
    }
    for (int i = first; i < first + n && curves->n < CURVES_MAX; i++) {
        struct probe_keys keys = probe_keys(probe, i);
        bool is_part = keys.part >= 0 && keys.part < view_learner(view)->n_parts;
        if (keys.module >= network_n_modules(&view_learner(view)->params)) {
            break; /* a file may speak of what there is not */
        }
        if (is_part || (keys.part < 0 && series_shown(view, i)->n > 0)) {
            keys.task = task >= 0 ? -1 : keys.task; /* it goes without saying */
            name_curve(view, &keys, curves->names[curves->n]);
            curves->numbers[curves->n++] = i;
        }
    }
}

/* ---- the axis ---- */

/* A round number not below x >= 0. */
static double round_up(double x)
{
    double power = x > 0 ? pow(10, floor(log10(x))) : 1;
    static const double digits[] = {1, 2, 5, 10};
    for (size_t i = 0; i < sizeof digits / sizeof *digits; i++) {
        if (digits[i] * power >= x) {
            return digits[i] * power;
        }
    }
    return x;
}

/* Round ends around 0 and all values in the window; shares are shown from 10 % up. */
static void set_ends(struct line_plot *plot)
{
    static const double least_share = 0.1, most_share = 10, least = 1e-3;
    double low = 0, high = 0;
    for (int s = 0; s < plot->n_series; s++) {
        const struct plot_series *series = &plot->series[s];
        for (int k = series->n - 1; k >= 0 && series->x[k] >= plot->x0; k--) {
            low = isfinite(series->y[k]) ? fmin(low, series->y[k]) : low;
            high = isfinite(series->y[k]) ? fmax(high, series->y[k]) : high;
        }
    }
    plot->top = plot->is_number ? round_up(fmax(high, low < 0 ? 0 : least))
                                : fmin(round_up(fmax(high, least_share)), most_share);
    plot->top = high > 0 || low >= 0 ? plot->top : 0;
    plot->bottom = low < 0 ? -round_up(-low) : 0;
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

static void stand_for_task(struct plot_series *series, int task, const char *name)
{
    series->role = style_task(task);
    series->label = name;
    series->sign = (uint32_t)(unsigned char)name[0];
}

static bool is_always(const struct view *view)
{
    return probe_shown(view)->when == PROBE_ALWAYS;
}

/* What was measured before it was switched off: it says nothing of now. */
static bool is_off(const struct view *view)
{
    return !is_always(view) && !(view->timeline->probes >> view->probe & 1u);
}

static struct plot_series series_of(const struct view *view, int number)
{
    const struct series *from = series_shown(view, number);
    return (struct plot_series){.x = from->step,
                                .y = from->value,
                                .n = from->n,
                                .role = ROLE_FAINT,
                                .has_points = from->n <= FEW_POINTS && !is_always(view),
                                .value = view->has_cursor ? series_at(from, view->cursor)
                                                          : series_last(from)};
}

/* The curves, those of other blocks than the chosen part's first and faint; returns how many. */
static int fill_parts(const struct view *view, const struct curves *curves,
                      struct plot_series series[CURVES_MAX])
{
    int n = 0, n_beside = 0;
    char chosen[NETWORK_NAME_MAX];
    network_part_name(&view_learner(view)->params, view->map.part, chosen, sizeof chosen);
    for (int pass = 0; pass < 2; pass++) {
        for (int l = 0; l < curves->n; l++) {
            if (is_beside(curves->names[l], chosen) == pass) {
                series[n] = series_of(view, curves->numbers[l]);
                if (pass) {
                    series[n].has_focus = n > n_beside && strcmp(curves->names[l], chosen) == 0;
                    stand_out(&series[n], n_beside++, curves->names[l]);
                }
                n++;
            }
        }
    }
    return n;
}

static int fill_series(const struct view *view, const struct curves *curves,
                       struct plot_series series[CURVES_MAX])
{
    const struct probe *probe = probe_shown(view);
    if (probe->index == PROBE_OF_PART) {
        return fill_parts(view, curves, series);
    }
    for (int i = 0; i < curves->n; i++) {
        series[i] = series_of(view, curves->numbers[i]);
        if (probe->index == PROBE_OF_TASK) {
            stand_for_task(&series[i], curves->numbers[i], curves->names[i]);
        } else {
            stand_out(&series[i], i, curves->names[i]);
        }
        series[i].role = is_off(view) ? ROLE_DIM : series[i].role;
    }
    return curves->n;
}

/* Nothing has been said yet. */
static bool is_silent(const struct view *view)
{
    return !is_always(view) && !track_has(view_track(view), view->probe);
}

/* What makes a silent one speak. */
static void draw_silence(const struct pen *pen, const struct view *view)
{
    char text[128];
    const struct probe *probe = probe_shown(view);
    bool is_over = view->snapshot->state == LAB_ENDED;
    if (is_off(view)) {
        snprintf(text, sizeof text, "*:probe %s on*", probe->name);
    } else {
        snprintf(text, sizeof text, "It is on: %s%s.", probe_when_words(probe->when),
                 probe->first_stage >= view->timeline->n_stages ? ", from the second task on" : "");
    }
    int y = pen->area.h / 2 - 1;
    struct pen inside = pen_sub(pen, (struct rect){1, 0, pen->area.w - 1, pen->area.h});
    pen_text(&inside, 0, y, style_of(ROLE_DIM), "not measured yet");
    if (view_is_live(view)) {
        y += 1 + text_draw(&inside, y + 1, 0, style_of(ROLE_BODY), text);
        if (is_over) {
            text_draw(&inside, y + 1, 0, style_of(ROLE_BODY),
                      "This session is over: *R* begins it again.");
        }
    }
}

static struct line_plot plot_of(const struct view *view, const struct curves *curves,
                                struct plot_series series[CURVES_MAX])
{
    double window[2];
    view_window(view, window);
    struct line_plot plot = {.x0 = window[0],
                             .x1 = window[1],
                             .is_number = strcmp(probe_shown(view)->unit, "%") != 0,
                             .series = series,
                             .n_series = fill_series(view, curves, series),
                             .has_cursor = view->has_cursor,
                             .cursor = view->cursor};
    set_ends(&plot);
    return plot;
}

/* The last step at which anything was measured; -1: none. */
static double last_step(const struct view *view)
{
    const struct track *track = view_track(view);
    int n = probe_size(probe_shown(view), track->n_tasks);
    double last = -1;
    for (int i = 0; i < n; i++) {
        const struct series *series = series_shown(view, i);
        last = series->n > 0 ? fmax(last, series->step[series->n - 1]) : last;
    }
    return last;
}

/* "off · last at step 420", "last at step 420" of what should have spoken since the task began. */
static void draw_age(const struct pen *pen, const struct view *view)
{
    const struct timeline *timeline = view->timeline;
    double last = last_step(view);
    long begin = timeline->n_stages > 0 ? timeline->stages[timeline->n_stages - 1].begin : 0;
    bool is_late = probe_shown(view)->when == PROBE_AT_LOOKS && last < (double)begin;
    bool is_old = !view->has_cursor && last >= 0 && (is_off(view) || is_late);
    if (is_old) {
        char text[48];
        snprintf(text, sizeof text, "%slast at step %.0f", is_off(view) ? "off · " : "", last);
        pen_text_right(pen, pen->area.w, pen->area.h - 1, style_of(ROLE_DIM), text);
    }
}

static void draw(const struct pen *pen, const struct view *view)
{
    struct plot_series series[CURVES_MAX];
    struct curves curves;
    if (is_silent(view)) {
        draw_silence(pen, view);
        return;
    }
    if (probe_shown(view)->n_points > 0) {
        profile_draw(pen, view, task_shown(view));
    } else {
        find_curves(view, &curves);
        struct line_plot plot = plot_of(view, &curves, series);
        line_plot_draw(pen, &plot);
    }
    draw_age(pen, view);
}

/* ---- the cursor ---- */

static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    (void)y;
    struct plot_series series[CURVES_MAX];
    struct curves curves;
    find_curves(view, &curves);
    struct line_plot plot = plot_of(view, &curves, series);
    return cursor_click(pen, view, &plot, x);
}

static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    (void)dy;
    struct plot_series series[CURVES_MAX];
    const struct series *shown[CURVES_MAX];
    struct curves curves;
    find_curves(view, &curves);
    if (abs(dx) == PANEL_POINT) {
        for (int i = 0; i < curves.n; i++) {
            shown[i] = series_shown(view, curves.numbers[i]);
        }
        return cursor_next_point(view, shown, curves.n, dx / PANEL_POINT);
    }
    struct line_plot plot = plot_of(view, &curves, series);
    return cursor_move(pen, view, &plot, dx);
}

/* ---- the note ---- */

static void note_drift(const struct view *view, int columns, char *text, size_t size)
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
    if (!isfinite(learner->loss) || view_is_past(view)) { /* it is the present one */
        text[0] = '\0';
    }
}

/* "lowest 42 at step 463" of what is taken at single steps: the minimum accuracy. */
static void note_lowest(const struct view *view, const struct curves *curves, int columns,
                        char *text, size_t size)
{
    enum { STEP_COLUMNS = 26 };
    double lowest = (double)INFINITY, step = 0;
    for (int i = 0; i < curves->n; i++) {
        const struct series *series = series_shown(view, curves->numbers[i]);
        int n = view->has_cursor ? series_count(series, view->cursor) : series->n;
        for (int k = 0; k < n; k++) {
            step = series->value[k] < lowest ? series->step[k] : step;
            lowest = fmin(lowest, series->value[k]);
        }
    }
    if (isfinite(lowest)) {
        int used = snprintf(text, size, "lowest %d", percent(lowest));
        if (columns >= STEP_COLUMNS) {
            snprintf(text + used, size - (size_t)used, " at step %.0f", step);
        }
    }
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    const struct probe *probe = probe_shown(view);
    struct curves curves;
    char letter[4];
    find_curves(view, &curves);
    if (probe->when == PROBE_ALWAYS) {
        note_drift(view, columns, text, size);
    } else if (is_silent(view)) {
        text[0] = '\0';
    } else if (probe->when == PROBE_AT_STEPS) {
        note_lowest(view, &curves, columns, text, size);
    } else if (is_of_one_task(probe) && (probe->n_points == 0 || probe->n_columns > 0)) {
        snprintf(text, size, "of task %s", task_letter(task_shown(view), letter));
    }
}

static struct panel_text shown(const struct view *view)
{
    return (struct panel_text){probe_shown(view)->title, probe_shown(view)->about};
}

const struct panel panel_layers = {
    .name = "layers",
    .title = "drift per layer, %",
    .about = "*What you see.* The curves of a probe: what *probe* NAME has chosen.",
    .shown = shown,
    .note = note,
    .draw = draw,
    .click = click,
    .move = move,
};
