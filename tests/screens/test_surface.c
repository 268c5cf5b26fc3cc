/* SPDX-License-Identifier: MIT
 * Whole screens of data in the plane against golden text. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/scene.h"
#include "ui/panels/panel.h"

static struct stage *in_d(void)
{
    struct stage *stage = stage_play_plane(5);
    stage_steps(stage, 3 * STAGE_STEPS + 300);
    return stage;
}

static struct stage *with_replay(void)
{
    struct stage *stage = stage_play_plane(5);
    stage_command(stage, "strategy replay on");
    stage_steps(stage, 3 * STAGE_STEPS + 300);
    return stage;
}

static struct stage *with_two(void)
{
    struct stage *stage = in_d();
    stage_command(stage, "fork kept: strategy=replay");
    stage_steps(stage, 60);
    return stage;
}

static void none(struct stage *stage)
{
    (void)stage;
}

static void at_the_past(struct stage *stage)
{
    stage->frame.view.has_cursor = true;
    stage->frame.view.cursor = STAGE_STEPS / 2;
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
static int crosses(struct stage *stage)
{
    char *text = scene_draw(stage, &(struct scene){.cols = 120, .rows = 36});
    int n = 0;
    for (const char *at = text; (at = strstr(at, "\u00D7")) != NULL; at++) {
        n++;
    }
    free(text);
    stage_destroy(stage);
    return n;
}

Test(surface_screens, old_points_are_crossed_out_unless_something_keeps_them)
{
    cr_expect_gt(crosses(in_d()), crosses(with_replay()) + 10);
}

Test(surface_screens, other_data_is_told_what_is_needed)
{
    struct stage *stage = stage_play("permuted", 5, 5);
    stage->frame.view.focus = PANEL_SURFACE;
    char *text = scene_draw(stage, &(struct scene){.cols = 120, .rows = 36});
    cr_expect(strstr(text, "oubli --data plane"), "%s", text);
    cr_expect_not(panel_offers(&stage->frame.view, PANEL_SURFACE));
    free(text);
    stage_destroy(stage);
    stage = stage_play_plane(5);
    cr_expect(panel_offers(&stage->frame.view, PANEL_SURFACE));
    cr_expect_eq(view_picture(&stage->frame.view), PANEL_SURFACE);
    stage_destroy(stage);
}
