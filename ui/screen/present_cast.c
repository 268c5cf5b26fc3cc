/* SPDX-License-Identifier: MIT
 * Format: docs.asciinema.org/manual/asciicast/v2 and v3.  What is shown is kept as it was written
 * (character and colour numbers), so that another theme is only a difference, too.  In JSON an
 * escape sequence costs five bytes more than in a terminal, which the limits below reckon with. */
#include "ui/screen/present_cast.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"
#include "ui/screen/inked.h"
#include "ui/screen/utf8.h"

enum { OUT_OF_PLACE = -1, GAP_MOST = 3, MS_NS = 1000000, COLORS = 16 };

struct present_cast {
    struct present_cast_config config;
    FILE *file;
    bool has_failed; /* memory was short: nothing more is written */
    int cols, rows;
    struct inked *shown; /* (rows x cols) NULL before the first grid */
    char *bytes;         /* of the event that is being made */
    size_t n_bytes, capacity;
    int x, y;             /* where the terminal's cursor is; OUT_OF_PLACE: unknown */
    struct theme_ink ink; /* what it writes with */
    int64_t t, cut;       /* of the last event, and what has been closed up before it */
    int64_t last_ms;      /* as it was written */
};

/* ---- events ---- */

static void put(struct present_cast *cast, const char *bytes, size_t n)
{
    if (cast->n_bytes + n > cast->capacity) {
        size_t capacity = 2 * (cast->n_bytes + n) + 4096;
        char *grown = realloc(cast->bytes, capacity);
        cast->has_failed = cast->has_failed || !grown;
        if (!grown) {
            return;
        }
        cast->bytes = grown;
        cast->capacity = capacity;
    }
    memcpy(cast->bytes + cast->n_bytes, bytes, n);
    cast->n_bytes += n;
}

__attribute__((format(printf, 2, 3))) static void put_format(struct present_cast *cast,
                                                             const char *format, ...)
{
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put(cast, text, (size_t)n);
}

/* Takes the value; NULL is memory that was short. */
static long write_json(struct present_cast *cast, json_t *json)
{
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    long n = 0;
    if (text) {
        n = fputs(text, cast->file) < 0 ? 0 : (long)strlen(text);
    } else {
        cast->has_failed = true;
    }
    free(text);
    json_decref(json);
    return n;
}

/* One line: when, what kind, the bytes collected.  Times are rounded before they are subtracted, so
 * that intervals do not drift. */
static long write_event(struct present_cast *cast, int64_t t, char code)
{
    int64_t idle = cast->config.idle_ns;
    t = t > cast->t ? t : cast->t;
    cast->cut += idle > 0 && t - cast->t > idle ? t - cast->t - idle : 0;
    cast->t = t;
    if (cast->has_failed) {
        return 0;
    }
    int64_t ms = (t - cast->cut) / MS_NS;
    int64_t written = cast->config.version == 2 ? ms : ms - cast->last_ms;
    cast->last_ms = ms;
    int n = fprintf(cast->file, "[%lld.%03d,\"%c\",", (long long)(written / 1000),
                    (int)(written % 1000), code);
    long bytes =
        n + write_json(cast, json_stringn(cast->n_bytes ? cast->bytes : "", cast->n_bytes));
    fputs("]\n", cast->file);
    cast->n_bytes = 0;
    return bytes + 2;
}

/* ---- the header ---- */

static json_t *make_theme(const struct theme *theme)
{
    char fg[8], bg[8], palette[COLORS * 8 + 1] = "";
    snprintf(fg, sizeof fg, "#%06x", (unsigned)theme->foreground);
    snprintf(bg, sizeof bg, "#%06x", (unsigned)theme->background);
    for (int i = 0; i < COLORS; i++) {
        snprintf(palette + (i ? 8 * i - 1 : 0), 9, "%s#%06x", i ? ":" : "",
                 (unsigned)theme_palette(i));
    }
    return json_pack("{ssssss}", "fg", fg, "bg", bg, "palette", palette);
}

static const char *term_type(enum color_depth depth)
{
    return depth == DEPTH_DIRECT ? "xterm-direct" : depth == DEPTH_256 ? "xterm-256color" : "xterm";
}

