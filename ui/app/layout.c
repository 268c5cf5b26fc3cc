/* SPDX-License-Identifier: MIT */
#include "ui/app/layout.h"

enum {
    COLS_LARGE = 100, /* three panels side by side */
    COLS_HUGE = 160,  /* three at the top, too */
    COLS_PAIR = 72,   /* two panels side by side */
    ROWS_TWO = 26,    /* of the body: two bands */
    ROWS_THREE = 40,  /* three bands */
    BOTTOM_MOST = 18, /* rows that the bottom panels can use */
};

/* Three bottom panels of a large screen. */
static void place_bottom(struct layout *layout, struct rect band)
{
    int side = band.w >= 140 ? 50 : band.w * 36 / 100;
    layout->panels[PANEL_STRATEGIES] = rect_cut_left(&band, side);
    layout->panels[PANEL_KNOBS] = rect_cut_left(&band, band.w * 55 / 100);
    layout->panels[PANEL_MATRIX] = band;
}

static void place_large(struct layout *layout, struct rect body)
{
    int bottom = body.h * 15 / 32;
    struct rect top = rect_cut_top(&body, body.h - (bottom > BOTTOM_MOST ? BOTTOM_MOST : bottom));
    if (top.w >= COLS_HUGE) {
        layout->panels[PANEL_LAYERS] = rect_cut_right(&top, top.w * 22 / 100);
        layout->panels[PANEL_DRIFT] = rect_cut_right(&top, top.w * 40 / 100);
    } else {
        layout->panels[PANEL_DRIFT] = rect_cut_right(&top, top.w * 39 / 100);
    }
    layout->panels[PANEL_ACCURACY] = top;
    place_bottom(layout, body);
}

/* Narrow and tall: bands of two. */
static void place_tall(struct layout *layout, struct rect body)
{
    if (body.h >= ROWS_THREE) {
        struct rect bottom = rect_cut_bottom(&body, body.h / 4);
        layout->panels[PANEL_MATRIX] = rect_cut_left(&bottom, bottom.w / 2);
        layout->panels[PANEL_LAYERS] = bottom;
    }
    struct rect middle = rect_cut_bottom(&body, body.h * 2 / 5);
    layout->panels[PANEL_STRATEGIES] = rect_cut_left(&middle, middle.w / 2);
    layout->panels[PANEL_KNOBS] = middle;
    layout->panels[PANEL_DRIFT] = rect_cut_right(&body, body.w * 39 / 100);
    layout->panels[PANEL_ACCURACY] = body;
}

/* Accuracy, drift, and the rest in two or three lines. */
static void place_small(struct layout *layout, struct rect body, enum panel_id focus)
{
    layout->knob = rect_cut_bottom(&body, 1);
    layout->strip = rect_cut_bottom(&body, body.w >= 110 ? 1 : 2);
    if (body.w < COLS_PAIR) {
        bool is_in_strip = focus == PANEL_KNOBS || focus == PANEL_STRATEGIES;
        layout->panels[is_in_strip ? PANEL_ACCURACY : focus] = body;
        return;
    }
    layout->panels[PANEL_DRIFT] = rect_cut_right(&body, body.w * 41 / 100);
    layout->panels[PANEL_ACCURACY] = body;
}

struct layout layout_make(int cols, int rows, enum panel_id focus, bool is_enlarged)
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
    if (is_enlarged) {
        layout.panels[focus] = body;
    } else if (body.h >= ROWS_TWO && cols >= COLS_LARGE) {
        place_large(&layout, body);
    } else if (body.h >= ROWS_TWO && cols >= COLS_PAIR) {
        place_tall(&layout, body);
    } else {
        place_small(&layout, body, focus);
    }
    bool is_in_strip =
        !rect_is_empty(layout.strip) && (focus == PANEL_KNOBS || focus == PANEL_STRATEGIES);
    if (rect_is_empty(layout.panels[focus]) && !is_in_strip) {
        layout.panels[focus] = layout.panels[PANEL_DRIFT];
        layout.panels[PANEL_DRIFT] = (struct rect){0};
    }
    return layout;
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
