/* SPDX-License-Identifier: MIT */
#include "ui/app/layout.h"

#include "ui/panels/panel.h"

enum {
    COLS_LARGE = 100,    /* three panels side by side */
    COLS_HUGE = 160,     /* three at the top, too */
    COLS_PAIR = 72,      /* two panels side by side */
    ROWS_TWO = 26,       /* of the body: two bands */
    ROWS_THREE = 40,     /* three bands */
    BOTTOM_MOST = 18,    /* rows that the bottom panels can use */
    SAMPLES_ROWS = 27,   /* a place of their own: five tasks of digits */
    DRIFT_LEAST = 11,    /* rows that are left above them */
    SAMPLES_BESIDE = 55, /* percent of the columns on a small screen */
};

/* Three bottom panels of a large screen. */
static void place_bottom(struct layout *layout, struct rect band)
{
    int side = band.w >= 140 ? 50 : band.w * 36 / 100;
    layout->panels[PANEL_STRATEGIES] = rect_cut_left(&band, side);
    layout->panels[PANEL_KNOBS] = rect_cut_left(&band, band.w * 55 / 100);
    layout->panels[PANEL_MATRIX] = band;
}

/* True if samples have a place without being asked for. */
static bool has_room_for_samples(struct rect body)
{
    return body.w >= COLS_HUGE && body.h >= SAMPLES_ROWS + DRIFT_LEAST + BOTTOM_MOST;
}

/* Curves and strategies at the left, samples at the right. */
static void place_samples(struct layout *layout, struct rect body)
{
    layout->knob = rect_cut_bottom(&body, 1);
    layout->panels[PANEL_SAMPLES] = rect_cut_right(&body, body.w / 2);
    layout->panels[PANEL_STRATEGIES] = rect_cut_bottom(&body, body.h * 15 / 32);
    layout->panels[PANEL_ACCURACY] = body;
}

/* Percent of the columns for what stands beside the curves. */
static int beside(enum panel_id picture)
{
    return picture == PANEL_WRITING ? 50 : 39;
}

static void place_large(struct layout *layout, struct rect body, const struct layout_wish *wish)
{
    bool has_samples = wish->has_samples && has_room_for_samples(body);
    int bottom = body.h * 15 / 32;
    struct rect top = rect_cut_top(&body, body.h - (bottom > BOTTOM_MOST ? BOTTOM_MOST : bottom));
    if (top.w >= COLS_HUGE) {
        struct rect right = rect_cut_right(&top, top.w * 53 / 100);
        layout->panels[PANEL_SAMPLES] = rect_cut_bottom(&right, has_samples ? SAMPLES_ROWS : 0);
        layout->panels[PANEL_LAYERS] = rect_cut_right(&right, right.w * 42 / 100);
        layout->panels[PANEL_DRIFT] = right;
    } else {
        layout->panels[PANEL_DRIFT] = rect_cut_right(&top, top.w * beside(wish->picture) / 100);
    }
    layout->panels[PANEL_ACCURACY] = top;
    place_bottom(layout, body);
}

/* Narrow and tall: bands of two. */
static void place_tall(struct layout *layout, struct rect body, enum panel_id picture)
{
    if (body.h >= ROWS_THREE) {
        struct rect bottom = rect_cut_bottom(&body, body.h / 4);
        layout->panels[PANEL_MATRIX] = rect_cut_left(&bottom, bottom.w / 2);
        layout->panels[PANEL_LAYERS] = bottom;
    }
    struct rect middle = rect_cut_bottom(&body, body.h * 2 / 5);
    layout->panels[PANEL_STRATEGIES] = rect_cut_left(&middle, middle.w / 2);
    layout->panels[PANEL_KNOBS] = middle;
    layout->panels[PANEL_DRIFT] = rect_cut_right(&body, body.w * beside(picture) / 100);
    layout->panels[PANEL_ACCURACY] = body;
}

/* Accuracy, drift, and the rest in two or three lines. */
static void place_small(struct layout *layout, struct rect body, const struct layout_wish *wish)
{
    enum panel_id focus = wish->focus;
    layout->knob = rect_cut_bottom(&body, 1);
    layout->strip = rect_cut_bottom(&body, body.w >= 110 ? 1 : 2);
    if (body.w < COLS_PAIR) {
        bool is_in_strip = focus == PANEL_KNOBS || focus == PANEL_STRATEGIES;
        layout->panels[is_in_strip ? PANEL_ACCURACY : focus] = body;
        return;
    }
    int right = focus == PANEL_SAMPLES ? SAMPLES_BESIDE : beside(wish->picture) + 2;
    layout->panels[PANEL_DRIFT] = rect_cut_right(&body, body.w * right / 100);
    layout->panels[PANEL_ACCURACY] = body;
}

