/* SPDX-License-Identifier: MIT */
#include "ui/screen/utf8.h"

#include <stdbool.h>

enum { UTF8_BROKEN = 0xFFFD };

struct range {
    uint32_t first, last;
};

/* What is not one column wide: control, combining and format characters, wide scripts, emoji.
 * Ascending. */
/* clang-format off */
static const struct range not_one_wide[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD},   {0x0300, 0x036F},
    {0x0483, 0x0489},   {0x0591, 0x05BD},   {0x0610, 0x061C},   {0x064B, 0x065F},
    {0x0900, 0x0DFF},   {0x0E31, 0x0EFF},   {0x1000, 0x11FF},   {0x1AB0, 0x1AFF},
    {0x1DC0, 0x1DFF},   {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},
    {0x20D0, 0x20FF},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23F3},
    {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x267F, 0x267F},
    {0x2693, 0x2693},   {0x26A1, 0x26A1},   {0x26AA, 0x26AB},   {0x26BD, 0x26BE},
    {0x26C4, 0x26C5},   {0x26CE, 0x26CE},   {0x26D4, 0x26D4},   {0x26EA, 0x26EA},
    {0x26F2, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},
    {0x274C, 0x274E},   {0x2753, 0x2757},   {0x2795, 0x2797},   {0x27B0, 0x27BF},
    {0x2B1B, 0x2B1C},   {0x2B50, 0x2B55},   {0x2E80, 0xABFF},   {0xAC00, 0xDFFF},
    {0xE000, 0xF8FF},   {0xF900, 0xFAFF},   {0xFE00, 0xFE6F},   {0xFEFF, 0xFEFF},
    {0xFF00, 0xFF60},   {0xFFE0, 0xFFFC},   {0xFFFE, 0x1FAFF},  {0x1FBB0, 0xFFFFFFFF},
};
/* clang-format on */

/* Length of the sequence that `lead` begins; 0 if it begins none. */
static int sequence_length(unsigned char lead)
{
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return 3;
    }
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

uint32_t utf8_next(const char **text)
{
    const unsigned char *s = (const unsigned char *)*text;
    if (s[0] == 0) {
        return 0;
    }
    int n = sequence_length(s[0]);
    if (n <= 1) {
        *text += 1;
        return n ? s[0] : UTF8_BROKEN;
    }
    uint32_t ch = s[0] & (0x7Fu >> n);
    for (int i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            *text += 1;
            return UTF8_BROKEN;
        }
        ch = ch << 6 | (s[i] & 0x3Fu);
    }
    /* Overlong forms, surrogates and what lies beyond Unicode are broken too. */
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    bool is_surrogate = ch >= 0xD800 && ch <= 0xDFFF;
    bool is_valid = ch >= least[n] && ch <= 0x10FFFF && !is_surrogate;
    *text += is_valid ? n : 1;
    return is_valid ? ch : UTF8_BROKEN;
}

int utf8_put(char buf[4], uint32_t ch)
{
    if (ch < 0x80) {
        buf[0] = (char)ch;
        return 1;
    }
    if (ch < 0x800) {
        buf[0] = (char)(0xC0 | ch >> 6);
        buf[1] = (char)(0x80 | (ch & 0x3F));
        return 2;
    }
    if (ch < 0x10000) {
        buf[0] = (char)(0xE0 | ch >> 12);
        buf[1] = (char)(0x80 | (ch >> 6 & 0x3F));
        buf[2] = (char)(0x80 | (ch & 0x3F));
        return 3;
    }
    buf[0] = (char)(0xF0 | (ch >> 18 & 0x07));
    buf[1] = (char)(0x80 | (ch >> 12 & 0x3F));
    buf[2] = (char)(0x80 | (ch >> 6 & 0x3F));
    buf[3] = (char)(0x80 | (ch & 0x3F));
    return 4;
}

int utf8_columns(const char *text)
{
    int n = 0;
    while (text && utf8_next(&text)) {
        n++;
    }
    return n;
}

uint32_t utf8_cell(uint32_t ch)
{
    if (ch >= 0x20 && ch < 0x7F) {
        return ch;
    }
    int low = 0, high = (int)(sizeof not_one_wide / sizeof not_one_wide[0]) - 1;
    while (low <= high) {
        int middle = (low + high) / 2;
        if (ch < not_one_wide[middle].first) {
            high = middle - 1;
        } else if (ch > not_one_wide[middle].last) {
            low = middle + 1;
        } else {
            return '?';
        }
    }
    return ch;
}
