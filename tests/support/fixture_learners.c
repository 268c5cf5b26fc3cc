/* SPDX-License-Identifier: MIT
 * Learners of the played stage: they come, go, branch off and go back. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/learner_spec.h"
#include "lab/sweep.h"
#include "support/fixture_inside.h"

/* ---- learners -------------------------------------------------------------------------------- */

static struct learner_state *find(struct fixture *fixture, const char *name)
{
    struct snapshot *snapshot = fixture->snapshot;
    for (int i = 0; i < snapshot->n_learners; i++) {
        if (strcmp(snapshot->learners[i].name, name) == 0) {
            return &snapshot->learners[i];
        }
    }
    fixture_need_ok(name[0] == '\0', &(struct err){.msg = "nobody is called so"});
    return played_selected(fixture);
}

static int free_slot(const struct snapshot *snapshot)
{
    for (int slot = 0;; slot++) {
        bool is_taken = false;
        for (int i = 0; i < snapshot->n_learners; i++) {
            is_taken |= snapshot->learners[i].slot == slot;
        }
        if (!is_taken) {
            return slot;
        }
    }
}

/* What the strategies keep and say of it: anchors come with a task's end, LoRA's base with the
 * second task. */
void played_settle(struct fixture *fixture)
{
    static const size_t bytes[] = {0, 153600, 52000, 8192, 76800, 0, 0, 0};
    int lora = strategy_find("lora"), replay = strategy_find("replay");
    for (int k = 0; k < fixture->snapshot->n_learners; k++) {
        struct learner_state *learner = &fixture->snapshot->learners[k];
        for (int i = 0; i < strategy_count(); i++) {
            struct strategy_state *state = &learner->strategies[i];
            bool has = i == replay || fixture->snapshot->stage > 0;
            state->bytes = has && (state->is_on || state->is_observed) ? bytes[i % 8] : 0;
        }
        struct strategy_state *state = &learner->strategies[lora];
        if (strcmp(state->status, "unplugged") != 0) {
            snprintf(state->status, sizeof state->status, "%s",
                     state->bytes ? "base frozen" : "waits for a base");
        }
    }
}

/* Settings of "NAME: SETTINGS" over what the learner has. */
static void put_spec(struct learner_state *learner, const char *text)
{
    struct learner_config config = {.params = learner->params};
    struct err err = {0};
    for (int i = 0; i < strategy_count(); i++) {
        config.on |= (uint32_t)learner->strategies[i].is_on << i;
    }
    snprintf(config.name, sizeof config.name, "%s", learner->name);
    fixture_need_ok(learner_spec_parse(text, &config, &err), &err);
    memcpy(learner->name, config.name, sizeof config.name);
    learner->params = config.params;
    learner->rate = config.params.value[PARAM_LR];
    for (int i = 0; i < strategy_count(); i++) {
        learner->strategies[i].is_on = config.on >> i & 1u;
    }
}

struct learner_state played_fresh(void)
{
    struct learner_state learner = {.parent = -1,
                                    .name = "learner",
                                    .params = params_default(),
                                    .rate = 0.1,
                                    .loss = 2.303,
                                    .n_parts = 3};
    for (int i = 0; i < strategy_count(); i++) {
        learner.strategies[i] = (struct strategy_state){.is_observed = strategy_at(i)->is_observed,
                                                        .gauge = (double)NAN};
    }
    return learner;
}

/* Takes a place of its own and is the selected one; returns its index. */
int played_take_in(struct fixture *fixture, const struct learner_state *learner)
{
    struct snapshot *snapshot = fixture->snapshot;
    fixture_need_ok(snapshot->n_learners < LEARNERS_MAX, &(struct err){.msg = "nine learners"});
    int i = snapshot->n_learners, slot = free_slot(snapshot);
    snapshot->learners[i] = *learner;
    snapshot->learners[i].slot = slot;
    snapshot->learners[i].id = fixture->n_ever++;
    snapshot->n_learners++;
    snapshot->selected = i;
    snapshot->is_to_all = false;
    return i;
}

void played_begin(struct fixture *fixture, int i)
{
    for (int t = 0; t < fixture->facts.n_tasks; t++) {
        fixture->accuracy[i][t] = 0.08 + t % 5 * 0.01;
        played_add(fixture, ENTRY_BASELINE, fixture->snapshot->learners[i].id, t,
                   fixture->accuracy[i][t]);
    }
}

