/* SPDX-License-Identifier: MIT
 * Keys: training goes on, and with what. */
#include "strategies/table.h"
#include "ui/app/actions.h"
#include "ui/app/key_rows.h"
#include "ui/app/send.h"

/* Nothing trains, nor could it go on: which keys lead out. */
static bool say_over(struct app *app)
{
    const struct view *view = &app->frame.view;
    enum lab_state state = view->snapshot->state;
    if (app->player || (state != LAB_ENDED && state != LAB_DIVERGED)) {
        return false;
    }
    app_say(app, false,
            state == LAB_DIVERGED       ? "It diverged: *b* goes back, at half the rate"
            : view->timeline->is_stream ? "The stream is over: *R* begins it anew"
                                        : "The sequence is over: *R* begins anew, *: task A* "
                                          "trains a task again");
    return true;
}

static void pause_or_resume(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    if (!say_over(app)) {
        bool is_going = app->player ? !view->tape.is_paused : view->snapshot->state == LAB_TRAINING;
        app_send(app, is_going ? "pause" : "resume");
    }
}

static void next_task(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    if (!say_over(app)) {
        app_send(app, "next");
    }
}

static void switch_strategy(struct app *app, const struct key_binding *binding)
{
    actions_switch_strategy(app, binding->argument);
}

static const char digits[] = {'1', '-', '0' + STRATEGY_DIGITS,
                              '\0'}; /* "1-8", in the first of their rows */

/* A strategy's row; its key is a digit as long as there are digits. */
#define DIGIT(name)                                                                                \
    {.keys = STRATEGY_##name < STRATEGY_DIGITS ? (const char[]){'1' + STRATEGY_##name, '\0'} : "", \
     .act = switch_strategy,                                                                       \
     .argument = STRATEGY_##name,                                                                  \
     .shown = STRATEGY_##name ? NULL : digits,                                                     \
     .hint = STRATEGY_##name ? NULL : "strategy",                                                  \
     .help = STRATEGY_##name ? NULL : "switch that strategy on or off"},

const struct key_binding keys_training[] = {
    {"space", pause_or_resume, 0, NULL, 0, "space", "pause", "pause, and go on",
     KEY_PLAYS | KEY_PAUSES, key_is_over},
    {"n", next_task, 0, NULL, 0, "n", "next", "on to the next task, now", KEY_PLAYS, key_is_over},
    STRATEGY_LIST(DIGIT){NULL, NULL, 0, NULL, 0, NULL, NULL, NULL, 0, NULL},
};
