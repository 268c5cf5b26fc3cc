/* SPDX-License-Identifier: MIT */
#include "ui/widgets/scatter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ui/widgets/canvas.h"

enum {
    NUMBERS_W = 4,    /* "100 " */
    NUMBERS_MIN = 20, /* columns below which the numbers at the left give way */
    AXES_MIN = 6,     /* columns and, less two, rows below which there are no axes */
    NAME_MIN = 8,     /* rows */
    NUMBER_ROW_MIN = 14,
    GUIDE_MIN = 10,
    SAMPLES = 48, /* of a trail, to keep words off it */
    ITEMS_MAX = SCATTER_POINTS_MAX + SCATTER_LANDMARKS_MAX + 1,
};

static int min_int(int a, int b)
{
    return a < b ? a : b;
}
static int max_int(int a, int b)
{
    return a > b ? a : b;
}

static double unit(double value)
{
    return fmin(fmax(value, 0), 1);
}

static int count_points(const struct scatter *scatter)
{
    return min_int(scatter->n_points, SCATTER_POINTS_MAX);
}

static int count_landmarks(const struct scatter *scatter)
{
    return min_int(scatter->n_landmarks, SCATTER_LANDMARKS_MAX);
}

static bool is_placed(double x, double y)
{
    return !isnan(x) && !isnan(y);
}

/* ---- the front ---- */

static bool beats(const struct scatter_point *a, const struct scatter_point *b)
{
    return is_placed(a->x, a->y) && a->x >= b->x && a->y >= b->y && (a->x > b->x || a->y > b->y);
}

int scatter_front(const struct scatter_point *points, int n, int *out)
{
    int n_front = 0;
    for (int i = 0; i < n; i++) {
        bool is_beaten = !is_placed(points[i].x, points[i].y);
        for (int j = 0; j < n && !is_beaten; j++) {
            is_beaten = beats(&points[j], &points[i]);
        }
        if (is_beaten) {
            continue;
        }
        int at = n_front++;
        for (; at > 0 && points[out[at - 1]].x > points[i].x; at--) {
            out[at] = out[at - 1];
        }
        out[at] = i;
    }
    return n_front;
}

/* ---- layout ---- */

/* Where an axis begins whose smallest value is `low` (NaN: there is none): a number whose middle to
 * 100 is round too, and an eighth of the axis below the value. */
static double begin_of(double low)
{
    static const double begins[] = {0.9, 0.8, 0.6, 0.4, 0.2};
    for (int i = 0; i < (int)(sizeof begins / sizeof begins[0]); i++) {
        if (low >= begins[i] + (1 - begins[i]) / 8) {
            return begins[i];
        }
    }
    return 0;
}

/* The smallest values; NaN while there are none. */
static void keep_low(double low[2], double x, double y)
{
    if (is_placed(x, y)) {
        low[0] = fmin(low[0], x);
        low[1] = fmin(low[1], y);
    }
}

static void find_window(const struct scatter *scatter, struct scatter_layout *layout)
{
    double low[2] = {(double)NAN, (double)NAN};
    for (int i = 0; i < count_points(scatter); i++) {
        keep_low(low, scatter->points[i].x, scatter->points[i].y);
    }
    for (int i = 0; i < count_landmarks(scatter); i++) {
        keep_low(low, scatter->landmarks[i].x, scatter->landmarks[i].y);
    }
    layout->x0 = begin_of(low[0]);
    layout->y0 = begin_of(low[1]);
}

struct scatter_layout scatter_layout(const struct pen *pen, const struct scatter *scatter)
{
    struct rect plane = pen_rect(pen);
    struct scatter_layout layout = {.axis_x = -1, .axis_y = -1, .name_row = -1, .number_row = -1};
    bool has_axes = plane.w >= AXES_MIN && plane.h >= AXES_MIN - 2;
    int rows = plane.h;
    if (rows >= NAME_MIN && has_axes && scatter->y_name) {
        layout.name_row = rect_cut_top(&plane, 1).y;
    }
    if (rows >= NUMBER_ROW_MIN && has_axes) {
        layout.number_row = rect_cut_bottom(&plane, 1).y;
    }
    if (has_axes) {
        layout.has_numbers = plane.w >= NUMBERS_MIN;
        layout.axis_x = layout.has_numbers ? NUMBERS_W : 0;
        rect_cut_left(&plane, layout.axis_x + 1);
        layout.axis_y = rect_cut_bottom(&plane, 1).y;
        layout.number_row = layout.number_row < 0 ? layout.axis_y : layout.number_row;
    }
    if (!rect_is_empty(plane)) {
        layout.plane = plane;
    }
    find_window(scatter, &layout);
    return layout;
}