/* ---- several learners ---- */

/* Rows that the table of them needs: a frame, a head, and one each. */
static int table_rows(int n_learners)
{
    return n_learners + 3;
}

enum { PLANE_ROWS = 8, BESIDE_ROWS = 11 };

/* Learners, strategies and matrix below curves and plane; the chosen knob in a line. */
static void compare_large(struct layout *layout, struct rect body)
{
    enum { LEARNERS_COLS = 64, STRATEGIES_COLS = 44, KNOBS_COLS = 40, MATRIX_COLS = 32 };
    bool has_knobs = body.w >= LEARNERS_COLS + STRATEGIES_COLS + KNOBS_COLS + MATRIX_COLS;
    if (!has_knobs) {
        layout->knob = rect_cut_bottom(&body, 1);
    }
    int bottom = body.h * 17 / 32;
    struct rect top = rect_cut_top(&body, body.h - (bottom > BOTTOM_MOST ? BOTTOM_MOST : bottom));
    if (top.w >= COLS_HUGE) {
        layout->panels[PANEL_DRIFT] = rect_cut_right(&top, top.w * 30 / 100);
        layout->panels[PANEL_PLANE] = rect_cut_right(&top, top.w * 42 / 100);
        layout->panels[PANEL_LEARNERS] = rect_cut_left(&body, LEARNERS_COLS);
        layout->panels[PANEL_STRATEGIES] = rect_cut_left(&body, STRATEGIES_COLS);
        layout->panels[PANEL_KNOBS] = rect_cut_left(&body, has_knobs ? KNOBS_COLS : 0);
    } else {
        layout->panels[PANEL_PLANE] = rect_cut_right(&top, top.w * 38 / 100);
        layout->panels[PANEL_LEARNERS] = rect_cut_left(&body, body.w * 37 / 100);
        layout->panels[PANEL_STRATEGIES] = rect_cut_left(&body, body.w * 45 / 100);
    }
    layout->panels[PANEL_ACCURACY] = top;
    layout->panels[PANEL_MATRIX] = body;
}

static void compare_tall(struct layout *layout, struct rect body, int n_learners)
{
    layout->knob = rect_cut_bottom(&body, 1);
    struct rect bottom = rect_cut_bottom(&body, BESIDE_ROWS);
    layout->panels[PANEL_MATRIX] = rect_cut_right(&bottom, bottom.w / 2);
    layout->panels[PANEL_STRATEGIES] = bottom;
    struct rect right = rect_cut_right(&body, body.w * 43 / 100);
    layout->panels[PANEL_LEARNERS] = rect_cut_top(&right, table_rows(n_learners));
    layout->panels[PANEL_PLANE] = right;
    layout->panels[PANEL_ACCURACY] = body;
}

static void compare_small(struct layout *layout, struct rect body, const struct layout_wish *wish)
{
    if (body.w < COLS_PAIR) {
        place_small(layout, body, wish);
        return;
    }
    layout->knob = rect_cut_bottom(&body, 1);
    layout->strip = rect_cut_bottom(&body, body.w >= 110 ? 1 : 2);
    struct rect right = rect_cut_right(&body, body.w * 43 / 100);
    if (right.h >= table_rows(wish->n_learners) + PLANE_ROWS) {
        layout->panels[PANEL_LEARNERS] = rect_cut_top(&right, table_rows(wish->n_learners));
        layout->panels[PANEL_PLANE] = right;
    } else {
        layout->panels[PANEL_LEARNERS] = right;
    }
    layout->panels[PANEL_ACCURACY] = body;
}

/* ---- all together ---- */

static bool is_shown(const struct layout *layout, enum panel_id id)
{
    bool is_in_line =
        !rect_is_empty(layout->knob) &&
        (id == PANEL_KNOBS || (id == PANEL_STRATEGIES && !rect_is_empty(layout->strip)));
    return is_in_line || !rect_is_empty(layout->panels[id]);
}

