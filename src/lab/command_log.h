/* SPDX-License-Identifier: MIT
 * The log of commands that took effect, so that they can be carried out again.  Private to the
 * lab. */
#ifndef OUBLI_LAB_COMMAND_LOG_H
#define OUBLI_LAB_COMMAND_LOG_H

#include "lab/command.h"

/* A command, whom it concerns, and what it brings about. */
struct order {
    struct command command; /* of fork: `name` is the new one's; of rename and remove: "" */
    int target;             /* id of a learner, LEARNER_ALL */
    int made;               /* of fork: id of the new learner; else -1 */
};

/* When it was carried out. */
struct logged_command {
    int stage;
    long step;
    struct order order;
};

struct command_log {
    int n, capacity;
    struct logged_command *commands; /* (n) owned, in the order of steps */
};

void command_log_fini(struct command_log *log);

/* False when memory is short: then nothing has changed. */
bool command_log_append(struct command_log *log, const struct logged_command *logged);

/* Whom a learner was forked from, -1 = nobody since the session began; it may be gone itself. */
int command_log_parent(const struct command_log *log, int id);

/* Whom a learner comes from among those that were there when `stage` began. */
int command_log_origin(const struct command_log *log, int id, int stage);

/* The most learners that were there at once if there were `n` at first, and when that was.  Between
 * two commands at one step there may be one more, for which a run has room. */
int command_log_most_learners(const struct command_log *log, int n, long *step);

#endif
