/* SPDX-License-Identifier: MIT
 * A scatter on the screen, and what stands where one clicks. */
#include "ui/widgets/scatter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/range.h"
#include "ui/widgets/canvas.h"
#include "ui/widgets/scatter_scene.h"

enum { GUIDE_MIN = 10 }; /* rows below which there are no guides */

/* A number or name of the x axis with a blank on either side, unless it would touch another. */
static bool put_axis_words(const struct pen *row, int x, const char *words)
{
    int n = pen_columns(row, words);
    if (x < 0 || x + n > row->area.w) {
        return false;
    }
    for (int i = x - 1; i <= x + n; i++) {
        const struct cell *cell = pen_at(row, i, 0);
        if (cell && cell->ch != ' ' && cell->ch != row->glyphs->at[GLYPH_H]) {
            return false;
        }
    }
    pen_text(row, x, 0, style_of(ROLE_DIM), words);
    return true;
}

static const char *percent(double value, char text[8])
{
    snprintf(text, 8, "%.0f", value * 100);
    return text;
}

/* In the row of the axis itself its end is the arrow, else the number 100. */
static void draw_x_words(const struct pen *pen, const struct scatter *scatter,
                         const struct scatter_layout *layout)
{
    char text[8];
    int w = layout->plane.w, middle = scatter_cell_x(layout, (1 + layout->x0) / 2);
    bool is_own_row = layout->number_row != layout->axis_y;
    struct pen row = pen_sub(pen, (struct rect){layout->plane.x, layout->number_row, w, 1});
    put_axis_words(&row, 0, percent(layout->x0, text));
    int name_w = pen_columns(pen, scatter->x_name), name_x = w - 2 - name_w;
    if (is_own_row) {
        put_axis_words(&row, w - 3, percent(1, text));
        name_x = (middle + 2 + w - 3 - name_w) / 2;
    }
    if (name_w) {
        put_axis_words(&row, name_x, scatter->x_name);
    }
    if (layout->has_numbers) {
        put_axis_words(&row, middle - 1, percent((1 + layout->x0) / 2, text));
    }
    pen_glyph(pen, layout->plane.x + w - 1, layout->axis_y, style_of(ROLE_DIM), GLYPH_RIGHT);
}

static void draw_y_words(const struct pen *pen, const struct scatter *scatter,
                         const struct scatter_layout *layout)
{
    char text[8];
    int rows[] = {layout->plane.y, layout->plane.y + scatter_cell_y(layout, (1 + layout->y0) / 2),
                  layout->axis_y};
    double values[] = {1, (1 + layout->y0) / 2, layout->y0};
    for (int i = 0; i < 3 && layout->has_numbers; i++) {
        if (i != 1 || layout->plane.h >= 5) {
            pen_text_right(pen, SCATTER_NUMBERS_W - 1, rows[i], style_of(ROLE_DIM),
                           percent(values[i], text));
        }
    }
    if (layout->name_row >= 0) {
        int x = layout->axis_x;
        pen_glyph(pen, x, layout->name_row, style_of(ROLE_DIM), GLYPH_UP);
        if (x + 2 + pen_columns(pen, scatter->y_name) <= pen->area.w) {
            pen_text(pen, x + 2, layout->name_row, style_of(ROLE_DIM), scatter->y_name);
        }
    }
}

/* Faint dots where the middle numbers point, if the plane is large. */
static void draw_guides(const struct scatter_scene *scene)
{
    const struct scatter_layout *layout = &scene->layout;
    int x = scatter_cell_x(layout, (1 + layout->x0) / 2),
        y = scatter_cell_y(layout, (1 + layout->y0) / 2);
    if (layout->plane.h < GUIDE_MIN || !layout->has_numbers) {
        return;
    }
    for (int i = x % 4; i < layout->plane.w; i += 4) {
        pen_glyph(&scene->pen, i, y, style_of(ROLE_FAINT), GLYPH_MIDDLE_DOT);
    }
    for (int i = y % 2; i < layout->plane.h; i += 2) {
        pen_glyph(&scene->pen, x, i, style_of(ROLE_FAINT), GLYPH_MIDDLE_DOT);
    }
}

