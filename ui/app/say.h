/* SPDX-License-Identifier: MIT
 * Words to the person. */
#ifndef OUBLI_UI_APP_SAY_H
#define OUBLI_UI_APP_SAY_H

#include "ui/app/state.h"

/* Shows a message in the narrator's line for a while. */
void app_say(struct app *app, bool is_bad, const char *text);

#endif
