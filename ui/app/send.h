/* SPDX-License-Identifier: MIT
 * Lines to the lab and words to the person.  Every change of the lab goes through here. */
#ifndef OUBLI_UI_APP_SEND_H
#define OUBLI_UI_APP_SEND_H

#include "ui/app/state.h"

/* Shows a message in the narrator's line for a while. */
void app_say(struct app *app, bool is_bad, const char *text);

/* Sends a command, as a line; one that cannot be read is said to the person. */
void app_send(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sends `set` for a parameter of the selected learner. */
void app_send_set(struct app *app, enum param_id id, double value);

#endif
