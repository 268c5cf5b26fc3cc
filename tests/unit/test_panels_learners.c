/* SPDX-License-Identifier: MIT
 * The table of learners and the plane: order, and what stands at a cell. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "support/stage.h"
#include "ui/panels/learners.h"
#include "ui/panels/plane.h"

static const double strange[] = {NAN, INFINITY, -INFINITY, 0, 0.25, 0.25, 0.5, 1};

/* `n` learners in the third task, with numbers of which some are equal and some are none. */
static struct stage *crowd(int n, struct rng *rng)
{
    struct stage *stage = stage_play("permuted", 5, 5);
    static const char *const names[] = {"d", "b", "h", "a", "f", "c", "g", "e"};
    for (int i = 0; i < n; i++) {
        char line[48];
        snprintf(line, sizeof line, i ? "add %s: strategy=ewc ewc.lambda=%d" : "rename %s",
                 names[i], 1 << 3 * rng_below(rng, 3));
        stage_command(stage, line);
    }
    stage_steps(stage, 2 * STAGE_STEPS + 60);
    for (int i = 0; i < n; i++) {
        struct learner_state *learner = &stage->snapshot->learners[i];
        learner->seconds_training = strange[rng_below(rng, 8)];
        learner->strategies[1].bytes = (size_t)rng_below(rng, 3) * 1000;
        struct track *track = &stage->chronicle.tracks[i];
        for (int t = 0; t < 3; t++) {
            track->matrix[2 * 5 + t] = strange[rng_below(rng, 8)];
        }
    }
    return stage;
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
        struct stage *stage = crowd(n, &rng);
        struct view *view = &stage->frame.view;
        for (int k = 0; k < 2 * COLUMN_COUNT; k++) {
            view->sort = (enum learner_column)(k / 2);
            view->is_sorted_back = k % 2;
            cr_assert_eq(learners_order(view, order), n);
            const char *fault = fault_of(view, order, n);
            cr_assert_null(fault, "round %d, column %d%s: %s", round, k / 2, k % 2 ? " back" : "",
                           fault);
        }
        stage_destroy(stage);
    }
}

Test(panel_learners, every_column_has_a_name_for_messages)
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        cr_expect_gt(strlen(learners_column_name((enum learner_column)i)), 3);
    }
}

/* Every cell of the pen, and one around it. */
static void expect_valid_hits(const struct pen *pen, const struct view *view)
{
    int n = view->snapshot->n_learners;
    for (int y = -1; y <= pen->area.h; y++) {
        for (int x = -1; x <= pen->area.w; x++) {
            int row = learners_at(pen, view, x, y), point = plane_at(pen, view, x, y);
            enum learner_column title = learners_title_at(pen, view, x, y);
            bool is_valid = row >= -1 && row < n && point >= -1 && point < n &&
                            title >= COLUMN_ORDER && title <= COLUMN_COUNT &&
                            !(row >= 0 && title != COLUMN_COUNT);
            if (!is_valid) {
                cr_assert_fail("%dx%d, cell %d,%d: row %d, point %d, title %d", pen->area.w,
                               pen->area.h, x, y, row, point, (int)title);
            }
        }
    }
}

Test(panel_learners, every_cell_hits_a_learner_or_none)
{
    struct rng rng = rng_stream(12, 1);
    struct grid none = {0};
    for (int round = 0; round < 20; round++) {
        struct stage *stage = crowd(1 + rng_below(&rng, LEARNERS_MAX), &rng);
        struct view *view = &stage->frame.view;
        struct pen pen = pen_make(&none, glyphs_at(rng_below(&rng, 3)), DEPTH_256);
        pen.area = (struct rect){0, 0, rng_below(&rng, 100), rng_below(&rng, 40)};
        view->sort = (enum learner_column)rng_below(&rng, COLUMN_COUNT);
        view->has_cursor = rng_below(&rng, 2);
        view->cursor = rng_below(&rng, 1000);
        expect_valid_hits(&pen, view);
        stage_destroy(stage);
    }
}

/* Each learner has a row to click on where all rows fit. */
Test(panel_learners, each_can_be_clicked_on)
{
    struct rng rng = rng_stream(13, 1);
    struct grid none = {0};
    struct stage *stage = crowd(LEARNERS_MAX, &rng);
    struct pen pen = pen_make(&none, glyphs_at(0), DEPTH_256);
    pen.area = (struct rect){0, 0, 60, LEARNERS_MAX + 1};
    stage->frame.view.sort = COLUMN_NAME;
    unsigned seen = 0;
    for (int y = 0; y < pen.area.h; y++) {
        int i = learners_at(&pen, &stage->frame.view, 5, y);
        seen |= i >= 0 ? 1u << i : 0;
    }
    cr_expect_eq(seen, (1u << LEARNERS_MAX) - 1, "%x", seen);
    stage_destroy(stage);
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
