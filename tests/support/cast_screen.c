/* SPDX-License-Identifier: MIT */
#include "support/cast_screen.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/screen/utf8.h"

static const struct cast_cell blank = {.ch = ' ', .fg = -1, .bg = -1};

static void resize(struct cast_screen *screen, int cols, int rows)
{
    free(screen->cells);
    screen->cols = cols;
    screen->rows = rows;
    screen->cells = calloc((size_t)cols * rows + 1, sizeof *screen->cells);
    cr_assert_not_null(screen->cells);
    for (int i = 0; i < cols * rows; i++) {
        screen->cells[i] = (struct cast_cell){.ch = '#'}; /* must be cleared first */
    }
    screen->x = screen->y = -1;
}

/* The colour behind 38 or 48; returns the numbers used. */
static int extended(const int *n, int count, int *color, bool *is_rgb)
{
    *is_rgb = count >= 5 && n[1] == 2;
    if (*is_rgb) {
        *color = n[2] << 16 | n[3] << 8 | n[4];
        return 5;
    }
    cr_assert(count >= 3 && n[1] == 5 && n[2] >= 0 && n[2] <= 255);
    *color = n[2];
    return 3;
}

static void set_color(int code, struct cast_cell *ink)
{
    int ground = code % 60 / 10, color = code % 10 + (code >= 90 ? 8 : 0);
    cr_assert(ground == 3 || ground == 4, "SGR %d", code);
    *(ground == 3 ? &ink->fg : &ink->bg) = code % 10 == 9 ? -1 : color;
    *(ground == 3 ? &ink->is_fg_rgb : &ink->is_bg_rgb) = false;
    cr_assert_neq(code % 10, 8);
}

static void set_ink(struct cast_screen *screen, const int *n, int count)
{
    struct cast_cell *ink = &screen->ink;
    for (int i = 0; i < count;) {
        int used = 1;
        switch (n[i]) {
        case 0:
            *ink = blank;
            break;
        case 1:
        case 22:
            ink->is_bold = n[i] == 1;
            break;
        case 4:
        case 24:
            ink->is_underlined = n[i] == 4;
            break;
        case 7:
        case 27:
            ink->is_reversed = n[i] == 7;
            break;
        case 38:
            used = extended(n + i, count - i, &ink->fg, &ink->is_fg_rgb);
            break;
        case 48:
            used = extended(n + i, count - i, &ink->bg, &ink->is_bg_rgb);
            break;
        default:
            set_color(n[i], ink);
            break;
        }
        i += used;
    }
}

static void move(struct cast_screen *screen, int x, int y)
{
    cr_assert(x >= 0 && x < screen->cols && y >= 0 && y < screen->rows, "%d %d", x, y);
    screen->x = x;
    screen->y = y;
}

/* What stands behind ESC [; returns what follows it. */
static const char *take_sequence(struct cast_screen *screen, const char *at)
{
    int n[24] = {0}, count = 1;
    if (strncmp(at, "?25", 3) == 0) {
        cr_assert(at[3] == 'l' || at[3] == 'h');
        screen->is_cursor_shown = at[3] == 'h';
        return at + 4;
    }
    for (; (*at >= '0' && *at <= '9') || *at == ';'; at++) {
        count += *at == ';';
        cr_assert_lt(count, 24);
        n[count - 1] = *at == ';' ? 0 : 10 * n[count - 1] + *at - '0';
    }
    switch (*at) {
    case 'm':
        set_ink(screen, n, count);
        break;
    case 'H':
        move(screen, count > 1 ? n[1] - 1 : 0, n[0] ? n[0] - 1 : 0);
        break;
    case 'C':
        cr_assert(screen->x >= 0 && n[0] > 0);
        move(screen, screen->x + n[0], screen->y);
        break;
    case 'J':
        cr_assert_eq(n[0], 2);
        for (int i = 0; i < screen->cols * screen->rows; i++) {
            screen->cells[i] = blank;
        }
        break;
    default:
        cr_assert(false, "ESC [ ... %c", *at);
    }
    return at + 1;
}

static void take_output(struct cast_screen *screen, const char *text)
{
    while (*text) {
        if (text[0] == '\033') {
            cr_assert_eq(text[1], '[');
            text = take_sequence(screen, text + 2);
            continue;
        }
        uint32_t ch = utf8_next(&text);
        cr_assert(ch >= ' ' && utf8_cell(ch) == ch, "%x is no character of one column", ch);
        cr_assert(screen->x >= 0 && screen->x < screen->cols, "beyond the right edge");
        struct cast_cell cell = screen->ink;
        cell.ch = ch;
        screen->cells[screen->y * screen->cols + screen->x++] = cell;
    }
    screen->n_frames++;
}

static void take_header(struct cast_screen *screen, json_t *header)
{
    int cols = 0, rows = 0;
    screen->version = (int)json_integer_value(json_object_get(header, "version"));
    const char *fg, *bg, *palette;
    const char *format =
        screen->version == 2 ? "{s:i,s:i,s:{s:s,s:s,s:s}}" : "{s:{s:i,s:i,s:{s:s,s:s,s:s}}}";
    int status = screen->version == 2
                     ? json_unpack(header, format, "width", &cols, "height", &rows, "theme", "fg",
                                   &fg, "bg", &bg, "palette", &palette)
                     : json_unpack(header, format, "term", "cols", &cols, "rows", &rows, "theme",
                                   "fg", &fg, "bg", &bg, "palette", &palette);
    cr_assert_eq(status, 0, "the header lacks something");
    cr_assert(screen->version == 2 || screen->version == 3);
    cr_assert(strlen(fg) == 7 && strlen(bg) == 7 && strlen(palette) == 16 * 8 - 1);
    screen->ink = blank;
    resize(screen, cols, rows);
}

static void take_event(struct cast_screen *screen, json_t *event)
{
    double t;
    const char *code, *data;
    int cols, rows;
    cr_assert_eq(json_unpack(event, "[F,s,s!]", &t, &code, &data), 0);
    cr_assert(screen->code != 'x', "something follows the exit");
    cr_assert(t >= (screen->version == 2 ? screen->seconds : 0));
    screen->seconds = screen->version == 2 ? t : screen->seconds + t;
    screen->code = code[0];
    switch (code[0]) {
    case 'o':
        take_output(screen, data);
        break;
    case 'r':
        cr_assert_eq(sscanf(data, "%dx%d", &cols, &rows), 2);
        resize(screen, cols, rows);
        break;
    case 'm':
    case 'x':
        snprintf(screen->label, sizeof screen->label, "%s", data);
        screen->n_marks += code[0] == 'm';
        cr_assert(code[0] == 'm' || screen->version == 3);
        break;
    default:
        cr_assert(false, "event %s", code);
    }
}

void cast_screen_take(struct cast_screen *screen, const char *line)
{
    json_error_t error;
    json_t *json = json_loads(line, 0, &error);
    cr_assert_not_null(json, "%s in %.80s", error.text, line);
    if (screen->version == 0) {
        take_header(screen, json);
    } else {
        take_event(screen, json);
    }
    json_decref(json);
}

void cast_screen_fini(struct cast_screen *screen)
{
    free(screen->cells);
    *screen = (struct cast_screen){0};
}
