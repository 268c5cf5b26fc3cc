/* SPDX-License-Identifier: MIT
 * The knobs, for clicks on them. */
#ifndef OUBLI_UI_PANELS_KNOBS_H
#define OUBLI_UI_PANELS_KNOBS_H

#include "ui/panels/view.h"

/* The knob in row `y` of the panel's inside; false if there is none. */
bool knobs_at(const struct pen *pen, const struct view *view, int y, enum param_id *id);

/* Draws one knob over the width of the pen, for the line below a small screen's panels. */
void knobs_draw_one(const struct pen *pen, int y, const struct view *view, enum param_id id);

#endif