/* What it would have done, had it been there from the start. */
static void catch_up(struct fixture *fixture, int i)
{
    struct snapshot *snapshot = fixture->snapshot;
    long until = snapshot->step;
    int stage_now = snapshot->stage, task_now = snapshot->task;
    long stage_step_now = snapshot->stage_step;
    snapshot->stage = snapshot->task = 0;
    snapshot->step = snapshot->stage_step = 0;
    played_begin(fixture, i);
    while (snapshot->step < until) {
        snapshot->step++;
        snapshot->stage_step++;
        played_step(fixture, i);
        if (snapshot->stage_step == snapshot->stage_steps) {
            played_end(fixture, i);
            snapshot->stage += snapshot->stage < stage_now;
            snapshot->task = snapshot->stage % fixture->cycle;
            snapshot->stage_step = 0;
        } else if (played_is_measured(snapshot)) {
            played_tick(fixture, i);
        }
    }
    snapshot->stage = stage_now;
    snapshot->task = task_now;
    snapshot->stage_step = stage_step_now;
}

static void fork_learner(struct fixture *fixture, const char *spec)
{
    struct snapshot *snapshot = fixture->snapshot;
    int from = snapshot->selected;
    struct learner_state learner = snapshot->learners[from];
    learner.parent = learner.id;
    learner.born = snapshot->step;
    snprintf(learner.name, sizeof learner.name, "%.18s-2", snapshot->learners[from].name);
    if (spec[0] != '\0') {
        put_spec(&learner, spec);
    }
    int i = played_take_in(fixture, &learner);
    memcpy(fixture->accuracy[i], fixture->accuracy[from],
           (size_t)fixture->facts.n_tasks * sizeof(double));
    played_call_up(fixture, &snapshot->learners[i]);
}

/* As the lab does: who is selected stays. */
static void sweep(struct fixture *fixture, const struct command *command)
{
    struct snapshot *snapshot = fixture->snapshot;
    const struct learner_state parent = *played_selected(fixture);
    int selected = snapshot->selected, n = 0;
    struct sweep sweep;
    struct err err = {0};
    double values[SWEEP_MAX];
    uint32_t on = 0;
    for (int i = 0; i < strategy_count(); i++) {
        on |= (uint32_t)parent.strategies[i].is_on << i;
    }
    fixture_need_ok(sweep_parse((enum param_id)command->index, command->text, &sweep, &err), &err);
    n = sweep_values(&sweep, &parent.params, LEARNERS_MAX - snapshot->n_learners, values);
    for (int i = 0; i < n; i++) {
        char spec[SWEEP_SPEC_MAX];
        if (!sweep_turns(sweep.knob, on) || values[i] != parent.params.value[sweep.knob]) {
            fork_learner(fixture, sweep_spec(sweep.knob, values[i], on, 1, spec));
            snapshot->selected = selected;
        }
    }
}

static void add_learner(struct fixture *fixture, const char *spec)
{
    struct learner_state learner = played_fresh();
    put_spec(&learner, spec);
    int i = played_take_in(fixture, &learner);
    played_call_up(fixture, &fixture->snapshot->learners[i]);
    catch_up(fixture, i);
}

/* Takes it out of the row. */
static void drop(struct fixture *fixture, int i)
{
    struct snapshot *snapshot = fixture->snapshot;
    double *accuracy = fixture->accuracy[i];
    for (int k = i; k + 1 < snapshot->n_learners; k++) {
        snapshot->learners[k] = snapshot->learners[k + 1];
        fixture->accuracy[k] = fixture->accuracy[k + 1];
    }
    fixture->accuracy[--snapshot->n_learners] = accuracy;
    snapshot->selected =
        snapshot->selected == i ? 0 : snapshot->selected - (snapshot->selected > i);
}

static void remove_learner(struct fixture *fixture, const char *name)
{
    struct learner_state *learner = find(fixture, name);
    played_add(fixture, ENTRY_REMOVED, learner->id, fixture->snapshot->task, 0);
    drop(fixture, (int)(learner - fixture->snapshot->learners));
}

/* As it was when its curves were at their end. */
static void take_back(struct fixture *fixture, int i)
{
    struct learner_state *learner = &fixture->snapshot->learners[i];
    const struct track *track = timeline_track(&fixture->timeline, learner->id);
    for (int t = 0; t < fixture->facts.n_tasks; t++) {
        const struct series *series = track_curve(track, PROBE_ACCURACY, t);
        fixture->accuracy[i][t] = series->n > 0 ? series_last(series) : track->initial[t];
    }
    learner->has_diverged = track->has_diverged;
}

