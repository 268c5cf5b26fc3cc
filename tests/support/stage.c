/* SPDX-License-Identifier: MIT */
#include "support/stage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner.h"
#include "ui/app/layout.h"

enum { TICK_EVERY = 6 };

static void *need(void *p, const char *what)
{
    if (!p) {
        fprintf(stderr, "stage: no room for %s\n", what);
        abort();
    }
    return p;
}

static void need_ok(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "stage: %s\n", err->msg);
        abort();
    }
}

/* ---- both kinds ------------------------------------------------------------------------------ */

static struct stage *open_stage(int n_tasks)
{
    struct stage *stage = need(calloc(1, sizeof *stage), "the stage");
    stage->snapshot = need(calloc(1, sizeof *stage->snapshot), "the snapshot");
    stage->names = need(calloc((size_t)n_tasks, sizeof *stage->names), "names");
    stage->task_names = need(calloc((size_t)n_tasks, sizeof *stage->task_names), "names");
    stage->accuracy = need(calloc((size_t)n_tasks, sizeof *stage->accuracy), "accuracies");
    for (int t = 0; t < n_tasks; t++) {
        snprintf(stage->names[t], sizeof *stage->names, t ? "permuted %d" : "original", t);
        stage->task_names[t] = stage->names[t];
    }
    return stage;
}

/* What the live program begins with. */
static void open_view(struct stage *stage)
{
    struct err err = {0};
    need_ok(chronicle_init(&stage->chronicle, stage->facts.n_tasks, &err), &err);
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
    free(stage->snapshot);
    free(stage->names);
    free(stage->task_names);
    free(stage->accuracy);
    free(stage);
}

/* ---- played ---------------------------------------------------------------------------------- */

static void add(struct stage *stage, enum entry_kind kind, int task, double value, const char *text)
{
    const struct entry entry = {.kind = kind,
                                .stage = stage->snapshot->stage,
                                .task = task,
                                .step = stage->snapshot->step,
                                .value = value,
                                .text = text};
    need_ok(chronicle_add(&stage->chronicle, &entry), &(struct err){.msg = "no room for an entry"});
}

static struct learner_state *learner_of(struct stage *stage)
{
    return &stage->snapshot->learners[0];
}

static bool is_on(struct stage *stage, const char *strategy)
{
    return learner_of(stage)->strategies[strategy_find(strategy)].is_on;
}

static void begin_stage(struct stage *stage, int i)
{
    stage->snapshot->stage = i;
    stage->snapshot->task = i % stage->cycle;
    stage->snapshot->stage_step = 0;
    add(stage, ENTRY_STAGE, stage->snapshot->task, 0, NULL);
}

static void begin_learner(struct stage *stage)
{
    struct learner_state *learner = learner_of(stage);
    *learner = (struct learner_state){.name = "learner",
                                      .params = params_default(),
                                      .rate = 0.1,
                                      .loss = 2.303,
                                      .n_layers = stage->facts.n_layers};
    for (int i = 0; i < strategy_count(); i++) {
        learner->strategies[i] =
            (struct strategy_state){.is_observed = strategy_at(i)->is_observed,
                                    .gauge = (double)NAN,
                                    .bytes = strategy_at(i)->is_observed ? 76800 : 0};
    }
}

struct stage *stage_play(const char *suite, int n_tasks, int n_stages)
{
    struct stage *stage = open_stage(n_tasks);
    stage->facts = (struct facts){.data = "digits",
                                  .suite = suite,
                                  .scenario = "domain",
                                  .optimizer = "sgd",
                                  .n_tasks = n_tasks,
                                  .task_names = stage->task_names,
                                  .n_layers = 3,
                                  .width = {64, 100, 100, 10},
                                  .pace = 56};
    stage->cycle = n_tasks;
    *stage->snapshot = (struct snapshot){.stage_steps = STAGE_STEPS,
                                         .n_stages = n_stages,
                                         .total_steps = (long)STAGE_STEPS * n_stages,
                                         .speed = 56,
                                         .samples_per_second = 1790,
                                         .n_learners = 1};
    open_view(stage);
    begin_learner(stage);
    add(stage, ENTRY_LEARNER, -1, 0, "learner");
    for (int t = 0; t < n_tasks; t++) {
        stage->accuracy[t] = 0.08 + t % 5 * 0.01;
        add(stage, ENTRY_BASELINE, t, stage->accuracy[t], NULL);
    }
    begin_stage(stage, 0);
    return stage;
}

