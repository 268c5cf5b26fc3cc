/* SPDX-License-Identifier: MIT
 * The rows of the table of keys, a file for each topic, where a key stands with what it does.
 * bindings.c puts them in order.  For these files alone. */
#ifndef OUBLI_UI_APP_KEY_ROWS_H
#define OUBLI_UI_APP_KEY_ROWS_H

#include "ui/app/keys.h"

/* Each ended by NULL keys. */
extern const struct key_binding keys_training[]; /* keys_training.c: on, and what is on */
extern const struct key_binding keys_weight[];   /* keys_weight.c: the microscope */
extern const struct key_binding keys_panels[];   /* keys_panels.c: what arrows and letters mean to
                                                    a panel */
extern const struct key_binding keys_session[];  /* keys_session.c: back, forth, another learner */
extern const struct key_binding keys_looks[];    /* keys_looks.c: how it is looked at, the rest */

/* What several of them do: `text` is sent to the lab; is a line of the palette that begins so, with
 * the selected learner's name behind it (`argument`: and more to follow); carried out as a way of
 * looking; or with the word behind the one it would be given now, the first behind the last. */
void key_send(struct app *app, const struct key_binding *binding);
void key_type(struct app *app, const struct key_binding *binding);
void key_type_about_learner(struct app *app, const struct key_binding *binding);
void key_look(struct app *app, const struct key_binding *binding);
void key_next_word(struct app *app, const struct key_binding *binding);

/* `argument`: faster, slower, or (0) as fast as it can; so many learners on; the chosen knob so
 * many steps up. */
void key_change_speed(struct app *app, const struct key_binding *binding);
void key_next_learner(struct app *app, const struct key_binding *binding);
void key_turn_chosen(struct app *app, const struct key_binding *binding);

/* Takes the cursor away, wherever there is one. */
void key_no_cursor(struct app *app);

/* Says where what the key has changed is seen, if it is not on the screen. */
void key_say_hidden(struct app *app, enum panel_id id);

/* What arrow keys mean to a panel; false if nothing. */
bool key_move_in(struct app *app, enum panel_id id, int dx, int dy);

/* Of a row's `is_idle`. */
bool key_is_over(const struct view *view);
bool key_is_alone(const struct view *view);

#endif
