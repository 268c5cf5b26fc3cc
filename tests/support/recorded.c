/* SPDX-License-Identifier: MIT */
#include "support/recorded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/learner_spec.h"

enum { TASKS = 3, STEPS_A_LOOK = 6 };

static const int64_t LOOK_NS = 200000000;

static void must(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "recorded: %s\n", err->msg);
        abort();
    }
}

static struct config session(void)
{
    static const char *const learners[] = {"none:", "ewc: strategy=ewc", "lora: strategy=lora"};
    struct config config = config_default();
    struct learner_config base = config.learners[0];
    struct err err = {0};
    must(param_parse(&base.params, PARAM_NET, "12,8", &err) &&
             param_parse(&base.params, PARAM_STEPS, "40", &err) &&
             param_parse(&base.params, PARAM_BATCH, "8", &err),
         &err);
    config.n_tasks = TASKS;
    config.n_learners = 3;
    for (int i = 0; i < config.n_learners; i++) {
        config.learners[i] = base;
        must(learner_spec_parse(learners[i], &config.learners[i], &err), &err);
    }
    return config;
}

/* What a person does, from which step on. */
static const struct deed {
    long step;
    const char *line;
    bool is_view;
} deeds[] = {{6, "focus matrix", true},      {12, "note the first one", false},
             {24, "set lr 0.05", false},     {36, "theme light", true},
             {48, "fork kept", false},       {54, "strategy replay on", false},
             {60, "compare average", true},  {66, "learner none", false},
             {72, "rewind 60", false},       {84, "remove lora", false},
             {90, "zoom task", true},        {96, "add late: strategy=replay", false},
             {102, "consolidate", false},    {108, "note last", false},
             {111, "strategy ewc on", false}};
enum { DEEDS = sizeof deeds / sizeof *deeds };

static void act(struct lab *lab, struct recording_writer *writer, int64_t t,
                const struct deed *deed)
{
    struct command command;
    struct err err = {0};
    if (deed->is_view) {
        must(recording_add_view(writer, t, deed->line, &err), &err);
    } else {
        must(command_parse(deed->line, &command, &err), &err);
        lab_apply(lab, &command, NULL); /* or it is refused, which is recorded, too */
    }
}

static void exhibit_surface(struct surface *surface, long step)
{
    enum { ROWS = 6, COLS = 10, POINTS = 12 };
    *surface = (struct surface){.step = step,
                                .n_classes = 2,
                                .high = {1, 1},
                                .rows = ROWS,
                                .cols = COLS,
                                .n_points = POINTS,
                                .n_replayed = 2};
    for (int i = 0; i < ROWS * COLS; i++) {
        surface->cells[i] = surface_cell((i + (int)step) % 2, i % SURFACE_LEVELS);
    }
    for (int i = 0; i < POINTS; i++) {
        surface->points[i] = (struct surface_point){.x = (uint8_t)(20 * i),
                                                    .y = (uint8_t)(7 * i),
                                                    .task = i % TASKS,
                                                    .label = i % 2,
                                                    .is_right = i % 3 > 0};
    }
}

static void exhibit_samples(struct samples *samples, long step)
{
    enum { EACH = 4, CLASSES = 10 };
    *samples =
        (struct samples){.step = step, .n_tasks = TASKS, .n_each = EACH, .n_classes = CLASSES};
    for (int t = 0; t < TASKS; t++) {
        samples->tasks[t].task = t;
        for (int i = 0; i < EACH; i++) {
            samples->tasks[t].samples[i] = (struct sample){
                .n = 2, .output = {(uint16_t)i, (uint16_t)(i + 1)}, .probability = {200, 40}};
        }
        for (int c = 0; c < CLASSES; c++) {
            samples->tasks[t].accuracy[c] = (float)c / CLASSES;
        }
    }
}

/* As if it had everything to show that can be shown. */
static void exhibit(struct snapshot *snapshot)
{
    struct exhibits *exhibits = &snapshot->exhibits;
    for (int i = 0; i < EXHIBIT_COUNT; i++) {
        exhibits->has[i] = true;
    }
    exhibit_surface(&exhibits->surface, snapshot->step);
    exhibit_samples(&exhibits->samples, snapshot->step);
    struct writing *writing = &exhibits->writing;
    writing->step = snapshot->step;
    writing->n = TASKS;
    for (int t = 0; t < writing->n; t++) {
        struct written *written = &writing->rows[t];
        snprintf(written->prompt, sizeof written->prompt, "int add%d(", t);
        snprintf(written->now.text, sizeof written->now.text, "int a, int b) { %ld",
                 snapshot->step);
        written->task = t;
        written->now.n = (int)strlen(written->now.text);
        written->now.strange[t] = true;
        written->has_then = t > 0;
        written->then = written->now;
    }
}

/* One turn of a recorder. */
static void record(struct lab *lab, struct recording_writer *writer, int64_t t, int *n_done)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    unsigned char state[3000];
    struct err err = {0};
    must(snapshot && recording_begin(writer, &err), &err);
    while (*n_done < DEEDS && deeds[*n_done].step <= lab_steps_done(lab)) {
        act(lab, writer, t, &deeds[(*n_done)++]);
    }
    lab_snapshot(lab, snapshot);
    exhibit(snapshot);
    memset(state, (int)lab_steps_done(lab), sizeof state);
    must(recording_add_journal(writer, t, lab_journal(lab), &err) &&
             recording_add_snapshot(writer, t, snapshot, &err) &&
             (lab_steps_done(lab) % 36 ||
              recording_add_checkpoint(writer, journal_length(lab_journal(lab)), state,
                                       sizeof state, &err)) &&
             recording_commit(writer, &err),
         &err);
    free(snapshot);
}

static void train(struct lab *lab, struct recording_writer *writer)
{
    struct command map = {
        .kind = COMMAND_MAP,
        .map = {.since = MAP_SINCE_TASK, .rows = 12, .cols = 20, .step = MAP_STEP_NOW}};
    struct err err = {0};
    int n_done = 0;
    int64_t t = 0;
    must(lab_apply(lab, &map, &err), &err);
    do {
        record(lab, writer, t, &n_done);
        t += LOOK_NS;
        for (long end = lab_steps_done(lab) + STEPS_A_LOOK;
             lab_steps_done(lab) < end && lab_state(lab) == LAB_TRAINING;) {
            lab_advance(lab, end - lab_steps_done(lab));
        }
    } while (lab_state(lab) == LAB_TRAINING);
    record(lab, writer, t, &n_done);
}

struct recording_writer *recorded_begin(const char *path)
{
    struct config config = session();
    struct lab_options options = {.keeps_history = true, .speed = 40, .hands = 1};
    struct recording_facts facts = {.version = "0",
                                    .build = "tests",
                                    .blas_core = "none",
                                    .created = "2025-01-31T23:59:59Z",
                                    .cols = 120,
                                    .rows = 36,
                                    .pace = 40};
    struct err err = {0};
    struct lab *lab = lab_create(&config, &options, &err);
    must(lab != NULL, &err);
    struct recording_writer *writer = recording_create(path, lab_config(lab), &facts, &err);
    must(writer && recording_begin(writer, &err) &&
             recording_set_meta(writer, "layers", "64-12-8-10", &err) &&
             recording_commit(writer, &err),
         &err);
    train(lab, writer);
    lab_destroy(lab);
    return writer;
}

void recorded_end(struct recording_writer *writer)
{
    struct err err = {0};
    must(recording_finish(writer, &err), &err);
}
