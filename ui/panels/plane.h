/* SPDX-License-Identifier: MIT
 * The plane of plasticity and stability. */
#ifndef OUBLI_UI_PANELS_PLANE_H
#define OUBLI_UI_PANELS_PLANE_H

#include "ui/panels/view.h"

/* The index of the learner whose point is nearest to a cell of the panel's inside, -1 if none. */
int plane_at(const struct pen *pen, const struct view *view, int x, int y);

#endif
