/* SPDX-License-Identifier: MIT
 * The list of strategies, for clicks on it. */
#ifndef OUBLI_UI_PANELS_STRATEGIES_H
#define OUBLI_UI_PANELS_STRATEGIES_H

#include "ui/screen/pen.h"

/* The strategy in row `y` of the panel's inside, -1 if there is none. */
int strategies_at(const struct pen *pen, int y);

#endif
