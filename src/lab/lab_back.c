/* SPDX-License-Identifier: MIT
 * Going back: another run is brought to where it must be, and put in place of the one that is there
 * only then. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/lab_inside.h"
#include "lab/retrace.h"
#include "lab/run_commands.h"
#include "strategies/table.h"

/* ---- common ---- */

static bool goes_on(void *context, double part)
{
    struct lab *lab = context;
    lab->taken_again = part;
    bool goes_on = watch_goes_on(&lab->watch, part);
    lab->taken_again = (double)NAN;
    return goes_on;
}

struct watch lab_watch_retrace(struct lab *lab)
{
    return (struct watch){lab->watch.goes_on ? goes_on : NULL, lab};
}

/* The run that is there is no more. */
static void put_in_place(struct lab *lab, struct run *run)
{
    run_destroy(lab->now.run);
    lab->now.run = run;
    lab->now.is_paused = lab->now.is_paused && run_state(run) == RUN_TRAINING;
    lab_forget_past(lab);
    lab_forget_scope(lab);
    lab_forget_writing(lab);
}

/* Writes into the journal where the session stands now, and who is there. */
static void tell_rewind(struct lab *lab)
{
    const struct run *run = lab->now.run;
    lab->now.selected = lab_selected(lab)->facts.id;
    lab_add_entry(lab, ENTRY_REWIND, LEARNER_ALL, run->at.task, 0, NULL);
    for (int i = 0; i < run->n_members; i++) {
        lab_call_up(lab, run->members[i]);
    }
    if (run->is_over) {
        lab_add_entry(lab, ENTRY_END, LEARNER_ALL, run->at.task, 0, NULL);
    }
}

/* Commands of the lab's own on the way: carried out in the run that is coming, and logged once it
 * is in place. */
struct coming {
    struct run *run;
    struct command_log log;
    bool is_complete; /* false: memory was short for the log */
};

static bool give(struct coming *coming, const struct command *command, int target, int made,
                 struct err *err)
{
    struct run *run = coming->run;
    struct logged_command logged = {run->at.stage, run->at.step, {*command, target, made}};
    bool ok = run_carry_out(run, &logged.order, false, err);
    if (ok) {
        coming->is_complete = coming->is_complete && command_log_append(&coming->log, &logged);
    }
    return ok;
}

/* The pace of now stays. */
static void keep_pace(struct coming *coming, double speed)
{
    struct command command = {.kind = COMMAND_SPEED, .speed = speed};
    if (coming->run->speed != speed) {
        give(coming, &command, LEARNER_ALL, -1, NULL);
    }
}

/* What each has done is done, wherever the way back began. */
static void count_on(struct run *run, const struct run *now)
{
    for (int i = 0; i < run->n_members; i++) {
        const struct member *before = run_member(now, run->members[i]->facts.id);
        if (before) {
            member_count_on(run->members[i], before);
        }
    }
}

/* Of the log so many commands are left, and those on the way. */
static void arrive(struct lab *lab, struct coming *coming, int n_commands)
{
    struct history *history = &lab->now.history;
    count_on(coming->run, lab->now.run);
    put_in_place(lab, coming->run);
    history_cut(history, coming->run, n_commands, lab->training_ns);
    for (int i = 0; i < coming->log.n; i++) {
        const struct logged_command *logged = &coming->log.commands[i];
        history_log(history, logged->stage, logged->step, &logged->order);
    }
    history->is_kept = history->is_kept && coming->is_complete;
    command_log_fini(&coming->log);
}

/* ---- to a step ---- */

/* The last stage that stood at that step: any that can be reached, but if one is to be cut there
 * that is going on still. */
static int last_stage_at(const struct run *run, long step)
{
    return step == run->at.step && run->at.is_cut ? run->at.stage : INT_MAX;
}

/* The selected one, or whom it comes from if it was not there then. */
static int selected_then(const struct lab *lab, const struct run *then)
{
    int id = lab->now.selected;
    while (id >= 0 && !run_member(then, id)) {
        id = command_log_parent(&lab->now.history.log, id);
    }
    return id >= 0 ? id : lab->now.selected;
}

static struct run *go_back(struct lab *lab, const struct destination *to, int *n_commands,
                           struct err *err)
{
    struct watch watch = lab_watch_retrace(lab);
    struct destination stay = *to;
    stay.is_to_stay = true;
    return retrace_back(&lab->now.history, lab->now.run, &stay, &watch, n_commands, err);
}

bool lab_rewind(struct lab *lab, long step, struct err *err)
{
    const struct run *now = lab->now.run;
    struct coming coming = {.is_complete = true};
    int n_commands;
    if (step > now->at.step) {
        return err_set(err, ERR_USAGE,
                       "rewind: a step up to the present one, %ld, expected, found %ld",
                       now->at.step, step);
    }
    struct destination to = {.step = step, .stage = last_stage_at(now, step)};
    coming.run = go_back(lab, &to, &n_commands, err);
    if (!coming.run) {
        return false;
    }
    lab->now.selected = selected_then(lab, coming.run);
    lab_script_again(lab, now, coming.run, false);
    keep_pace(&coming, now->speed);
    run_sort(coming.run);
    arrive(lab, &coming, n_commands);
    tell_rewind(lab);
    return true;
}

/* ---- to the start of a stage, with the learners of now ---- */

