/* SPDX-License-Identifier: MIT */
#include "lab/command_log.h"

#include <stdlib.h>

void command_log_fini(struct command_log *log)
{
    free(log->commands);
    *log = (struct command_log){0};
}

bool command_log_append(struct command_log *log, const struct logged_command *logged)
{
    if (log->n == log->capacity) {
        int capacity = log->capacity ? 2 * log->capacity : 64;
        struct logged_command *commands =
            realloc(log->commands, (size_t)capacity * sizeof *commands);
        if (!commands) {
            return false;
        }
        log->commands = commands;
        log->capacity = capacity;
    }
    log->commands[log->n++] = *logged;
    return true;
}

int command_log_parent(const struct command_log *log, int id)
{
    for (int i = log->n - 1; i >= 0; i--) {
        if (log->commands[i].order.made == id) {
            return log->commands[i].order.target;
        }
    }
    return -1;
}

/* From its end: a fork stands after that of whom it was forked from. */
int command_log_origin(const struct command_log *log, int id, int stage)
{
    for (int i = log->n - 1; i >= 0 && log->commands[i].stage >= stage; i--) {
        const struct order *order = &log->commands[i].order;
        id = order->made == id ? order->target : id;
    }
    return id;
}

int command_log_most_learners(const struct command_log *log, int n, long *step)
{
    int most = n;
    *step = 0;
    for (int i = 0; i < log->n; i++) {
        const struct logged_command *logged = &log->commands[i];
        enum command_kind kind = logged->order.command.kind;
        n += (kind == COMMAND_FORK) - (kind == COMMAND_REMOVE);
        bool is_last =
            i + 1 == log->n || logged[1].stage != logged->stage || logged[1].step != logged->step;
        int there = is_last ? n : n - 1; /* a run has one more in between */
        if (there > most) {
            most = there;
            *step = logged->step;
        }
    }
    return most;
}
