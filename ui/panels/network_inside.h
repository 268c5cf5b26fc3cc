/* SPDX-License-Identifier: MIT
 * The inside of the panel `network`, private to its files: network.c is the panel and its words,
 * network_dots.c where units stand and how they are drawn, network_legend.c what that means. */
#ifndef OUBLI_UI_PANELS_NETWORK_INSIDE_H
#define OUBLI_UI_PANELS_NETWORK_INSIDE_H

#include "ui/panels/view.h"

/* By how much what a unit gives has changed, from which on it has, and is another: 1 - correlation
 * of 0.1 and 0.3 in 1/255. */
enum { NETWORK_CHANGED = 26, NETWORK_OTHER = 77 };

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

/* How a unit looks that has changed by so much: its colour, and a sign where there are no colours.
 */
enum role network_change_role(uint8_t change);
uint32_t network_change_dot(const struct pen *pen, uint8_t change);

/* Where there are no colours, or no dots of several sizes, letters tell the groups. */
bool network_has_letters(const struct pen *pen);

/* The first layer whose units are told apart by the tasks they serve, -1: none. */
int network_told_apart(const struct units *units);

/* What the dots mean, in a row of the pen's width; false: there is nothing to say, or no room. */
bool network_has_legend(const struct pen *pen, const struct view *view, const struct units *units);
void network_legend_draw(const struct pen *pen, const struct view *view, const struct units *units);

/* The group (network_group) whose name stands at column x of that row, -1: none. */
int network_legend_at(const struct pen *pen, const struct view *view, const struct units *units,
                      int x);

/* Units as dots and the strongest connections as lines, in the pen's area. */
void network_dots_draw(const struct pen *pen, const struct view *view, const struct units *units);

/* The unit that stands at a cell of the area: its place among units->units; -1 if there is none.
 * Its layer into *layer. */
int network_dots_at(const struct pen *pen, const struct units *units, int x, int y, int *layer);

#endif
