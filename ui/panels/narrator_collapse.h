/* SPDX-License-Identifier: MIT
 * What the narrator says of a network that learns nothing, though its loss is a number. */
#ifndef OUBLI_UI_PANELS_NARRATOR_COLLAPSE_H
#define OUBLI_UI_PANELS_NARRATOR_COLLAPSE_H

#include "ui/panels/view.h"

/* The present task has had its time and is no better known than at the initial weights: says so,
 * why, and what to press.  False if that is not the case. */
bool narrator_collapse(const struct view *view, char *text, size_t size);

#endif
