/* SPDX-License-Identifier: MIT
 * Completion for shells: scripts that are written from the tables of subcommands, options,
 * parameters and topics, so that whatever has a row there is completed. */
#ifndef OUBLI_UI_CLI_COMPLETION_H
#define OUBLI_UI_CLI_COMPLETION_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "base/param.h"
#include "ui/cli/cmd.h"

enum { CHOICES_MAX = 8192 };

/* What may stand in a place. */
struct choices {
    char words[CHOICES_MAX]; /* "none ewc replay": without blanks and quotes in them */
    bool has_files;
    char separator; /* between several of the words, as in ewc+replay; 0 = one only */
    bool has_value; /* each is a key, and `=` and a value follow it */
};

/* Of the value of an option, of a parameter's, and of what a subcommand is given that is no
 * option. */
void choices_of_option(struct choices *choices, const struct option *option);
void choices_of_param(struct choices *choices, const struct param *param);
void choices_of_argument(struct choices *choices, const struct subcommand *command);

/* The parameter that is an option by itself of a subcommand: number i; NULL after the last. */
const struct param *completion_param(const struct subcommand *command, int i);

/* The scripts (completion_bash.c ...). */
void completion_bash(FILE *out);
void completion_zsh(FILE *out);
void completion_fish(FILE *out);

/* Their names, number i; NULL after the last. */
const char *completion_shell(int i);

#endif
