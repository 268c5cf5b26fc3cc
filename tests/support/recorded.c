/* SPDX-License-Identifier: MIT */
#include "support/recorded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/learner_spec.h"
#include "session/closing.h"

enum { TASKS = 3, STEPS_A_LOOK = 6 };

static const int64_t LOOK_NS = 200000000;

static void must(bool ok, const struct err *err)
{
    if (!ok) {
        fprintf(stderr, "recorded: %s\n", err->msg);
        abort();
    }
}

static struct config session(const char *data, const char *suite)
{
    static const char *const learners[] = {"none:", "ewc: strategy=ewc", "lora: strategy=lora"};
    struct config config = config_default();
    struct learner_config base = config.learners[0];
    struct err err = {0};
    bool is_tied = strcmp(data, "features") == 0; /* what has one hidden layer */
    must(param_parse(&base.params, PARAM_NET, is_tied ? "2" : "12,8", &err) &&
             param_parse(&base.params, PARAM_STEPS, "40", &err) &&
             param_parse(&base.params, PARAM_BATCH, "8", &err),
         &err);
    config.data = data;
    config.suite = suite; /* NULL: the usual one of the data */
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
} deeds[] = {{6, "set ewc.lambda 3", false},
             {12, "note the first one", false},
             {24, "set lr 0.05", false},
             {36, "theme light", true},
             {48, "fork kept", false},
             {54, "strategy replay on", false},
             {60, "compare average", true},
             {66, "learner none", false},
             {72, "rewind 60", false},
             {84, "remove lora", false},
             {90, "zoom task", true},
             {93, "cursor 10", true},
             {96, "add late: strategy=replay", false},
             {100, "focus matrix", true},
             {102, "consolidate", false},
             {108, "note last", false},
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

/* What is measured in seconds is another time next time; a recording is to be the same. */
static void forget_time(struct snapshot *snapshot)
{
    snapshot->seconds_training = 0;
    snapshot->samples_per_second = 1000;
    for (int i = 0; i < snapshot->n_learners; i++) {
        snapshot->learners[i].seconds_training = 0;
    }
}

/* One turn of a recorder. */
static void record(struct lab *lab, struct recording_writer *writer, int64_t t, int *n_done,
                   const struct command *show)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    unsigned char state[3000];
    struct err err = {0};
    must(snapshot && recording_begin(writer, &err), &err);
    while (*n_done < DEEDS && deeds[*n_done].step <= lab_steps_done(lab)) {
        act(lab, writer, t, &deeds[(*n_done)++]);
    }
    must(lab_apply(lab, show, &err), &err); /* asked for, it is there at once */
    lab_snapshot(lab, snapshot);
    must(snapshot->exhibits.has[show->index] || lab_steps_done(lab) == 0,
         &(struct err){.msg = "there is no exhibit"});
    forget_time(snapshot);
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

static void train(struct lab *lab, struct recording_writer *writer, const char *exhibit)
{
    struct command map = {
        .kind = COMMAND_MAP,
        .map = {.since = MAP_SINCE_TASK, .rows = 12, .cols = 20, .step = MAP_STEP_NOW}};
    struct command show;
    struct err err = {0};
    int n_done = 0;
    int64_t t = 0;
    char line[64];
    snprintf(line, sizeof line, "show %s 24x60", exhibit);
    must(command_parse(line, &show, &err) && lab_apply(lab, &map, &err), &err);
    snprintf(line, sizeof line, "focus %s", exhibit);
    must(recording_begin(writer, &err) && recording_add_view(writer, 0, line, &err) &&
             recording_commit(writer, &err),
         &err);
    do {
        record(lab, writer, t, &n_done, &show);
        t += LOOK_NS;
        for (long end = lab_steps_done(lab) + STEPS_A_LOOK;
             lab_steps_done(lab) < end && lab_state(lab) == LAB_TRAINING;) {
            lab_advance(lab, end - lab_steps_done(lab));
        }
    } while (lab_state(lab) == LAB_TRAINING);
    record(lab, writer, t, &n_done, &show);
}

struct recording_writer *recorded_begin(const char *path, int kind)
{
    static const struct {
        const char *data, *suite, *exhibit;
    } kinds[RECORDED_KINDS] = {{"digits", NULL, "samples"},
                               {"plane", NULL, "surface"},
                               {"text", NULL, "writing"},
                               {"plane", "stream", "surface"},
                               {"features", NULL, "arrows"}};
    struct config config = session(kinds[kind].data, kinds[kind].suite);
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
    struct gallery *gallery = NULL;
    if (gallery_is_possible(suite_dataset(lab_suite(lab)))) {
        facts.gallery = gallery = gallery_create(lab_suite(lab), &err);
        must(gallery != NULL, &err);
    }
    struct recording_writer *writer = recording_create(path, lab_config(lab), &facts, &err);
    gallery_destroy(gallery);
    must(writer && recording_begin(writer, &err) &&
             recording_set_meta(writer, "layers", "64-12-8-10", &err) &&
             recording_commit(writer, &err),
         &err);
    train(lab, writer, kinds[kind].exhibit);
    struct closing *closing = closing_of(lab, &err);
    for (int i = 0; closing && i < closing->n_learners; i++) {
        closing->learners[i].seconds = 0;
    }
    must(closing && recording_begin(writer, &err) && recording_set_closing(writer, closing, &err) &&
             recording_commit(writer, &err),
         &err);
    closing_destroy(closing);
    lab_destroy(lab);
    return writer;
}

void recorded_end(struct recording_writer *writer)
{
    struct err err = {0};
    must(recording_finish(writer, &err), &err);
}
