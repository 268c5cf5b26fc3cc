/* SPDX-License-Identifier: MIT
 * A recording as an asciicast: the live screen drawn again at a fixed size, without waiting.
 *
 * Time is the session's, looked at so many times a second; frames that do not change are no events,
 * and where nothing happens for long it is closed up.  Commands of the screen that were recorded
 * are carried out.  Boundaries, commands and notes are markers, right after the frame that shows
 * them. */
#ifndef OUBLI_UI_EXPORT_CAST_H
#define OUBLI_UI_EXPORT_CAST_H

#include <stdio.h>

#include "session/player.h"
#include "ui/screen/depth.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/theme.h"

struct cast_config {
    int version; /* of the asciicast: 2 or 3 */
    int cols, rows;
    int fps;
    double idle; /* the longest time without a change, seconds; 0: as long as it was */
    const struct theme *theme;   /* NULL: as the session had it */
    const struct glyphs *glyphs; /* NULL: as the session had it, braille at first */
    enum color_depth depth;
};

/* Writes the asciicast; the player then stands at its end. */
bool cast_export(FILE *out, struct player *player, const struct cast_config *config,
                 struct err *err) __attribute__((warn_unused_result));

#endif
