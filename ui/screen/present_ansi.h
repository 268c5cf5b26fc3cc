/* SPDX-License-Identifier: MIT
 * A grid as lines of text for a terminal that scrolls: its cells in the theme's colours, or in none
 * (DEPTH_MONO), without blanks at the ends of lines. */
#ifndef OUBLI_UI_SCREEN_PRESENT_ANSI_H
#define OUBLI_UI_SCREEN_PRESENT_ANSI_H

#include <stdio.h>

#include "ui/screen/depth.h"
#include "ui/screen/grid.h"
#include "ui/screen/theme.h"

/* `is_plain`: no sequence at all, whatever the depth, as for a file. */
void present_ansi_write(const struct grid *grid, const struct theme *theme, enum color_depth depth,
                        bool is_plain, FILE *file);

#endif
