/* SPDX-License-Identifier: MIT
 * Three layers: backgrounds, shapes, letters.  Shapes are what fonts draw differently or not at
 * all; each is described once, in units of a cell, by table. */
#include "ui/screen/present_svg.h"

#include <stddef.h>

#include "tasks/clean.h"
#include "ui/screen/utf8.h"

enum { CELL_W = 9, CELL_H = 18, FONT_SIZE = 15, BASELINE = 13, MARGIN = 9, TITLE_MAX = 512 };

/* A cell as it is painted. */
struct paint {
    uint32_t ch, fg, bg; /* codepoint, 0xRRGGBB */
    bool has_bg;         /* not the picture's own background */
    bool is_bold, is_underlined;
};

struct svg {
    const struct grid *grid;
    const struct theme *theme;
    FILE *file;
};

static struct paint paint_at(const struct svg *svg, int x, int y)
{
    const struct cell *cell = grid_at(svg->grid, x, y);
    struct style style = {.fg = cell->fg, .bg = cell->bg, .attr = cell->attr};
    uint8_t attr = theme_ink(svg->theme, style, DEPTH_256).attr;
    struct paint paint = {
        .ch = cell->ch ? cell->ch : ' ',
        .fg = theme_rgb(svg->theme, cell->fg, false),
        .bg = theme_rgb(svg->theme, cell->bg, true),
        .is_bold = attr & ATTR_BOLD,
        .is_underlined = attr & ATTR_UNDERLINE,
    };
    if (svg->theme->is_mono) {
        paint.fg = svg->theme->foreground;
        paint.bg = svg->theme->background;
    }
    if (attr & ATTR_REVERSE) {
        uint32_t fg = paint.fg;
        paint.fg = paint.bg;
        paint.bg = fg;
    }
    paint.has_bg = paint.bg != svg->theme->background;
    return paint;
}

static double left_of(int x)
{
    return MARGIN + x * CELL_W;
}
static double top_of(int y)
{
    return MARGIN + y * CELL_H;
}

/* ---- backgrounds ---- */

static void write_backgrounds(const struct svg *svg)
{
    fputs("<g shape-rendering=\"crispEdges\">\n", svg->file);
    for (int y = 0; y < svg->grid->rows; y++) {
        for (int x = 0; x < svg->grid->cols;) {
            struct paint first = paint_at(svg, x, y);
            int n = 1;
            while (x + n < svg->grid->cols && paint_at(svg, x + n, y).bg == first.bg) {
                n++;
            }
            if (first.has_bg) {
                fprintf(svg->file,
                        "<rect x=\"%g\" y=\"%g\" width=\"%d\" height=\"%d\" fill=\"#%06x\"/>\n",
                        left_of(x), top_of(y), n * CELL_W, CELL_H, (unsigned)first.bg);
            }
            x += n;
        }
    }
    fputs("</g>\n", svg->file);
}

/* ---- shapes ---- */

static bool is_braille(uint32_t ch)
{
    return ch >= 0x2800 && ch <= 0x28FF;
}

/* Rounded strokes of no length: one for each dot. */
static void braille_path(FILE *file, uint32_t ch, double x, double y)
{
    /* Bits of the left column from the top are 0 1 2 6, of the right one 3 4 5 7. */
    static const unsigned char bit[2][4] = {{0, 1, 2, 6}, {3, 4, 5, 7}};
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 4; j++) {
            if (ch >> bit[i][j] & 1) {
                fprintf(file, "M%g %gh.01", x + CELL_W * (0.25 + 0.5 * i),
                        y + CELL_H * (0.125 + 0.25 * j));
            }
        }
    }
}

/* Rectangles of block characters in eighths of a cell: left, top, width, height; two at most. */
struct block {
    uint32_t ch;
    unsigned char part[2][4];
};

