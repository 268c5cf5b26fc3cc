/* SPDX-License-Identifier: MIT
 * What keys, clicks and lines have in common: how they are taken, and the pieces of what they do.
 * Whatever changes training is sent to the lab as a command. */
#ifndef OUBLI_UI_APP_ACTIONS_H
#define OUBLI_UI_APP_ACTIONS_H

#include "ui/app/keys.h"
#include "ui/app/layout.h"
#include "ui/app/state.h"
#include "ui/panels/panel.h"
#include "ui/screen/pen.h"

/* Carries out what a key means. */
void actions_key(struct app *app, struct key key);

/* Leaves, or asks first where the session would be lost. */
void actions_quit(struct app *app);

/* Takes a key or a click as the answer to that question; false if nobody was asked. */
bool actions_answer(struct app *app, struct key key);

/* Carries out a line of the palette: a command of the screen, or one for the lab. */
void actions_line(struct app *app, const char *line);

/* Carries out what a click or an arrow key stands for in a panel. */
void actions_carry_out(struct app *app, const struct panel_lines *lines);

/* Carries out a line that changes how things are looked at, and what follows from it; false if it
 * is none. */
bool actions_look(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Away with what lies over the panels. */
void actions_close(struct app *app);

/* So many rows further down in the help or explanation that is open. */
void actions_scroll(struct app *app, int by);

/* What the heatmap is to show. */
void actions_map(struct app *app, int part, enum map_what what, int since);

/* Asks the lab for the heatmap that the drift panel has room for, if it is not the one it already
 * makes. */
void actions_request_map(struct app *app);

/* Where everything stands now. */
struct layout actions_layout(const struct app *app);

/* Pieces that keys, clicks and lines share: a strategy on or off; a knob to a value, which stands
 * "at its end" if that is where it is; a knob turned by so many steps; and a pen for the inside of
 * a panel as it stands on the screen. */
void actions_switch_strategy(struct app *app, int i);
void actions_put_knob(struct app *app, enum param_id id, double value, const char *where);
void actions_turn(struct app *app, enum param_id id, int steps);
void actions_set_mouse(struct app *app, bool on);
struct pen actions_panel_pen(const struct app *app, struct grid *grid, enum panel_id id);

/* The knobs of the selected learner as they were first seen. */
const struct params *actions_start(const struct app *app);

#endif