static void place_alone(struct layout *layout, struct rect body, const struct layout_wish *wish)
{
    bool is_roomy = body.h >= ROWS_TWO && body.w >= COLS_PAIR;
    if (is_roomy && wish->focus == PANEL_SAMPLES && !has_room_for_samples(body)) {
        place_samples(layout, body);
    } else if (body.h >= ROWS_TWO && body.w >= COLS_LARGE) {
        place_large(layout, body, wish);
    } else if (body.h >= ROWS_TWO && body.w >= COLS_PAIR) {
        place_tall(layout, body, wish->picture);
    } else {
        place_small(layout, body, wish);
    }
}

static void place_compared(struct layout *layout, struct rect body, const struct layout_wish *wish)
{
    int n_learners = wish->n_learners;
    if (body.h >= ROWS_TWO && body.w >= COLS_LARGE) {
        compare_large(layout, body);
    } else if (body.h >= ROWS_TWO + 4 && body.w >= COLS_PAIR &&
               body.h >= 1 + BESIDE_ROWS + table_rows(n_learners) + PLANE_ROWS) {
        compare_tall(layout, body, n_learners);
    } else {
        compare_small(layout, body, wish);
    }
}

/* What shows the data best stands where the drift would, which goes to where layers would be. */
static void place_picture(struct layout *layout, enum panel_id picture)
{
    struct rect *panels = layout->panels;
    if (picture == PANEL_DRIFT || rect_is_empty(panels[PANEL_DRIFT])) {
        return;
    }
    panels[picture] = panels[PANEL_DRIFT];
    panels[PANEL_DRIFT] = panels[PANEL_LAYERS];
    panels[PANEL_LAYERS] = (struct rect){0};
}

/* The panel whose place goes to one that is focused and has none. */
static enum panel_id giving(const struct layout *layout, enum panel_id picture)
{
    const struct rect *panels = layout->panels;
    return !rect_is_empty(panels[picture])       ? picture
           : !rect_is_empty(panels[PANEL_DRIFT]) ? PANEL_DRIFT
           : !rect_is_empty(panels[PANEL_PLANE]) ? PANEL_PLANE
                                                 : PANEL_LEARNERS;
}

struct layout layout_make(int cols, int rows, const struct layout_wish *wish)
{
    struct layout layout = {0};
    struct rect body = {0, 0, cols, rows};
    enum panel_id focus = wish->focus;
    if (cols < LAYOUT_COLS_LEAST || rows < LAYOUT_ROWS_LEAST) {
        layout.is_too_small = true;
        return layout;
    }
    layout.status = rect_cut_top(&body, 1);
    layout.timeline = rect_cut_top(&body, 1);
    layout.hints = rect_cut_bottom(&body, 1);
    layout.narrator = rect_cut_bottom(&body, 1);
    if (wish->is_enlarged) {
        layout.panels[focus] = body;
    } else if (wish->n_learners > 1) {
        place_compared(&layout, body, wish);
    } else {
        place_alone(&layout, body, wish);
    }
    if (!wish->is_enlarged) {
        place_picture(&layout, wish->picture);
    }
    if (!is_shown(&layout, focus)) {
        enum panel_id gives = giving(&layout, wish->picture);
        layout.panels[focus] = layout.panels[gives];
        layout.panels[gives] = (struct rect){0};
    }
    return layout;
}

struct layout layout_of(const struct view *view, int cols, int rows)
{
    /* Of a recording their answers may not be known: then they are shown only when asked for. */
    bool has_answers = view->snapshot && view->snapshot->exhibits.has[EXHIBIT_SAMPLES];
    bool has_samples = view->facts->own || (view->facts->gallery && has_answers);
    const struct layout_wish wish = {.focus = view->focus,
                                     .is_enlarged = view->is_enlarged,
                                     .n_learners = view->snapshot ? view->snapshot->n_learners : 1,
                                     .picture = panel_picture(view->facts->form),
                                     .has_samples = has_samples};
    return layout_make(cols, rows, &wish);
}

bool layout_panel_at(const struct layout *layout, int x, int y, enum panel_id *id)
{
    for (int i = 0; i < PANEL_COUNT; i++) {
        if (rect_has(layout->panels[i], x, y)) {
            *id = (enum panel_id)i;
            return true;
        }
    }
    return false;
}
