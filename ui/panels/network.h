/* SPDX-License-Identifier: MIT
 * The panel `network`, as keys see it. */
#ifndef OUBLI_UI_PANELS_NETWORK_H
#define OUBLI_UI_PANELS_NETWORK_H

#include "ui/panels/panel.h"

/* What it shows, by enum network_look; ended by NULL. */
extern const char *const network_look_words[];

/* The line that `h` stands for: the first task's units of the first layer that can be told apart
 * are silenced; where any unit is silenced, all speak again. */
struct panel_lines network_silence_lines(const struct view *view);

#endif
