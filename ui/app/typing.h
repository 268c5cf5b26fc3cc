/* SPDX-License-Identifier: MIT
 * What it writes appears word by word, as if it were typed just now.  The text is there all at
 * once; the screen takes its time. */
#ifndef OUBLI_UI_APP_TYPING_H
#define OUBLI_UI_APP_TYPING_H

#include "ui/panels/view.h"

/* Zero: nothing has been seen yet. */
struct typing {
    uint64_t text; /* what is typed, as a number; 0 = nothing */
    int64_t begin_ns;
};

/* Sets view->is_typing and typed for the moment now_ns; a text that is not the last one begins. */
void typing_follow(struct typing *typing, struct view *view, int64_t now_ns);

#endif
