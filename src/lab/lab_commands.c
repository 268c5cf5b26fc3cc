/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/subnormal.h"
#include "lab/lab.h"
#include "lab/lab_stages.h"
#include "strategies/table.h"
#include "tasks/alphabet.h"
#include "tasks/lessons.h"

/* Commands to learners reach those that are meant, one after the other, as far as they can be
 * carried out: true if any could. */
typedef bool (*seat_command)(struct lab *lab, struct seat *seat, const struct command *command,
                             struct err *err);

static bool for_targets(struct lab *lab, const struct command *command, int target,
                        seat_command carry_out, struct err *err)
{
    bool is_any = false;
    if (lab->alone) {
        bool is_meant = target == LEARNER_ALL || target == lab->alone->facts.id;
        return is_meant && carry_out(lab, lab->alone, command, err);
    }
    for (int i = 0; i < lab->n_seats; i++) {
        struct seat *seat = lab->seats[i];
        if (target == LEARNER_ALL || target == seat->facts.id) {
            is_any |= carry_out(lab, seat, command, err);
        }
    }
    return is_any;
}

static bool apply_set(struct lab *lab, struct seat *seat, const struct command *command,
                      struct err *err)
{
    (void)lab;
    enum param_id id = (enum param_id)command->index;
    const struct param *param = param_at(id);
    if (param->when == PARAM_WHEN_START) {
        return err_set(err, ERR_USAGE, "set: %s is fixed when the session starts; use --%s%s",
                       param->name, strchr(param->name, '.') ? "set " : "", param->name);
    }
    struct params params = *learner_params(seat->learner);
    if (!param_parse(&params, id, command->text, err)) {
        return false;
    }
    learner_set(seat->learner, &params);
    return true;
}

static bool apply_strategy(struct lab *lab, struct seat *seat, const struct command *command,
                           struct err *err)
{
    (void)lab;
    (void)err;
    learner_switch(seat->learner, command->index, command->on);
    return true;
}

static bool apply_observe(struct lab *lab, struct seat *seat, const struct command *command,
                          struct err *err)
{
    (void)lab;
    (void)err;
    learner_observe(seat->learner, command->index, command->on);
    return true;
}

static bool apply_consolidate(struct lab *lab, struct seat *seat, const struct command *command,
                              struct err *err)
{
    (void)lab;
    (void)command;
    (void)err;
    learner_consolidate(seat->learner);
    return true;
}

static bool apply_plug(struct lab *lab, struct seat *seat, const struct command *command,
                       struct err *err)
{
    (void)lab;
    bool in = command->kind == COMMAND_PLUG;
    return learner_plug(seat->learner, in) ||
           err_set(err, ERR_USAGE,
                   "%s: there is no adapter; switch LoRA on first (it starts with the second task)",
                   in ? "plug" : "unplug");
}

/* While no loss is finite there is nothing to go on from. */
static bool can_go_on(const struct lab *lab, const char *what, struct err *err)
{
    if (lab->state != LAB_DIVERGED) {
        return true;
    }
    const struct learner *learner = lab_selected(lab)->learner;
    return err_set(err, ERR_USAGE, "%s: the loss is not finite; lower %s, then rewind", what,
                   learner_is_overpulled(learner, NULL) ? "ewc.lambda or take ewc.form proximal"
                                                        : "the learning rate");
}

static bool apply_task(struct lab *lab, int task, struct err *err)
{
    char letter[4], last[4];
    int n = suite_n_tasks(lab->suite);
    if (suite_is_stream(lab->suite)) {
        return err_set(err, ERR_USAGE,
                       "task: in a stream nobody chooses what comes; next goes on to where another "
                       "task comes most often");
    }
    if (task == suite_lesson_task(lab->suite) && suite_taught(lab->suite) == 0) {
        return err_set(err, ERR_USAGE, "task %s: nothing has been taught yet; teach TEXT does",
                       task_letter(task, letter));
    }
    if (task >= n) {
        return err_set(err, ERR_USAGE, "task: A to %s expected, found %s", task_letter(n - 1, last),
                       task_letter(task, letter));
    }
    if (lab->state == LAB_ENDED) {
        lab->state = LAB_TRAINING;
        lab_begin_stage(lab, lab->at.stage + 1, task, lab_steps_of(lab, task));
        return true;
    }
    lab->at.detour = task;
    lab->at.is_cut = true;
    return true;
}

