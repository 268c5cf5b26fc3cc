/* SPDX-License-Identifier: MIT
 * The table of learners and the plane: order, and what stands at a cell. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/fixture.h"
#include "support/present_text.h"
#include "ui/app/still.h"
#include "ui/panels/learners.h"
#include "ui/panels/panel.h"

static const double strange[] = {NAN, INFINITY, -INFINITY, 0, 0.25, 0.25, 0.5, 1};

/* `n` learners in the third task, with numbers of which some are equal and some are none. */
static struct fixture *crowd(int n, struct rng *rng)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    static const char *const names[] = {"d", "b", "h", "a", "f", "c", "g", "e"};
    for (int i = 0; i < n; i++) {
        char line[48];
        snprintf(line, sizeof line, i ? "add %s: strategy=ewc ewc.lambda=%d" : "rename %s",
                 names[i], 1 << 3 * rng_below(rng, 3));
        fixture_command(fixture, line);
    }
    fixture_steps(fixture, 2 * FIXTURE_STEPS + 60);
    for (int i = 0; i < n; i++) {
        struct learner_state *learner = &fixture->snapshot->learners[i];
        learner->seconds_training = strange[rng_below(rng, 8)];
        learner->strategies[1].bytes = (size_t)rng_below(rng, 3) * 1000;
        struct track *track = &fixture->timeline.tracks[i];
        for (int t = 0; t < 3; t++) {
            track->matrix[2 * 5 + t] = strange[rng_below(rng, 8)];
        }
    }
    return fixture;
}

/* What a learner is sorted by, better ones higher; NAN where it is not known. */
static double merit(const struct view *view, int i)
{
    const struct learner_state *learner = &view->snapshot->learners[i];
    struct metrics metrics = view_metrics(view, i);
    switch (view->sort) {
    case COLUMN_AVERAGE:
        return metrics.average_accuracy;
    case COLUMN_FORGETTING:
        return -metrics.forgetting;
    case COLUMN_LEARNING:
        return metrics.learning_accuracy;
    case COLUMN_MEMORY:
        return -(double)view_memory(learner);
    case COLUMN_TIME:
        return learner->steps > 0 ? -learner->seconds_training / (double)learner->steps
                                  : (double)NAN;
    case COLUMN_NAME:
        return -learner->name[0];
    default:
        return -i;
    }
}

/* What is wrong with the order; NULL if nothing is. */
static const char *fault_of(const struct view *view, const int *order, int n)
{
    unsigned seen = 0;
    for (int k = 0; k < n; k++) {
        seen |= 1u << order[k];
    }
    if (seen != (1u << n) - 1) {
        return "not each of them once";
    }
    for (int k = 1; k < n; k++) {
        double before = merit(view, order[k - 1]), after = merit(view, order[k]);
        bool is_known = isfinite(before), is_next_known = isfinite(after);
        double lead = view->is_sorted_back ? after - before : before - after;
        if (is_next_known && !is_known) {
            return "what is not known stands before what is";
        }
        if (is_known && is_next_known && lead < 0) {
            return "a worse one stands before a better one";
        }
        bool is_equal = is_known == is_next_known && (!is_known || lead == 0);
        if (is_equal && order[k] < order[k - 1]) {
            return "equal ones have changed places";
        }
    }
    return NULL;
}

Test(panel_learners, the_order_is_what_the_column_says_and_stable)
{
    struct rng rng = rng_stream(11, 1);
    for (int round = 0; round < 25; round++) {
        int n = 1 + rng_below(&rng, LEARNERS_MAX), order[LEARNERS_MAX];
        struct fixture *fixture = crowd(n, &rng);
        struct view *view = &fixture->frame.view;
        for (int k = 0; k < 2 * COLUMN_COUNT; k++) {
            view->sort = (enum learner_column)(k / 2);
            view->is_sorted_back = k % 2;
            cr_assert_eq(learners_order(view, order), n);
            const char *fault = fault_of(view, order, n);
            cr_assert_null(fault, "round %d, column %d%s: %s", round, k / 2, k % 2 ? " back" : "",
                           fault);
        }
        fixture_destroy(fixture);
    }
}

/* Before it branched off a fork was its parent: in the table as in R and in the curves.  On the
 * plane it would cover it. */
