/* SPDX-License-Identifier: MIT
 * Keys: how it is looked at, what is seldom done, the screen. */
#include <stdio.h>

#include "ui/app/actions.h"
#include "ui/app/key_rows.h"
#include "ui/app/send.h"
#include "ui/panels/panel.h"

/* ---- curves and drift ---- */

static void zoom(struct app *app, const struct key_binding *binding)
{
    key_next_word(app, binding);
    key_say_hidden(app, PANEL_ACCURACY);
}

static void compare_task(struct app *app, int task)
{
    char letter[4];
    actions_look(app, "compare %s", task_letter(task, letter));
}

/* The curves: its tasks, the average of each, one task of each. */
static void compare(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    if (view->compare == COMPARE_AVERAGE) {
        compare_task(app, view->compare_task);
    } else {
        actions_look(app, view->compare == COMPARE_NOT ? "compare average" : "compare tasks");
    }
    key_say_hidden(app, PANEL_ACCURACY);
}

static void compare_next_task(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    bool was_there = view->compare == COMPARE_TASK;
    int next = was_there ? (view->compare_task + 1) % view_n_tasks(view) : 0;
    compare_task(app, timeline_has_begun(view->timeline, next) ? next : 0);
    key_say_hidden(app, PANEL_ACCURACY);
}

/* Switches and knobs reach all, or the selected one again. */
static void reach_all(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    bool is_to_all = view->snapshot->is_to_all;
    if (!view_has_learners(view)) {
        app_say(app, false,
                view_can_fork(view) ? "there is one learner: *f* forks it"
                                    : "there is one learner: *: add NAME* adds another");
        return;
    }
    app_send(app, "learner %s", is_to_all ? view_learner(view)->name : "all");
    app_say(app, false,
            is_to_all ? "switches and knobs reach the selected learner again"
                      : "switches and knobs reach *all learners* now; *a* or a selection ends it");
}

/* This task's start, the session's start, then the end of each task that has begun. */
static int next_since(const struct view *view)
{
    int since = view->map.since;
    if (since == MAP_SINCE_TASK) {
        return MAP_SINCE_START;
    }
    since = since == MAP_SINCE_START ? 0 : since + 1;
    bool has_ended = since < view->timeline->n_tasks && timeline_rows(view->timeline) > 0 &&
                     timeline_has_begun(view->timeline, since) && since != view->snapshot->task;
    return has_ended ? since : MAP_SINCE_TASK;
}

static void map_layer(struct app *app, const struct key_binding *binding)
{
    const struct map_request map = app->frame.view.map;
    int n = view_learner(&app->frame.view)->n_parts;
    actions_map(app, (map.part + n + binding->argument) % n, map.what, map.since);
    key_say_hidden(app, PANEL_DRIFT);
}

static void map_what(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct map_request map = app->frame.view.map;
    actions_map(app, map.part, (enum map_what)((map.what + 1) % MAP_WHAT_COUNT), map.since);
    key_say_hidden(app, PANEL_DRIFT);
}

static void map_since(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    actions_map(app, app->frame.view.map.part, MAP_WHAT_DRIFT, next_since(&app->frame.view));
    key_say_hidden(app, PANEL_DRIFT);
}

/* ---- knobs and what is seldom done ---- */

static void knob_back(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    enum param_id id = app->frame.view.knob;
    actions_put_knob(app, id, actions_start(app)->value[id], "where it began");
}

static void plug(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    struct view now = app->frame.view;
    now.has_cursor = false;
    app_send(app, view_is_unplugged(&now) ? "plug" : "unplug");
}

static void type_note(struct app *app, const struct key_binding *binding)
{
    if (app->player) {
        app_send(app, "note here"); /* says what a recording cannot */
    } else {
        key_type(app, binding);
    }
}

static void type_question(struct app *app, const struct key_binding *binding)
{
    if (app->frame.view.facts->form == DATA_TEXT && !app->player) {
        key_type(app, binding);
    } else {
        app_say(app, true,
                app->player ? "this is a recording: nobody is there to answer"
                            : "only a network that learns texts can be asked: *oubli --data text*");
    }
}

static bool has_no_texts(const struct view *view)
{
    return view->facts->form != DATA_TEXT;
}

/* ---- the screen ---- */

static void next_theme(struct app *app, const struct key_binding *binding)
{
    key_next_word(app, binding);
    app_say(app, false, app->theme->help);
}

static void next_glyphs(struct app *app, const struct key_binding *binding)
{
    key_next_word(app, binding);
    app_say(app, false, app->glyphs->name);
}