/* Cells of the plane from its left edge and its top; whole numbers are the middles of cells.  The
 * axes, one cell outside, are where they begin. */
static double place_x(const struct scatter_layout *layout, double x)
{
    return (unit(x) - layout->x0) / (1 - layout->x0) * layout->plane.w - 1;
}

static double place_y(const struct scatter_layout *layout, double y)
{
    return (1 - unit(y)) / (1 - layout->y0) * layout->plane.h;
}

static int cell_x(const struct scatter_layout *layout, double x)
{
    return max_int((int)lround(place_x(layout, x)), 0);
}

static int cell_y(const struct scatter_layout *layout, double y)
{
    return min_int((int)lround(place_y(layout, y)), layout->plane.h - 1);
}

bool scatter_cell(const struct pen *pen, const struct scatter *scatter, double x, double y,
                  int cell[2])
{
    struct scatter_layout layout = scatter_layout(pen, scatter);
    if (rect_is_empty(layout.plane) || !is_placed(x, y)) {
        return false;
    }
    cell[0] = layout.plane.x + cell_x(&layout, x);
    cell[1] = layout.plane.y + cell_y(&layout, y);
    return true;
}

/* ---- what stands on the plane, and its words ---- */

/* A mark with words beside it; places are cells of the plane. */
struct item {
    const char *label, *name;
    int x, y;
    struct rect words; /* empty: there was no room */
    bool has_name;     /* among the words */
    int i_point;       /* -1: a landmark or the ideal */
    enum glyph mark;
    struct style mark_style, name_style;
};

struct scene {
    struct pen pen; /* of the plane */
    const struct scatter *scatter;
    struct scatter_layout layout;
    int front[SCATTER_POINTS_MAX];
    int n_front;
    struct item items[ITEMS_MAX]; /* the first are drawn last and find their words first */
    int n_items, n_points;
    enum glyph star; /* of the ideal, the last item */
};

static void add_points(struct scene *scene, bool has_focus)
{
    for (int i = count_points(scene->scatter) - 1; i >= 0; i--) {
        const struct scatter_point *point = &scene->scatter->points[i];
        if (point->has_focus != has_focus || !is_placed(point->x, point->y)) {
            continue;
        }
        scene->items[scene->n_items++] = (struct item){
            .label = point->label && point->label[0] ? point->label : NULL,
            .name = point->name && point->name[0] ? point->name : NULL,
            .x = cell_x(&scene->layout, point->x),
            .y = cell_y(&scene->layout, point->y),
            .i_point = i,
            .mark = point->mark ? point->mark : GLYPH_ON,
            .mark_style = has_focus ? style_bold(point->role) : style_of(point->role),
            .name_style = has_focus ? style_bold(ROLE_TEXT) : style_of(ROLE_BODY),
        };
    }
}

static void add_mark(struct scene *scene, const char *name, double x, double y, enum glyph mark,
                     enum role role)
{
    if (is_placed(x, y)) {
        scene->items[scene->n_items++] = (struct item){
            .name = name && name[0] ? name : NULL,
            .x = cell_x(&scene->layout, x),
            .y = cell_y(&scene->layout, y),
            .i_point = -1,
            .mark = mark,
            .mark_style = style_of(role),
            .name_style = style_of(ROLE_DIM),
        };
    }
}

/* True if `a`, with `air` columns on either side, covers a cell of `b`. */
static bool touches(struct rect a, int air, struct rect b)
{
    return !rect_is_empty(rect_meet(rect_inset(a, -air, 0), b));
}

static bool trail_touches(const struct scene *scene, const struct scatter_point *point,
                          struct rect rect)
{
    for (int i = 0; i < SAMPLES && point->n_trail > 0; i++) {
        double at = (double)i / (SAMPLES - 1) * (point->n_trail - 1);
        int k = (int)at, next = min_int(k + 1, point->n_trail - 1);
        double x = point->trail_x[k] + (at - k) * (point->trail_x[next] - point->trail_x[k]);
        double y = point->trail_y[k] + (at - k) * (point->trail_y[next] - point->trail_y[k]);
        if (is_placed(x, y) && rect_has(rect, (int)lround(place_x(&scene->layout, x)),
                                        (int)lround(place_y(&scene->layout, y)))) {
            return true;
        }
    }
    return false;
}

/* The stair from a front point to the next: down, then right. */
struct stair {
    struct rect down, right;
};

static struct stair stair_at(const struct scene *scene, int i)
{
    const struct scatter_point *a = &scene->scatter->points[scene->front[i]];
    const struct scatter_point *b = &scene->scatter->points[scene->front[i + 1]];
    int x = cell_x(&scene->layout, a->x), y = cell_y(&scene->layout, a->y);
    int to_x = cell_x(&scene->layout, b->x), to_y = cell_y(&scene->layout, b->y);
    return (struct stair){{x, y + 1, 1, to_y - y - 1}, {x, to_y, to_x - x, 1}};
}

