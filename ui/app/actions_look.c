/* SPDX-License-Identifier: MIT
 * What keys and clicks change of how things are looked at: lines of look.h, and the heatmap that
 * the lab makes for the screen. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "ui/app/actions.h"
#include "ui/app/exhibits.h"
#include "ui/app/layout.h"
#include "ui/app/look.h"
#include "ui/app/send.h"
#include "ui/panels/accuracy.h"
#include "ui/panels/matrix.h"
#include "ui/panels/panel.h"
#include "ui/panels/samples.h"

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
    }
    return true;
}

/* The word behind the one that the command would be given now, the first behind the last. */
static void next_word(struct app *app, const char *name)
{
    struct look look = {&app->frame.view, app->theme, app->glyphs};
    char argument[LOOK_ARGUMENT_MAX];
    int command = look_find(name, argument), i = 0;
    const struct look_state now = look_state(&look);
    while (look_word(command, i) && strcmp(look_word(command, i), now.argument[command]) != 0) {
        i++;
    }
    bool has_next = look_word(command, i) && look_word(command, i + 1);
    actions_look(app, "%s %s", name, look_word(command, has_next ? i + 1 : 0));
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

void actions_map(struct app *app, int layer, enum map_what what, int since)
{
    struct view *view = &app->frame.view;
    int n_layers = view_learner(view)->n_layers;
    if (app->player) {
        app_say(app, false, "this is a recording: the heatmap is the one that was looked at");
        return;
    }
    layer = layer < n_layers ? layer : n_layers - 1;
    if (layer != view->map.layer) {
        actions_look(app, "weight off");
    }
    view->map.layer = layer;
    view->map.what = what;
    view->map.since = since;
    actions_request_map(app);
}

/* This task's start, the session's start, then the end of each task that has been visited. */
static int next_since(const struct view *view)
{
    int since = view->map.since;
    if (since == MAP_SINCE_TASK) {
        return MAP_SINCE_START;
    }
    since = since == MAP_SINCE_START ? 0 : since + 1;
    bool has_ended = since < view->chronicle->n_tasks && chronicle_rows(view->chronicle) > 0 &&
                     chronicle_has_visited(view->chronicle, since) && since != view->snapshot->task;
    return has_ended ? since : MAP_SINCE_TASK;
}

/* ---- cursors ---- */

static int clamp(int x, int low, int high)
{
    return x < low ? low : x > high ? high : x;
}

static void move_on_curves(struct app *app, int columns)
{
    const struct view *view = &app->frame.view;
    struct grid none = {0};
    struct pen pen = actions_panel_pen(app, &none, view->focus);
    double step = accuracy_steps_per_column(&pen, view), last = (double)view->snapshot->step;
    double from = view->has_cursor ? view->cursor : last;
    double to = columns == CURSOR_EDGE ? last : columns == -CURSOR_EDGE ? 0 : from + columns * step;
    actions_look(app, "cursor %.0f", round(fmin(fmax(to, 0), last)));
}

static void move_in_cells(struct app *app, int dx, int dy)
{
    const struct view *view = &app->frame.view;
    if (view->focus == PANEL_MATRIX) {
        int last_row = panel_matrix_rows(view) - 1, last_col = view_n_tasks(view) - 1;
        bool was_there = view->has_matrix_cursor;
        actions_look(app, "cell %d %d",
                     was_there ? clamp(view->matrix_row + dy, 0, last_row) + 1 : 1,
                     was_there ? clamp(view->matrix_col + dx, 0, last_col) + 1 : 1);
        return;
    }
    if (view->focus == PANEL_SAMPLES) {
        struct grid none = {0};
        struct pen pen = actions_panel_pen(app, &none, PANEL_SAMPLES);
        int to[2];
        char letter[4];
        if (samples_next(&pen, view, dx, dy, to)) {
            actions_look(app, "sample %s %d", task_letter(to[0], letter), to[1] + 1);
        }
        return;
    }
    const struct map *map = &view->snapshot->map;
    bool was_there = view->has_map_cursor;
    int row = was_there ? clamp(view->map_row + dy, 0, map->rows - 1) : map->rows / 2;
    int col = was_there ? clamp(view->map_col + dx, 0, map->cols - 1) : map->cols / 2;
    actions_look(app, "weight %d %d", row + 1, col + 1);
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

void actions_take_cursor_away(struct app *app)
{
    actions_look(app, "cursor off");
    actions_look(app, "weight off");
    actions_look(app, "cell off");
    actions_look(app, "sample off");
}

/* ---- panels and knobs ---- */

/* The way of Tab: from the knobs to the curves first, where one goes back in time. */
static enum panel_id next_panel(const struct view *view, int direction)
{
    static const enum panel_id way[PANEL_COUNT] = {
        PANEL_KNOBS,    PANEL_ACCURACY, PANEL_WRITING, PANEL_SURFACE, PANEL_SAMPLES,   PANEL_DRIFT,
        PANEL_LEARNERS, PANEL_PLANE,    PANEL_MATRIX,  PANEL_LAYERS,  PANEL_STRATEGIES};
    int at = 0;
    while (way[at] != view->focus) {
        at++;
    }
    do {
        at = (at + direction + PANEL_COUNT) % PANEL_COUNT;
    } while (!view_offers(view, way[at]));
    return way[at];
}

static void choose_knob(struct app *app, int direction)
{
    const struct view *view = &app->frame.view;
    enum param_id ids[PARAM_COUNT];
    int n = view_knobs(view, ids), at = 0;
    for (int i = 0; i < n; i++) {
        at = ids[i] == view->knob ? i : at;
    }
    const struct param *param = param_at(ids[(at + direction + n) % n]);
    actions_look(app, "knob %s", param->name);
    app_say(app, false, param->help);
}

static void go_back(struct app *app)
{
    const struct view *view = &app->frame.view;
    if (view->has_cursor || view->has_map_cursor || view->has_matrix_cursor || view->has_sample) {
        actions_take_cursor_away(app);
    } else {
        actions_look(app, view->is_enlarged ? "enlarge off" : "summary off");
    }
    app->frame.message[0] = '\0';
}

/* ---- what lies over the panels ---- */

void actions_close(struct app *app)
{
    actions_look(app, "help off");
    actions_look(app, "explain off");
    app->frame.view.overlay =
        OVERLAY_NONE; /* a line that was being typed is no matter of looking */
}

void actions_scroll(struct app *app, struct key key)
{
    int by = key.press == PRESS_DOWN        ? 1
             : key.press == PRESS_UP        ? -1
             : key.press == PRESS_PAGE_DOWN ? 10
             : key.press == PRESS_PAGE_UP   ? -10
                                            : 0;
    if (by == 0) {
        actions_close(app);
        return;
    }
    actions_look(app, "%s %d", app->frame.view.overlay == OVERLAY_HELP ? "help" : "explain",
                 clamp(app->frame.view.scroll + by, 0, 60));
}

static void open_palette(struct app *app, const char *text)
{
    palette_open(&app->frame.palette, text);
    app->frame.view.overlay = OVERLAY_PALETTE;
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

/* Only dispatches.  lint: long function */
void actions_view(struct app *app, enum action action, int argument)
{
    const struct view *view = &app->frame.view;
    char text[LEARNER_NAME_MAX + 16];
    switch (action) {
    case ACTION_KNOB_CHOOSE:
        choose_knob(app, argument);
        break;
    case ACTION_SELECT_STRATEGY:
        actions_look(
            app, "select %s",
            strategy_at((view->strategy + argument + strategy_count()) % strategy_count())->name);
        break;
    case ACTION_FOCUS:
        actions_look(app, "focus %s", panel_at(next_panel(view, argument))->name);
        break;
    case ACTION_ENLARGE:
        next_word(app, "enlarge");
        break;
    case ACTION_EXPLAIN:
        actions_look(app, "explain");
        break;
    case ACTION_HELP:
        actions_look(app, "help");
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
    case ACTION_ASK:
        if (view->facts->form == DATA_TEXT && !app->player) {
            open_palette(app, "ask ");
        } else {
            app_say(app, true,
                    app->player ? "this is a recording: nobody is there to answer"
                                : "only a network that learns texts can be asked: "
                                  "*oubli --data text*");
        }
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
        next_word(app, "zoom");
        break;
    case ACTION_CURSOR_X:
        move_cursor(app, argument, 0);
        break;
    case ACTION_CURSOR_Y:
        move_cursor(app, 0, argument);
        break;
    case ACTION_PLAIN:
        if (samples_has_views(view)) {
            next_word(app, "pictures");
        } else {
            app_say(app, false,
                    "these samples are shown as the data has them; there is no other view");
        }
        break;
    case ACTION_LAYER:
        actions_map(app, (view->map.layer + 1) % view_learner(view)->n_layers, view->map.what,
                    view->map.since);
        break;
    case ACTION_WHAT:
        actions_map(app, view->map.layer, (enum map_what)((view->map.what + 1) % MAP_WHAT_COUNT),
                    view->map.since);
        break;
    case ACTION_SINCE:
        actions_map(app, view->map.layer, MAP_WHAT_DRIFT, next_since(view));
        break;
    case ACTION_THEME:
        next_word(app, "theme");
        app_say(app, false, app->theme->help);
        break;
    case ACTION_GLYPHS:
        next_word(app, "glyphs");
        app_say(app, false, app->glyphs->name);
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
        actions_quit(app);
        break;
    default:
        break;
    }
}
