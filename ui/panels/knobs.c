/* SPDX-License-Identifier: MIT
 * The knobs: every setting that can be changed while it trains. */
#include "ui/panels/knobs.h"

#include <math.h>
#include <stdio.h>

#include "strategies/ewc.h"
#include "strategies/table.h"
#include "ui/panels/panel.h"
#include "ui/widgets/bar.h"
#include "ui/widgets/slider.h"

enum { KNOB_W = 56 }; /* beside it, where there is room, what it does */

/* The first knob shown, so that the selected one is in sight. */
static int first_shown(const struct view *view, const enum param_id *ids, int n, int rows)
{
    int selected = 0;
    for (int i = 0; i < n; i++) {
        selected = ids[i] == view->knob ? i : selected;
    }
    int first = selected - rows / 2;
    first = first > n - rows ? n - rows : first;
    return first < 0 ? 0 : first;
}

/* The gauge has the last two rows where a strategy has one. */
static int gauge_of(const struct view *view)
{
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy_state *state = &view_learner(view)->strategies[i];
        if (state->is_on && isfinite(state->gauge)) {
            return i;
        }
    }
    return -1;
}

static int knob_rows(const struct pen *pen, const struct view *view)
{
    return pen->area.h - (gauge_of(view) >= 0 && pen->area.h > 6 ? 2 : 0);
}

static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    (void)x;
    struct panel_lines lines = {0};
    enum param_id ids[PARAM_COUNT];
    int rows = knob_rows(pen, view), n = view_knobs(view, ids),
        i = y + first_shown(view, ids, n, rows);
    if (y >= 0 && y < rows && i < n) {
        panel_line(&lines, "knob %s", param_at(ids[i])->name);
    }
    return lines;
}

static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    (void)pen;
    (void)dx;
    struct panel_lines lines = {0};
    enum param_id ids[PARAM_COUNT];
    int n = view_knobs(view, ids), at = 0;
    for (int i = 0; i < n; i++) {
        at = ids[i] == view->knob ? i : at;
    }
    panel_line(&lines, "knob %s", param_at(ids[(at + dy + n) % n])->name);
    return lines;
}

void knobs_draw_one(const struct pen *pen, int y, const struct view *view, enum param_id id)
{
    const struct learner_state *learner = view_learner(view);
    int owner = view_owner(id);
    char value[40];
    param_format(&learner->params, id, value, sizeof value);
    struct slider slider = {.label = param_at(id)->title,
                            .value = value,
                            .position = param_position(&learner->params, id),
                            .label_w = 14,
                            .value_w = 9,
                            .has_focus = id == view->knob,
                            .is_off = owner >= 0 && !learner->strategies[owner].is_on};
    slider_draw(pen, y, &slider);
}

/* eta lambda max F: below 2 the explicit step is stable. */
static void draw_gauge(const struct pen *pen, int y, const struct view *view, int strategy)
{
    double gauge = view_learner(view)->strategies[strategy].gauge;
    bool is_explicit = view_learner(view)->params.value[PARAM_EWC_FORM] == EWC_FORM_EXPLICIT;
    struct bar bar = {.value = gauge, .max = 2, .warn = 1, .bad = 2, .role = ROLE_GOOD};
    pen_text(pen, 1, y, style_of(ROLE_BODY), "η·λ·max ΣF");
    int w = pen->area.w - 16 - 9;
    bar_draw(pen, 16, y, w > 0 ? w : 0, &bar);
    char value[24];
    snprintf(value, sizeof value, "%.3g", gauge);
    pen_text_right(pen, pen->area.w, y, style_bold(bar_role(&bar)), value);
    pen_text_max(pen, 1, y - 1, pen->area.w - 1, style_of(ROLE_DIM),
                 is_explicit ? "explicit step: explodes above 2" : "proximal step: cannot explode");
}

static void draw(const struct pen *pen, const struct view *view)
{
    enum param_id ids[PARAM_COUNT];
    int rows = knob_rows(pen, view), n = view_knobs(view, ids),
        first = first_shown(view, ids, n, rows);
    bool is_wide = pen->area.w >= KNOB_W + 40;
    struct pen sliders = is_wide ? pen_sub(pen, (struct rect){0, 0, KNOB_W, pen->area.h}) : *pen;
    for (int y = 0; y < rows && first + y < n; y++) {
        knobs_draw_one(&sliders, y, view, ids[first + y]);
        if (is_wide) {
            pen_text_max(pen, KNOB_W + 3, y, pen->area.w - KNOB_W - 3, style_of(ROLE_DIM),
                         param_at(ids[first + y])->help);
        }
    }
    if (rows < pen->area.h) {
        draw_gauge(pen, pen->area.h - 1, view, gauge_of(view));
    }
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    text[0] = '\0';
    if (view_is_live(view) && view->focus == PANEL_KNOBS) { /* elsewhere the keys do other things */
        bool can_sweep = view_can_fork(view) && columns >= 25;
        snprintf(text, size, "%s← → turn%s", can_sweep && columns < 39 ? "" : "↑ ↓ choose · ",
                 can_sweep ? " · L what it does" : "");
    }
}

const struct panel panel_knobs = {
    .name = "knobs",
    .title = "knobs",
    .about =
        "*What you see.* Every setting that can be changed in the middle of the run; the change "
        "holds from the next "
        "step on and keeps the weights. Settings of strategies that are off are dim: they can be "
        "set "
        "beforehand.\n\n"
        "*Learning rate η.* How far each step moves the weights: high is plastic, low is stable.\n"
        "*λ.* How strongly weights are held.\n"
        "*Gauge η·λ·max ΣF.* The explicit EWC step is stable only below 2; the proximal step "
        "(default) at any "
        "setting.\n\n"
        "*What does it do?* L makes copies of the learner, from this moment on, over the values of "
        "the chosen knob (its strategy is on for them): as many as there is room. On the plane "
        "they "
        "grow into a curve, from value to value; ← → goes along it, and the curves are those of "
        "the "
        "chosen one. L again keeps that one alone. *:sweep ewc.lambda 1..1e4 5* says which "
        "values.\n\n"
        "*Keys here.* ↑ ↓ choose · ← → turn · PgUp PgDn turn faster · 0 back to where it began · L "
        "what it does\n\n"
        "_Kirkpatrick et al. 2017, arXiv:1612.00796; Parikh & Boyd 2014 (proximal)_",
    .note = note,
    .draw = draw,
    .click = click,
    .move = move,
};
