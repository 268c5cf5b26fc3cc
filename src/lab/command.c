/* SPDX-License-Identifier: MIT */
#include "lab/command.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strategies/table.h"
#include "tasks/suite.h"

enum { WORDS_MAX = 6 };

/* A line cut into words; `rest[i]` is the text from word i on. */
struct words {
    int n;
    char word[WORDS_MAX][COMMAND_TEXT_MAX];
    const char *rest[WORDS_MAX];
};

typedef bool (*parse_function)(const struct words *words, struct command *command, struct err *err);

static bool parse_set(const struct words *words, struct command *command, struct err *err)
{
    enum param_id id;
    const struct param *param = param_find(words->word[1], &id);
    if (!param) {
        return err_set(err, ERR_USAGE,
                       "set: no parameter is called '%.40s'; see: oubli list parameters",
                       words->word[1]);
    }
    struct params probe = params_default();
    if (!param_parse(&probe, id, words->word[2], err)) {
        return false;
    }
    command->index = (int)id;
    snprintf(command->text, sizeof command->text, "%s", words->word[2]);
    return true;
}

static bool parse_strategy(const struct words *words, struct command *command, struct err *err)
{
    command->index = strategy_find(words->word[1]);
    command->on = strcmp(words->word[2], "on") == 0;
    if (command->index < 0) {
        return err_set(err, ERR_USAGE,
                       "%s: no strategy is called '%.40s'; see: oubli list strategies",
                       words->word[0], words->word[1]);
    }
    if (!command->on && strcmp(words->word[2], "off") != 0) {
        return err_set(err, ERR_USAGE, "%s %s: on or off expected, found '%.40s'", words->word[0],
                       words->word[1], words->word[2]);
    }
    return true;
}

static bool parse_task(const struct words *words, struct command *command, struct err *err)
{
    command->index = task_from_letter(words->word[1], SUITE_TASKS_MAX);
    return command->index >= 0 ||
           err_set(err, ERR_USAGE, "task: a task's letter expected (A, B ...), found '%.40s'",
                   words->word[1]);
}

static bool parse_speed(const struct words *words, struct command *command, struct err *err)
{
    if (strcmp(words->word[1], "max") == 0) {
        command->speed = 0;
        return true;
    }
    char *end;
    command->speed = strtod(words->word[1], &end);
    if (*end != '\0' || end == words->word[1] ||
        !(command->speed >= 0.01 && command->speed <= 1e9)) {
        return err_set(err, ERR_USAGE,
                       "speed: steps a second (0.01 to 1e9) or max expected, found '%.40s'",
                       words->word[1]);
    }
    return true;
}

static bool parse_rewind(const struct words *words, struct command *command, struct err *err)
{
    char *end;
    command->step = -1;
    if (words->n < 2) {
        return true;
    }
    errno = 0;
    command->step = strtol(words->word[1], &end, 10);
    return (isdigit((unsigned char)words->word[1][0]) && *end == '\0' && errno == 0) ||
           err_set(err, ERR_USAGE, "rewind: a step from 0 expected, found '%.40s'", words->word[1]);
}

static bool parse_note(const struct words *words, struct command *command, struct err *err)
{
    (void)err;
    snprintf(command->text, sizeof command->text, "%s", words->rest[1]);
    return true;
}

static bool parse_since(const char *word, int *since)
{
    if (strcmp(word, "start") == 0) {
        *since = MAP_SINCE_START;
    } else if (strcmp(word, "task") == 0) {
        *since = MAP_SINCE_TASK;
    } else {
        *since = task_from_letter(word, SUITE_TASKS_MAX);
        return *since >= 0;
    }
    return true;
}

static bool parse_map(const struct words *words, struct command *command, struct err *err)
{
    struct map_request *map = &command->map;
    *map = (struct map_request){.rows = 64, .cols = 64};
    char *end;
    long layer = strtol(words->word[1], &end, 10);
    if (*end != '\0' || layer < 1 || layer > NETWORK_LAYERS_MAX) {
        return err_set(err, ERR_USAGE, "map: a layer from 1 expected, found '%.40s'",
                       words->word[1]);
    }
    map->layer = (int)layer - 1;
    int what = 0;
    while (what < MAP_WHAT_COUNT &&
           strcmp(words->word[2], map_what_name((enum map_what)what)) != 0) {
        what++;
    }
    if (what == MAP_WHAT_COUNT) {
        return err_set(err, ERR_USAGE,
                       "map: drift, weights, gradient, fisher or update expected, found '%.40s'",
                       words->word[2]);
    }
    map->what = (enum map_what)what;
    if (!parse_since(words->word[3], &map->since)) {
        return err_set(err, ERR_USAGE,
                       "map: since start, task or a task's letter expected, found '%.40s'",
                       words->word[3]);
    }
    int n_read = 0;
    if (words->n > 4 && (sscanf(words->word[4], "%dx%d%n", &map->rows, &map->cols, &n_read) != 2 ||
                         words->word[4][n_read] != '\0' || map->rows < 1 || map->cols < 1 ||
                         map->rows > 4096 || map->cols > 4096)) {
        return err_set(err, ERR_USAGE, "map: ROWSxCOLS expected, found '%.40s'", words->word[4]);
    }
    return true;
}

