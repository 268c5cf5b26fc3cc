/* SPDX-License-Identifier: MIT */
#include "ui/widgets/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ui/screen/utf8.h"

enum { LINE_MAX_BYTES = 512 }; /* of one line that is to fit */

/* A place in marked-up text. */
struct reader {
    const char *at;
    uint32_t before; /* the character before, 0 at the beginning */
    bool is_bold, is_dim;
};

static bool is_gap(uint32_t ch)
{
    return ch == 0 || ch == ' ' || ch == '\n';
}

static bool opens(uint32_t before, uint32_t after)
{
    return (is_gap(before) || (before < 0x80 && strchr("([\"'", (int)before))) && !is_gap(after);
}

static bool closes(uint32_t before, uint32_t after)
{
    return !is_gap(before) &&
           (is_gap(after) || (after < 0x80 && strchr(".,;:!?)]\"'", (int)after)));
}

/* The next character that is shown; marks change the reader instead.  0 at the end. */
static uint32_t read_char(struct reader *reader)
{
    for (;;) {
        uint32_t ch = utf8_next(&reader->at);
        bool *mark = ch == '*' ? &reader->is_bold : ch == '_' ? &reader->is_dim : NULL;
        const char *peek = reader->at;
        uint32_t after = mark ? utf8_next(&peek) : 0;
        if (mark && (*mark ? closes(reader->before, after) : opens(reader->before, after))) {
            *mark = !*mark;
            continue;
        }
        reader->before = ch;
        return ch;
    }
}

static struct style styled(const struct reader *reader, struct style style)
{
    if (reader->is_bold) {
        style.fg = ROLE_TEXT;
        style.attr |= ATTR_BOLD;
    } else if (reader->is_dim) {
        style.fg = ROLE_DIM;
    }
    return style;
}

/* One shown character as text, so that the pen folds it. */
static const char *as_text(uint32_t ch, char buf[8])
{
    buf[utf8_put(buf, ch)] = '\0';
    return buf;
}

static int char_columns(const struct pen *pen, uint32_t ch)
{
    char buf[8];
    return pen_columns(pen, as_text(ch, buf));
}

/* Columns of the word that begins at the reader. */
static int word_columns(const struct pen *pen, struct reader reader)
{
    int n = 0;
    for (uint32_t ch = read_char(&reader); !is_gap(ch); ch = read_char(&reader)) {
        n += char_columns(pen, ch);
    }
    return n;
}

/* Where the next character goes. */
struct flow {
    const struct pen *pen;
    struct style style;
    int y0;  /* row of the first line, the skipped ones above it */
    int top; /* rows above are not drawn */
    int x, row;
    bool is_drawn;
};

static void flow_put(struct flow *flow, const struct reader *reader, uint32_t ch)
{
    char buf[8];
    int w = char_columns(flow->pen, ch);
    if (flow->x > 0 && flow->x + w > flow->pen->area.w) {
        flow->x = 0;
        flow->row++;
    }
    int y = flow->y0 + flow->row;
    if (flow->is_drawn && y >= flow->top) {
        pen_text(flow->pen, flow->x, y, styled(reader, flow->style), as_text(ch, buf));
    }
    flow->x += w;
}

/* Runs the whole text through the flow.  Returns the rows it takes. */
static int flow_text(struct flow *flow, const char *text)
{
    struct reader reader = {.at = text};
    int blanks = 0;
    if (!text || !text[0] || flow->pen->area.w < 1) {
        return 0;
    }
    for (;;) {
        struct reader start = reader;
        uint32_t ch = read_char(&reader);
        if (ch == 0) {
            return flow->row + 1;
        }
        if (ch == '\n') {
            flow->x = 0;
            flow->row++;
            blanks = 0;
            continue;
        }
        if (ch == ' ') {
            blanks++;
            continue;
        }
        /* A word begins: on the next row if it does not fit behind the blanks. */
        int w = word_columns(flow->pen, start);
        if (flow->x > 0 && flow->x + blanks + w > flow->pen->area.w) {
            flow->x = 0;
            flow->row++;
        } else {
            flow->x += blanks;
        }
        blanks = 0;
        for (; !is_gap(ch); start = reader, ch = read_char(&reader)) {
            flow_put(flow, &reader, ch);
        }
        reader = start; /* the gap is read again */
    }
}

int text_draw(const struct pen *pen, int y, int skip, struct style style, const char *text)
{
    struct flow flow = {.pen = pen, .style = style, .y0 = y - skip, .top = y, .is_drawn = true};
    return flow_text(&flow, text);
}

int text_rows(const struct pen *pen, const char *text)
{
    struct flow flow = {.pen = pen};
    return flow_text(&flow, text);
}

int text_line(const struct pen *pen, int x, int y, struct style style, const char *text)
{
    struct reader reader = {.at = text ? text : ""};
    int x0 = x;
    for (uint32_t ch = read_char(&reader); ch; ch = read_char(&reader)) {
        char buf[8];
        x += pen_text(pen, x, y, styled(&reader, style), as_text(ch, buf));
    }
    return x - x0;
}

static int columns_of(const struct pen *pen, const char *text)
{
    struct pen trial = pen_sub(pen, (struct rect){0, 0, 0, 0});
    return text_line(&trial, 0, 0, style_of(ROLE_BODY), text);
}

int text_line_fit(const struct pen *pen, int x, int y, struct style style, const char *text)
{
    static const char *const ends[] = {"   ", ". ", "; ", ": ", ", ", " · ", " "};
    char kept[LINE_MAX_BYTES];
    int room = pen->area.w - x;
    snprintf(kept, sizeof kept, "%s", text ? text : "");
    for (size_t i = 0; i < sizeof ends / sizeof *ends && columns_of(pen, kept) > room; i++) {
        char *last = NULL;
        for (char *at = kept; (at = strstr(at, ends[i])) != NULL; at++) {
            char was = *at;
            *at = '\0';
            last = columns_of(pen, kept) <= room ? at : last;
            *at = was;
        }
        if (last) {
            *last = '\0';
        }
    }
    return text_line(pen, x, y, style, kept);
}
