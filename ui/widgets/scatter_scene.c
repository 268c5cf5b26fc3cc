/* SPDX-License-Identifier: MIT
 * What stands on the plane of a scatter, and where its words find room. */
#include "ui/widgets/scatter_scene.h"

#include <math.h>

#include "base/range.h"

enum { SAMPLES = 48 }; /* of a trail, to keep words off it */

static void add_points(struct scatter_scene *scene, bool has_focus)
{
    for (int i = scatter_n_points(scene->scatter) - 1; i >= 0; i--) {
        const struct scatter_point *point = &scene->scatter->points[i];
        if (point->has_focus != has_focus || !scatter_is_placed(point->x, point->y)) {
            continue;
        }
        scene->items[scene->n_items++] = (struct scatter_item){
            .label = point->label && point->label[0] ? point->label : NULL,
            .name = point->name && point->name[0] ? point->name : NULL,
            .x = scatter_cell_x(&scene->layout, point->x),
            .y = scatter_cell_y(&scene->layout, point->y),
            .i_point = i,
            .mark = point->mark ? point->mark : GLYPH_ON,
            .mark_style = has_focus ? style_bold(point->role) : style_of(point->role),
            .name_style = has_focus ? style_bold(ROLE_TEXT) : style_of(ROLE_BODY),
        };
    }
}

static void add_ideal(struct scatter_scene *scene)
{
    scene->items[scene->n_items++] = (struct scatter_item){
        .name = "ideal",
        .x = scatter_cell_x(&scene->layout, 1),
        .y = scatter_cell_y(&scene->layout, 1),
        .i_point = -1,
        .mark = scene->star,
        .mark_style = style_of(ROLE_WARN),
        .name_style = style_of(ROLE_DIM),
    };
}

/* True if `a`, with `air` columns on either side, covers a cell of `b`. */
static bool touches(struct rect a, int air, struct rect b)
{
    return !rect_is_empty(rect_meet(rect_inset(a, -air, 0), b));
}

static bool trail_touches(const struct scatter_scene *scene, const struct scatter_point *point,
                          struct rect rect)
{
    for (int i = 0; i < SAMPLES && point->n_trail > 0; i++) {
        double at = (double)i / (SAMPLES - 1) * (point->n_trail - 1);
        int k = (int)at, next = min_int(k + 1, point->n_trail - 1);
        double x = point->trail_x[k] + (at - k) * (point->trail_x[next] - point->trail_x[k]);
        double y = point->trail_y[k] + (at - k) * (point->trail_y[next] - point->trail_y[k]);
        if (scatter_is_placed(x, y) &&
            rect_has(rect, (int)lround(scatter_place_x(&scene->layout, x)),
                     (int)lround(scatter_place_y(&scene->layout, y)))) {
            return true;
        }
    }
    return false;
}

struct scatter_stair scatter_stair(const struct scatter_scene *scene, int i)
{
    const struct scatter_point *a = &scene->scatter->points[scene->front[i]];
    const struct scatter_point *b = &scene->scatter->points[scene->front[i + 1]];
    int x = scatter_cell_x(&scene->layout, a->x), y = scatter_cell_y(&scene->layout, a->y);
    int to_x = scatter_cell_x(&scene->layout, b->x), to_y = scatter_cell_y(&scene->layout, b->y);
    return (struct scatter_stair){{x, y + 1, 1, to_y - y - 1}, {x, to_y, to_x - x, 1}};
}

/* How many trails and stairs the rect would cover. */
static int count_covered(const struct scatter_scene *scene, struct rect rect)
{
    int n = 0;
    for (int i = 0; i < scene->n_points; i++) {
        n += trail_touches(scene, &scene->scatter->points[scene->items[i].i_point], rect);
    }
    for (int i = 0; i + 1 < scene->n_front; i++) {
        struct scatter_stair stair = scatter_stair(scene, i);
        n += touches(rect, 0, stair.down) || touches(rect, 0, stair.right);
    }
    return n;
}