static bool apply_next(struct lab *lab, struct err *err)
{
    lab->at.is_cut = lab->state != LAB_ENDED;
    return lab->at.is_cut ||
           err_set(err, ERR_USAGE, "next: the sequence is over; %srestart begins anew",
                   suite_is_stream(lab->suite) ? "" : "task LETTER trains one again, ");
}

/* A text of which only ? is left teaches nothing but ?. */
static bool check_letters(const char *text, struct err *err)
{
    uint8_t symbols[3 * COMMAND_TEXT_MAX]; /* a character becomes three at most */
    struct alphabet_loss loss;
    alphabet_fold(text, strlen(text), symbols, sizeof symbols, &loss);
    return !alphabet_is_lost(&loss) ||
           err_set(
               err, ERR_USAGE,
               "teach: a text in Latin letters expected, %zu of its %zu characters are none and "
               "would all be read as ?",
               loss.n_foreign, loss.n_characters);
}

/* The text becomes part of the lessons, which are trained now; the task that is interrupted goes on
 * afterwards. */
static bool apply_teach(struct lab *lab, const struct command *command, struct err *err)
{
    struct position *at = &lab->at;
    int lesson = suite_lesson_task(lab->suite);
    if (lesson < 0) {
        return err_set(
            err, ERR_USAGE,
            "teach: a session of texts expected (--data text --suite kinds), found %s, %s",
            suite_dataset(lab->suite)->name, suite_name(lab->suite));
    }
    if (!can_go_on(lab, "teach", err) || !check_letters(command->text, err)) {
        return false;
    }
    if (!suite_teach(lab->suite, command->text)) {
        return err_set(err, ERR_USAGE,
                       "teach: at most %d characters of lessons fit, %d were taught",
                       (int)LESSONS_MAX, at->taught);
    }
    at->taught = suite_taught(lab->suite);
    if (lab->state != LAB_ENDED && at->task != lesson && !at->is_cut) {
        at->interrupted = at->stage_step < at->stage_steps ? at->task : -1;
        at->left = at->stage_steps - at->stage_step;
    }
    return apply_task(lab, lesson, err);
}

/* The end of what is asked, as it is folded to the alphabet. */
static bool apply_ask(struct lab *lab, const struct command *command, struct err *err)
{
    uint8_t symbols[3 * COMMAND_TEXT_MAX];
    const char *text = command->text;
    if (suite_dataset(lab->suite)->n_symbols == 0) {
        return err_set(err, ERR_FAILED, "ask: data that is text expected (--data text), found %s",
                       suite_dataset(lab->suite)->name);
    }
    int n = (int)alphabet_fold(text, strlen(text), symbols, sizeof symbols, NULL), used = 0;
    for (int i = n < WRITING_PROMPT_MAX ? 0 : n - WRITING_PROMPT_MAX + 1; i < n; i++) {
        lab->asked[used++] = alphabet_char(symbols[i]);
    }
    lab->asked[used] = '\0';
    lab->showing[EXHIBIT_WRITING].due_ns = 0; /* answered at once */
    return true;
}

static bool apply_map(struct lab *lab, const struct command *command, struct err *err)
{
    int n_parts = learner_network(lab_selected(lab)->learner)->n_parts;
    if (command->map.part >= n_parts) {
        return err_set(err, ERR_USAGE, "map: layer 1 to %d expected, found %d", n_parts,
                       command->map.part + 1);
    }
    lab->request = command->map;
    return true;
}

/* Commands to the session as a whole. */
static bool carry_out_for_session(struct lab *lab, const struct command *command, int target,
                                  struct err *err)
{
    switch (command->kind) {
    case COMMAND_NEXT:
        return can_go_on(lab, "next", err) && apply_next(lab, err);
    case COMMAND_TASK:
        return can_go_on(lab, "task", err) && apply_task(lab, command->index, err);
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
        return command->step >= 0 ? lab_rewind(lab, command->step, err)
                                  : lab_rewind_stage(lab, target, err);
    case COMMAND_RESTART:
        return lab_restart(lab, err);
    case COMMAND_ADD:
        return lab_add(lab, command, err);
    case COMMAND_LEARNER:
        return lab_select(lab, command, err);
    case COMMAND_MAP:
        return apply_map(lab, command, err);
    case COMMAND_SHOW:
    case COMMAND_HIDE:
        lab_show(lab, (enum exhibit)command->index, &command->shown);
        return true;
    case COMMAND_TEACH:
        return apply_teach(lab, command, err);
    case COMMAND_ASK:
        return apply_ask(lab, command, err);
    default:
        return true; /* a note */
    }
}

