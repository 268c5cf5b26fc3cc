/* SPDX-License-Identifier: MIT */
#include "ui/app/mouse.h"

#include <math.h>

#include "strategies/table.h"
#include "ui/app/actions.h"
#include "ui/app/send.h"
#include "ui/panels/accuracy.h"
#include "ui/panels/knobs.h"
#include "ui/panels/learners.h"
#include "ui/panels/lines.h"
#include "ui/panels/matrix.h"
#include "ui/panels/panel.h"
#include "ui/panels/plane.h"
#include "ui/panels/samples.h"
#include "ui/panels/strategies.h"
#include "ui/widgets/heatmap.h"

/* A click inside a panel: x, y are cells of its inside. */
static void click_inside(struct app *app, const struct pen *pen, enum panel_id id, int x, int y)
{
    const struct view *view = &app->frame.view;
    enum param_id knob;
    const struct map *map = &view->snapshot->map;
    struct heatmap heat = {.values = map->cells, .rows = map->rows, .cols = map->cols, .max = 1};
    int cell[2];
    char letter[4];
    switch (id) {
    case PANEL_ACCURACY:
    case PANEL_LAYERS:
        actions_look(
            app, "cursor %.0f",
            fmax(fmin(round(accuracy_step_at(pen, view, x)), (double)view->snapshot->step), 0));
        break;
    case PANEL_STRATEGIES:
        if (strategies_at(pen, y) >= 0) {
            actions_switch_strategy(app, strategies_at(pen, y));
        }
        break;
    case PANEL_KNOBS:
        if (knobs_at(pen, view, y, &knob)) {
            actions_look(app, "knob %s", param_at(knob)->name);
        }
        break;
    case PANEL_DRIFT: {
        struct pen body = pen_sub(pen, (struct rect){0, 0, pen->area.w, pen->area.h - 1});
        if (heatmap_at(&body, &heat, x, y, cell)) {
            actions_look(app, "weight %d %d", cell[0] + 1, cell[1] + 1);
        }
        break;
    }
    case PANEL_MATRIX:
        if (panel_matrix_at(pen, view, x, y, cell)) {
            actions_look(app, "cell %d %d", cell[0] + 1, cell[1] + 1);
        }
        break;
    case PANEL_LEARNERS:
        if (learners_title_at(pen, view, x, y) != COLUMN_COUNT) {
            learners_sort(app, learners_title_at(pen, view, x, y));
        } else {
            learners_select(app, learners_at(pen, view, x, y));
        }
        break;
    case PANEL_PLANE:
        learners_select(app, plane_at(pen, view, x, y));
        break;
    case PANEL_SAMPLES:
        if (samples_at(pen, view, x, y, cell)) {
            actions_look(app, "sample %s %d", task_letter(cell[0], letter), cell[1] + 1);
        }
        break;
    case PANEL_WRITING:
    case PANEL_SURFACE:
    case PANEL_COUNT:
        break;
    }
}

void mouse_click(struct app *app, struct key key)
{
    const struct view *view = &app->frame.view;
    struct layout layout = actions_layout(app);
    struct grid none = {0};
    struct pen all = pen_make(&none, app->glyphs, DEPTH_256);
    enum panel_id id;
    if (actions_answer(app, key)) {
        return;
    }
    if (app->frame.view.overlay != OVERLAY_NONE) {
        actions_close(app);
    } else if (key.button == MOUSE_WHEEL_UP || key.button == MOUSE_WHEEL_DOWN) {
        actions_turn(app, view->knob, key.button == MOUSE_WHEEL_UP ? 1 : -1);
    } else if (rect_has(layout.strip, key.x, key.y)) {
        struct pen strip = pen_sub(&all, layout.strip);
        int i = lines_strategy_at(&strip, view, key.x - layout.strip.x, key.y - layout.strip.y);
        if (i >= 0) {
            actions_switch_strategy(app, i);
        }
    } else if (rect_has(layout.timeline, key.x, key.y)) {
        struct pen timeline = pen_sub(&all, layout.timeline);
        long step = lines_timeline_step(&timeline, view, key.x);
        if (app->player && step >= 0) {
            app_send(app, "rewind %ld", step);
            return;
        }
        if (step >= 0 && step <= view->snapshot->step) {
            actions_look(app, "cursor %ld", step);
        } else {
            actions_look(app, "cursor off");
        }
    } else if (layout_panel_at(&layout, key.x, key.y, &id)) {
        struct rect r = layout.panels[id];
        struct pen inside = actions_panel_pen(app, &none, id);
        actions_look(app, "focus %s", panel_at(id)->name);
        click_inside(app, &inside, id, key.x - r.x - 2, key.y - r.y - 1);
    }
}
