/* SPDX-License-Identifier: MIT
 * Several learners on whole screens, against golden text, from a played session. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/golden.h"
#include "support/scene.h"

/* ---- what has happened ----------------------------------------------------------------------- */

static void compare(struct stage *stage)
{
    stage->frame.view.compare = COMPARE_AVERAGE; /* as the live program does */
}

static struct stage *four_at_start(void)
{
    struct stage *stage = stage_play("permuted", 5, 5);
    stage_command(stage, "rename none");
    stage_command(stage, "add ewc: strategy=ewc");
    stage_command(stage, "add replay: strategy=replay");
    stage_command(stage, "add lora: strategy=lora");
    compare(stage);
    return stage;
}

static struct stage *four_in_c(void)
{
    struct stage *stage = four_at_start();
    stage_steps(stage, 2 * STAGE_STEPS + 200);
    stage_command(stage, "learner ewc");
    return stage;
}

static struct stage *four_at_end(void)
{
    struct stage *stage = four_in_c();
    stage_steps(stage, 5 * STAGE_STEPS);
    stage->frame.view.has_summary = true;
    return stage;
}

/* Plain training until D; a copy of it learns on with replay. */
/* From the cursor on: what would have been stays dotted, and the tasks stay in view. */
static struct stage *forked_in_the_past(void)
{
    struct stage *stage = stage_play("permuted", 5, 5);
    stage_steps(stage, 2 * STAGE_STEPS + 90);
    stage_command(stage, "rewind 520");
    stage_command(stage, "fork");
    stage_command(stage, "strategy replay on");
    stage_steps(stage, 200);
    return stage;
}

static struct stage *forked(void)
{
    struct stage *stage = stage_play("permuted", 5, 5);
    stage_steps(stage, 2 * STAGE_STEPS + 90);
    stage_command(stage, "fork");
    stage_command(stage, "strategy replay on");
    stage_steps(stage, 300);
    compare(stage);
    return stage;
}

/* Back from C to the middle of B: what was is a ghost. */
static struct stage *rewound(void)
{
    struct stage *stage = stage_play("permuted", 5, 5);
    stage_steps(stage, 3 * STAGE_STEPS + 100);
    stage_command(stage, "rewind 600");
    stage_command(stage, "strategy replay on");
    stage_steps(stage, 300);
    return stage;
}

/* The same with three learners, one of them born after the step and gone with it. */
static struct stage *rewound_together(void)
{
    struct stage *stage = four_at_start();
    stage_command(stage, "remove lora");
    stage_steps(stage, 2 * STAGE_STEPS);
    stage_command(stage, "learner none");
    stage_command(stage, "fork late: strategy=decay");
    stage_steps(stage, 250);
    stage_command(stage, "rewind 700");
    stage_command(stage, "learner ewc");
    stage_command(stage, "set ewc.lambda 1000");
    stage_steps(stage, 150);
    return stage;
}

static struct stage *eight_in_d(void)
{
    struct stage *stage = four_at_start();
    stage_command(stage, "add lowlr: strategy=lowlr");
    stage_command(stage, "add joint: strategy=joint");
    stage_command(stage, "add ewc-strong: strategy=ewc ewc.lambda=1000");
    stage_command(stage, "add ewc+replay: strategy=ewc+replay");
    stage_steps(stage, 3 * STAGE_STEPS + 120);
    stage_command(stage, "learner replay");
    return stage;
}

static struct stage *one_diverged(void)
{
    struct stage *stage = four_in_c();
    stage_command(stage, "learner lora");
    stage_command(stage, "set lr 8");
    stage_steps(stage, 20);
    stage_diverge(stage);
    stage_command(stage, "learner ewc");
    stage_steps(stage, 60);
    return stage;
}

/* ---- what is done with the screen ------------------------------------------------------------ */

static void nothing(struct stage *stage)
{
    (void)stage;
}

static void compare_task(struct stage *stage)
{
    stage->frame.view.compare = COMPARE_TASK;
    stage->frame.view.compare_task = 0;
}

static void tasks_of_one(struct stage *stage)
{
    stage->frame.view.compare = COMPARE_NOT;
}

static void focus_learners(struct stage *stage)
{
    stage->frame.view.focus = PANEL_LEARNERS;
}

static void focus_plane(struct stage *stage)
{
    stage->frame.view.focus = PANEL_PLANE;
}

static void focus_matrix(struct stage *stage)
{
    stage->frame.view.focus = PANEL_MATRIX;
}

static void enlarged_plane(struct stage *stage)
{
    focus_plane(stage);
    stage->frame.view.is_enlarged = true;
}

static void enlarged_matrix(struct stage *stage)
{
    focus_matrix(stage);
    stage->frame.view.is_enlarged = true;
}

static void sorted_learners(struct stage *stage)
{
    focus_learners(stage);
    stage->frame.view.is_enlarged = true;
    stage->frame.view.sort = COLUMN_FORGETTING;
}

static void scrubbing(struct stage *stage)
{
    stage->frame.view.focus = PANEL_ACCURACY;
    stage->frame.view.has_cursor = true;
    stage->frame.view.cursor = 700;
    stage->frame.view.map.step = 700;
}

static void reaching_all(struct stage *stage)
{
    stage_command(stage, "learner all");
    stage_command(stage, "strategy l2 on");
}

static void removed(struct stage *stage)
{
    stage_command(stage, "remove none");
    stage_steps(stage, 50);
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
    struct stage *stages[] = {eight_in_d(), rewound_together(), one_diverged(), four_at_end()};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        for (int k = 0; k < 3 * PANEL_COUNT; k++) {
            stages[i]->frame.view.focus = (enum panel_id)(k % PANEL_COUNT);
            stages[i]->frame.view.is_enlarged = k / PANEL_COUNT == 1;
            stages[i]->frame.view.overlay = k / PANEL_COUNT == 2 ? OVERLAY_EXPLAIN : OVERLAY_NONE;
            const struct scene scene = {
                .cols = 120, .rows = 40, .glyphs = "ascii", .is_mono = k % 2};
            char *text = scene_draw(stages[i], &scene);
            cr_expect(scene_is_seven_bits(text), "%s", text);
            free(text);
        }
        stage_destroy(stages[i]);
    }
}
