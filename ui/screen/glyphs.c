/* SPDX-License-Identifier: MIT */
#include "ui/screen/glyphs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ui/screen/utf8.h"

/* The block set keeps to characters that old console fonts (code page 437) have too. */
/* clang-format off */
static const struct glyphs sets[] = {
    {.name = "braille", .dots = DOTS_BRAILLE,
     .at = {[GLYPH_H] = 0x2500, [GLYPH_V] = 0x2502,
            [GLYPH_TOP_LEFT] = 0x256D, [GLYPH_TOP_RIGHT] = 0x256E,
            [GLYPH_BOTTOM_LEFT] = 0x2570, [GLYPH_BOTTOM_RIGHT] = 0x256F,
            [GLYPH_DOT_V] = 0x250A, [GLYPH_GUIDE] = 0x00B7,
            [GLYPH_ON] = 0x25CF, [GLYPH_OFF] = 0x25CB, [GLYPH_STAR] = 0x2605,
            [GLYPH_UP] = 0x25B2, [GLYPH_DOWN] = 0x25BC,
            [GLYPH_RIGHT] = 0x25B8, [GLYPH_LEFT] = 0x25C2,
            [GLYPH_ARROW_LEFT] = 0x2190, [GLYPH_ARROW_RIGHT] = 0x2192,
            [GLYPH_SLIDE] = 0x2501, [GLYPH_SLIDE_REST] = 0x2500, [GLYPH_KNOB] = 0x25CF,
            [GLYPH_TIME] = 0x2501, [GLYPH_TIME_REST] = 0x2500, [GLYPH_TICK] = 0x254B,
            [GLYPH_BAR] = 0x2588, [GLYPH_BAR_REST] = 0x2591,
            [GLYPH_HALF_TOP] = 0x2580, [GLYPH_HALF_BOTTOM] = 0x2584, [GLYPH_FULL] = 0x2588,
            [GLYPH_ELLIPSIS] = 0x2026, [GLYPH_MIDDLE_DOT] = 0x00B7, [GLYPH_CROSS] = 0x00D7,
            [GLYPH_DIAMOND] = 0x25C6, [GLYPH_SQUARE] = 0x25A0,
            [GLYPH_POINT] = 0x2022, [GLYPH_CORNER] = 0x2514,
            [GLYPH_DIAMOND_OPEN] = 0x25C7, [GLYPH_SQUARE_OPEN] = 0x25A1, [GLYPH_PLUS] = '+',
            [GLYPH_YES] = 0x2713, [GLYPH_NO] = 0x2717},
     .shade = {' ', 0x2591, 0x2592, 0x2593, 0x2588}, .n_shades = 5},
    {.name = "block", .dots = DOTS_BLOCK,
     .at = {[GLYPH_H] = 0x2500, [GLYPH_V] = 0x2502,
            [GLYPH_TOP_LEFT] = 0x250C, [GLYPH_TOP_RIGHT] = 0x2510,
            [GLYPH_BOTTOM_LEFT] = 0x2514, [GLYPH_BOTTOM_RIGHT] = 0x2518,
            [GLYPH_DOT_V] = ':', [GLYPH_GUIDE] = 0x00B7,
            [GLYPH_ON] = 0x25A0, [GLYPH_OFF] = 0x25CB, [GLYPH_STAR] = '*',
            [GLYPH_UP] = 0x25B2, [GLYPH_DOWN] = 0x25BC,
            [GLYPH_RIGHT] = 0x25BA, [GLYPH_LEFT] = 0x25C4,
            [GLYPH_ARROW_LEFT] = 0x2190, [GLYPH_ARROW_RIGHT] = 0x2192,
            [GLYPH_SLIDE] = 0x2550, [GLYPH_SLIDE_REST] = 0x2500, [GLYPH_KNOB] = 0x25A0,
            [GLYPH_TIME] = 0x2550, [GLYPH_TIME_REST] = 0x2500, [GLYPH_TICK] = 0x256A,
            [GLYPH_BAR] = 0x2588, [GLYPH_BAR_REST] = 0x2591,
            [GLYPH_HALF_TOP] = 0x2580, [GLYPH_HALF_BOTTOM] = 0x2584, [GLYPH_FULL] = 0x2588,
            [GLYPH_ELLIPSIS] = 0x2026, [GLYPH_MIDDLE_DOT] = 0x00B7, [GLYPH_CROSS] = 0x00D7,
            [GLYPH_DIAMOND] = 0x2666, [GLYPH_SQUARE] = 0x25AC,
            [GLYPH_POINT] = 0x2022, [GLYPH_CORNER] = 0x2514,
            [GLYPH_DIAMOND_OPEN] = 0x2660, [GLYPH_SQUARE_OPEN] = 0x2663, [GLYPH_PLUS] = '+',
            [GLYPH_YES] = 0x221A, [GLYPH_NO] = 0x00D7},
     .shade = {' ', 0x2591, 0x2592, 0x2593, 0x2588}, .n_shades = 5},
    {.name = "ascii", .dots = DOTS_ASCII,
     .at = {[GLYPH_H] = '-', [GLYPH_V] = '|',
            [GLYPH_TOP_LEFT] = '+', [GLYPH_TOP_RIGHT] = '+',
            [GLYPH_BOTTOM_LEFT] = '+', [GLYPH_BOTTOM_RIGHT] = '+',
            [GLYPH_DOT_V] = ':', [GLYPH_GUIDE] = '-',
            [GLYPH_ON] = '*', [GLYPH_OFF] = 'o', [GLYPH_STAR] = '*',
            [GLYPH_UP] = '^', [GLYPH_DOWN] = 'v', [GLYPH_RIGHT] = '>', [GLYPH_LEFT] = '<',
            [GLYPH_ARROW_LEFT] = '<', [GLYPH_ARROW_RIGHT] = '>',
            [GLYPH_SLIDE] = '=', [GLYPH_SLIDE_REST] = '-', [GLYPH_KNOB] = 'O',
            [GLYPH_TIME] = '=', [GLYPH_TIME_REST] = '-', [GLYPH_TICK] = '+',
            [GLYPH_BAR] = '#', [GLYPH_BAR_REST] = '-',
            [GLYPH_HALF_TOP] = '\'', [GLYPH_HALF_BOTTOM] = '_', [GLYPH_FULL] = '#',
            [GLYPH_ELLIPSIS] = '~', [GLYPH_MIDDLE_DOT] = '.', [GLYPH_CROSS] = 'x',
            [GLYPH_DIAMOND] = '%', [GLYPH_SQUARE] = '#',
            [GLYPH_POINT] = '.', [GLYPH_CORNER] = '+',
            [GLYPH_DIAMOND_OPEN] = '$', [GLYPH_SQUARE_OPEN] = '&', [GLYPH_PLUS] = '+',
            [GLYPH_YES] = 'v', [GLYPH_NO] = 'x'},
     .shade = {' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'}, .n_shades = 10},
};
/* clang-format on */

