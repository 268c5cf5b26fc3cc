/* SPDX-License-Identifier: MIT
 * For fish, 3.0 and newer. */
#include <stdio.h>
#include <string.h>

#include "ui/cli/completion.h"

static const char head[] =
    "# Completion of oubli for fish, written by `oubli completion fish`.\n"
    "\n"
    "# The words behind what stands before the last separator already.\n"
    "function __oubli_list\n"
    "    set -l before (string replace -r '^--[^=]*=' '' -- (commandline -ct) | "
    "string match -r \".*[$argv[1]]\")\n"
    "    for word in $argv[2..-1]\n"
    "        echo $before$word\n"
    "    end\n"
    "end\n"
    "\n"
    "complete -c oubli -f\n";

static void put_text(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\') {
            fputc('\\', out);
        }
        fputc(*text, out);
    }
    fputc('\'', out);
}

/* When it applies: behind that subcommand; or where none is named, for the one that is meant
 * then. */
static void put_condition(FILE *out, const struct subcommand *command)
{
    fprintf(out, "complete -c oubli -n '__fish_seen_subcommand_from %s", command->name);
    if (command == subcommands()) {
        fputs("; or not __fish_seen_subcommand_from", out);
        for (const struct subcommand *at = subcommands(); at->name; at++) {
            fprintf(out, " %s", at->name);
        }
    }
    fputc('\'', out);
}

static void put_choices(FILE *out, const struct choices *choices)
{
    if (choices->separator) {
        fprintf(out, " -a '(__oubli_list %c %s)'", choices->separator, choices->words);
    } else if (choices->has_value) {
        fputs(" -a '", out);
        for (const char *at = choices->words; *at; at += strspn(at, " ")) {
            size_t length = strcspn(at, " ");
            fprintf(out, "%.*s= ", (int)length, at);
            at += length;
        }
        for (int i = 0; i < PARAM_COUNT; i++) {
            struct choices values;
            const struct param *param = param_at((enum param_id)i);
            choices_of_param(&values, param);
            for (const char *at = values.words; *at; at += strspn(at, " ")) {
                size_t length = strcspn(at, " ");
                fprintf(out, "%s=%.*s ", param->name, (int)length, at);
                at += length;
            }
        }
        fputc('\'', out);
    } else if (choices->words[0] != '\0') {
        fprintf(out, " -a '%s'", choices->words);
    }
    if (choices->has_files) {
        fputs(" -F", out);
    }
}

static void put_option(FILE *out, const struct subcommand *command, const char *name,
                       const char *help, const struct choices *choices)
{
    put_condition(out, command);
    fprintf(out, " -l %s", name);
    if (choices) {
        fputs(choices->has_files ? " -r" : " -x", out);
        put_choices(out, choices);
    }
    fputs(" -d ", out);
    put_text(out, help);
    fputc('\n', out);
}

static void put_subcommand(FILE *out, const struct subcommand *command)
{
    struct choices choices;
    const struct param *param;
    for (const struct option *option = option_table(); option->name; option++) {
        if (option->uses & command->use) {
            choices_of_option(&choices, option);
            put_option(out, command, option->name, option->help,
                       option->argument ? &choices : NULL);
        }
    }
    for (int i = 0; (param = completion_param(command, i)); i++) {
        choices_of_param(&choices, param);
        put_option(out, command, param->name, param->help, &choices);
    }
    choices_of_argument(&choices, command);
    if (choices.words[0] != '\0' || choices.has_files) {
        put_condition(out, command);
        put_choices(out, &choices);
        fputc('\n', out);
    }
}

void completion_fish(FILE *out)
{
    fputs(head, out);
    for (const struct subcommand *at = subcommands(); at->name; at++) {
        fprintf(out, "complete -c oubli -n __fish_use_subcommand -a %s -d ", at->name);
        put_text(out, at->summary);
        fputc('\n', out);
    }
    for (const struct subcommand *at = subcommands(); at->name; at++) {
        put_subcommand(out, at);
    }
}
