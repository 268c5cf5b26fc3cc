/* SPDX-License-Identifier: MIT
 * For zsh: a function for its system of completion. */
#include <stdio.h>
#include <string.h>

#include "ui/cli/completion.h"

/* Text inside single quotes, where brackets and colons mean something to _arguments. */
static void put_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'') {
            fputs("'\\''", out);
        } else {
            if (strchr("[]:\\", *text)) {
                fputc('\\', out);
            }
            fputc(*text, out);
        }
    }
}

/* What completes a value: behind the colon of a specification. */
static void put_action(FILE *out, const struct choices *choices)
{
    if (choices->has_value) {
        fputs(" _oubli_set", out);
    } else if (choices->separator) {
        fprintf(out, " _sequence -s %c compadd - ", choices->separator);
        put_text(out, choices->words);
    } else if (choices->words[0] != '\0' && choices->has_files) {
        fputs(" _alternative \"words\\:word\\:(", out);
        for (const char *at = choices->words; *at; at++) {
            fprintf(out, "%s%c", *at == ':' ? "\\\\\\\\\\" : "", *at);
        }
        fputs(")\" \"files\\:file\\:_files\"", out);
    } else if (choices->words[0] != '\0') {
        fputs("(", out);
        put_text(out, choices->words);
        fputs(")", out);
    } else if (choices->has_files) {
        fputs("_files", out);
    }
}

static void put_option(FILE *out, const char *name, const char *help, const char *argument,
                       const struct choices *choices)
{
    fprintf(out, "            '*--%s%s[", name, argument ? "=" : "");
    put_text(out, help);
    fputc(']', out);
    if (argument) {
        fputc(':', out);
        put_text(out, argument);
        fputc(':', out);
        put_action(out, choices);
    }
    fputs("' \\\n", out);
}

static void put_subcommand(FILE *out, const struct subcommand *command)
{
    struct choices choices;
    const struct param *param;
    fprintf(out, "    %s)\n        _arguments \\\n", command->name);
    for (const struct option *option = option_table(); option->name; option++) {
        if (option->uses & command->use) {
            choices_of_option(&choices, option);
            put_option(out, option->name, option->help, option->argument, &choices);
        }
    }
    for (int i = 0; (param = completion_param(command, i)); i++) {
        choices_of_param(&choices, param);
        put_option(out, param->name, param->help, "value", &choices);
    }
    choices_of_argument(&choices, command);
    if (command->arguments_max > 0) {
        fputs("            '*:argument:", out);
        put_action(out, &choices);
        fputs("' ;;\n", out);
    } else {
        fputs("            && return ;;\n", out);
    }
}

/* `--set`: keys, then what may stand behind the `=`. */
static void put_set(FILE *out)
{
    struct choices choices;
    fputs("_oubli_set()\n{\n    if compset -P 1 '*='; then\n        case ${${IPREFIX%=}##*=} in\n",
          out);
    for (int i = 0; i < PARAM_COUNT; i++) {
        const struct param *param = param_at((enum param_id)i);
        choices_of_param(&choices, param);
        if (choices.words[0] != '\0') {
            fprintf(out, "        %s) compadd - %s ;;\n", param->name, choices.words);
        }
    }
    fputs("        esac\n    else\n        compadd -S = - ", out);
    for (int i = 0; i < PARAM_COUNT; i++) {
        fprintf(out, "%s ", param_at((enum param_id)i)->name);
    }
    fputs("\n    fi\n}\n\n", out);
}

void completion_zsh(FILE *out)
{
    fputs("#compdef oubli\n# Completion of oubli for zsh, written by `oubli completion zsh`.\n\n",
          out);
    put_set(out);
    fputs("_oubli()\n{\n    local command=live\n    local -a commands=(\n", out);
    for (const struct subcommand *at = subcommands(); at->name; at++) {
        fprintf(out, "        '%s:", at->name);
        put_text(out, at->summary);
        fputs("'\n", out);
    }
    fputs("    )\n"
          "    if [[ $words[2] != -* ]]; then\n"
          "        if ((CURRENT == 2)); then\n"
          "            _describe command commands\n"
          "            return\n"
          "        fi\n"
          "        command=$words[2]\n"
          "        shift words\n"
          "        ((CURRENT--))\n"
          "    fi\n"
          "    case $command in\n",
          out);
    for (const struct subcommand *at = subcommands(); at->name; at++) {
        put_subcommand(out, at);
    }
    fputs("    esac\n}\n\n"
          "if [[ $funcstack[1] == _oubli ]]; then\n"
          "    _oubli \"$@\"\n"
          "else\n"
          "    compdef _oubli oubli\n"
          "fi\n",
          out);
}
