/* SPDX-License-Identifier: MIT */
#include "tasks/clean.h"

#include <assert.h>
#include <string.h>

struct range {
    uint32_t first, last;
};

/* Unicode's categories Cf (format), Zl and Zp (separators of lines and paragraphs), the fillers
 * that look like nothing, selectors of variants, private tags.  Ascending. */
/* clang-format off */
static const struct range hidden[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x034F, 0x034F},
    {0x0600, 0x0605},   {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},
    {0x0890, 0x0891},   {0x08E2, 0x08E2},   {0x115F, 0x1160},   {0x17B4, 0x17B5},
    {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},
    {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F},
    {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};
/* clang-format on */

bool clean_is_hidden(uint32_t ch)
{
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0] && ch >= hidden[i].first; i++) {
        if (ch <= hidden[i].last) {
            return true;
        }
    }
    return false;
}

/* Controls and separators stand for something that was there between two words. */
static bool is_replaced(uint32_t ch)
{
    return ch < 0xA0 || ch == 0x2028 || ch == 0x2029;
}

/* Bytes of the character that begins at `s` (ended by NUL), 0 if there is none. */
static int character_length(const unsigned char *s, uint32_t *ch)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
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
    if (value < smallest[length] || value > 0x10FFFF) {
        return 0;
    }
    *ch = value;
    return value >= 0xD800 && value < 0xE000 ? 0 : length;
}

void clean_text(char *text)
{
    char *to = text;
    while (*text) {
        uint32_t ch = 0;
        int length = character_length((const unsigned char *)text, &ch);
        if (length == 0 || (clean_is_hidden(ch) && is_replaced(ch))) {
            *to++ = '?';
        } else if (!clean_is_hidden(ch)) {
            memmove(to, text, (size_t)length);
            to += length;
        }
        text += length ? length : 1;
    }
    *to = '\0';
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
