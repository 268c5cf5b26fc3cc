/* SPDX-License-Identifier: MIT
 * Several learners on whole screens, against golden text, from a played session. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/golden.h"
#include "support/scene.h"

/* ---- what has happened ----------------------------------------------------------------------- */

static void compare(struct fixture *fixture)
{
    fixture->frame.view.compare = COMPARE_AVERAGE; /* as the live program does */
}

static struct fixture *four_at_start(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_command(fixture, "rename none");
    fixture_command(fixture, "add ewc: strategy=ewc");
    fixture_command(fixture, "add replay: strategy=replay");
    fixture_command(fixture, "add lora: strategy=lora");
    compare(fixture);
    return fixture;
}

static struct fixture *four_in_c(void)
{
    struct fixture *fixture = four_at_start();
    fixture_steps(fixture, 2 * FIXTURE_STEPS + 200);
    fixture_command(fixture, "learner ewc");
    return fixture;
}

static struct fixture *four_at_end(void)
{
    struct fixture *fixture = four_in_c();
    fixture_steps(fixture, 5 * FIXTURE_STEPS);
    fixture->frame.view.has_summary = true;
    return fixture;
}

/* Plain training until D; a copy of it learns on with replay. */
/* From the cursor on: what would have been stays dotted, and the tasks stay in view. */
static struct fixture *forked_in_the_past(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 2 * FIXTURE_STEPS + 90);
    fixture_command(fixture, "rewind 520");
    fixture_command(fixture, "fork");
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 200);
    return fixture;
}

static struct fixture *forked(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 2 * FIXTURE_STEPS + 90);
    fixture_command(fixture, "fork");
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 300);
    compare(fixture);
    return fixture;
}

/* Back from C to the middle of B: what was is a ghost. */
static struct fixture *rewound(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 3 * FIXTURE_STEPS + 100);
    fixture_command(fixture, "rewind 600");
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 300);
    return fixture;
}

/* The same with three learners, one of them born after the step and gone with it. */
static struct fixture *rewound_together(void)
{
    struct fixture *fixture = four_at_start();
    fixture_command(fixture, "remove lora");
    fixture_steps(fixture, 2 * FIXTURE_STEPS);
    fixture_command(fixture, "learner none");
    fixture_command(fixture, "fork late: strategy=decay");
    fixture_steps(fixture, 250);
    fixture_command(fixture, "rewind 700");
    fixture_command(fixture, "learner ewc");
    fixture_command(fixture, "set ewc.lambda 1000");
    fixture_steps(fixture, 150);
    return fixture;
}

static struct fixture *eight_in_d(void)
{
    struct fixture *fixture = four_at_start();
    fixture_command(fixture, "add lowlr: strategy=lowlr");
    fixture_command(fixture, "add joint: strategy=joint");
    fixture_command(fixture, "add ewc-strong: strategy=ewc ewc.lambda=1000");
    fixture_command(fixture, "add ewc+replay: strategy=ewc+replay");
    fixture_steps(fixture, 3 * FIXTURE_STEPS + 120);
    fixture_command(fixture, "learner replay");
    return fixture;
}

/* From the middle of B on, EWC's lambda at several values; D goes on, one of them is looked at. */
static struct fixture *swept(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_command(fixture, "strategy ewc on");
    fixture_steps(fixture, FIXTURE_STEPS + 60);
    fixture_command(fixture, "sweep ewc.lambda 0.1..1e4");
    fixture_steps(fixture, 2 * FIXTURE_STEPS + 100);
    fixture_command(fixture, "learner lambda_215");
    fixture->frame.view.knob = PARAM_EWC_LAMBDA;
    fixture->frame.view.focus = PANEL_PLANE;
    return fixture;
}

static struct fixture *just_swept(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, FIXTURE_STEPS + 60);
    fixture_command(fixture, "sweep replay.memory 10..1000 5");
    fixture_steps(fixture, 20);
    fixture->frame.view.focus = PANEL_PLANE;
    return fixture;
}

