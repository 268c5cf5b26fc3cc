/* SPDX-License-Identifier: MIT */
#include "ui/cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cli/nearest.h"
#include "ui/screen/depth.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/theme.h"

#define SEED_LAST (UINT64_C(1) << 53) /* JSON readers hold whole numbers up to here exactly */

/* ---- values ---- */

/* Puts words before the message that is there. */
static bool prefix(struct err *err, const char *words)
{
    struct err inner = *err;
    return err_set(err, inner.code, "%s%s", words, inner.msg);
}

/* Reads digits and nothing else. */
static bool parse_whole(const char *text, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return isdigit((unsigned char)*text) && *end == '\0' && errno == 0;
}

static bool take_count(int *count, const char *name, int most, const char *text, struct err *err)
{
    uint64_t value;
    if (!parse_whole(text, &value) || value < 1 || value > (uint64_t)most) {
        return err_set(err, ERR_USAGE, "--%s: a whole number from 1 to %d expected, found '%.60s'",
                       name, most, text);
    }
    *count = (int)value;
    return true;
}

static bool take_data(struct options *options, const char *value, struct err *err)
{
    (void)err;
    options->config.data = value;
    return true;
}

static bool take_label(struct options *options, const char *value, struct err *err)
{
    (void)err;
    options->config.label_column = value;
    return true;
}

static bool take_suite(struct options *options, const char *value, struct err *err)
{
    (void)err; /* suite_create knows the names */
    options->config.suite = value;
    return true;
}

static bool take_tasks(struct options *options, const char *value, struct err *err)
{
    return take_count(&options->config.n_tasks, "tasks", SUITE_TASKS_MAX, value, err);
}

static bool take_scenario(struct options *options, const char *value, struct err *err)
{
    for (int i = 0; i < SCENARIO_COUNT; i++) {
        if (strcmp(scenario_name((enum scenario)i), value) == 0) {
            options->config.scenario = i;
            return true;
        }
    }
    return err_set(err, ERR_USAGE, "--scenario: task, domain or class expected, found '%.60s'",
                   value);
}

static bool take_strategy(struct options *options, const char *value, struct err *err)
{
    return config_parse_strategies(value, &options->config.learners[0].on, err) ||
           prefix(err, "--");
}

static bool take_param(struct options *options, enum param_id id, const char *value,
                       struct err *err)
{
    return param_parse(&options->config.learners[0].params, id, value, err);
}

static bool take_set(struct options *options, const char *value, struct err *err)
{
    const char *equals = strchr(value, '=');
    if (!equals || equals == value) {
        return err_set(err, ERR_USAGE,
                       "--set: KEY=VALUE expected, as in ewc.lambda=100; found '%.80s'", value);
    }
    char key[48];
    snprintf(key, sizeof key, "%.*s", (int)(equals - value < 47 ? equals - value : 47), value);
    enum param_id id;
    if (param_find(key, &id)) {
        return take_param(options, id, equals + 1, err) || prefix(err, "--set ");
    }
    struct nearest nearest = {.typed = key};
    for (int i = 0; i < PARAM_COUNT; i++) {
        nearest_offer(&nearest, param_at((enum param_id)i)->name);
    }
    return nearest.word
               ? err_set(err, ERR_USAGE, "--set: no parameter is called '%s'; did you mean %s?",
                         key, nearest.word)
               : err_set(err, ERR_USAGE,
                         "--set: no parameter is called '%s'; see: oubli list parameters", key);
}

static bool take_at(struct options *options, const char *value, struct err *err)
{
    struct script *script = &options->script;
    if (!script_add(script, value, err)) {
        return strncmp(err->msg, "--at", 4) != 0 ? prefix(err, "--at: ") : false;
    }
    const struct command *command = &script->lines[script->n - 1].command;
    if (command->kind == COMMAND_SET) {
        const struct param *param = param_at((enum param_id)command->index);
        if (param->when == PARAM_WHEN_START) {
            return err_set(
                err, ERR_USAGE,
                "--at: set: a parameter that can change while it trains expected, found '%s', "
                "which is fixed at the start; use --%s",
                param->name, param->name);
        }
    }
    return true;
}

static bool take_seed(struct options *options, const char *value, struct err *err)
{
    if (!parse_whole(value, &options->config.seed) || options->config.seed > SEED_LAST) {
        return err_set(err, ERR_USAGE,
                       "--seed: a whole number from 0 to %llu expected, found '%.60s'",
                       (unsigned long long)SEED_LAST, value);
    }
    return true;
}

static bool take_seeds(struct options *options, const char *value, struct err *err)
{
    return take_count(&options->n_seeds, "seeds", SEEDS_MAX, value, err);
}

