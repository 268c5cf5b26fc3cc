/* SPDX-License-Identifier: MIT
 * The live program: a trainer thread, a screen, and the person at the keyboard. */
#ifndef OUBLI_UI_APP_APP_H
#define OUBLI_UI_APP_APP_H

#include "base/err.h"
#include "lab/config.h"
#include "lab/lab.h"
#include "lab/script.h"

struct app_config {
    const struct config *session; /* what to train, or ... */
    const char *play;             /* ... the recording to play instead; NULL = none */
    const char *record;           /* file to record into; NULL = none */
    const char *resume;           /* the interrupted recording to go on with; NULL = none */
    const struct script *script;  /* may be NULL */
    struct save_wish save;        /* of a session */
    const char *color;            /* as --color says; NULL = auto */
    const char *glyphs;           /* as --glyphs says; NULL = auto */
    const char *theme;            /* NULL = dark */
    int fps;                      /* frames a second while it trains, 1 .. 60 */
    int cols, rows;               /* 0 = the terminal's */
    bool has_mouse;
};

/* True if a live screen can be shown here; otherwise err says why not. */
bool app_is_possible(struct err *err);

/* Runs until the person leaves or a signal comes.  Returns the exit code: 0, or 128 + signal; on
 * failure the err's code, with err set (the terminal is given back before). */
int app_run(const struct app_config *config, struct err *err);

#endif
