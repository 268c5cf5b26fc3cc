/* SPDX-License-Identifier: MIT */
#include "lab/run_commands.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lab/journal.h"
#include "lab/learner_spec.h"
#include "lab/putback.h"
#include "lab/silence.h"
#include "strategies/table.h"
#include "tasks/alphabet.h"
#include "tasks/lessons.h"

/* ---- learners: those that are meant, one after the other ---- */

/* As far as they can be carried out: true if any could. */
typedef bool (*member_command)(struct member *member, const struct command *command,
                               struct err *err);

static bool for_targets(struct run *run, const struct order *order, member_command carry_out,
                        struct err *err)
{
    bool is_any = false;
    for (int i = 0; i < run->n_members; i++) {
        struct member *member = run->members[i];
        if (order->target == LEARNER_ALL || order->target == member->facts.id) {
            is_any |= carry_out(member, &order->command, err);
        }
    }
    return is_any;
}

static bool apply_set(struct member *member, const struct command *command, struct err *err)
{
    enum param_id id = (enum param_id)command->index;
    const struct param *param = param_at(id);
    if (param->when == PARAM_WHEN_START) {
        return err_set(err, ERR_USAGE, "set: %s is fixed when the session starts; use --%s%s",
                       param->name, strchr(param->name, '.') ? "set " : "", param->name);
    }
    struct params params = *learner_params(member->learner);
    if (!param_parse(&params, id, command->text, err)) {
        return false;
    }
    learner_set(member->learner, &params);
    return true;
}

static bool apply_strategy(struct member *member, const struct command *command, struct err *err)
{
    (void)err;
    learner_switch(member->learner, command->index, command->on);
    return true;
}

static bool apply_observe(struct member *member, const struct command *command, struct err *err)
{
    (void)err;
    learner_observe(member->learner, command->index, command->on);
    return true;
}

static bool apply_consolidate(struct member *member, const struct command *command, struct err *err)
{
    (void)command;
    (void)err;
    learner_consolidate(member->learner);
    return true;
}

static bool apply_plug(struct member *member, const struct command *command, struct err *err)
{
    bool in = command->kind == COMMAND_PLUG;
    bool is_on = (learner_on(member->learner) >> strategy_find("lora")) & 1u;
    return learner_plug(member->learner, in) ||
           err_set(err, ERR_USAGE, "%s: there is no adapter%s%s%s", in ? "plug" : "unplug",
                   is_on ? " yet; LoRA begins " : "; switch LoRA on first (it begins ",
                   suite_is_stream(member->suite) ? "when it consolidates" : "with the second task",
                   is_on ? "" : ")");
}

/* The end of a task that has been learned. */
static bool find_end(const struct member *member, int task, const struct end **end, struct err *err)
{
    char letter[4];
    *end = member_learned(member, task);
    return *end || err_set(err, ERR_USAGE,
                           "putback: a task that has been learned to its end expected, found %s%s",
                           task_letter(task, letter),
                           member_keeps_ends(member) ? "" : "; of so large a network none is kept");
}

static bool check_putback(struct member *member, const struct command *command, struct err *err)
{
    const struct network *net = learner_network(member->learner);
    int n_tasks = suite_n_tasks(member->suite);
    const struct end *end;
    char letter[4], last[4];
    if (command->index >= n_tasks) {
        return err_set(err, ERR_USAGE, "putback: a task from A to %s expected, found %s",
                       task_letter(n_tasks - 1, last), task_letter(command->index, letter));
    }
    if (command->module >= net->n_modules) {
        return err_set(err, ERR_USAGE, "putback: a layer from 1 to %d expected, found %d",
                       net->n_modules, command->module + 1);
    }
    if (member->facts.has_diverged) {
        return err_set(err, ERR_USAGE,
                       "putback: a finite loss expected, %s diverged at step %ld; rewind to before "
                       "that first",
                       member->facts.name, member->facts.diverged_step);
    }
    if (!learner_can_put(member->learner)) {
        return err_set(err, ERR_USAGE,
                       "putback: LoRA has adapters apart from the weights; merge them (lora.mode) "
                       "and plug them in, or switch it off");
    }
    return find_end(member, command->index, &end, err);
}

static bool apply_putback(struct member *member, const struct command *command, struct err *err)
{
    const struct network *net = learner_network(member->learner);
    const struct end *end;
    if (!check_putback(member, command, err) || !find_end(member, command->index, &end, err)) {
        return false;
    }
    struct module module = putback_stretch(net, command->module);
    learner_put(member->learner, module.at, module.n, end->theta + module.at);
    member->references.has_before_step = false; /* the last step did not do that */
    return true;
}

bool run_lacks_end(const struct run *run, const struct order *order)
{
    bool lacks = false;
    for (int i = 0; i < run->n_members && order->command.kind == COMMAND_PUTBACK; i++) {
        const struct member *member = run->members[i];
        bool is_meant = order->target == LEARNER_ALL || order->target == member->facts.id;
        lacks |= is_meant && ends_lack(&member->references.ends, order->command.index, INT_MAX);
    }
    return lacks;
}