static void toggle_mouse(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    actions_set_mouse(app, !app->has_mouse);
}

static void redraw(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    app->wants_redraw = true;
}

/* True if somebody talks with it. */
static bool is_asked(const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    const struct writing *writing = &exhibits->writing;
    return view_is_live(view) && exhibits->has[EXHIBIT_WRITING] && writing->n > 0 &&
           writing->rows[writing->n - 1].task == WRITING_ASKED;
}

static void go_back(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    if (view->focus == PANEL_MICROSCOPE && view->has_weight && !view->has_cursor) {
        actions_look(app, "microscope off");
    } else if (view->has_cursor || view->has_map_cursor || view->has_matrix_cursor ||
               view->has_sample || view->attending_place > 0) {
        key_no_cursor(app);
    } else if (is_asked(view) && (!view->is_enlarged || view->focus == PANEL_WRITING)) {
        app_send(app, "ask");
    } else {
        actions_look(app, view->is_enlarged ? "enlarge off" : "summary off");
    }
    app->frame.message[0] = '\0';
}

static void quit(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    actions_quit(app);
}

/* ---- the table ---- */

const struct key_binding keys_looks[] = {
    {"z", zoom, 0, "zoom", 0, "z", NULL, "curves: all tasks, the last two, this one", KEY_PLAYS,
     NULL},
    {"v", compare, 0, NULL, 0, "v", NULL, "curves: its tasks, or every learner", KEY_PLAYS, NULL},
    {"V", compare_next_task, 0, NULL, 0, "V", NULL, "curves: every learner, on the next task",
     KEY_PLAYS, NULL},
    {"a", reach_all, 0, NULL, 0, "a", NULL, "keys reach all learners, or the selected one", 0,
     NULL},
    {"l", map_layer, +1, NULL, 0, "l L", NULL, "drift: next layer, the one before", 0, NULL},
    {"L", map_layer, -1, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {"w", map_what, 0, NULL, 0, "w", NULL, "drift: weights, gradient, Fisher, update ...", 0, NULL},
    {"s", map_since, 0, NULL, 0, "s", NULL, "drift: since a task began, the start, an end", 0,
     NULL},

    {"page-down", key_turn_chosen, -5, NULL, 0, "PgUp PgDn", NULL, "knobs: turn it faster", 0,
     NULL},
    {"page-up", key_turn_chosen, +5, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {"0", knob_back, 0, NULL, 0, "0", NULL, "the chosen knob back to where it began", 0, NULL},
    {"}", key_change_speed, 0, NULL, 0, "}", NULL, "as fast as it can; [ comes back", KEY_PLAYS,
     NULL},
    {"c", key_send, 0, "consolidate", 0, "c", NULL, "consolidate: the end-of-task work now", 0,
     NULL},
    {"u", plug, 0, NULL, 0, "u", NULL, "unplug LoRA's adapter, and plug it in again", 0, NULL},
    {"m", type_note, 0, "note ", 0, "m", NULL, "put a note at this step", KEY_TYPES, NULL},
    {"t", type_question, 0, "ask ", 0, "t", NULL, "texts: say something, see what it answers",
     KEY_TYPES | KEY_DATA, has_no_texts},

    {"T", next_theme, 0, "theme", 0, "T", NULL, "next theme: dark, light, colour-blind-safe",
     KEY_PLAYS | KEY_SCREEN, NULL},
    {"G", next_glyphs, 0, "glyphs", 0, "G", NULL, "next glyphs: braille, block, ASCII",
     KEY_PLAYS | KEY_SCREEN, NULL},
    {"M", toggle_mouse, 0, NULL, 0, "M", NULL, "mouse on, off (on: Shift selects text)",
     KEY_PLAYS | KEY_SCREEN, NULL},
    {"ctrl-l", redraw, 0, NULL, 0, "Ctrl-L", NULL, "draw everything again", KEY_PLAYS | KEY_SCREEN,
     NULL},
    {"esc", go_back, 0, NULL, 0, "Esc", NULL, "close what is open, take the cursor away",
     KEY_PLAYS | KEY_SCREEN, NULL},
    {"? f1 h", key_look, 0, "help", 0, "?", "help", "this help", KEY_PLAYS | KEY_SCREEN | KEY_LAST,
     NULL},
    {"q", quit, 0, NULL, 0, "q", "quit", "leave; asks if a long session is lost by it",
     KEY_PLAYS | KEY_LAST | KEY_LEAVES, NULL},
    {NULL, NULL, 0, NULL, 0, NULL, NULL, NULL, 0, NULL},
};