static void draw_axes(const struct pen *pen, const struct scatter *scatter,
                      const struct scatter_layout *layout)
{
    if (layout->axis_x < 0) {
        return;
    }
    struct style line = style_of(ROLE_FRAME);
    struct rect plane = layout->plane;
    pen_vline(pen, layout->axis_x, plane.y, plane.h, line, GLYPH_V);
    pen_glyph(pen, layout->axis_x, layout->axis_y, line, GLYPH_CORNER);
    pen_hline(pen, plane.x, layout->axis_y, plane.w, line, GLYPH_H);
    draw_x_words(pen, scatter, layout);

    draw_y_words(pen, scatter, layout);
}

static void draw_front(const struct scatter_scene *scene)
{
    struct style style = style_of(ROLE_DIM);
    for (int i = 0; i + 1 < scene->n_front; i++) {
        struct scatter_stair stair = scatter_stair(scene, i);
        pen_vline(&scene->pen, stair.down.x, stair.down.y, stair.down.h, style, GLYPH_DOT_V);
        pen_hline(&scene->pen, stair.right.x, stair.right.y, stair.right.w, style, GLYPH_GUIDE);
    }
}

/* A line of dots from corner to corner. */
struct walk {
    const struct canvas *canvas;
    struct style style;
    enum line_style line;
    uint8_t tag;
    bool is_down;
    int phase, x, y;
};

static bool walk_shows(const struct walk *walk)
{
    switch (walk->line) {
    case LINE_DASHED:
        return walk->phase % 6 < 4;
    case LINE_DOTTED:
        return walk->phase % 3 == 0;
    default:
        return true;
    }
}

/* Quadrants would be as heavy as the marks: the block set has one small dot in a cell. */
static void walk_dot(const struct walk *walk, int x, int y)
{
    const struct canvas *canvas = walk->canvas;
    if (!walk_shows(walk) || x < 0 || y < 0) {
        return;
    }
    if (canvas->pen.glyphs->dots == DOTS_BLOCK) {
        pen_glyph(&canvas->pen, x / canvas->dots_x, y / canvas->dots_y, walk->style, GLYPH_GUIDE);
    } else {
        canvas_dot(canvas, x, y, walk->style, walk->tag);
    }
}

static void walk_to(struct walk *walk, int x, int y)
{
    int dx = walk->is_down ? x - walk->x : 0, dy = walk->is_down ? y - walk->y : 0;
    int n = max_int(abs(dx), abs(dy));
    for (int i = walk->is_down ? 1 : 0; i <= n; i++, walk->phase++) {
        int back_x = n ? (int)lround((double)dx * (n - i) / n) : 0;
        int back_y = n ? (int)lround((double)dy * (n - i) / n) : 0;
        walk_dot(walk, x - back_x, y - back_y);
    }
    walk->is_down = true;
    walk->x = x;
    walk->y = y;
}

/* Too small a step to be more than noise. */
static bool is_tremor(const struct walk *walk, int x, int y)
{
    int reach = (walk->canvas->dots_x + walk->canvas->dots_y) / 2;
    return walk->is_down && max_int(abs(x - walk->x), abs(y - walk->y)) < reach;
}

/* The older half of the way is faint and sparse, the newer in the point's colour; its last step
 * leads to where the point is now. */
static void draw_trail(const struct scatter_scene *scene, const struct canvas *canvas,
                       const struct scatter_item *item)
{
    const struct scatter_point *point = &scene->scatter->points[item->i_point];
    struct walk walk = {.canvas = canvas, .tag = (uint8_t)(item->i_point + 1)};
    int n = max_int(point->n_trail, 0);
    for (int i = 0; i <= n && n > 0; i++) {
        double x = i < n ? point->trail_x[i] : point->x;
        double y = i < n ? point->trail_y[i] : point->y;
        if (!scatter_is_placed(x, y)) {
            walk.is_down = false;
            continue;
        }
        bool is_old = 2 * i < n;
        walk.line = is_old ? LINE_DOTTED : point->line;
        walk.style = style_of(is_old ? ROLE_FAINT : point->role);
        double across = (scatter_place_x(&scene->layout, x) + 0.5) * canvas->dots_x - 0.5;
        double down = (scatter_place_y(&scene->layout, y) + 0.5) * canvas->dots_y - 0.5;
        if (i == n || !is_tremor(&walk, (int)lround(across), (int)lround(down))) {
            walk_to(&walk, (int)lround(across), (int)lround(down));
        }
    }
}