/* How many trails and stairs the rect would cover. */
static int count_covered(const struct scene *scene, struct rect rect)
{
    int n = 0;
    for (int i = 0; i < scene->n_points; i++) {
        n += trail_touches(scene, &scene->scatter->points[scene->items[i].i_point], rect);
    }
    for (int i = 0; i + 1 < scene->n_front; i++) {
        struct stair stair = stair_at(scene, i);
        n += touches(rect, 0, stair.down) || touches(rect, 0, stair.right);
    }
    return n;
}

/* Words may stand there: on the plane, away from every other mark and all other words. */
static bool is_free(const struct scene *scene, const struct item *item, struct rect rect, int air)
{
    const struct rect plane = {.w = scene->layout.plane.w, .h = scene->layout.plane.h};
    struct rect seen = rect_meet(rect, plane);
    bool is_ok = seen.w == rect.w && seen.h == rect.h;
    for (int i = 0; i < scene->n_items && is_ok; i++) {
        const struct item *other = &scene->items[i];
        struct rect mark = {other->x, other->y, 1, 1};
        bool is_here = other->x == item->x && other->y == item->y;
        is_ok = !touches(rect, is_here ? 0 : air, mark) &&
                (other == item || rect_is_empty(other->words) || !touches(rect, air, other->words));
    }
    return is_ok;
}

/* A mark of something else just above, below or beside: whose words would they be? */
static bool is_near_another(const struct scene *scene, const struct item *item, struct rect rect)
{
    for (int i = 0; i < scene->n_items; i++) {
        const struct item *other = &scene->items[i];
        bool is_here = other->x == item->x && other->y == item->y;
        bool is_near = rect_has(rect_inset(rect, 0, -1), other->x, other->y) ||
                       rect_has(rect_inset(rect, -3, 0), other->x, other->y);
        if (!is_here && is_near) {
            return true;
        }
    }
    return false;
}

static int words_w(const struct scene *scene, const struct item *item, bool has_name)
{
    int label_w = pen_columns(&scene->pen, item->label);
    int name_w = has_name ? pen_columns(&scene->pen, item->name) : 0;
    return label_w + name_w + (label_w && name_w);
}

/* Finds the best place for the item's words, which keeps its old one if there is none. */
static bool place_words(struct scene *scene, struct item *item, bool has_name)
{
    int w = words_w(scene, item, has_name), x = item->x, y = item->y;
    int middle = max_int(0, min_int(x - w / 2, scene->layout.plane.w - w));
    const struct rect places[] = {
        {x + 2, y, w, 1},     {x - 1 - w, y, w, 1}, {middle, y - 1, w, 1}, {middle, y + 1, w, 1},
        {x + 1, y - 1, w, 1}, {x + 1, y + 1, w, 1}, {x - w, y - 1, w, 1},  {x - w, y + 1, w, 1}};
    int best = -1, least = 0;
    for (int i = 0; i < (int)(sizeof places / sizeof places[0]) && w > 0; i++) {
        bool is_near = is_near_another(scene, item, places[i]);
        bool may_be_near = item->mark != scene->star; /* which explains itself */
        if (!is_free(scene, item, places[i], has_name ? 2 : 1) || (is_near && !may_be_near)) {
            continue;
        }
        int cost = i + 6 * count_covered(scene, places[i]) + 6 * is_near;
        if (best < 0 || cost < least) {
            best = i;
            least = cost;
        }
    }
    if (best >= 0) {
        item->words = places[best];
        item->has_name = has_name;
    }
    return best >= 0;
}

/* All with their names, or failing that their letters alone.  True if nobody went without. */
static bool place_greedily(struct scene *scene)
{
    bool is_complete = true;
    for (int i = 0; i < scene->n_points; i++) {
        struct item *item = &scene->items[i];
        bool is_done = place_words(scene, item, true) || place_words(scene, item, false);
        is_complete = is_complete && is_done;
    }
    return is_complete;
}

/* First a letter for each, then what names there is room for. */
static void place_letters_first(struct scene *scene)
{
    for (int i = 0; i < scene->n_points; i++) {
        scene->items[i].words = (struct rect){0};
    }
    for (int i = 0; i < scene->n_points; i++) {
        place_words(scene, &scene->items[i], false);
    }
    for (int i = 0; i < scene->n_points; i++) {
        place_words(scene, &scene->items[i], true);
    }
}