bool lab_carry_out(struct lab *lab, const struct command *command, int target, struct err *err)
{
    switch (command->kind) {
    case COMMAND_SET:
        return for_targets(lab, command, target, apply_set, err);
    case COMMAND_STRATEGY:
        return for_targets(lab, command, target, apply_strategy, err);
    case COMMAND_OBSERVE:
        return for_targets(lab, command, target, apply_observe, err);
    case COMMAND_CONSOLIDATE:
        return for_targets(lab, command, target, apply_consolidate, err);
    case COMMAND_PLUG:
    case COMMAND_UNPLUG:
        if (!for_targets(lab, command, target, apply_plug, err)) {
            return false;
        }
        lab_look(lab); /* other weights answer now, also while nothing trains */
        return true;
    case COMMAND_FORK:
        return lab->alone || lab_fork(lab, command, target, err);
    case COMMAND_RENAME:
        return lab->alone || lab_rename(lab, command, target, err);
    case COMMAND_REMOVE:
        return lab->alone || lab_remove(lab, command, target, err);
    default:
        return carry_out_for_session(lab, command, target, err);
    }
}

/* Whom a command concerns. */
static int target_of(const struct lab *lab, const struct command *command)
{
    switch (command->kind) {
    case COMMAND_SET:
    case COMMAND_STRATEGY:
    case COMMAND_OBSERVE:
    case COMMAND_CONSOLIDATE:
    case COMMAND_PLUG:
    case COMMAND_UNPLUG:
        return lab->is_to_all ? LEARNER_ALL : lab->selected;
    case COMMAND_FORK:
        return lab->selected;
    case COMMAND_RENAME:
    case COMMAND_REMOVE: {
        const struct seat *seat = lab_seat_known_as(lab, command->name);
        return seat ? seat->facts.id : lab->selected;
    }
    case COMMAND_REWIND: /* back to where it was good, if it has diverged */
        return command->step < 0 ? lab->selected : LEARNER_ALL;
    default:
        return LEARNER_ALL;
    }
}

static bool apply(struct lab *lab, const struct command *command, int learner, struct err *err)
{
    if (!lab->is_begun && !command_is_view(command)) {
        lab_begin_session(lab);
    }
    struct err why = {0};
    char line[JOURNAL_TEXT_MAX];
    lab_pass_line(lab, command);
    command_format(command, line, sizeof line);
    /* Written first, so that what it brings about stands after it. */
    bool is_logged = !command_is_view(command);
    if (is_logged) {
        lab_add_entry(lab, ENTRY_COMMAND, learner, lab->at.task, 0, line);
    }
    bool is_kept = command->kind != COMMAND_REWIND && command->kind != COMMAND_RESTART &&
                   command->kind != COMMAND_ADD;
    if (is_logged && is_kept) {
        lab_history_log(lab, command, learner);
    }
    lab->made = -1;
    bool ok = lab_carry_out(lab, command, learner, &why);
    if (!ok) {
        lab_add_entry(lab, ENTRY_REFUSED, learner, lab->at.task, 0, why.msg);
        if (err) {
            *err = why;
        }
    }
    if (lab->history.is_kept && is_logged && is_kept) {
        lab_history_settle(lab, ok);
    }
    lab->made = -1;
    lab_name_by_deeds(lab);
    lab->n_commands++;
    lab_hand_over(lab, false);
    return ok;
}

bool lab_apply_to(struct lab *lab, const struct command *command, int learner, struct err *err)
{
    uint64_t state = subnormal_flush();
    bool ok = apply(lab, command, learner, err);
    subnormal_restore(state);
    return ok;
}

bool lab_apply(struct lab *lab, const struct command *command, struct err *err)
{
    return lab_apply_to(lab, command, target_of(lab, command), err);
}
