/* SPDX-License-Identifier: MIT
 * What the narrator says of a task that is being learned, and of what that does to the old ones. */
#ifndef OUBLI_UI_PANELS_NARRATOR_STAGE_H
#define OUBLI_UI_PANELS_NARRATOR_STAGE_H

#include "ui/panels/view.h"

/* Who has lost most (view_lost), why, and what to press: in this order, so that a narrow screen
 * leaves out what matters least. */
enum role narrator_stage(const struct view *view, char *text, size_t size);

#endif
