/* SPDX-License-Identifier: MIT */
#include "tasks/clean.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

/* Bytes of the printable character that begins at `s` (ended by NUL), 0 if there is none. */
static int character_length(const unsigned char *s)
{
    static const uint32_t smallest[5] = {0, 0x20, 0xA0, 0x800, 0x10000};
    int length = s[0] < 0x80 ? 1 : s[0] < 0xC0 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (length == 0 || s[0] >= 0xF8) {
        return 0;
    }
    uint32_t value = length == 1 ? s[0] : s[0] & (0x7Fu >> length);
    for (int i = 1; i < length; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            return 0;
        }
        value = value << 6 | (s[i] & 0x3Fu);
    }
    if (value < smallest[length] || value == 0x7F || value > 0x10FFFF) {
        return 0;
    }
    return value >= 0xD800 && value < 0xE000 ? 0 : length;
}

void clean_text(char *text)
{
    while (*text) {
        int length = character_length((const unsigned char *)text);
        if (length == 0) {
            *text = '?';
            length = 1;
        }
        text += length;
    }
}

char *clean_copy(char *buf, size_t size, const char *text)
{
    assert(size > 3);
    size_t length = strnlen(text, size);
    if (length < size) {
        memcpy(buf, text, length + 1);
        clean_text(buf);
        return buf;
    }
    size_t keep = size - 4;
    while (keep > 0 && ((unsigned char)text[keep] & 0xC0) == 0x80) {
        keep--;
    }
    memcpy(buf, text, keep);
    memcpy(buf + keep, "...", 4);
    clean_text(buf);
    return buf;
}
