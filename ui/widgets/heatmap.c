/* SPDX-License-Identifier: MIT */
#include "ui/widgets/heatmap.h"

#include <math.h>
#include <stdio.h>

#include "base/range.h"

enum {
    LEVEL_NONE = -128, /* nothing remembered */
    LEVEL_BLANK = 126, /* no pixel: the lower half of an odd last row */
    LEVELS = STYLE_HEATS,
    SIGN_HALF = STYLE_SIGNS / 2,
};

/* ---- values ---- */

/* A value in steps of a level: level k covers k .. k + 1, or k - 1/2 .. k + 1/2 if signed. */
static double in_steps(float value, float max, bool is_signed)
{
    double scaled = max > 0 ? (double)value / (double)max : 0;
    return is_signed ? scaled * (STYLE_SIGNS / 2.0) : scaled * LEVELS;
}

static int level_of(double steps, bool is_signed)
{
    if (is_signed) {
        return (int)fmin(fmax(floor(steps + 0.5), -SIGN_HALF), SIGN_HALF);
    }
    return (int)fmin(fmax(floor(steps), 0), LEVELS - 1);
}

int heatmap_level(float value, float max, bool is_signed)
{
    return isfinite(value) ? level_of(in_steps(value, max, is_signed), is_signed) : HEATMAP_NAN;
}

/* The level, unless the last one is still within a quarter of a step. */
static int steady_level(const struct heatmap *map, float value, int before)
{
    if (!isfinite(value) || before == LEVEL_NONE || before == HEATMAP_NAN) {
        return heatmap_level(value, map->max, map->is_signed);
    }
    double steps = in_steps(value, map->max, map->is_signed);
    double low = map->is_signed ? before - 0.75 : before - 0.25;
    double high = map->is_signed ? before + 0.75 : before + 1.25;
    return steps >= low && steps <= high ? before : level_of(steps, map->is_signed);
}

/* First of the `n` values that stand in pixel i of n_pixels, and through `end` the one behind the
 * last. */
static int bucket(int i, int n_pixels, int n, int *end)
{
    if (n_pixels >= n) {
        int first = i / (n_pixels / n);
        *end = first + 1;
        return first;
    }
    int first = (int)((int64_t)i * n / n_pixels);
    *end = max_int(first + 1, (int)((int64_t)(i + 1) * n / n_pixels));
    return first;
}

/* The value furthest from zero in a pixel; one that is not finite wins. */
static float pool(const struct heatmap *map, const struct heatmap_fit *fit, int px, int py)
{
    int col_end, row_end;
    int col = bucket(px, fit->pixels_x, map->cols, &col_end);
    int row = bucket(py, fit->pixels_y, map->rows, &row_end);
    float best = 0;
    for (int i = row; i < row_end; i++) {
        for (int j = col; j < col_end; j++) {
            float value = map->values[(size_t)i * (size_t)map->cols + (size_t)j];
            if (!isfinite(value)) {
                return NAN;
            }
            best = fabsf(value) > fabsf(best) ? value : best;
        }
    }
    return best;
}

/* ---- layout ---- */

static int fit_side(int n, int room)
{
    return n <= 0 || room <= 0 ? 0 : n <= room ? room / n * n : room;
}

struct heatmap_fit heatmap_fit(const struct pen *pen, const struct heatmap *map)
{
    int per_cell = depth_has_ramps(pen->depth) && pen->glyphs->dots != DOTS_ASCII ? 2 : 1;
    struct heatmap_fit fit = {
        .pixels_x = fit_side(map->cols, pen->area.w),
        .pixels_y = fit_side(map->rows, pen->area.h * per_cell),
    };
    if (!fit.pixels_x || !fit.pixels_y) {
        return (struct heatmap_fit){0};
    }
    fit.shown_cols = min_int(fit.pixels_x, map->cols);
    fit.shown_rows = min_int(fit.pixels_y, map->rows);
    fit.cells.w = fit.pixels_x;
    fit.cells.h = (fit.pixels_y + per_cell - 1) / per_cell;
    fit.cells.x = (pen->area.w - fit.cells.w) / 2;
    fit.cells.y = (pen->area.h - fit.cells.h) / 2;
    return fit;
}

