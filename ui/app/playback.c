/* SPDX-License-Identifier: MIT */
#include "ui/app/playback.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "session/player.h"
#include "ui/app/facts.h"
#include "ui/app/say.h"
#include "ui/app/still.h"

enum { SPEED_MOST = 64 };

bool playback_open(struct app *app, const char *path, struct err *err)
{
    app->player = player_open(path, err);
    if (!app->player) {
        return false;
    }
    app->facts = facts_of_player(app->player);
    app->shown_learner = -1;
    return true;
}

void playback_close(struct app *app)
{
    player_close(app->player);
    app->player = NULL;
}

/* How it is played; also between two keys, of which the second goes on from what the first did. */
static void show_pace(struct app *app)
{
    struct view *view = &app->frame.view;
    app->played.speed = player_speed(app->player) * app->facts.pace;
    view->tape.is_played = true;
    view->tape.is_paused = player_is_paused(app->player);
    view->tape.speed = player_speed(app->player);
}

const struct snapshot *playback_refresh(struct app *app)
{
    struct err err = {0};
    struct view *view = &app->frame.view;
    if (!player_tick(app->player, clock_ns(), &err)) {
        app_say(app, true, err.msg);
    }
    still_take(view, &app->played, app->player, app->shown_learner);
    show_pace(app);
    view->tape.seconds = (double)player_time(app->player) * 1e-9;
    view->tape.length = (double)player_length(app->player) * 1e-9;
    return &app->played;
}

static void check(struct app *app, bool ok, const struct err *err)
{
    if (!ok) {
        app_say(app, true, err->msg);
    }
}

void playback_skip(struct app *app)
{
    struct err err = {0};
    bool was_paused = player_is_paused(app->player);
    player_pause(app->player, true);
    check(app, player_tick(app->player, clock_ns(), &err), &err);
    player_pause(app->player, was_paused);
}

void playback_follow(struct app *app, const struct look_state *before)
{
    struct err err = {0};
    struct look look = {&app->frame.view, app->theme, app->glyphs};
    check(app, follow_player(&app->follow, app->player, &look, before, &err), &err);
    app->wants_theme = app->wants_theme || look.theme != app->theme;
    app->theme = look.theme;
}

static void choose(struct app *app, const struct command *command)
{
    struct snapshot *snapshot = &app->played;
    for (int i = 0; i < snapshot->n_learners; i++) {
        if (strcmp(snapshot->learners[i].name, command->name) == 0) {
            app->shown_learner = snapshot->learners[i].id;
            snapshot->selected = i;
        }
    }
}

void playback_say(struct app *app)
{
    app_say(app, false,
            "this is a recording, nothing trains here: *space* pause · *n* *b* tasks · "
            "*( )* marks · *[ ]* speed");
}

void playback_carry_out(struct app *app, const struct command *command)
{
    struct player *player = app->player;
    struct err err = {0};
    double speed =
        command->speed > 0 && app->facts.pace > 0 ? command->speed / app->facts.pace : SPEED_MOST;
    switch (command->kind) {
    case COMMAND_PAUSE:
    case COMMAND_RESUME:
        player_pause(player, command->kind == COMMAND_PAUSE);
        break;
    case COMMAND_SPEED:
        player_set_speed(player, fmin(speed, SPEED_MOST));
        break;
    case COMMAND_NEXT:
        check(app, player_seek_stage(player, +1, &err), &err);
        break;
    case COMMAND_RESTART:
        check(app, player_seek(player, 0, &err), &err);
        break;
    case COMMAND_REWIND:
        check(app,
              command->step >= 0 ? player_seek_step(player, command->step, &err)
                                 : player_seek_stage(player, -1, &err),
              &err);
        break;
    case COMMAND_LEARNER:
        choose(app, command);
        break;
    case COMMAND_MAP:
        break;
    default:
        playback_say(app);
    }
    show_pace(app);
}

void playback_seek_mark(struct app *app, int direction)
{
    struct err err = {0};
    if (app->player) {
        check(app, player_seek_mark(app->player, direction, &err), &err);
    } else {
        app_say(app, false, "*( )* go from mark to mark of a recording that is played");
    }
}