enum { N_SETS = sizeof sets / sizeof sets[0] };

struct fold {
    uint32_t ch;
    const char *ascii;
};

/* Ascending by codepoint: searched by halves. */
/* clang-format off */
static const struct fold folds[] = {
    {0x00A0, " "},     {0x00A7, "S"},     {0x00AB, "\""},    {0x00B0, "deg"},   {0x00B1, "+-"},
    {0x00B2, "^2"},    {0x00B3, "^3"},    {0x00B5, "u"},     {0x00B7, "."},     {0x00B9, "^1"},
    {0x00BB, "\""},    {0x00BC, "1/4"},   {0x00BD, "1/2"},   {0x00C4, "A"},     {0x00C9, "E"},
    {0x00D6, "O"},     {0x00D7, "x"},     {0x00DC, "U"},     {0x00DF, "ss"},    {0x00E0, "a"},
    {0x00E1, "a"},     {0x00E2, "a"},     {0x00E4, "a"},     {0x00E7, "c"},     {0x00E8, "e"},
    {0x00E9, "e"},     {0x00EA, "e"},     {0x00EB, "e"},     {0x00ED, "i"},     {0x00EE, "i"},
    {0x00EF, "i"},     {0x00F1, "n"},     {0x00F3, "o"},     {0x00F4, "o"},     {0x00F6, "o"},
    {0x00F7, "/"},     {0x00F9, "u"},     {0x00FA, "u"},     {0x00FB, "u"},     {0x00FC, "u"},
    {0x0107, "c"},     {0x010D, "c"},     {0x0142, "l"},     {0x0161, "s"},     {0x0394, "delta"},
    {0x03A3, "sum"},   {0x03B1, "alpha"}, {0x03B2, "beta"},  {0x03B3, "gamma"}, {0x03B4, "delta"},
    {0x03B5, "eps"},   {0x03B7, "eta"},   {0x03B8, "theta"}, {0x03BB, "lambda"}, {0x03BC, "mu"},
    {0x03BE, "xi"},    {0x03C0, "pi"},    {0x03C1, "rho"},   {0x03C3, "sigma"}, {0x03C4, "tau"},
    {0x03C6, "phi"},   {0x03C9, "omega"}, {0x1D40, "^T"},    {0x1D62, "_i"},    {0x2013, "-"},
    {0x2014, "-"},     {0x2016, "||"},    {0x2018, "'"},     {0x2019, "'"},     {0x201C, "\""},
    {0x201D, "\""},    {0x2022, "*"},     {0x2026, "..."},   {0x202F, " "},     {0x2032, "'"},
    {0x2070, "^0"},    {0x207B, "^-"},    {0x207F, "^n"},    {0x2080, "0"},     {0x2081, "1"},
    {0x2082, "2"},     {0x2083, "3"},     {0x20AC, "EUR"},   {0x2190, "<-"},    {0x2191, "^"},
    {0x2192, "->"},    {0x2193, "v"},     {0x2194, "<->"},   {0x21B5, "enter"}, {0x2202, "d"},
    {0x2206, "delta"}, {0x2207, "grad"},  {0x2208, "in"},    {0x2211, "sum"},   {0x2212, "-"},
    {0x221A, "sqrt"},  {0x221E, "inf"},   {0x2248, "~"},     {0x2260, "!="},    {0x2264, "<="},
    {0x2265, ">="},    {0x2299, "*"},     {0x22C5, "."},     {0x2500, "-"},     {0x2501, "="},
    {0x2502, "|"},     {0x250A, ":"},     {0x2514, "+"},     {0x254B, "+"},     {0x256D, "+"},
    {0x256E, "+"},     {0x256F, "+"},     {0x2570, "+"},     {0x2580, "'"},     {0x2584, "_"},
    {0x2587, "#"},     {0x2588, "#"},     {0x2591, "."},     {0x2592, "="},     {0x2593, "%"},
    {0x25A0, "#"},     {0x25B2, "^"},     {0x25B6, ">"},     {0x25B8, ">"},     {0x25BA, ">"},
    {0x25BC, "v"},     {0x25C0, "<"},     {0x25C2, "<"},     {0x25CB, "o"},     {0x25CF, "*"},
    {0x2605, "*"},     {0x2713, "ok"},    {0x2717, "x"},
};
/* clang-format on */