Test(panel_learners, a_fork_has_its_parents_past)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 2 * FIXTURE_STEPS + 60);
    fixture_command(fixture, "fork b: strategy=ewc");
    fixture_steps(fixture, FIXTURE_STEPS);
    struct view *view = &fixture->frame.view;
    view->has_cursor = true;
    view->cursor = FIXTURE_STEPS + 100;
    struct metrics parent = view_metrics(view, 0), fork = view_metrics(view, 1);
    cr_expect(isfinite(view_r(view, 1, 0, 0)));
    cr_expect(isfinite(fork.average_accuracy) && fork.average_accuracy == parent.average_accuracy);
    cr_expect_eq(fork.forgetting, parent.forgetting);
    fixture_destroy(fixture);
}

Test(panel_learners, every_column_has_a_name_for_messages)
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        cr_expect_gt(strlen(learners_column_name((enum learner_column)i)), 3);
    }
}

/* The learner that a click's lines select, -1 if they select none. */
static int selected_by(const struct view *view, const struct panel_lines *lines)
{
    char line[PANEL_LINES_MAX];
    for (int i = 0; i < view->snapshot->n_learners; i++) {
        snprintf(line, sizeof line, "learner %s\n", view->snapshot->learners[i].name);
        if (strcmp(lines->text, line) == 0) {
            return i;
        }
    }
    return -1;
}

/* Every cell of the pen, and one around it. */
static void expect_valid_hits(const struct pen *pen, const struct view *view)
{
    for (int y = -1; y <= pen->area.h; y++) {
        for (int x = -1; x <= pen->area.w; x++) {
            struct panel_lines row = panel_learners.click(pen, view, x, y),
                               point = panel_plane.click(pen, view, x, y);
            bool is_title = strncmp(row.text, "sort ", 5) == 0;
            bool is_valid = (!row.text[0] || is_title || selected_by(view, &row) >= 0) &&
                            (!point.text[0] || selected_by(view, &point) >= 0);
            cr_assert(is_valid, "%dx%d, cell %d,%d: row '%s', point '%s'", pen->area.w, pen->area.h,
                      x, y, row.text, point.text);
        }
    }
}

Test(panel_learners, every_cell_hits_a_learner_or_none)
{
    struct rng rng = rng_stream(12, 1);
    struct grid none = {0};
    for (int round = 0; round < 20; round++) {
        struct fixture *fixture = crowd(1 + rng_below(&rng, LEARNERS_MAX), &rng);
        struct view *view = &fixture->frame.view;
        struct pen pen = pen_make(&none, glyphs_at(rng_below(&rng, 3)), DEPTH_256);
        pen.area = (struct rect){0, 0, rng_below(&rng, 100), rng_below(&rng, 40)};
        view->sort = (enum learner_column)rng_below(&rng, COLUMN_COUNT);
        view->has_cursor = rng_below(&rng, 2);
        view->cursor = rng_below(&rng, 1000);
        expect_valid_hits(&pen, view);
        fixture_destroy(fixture);
    }
}

/* Each learner has a row to click on where all rows fit. */
Test(panel_learners, each_can_be_clicked_on)
{
    struct rng rng = rng_stream(13, 1);
    struct grid none = {0};
    struct fixture *fixture = crowd(LEARNERS_MAX, &rng);
    struct pen pen = pen_make(&none, glyphs_at(0), DEPTH_256);
    pen.area = (struct rect){0, 0, 60, LEARNERS_MAX + 1};
    fixture->frame.view.sort = COLUMN_NAME;
    unsigned seen = 0;
    for (int y = 0; y < pen.area.h; y++) {
        struct panel_lines lines = panel_learners.click(&pen, &fixture->frame.view, 5, y);
        int i = selected_by(&fixture->frame.view, &lines);
        seen |= i >= 0 ? 1u << i : 0;
    }
    cr_expect_eq(seen, (1u << LEARNERS_MAX) - 1, "%x", seen);
    fixture_destroy(fixture);
}

/* Told apart without colour, for as many as there can be, in every set of glyphs. */
Test(panel_learners, no_two_have_the_same_sign)
{
    for (int set = 0; glyphs_at(set); set++) {
        for (int i = 0; i < LEARNERS_MAX; i++) {
            for (int k = 0; k < i; k++) {
                struct learner_state a = {.slot = i}, b = {.slot = k};
                cr_expect_neq(glyphs_at(set)->at[view_learner_mark(&a)],
                              glyphs_at(set)->at[view_learner_mark(&b)], "%s: slots %d and %d",
                              glyphs_at(set)->name, k, i);
            }
        }
    }
}

