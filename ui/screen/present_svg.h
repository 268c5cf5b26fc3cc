/* SPDX-License-Identifier: MIT
 * A grid as an SVG picture that looks the same everywhere: letters are text placed glyph by glyph,
 * lines, dots, blocks and braille are shapes. */
#ifndef OUBLI_UI_SCREEN_PRESENT_SVG_H
#define OUBLI_UI_SCREEN_PRESENT_SVG_H

#include <stdbool.h>
#include <stdio.h>

#include "ui/screen/grid.h"
#include "ui/screen/theme.h"

/* Writes a whole SVG document; `title` (may be NULL) is its accessible name.  False if the file did
 * not take it all. */
bool present_svg_write(const struct grid *grid, const struct theme *theme, const char *title,
                       FILE *file) __attribute__((warn_unused_result));

#endif
