/* SPDX-License-Identifier: MIT
 * The inside of the panel `network`, private to its files: network.c is the panel and its words,
 * network_dots.c where units stand and how they are drawn. */
#ifndef OUBLI_UI_PANELS_NETWORK_INSIDE_H
#define OUBLI_UI_PANELS_NETWORK_INSIDE_H

#include "ui/panels/view.h"

/* Groups of units, in the order in which they stand: those of the first task, of both (of several),
 * of the other tasks, of none. */
enum { NETWORK_GROUP_SEVERAL = 100, NETWORK_GROUP_NONE };

/* The index of the only task that it serves; else one of those. */
int network_group(const struct units *units, const struct unit_seen *unit);

/* How much is left of what a task could: (accuracy - chance) / (best - chance), 0 .. 1; 1 while it
 * is being learned for the first time. */
double network_kept(const struct view *view, const struct units *units, int i);

/* The colour of a task whose units are shown, as faded as the task is lost. */
enum role network_task_role(const struct view *view, const struct units *units, int i);

/* Units as dots and the strongest connections as lines, in the pen's area. */
void network_dots_draw(const struct pen *pen, const struct view *view, const struct units *units);

/* The unit that stands at a cell of the area: its place among units->units; -1 if there is none.
 * Its layer into *layer. */
int network_dots_at(const struct pen *pen, const struct units *units, int x, int y, int *layer);

#endif
