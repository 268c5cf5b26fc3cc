/* SPDX-License-Identifier: MIT */
#include "ui/cli/command_line.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "ui/cli/cmd.h"
#include "ui/cli/learner_options.h"

/* An option as it stands on the line. */
struct token {
    const char *shown;   /* "--lr=0.1" */
    char name[48];       /* "lr" */
    const char *value;   /* behind '=', or NULL */
    const char *command; /* whose option it should be */
};

static const struct option *find_long(const char *name, unsigned use)
{
    for (const struct option *option = option_table(); option->name; option++) {
        if (option->uses & use && strcmp(option->name, name) == 0) {
            return option;
        }
    }
    return NULL;
}

/* The parameter that is an option by itself. */
static const struct param *find_param_option(const char *name, unsigned use, enum param_id *id)
{
    return use & USE_SESSION && !strchr(name, '.') ? param_find(name, id) : NULL;
}

/* The subcommands that have an option of that name, as bits. */
static unsigned uses_of(const char *name)
{
    enum param_id id;
    unsigned uses = find_param_option(name, USE_SESSION, &id) ? USE_SESSION : 0;
    for (const struct option *option = option_table(); option->name; option++) {
        uses |= strcmp(option->name, name) == 0 ? option->uses : 0;
    }
    return uses;
}

/* "oubli live and oubli run" */
static void put_owners(char *text, size_t size, unsigned uses)
{
    size_t used = 0;
    text[0] = '\0';
    for (const struct subcommand *at = subcommands(); at->name && used < size; at++) {
        if (uses & at->use) {
            uses &= ~at->use;
            used += (size_t)snprintf(text + used, size - used, "%soubli %s",
                                     used == 0 ? ""
                                     : uses    ? ", "
                                               : " and ",
                                     at->name);
        }
    }
}

static bool unknown_option(const struct token *token, unsigned use, struct err *err)
{
    enum param_id id;
    unsigned uses = uses_of(token->name);
    if (uses && !(uses & use) && token->shown[1] == '-') {
        char owners[200];
        put_owners(owners, sizeof owners, uses);
        return err_set(err, ERR_USAGE, "--%.40s: not an option of oubli %s; it belongs to %s",
                       token->name, token->command, owners);
    }
    if (use & USE_SESSION && param_find(token->name, &id)) {
        return err_set(err, ERR_USAGE, "unknown option --%s; did you mean --set %s=%s?",
                       token->name, token->name, token->value ? token->value : "VALUE");
    }
    struct nearest nearest = {.typed = token->name};
    for (const struct option *option = option_table(); option->name; option++) {
        if (option->uses & use) {
            nearest_offer(&nearest, option->name);
        }
    }
    for (int i = 0; use & USE_SESSION && i < PARAM_COUNT; i++) {
        const char *name = param_at((enum param_id)i)->name;
        if (!strchr(name, '.')) {
            nearest_offer(&nearest, name);
        }
    }
    return nearest.word ? err_set(err, ERR_USAGE, "unknown option %.60s; did you mean --%s?",
                                  token->shown, nearest.word)
                        : err_set(err, ERR_USAGE, "unknown option %.60s; see: oubli help options",
                                  token->shown);
}

/* Cuts "--lr=0.1" or "-h" into its parts. */
static struct token token_of(const char *text, const char *command)
{
    const char *name = text + strspn(text, "-"), *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    struct token token = {.shown = text, .value = equals ? equals + 1 : NULL, .command = command};
    snprintf(token.name, sizeof token.name, "%.*s", (int)(length < 47 ? length : 47), name);
    if (text[1] != '-') {
        for (const struct option *option = option_table(); option->name; option++) {
            if (option->letter && text[1] == option->letter && text[2] == '\0') {
                snprintf(token.name, sizeof token.name, "%s", option->name);
                token.shown = NULL; /* a letter, and found */
            }
        }
    }
    return token;
}

/* The value: behind '=', or the next word on the line, unless that is an option itself. */
static const char *value_of(const struct token *token, const char *argument,
                            const struct command_line *line, int *i, struct err *err)
{
    if (token->value) {
        return token->value;
    }
    const char *next = *i + 1 < line->argc ? line->argv[*i + 1] : NULL;
    if (next && strncmp(next, "--", 2) != 0) {
        ++*i;
        return next;
    }
    if (next) {
        err_set(err, ERR_USAGE, "--%s: %s expected, found the option '%.60s'", token->name,
                argument, next);
    } else {
        err_set(err, ERR_USAGE, "--%s: %s expected, found nothing", token->name, argument);
    }
    return NULL;
}

/* What the line says at argv[*i], which is left at its last word. */
struct found {
    const struct option *option; /* NULL: it is a parameter */
    enum param_id id;
    char name[48];
    const char *value;
};

