/* SPDX-License-Identifier: MIT
 * The picture that a probe gives of a task, point by point, as it was measured last: a curve from
 * its first point to its last, or a field.  For the panel that shows the chosen probe. */
#ifndef OUBLI_UI_PANELS_PROFILE_H
#define OUBLI_UI_PANELS_PROFILE_H

#include "ui/panels/view.h"

/* Of a curve all tasks that it was measured of, of a field that one. */
void profile_draw(const struct pen *pen, const struct view *view, int task);

#endif
