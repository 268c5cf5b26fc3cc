/* SPDX-License-Identifier: MIT
 * What may stand where, and `oubli completion`. */
#include "ui/cli/completion.h"

#include <ctype.h>
#include <string.h>

#include "ui/cli/listing.h"
#include "ui/cli/output.h"
#include "ui/cli/topics.h"

/* ---- what may stand in a place ---- */

static void add(struct choices *choices, const char *word, size_t length)
{
    size_t used = strlen(choices->words);
    if (length > 0 && used + length + 2 < sizeof choices->words) {
        snprintf(choices->words + used, sizeof choices->words - used, "%s%.*s", used ? " " : "",
                 (int)length, word);
    }
}

/* A word as it is typed: "braille", "256". */
static bool is_word(const char *text, size_t length)
{
    size_t i = 0;
    while (i < length && (islower((unsigned char)text[i]) || isdigit((unsigned char)text[i]))) {
        i++;
    }
    return length > 0 && i == length;
}

static bool names_file(const char *text, size_t length)
{
    char part[64];
    snprintf(part, sizeof part, "%.*s", (int)length, text);
    return strstr(part, "FILE") || strstr(part, "DIR") || strstr(part, "OUT");
}

/* "auto|never|16": the words in it; "NAME|DIR|FILE.csv": files. */
static void add_form(struct choices *choices, const char *form)
{
    while (*form) {
        size_t length = strcspn(form, "| ");
        if (is_word(form, length)) {
            add(choices, form, length);
        }
        choices->has_files |= names_file(form, length);
        form += length;
        form += *form != '\0';
    }
}

/* The first column. */
static void add_listing(struct choices *choices, const char *name)
{
    const struct listing *listing = listing_find(name);
    struct row row;
    for (int i = 0; listing->row(i, 0, &row); i++) {
        bool is_typed = islower((unsigned char)row.cell[0][0]); /* not "FILE.csv" */
        add(choices, row.cell[0], is_typed ? strlen(row.cell[0]) : 0);
    }
}

void choices_of_option(struct choices *choices, const struct option *option)
{
    static const struct {
        const char *option, *listing, *more;
        char separator;
        bool has_value;
    } listed[] = {
        {"data", "datasets", "", 0, false},
        {"suite", "suites", "", 0, false},
        {"theme", "themes", "", 0, false},
        {"strategy", "strategies", "none", '+', false},
        {"probes", "probes", "all", ',', false},
        {"set", "parameters", "", 0, true},
        {"over", "parameters", "strategy suite data", 0, true},
    };
    *choices = (struct choices){0};
    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++) {
        if (strcmp(listed[i].option, option->name) == 0) {
            add_listing(choices, listed[i].listing);
            add(choices, listed[i].more, strlen(listed[i].more));
            choices->has_files = names_file(option->argument, strlen(option->argument));
            choices->separator = listed[i].separator;
            choices->has_value = listed[i].has_value;
            return;
        }
    }
    if (option->argument) {
        add_form(choices, option->argument);
    }
}

void choices_of_param(struct choices *choices, const struct param *param)
{
    *choices = (struct choices){0};
    for (int i = 0; param->kind == PARAM_KIND_CHOICE && param->words[i]; i++) {
        add(choices, param->words[i], strlen(param->words[i]));
    }
}

void choices_of_argument(struct choices *choices, const struct subcommand *command)
{
    *choices = (struct choices){0};
    if (command->arguments_max == 0) {
        return;
    }
    if (command->use == USE_LIST) {
        for (const struct listing *at = listings(); at->name; at++) {
            add(choices, at->name, at->is_listed ? strlen(at->name) : 0);
        }
        add(choices, "columns", strlen("columns"));
        choices->has_files = true; /* whose columns are to be listed */
    } else if (command->use == USE_BENCH) {
        for (int i = 0; cmd_bench_section(i); i++) {
            add(choices, cmd_bench_section(i), strlen(cmd_bench_section(i)));
        }
    } else if (strstr(command->usage, "TOPIC")) {
        for (int i = 0; topic_name(i); i++) {
            add(choices, topic_name(i), strlen(topic_name(i)));
        }
    } else {
        add_form(choices, command->usage);
    }
}

const struct param *completion_param(const struct subcommand *command, int i)
{
    for (int j = 0; command->use & USE_SESSION && j < PARAM_COUNT; j++) {
        const struct param *param = param_at((enum param_id)j);
        if (!strchr(param->name, '.') && i-- == 0) {
            return param;
        }
    }
    return NULL;
}

/* ---- the subcommand ---- */

static const struct {
    const char *name;
    void (*write)(FILE *out);
} shells[] = {{"bash", completion_bash}, {"zsh", completion_zsh}, {"fish", completion_fish}};

enum { SHELLS = sizeof shells / sizeof *shells };

const char *completion_shell(int i)
{
    return i < SHELLS ? shells[i].name : NULL;
}

int cmd_completion(const struct options *options)
{
    const char *name = options->arguments[0] ? options->arguments[0] : "";
    struct output output = {0};
    struct err err = {0};
    int i = 0;
    while (i < SHELLS && strcmp(shells[i].name, name) != 0) {
        i++;
    }
    if (i == SHELLS) {
        err_set(&err, ERR_USAGE, "completion: bash, zsh or fish expected, found %s%.40s%s",
                *name ? "'" : "nothing", name, *name ? "'" : "");
        return output_fail(&err);
    }
    if (!output_open(&output, &err)) {
        return output_fail(&err);
    }
    shells[i].write(output.stream);
    int code = output_print(&output, true);
    output_close(&output);
    return code;
}
