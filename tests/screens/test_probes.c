/* SPDX-License-Identifier: MIT
 * The panel of curves with each kind of probe in it. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/drawing.h"
#include "support/scene.h"
#include "ui/app/palette.h"
#include "ui/panels/panel.h"
#include "ui/screen/pen.h"

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
    fixture->timeline.probes |= UINT32_C(1) << probe;
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

static void switched_off(struct fixture *fixture)
{
    fixture_command(fixture, "probe cka off");
}

static void switched_on(struct fixture *fixture)
{
    fixture_command(fixture, "probe dead on");
    fixture->frame.view.probe = PROBE_DEAD;
}

/* The session is over, and nothing has been measured. */
static void over(struct fixture *fixture)
{
    switched_on(fixture);
    fixture->snapshot->state = LAB_ENDED;
}

static void listed(struct fixture *fixture)
{
    palette_open(&fixture->frame.palette, "probe ");
    fixture->frame.view.overlay = OVERLAY_PALETTE;
}

static const struct scene scenes[] = {
    {"probe-off-120x36", with_likeness, switched_off, 120, 36, NULL, false},
    {"probe-on-120x36", with_likeness, switched_on, 120, 36, NULL, false},
    {"probe-over-80x24", with_likeness, over, 80, 24, NULL, false},
    {"probe-list-120x36", with_likeness, listed, 120, 36, NULL, false},
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

/* Cells in the colour of A, as what is measured of it now has. */
static int count_bright(struct fixture *fixture)
{
    struct grid grid = make_grid(60, 20);
    struct pen pen = pen_make(&grid, glyphs_at(0), DEPTH_256);
    panel_at(PANEL_LAYERS)->draw(&pen, &fixture->frame.view);
    int n = 0;
    for (int i = 0; i < 60 * 20; i++) {
        n += grid.cells[i].fg == (uint8_t)style_task(0);
    }
    grid_fini(&grid);
    return n;
}

static void expect_shown(struct fixture *fixture, const char *words, bool is_there)
{
    const struct scene scene = {.cols = 120, .rows = 36, .glyphs = "ascii"};
    char *text = scene_draw(fixture, &scene);
    cr_expect((strstr(text, words) != NULL) == is_there, "'%s' %s:\n%s", words,
              is_there ? "expected" : "found", text);
    free(text);
}

/* What was measured before it was switched off looks old, in colours and in words. */
Test(screens_probes, what_is_measured_no_more_looks_old)
{
    struct fixture *fixture = with_cosine();
    cr_expect_gt(count_bright(fixture), 10);
    fixture_command(fixture, "probe all off");
    cr_expect_eq(count_bright(fixture), 0);
    expect_shown(fixture, "off . last at step", true);
    fixture_command(fixture, "probe interference on");
    cr_expect_gt(count_bright(fixture), 10);
    expect_shown(fixture, "off . last", false);
    fixture_destroy(fixture);
}

/* It should have spoken since the task began, and has not. */
Test(screens_probes, of_what_has_not_spoken_for_long_it_is_said_when_it_did)
{
    struct fixture *fixture = played(2 * FIXTURE_STEPS + 240);
    say(fixture, PROBE_CKA, 0, 0, FIXTURE_STEPS + 50, 0.5);
    fixture->frame.view.probe = PROBE_CKA;
    fixture->frame.view.focus = PANEL_LAYERS;
    expect_shown(fixture, " last at step 500", true);
    say(fixture, PROBE_CKA, 0, 0, 2 * FIXTURE_STEPS + 50, 0.5);
    expect_shown(fixture, " last at step", false);
    fixture_destroy(fixture);
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
