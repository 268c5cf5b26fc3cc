/* SPDX-License-Identifier: MIT
 * What a sweep has shown: which value keeps best, which learns best, and where its curve on the
 * plane bends. */
#ifndef OUBLI_UI_PANELS_NARRATOR_SWEEP_H
#define OUBLI_UI_PANELS_NARRATOR_SWEEP_H

#include "ui/panels/view.h"

/* "*The end:* of *EWC lambda* *1000* keeps best (*93 %*), *0.1* learns best (*95 %*); the curve
 * bends at *10*: keeps *85*, learns *93 %*", of the rows of R that are complete.  It bends at the
 * value that lies farthest beyond the line between the other two, by 2 points or more.  False if
 * there is no sweep, no task has ended since it began, or nothing can be told from that. */
bool narrator_sweep(const struct view *view, char *text, size_t size);

#endif
