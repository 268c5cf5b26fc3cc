/* SPDX-License-Identifier: MIT
 * The strategies: which are on, with which setting, doing what. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "ui/panels/panel.h"
#include "ui/widgets/text.h"

/* What it does now: "on since C", "3 anchors", "observing". */
static void state_text(const struct view *view, int i, char *text, size_t size)
{
    const struct strategy_state *state = &view_learner(view)->strategies[i];
    long since = view_on_since(view, i);
    int stage = timeline_stage_at(view->timeline, since);
    char letter[4];
    if (!state->is_on) {
        snprintf(text, size, "%s", state->is_observed ? "observing" : "");
    } else if (!view_was_on(view, i)) {
        snprintf(text, size, "in the next run"); /* it came on after the end */
    } else if (state->status[0] != '\0') {
        snprintf(text, size, "%s", state->status);
    } else if (since >= 0 && stage >= 0) {
        snprintf(text, size, "on since %s",
                 task_letter(view->timeline->stages[stage].task, letter));
    } else {
        snprintf(text, size, "on");
    }
}

static void draw_row(const struct pen *pen, const struct view *view, int y, int i)
{
    const struct strategy *strategy = strategy_at(i);
    bool is_on = view_learner(view)->strategies[i].is_on;
    bool is_selected = i == view->strategy && view->focus == PANEL_STRATEGIES;
    char knob[48] = "", state[48];
    struct style name =
        is_on ? style_bold(ROLE_TEXT) : style_of(is_selected ? ROLE_TEXT : ROLE_BODY);
    if (is_selected) {
        pen_glyph(pen, 0, y, style_bold(ROLE_ACCENT), GLYPH_RIGHT);
    }
    pen_printf(pen, 1, y, style_bold(ROLE_TEXT), "%d", i + 1);
    pen_glyph(pen, 3, y, style_of(is_on ? ROLE_GOOD : ROLE_DIM), is_on ? GLYPH_ON : GLYPH_OFF);
    pen_text(pen, 5, y, name, strategy->title);
    if (strategy->knob != PARAM_COUNT) {
        view_knob_text(view, strategy->knob, knob, sizeof knob);
    }
    pen_text_max(pen, 16, y, pen->area.w - 16, style_of(is_on ? ROLE_TEXT : ROLE_DIM), knob);
    state_text(view, i, state, sizeof state);
    if (16 + pen_columns(pen, knob) + 1 + pen_columns(pen, state) <= pen->area.w) {
        pen_text_right(pen, pen->area.w, y, style_of(is_on ? ROLE_GOOD : ROLE_DIM), state);
    }
}

/* Under the list, as much as there is room for: what the selected one is, and what it costs. */
static void draw_summary(const struct pen *pen, const struct view *view, int y)
{
    const struct strategy *strategy = strategy_at(view->strategy);
    char text[320], bytes[24];
    struct pen rest = pen_sub(pen, (struct rect){1, y, pen->area.w - 1, pen->area.h - y});
    size_t bytes_kept = view_learner(view)->strategies[view->strategy].bytes;
    view_count_text((double)bytes_kept, bytes, sizeof bytes);
    snprintf(text, sizeof text, "*%s* %s\n%s\nCosts %s; keeps %sB now.", strategy->title,
             strategy->summary, strategy->equation, strategy->cost, bytes);
    for (char *end = strrchr(text, '\n'); end && text_rows(&rest, text) > rest.area.h;
         end = strrchr(text, '\n')) {
        *end = '\0';
    }
    text_draw(&rest, 0, 0, style_of(ROLE_DIM), text);
}

/* Rows from one strategy to the next: three where each can explain itself. */
static int row_step(const struct pen *pen)
{
    return pen->area.h >= 3 * strategy_count() && pen->area.w >= 80 ? 3 : 1;
}

static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    (void)x;
    struct panel_lines lines = {0};
    int i = y >= 0 ? y / row_step(pen) : -1;
    if (i >= 0 && i < strategy_count()) {
        panel_line(&lines, "select %s", strategy_at(i)->name);
        panel_line(&lines, "strategy %s %s", strategy_at(i)->name,
                   view_learner(view)->strategies[i].is_on ? "off" : "on");
    }
    return lines;
}

static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    (void)pen;
    (void)dx;
    struct panel_lines lines = {0};
    int n = strategy_count();
    panel_line(&lines, "select %s", strategy_at((view->strategy + dy + n) % n)->name);
    return lines;
}

static void draw(const struct pen *pen, const struct view *view)
{
    int n = strategy_count(), step = row_step(pen);
    for (int i = 0; i < n && i * step < pen->area.h; i++) {
        draw_row(pen, view, i * step, i);
        if (step > 1) {
            const struct strategy *strategy = strategy_at(i);
            int x = 5 + pen_text(pen, 5, i * step + 1, style_of(ROLE_DIM), strategy->equation) + 3;
            x = x < 32 ? 32 : x;
            pen_text_max(pen, x, i * step + 1, pen->area.w - x, style_of(ROLE_DIM),
                         strategy->summary);
        }
    }
    if (step == 1 && pen->area.h > n + 1) {
        draw_summary(pen, view, n + 1);
    }
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    (void)columns;
    snprintf(text, size, "%s", view_is_live(view) ? "c consolidate" : "");
}

/* What each says of itself. */
static void describe(char *text, size_t size)
{
    size_t used = 0;
    for (int i = 0; i < strategy_count() && used < size; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s\n%s", strategy_at(i)->about,
                                 i + 1 == strategy_count() ? "\n" : "");
    }
}

const struct panel panel_strategies = {
    .name = "strategies",
    .title = "strategies",
    .about = "*What you see.* The ways to mitigate forgetting. A number key switches one on or "
             "off; any set can be on "
             "at once. Behind the name stands its main setting and what it is doing. \"Observing\" "
             "means that it is "
             "off but collects what it needs, so that it can be switched on later. An anchor "
             "is a copy of the weights that EWC holds on to; to consolidate is to do a task's end "
             "work now.\n\n"
             "None of them solves it: each is a point between plasticity (learning) and stability "
             "(keeping).\n\n"
             "*Keys here.* ↑ ↓ select · x or the number switches · c consolidates now · u unplugs "
             "LoRA\n\n"
             "_van de Ven, Tuytelaars & Tolias 2022, Nature Machine Intelligence_",
    .describe = describe,
    .note = note,
    .draw = draw,
    .click = click,
    .move = move,
};