static bool take_json(struct options *options, const char *value, struct err *err)
{
    if (*value == '\0') {
        return err_set(err, ERR_USAGE,
                       "--json: a file, or - for the standard output expected, found ''");
    }
    options->json = value;
    return true;
}

static bool take_json_flag(struct options *options, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    options->is_json = true;
    return true;
}

static bool take_size(struct options *options, const char *value, struct err *err)
{
    int cols, rows, n = -1;
    bool is_read = isdigit((unsigned char)*value) &&
                   sscanf(value, "%4dx%n%4d%n", &cols, &n, &rows, &n) == 2 && value[n] == '\0' &&
                   isdigit((unsigned char)strchr(value, 'x')[1]);
    if (!is_read || cols < SIZE_MIN || cols > SIZE_MAX_CELLS || rows < SIZE_MIN ||
        rows > SIZE_MAX_CELLS) {
        return err_set(err, ERR_USAGE,
                       "--size: COLSxROWS from %dx%d to %dx%d expected, found '%.60s'", SIZE_MIN,
                       SIZE_MIN, SIZE_MAX_CELLS, SIZE_MAX_CELLS, value);
    }
    options->cols = cols;
    options->rows = rows;
    return true;
}

static bool take_fps(struct options *options, const char *value, struct err *err)
{
    return take_count(&options->fps, "fps", FPS_MAX, value, err);
}

static bool take_color(struct options *options, const char *value, struct err *err)
{
    options->color = value;
    return depth_is_option(value) ||
           err_set(err, ERR_USAGE,
                   "--color: one of auto, never, 16, 256, direct expected, found '%.60s'", value);
}

static bool take_glyphs(struct options *options, const char *value, struct err *err)
{
    options->glyphs = strcmp(value, "auto") == 0 ? NULL : value;
    return !options->glyphs || glyphs_find(value) ||
           err_set(err, ERR_USAGE,
                   "--glyphs: one of auto, braille, block, ascii expected, found '%.60s'", value);
}

static bool take_theme(struct options *options, const char *value, struct err *err)
{
    char names[120] = "";
    for (int i = 0; theme_at(i); i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", theme_at(i)->name);
    }
    options->theme = value;
    return theme_find(value) ||
           err_set(err, ERR_USAGE, "--theme: one of %s expected, found '%.60s'", names, value);
}

static bool take_no_mouse(struct options *options, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    options->has_no_mouse = true;
    return true;
}

static bool take_help(struct options *options, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    options->wants_help = true;
    return true;
}

static bool take_version(struct options *options, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    options->wants_version = true;
    return true;
}

static const struct option table[] = {
    {"data", 0, USE_SESSION, "NAME|DIR|FILE.csv", "digits",
     "what to learn from: a dataset's name, a folder of IDX files, a table", take_data},
    {"label", 0, USE_SESSION, "COLUMN", "the last",
     "the label column of a table: its name or number", take_label},
    {"suite", 0, USE_SESSION, "NAME", "permuted", "how tasks are made of the data", take_suite},
    {"tasks", 0, USE_SESSION, "N", "5", "how many tasks, 1 to 1000", take_tasks},
    {"scenario", 0, USE_SESSION, "task|domain|class", "the suite's own",
     "what is known at test time", take_scenario},
    {"strategy", 0, USE_SESSION, "NAMES", "none", "what is on at the start, as in ewc+replay",
     take_strategy},
    {"set", 0, USE_SESSION, "KEY=VALUE", NULL, "any parameter; may be repeated", take_set},
    {"at", 0, USE_SESSION, "WHEN:COMMAND", NULL,
     "a command at a step, as in 400:'strategy ewc on', or so many steps into a task, as in "
     "B+10:'set lr 0.01'; may be repeated",
     take_at},
    {"seed", 0, USE_SESSION, "N", "0", "the same seed gives the same run, bit for bit", take_seed},
    {"seeds", 0, USE_RUN, "N", "1", "N runs from --seed on, mean and standard deviation, 1 to 1000",
     take_seeds},
    {"json", 0, USE_RUN, "FILE|-", NULL,
     "one line of JSON for each run, into a file or to the output", take_json},
    {"json", 0, USE_BENCH, "FILE|-", NULL,
     "one line of JSON for each figure, into a file or to the output", take_json},
    {"json", 0, USE_LIST, NULL, NULL, "an array of JSON objects instead of columns",
     take_json_flag},
    {"size", 0, USE_SESSION, "COLSxROWS", "the terminal's", "size of the screen", take_size},
    {"fps", 0, USE_SESSION, "N", "30", "frames a second while it trains, 1 to 60", take_fps},
    {"color", 0, USE_SESSION, "auto|never|16|256|direct", "auto", "how many colours", take_color},
    {"glyphs", 0, USE_SESSION, "auto|braille|block|ascii", "auto", "what curves are drawn with",
     take_glyphs},
    {"theme", 0, USE_SESSION, "NAME", "dark", "colours of the screen", take_theme},
    {"no-mouse", 0, USE_SESSION, NULL, NULL, "leave the mouse to the terminal", take_no_mouse},
    {"help", 'h', USE_ALL, NULL, NULL, "help on this command", take_help},
    {"version", 'V', USE_ALL, NULL, NULL, "the version", take_version},
    {0},
};

