/* SPDX-License-Identifier: MIT
 * Whole screens of what would come back with one layer put back, against golden text. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/scene.h"
#include "ui/panels/panel.h"

static struct fixture *in_b(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, FIXTURE_STEPS + 200);
    return fixture;
}

/* By hand: of A, which lost most in its first layer. */
static struct putback *show(struct fixture *fixture)
{
    struct exhibits *exhibits = &fixture->snapshot->exhibits;
    fixture->frame.view.focus = PANEL_PUTBACK;
    exhibits->has[EXHIBIT_PUTBACK] = true;
    exhibits->putback = (struct putback){
        .step = MAP_STEP_NOW,
        .learner = fixture->snapshot->learners[0].id,
        .can_put = true,
        .scores = {.now = 0.58,
                   .all = 0.92,
                   .n_modules = network_n_modules(&fixture->snapshot->learners[0].params),
                   .with = {0.90, 0.74, 0.55}}};
    return &exhibits->putback;
}

static void lost(struct fixture *fixture)
{
    show(fixture);
}

static void chosen(struct fixture *fixture)
{
    show(fixture);
    fixture->frame.view.putback_bar = 1;
    fixture->frame.view.putback_task = 1;
}

static void drowned(struct fixture *fixture)
{
    struct putback *putback = show(fixture);
    putback->scores =
        (struct putback_scores){.now = 0, .all = 1, .n_modules = 3, .with = {0, 0, 0.99}};
    putback->has_outputs = true;
    putback->outputs = (struct putback_outputs){
        .accuracy = 0.97, .n_tasks = 5, .logits = {-0.5, 5.5, -1.8, -1.8, -1.7}};
}

/* Its own outputs do not know it either: no word of drowning. */
static void gone(struct fixture *fixture)
{
    drowned(fixture);
    fixture->snapshot->exhibits.putback.outputs.accuracy = 0.55;
}

/* Unrounded, 45 and 89 are 43 apart. */
static void rounded(struct fixture *fixture)
{
    struct putback *putback = show(fixture);
    putback->scores.now = 0.454;
    putback->scores.all = 0.886;
}

/* Less than counts as lost. */
static void nearly_all(struct fixture *fixture)
{
    struct putback *putback = show(fixture);
    putback->scores.now = 0.94;
    putback->scores.all = 0.95;
}

static void nothing_yet(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_PUTBACK;
}

static void enlarged(struct fixture *fixture)
{
    chosen(fixture);
    fixture->frame.view.is_enlarged = true;
}

static struct fixture *in_e(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 4 * FIXTURE_STEPS + 200);
    return fixture;
}

/* The session that goes before it. */
static struct fixture *in_a(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 180);
    return fixture;
}

static const struct scene scenes[] = {
    {"putback-120x36", in_b, chosen, 120, 36, NULL, false},
    {"putback-80x24", in_b, lost, 80, 24, NULL, false},
    {"putback-ascii-mono-80x24", in_b, chosen, 80, 24, "ascii", true},
    {"putback-drowned-120x36", in_b, drowned, 120, 36, NULL, false},
    {"putback-drowned-all-120x36", in_e, drowned, 120, 36, NULL, false},
    {"putback-drowned-all-80x24", in_e, drowned, 80, 24, NULL, false},
    {"putback-gone-80x24", in_b, gone, 80, 24, NULL, false},
    {"putback-rounded-120x36", in_b, rounded, 120, 36, NULL, false},
    {"putback-kept-80x24", in_b, nearly_all, 80, 24, NULL, false},
    {"putback-unknown-120x36", in_b, nothing_yet, 120, 36, NULL, false},
    {"putback-none-120x36", in_a, nothing_yet, 120, 36, NULL, false},
    {"putback-enlarged-60x16", in_b, enlarged, 60, 16, NULL, false},
};

Test(putback_screens, look_as_they_did)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        char why[4096];
        cr_expect(scene_looks_as_it_did(&scenes[i], why, sizeof why), "%s", why);
    }
}
