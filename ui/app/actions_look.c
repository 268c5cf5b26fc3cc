/* SPDX-License-Identifier: MIT
 * What keys and clicks change of how things are looked at: lines of look.h, and the heatmap that
 * the lab makes for the screen. */
#include <stdarg.h>
#include <stdio.h>

#include "ui/app/actions.h"
#include "ui/app/exhibits.h"
#include "ui/app/look.h"
#include "ui/app/send.h"
#include "ui/panels/learners.h"

/* What has been chosen by it, in words. */
static void say_chosen(struct app *app, const struct view *was)
{
    const struct view *view = &app->frame.view;
    char text[80];
    if (view->sort != was->sort || view->is_sorted_back != was->is_sorted_back) {
        char name[60];
        dataset_words(view->facts->kind, learners_column_name(view->sort), name, sizeof name);
        snprintf(text, sizeof text, "learners by %s", name);
        app_say(app, false, text);
    }
    if (view->knob != was->knob) {
        app_say(app, false, param_at(view->knob)->help);
    }
}

/* A weight that comes under the microscope has the keys; once it is away the heatmap has them. */
static void follow_weight(struct app *app, const struct view *was)
{
    struct view *view = &app->frame.view;
    bool is_other = view->has_weight && !weight_choice_equal(&view->weight, &was->weight);
    if (is_other || view->has_weight != was->has_weight) {
        view->focus = view->has_weight                  ? PANEL_MICROSCOPE
                      : view->focus == PANEL_MICROSCOPE ? PANEL_DRIFT
                                                        : view->focus;
        actions_request_map(app);
    }
}

bool actions_look(struct app *app, const char *format, ...)
{
    struct look look = {&app->frame.view, app->theme, app->glyphs};
    const struct view was = app->frame.view, *view = &app->frame.view;
    char line[COMMAND_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (!look_line(&look, line)) {
        return false;
    }
    app->wants_theme = app->wants_theme || look.theme != app->theme;
    app->wants_redraw = app->wants_redraw || look.glyphs != app->glyphs;
    app->theme = look.theme;
    app->glyphs = look.glyphs;
    if (view->focus != was.focus || view->is_enlarged != was.is_enlarged ||
        view->has_cursor != was.has_cursor || view->cursor != was.cursor) {
        actions_request_map(app); /* its panel has another size, or it is of another moment */
    } else {
        exhibits_request(app); /* another character, another task */
    }
    follow_weight(app, &was);
    say_chosen(app, &was);
    return true;
}

/* ---- the heatmap ---- */

struct layout actions_layout(const struct app *app)
{
    return layout_of(&app->frame.view, app->cols, app->rows);
}

struct pen actions_panel_pen(const struct app *app, struct grid *grid, enum panel_id id)
{
    struct layout layout = actions_layout(app);
    struct rect r = layout.panels[id];
    struct pen pen = pen_make(grid, app->glyphs, DEPTH_256);
    return pen_sub(&pen, (struct rect){r.x + 2, r.y + 1, r.w - 4, r.h - 2});
}

void actions_request_map(struct app *app)
{
    struct view *view = &app->frame.view;
    struct grid none = {0};
    struct pen pen = actions_panel_pen(app, &none, PANEL_DRIFT);
    int rows = 2 * (pen.area.h - 1), cols = pen.area.w;
    view->map.rows = rows > 0 ? rows : 1; /* not shown: it still says which moment is looked at */
    view->map.cols = cols > 0 ? cols : 1;
    view->map.step = view->has_cursor ? (long)view->cursor : MAP_STEP_NOW;
    if (!app->trainer) {
        return; /* the map is that which was recorded; or there is none yet */
    }
    struct command command = {.kind = COMMAND_MAP, .map = view->map};
    uint64_t number = trainer_send(app->trainer, &command);
    app->n_sent = number ? number : app->n_sent;
    exhibits_request(app);
}

void actions_map(struct app *app, int part, enum map_what what, int since)
{
    struct view *view = &app->frame.view;
    int n_parts = view_learner(view)->n_parts;
    if (app->player) {
        app_say(app, false, "this is a recording: the heatmap is the one that was looked at");
        return;
    }
    part = part < n_parts ? part : n_parts - 1;
    if (part != view->map.part) {
        actions_look(app, "weight off");
    }
    view->map.part = part;
    view->map.what = what;
    view->map.since = since;
    actions_request_map(app);
}

/* ---- what lies over the panels ---- */

void actions_close(struct app *app)
{
    actions_look(app, "help off");
    actions_look(app, "explain off");
    app->frame.view.overlay =
        OVERLAY_NONE; /* a line that was being typed is no matter of looking */
}

void actions_set_mouse(struct app *app, bool on)
{
    app->has_mouse = on;
    app->wants_mouse = true;
    app_say(app, false,
            on ? "mouse on: click a strategy, a knob, a panel; hold Shift to select text"
               : "mouse off: the terminal selects text again");
}
