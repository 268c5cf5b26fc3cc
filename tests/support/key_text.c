/* SPDX-License-Identifier: MIT */
#include "support/key_text.h"

#include <stdio.h>

#include "ui/screen/utf8.h"

static const char *name_of(enum press press)
{
    static const char *const names[] = {
        "up",        "down", "left",      "right",     "shift-left", "shift-right",
        "home",      "end",  "page-up",   "page-down", "insert",     "delete",
        "backspace", "tab",  "shift-tab", "enter",     "esc"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct key key;
        if (key_parse(names[i], &key) && key.press == press) {
            return names[i];
        }
    }
    return press == PRESS_NONE ? "" : press == PRESS_PASTE ? "paste" : "?";
}

/* "space" for the space, else the character itself. */
static const char *char_name(uint32_t ch, char buf[8])
{
    if (ch == ' ') {
        return "space";
    }
    buf[utf8_put(buf, utf8_cell(ch))] = '\0';
    return buf;
}

char *key_text(struct key key, char *buf, size_t size)
{
    static const char *const buttons[] = {"click", "middle-click", "right-click", "wheel-up",
                                          "wheel-down"};
    static const char *const before[] = {
        [PRESS_CHAR] = "", [PRESS_CTRL] = "ctrl-", [PRESS_ALT] = "alt-"};
    char one[8];
    switch (key.press) {
    case PRESS_CHAR:
    case PRESS_CTRL:
    case PRESS_ALT:
        snprintf(buf, size, "%s%s", before[key.press], char_name(key.ch, one));
        break;
    case PRESS_FUNCTION:
        snprintf(buf, size, "f%u", (unsigned)key.ch);
        break;
    case PRESS_MOUSE:
        snprintf(buf, size, "%s %d,%d", buttons[key.button], key.x, key.y);
        break;
    default:
        snprintf(buf, size, "%s", name_of(key.press));
        break;
    }
    return buf;
}
