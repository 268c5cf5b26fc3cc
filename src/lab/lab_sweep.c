/* SPDX-License-Identifier: MIT
 * A sweep in the lab: forks, each with another value of a knob; in the journal one command.  Which
 * they are is said by the journal: the learners that came right after it. */
#include "lab/sweep.h"

#include <stdio.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/lab_inside.h"
#include "strategies/table.h"

/* ---- who is of it ---- */

static bool is_sweep(const struct entry *entry)
{
    struct command command;
    return entry->kind == ENTRY_COMMAND && entry->text && strncmp(entry->text, "sweep ", 6) == 0 &&
           command_parse(entry->text, &command, NULL) && command.on;
}

/* The number of the entry of the sweep that a learner came by, -1 = of none. */
static long sweep_of(const struct journal *journal, int id)
{
    long n = journal_length(journal), last = -1;
    for (long i = 0; i < n; i++) {
        struct entry entry = journal_at(journal, i);
        if (entry.kind != ENTRY_LEARNER) {
            last = is_sweep(&entry) ? i : -1;
        } else if (entry.learner == id) {
            return last;
        }
    }
    return -1;
}

/* The learners of the last sweep of which several are there; returns how many. */
static int list_swept(const struct lab *lab, int ids[LEARNERS_MAX])
{
    const struct run *run = lab->now.run;
    long sweeps[LEARNERS_MAX] = {0}, last = -1;
    int n = 0;
    for (int i = 0; i < run->n_members; i++) {
        sweeps[i] = sweep_of(lab->journal, run->members[i]->facts.id);
        for (int k = 0; k < i; k++) {
            last = sweeps[k] == sweeps[i] && sweeps[i] > last ? sweeps[i] : last;
        }
    }
    for (int i = 0; i < run->n_members; i++) {
        if (last >= 0 && sweeps[i] == last) {
            ids[n++] = run->members[i]->facts.id;
        }
    }
    return n;
}

/* ---- it ends ---- */

static void let_go(struct lab *lab, const int *ids, int n, int kept)
{
    const struct command remove = {.kind = COMMAND_REMOVE};
    for (int i = 0; i < n; i++) {
        if (ids[i] != kept) {
            lab_let_go(lab, &remove, run_member(lab->now.run, ids[i]), NULL);
        }
    }
}

static bool end_sweep(struct lab *lab, int target, struct err *err)
{
    int ids[LEARNERS_MAX], n = list_swept(lab, ids);
    if (n < SWEEP_LEAST) {
        return err_set(err, ERR_USAGE, "sweep off: a sweep that goes on expected, found none");
    }
    if (!lab_meant(lab, "sweep", "", target, err)) {
        return false;
    }
    let_go(lab, ids, n, target);
    return true;
}

/* ---- it begins ---- */

/* "NAME: SETTINGS" of a copy, with a name that is free. */
static void name_copy(const struct lab *lab, enum param_id knob, double value, uint32_t on,
                      struct command *fork)
{
    char spec[SWEEP_SPEC_MAX], name[LEARNER_NAME_MAX];
    int number = 0;
    do {
        sweep_spec(knob, value, on, ++number, spec);
        snprintf(name, sizeof name, "%.*s", (int)strcspn(spec, ":"), spec);
    } while (run_member_called(lab->now.run, name));
    snprintf(fork->text, sizeof fork->text, "%s", spec);
}

/* What the learner itself stands for is not tried twice. */
static int leave_out(double *values, int n, double own)
{
    int kept = 0;
    for (int i = 0; i < n; i++) {
        if (values[i] != own) {
            values[kept++] = values[i];
        }
    }
    return kept;
}

static bool any_consolidates(uint32_t on)
{
    bool found = false;
    for (int i = 0; i < strategy_count(); i++) {
        found |= ((on >> i) & 1u) && strategy_at(i)->stage_end;
    }
    return found;
}

/* Why a knob does nothing here, whatever its value, and what to do; NULL if it does something. */
static const char *idle_text(const struct lab *lab, enum param_id knob, uint32_t on)
{
    bool is_stream = suite_is_stream(lab->course.suite);
    switch (param_at(knob)->where) {
    case PARAM_IN_STREAMS:
        return !is_stream ? "does nothing where tasks have boundaries: begin with suite=stream"
               : !any_consolidates(on)
                   ? "does nothing while no strategy is on that consolidates: switch one on first"
                   : NULL;
    case PARAM_AT_BOUNDARIES:
        return is_stream ? "does nothing in a stream, which has no boundaries: begin with another "
                           "suite"
                         : NULL;
    case PARAM_IN_FIRST_TASK:
        return lab->now.run->at.stage > 0 && !is_stream
                   ? "does nothing once the first task is over: go back to it first"
                   : NULL;
    case PARAM_IN_WRITING:
        return "changes what is written, not what is learned: turn it and read";
    case PARAM_EVERYWHERE:
        break;
    }
    return NULL;
}

/* It is not worth copies that stay alike. */
static bool does_something(const struct lab *lab, enum param_id knob, const struct member *parent,
                           struct err *err)
{
    char why[120];
    if (!param_has_needs(learner_params(parent->learner), knob, why, sizeof why)) {
        return err_set(err, ERR_USAGE, "sweep: %s", why);
    }
    const char *idle = idle_text(lab, knob, learner_on(parent->learner));
    return !idle || err_set(err, ERR_USAGE, "sweep: %s %s", param_at(knob)->name, idle);
}

static bool make_copies(struct lab *lab, const struct sweep *sweep, const double *values, int n,
                        const struct member *parent, struct err *err)
{
    uint32_t on = learner_on(parent->learner);
    int ids[LEARNERS_MAX];
    for (int i = 0; i < n; i++) {
        struct command fork = {.kind = COMMAND_FORK};
        name_copy(lab, sweep->knob, values[i], on, &fork);
        const struct member *member = lab_make_fork(lab, &fork, parent, err);
        if (!member) { /* none, rather than some */
            let_go(lab, ids, i, -1);
            return false;
        }
        ids[i] = member->facts.id;
    }
    return true;
}

bool lab_sweep(struct lab *lab, const struct command *command, int target, struct err *err)
{
    struct sweep sweep;
    double values[SWEEP_MAX];
    if (!command->on) {
        return end_sweep(lab, target, err);
    }
    const struct member *parent = lab_meant(lab, "sweep", "", target, err);
    if (!parent || !sweep_parse((enum param_id)command->index, command->text, &sweep, err)) {
        return false;
    }
    int room = LEARNERS_MAX - lab->now.run->n_members;
    if (room < SWEEP_LEAST) {
        return err_set(err, ERR_USAGE,
                       "sweep: room for %d learners expected, %d of %d are there; remove one first",
                       SWEEP_LEAST, lab->now.run->n_members, LEARNERS_MAX);
    }
    const struct params *params = learner_params(parent->learner);
    if (!does_something(lab, sweep.knob, parent, err)) {
        return false;
    }
    int n = sweep_values(&sweep, params, room, values);
    bool is_turned = sweep_turns(sweep.knob, learner_on(parent->learner));
    if (is_turned) {
        n = leave_out(values, n, params->value[sweep.knob]);
    }
    if (n < SWEEP_LEAST) {
        return err_set(err, ERR_USAGE,
                       "sweep: %d values or more to try expected, %s has %d%s: turn it instead",
                       SWEEP_LEAST, param_at(sweep.knob)->name, n,
                       is_turned ? " besides its own" : "");
    }
    return make_copies(lab, &sweep, values, n, parent, err);
}