static void go_back(struct fixture *fixture, long step)
{
    struct snapshot *snapshot = fixture->snapshot;
    step = step < 0 ? snapshot->step - snapshot->stage_step : step;
    int stage = timeline_stage_at(&fixture->timeline, step);
    snapshot->step = step;
    snapshot->stage = stage;
    snapshot->planned = stage + 1;
    snapshot->task = fixture->timeline.stages[stage].task;
    snapshot->stage_step = step - fixture->timeline.stages[stage].begin;
    snapshot->state = snapshot->state == LAB_PAUSED ? LAB_PAUSED : LAB_TRAINING;
    for (int i = snapshot->n_learners - 1; i >= 0; i--) {
        if (snapshot->learners[i].born > step) {
            drop(fixture, i);
        }
    }
    played_add(fixture, ENTRY_REWIND, LEARNER_ALL, snapshot->task, 0);
    for (int i = 0; i < snapshot->n_learners; i++) {
        played_call_up(fixture, &snapshot->learners[i]);
        take_back(fixture, i);
    }
}

/* ---- commands -------------------------------------------------------------------------------- */

static void choose(struct fixture *fixture, const struct command *command)
{
    fixture->snapshot->is_to_all = command->on;
    if (!command->on) {
        fixture->snapshot->selected =
            (int)(find(fixture, command->name) - fixture->snapshot->learners);
    }
}

static void rename_learner(struct fixture *fixture, const struct command *command)
{
    struct learner_state *learner = find(fixture, command->name);
    snprintf(learner->name, sizeof learner->name, "%.23s", command->text);
    played_call_up(fixture, learner);
}

static void change(struct learner_state *learner, const struct command *command)
{
    struct err err = {0};
    if (command->kind == COMMAND_STRATEGY) {
        learner->strategies[command->index].is_on = command->on;
    } else if (command->kind == COMMAND_SET) {
        enum param_id id = (enum param_id)command->index;
        fixture_need_ok(param_parse(&learner->params, id, command->text, &err), &err);
        learner->rate = learner->params.value[PARAM_LR];
    }
}

static void change_all(struct fixture *fixture, const struct command *command)
{
    struct snapshot *snapshot = fixture->snapshot;
    for (int i = 0; i < snapshot->n_learners; i++) {
        if (snapshot->is_to_all || i == snapshot->selected) {
            change(&snapshot->learners[i], command);
        }
    }
}

static void log_command(struct fixture *fixture, const struct command *command)
{
    const struct snapshot *snapshot = fixture->snapshot;
    bool is_for_all = command->kind == COMMAND_ADD || command->kind == COMMAND_REWIND ||
                      command->kind == COMMAND_NOTE || snapshot->is_to_all;
    char *line = fixture->lines[fixture->n_lines];
    fixture->n_lines = (fixture->n_lines + 1) % STAGE_LINES;
    played_add_text(fixture, ENTRY_COMMAND, is_for_all ? LEARNER_ALL : played_selected(fixture)->id,
                    command_format(command, line, sizeof fixture->lines[0]));
}

void fixture_played_command(struct fixture *fixture, const struct command *command)
{
    if (!command_is_view(command)) {
        log_command(fixture, command);
    }
    switch (command->kind) {
    case COMMAND_PAUSE:
    case COMMAND_RESUME:
        fixture->snapshot->state = command->kind == COMMAND_PAUSE ? LAB_PAUSED : LAB_TRAINING;
        fixture->snapshot->samples_per_second = command->kind == COMMAND_PAUSE ? 0 : 1790;
        break;
    case COMMAND_SPEED:
        fixture->snapshot->speed = command->speed;
        break;
    case COMMAND_FORK:
        fork_learner(fixture, command->text);
        break;
    case COMMAND_SWEEP:
        sweep(fixture, command);
        break;
    case COMMAND_ADD:
        add_learner(fixture, command->text);
        break;
    case COMMAND_RENAME:
        rename_learner(fixture, command);
        break;
    case COMMAND_REMOVE:
        remove_learner(fixture, command->name);
        break;
    case COMMAND_LEARNER:
        choose(fixture, command);
        break;
    case COMMAND_REWIND:
        go_back(fixture, command->step);
        break;
    default:
        change_all(fixture, command);
        break;
    }
    played_settle(fixture);
}
