/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "ui/app/layout.h"

enum {
    SIDE_MAX = 250,
    ROWS_TALL = 80,
    RECTS = PANEL_COUNT + 6,
    PANEL_COLS_LEAST = 28,
    PANEL_ROWS_LEAST = 9
};
enum { COLS_PAIR = 72, BESIDE_ROWS = 8, TABLE_EDGES = 3 };

static struct layout make(int cols, int rows, enum panel_id focus, int n_learners)
{
    struct layout_wants wants = {
        .focus = focus, .picture = PANEL_DRIFT, .n_learners = n_learners, .has_samples = true};
    return layout_make(cols, rows, &wants);
}

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

/* Beside the table of learners, which needs no more rows than they are, any panel may stand. */
static int least_rows(enum panel_id id, int n_learners)
{
    int table = n_learners + TABLE_EDGES, least = n_learners > 1 ? BESIDE_ROWS : PANEL_ROWS_LEAST;
    return id == PANEL_LEARNERS && table < least ? table : least;
}

/* What is wrong with the layout; NULL if nothing is.  (Asserting each rect would take minutes.) */
static const char *fault_of(const struct layout *layout, int cols, int rows, enum panel_id focus,
                            int n_learners)
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
        if (!rect_is_empty(r) &&
            (r.w < PANEL_COLS_LEAST || r.h < least_rows((enum panel_id)i, n_learners))) {
            return "a panel is too small to be shown well";
        }
    }
    if (area != cols * rows) {
        return "cells belong to nothing";
    }
    return is_shown(layout, focus) ? NULL : "the focused panel is not shown";
}

/* Where there is room for two, and nothing fills the screen, the curves are one of them. */
static bool has_curves(const struct layout *layout, int cols)
{
    return layout->is_too_small || cols < COLS_PAIR ||
           !rect_is_empty(layout->panels[PANEL_ACCURACY]);
}

static void expect_good_layouts(int cols, int rows, int n_learners, enum panel_id picture)
{
    for (int k = 0; k < 2 * PANEL_COUNT; k++) {
        struct layout_wants wants = {.focus = (enum panel_id)(k / 2),
                                     .is_enlarged = k % 2,
                                     .picture = picture,
                                     .n_learners = n_learners,
                                     .has_samples = picture == PANEL_DRIFT};
        struct layout layout = layout_make(cols, rows, &wants);
        const char *fault = fault_of(&layout, cols, rows, wants.focus, n_learners);
        fault = fault                                      ? fault
                : k % 2 == 0 && !has_curves(&layout, cols) ? "there are no curves"
                                                           : NULL;
        if (fault) {
            cr_assert_fail("%dx%d, %d learners, focus %d%s, picture %d: %s", cols, rows, n_learners,
                           (int)wants.focus, k % 2 ? " enlarged" : "", (int)picture, fault);
        }
    }
}

static const enum panel_id pictures[] = {PANEL_DRIFT, PANEL_SURFACE, PANEL_WRITING};

Test(layout, every_size_and_focus_is_laid_out_well_for_any_number_of_learners)
{
    for (int n = 3; n < 3 * (LEARNERS_MAX + 1); n++) {
        for (int cols = 1; cols <= SIDE_MAX; cols++) {
            /* Beyond a tall screen a row more makes panels higher, no other layout. */
            for (int rows = 1; rows <= SIDE_MAX; rows += rows < ROWS_TALL ? 1 : 9) {
                expect_good_layouts(cols, rows, n / 3, pictures[n % 3]);
            }
        }
    }
}

/* Where two panels stand side by side the picture is one of them, and wide enough to be one. */
Test(layout, the_picture_stands_beside_the_curves)
{
    static const int sizes[][3] = {{80, 24, 40}, {100, 30, 38}, {120, 36, 45}, {200, 60, 60}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int n = 1; n <= 2; n++) {
            struct layout_wants wants = {
                .focus = PANEL_KNOBS, .picture = PANEL_SURFACE, .n_learners = n};
            struct layout layout = layout_make(sizes[i][0], sizes[i][1], &wants);
            struct rect surface = layout.panels[PANEL_SURFACE], drift = layout.panels[PANEL_DRIFT];
            cr_expect_not(rect_is_empty(layout.panels[PANEL_ACCURACY]));
            cr_expect(surface.w >= sizes[i][2] || (n == 2 && surface.w >= sizes[i][2] * 3 / 4),
                      "%d at %d", surface.w, sizes[i][0]);
            cr_expect_eq(rect_is_empty(drift), n == 2 || sizes[i][0] < 160);
        }
    }
}

Test(layout, learners_have_their_table_beside_the_curves)
{
    static const int sizes[][2] = {{80, 24}, {100, 30}, {120, 36}, {80, 50}, {200, 60}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int n = 2; n <= LEARNERS_MAX; n++) {
            struct layout layout = make(sizes[i][0], sizes[i][1], PANEL_KNOBS, n);
            cr_expect_not(rect_is_empty(layout.panels[PANEL_ACCURACY]));
            cr_expect_not(rect_is_empty(layout.panels[PANEL_LEARNERS]));
            cr_expect_geq(layout.panels[PANEL_LEARNERS].h, n + TABLE_EDGES, "%d at %dx%d", n,
                          sizes[i][0], sizes[i][1]);
        }
    }
}