/* Three runs one after the other, and a fourth that goes on; the first and the second come back. */
static struct fixture *three_runs(void)
{
    static const char *const with[] = {"strategy ewc on", "strategy replay on", "strategy ewc off"};
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    for (int i = 0; i < 3; i++) {
        fixture_steps(fixture, (5 - i) * FIXTURE_STEPS + 20);
        timeline_see(&fixture->timeline, fixture->snapshot);
        fixture_command(fixture, "rewind 0");
        for (int k = 0; k <= i; k++) {
            fixture_command(fixture, with[k]);
        }
    }
    fixture_steps(fixture, 2 * FIXTURE_STEPS + 200);
    fixture->frame.view.focus = PANEL_SCOREBOARD;
    fixture->frame.view.run = 2;
    return fixture;
}

static struct fixture *one_diverged(void)
{
    struct fixture *fixture = four_in_c();
    fixture_command(fixture, "learner lora");
    fixture_command(fixture, "set lr 8");
    fixture_steps(fixture, 20);
    fixture_diverge(fixture);
    fixture_command(fixture, "learner ewc");
    fixture_steps(fixture, 60);
    return fixture;
}

/* ---- what is done with the screen ------------------------------------------------------------ */

/* No run is over yet. */
static struct fixture *alone(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, FIXTURE_STEPS + 20);
    fixture->frame.view.focus = PANEL_SCOREBOARD;
    return fixture;
}

static void nothing(struct fixture *fixture)
{
    (void)fixture;
}

static void compare_task(struct fixture *fixture)
{
    fixture->frame.view.compare = COMPARE_TASK;
    fixture->frame.view.compare_task = 0;
}

static void tasks_of_one(struct fixture *fixture)
{
    fixture->frame.view.compare = COMPARE_NOT;
}

static void focus_learners(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_LEARNERS;
}

static void focus_plane(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_PLANE;
}

static void focus_matrix(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_MATRIX;
}

static void enlarged_plane(struct fixture *fixture)
{
    focus_plane(fixture);
    fixture->frame.view.is_enlarged = true;
}

static void enlarged_matrix(struct fixture *fixture)
{
    focus_matrix(fixture);
    fixture->frame.view.is_enlarged = true;
}

static void two_ghosts(struct fixture *fixture)
{
    fixture->frame.view.ghosts[0] = 2;
    fixture->frame.view.ghosts[1] = 1;
    fixture->frame.view.is_enlarged = true;
}

static void a_ghost(struct fixture *fixture)
{
    fixture->frame.view.ghosts[0] = 1;
}

static void ghosts_as_averages(struct fixture *fixture)
{
    two_ghosts(fixture);
    fixture->frame.view.is_enlarged = false;
    fixture->frame.view.compare = COMPARE_AVERAGE;
    fixture->frame.view.focus = PANEL_PLANE;
}

static void explained(struct fixture *fixture)
{
    fixture->frame.view.overlay = OVERLAY_EXPLAIN;
}

static void sorted_runs(struct fixture *fixture)
{
    fixture->frame.view.is_enlarged = true;
    fixture->frame.view.sort = COLUMN_FORGETTING;
}

static void sorted_learners(struct fixture *fixture)
{
    focus_learners(fixture);
    fixture->frame.view.is_enlarged = true;
    fixture->frame.view.sort = COLUMN_FORGETTING;
}

static void scrubbing(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_ACCURACY;
    fixture->frame.view.has_cursor = true;
    fixture->frame.view.cursor = 700;
    fixture->frame.view.map.step = 700;
}

static void reaching_all(struct fixture *fixture)
{
    fixture_command(fixture, "learner all");
    fixture_command(fixture, "strategy l2 on");
}

static void removed(struct fixture *fixture)
{
    fixture_command(fixture, "remove none");
    fixture_steps(fixture, 50);
}

/* ---- the screens ----------------------------------------------------------------------------- */