static void write_header(struct present_cast *cast)
{
    const struct present_cast_config *config = &cast->config;
    const char *type = term_type(config->depth);
    char title[512];
    json_t *theme = make_theme(config->theme);
    json_t *header = config->version == 2
                         ? json_pack("{sisisis{ss}so}", "version", 2, "width", config->cols,
                                     "height", config->rows, "env", "TERM", type, "theme", theme)
                         : json_pack("{sis{sisissso}}", "version", 3, "term", "cols", config->cols,
                                     "rows", config->rows, "type", type, "theme", theme);
    bool ok = header != NULL;
    if (ok && config->timestamp > 0) {
        ok = json_object_set_new(header, "timestamp", json_integer(config->timestamp)) == 0;
    }
    if (ok && config->idle_ns > 0) {
        double seconds = (double)(config->idle_ns / MS_NS) / 1000;
        ok = json_object_set_new(header, "idle_time_limit", json_real(seconds)) == 0;
    }
    if (ok && config->title) {
        const char *text = clean_copy(title, sizeof title, config->title);
        ok = json_object_set_new(header, "title", json_string(text)) == 0;
    }
    cast->has_failed = cast->has_failed || !ok;
    write_json(cast, header);
    fputc('\n', cast->file);
}

/* ---- drawing ---- */

static bool inks_match(const struct theme_ink *a, const struct theme_ink *b)
{
    return a->fg == b->fg && a->bg == b->bg && a->attr == b->attr;
}

/* True if a cell comes out right when it is written with that ink. */
static bool ink_serves(const struct theme_ink *ink, const struct inked *cell)
{
    bool is_blank = cell->ch == ' ' && inked_hides(&cell->ink);
    return is_blank ? ink->bg == cell->ink.bg && inked_hides(ink) : inks_match(ink, &cell->ink);
}

/* How the cell looks; a space by its background alone. */
static struct inked look_of(const struct present_cast *cast, const struct cell *cell)
{
    struct inked inked = inked_of(cell, cast->config.theme, cast->config.depth);
    inked.ch = utf8_cell(inked.ch);
    if (inked.ch == ' ' && inked_hides(&inked.ink)) {
        inked.ink.fg = -1;
        inked.ink.attr = 0;
    }
    return inked;
}

static void put_color(struct present_cast *cast, int ground, int color)
{
    if (color < 0) {
        put_format(cast, "%d;", ground + 9);
    } else if (cast->config.depth == DEPTH_DIRECT) {
        put_format(cast, "%d;2;%d;%d;%d;", ground + 8, color >> 16 & 0xFF, color >> 8 & 0xFF,
                   color & 0xFF);
    } else if (cast->config.depth == DEPTH_256) {
        put_format(cast, "%d;5;%d;", ground + 8, color);
    } else {
        put_format(cast, "%d;", color < 8 ? ground + color : ground + 60 + color - 8);
    }
}

static void put_attr(struct present_cast *cast, uint8_t from, uint8_t to)
{
    static const struct {
        uint8_t attr;
        const char *on, *off;
    } codes[] = {
        {ATTR_BOLD, "1;", "22;"}, {ATTR_UNDERLINE, "4;", "24;"}, {ATTR_REVERSE, "7;", "27;"}};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if ((from ^ to) & codes[i].attr) {
            const char *code = to & codes[i].attr ? codes[i].on : codes[i].off;
            put(cast, code, strlen(code));
        }
    }
}

/* Changes the ink to that of a cell, if it must; a space leaves alone what it does not show. */
static void put_ink(struct present_cast *cast, const struct inked *cell)
{
    struct theme_ink *from = &cast->ink, to = cell->ink;
    if (ink_serves(from, cell)) {
        return;
    }
    if (cell->ch == ' ' && inked_hides(&to)) {
        to.fg = from->fg;
        to.attr = from->attr & ATTR_BOLD;
    }
    if (to.fg < 0 && to.bg < 0 && to.attr == 0) {
        put(cast, "\033[m", 3);
    } else {
        put(cast, "\033[", 2);
        put_attr(cast, from->attr, to.attr);
        if (to.fg != from->fg) {
            put_color(cast, 30, to.fg);
        }
        if (to.bg != from->bg) {
            put_color(cast, 40, to.bg);
        }
        cast->n_bytes -= cast->n_bytes > 0; /* the last semicolon */
        put(cast, "m", 1);
    }
    *from = to;
}

static void put_char(struct present_cast *cast, uint32_t ch)
{
    char bytes[4] = {0};
    put(cast, bytes, (size_t)utf8_put(bytes, ch));
    cast->x++;
}

