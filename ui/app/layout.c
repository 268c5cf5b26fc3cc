/* SPDX-License-Identifier: MIT */
#include "ui/app/layout.h"

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

/* At the top of a huge screen: the picture and the drift, or the drift and its layers above the
 * samples. */
static void place_huge(struct layout *layout, struct rect top, enum panel_id picture,
                       bool has_samples)
{
    bool is_drift = picture == PANEL_DRIFT;
    struct rect right = rect_cut_right(&top, top.w * (is_drift ? 53 : 57) / 100);
    layout->panels[PANEL_SAMPLES] = rect_cut_bottom(&right, has_samples ? SAMPLES_ROWS : 0);
    layout->panels[is_drift ? PANEL_LAYERS : PANEL_DRIFT] =
        rect_cut_right(&right, right.w * (is_drift ? 42 : 39) / 100);
    layout->panels[picture] = right;
    layout->panels[PANEL_ACCURACY] = top;
}

static void place_large(struct layout *layout, struct rect body, const struct layout_wants *wants)
{
    bool is_tall = wants->focus == PANEL_NETWORK || wants->focus == PANEL_WHY ||
                   wants->focus == PANEL_SCOREBOARD; /* what has the keys wants their rows */
    bool has_samples = wants->has_samples && has_room_for_samples(body) && !is_tall;
    enum panel_id picture = wants->picture;
    int bottom = body.h * 15 / 32;
    struct rect top = rect_cut_top(&body, body.h - (bottom > BOTTOM_MOST ? BOTTOM_MOST : bottom));
    place_bottom(layout, body);
    if (top.w >= COLS_HUGE) {
        place_huge(layout, top, picture, has_samples);
        return;
    }
    layout->panels[picture] =
        rect_cut_right(&top, top.w * (picture == PANEL_DRIFT ? 39 : 46) / 100);
    layout->panels[PANEL_ACCURACY] = top;
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
    int share = picture == PANEL_DRIFT ? 39 : 50;
    layout->panels[picture] = rect_cut_right(&body, body.w * share / 100);
    layout->panels[PANEL_ACCURACY] = body;
}

enum { COVERED_LEAST = 28 }; /* columns of a panel that are worth keeping */

/* Samples lie over the right side of the screen, in its whole height; all else stays where it is,
 * as far as it is not covered. */
static void place_samples(struct layout *layout, struct rect body, const struct layout_wants *wants)
{
    int x = body.x + body.w / 2;
    if (body.w >= COLS_LARGE) {
        place_large(layout, body, wants);
        int least = layout->panels[PANEL_KNOBS].x + COVERED_LEAST;
        x = layout->panels[wants->picture].x;
        x = x < least ? least : x;
    } else {
        place_tall(layout, body, wants->picture);
    }
    for (int i = 0; i < PANEL_COUNT; i++) {
        struct rect *panel = &layout->panels[i];
        if (panel->x + panel->w > x) {
            panel->w = x - panel->x;
            *panel = panel->w >= COVERED_LEAST ? *panel : (struct rect){0};
        }
    }
    layout->panels[PANEL_ACCURACY].w = x - layout->panels[PANEL_ACCURACY].x;
    layout->panels[PANEL_SAMPLES] = (struct rect){x, body.y, body.x + body.w - x, body.h};
}

/* Accuracy, the picture, and the rest in two or three lines. */
static void place_small(struct layout *layout, struct rect body, const struct layout_wants *wants)
{
    enum panel_id focus = wants->focus;
    layout->knob = rect_cut_bottom(&body, 1);
    layout->strip = rect_cut_bottom(&body, body.w >= 110 ? 1 : 2);
    if (body.w < COLS_PAIR) {
        bool is_in_strip = focus == PANEL_KNOBS || focus == PANEL_STRATEGIES;
        layout->panels[is_in_strip ? PANEL_ACCURACY : focus] = body;
        return;
    }
    bool is_wide = focus == PANEL_SAMPLES || wants->has_weight;
    int share = is_wide ? SAMPLES_BESIDE : wants->picture == PANEL_DRIFT ? 41 : 50;
    layout->panels[wants->picture] = rect_cut_right(&body, body.w * share / 100);
    layout->panels[PANEL_ACCURACY] = body;
}

