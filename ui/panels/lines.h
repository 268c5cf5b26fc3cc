/* SPDX-License-Identifier: MIT
 * The lines around the panels: status, timeline, and the strip of strategies that small screens
 * have. */
#ifndef OUBLI_UI_PANELS_LINES_H
#define OUBLI_UI_PANELS_LINES_H

#include "ui/panels/view.h"

/* " oubli  digits · permuted · 5 tasks · 64-100-100-10      lr 0.100  ×1  18.2k/s  step 1840 /
 * 2250". */
void lines_status(const struct pen *pen, const struct view *view);

/* A coloured stretch per stage: bright where trained, grey where still to come, ticks where
 * commands took effect. */
void lines_timeline(const struct pen *pen, const struct view *view);

/* The step behind a column of the timeline, -1 beside it. */
long lines_timeline_step(const struct pen *pen, const struct view *view, int column);

/* Strategies in one or two rows: "1 ○ low lr  2 ● EWC λ 10 ...". */
void lines_strategies(const struct pen *pen, const struct view *view);

/* The strategy under a column of the strip, -1 if there is none. */
int lines_strategy_at(const struct pen *pen, const struct view *view, int x, int y);

#endif
