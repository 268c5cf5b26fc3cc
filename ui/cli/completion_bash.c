/* SPDX-License-Identifier: MIT
 * For bash, 3.2 and newer, without the package bash-completion. */
#include <string.h>

#include "ui/cli/completion.h"

/* What is the same for all programs; the words come between. */
static const char head[] =
    "# Completion of oubli for bash, written by `oubli completion bash`.\n"
    "\n"
    "_oubli()\n"
    "{\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} before= key= command=live words= files=\n"
    "    local separator= value= first=\n"
    "    local i=$((COMP_CWORD - 1))\n"
    "    COMPREPLY=()\n"
    "    # `--option=value` and `key=value` are three words here.\n"
    "    [[ $current == = ]] && current= && i=$((i + 1))\n"
    "    [[ ${COMP_WORDS[i]} == = ]] && i=$((i - 1)) && key=${COMP_WORDS[i]}\n"
    "    before=${COMP_WORDS[i]}\n"
    "    [[ $key && $key != -* ]] && before=${COMP_WORDS[i - 1]}\n"
    "    [[ $before == = ]] && before=${COMP_WORDS[i - 2]}\n"
    "    ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[1]} != -* ]] && command=${COMP_WORDS[1]}\n"
    "    if [[ ($before == --set || $before == --over) && $key && $key != -* ]]; then\n"
    "        before=--set:$key\n"
    "    fi\n"
    "    case $command:$before in\n";

static const char middle[] = "    *)\n"
                             "        case $command:$current in\n";

static const char tail[] = "        esac ;;\n"
                           "    esac\n"
                           "    if [[ $separator && $current == *\"$separator\"* ]]; then\n"
                           "        first=${current%\"$separator\"*}$separator\n"
                           "    fi\n"
                           "    COMPREPLY=($(compgen -P \"$first\" -S \"$value\" -W \"$words\" -- "
                           "\"${current#\"$first\"}\"))\n"
                           "    if [[ $files ]]; then\n"
                           "        local IFS=$'\\n'\n"
                           "        COMPREPLY+=($(compgen -f -- \"$current\"))\n"
                           "        compopt -o filenames 2>/dev/null\n"
                           "    fi\n"
                           "    [[ $value || $separator ]] && compopt -o nospace 2>/dev/null\n"
                           "    return 0\n"
                           "}\n"
                           "complete -F _oubli oubli\n";

/* What follows a pattern of `case`. */
static void put_choices(FILE *out, const struct choices *choices)
{
    if (choices->words[0] != '\0') {
        fprintf(out, " words='%s'", choices->words);
    }
    if (choices->has_files) {
        fputs(" files=1", out);
    }
    if (choices->separator) {
        fprintf(out, " separator='%c'", choices->separator);
    }
    if (choices->has_value) {
        fputs(" value==", out);
    }
    fputs(" ;;\n", out);
}

static void put_option(FILE *out, const struct option *option)
{
    struct choices choices;
    bool is_first = true;
    for (const struct subcommand *at = subcommands(); at->name; at++) {
        if (option->uses & at->use) {
            fprintf(out, "%s%s:--%s", is_first ? "    " : " | ", at->name, option->name);
            is_first = false;
        }
    }
    choices_of_option(&choices, option);
    fputc(')', out);
    put_choices(out, &choices);
}

static void put_param(FILE *out, const char *pattern, const struct param *param)
{
    struct choices choices;
    choices_of_param(&choices, param);
    fprintf(out, "    *:%s%s)", pattern, param->name);
    put_choices(out, &choices);
}

static void put_values(FILE *out)
{
    for (const struct option *option = option_table(); option->name; option++) {
        if (option->argument) {
            put_option(out, option);
        }
    }
    for (int i = 0; i < PARAM_COUNT; i++) {
        const struct param *param = param_at((enum param_id)i);
        put_param(out, "--set:", param);
        if (!strchr(param->name, '.')) {
            put_param(out, "--", param);
        }
    }
}

static void put_subcommand(FILE *out, const struct subcommand *command)
{
    struct choices choices;
    const struct param *param;
    fprintf(out, "        %s:-*) words='", command->name);
    for (const struct option *option = option_table(); option->name; option++) {
        if (option->uses & command->use) {
            fprintf(out, "--%s ", option->name);
        }
    }
    for (int i = 0; (param = completion_param(command, i)); i++) {
        fprintf(out, "--%s ", param->name);
    }
    choices_of_argument(&choices, command);
    fprintf(out, "' ;;\n        %s:*)", command->name);
    put_choices(out, &choices);
}

void completion_bash(FILE *out)
{
    fputs(head, out);
    put_values(out);
    fputs(middle, out);
    fputs("        live:[!-]* | live:)\n            ((COMP_CWORD == 1)) && words='", out);
    for (const struct subcommand *at = subcommands(); at->name; at++) {
        fprintf(out, "%s ", at->name);
    }
    fputs("' ;;\n", out);
    for (const struct subcommand *at = subcommands(); at->name; at++) {
        put_subcommand(out, at);
    }
    fputs(tail, out);
}
