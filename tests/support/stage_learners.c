/* SPDX-License-Identifier: MIT
 * Learners of the played stage: they come, go, branch off and go back. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/learner_spec.h"
#include "support/stage_inside.h"

/* ---- learners -------------------------------------------------------------------------------- */

static struct learner_state *find(struct stage *stage, const char *name)
{
    struct snapshot *snapshot = stage->snapshot;
    for (int i = 0; i < snapshot->n_learners; i++) {
        if (strcmp(snapshot->learners[i].name, name) == 0) {
            return &snapshot->learners[i];
        }
    }
    stage_need_ok(name[0] == '\0', &(struct err){.msg = "nobody is called so"});
    return played_selected(stage);
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
void played_settle(struct stage *stage)
{
    static const size_t bytes[] = {0, 153600, 52000, 8192, 76800, 0, 0, 0};
    int lora = strategy_find("lora"), replay = strategy_find("replay");
    for (int k = 0; k < stage->snapshot->n_learners; k++) {
        struct learner_state *learner = &stage->snapshot->learners[k];
        for (int i = 0; i < strategy_count(); i++) {
            struct strategy_state *state = &learner->strategies[i];
            bool has = i == replay || stage->snapshot->stage > 0;
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
    stage_need_ok(learner_spec_parse(text, &config, &err), &err);
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
int played_take_in(struct stage *stage, const struct learner_state *learner)
{
    struct snapshot *snapshot = stage->snapshot;
    stage_need_ok(snapshot->n_learners < LEARNERS_MAX, &(struct err){.msg = "nine learners"});
    int i = snapshot->n_learners, slot = free_slot(snapshot);
    snapshot->learners[i] = *learner;
    snapshot->learners[i].slot = slot;
    snapshot->learners[i].id = stage->n_ever++;
    snapshot->n_learners++;
    snapshot->selected = i;
    snapshot->is_to_all = false;
    return i;
}

void played_begin(struct stage *stage, int i)
{
    for (int t = 0; t < stage->facts.n_tasks; t++) {
        stage->accuracy[i][t] = 0.08 + t % 5 * 0.01;
        played_add(stage, ENTRY_BASELINE, stage->snapshot->learners[i].id, t,
                   stage->accuracy[i][t]);
    }
}

/* What it would have done, had it been there from the start. */
static void catch_up(struct stage *stage, int i)
{
    struct snapshot *snapshot = stage->snapshot;
    long until = snapshot->step;
    int stage_now = snapshot->stage, task_now = snapshot->task;
    long stage_step_now = snapshot->stage_step;
    snapshot->stage = snapshot->task = 0;
    snapshot->step = snapshot->stage_step = 0;
    played_begin(stage, i);
    while (snapshot->step < until) {
        snapshot->step++;
        snapshot->stage_step++;
        played_step(stage, i);
        if (snapshot->stage_step == snapshot->stage_steps) {
            played_end(stage, i);
            snapshot->stage += snapshot->stage < stage_now;
            snapshot->task = snapshot->stage % stage->cycle;
            snapshot->stage_step = 0;
        } else if (played_is_measured(snapshot)) {
            played_tick(stage, i);
        }
    }
    snapshot->stage = stage_now;
    snapshot->task = task_now;
    snapshot->stage_step = stage_step_now;
}

static void fork_learner(struct stage *stage, const char *spec)
{
    struct snapshot *snapshot = stage->snapshot;
    int from = snapshot->selected;
    struct learner_state learner = snapshot->learners[from];
    learner.parent = learner.id;
    learner.born = snapshot->step;
    snprintf(learner.name, sizeof learner.name, "%.18s-2", snapshot->learners[from].name);
    if (spec[0] != '\0') {
        put_spec(&learner, spec);
    }
    int i = played_take_in(stage, &learner);
    memcpy(stage->accuracy[i], stage->accuracy[from],
           (size_t)stage->facts.n_tasks * sizeof(double));
    played_call_up(stage, &snapshot->learners[i]);
}

static void add_learner(struct stage *stage, const char *spec)
{
    struct learner_state learner = played_fresh();
    put_spec(&learner, spec);
    int i = played_take_in(stage, &learner);
    played_call_up(stage, &stage->snapshot->learners[i]);
    catch_up(stage, i);
}

/* Takes it out of the row. */
static void drop(struct stage *stage, int i)
{
    struct snapshot *snapshot = stage->snapshot;
    double *accuracy = stage->accuracy[i];
    for (int k = i; k + 1 < snapshot->n_learners; k++) {
        snapshot->learners[k] = snapshot->learners[k + 1];
        stage->accuracy[k] = stage->accuracy[k + 1];
    }
    stage->accuracy[--snapshot->n_learners] = accuracy;
    snapshot->selected =
        snapshot->selected == i ? 0 : snapshot->selected - (snapshot->selected > i);
}

static void remove_learner(struct stage *stage, const char *name)
{
    struct learner_state *learner = find(stage, name);
    played_add(stage, ENTRY_REMOVED, learner->id, stage->snapshot->task, 0);
    drop(stage, (int)(learner - stage->snapshot->learners));
}

/* As it was when its curves were at their end. */
static void take_back(struct stage *stage, int i)
{
    struct learner_state *learner = &stage->snapshot->learners[i];
    const struct track *track = chronicle_track(&stage->chronicle, learner->id);
    for (int t = 0; t < stage->facts.n_tasks; t++) {
        const struct series *series = track_curve(track, PROBE_ACCURACY, t);
        stage->accuracy[i][t] = series->n > 0 ? series_last(series) : track->initial[t];
    }
    learner->has_diverged = track->has_diverged;
}

static void go_back(struct stage *stage, long step)
{
    struct snapshot *snapshot = stage->snapshot;
    step = step < 0 ? snapshot->step - snapshot->stage_step : step;
    int visit = chronicle_visit_at(&stage->chronicle, step);
    snapshot->step = step;
    snapshot->stage = visit;
    snapshot->planned = visit + 1;
    snapshot->task = stage->chronicle.visits[visit].task;
    snapshot->stage_step = step - stage->chronicle.visits[visit].begin;
    snapshot->state = snapshot->state == LAB_PAUSED ? LAB_PAUSED : LAB_TRAINING;
    for (int i = snapshot->n_learners - 1; i >= 0; i--) {
        if (snapshot->learners[i].born > step) {
            drop(stage, i);
        }
    }
    played_add(stage, ENTRY_REWIND, LEARNER_ALL, snapshot->task, 0);
    for (int i = 0; i < snapshot->n_learners; i++) {
        played_call_up(stage, &snapshot->learners[i]);
        take_back(stage, i);
    }
}

/* ---- commands -------------------------------------------------------------------------------- */

static void choose(struct stage *stage, const struct command *command)
{
    stage->snapshot->is_to_all = command->on;
    if (!command->on) {
        stage->snapshot->selected = (int)(find(stage, command->name) - stage->snapshot->learners);
    }
}

static void rename_learner(struct stage *stage, const struct command *command)
{
    struct learner_state *learner = find(stage, command->name);
    snprintf(learner->name, sizeof learner->name, "%.23s", command->text);
    played_call_up(stage, learner);
}

static void change(struct learner_state *learner, const struct command *command)
{
    struct err err = {0};
    if (command->kind == COMMAND_STRATEGY) {
        learner->strategies[command->index].is_on = command->on;
    } else if (command->kind == COMMAND_SET) {
        enum param_id id = (enum param_id)command->index;
        stage_need_ok(param_parse(&learner->params, id, command->text, &err), &err);
        learner->rate = learner->params.value[PARAM_LR];
    }
}

static void change_all(struct stage *stage, const struct command *command)
{
    struct snapshot *snapshot = stage->snapshot;
    for (int i = 0; i < snapshot->n_learners; i++) {
        if (snapshot->is_to_all || i == snapshot->selected) {
            change(&snapshot->learners[i], command);
        }
    }
}

static void log_command(struct stage *stage, const struct command *command)
{
    const struct snapshot *snapshot = stage->snapshot;
    bool is_for_all = command->kind == COMMAND_ADD || command->kind == COMMAND_REWIND ||
                      command->kind == COMMAND_NOTE || snapshot->is_to_all;
    char *line = stage->lines[stage->n_lines];
    stage->n_lines = (stage->n_lines + 1) % STAGE_LINES;
    played_add_text(stage, ENTRY_COMMAND, is_for_all ? LEARNER_ALL : played_selected(stage)->id,
                    command_format(command, line, sizeof stage->lines[0]));
}

void stage_played_command(struct stage *stage, const struct command *command)
{
    if (!command_is_view(command)) {
        log_command(stage, command);
    }
    switch (command->kind) {
    case COMMAND_PAUSE:
    case COMMAND_RESUME:
        stage->snapshot->state = command->kind == COMMAND_PAUSE ? LAB_PAUSED : LAB_TRAINING;
        stage->snapshot->samples_per_second = command->kind == COMMAND_PAUSE ? 0 : 1790;
        break;
    case COMMAND_SPEED:
        stage->snapshot->speed = command->speed;
        break;
    case COMMAND_FORK:
        fork_learner(stage, command->text);
        break;
    case COMMAND_ADD:
        add_learner(stage, command->text);
        break;
    case COMMAND_RENAME:
        rename_learner(stage, command);
        break;
    case COMMAND_REMOVE:
        remove_learner(stage, command->name);
        break;
    case COMMAND_LEARNER:
        choose(stage, command);
        break;
    case COMMAND_REWIND:
        go_back(stage, command->step);
        break;
    default:
        change_all(stage, command);
        break;
    }
    played_settle(stage);
}
