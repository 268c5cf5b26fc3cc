/* SPDX-License-Identifier: MIT
 * What a recording can be exported as.  A format is a file that defines its struct export_format,
 * and a line of the list here: options, help and man page follow. */
#ifndef OUBLI_UI_EXPORT_FORMAT_H
#define OUBLI_UI_EXPORT_FORMAT_H

#include <stdio.h>

#include "base/watch.h"
#include "session/player.h"
#include "ui/screen/depth.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/theme.h"

/* ROW(name, help): `--name OUT` of `oubli export` writes it, by `export_name`. */
#define EXPORT_LIST(ROW)                                                                           \
    ROW(csv, "every number as a table, one a line")                                                \
    ROW(json, "one line of JSON for each learner, as oubli run --json gives")                      \
    ROW(svg, "a picture of the screen")                                                            \
    ROW(html, "a page with all curves, for any browser")                                           \
    ROW(cast, "the session on the screen, for asciinema")                                          \
    ROW(weights, "a learner's weights at the end or, OUT@STEP, after so many steps, as "           \
                 "safetensors; it is trained again as far")

/* How it is to look, as far as a format can be told. */
struct export_config {
    long step;      /* of a picture: what was shown of it at last, the first time it was reached;
                       -1 = the end */
    int cols, rows; /* of the screen */
    const struct theme *theme;   /* NULL: as the session had it, dark at first */
    const struct glyphs *glyphs; /* NULL: as the session had it, braille at first */
    enum color_depth depth;
    int version; /* of an asciicast: 2 or 3 */
    int fps;     /* of it */
    double idle; /* of it: the longest time without a change, seconds; 0: as long as it was */
    const char *learner;       /* NULL: the one that was selected */
    long weights_step;         /* of weights; -1 = the end */
    const struct watch *watch; /* NULL: nobody */
};

/* What of that a format heeds, as bits; what it does not heed cannot be asked for. */
enum {
    EXPORT_STEP = 1,
    EXPORT_SIZE = 2,
    EXPORT_LOOK = 4, /* theme and glyphs */
    EXPORT_DEPTH = 8,
    EXPORT_CAST = 16,  /* version, frames, rests */
    EXPORT_WATCH = 32, /* takes long, and tells the watch */
    EXPORT_LEARNER = 64,
};

struct export_format {
    unsigned heeds;
    /* Writes it; the player then stands at its moment.  ERR_USAGE if the session does not come as
     * far, ERR_STOPPED if the watch gives up. */
    bool (*write)(FILE *out, struct player *player, const struct export_config *config,
                  struct err *err);
};

#define EXPORT_EXTERN(name, help) extern const struct export_format export_##name;
EXPORT_LIST(EXPORT_EXTERN)
#undef EXPORT_EXTERN

#define EXPORT_ID(name, help) EXPORT_ID_##name,
enum export_id { EXPORT_LIST(EXPORT_ID) EXPORT_COUNT };
#undef EXPORT_ID

#endif
