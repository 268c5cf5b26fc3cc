/* SPDX-License-Identifier: MIT
 * Keys: on to another panel, learner or moment. */
#include <math.h>
#include <stdio.h>

#include "ui/app/actions.h"
#include "ui/app/key_rows.h"
#include "ui/app/playback.h"
#include "ui/app/send.h"
#include "ui/panels/panel.h"

static void next_panel(struct app *app, const struct key_binding *binding)
{
    actions_look(app, "focus %s", panel_at(panel_next(&app->frame.view, binding->argument))->name);
}

static void record(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    app->record_path[0] = '\0';
    app->wants_recording = true;
}

/* Who the selected one was at that step: itself, or whom it has been forked from since. */
static const struct learner_state *ancestor_at(const struct view *view, double step)
{
    const struct snapshot *snapshot = view->snapshot;
    const struct learner_state *learner = view_learner(view);
    for (int i = 0; i < snapshot->n_learners && (double)learner->born > step; i++) {
        if (snapshot->learners[i].id == learner->parent) {
            learner = &snapshot->learners[i];
            i = -1; /* it may have been forked itself */
        }
    }
    return learner;
}

/* To the moment from which on copies are to differ: the cursor, if there is one.  False at the
 * end, where `key` is told what to do first. */
static bool go_to_fork(struct app *app, char key)
{
    const struct view *view = &app->frame.view;
    if (view_is_past(view)) {
        const struct learner_state *then = ancestor_at(view, view->cursor);
        if (then != view_learner(view)) { /* which will not be there any more */
            app_send(app, "learner %s", then->name);
        }
        app_send(app, "rewind %.0f", view->cursor);
        key_no_cursor(app);
    } else if (view->snapshot->state == LAB_ENDED) {
        char text[100];
        snprintf(text, sizeof text,
                 "this is the end, a copy could not differ: put the cursor on the curves, then "
                 "*%c*",
                 key);
        app_say(app, false, text);
        return false;
    }
    return true;
}

/* What if? */
static void fork_learner(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    if (app->player || go_to_fork(app, 'f')) { /* to a recording it says what cannot be */
        app_send(app, "fork");
    }
}

/* What does this knob do?  Again: the chosen value is kept, the others go. */
static void sweep_knob(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    if (app->player) {
        app_send(app, "sweep off"); /* says what a recording cannot */
    } else if (view_sweep(view).n > 0) {
        app_send(app, "sweep off");
        actions_look(app, "focus knobs");
    } else if (go_to_fork(app, 'L')) {
        app_send(app, "sweep %s", param_at(view->knob)->name);
        actions_look(app, "focus plane");
    }
}

/* Back to the start of the task; after a divergence with half the learning rate. */
static void rewind_task(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    if (view->has_cursor) {
        app_send(app, "rewind %.0f", view->cursor);
        key_no_cursor(app);
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

/* Up and down the table. */
void key_next_learner(struct app *app, const struct key_binding *binding)
{
    if (!key_move_in(app, PANEL_LEARNERS, 0, binding->argument)) {
        app_say(app, false,
                view_can_fork(&app->frame.view)
                    ? "there is one learner: *f* forks it, *: add NAME* adds another"
                    : "there is one learner: *: add NAME* adds another");
    }
}

void key_change_speed(struct app *app, const struct key_binding *binding)
{
    double speed = app->frame.view.snapshot->speed;
    if (binding->argument == 0) {
        app->speed_before_max = speed > 0 ? speed : app->speed_before_max;
        app_send(app, "speed max");
    } else if (speed > 0) {
        double times = binding->argument > 0 ? 2 : 0.5;
        app_send(app, "speed %.6g", fmin(fmax(speed * times, app->facts.pace / 64), 1e6));
    } else if (binding->argument < 0) {
        app_send(app, "speed %.6g", app->speed_before_max);
    }
}

static void turn_rate(struct app *app, const struct key_binding *binding)
{
    actions_turn(app, PARAM_LR, binding->argument);
}

static void seek_mark(struct app *app, const struct key_binding *binding)
{
    playback_seek_mark(app, binding->argument);
}

static bool is_at_end(const struct view *view)
{
    return !view->tape.is_played && view->snapshot->state == LAB_ENDED && !view->has_cursor;
}

static bool has_no_fork(const struct view *view)
{
    return !view_can_fork(view);
}

static bool cannot_sweep(const struct view *view)
{
    return view_sweep(view).n == 0 && has_no_fork(view);
}

const struct key_binding keys_session[] = {
    {"tab", next_panel, +1, NULL, 0, "Tab", "panel", "next panel; Shift-Tab: back; by name: :focus",
     KEY_PLAYS | KEY_SURE, NULL},
    {"shift-tab", next_panel, -1, NULL, 0, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"enter", key_next_word, 0, "enlarge", 0, "Enter", NULL, "the panel fills the screen, and back",
     KEY_PLAYS, NULL},
    {"i", key_look, 0, "explain", 0, "i", "about", "explain this panel, equation and paper",
     KEY_PLAYS, NULL},
    {"R", key_send, 0, "restart", 0, "R", "again", "begin anew; a session: as it is set now",
     KEY_PLAYS, NULL},
    {"r", record, 0, NULL, 0, "r", "record", "record the session into a file, and stop", 0, NULL},
    {":", key_type, 0, "", 0, ":", "command", "type a command: Tab completes, ↑ ↓ history",
     KEY_PLAYS | KEY_TYPES, NULL},

    {"f", fork_learner, 0, NULL, 0, "f", "fork", "a copy from here, or the cursor: what if?", 0,
     has_no_fork},
    {"L", sweep_knob, 0, NULL, 1u << PANEL_KNOBS | 1u << PANEL_PLANE, "L", "sweep",
     "knobs, plane: what does it do? all its values", 0, cannot_sweep},
    {"b", rewind_task, 0, NULL, 0, "b", "back", "back to this task's start, or the cursor",
     KEY_PLAYS, is_at_end},
    {"> .", key_next_learner, +1, NULL, 0, "< >", "learner", "select another learner", KEY_PLAYS,
     key_is_alone},
    {"< ,", key_next_learner, -1, NULL, 0, NULL, NULL, NULL, KEY_PLAYS, key_is_alone},
    {"]", key_change_speed, +1, NULL, 0, "[ ]", "speed", "slower, faster", KEY_PLAYS, key_is_over},
    {"[", key_change_speed, -1, NULL, 0, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"S", key_look, 0, "focus scoreboard", 0, "S", "all runs",
     "scoreboard: all runs of the session", KEY_PLAYS, NULL},
    {"+ =", turn_rate, +1, NULL, 0, "+ -", "rate", "learning rate up or down", 0, NULL},
    {"-", turn_rate, -1, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {")", seek_mark, +1, NULL, 0, "( )", "mark", "a recording: to the last, next mark", KEY_PLAYED,
     NULL},
    {"(", seek_mark, -1, NULL, 0, NULL, NULL, NULL, KEY_PLAYED, NULL},
    {NULL, NULL, 0, NULL, 0, NULL, NULL, NULL, 0, NULL},
};