const struct option *option_table(void)
{
    return table;
}

/* ---- the line ---- */

/* An option as it stands on the line. */
struct token {
    const char *shown;   /* "--lr=0.1" */
    char name[48];       /* "lr" */
    const char *value;   /* behind '=', or NULL */
    const char *command; /* whose option it should be */
};

static const struct option *find_long(const char *name, unsigned use)
{
    for (const struct option *option = table; option->name; option++) {
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

static bool unknown_option(const struct token *token, unsigned use, struct err *err)
{
    enum param_id id;
    const struct option *elsewhere = find_long(token->name, USE_ALL);
    bool is_known = elsewhere
                        ? !(elsewhere->uses & use)
                        : !(use & USE_SESSION) && find_param_option(token->name, USE_SESSION, &id);
    if (is_known && token->shown[1] == '-') {
        bool is_run_only = elsewhere && elsewhere->uses == USE_RUN;
        return err_set(err, ERR_USAGE, "--%s: not an option of oubli %s; it belongs to %s",
                       token->name, token->command,
                       is_run_only ? "oubli run" : "oubli live and oubli run");
    }
    if (use & USE_SESSION && param_find(token->name, &id)) {
        return err_set(err, ERR_USAGE, "unknown option --%s; did you mean --set %s=%s?",
                       token->name, token->name, token->value ? token->value : "VALUE");
    }
    struct nearest nearest = {.typed = token->name};
    for (const struct option *option = table; option->name; option++) {
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
        for (const struct option *option = table; option->name; option++) {
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

static bool parse_option(struct options *options, const struct command_line *line, int *i,
                         struct err *err)
{
    struct token token = token_of(line->argv[*i], line->command);
    bool is_long = strncmp(line->argv[*i], "--", 2) == 0 || !token.shown;
    enum param_id id = PARAM_COUNT;
    const struct option *option = is_long ? find_long(token.name, line->use) : NULL;
    bool is_param = is_long && !option && find_param_option(token.name, line->use, &id);
    if (!option && !is_param) {
        return unknown_option(&token, line->use, err);
    }
    if (option && !option->argument) {
        return token.value ? err_set(err, ERR_USAGE, "--%s: no value expected, found '%.60s'",
                                     token.name, token.value)
                           : option->take(options, NULL, err);
    }
    const char *value = value_of(&token, option ? option->argument : "a value", line, i, err);
    if (!value) {
        return false;
    }
    return option ? option->take(options, value, err)
                  : take_param(options, id, value, err) || prefix(err, "--");
}

static bool take_argument(struct options *options, const struct command_line *line,
                          const char *text, struct err *err)
{
    if (line->arguments_max == 0) {
        return err_set(err, ERR_USAGE,
                       "%s: only options expected, found '%.60s'; see: oubli help %s",
                       line->command, text, line->command);
    }
    if (options->argument) {
        return err_set(err, ERR_USAGE, "%s: one topic expected, found a second, '%.60s'",
                       line->command, text);
    }
    options->argument = text;
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
    if (options->config.seed + (uint64_t)options->n_seeds - 1 > SEED_LAST) {
        return err_set(err, ERR_USAGE, "--seeds: seeds up to %llu expected, found %d from %llu on",
                       (unsigned long long)SEED_LAST, options->n_seeds,
                       (unsigned long long)options->config.seed);
    }
    return true;
}

struct options options_default(void)
{
    return (struct options){.config = config_default(), .n_seeds = 1, .fps = 30};
}

bool options_parse(struct options *options, const struct command_line *line, struct err *err)
{
    bool is_over = false; /* "--" has been seen */
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
    return check(options, err);
}

void options_observe(struct options *options, bool is_live)
{
    bool is_wanted = is_live;
    for (int i = 0; i < options->script.n; i++) {
        const struct command *command = &options->script.lines[i].command;
        is_wanted = is_wanted || command->kind == COMMAND_CONSOLIDATE ||
                    (command->kind == COMMAND_STRATEGY && command->on);
    }
    for (int i = 0; i < options->config.n_learners; i++) {
        options->config.learners[i].observed = is_wanted ? config_observed_by_default() : 0;
    }
}
