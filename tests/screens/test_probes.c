/* SPDX-License-Identifier: MIT
 * The panel of curves with each kind of probe in it. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/scene.h"
#include "ui/panels/panel.h"

static void none(struct fixture *fixture)
{
    (void)fixture;
}

static struct fixture *played(long steps)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, steps);
    return fixture;
}

static void say(struct fixture *fixture, enum probe_id probe, int task, int i, long step,
                double value)
{
    const struct track *track = view_track(&fixture->frame.view);
    struct entry entry = {.kind = ENTRY_MEASURE,
                          .probe = probe,
                          .learner = track->id,
                          .stage = timeline_stage_at(&fixture->timeline, step),
                          .task = probe_number(probe_at(probe), task, i),
                          .step = step,
                          .value = value};
    cr_assert(timeline_add(&fixture->timeline, &entry));
}

/* Likeness to A's end, layer by layer, measured now and then. */
static struct fixture *with_likeness(void)
{
    struct fixture *fixture = played(3 * FIXTURE_STEPS + 240);
    for (long step = FIXTURE_STEPS + 50; step <= 3 * FIXTURE_STEPS; step += 125) {
        for (int layer = 0; layer < 3; layer++) {
            double lost = (double)(step - FIXTURE_STEPS) / (4.0 * FIXTURE_STEPS);
            say(fixture, PROBE_CKA, 0, layer, step, 1 - lost * (1 + layer) / 2);
        }
    }
    fixture->frame.view.probe = PROBE_CKA;
    fixture->frame.view.focus = PANEL_LAYERS;
    return fixture;
}

/* The gap behind B's beginning, at every step. */
static struct fixture *with_gap(void)
{
    struct fixture *fixture = played(FIXTURE_STEPS + 200);
    for (long step = 1; step <= PROBE_STEPS; step++) {
        say(fixture, PROBE_STABILITY, 0, 0, FIXTURE_STEPS + step,
            0.6 - 0.3 * (step % 7 == 3) + 0.002 * (double)step);
    }
    fixture->frame.view.probe = PROBE_STABILITY;
    fixture->frame.view.focus = PANEL_LAYERS;
    fixture->frame.view.zoom = ZOOM_TASK;
    return fixture;
}

static struct fixture *with_line(void)
{
    struct fixture *fixture = played(3 * FIXTURE_STEPS + 240);
    for (int k = 0; k <= 10; k++) {
        say(fixture, PROBE_LINE, 0, k, 2 * FIXTURE_STEPS, 0.3 + 0.02 * k * k);
        say(fixture, PROBE_LINE, 1, k, 3 * FIXTURE_STEPS, 0.5 + 0.1 * k);
    }
    fixture->frame.view.probe = PROBE_LINE;
    fixture->frame.view.focus = PANEL_LAYERS;
    return fixture;
}

static struct fixture *with_cosine(void)
{
    struct fixture *fixture = played(3 * FIXTURE_STEPS + 240);
    for (long step = FIXTURE_STEPS + 50; step <= 3 * FIXTURE_STEPS; step += 25) {
        say(fixture, PROBE_INTERFERENCE, 0, 0, step, step % 50 ? 0.15 : -0.35);
    }
    fixture->frame.view.probe = PROBE_INTERFERENCE;
    fixture->frame.view.focus = PANEL_LAYERS;
    return fixture;
}

/* Asked for, and not measured yet. */
static struct fixture *without_rank(void)
{
    struct fixture *fixture = played(FIXTURE_STEPS + 200);
    fixture->frame.view.probe = PROBE_RANK;
    fixture->frame.view.focus = PANEL_LAYERS;
    return fixture;
}

static const struct scene scenes[] = {
    {"probe-likeness-120x36", with_likeness, none, 120, 36, NULL, false},
    {"probe-likeness-mono-200x60", with_likeness, none, 200, 60, NULL, true},
    {"probe-gap-80x24", with_gap, none, 80, 24, NULL, false},
    {"probe-line-120x36", with_line, none, 120, 36, NULL, false},
    {"probe-cosine-120x36", with_cosine, none, 120, 36, NULL, false},
    {"probe-asked-80x24", without_rank, none, 80, 24, NULL, false},
};

Test(screens_probes, look_as_they_did)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        char why[4096];
        cr_expect(scene_looks_as_it_did(&scenes[i], why, sizeof why), "%s", why);
    }
}

Test(screens_probes, every_probe_explains_itself_in_any_glyphs)
{
    static const char *const glyphs[] = {"braille", "ascii"};
    struct fixture *fixture = played(FIXTURE_STEPS + 200);
    fixture->frame.view.focus = PANEL_LAYERS;
    fixture->frame.view.overlay = OVERLAY_EXPLAIN;
    for (int k = 0; k < 2 * PROBE_COUNT; k++) {
        const struct scene scene = {.cols = 120, .rows = 40, .glyphs = glyphs[k % 2]};
        fixture->frame.view.probe = (enum probe_id)(k / 2);
        char *text = scene_draw(fixture, &scene);
        cr_expect(strstr(text, "What you see.") && strstr(text, "Equation."), "%s", text);
        cr_expect(k % 2 == 0 || scene_is_seven_bits(text), "%s", text);
        free(text);
    }
    fixture_destroy(fixture);
}
