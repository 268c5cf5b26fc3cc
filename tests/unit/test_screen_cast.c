/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/cast_screen.h"
#include "support/fixture.h"
#include "ui/screen/present_cast.h"
#include "ui/screen/utf8.h"

enum { HALF_TOP = 0x2580, HALF_BOTTOM = 0x2584, DEFAULT_FG = -2, DEFAULT_BG = -1 };
static const int64_t MS = 1000000;

/* ---- writing and reading at once ---- */

/* A cast that is played while it is written. */
struct reel {
    char *text;
    size_t size, n_read;
    FILE *file;
    struct present_cast *cast;
    struct cast_screen screen;
    const struct theme *theme;
    enum color_depth depth;
};

/* Plays the lines that have come. */
static void catch_up(struct reel *tape)
{
    fflush(tape->file);
    while (tape->n_read < tape->size) {
        char *line = tape->text + tape->n_read, *end = strchr(line, '\n');
        cr_assert_not_null(end, "a line has no end: %.80s", line);
        *end = '\0';
        cast_screen_take(&tape->screen, line);
        *end = '\n';
        tape->n_read = (size_t)(end + 1 - tape->text);
    }
}

static void open_tape(struct reel *tape, const struct present_cast_config *config)
{
    struct err err = {0};
    *tape = (struct reel){.theme = config->theme, .depth = config->depth};
    tape->file = open_memstream(&tape->text, &tape->size);
    tape->cast = present_cast_open(config, tape->file, &err);
    cr_assert_not_null(tape->cast, "%s", err.msg);
    catch_up(tape);
}

static void close_tape(struct reel *tape)
{
    struct err err = {0};
    cr_assert(present_cast_close(tape->cast, &err), "%s", err.msg);
    catch_up(tape);
    fclose(tape->file);
    free(tape->text);
    cast_screen_fini(&tape->screen);
}

/* ---- what is seen ---- */

/* Two halves of ground, and what is written on it. */
struct seen {
    int top, bottom;
    uint32_t ch; /* ' ': nothing */
    int fg;
    bool is_bold, is_underlined;
};

static struct seen see(struct cast_cell cell)
{
    int fg = cell.fg < 0 ? DEFAULT_FG : cell.fg, bg = cell.bg < 0 ? DEFAULT_BG : cell.bg;
    if (cell.is_reversed) {
        int kept = fg;
        fg = bg;
        bg = kept;
    }
    bool is_line_hidden = fg == bg;
    struct seen seen = {.top = bg, .bottom = bg, .ch = ' '};
    seen.is_underlined = cell.is_underlined && !is_line_hidden;
    if (cell.ch == HALF_TOP || cell.ch == HALF_BOTTOM) {
        *(cell.ch == HALF_TOP ? &seen.top : &seen.bottom) = fg;
    } else if (cell.ch != ' ') {
        seen.ch = cell.ch;
        seen.is_bold = cell.is_bold;
    }
    seen.fg = seen.ch != ' ' || seen.is_underlined ? fg : 0;
    return seen;
}

/* What the theme says the cell looks like; nothing here is taken from the presenter. */
static struct cast_cell wanted(const struct cell *cell, const struct theme *theme,
                               enum color_depth depth)
{
    struct style style = {.fg = cell->fg, .bg = cell->bg, .attr = cell->attr};
    struct theme_ink ink = theme_ink(theme, style, depth);
    return (struct cast_cell){.ch = utf8_cell(cell->ch ? cell->ch : ' '),
                              .fg = ink.fg,
                              .bg = ink.bg,
                              .is_bold = ink.attr & ATTR_BOLD,
                              .is_underlined = ink.attr & ATTR_UNDERLINE,
                              .is_reversed = ink.attr & ATTR_REVERSE};
}

static void expect_shown(const struct reel *tape, const struct grid *grid)
{
    const struct cast_screen *screen = &tape->screen;
    cr_assert(screen->cols == grid->cols && screen->rows == grid->rows);
    for (int i = 0; i < grid->cols * grid->rows; i++) {
        const struct cast_cell *cell = &screen->cells[i];
        struct seen a = see(*cell), b = see(wanted(&grid->cells[i], tape->theme, tape->depth));
        bool is_same = a.top == b.top && a.bottom == b.bottom && a.ch == b.ch && a.fg == b.fg &&
                       a.is_bold == b.is_bold && a.is_underlined == b.is_underlined;
        cr_assert(is_same, "cell %d, %d at depth %d: '%x' %d on %d for '%x' %d on %d",
                  i % grid->cols, i / grid->cols, (int)tape->depth, a.ch, a.fg, a.top, b.ch, b.fg,
                  b.top);
        bool is_rgb = tape->depth == DEPTH_DIRECT;
        cr_assert(cell->fg < 0 || cell->is_fg_rgb == is_rgb);
        cr_assert(cell->bg < 0 || cell->is_bg_rgb == is_rgb);
    }
}

