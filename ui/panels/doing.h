/* SPDX-License-Identifier: MIT
 * What a strategy that is on does now, in words: not what it is for, but what the numbers say that
 * it has to work with. */
#ifndef OUBLI_UI_PANELS_DOING_H
#define OUBLI_UI_PANELS_DOING_H

#include "ui/panels/view.h"

/* True if it has nothing to work with yet: no anchor, no base, no second task. */
bool doing_waits(const struct view *view, int strategy);

/* "mixes a few old examples into every step"; of one that waits: what for.  It follows "it".
 * Returns buf. */
char *doing_text(const struct view *view, int strategy, char *buf, size_t size);

/* True if weights are frozen under an adapter that answers with them. */
bool doing_adapts(const struct view *view);

/* True if LoRA's adapter is to become part of the weights when its task ends (the default). */
bool doing_merges(const struct view *view);

/* Since when the base under LoRA's adapter is what it is: "B began", "LoRA came on".  Returns
 * buf. */
char *doing_base_text(const struct view *view, char *buf, size_t size);

#endif
