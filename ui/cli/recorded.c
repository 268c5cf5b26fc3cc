/* SPDX-License-Identifier: MIT
 * The learners of a recording as lines of JSON, one for each that is there at the end: those of
 * `oubli run --json`.  What only the lab could tell of the end - accuracy per class, drift over the
 * whole session, samples a second - is null where the session was killed, or the recording ended
 * before it. */
#include "ui/cli/recorded.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/network.h"
#include "session/closing.h"
#include "strategies/table.h"
#include "ui/app/facts.h"
#include "ui/cli/json.h"
#include "ui/export/format.h"

/* ---- how a learner began ---- */

static const struct learner_state *find_state(const struct snapshot *snapshot, int id)
{
    for (int i = 0; i < snapshot->n_learners; i++) {
        if (snapshot->learners[i].id == id) {
            return &snapshot->learners[i];
        }
    }
    return NULL;
}

static uint32_t on_of(const struct learner_state *state)
{
    uint32_t set = 0;
    for (int i = 0; i < strategy_count(); i++) {
        set |= state->strategies[i].is_on ? UINT32_C(1) << i : 0;
    }
    return set;
}

/* When the learner was first called up. */
static int64_t birth_of(const struct player *player, int id)
{
    const struct journal *journal = player_journal(player);
    for (long i = 0; i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        if (entry.kind == ENTRY_LEARNER && entry.learner == id) {
            return player_entry_time(player, i);
        }
    }
    return 0;
}

/* Those of the start are in the config, by number; the settings of one that came later are those of
 * the first snapshot that has it, a fraction of a second later. */
bool recorded_begun(struct learner_config *begun, struct player *player, int id, struct err *err)
{
    enum { TRIES = 40 };
    const int64_t pause = 250000000; /* about a snapshot */
    const struct config *config = player_config(player);
    if (id < config->n_learners) {
        *begun = config->learners[id];
        return true;
    }
    *begun = config->has_base ? config->base : config->learners[0];
    int64_t birth = birth_of(player, id);
    for (int i = 0; i < TRIES; i++) {
        if (!player_seek(player, birth + i * pause, err)) {
            return false;
        }
        const struct learner_state *state = find_state(player_snapshot(player), id);
        if (state) {
            snprintf(begun->name, sizeof begun->name, "%s", state->name);
            begun->params = state->params;
            begun->on = on_of(state);
            break;
        }
    }
    return true;
}

/* ---- lines ---- */

static int scenario_of(const struct config *config)
{
    int scenario = config->scenario;
    const struct suite_kind *kind;
    for (int i = 0; scenario < 0 && (kind = suite_kind_at(i)); i++) {
        scenario = strcmp(kind->name, config->suite) == 0 ? (int)kind->scenario : -1;
    }
    return scenario;
}

/* What the last snapshot tells of the learner. */
static void add_state(struct json_run *run, const struct learner_state *state)
{
    run->on = on_of(state);
    run->seconds_training = state->seconds_training;
    for (int i = 0; i < strategy_count(); i++) {
        run->memory_bytes += state->strategies[i].is_on ? state->strategies[i].bytes : 0;
    }
}

/* What only the lab could tell when the file was closed. */
static void add_closing(struct json_run *run, const struct closing *closing)
{
    int i = 0;
    while (i < closing->n_learners && closing->learners[i].id != run->track->id) {
        i++;
    }
    const struct closing_learner *learner = &closing->learners[i];
    if (i == closing->n_learners || learner->n_parts != run->n_parts) {
        return;
    }
    run->steps = run->has_diverged ? run->steps : closing->step; /* the last snapshot is older */
    memcpy(run->drift, learner->drift, sizeof run->drift);
    run->seconds_training = learner->seconds;
    run->samples_per_second =
        learner->seconds > 0 ? (double)learner->samples / learner->seconds : 0;
    if (closing->n_classes > 0) {
        size_t cells = (size_t)closing->n_tasks * (size_t)closing->n_classes;
        run->n_classes = closing->n_classes;
        run->class_names = closing->class_names;
        run->class_accuracy = closing->accuracy + (size_t)i * cells;
    }
}

/* True if both have the same of all that is fixed at the start, so the same network. */
static bool is_like(const struct params *a, const struct params *b)
{
    char one[80], other[80];
    bool is_same = true;
    for (int i = 0; i < PARAM_COUNT; i++) {
        enum param_id id = (enum param_id)i;
        is_same &= param_at(id)->when != PARAM_WHEN_START ||
                   strcmp(param_format(a, id, one, sizeof one),
                          param_format(b, id, other, sizeof other)) == 0;
    }
    return is_same;
}

