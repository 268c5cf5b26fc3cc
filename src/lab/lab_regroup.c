/* SPDX-License-Identifier: MIT
 * Going back with the learners of now: they are forked anew from whom they come from, and get their
 * switches and knobs, by commands that go into the log. */
#include <stdio.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/lab_stages.h"
#include "strategies/table.h"

void lab_impose(struct lab *lab, struct seat *seat, const struct settings *settings)
{
    struct settings now = lab_settings(seat);
    for (int i = 0; i < PARAM_COUNT; i++) {
        struct command command = {.kind = COMMAND_SET, .index = i};
        char old[80];
        param_format(&now.params, (enum param_id)i, old, sizeof old);
        param_format(&settings->params, (enum param_id)i, command.text, sizeof command.text);
        if (strcmp(old, command.text) != 0) {
            lab_carry_out_logged(lab, &command, seat->facts.id, -1);
        }
    }
    for (int i = 0; i < strategy_count(); i++) {
        bool on = (settings->on >> i) & 1u, observed = (settings->observed >> i) & 1u;
        struct command turn = {.kind = COMMAND_STRATEGY, .index = i, .on = on};
        struct command observe = {.kind = COMMAND_OBSERVE, .index = i, .on = observed};
        if (((now.on >> i) & 1u) != on) {
            lab_carry_out_logged(lab, &turn, seat->facts.id, -1);
        }
        if (((now.observed >> i) & 1u) != observed) {
            lab_carry_out_logged(lab, &observe, seat->facts.id, -1);
        }
    }
}

struct person {
    struct seat_facts facts;
    struct settings settings;
    int origin; /* id of whom it comes from among those that were there when the stage began */
};

static int list_people(const struct lab *lab, struct person *people, int stage)
{
    for (int i = 0; i < lab->n_seats; i++) {
        const struct seat *seat = lab->seats[i];
        people[i] = (struct person){seat->facts, lab_settings(seat),
                                    lab_history_origin(lab, seat->facts.id, stage)};
    }
    return lab->n_seats;
}

/* Those that are not there now go, but for those that somebody has yet to be forked from. */
static void remove_strangers(struct lab *lab, const struct person *people, int n)
{
    for (int i = lab->n_seats - 1; i >= 0; i--) {
        int id = lab->seats[i]->facts.id;
        bool is_needed = false;
        for (int k = 0; k < n; k++) {
            bool is_there = lab_seat(lab, people[k].facts.id) != NULL;
            is_needed |= people[k].facts.id == id || (!is_there && people[k].origin == id);
        }
        if (!is_needed) {
            lab_carry_out_logged(lab, &(struct command){.kind = COMMAND_REMOVE}, id, -1);
        }
    }
}

static void bring_back(struct lab *lab, const struct person *people, int n)
{
    lab->is_regrouping = true;
    remove_strangers(lab, people, n);
    for (int i = 0; i < n; i++) {
        struct command fork = {.kind = COMMAND_FORK};
        if (!lab_seat(lab, people[i].facts.id)) {
            memcpy(fork.name, people[i].facts.name, sizeof fork.name);
            lab_carry_out_logged(lab, &fork, people[i].origin, people[i].facts.id);
            remove_strangers(lab, people, n);
        }
    }
    for (int i = 0; i < n; i++) {
        struct seat *seat = lab_seat(lab, people[i].facts.id);
        struct command rename = {.kind = COMMAND_RENAME};
        if (!seat) { /* no room for it */
            continue;
        }
        seat->facts.slot = people[i].facts.slot;
        rename.on = !people[i].facts.is_named;
        if (strcmp(seat->facts.name, people[i].facts.name) != 0 ||
            rename.on == seat->facts.is_named) {
            memcpy(rename.text, people[i].facts.name, sizeof people[i].facts.name);
            lab_carry_out_logged(lab, &rename, seat->facts.id, -1);
        }
        lab_impose(lab, seat, &people[i].settings);
    }
    lab->is_regrouping = false;
}

bool lab_rewind_stage(struct lab *lab, int target, struct err *err)
{
    struct person people[LEARNERS_MAX];
    const struct seat *seat = lab_seat(lab, target);
    int selected = lab->selected, stage = lab->at.stage;
    if (seat && seat->facts.has_diverged) {
        stage = seat->facts.diverged_stage;
    } else if (lab->state == LAB_ENDED) {
        return err_set(
            err, ERR_USAGE,
            "rewind: the sequence is over; rewind STEP goes back into it, restart begins anew");
    }
    int n = list_people(lab, people, stage);
    if (!lab_go_back(lab, lab->at.step, stage, err)) {
        return false;
    }
    bring_back(lab, people, n);
    lab->selected = selected;
    lab_script_again(lab, true);
    lab_tell_rewind(lab);
    return true;
}

bool lab_restart(struct lab *lab, struct err *err)
{
    struct seat *seats[LEARNERS_MAX];
    int n = lab->n_seats;
    for (int i = 0; i < n; i++) {
        struct seat_facts facts = lab->seats[i]->facts;
        struct learner_config config = lab->seats[i]->config;
        struct settings settings = lab_settings(lab->seats[i]);
        config.params = settings.params;
        config.on = settings.on;
        config.observed = settings.observed;
        facts.parent = -1;
        facts.born = 0;
        facts.has_diverged = false;
        seats[i] = seat_create(&facts, &config, lab->suite, lab->batches, lab->config.seed, err);
        if (!seats[i]) {
            while (--i >= 0) {
                seat_destroy(seats[i]);
            }
            return false;
        }
    }
    for (int i = 0; i < n; i++) {
        seat_destroy(lab->seats[i]);
        lab->seats[i] = seats[i];
    }
    lab->state = lab->state == LAB_PAUSED ? LAB_PAUSED : LAB_TRAINING;
    lab->at.step = 0;
    lab->at.stage = 0;
    lab_add_entry(lab, ENTRY_REWIND, LEARNER_ALL, 0, 0, NULL);
    lab_begin_session(lab);
    lab_script_again(lab, true);
    return true;
}
