/* SPDX-License-Identifier: MIT */
#include "ui/app/mouse.h"

#include "ui/app/actions.h"
#include "ui/app/send.h"
#include "ui/panels/lines.h"

enum { WHEEL_ROWS = 3 };

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
    bool is_wheel = key.button == MOUSE_WHEEL_UP || key.button == MOUSE_WHEEL_DOWN;
    if (is_wheel && (view->overlay == OVERLAY_HELP || view->overlay == OVERLAY_EXPLAIN)) {
        actions_scroll(app, key.button == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
    } else if (view->overlay != OVERLAY_NONE) {
        actions_close(app);
    } else if (is_wheel) {
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
        const struct panel *panel = panel_at(id);
        actions_look(app, "focus %s", panel->name);
        if (panel->click) {
            struct panel_lines lines =
                panel->click(&inside, view, key.x - r.x - 2, key.y - r.y - 1);
            actions_carry_out(app, &lines);
        }
    }
}