/* The shape of the network of a learner that began so; "" = not known. */
static void shape_of(const struct player *player, const struct learner_config *begun, char *text,
                     size_t size)
{
    const struct recording_facts *made = player_facts(player);
    struct network net;
    text[0] = '\0';
    if (made->n_inputs == 0) { /* it only tells that of the first */
        bool is_said = is_like(&begun->params, &player_config(player)->learners[0].params);
        snprintf(text, size, "%s", is_said ? player_layers(player) : "");
    } else if (network_init(&net, made->n_inputs, made->n_symbols, made->n_outputs, &begun->params,
                            SIZE_MAX, NULL)) {
        network_text(&net, text, size);
    }
}

static struct json_run run_of(const struct player *player, const struct track *track,
                              const struct learner_config *begun)
{
    const struct facts facts = facts_of_player(player);
    const struct recording_facts *made = player_facts(player);
    const struct snapshot *snapshot = player_snapshot(player);
    const struct learner_state *state = find_state(snapshot, track->id);
    const double none = (double)NAN;
    int scenario = scenario_of(player_config(player));
    struct json_run run = {
        .journal = player_journal(player),
        .timeline = player_timeline(player),
        .track = track,
        .config = player_config(player),
        .arithmetic = made->arithmetic,
        .begun = *begun,
        .suite = facts.suite,
        .scenario = scenario < 0 ? NULL : scenario_name((enum scenario)scenario),
        .is_task_given = scenario == SCENARIO_TASK,
        .n_stages = snapshot->n_stages,
        .n_parts = network_n_parts(&begun->params),
        .has_diverged = track->has_diverged,
        .diverged_step = track->diverged_step,
        .steps = track->has_diverged ? track->diverged_step : snapshot->step,
        .metrics =
            track->has_diverged ? metrics_none() : timeline_metrics(player_timeline(player), track),
        .seconds_training = none,
        .samples_per_second = none,
        .version = made->version,
        .build = made->build,
        .blas_core = made->blas_core,
    };
    shape_of(player, begun, run.net, sizeof run.net);
    for (int i = 0; i < NETWORK_PARTS_MAX; i++) {
        run.drift[i] = none;
    }
    if (state) {
        add_state(&run, state);
    }
    return run;
}

/* ---- all of it ---- */

struct lines {
    struct script script; /* of the session */
    int n;
    int ids[LEARNERS_MAX];
    struct learner_config begun[LEARNERS_MAX];
};

static bool write_lines(FILE *out, const struct player *player, const struct lines *lines,
                        const struct closing *closing, struct err *err)
{
    const struct timeline *timeline = player_timeline(player);
    bool ok = true;
    for (int i = 0; ok && i < lines->n; i++) {
        const struct track *track = timeline_track(timeline, lines->ids[i]);
        struct json_run run = run_of(player, track ? track : &timeline->nobody, &lines->begun[i]);
        run.task_names = player_task_names(player);
        run.script = &lines->script;
        if (closing) {
            add_closing(&run, closing);
        }
        ok = json_run(out, &run, err);
    }
    return ok;
}

/* What was asked for in time, who is there at the end, and how each began. */
static bool find_lines(struct lines *lines, struct player *player, struct err *err)
{
    const struct timeline *timeline = player_timeline(player);
    if (!player_script(player, &lines->script, err)) {
        return false;
    }
    for (int i = 0; i < timeline->n_tracks && lines->n < LEARNERS_MAX; i++) {
        if (timeline->tracks[i].is_there) {
            lines->ids[lines->n++] = timeline->tracks[i].id;
        }
    }
    for (int i = 0; i < lines->n; i++) {
        if (!recorded_begun(&lines->begun[i], player, lines->ids[i], err)) {
            return false;
        }
    }
    return player_seek(player, player_length(player), err);
}

static bool write_out(FILE *out, struct player *player, const struct export_config *config,
                      struct err *err)
{
    (void)config;
    struct lines lines = {0};
    struct err why = {0};
    if (!player_read_all(player, err) || !player_seek(player, player_length(player), err) ||
        !find_lines(&lines, player, err)) {
        return false;
    }
    struct closing *closing = player_closing(player, &why);
    bool ok = !why.code && write_lines(out, player, &lines, closing, &why);
    closing_destroy(closing);
    return ok || err_set(err, why.code, "%s", why.msg);
}

const struct export_format export_json = {.write = write_out};
