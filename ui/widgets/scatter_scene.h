/* SPDX-License-Identifier: MIT
 * What the files of the scatter share; for scatter*.c only. */
#ifndef OUBLI_UI_WIDGETS_SCATTER_SCENE_H
#define OUBLI_UI_WIDGETS_SCATTER_SCENE_H

#include "ui/widgets/scatter.h"

enum {
    SCATTER_NUMBERS_W = 4,                      /* "100 ", left of the y axis */
    SCATTER_ITEMS_MAX = SCATTER_POINTS_MAX + 1, /* and the ideal */
};

/* A mark with words beside it; places are cells of the plane. */
struct scatter_item {
    const char *label, *name;
    int x, y;
    struct rect words; /* empty: there was no room */
    bool has_name;     /* among the words */
    int i_point;       /* -1: the ideal */
    enum glyph mark;
    struct style mark_style, name_style;
};

struct scatter_scene {
    struct pen pen; /* of the plane */
    const struct scatter *scatter;
    struct scatter_layout layout;
    int front[SCATTER_POINTS_MAX];
    int n_front;
    struct scatter_item
        items[SCATTER_ITEMS_MAX]; /* the first are drawn last and find their words first */
    int n_items, n_points;
    enum glyph star; /* of the ideal, the last item */
};

/* The stair from a front point to the next: down, then right. */
struct scatter_stair {
    struct rect down, right;
};

/* Finds a place for everything.  The plane is empty where there is no room for one. */
struct scatter_scene scatter_scene(const struct pen *pen, const struct scatter *scatter);

/* The stair that begins at front point number i. */
struct scatter_stair scatter_stair(const struct scatter_scene *scene, int i);

/* How many points there is room for. */
int scatter_n_points(const struct scatter *scatter);

/* True if it has a place: both are numbers. */
bool scatter_is_placed(double x, double y);

/* Cells of the plane from its left edge and its top; whole numbers are the middles of cells.  The
 * axes, one cell outside, are where they begin. */
double scatter_place_x(const struct scatter_layout *layout, double x);
double scatter_place_y(const struct scatter_layout *layout, double y);

/* The cell itself, kept on the plane. */
int scatter_cell_x(const struct scatter_layout *layout, double x);
int scatter_cell_y(const struct scatter_layout *layout, double y);

#endif