/* From cell to cell, so that the line runs through the marks. */
static void draw_path(const struct scatter_scene *scene, const struct canvas *canvas)
{
    struct walk walk = {.canvas = canvas, .style = style_of(ROLE_ACCENT), .tag = UINT8_MAX};
    for (int i = 0; i < scene->scatter->n_path; i++) {
        const struct scatter_point *point = &scene->scatter->points[scene->scatter->path[i]];
        if (scatter_is_placed(point->x, point->y)) {
            double across = (scatter_cell_x(&scene->layout, point->x) + 0.5) * canvas->dots_x - 0.5;
            double down = (scatter_cell_y(&scene->layout, point->y) + 0.5) * canvas->dots_y - 0.5;
            walk_to(&walk, (int)lround(across), (int)lround(down));
        }
    }
}

static void draw_words(const struct scatter_scene *scene, const struct scatter_item *item)
{
    int x = item->words.x, y = item->words.y;
    struct style label = item->mark_style;
    label.attr |= ATTR_BOLD;
    pen_fill(&scene->pen, item->words, style_of(ROLE_DEFAULT), ' ');
    if (item->label) {
        x += pen_text(&scene->pen, x, y, label, item->label) + 1;
    }
    if (item->has_name) {
        pen_text(&scene->pen, x, y, item->name_style, item->name);
    }
}

/* Without room beside it, a letter stands in the mark's place. */
static void draw_mark(const struct scatter_scene *scene, const struct scatter_item *item)
{
    bool is_letter = rect_is_empty(item->words) && pen_columns(&scene->pen, item->label) == 1;
    if (is_letter) {
        struct style style = item->mark_style;
        style.attr |= ATTR_BOLD;
        pen_text(&scene->pen, item->x, item->y, style, item->label);
    } else {
        pen_glyph(&scene->pen, item->x, item->y, item->mark_style, item->mark);
    }
}

void scatter_draw(const struct pen *pen, const struct scatter *scatter)
{
    struct scatter_scene scene = scatter_scene(pen, scatter);
    if (rect_is_empty(scene.layout.plane)) {
        return;
    }
    struct canvas canvas = canvas_make(&scene.pen);
    draw_axes(pen, scatter, &scene.layout);
    draw_guides(&scene);
    draw_front(&scene);
    for (int i = scene.n_points - 1; i >= 0; i--) {
        draw_trail(&scene, &canvas, &scene.items[i]);
    }
    draw_path(&scene, &canvas);
    for (int i = scene.n_items - 1; i >= 0; i--) {
        if (!rect_is_empty(scene.items[i].words)) {
            draw_words(&scene, &scene.items[i]);
        }
    }
    for (int i = scene.n_items - 1; i >= 0; i--) {
        draw_mark(&scene, &scene.items[i]);
    }
}

int scatter_at(const struct pen *pen, const struct scatter *scatter, int x, int y)
{
    struct scatter_scene scene = scatter_scene(pen, scatter);
    int best = -1;
    long least = 0;
    if (!rect_has(scene.layout.plane, x, y)) {
        return -1;
    }
    x -= scene.layout.plane.x;
    y -= scene.layout.plane.y;
    for (int i = 0; i < scene.n_points; i++) {
        const struct scatter_item *item = &scene.items[i];
        if (rect_has(item->words, x, y)) {
            return item->i_point;
        }
        long dx = item->x - x, dy = 2L * (item->y - y);
        if (best < 0 || dx * dx + dy * dy < least) {
            best = item->i_point;
            least = dx * dx + dy * dy;
        }
    }
    return best;
}