/* Pixels in a cell from top to bottom, read off the fit. */
static int pixels_per_cell(const struct heatmap_fit *fit)
{
    return fit->pixels_y > fit->cells.h ? 2 : 1;
}

bool heatmap_at(const struct pen *pen, const struct heatmap *map, int x, int y, int cell[2])
{
    struct heatmap_fit fit = heatmap_fit(pen, map);
    if (!rect_has(fit.cells, x, y)) {
        return false;
    }
    int end;
    cell[0] = bucket((y - fit.cells.y) * pixels_per_cell(&fit), fit.pixels_y, map->rows, &end);
    cell[1] = bucket(x - fit.cells.x, fit.pixels_x, map->cols, &end);
    return true;
}

/* ---- drawing ---- */

static enum role level_role(const struct heatmap *map, int level)
{
    if (level == LEVEL_BLANK) {
        return ROLE_DEFAULT;
    }
    if (level == HEATMAP_NAN) {
        return ROLE_BAD;
    }
    return map->is_signed ? style_sign(level) : style_heat(level);
}

/* One value in a cell without a ramp: the denser, the more; the sign by colour, or by character
 * without. */
static void put_shade(const struct pen *pen, int x, int y, const struct heatmap *map, int level)
{
    static const char signs[] = "==---. .+++##";
    if (level == HEATMAP_NAN) {
        pen_put(pen, x, y, style_bold(ROLE_BAD), '!');
        return;
    }
    if (map->is_signed && pen->depth == DEPTH_MONO) {
        pen_put(pen, x, y, style_of(ROLE_DEFAULT), (unsigned char)signs[level + SIGN_HALF]);
        return;
    }
    int top = map->is_signed ? SIGN_HALF : LEVELS - 1;
    int size = level < 0 ? -level : level;
    int i = (size * (pen->glyphs->n_shades - 1) + top / 2) / top;
    enum role role = !map->is_signed ? ROLE_TEXT : level < 0 ? ROLE_WARN : ROLE_GOOD;
    pen_put(pen, x, y, style_of(role), pen->glyphs->shade[i]);
}

/* The level of a pixel, remembered where there is a memory. */
static int pixel_level(const struct heatmap *map, const struct heatmap_fit *fit, int px, int py)
{
    if (py >= fit->pixels_y) {
        return LEVEL_BLANK;
    }
    float value = pool(map, fit, px, py);
    if (!map->memory) {
        return heatmap_level(value, map->max, map->is_signed);
    }
    int8_t *before = &map->memory->level[py * fit->pixels_x + px];
    *before = (int8_t)steady_level(map, value, *before);
    return *before;
}

/* Forgets what was shown at another size.  Returns false where there is no room to remember. */
static bool prepare_memory(struct heatmap_memory *memory, const struct heatmap_fit *fit)
{
    int n = fit->pixels_x * fit->pixels_y;
    if (!memory || !memory->level || memory->capacity < n) {
        return false;
    }
    if (memory->w != fit->pixels_x || memory->h != fit->pixels_y) {
        for (int i = 0; i < n; i++) {
            memory->level[i] = LEVEL_NONE;
        }
        memory->w = fit->pixels_x;
        memory->h = fit->pixels_y;
    }
    return true;
}

static void put_cell(const struct pen *pen, int x, int y, const struct heatmap *map,
                     const int level[2])
{
    if (!depth_has_ramps(pen->depth)) {
        put_shade(pen, x, y, map, level[0]);
        return;
    }
    enum role top = level_role(map, level[0]), bottom = level_role(map, level[1]);
    if (top == bottom) {
        pen_put(pen, x, y, style_on(ROLE_DEFAULT, top), ' ');
    } else {
        pen_glyph(pen, x, y, style_on(top, bottom), GLYPH_HALF_TOP);
    }
}

