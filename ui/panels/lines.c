/* SPDX-License-Identifier: MIT */
#include "ui/panels/lines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "tasks/stream.h"
#include "ui/panels/accuracy.h"
#include "ui/panels/loading.h"

/* "▸ 0:12 / 3:45 ×2" of a recording that is played, "● rec" of one that is made. */
static int tape_right(const struct pen *pen, const struct tape *tape, int x)
{
    char text[96];
    if (tape->is_recording || tape->has_failed) {
        const char *word = tape->has_failed ? "not recorded" : "rec";
        x = pen_text_right(pen, x, 0, style_bold(ROLE_BAD), word) - 2;
        pen_glyph(pen, x, 0, style_bold(ROLE_BAD), GLYPH_ON);
        x -= 2;
    }
    if (tape->is_played) {
        long at = (long)tape->seconds, length = (long)tape->length;
        snprintf(text, sizeof text, "%s %ld:%02ld / %ld:%02ld  ×%.3g",
                 tape->is_paused ? "paused" : "playing", at / 60, at % 60, length / 60, length % 60,
                 tape->speed);
        x = pen_text_right(pen, x, 0, style_bold(ROLE_WARN), text) - 2;
    }
    return x;
}

/* The learner that is looked at, and its rate. */
static int learner_right(const struct pen *pen, const struct view *view, int x)
{
    const struct learner_state *learner = view_learner(view);
    char text[64];
    snprintf(text, sizeof text, "%.3g", learner->rate);
    x = pen_text_right(pen, x, 0, style_bold(ROLE_TEXT), text) - 1;
    x = pen_text_right(pen, x, 0, style_of(ROLE_DIM), "lr") - 2;
    view_learner_text(view, text, sizeof text);
    if (text[0] != '\0') {
        x = pen_text_right(pen, x, 0, style_bold(view_learner_role(learner)), text) - 2;
    }
    if (view->snapshot->is_to_all && text[0] != '\0') {
        x = pen_text_right(pen, x, 0, style_bold(ROLE_WARN), "keys reach all") - 2;
    }
    return x;
}

/* Right to left: what matters most stands outermost and stays longest. */
static int status_right(const struct pen *pen, const struct view *view)
{
    const struct snapshot *snapshot = view->snapshot;
    char text[64], count[16];
    int x = pen->area.w - 1;
    static const struct {
        const char *text;
        enum role role;
    } states[] = {[LAB_TRAINING] = {"", ROLE_TEXT},
                  [LAB_PAUSED] = {"paused", ROLE_WARN},
                  [LAB_DIVERGED] = {"diverged", ROLE_BAD},
                  [LAB_ENDED] = {"the end", ROLE_WARN}};
    if (view->loading.is_on) {
        loading_status(view, text, sizeof text);
        x = pen_text_right(pen, x, 0, style_bold(ROLE_WARN), text) - 2;
        return learner_right(pen, view, x);
    }
    if (isfinite(snapshot->taken_again)) {
        snprintf(text, sizeof text, "again %.0f %%", 100 * snapshot->taken_again);
        x = pen_text_right(pen, x, 0, style_bold(ROLE_WARN), text) - 2;
    }
    if (isfinite(snapshot->consolidated)) {
        snprintf(text, sizeof text, "consolidates %.0f %%", 100 * snapshot->consolidated);
        x = pen_text_right(pen, x, 0, style_bold(ROLE_WARN), text) - 2;
    }
    x = tape_right(pen, &view->tape, x);
    if (states[snapshot->state].text[0] != '\0' && !view->tape.is_played) {
        x = pen_text_right(pen, x, 0, style_bold(states[snapshot->state].role),
                           states[snapshot->state].text) -
            2;
    }
    snprintf(text, sizeof text, "step %ld", snapshot->step);
    x = pen_text_right(pen, x, 0, style_of(ROLE_TEXT), text) - 2;
    if (view->tape.is_played) {
        text[0] = '\0';
    } else if (snapshot->speed > 0) {
        snprintf(text, sizeof text, "×%.3g", snapshot->speed / view->facts->pace);
    } else {
        snprintf(text, sizeof text, "full speed");
    }
    x = pen_text_right(pen, x, 0, style_of(ROLE_TEXT), text) - 2;
    if (pen->area.w >= 100 && snapshot->samples_per_second > 0) {
        snprintf(text, sizeof text, "%s ex/s",
                 view_count_text(snapshot->samples_per_second, count, sizeof count));
        x = pen_text_right(pen, x, 0, style_of(ROLE_DIM), text) - 2;
    }
    return learner_right(pen, view, x);
}

