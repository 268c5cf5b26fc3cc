/* SPDX-License-Identifier: MIT */
#include "ui/widgets/canvas.h"

enum { BRAILLE = 0x2800 };
enum { KEPT_W = 2, KEPT_BY = 3 }; /* of so many stretches of so many columns one is kept */

/* Bit of a dot in braille: [column][row from the top]. */
static const unsigned char braille_bit[2][4] = {{0, 1, 2, 6}, {3, 4, 5, 7}};

/* Quadrants by mask: top left 1, top right 2, bottom left 4, bottom right 8. */
static const uint32_t quadrant[16] = {' ',    0x2598, 0x259D, 0x2580, 0x2596, 0x258C,
                                      0x259E, 0x259B, 0x2597, 0x259A, 0x2590, 0x259C,
                                      0x2584, 0x2599, 0x259F, 0x2588};

/* Halves by mask: top 1, bottom 2. */
static const uint32_t ascii_half[4] = {' ', '\'', '.', ':'};

struct canvas canvas_make(const struct pen *pen)
{
    static const unsigned char size[3][2] = {
        [DOTS_ASCII] = {1, 2}, [DOTS_BLOCK] = {2, 2}, [DOTS_BRAILLE] = {2, 4}};
    const unsigned char *dots = size[pen->glyphs->dots];
    return (struct canvas){
        .pen = *pen,
        .dots_x = dots[0],
        .dots_y = dots[1],
        .w = pen->area.w * dots[0],
        .h = pen->area.h * dots[1],
    };
}

static int find_mask(const uint32_t *table, int n, uint32_t ch)
{
    for (int i = 0; i < n; i++) {
        if (table[i] == ch) {
            return i;
        }
    }
    return 0;
}

/* The dots that a character stands for; 0 if it is something else. */
static int dots_of(enum dots dots, uint32_t ch)
{
    switch (dots) {
    case DOTS_BRAILLE:
        return ch >= BRAILLE && ch <= BRAILLE + 0xFF ? (int)(ch - BRAILLE) : 0;
    case DOTS_BLOCK:
        return find_mask(quadrant, 16, ch);
    default:
        return find_mask(ascii_half, 4, ch);
    }
}

static uint32_t char_of(enum dots dots, int mask)
{
    switch (dots) {
    case DOTS_BRAILLE:
        return BRAILLE + (uint32_t)mask;
    case DOTS_BLOCK:
        return quadrant[mask];
    default:
        return ascii_half[mask];
    }
}

/* Where dots are few, curves lie in the same cells for long: each keeps some of the columns, so
 * that none is hidden behind the others. */
static bool is_kept(const struct canvas *canvas, const struct cell *cell, int column, uint8_t tag)
{
    bool is_coarse = canvas->dots_y <= 2, is_another = cell->tag != 0 && cell->tag != tag;
    return is_coarse && is_another && tag != 0 && column / KEPT_W % KEPT_BY == cell->tag % KEPT_BY;
}

void canvas_dot(const struct canvas *canvas, int x, int y, struct style style, uint8_t tag)
{
    if (x < 0 || y < 0 || x >= canvas->w || y >= canvas->h) {
        return;
    }
    struct cell *cell = pen_at(&canvas->pen, x / canvas->dots_x, y / canvas->dots_y);
    if (!cell || is_kept(canvas, cell, x / canvas->dots_x, tag)) {
        return;
    }
    enum dots dots = canvas->pen.glyphs->dots;
    int i = x % canvas->dots_x, j = y % canvas->dots_y;
    int bit = dots == DOTS_BRAILLE ? 1 << braille_bit[i][j] : 1 << (j * canvas->dots_x + i);
    int before = tag == 0 || cell->tag == tag ? dots_of(dots, cell->ch) : 0;
    *cell = (struct cell){
        .ch = char_of(dots, before | bit),
        .fg = style.fg,
        .bg = style.bg,
        .attr = style.attr,
        .tag = tag,
    };
}