/* The first pixel of the bucket that holds value i. */
static int pixel_of(int i, int n_pixels, int n)
{
    if (n_pixels >= n) {
        return i * (n_pixels / n) + n_pixels / n / 2;
    }
    int pixel = (int)((int64_t)i * n_pixels / n), end;
    while (bucket(pixel, n_pixels, n, &end), end <= i) {
        pixel++;
    }
    return pixel;
}

static void draw_cursor(const struct pen *pen, const struct heatmap *map,
                        const struct heatmap_fit *fit)
{
    int px = pixel_of(clamp_int(map->cursor_col, 0, map->cols - 1), fit->pixels_x, map->cols);
    int py = pixel_of(clamp_int(map->cursor_row, 0, map->rows - 1), fit->pixels_y, map->rows);
    int level = heatmap_level(pool(map, fit, px, py), map->max, map->is_signed);
    int x = fit->cells.x + px, y = fit->cells.y + py / pixels_per_cell(fit);
    if (!depth_has_ramps(pen->depth)) {
        pen_add_attr(pen, (struct rect){.x = x, .y = y, .w = 1, .h = 1}, ATTR_REVERSE);
        return;
    }
    int size = map->is_signed ? (level < 0 ? -level : level) * 2 : level;
    struct style style =
        style_on(size >= LEVELS / 2 ? ROLE_ON_HIGH : ROLE_ON_LOW, level_role(map, level));
    style.attr = ATTR_BOLD;
    pen_glyph(pen, x, y, style, GLYPH_CROSS);
}

void heatmap_draw(const struct pen *pen, const struct heatmap *map)
{
    struct heatmap_fit fit = heatmap_fit(pen, map);
    if (rect_is_empty(fit.cells)) {
        return;
    }
    struct heatmap shown = *map;
    if (!prepare_memory(map->memory, &fit)) {
        shown.memory = NULL;
    }
    int per_cell = pixels_per_cell(&fit);
    bool is_split = depth_has_ramps(pen->depth) && pen->glyphs->dots != DOTS_ASCII;
    for (int y = 0; y < fit.cells.h; y++) {
        for (int x = 0; x < fit.cells.w; x++) {
            int level[2];
            level[0] = pixel_level(&shown, &fit, x, y * per_cell);
            level[1] = is_split ? pixel_level(&shown, &fit, x, y * per_cell + 1) : level[0];
            put_cell(pen, fit.cells.x + x, fit.cells.y + y, map, level);
        }
    }
    if (map->has_cursor) {
        draw_cursor(pen, map, &fit);
    }
}

/* ---- legend ---- */

static void format_value(char *buf, size_t size, double value)
{
    double magnitude = fabs(value);
    const char *zero = "0";
    if (magnitude == 0) {
        snprintf(buf, size, "%s", zero);
    } else if (magnitude >= 100) {
        snprintf(buf, size, "%.3g", value);
    } else if (magnitude >= 0.01) {
        snprintf(buf, size, "%.2f", value);
    } else {
        snprintf(buf, size, "%.0e", value);
    }
}

int heatmap_legend(const struct pen *pen, int x, int y, int columns, const struct heatmap *map)
{
    char low[24], high[24];
    format_value(low, sizeof low, map->is_signed ? -(double)map->max : 0);
    format_value(high, sizeof high, (double)map->max);
    int n = map->is_signed ? STYLE_SIGNS : LEVELS;
    int words = pen_columns(pen, low) + 1 + 1 + pen_columns(pen, high);
    int each = clamp_int((columns - words) / n, 0, 2);
    if (words > columns) {
        return 0;
    }
    int at = x + pen_text(pen, x, y, style_of(ROLE_DIM), low) + 1;
    for (int i = 0; i < n * each; i++) {
        int level = i / each - (map->is_signed ? SIGN_HALF : 0);
        put_cell(pen, at++, y, map, (const int[2]){level, level});
    }
    at += each ? 1 : 0;
    return at + pen_text(pen, at, y, style_of(ROLE_DIM), high) - x;
}
