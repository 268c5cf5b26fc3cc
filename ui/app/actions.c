/* SPDX-License-Identifier: MIT */
#include "ui/app/actions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "ui/app/exhibits.h"
#include "ui/app/keys.h"
#include "ui/app/look.h"
#include "ui/app/playback.h"
#include "ui/app/send.h"
#include "ui/panels/accuracy.h"
#include "ui/panels/matrix.h"

/* The knobs of the selected learner as they were first seen. */
const struct params *actions_start(const struct app *app)
{
    return &app->starts[view_learner(&app->frame.view)->slot].params;
}

/* ---- knobs, strategies, pace ---- */

void actions_turn(struct app *app, enum param_id id, int steps)
{
    app_send_set(app, id, param_nudge(&view_learner(&app->frame.view)->params, id, steps));
}

static void choose_knob(struct app *app, int direction)
{
    struct view *view = &app->frame.view;
    enum param_id ids[PARAM_COUNT];
    int n = view_knobs(view, ids), at = 0;
    for (int i = 0; i < n; i++) {
        at = ids[i] == view->knob ? i : at;
    }
    view->knob = ids[(at + direction + n) % n];
    app_say(app, false, param_at(view->knob)->help);
}

void actions_switch_strategy(struct app *app, int i)
{
    struct view *view = &app->frame.view;
    i = i < 0 ? view->strategy : i;
    if (i >= strategy_count()) {
        return;
    }
    bool is_on = view_learner(view)->strategies[i].is_on;
    view->strategy = i;
    if (!is_on && strategy_at(i)->knob != PARAM_COUNT) {
        view->knob = strategy_at(i)->knob;
    }
    app_send(app, "strategy %s %s", strategy_at(i)->name, is_on ? "off" : "on");
}

static void change_speed(struct app *app, int direction)
{
    double speed = app->frame.view.snapshot->speed;
    if (direction == 0) {
        app->speed_before_max = speed > 0 ? speed : app->speed_before_max;
        app_send(app, "speed max");
    } else if (speed > 0) {
        double faster = fmin(fmax(speed * (direction > 0 ? 2 : 0.5), app->facts.pace / 64), 1e6);
        app_send(app, "speed %.6g", faster);
    } else if (direction < 0) {
        app_send(app, "speed %.6g", app->speed_before_max);
    }
}

static void pause_or_resume(struct app *app)
{
    enum lab_state state = app->frame.view.snapshot->state;
    if (app->player) {
        app_send(app, app->frame.view.tape.is_paused ? "resume" : "pause");
    } else if (state == LAB_ENDED) {
        app_say(app, false,
                "The sequence is over: *R* begins anew, *: task A* trains a task again");
    } else {
        app_send(app, state == LAB_TRAINING ? "pause" : "resume");
    }
}

static void plug(struct app *app)
{
    bool is_out = strcmp(view_learner(&app->frame.view)->strategies[strategy_find("lora")].status,
                         "unplugged") == 0;
    app_send(app, is_out ? "plug" : "unplug");
}

void actions_take_cursor_away(struct app *app)
{
    struct view *view = &app->frame.view;
    view->has_cursor = view->has_map_cursor = view->has_matrix_cursor = false;
    actions_request_map(app);
}

/* Back to the start of the task; after a divergence with half the learning rate. */
static void rewind_task(struct app *app)
{
    const struct view *view = &app->frame.view;
    if (view->has_cursor) {
        app_send(app, "rewind %.0f", view->cursor);
        actions_take_cursor_away(app);
        return;
    }
    if (view_learner(view)->has_diverged) {
        double lr = view_learner(view)->params.value[PARAM_LR];
        app_send(app, "learner %s", view_learner(view)->name);
        app_send_set(app, PARAM_LR, fmax(lr / 2, param_at(PARAM_LR)->min));
    } else if (view->snapshot->state == LAB_ENDED) {
        app_say(
            app, false,
            "this is the end: *R* begins anew; with the cursor on the curves *b* goes back there");
        return;
    }
    app_send(app, "rewind");
}

/* ---- looking ---- */

