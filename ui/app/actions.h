/* SPDX-License-Identifier: MIT
 * What keys, clicks and lines do.  Whatever changes training is sent to the lab as a command. */
#ifndef OUBLI_UI_APP_ACTIONS_H
#define OUBLI_UI_APP_ACTIONS_H

#include "ui/app/keys.h"
#include "ui/app/layout.h"
#include "ui/app/state.h"
#include "ui/screen/pen.h"

/* Carries out what a key means. */
void actions_key(struct app *app, struct key key);

/* Leaves, or asks first where the session would be lost. */
void actions_quit(struct app *app);

/* Takes a key or a click as the answer to that question; false if nobody was asked. */
bool actions_answer(struct app *app, struct key key);

/* Carries out a line of the palette: a command of the screen, or one for the lab. */
void actions_line(struct app *app, const char *line);

/* Carries out a line that changes how things are looked at, and what follows from it; false if it
 * is none. */
bool actions_look(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What a key means that does not change training. */
void actions_view(struct app *app, enum action action, int argument);

/* A key while help or an explanation is open; away with what lies over the panels. */
void actions_scroll(struct app *app, struct key key);
void actions_close(struct app *app);

/* What the heatmap is to show. */
void actions_map(struct app *app, int layer, enum map_what what, int since);

/* Asks the lab for the heatmap that the drift panel has room for, if it is not the one it already
 * makes. */
void actions_request_map(struct app *app);

/* Where everything stands now. */
struct layout actions_layout(const struct app *app);

/* Pieces that keys and clicks share: a strategy on or off (-1: the selected one), a knob turned by
 * so many steps, and a pen for the inside of a panel as it stands on the screen. */
void actions_switch_strategy(struct app *app, int i);
void actions_turn(struct app *app, enum param_id id, int steps);
void actions_set_mouse(struct app *app, bool on);
void actions_take_cursor_away(struct app *app);
struct pen actions_panel_pen(const struct app *app, struct grid *grid, enum panel_id id);

/* The knobs of the selected learner as they were first seen. */
const struct params *actions_start(const struct app *app);

/* ---- learners (actions_learners.c) ---- */

/* A copy of the selected one, from the cursor on if there is one. */
void learners_fork(struct app *app);

/* Chooses learner number i of the snapshot; the next one in the order of the table. */
void learners_select(struct app *app, int i);
void learners_next(struct app *app, int direction);

/* Switches and knobs reach all, or the selected one again. */
void learners_reach_all(struct app *app);

/* The curves: its tasks, the average of each, one task of each; the next task. */
void learners_compare(struct app *app);
void learners_compare_task(struct app *app);

/* The table by a column, the same again the other way round; by the next (1) or back (-1). */
void learners_sort(struct app *app, enum learner_column column);
void learners_sort_next(struct app *app, int direction);

/* Adds joint and naive training, where they are not there. */
void learners_add_landmarks(struct app *app);

#endif
