/* SPDX-License-Identifier: MIT
 * Learners come, go and are chosen. */
#include <stdio.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/lab_inside.h"
#include "lab/learner_spec.h"
#include "lab/retrace.h"
#include "lab/run_commands.h"

struct member *lab_known_as(const struct lab *lab, const char *name)
{
    struct member *member = run_member_called(lab->now.run, name);
    for (long i = journal_length(lab->journal) - 1; !member && name[0] && i >= 0; i--) {
        struct entry entry = journal_at(lab->journal, i);
        bool is_it = entry.kind == ENTRY_LEARNER && entry.text && strcmp(entry.text, name) == 0;
        member = is_it ? run_member(lab->now.run, entry.learner) : NULL;
    }
    return member;
}

struct member *lab_meant(const struct lab *lab, const char *what, const char *name, int target,
                         struct err *err)
{
    const struct run *run = lab->now.run;
    struct member *member = name[0]       ? lab_known_as(lab, name)
                            : target >= 0 ? run_member(run, target)
                                          : lab_selected(lab);
    if (!member) {
        char names[LEARNERS_MAX * (LEARNER_NAME_MAX + 2)] = "";
        for (int i = 0; i < run->n_members; i++) {
            size_t used = strlen(names);
            snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                     run->members[i]->facts.name);
        }
        err_set(err, ERR_USAGE, "%s: %s expected, found '%s'", what, names, name);
    }
    return member;
}

bool lab_carry_out_order(struct lab *lab, const struct order *order, struct err *err)
{
    struct run *run = lab->now.run;
    int stage = run->at.stage;
    long step = run->at.step;
    if (!run_carry_out(run, order, true, err)) {
        return false;
    }
    history_log(&lab->now.history, stage, step, order);
    if (command_at((int)order->command.kind)->flags & COMMAND_LOOKS) {
        lab_tell_segment(lab, run);
    }
    if (run->at.stage != stage) {
        lab_stage_has_begun(lab);
    }
    return true;
}

/* The greatest number of those called after these deeds that are gone: what is left of one is not
 * to be taken for another's. */
static int greatest_gone(const struct lab *lab, int id, uint32_t on)
{
    int greatest = 0;
    for (long i = 0; i < journal_length(lab->journal); i++) {
        struct entry entry = journal_at(lab->journal, i);
        int number = entry.kind == ENTRY_LEARNER && entry.text && entry.learner != id
                         ? learner_number_by_deeds(on, entry.text)
                         : 0;
        greatest =
            number > greatest && !run_member(lab->now.run, entry.learner) ? number : greatest;
    }
    return greatest;
}

/* What a learner is called that does this, unlike all others. */
static void name_by_deeds(const struct lab *lab, int id, uint32_t on, char name[LEARNER_NAME_MAX])
{
    int n = greatest_gone(lab, id, on);
    do {
        learner_name_by_deeds(on, ++n, name);
    } while (run_member_called(lab->now.run, name));
}

void lab_name_by_deeds(struct lab *lab)
{
    const struct run *run = lab->now.run;
    for (int i = 0; i < run->n_members && !run->is_over;
         i++) { /* what is on then does nothing yet */
        const struct member *member = run->members[i];
        uint32_t on = learner_on(member->learner);
        struct order order = {{.kind = COMMAND_RENAME, .on = true}, member->facts.id, -1};
        if (!member->facts.is_named && learner_number_by_deeds(on, member->facts.name) == 0) {
            name_by_deeds(lab, member->facts.id, on, order.command.text);
            lab_carry_out_order(lab, &order, NULL);
            lab_call_up(lab, member);
        }
    }
}

static bool check_room(const struct lab *lab, const char *what, const char *name, struct err *err)
{
    if (lab->now.run->n_members == LEARNERS_MAX) {
        return err_set(err, ERR_USAGE, "%s: at most %d learners expected; remove one first", what,
                       LEARNERS_MAX);
    }
    return !run_member_called(lab->now.run, name) ||
           err_set(err, ERR_USAGE, "%s: a new name expected, '%s' is there already", what, name);
}

/* Whoever is new is the one to try things on. */
static void choose(struct lab *lab, const struct member *member)
{
    lab->now.selected = member->facts.id;
    lab->now.is_to_all = false;
}

struct member *lab_make_fork(struct lab *lab, const struct command *command,
                             const struct member *parent, struct err *err)
{
    struct run *run = lab->now.run;
    struct learner_config config;
    if (!run_fork_config(parent, command->text, &config, err)) {
        return NULL;
    }
    if (!config.is_named) {
        name_by_deeds(lab, -1, config.on, config.name);
    }
    if (!check_room(lab, "fork", config.name, err)) {
        return NULL;
    }
    struct order order = {*command, parent->facts.id, lab->now.next_id++};
    memcpy(order.command.name, config.name, sizeof order.command.name);
    if (!lab_carry_out_order(lab, &order, err)) {
        return NULL;
    }
    struct member *member = run_member(run, order.made);
    lab_call_up(lab, member);
    return member;
}

