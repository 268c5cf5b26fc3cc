/* SPDX-License-Identifier: MIT */
#include "support/stage_inside.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner.h"
#include "ui/app/layout.h"

void *stage_need(void *p, const char *what)
{
    if (!p) {
        fprintf(stderr, "stage: no room for %s\n", what);
        abort();
    }
    return p;
}

void stage_need_ok(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "stage: %s\n", err->msg);
        abort();
    }
}

/* ---- both kinds ------------------------------------------------------------------------------ */

struct stage *stage_open(int n_tasks)
{
    struct stage *stage = stage_need(calloc(1, sizeof *stage), "the stage");
    stage->snapshot = stage_need(calloc(1, sizeof *stage->snapshot), "the snapshot");
    stage->names = stage_need(calloc((size_t)n_tasks, sizeof *stage->names), "names");
    stage->task_names = stage_need(calloc((size_t)n_tasks, sizeof *stage->task_names), "names");
    for (int i = 0; i < LEARNERS_MAX; i++) {
        stage->accuracy[i] = stage_need(calloc((size_t)n_tasks, sizeof(double)), "accuracies");
    }
    for (int t = 0; t < n_tasks; t++) {
        snprintf(stage->names[t], sizeof *stage->names, t ? "permuted %d" : "original", t);
        stage->task_names[t] = stage->names[t];
    }
    return stage;
}

/* What the live program begins with. */
void stage_open_view(struct stage *stage)
{
    struct err err = {0};
    stage_need_ok(chronicle_init(&stage->chronicle, stage->facts.n_tasks, &err), &err);
    stage->frame.view = (struct view){.facts = &stage->facts,
                                      .chronicle = &stage->chronicle,
                                      .snapshot = stage->snapshot,
                                      .focus = PANEL_KNOBS,
                                      .map = {.since = MAP_SINCE_TASK, .step = MAP_STEP_NOW},
                                      .map_scale = 0.1,
                                      .strategy = 1,
                                      .knob = PARAM_LR};
}

void stage_destroy(struct stage *stage)
{
    chronicle_fini(&stage->chronicle);
    lab_destroy(stage->lab);
    gallery_destroy(stage->gallery);
    free(stage->snapshot);
    free(stage->names);
    free(stage->task_names);
    for (int i = 0; i < LEARNERS_MAX; i++) {
        free(stage->accuracy[i]);
    }
    free(stage);
}

/* ---- trained --------------------------------------------------------------------------------- */

struct stage *stage_train(void)
{
    struct err err = {0};
    struct stage *stage = stage_open(5);
    struct config config = config_default();
    struct lab_options options = {.speed = 56,
                                  .keeps_history = true}; /* paced: evaluation is dense */
    stage->lab = lab_create(&config, &options, &err);
    stage_need_ok(stage->lab != NULL, &err);
    const struct suite *suite = lab_suite(stage->lab);
    const struct network *net = learner_network(lab_learner(stage->lab, 0));
    stage->facts = (struct facts){.data = suite_dataset(suite)->name,
                                  .suite = suite_name(suite),
                                  .scenario = scenario_name(suite_scenario(suite)),
                                  .optimizer = "sgd",
                                  .n_tasks = suite_n_tasks(suite),
                                  .task_names = stage->task_names,
                                  .pace = 56};
    network_text(net, stage->facts.net, sizeof stage->facts.net);
    stage->gallery = stage_digits("permuted", stage->facts.n_tasks);
    stage->facts.gallery = stage->facts.own = stage->gallery;
    stage_open_view(stage);
    return stage;
}

/* What depends on the wall clock is the same in every run. */
static void look(struct stage *stage)
{
    lab_snapshot(stage->lab, stage->snapshot);
    chronicle_read(&stage->chronicle, lab_journal(stage->lab));
    stage->snapshot->samples_per_second = 1790;
    stage->snapshot->seconds_training = 1;
    for (int i = 0; i < stage->snapshot->n_learners; i++) {
        struct learner_state *learner = &stage->snapshot->learners[i];
        learner->seconds_training = 250e-6 * (double)learner->steps;
    }
}

void stage_steps(struct stage *stage, long n)
{
    if (!stage->lab) {
        stage_played_steps(stage, n);
        return;
    }
    while (n-- > 0 && lab_step(stage->lab) == LAB_TRAINING) {
    }
    look(stage);
}

void stage_command(struct stage *stage, const char *line)
{
    struct command command;
    struct err err = {0};
    stage_need_ok(command_parse(line, &command, &err), &err);
    if (!stage->lab) {
        stage_played_command(stage, &command);
        return;
    }
    stage_need_ok(lab_apply(stage->lab, &command, &err), &err);
    look(stage);
}

void stage_draw(struct stage *stage, struct grid *grid, const struct glyphs *glyphs,
                enum color_depth depth, int cursor[2])
{
    struct view *view = &stage->frame.view;
    struct layout layout = layout_of(view, grid->cols, grid->rows);
    struct rect drift = layout.panels[PANEL_DRIFT];
    int none[2];
    view->map.rows = drift.h > 3 ? 2 * (drift.h - 3) : 1;
    view->map.cols = drift.w > 4 ? drift.w - 4 : 1;
    if (stage->lab) {
        char line[COMMAND_TEXT_MAX];
        const struct command map = {.kind = COMMAND_MAP, .map = view->map};
        stage_command(stage, command_format(&map, line, sizeof line));
    } else {
        stage_played_map(stage, &view->map);
        stage_played_surface(stage, layout.panels[PANEL_SURFACE]);
    }
    stage_ask_for_samples(stage, grid->cols, grid->rows, glyphs);
    frame_draw(&stage->frame, grid, glyphs, depth, cursor ? cursor : none);
}
