/* SPDX-License-Identifier: MIT
 * Whole screens of data in the plane against golden text. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/scene.h"
#include "ui/panels/panel.h"

static struct fixture *in_d(void)
{
    struct fixture *fixture = fixture_play_plane(5);
    fixture_steps(fixture, 3 * FIXTURE_STEPS + 300);
    return fixture;
}

static struct fixture *with_replay(void)
{
    struct fixture *fixture = fixture_play_plane(5);
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 3 * FIXTURE_STEPS + 300);
    return fixture;
}

static struct fixture *with_two(void)
{
    struct fixture *fixture = in_d();
    fixture_command(fixture, "fork kept: strategy=replay");
    fixture_steps(fixture, 60);
    return fixture;
}

static void none(struct fixture *fixture)
{
    (void)fixture;
}

static void at_the_past(struct fixture *fixture)
{
    fixture->frame.view.has_cursor = true;
    fixture->frame.view.cursor = FIXTURE_STEPS / 2;
}

static const struct scene scenes[] = {
    {"surface-replay-mono-80x24", with_replay, none, 80, 24, NULL, true},
    {"surface-ascii-120x36", in_d, none, 120, 36, "ascii", false},
    {"surface-ascii-mono-80x24", with_replay, none, 80, 24, "ascii", true},
    {"surface-cursor-120x36", in_d, at_the_past, 120, 36, NULL, false},
    {"surface-two-80x24", with_two, none, 80, 24, NULL, false},
};

Test(surface_screens, look_as_they_did)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        char why[4096];
        cr_expect(scene_looks_as_it_did(&scenes[i], why, sizeof why), "%s", why);
    }
}

/* What a text shows of them: crosses only where something is wrong. */
static int crosses(struct fixture *fixture)
{
    char *text = scene_draw(fixture, &(struct scene){.cols = 120, .rows = 36});
    int n = 0;
    for (const char *at = text; (at = strstr(at, "\u00D7")) != NULL; at++) {
        n++;
    }
    free(text);
    fixture_destroy(fixture);
    return n;
}

Test(surface_screens, old_points_are_crossed_out_unless_something_keeps_them)
{
    cr_expect_gt(crosses(in_d()), crosses(with_replay()) + 10);
}

Test(surface_screens, other_data_is_told_what_is_needed)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture->frame.view.focus = PANEL_SURFACE;
    char *text = scene_draw(fixture, &(struct scene){.cols = 120, .rows = 36});
    cr_expect(strstr(text, "oubli --data plane"), "%s", text);
    cr_expect_not(panel_offers(&fixture->frame.view, PANEL_SURFACE));
    free(text);
    fixture_destroy(fixture);
    fixture = fixture_play_plane(5);
    cr_expect(panel_offers(&fixture->frame.view, PANEL_SURFACE));
    cr_expect_eq(view_picture(&fixture->frame.view), PANEL_SURFACE);
    fixture_destroy(fixture);
}
