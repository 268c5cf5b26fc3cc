/* SPDX-License-Identifier: MIT
 * Keys that are typed ahead, while the session is not there yet.  Leaving, help, and how the screen
 * looks are dealt with at once; all others are kept, in their order, until there is somebody to
 * obey them.  Pasted texts and the mouse are forgotten: they are of the moment. */
#ifndef OUBLI_UI_APP_AHEAD_H
#define OUBLI_UI_APP_AHEAD_H

#include "ui/app/frame.h"
#include "ui/screen/key.h"

enum { AHEAD_MAX = 64 };

/* Zero is none. */
struct ahead {
    struct key keys[AHEAD_MAX];
    int n, next;
    bool has_line; /* one of them begins a line: what comes behind it is text, up to Enter or Esc */
};

/* True if the key is kept (or forgotten, where there are too many); false if it is to be dealt with
 * at once. */
bool ahead_keep(struct ahead *ahead, const struct view *view, struct key key);

/* True if there are some; the first of them, which is none any more. */
bool ahead_has(const struct ahead *ahead);
struct key ahead_take(struct ahead *ahead);

#endif