/* Words may stand there: on the plane, away from every other mark and all other words. */
static bool is_free(const struct scatter_scene *scene, const struct scatter_item *item,
                    struct rect rect, int air)
{
    const struct rect plane = {.w = scene->layout.plane.w, .h = scene->layout.plane.h};
    struct rect seen = rect_meet(rect, plane);
    bool is_ok = seen.w == rect.w && seen.h == rect.h;
    for (int i = 0; i < scene->n_items && is_ok; i++) {
        const struct scatter_item *other = &scene->items[i];
        struct rect mark = {other->x, other->y, 1, 1};
        bool is_here = other->x == item->x && other->y == item->y;
        is_ok = !touches(rect, is_here ? 0 : air, mark) &&
                (other == item || rect_is_empty(other->words) || !touches(rect, air, other->words));
    }
    return is_ok;
}

/* A mark of something else just above, below or beside: whose words would they be? */
static bool is_near_another(const struct scatter_scene *scene, const struct scatter_item *item,
                            struct rect rect)
{
    for (int i = 0; i < scene->n_items; i++) {
        const struct scatter_item *other = &scene->items[i];
        bool is_here = other->x == item->x && other->y == item->y;
        bool is_near = rect_has(rect_inset(rect, 0, -1), other->x, other->y) ||
                       rect_has(rect_inset(rect, -3, 0), other->x, other->y);
        if (!is_here && is_near) {
            return true;
        }
    }
    return false;
}

static int words_w(const struct scatter_scene *scene, const struct scatter_item *item,
                   bool has_name)
{
    int label_w = pen_columns(&scene->pen, item->label);
    int name_w = has_name ? pen_columns(&scene->pen, item->name) : 0;
    return label_w + name_w + (label_w && name_w);
}

/* Finds the best place for the item's words, which keeps its old one if there is none. */
static bool place_words(struct scatter_scene *scene, struct scatter_item *item, bool has_name)
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
static bool place_greedily(struct scatter_scene *scene)
{
    bool is_complete = true;
    for (int i = 0; i < scene->n_points; i++) {
        struct scatter_item *item = &scene->items[i];
        bool is_done = place_words(scene, item, true) || place_words(scene, item, false);
        is_complete = is_complete && is_done;
    }
    return is_complete;
}

/* First a letter for each, then what names there is room for. */
static void place_letters_first(struct scatter_scene *scene)
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

static bool is_covered(const struct scatter_scene *scene, const struct scatter_item *item)
{
    bool is_covered = false;
    for (int i = 0; i < scene->n_points; i++) {
        is_covered = is_covered || (scene->items[i].x == item->x && scene->items[i].y == item->y);
    }
    return is_covered;
}

struct scatter_scene scatter_scene(const struct pen *pen, const struct scatter *scatter)
{
    struct scatter_scene scene = {.scatter = scatter, .layout = scatter_layout(pen, scatter)};
    scene.pen = pen_sub(pen, scene.layout.plane);
    if (rect_is_empty(scene.layout.plane)) {
        return scene;
    }
    if (!scatter->hides_front) {
        scene.n_front = scatter_front(scatter->points, scatter_n_points(scatter), scene.front);
    }
    add_points(&scene, true);
    add_points(&scene, false);
    scene.n_points = scene.n_items;
    /* In ASCII a star is what a point looks like. */
    scene.star = pen->glyphs->dots == DOTS_ASCII ? GLYPH_TICK : GLYPH_STAR;
    add_ideal(&scene);
    if (!place_greedily(&scene)) {
        place_letters_first(&scene);
    }
    for (int i = scene.n_points; i < scene.n_items; i++) {
        struct scatter_item *item = &scene.items[i];
        if (i < scene.n_items - 1 || !is_covered(&scene, item)) {
            place_words(&scene, item, true);
        }
    }
    return scene;
}
