/* SPDX-License-Identifier: MIT
 * A script: commands with the moment at which they take effect, as --at gives them.
 *
 *   400:strategy ewc on     before step 400 of the session (steps count from 0)
 *   B+10:set lr 0.01        10 steps into the first stage of task B */
#ifndef OUBLI_LAB_SCRIPT_H
#define OUBLI_LAB_SCRIPT_H

#include "lab/command.h"

enum { SCRIPT_MAX = 256 };

struct script_line {
    int task; /* the step counts from its first stage; -1: from the session's start */
    long step;
    struct command command;
};

/* Kept in the order in which they were given. */
struct script {
    int n;
    struct script_line lines[SCRIPT_MAX];
};

/* Adds "STEP:COMMAND" or "LETTER+STEP:COMMAND".  ERR_USAGE says what was expected and found. */
bool script_add(struct script *script, const char *text, struct err *err)
    __attribute__((warn_unused_result));

enum { SCRIPT_TEXT_MAX = COMMAND_TEXT_MAX + 64 };

/* Writes the line as script_add reads it.  Returns buf. */
char *script_format(const struct script_line *line, char *buf, size_t size);

#endif
