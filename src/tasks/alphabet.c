/* SPDX-License-Identifier: MIT */
#include "tasks/alphabet.h"

#include <assert.h>
#include <string.h>

#include "tasks/plain_text.h"

static const char symbols_of_text[] = "abcdefghijklmnopqrstuvwxyz0123456789 \n"
                                      ".,;:!?'\"(){}[]<>=+-*/&|%#_";
_Static_assert(sizeof symbols_of_text == ALPHABET_SIZE + 1, "as many as the header says");

char alphabet_char(int symbol)
{
    assert(symbol >= 0 && symbol < ALPHABET_SIZE);
    return symbols_of_text[symbol];
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
    {'\r', "\n"},  {'\t', " "},     {'\\', "/"},    {'`', "'"},     {'~', "-"},     {'^', "'"},
    {'$', "#"},    {'@', "#"},      {0xA0, " "},    {0xAB, "\""},   {0xBB, "\""},   {0xC6, "ae"},
    {0xE6, "ae"},  {0xDF, "ss"},    {0x152, "oe"},  {0x153, "oe"},  {0x2013, "-"},  {0x2014, "-"},
    {0x2018, "'"}, {0x2019, "'"},   {0x201C, "\""}, {0x201D, "\""}, {0x201E, "\""}, {0x2026, "..."},
    {0x202F, " "}, {0x20AC, "eur"}, {0x2028, "\n"}, {0x2029, "\n"},
};

/* Byte order marks, joiners, marks of direction, and accents that follow their letter. */
static bool has_no_width(uint32_t code)
{
    return code == 0xFEFF || code == 0xAD || code == 0x2060 || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x300 && code < 0x370);
}

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
    } else if (!has_no_width(code)) {
        plain[0] = '?';
    }
    return plain;
}

/* What most texts consist of, without a search; -1 for all else. */
static int plain_symbol(char c)
{
    return c >= 'a' && c <= 'z'   ? c - 'a'
           : c >= '0' && c <= '9' ? 26 + c - '0'
           : c == ' '             ? 36
           : c == '\n'            ? ALPHABET_NEWLINE
                                  : -1;
}

/* Counts the character at `at`, of `size` bytes (0 = none), that was folded to `folded`. */
static void count(struct alphabet_loss *loss, size_t at, size_t size, uint32_t code,
                  const char *folded)
{
    bool is_blank = code == '\n' || code == '\t' || code == '\r';
    bool is_control = size > 0 && !is_blank && (code < ' ' || (code >= 0x7f && code < 0xa0));
    bool is_strange = size == 0 || is_control;
    bool is_foreign = !is_strange && folded[0] == '?' && code != '?';
    if ((is_strange || is_foreign) && loss->n_strange + loss->n_foreign == 0) {
        loss->first = at;
    }
    loss->n_characters++;
    loss->n_strange += is_strange;
    loss->n_foreign += is_foreign;
}

size_t alphabet_fold(const char *text, size_t length, uint8_t *symbols, size_t capacity,
                     struct alphabet_loss *loss)
{
    size_t n = 0;
    struct alphabet_loss counted = {0};
    for (size_t at = 0; at < length && n < capacity;) {
        int plain_one = plain_symbol(text[at]);
        if (plain_one >= 0) {
            symbols[n++] = (uint8_t)plain_one;
            counted.n_characters++;
            at++;
            continue;
        }
        uint32_t code = 0;
        char plain[2];
        size_t size = plain_text_decode(text + at, length - at, &code);
        bool is_crlf = code == '\r' && at + 1 < length && text[at + 1] == '\n';
        const char *folded = size == 0 ? "?" : is_crlf ? "" : fold(code, plain);
        count(&counted, at, size, code, folded);
        for (; *folded && n < capacity; folded++) {
            symbols[n++] = (uint8_t)(strchr(symbols_of_text, *folded) - symbols_of_text);
        }
        at += size > 0 ? size : 1;
    }
    if (loss) {
        *loss = counted;
    }
    return n;
}

bool alphabet_is_lost(const struct alphabet_loss *loss)
{
    return loss->n_foreign * 5 > loss->n_characters;
}
