/* SPDX-License-Identifier: MIT
 * Every step of a run can be had again: the nearest checkpoint before it, and from there the same
 * steps and commands, which give the same bits.  While steps are taken again nothing is measured or
 * written. */
#include <stdlib.h>

#include "lab/lab.h"
#include "lab/lab_stages.h"

/* Checkpoints kept, by what a learner's numbers take (weights, gradient, moments, strategies'
 * vectors). */
static const size_t HISTORY_BYTES = 128u << 20;
enum { VECTORS_OF_A_LEARNER = 12, MOMENTS_MOST = 64, MOMENTS_LEAST = 4 };

static bool script_goes_back(const struct script *script)
{
    for (int i = 0; script && i < script->n; i++) {
        if (script->lines[i].command.kind == COMMAND_REWIND && script->lines[i].command.step >= 0) {
            return true;
        }
    }
    return false;
}

bool lab_history_init(struct lab *lab, bool wanted, struct err *err)
{
    struct history *history = &lab->history;
    size_t bytes = learner_network(lab->learner)->n_params * sizeof(real) * VECTORS_OF_A_LEARNER;
    size_t most = HISTORY_BYTES / (bytes + 1);
    history->is_kept = wanted || script_goes_back(lab->script);
    history->most = most > MOMENTS_MOST    ? MOMENTS_MOST
                    : most < MOMENTS_LEAST ? MOMENTS_LEAST
                                           : (int)most;
    if (history->is_kept) {
        history->moments = calloc((size_t)history->most, sizeof *history->moments);
        if (!history->moments) {
            return err_set(err, ERR_FAILED, "memory: no room for %d checkpoints", history->most);
        }
    }
    return true;
}

/* Drops the moments from number `n` on. */
static void drop_from(struct history *history, int n)
{
    while (history->n > n) {
        learner_destroy(history->moments[--history->n].learner);
    }
}

void lab_history_clear(struct lab *lab)
{
    drop_from(&lab->history, 0);
    lab->history.n_commands = 0;
    lab->history.last_stage = -1;
}

void lab_history_fini(struct lab *lab)
{
    lab_history_clear(lab);
    free(lab->history.moments);
    free(lab->history.commands);
}

/* Every second moment goes; the first and the barriers stay. */
static void thin(struct history *history)
{
    int n = 0;
    for (int i = 0; i < history->n; i++) {
        if (i % 2 == 0 || history->moments[i].is_barrier) {
            history->moments[n++] = history->moments[i];
        } else {
            learner_destroy(history->moments[i].learner);
        }
    }
    history->n = n;
}

void lab_history_keep(struct lab *lab)
{
    struct history *history = &lab->history;
    if (!history->is_kept || lab->is_silent) {
        return;
    }
    bool is_barrier = history->n_commands > 0 && lab->stage == history->last_stage;
    if (history->n > 0 && history->moments[history->n - 1].stage == lab->stage) {
        drop_from(history, history->n - 1); /* the stage begins anew, with other settings */
    }
    if (history->n == history->most) {
        thin(history);
    }
    if (history->n == history->most) {
        return; /* barriers only: the ones there are serve on */
    }
    history->last_stage = lab->stage;
    struct learner_config config = lab->config.learners[0];
    config.params = *learner_params(lab->learner);
    struct learner *copy = learner_create(&config, lab->suite, lab->config.seed, NULL);
    if (!copy) {
        return; /* without it an earlier checkpoint serves, a little slower */
    }
    learner_copy(copy, lab->learner);
    history->moments[history->n++] = (struct moment){.step = lab->step,
                                                     .stage = lab->stage,
                                                     .task = lab->task,
                                                     .previous_task = lab->previous_task,
                                                     .planned = lab->planned,
                                                     .turn = lab->schedule.turn,
                                                     .n_seen = lab->schedule.n_seen,
                                                     .n_commands = history->n_commands,
                                                     .is_first_visit = lab->is_first_visit,
                                                     .is_barrier = is_barrier,
                                                     .learner = copy};
}

