/* SPDX-License-Identifier: MIT
 * How many colours the screen may use, decided from plain facts. */
#ifndef OUBLI_UI_SCREEN_DEPTH_H
#define OUBLI_UI_SCREEN_DEPTH_H

#include <stdbool.h>

enum color_depth { DEPTH_MONO, DEPTH_8, DEPTH_16, DEPTH_256, DEPTH_DIRECT };

struct depth_facts {
    const char *option;    /* --color: NULL or "auto", "never", "8", "16", "256", "direct" */
    const char *no_color;  /* $NO_COLOR, NULL if unset; counts when not empty (no-color.org) */
    const char *colorterm; /* $COLORTERM, NULL if unset */
    int colors;            /* of the terminal's own entry; -1 or 0 is none */
    bool is_rgb;           /* the entry is a direct-colour one (its RGB capability) */
    bool has_tty;          /* there is a terminal at all */
};

/* What the option asks for wins; then NO_COLOR; then no terminal; then the entry's own colours,
 * where COLORTERM=truecolor or 24bit makes a poor entry (TERM=xterm) count as 256.  Direct colour
 * is used only where it is asked for or where the entry is itself direct: the palettes are made of
 * 256 colours and a moving heatmap costs four times the bytes in direct colour. */
enum color_depth depth_detect(const struct depth_facts *facts);

/* True if `text` is a word that depth_facts.option may have. */
bool depth_is_option(const char *text);

/* Heat ramps need the 256 colours; below, widgets draw shade glyphs. */
static inline bool depth_has_ramps(enum color_depth depth)
{
    return depth >= DEPTH_256;
}

#endif