struct layout actions_layout(const struct app *app)
{
    struct layout_wants wants = layout_wants_of(&app->frame.view);
    return layout_make(app->cols, app->rows, &wants);
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
    struct command command = {.kind = COMMAND_MAP, .map = view->map};
    if (app->player) {
        return; /* the map is that which was recorded */
    }
    uint64_t number = trainer_send(app->trainer, &command);
    app->n_sent = number ? number : app->n_sent;
    exhibits_request(app);
}

static void next_layer(struct app *app)
{
    struct view *view = &app->frame.view;
    view->map.layer = (view->map.layer + 1) % view_learner(view)->n_layers;
    view->has_map_cursor = false;
    actions_request_map(app);
}

static void next_what(struct app *app)
{
    app->frame.view.map.what = (enum map_what)((app->frame.view.map.what + 1) % MAP_WHAT_COUNT);
    actions_request_map(app);
}

/* This task's start, the session's start, then the end of each task that has been visited. */
static void next_since(struct app *app)
{
    struct view *view = &app->frame.view;
    int since = view->map.since;
    if (since == MAP_SINCE_TASK) {
        since = MAP_SINCE_START;
    } else {
        since = since == MAP_SINCE_START ? 0 : since + 1;
        bool has_ended = since < view->chronicle->n_tasks && chronicle_rows(view->chronicle) > 0 &&
                         chronicle_has_visited(view->chronicle, since) &&
                         since != view->snapshot->task;
        since = has_ended ? since : MAP_SINCE_TASK;
    }
    view->map.what = MAP_WHAT_DRIFT;
    view->map.since = since;
    actions_request_map(app);
}

static int clamp(int x, int low, int high)
{
    return x < low ? low : x > high ? high : x;
}

static void move_on_curves(struct app *app, int columns)
{
    struct view *view = &app->frame.view;
    struct grid none = {0};
    struct pen pen = actions_panel_pen(app, &none, view->focus);
    double step = accuracy_steps_per_column(&pen, view), last = (double)view->snapshot->step;
    if (!view->has_cursor) {
        view->cursor = last;
        view->has_cursor = true;
    }
    double to = columns == CURSOR_EDGE    ? last
                : columns == -CURSOR_EDGE ? 0
                                          : view->cursor + columns * step;
    view->cursor = round(fmin(fmax(to, 0), last));
    actions_request_map(app); /* all panels show that moment */
}

static void move_in_cells(struct app *app, int dx, int dy)
{
    struct view *view = &app->frame.view;
    if (view->focus == PANEL_MATRIX) {
        int last_row = panel_matrix_rows(view) - 1, last_col = view->chronicle->n_tasks - 1;
        bool was_there = view->has_matrix_cursor;
        view->matrix_col = was_there ? clamp(view->matrix_col + dx, 0, last_col) : 0;
        view->matrix_row = was_there ? clamp(view->matrix_row + dy, 0, last_row) : 0;
        view->has_matrix_cursor = true;
        return;
    }
    const struct map *map = &view->snapshot->map;
    bool was_there = view->has_map_cursor;
    view->map_col = was_there ? clamp(view->map_col + dx, 0, map->cols - 1) : map->cols / 2;
    view->map_row = was_there ? clamp(view->map_row + dy, 0, map->rows - 1) : map->rows / 2;
    view->has_map_cursor = true;
}

static void move_cursor(struct app *app, int dx, int dy)
{
    enum panel_id focus = app->frame.view.focus;
    if (focus == PANEL_ACCURACY || focus == PANEL_LAYERS) {
        move_on_curves(app, dx);
    } else {
        move_in_cells(app, dx, dy);
    }
}

/* The way of Tab: from the knobs to the curves first, where one goes back in time. */
static enum panel_id next_panel(const struct view *view, int direction)
{
    static const enum panel_id way[PANEL_COUNT] = {PANEL_KNOBS,  PANEL_ACCURACY, PANEL_SURFACE,
                                                   PANEL_DRIFT,  PANEL_LEARNERS, PANEL_PLANE,
                                                   PANEL_MATRIX, PANEL_LAYERS,   PANEL_STRATEGIES};
    int at = 0;
    while (way[at] != view->focus) {
        at++;
    }
    do {
        at = (at + direction + PANEL_COUNT) % PANEL_COUNT;
    } while (!view_offers(view, way[at]));
    return way[at];
}

