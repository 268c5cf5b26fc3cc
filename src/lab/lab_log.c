/* SPDX-License-Identifier: MIT
 * The log of commands that took effect, so that they can be carried out again. */
#include <stdlib.h>
#include <string.h>

#include "lab/lab_stages.h"

bool lab_history_append(struct lab *lab, const struct logged_command *logged)
{
    struct history *history = &lab->history;
    if (history->n_commands == history->capacity) {
        int capacity = history->capacity ? 2 * history->capacity : 64;
        struct logged_command *commands =
            realloc(history->commands, (size_t)capacity * sizeof *commands);
        if (!commands) {
            return false;
        }
        history->commands = commands;
        history->capacity = capacity;
    }
    history->commands[history->n_commands++] = *logged;
    return true;
}

void lab_history_log(struct lab *lab, const struct command *command, int target)
{
    struct logged_command logged = {lab->at.stage, lab->at.step, target, -1, *command};
    if (!lab->history.is_kept || lab->is_silent) {
        return;
    }
    if (command->kind == COMMAND_RENAME || command->kind == COMMAND_REMOVE) {
        logged.command.name[0] = '\0';
    }
    if (!lab_history_append(lab, &logged)) {
        lab->history.is_kept = false; /* a gap would make every step after it another one */
    }
}

void lab_history_settle(struct lab *lab, bool was_carried_out)
{
    struct history *history = &lab->history;
    if (!was_carried_out) {
        history->n_commands--;
    } else if (lab->made >= 0) {
        struct logged_command *logged = &history->commands[history->n_commands - 1];
        logged->made = lab->made;
        memcpy(logged->command.name, lab_seat(lab, lab->made)->facts.name, LEARNER_NAME_MAX);
    }
}

int lab_history_most_learners(const struct lab *lab, long *step)
{
    const struct history *history = &lab->history;
    int n = history->n ? history->moments[0].n_records : lab->n_seats, most = n;
    *step = 0;
    for (int i = 0; i < history->n_commands; i++) {
        const struct logged_command *logged = &history->commands[i];
        n += (logged->command.kind == COMMAND_FORK) - (logged->command.kind == COMMAND_REMOVE);
        bool is_last = i + 1 == history->n_commands || logged[1].stage != logged->stage ||
                       logged[1].step != logged->step;
        int there = is_last ? n : n - 1; /* the lab has a seat more in between */
        if (there > most) {
            most = there;
            *step = logged->step;
        }
    }
    return most;
}

bool lab_carry_out_logged(struct lab *lab, const struct command *command, int target, int made)
{
    lab_history_log(lab, command, target);
    lab->made = made;
    bool ok = lab_carry_out(lab, command, target, NULL);
    if (lab->history.is_kept && !lab->is_silent) {
        lab_history_settle(lab, ok);
    }
    lab->made = -1;
    return ok;
}

int lab_history_parent(const struct lab *lab, int id)
{
    const struct history *history = &lab->history;
    for (int i = history->n_commands - 1; i >= 0; i--) {
        if (history->commands[i].made == id) {
            return history->commands[i].target;
        }
    }
    return -1;
}

/* The log from its end: a fork stands after that of whom it was forked from. */
int lab_history_origin(const struct lab *lab, int id, int stage)
{
    const struct history *history = &lab->history;
    for (int i = history->n_commands - 1; i >= 0 && history->commands[i].stage >= stage; i--) {
        id = history->commands[i].made == id ? history->commands[i].target : id;
    }
    return id;
}
