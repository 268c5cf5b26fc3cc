/* SPDX-License-Identifier: MIT
 * Whole screens with the network on them. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/scene.h"
#include "ui/panels/panel.h"

static struct fixture *in(const char *line, int steps)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    if (line) {
        fixture_command(fixture, line);
    }
    fixture_steps(fixture, steps);
    fixture->frame.view.focus = PANEL_NETWORK;
    return fixture;
}

static struct fixture *kept(void)
{
    return in("strategy replay on", 5 * FIXTURE_STEPS);
}

static struct fixture *lost(void)
{
    return in(NULL, 3 * FIXTURE_STEPS - 50);
}

static struct fixture *first(void)
{
    return in(NULL, 200);
}

static void none(struct fixture *fixture)
{
    (void)fixture;
}

static void enlarged(struct fixture *fixture)
{
    fixture->frame.view.is_enlarged = true;
}

static void changed(struct fixture *fixture)
{
    fixture->frame.view.network_look = NETWORK_CHANGE;
}

static void pictured(struct fixture *fixture)
{
    enlarged(fixture);
    fixture->frame.view.network_look = NETWORK_PICTURES;
}

static const struct scene scenes[] = {
    {"network-120x36", kept, none, 120, 36, NULL, false},
    {"network-enlarged-120x36", kept, enlarged, 120, 36, NULL, false},
    {"network-lost-enlarged-80x24", lost, enlarged, 80, 24, NULL, false},
    {"network-80x24", lost, none, 80, 24, NULL, false},
    {"network-first-120x36", first, none, 120, 36, NULL, false},
    {"network-change-120x36", lost, changed, 120, 36, NULL, false},
    {"network-pictures-120x36", lost, pictured, 120, 36, NULL, false},
    {"network-mono-120x36", kept, enlarged, 120, 36, NULL, true},
    {"network-ascii-80x24", kept, enlarged, 80, 24, "ascii", false},
    {"network-200x60", kept, none, 200, 60, NULL, false},
};

Test(network_screens, look_as_they_did)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        char why[4096];
        cr_expect(scene_looks_as_it_did(&scenes[i], why, sizeof why), "%s", why);
    }
}

static char *text_of(struct fixture *fixture)
{
    char *text = scene_draw(fixture, &(struct scene){.cols = 160, .rows = 40});
    fixture_destroy(fixture);
    return text;
}

/* What a task's units do is said by what is left of it. */
Test(network_screens, nothing_serves_a_task_that_is_lost)
{
    struct fixture *fixture = lost();
    enlarged(fixture);
    char *text = text_of(fixture);
    cr_expect_not_null(strstr(text, "run on A's inputs, which it gets wrong"), "%s", text);
    cr_expect_null(strstr(text, "serve mostly A"), "%s", text);
    free(text);
    fixture = kept();
    enlarged(fixture);
    text = text_of(fixture);
    cr_expect_not_null(
        strstr(text, "about 26 of 100 first-layer units serve mostly A, 13 mostly E, 16 both, 45 "
                     "neither"),
        "%s", text);
    cr_expect_not_null(strstr(text, "layer 2 is shared: 40 serve both"), "%s", text);
    free(text);
}

Test(network_screens, without_hidden_units_there_is_nothing_to_offer)
{
    struct fixture *fixture = first();
    struct params *params = &fixture->snapshot->learners[0].params;
    cr_expect(panel_offers(&fixture->frame.view, PANEL_NETWORK));
    params->n_hidden = 0;
    cr_expect_not(panel_offers(&fixture->frame.view, PANEL_NETWORK));
    fixture_destroy(fixture);
}