/* ---- random grids ---- */

static uint32_t random_char(struct rng *rng, const struct glyphs *glyphs)
{
    switch (rng_below(rng, 8)) {
    case 0:
        return glyphs->at[rng_below(rng, GLYPH_COUNT)];
    case 1:
        return 0x2800 + (uint32_t)rng_below(rng, 256);
    case 2:
        return rng_below(rng, 2) ? HALF_TOP : HALF_BOTTOM;
    case 3:
        return (uint32_t)rng_below(rng, 0x3000); /* control characters among them */
    case 4:
        return 0x1FB00 + (uint32_t)rng_below(rng, 256); /* four bytes */
    case 5:
        return '!' + (uint32_t)rng_below(rng, 94);
    default:
        return rng_below(rng, 2) ? ' ' : 0;
    }
}

static void scribble(struct rng *rng, struct grid *grid, const struct glyphs *glyphs, int n)
{
    int cells = grid->cols * grid->rows;
    uint8_t fg = 0, bg = 0, attr = 0;
    for (int i = 0; i < n && cells > 0; i++) {
        if (rng_below(rng, 3) == 0) {
            fg = (uint8_t)rng_below(rng, ROLE_COUNT);
            bg = (uint8_t)(rng_below(rng, 2) ? rng_below(rng, ROLE_COUNT) : 0);
            attr = (uint8_t)rng_below(rng, 8);
        }
        struct cell *cell = &grid->cells[n >= cells ? i % cells : (int)rng_below(rng, cells)];
        *cell = (struct cell){random_char(rng, glyphs), fg, bg, attr, 0};
        if (cell->ch == HALF_TOP || cell->ch == HALF_BOTTOM) {
            cell->attr &= ATTR_BOLD; /* a line under half a cell takes either colour */
        }
    }
}

static void play_random(struct rng *rng, int version, enum color_depth depth,
                        const struct glyphs *glyphs)
{
    struct reel tape;
    struct grid grid = {0};
    int64_t t = 0;
    struct present_cast_config config = {version,
                                         1 + (int)rng_below(rng, 90),
                                         1 + (int)rng_below(rng, 30),
                                         theme_at(0),
                                         depth,
                                         "a \"title\"\n",
                                         0,
                                         0};
    open_tape(&tape, &config);
    cr_assert(grid_resize(&grid, config.cols, config.rows, NULL));
    for (int frame = 0; frame < 60; frame++) {
        if (rng_below(rng, 12) == 0) {
            cr_assert(
                grid_resize(&grid, 1 + (int)rng_below(rng, 90), 1 + (int)rng_below(rng, 30), NULL));
        }
        if (rng_below(rng, 12) == 0) {
            tape.theme = theme_at((int)rng_below(rng, 5));
            present_cast_theme(tape.cast, tape.theme);
        }
        int cells = grid.cols * grid.rows;
        scribble(rng, &grid, glyphs, rng_below(rng, 4) ? (int)rng_below(rng, 40) : cells);
        t += (int64_t)rng_below(rng, 300) * MS;
        present_cast_show(tape.cast, t, &grid);
        catch_up(&tape);
        expect_shown(&tape, &grid);
        cr_assert_not(tape.screen.is_cursor_shown);
        cr_assert_eq(present_cast_show(tape.cast, t + MS, &grid), 0, "the same grid is an event");
    }
    present_cast_end(tape.cast, t);
    catch_up(&tape);
    cr_assert(tape.screen.is_cursor_shown);
    cr_assert_eq(tape.screen.code, version == 3 ? 'x' : 'o');
    close_tape(&tape);
    grid_fini(&grid);
}

Test(cast, every_frame_is_the_grid_it_was_drawn_from)
{
    struct rng rng = rng_stream(7, 0);
    for (int depth = DEPTH_MONO; depth <= DEPTH_DIRECT; depth++) {
        for (int i = 0; glyphs_at(i); i++) {
            play_random(&rng, 2, (enum color_depth)depth, glyphs_at(i));
            play_random(&rng, 3, (enum color_depth)depth, glyphs_at(i));
        }
    }
}

/* ---- real frames ---- */