bool run_lacks_ends(const struct run *run)
{
    const struct position *at = &run->at;
    bool lacks = false;
    for (int i = 0; i < run->n_members; i++) {
        const struct member *member = run->members[i];
        for (int k = 0; k < run->schedule.n_seen && member_keeps_ends(member); k++) {
            int task = run->schedule.seen[k];
            bool has_ended = task != at->task || !at->is_first_of_task;
            lacks |= has_ended && !member->facts.has_diverged &&
                     ends_lack(&member->references.ends, task, at->stage);
        }
    }
    return lacks;
}

/* Nothing trains: taking out what has learned nothing would be for nobody to see. */
static bool apply_plug_at_end(struct member *member, const struct command *command, struct err *err)
{
    if (learner_adapter(member->learner) == ADAPTER_FRESH && command->kind == COMMAND_UNPLUG) {
        return err_set(
            err, ERR_USAGE,
            "unplug: LoRA's adapter has learned nothing yet; it will in the next run, %s",
            suite_is_stream(member->suite) ? "once LoRA has consolidated"
                                           : "from the second task on, or by task LETTER");
    }
    return apply_plug(member, command, err);
}

static bool carry_out_silence(struct run *run, const struct order *order, struct err *err)
{
    const struct begun begun = {run->schedule.seen, run->schedule.n_seen};
    bool is_any = false;
    for (int i = 0; i < run->n_members; i++) {
        struct member *member = run->members[i];
        if (order->target == LEARNER_ALL || order->target == member->facts.id) {
            is_any |=
                silence_apply(member->learner, member->suite, &begun, order->command.text, err);
        }
    }
    return is_any;
}

/* ---- who is there ---- */

/* What cannot change any more stays as the parent has it. */
static bool check_fixed(const struct learner_config *config, const struct learner_config *parent,
                        struct err *err)
{
    for (int i = 0; i < PARAM_COUNT; i++) {
        char mine[80], theirs[80];
        const struct param *param = param_at((enum param_id)i);
        if (param->when == PARAM_WHEN_START &&
            strcmp(param_format(&config->params, (enum param_id)i, mine, sizeof mine),
                   param_format(&parent->params, (enum param_id)i, theirs, sizeof theirs)) != 0) {
            return err_set(err, ERR_USAGE,
                           "fork: %s is fixed when a learner begins, %s expected, found %s; use "
                           "add",
                           param->name, theirs, mine);
        }
    }
    return true;
}

static void put_settings(struct member *member, const struct settings *settings)
{
    learner_set(member->learner, &settings->params);
    for (int i = 0; i < strategy_count(); i++) {
        learner_switch(member->learner, i, (settings->on >> i) & 1u);
        learner_observe(member->learner, i, (settings->observed >> i) & 1u);
    }
}

/* As it is now: with the switches and knobs that it has. */
static struct learner_config config_now(const struct member *member)
{
    struct learner_config config = member->config;
    struct settings settings = member_settings(member);
    config.params = settings.params;
    config.on = settings.on;
    config.observed = settings.observed;
    return config;
}

bool run_fork_config(const struct member *parent, const char *text, struct learner_config *config,
                     struct err *err)
{
    if (parent->facts.has_diverged) {
        return err_set(err, ERR_USAGE,
                       "fork: a learner with a finite loss expected, %s diverged at step %ld; "
                       "rewind to before that first",
                       parent->facts.name, parent->facts.diverged_step);
    }
    *config = config_now(parent);
    config->is_named = false;
    return (!text[0] || learner_spec_parse(text, config, err)) &&
           check_fixed(config, &parent->config, err);
}

/* Nobody who is there is meant. */
static bool refuse_target(const char *what, int target, struct err *err)
{
    return err_set(err, ERR_USAGE, "%s: a learner that is there expected, found number %d", what,
                   target);
}

static bool carry_out_fork(struct run *run, const struct order *order, struct err *err)
{
    struct member *parent = run_member(run, order->target);
    struct learner_config config;
    if (!parent) {
        return refuse_target("fork", order->target, err);
    }
    if (!run_fork_config(parent, order->command.text, &config, err)) {
        return false;
    }
    struct learner_facts facts = {.id = order->made,
                                  .slot = run_free_slot(run),
                                  .parent = parent->facts.id,
                                  .born = run->at.step,
                                  .is_named = config.is_named};
    snprintf(facts.name, sizeof facts.name, "%s", order->command.name);
    struct member *member = run_make_member(run, &facts, &parent->config, err);
    if (!member || !member_copy(member, parent)) {
        member_destroy(member);
        return err_set(err, ERR_FAILED, "memory: no room for another learner");
    }
    run_set_feed(run, member);
    run_take_in(run, member);
    put_settings(member, &(struct settings){config.params, config.on, config.observed});
    return true;
}

static bool carry_out_rename(struct run *run, const struct order *order, struct err *err)
{
    struct member *member = run_member(run, order->target);
    if (!member) {
        return refuse_target("rename", order->target, err);
    }
    snprintf(member->facts.name, sizeof member->facts.name, "%.*s", LEARNER_NAME_MAX - 1,
             order->command.text);
    member->facts.is_named = !order->command.on;
    return true;
}

