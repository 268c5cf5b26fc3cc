/* SPDX-License-Identifier: MIT
 * A session that is not there yet: what stands where its picture will be. */
#ifndef OUBLI_UI_PANELS_LOADING_H
#define OUBLI_UI_PANELS_LOADING_H

#include "ui/panels/panel.h"

/* True if the panel has something to show of what was asked for alone. */
bool loading_has(enum panel_id id);

/* "loading fashion", "going on with it": the words for the narrator, with the markup of
 * widgets/text.h; and for the status line, "loading 43 %". */
void loading_say(const struct view *view, char *text, size_t size);
void loading_status(const struct view *view, char *text, size_t size);

/* In the middle of the curves: what is loaded, and how much of it is there. */
void loading_draw(const struct pen *pen, const struct view *view);

#endif
