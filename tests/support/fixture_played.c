/* SPDX-License-Identifier: MIT
 * The played stage: learners that follow hand-made curves. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/fixture_inside.h"
#include "tasks/stream.h"

enum { TICK_EVERY = 6 };

/* ---- entries --------------------------------------------------------------------------------- */

static void add(struct fixture *fixture, enum entry_kind kind, enum probe_id probe, int learner,
                int task, double value)
{
    const struct entry entry = {.kind = kind,
                                .probe = probe,
                                .learner = learner,
                                .stage = fixture->snapshot->stage,
                                .task = task,
                                .step = fixture->snapshot->step,
                                .value = value};
    fixture_need_ok(timeline_add(&fixture->timeline, &entry),
                    &(struct err){.msg = "an entry is refused"});
}

void played_add(struct fixture *fixture, enum entry_kind kind, int learner, int task, double value)
{
    add(fixture, kind, 0, learner, task, value);
}

void played_measure(struct fixture *fixture, enum probe_id probe, int learner, int task,
                    double value)
{
    add(fixture, ENTRY_MEASURE, probe, learner, task, value);
}

/* `text` lives as long as the stage, or may be forgotten. */
void played_add_text(struct fixture *fixture, enum entry_kind kind, int learner, const char *text)
{
    const struct entry entry = {.kind = kind,
                                .learner = learner,
                                .stage = fixture->snapshot->stage,
                                .task = fixture->snapshot->task,
                                .step = fixture->snapshot->step,
                                .text = text};
    fixture_need_ok(timeline_add(&fixture->timeline, &entry),
                    &(struct err){.msg = "a command is refused"});
}

void played_call_up(struct fixture *fixture, const struct learner_state *learner)
{
    const struct entry entry = {.kind = ENTRY_LEARNER,
                                .learner = learner->id,
                                .stage = fixture->snapshot->stage,
                                .task = learner->parent,
                                .step = learner->born,
                                .text = learner->name};
    fixture_need_ok(timeline_add(&fixture->timeline, &entry),
                    &(struct err){.msg = "a learner is refused"});
}