void lab_history_log(struct lab *lab, const struct command *command)
{
    struct history *history = &lab->history;
    if (!history->is_kept) {
        return;
    }
    if (history->n_commands == history->capacity) {
        int capacity = history->capacity ? 2 * history->capacity : 64;
        struct logged_command *commands =
            realloc(history->commands, (size_t)capacity * sizeof *commands);
        if (!commands) {
            history->is_kept = false; /* a gap would make every step after it another one */
            return;
        }
        history->commands = commands;
        history->capacity = capacity;
    }
    history->commands[history->n_commands++] =
        (struct logged_command){lab->stage, lab->step, *command};
}

static void restore(struct lab *lab, const struct moment *moment)
{
    struct schedule *schedule = &lab->schedule;
    learner_copy(lab->learner, moment->learner);
    learner_copy(lab->checkpoint, moment->learner);
    lab->step = moment->step;
    lab->stage = moment->stage;
    lab->task = moment->task;
    lab->previous_task = moment->previous_task;
    lab->planned = moment->planned;
    lab->stage_step = 0;
    lab->stage_steps = lab_steps_of(lab, moment->task);
    lab->is_cut = false;
    lab->detour = -1;
    lab->loss_sum = 0;
    lab->loss_n = 0;
    lab->references.has_before_step = false;
    lab->references.has_first_end &= moment->stage > 0;
    while (schedule->n_seen > moment->n_seen) {
        schedule->is_seen[schedule->seen[--schedule->n_seen]] = false;
    }
    schedule->turn = lab->turn = moment->turn;
    lab->is_first_visit = moment->is_first_visit;
    batches_begin(lab->batches, moment->stage, moment->task, 0);
}

/* What a command does to numbers; where it only stops, goes on or notes something, nothing. */
static bool is_taken_again(const struct command *command)
{
    return command->kind != COMMAND_PAUSE && command->kind != COMMAND_RESUME &&
           command->kind != COMMAND_NOTE;
}

/* Steps and commands from the moment on, until `step` steps have been done; returns how many of the
 * logged commands have taken effect by then. */
static int take_again(struct lab *lab, int next, long step)
{
    const struct history *history = &lab->history;
    while (lab->step <= step) {
        const struct logged_command *logged =
            next < history->n_commands ? &history->commands[next] : NULL;
        if (logged && logged->stage == lab->stage && logged->step == lab->step) {
            if (is_taken_again(&logged->command)) {
                lab_carry_out(lab, &logged->command, NULL);
            }
            next++;
        } else if (lab->step == step || lab->state != LAB_TRAINING) {
            break;
        } else {
            lab_step(lab);
        }
    }
    return next;
}

bool lab_history_rewind(struct lab *lab, long step, struct err *err)
{
    struct history *history = &lab->history;
    if (step > lab->step) {
        return err_set(err, ERR_USAGE,
                       "rewind: a step up to the present one, %ld, expected, found %ld", lab->step,
                       step);
    }
    int i = history->n - 1;
    while (i >= 0 && history->moments[i].step > step) {
        i--;
    }
    if (i < 0) {
        return err_set(err, ERR_USAGE, "rewind: this session keeps no checkpoints to go back to");
    }
    bool was_paused = lab->state == LAB_PAUSED;
    int64_t training_ns = lab->training_ns;
    long samples = lab->samples;
    restore(lab, &history->moments[i]);
    lab->state = LAB_TRAINING;
    lab->is_silent = true;
    history->n_commands = take_again(lab, history->moments[i].n_commands, step);
    lab->is_silent = false;
    lab->training_ns = training_ns;
    lab->samples = samples;
    while (history->n > 0 && history->moments[history->n - 1].stage > lab->stage) {
        drop_from(history, history->n - 1);
    }
    history->last_stage = lab->stage;
    lab->state = was_paused && lab->state == LAB_TRAINING ? LAB_PAUSED : lab->state;
    lab_add_entry(lab, ENTRY_REWIND, lab->task, 0, NULL);
    return true;
}
