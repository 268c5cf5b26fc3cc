/* SPDX-License-Identifier: MIT
 * The accuracy curves, for those who need more than the picture. */
#ifndef OUBLI_UI_PANELS_ACCURACY_H
#define OUBLI_UI_PANELS_ACCURACY_H

#include "ui/panels/panel.h"

/* The cursor by arrow keys, as struct panel has it. */
struct panel_lines accuracy_move(const struct pen *pen, const struct view *view, int dx, int dy);

/* How many steps one column stands for. */
double accuracy_steps_per_column(const struct pen *pen, const struct view *view);

/* Mark number i as a short label for the time axis: "EWC on", "lr 0.05"; "" for those that are not
 * shown there. */
void accuracy_mark_label(const struct timeline *timeline, int i, char *label, size_t size);

/* True if the same was done again close behind mark number i: only the last of such marks is
 * shown. */
bool accuracy_mark_goes_on(const struct view *view, int i);

#endif
