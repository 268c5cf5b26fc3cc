/* SPDX-License-Identifier: MIT
 * What the narrator says of a task that is being learned, and of what that does to the old ones. */
#ifndef OUBLI_UI_PANELS_NARRATOR_STAGE_H
#define OUBLI_UI_PANELS_NARRATOR_STAGE_H

#include "ui/panels/view.h"

/* Who fell most since the stage began, why, and what to press: in this order, so that a narrow
 * screen leaves out what matters least. */
enum role narrator_stage(const struct view *view, char *text, size_t size);

/* "*A* fell from *70* to *34 %*", of which it was at `from` and `since` then; with what it had at
 * its best where that was before.  And "ost is lost of *A*: *97* → *34 %*", behind an M or an m. */
void narrator_fall(const struct view *view, int task, double from, const char *since, char *text,
                   size_t size);
void narrator_most(const struct view *view, int task, char *text, size_t size);

#endif
