/* SPDX-License-Identifier: MIT
 * The knobs, for those who need one of them. */
#ifndef OUBLI_UI_PANELS_KNOBS_H
#define OUBLI_UI_PANELS_KNOBS_H

#include "ui/panels/view.h"

/* Draws one knob over the width of the pen, for the line below a small screen's panels. */
void knobs_draw_one(const struct pen *pen, int y, const struct view *view, enum param_id id);

#endif