/* Writes the cells up to x once more, where that costs less than a jump; false where not. */
static bool put_gap(struct present_cast *cast, int x, int y)
{
    const struct inked *row = cast->shown + (size_t)y * cast->cols;
    if (cast->y != y || cast->x < 0 || x < cast->x || x - cast->x > GAP_MOST) {
        return false;
    }
    for (int i = cast->x; i < x; i++) {
        if (!ink_serves(&cast->ink, &row[i])) {
            return false;
        }
    }
    while (cast->x < x) {
        put_char(cast, row[cast->x].ch);
    }
    return true;
}

static void move_to(struct present_cast *cast, int x, int y)
{
    if (put_gap(cast, x, y)) {
        return;
    }
    if (cast->y == y && cast->x >= 0 && x > cast->x) {
        put_format(cast, "\033[%dC", x - cast->x);
    } else {
        put_format(cast, "\033[%d;%dH", y + 1, x + 1);
    }
    cast->x = x;
    cast->y = y;
}

/* A clear screen of the grid's size.  The cells must be there before anything is said of it. */
static void begin_anew(struct present_cast *cast, int64_t t, const struct grid *grid)
{
    size_t n = (size_t)grid->cols * (size_t)grid->rows;
    struct inked *shown = realloc(cast->shown, (n ? n : 1) * sizeof *shown);
    cast->has_failed = cast->has_failed || !shown;
    if (!shown) {
        return;
    }
    bool is_resize = grid->cols != cast->cols || grid->rows != cast->rows;
    cast->shown = shown;
    cast->cols = grid->cols;
    cast->rows = grid->rows;
    for (size_t i = 0; i < n; i++) {
        shown[i] = (struct inked){.ch = ' ', .ink = {.fg = -1, .bg = -1}};
    }
    if (is_resize) {
        put_format(cast, "%dx%d", grid->cols, grid->rows);
        write_event(cast, t, 'r');
    }
    put_format(cast, "\033[m\033[?25l\033[H\033[2J");
    cast->x = cast->y = 0;
    cast->ink = (struct theme_ink){.fg = -1, .bg = -1};
}

long present_cast_show(struct present_cast *cast, int64_t t, const struct grid *grid)
{
    if (!cast->shown || grid->cols != cast->cols || grid->rows != cast->rows) {
        begin_anew(cast, t, grid);
    }
    for (int y = 0; y < grid->rows; y++) {
        for (int x = 0; x < grid->cols && !cast->has_failed; x++) {
            struct inked *shown = &cast->shown[(size_t)y * cast->cols + x];
            struct inked cell = look_of(cast, grid_at(grid, x, y));
            if (cell.ch != shown->ch || !inks_match(&cell.ink, &shown->ink)) {
                move_to(cast, x, y);
                put_ink(cast, &cell);
                put_char(cast, cell.ch);
                *shown = cell;
            }
        }
    }
    return cast->n_bytes > 0 ? write_event(cast, t, 'o') : 0;
}

void present_cast_mark(struct present_cast *cast, int64_t t, const char *label)
{
    char text[512];
    clean_copy(text, sizeof text, label);
    put(cast, text, strlen(text));
    write_event(cast, t, 'm');
}

void present_cast_theme(struct present_cast *cast, const struct theme *theme)
{
    cast->config.theme = theme;
}

/* ---- beginning and end ---- */

struct present_cast *present_cast_open(const struct present_cast_config *config, FILE *file,
                                       struct err *err)
{
    struct present_cast *cast = calloc(1, sizeof *cast);
    if (!cast) {
        err_set(err, ERR_FAILED, "memory: no room for an asciicast");
        return NULL;
    }
    cast->config = *config;
    cast->file = file;
    cast->cols = config->cols;
    cast->rows = config->rows;
    write_header(cast);
    return cast;
}

void present_cast_end(struct present_cast *cast, int64_t t)
{
    put_format(cast, "\033[m\033[%d;1H\033[?25h", cast->rows);
    write_event(cast, t, 'o');
    if (cast->config.version == 3) {
        put(cast, "0", 1);
        write_event(cast, t, 'x');
    }
}

bool present_cast_close(struct present_cast *cast, struct err *err)
{
    if (!cast) {
        return true;
    }
    bool has_memory = !cast->has_failed,
         is_written = fflush(cast->file) == 0 && !ferror(cast->file);
    free(cast->shown);
    free(cast->bytes);
    free(cast);
    return (has_memory || err_set(err, ERR_FAILED, "memory: none left for the asciicast")) &&
           (is_written || err_set(err, ERR_FAILED, "the asciicast could not be written"));
}