void actions_focus(struct app *app, enum panel_id id)
{
    look_focus(&app->frame.view, id);
    actions_request_map(app);
}

static void go_back(struct app *app)
{
    struct view *view = &app->frame.view;
    if (view->has_cursor || view->has_map_cursor || view->has_matrix_cursor) {
        actions_take_cursor_away(app);
    } else if (view->is_enlarged) {
        view->is_enlarged = false;
        actions_request_map(app);
    } else {
        view->has_summary = false;
    }
    app->frame.message[0] = '\0';
}

void actions_open(struct app *app, enum overlay overlay)
{
    app->frame.overlay = overlay;
    app->frame.scroll = 0;
}

static void open_palette(struct app *app, const char *text)
{
    palette_open(&app->frame.palette, text);
    actions_open(app, OVERLAY_PALETTE);
}

static void next_theme(struct app *app)
{
    int i = 0;
    while (theme_at(i) && theme_at(i) != app->theme) {
        i++;
    }
    app->theme = theme_at(i) && theme_at(i + 1) ? theme_at(i + 1) : theme_at(0);
    app->wants_theme = true;
    app_say(app, false, app->theme->help);
}

static void next_glyphs(struct app *app)
{
    int i = 0;
    while (glyphs_at(i) && glyphs_at(i) != app->glyphs) {
        i++;
    }
    app->glyphs = glyphs_at(i) && glyphs_at(i + 1) ? glyphs_at(i + 1) : glyphs_at(0);
    app->wants_redraw = true;
    app_say(app, false, app->glyphs->name);
}

void actions_set_mouse(struct app *app, bool on)
{
    app->has_mouse = on;
    app->wants_mouse = true;
    app_say(app, false,
            on ? "mouse on: click a strategy, a knob, a panel; hold Shift to select text"
               : "mouse off: the terminal selects text again");
}

/* ---- dispatch ---- */

/* What changes training; false if the action is another one. */
static bool act_on_lab(struct app *app, enum action action, int argument)
{
    switch (action) {
    case ACTION_PAUSE:
        pause_or_resume(app);
        return true;
    case ACTION_NEXT:
        app_send(app, "next");
        return true;
    case ACTION_STRATEGY:
        actions_switch_strategy(app, argument);
        return true;
    case ACTION_KNOB_TURN:
        actions_turn(app, app->frame.view.knob, argument);
        return true;
    case ACTION_KNOB_DEFAULT:
        app_send_set(app, app->frame.view.knob, actions_start(app)->value[app->frame.view.knob]);
        return true;
    case ACTION_RATE:
        actions_turn(app, PARAM_LR, argument);
        return true;
    case ACTION_SPEED:
        change_speed(app, argument);
        return true;
    case ACTION_REWIND:
        rewind_task(app);
        return true;
    case ACTION_RESTART:
        app_send(app, "restart");
        return true;
    case ACTION_CONSOLIDATE:
        app_send(app, "consolidate");
        return true;
    case ACTION_PLUG:
        plug(app);
        return true;
    case ACTION_LEARNER:
        learners_next(app, argument);
        return true;
    case ACTION_FORK:
        learners_fork(app);
        return true;
    case ACTION_ALL:
        learners_reach_all(app);
        return true;
    case ACTION_MARK:
        playback_seek_mark(app, argument);
        return true;
    case ACTION_RECORD:
        app->record_path[0] = '\0';
        app->wants_recording = true;
        return true;
    case ACTION_LANDMARKS:
        learners_add_landmarks(app);
        return true;
    default:
        return false;
    }
}

