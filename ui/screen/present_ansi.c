/* SPDX-License-Identifier: MIT */
#include "ui/screen/present_ansi.h"

#include "ui/screen/inked.h"
#include "ui/screen/utf8.h"

struct writer {
    FILE *file;
    enum color_depth depth;
    bool is_plain;
    struct theme_ink ink; /* that is in force */
};

/* ground: 30 for letters, 40 for what is behind them. */
static void put_color(const struct writer *writer, int ground, int color)
{
    if (color < 0) {
        return;
    }
    if (writer->depth == DEPTH_DIRECT) {
        fprintf(writer->file, ";%d;2;%d;%d;%d", ground + 8, color >> 16 & 0xFF, color >> 8 & 0xFF,
                color & 0xFF);
    } else if (writer->depth == DEPTH_256) {
        fprintf(writer->file, ";%d;5;%d", ground + 8, color);
    } else {
        fprintf(writer->file, ";%d", color < 8 ? ground + color : ground + 60 + color - 8);
    }
}

static void put_ink(struct writer *writer, struct theme_ink ink)
{
    const struct theme_ink *now = &writer->ink;
    if (writer->is_plain || (ink.fg == now->fg && ink.bg == now->bg && ink.attr == now->attr)) {
        return;
    }
    fputs("\033[0", writer->file);
    fputs(ink.attr & ATTR_BOLD ? ";1" : "", writer->file);
    fputs(ink.attr & ATTR_UNDERLINE ? ";4" : "", writer->file);
    fputs(ink.attr & ATTR_REVERSE ? ";7" : "", writer->file);
    put_color(writer, 30, ink.fg);
    put_color(writer, 40, ink.bg);
    fputc('m', writer->file);
    writer->ink = ink;
}

/* Columns up to the last cell that shows something. */
static int used_columns(const struct grid *grid, int y, const struct writer *writer)
{
    int n = grid->cols;
    for (; n > 0; n--) {
        const struct cell *cell = grid_at(grid, n - 1, y);
        bool is_blank = (cell->ch == 0 || cell->ch == ' ') && !(cell->attr & ATTR_REVERSE);
        if (!is_blank || (cell->bg != ROLE_DEFAULT && !writer->is_plain)) {
            break;
        }
    }
    return n;
}

void present_ansi_write(const struct grid *grid, const struct theme *theme, enum color_depth depth,
                        bool is_plain, FILE *file)
{
    const struct theme_ink bare = {.fg = -1, .bg = -1};
    struct writer writer = {file, depth, is_plain, bare};
    for (int y = 0; y < grid->rows; y++) {
        int n = used_columns(grid, y, &writer);
        for (int x = 0; x < n; x++) {
            char bytes[4] = "";
            struct inked inked = inked_of(grid_at(grid, x, y), theme, depth);
            put_ink(&writer, inked.ink);
            fwrite(bytes, 1, (size_t)utf8_put(bytes, utf8_cell(inked.ch)), file);
        }
        put_ink(&writer, bare);
        fputc('\n', file);
    }
}
