/* SPDX-License-Identifier: MIT
 * The table of keys: what is dispatched, what the help overlay, the hints, `oubli list keys` and
 * the man page show. */
#ifndef OUBLI_UI_APP_KEYS_H
#define OUBLI_UI_APP_KEYS_H

#include "ui/panels/view.h"
#include "ui/screen/key.h"

enum action {
    ACTION_PAUSE,
    ACTION_NEXT,
    ACTION_STRATEGY,    /* argument: index; -1 = the selected one */
    ACTION_KNOB_TURN,   /* argument: steps */
    ACTION_KNOB_CHOOSE, /* argument: direction */
    ACTION_KNOB_DEFAULT,
    ACTION_RATE,  /* argument: steps of the learning rate */
    ACTION_SPEED, /* argument: direction; 0 = as fast as it can */
    ACTION_REWIND,
    ACTION_RESTART,
    ACTION_CONSOLIDATE,
    ACTION_PLUG,
    ACTION_FOCUS, /* argument: direction */
    ACTION_ENLARGE,
    ACTION_EXPLAIN,
    ACTION_HELP,
    ACTION_PALETTE,
    ACTION_NOTE,
    ACTION_ASK,
    ACTION_ZOOM,
    ACTION_CURSOR_X, /* argument: columns; +-CURSOR_EDGE = to the edge */
    ACTION_CURSOR_Y,
    ACTION_SELECT_STRATEGY, /* argument: direction */
    ACTION_LEARNER,         /* argument: direction */
    ACTION_FORK,
    ACTION_ALL,
    ACTION_COMPARE,
    ACTION_COMPARE_TASK,
    ACTION_SORT, /* argument: +1 by the next column, -1 the other way round */
    ACTION_ADD,
    ACTION_RENAME,
    ACTION_REMOVE,
    ACTION_LANDMARKS,
    ACTION_RECORD,
    ACTION_MARK, /* argument: direction */
    ACTION_LAYER,
    ACTION_PLAIN,
    ACTION_WHAT,
    ACTION_SINCE,
    ACTION_THEME,
    ACTION_GLYPHS,
    ACTION_MOUSE,
    ACTION_REDRAW,
    ACTION_BACK, /* Esc: closes what is open */
    ACTION_QUIT,
};

enum { CURSOR_EDGE = 100000 };

struct key_binding {
    const char *keys; /* names of key_parse, separated by spaces */
    enum action action;
    int argument;
    unsigned panels; /* bit per panel that must have the focus; 0 = always */
    const char
        *shown; /* how help writes the key; NULL: the entry before it speaks for this one, too */
    const char *hint; /* one or two words for the line at the bottom; NULL = not there */
    const char *help; /* one line */
};

/* The table, ended by NULL keys.  The first binding that fits a key and the focus is carried
 * out. */
const struct key_binding *key_bindings(void);

/* What a key does while `focus` has the keys; NULL if nothing. */
const struct key_binding *key_find(struct key key, enum panel_id focus);

/* Of a key that does nothing there: the binding that names it in help, and the panels where it
 * works (a bit each); NULL if it is none anywhere. */
const struct key_binding *key_elsewhere(struct key key, enum panel_id focus, unsigned *panels);

/* True if the action means something to a recording that is played, and to a session that trains.
 */
bool key_plays(enum action action);
bool key_trains(enum action action);

#endif