/* Only dispatches.  lint: long function */
static void act_on_view(struct app *app, enum action action, int argument)
{
    struct view *view = &app->frame.view;
    char text[LEARNER_NAME_MAX + 16];
    switch (action) {
    case ACTION_KNOB_CHOOSE:
        choose_knob(app, argument);
        break;
    case ACTION_SELECT_STRATEGY:
        view->strategy = (view->strategy + argument + strategy_count()) % strategy_count();
        break;
    case ACTION_FOCUS:
        actions_focus(app, next_panel(view, argument));
        break;
    case ACTION_ENLARGE:
        view->is_enlarged = !view->is_enlarged;
        actions_request_map(app);
        break;
    case ACTION_EXPLAIN:
        actions_open(app, OVERLAY_EXPLAIN);
        break;
    case ACTION_HELP:
        actions_open(app, OVERLAY_HELP);
        break;
    case ACTION_PALETTE:
        open_palette(app, "");
        break;
    case ACTION_NOTE:
        if (app->player) {
            app_send(app, "note here"); /* says what a recording cannot */
            break;
        }
        open_palette(app, "note ");
        break;
    case ACTION_COMPARE:
        learners_compare(app);
        break;
    case ACTION_COMPARE_TASK:
        learners_compare_task(app);
        break;
    case ACTION_SORT:
        learners_sort_next(app, argument);
        break;
    case ACTION_ADD:
        open_palette(app, "add ");
        break;
    case ACTION_RENAME:
        snprintf(text, sizeof text, "rename %s ", view_learner(view)->name);
        open_palette(app, text);
        break;
    case ACTION_REMOVE:
        snprintf(text, sizeof text, "remove %s", view_learner(view)->name);
        open_palette(app, text);
        break;
    case ACTION_ZOOM:
        view->zoom = (enum zoom)((view->zoom + 1) % ZOOM_COUNT);
        break;
    case ACTION_CURSOR_X:
        move_cursor(app, argument, 0);
        break;
    case ACTION_CURSOR_Y:
        move_cursor(app, 0, argument);
        break;
    case ACTION_LAYER:
        next_layer(app);
        break;
    case ACTION_WHAT:
        next_what(app);
        break;
    case ACTION_SINCE:
        next_since(app);
        break;
    case ACTION_THEME:
        next_theme(app);
        break;
    case ACTION_GLYPHS:
        next_glyphs(app);
        break;
    case ACTION_MOUSE:
        actions_set_mouse(app, !app->has_mouse);
        break;
    case ACTION_REDRAW:
        app->wants_redraw = true;
        break;
    case ACTION_BACK:
        go_back(app);
        break;
    case ACTION_QUIT:
        app->is_quitting = true;
        break;
    default:
        break;
    }
}

/* ---- keys and lines ---- */

static void scroll_overlay(struct app *app, struct key key)
{
    int by = key.press == PRESS_DOWN        ? 1
             : key.press == PRESS_UP        ? -1
             : key.press == PRESS_PAGE_DOWN ? 10
             : key.press == PRESS_PAGE_UP   ? -10
                                            : 0;
    if (by == 0) {
        app->frame.overlay = OVERLAY_NONE;
        return;
    }
    app->frame.scroll = clamp(app->frame.scroll + by, 0, 60);
}

void actions_key(struct app *app, struct key key)
{
    if (app->frame.overlay == OVERLAY_PALETTE) {
        struct palette_names names = palette_names_of(app->frame.view.snapshot, app->facts.n_tasks);
        enum palette_event event = palette_key(&app->frame.palette, key, &names);
        if (event != PALETTE_EDITED) {
            app->frame.overlay = OVERLAY_NONE;
        }
        if (event == PALETTE_SUBMITTED && app->frame.palette.text[0] != '\0') {
            actions_line(app, app->frame.palette.text);
        }
        return;
    }
    const struct key_binding *binding = key_find(key, app->frame.view.focus);
    if (app->frame.overlay != OVERLAY_NONE && !(binding && binding->action == ACTION_QUIT)) {
        scroll_overlay(app, key);
        return;
    }
    if (binding && !act_on_lab(app, binding->action, binding->argument)) {
        act_on_view(app, binding->action, binding->argument);
    }
}
