/* SPDX-License-Identifier: MIT
 * Lines to the lab: every change of it goes through here. */
#ifndef OUBLI_UI_APP_SEND_H
#define OUBLI_UI_APP_SEND_H

#include "ui/app/say.h"
#include "ui/app/state.h"

/* Sends a command, as a line; one that cannot be read is said to the person. */
void app_send(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sends `set` for a parameter of the selected learner. */
void app_send_set(struct app *app, enum param_id id, double value);

#endif
