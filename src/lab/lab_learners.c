/* SPDX-License-Identifier: MIT
 * Learners come, go and are chosen. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/lab_stages.h"
#include "lab/learner_spec.h"
#include "net/blas.h"
#include "strategies/table.h"

struct seat *lab_seat(const struct lab *lab, int id)
{
    for (int i = 0; i < lab->n_seats; i++) {
        if (lab->seats[i]->facts.id == id) {
            return lab->seats[i];
        }
    }
    return NULL;
}

struct seat *lab_seat_called(const struct lab *lab, const char *name)
{
    for (int i = 0; i < lab->n_seats; i++) {
        if (strcmp(lab->seats[i]->facts.name, name) == 0) {
            return lab->seats[i];
        }
    }
    return NULL;
}

struct seat *lab_seat_known_as(const struct lab *lab, const char *name)
{
    struct seat *seat = lab_seat_called(lab, name);
    for (long i = journal_length(lab->journal) - 1; !seat && name[0] && i >= 0; i--) {
        struct entry entry = journal_at(lab->journal, i);
        bool is_it = entry.kind == ENTRY_LEARNER && entry.text && strcmp(entry.text, name) == 0;
        seat = is_it ? lab_seat(lab, entry.learner) : NULL;
    }
    return seat;
}

struct seat *lab_selected(const struct lab *lab)
{
    struct seat *seat = lab_seat(lab, lab->selected);
    return seat ? seat : lab->seats[0];
}

void lab_reselect(struct lab *lab)
{
    lab->selected = lab_selected(lab)->facts.id;
}

struct settings lab_settings(const struct seat *seat)
{
    return (struct settings){.params = *learner_params(seat->learner),
                             .on = learner_on(seat->learner),
                             .observed = learner_observed(seat->learner)};
}

/* The one that a command means, by name or as the target; err lists who is there. */
static struct seat *meant(const struct lab *lab, const char *what, const char *name, int target,
                          struct err *err)
{
    struct seat *seat = name[0]       ? lab_seat_known_as(lab, name)
                        : target >= 0 ? lab_seat(lab, target)
                                      : lab_selected(lab);
    if (!seat) {
        char names[LEARNERS_MAX * (LEARNER_NAME_MAX + 2)] = "";
        for (int i = 0; i < lab->n_seats; i++) {
            size_t used = strlen(names);
            snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                     lab->seats[i]->facts.name);
        }
        err_set(err, ERR_USAGE, "%s: %s expected, found '%s'", what, names, name);
    }
    return seat;
}

static int free_slot(const struct lab *lab)
{
    for (int slot = 0; slot < LEARNERS_MAX; slot++) {
        bool is_taken = false;
        for (int i = 0; i < lab->n_seats; i++) {
            is_taken |= lab->seats[i]->facts.slot == slot;
        }
        if (!is_taken) {
            return slot;
        }
    }
    return 0;
}

/* "ewc" -> "ewc-2", "ewc-3" ... until nobody is called so. */
static const char *name_after(const struct lab *lab, const char *name, char fresh[LEARNER_NAME_MAX])
{
    size_t length = strlen(name);
    const char *dash = strrchr(name, '-');
    if (dash && dash > name && strspn(dash + 1, "0123456789") == strlen(dash + 1)) {
        length = (size_t)(dash - name);
    }
    int n = 2;
    do {
        snprintf(fresh, LEARNER_NAME_MAX, "%.*s-%d", (int)(length < 18 ? length : 18), name, n++);
    } while (lab_seat_called(lab, fresh));
    return fresh;
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
        greatest = number > greatest && !lab_seat(lab, entry.learner) ? number : greatest;
    }
    return greatest;
}

/* What a learner is called that does this, unlike all others. */
static void name_by_deeds(const struct lab *lab, int id, uint32_t on, char name[LEARNER_NAME_MAX])
{
    int n = greatest_gone(lab, id, on);
    do {
        learner_name_by_deeds(on, ++n, name);
    } while (lab_seat_called(lab, name));
}

void lab_name_by_deeds(struct lab *lab)
{
    for (int i = 0; i < lab->n_seats; i++) {
        const struct seat *seat = lab->seats[i];
        uint32_t on = learner_on(seat->learner);
        struct command rename = {.kind = COMMAND_RENAME, .on = true};
        if (!seat->facts.is_named && learner_number_by_deeds(on, seat->facts.name) == 0) {
            name_by_deeds(lab, seat->facts.id, on, rename.text);
            lab_carry_out_logged(lab, &rename, seat->facts.id, -1);
        }
    }
}

