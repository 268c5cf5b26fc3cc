/* SPDX-License-Identifier: MIT */
#include "support/fixture_inside.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner.h"
#include "ui/app/layout.h"

void *fixture_need(void *p, const char *what)
{
    if (!p) {
        fprintf(stderr, "stage: no room for %s\n", what);
        abort();
    }
    return p;
}

void fixture_need_ok(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "stage: %s\n", err->msg);
        abort();
    }
}

/* ---- both kinds ------------------------------------------------------------------------------ */

struct fixture *fixture_open(int n_tasks)
{
    struct fixture *fixture = fixture_need(calloc(1, sizeof *fixture), "the stage");
    fixture->snapshot = fixture_need(calloc(1, sizeof *fixture->snapshot), "the snapshot");
    fixture->names = fixture_need(calloc((size_t)n_tasks, sizeof *fixture->names), "names");
    fixture->task_names =
        fixture_need(calloc((size_t)n_tasks, sizeof *fixture->task_names), "names");
    for (int i = 0; i < LEARNERS_MAX; i++) {
        fixture->accuracy[i] = fixture_need(calloc((size_t)n_tasks, sizeof(double)), "accuracies");
    }
    for (int t = 0; t < n_tasks; t++) {
        snprintf(fixture->names[t], sizeof *fixture->names, t ? "permuted %d" : "original", t);
        fixture->task_names[t] = fixture->names[t];
    }
    return fixture;
}

/* What the live program begins with. */
void fixture_open_view(struct fixture *fixture)
{
    struct err err = {0};
    struct config config = config_default();
    fixture_need_ok(timeline_init(&fixture->timeline, fixture->facts.n_tasks, &err), &err);
    timeline_know(&fixture->timeline, &config);
    fixture->frame.view = (struct view){.facts = &fixture->facts,
                                        .timeline = &fixture->timeline,
                                        .snapshot = fixture->snapshot,
                                        .focus = PANEL_KNOBS,
                                        .map = {.since = MAP_SINCE_TASK, .step = MAP_STEP_NOW},
                                        .map_scale = 0.1,
                                        .strategy = 1,
                                        .probe = PROBE_DRIFT,
                                        .knob = PARAM_LR};
}

void fixture_destroy(struct fixture *fixture)
{
    timeline_fini(&fixture->timeline);
    lab_destroy(fixture->lab);
    gallery_destroy(fixture->gallery);
    free(fixture->snapshot);
    free(fixture->names);
    free(fixture->task_names);
    for (int i = 0; i < LEARNERS_MAX; i++) {
        free(fixture->accuracy[i]);
    }
    free(fixture);
}

/* ---- trained --------------------------------------------------------------------------------- */

struct fixture *fixture_train(void)
{
    struct err err = {0};
    struct fixture *fixture = fixture_open(5);
    struct config config = config_default();
    struct lab_options options = {.speed = 56,
                                  .keeps_history = true}; /* paced: evaluation is dense */
    fixture->lab = lab_create(&config, &options, &err);
    fixture_need_ok(fixture->lab != NULL, &err);
    const struct suite *suite = lab_suite(fixture->lab);
    const struct network *net = learner_network(lab_learner(fixture->lab, 0));
    fixture->facts = (struct facts){.data = suite_dataset(suite)->name,
                                    .suite = suite_name(suite),
                                    .scenario = scenario_name(suite_scenario(suite)),
                                    .optimizer = "sgd",
                                    .n_tasks = suite_n_tasks(suite),
                                    .task_names = fixture->task_names,
                                    .pace = 56};
    network_text(net, fixture->facts.net, sizeof fixture->facts.net);
    fixture->gallery = fixture_digits("permuted", fixture->facts.n_tasks);
    fixture->facts.gallery = fixture->facts.own = fixture->gallery;
    fixture_open_view(fixture);
    return fixture;
}

/* What depends on the wall clock is the same in every run. */
static void look(struct fixture *fixture)
{
    lab_snapshot(fixture->lab, fixture->snapshot);
    timeline_read(&fixture->timeline, lab_journal(fixture->lab));
    fixture->snapshot->samples_per_second = 1790;
    fixture->snapshot->seconds_training = 1;
    for (int i = 0; i < fixture->snapshot->n_learners; i++) {
        struct learner_state *learner = &fixture->snapshot->learners[i];
        learner->seconds_training = 250e-6 * (double)learner->steps;
    }
}

void fixture_steps(struct fixture *fixture, long n)
{
    if (!fixture->lab) {
        fixture_played_steps(fixture, n);
        return;
    }
    while (n-- > 0 && lab_advance(fixture->lab, 1) == LAB_TRAINING) {
    }
    look(fixture);
}

void fixture_command(struct fixture *fixture, const char *line)
{
    struct command command;
    struct err err = {0};
    fixture_need_ok(command_parse(line, &command, &err), &err);
    if (!fixture->lab) {
        fixture_played_command(fixture, &command);
        return;
    }
    fixture_need_ok(lab_apply(fixture->lab, &command, &err), &err);
    look(fixture);
}

void fixture_draw(struct fixture *fixture, struct grid *grid, const struct glyphs *glyphs,
                  enum color_depth depth, int cursor[2])
{
    struct view *view = &fixture->frame.view;
    struct layout layout = layout_of(view, grid->cols, grid->rows);
    struct rect drift = layout.panels[PANEL_DRIFT];
    int none[2];
    view->map.rows = drift.h > 3 ? 2 * (drift.h - 3) : 1;
    view->map.cols = drift.w > 4 ? drift.w - 4 : 1;
    if (fixture->lab) {
        char line[COMMAND_TEXT_MAX];
        const struct command map = {.kind = COMMAND_MAP, .map = view->map};
        fixture_command(fixture, command_format(&map, line, sizeof line));
    } else {
        fixture_played_map(fixture, &view->map);
        fixture_played_surface(fixture, layout.panels[PANEL_SURFACE]);
        fixture_played_arrows(fixture);
        fixture_played_units(fixture, layout.panels[PANEL_NETWORK]);
    }
    fixture_ask_for_samples(fixture, grid->cols, grid->rows, glyphs);
    frame_draw(&fixture->frame, grid, glyphs, depth, cursor ? cursor : none);
}
