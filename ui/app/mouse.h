/* SPDX-License-Identifier: MIT
 * The mouse: a click on a strategy switches it, on a panel focuses it, on a point reads it; the
 * wheel turns the chosen knob. */
#ifndef OUBLI_UI_APP_MOUSE_H
#define OUBLI_UI_APP_MOUSE_H

#include "ui/app/state.h"

void mouse_click(struct app *app, struct key key);

#endif
