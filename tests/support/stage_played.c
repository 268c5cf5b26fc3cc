/* SPDX-License-Identifier: MIT
 * The played stage: learners that follow hand-made curves. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/stage_inside.h"
#include "tasks/stream.h"

enum { TICK_EVERY = 6 };

/* ---- entries --------------------------------------------------------------------------------- */

static void add(struct stage *stage, enum entry_kind kind, enum probe_id probe, int learner,
                int task, double value)
{
    const struct entry entry = {.kind = kind,
                                .probe = probe,
                                .learner = learner,
                                .stage = stage->snapshot->stage,
                                .task = task,
                                .step = stage->snapshot->step,
                                .value = value};
    stage_need_ok(chronicle_add(&stage->chronicle, &entry),
                  &(struct err){.msg = "an entry is refused"});
}

void played_add(struct stage *stage, enum entry_kind kind, int learner, int task, double value)
{
    add(stage, kind, 0, learner, task, value);
}

void played_measure(struct stage *stage, enum probe_id probe, int learner, int task, double value)
{
    add(stage, ENTRY_MEASURE, probe, learner, task, value);
}

/* `text` lives as long as the stage, or may be forgotten. */
void played_add_text(struct stage *stage, enum entry_kind kind, int learner, const char *text)
{
    const struct entry entry = {.kind = kind,
                                .learner = learner,
                                .stage = stage->snapshot->stage,
                                .task = stage->snapshot->task,
                                .step = stage->snapshot->step,
                                .text = text};
    stage_need_ok(chronicle_add(&stage->chronicle, &entry),
                  &(struct err){.msg = "a command is refused"});
}

void played_call_up(struct stage *stage, const struct learner_state *learner)
{
    const struct entry entry = {.kind = ENTRY_LEARNER,
                                .learner = learner->id,
                                .stage = stage->snapshot->stage,
                                .task = learner->parent,
                                .step = learner->born,
                                .text = learner->name};
    stage_need_ok(chronicle_add(&stage->chronicle, &entry),
                  &(struct err){.msg = "a learner is refused"});
}

struct learner_state *played_selected(struct stage *stage)
{
    return &stage->snapshot->learners[stage->snapshot->selected];
}

/* ---- a step ---------------------------------------------------------------------------------- */

static bool is_on(const struct learner_state *learner, const char *strategy)
{
    return learner->strategies[strategy_find(strategy)].is_on;
}

/* How much harder than by default EWC pulls, in powers of ten. */
static double pull_of(const struct learner_state *learner)
{
    struct params usual = params_default();
    double ratio = learner->params.value[PARAM_EWC_LAMBDA] / usual.value[PARAM_EWC_LAMBDA];
    return ratio > 0 ? log10(ratio) : -1;
}

/* What an old task falls to with what is on. */
static double floor_of(const struct learner_state *learner, int task)
{
    double floor = 0.28 + task % 4 * 0.05;
    floor = is_on(learner, "ewc") ? 0.74 + 0.08 * pull_of(learner) : floor;
    floor = is_on(learner, "lowlr") ? 0.62 : floor;
    floor = is_on(learner, "lora") ? 0.91 : floor;
    return is_on(learner, "replay") || is_on(learner, "joint") ? 0.87 : floor;
}

/* What the present one rises to. */
static double top_of(const struct learner_state *learner)
{
    double top = is_on(learner, "lora") ? 0.91 : 0.965;
    top = is_on(learner, "ewc") ? fmin(top - 0.06 * pull_of(learner), 0.97) : top;
    top = is_on(learner, "joint") ? 0.94 : top;
    return is_on(learner, "lowlr") ? 0.71 : top;
}

/* Microseconds. */
static double time_of(const struct learner_state *learner)
{
    return 210 + 40 * is_on(learner, "ewc") + 190 * is_on(learner, "replay") +
           95 * is_on(learner, "lora") + 420 * is_on(learner, "joint");
}

static bool has_begun(const struct stage *stage, int task)
{
    return (task <= stage->snapshot->stage || stage->chronicle.is_stream) && task < stage->cycle;
}

static bool is_stream(const struct stage *stage)
{
    return strcmp(stage->facts.suite, "stream") == 0;
}

/* How much of what comes is of a task. */
static double share_of(const struct stage *stage, int task)
{
    const struct snapshot *snapshot = stage->snapshot;
    double part = (double)snapshot->stage_step / (double)snapshot->stage_steps;
    return is_stream(stage) ? stream_share(stage->facts.n_tasks, snapshot->stage + part, task)
                            : task == snapshot->task;
}

void played_step(struct stage *stage, int i)
{
    const struct snapshot *snapshot = stage->snapshot;
    struct learner_state *learner = &stage->snapshot->learners[i];
    if (learner->has_diverged) {
        return;
    }
    for (int t = 0; t < stage->facts.n_tasks; t++) {
        double share = share_of(stage, t), *accuracy = &stage->accuracy[i][t];
        double floor = floor_of(learner, t);
        if (has_begun(stage, t) && (!is_stream(stage) || *accuracy > floor || share > 0)) {
            *accuracy += share * (top_of(learner) - *accuracy) * 0.03;
            *accuracy += (1 - share) * (floor - *accuracy) * 0.012;
        }
    }
    double n = (double)snapshot->stage_step;
    for (int l = 0; l < learner->n_parts; l++) {
        learner->drift[l] = (0.3 + 0.75 * l / learner->n_parts) * n / (n + 150);
    }
    learner->loss = 0.05 + 2.25 * 30 / (n + 30);
    learner->steps++;
    learner->seconds_training += 1e-6 * time_of(learner);
}