/* What an old task falls to, and how fast, with what is on. */
static double floor_of(struct stage *stage, int task)
{
    double floor = 0.28 + task % 4 * 0.05;
    floor = is_on(stage, "ewc") ? 0.74 : floor;
    floor = is_on(stage, "lowlr") ? 0.62 : floor;
    return is_on(stage, "replay") || is_on(stage, "joint") ? 0.87 : floor;
}

static bool has_begun(const struct stage *stage, int task)
{
    return task <= stage->snapshot->stage && task < stage->cycle;
}

static void one_step(struct stage *stage)
{
    struct snapshot *snapshot = stage->snapshot;
    snapshot->step++;
    snapshot->stage_step++;
    for (int t = 0; t < stage->facts.n_tasks; t++) {
        bool is_present = t == snapshot->task;
        double target = is_present ? 0.965 : floor_of(stage, t);
        if (has_begun(stage, t)) {
            stage->accuracy[t] += (target - stage->accuracy[t]) * (is_present ? 0.03 : 0.012);
        }
    }
    double n = (double)snapshot->stage_step;
    for (int l = 0; l < stage->facts.n_layers; l++) {
        learner_of(stage)->drift[l] = (0.3 + 0.25 * l) * n / (n + 150);
    }
    learner_of(stage)->loss = 0.05 + 2.25 * 30 / (n + 30);
}

static void tick(struct stage *stage)
{
    add(stage, ENTRY_LOSS, 0, learner_of(stage)->loss, NULL);
    for (int t = 0; t < stage->facts.n_tasks; t++) {
        if (has_begun(stage, t)) {
            add(stage, ENTRY_ACCURACY, t, stage->accuracy[t], NULL);
        }
    }
    for (int l = 0; l < stage->facts.n_layers; l++) {
        add(stage, ENTRY_DRIFT, l, learner_of(stage)->drift[l], NULL);
    }
}

static void end_stage(struct stage *stage)
{
    struct snapshot *snapshot = stage->snapshot;
    tick(stage);
    for (int t = 0; t < stage->facts.n_tasks; t++) {
        add(stage, ENTRY_MATRIX, t, stage->accuracy[t], NULL);
    }
    add(stage, ENTRY_STAGE_END, snapshot->task, 0, NULL);
    snprintf(learner_of(stage)->strategies[strategy_find("ewc")].status, STATUS_TEXT_MAX,
             "%d anchors", snapshot->stage + 1);
    if (snapshot->stage + 1 == snapshot->n_stages) {
        snapshot->state = LAB_ENDED;
        snapshot->samples_per_second = 0;
        add(stage, ENTRY_END, snapshot->task, 0, NULL);
        return;
    }
    begin_stage(stage, snapshot->stage + 1);
}

static void play(struct stage *stage, long n)
{
    struct snapshot *snapshot = stage->snapshot;
    while (n-- > 0 && snapshot->state == LAB_TRAINING) {
        one_step(stage);
        long k = snapshot->stage_step;
        if (k == snapshot->stage_steps) {
            end_stage(stage);
        } else if (k % TICK_EVERY == 0 || (k & (k - 1)) == 0) {
            tick(stage);
        }
    }
}

static void play_command(struct stage *stage, const struct command *command)
{
    struct learner_state *learner = learner_of(stage);
    struct err err = {0};
    switch (command->kind) {
    case COMMAND_SET:
        need_ok(param_parse(&learner->params, (enum param_id)command->index, command->text, &err),
                &err);
        learner->rate = learner->params.value[PARAM_LR];
        break;
    case COMMAND_STRATEGY:
        learner->strategies[command->index].is_on = command->on;
        break;
    case COMMAND_PAUSE:
    case COMMAND_RESUME:
        stage->snapshot->state = command->kind == COMMAND_PAUSE ? LAB_PAUSED : LAB_TRAINING;
        stage->snapshot->samples_per_second = command->kind == COMMAND_PAUSE ? 0 : 1790;
        break;
    case COMMAND_SPEED:
        stage->snapshot->speed = command->speed;
        break;
    default:
        break;
    }
    char *line = stage->lines[stage->n_lines];
    stage->n_lines = (stage->n_lines + 1) % STAGE_LINES;
    add(stage, ENTRY_COMMAND, stage->snapshot->task, 0,
        command_format(command, line, sizeof stage->lines[0]));
}