/* ---- several learners ---- */

/* Rows that the table of them needs: a frame, a head, and one each. */
static int table_rows(int n_learners)
{
    return n_learners + 3;
}

enum { PLANE_ROWS = 8, BESIDE_ROWS = 11 };

/* What stands beside the curves: the plane, or what the data is best seen in. */
static enum panel_id beside(const struct layout_wants *wants)
{
    return wants->picture == PANEL_DRIFT ? PANEL_PLANE : wants->picture;
}

/* Learners, strategies and matrix below curves and plane; the chosen knob in a line. */
static void compare_large(struct layout *layout, struct rect body, const struct layout_wants *wants)
{
    enum { LEARNERS_COLS = 64, STRATEGIES_COLS = 44, KNOBS_COLS = 40, MATRIX_COLS = 32 };
    bool has_knobs = body.w >= LEARNERS_COLS + STRATEGIES_COLS + KNOBS_COLS + MATRIX_COLS;
    if (!has_knobs) {
        layout->knob = rect_cut_bottom(&body, 1);
    }
    int bottom = body.h * 17 / 32;
    struct rect top = rect_cut_top(&body, body.h - (bottom > BOTTOM_MOST ? BOTTOM_MOST : bottom));
    if (top.w >= COLS_HUGE) {
        layout->panels[wants->picture] = rect_cut_right(&top, top.w * 30 / 100);
        layout->panels[PANEL_PLANE] = rect_cut_right(&top, top.w * 42 / 100);
        layout->panels[PANEL_LEARNERS] = rect_cut_left(&body, LEARNERS_COLS);
        layout->panels[PANEL_STRATEGIES] = rect_cut_left(&body, STRATEGIES_COLS);
        layout->panels[PANEL_KNOBS] = rect_cut_left(&body, has_knobs ? KNOBS_COLS : 0);
    } else {
        layout->panels[beside(wants)] = rect_cut_right(&top, top.w * 38 / 100);
        layout->panels[PANEL_LEARNERS] = rect_cut_left(&body, body.w * 37 / 100);
        layout->panels[PANEL_STRATEGIES] = rect_cut_left(&body, body.w * 45 / 100);
    }
    layout->panels[PANEL_ACCURACY] = top;
    layout->panels[PANEL_MATRIX] = body;
}

static void compare_tall(struct layout *layout, struct rect body, const struct layout_wants *wants)
{
    layout->knob = rect_cut_bottom(&body, 1);
    struct rect bottom = rect_cut_bottom(&body, BESIDE_ROWS);
    layout->panels[PANEL_MATRIX] = rect_cut_right(&bottom, bottom.w / 2);
    layout->panels[PANEL_STRATEGIES] = bottom;
    struct rect right = rect_cut_right(&body, body.w * 43 / 100);
    layout->panels[PANEL_LEARNERS] = rect_cut_top(&right, table_rows(wants->n_learners));
    layout->panels[beside(wants)] = right;
    layout->panels[PANEL_ACCURACY] = body;
}