void lab_tell_apart(struct lab *lab)
{
    int n = lab->n_seats;
    lab->n_seats = 0; /* those told apart so far */
    for (int i = 0; i < n; i++) {
        struct seat_facts *facts = &lab->seats[i]->facts;
        for (int k = 0; k < i; k++) {
            bool is_taken = lab->seats[k]->facts.slot == facts->slot;
            facts->slot = is_taken ? free_slot(lab) : facts->slot;
        }
        if (lab_seat_called(lab, facts->name)) {
            char name[LEARNER_NAME_MAX];
            snprintf(facts->name, sizeof facts->name, "%s", name_after(lab, facts->name, name));
        }
        lab->n_seats++;
    }
}

static bool check_room(const struct lab *lab, const char *what, const char *name, struct err *err)
{
    if (lab->n_seats == LEARNERS_MAX) {
        return err_set(err, ERR_USAGE, "%s: at most %d learners expected; remove one first", what,
                       LEARNERS_MAX);
    }
    return !lab_seat_called(lab, name) ||
           err_set(err, ERR_USAGE, "%s: a new name expected, '%s' is there already", what, name);
}

void lab_take_in(struct lab *lab, struct seat *seat)
{
    assert(lab->n_seats < (int)(sizeof lab->seats / sizeof *lab->seats));
    lab->seats[lab->n_seats++] = seat;
    int hands = lab->hands < LEARNERS_MAX ? lab->hands : LEARNERS_MAX;
    bool is_worth_it = lab->n_seats > 1 || learner_is_large(seat->learner);
    if (is_worth_it && !lab->pool && hands > 1 && blas_reserve(hands, NULL)) {
        lab->pool = pool_create(hands, NULL); /* where there are no threads one does it all */
    }
}

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

static void put_settings(struct seat *seat, const struct settings *settings)
{
    learner_set(seat->learner, &settings->params);
    for (int i = 0; i < strategy_count(); i++) {
        learner_switch(seat->learner, i, (settings->on >> i) & 1u);
        learner_observe(seat->learner, i, (settings->observed >> i) & 1u);
    }
}

/* Whoever is new is the one to try things on. */
static void choose(struct lab *lab, const struct seat *seat)
{
    lab->selected = seat->facts.id;
    lab->is_to_all = false;
}

bool lab_fork(struct lab *lab, const struct command *command, int target, struct err *err)
{
    struct seat *parent = meant(lab, "fork", "", target, err);
    if (!parent) {
        return false;
    }
    if (parent->facts.has_diverged) {
        return err_set(err, ERR_USAGE,
                       "fork: a learner with a finite loss expected, %s diverged at step %ld; "
                       "rewind to before that first",
                       parent->facts.name, parent->facts.diverged_step);
    }
    struct learner_config config = parent->config;
    struct settings settings = lab_settings(parent);
    config.params = settings.params;
    config.on = settings.on;
    config.observed = settings.observed;
    config.is_named = false;
    if ((command->text[0] && !learner_spec_parse(command->text, &config, err)) ||
        !check_fixed(&config, &parent->config, err)) {
        return false;
    }
    if (lab->made >= 0) {
        snprintf(config.name, sizeof config.name, "%s", command->name);
    } else {
        if (!config.is_named) {
            name_by_deeds(lab, -1, config.on, config.name);
        }
        if (!check_room(lab, "fork", config.name, err)) {
            return false;
        }
    }
    struct seat_facts facts = {.id = lab->made >= 0 ? lab->made : lab->next_id++,
                               .slot = free_slot(lab),
                               .parent = parent->facts.id,
                               .born = lab->at.step,
                               .is_named = config.is_named};
    snprintf(facts.name, sizeof facts.name, "%s", config.name);
    struct seat *seat =
        seat_create(&facts, &parent->config, lab->suite, lab->batches, lab->config.seed, err);
    if (!seat || !seat_copy(seat, parent, lab->at.stage_step)) {
        seat_destroy(seat);
        return err_set(err, ERR_FAILED, "memory: no room for another learner");
    }
    lab_take_in(lab, seat);
    lab->made = facts.id;
    if (!lab->is_silent && !lab->is_regrouping) {
        lab_call_up(lab, seat);
        choose(lab, seat);
    }
    put_settings(seat, &(struct settings){config.params, config.on, config.observed});
    return true;
}