/* clang-format off */
static const struct block blocks[] = {
    {0x2580, {{0, 0, 8, 4}}},               {0x2581, {{0, 7, 8, 1}}},
    {0x2582, {{0, 6, 8, 2}}},               {0x2583, {{0, 5, 8, 3}}},
    {0x2584, {{0, 4, 8, 4}}},               {0x2585, {{0, 3, 8, 5}}},
    {0x2586, {{0, 2, 8, 6}}},               {0x2587, {{0, 1, 8, 7}}},
    {0x2588, {{0, 0, 8, 8}}},               {0x2589, {{0, 0, 7, 8}}},
    {0x258A, {{0, 0, 6, 8}}},               {0x258B, {{0, 0, 5, 8}}},
    {0x258C, {{0, 0, 4, 8}}},               {0x258D, {{0, 0, 3, 8}}},
    {0x258E, {{0, 0, 2, 8}}},               {0x258F, {{0, 0, 1, 8}}},
    {0x2590, {{4, 0, 4, 8}}},               {0x2594, {{0, 0, 8, 1}}},
    {0x2595, {{7, 0, 1, 8}}},               {0x2596, {{0, 4, 4, 4}}},
    {0x2597, {{4, 4, 4, 4}}},               {0x2598, {{0, 0, 4, 4}}},
    {0x2599, {{0, 0, 4, 4}, {0, 4, 8, 4}}}, {0x259A, {{0, 0, 4, 4}, {4, 4, 4, 4}}},
    {0x259B, {{0, 0, 8, 4}, {0, 4, 4, 4}}}, {0x259C, {{0, 0, 8, 4}, {4, 4, 4, 4}}},
    {0x259D, {{4, 0, 4, 4}}},               {0x259E, {{4, 0, 4, 4}, {0, 4, 4, 4}}},
    {0x259F, {{4, 0, 4, 4}, {0, 4, 8, 4}}},
};
/* clang-format on */

static const struct block *find_block(uint32_t ch)
{
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if (blocks[i].ch == ch) {
            return &blocks[i];
        }
    }
    return NULL;
}

static void block_path(FILE *file, uint32_t ch, double x, double y)
{
    const struct block *block = find_block(ch);
    for (int i = 0; i < 2; i++) {
        const unsigned char *p = block->part[i];
        if (p[2]) {
            double w = CELL_W * p[2] / 8.0;
            fprintf(file, "M%g %gh%gv%gh%gz", x + CELL_W * p[0] / 8.0, y + CELL_H * p[1] / 8.0, w,
                    CELL_H * p[3] / 8.0, -w);
        }
    }
}

/* Arms of line characters from the middle of the cell: 0 none, 1 light, 2 heavy or double. */
struct line {
    uint32_t ch;
    unsigned char left, right, up, down;
    bool is_round;
};

/* clang-format off */
static const struct line lines[] = {
    {.ch = 0x2500, .left = 1, .right = 1}, {.ch = 0x2501, .left = 2, .right = 2},
    {.ch = 0x2502, .up = 1, .down = 1}, {.ch = 0x2503, .up = 2, .down = 2},
    {.ch = 0x250C, .right = 1, .down = 1}, {.ch = 0x2510, .left = 1, .down = 1},
    {.ch = 0x2514, .right = 1, .up = 1}, {.ch = 0x2518, .left = 1, .up = 1},
    {.ch = 0x251C, .right = 1, .up = 1, .down = 1}, {.ch = 0x2524, .left = 1, .up = 1, .down = 1},
    {.ch = 0x252C, .left = 1, .right = 1, .down = 1},
    {.ch = 0x2534, .left = 1, .right = 1, .up = 1},
    {.ch = 0x253C, .left = 1, .right = 1, .up = 1, .down = 1},
    {.ch = 0x254B, .left = 2, .right = 2, .up = 2, .down = 2},
    {.ch = 0x2550, .left = 2, .right = 2},
    {.ch = 0x256A, .left = 2, .right = 2, .up = 1, .down = 1},
    {.ch = 0x256D, .right = 1, .down = 1, .is_round = true},
    {.ch = 0x256E, .left = 1, .down = 1, .is_round = true},
    {.ch = 0x256F, .left = 1, .up = 1, .is_round = true},
    {.ch = 0x2570, .right = 1, .up = 1, .is_round = true},
};
/* clang-format on */

static const struct line *find_line(uint32_t ch)
{
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (lines[i].ch == ch) {
            return &lines[i];
        }
    }
    return NULL;
}

static void line_path(FILE *file, uint32_t ch, double x, double y)
{
    const struct line *line = find_line(ch);
    double cx = x + CELL_W / 2.0, cy = y + CELL_H / 2.0;
    if (line->is_round) {
        double side = line->right ? x + CELL_W : x, end = line->down ? y + CELL_H : y;
        fprintf(file, "M%g %gQ%g %g %g %g", side, cy, cx, cy, cx, line->down ? cy + 4.5 : cy - 4.5);
        fprintf(file, "V%g", end);
        return;
    }
    if (line->left || line->right) {
        fprintf(file, "M%g %gH%g", line->left ? x : cx, cy, line->right ? x + CELL_W : cx);
    }
    if (line->up || line->down) {
        fprintf(file, "M%g %gV%g", cx, line->up ? y : cy, line->down ? y + CELL_H : cy);
    }
}

static void dotted_path(FILE *file, uint32_t ch, double x, double y)
{
    (void)ch;
    for (int i = 0; i < 4; i++) {
        fprintf(file, "M%g %gv2.2", x + CELL_W / 2.0, y + 1 + i * CELL_H / 4.0);
    }
}