static bool read_option(const struct command_line *line, int *i, struct found *found,
                        struct err *err)
{
    struct token token = token_of(line->argv[*i], line->command);
    bool is_long = strncmp(line->argv[*i], "--", 2) == 0 || !token.shown;
    *found = (struct found){.id = PARAM_COUNT};
    memcpy(found->name, token.name, sizeof found->name);
    found->option = is_long ? find_long(token.name, line->use) : NULL;
    bool is_param =
        is_long && !found->option && find_param_option(token.name, line->use, &found->id);
    if (!found->option && !is_param) {
        return unknown_option(&token, line->use, err);
    }
    if (found->option && !found->option->argument) {
        return !token.value || err_set(err, ERR_USAGE, "--%s: no value expected, found '%.60s'",
                                       token.name, token.value);
    }
    found->value =
        value_of(&token, found->option ? found->option->argument : "a value", line, i, err);
    return found->value != NULL;
}

static bool parse_option(struct options *options, const struct command_line *line, int *i,
                         struct err *err)
{
    struct found found;
    if (!read_option(line, i, &found, err)) {
        return false;
    }
    return found.option
               ? found.option->take(options, found.value, err)
               : options_take_param(options, found.id, found.value, err) || err_prefix(err, "--");
}

bool command_line_next(const struct command_line *line, int *i, struct given *given)
{
    for (; *i < line->argc && strcmp(line->argv[*i], "--") != 0; ++*i) {
        const char *text = line->argv[*i];
        struct found found;
        struct err err;
        if (text[0] == '-' && text[1] != '\0' && read_option(line, i, &found, &err)) {
            given->uses = found.option ? found.option->uses : USE_SESSION;
            given->value = found.value;
            memcpy(given->name, found.name, sizeof given->name);
            ++*i;
            return true;
        }
    }
    return false;
}

static bool take_argument(struct options *options, const struct command_line *line,
                          const char *text, struct err *err)
{
    if (line->arguments_max == 0) {
        return err_set(err, ERR_USAGE,
                       "%s: only options expected, found '%.60s'; see: oubli help %s",
                       line->command, text, line->command);
    }
    if (options->n_arguments == line->arguments_max && line->arguments_max > 1) {
        return err_set(err, ERR_USAGE, "%s: at most %d names expected, found one more, '%.60s'",
                       line->command, line->arguments_max, text);
    }
    if (options->n_arguments == line->arguments_max) {
        bool is_file = line->use & USE_RECORDING;
        return err_set(err, ERR_USAGE, "%s: one %s expected, found a second, '%.60s'",
                       line->command,
                       is_file                ? "recording"
                       : line->use & USE_PLOT ? "file of merged runs"
                                              : "topic",
                       text);
    }
    options->arguments[options->n_arguments++] = text;
    return true;
}

/* What only the whole line can say. */
static bool check(const struct options *options, struct err *err)
{
    const struct params *params = &options->config.learners[0].params;
    if (params->is_set[PARAM_EPOCHS] && params->is_set[PARAM_STEPS] &&
        params->value[PARAM_STEPS] > 0) {
        return err_set(err, ERR_USAGE, "--steps: either --epochs or --steps expected, found both");
    }
    if (options->record && options->n_seeds > 1) {
        return err_set(err, ERR_USAGE, "--record: one session expected, found --seeds %d",
                       options->n_seeds);
    }
    if (options->save_path[0] != '\0' && options->n_seeds > 1) {
        return err_set(err, ERR_USAGE, "--save: one session expected, found --seeds %d",
                       options->n_seeds);
    }
    if (options->config.seed + (uint64_t)options->n_seeds - 1 > SEED_LAST) {
        return err_set(err, ERR_USAGE, "--seeds: seeds up to %llu expected, found %d from %llu on",
                       (unsigned long long)SEED_LAST, options->n_seeds,
                       (unsigned long long)options->config.seed);
    }
    return true;
}

/* What a session is like is taken first, wherever it stands: the rest is said over it. */
static bool parse_like(struct options *options, const struct command_line *line, struct err *err)
{
    bool ok = true;
    for (int i = 0; ok && line->use & (USE_LIVE | USE_RUN) && i < line->argc; i++) {
        struct token token = token_of(line->argv[i], line->command);
        if (strcmp(line->argv[i], "--") == 0) {
            break;
        }
        if (strncmp(line->argv[i], "--", 2) == 0 && strcmp(token.name, "like") == 0) {
            const char *run = value_of(&token, "RUN", line, &i, err);
            ok = run && options_take_like(options, run, err);
        }
    }
    return ok;
}

bool options_parse(struct options *options, const struct command_line *line, struct err *err)
{
    if (!parse_like(options, line, err)) {
        return false;
    }
    bool is_over = false; /* "--" has been seen */
    options->argc = line->argc;
    options->argv = line->argv;
    for (int i = 0; i < line->argc; i++) {
        const char *text = line->argv[i];
        if (!is_over && strcmp(text, "--") == 0) {
            is_over = true;
            continue;
        }
        bool is_option = !is_over && text[0] == '-' && text[1] != '\0';
        if (!(is_option ? parse_option(options, line, &i, err)
                        : take_argument(options, line, text, err))) {
            return false;
        }
        if (options->wants_help || options->wants_version) {
            return true;
        }
    }
    return check(options, err) &&
           learner_options_make(&options->config, options->learners, options->n_learners,
                                &options->says_observe, err);
}
