/* SPDX-License-Identifier: MIT
 * Glyph sets: the same drawing in braille (default), block or 7-bit ASCII characters.  Everything
 * that is not a letter of a text is named here, so that a set can be swapped as a whole. */
#ifndef OUBLI_UI_SCREEN_GLYPHS_H
#define OUBLI_UI_SCREEN_GLYPHS_H

#include <stddef.h>
#include <stdint.h>

enum glyph {
    GLYPH_H,           /* frame line ─ */
    GLYPH_V,           /* │ */
    GLYPH_TOP_LEFT,    /* ╭ */
    GLYPH_TOP_RIGHT,   /* ╮ */
    GLYPH_BOTTOM_LEFT, /* ╰ */
    GLYPH_BOTTOM_RIGHT,
    GLYPH_DOT_V,        /* dotted vertical ┊ */
    GLYPH_GUIDE,        /* a dot of a horizontal guide · */
    GLYPH_ON,           /* ● */
    GLYPH_OFF,          /* ○ */
    GLYPH_STAR,         /* ★ */
    GLYPH_UP,           /* ▲ */
    GLYPH_DOWN,         /* ▼ */
    GLYPH_RIGHT,        /* ▸ the focused line, the narrator */
    GLYPH_LEFT,         /* ◂ */
    GLYPH_ARROW_LEFT,   /* ← */
    GLYPH_ARROW_RIGHT,  /* → */
    GLYPH_SLIDE,        /* slider line, what is filled ━ */
    GLYPH_SLIDE_REST,   /* slider line, what is left ─ */
    GLYPH_KNOB,         /* ● */
    GLYPH_TIME,         /* timeline, trained ━ */
    GLYPH_TIME_REST,    /* timeline, still to come ─ */
    GLYPH_TICK,         /* a command or note on the timeline ╋ */
    GLYPH_BAR,          /* filled cell of a bar █ */
    GLYPH_BAR_REST,     /* ░ */
    GLYPH_HALF_TOP,     /* ▀ */
    GLYPH_HALF_BOTTOM,  /* ▄ */
    GLYPH_FULL,         /* █ */
    GLYPH_ELLIPSIS,     /* … */
    GLYPH_MIDDLE_DOT,   /* · between words, and an empty cell of a matrix */
    GLYPH_CROSS,        /* × */
    GLYPH_DIAMOND,      /* ◆ */
    GLYPH_SQUARE,       /* ■ */
    GLYPH_POINT,        /* • a point of a trail */
    GLYPH_CORNER,       /* └ origin of two axes */
    GLYPH_DIAMOND_OPEN, /* ◇ */
    GLYPH_SQUARE_OPEN,  /* □ */
    GLYPH_PLUS,         /* + */
    GLYPH_YES,          /* ✓ a right answer */
    GLYPH_NO,           /* ✗ a wrong one */
    GLYPH_COUNT
};

/* How many dots of a curve stand in one cell. */
enum dots {
    DOTS_ASCII,   /* 1 x 2: . ' : */
    DOTS_BLOCK,   /* 2 x 2 quadrants */
    DOTS_BRAILLE, /* 2 x 4 */
};

struct glyphs {
    const char *name; /* "braille", "block", "ascii" */
    enum dots dots;
    uint32_t at[GLYPH_COUNT];
    uint32_t shade[12]; /* from empty to full, for depths without a heat ramp */
    int n_shades;
};

/* The set called `name`; NULL if there is none.  "auto" is the caller's to decide. */
const struct glyphs *glyphs_find(const char *name);

/* The i-th set in the order braille, block, ascii; NULL behind the last. */
const struct glyphs *glyphs_at(int i);

/* What `ch` is called in 7-bit ASCII: λ "lambda", → "->", · ".", ▼ "v"; "?" if nothing fits, the
 * character itself where it is ASCII.  The text is constant or stands in `buf`. */
const char *glyphs_fold_char(uint32_t ch, char buf[2]);

/* The whole text in ASCII, cut to fit.  Returns buf. */
char *glyphs_fold(const char *text, char *buf, size_t size);

#endif
