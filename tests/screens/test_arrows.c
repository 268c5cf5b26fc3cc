/* SPDX-License-Identifier: MIT
 * Whole screens of sparse features against golden text; what is said of their panel. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/scene.h"
#include "ui/panels/panel.h"

static struct fixture *in_a(void)
{
    struct fixture *fixture = fixture_play_features();
    fixture_steps(fixture, FIXTURE_STEPS / 2);
    return fixture;
}

static struct fixture *in_b(void)
{
    struct fixture *fixture = fixture_play_features();
    fixture_steps(fixture, FIXTURE_STEPS + 300);
    return fixture;
}

static struct fixture *with_replay(void)
{
    struct fixture *fixture = fixture_play_features();
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, FIXTURE_STEPS + 300);
    return fixture;
}

static struct fixture *with_two(void)
{
    struct fixture *fixture = in_b();
    fixture_command(fixture, "fork kept: strategy=replay");
    fixture_steps(fixture, 60);
    return fixture;
}

static void none(struct fixture *fixture)
{
    (void)fixture;
}

static void enlarged(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_ARROWS;
    fixture->frame.view.is_enlarged = true;
}

static void explained(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_ARROWS;
    fixture->frame.view.overlay = OVERLAY_EXPLAIN;
}

static const struct scene scenes[] = {
    {"arrows-a-120x36", in_a, none, 120, 36, NULL, false},
    {"arrows-b-120x36", in_b, none, 120, 36, NULL, false},
    {"arrows-replay-120x36", with_replay, none, 120, 36, NULL, false},
    {"arrows-replay-80x24", with_replay, none, 80, 24, NULL, false},
    {"arrows-replay-200x60", with_replay, none, 200, 60, NULL, false},
    {"arrows-replay-ascii-mono-80x24", with_replay, enlarged, 80, 24, "ascii", true},
    {"arrows-two-120x36", with_two, none, 120, 36, NULL, false},
    {"arrows-explained-120x36", with_replay, explained, 120, 36, NULL, false},
};

Test(arrows_screens, look_as_they_did)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        char why[4096];
        cr_expect(scene_looks_as_it_did(&scenes[i], why, sizeof why), "%s", why);
    }
}

Test(arrows_screens, other_data_is_told_what_is_needed)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture->frame.view.focus = PANEL_ARROWS;
    char *text = scene_draw(fixture, &(struct scene){.cols = 120, .rows = 36});
    cr_expect(strstr(text, "It needs sparse features"), "%s", text);
    cr_expect_not(panel_offers(&fixture->frame.view, PANEL_ARROWS));
    free(text);
    fixture_destroy(fixture);
    fixture = fixture_play_features();
    cr_expect(panel_offers(&fixture->frame.view, PANEL_ARROWS));
    cr_expect_eq(view_picture(&fixture->frame.view), PANEL_ARROWS);
    cr_expect_not(panel_offers(&fixture->frame.view, PANEL_WHY), "nothing is right or wrong");
    fixture_destroy(fixture);
}

/* Of features nothing is an accuracy: titles, explanations and screens, in every size. */
Test(arrows_screens, speak_of_what_is_kept)
{
    static const int sizes[][2] = {{80, 24}, {120, 36}, {200, 60}};
    struct fixture *fixture = with_two();
    for (int i = 0; i < PANEL_COUNT; i++) {
        char about[PANEL_ABOUT_MAX];
        if (!panel_offers(&fixture->frame.view, (enum panel_id)i)) {
            continue;
        }
        panel_about(&fixture->frame.view, (enum panel_id)i, about);
        cr_expect_not(strstr(about, "ccurac"), "%s", about);
        fixture->frame.view.focus = (enum panel_id)i;
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            for (int big = 0; big < 2; big++) {
                fixture->frame.view.is_enlarged = big;
                char *text =
                    scene_draw(fixture, &(struct scene){.cols = sizes[k][0], .rows = sizes[k][1]});
                cr_expect_not(strstr(text, "ccurac"), "%s", text);
                free(text);
            }
        }
    }
    fixture_destroy(fixture);
}