struct learner_state *played_selected(struct fixture *fixture)
{
    return &fixture->snapshot->learners[fixture->snapshot->selected];
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

static bool has_begun(const struct fixture *fixture, int task)
{
    return (task <= fixture->snapshot->stage || fixture->timeline.is_stream) &&
           task < fixture->cycle;
}

static bool is_stream(const struct fixture *fixture)
{
    return strcmp(fixture->facts.suite, "stream") == 0;
}

/* How much of what comes is of a task. */
static double share_of(const struct fixture *fixture, int task)
{
    const struct snapshot *snapshot = fixture->snapshot;
    double part = (double)snapshot->stage_step / (double)snapshot->stage_steps;
    return is_stream(fixture) ? stream_share(fixture->facts.n_tasks, snapshot->stage + part, task)
                              : task == snapshot->task;
}

void played_step(struct fixture *fixture, int i)
{
    const struct snapshot *snapshot = fixture->snapshot;
    struct learner_state *learner = &fixture->snapshot->learners[i];
    if (learner->has_diverged) {
        return;
    }
    for (int t = 0; t < fixture->facts.n_tasks; t++) {
        double share = share_of(fixture, t), *accuracy = &fixture->accuracy[i][t];
        double floor = floor_of(learner, t);
        if (has_begun(fixture, t) && (!is_stream(fixture) || *accuracy > floor || share > 0)) {
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

void played_tick(struct fixture *fixture, int i)
{
    const struct learner_state *learner = &fixture->snapshot->learners[i];
    if (learner->has_diverged) {
        return;
    }
    played_measure(fixture, PROBE_LOSS, learner->id, 0, learner->loss);
    for (int t = 0; t < fixture->facts.n_tasks; t++) {
        if (has_begun(fixture, t)) {
            played_measure(fixture, PROBE_ACCURACY, learner->id, t, fixture->accuracy[i][t]);
        }
    }
    for (int l = 0; l < learner->n_parts; l++) {
        played_measure(fixture, PROBE_DRIFT, learner->id, l, learner->drift[l]);
    }
}

void played_end(struct fixture *fixture, int i)
{
    struct learner_state *learner = &fixture->snapshot->learners[i];
    played_tick(fixture, i);
    for (int t = 0; t < fixture->facts.n_tasks && !learner->has_diverged; t++) {
        played_add(fixture, ENTRY_MATRIX, learner->id, t, fixture->accuracy[i][t]);
    }
    snprintf(learner->strategies[strategy_find("ewc")].status, STATUS_TEXT_MAX, "%d anchors",
             fixture->snapshot->stage + 1);
}

bool played_is_measured(const struct snapshot *snapshot)
{
    long k = snapshot->stage_step;
    return k % TICK_EVERY == 0 || (k & (k - 1)) == 0;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void begin_stage(struct fixture *fixture, int i)
{
    fixture->snapshot->stage = i;
    fixture->snapshot->task = i % fixture->cycle;
    fixture->snapshot->stage_step = 0;
    fixture->snapshot->planned = i + 1;
    played_settle(fixture);
    played_add(fixture, ENTRY_STAGE, LEARNER_ALL, fixture->snapshot->task, is_stream(fixture));
}

static void end_stage(struct fixture *fixture)
{
    struct snapshot *snapshot = fixture->snapshot;
    for (int i = 0; i < snapshot->n_learners; i++) {
        played_end(fixture, i);
    }
    played_add(fixture, ENTRY_STAGE_END, LEARNER_ALL, snapshot->task, 0);
    if (snapshot->stage + 1 == snapshot->n_stages) {
        snapshot->state = LAB_ENDED;
        snapshot->samples_per_second = 0;
        played_add(fixture, ENTRY_END, LEARNER_ALL, snapshot->task, 0);
        return;
    }
    begin_stage(fixture, snapshot->stage + 1);
}

void fixture_played_steps(struct fixture *fixture, long n)
{
    struct snapshot *snapshot = fixture->snapshot;
    while (n-- > 0 && snapshot->state == LAB_TRAINING) {
        snapshot->step++;
        snapshot->stage_step++;
        bool is_end = snapshot->stage_step == snapshot->stage_steps;
        for (int i = 0; i < snapshot->n_learners; i++) {
            played_step(fixture, i);
            if (!is_end && played_is_measured(snapshot)) {
                played_tick(fixture, i);
            }
        }
        if (is_end) {
            end_stage(fixture);
        }
    }
}

void fixture_diverge(struct fixture *fixture)
{
    struct snapshot *snapshot = fixture->snapshot;
    struct learner_state *learner = played_selected(fixture);
    learner->has_diverged = true;
    learner->diverged_step = snapshot->step;
    learner->loss = (double)NAN;
    played_add(fixture, ENTRY_DIVERGED, learner->id, snapshot->task, learner->rate);
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
void fixture_played_map(struct fixture *fixture, const struct map_request *request)
{
    struct map *map = &fixture->snapshot->map;
    int l = request->part % 3;
    map->request = *request;
    map->step = request->step;
    map->n_inputs = fixture->width[l];
    map->n_units = fixture->width[l + 1];
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

void fixture_use_net(struct fixture *fixture, const int width[4])
{
    memcpy(fixture->width, width, sizeof fixture->width);
    snprintf(fixture->facts.net, sizeof fixture->facts.net, "%d-%d-%d-%d", width[0], width[1],
             width[2], width[3]);
}

struct fixture *fixture_play(const char *suite, int n_tasks, int n_stages)
{
    struct fixture *fixture = fixture_open(n_tasks);
    fixture->facts = (struct facts){.data = "digits",
                                    .suite = suite,
                                    .scenario = "domain",
                                    .optimizer = "sgd",
                                    .n_tasks = n_tasks,
                                    .task_names = fixture->task_names,
                                    .pace = 56};
    fixture_use_net(fixture, (int[]){64, 100, 100, 10});
    fixture->cycle = n_tasks;
    fixture->gallery = fixture_digits("permuted", n_tasks);
    fixture->facts.gallery = fixture->facts.own = fixture->gallery;
    *fixture->snapshot = (struct snapshot){.stage_steps = FIXTURE_STEPS,
                                           .n_stages = n_stages,
                                           .total_steps = (long)FIXTURE_STEPS * n_stages,
                                           .speed = 56,
                                           .samples_per_second = 1790,
                                           .taken_again = (double)NAN,
                                           .consolidated = (double)NAN};
    fixture_open_view(fixture);
    struct learner_state learner = played_fresh();
    played_call_up(fixture, &fixture->snapshot->learners[played_take_in(fixture, &learner)]);
    played_begin(fixture, 0);
    begin_stage(fixture, 0);
    return fixture;
}