static const struct scene scenes[] = {
    {"four-start-120x36", four_at_start, nothing, 120, 36, NULL, false},
    {"four-60x16", four_in_c, focus_learners, 60, 16, NULL, false},
    {"four-end-200x60", four_at_end, nothing, 200, 60, NULL, false},
    {"four-block-120x36", four_in_c, nothing, 120, 36, "block", false},
    {"four-mono-120x36", four_at_end, nothing, 120, 36, NULL, true},
    {"compare-not-120x36", four_in_c, tasks_of_one, 120, 36, NULL, false},
    {"ghost-120x36", rewound, nothing, 120, 36, NULL, false},
    {"ghost-learners-120x36", rewound_together, nothing, 120, 36, NULL, false},
    {"ghost-task-120x36", rewound_together, compare_task, 120, 36, NULL, false},
    {"fork-past-120x36", forked_in_the_past, nothing, 120, 36, NULL, false},
    {"fork-80x24", forked, nothing, 80, 24, NULL, false},
    {"eight-80x50", eight_in_d, nothing, 80, 50, NULL, false},
    {"eight-ascii-mono-120x36", eight_in_d, nothing, 120, 36, "ascii", true},
    {"one-diverged-120x36", one_diverged, nothing, 120, 36, NULL, false},
    {"learners-sorted-80x24", four_in_c, sorted_learners, 80, 24, NULL, false},
    {"plane-eight-80x24", eight_in_d, focus_plane, 80, 24, NULL, false},
    {"plane-enlarged-120x36", eight_in_d, enlarged_plane, 120, 36, NULL, false},
    {"matrices-120x36", four_in_c, enlarged_matrix, 120, 36, NULL, false},
    {"scrubbing-120x36", four_in_c, scrubbing, 120, 36, NULL, false},
    {"scrubbing-80x24", four_in_c, scrubbing, 80, 24, NULL, false},
    {"reaching-all-120x36", four_in_c, reaching_all, 120, 36, NULL, false},
    {"sweep-120x36", swept, nothing, 120, 36, NULL, false},
    {"sweep-80x24", swept, nothing, 80, 24, NULL, false},
    {"sweep-ascii-mono-120x36", swept, enlarged_plane, 120, 36, "ascii", true},
    {"sweep-begins-120x36", just_swept, nothing, 120, 36, NULL, false},
    {"sweep-begins-80x24", just_swept, nothing, 80, 24, NULL, false},
    {"scoreboard-120x36", three_runs, a_ghost, 120, 36, NULL, false},
    {"scoreboard-enlarged-120x36", three_runs, two_ghosts, 120, 36, NULL, false},
    {"scoreboard-sorted-80x24", three_runs, sorted_runs, 80, 24, NULL, false},
    {"scoreboard-ascii-mono-120x36", three_runs, two_ghosts, 120, 36, "ascii", true},
    {"scoreboard-alone-80x24", alone, nothing, 80, 24, NULL, false},
    {"scoreboard-60x16", three_runs, nothing, 60, 16, NULL, false},
    {"ghosts-called-200x60", three_runs, ghosts_as_averages, 200, 60, NULL, false},
    {"explain-scoreboard", three_runs, explained, 100, 30, NULL, false},
    {"removed-120x36", four_in_c, removed, 120, 36, NULL, false},
};

Test(learners, look_as_they_did)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        char why[4096];
        cr_expect(scene_looks_as_it_did(&scenes[i], why, sizeof why), "%s", why);
    }
}

Test(learners, are_seven_bits_in_ascii_at_any_place)
{
    struct fixture *fixtures[] = {eight_in_d(), rewound_together(), one_diverged(), four_at_end(),
                                  swept(),      three_runs()};
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        for (int k = 0; k < 3 * PANEL_COUNT; k++) {
            fixtures[i]->frame.view.focus = (enum panel_id)(k % PANEL_COUNT);
            fixtures[i]->frame.view.is_enlarged = k / PANEL_COUNT == 1;
            fixtures[i]->frame.view.overlay = k / PANEL_COUNT == 2 ? OVERLAY_EXPLAIN : OVERLAY_NONE;
            const struct scene scene = {
                .cols = 120, .rows = 40, .glyphs = "ascii", .is_mono = k % 2};
            char *text = scene_draw(fixtures[i], &scene);
            cr_expect(scene_is_seven_bits(text), "%s", text);
            free(text);
        }
        fixture_destroy(fixtures[i]);
    }
}
