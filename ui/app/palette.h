/* SPDX-License-Identifier: MIT
 * The command palette: one line that is typed, with history and completion.  No screen, no lab:
 * text in, text out. */
#ifndef OUBLI_UI_APP_PALETTE_H
#define OUBLI_UI_APP_PALETTE_H

#include "lab/snapshot.h"
#include "ui/screen/key.h"

enum { PALETTE_HISTORY = 32, PALETTE_CHOICES = 64 };

struct palette {
    char text[COMMAND_TEXT_MAX]; /* UTF-8 */
    int cursor;                  /* byte */
    int n_history, at;           /* at == n_history: the line being typed */
    char history[PALETTE_HISTORY][COMMAND_TEXT_MAX];
    char draft[COMMAND_TEXT_MAX]; /* what was being typed before the history was opened */
};

enum palette_event { PALETTE_EDITED, PALETTE_CANCELLED, PALETTE_SUBMITTED };

/* Words that could stand at the end of the line, with a line of help each. */
struct palette_choices {
    int n;
    char word[PALETTE_CHOICES][40];
    const char *help[PALETTE_CHOICES]; /* may be NULL */
    bool is_on[PALETTE_CHOICES];       /* of a measurement: it is taken now */
};

/* What only the session knows. */
struct palette_names {
    int n_tasks, n_learners;
    const char *learners[LEARNERS_MAX]; /* borrowed */
    const struct view *view;            /* borrowed; NULL: any */
};

struct palette_names palette_names_of(const struct view *view);

/* Begins a line with `text` ("" or a beginning such as "note "). */
void palette_open(struct palette *palette, const char *text);

/* Takes a key.  After PALETTE_SUBMITTED `text` is the line, already in the history. */
enum palette_event palette_key(struct palette *palette, struct key key,
                               const struct palette_names *names);

/* Puts a pasted text (any bytes) in at the cursor, as one text: line ends and tabs become blanks,
 * control and format characters are left out, nothing is submitted.  False if its end did not
 * fit. */
bool palette_paste(struct palette *palette, const char *text);

/* What could come next. */
void palette_complete(const struct palette *palette, const struct palette_names *names,
                      struct palette_choices *choices);

#endif
