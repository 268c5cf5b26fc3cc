/* SPDX-License-Identifier: MIT
 * The end of the sequence: what was learned, what was forgotten, what to press next. */
#ifndef OUBLI_UI_PANELS_SUMMARY_H
#define OUBLI_UI_PANELS_SUMMARY_H

#include "ui/panels/view.h"

/* Frame and inside.  With a cursor on the curves: the same at that moment. */
void summary_draw(const struct pen *pen, struct rect rect, const struct view *view);

#endif
