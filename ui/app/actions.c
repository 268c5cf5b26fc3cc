/* SPDX-License-Identifier: MIT */
#include "ui/app/actions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "strategies/table.h"
#include "ui/app/keys.h"
#include "ui/app/playback.h"
#include "ui/app/send.h"
#include "ui/panels/panel.h"

/* The knobs of the selected learner as they were first seen. */
const struct params *actions_start(const struct app *app)
{
    return &app->starts[view_learner(&app->frame.view)->slot].params;
}

/* ---- knobs, strategies, pace ---- */

/* A knob that stands there already is not turned, and leaves no mark. */
static void put_knob(struct app *app, enum param_id id, double value, const char *where)
{
    char text[96];
    if (view_learner(&app->frame.view)->params.value[id] != value ||
        app->frame.view.snapshot->is_to_all) {
        app_send_set(app, id, value);
        return;
    }
    snprintf(text, sizeof text, "*%s* is %s", param_at(id)->title, where);
    app_say(app, false, text);
}

void actions_turn(struct app *app, enum param_id id, int steps)
{
    put_knob(app, id, param_nudge(&view_learner(&app->frame.view)->params, id, steps),
             "at its end");
}

void actions_switch_strategy(struct app *app, int i)
{
    const struct view *view = &app->frame.view;
    i = i < 0 ? view->strategy : i;
    if (i >= strategy_count()) {
        return;
    }
    bool is_on = view_learner(view)->strategies[i].is_on;
    actions_look(app, "select %s", strategy_at(i)->name);
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
                app->frame.view.chronicle->is_stream
                    ? "The stream is over: *R* begins it anew"
                    : "The sequence is over: *R* begins anew, *: task A* trains a task again");
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
        put_knob(app, app->frame.view.knob, actions_start(app)->value[app->frame.view.knob],
                 "where it began");
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

/* ---- leaving ---- */

void actions_quit(struct app *app)
{
    if (leaving_may(&app->leaving, clock_ns(), app->player || app->recorder)) {
        app->is_quitting = true;
        return;
    }
    actions_close(app); /* the question must be seen */
    app_say(app, true,
            "not recorded: *q* again leaves, *r* records it first, any other key stays here");
    app->message_until_ns = INT64_MAX;
}

bool actions_answer(struct app *app, struct key key)
{
    if (!app->leaving.is_asked) {
        return false;
    }
    enum leaving_answer answer = leaving_answer(&app->leaving, key);
    app->frame.message[0] = '\0';
    if (answer == LEAVING_GOES) {
        app->is_quitting = true;
    } else if (answer == LEAVING_RECORDS) {
        act_on_lab(app, ACTION_RECORD, 0);
    }
    return true;
}

/* ---- keys ---- */

/* A pasted text is for a line that is typed, never keys. */
static void paste(struct app *app, const char *text)
{
    if (app->frame.view.overlay != OVERLAY_PALETTE) {
        app_say(app, true, "pasted text is ignored here: press *:* for a line to paste it into");
    } else if (!palette_paste(&app->frame.palette, text)) {
        app_say(app, true, "the pasted text is longer than a line may be: its end is left out");
    }
}

/* "*J* is for the panel *plane* (*Tab*): add joint and naive training". */
static void say_elsewhere(struct app *app, const struct key_binding *binding, unsigned panels)
{
    char text[190], where[80] = "";
    const char *help = strstr(binding->help, ": ");
    size_t used = 0;
    for (int i = 0; i < PANEL_COUNT; i++) {
        if (panels & 1u << i && view_offers(&app->frame.view, (enum panel_id)i)) {
            used += (size_t)snprintf(where + used, sizeof where - used, "%s*%s*", used ? ", " : "",
                                     panel_at((enum panel_id)i)->name);
        }
    }
    if (used == 0) {
        snprintf(text, sizeof text, "*%s* has nothing to do with this data", binding->shown);
    } else {
        snprintf(text, sizeof text, "*%s* works in %s (*Tab* goes there): %s", binding->shown,
                 where, help ? help + 2 : binding->help);
    }
    app_say(app, false, text);
}

/* What the key has changed may not be on the screen. */
static void say_hidden(struct app *app, enum action action)
{
    const struct view *view = &app->frame.view;
    bool is_of_drift = action == ACTION_LAYER || action == ACTION_WHAT || action == ACTION_SINCE;
    bool is_of_curves =
        action == ACTION_ZOOM || action == ACTION_COMPARE || action == ACTION_COMPARE_TASK;
    enum panel_id id = is_of_drift ? PANEL_DRIFT : PANEL_ACCURACY;
    struct layout layout = actions_layout(app);
    char text[96];
    if (app->player || !(is_of_drift || is_of_curves)) {
        return;
    }
    if (rect_is_empty(layout.panels[id])) {
        snprintf(text, sizeof text, "this is seen in *%s*, which is not on the screen: *Tab*",
                 panel_at(id)->name);
        app_say(app, false, text);
    } else if (is_of_drift && view->has_summary && !view->is_enlarged && !view_has_learners(view)) {
        app_say(app, false, "this is seen in *drift*, behind what is left: *Esc*");
    }
}

void actions_key(struct app *app, struct key key)
{
    if (actions_answer(app, key)) {
        return;
    }
    if (key.press == PRESS_PASTE) {
        paste(app, key.text);
        return;
    }
    if (app->frame.view.overlay == OVERLAY_PALETTE) {
        struct palette_names names = palette_names_of(app->frame.view.snapshot, app->facts.n_tasks);
        enum palette_event event = palette_key(&app->frame.palette, key, &names);
        if (event != PALETTE_EDITED) {
            actions_close(app);
        }
        if (event == PALETTE_SUBMITTED && app->frame.palette.text[0] != '\0') {
            actions_line(app, app->frame.palette.text);
        }
        return;
    }
    const struct key_binding *binding = key_find(key, app->frame.view.focus);
    if (app->frame.view.overlay != OVERLAY_NONE && !(binding && binding->action == ACTION_QUIT)) {
        actions_scroll(app, key);
        return;
    }
    if (binding) {
        app->frame.message[0] = '\0'; /* it was about another key */
    }
    unsigned panels = 0;
    const struct key_binding *elsewhere = key_elsewhere(key, app->frame.view.focus, &panels);
    if (elsewhere) {
        say_elsewhere(app, elsewhere, panels);
    }
    if (binding && !act_on_lab(app, binding->action, binding->argument)) {
        actions_view(app, binding->action, binding->argument);
        say_hidden(app, binding->action);
    }
}