void lines_status(const struct pen *pen, const struct view *view)
{
    const struct facts *facts = view->facts;
    char text[256], net[NET_TEXT_MAX] = "";
    int end = status_right(pen, view), x = 1;
    if (!view->loading.is_on) { /* of whom the rate is */
        view_net_text(facts, &view_learner(view)->params, net);
    }
    x += pen_text(pen, x, 0, style_bold(ROLE_TITLE), "oubli") + 2;
    int n = view_n_tasks(view); /* with what was taught */
    snprintf(text, sizeof text, "%s · %s · %d task%s · %s", facts->data, facts->suite, n,
             n == 1 ? "" : "s", net[0] ? net : facts->net);
    if (view->loading.is_bare) { /* the data says the rest */
        snprintf(text, sizeof text, facts->n_tasks > 0 ? "%s · %s · %d task%s" : "%s · %s",
                 facts->data, facts->suite, facts->n_tasks, facts->n_tasks == 1 ? "" : "s");
    }
    for (char *dot = text; dot && pen_columns(pen, text) > end - x;) {
        dot = NULL; /* whole parts are left out, the last first */
        for (char *at = strstr(text, " · "); at; at = strstr(at + 1, " · ")) {
            dot = at;
        }
        if (dot) {
            *dot = '\0';
        }
    }
    pen_text_max(pen, x, 0, end - x, style_of(ROLE_BODY), text);
}

/* The stages shown: all of them where a stretch has at least 6 columns, else the last ones. */
struct stretch {
    int first, n; /* stages */
    int w;        /* columns of the line */
};

enum { STRETCH_LEAST = 6 };

static struct stretch fit(const struct pen *pen, const struct view *view)
{
    int n = view->snapshot->n_stages, w = pen->area.w - 2, most = w / STRETCH_LEAST;
    most = most < 1 ? 1 : most;
    if (n <= most) {
        return (struct stretch){0, n, w};
    }
    int first = view->snapshot->stage - most + 2;
    first = first > n - most ? n - most : first;
    return (struct stretch){first < 0 ? 0 : first, most, w};
}

static int stretch_x(const struct stretch *stretch, int i)
{
    return 1 + (int)((long)(i - stretch->first) * stretch->w / stretch->n);
}

/* How much of the stage is done, 0 .. 1. */
static double stage_done(const struct view *view, int stage)
{
    const struct snapshot *snapshot = view->snapshot;
    if (stage < snapshot->stage) {
        return 1;
    }
    if (stage > snapshot->stage || snapshot->stage_steps <= 0) {
        return 0;
    }
    return (double)snapshot->stage_step / (double)snapshot->stage_steps;
}

static void draw_stage(const struct pen *pen, const struct view *view,
                       const struct stretch *stretch, int i)
{
    int x0 = stretch_x(stretch, i), x1 = stretch_x(stretch, i + 1) - 1,
        task = view_stage_task(view, i);
    char letter[4], badge[8];
    bool is_begun = i < view->timeline->n_stages;
    snprintf(badge, sizeof badge, " %s ", task_letter(task, letter));
    int at = x0 + pen_text(pen, x0, 0, is_begun ? style_badge(task) : style_of(ROLE_DIM), badge);
    int done = at + (int)((x1 - at) * stage_done(view, i) + 0.5);
    for (int x = at; x < x1; x++) {
        bool is_done = x < done;
        pen_glyph(pen, x, 0, style_of(is_done ? style_task(task) : ROLE_FAINT),
                  is_done ? GLYPH_TIME : GLYPH_TIME_REST);
    }
}

/* Columns at a stage's beginning that stand for no step: its badge. */
static int head_of(const struct view *view)
{
    return view->timeline->is_stream ? 0 : 3;
}

/* Of a stream: columns in the colours of the tasks that come, as many of each as its share says;
 * the badge in the middle of its time.  No gap: nothing begins there. */
static void draw_drift(const struct pen *pen, const struct view *view,
                       const struct stretch *stretch, int i)
{
    static const int order[] = {0, 4, 2, 6, 1, 5, 3, 7}; /* spreads the few among the many */
    int x0 = stretch_x(stretch, i), x1 = stretch_x(stretch, i + 1), task = view_stage_task(view, i);
    int done = x0 + (int)((x1 - x0) * stage_done(view, i) + 0.5);
    char letter[4], badge[8];
    for (int x = x0; x < x1; x++) {
        double time = i + (x - x0 + 0.5) / (x1 - x0);
        int comes = stream_draw(view->facts->n_tasks, time, (order[x % 8] + 0.5) / 8);
        pen_glyph(pen, x, 0, style_of(style_task(comes)), x < done ? GLYPH_TIME : GLYPH_TIME_REST);
    }
    snprintf(badge, sizeof badge, " %s ", task_letter(task, letter));
    pen_text(pen, (x0 + x1 - pen_columns(pen, badge)) / 2, 0,
             i < view->timeline->n_stages ? style_badge(task) : style_of(ROLE_DIM), badge);
}

