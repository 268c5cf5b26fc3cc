/* SPDX-License-Identifier: MIT
 * Attention: the text that is being written, and behind it how much was looked at each character to
 * write one of them; below, the same of every head in a row. */
#include <math.h>
#include <stdio.h>

#include "base/range.h"
#include "ui/panels/panel.h"
#include "ui/widgets/text.h"

enum {
    NEWLINE = 0x21B5 /* ↵ */,
    NEWLINE_ASCII = '$', /* no text has it */
    LABEL = 6,           /* "▸1·12 " */
    LINES_LEAST = 2,     /* of the text */
    STRIPS_LEAST = 2,
    WHOLE = 255, /* a weight of 1 */
};

/* Where things stand. */
struct sheet {
    const struct attending *of;
    int first;           /* the character in the first cell of the text */
    int lines, per_line; /* per_line: rows, 2 where shades stand below the characters */
    int strips, top;     /* heads that have a row, and where those begin */
    int first_strip;
};

static const struct attending *attending_of(const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    return exhibits->has[EXHIBIT_ATTENDING] ? &exhibits->attending : NULL;
}

/* The row of the chosen head, -1 = all together. */
static int chosen_head(const struct view *view, const struct attending *of)
{
    return view->attending_head <= of->n_rows ? view->attending_head - 1 : -1;
}

static struct sheet sheet_of(const struct pen *pen, const struct view *view,
                             const struct attending *of)
{
    struct sheet sheet = {.of = of, .per_line = depth_has_ramps(pen->depth) ? 1 : 2};
    int columns = max_int(pen->area.w, 1), room = pen->area.h - 1; /* the legend */
    int lines = (of->n + columns - 1) / columns;
    int most = (room - of->n_rows - 1) / sheet.per_line;
    sheet.lines = min_int(lines, max_int(most, min_int(LINES_LEAST, room / sheet.per_line)));
    sheet.first = min_int(lines - sheet.lines, of->at / columns) * columns;
    sheet.top = sheet.lines * sheet.per_line + 1;
    sheet.strips = min_int(of->n_rows, room - sheet.top);
    sheet.strips = sheet.strips >= STRIPS_LEAST && columns >= 2 * LABEL ? sheet.strips : 0;
    sheet.first_strip = clamp_int(chosen_head(view, of) - sheet.strips / 2, 0,
                                  max_int(of->n_rows - sheet.strips, 0));
    return sheet;
}

/* ---- a character and its shade ---- */

/* How much the head (-1: all, in the mean) looked at character i, 0 .. WHOLE. */
static int weight_at(const struct attending *of, int head, int i)
{
    int sum = 0, n = head < 0 ? of->n_rows : 1;
    if (i < of->from || i >= of->at || n == 0) {
        return 0;
    }
    for (int row = 0; row < n; row++) {
        sum += of->weight[head < 0 ? row : head][i - of->from];
    }
    return (sum + n / 2) / n;
}

/* Roots, so that a twentieth can be told from nothing; the middle is a quarter. */
static int level_of(int weight)
{
    return min_int((int)(STYLE_HEATS * sqrt((double)weight / WHOLE)), STYLE_HEATS - 1);
}

static struct style shaded(struct style style, int level)
{
    if (level == 0) {
        return style;
    }
    return style_on(level >= STYLE_HEATS / 2 ? ROLE_ON_HIGH : ROLE_ON_LOW, style_heat(level));
}

static uint32_t shade_glyph(const struct pen *pen, int level)
{
    const struct glyphs *glyphs = pen->glyphs;
    return glyphs->shade[level * (glyphs->n_shades - 1) / (STYLE_HEATS - 1)];
}

