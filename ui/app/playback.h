/* SPDX-License-Identifier: MIT
 * A recording instead of a lab: the same screen, fed by a file.  Commands that move in time are
 * carried out on it, all others are refused. */
#ifndef OUBLI_UI_APP_PLAYBACK_H
#define OUBLI_UI_APP_PLAYBACK_H

#include "ui/app/state.h"

/* Opens the recording; facts and timeline of the app come from it. */
bool playback_open(struct app *app, const char *path, struct err *err)
    __attribute__((warn_unused_result));
void playback_close(struct app *app);

/* Lets time pass; what there is to be drawn. */
const struct snapshot *playback_refresh(struct app *app);

/* The time since the last refresh was nobody's: the program was stopped. */
void playback_skip(struct app *app);

/* The screen is looked at as it was when it was recorded; `before`: as follow_player has it. */
void playback_follow(struct app *app, const struct look_state *before);

/* Tells what can be done with a recording, where something else was asked for. */
void playback_say(struct app *app);

/* What a command means to a recording. */
void playback_carry_out(struct app *app, const struct command *command);

/* To the last (-1) or next mark. */
void playback_seek_mark(struct app *app, int direction);

#endif