void played_tick(struct stage *stage, int i)
{
    const struct learner_state *learner = &stage->snapshot->learners[i];
    if (learner->has_diverged) {
        return;
    }
    played_measure(stage, PROBE_LOSS, learner->id, 0, learner->loss);
    for (int t = 0; t < stage->facts.n_tasks; t++) {
        if (has_begun(stage, t)) {
            played_measure(stage, PROBE_ACCURACY, learner->id, t, stage->accuracy[i][t]);
        }
    }
    for (int l = 0; l < learner->n_parts; l++) {
        played_measure(stage, PROBE_DRIFT, learner->id, l, learner->drift[l]);
    }
}

void played_end(struct stage *stage, int i)
{
    struct learner_state *learner = &stage->snapshot->learners[i];
    played_tick(stage, i);
    for (int t = 0; t < stage->facts.n_tasks && !learner->has_diverged; t++) {
        played_add(stage, ENTRY_MATRIX, learner->id, t, stage->accuracy[i][t]);
    }
    snprintf(learner->strategies[strategy_find("ewc")].status, STATUS_TEXT_MAX, "%d anchors",
             stage->snapshot->stage + 1);
}

bool played_is_measured(const struct snapshot *snapshot)
{
    long k = snapshot->stage_step;
    return k % TICK_EVERY == 0 || (k & (k - 1)) == 0;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void begin_stage(struct stage *stage, int i)
{
    stage->snapshot->stage = i;
    stage->snapshot->task = i % stage->cycle;
    stage->snapshot->stage_step = 0;
    stage->snapshot->planned = i + 1;
    played_settle(stage);
    played_add(stage, ENTRY_STAGE, LEARNER_ALL, stage->snapshot->task, is_stream(stage));
}

static void end_stage(struct stage *stage)
{
    struct snapshot *snapshot = stage->snapshot;
    for (int i = 0; i < snapshot->n_learners; i++) {
        played_end(stage, i);
    }
    played_add(stage, ENTRY_STAGE_END, LEARNER_ALL, snapshot->task, 0);
    if (snapshot->stage + 1 == snapshot->n_stages) {
        snapshot->state = LAB_ENDED;
        snapshot->samples_per_second = 0;
        played_add(stage, ENTRY_END, LEARNER_ALL, snapshot->task, 0);
        return;
    }
    begin_stage(stage, snapshot->stage + 1);
}

void stage_played_steps(struct stage *stage, long n)
{
    struct snapshot *snapshot = stage->snapshot;
    while (n-- > 0 && snapshot->state == LAB_TRAINING) {
        snapshot->step++;
        snapshot->stage_step++;
        bool is_end = snapshot->stage_step == snapshot->stage_steps;
        for (int i = 0; i < snapshot->n_learners; i++) {
            played_step(stage, i);
            if (!is_end && played_is_measured(snapshot)) {
                played_tick(stage, i);
            }
        }
        if (is_end) {
            end_stage(stage);
        }
    }
}

void stage_diverge(struct stage *stage)
{
    struct snapshot *snapshot = stage->snapshot;
    struct learner_state *learner = played_selected(stage);
    learner->has_diverged = true;
    learner->diverged_step = snapshot->step;
    learner->loss = (double)NAN;
    played_add(stage, ENTRY_DIVERGED, learner->id, snapshot->task, learner->rate);
    bool is_any = false;
    for (int i = 0; i < snapshot->n_learners; i++) {
        is_any |= !snapshot->learners[i].has_diverged;
    }
    if (!is_any) {
        snapshot->state = LAB_DIVERGED;
        snapshot->samples_per_second = 0;
    }
}

/* A pattern with a shape: rows that moved, columns that did not. */
void stage_played_map(struct stage *stage, const struct map_request *request)
{
    struct map *map = &stage->snapshot->map;
    int l = request->part % 3;
    map->request = *request;
    map->step = request->step;
    map->n_inputs = stage->width[l];
    map->n_units = stage->width[l + 1];
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

/* ---- the beginning --------------------------------------------------------------------------- */

void stage_use_net(struct stage *stage, const int width[4])
{
    memcpy(stage->width, width, sizeof stage->width);
    snprintf(stage->facts.net, sizeof stage->facts.net, "%d-%d-%d-%d", width[0], width[1], width[2],
             width[3]);
}

struct stage *stage_play(const char *suite, int n_tasks, int n_stages)
{
    struct stage *stage = stage_open(n_tasks);
    stage->facts = (struct facts){.data = "digits",
                                  .suite = suite,
                                  .scenario = "domain",
                                  .optimizer = "sgd",
                                  .n_tasks = n_tasks,
                                  .task_names = stage->task_names,
                                  .pace = 56};
    stage_use_net(stage, (int[]){64, 100, 100, 10});
    stage->cycle = n_tasks;
    stage->gallery = stage_digits("permuted", n_tasks);
    stage->facts.gallery = stage->facts.own = stage->gallery;
    *stage->snapshot = (struct snapshot){.stage_steps = STAGE_STEPS,
                                         .n_stages = n_stages,
                                         .total_steps = (long)STAGE_STEPS * n_stages,
                                         .speed = 56,
                                         .samples_per_second = 1790,
                                         .taken_again = (double)NAN,
                                         .consolidated = (double)NAN};
    stage_open_view(stage);
    struct learner_state learner = played_fresh();
    played_call_up(stage, &stage->snapshot->learners[played_take_in(stage, &learner)]);
    played_begin(stage, 0);
    begin_stage(stage, 0);
    return stage;
}
