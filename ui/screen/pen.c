/* SPDX-License-Identifier: MIT */
#include "ui/screen/pen.h"

#include <stdarg.h>
#include <stdio.h>

#include "ui/screen/utf8.h"

struct pen pen_make(struct grid *grid, const struct glyphs *glyphs, enum color_depth depth)
{
    return (struct pen){
        .grid = grid,
        .area = grid_rect(grid),
        .clip = grid_rect(grid),
        .glyphs = glyphs,
        .depth = depth,
    };
}

struct pen pen_sub(const struct pen *pen, struct rect part)
{
    struct pen sub = *pen;
    part.x += pen->area.x;
    part.y += pen->area.y;
    part.w = part.w > 0 ? part.w : 0;
    part.h = part.h > 0 ? part.h : 0;
    sub.area = part;
    sub.clip = rect_meet(pen->clip, part);
    return sub;
}

struct cell *pen_at(const struct pen *pen, int x, int y)
{
    x += pen->area.x;
    y += pen->area.y;
    return rect_has(pen->clip, x, y) ? grid_at(pen->grid, x, y) : NULL;
}

static bool is_of_word(uint32_t ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
}

/* The first character behind the right edge goes on with a word that stands there. */
static void count_cut(const struct pen *pen, int x, int y, uint32_t ch)
{
    bool is_behind = pen->area.x + x == pen->clip.x + pen->clip.w;
    const struct cell *before = is_behind && is_of_word(ch) ? pen_at(pen, x - 1, y) : NULL;
    pen->grid->n_cut += before && is_of_word(before->ch);
}

static void put_raw(const struct pen *pen, int x, int y, struct style style, uint32_t ch)
{
    struct cell *cell = pen_at(pen, x, y);
    if (cell) {
        *cell = (struct cell){.ch = ch, .fg = style.fg, .bg = style.bg, .attr = style.attr};
    } else {
        count_cut(pen, x, y, ch);
    }
}

void pen_put(const struct pen *pen, int x, int y, struct style style, uint32_t ch)
{
    if (pen->glyphs->dots == DOTS_ASCII && ch >= 0x80) {
        char one[2];
        ch = (unsigned char)glyphs_fold_char(ch, one)[0];
    }
    put_raw(pen, x, y, style, utf8_cell(ch));
}

void pen_glyph(const struct pen *pen, int x, int y, struct style style, enum glyph glyph)
{
    put_raw(pen, x, y, style, pen->glyphs->at[glyph]);
}

int pen_text(const struct pen *pen, int x, int y, struct style style, const char *text)
{
    bool is_ascii = pen->glyphs->dots == DOTS_ASCII;
    int x0 = x;
    uint32_t ch;
    while (text && (ch = utf8_next(&text))) {
        if (!is_ascii || ch < 0x80) {
            put_raw(pen, x++, y, style, utf8_cell(ch));
            continue;
        }
        char one[2];
        for (const char *s = glyphs_fold_char(ch, one); *s; s++) {
            put_raw(pen, x++, y, style, (unsigned char)*s);
        }
    }
    return x - x0;
}

int pen_text_max(const struct pen *pen, int x, int y, int max, struct style style, const char *text)
{
    int columns = pen_columns(pen, text);
    if (max <= 0) {
        return 0;
    }
    struct pen part = pen_sub(pen, (struct rect){.x = x, .y = y, .w = max, .h = 1});
    int n_cut = pen->grid->n_cut;
    pen_text(&part, 0, 0, style, text);
    pen->grid->n_cut = n_cut; /* what is cut says so */
    if (columns <= max) {
        return columns;
    }
    pen_glyph(&part, max - 1, 0, style, GLYPH_ELLIPSIS);
    return max;
}

int pen_text_right(const struct pen *pen, int x_end, int y, struct style style, const char *text)
{
    int x = x_end - pen_columns(pen, text);
    pen_text(pen, x, y, style, text);
    return x;
}

int pen_printf(const struct pen *pen, int x, int y, struct style style, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return pen_text(pen, x, y, style, text);
}

int pen_columns(const struct pen *pen, const char *text)
{
    if (pen->glyphs->dots != DOTS_ASCII) {
        return utf8_columns(text);
    }
    int n = 0;
    uint32_t ch;
    while (text && (ch = utf8_next(&text))) {
        char one[2];
        for (const char *s = glyphs_fold_char(ch, one); *s; s++) {
            n++;
        }
    }
    return n;
}

