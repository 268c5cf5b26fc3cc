/* SPDX-License-Identifier: MIT
 * A still: the screen of one moment, without anybody at the keys.  What the live screen, a
 * recording that is played and pictures of it have in common. */
#ifndef OUBLI_UI_APP_STILL_H
#define OUBLI_UI_APP_STILL_H

#include "session/player.h"
#include "ui/panels/view.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/theme.h"

/* A view that nobody has touched; timeline and snapshot are still to come. */
struct view still_view(const struct facts *facts);

/* Puts the moment of a player into the view: its timeline, and `snapshot` (the caller's, becomes
 * what it was).  `shown`: the id of the learner to look at; -1, or one there is not: the one that
 * was looked at when it was recorded. */
void still_take(struct view *view, struct snapshot *snapshot, const struct player *player,
                int shown);

/* What is remembered from one snapshot to the next.  Zeroed at the beginning. */
struct still_memory {
    int n_learners; /* at the last look */
    int selected;   /* id of the learner looked at then, and the strategies it had on, as bits */
    uint32_t on;
    int stage; /* of the last look, and its step: what the plane holds still for */
    long step;
    bool had_end; /* the summary has been shown for this end */
    struct {
        bool has;
        double left, forgotten;
        char with[180];
    } ending; /* how the last run ended */
};

/* Brings the view to the snapshot that it has got: curves of several learners are compared if
 * the session begins with several, a strategy that is switched on is chosen with its knob, the end
 * sums up, a new beginning remembers how the last run ended, the heat ramp fits.  True if learners
 * have come or gone. */
bool still_follow(struct still_memory *memory, struct view *view);

/* The same without anything before it. */
void still_settle(struct view *view);

/* Draws what the live screen showed at the player's moment over the whole grid, looked at as it
 * was.  `theme`, `glyphs`: NULL - as the session had them; become what they were. */
bool still_draw(struct player *player, struct grid *grid, const struct theme **theme,
                const struct glyphs **glyphs, struct err *err) __attribute__((warn_unused_result));

#endif
