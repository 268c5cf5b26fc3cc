/* SPDX-License-Identifier: MIT */
#include "tasks/alphabet.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static const char symbols_of_text[] = "abcdefghijklmnopqrstuvwxyz0123456789 \n"
                                      ".,;:!?'\"(){}[]<>=+-*/&|%#_";
_Static_assert(sizeof symbols_of_text == ALPHABET_SIZE + 1, "as many as the header says");

char alphabet_char(int symbol)
{
    assert(symbol >= 0 && symbol < ALPHABET_SIZE);
    return symbols_of_text[symbol];
}

/* Decodes a character of UTF-8; its bytes, 0 where it is none. */
static size_t decode(const unsigned char *at, size_t left, uint32_t *code)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = at[0] < 0x80 ? 1 : at[0] >> 5 == 6 ? 2 : at[0] >> 4 == 14 ? 3 : 4;
    if (length > left || (length == 4 && at[0] >> 3 != 30)) {
        return 0;
    }
    *code = length == 1 ? at[0] : at[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if (at[i] >> 6 != 2) {
            return 0;
        }
        *code = *code << 6 | (at[i] & 0x3fU);
    }
    return *code >= smallest[length] ? length : 0;
}

/* The plain letters of U+00C0 .. U+017F, as Unicode decomposes them; '?' for signs. */
static const char latin[] = "aaaaaaaceeeeiiiidnooooo?ouuuuypsaaaaaaaceeeeiiiidnooooo?ouuuuypy"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                            "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
_Static_assert(sizeof latin == 0x180 - 0xC0 + 1, "one letter each");

static const struct fold {
    uint32_t code;
    const char *text;
} folds[] = {
    {'\t', " "},    {'\\', "/"},    {'`', "'"},      {'~', "-"},    {'^', "'"},
    {'$', "#"},     {'@', "#"},     {0xA0, " "},     {0xAB, "\""},  {0xBB, "\""},
    {0xC6, "ae"},   {0xE6, "ae"},   {0xDF, "ss"},    {0x152, "oe"}, {0x153, "oe"},
    {0x2013, "-"},  {0x2014, "-"},  {0x2018, "'"},   {0x2019, "'"}, {0x201C, "\""},
    {0x201D, "\""}, {0x201E, "\""}, {0x2026, "..."}, {0x202F, " "}, {0x20AC, "eur"},
};

/* What a character becomes; "" if it goes. */
static const char *fold(uint32_t code, char plain[2])
{
    plain[0] = '\0';
    plain[1] = '\0';
    for (size_t i = 0; i < sizeof folds / sizeof *folds; i++) {
        if (folds[i].code == code) {
            return folds[i].text;
        }
    }
    if (code >= 'A' && code <= 'Z') {
        plain[0] = (char)(code - 'A' + 'a');
    } else if (code < 0x80 && code != 0 && strchr(symbols_of_text, (int)code)) {
        plain[0] = (char)code;
    } else if (code >= 0xC0 && code < 0x180) {
        plain[0] = latin[code - 0xC0];
    } else if (code != '\r' && code != 0xFEFF) {
        plain[0] = '?';
    }
    return plain;
}

/* What most texts consist of, without a search; -1 for all else. */
static int plain_symbol(unsigned char c)
{
    return c >= 'a' && c <= 'z'   ? c - 'a'
           : c >= '0' && c <= '9' ? 26 + c - '0'
           : c == ' '             ? 36
           : c == '\n'            ? ALPHABET_NEWLINE
                                  : -1;
}

size_t alphabet_fold(const char *text, size_t length, uint8_t *symbols, size_t capacity,
                     size_t *n_strange)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t n = 0, strange = 0;
    for (size_t at = 0; at < length && n < capacity;) {
        int plain_one = plain_symbol(bytes[at]);
        if (plain_one >= 0) {
            symbols[n++] = (uint8_t)plain_one;
            at++;
            continue;
        }
        uint32_t code = 0;
        size_t size = decode(bytes + at, length - at, &code);
        bool is_blank = code == '\n' || code == '\t' || code == '\r';
        bool is_control = size > 0 && !is_blank && (code < ' ' || (code >= 0x7f && code < 0xa0));
        strange += size == 0 || is_control;
        char plain[2];
        const char *folded = size > 0 ? fold(code, plain) : "?";
        for (; *folded && n < capacity; folded++) {
            symbols[n++] = (uint8_t)(strchr(symbols_of_text, *folded) - symbols_of_text);
        }
        at += size > 0 ? size : 1;
    }
    if (n_strange) {
        *n_strange = strange;
    }
    return n;
}
