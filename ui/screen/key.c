/* SPDX-License-Identifier: MIT */
#include "ui/screen/key.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ui/screen/utf8.h"

struct name {
    enum press press;
    const char *text;
};

static const struct name names[] = {
    {PRESS_UP, "up"},
    {PRESS_DOWN, "down"},
    {PRESS_LEFT, "left"},
    {PRESS_RIGHT, "right"},
    {PRESS_SHIFT_LEFT, "shift-left"},
    {PRESS_SHIFT_RIGHT, "shift-right"},
    {PRESS_HOME, "home"},
    {PRESS_END, "end"},
    {PRESS_PAGE_UP, "page-up"},
    {PRESS_PAGE_DOWN, "page-down"},
    {PRESS_INSERT, "insert"},
    {PRESS_DELETE, "delete"},
    {PRESS_BACKSPACE, "backspace"},
    {PRESS_TAB, "tab"},
    {PRESS_SHIFT_TAB, "shift-tab"},
    {PRESS_ENTER, "enter"},
    {PRESS_ESCAPE, "esc"},
};

bool key_equals(struct key a, struct key b)
{
    if (a.press != b.press) {
        return false;
    }
    if (a.press == PRESS_MOUSE) {
        return a.button == b.button && a.x == b.x && a.y == b.y;
    }
    bool has_ch = a.press == PRESS_CHAR || a.press == PRESS_CTRL || a.press == PRESS_ALT ||
                  a.press == PRESS_FUNCTION;
    return !has_ch || a.ch == b.ch;
}

struct key key_from_char(uint32_t ch)
{
    switch (ch) {
    case '\t':
        return (struct key){.press = PRESS_TAB};
    case '\r':
    case '\n':
        return (struct key){.press = PRESS_ENTER};
    case 0x1B:
        return (struct key){.press = PRESS_ESCAPE};
    case 0x08: /* what some terminals send for Backspace, so not told apart from ^H */
    case 0x7F:
        return (struct key){.press = PRESS_BACKSPACE};
    default:
        break;
    }
    if (ch < 0x20) {
        uint32_t plain = ch + 0x40;
        bool is_letter = plain >= 'A' && plain <= 'Z';
        return (struct key){.press = PRESS_CTRL, .ch = is_letter ? plain + 0x20 : plain};
    }
    return (struct key){.press = PRESS_CHAR, .ch = ch};
}

/* One printable character, or "space". */
static bool parse_char(const char *text, uint32_t *ch)
{
    if (strcmp(text, "space") == 0) {
        *ch = ' ';
        return true;
    }
    *ch = utf8_next(&text);
    return *ch >= 0x20 && *ch != 0x7F && *text == '\0';
}

bool key_parse(const char *name, struct key *key)
{
    *key = (struct key){0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i].text, name) == 0) {
            key->press = names[i].press;
            return true;
        }
    }
    if (name[0] == 'f' && isdigit((unsigned char)name[1])) {
        char *end;
        unsigned long number = strtoul(name + 1, &end, 10);
        *key = (struct key){.press = PRESS_FUNCTION, .ch = (uint32_t)number};
        return *end == '\0' && number >= 1 && number <= 24;
    }
    if (strncmp(name, "ctrl-", 5) == 0) {
        key->press = PRESS_CTRL;
        return parse_char(name + 5, &key->ch) && key->ch < 0x80;
    }
    if (strncmp(name, "alt-", 4) == 0) {
        key->press = PRESS_ALT;
        return parse_char(name + 4, &key->ch);
    }
    key->press = PRESS_CHAR;
    return parse_char(name, &key->ch);
}
