/* SPDX-License-Identifier: MIT
 * Asking the lab for what the visible panels show of it (lab/exhibits.h). */
#ifndef OUBLI_UI_APP_EXHIBITS_H
#define OUBLI_UI_APP_EXHIBITS_H

#include "ui/app/state.h"

/* Sends `show` and `hide` where the panels on the screen, or their sizes, are others than before;
 * nothing to a recording, which shows what was recorded. */
void exhibits_request(struct app *app);

#endif
