/* SPDX-License-Identifier: MIT
 * The plane holds still while one looks. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "support/fixture.h"
#include "ui/app/still.h"
#include "ui/panels/plane.h"

enum { LOOK_EVERY = 5 };

/* Every point of those that are there stands right of and above where the axes begin. */
static void expect_all_in_sight(const struct view *view)
{
    for (int i = 0; i < view->snapshot->n_learners; i++) {
        struct metrics metrics = view_metrics(view, i);
        double keeping = 1 - metrics.forgetting;
        if (isfinite(keeping) && isfinite(metrics.learning_accuracy)) {
            cr_expect_leq(view->plane_begin[0], keeping);
            cr_expect_leq(view->plane_begin[1], metrics.learning_accuracy);
        }
    }
}

/* How often the axes begin elsewhere while `steps` steps are looked at. */
static int jumps(struct fixture *fixture, struct still_memory *memory, int steps)
{
    struct view *view = &fixture->frame.view;
    int n = 0;
    for (int i = 0; i < steps; i += LOOK_EVERY) {
        double before[2] = {view->plane_begin[0], view->plane_begin[1]};
        fixture_steps(fixture, LOOK_EVERY);
        still_follow(memory, view);
        n += memcmp(before, view->plane_begin, sizeof before) != 0;
        expect_all_in_sight(view);
    }
    return n;
}

Test(plane, holds_still_within_a_stage)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    struct view *view = &fixture->frame.view;
    struct still_memory memory = {0};
    fixture_command(fixture, "add replay: strategy=replay");
    fixture_command(fixture, "add lowlr: strategy=lowlr");
    jumps(fixture, &memory, FIXTURE_STEPS);
    cr_expect_leq(jumps(fixture, &memory, FIXTURE_STEPS), 4, "while B is learned and A forgotten");
    cr_expect_leq(jumps(fixture, &memory, FIXTURE_STEPS), 3);
    double far[2] = {view->plane_begin[0], view->plane_begin[1]};
    cr_expect_leq(jumps(fixture, &memory, FIXTURE_STEPS - LOOK_EVERY), 3);
    cr_expect(far[0] <= 0.4, "naive training keeps little: %g", far[0]);
    fixture_command(fixture, "remove learner");
    fixture_command(fixture, "remove lowlr");
    still_follow(&memory, view);
    cr_expect(view->plane_begin[0] > far[0], "it comes closer when somebody has gone");
    fixture_destroy(fixture);
}

/* A single picture is as near as its points allow. */
Test(plane, of_a_picture_is_as_near_as_can_be)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    struct view *view = &fixture->frame.view;
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 2 * FIXTURE_STEPS + 200);
    still_settle(view);
    double near[2] = {view->plane_begin[0], view->plane_begin[1]};
    cr_expect(view->holds_plane && near[0] >= 0.6);
    view->plane_begin[0] = view->plane_begin[1] = 0;
    plane_hold(view, false);
    cr_expect(view->plane_begin[0] == 0 && view->plane_begin[1] == 0);
    plane_hold(view, true);
    cr_expect(view->plane_begin[0] == near[0] && view->plane_begin[1] == near[1]);
    fixture_destroy(fixture);
}
