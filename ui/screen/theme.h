/* SPDX-License-Identifier: MIT
 * Themes: a const table from role to colour at every depth.
 *
 * A theme names a colour of the 256-colour palette and one of the 16; direct colour and SVG take
 * the standard xterm RGB of the former.  Without colours the attributes keep apart what must be
 * told apart. */
#ifndef OUBLI_UI_SCREEN_THEME_H
#define OUBLI_UI_SCREEN_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/screen/depth.h"
#include "ui/screen/style.h"

struct theme_color {
    int16_t c256; /* 0 .. 255, or -1: the terminal's own */
    int16_t c16;  /* 0 .. 15, or -1 */
    uint8_t mono; /* ATTR_... added where there are no colours */
};

struct theme {
    const char *name;    /* "dark" */
    const char *help;    /* one line */
    bool is_light;       /* made for a light background */
    bool is_mono;        /* uses no colour at any depth */
    uint32_t background; /* 0xRRGGBB where there is no terminal to have its own: SVG */
    uint32_t foreground;
    struct theme_color role[ROLE_COUNT];
};

/* The theme called `name`; NULL if there is none. */
const struct theme *theme_find(const char *name);

/* The i-th theme, the default first; NULL behind the last. */
const struct theme *theme_at(int i);

/* What a presenter of colour numbers (curses, asciicast) needs of one style. */
struct theme_ink {
    int fg, bg;   /* palette number, 0xRRGGBB in DEPTH_DIRECT, -1 the terminal's own */
    uint8_t attr; /* ATTR_... */
};

/* The depth that widgets must draw for: a theme without colours makes every depth DEPTH_MONO. */
static inline enum color_depth theme_depth(const struct theme *theme, enum color_depth depth)
{
    return theme->is_mono ? DEPTH_MONO : depth;
}

/* The style in the terms of a depth: palette numbers up to 7, 15, 255, or 0xRRGGBB. */
struct theme_ink theme_ink(const struct theme *theme, struct style style, enum color_depth depth);

/* 0xRRGGBB of a role used as text (or as background); never "the terminal's own". */
uint32_t theme_rgb(const struct theme *theme, enum role role, bool as_background);

/* 0xRRGGBB of a number of the standard xterm palette, 0 .. 255. */
uint32_t theme_palette(int index);

/* WCAG 2 contrast of two colours 0xRRGGBB, 1 .. 21. */
double theme_contrast(uint32_t a, uint32_t b);

#endif