bool lab_fork(struct lab *lab, const struct command *command, int target, struct err *err)
{
    struct member *parent = lab_meant(lab, "fork", "", target, err);
    struct member *member = parent ? lab_make_fork(lab, command, parent, err) : NULL;
    if (member) {
        choose(lab, member);
    }
    return member;
}

bool lab_rename(struct lab *lab, const struct command *command, int target, struct err *err)
{
    struct member *member = lab_meant(lab, "rename", command->name, target, err);
    struct member *other = run_member_called(lab->now.run, command->text);
    if (!member) {
        return false;
    }
    if (other && other != member) {
        return err_set(err, ERR_USAGE, "rename: a new name expected, '%s' is there already",
                       command->text);
    }
    struct order order = {*command, member->facts.id, -1};
    order.command.name[0] = '\0';
    bool ok = lab_carry_out_order(lab, &order, err);
    lab_call_up(lab, member);
    return ok;
}

bool lab_let_go(struct lab *lab, const struct command *command, struct member *member,
                struct err *err)
{
    struct run *run = lab->now.run;
    struct order order = {*command, member->facts.id, -1};
    order.command.name[0] = '\0';
    if (run->n_members > 1) {
        history_remember(&lab->now.history, member);
    }
    if (!lab_carry_out_order(lab, &order, err)) {
        return false;
    }
    lab_add_entry(lab, ENTRY_REMOVED, order.target, run->at.task, 0, NULL);
    lab->now.selected = lab_selected(lab)->facts.id;
    lab->now.is_paused = lab->now.is_paused && run_state(run) == RUN_TRAINING;
    return true;
}

bool lab_remove(struct lab *lab, const struct command *command, int target, struct err *err)
{
    struct member *member = lab_meant(lab, "remove", command->name, target, err);
    return member && lab_let_go(lab, command, member, err);
}

bool lab_select(struct lab *lab, const struct command *command, struct err *err)
{
    if (command->on) {
        lab->now.is_to_all = true;
        return true;
    }
    struct member *member = lab_meant(lab, "learner", command->name, -1, err);
    if (member) {
        choose(lab, member);
    }
    return member != NULL;
}

/* ---- added: trained in a run of its own, which takes the same way ---- */

/* Who is added will have been there from the start, so there must have been room all the time. */
static bool check_past(const struct lab *lab, struct err *err)
{
    const struct history *history = &lab->now.history;
    int first = history->n ? history->checkpoints[0].n_records : lab->now.run->n_members;
    long step;
    int most = command_log_most_learners(&history->log, first, &step);
    if (!history->is_kept) {
        return err_set(err, ERR_USAGE, "add: this session keeps no checkpoints to come from");
    }
    return most < LEARNERS_MAX ||
           err_set(err, ERR_USAGE,
                   "add: at most %d learners expected, and %d were there at step %ld already; fork "
                   "one instead, or restart",
                   LEARNERS_MAX, most, step);
}

/* Those that followed from the kind of network of somebody else. */
static void forget_defaults(struct params *params)
{
    for (int i = 0; i < PARAM_COUNT; i++) {
        const struct param *param = param_at((enum param_id)i);
        if (!params->is_set[i] && !param->is_common) {
            params->value[i] = param->initial;
        }
    }
}

/* As it would have been made when the session began: with what holds for all learners, or else what
 * the first one began with, strategies included. */
static bool config_of_added(const struct lab *lab, const char *text, struct learner_config *config,
                            struct err *err)
{
    struct config session = lab->course.config;
    const struct dataset_kind *kind = dataset_kind_of(session.data, err);
    session.n_learners = 1;
    session.is_complete = false;
    if (session.has_base) {
        session.learners[0] = session.base;
    }
    if (!kind || !learner_spec_parse(text, &session.learners[0], err)) {
        return false;
    }
    forget_defaults(&session.learners[0].params);
    config_resolve(&session, kind);
    *config = session.learners[0];
    const struct params *shared = &lab->course.config.learners[0].params;
    for (int i = 0; i < PARAM_COUNT; i++) { /* by default some follow from all learners together */
        if (param_at((enum param_id)i)->is_common) {
            config->params.value[i] = shared->value[i];
        }
    }
    return true;
}

static void tell_trained(void *context, const struct run *run)
{
    lab_tell_segment(context, run);
}

