/* SPDX-License-Identifier: MIT
 * The table of keys (bindings.c and the files of its rows, key_rows.h): what is dispatched, what
 * the help overlay, the hints, `oubli list keys` and the man page show. */
#ifndef OUBLI_UI_APP_KEYS_H
#define OUBLI_UI_APP_KEYS_H

#include "ui/panels/view.h"
#include "ui/screen/key.h"

struct app; /* state.h */

enum key_use {
    KEY_PLAYS = 1,   /* it means something to a recording that is played, too */
    KEY_PLAYED = 2,  /* to such a recording alone */
    KEY_SCREEN = 4,  /* of the screen alone: obeyed while the session is not there yet */
    KEY_TYPES = 8,   /* begins a line: what is typed behind it is text */
    KEY_PAUSES = 16, /* while it is paused, its hint is "go on" */
    KEY_LAST = 32,   /* its hint is always there, at the end */
    KEY_LEAVES = 64, /* obeyed without a session */
    KEY_SURE = 256,  /* its hint is always there, in its place */
    KEY_DATA = 128,  /* where it is idle, it is so with this data for good: help leaves it out */
};

struct key_binding {
    const char *keys; /* names of key_parse, separated by spaces */
    /* What it does, to whom `argument` and `text` mean something or not. */
    void (*act)(struct app *app, const struct key_binding *binding);
    int argument;
    const char *text;
    unsigned panels; /* bit per panel that must have the focus; 0 = always */
    const char
        *shown; /* how help writes the key; NULL: the entry before it speaks for this one, too */
    const char *hint; /* one or two words for the line at the bottom; NULL = not there */
    const char *help; /* one line */
    unsigned uses;    /* enum key_use */
    /* True while it has nothing to do, and its hint is left out; NULL: never. */
    bool (*is_idle)(const struct view *view);
};

/* The table in the order of the hints; NULL past the last.  In help those for all panels come
 * first. */
const struct key_binding *key_binding_at(int i);

/* What a key does while `focus` has the keys; NULL if nothing.  What is for this panel comes before
 * what is for all. */
const struct key_binding *key_find(struct key key, enum panel_id focus);

/* Of a key that does nothing there: the binding that names it in help, and the panels where it
 * works (a bit each); NULL if it is none anywhere. */
const struct key_binding *key_elsewhere(struct key key, enum panel_id focus, unsigned *panels);

/* True if it means something to a recording that is played, and to a session that trains. */
bool key_plays(const struct key_binding *binding);
bool key_trains(const struct key_binding *binding);

#endif