/* Character i at a cell, on the shade of `head` where there are ramps. */
static void put_character(const struct pen *pen, int x, int y, const struct attending *of, int head,
                          int i)
{
    static const struct style chosen = {.fg = ROLE_ACCENT, .attr = ATTR_REVERSE | ATTR_BOLD};
    enum role role = i > of->at ? ROLE_FAINT : i < of->n_given ? ROLE_DIM : ROLE_TEXT;
    struct style style = style_of(role);
    bool is_newline = of->text[i] == '\n', is_ascii = pen->glyphs->dots == DOTS_ASCII;
    uint32_t letter =
        is_newline ? is_ascii ? NEWLINE_ASCII : NEWLINE : (uint32_t)(unsigned char)of->text[i];
    if (depth_has_ramps(pen->depth)) {
        style = shaded(style, level_of(weight_at(of, head, i)));
    }
    pen_put(pen, x, y, i == of->at ? chosen : style, letter);
}

static void put_shade(const struct pen *pen, int x, int y, const struct attending *of, int head,
                      int i)
{
    int level = level_of(weight_at(of, head, i));
    pen_put(pen, x, y, style_of(ROLE_TEXT), level ? shade_glyph(pen, level) : ' ');
}

/* ---- the parts ---- */

static void draw_text(const struct pen *pen, const struct view *view, const struct sheet *sheet)
{
    const struct attending *of = sheet->of;
    int head = chosen_head(view, of), columns = pen->area.w;
    int end = min_int(of->n, sheet->first + sheet->lines * columns);
    for (int i = sheet->first; i < end; i++) {
        int x = (i - sheet->first) % columns, y = (i - sheet->first) / columns * sheet->per_line;
        put_character(pen, x, y, of, head, i);
        if (sheet->per_line > 1 && i < of->at) {
            put_shade(pen, x, y + 1, of, head, i);
        }
    }
}

/* A head: what it looked at among the last characters before the chosen one, which ends the row. */
static void draw_strip(const struct pen *pen, const struct view *view, const struct sheet *sheet,
                       int k)
{
    const struct attending *of = sheet->of;
    int head = sheet->first_strip + k, y = sheet->top + k, cells = pen->area.w - LABEL;
    bool is_chosen = head == chosen_head(view, of);
    struct style style = is_chosen ? style_bold(ROLE_ACCENT) : style_of(ROLE_DIM);
    if (is_chosen) {
        pen_glyph(pen, 0, y, style, GLYPH_RIGHT);
    }
    pen_printf(pen, 1, y, style, "%d·%d", head / of->n_heads + 1, head % of->n_heads + 1);
    for (int i = max_int(of->at - cells + 1, of->from); i <= of->at; i++) {
        int x = LABEL + cells - 1 - (of->at - i);
        if (depth_has_ramps(pen->depth) || i == of->at) {
            put_character(pen, x, y, of, head, i);
        } else {
            put_shade(pen, x, y, of, head, i);
        }
    }
}

static void draw_legend(const struct pen *pen, int y)
{
    int x = pen_text(pen, 0, y, style_of(ROLE_DIM), "looked at 0 ");
    for (int level = 0; level < STYLE_HEATS; level++) {
        if (depth_has_ramps(pen->depth)) {
            pen_put(pen, x++, y, shaded(style_of(ROLE_TEXT), level), ' ');
        } else {
            pen_put(pen, x++, y, style_of(ROLE_TEXT), shade_glyph(pen, level));
        }
    }
    x += pen_text(pen, x, y, style_of(ROLE_DIM), " 100 %");
    const char *roots = "middle: 25 %";
    if (x + 2 + pen_columns(pen, roots) <= pen->area.w) {
        pen_text(pen, x + 2, y, style_of(ROLE_DIM), roots);
    }
}

/* ---- the panel ---- */

static const char *lacks(const struct view *view)
{
    bool has_heads = view->facts->form == DATA_TEXT && view->snapshot &&
                     view->snapshot->n_learners > 0 &&
                     network_n_heads(&view_learner(view)->params) > 0;
    return has_heads ? NULL
                     : "Nothing attends in this network: --data text --model transformer does.";
}

static struct exhibit_request room(const struct pen *pen, const struct view *view)
{
    bool is_shown = pen->area.w > 0 && pen->area.h > 1;
    return (struct exhibit_request){.is_shown = is_shown,
                                    .rows = is_shown ? pen->area.h : 0,
                                    .cols = is_shown ? pen->area.w : 0,
                                    .place = is_shown ? view->attending_place : 0};
}