static bool is_covered(const struct scene *scene, const struct item *item)
{
    bool is_covered = false;
    for (int i = 0; i < scene->n_points; i++) {
        is_covered = is_covered || (scene->items[i].x == item->x && scene->items[i].y == item->y);
    }
    return is_covered;
}

static struct scene scene_make(const struct pen *pen, const struct scatter *scatter)
{
    struct scene scene = {.scatter = scatter, .layout = scatter_layout(pen, scatter)};
    scene.pen = pen_sub(pen, scene.layout.plane);
    if (rect_is_empty(scene.layout.plane)) {
        return scene;
    }
    if (!scatter->hides_front) {
        scene.n_front = scatter_front(scatter->points, count_points(scatter), scene.front);
    }
    add_points(&scene, true);
    add_points(&scene, false);
    scene.n_points = scene.n_items;
    for (int i = 0; i < count_landmarks(scatter); i++) {
        const struct scatter_landmark *mark = &scatter->landmarks[i];
        add_mark(&scene, mark->name, mark->x, mark->y, GLYPH_OFF, ROLE_DIM);
    }
    /* In ASCII a star is what a point looks like. */
    scene.star = pen->glyphs->dots == DOTS_ASCII ? GLYPH_TICK : GLYPH_STAR;
    add_mark(&scene, "ideal", 1, 1, scene.star, ROLE_WARN);
    if (!place_greedily(&scene)) {
        place_letters_first(&scene);
    }
    for (int i = scene.n_points; i < scene.n_items; i++) {
        struct item *item = &scene.items[i];
        if (i < scene.n_items - 1 || !is_covered(&scene, item)) {
            place_words(&scene, item, true);
        }
    }
    return scene;
}

/* ---- drawing ---- */

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
    snprintf(text, 8, "%.0f", unit(value) * 100);
    return text;
}

/* In the row of the axis itself its end is the arrow, else the number 100. */
static void draw_x_words(const struct pen *pen, const struct scatter *scatter,
                         const struct scatter_layout *layout)
{
    char text[8];
    int w = layout->plane.w, middle = cell_x(layout, (1 + layout->x0) / 2);
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
    int rows[] = {layout->plane.y, layout->plane.y + cell_y(layout, (1 + layout->y0) / 2),
                  layout->axis_y};
    double values[] = {1, (1 + layout->y0) / 2, layout->y0};
    for (int i = 0; i < 3 && layout->has_numbers; i++) {
        if (i != 1 || layout->plane.h >= 5) {
            pen_text_right(pen, NUMBERS_W - 1, rows[i], style_of(ROLE_DIM),
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
static void draw_guides(const struct scene *scene)
{
    const struct scatter_layout *layout = &scene->layout;
    int x = cell_x(layout, (1 + layout->x0) / 2), y = cell_y(layout, (1 + layout->y0) / 2);
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

static void draw_front(const struct scene *scene)
{
    struct style style = style_of(ROLE_DIM);
    for (int i = 0; i + 1 < scene->n_front; i++) {
        struct stair stair = stair_at(scene, i);
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
static void draw_trail(const struct scene *scene, const struct canvas *canvas,
                       const struct item *item)
{
    const struct scatter_point *point = &scene->scatter->points[item->i_point];
    struct walk walk = {.canvas = canvas, .tag = (uint8_t)(item->i_point + 1)};
    int n = max_int(point->n_trail, 0);
    for (int i = 0; i <= n && n > 0; i++) {
        double x = i < n ? point->trail_x[i] : point->x;
        double y = i < n ? point->trail_y[i] : point->y;
        if (!is_placed(x, y)) {
            walk.is_down = false;
            continue;
        }
        bool is_old = 2 * i < n;
        walk.line = is_old ? LINE_DOTTED : point->line;
        walk.style = style_of(is_old ? ROLE_FAINT : point->role);
        double across = (place_x(&scene->layout, x) + 0.5) * canvas->dots_x - 0.5;
        double down = (place_y(&scene->layout, y) + 0.5) * canvas->dots_y - 0.5;
        if (i == n || !is_tremor(&walk, (int)lround(across), (int)lround(down))) {
            walk_to(&walk, (int)lround(across), (int)lround(down));
        }
    }
}

static void draw_words(const struct scene *scene, const struct item *item)
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
static void draw_mark(const struct scene *scene, const struct item *item)
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
    struct scene scene = scene_make(pen, scatter);
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
    struct scene scene = scene_make(pen, scatter);
    int best = -1;
    long least = 0;
    if (!rect_has(scene.layout.plane, x, y)) {
        return -1;
    }
    x -= scene.layout.plane.x;
    y -= scene.layout.plane.y;
    for (int i = 0; i < scene.n_points; i++) {
        const struct item *item = &scene.items[i];
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