/* Who is added will have been there from the start, so there must have been room all the time. */
static bool check_past(const struct lab *lab, struct err *err)
{
    long step;
    int most = lab_history_most_learners(lab, &step);
    if (!lab->history.is_kept) {
        return err_set(err, ERR_USAGE, "add: this session keeps no checkpoints to come from");
    }
    return most < LEARNERS_MAX ||
           err_set(err, ERR_USAGE,
                   "add: at most %d learners expected, and %d were there at step %ld already; fork "
                   "one instead, or restart",
                   LEARNERS_MAX, most, step);
}

/* As it would have been made when the session began: with what holds for all learners, or else what
 * the first one began with, strategies included. */
static bool config_of_added(const struct lab *lab, const char *text, struct learner_config *config,
                            struct err *err)
{
    struct config session = lab->config;
    const struct dataset_kind *kind = dataset_kind_of(session.data, err);
    session.n_learners = 1;
    if (session.has_base) {
        session.learners[0] = session.base;
    }
    if (!kind || !learner_spec_parse(text, &session.learners[0], err)) {
        return false;
    }
    config_resolve(&session, kind);
    *config = session.learners[0];
    return true;
}

bool lab_add(struct lab *lab, const struct command *command, struct err *err)
{
    struct learner_config config;
    if (!config_of_added(lab, command->text, &config, err)) {
        return false;
    }
    if (!config.is_named) {
        name_by_deeds(lab, -1, config.on, config.name);
    }
    if (!check_room(lab, "add", config.name, err) || !check_past(lab, err)) {
        return false;
    }
    struct seat_facts facts = {
        .id = lab->next_id++, .slot = free_slot(lab), .parent = -1, .is_named = config.is_named};
    snprintf(facts.name, sizeof facts.name, "%s", config.name);
    struct seat *seat =
        seat_create(&facts, &config, lab->suite, lab->batches, lab->config.seed, err);
    if (!seat) {
        return false;
    }
    lab_call_up(lab, seat);
    if (!lab_catch_up(lab, seat, err)) {
        lab_history_forget(lab, facts.id);
        lab_add_entry(lab, ENTRY_REMOVED, facts.id, lab->at.task, 0, NULL);
        seat_destroy(seat);
        return false;
    }
    lab_take_in(lab, seat);
    choose(lab, seat);
    if (lab->state == LAB_DIVERGED && !seat->facts.has_diverged) {
        lab->state = LAB_PAUSED;
    }
    return true;
}

bool lab_rename(struct lab *lab, const struct command *command, int target, struct err *err)
{
    struct seat *seat = meant(lab, "rename", command->name, target, err);
    struct seat *other = lab_seat_called(lab, command->text);
    if (!seat) {
        return false;
    }
    if (other && other != seat && !lab->is_silent && !lab->is_regrouping) {
        return err_set(err, ERR_USAGE, "rename: a new name expected, '%s' is there already",
                       command->text);
    }
    snprintf(seat->facts.name, sizeof seat->facts.name, "%.*s", LEARNER_NAME_MAX - 1,
             command->text);
    seat->facts.is_named = !command->on;
    if (!lab->is_silent && !lab->is_regrouping) {
        lab_call_up(lab, seat);
    }
    return true;
}

bool lab_remove(struct lab *lab, const struct command *command, int target, struct err *err)
{
    struct seat *seat = meant(lab, "remove", command->name, target, err);
    if (!seat) {
        return false;
    }
    if (lab->n_seats == 1) {
        return err_set(err, ERR_USAGE, "remove: %s is the only learner; add or fork one first",
                       seat->facts.name);
    }
    int n = 0;
    bool is_alive = false;
    for (int i = 0; i < lab->n_seats; i++) {
        struct seat *other = lab->seats[i];
        if (other != seat) {
            lab->seats[n++] = other;
            is_alive |= !other->facts.has_diverged;
        }
    }
    lab->n_seats = n;
    if (!lab->is_regrouping) {
        lab_add_entry(lab, ENTRY_REMOVED, seat->facts.id, lab->at.task, 0, NULL);
    }
    lab_history_remember(lab, seat);
    seat_destroy(seat);
    lab_reselect(lab);
    lab->state = is_alive || lab->state == LAB_ENDED ? lab->state : LAB_DIVERGED;
    return true;
}

bool lab_select(struct lab *lab, const struct command *command, struct err *err)
{
    if (command->on) {
        lab->is_to_all = true;
        return true;
    }
    struct seat *seat = meant(lab, "learner", command->name, -1, err);
    if (seat) {
        choose(lab, seat);
    }
    return seat != NULL;
}
