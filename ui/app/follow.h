/* SPDX-License-Identifier: MIT
 * Following a recording: the screen is looked at as whoever recorded it did, at any moment.
 *
 * What the recording says holds until it says something else; what somebody chose in between - the
 * person who plays it - stays until then. */
#ifndef OUBLI_UI_APP_FOLLOW_H
#define OUBLI_UI_APP_FOLLOW_H

#include "session/player.h"
#include "ui/app/look.h"

struct follow {
    bool keeps_theme, keeps_glyphs; /* they are somebody else's choice */
    int64_t t;                      /* the player's, when it was last followed */
    int64_t n_lines;                /* taken in until then */
    int64_t next;                   /* when the next one comes; -1: there is none */
    struct look_state said;         /* by the recording, until then */
    struct look_state followed;     /* of that, what has been carried out */
};

/* Nothing has been followed yet. */
struct follow follow_make(bool keeps_theme, bool keeps_glyphs);

/* Brings the look to the moment of the player, wherever it went.  `before` (may be NULL): what it
 * was before still_follow; where that has changed it, too, what the recording says wins. */
bool follow_player(struct follow *follow, struct player *player, struct look *look,
                   const struct look_state *before, struct err *err)
    __attribute__((warn_unused_result));

#endif