static bool carry_out_remove(struct run *run, const struct order *order, struct err *err)
{
    struct member *member = run_member(run, order->target);
    if (!member) {
        return refuse_target("remove", order->target, err);
    }
    if (run->n_members == 1) {
        return err_set(err, ERR_USAGE, "remove: %s is the only learner; add or fork one first",
                       member->facts.name);
    }
    run_let_go(run, member);
    member_destroy(member);
    return true;
}

/* ---- tasks ---- */

bool run_can_go_on(const struct run *run, const char *what, struct err *err)
{
    if (run_state(run) != RUN_DIVERGED) {
        return true;
    }
    bool is_overpulled = false;
    for (int i = 0; i < run->n_members; i++) {
        is_overpulled |= learner_is_overpulled(run->members[i]->learner, NULL);
    }
    return err_set(err, ERR_USAGE, "%s: the loss is not finite; lower %s, then rewind", what,
                   is_overpulled ? "ewc.lambda or take ewc.form proximal" : "the learning rate");
}

static bool apply_task(struct run *run, int task, struct err *err)
{
    char letter[4], last[4];
    int n = suite_n_tasks(run->suite);
    if (suite_is_stream(run->suite)) {
        return err_set(err, ERR_USAGE,
                       "task: in a stream nobody chooses what comes; next goes on to where another "
                       "task comes most often");
    }
    if (task == suite_lesson_task(run->suite) && suite_taught(run->suite) == 0) {
        return err_set(err, ERR_USAGE, "task %s: nothing has been taught yet; teach TEXT does",
                       task_letter(task, letter));
    }
    if (task >= n) {
        return err_set(err, ERR_USAGE, "task: A to %s expected, found %s", task_letter(n - 1, last),
                       task_letter(task, letter));
    }
    if (run->is_over) {
        run_begin_stage(run, task, run_steps_of(run, task));
        return true;
    }
    run->at.detour = task;
    run->at.is_cut = true;
    return true;
}

static bool apply_next(struct run *run, struct err *err)
{
    run->at.is_cut = !run->is_over;
    return run->at.is_cut ||
           err_set(err, ERR_USAGE, "next: the sequence is over; %srestart begins anew",
                   suite_is_stream(run->suite) ? "" : "task LETTER trains one again, ");
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
static bool apply_teach(struct run *run, const struct command *command, struct err *err)
{
    struct position *at = &run->at;
    int lesson = suite_lesson_task(run->suite);
    if (lesson < 0) {
        return err_set(
            err, ERR_USAGE,
            "teach: a session of texts expected (--data text --suite kinds), found %s, %s",
            suite_dataset(run->suite)->name, suite_name(run->suite));
    }
    if (!run_can_go_on(run, "teach", err) || !check_letters(command->text, err)) {
        return false;
    }
    if (!suite_teach(run->suite, command->text)) {
        return err_set(err, ERR_USAGE,
                       "teach: at most %d characters of lessons fit, %d were taught",
                       (int)LESSONS_MAX, at->taught);
    }
    at->taught = suite_taught(run->suite);
    if (!run->is_over && at->task != lesson && !at->is_cut) {
        at->interrupted = at->stage_step < at->stage_steps ? at->task : -1;
        at->left = at->stage_steps - at->stage_step;
    }
    return apply_task(run, lesson, err);
}

bool run_carry_out(struct run *run, const struct order *order, bool is_watched, struct err *err)
{
    const struct command *command = &order->command;
    switch (command->kind) {
    case COMMAND_SET:
        return for_targets(run, order, apply_set, err);
    case COMMAND_STRATEGY:
        return for_targets(run, order, apply_strategy, err);
    case COMMAND_OBSERVE:
        return for_targets(run, order, apply_observe, err);
    case COMMAND_CONSOLIDATE:
        return for_targets(run, order, apply_consolidate, err);
    case COMMAND_PLUG:
    case COMMAND_UNPLUG:
        if (!for_targets(run, order, run->is_over ? apply_plug_at_end : apply_plug, err)) {
            return false;
        }
        run_look(run, is_watched); /* other weights answer now, also while nothing trains */
        return true;
    case COMMAND_PUTBACK:
        if (!for_targets(run, order, apply_putback, err)) {
            return false;
        }
        run_look(run, is_watched);
        return true;
    case COMMAND_SILENCE:
        if (!carry_out_silence(run, order, err)) {
            return false;
        }
        run_look(run, is_watched);
        return true;
    case COMMAND_FORK:
        return carry_out_fork(run, order, err);
    case COMMAND_RENAME:
        return carry_out_rename(run, order, err);
    case COMMAND_REMOVE:
        return carry_out_remove(run, order, err);
    case COMMAND_NEXT:
        return run_can_go_on(run, "next", err) && apply_next(run, err);
    case COMMAND_TASK:
        return run_can_go_on(run, "task", err) && apply_task(run, command->index, err);
    case COMMAND_TEACH:
        return apply_teach(run, command, err);
    case COMMAND_SPEED:
        run->speed = command->speed;
        return true;
    default:
        return true;
    }
}
