/* SPDX-License-Identifier: MIT */
#include "lab/command.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "lab/learner_spec.h"
#include "strategies/table.h"
#include "tasks/suite.h"

enum { WORDS_MAX = 7 }; /* one more than any command has, so that too many are seen */

/* A line cut into words; `rest[i]` is the text from word i on. */
struct words {
    int n;
    char word[WORDS_MAX][COMMAND_TEXT_MAX];
    const char *rest[WORDS_MAX];
};

typedef bool (*parse_function)(const struct words *words, struct command *command, struct err *err);

/* What was typed is none of the names; false. */
static bool refuse_name(struct err *err, const char *what, const struct nearest *nearest,
                        const char *list)
{
    return nearest->word
               ? err_set(err, ERR_USAGE, "%s '%.40s'; did you mean %s?", what, nearest->typed,
                         nearest->word)
               : err_set(err, ERR_USAGE, "%s '%.40s'; see: oubli %s", what, nearest->typed, list);
}

static bool parse_set(const struct words *words, struct command *command, struct err *err)
{
    enum param_id id;
    const struct param *param = param_find(words->word[1], &id);
    if (!param) {
        struct nearest nearest = {.typed = words->word[1]};
        for (int i = 0; i < PARAM_COUNT; i++) {
            nearest_offer(&nearest, param_at((enum param_id)i)->name);
        }
        return refuse_name(err, "set: no parameter is called", &nearest, "list parameters");
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
        struct nearest nearest = {.typed = words->word[1]};
        char what[64];
        for (int i = 0; i < strategy_count(); i++) {
            nearest_offer(&nearest, strategy_at(i)->name);
        }
        snprintf(what, sizeof what, "%.30s: no strategy is called", words->word[0]);
        return refuse_name(err, what, &nearest, "list strategies");
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

static bool parse_step(const char *command, const char *word, long *step, struct err *err)
{
    char *end;
    errno = 0;
    *step = strtol(word, &end, 10);
    return (isdigit((unsigned char)word[0]) && *end == '\0' && errno == 0) ||
           err_set(err, ERR_USAGE, "%s: a step from 0 expected, found '%.40s'", command, word);
}

static bool parse_rewind(const struct words *words, struct command *command, struct err *err)
{
    command->step = -1;
    return words->n < 2 || parse_step("rewind", words->word[1], &command->step, err);
}

/* NAME[: SETTINGS] from word 1 on; checked here, read again when it is carried out. */
static bool parse_spec(const struct words *words, struct command *command, struct err *err)
{
    struct learner_config probe = {.params = params_default()};
    if (words->n < 2) {
        return true;
    }
    if (strlen(words->rest[1]) >= sizeof command->text) {
        return err_set(err, ERR_USAGE, "%s: at most %zu characters expected, found more",
                       words->word[0], sizeof command->text - 1);
    }
    snprintf(command->text, sizeof command->text, "%s", words->rest[1]);
    return learner_spec_parse(command->text, &probe, err);
}

static bool take_name(const char *word, char name[LEARNER_NAME_MAX], struct err *err)
{
    if (!learner_name_check(word, err)) {
        return false;
    }
    snprintf(name, LEARNER_NAME_MAX, "%.*s", LEARNER_NAME_MAX - 1, word);
    return true;
}

static bool parse_rename(const struct words *words, struct command *command, struct err *err)
{
    char name[LEARNER_NAME_MAX];
    if (!take_name(words->word[words->n - 1], name, err)) {
        return false;
    }
    snprintf(command->text, sizeof command->text, "%s", name);
    return words->n < 3 || take_name(words->word[1], command->name, err);
}

static bool parse_remove(const struct words *words, struct command *command, struct err *err)
{
    return words->n < 2 || take_name(words->word[1], command->name, err);
}

static bool parse_learner(const struct words *words, struct command *command, struct err *err)
{
    command->on = strcmp(words->word[1], "all") == 0;
    return command->on || take_name(words->word[1], command->name, err);
}

static bool parse_note(const struct words *words, struct command *command, struct err *err)
{
    (void)err;
    snprintf(command->text, sizeof command->text, "%s", words->rest[1]);
    return true;
}

static bool parse_ask(const struct words *words, struct command *command, struct err *err)
{
    (void)err;
    snprintf(command->text, sizeof command->text, "%s", words->n > 1 ? words->rest[1] : "");
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

static bool parse_cells(const char *word, int *rows, int *cols)
{
    int n_read = 0;
    return sscanf(word, "%dx%d%n", rows, cols, &n_read) == 2 && word[n_read] == '\0' &&
           *rows >= 1 && *cols >= 1 && *rows <= 4096 && *cols <= 4096;
}

static bool parse_shown(const struct words *words, struct command *command, struct err *err)
{
    struct exhibit_request *shown = &command->shown;
    *shown =
        (struct exhibit_request){.is_shown = command->kind == COMMAND_SHOW, .rows = 64, .cols = 64};
    while (exhibit_name((enum exhibit)command->index) &&
           strcmp(words->word[1], exhibit_name((enum exhibit)command->index)) != 0) {
        command->index++;
    }
    if (command->index == EXHIBIT_COUNT) {
        return err_set(err, ERR_USAGE, "%s: writing, surface or samples expected, found '%.40s'",
                       words->word[0], words->word[1]);
    }
    return words->n < 3 || parse_cells(words->word[2], &shown->rows, &shown->cols) ||
           err_set(err, ERR_USAGE, "show: ROWSxCOLS expected, found '%.40s'", words->word[2]);
}

static bool parse_map(const struct words *words, struct command *command, struct err *err)
{
    struct map_request *map = &command->map;
    *map = (struct map_request){.rows = 64, .cols = 64, .step = MAP_STEP_NOW};
    char *end;
    long part = strtol(words->word[1], &end, 10);
    if (*end != '\0' || part < 1 || part > NETWORK_PARTS_MAX) {
        return err_set(err, ERR_USAGE, "map: a layer from 1 expected, found '%.40s'",
                       words->word[1]);
    }
    map->part = (int)part - 1;
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
    if (words->n > 4 && !parse_cells(words->word[4], &map->rows, &map->cols)) {
        return err_set(err, ERR_USAGE, "map: ROWSxCOLS expected, found '%.40s'", words->word[4]);
    }
    return words->n < 6 || parse_step("map", words->word[5], &map->step, err);
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
    {"fork", COMMAND_FORK, 1, 0, parse_spec},
    {"add", COMMAND_ADD, 2, 0, parse_spec},
    {"rename", COMMAND_RENAME, 2, 3, parse_rename},
    {"remove", COMMAND_REMOVE, 1, 2, parse_remove},
    {"note", COMMAND_NOTE, 2, 0, parse_note},
    {"learner", COMMAND_LEARNER, 2, 2, parse_learner},
    {"map", COMMAND_MAP, 4, 6, parse_map},
    {"show", COMMAND_SHOW, 2, 3, parse_shown},
    {"hide", COMMAND_HIDE, 2, 2, parse_shown},
    {"ask", COMMAND_ASK, 1, 0, parse_ask},
    {"teach", COMMAND_TEACH, 2, 0, parse_note},
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
    {"fork [NAME[: SETTINGS]]", "a copy of the learner: what if, from here on?"},
    {"add NAME[: SETTINGS]", "a learner that has been there from the start"},
    {"rename [OLD] NEW", "give a learner another name"},
    {"remove [NAME]", "let a learner go"},
    {"note TEXT", "put a marker with a title at this step"},
    {"learner NAME|all", "whom switches and knobs reach, and whom you see"},
    {"map LAYER WHAT SINCE", "what the heatmap shows: map 1 drift task"},
    {"show WHAT [ROWSxCOLS]", "let snapshots hold an exhibit: writing, surface or samples"},
    {"hide WHAT", "let them not hold it any more"},
    {"ask [TEXT]", "see how the network goes on from a text of yours"},
    {"teach TEXT", "train on this text now; does it cost the old skills?"},
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
    struct nearest nearest = {.typed = words.n ? words.word[0] : ""};
    for (size_t i = 0; words.n && i < sizeof grammars / sizeof *grammars; i++) {
        nearest_offer(&nearest, grammars[i].name);
    }
    return nearest.word
               ? err_set(err, ERR_USAGE, "'%.60s' is not a command; did you mean %s?",
                         nearest.typed, nearest.word)
               : err_set(err, ERR_USAGE, "'%.60s' is not a command; see: oubli help commands",
                         nearest.typed);
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
    case COMMAND_TEACH:
    case COMMAND_ASK:
    case COMMAND_FORK:
    case COMMAND_ADD:
        snprintf(buf, size, "%s%s%s", name, command->text[0] ? " " : "", command->text);
        break;
    case COMMAND_RENAME:
    case COMMAND_REMOVE:
        snprintf(buf, size, "%s%s%s%s%s", name, command->name[0] ? " " : "", command->name,
                 command->text[0] ? " " : "", command->text);
        break;
    case COMMAND_LEARNER:
        snprintf(buf, size, "%s %s", name, command->on ? "all" : command->name);
        break;
    case COMMAND_MAP:
        format_since(command->map.since, since, sizeof since);
        snprintf(buf, size, "%s %d %s %s %dx%d", name, command->map.part + 1,
                 map_what_name(command->map.what), since, command->map.rows, command->map.cols);
        if (command->map.step != MAP_STEP_NOW) {
            size_t used = strlen(buf);
            snprintf(buf + used, size - used, " %ld", command->map.step);
        }
        break;
    case COMMAND_SHOW:
        snprintf(buf, size, "%s %s %dx%d", name, exhibit_name((enum exhibit)command->index),
                 command->shown.rows, command->shown.cols);
        break;
    case COMMAND_HIDE:
        snprintf(buf, size, "%s %s", name, exhibit_name((enum exhibit)command->index));
        break;
    default:
        snprintf(buf, size, "%s", name);
    }
    return buf;
}

bool command_is_view(const struct command *command)
{
    return command->kind == COMMAND_MAP || command->kind == COMMAND_LEARNER ||
           command->kind == COMMAND_SHOW || command->kind == COMMAND_HIDE ||
           command->kind == COMMAND_ASK;
}

const char *map_what_name(enum map_what what)
{
    static const char *const names[] = {"drift", "weights", "gradient", "fisher", "update"};
    return what < MAP_WHAT_COUNT ? names[what] : NULL;
}