/* The part of `rect` that can be written, in the pen's coordinates: loops stay short for a rect of
 * any size. */
static struct rect visible(const struct pen *pen, struct rect rect)
{
    struct rect clip = pen->clip;
    clip.x -= pen->area.x;
    clip.y -= pen->area.y;
    return rect_meet(rect, clip);
}

void pen_fill(const struct pen *pen, struct rect rect, struct style style, uint32_t ch)
{
    rect = visible(pen, rect);
    for (int y = rect.y; y < rect.y + rect.h; y++) {
        for (int x = rect.x; x < rect.x + rect.w; x++) {
            pen_put(pen, x, y, style, ch);
        }
    }
}

void pen_hline(const struct pen *pen, int x, int y, int n, struct style style, enum glyph glyph)
{
    struct rect r = visible(pen, (struct rect){.x = x, .y = y, .w = n, .h = 1});
    for (int i = 0; i < r.w; i++) {
        pen_glyph(pen, r.x + i, y, style, glyph);
    }
}

void pen_vline(const struct pen *pen, int x, int y, int n, struct style style, enum glyph glyph)
{
    struct rect r = visible(pen, (struct rect){.x = x, .y = y, .w = 1, .h = n});
    for (int i = 0; i < r.h; i++) {
        pen_glyph(pen, x, r.y + i, style, glyph);
    }
}

void pen_add_attr(const struct pen *pen, struct rect rect, uint8_t attr)
{
    rect = visible(pen, rect);
    for (int y = rect.y; y < rect.y + rect.h; y++) {
        for (int x = rect.x; x < rect.x + rect.w; x++) {
            struct cell *cell = pen_at(pen, x, y);
            if (cell) {
                cell->attr |= attr;
            }
        }
    }
}

/* Title and note stand in the top line of a frame `w` columns wide: ─ title ───── note ─ */
static void box_words(const struct pen *frame, int w, const struct box *box)
{
    int title_end = 1;
    if (box->title && box->title[0] && w >= 7) {
        if (box->has_focus) {
            pen_glyph(frame, 2, 0, style_bold(ROLE_ACCENT), GLYPH_RIGHT);
        } else {
            pen_put(frame, 2, 0, style_of(ROLE_FRAME), ' ');
        }
        title_end = 3 + pen_text_max(frame, 3, 0, w - 6, style_bold(ROLE_TITLE), box->title);
        pen_put(frame, title_end++, 0, style_of(ROLE_FRAME), ' ');
    }
    int columns = pen_columns(frame, box->note);
    int note_x = w - 3 - columns;
    if (columns && note_x - 1 > title_end) {
        pen_put(frame, note_x - 1, 0, style_of(ROLE_FRAME), ' ');
        pen_text(frame, note_x, 0, style_of(ROLE_DIM), box->note);
        pen_put(frame, w - 3, 0, style_of(ROLE_FRAME), ' ');
    }
}

struct pen pen_box(const struct pen *pen, struct rect rect, const struct box *box)
{
    if (rect.w < 4 || rect.h < 2) {
        return pen_sub(pen, (struct rect){.x = rect.x, .y = rect.y});
    }
    struct pen frame = pen_sub(pen, rect);
    struct style line = style_of(box->has_focus ? ROLE_FRAME_FOCUS : ROLE_FRAME);
    int right = rect.w - 1, bottom = rect.h - 1;
    pen_fill(&frame, (struct rect){1, 1, rect.w - 2, rect.h - 2}, style_of(ROLE_DEFAULT), ' ');
    pen_hline(&frame, 1, 0, rect.w - 2, line, GLYPH_H);
    pen_hline(&frame, 1, bottom, rect.w - 2, line, GLYPH_H);
    pen_vline(&frame, 0, 1, rect.h - 2, line, GLYPH_V);
    pen_vline(&frame, right, 1, rect.h - 2, line, GLYPH_V);
    pen_glyph(&frame, 0, 0, line, GLYPH_TOP_LEFT);
    pen_glyph(&frame, right, 0, line, GLYPH_TOP_RIGHT);
    pen_glyph(&frame, 0, bottom, line, GLYPH_BOTTOM_LEFT);
    pen_glyph(&frame, right, bottom, line, GLYPH_BOTTOM_RIGHT);
    box_words(&frame, rect.w, box);
    return pen_sub(&frame, (struct rect){2, 1, rect.w - 4, rect.h - 2});
}