static void compare_small(struct layout *layout, struct rect body, const struct layout_wants *wants)
{
    int n_learners = wants->n_learners;
    if (body.w < COLS_PAIR) {
        place_small(layout, body, wants);
        return;
    }
    layout->knob = rect_cut_bottom(&body, 1);
    layout->strip = rect_cut_bottom(&body, body.w >= 110 ? 1 : 2);
    struct rect right = rect_cut_right(&body, body.w * 43 / 100);
    if (right.h >= table_rows(n_learners) + PLANE_ROWS) {
        layout->panels[PANEL_LEARNERS] = rect_cut_top(&right, table_rows(n_learners));
        layout->panels[beside(wants)] = right;
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

static void place_alone(struct layout *layout, struct rect body, const struct layout_wants *wants)
{
    bool is_roomy = body.h >= ROWS_TWO && body.w >= COLS_PAIR;
    if (is_roomy && wants->focus == PANEL_SAMPLES && !has_room_for_samples(body)) {
        place_samples(layout, body, wants);
    } else if (body.h >= ROWS_TWO && body.w >= COLS_LARGE) {
        place_large(layout, body, wants);
    } else if (body.h >= ROWS_TWO && body.w >= COLS_PAIR) {
        place_tall(layout, body, wants->picture);
    } else {
        place_small(layout, body, wants);
    }
}

static void place_compared(struct layout *layout, struct rect body,
                           const struct layout_wants *wants)
{
    if (body.h >= ROWS_TWO && body.w >= COLS_LARGE) {
        compare_large(layout, body, wants);
    } else if (body.h >= ROWS_TWO + 4 && body.w >= COLS_PAIR &&
               body.h >= 1 + BESIDE_ROWS + table_rows(wants->n_learners) + PLANE_ROWS) {
        compare_tall(layout, body, wants);
    } else {
        compare_small(layout, body, wants);
    }
}

/* The panel that gives its place to a focused one without: the picture, else what there is; what
 * the heads look at stands beside what is written, if it can. */
static enum panel_id giving(const struct layout *layout, const struct layout_wants *wants)
{
    bool is_beside = wants->focus == PANEL_ATTENTION || wants->focus == PANEL_PUTBACK;
    enum panel_id first = is_beside ? PANEL_DRIFT : wants->picture;
    const enum panel_id order[] = {first, wants->picture, PANEL_DRIFT, PANEL_PLANE,
                                   PANEL_MICROSCOPE};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (!rect_is_empty(layout->panels[order[i]])) {
            return order[i];
        }
    }
    return PANEL_LEARNERS;
}

/* The microscope stands in the lower right corner, where two panels are side by side. */
static void place_microscope(struct layout *layout)
{
    struct rect *corner = &layout->panels[PANEL_MATRIX];
    for (int i = 0; i < PANEL_COUNT && !rect_is_empty(*corner); i++) {
        struct rect *beside = &layout->panels[i];
        bool is_row = beside->y == corner->y && beside->h == corner->h && !rect_is_empty(*beside);
        if (is_row && beside->x + beside->w == corner->x) {
            layout->panels[PANEL_MICROSCOPE] =
                (struct rect){beside->x, beside->y, beside->w + corner->w, beside->h};
            *beside = *corner = (struct rect){0};
        }
    }
}

/* The panel has a place. */
static void show(struct layout *layout, enum panel_id id, const struct layout_wants *wants)
{
    if (!is_shown(layout, id)) {
        enum panel_id gives = giving(layout, wants);
        layout->panels[id] = layout->panels[gives];
        layout->panels[gives] = (struct rect){0};
    }
}

struct layout layout_make(int cols, int rows, const struct layout_wants *wants)
{
    struct layout layout = {0};
    struct rect body = {0, 0, cols, rows};
    if (cols < LAYOUT_COLS_LEAST || rows < LAYOUT_ROWS_LEAST) {
        layout.is_too_small = true;
        return layout;
    }
    layout.status = rect_cut_top(&body, 1);
    layout.timeline = rect_cut_top(&body, 1);
    layout.hints = rect_cut_bottom(&body, 1);
    layout.narrator = rect_cut_bottom(&body, 1);
    if (wants->is_enlarged) {
        layout.panels[wants->focus] = body;
    } else if (wants->n_learners > 1) {
        place_compared(&layout, body, wants);
    } else {
        place_alone(&layout, body, wants);
    }
    if (wants->has_weight && !wants->is_enlarged) {
        place_microscope(&layout);
        show(&layout, PANEL_MICROSCOPE, wants);
    }
    show(&layout, wants->focus, wants);
    return layout;
}

struct layout layout_of(const struct view *view, int cols, int rows)
{
    /* Of a recording their answers may not be known: then they are shown only when asked for. */
    bool has_answers = view->snapshot && view->snapshot->exhibits.has[EXHIBIT_SAMPLES];
    const struct layout_wants wants = {
        .focus = view->focus,
        .is_enlarged = view->is_enlarged,
        .picture = view_picture(view),
        .n_learners = view->snapshot ? view->snapshot->n_learners : 1,
        .has_weight = view->has_weight || view->focus == PANEL_MICROSCOPE,
        .has_samples = view->loading.is_on
                           ? view_picture(view) == PANEL_DRIFT
                           : view->facts->own || (view->facts->gallery && has_answers)};
    return layout_make(cols, rows, &wants);
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