/* Filled outlines, points in hundredths of a cell. */
struct figure {
    uint32_t ch;
    int n;
    unsigned char point[4][2];
};

static const struct figure figures[] = {
    {0x25A0, 4, {{10, 30}, {90, 30}, {90, 70}, {10, 70}}}, /* square */
    {0x25B2, 3, {{50, 28}, {95, 70}, {5, 70}}},            /* up */
    {0x25BC, 3, {{5, 32}, {95, 32}, {50, 74}}},            /* down */
    {0x25B8, 3, {{20, 32}, {85, 51}, {20, 70}}},           /* right */
    {0x25BA, 3, {{10, 30}, {95, 50}, {10, 70}}},
    {0x25C2, 3, {{80, 32}, {15, 51}, {80, 70}}}, /* left */
    {0x25C4, 3, {{90, 30}, {5, 50}, {90, 70}}},
};

static const struct figure *find_figure(uint32_t ch)
{
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        if (figures[i].ch == ch) {
            return &figures[i];
        }
    }
    return NULL;
}

static void figure_path(FILE *file, uint32_t ch, double x, double y)
{
    const struct figure *figure = find_figure(ch);
    for (int i = 0; i < figure->n; i++) {
        fprintf(file, "%c%g %g", i ? 'L' : 'M', x + CELL_W * figure->point[i][0] / 100.0,
                y + CELL_H * figure->point[i][1] / 100.0);
    }
    fputc('z', file);
}

/* Radius of round characters; 0 for all others. */
static double disc_radius(uint32_t ch)
{
    return ch == 0x25CF ? 3.6 : ch == 0x25CB ? 3.0 : ch == 0x2022 ? 2.2 : ch == 0x00B7 ? 1.0 : 0;
}

static void disc_path(FILE *file, uint32_t ch, double x, double y)
{
    double r = disc_radius(ch);
    fprintf(file, "M%g %ga%g %g 0 1 0 %g 0a%g %g 0 1 0 %g 0z", x + CELL_W / 2.0 - r,
            y + CELL_H / 2.0, r, r, 2 * r, r, r, -2 * r);
}

static void shade_path(FILE *file, uint32_t ch, double x, double y)
{
    (void)ch;
    fprintf(file, "M%g %gh%dv%dh%dz", x, y, CELL_W, CELL_H, -CELL_W);
}

/* How a kind of shape is painted; consecutive cells of one kind and colour share a path. */
struct shape_kind {
    const char *attributes; /* the last of them is the one that takes the colour */
    void (*write)(FILE *file, uint32_t ch, double x, double y);
};

static const struct shape_kind kind_braille = {
    "fill=\"none\" stroke-width=\"2.3\" stroke-linecap=\"round\" stroke", braille_path};
static const struct shape_kind kind_block = {"shape-rendering=\"crispEdges\" fill", block_path};
static const struct shape_kind kind_line = {"fill=\"none\" stroke-width=\"1\" stroke", line_path};
static const struct shape_kind kind_heavy = {"fill=\"none\" stroke-width=\"2.4\" stroke",
                                             line_path};
static const struct shape_kind kind_dotted = {"fill=\"none\" stroke-width=\"1\" stroke",
                                              dotted_path};
static const struct shape_kind kind_figure = {"fill", figure_path};
static const struct shape_kind kind_disc = {"fill", disc_path};
static const struct shape_kind kind_ring = {"fill=\"none\" stroke-width=\"1\" stroke", disc_path};
static const struct shape_kind kind_shade_1 = {"fill-opacity=\"0.25\" fill", shade_path};
static const struct shape_kind kind_shade_2 = {"fill-opacity=\"0.5\" fill", shade_path};
static const struct shape_kind kind_shade_3 = {"fill-opacity=\"0.75\" fill", shade_path};

/* The kind of a character; NULL is a letter. */
static const struct shape_kind *shape_of(uint32_t ch)
{
    if (is_braille(ch)) {
        return &kind_braille;
    }
    if (ch >= 0x2591 && ch <= 0x2593) {
        return ch == 0x2591 ? &kind_shade_1 : ch == 0x2592 ? &kind_shade_2 : &kind_shade_3;
    }
    if (find_block(ch)) {
        return &kind_block;
    }
    const struct line *line = find_line(ch);
    if (line) {
        return line->left == 2 || line->up == 2 ? &kind_heavy : &kind_line;
    }
    if (ch == 0x250A) {
        return &kind_dotted;
    }
    if (disc_radius(ch) > 0) {
        return ch == 0x25CB ? &kind_ring : &kind_disc;
    }
    return find_figure(ch) ? &kind_figure : NULL;
}