Test(cast, a_session_is_small_and_right_at_every_depth)
{
    for (int depth = DEPTH_MONO; depth <= DEPTH_DIRECT; depth++) {
        struct fixture *fixture = fixture_play("permuted", 3, 3);
        struct grid grid = {0};
        struct reel tape;
        const struct theme *theme = theme_at(depth % 2);
        struct present_cast_config config = {3,    120, 36, theme, (enum color_depth)depth,
                                             NULL, 0,   0};
        cr_assert(grid_resize(&grid, 120, 36, NULL));
        open_tape(&tape, &config);
        long first = 0, later = 0;
        for (int frame = 0; frame < 40; frame++) {
            fixture_draw(fixture, &grid, glyphs_at(frame < 38 ? 0 : frame - 37),
                         (enum color_depth)depth, NULL);
            long n = present_cast_show(tape.cast, frame * 100 * MS, &grid);
            *(frame ? &later : &first) += n;
            catch_up(&tape);
            expect_shown(&tape, &grid);
            fixture_steps(fixture, 7);
        }
        cr_log_info("depth %d: %ld bytes, then %ld a frame", depth, first, later / 39);
        cr_expect_lt(first, depth == DEPTH_DIRECT ? 60000 : 40000);
        cr_expect_lt(later / 39, depth == DEPTH_DIRECT ? 6000 : 4000);
        close_tape(&tape);
        grid_fini(&grid);
        fixture_destroy(fixture);
    }
}

/* ---- time, markers, failures ---- */

static void put_letter(struct reel *tape, int64_t t, uint32_t ch, double seconds)
{
    struct cell cell = {.ch = ch};
    struct grid grid = {.cols = 1, .rows = 1, .cells = &cell, .capacity = 1};
    cr_assert_gt(present_cast_show(tape->cast, t, &grid), 0);
    catch_up(tape);
    cr_expect_float_eq(tape->screen.seconds, seconds, 0.0011, "%g for %g", tape->screen.seconds,
                       seconds);
}

Test(cast, intervals_do_not_drift_and_idle_time_is_closed_up)
{
    for (int version = 2; version <= 3; version++) {
        struct reel tape;
        struct present_cast_config config = {version,   1,   1,          theme_at(0),
                                             DEPTH_256, "t", 1700000000, 2000 * MS};
        open_tape(&tape, &config);
        cr_expect(strstr(tape.text, "\"timestamp\":1700000000"));
        cr_expect(strstr(tape.text, "\"idle_time_limit\":2.0"));
        int64_t t = 0;
        for (int i = 0; i < 3000; i++) {
            put_letter(&tape, t, 'a' + i % 2, (double)t * 1e-9);
            t += 33333333;
        }
        t -= 33333333;
        double seconds = (double)t * 1e-9;
        put_letter(&tape, t + 1999 * MS, 'c', seconds + 1.999);
        put_letter(&tape, t + 99999 * MS, 'd', seconds + 3.999);
        put_letter(&tape, t, 'e', seconds + 3.999); /* time that goes back stands still */
        present_cast_end(tape.cast, INT64_MAX);
        close_tape(&tape);
    }
}

Test(cast, markers_hold_any_text)
{
    static const char *const labels[][2] = {
        {"task B", "task B"},        {"", ""},           {"\"λ\" \\ 400", "\"λ\" \\ 400"},
        {"a\nb\033c\x7f", "a?b?c?"}, {"a\u202Eb", "ab"}, {"\xff\xc3", "??"}};
    struct reel tape;
    struct present_cast_config config = {3, 2, 2, theme_at(0), DEPTH_256, "\xff", 0, 0};
    open_tape(&tape, &config);
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        present_cast_mark(tape.cast, 0, labels[i][0]);
        catch_up(&tape);
        cr_expect_eq(tape.screen.code, 'm');
        cr_expect_str_eq(tape.screen.label, labels[i][1]);
    }
    char lengthy[4000];
    memset(lengthy, 'x', sizeof lengthy - 1);
    lengthy[sizeof lengthy - 1] = '\0';
    present_cast_mark(tape.cast, 0, lengthy);
    close_tape(&tape);
}

Test(cast, a_full_disk_is_reported)
{
    struct err err = {0};
    FILE *full = fopen("/dev/full", "w");
    cr_assert_not_null(full);
    struct present_cast_config config = {3, 2, 2, theme_at(0), DEPTH_256, NULL, 0, 0};
    struct present_cast *cast = present_cast_open(&config, full, &err);
    cr_assert_not_null(cast);
    cr_expect_not(present_cast_close(cast, &err));
    cr_expect(err.msg[0]);
    fclose(full);
    cr_expect(present_cast_close(NULL, &err));
}
