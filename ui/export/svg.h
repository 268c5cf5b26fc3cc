/* SPDX-License-Identifier: MIT
 * The screen of a recorded moment as an SVG picture. */
#ifndef OUBLI_UI_EXPORT_SVG_H
#define OUBLI_UI_EXPORT_SVG_H

#include <stdio.h>

#include "session/player.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/theme.h"

/* What the picture is of, and how it looks. */
struct svg_config {
    long step; /* what was shown of it at last, the first time it was reached; -1 = the end */
    int cols, rows;
    const struct theme *theme;   /* NULL: as the session had it, dark at first */
    const struct glyphs *glyphs; /* NULL: as the session had it, braille at first */
};

/* Writes the picture; the player then stands at its moment.  ERR_USAGE if the session has not come
 * as far. */
bool svg_export(FILE *out, struct player *player, const struct svg_config *config, struct err *err)
    __attribute__((warn_unused_result));

#endif