/* Writes the run of shapes that begins at x and returns its length; 1 where there is none. */
static int write_shape_run(const struct svg *svg, int x, int y)
{
    struct paint first = paint_at(svg, x, y);
    const struct shape_kind *kind = shape_of(first.ch);
    if (!kind || first.ch == 0x2800) {
        return 1;
    }
    fprintf(svg->file, "<path %s=\"#%06x\" d=\"", kind->attributes, (unsigned)first.fg);
    int n = 0;
    while (x + n < svg->grid->cols) {
        struct paint paint = paint_at(svg, x + n, y);
        if (shape_of(paint.ch) != kind || paint.fg != first.fg) {
            break;
        }
        kind->write(svg->file, paint.ch, left_of(x + n), top_of(y));
        n++;
    }
    fputs("\"/>\n", svg->file);
    return n;
}

static void write_shapes(const struct svg *svg)
{
    for (int y = 0; y < svg->grid->rows; y++) {
        for (int x = 0; x < svg->grid->cols;) {
            x += write_shape_run(svg, x, y);
        }
    }
}

/* ---- letters ---- */

static void write_escaped(FILE *file, uint32_t ch)
{
    char bytes[4];
    switch (ch) {
    case '<':
        fputs("&lt;", file);
        break;
    case '>':
        fputs("&gt;", file);
        break;
    case '&':
        fputs("&amp;", file);
        break;
    case '"':
        fputs("&quot;", file);
        break;
    default:
        fwrite(bytes, 1, (size_t)utf8_put(bytes, ch), file);
        break;
    }
}

static bool is_letter(const struct paint *paint)
{
    return paint->ch > ' ' && !shape_of(paint->ch);
}

static bool same_text_style(const struct paint *a, const struct paint *b)
{
    return a->fg == b->fg && a->is_bold == b->is_bold && a->is_underlined == b->is_underlined;
}

/* Writes the run of letters that begins at x, each with its own place, and returns its length. */
static int write_text_run(const struct svg *svg, int x, int y)
{
    struct paint first = paint_at(svg, x, y);
    if (!is_letter(&first)) {
        return 1;
    }
    int n = 1;
    while (x + n < svg->grid->cols) {
        struct paint paint = paint_at(svg, x + n, y);
        if (!is_letter(&paint) || !same_text_style(&paint, &first)) {
            break;
        }
        n++;
    }
    fprintf(svg->file, "<text y=\"%g\" fill=\"#%06x\"%s%s x=\"", top_of(y) + BASELINE,
            (unsigned)first.fg, first.is_bold ? " font-weight=\"bold\"" : "",
            first.is_underlined ? " text-decoration=\"underline\"" : "");
    for (int i = 0; i < n; i++) {
        fprintf(svg->file, i ? " %g" : "%g", left_of(x + i));
    }
    fputs("\">", svg->file);
    for (int i = 0; i < n; i++) {
        write_escaped(svg->file, paint_at(svg, x + i, y).ch);
    }
    fputs("</text>\n", svg->file);
    return n;
}

static void write_letters(const struct svg *svg)
{
    fprintf(svg->file,
            "<g font-family=\"'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,"
            "'Liberation Mono',monospace\" font-size=\"%d\">\n",
            FONT_SIZE);
    for (int y = 0; y < svg->grid->rows; y++) {
        for (int x = 0; x < svg->grid->cols;) {
            x += write_text_run(svg, x, y);
        }
    }
    fputs("</g>\n", svg->file);
}

static void write_title(FILE *file, const char *title)
{
    char clean[TITLE_MAX];
    const char *at = clean_copy(clean, sizeof clean, title);
    fputs("<title>", file);
    for (uint32_t ch; (ch = utf8_next(&at)) != 0;) {
        write_escaped(file, ch);
    }
    fputs("</title>\n", file);
}

bool present_svg_write(const struct grid *grid, const struct theme *theme, const char *title,
                       FILE *file)
{
    struct svg svg = {.grid = grid, .theme = theme, .file = file};
    int w = grid->cols * CELL_W + 2 * MARGIN, h = grid->rows * CELL_H + 2 * MARGIN;
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" role=\"img\">\n",
            w, h, w, h);
    write_title(file, title ? title : "oubli");
    fprintf(file, "<rect width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#%06x\"/>\n", w, h,
            (unsigned)theme->background);
    write_backgrounds(&svg);
    write_shapes(&svg);
    write_letters(&svg);
    fputs("</svg>\n", file);
    return fflush(file) == 0 && !ferror(file);
}