/* ---- what is seen of a fork ------------------------------------------------------------------ */

/* The ghost belongs to whom it was forked from, who was there when the session went back. */
Test(panel_learners, a_fork_in_the_past_has_the_ghost_of_its_parent)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    const struct view *view = &fixture->frame.view;
    fixture_steps(fixture, 2 * FIXTURE_STEPS);
    cr_expect_null(view_ghost(view)->accuracy);
    fixture_command(fixture, "rewind 520");
    fixture_command(fixture, "fork");
    fixture_steps(fixture, 20);
    cr_assert_not_null(view_ghost(view)->accuracy);
    cr_expect_gt(view_ghost(view)->accuracy[0].n, 0);
    double window[2];
    view_window(view, window);
    cr_expect_geq(window[1], 2.0 * FIXTURE_STEPS - 6, "it reaches as far as what would have been");
    fixture_destroy(fixture);
}

/* Several from the start are compared; who comes later hides nothing that was looked at. */
Test(panel_learners, a_fork_changes_no_view)
{
    struct still_memory memory = {0};
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    struct view *view = &fixture->frame.view;
    still_follow(&memory, view);
    fixture_steps(fixture, FIXTURE_STEPS + 60);
    fixture_command(fixture, "fork");
    still_follow(&memory, view);
    cr_expect_eq(view->compare, COMPARE_NOT);
    view->compare = COMPARE_AVERAGE;
    fixture_command(fixture, "fork");
    still_follow(&memory, view);
    cr_expect_eq(view->compare, COMPARE_AVERAGE);
    memory = (struct still_memory){0};
    view->compare = COMPARE_NOT;
    still_follow(&memory, view);
    cr_expect_eq(view->compare, COMPARE_AVERAGE);
    fixture_destroy(fixture);
}

/* The focused panel over a whole screen. */
static char *enlarged(struct fixture *fixture, enum panel_id id)
{
    struct grid grid = {0};
    fixture->frame.view.focus = id;
    fixture->frame.view.is_enlarged = true;
    cr_assert(grid_resize(&grid, 120, 36, NULL));
    frame_draw(&fixture->frame, &grid, glyphs_find("braille"), DEPTH_256, (int[2]){0});
    char *text = present_text(&grid);
    grid_fini(&grid);
    return text;
}

static int times(const char *text, const char *word)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++) {
        n++;
    }
    return n;
}

Test(panel_learners, a_landmark_is_named_once)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, FIXTURE_STEPS + 60);
    fixture_command(fixture, "fork");
    fixture_command(fixture, "add other");
    fixture_command(fixture, "add mine: strategy=ewc");
    fixture_steps(fixture, 2 * FIXTURE_STEPS);
    char *text = enlarged(fixture, PANEL_PLANE);
    strstr(text, "╰")[0] = '\0'; /* the keys name it, too */
    cr_expect_eq(times(text, "naive"), 1, "%s", text);
    free(text);
    fixture_destroy(fixture);
}

Test(panel_learners, one_point_alone_says_what_to_press)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, FIXTURE_STEPS + 60);
    char *text = enlarged(fixture, PANEL_PLANE);
    cr_expect(strstr(text, "J adds joint and naive, f forks it"), "%s", text);
    free(text);
    fixture_command(fixture, "fork");
    text = enlarged(fixture, PANEL_PLANE);
    cr_expect_null(strstr(text, "f forks it"), "%s", text);
    free(text);
    fixture_destroy(fixture);
}

/* A gradient or an update is of a step, and while it waits none is taken. */
Test(panel_drift, says_why_nothing_is_seen_while_it_waits)
{
    static const enum map_what steps[] = {MAP_WHAT_UPDATE, MAP_WHAT_GRADIENT};
    for (int i = 0; i < 2; i++) {
        struct fixture *fixture = fixture_play("permuted", 5, 5);
        fixture_steps(fixture, 60);
        fixture_command(fixture, "pause");
        fixture->frame.view.map.what = fixture->snapshot->map.request.what = steps[i];
        fixture->snapshot->map.rows = fixture->snapshot->map.cols = 1;
        fixture->snapshot->map.cells[0] = NAN;
        char *text = enlarged(fixture, PANEL_DRIFT);
        cr_expect(strstr(text, "seen only while steps are taken: space goes on"), "%s", text);
        free(text);
        fixture_destroy(fixture);
    }
}
