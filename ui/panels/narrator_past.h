/* SPDX-License-Identifier: MIT
 * What the narrator says of the moment under the cursor: why an old task fell just there, where
 * that is known (narrator_why.h), else what the curves say of that time. */
#ifndef OUBLI_UI_PANELS_NARRATOR_PAST_H
#define OUBLI_UI_PANELS_NARRATOR_PAST_H

#include "ui/panels/view.h"

/* With a cursor, before the present. */
enum role narrator_past(const struct view *view, char *text, size_t size);

#endif