Test(layout, the_least_size_is_the_one_that_is_named)
{
    cr_expect_not(make(LAYOUT_COLS_LEAST, LAYOUT_ROWS_LEAST, PANEL_KNOBS, 1).is_too_small);
    cr_expect(make(LAYOUT_COLS_LEAST - 1, LAYOUT_ROWS_LEAST, PANEL_KNOBS, 1).is_too_small);
    cr_expect(make(LAYOUT_COLS_LEAST, LAYOUT_ROWS_LEAST - 1, PANEL_KNOBS, 1).is_too_small);
    cr_expect(make(0, 0, PANEL_ACCURACY, 1).is_too_small);
}

Test(layout, accuracy_and_drift_stay_on_a_screen_of_80x24)
{
    struct layout layout = make(80, 24, PANEL_KNOBS, 1);
    cr_expect_not(rect_is_empty(layout.panels[PANEL_ACCURACY]));
    cr_expect_not(rect_is_empty(layout.panels[PANEL_DRIFT]));
    cr_expect_not(rect_is_empty(layout.strip));
    cr_expect_not(rect_is_empty(layout.knob));
}

/* One learner is not compared with others; of several the layers give way. */
static bool is_at_home(int id, int n_learners)
{
    return id != PANEL_SURFACE && id != PANEL_ARROWS && id != PANEL_WRITING &&
           id != PANEL_ATTENTION && id != PANEL_WHY && id != PANEL_NETWORK &&
           id != PANEL_SCOREBOARD && id != PANEL_MICROSCOPE && id != PANEL_PUTBACK &&
           (n_learners > 1 ? id != PANEL_LAYERS && id != PANEL_SAMPLES
                           : id != PANEL_LEARNERS && id != PANEL_PLANE);
}

Test(layout, large_screens_show_every_panel)
{
    for (int n = 1; n <= LEARNERS_MAX; n++) {
        struct layout layout = make(200, 60, PANEL_ACCURACY, n);
        for (int i = 0; i < PANEL_COUNT; i++) {
            cr_expect_eq(rect_is_empty(layout.panels[i]), !is_at_home(i, n), "%d, panel %d", n, i);
        }
    }
}

/* Whoever is there before and after stands where it stood, perhaps not as wide; curves may gain the
 * few columns that the knobs need. */
Test(layout, samples_cover_the_right_side_and_move_nothing)
{
    static const int sizes[][2] = {{80, 40}, {80, 50}, {100, 30}, {120, 36}, {160, 45}, {200, 50}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int cols = sizes[i][0], rows = sizes[i][1];
        struct layout before = make(cols, rows, PANEL_KNOBS, 1);
        struct layout after = make(cols, rows, PANEL_SAMPLES, 1);
        cr_expect(rect_is_empty(before.panels[PANEL_SAMPLES]), "%dx%d", cols, rows);
        cr_expect_geq(after.panels[PANEL_SAMPLES].w, cols * 36 / 100, "%dx%d", cols, rows);
        for (int k = 0; k < PANEL_COUNT; k++) {
            struct rect was = before.panels[k], is = after.panels[k];
            bool stays = is.x == was.x && is.y == was.y && is.h == was.h && is.w <= was.w + 3;
            cr_expect(k == PANEL_SAMPLES || rect_is_empty(is) || stays, "%dx%d, panel %d", cols,
                      rows, k);
        }
        cr_expect_not(rect_is_empty(after.panels[PANEL_ACCURACY]), "%dx%d", cols, rows);
        cr_expect_not(rect_is_empty(after.panels[PANEL_STRATEGIES]), "%dx%d", cols, rows);
        cr_expect_eq(before.knob.y, after.knob.y);
    }
}

Test(layout, samples_have_no_place_of_their_own_where_there_are_none)
{
    const struct layout_wants wants = {
        .focus = PANEL_KNOBS, .picture = PANEL_DRIFT, .n_learners = 1, .has_samples = false};
    struct layout layout = layout_make(200, 60, &wants);
    cr_expect(rect_is_empty(layout.panels[PANEL_SAMPLES]));
    cr_expect_eq(layout.panels[PANEL_DRIFT].h, layout.panels[PANEL_ACCURACY].h);
}

/* On a huge screen samples give their rows to a panel with the keys that can fill them. */
Test(layout, what_needs_rows_gets_those_of_the_samples)
{
    static const enum panel_id tall[] = {PANEL_NETWORK, PANEL_WHY, PANEL_SCOREBOARD};
    for (int i = 0; i < 3; i++) {
        struct layout layout = make(200, 60, tall[i], 1);
        cr_expect_eq(layout.panels[tall[i]].h, layout.panels[PANEL_ACCURACY].h);
        cr_expect(rect_is_empty(layout.panels[PANEL_SAMPLES]));
    }
    struct layout layout = make(200, 60, PANEL_PUTBACK, 1);
    cr_expect_not(rect_is_empty(layout.panels[PANEL_SAMPLES]), "a few bars need no more");
}

Test(layout, a_place_names_its_panel)
{
    struct layout layout = make(120, 36, PANEL_ACCURACY, 1);
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