/* The column of a step inside its stage, -1 where the stage is not shown. */
static int step_column(const struct view *view, const struct stretch *stretch, long step)
{
    const struct timeline *timeline = view->timeline;
    int i = timeline_stage_at(timeline, step);
    if (i < stretch->first || i >= stretch->first + stretch->n) {
        return -1;
    }
    const struct stage *stage = &timeline->stages[i];
    long length = stage->end >= 0 ? stage->end - stage->begin : view->snapshot->stage_steps;
    int x0 = stretch_x(stretch, i) + head_of(view), x1 = stretch_x(stretch, i + 1) - 1;
    return x0 + (length > 0 ? (int)((step - stage->begin) * (x1 - x0) / length) : 0);
}

void lines_timeline(const struct pen *pen, const struct view *view)
{
    struct stretch stretch = fit(pen, view);
    for (int i = stretch.first; i < stretch.first + stretch.n; i++) {
        if (view->timeline->is_stream) {
            draw_drift(pen, view, &stretch, i);
        } else {
            draw_stage(pen, view, &stretch, i);
        }
    }
    for (int i = 0; i < view->timeline->n_marks; i++) {
        char label[8];
        accuracy_mark_label(view->timeline, i, label, sizeof label);
        int x = label[0] != '\0' ? step_column(view, &stretch, view->timeline->marks[i].step) : -1;
        if (x >= 0 && !accuracy_mark_goes_on(view, i)) {
            pen_glyph(pen, x, 0, style_bold(ROLE_TEXT), GLYPH_TICK);
        }
    }
    if (stretch.first > 0) {
        pen_glyph(pen, 0, 0, style_of(ROLE_DIM), GLYPH_ELLIPSIS);
    }
    if (stretch.first + stretch.n < view->snapshot->n_stages) {
        pen_glyph(pen, pen->area.w - 1, 0, style_of(ROLE_DIM), GLYPH_ELLIPSIS);
    }
}

long lines_timeline_step(const struct pen *pen, const struct view *view, int column)
{
    struct stretch stretch = fit(pen, view);
    const struct timeline *timeline = view->timeline;
    for (int i = stretch.first; i < stretch.first + stretch.n && i < timeline->n_stages; i++) {
        int x0 = stretch_x(&stretch, i), x1 = stretch_x(&stretch, i + 1);
        if (column >= x0 && column < x1) {
            const struct stage *stage = &timeline->stages[i];
            long length = stage->end >= 0 ? stage->end - stage->begin : view->snapshot->stage_steps;
            int head = head_of(view);
            double part = fmin(fmax((column - x0 - head) / fmax(x1 - x0 - head - 1, 1), 0), 1);
            return stage->begin + (long)(part * (double)length);
        }
    }
    return -1;
}

/* Columns per strategy in the strip, and how many fit in a row. */
static int strip_width(const struct pen *pen)
{
    int per_row = (strategy_count() + pen->area.h - 1) / (pen->area.h > 0 ? pen->area.h : 1);
    return (pen->area.w - 1) / (per_row > 0 ? per_row : 1);
}

void lines_strategies(const struct pen *pen, const struct view *view)
{
    int w = strip_width(pen), per_row = w > 0 ? (pen->area.w - 1) / w : 1;
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        bool is_on = view_learner(view)->strategies[i].is_on;
        int x = 1 + i % per_row * w, y = i / per_row;
        char text[64], knob[40] = "";
        if (strategy->knob != PARAM_COUNT && is_on) {
            view_knob_text(view, strategy->knob, knob, sizeof knob);
        }
        if (view->focus == PANEL_STRATEGIES && i == view->strategy) {
            pen_glyph(pen, x - 1, y, style_bold(ROLE_ACCENT), GLYPH_RIGHT);
        }
        pen_printf(pen, x, y, style_bold(ROLE_TEXT), "%d", i + 1);
        pen_glyph(pen, x + 2, y, style_of(is_on ? ROLE_GOOD : ROLE_DIM),
                  is_on ? GLYPH_ON : GLYPH_OFF);
        snprintf(text, sizeof text, "%s", strategy->title);
        int used = pen_text_max(pen, x + 4, y, w - 5,
                                is_on ? style_bold(ROLE_TEXT) : style_of(ROLE_BODY), text);
        if (used + 6 + pen_columns(pen, knob) <= w) {
            pen_text(pen, x + 5 + used, y, style_of(ROLE_TEXT), knob);
        }
    }
}

int lines_strategy_at(const struct pen *pen, const struct view *view, int x, int y)
{
    (void)view;
    int w = strip_width(pen), per_row = w > 0 ? (pen->area.w - 1) / w : 1,
        i = y * per_row + (x - 1) / (w > 0 ? w : 1);
    return x >= 1 && y >= 0 && y < pen->area.h && i < strategy_count() ? i : -1;
}
