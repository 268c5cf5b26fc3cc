/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "ui/app/layout.h"

enum { SIDE_MAX = 250, RECTS = PANEL_COUNT + 6, PANEL_COLS_LEAST = 28, PANEL_ROWS_LEAST = 9 };

struct rects {
    int n;
    struct rect at[RECTS];
};

static void add(struct rects *rects, struct rect rect)
{
    if (!rect_is_empty(rect)) {
        rects->at[rects->n++] = rect;
    }
}

static struct rects all_of(const struct layout *layout)
{
    struct rects rects = {0};
    for (int i = 0; i < PANEL_COUNT; i++) {
        add(&rects, layout->panels[i]);
    }
    add(&rects, layout->strip);
    add(&rects, layout->knob);
    add(&rects, layout->status);
    add(&rects, layout->timeline);
    add(&rects, layout->narrator);
    add(&rects, layout->hints);
    return rects;
}

static bool is_inside(struct rect r, int cols, int rows)
{
    return r.x >= 0 && r.y >= 0 && r.x + r.w <= cols && r.y + r.h <= rows;
}

/* Small screens show two of the panels as lines. */
static bool is_shown(const struct layout *layout, enum panel_id focus)
{
    return !rect_is_empty(layout->panels[focus]) ||
           (focus == PANEL_STRATEGIES && !rect_is_empty(layout->strip)) ||
           (focus == PANEL_KNOBS && !rect_is_empty(layout->knob));
}

/* What is wrong with the layout; NULL if nothing is.  (Asserting each rect would take minutes.) */
static const char *fault_of(const struct layout *layout, int cols, int rows, enum panel_id focus)
{
    struct rects rects = all_of(layout);
    int area = 0;
    if (layout->is_too_small) {
        bool is_small = cols < LAYOUT_COLS_LEAST || rows < LAYOUT_ROWS_LEAST;
        return rects.n ? "too small, but something is placed" : is_small ? NULL : "large enough";
    }
    for (int i = 0; i < rects.n; i++) {
        area += rects.at[i].w * rects.at[i].h;
        if (!is_inside(rects.at[i], cols, rows)) {
            return "something reaches beyond the screen";
        }
        for (int j = 0; j < i; j++) {
            if (!rect_is_empty(rect_meet(rects.at[i], rects.at[j]))) {
                return "two things overlap";
            }
        }
    }
    const struct rect lines[] = {layout->status, layout->timeline, layout->narrator, layout->hints};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (lines[i].w != cols || lines[i].h != 1) {
            return "a line is missing";
        }
    }
    for (int i = 0; i < PANEL_COUNT; i++) {
        struct rect r = layout->panels[i];
        if (!rect_is_empty(r) && (r.w < PANEL_COLS_LEAST || r.h < PANEL_ROWS_LEAST)) {
            return "a panel is too small to be shown well";
        }
    }
    if (area != cols * rows) {
        return "cells belong to nothing";
    }
    return is_shown(layout, focus) ? NULL : "the focused panel is not shown";
}

Test(layout, every_size_and_focus_is_laid_out_well)
{
    for (int cols = 1; cols <= SIDE_MAX; cols++) {
        for (int rows = 1; rows <= SIDE_MAX; rows++) {
            for (int k = 0; k < 2 * PANEL_COUNT; k++) {
                enum panel_id focus = (enum panel_id)(k / 2);
                struct layout layout = layout_make(cols, rows, focus, k % 2);
                const char *fault = fault_of(&layout, cols, rows, focus);
                if (fault) {
                    cr_assert_fail("%dx%d, focus %d%s: %s", cols, rows, (int)focus,
                                   k % 2 ? " enlarged" : "", fault);
                }
            }
        }
    }
}

Test(layout, the_least_size_is_the_one_that_is_named)
{
    cr_expect_not(
        layout_make(LAYOUT_COLS_LEAST, LAYOUT_ROWS_LEAST, PANEL_KNOBS, false).is_too_small);
    cr_expect(
        layout_make(LAYOUT_COLS_LEAST - 1, LAYOUT_ROWS_LEAST, PANEL_KNOBS, false).is_too_small);
    cr_expect(
        layout_make(LAYOUT_COLS_LEAST, LAYOUT_ROWS_LEAST - 1, PANEL_KNOBS, false).is_too_small);
    cr_expect(layout_make(0, 0, PANEL_ACCURACY, true).is_too_small);
}

Test(layout, accuracy_and_drift_stay_on_a_screen_of_80x24)
{
    struct layout layout = layout_make(80, 24, PANEL_KNOBS, false);
    cr_expect_not(rect_is_empty(layout.panels[PANEL_ACCURACY]));
    cr_expect_not(rect_is_empty(layout.panels[PANEL_DRIFT]));
    cr_expect_not(rect_is_empty(layout.strip));
    cr_expect_not(rect_is_empty(layout.knob));
}

Test(layout, large_screens_show_every_panel)
{
    struct layout layout = layout_make(200, 60, PANEL_ACCURACY, false);
    for (int i = 0; i < PANEL_COUNT; i++) {
        cr_expect_not(rect_is_empty(layout.panels[i]), "panel %d", i);
    }
}

Test(layout, a_place_names_its_panel)
{
    struct layout layout = layout_make(120, 36, PANEL_ACCURACY, false);
    for (int i = 0; i < PANEL_COUNT; i++) {
        struct rect r = layout.panels[i];
        enum panel_id id;
        if (!rect_is_empty(r)) {
            cr_expect(layout_panel_at(&layout, r.x, r.y, &id) && id == (enum panel_id)i);
            cr_expect(layout_panel_at(&layout, r.x + r.w - 1, r.y + r.h - 1, &id) &&
                      id == (enum panel_id)i);
        }
    }
    enum panel_id id;
    cr_expect_not(layout_panel_at(&layout, 3, 0, &id));
    cr_expect_not(layout_panel_at(&layout, -1, 5, &id));
    cr_expect_not(layout_panel_at(&layout, 500, 5, &id));
}