static void draw(const struct pen *pen, const struct view *view)
{
    const struct attending *of = attending_of(view);
    if (!of || pen->area.h < 2) {
        const char *why = lacks(view);
        text_draw(pen, 0, 0, style_of(ROLE_DIM), why ? why : "It has written nothing yet.");
        return;
    }
    struct sheet sheet = sheet_of(pen, view, of);
    draw_text(pen, view, &sheet);
    for (int k = 0; k < sheet.strips; k++) {
        draw_strip(pen, view, &sheet, k);
    }
    draw_legend(pen, pen->area.h - 1);
}

static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    struct panel_lines lines = {0};
    const struct attending *of = attending_of(view);
    if (!of) {
        return lines;
    }
    struct sheet sheet = sheet_of(pen, view, of);
    int strip = y - sheet.top, line = y / sheet.per_line;
    int i = sheet.first + line * pen->area.w + x;
    if (strip >= 0 && strip < sheet.strips) {
        int head = sheet.first_strip + strip;
        panel_line(&lines, head == chosen_head(view, of) ? "head all" : "head %d", head + 1);
    } else if (line < sheet.lines && i < of->n) {
        panel_line(&lines, "character %d", i + 1);
    }
    return lines;
}

static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    (void)pen;
    struct panel_lines lines = {0};
    const struct attending *of = attending_of(view);
    if (of && dy != 0) {
        int head = clamp_int(chosen_head(view, of) + dy, -1, of->n_rows - 1);
        panel_line(&lines, head < 0 ? "head all" : "head %d", head + 1);
    } else if (of && !view->tape.is_played) { /* what was looked at then is what there is */
        int at = of->at + dx;
        panel_line(&lines, at >= of->n ? "character off" : "character %d", max_int(at, 0) + 1);
    }
    return lines;
}

static long step(const struct view *view)
{
    const struct attending *of = attending_of(view);
    return of && view_is_past(view) ? of->step : MAP_STEP_NOW;
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    const struct attending *of = attending_of(view);
    int head = of ? chosen_head(view, of) : -1;
    bool has_keys = columns >= 44 && view_is_live(view);
    char name[40] = "all heads";
    if (head >= 0) {
        snprintf(name, sizeof name, "block %d head %d", head / of->n_heads + 1,
                 head % of->n_heads + 1);
    }
    snprintf(text, size, "%s%s", name, has_keys ? " · ↑ ↓ head · ← → character" : "");
}

const struct panel panel_attention = {
    .name = "attention",
    .title = "attention",
    .about = "*What you see.* The network writes, a character at a time. Behind the text: how much "
             "it looked at each earlier character to write the one that is marked. Below: the same "
             "of every head, *1·2* is the second head of block 1. While a character is chosen the "
             "text stands still and shows what would be looked at now, as training goes on.\n\n"
             "*What attention is.* Every position asks a question (its query), offers a label (its "
             "key) and holds an answer (its value).\n"
             "A head compares the question with the labels of all earlier positions; where both "
             "fit, it looks.\n"
             "The looks of a head sum to 100 %; it passes on the mean of the answers, weighted by "
             "them.\n"
             "Heads look for different things: the character before, the open bracket, the "
             "beginning of the word.\n"
             "All of it is learned, so all of it can be forgotten: keep a character and watch the "
             "heads at a boundary.\n\n"
             "*Equation.* A = softmax(q k' / e^½), o = A v; e: numbers of a head\n\n"
             "*Keys here.* ← → character · ↑ ↓ head, or all together · Esc: it writes on · t a "
             "beginning of your own\n\n"
             "_Vaswani et al. 2017, Attention is all you need, arXiv:1706.03762_",
    .step = step,
    .note = note,
    .draw = draw,
    .room = room,
    .exhibit = EXHIBIT_ATTENDING,
    .lacks = lacks,
    .click = click,
    .move = move,
};