static const struct grammar {
    const char *name;
    enum command_kind kind;
    int least, most; /* words, with the name */
    parse_function parse;
} grammars[] = {
    {"set", COMMAND_SET, 3, 3, parse_set},
    {"strategy", COMMAND_STRATEGY, 3, 3, parse_strategy},
    {"observe", COMMAND_OBSERVE, 3, 3, parse_strategy},
    {"next", COMMAND_NEXT, 1, 1, NULL},
    {"task", COMMAND_TASK, 2, 2, parse_task},
    {"consolidate", COMMAND_CONSOLIDATE, 1, 1, NULL},
    {"plug", COMMAND_PLUG, 1, 1, NULL},
    {"unplug", COMMAND_UNPLUG, 1, 1, NULL},
    {"pause", COMMAND_PAUSE, 1, 1, NULL},
    {"resume", COMMAND_RESUME, 1, 1, NULL},
    {"speed", COMMAND_SPEED, 2, 2, parse_speed},
    {"rewind", COMMAND_REWIND, 1, 2, parse_rewind},
    {"restart", COMMAND_RESTART, 1, 1, NULL},
    {"note", COMMAND_NOTE, 2, 0, parse_note},
    {"map", COMMAND_MAP, 4, 5, parse_map},
};

static const struct command_help helps[] = {
    {"set KEY VALUE", "change a parameter"},
    {"strategy NAME on|off", "switch a strategy on or off"},
    {"observe NAME on|off", "let a strategy that is off collect what it needs"},
    {"next", "end this task now and go on to the next"},
    {"task LETTER", "end this task now and train that one"},
    {"consolidate", "do the end-of-task work of the strategies now"},
    {"plug", "put LoRA's adapter back"},
    {"unplug", "take LoRA's adapter out: the base answers"},
    {"pause", "stop training"},
    {"resume", "go on training"},
    {"speed STEPS|max", "steps a second, or as fast as it can"},
    {"rewind [STEP]", "back to the start of this task, or to a step as it was"},
    {"restart", "back to the start, keeping what is on and set"},
    {"note TEXT", "put a marker with a title at this step"},
    {"map LAYER WHAT SINCE", "what the heatmap shows: map 1 drift task"},
    {NULL, NULL},
};

const struct command_help *command_helps(void)
{
    return helps;
}

static void split_words(const char *line, struct words *words)
{
    *words = (struct words){0};
    for (const char *at = line + strspn(line, " \t"); *at && words->n < WORDS_MAX;) {
        size_t length = strcspn(at, " \t");
        int fits = length < COMMAND_TEXT_MAX ? (int)length : COMMAND_TEXT_MAX - 1;
        words->rest[words->n] = at;
        snprintf(words->word[words->n++], COMMAND_TEXT_MAX, "%.*s", fits, at);
        at += length;
        at += strspn(at, " \t");
    }
}

static const char *usage_of(enum command_kind kind)
{
    return helps[kind].usage; /* both tables stand in the order of the enum */
}

bool command_parse(const char *line, struct command *command, struct err *err)
{
    struct words words;
    split_words(line, &words);
    *command = (struct command){0};
    for (size_t i = 0; words.n && i < sizeof grammars / sizeof *grammars; i++) {
        const struct grammar *grammar = &grammars[i];
        if (strcmp(grammar->name, words.word[0]) != 0) {
            continue;
        }
        if (words.n < grammar->least || (grammar->most && words.n > grammar->most)) {
            return err_set(err, ERR_USAGE, "%s: expected: %s; found '%.80s'", grammar->name,
                           usage_of(grammar->kind), line);
        }
        command->kind = grammar->kind;
        return !grammar->parse || grammar->parse(&words, command, err);
    }
    return err_set(err, ERR_USAGE, "'%.60s' is not a command; see: oubli help commands",
                   words.n ? words.word[0] : "");
}

static void format_since(int since, char *buf, size_t size)
{
    char letter[4];
    snprintf(buf, size, "%s",
             since == MAP_SINCE_START  ? "start"
             : since == MAP_SINCE_TASK ? "task"
                                       : task_letter(since, letter));
}

char *command_format(const struct command *command, char *buf, size_t size)
{
    char letter[4], since[8];
    const char *name = grammars[command->kind].name;
    switch (command->kind) {
    case COMMAND_SET:
        snprintf(buf, size, "%s %s %s", name, param_at((enum param_id)command->index)->name,
                 command->text);
        break;
    case COMMAND_STRATEGY:
    case COMMAND_OBSERVE:
        snprintf(buf, size, "%s %s %s", name, strategy_at(command->index)->name,
                 command->on ? "on" : "off");
        break;
    case COMMAND_TASK:
        snprintf(buf, size, "%s %s", name, task_letter(command->index, letter));
        break;
    case COMMAND_SPEED:
        if (command->speed > 0) {
            snprintf(buf, size, "%s %.10g", name, command->speed);
        } else {
            snprintf(buf, size, "%s max", name);
        }
        break;
    case COMMAND_REWIND:
        snprintf(buf, size, command->step >= 0 ? "%s %ld" : "%s", name, command->step);
        break;
    case COMMAND_NOTE:
        snprintf(buf, size, "%s %s", name, command->text);
        break;
    case COMMAND_MAP:
        format_since(command->map.since, since, sizeof since);
        snprintf(buf, size, "%s %d %s %s %dx%d", name, command->map.layer + 1,
                 map_what_name(command->map.what), since, command->map.rows, command->map.cols);
        break;
    default:
        snprintf(buf, size, "%s", name);
    }
    return buf;
}

bool command_is_view(const struct command *command)
{
    return command->kind == COMMAND_MAP;
}

const char *map_what_name(enum map_what what)
{
    static const char *const names[] = {"drift", "weights", "gradient", "fisher", "update"};
    return what < MAP_WHAT_COUNT ? names[what] : NULL;
}