/* It becomes part of the checkpoints that it passes. */
static bool put_into_checkpoint(void *context, int checkpoint, struct run *run, struct err *err)
{
    struct lab *lab = context;
    struct history *history = &lab->now.history;
    return history_add_record(history, &history->checkpoints[checkpoint], run->members[0]) ||
           err_set(err, ERR_FAILED, "memory: no room for another learner's checkpoints");
}

/* Once its loss is not finite it stays as it is, but for switches and knobs. */
static bool pass_the_rest(struct retrace *retrace, struct err *err)
{
    const struct history *history = retrace->history;
    bool ok = true;
    for (; ok && retrace->checkpoint < history->n; retrace->checkpoint++) {
        while (retrace->command < history->checkpoints[retrace->checkpoint].n_commands) {
            retrace_command(retrace);
        }
        ok = put_into_checkpoint(retrace->context, retrace->checkpoint, retrace->run, err);
    }
    while (ok && retrace->command < history->log.n) {
        retrace_command(retrace);
    }
    return ok;
}

/* The stage's steps are done, and nobody's loss was finite then: it has not ended. */
static bool is_held(const struct lab *lab)
{
    const struct position *at = &lab->now.run->at;
    return run_state(lab->now.run) == RUN_DIVERGED && !at->is_cut &&
           at->stage_step == at->stage_steps;
}

/* Brings a run with one learner at its initial weights to where the session stands. */
static bool catch_up(struct lab *lab, struct run *run, struct err *err)
{
    const struct history *history = &lab->now.history;
    const struct position *present = &lab->now.run->at;
    struct watch watch = lab_watch_retrace(lab);
    struct retrace retrace = {
        .history = history,
        .run = run,
        .to = {.step = present->step, .stage = present->stage, .is_to_end = is_held(lab)},
        .watch = &watch,
        .trained = tell_trained,
        .arrived = put_into_checkpoint,
        .context = lab};
    run->speed = history->n > 0 ? history->checkpoints[0].speed : run->speed;
    run_begin(run);
    lab_tell_baseline(lab, run, run->members[0]);
    run_begin_first_stage(run);
    return retrace_go(&retrace, err) && pass_the_rest(&retrace, err);
}

/* A run before its beginning with that learner alone. */
static struct run *open_run(struct lab *lab, const struct learner_facts *facts,
                            const struct learner_config *config, struct err *err)
{
    struct run *run = run_create(&lab->course, lab->now.run->speed, err);
    struct member *member = run ? run_make_member(run, facts, config, err) : NULL;
    if (!member) {
        run_destroy(run);
        return NULL;
    }
    run_take_in(run, member);
    return run;
}

/* The learner goes on in the run in place. */
static void move_over(struct lab *lab, struct run *from)
{
    struct run *run = lab->now.run;
    struct member *member = from->members[0];
    bool was_alive = run_state(run) != RUN_DIVERGED;
    run_let_go(from, member);
    member_move(member, run->suite);
    run_take_in(run, member);
    run_set_feed(run, member);
    if (!was_alive && !member->facts.has_diverged) {
        lab->now.is_paused = true;
    }
}

bool lab_add(struct lab *lab, const struct command *command, struct err *err)
{
    struct learner_config config;
    struct err why = {0};
    if (!config_of_added(lab, command->text, &config, err)) {
        return false;
    }
    if (!config.is_named) {
        name_by_deeds(lab, -1, config.on, config.name);
    }
    if (!check_room(lab, "add", config.name, err) || !check_past(lab, err)) {
        return false;
    }
    struct learner_facts facts = {.id = lab->now.next_id,
                                  .slot = run_free_slot(lab->now.run),
                                  .parent = -1,
                                  .is_named = config.is_named};
    snprintf(facts.name, sizeof facts.name, "%s", config.name);
    struct run *run = open_run(lab, &facts, &config, err);
    if (!run) {
        return false;
    }
    struct member *member = run->members[0];
    lab_call_up(lab, member);
    bool ok = catch_up(lab, run, &why), ends_stage = is_held(lab);
    if (ok) {
        move_over(lab, run);
        choose(lab, member);
        if (ends_stage && !member->facts.has_diverged) {
            lab_end_stage(lab);
        }
    } else {
        history_forget(&lab->now.history, facts.id);
        err_set(err, why.code, "%s", why.msg);
    }
    if (why.code != ERR_STOPPED) { /* else it is still to come, and will be told again */
        lab->now.next_id++;
    }
    if (!ok && why.code != ERR_STOPPED) {
        lab_add_entry(lab, ENTRY_REMOVED, facts.id, lab->now.run->at.task, 0, NULL);
    }
    run_destroy(run);
    history_thin(&lab->now.history);
    return ok;
}
