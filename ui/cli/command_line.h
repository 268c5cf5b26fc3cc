/* SPDX-License-Identifier: MIT
 * Reads a command line by the table of options.
 *
 * Every parameter whose name has no dot is an option by itself (--lr 0.1); any parameter can be
 * given as --set KEY=VALUE.  `--opt value` and `--opt=value` are the same; `--` ends the
 * options; of an option given twice the last counts, --set, --at and --learner add up. */
#ifndef OUBLI_UI_CLI_COMMAND_LINE_H
#define OUBLI_UI_CLI_COMMAND_LINE_H

#include "ui/cli/options.h"

/* Who asks: for messages, and to know what is allowed. */
struct command_line {
    const char *command; /* "run" */
    enum use use;
    int arguments_max; /* that are not options: 0 .. ARGUMENTS_MAX */
    int argc;          /* what stands behind the subcommand */
    char *const *argv;
};

/* Reads the command line into options (begun with options_default).  False and err (ERR_USAGE,
 * one line) at the first thing that is wrong. */
bool options_parse(struct options *options, const struct command_line *line, struct err *err)
    __attribute__((warn_unused_result));

/* An option as it stands on a line. */
struct given {
    char name[48];
    const char *value; /* borrowed from argv; NULL = it takes none */
    unsigned uses;     /* enum use: who has it */
};

/* The next option at or behind argv[*i], which moves behind it; false if there is none.  Of a line
 * that options_parse has taken. */
bool command_line_next(const struct command_line *line, int *i, struct given *given);

#endif