const struct glyphs *glyphs_find(const char *name)
{
    for (int i = 0; i < N_SETS; i++) {
        if (strcmp(sets[i].name, name) == 0) {
            return &sets[i];
        }
    }
    return NULL;
}

const struct glyphs *glyphs_at(int i)
{
    return i >= 0 && i < N_SETS ? &sets[i] : NULL;
}

static int fold_compare(const void *key, const void *entry)
{
    uint32_t ch = *(const uint32_t *)key;
    uint32_t other = ((const struct fold *)entry)->ch;
    return (ch > other) - (ch < other);
}

const char *glyphs_fold_char(uint32_t ch, char buf[2])
{
    if (ch < 0x80) {
        buf[0] = (char)ch;
        buf[1] = '\0';
        return buf;
    }
    const struct fold *fold =
        bsearch(&ch, folds, sizeof folds / sizeof folds[0], sizeof folds[0], fold_compare);
    return fold ? fold->ascii : "?";
}

char *glyphs_fold(const char *text, char *buf, size_t size)
{
    size_t used = 0;
    uint32_t ch;
    while (size && text && (ch = utf8_next(&text))) {
        char one[2];
        const char *ascii = glyphs_fold_char(ch, one);
        size_t n = strlen(ascii);
        if (used + n >= size) {
            break;
        }
        memcpy(buf + used, ascii, n);
        used += n;
    }
    if (size) {
        buf[used] = '\0';
    }
    return buf;
}
