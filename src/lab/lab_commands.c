/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/lab_stages.h"
#include "strategies/table.h"

static bool apply_set(struct lab *lab, const struct command *command, struct err *err)
{
    enum param_id id = (enum param_id)command->index;
    const struct param *param = param_at(id);
    if (param->when == PARAM_WHEN_START) {
        return err_set(err, ERR_USAGE, "set: %s is fixed when the session starts; use --%s",
                       param->name, param->name);
    }
    struct params params = *learner_params(lab->learner);
    if (!param_parse(&params, id, command->text, err)) {
        return false;
    }
    learner_set(lab->learner, &params);
    return true;
}

/* While the loss is not finite there is nothing to go on from. */
static bool can_go_on(const struct lab *lab, const char *what, struct err *err)
{
    return lab->state != LAB_DIVERGED ||
           err_set(err, ERR_USAGE,
                   "%s: the loss is not finite; lower the learning rate, then rewind", what);
}

static bool apply_task(struct lab *lab, int task, struct err *err)
{
    char letter[4], last[4];
    int n = suite_n_tasks(lab->suite);
    if (task >= n) {
        return err_set(err, ERR_USAGE, "task: A to %s expected, found %s", task_letter(n - 1, last),
                       task_letter(task, letter));
    }
    if (lab->state == LAB_ENDED) {
        lab->state = LAB_TRAINING;
        lab_begin_stage(lab, lab->stage + 1, task);
        return true;
    }
    lab->detour = task;
    lab->is_cut = true;
    return true;
}

static bool apply_next(struct lab *lab, struct err *err)
{
    lab->is_cut = lab->state != LAB_ENDED;
    return lab->is_cut ||
           err_set(err, ERR_USAGE,
                   "next: the sequence is over; task LETTER trains one again, restart "
                   "begins anew");
}

static bool apply_plug(struct lab *lab, bool in, struct err *err)
{
    if (!learner_plug(lab->learner, in)) {
        return err_set(
            err, ERR_USAGE,
            "%s: there is no adapter; switch LoRA on first (it starts with the second task)",
            in ? "plug" : "unplug");
    }
    lab_tick(lab); /* other weights answer now, also while nothing trains */
    return true;
}

/* Back to the start of this stage, everything as it was then but the switches and knobs of now. */
static void rewind_stage(struct lab *lab)
{
    struct params params = *learner_params(lab->learner);
    uint32_t on = learner_on(lab->learner), observed = learner_observed(lab->learner);
    lab->step -= lab->stage_step;
    lab->stage_step = 0;
    lab->loss_sum = 0;
    lab->loss_n = 0;
    lab->is_cut = false;
    lab->detour = -1;
    lab->schedule.turn = lab->turn;
    learner_copy(lab->learner, lab->checkpoint);
    learner_set(lab->learner, &params);
    for (int i = 0; i < strategy_count(); i++) {
        learner_switch(lab->learner, i, (on >> i) & 1u);
        learner_observe(lab->learner, i, (observed >> i) & 1u);
    }
    batches_begin(lab->batches, lab->stage, lab->task, 0);
    lab->references.has_before_step = false;
    lab_history_keep(lab); /* the stage begins with the switches and knobs of now */
    lab->state = lab->state == LAB_PAUSED ? LAB_PAUSED : LAB_TRAINING;
    lab_add_entry(lab, ENTRY_REWIND, lab->task, 0, NULL);
}

static bool restart(struct lab *lab, struct err *err)
{
    struct learner_config config = lab->config.learners[0];
    config.params = *learner_params(lab->learner);
    config.on = learner_on(lab->learner);
    config.observed = learner_observed(lab->learner);
    struct learner *learner = learner_create(&config, lab->suite, lab->config.seed, err);
    struct learner *checkpoint =
        learner ? learner_create(&config, lab->suite, lab->config.seed, err) : NULL;
    if (!checkpoint) {
        learner_destroy(learner);
        return false;
    }
    learner_destroy(lab->learner);
    learner_destroy(lab->checkpoint);
    lab->learner = learner;
    lab->checkpoint = checkpoint;
    lab->state = lab->state == LAB_PAUSED ? LAB_PAUSED : LAB_TRAINING;
    lab->step = 0;
    lab->stage = 0;
    lab_add_entry(lab, ENTRY_REWIND, 0, 0, NULL);
    lab_begin_session(lab);
    return true;
}

bool lab_carry_out(struct lab *lab, const struct command *command, struct err *err)
{
    switch (command->kind) {
    case COMMAND_SET:
        return apply_set(lab, command, err);
    case COMMAND_STRATEGY:
        learner_switch(lab->learner, command->index, command->on);
        return true;
    case COMMAND_OBSERVE:
        learner_observe(lab->learner, command->index, command->on);
        return true;
    case COMMAND_NEXT:
        return can_go_on(lab, "next", err) && apply_next(lab, err);
    case COMMAND_TASK:
        return can_go_on(lab, "task", err) && apply_task(lab, command->index, err);
    case COMMAND_CONSOLIDATE:
        learner_consolidate(lab->learner);
        return true;
    case COMMAND_PLUG:
    case COMMAND_UNPLUG:
        return apply_plug(lab, command->kind == COMMAND_PLUG, err);
    case COMMAND_PAUSE:
        lab->state = lab->state == LAB_TRAINING ? LAB_PAUSED : lab->state;
        return true;
    case COMMAND_RESUME:
        if (!can_go_on(lab, "resume", err)) {
            return false;
        }
        lab->state = lab->state == LAB_PAUSED ? LAB_TRAINING : lab->state;
        return true;
    case COMMAND_SPEED:
        lab->speed = command->speed;
        return true;
    case COMMAND_REWIND:
        if (command->step >= 0) {
            return lab_history_rewind(lab, command->step, err);
        }
        if (lab->state == LAB_ENDED) {
            return err_set(
                err, ERR_USAGE,
                "rewind: the sequence is over; rewind STEP goes back into it, restart begins anew");
        }
        rewind_stage(lab);
        return true;
    case COMMAND_RESTART:
        return restart(lab, err);
    case COMMAND_NOTE:
        return true;
    case COMMAND_MAP:
        if (command->map.layer >= learner_network(lab->learner)->n_layers) {
            return err_set(err, ERR_USAGE, "map: layer 1 to %d expected, found %d",
                           learner_network(lab->learner)->n_layers, command->map.layer + 1);
        }
        lab->request = command->map;
        return true;
    }
    return false;
}

bool lab_apply(struct lab *lab, const struct command *command, struct err *err)
{
    if (!lab->is_begun && !command_is_view(command)) {
        lab_begin_session(lab);
    }
    struct err why = {0};
    char line[COMMAND_TEXT_MAX + 32];
    command_format(command, line, sizeof line);
    /* Written first, so that what it brings about stands after it. */
    bool is_logged = !command_is_view(command);
    if (is_logged) {
        lab_add_entry(lab, ENTRY_COMMAND, lab->task, 0, line);
    }
    bool is_kept = command->kind != COMMAND_REWIND && command->kind != COMMAND_RESTART;
    if (is_logged && is_kept) {
        lab_history_log(lab, command);
    }
    bool ok = lab_carry_out(lab, command, &why);
    if (!ok) {
        lab_add_entry(lab, ENTRY_REFUSED, lab->task, 0, why.msg);
        if (err) {
            *err = why;
        }
    }
    lab->n_commands++;
    return ok;
}