/* Switches and knobs become those. */
static void impose(struct coming *coming, struct member *member, const struct settings *settings)
{
    struct settings now = member_settings(member);
    for (int i = 0; i < PARAM_COUNT; i++) {
        struct command command = {.kind = COMMAND_SET, .index = i};
        char old[80];
        param_format(&now.params, (enum param_id)i, old, sizeof old);
        param_format(&settings->params, (enum param_id)i, command.text, sizeof command.text);
        if (strcmp(old, command.text) != 0) {
            give(coming, &command, member->facts.id, -1, NULL);
        }
    }
    for (int i = 0; i < strategy_count(); i++) {
        bool on = (settings->on >> i) & 1u, observed = (settings->observed >> i) & 1u;
        struct command turn = {.kind = COMMAND_STRATEGY, .index = i, .on = on};
        struct command observe = {.kind = COMMAND_OBSERVE, .index = i, .on = observed};
        if (((now.on >> i) & 1u) != on) {
            give(coming, &turn, member->facts.id, -1, NULL);
        }
        if (((now.observed >> i) & 1u) != observed) {
            give(coming, &observe, member->facts.id, -1, NULL);
        }
    }
}

/* A learner of now. */
struct companion {
    struct learner_facts facts;
    struct settings settings;
    int origin; /* id of whom it comes from among those that were there when the stage began */
};

static int list_companions(const struct lab *lab, struct companion *companions, int stage)
{
    const struct run *run = lab->now.run;
    for (int i = 0; i < run->n_members; i++) {
        const struct member *member = run->members[i];
        companions[i] =
            (struct companion){member->facts, member_settings(member),
                               command_log_origin(&lab->now.history.log, member->facts.id, stage)};
    }
    return run->n_members;
}

/* Those that are not there now go, but for those that somebody has yet to be forked from. */
static void remove_others(struct coming *coming, const struct companion *companions, int n)
{
    struct run *run = coming->run;
    for (int i = run->n_members - 1; i >= 0; i--) {
        int id = run->members[i]->facts.id;
        bool is_needed = false;
        for (int k = 0; k < n; k++) {
            bool is_there = run_member(run, companions[k].facts.id) != NULL;
            is_needed |= companions[k].facts.id == id || (!is_there && companions[k].origin == id);
        }
        if (!is_needed) {
            give(coming, &(struct command){.kind = COMMAND_REMOVE}, id, -1, NULL);
        }
    }
}

/* False and err where one of them cannot be. */
static bool fork_again(struct coming *coming, const struct companion *companions, int n,
                       struct err *err)
{
    bool ok = true;
    remove_others(coming, companions, n);
    for (int i = 0; ok && i < n; i++) {
        struct command fork = {.kind = COMMAND_FORK};
        if (!run_member(coming->run, companions[i].facts.id)) {
            memcpy(fork.name, companions[i].facts.name, sizeof fork.name);
            ok = give(coming, &fork, companions[i].origin, companions[i].facts.id, err);
            remove_others(coming, companions, n);
        }
    }
    return ok;
}

static void make_as_now(struct coming *coming, const struct companion *companion)
{
    struct member *member = run_member(coming->run, companion->facts.id);
    struct command rename = {.kind = COMMAND_RENAME};
    member->facts.slot = companion->facts.slot;
    rename.on = !companion->facts.is_named;
    if (strcmp(member->facts.name, companion->facts.name) != 0 ||
        rename.on == member->facts.is_named) {
        snprintf(rename.text, sizeof rename.text, "%s", companion->facts.name);
        give(coming, &rename, member->facts.id, -1, NULL);
    }
    impose(coming, member, &companion->settings);
}

/* The start of which stage is meant, -1 and err = of none. */
static int stage_meant(const struct lab *lab, int target, struct err *err)
{
    const struct member *member = run_member(lab->now.run, target);
    if (member && member->facts.has_diverged) {
        return member->facts.diverged_stage;
    }
    if (lab->now.run->is_over) {
        err_set(err, ERR_USAGE,
                "rewind: the sequence is over; rewind STEP goes back into it, restart begins anew");
        return -1;
    }
    return lab->now.run->at.stage;
}

bool lab_rewind_stage(struct lab *lab, int target, struct err *err)
{
    struct companion companions[LEARNERS_MAX];
    const struct run *now = lab->now.run;
    struct coming coming = {.is_complete = true};
    int stage = stage_meant(lab, target, err), n_commands;
    if (stage < 0) {
        return false;
    }
    int n = list_companions(lab, companions, stage);
    struct destination to = {.step = now->at.step, .stage = stage, .is_to_start = true};
    coming.run = go_back(lab, &to, &n_commands, err);
    if (!coming.run) {
        return false;
    }
    keep_pace(&coming, now->speed);
    run_sort(coming.run);
    if (!fork_again(&coming, companions, n, err)) {
        command_log_fini(&coming.log);
        run_destroy(coming.run);
        return false;
    }
    for (int i = 0; i < n; i++) {
        make_as_now(&coming, &companions[i]);
    }
    lab_script_again(lab, now, coming.run, true);
    arrive(lab, &coming, n_commands);
    tell_rewind(lab);
    return true;
}

/* ---- to the very start ---- */

bool lab_restart(struct lab *lab, struct err *err)
{
    const struct run *now = lab->now.run;
    struct run *run = run_create(now->course, now->speed, err);
    bool ok = run != NULL;
    for (int i = 0; ok && i < now->n_members; i++) {
        struct learner_facts facts = now->members[i]->facts;
        struct learner_config config = lab_config_now(now->members[i]);
        memcpy(config.name, now->members[i]->config.name, sizeof config.name);
        facts.parent = -1;
        facts.born = 0;
        facts.has_diverged = false;
        struct member *member = run_make_member(run, &facts, &config, err);
        ok = member != NULL;
        if (ok) {
            run_take_in(run, member);
        }
    }
    if (!ok) {
        run_destroy(run);
        return false;
    }
    lab_script_again(lab, now, run, true);
    put_in_place(lab, run);
    lab_add_entry(lab, ENTRY_REWIND, LEARNER_ALL, 0, 0, NULL);
    lab_begin_session(lab);
    return true;
}
