/* SPDX-License-Identifier: MIT
 * What a person did, decoded: one key press, one mouse click, one paste.  (The names avoid KEY_...,
 * which belongs to curses.) */
#ifndef OUBLI_UI_SCREEN_KEY_H
#define OUBLI_UI_SCREEN_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum press {
    PRESS_NONE, /* nothing is waiting */
    PRESS_CHAR, /* ch: a printable codepoint, also the space */
    PRESS_CTRL, /* ch: a lower-case letter, or one of @ [ \ ] ^ _ */
    PRESS_ALT,  /* ch: Esc and a character at once */
    PRESS_UP,
    PRESS_DOWN,
    PRESS_LEFT,
    PRESS_RIGHT,
    PRESS_SHIFT_LEFT,
    PRESS_SHIFT_RIGHT,
    PRESS_HOME,
    PRESS_END,
    PRESS_PAGE_UP,
    PRESS_PAGE_DOWN,
    PRESS_INSERT,
    PRESS_DELETE,
    PRESS_BACKSPACE,
    PRESS_TAB,
    PRESS_SHIFT_TAB,
    PRESS_ENTER,
    PRESS_ESCAPE,
    PRESS_FUNCTION, /* ch: 1 .. 24 */
    PRESS_MOUSE,    /* x, y, button */
    PRESS_PASTE,    /* text: put in at once, not typed */
    PRESS_OTHER,    /* a key without a name here */
};

enum mouse_button { MOUSE_LEFT, MOUSE_MIDDLE, MOUSE_RIGHT, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct key {
    enum press press;
    uint32_t ch;
    int x, y; /* cell of the grid, from 0 */
    enum mouse_button button;
    const char *text; /* borrowed from whoever decoded it, until it decodes the next key */
};

bool key_equals(struct key a, struct key b);

/* What an input character (not a key code) means: control characters become PRESS_CTRL, PRESS_TAB,
 * PRESS_ENTER, PRESS_ESCAPE, PRESS_BACKSPACE. */
struct key key_from_char(uint32_t ch);

/* Reads a key's name as help and scripts write it: "a", "space", "ctrl-c", "alt-x", "up",
 * "shift-tab", "f1".  False if it names no key. */
bool key_parse(const char *name, struct key *key);

#endif