void stage_diverge(struct stage *stage)
{
    stage->snapshot->state = LAB_DIVERGED;
    stage->snapshot->samples_per_second = 0;
    learner_of(stage)->loss = (double)NAN;
    add(stage, ENTRY_DIVERGED, stage->snapshot->task, learner_of(stage)->rate, NULL);
}

/* A pattern with a shape: rows that moved, columns that did not. */
static void play_map(struct stage *stage, const struct map_request *request)
{
    struct map *map = &stage->snapshot->map;
    int l = request->layer;
    map->request = *request;
    map->n_inputs = stage->facts.width[l];
    map->n_units = stage->facts.width[l + 1];
    map->rows = request->rows < map->n_inputs ? request->rows : map->n_inputs;
    map->cols = request->cols < map->n_units ? request->cols : map->n_units;
    map->is_signed = request->what == MAP_WHAT_WEIGHT;
    map->max = 0.1f;
    for (int i = 0; i < map->rows * map->cols; i++) {
        int r = i / map->cols, c = i % map->cols, noise = (r * 37 + c * 101 + r * c * 7) % 32;
        float value = (float)(noise * (1 + r % 5) * (c % 7 ? 3 : 1)) / 4800;
        map->cells[i] = map->is_signed && noise % 2 ? -value : value;
    }
}

/* ---- trained --------------------------------------------------------------------------------- */

struct stage *stage_train(void)
{
    struct err err = {0};
    struct stage *stage = open_stage(5);
    struct config config = config_default();
    struct lab_options options = {.speed = 56}; /* paced: evaluation is dense */
    stage->lab = lab_create(&config, &options, &err);
    need_ok(stage->lab != NULL, &err);
    const struct suite *suite = lab_suite(stage->lab);
    const struct network *net = learner_network(lab_learner(stage->lab, 0));
    stage->facts = (struct facts){.data = suite_dataset(suite)->name,
                                  .suite = suite_name(suite),
                                  .scenario = scenario_name(suite_scenario(suite)),
                                  .optimizer = "sgd",
                                  .n_tasks = suite_n_tasks(suite),
                                  .task_names = stage->task_names,
                                  .n_layers = net->n_layers,
                                  .pace = 56};
    memcpy(stage->facts.width, net->width, sizeof stage->facts.width);
    open_view(stage);
    return stage;
}

/* What depends on the wall clock is the same in every run. */
static void look(struct stage *stage)
{
    lab_snapshot(stage->lab, stage->snapshot);
    chronicle_read(&stage->chronicle, lab_journal(stage->lab));
    stage->snapshot->samples_per_second = 1790;
    stage->snapshot->seconds_training = 1;
}

void stage_steps(struct stage *stage, long n)
{
    if (!stage->lab) {
        play(stage, n);
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
    need_ok(command_parse(line, &command, &err), &err);
    if (!stage->lab) {
        play_command(stage, &command);
        return;
    }
    need_ok(lab_apply(stage->lab, &command, &err), &err);
    look(stage);
}

void stage_draw(struct stage *stage, struct grid *grid, const struct glyphs *glyphs,
                enum color_depth depth, int cursor[2])
{
    struct view *view = &stage->frame.view;
    struct layout layout = layout_make(grid->cols, grid->rows, view->focus, view->is_enlarged,
                                       view->snapshot->n_learners);
    struct rect drift = layout.panels[PANEL_DRIFT];
    int none[2];
    view->map.rows = drift.h > 3 ? 2 * (drift.h - 3) : 1;
    view->map.cols = drift.w > 4 ? drift.w - 4 : 1;
    if (stage->lab) {
        char line[COMMAND_TEXT_MAX];
        const struct command map = {.kind = COMMAND_MAP, .map = view->map};
        stage_command(stage, command_format(&map, line, sizeof line));
    } else {
        play_map(stage, &view->map);
    }
    frame_draw(&stage->frame, grid, glyphs, depth, cursor ? cursor : none);
}
