/* SPDX-License-Identifier: MIT */
#include "ui/widgets/field.h"

#include <stdio.h>

/* Levels from which an answer counts as perhaps and as sure. */
enum { LEVEL_PERHAPS = 2, LEVEL_SURE = 5, SWATCHES_MAX = 10 };

int field_pixels(const struct pen *pen)
{
    return depth_has_ramps(pen->depth) && pen->glyphs->dots != DOTS_ASCII ? 2 : 1;
}

static int shade_of(uint8_t cell)
{
    int level = cell % FIELD_LEVELS;
    return (level >= LEVEL_PERHAPS) + (level >= LEVEL_SURE);
}

static uint8_t answer_at(const struct pen *pen, const struct field *field, int x, int pixel)
{
    int n = pen->area.h * field_pixels(pen);
    int row = (2 * pixel + 1) * field->rows / (2 * n), col = (2 * x + 1) * field->cols;
    return field->cells[(size_t)row * (size_t)field->cols + (size_t)(col / (2 * pen->area.w))];
}

/* ---- the ground ---- */

/* A class as a texture, for few colours or none. */
static uint32_t texture_of(const struct pen *pen, int class)
{
    static const uint32_t blocks[STYLE_CLASSES] = {0xB7, 0x2592, '-', 0x2591,
                                                   '=',  ':',    '~', 0x2593};
    static const uint32_t letters[STYLE_CLASSES] = {'.', ':', '-', '=', '~', '"', ',', ';'};
    bool is_ascii = pen->glyphs->dots == DOTS_ASCII;
    return (is_ascii ? letters : blocks)[class % STYLE_CLASSES];
}

static void put_texture(const struct pen *pen, int x, int y, uint8_t cell)
{
    int class = cell / FIELD_LEVELS, shade = shade_of(cell);
    enum role role = pen->depth == DEPTH_MONO ? ROLE_FAINT : style_class(class, true);
    pen_put(pen, x, y, style_of(role), shade > 0 ? texture_of(pen, class) : ' ');
}

static enum role ground_of(uint8_t cell)
{
    return style_ground(cell / FIELD_LEVELS, shade_of(cell));
}

static void draw_ground(const struct pen *pen, const struct field *field)
{
    for (int y = 0; y < pen->area.h; y++) {
        for (int x = 0; x < pen->area.w; x++) {
            if (!depth_has_ramps(pen->depth)) {
                put_texture(pen, x, y, answer_at(pen, field, x, y));
                continue;
            }
            int per = field_pixels(pen);
            enum role top = ground_of(answer_at(pen, field, x, per * y));
            enum role bottom = ground_of(answer_at(pen, field, x, per * y + per - 1));
            if (top == bottom) {
                pen_put(pen, x, y, style_on(ROLE_DEFAULT, top), ' ');
            } else {
                pen_glyph(pen, x, y, style_on(top, bottom), GLYPH_HALF_TOP);
            }
        }
    }
}

/* ---- what stands on it ---- */

void field_cell(const struct pen *pen, uint8_t x, uint8_t y, int cell[2])
{
    cell[0] = x * pen->area.w / 256;
    cell[1] = y * pen->area.h / 256;
}

/* Without colours the class of what is right is a sign, too. */
static uint32_t sign_of(const struct pen *pen, const struct field_mark *mark)
{
    static const char signs[STYLE_CLASSES] = "o+234567";
    enum glyph glyph = mark->kind == FIELD_WRONG      ? GLYPH_CROSS
                       : mark->kind == FIELD_REPLAYED ? GLYPH_DIAMOND
                       : mark->is_dim                 ? GLYPH_POINT
                                                      : GLYPH_ON;
    bool is_plain = mark->kind == FIELD_RIGHT && !depth_has_ramps(pen->depth);
    return is_plain ? (uint32_t)signs[mark->class % STYLE_CLASSES] : pen->glyphs->at[glyph];
}

static void put_mark(const struct pen *pen, const struct field *field,
                     const struct field_mark *mark)
{
    int at[2], per = field_pixels(pen);
    field_cell(pen, mark->x, mark->y, at);
    int pixel = mark->y * pen->area.h * per / 256;
    enum role role = mark->kind == FIELD_WRONG      ? ROLE_TEXT
                     : mark->kind == FIELD_REPLAYED ? ROLE_REPLAYED
                                                    : style_class(mark->class, mark->is_dim);
    struct style style = style_of(role);
    if (depth_has_ramps(pen->depth)) {
        style.bg = (uint8_t)ground_of(answer_at(pen, field, at[0], pixel));
    } else if (pen->depth == DEPTH_MONO && mark->kind == FIELD_WRONG) {
        style.attr = ATTR_REVERSE;
    }
    style.attr |= mark->is_dim ? 0 : ATTR_BOLD;
    pen_put(pen, at[0], at[1], style, sign_of(pen, mark));
}

void field_draw(const struct pen *pen, const struct field *field)
{
    if (pen->area.w <= 0 || pen->area.h <= 0 || field->rows < 1 || field->cols < 1) {
        return;
    }
    draw_ground(pen, field);
    for (int kind = 0; kind < FIELD_KINDS; kind++) {
        for (int dim = 1; dim >= 0; dim--) { /* the present above the past */
            for (int i = 0; i < field->n_marks; i++) {
                if ((int)field->marks[i].kind == kind && field->marks[i].is_dim == dim) {
                    put_mark(pen, field, &field->marks[i]);
                }
            }
        }
    }
}

/* ---- legend ---- */

/* A piece of ground with a number on it.  Returns the columns it takes. */
static int put_swatch(const struct pen *pen, int x, int y, int class)
{
    char text[16];
    snprintf(text, sizeof text, " %d ", class);
    if (depth_has_ramps(pen->depth)) {
        struct style style = style_on(style_class(class, false), style_ground(class, STYLE_SHADES));
        return pen_text(pen, x, y, style, text);
    }
    pen_put(pen, x, y, style_of(ROLE_DIM), texture_of(pen, class));
    return 1 + pen_text(pen, x + 1, y, style_of(style_class(class, false)), text + 1);
}

void field_legend(const struct pen *pen, int x, int y, int columns, int n_classes)
{
    static const struct {
        const char *name;
        enum glyph glyph;
        enum role role;
    } entries[FIELD_KINDS] = {
        [FIELD_RIGHT] = {"right", GLYPH_ON, ROLE_BODY},
        [FIELD_WRONG] = {"wrong", GLYPH_CROSS, ROLE_TEXT},
        [FIELD_REPLAYED] = {"replayed", GLYPH_DIAMOND, ROLE_REPLAYED},
    };
    static const int order[FIELD_KINDS] = {FIELD_WRONG, FIELD_REPLAYED, FIELD_RIGHT};
    int end = x + columns;
    for (int class = 0; class < n_classes && class < SWATCHES_MAX && x + 3 <= end - 8; class ++) {
        x += put_swatch(pen, x, y, class);
    }
    x += 1;
    for (int i = 0; i < FIELD_KINDS; i++) {
        const char *name = entries[order[i]].name;
        int w = 2 + pen_columns(pen, name);
        if (x + w <= end) {
            pen_glyph(pen, x, y, style_bold(entries[order[i]].role), entries[order[i]].glyph);
            pen_text(pen, x + 2, y, style_of(ROLE_DIM), name);
            x += w + 2;
        }
    }
}
