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
#include "lab/probe.h"
#include "lab/silence.h"
#include "lab/sweep.h"
#include "strategies/table.h"
#include "tasks/suite.h"

enum { WORDS_MAX = 7 }; /* one more than any command has, so that too many are seen */
enum { COMMAND_NAME_MAX = 16, CELLS_USUAL = 64 };

/* A line cut into words; `rest[i]` is the text from word i on. */
struct words {
    int n;
    char word[WORDS_MAX][COMMAND_TEXT_MAX];
    const char *rest[WORDS_MAX];
};

/* ---- arguments: read from word `at` on, which may not be there; written back ---- */

/* What was typed is none of the names; false. */
static bool refuse_name(struct err *err, const char *what, const struct nearest *nearest,
                        const char *list)
{
    return nearest->word
               ? err_set(err, ERR_USAGE, "%s '%.40s'; did you mean %s?", what, nearest->typed,
                         nearest->word)
               : err_set(err, ERR_USAGE, "%s '%.40s'; see: oubli %s", what, nearest->typed, list);
}

static bool take_param(const struct words *words, int at, struct command *command, struct err *err)
{
    enum param_id id;
    struct nearest nearest = {.typed = words->word[at]};
    if (param_find(words->word[at], &id)) {
        command->index = (int)id;
        return true;
    }
    for (int i = 0; i < PARAM_COUNT; i++) {
        nearest_offer(&nearest, param_at((enum param_id)i)->name);
    }
    char what[64];
    snprintf(what, sizeof what, "%.30s: no parameter is called", words->word[0]);
    return refuse_name(err, what, &nearest, "list parameters");
}

static void put_param(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%s", param_at((enum param_id)command->index)->name);
}

static bool take_value(const struct words *words, int at, struct command *command, struct err *err)
{
    struct params probe = params_default();
    snprintf(command->text, sizeof command->text, "%s", words->word[at]);
    return param_parse(&probe, (enum param_id)command->index, words->word[at], err);
}

static void put_text(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%s", command->text);
}

/* A knob, or off. */
static bool take_knob(const struct words *words, int at, struct command *command, struct err *err)
{
    command->on = strcmp(words->word[at], "off") != 0;
    return !command->on || take_param(words, at, command, err);
}

static void put_knob(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%s", command->on ? param_at((enum param_id)command->index)->name : "off");
}

/* LOW..HIGH and COUNT, checked here, read again when it is carried out. */
static bool take_values(const struct words *words, int at, struct command *command, struct err *err)
{
    struct sweep sweep;
    size_t used = 0;
    for (int i = at; i < words->n && used < sizeof command->text; i++) {
        used += (size_t)snprintf(command->text + used, sizeof command->text - used, "%s%s",
                                 used ? " " : "", words->word[i]);
    }
    if (!command->on) {
        return used == 0 || err_set(err, ERR_USAGE,
                                    "sweep off: nothing behind it expected, found "
                                    "'%.40s'",
                                    command->text);
    }
    return sweep_parse((enum param_id)command->index, command->text, &sweep, err);
}

static bool take_strategy(const struct words *words, int at, struct command *command,
                          struct err *err)
{
    struct nearest nearest = {.typed = words->word[at]};
    char what[64];
    command->index = strategy_find(words->word[at]);
    if (command->index >= 0) {
        return true;
    }
    for (int i = 0; i < strategy_count(); i++) {
        nearest_offer(&nearest, strategy_at(i)->name);
    }
    snprintf(what, sizeof what, "%.30s: no strategy is called", words->word[0]);
    return refuse_name(err, what, &nearest, "list strategies");
}

static void put_strategy(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%s", strategy_at(command->index)->name);
}

static bool take_switch(const struct words *words, int at, struct command *command, struct err *err)
{
    command->on = strcmp(words->word[at], "on") == 0;
    return command->on || strcmp(words->word[at], "off") == 0 ||
           err_set(err, ERR_USAGE, "%s %s: on or off expected, found '%.40s'", words->word[0],
                   words->word[1], words->word[at]);
}

static void put_switch(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%s", command->on ? "on" : "off");
}

static bool take_probe(const struct words *words, int at, struct command *command, struct err *err)
{
    uint32_t set;
    int i = probe_find(words->word[at]);
    command->index = i >= 0 ? i : PROBE_COUNT;
    return probe_parse_one(words->word[at], &set, err);
}

static void put_probe(const struct command *command, char *buf, size_t size)
{
    int i = command->index;
    snprintf(buf, size, "%s", i < PROBE_COUNT ? probe_at((enum probe_id)i)->name : "all");
}

static bool take_task(const struct words *words, int at, struct command *command, struct err *err)
{
    command->index = task_from_letter(words->word[at], SUITE_TASKS_MAX);
    return command->index >= 0 ||
           err_set(err, ERR_USAGE, "%s: a task's letter expected (A, B ...), found '%.40s'",
                   words->word[0], words->word[at]);
}

static void put_task(const struct command *command, char *buf, size_t size)
{
    char letter[4];
    snprintf(buf, size, "%s", task_letter(command->index, letter));
}

static bool take_module(const struct words *words, int at, struct command *command, struct err *err)
{
    char *end;
    const char *word = words->word[at];
    bool is_all = strcmp(word, "all") == 0;
    long number = strtol(word, &end, 10);
    command->module = is_all ? PUTBACK_ALL : (int)number - 1;
    return is_all || (*end == '\0' && number >= 1 && number <= NETWORK_MODULES_MAX) ||
           err_set(err, ERR_USAGE, "%s: a layer from 1, or all, expected, found '%.40s'",
                   words->word[0], word);
}

static void put_module(const struct command *command, char *buf, size_t size)
{
    if (command->module == PUTBACK_ALL) {
        snprintf(buf, size, "all");
    } else {
        snprintf(buf, size, "%d", command->module + 1);
    }
}

static bool take_speed(const struct words *words, int at, struct command *command, struct err *err)
{
    const char *word = words->word[at];
    char *end;
    if (strcmp(word, "max") == 0) {
        return true; /* it is 0 */
    }
    command->speed = strtod(word, &end);
    return (*end == '\0' && end != word && command->speed >= 0.01 && command->speed <= 1e9) ||
           err_set(err, ERR_USAGE,
                   "speed: steps a second (0.01 to 1e9) or max expected, found '%.40s'", word);
}

static void put_speed(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, command->speed > 0 ? "%.10g" : "max", command->speed);
}

static bool parse_step(const char *command, const char *word, long *step, struct err *err)
{
    char *end;
    errno = 0;
    *step = strtol(word, &end, 10);
    return (isdigit((unsigned char)word[0]) && *end == '\0' && errno == 0) ||
           err_set(err, ERR_USAGE, "%s: a step from 0 expected, found '%.40s'", command, word);
}

static bool take_step(const struct words *words, int at, struct command *command, struct err *err)
{
    command->step = -1;
    return at >= words->n || parse_step("rewind", words->word[at], &command->step, err);
}

static void put_given(bool is_given, long number, char *buf, size_t size)
{
    buf[0] = '\0';
    if (is_given) {
        snprintf(buf, size, "%ld", number);
    }
}

static void put_step(const struct command *command, char *buf, size_t size)
{
    put_given(command->step >= 0, command->step, buf, size);
}

/* NAME[: SETTINGS]; checked here, read again when it is carried out. */
static bool take_spec(const struct words *words, int at, struct command *command, struct err *err)
{
    struct learner_config probe = {.params = params_default()};
    if (at >= words->n) {
        return true;
    }
    if (strlen(words->rest[at]) >= sizeof command->text) {
        return err_set(err, ERR_USAGE, "%s: at most %zu characters expected, found more",
                       words->word[0], sizeof command->text - 1);
    }
    snprintf(command->text, sizeof command->text, "%s", words->rest[at]);
    return learner_spec_parse(command->text, &probe, err);
}

static bool check_name(const char *word, char name[LEARNER_NAME_MAX], struct err *err)
{
    if (!learner_name_check(word, err)) {
        return false;
    }
    snprintf(name, LEARNER_NAME_MAX, "%.*s", LEARNER_NAME_MAX - 1, word);
    return true;
}

static bool take_name(const struct words *words, int at, struct command *command, struct err *err)
{
    return at >= words->n || check_name(words->word[at], command->name, err);
}

static void put_name(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%s", command->name);
}

/* [OLD] NEW */
static bool take_names(const struct words *words, int at, struct command *command, struct err *err)
{
    char name[LEARNER_NAME_MAX];
    if (!check_name(words->word[words->n - 1], name, err)) {
        return false;
    }
    snprintf(command->text, sizeof command->text, "%s", name);
    return words->n < at + 2 || check_name(words->word[at], command->name, err);
}

static void put_names(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%s%s%s", command->name, command->name[0] ? " " : "", command->text);
}

static bool take_learner(const struct words *words, int at, struct command *command,
                         struct err *err)
{
    command->on = strcmp(words->word[at], "all") == 0;
    return command->on || check_name(words->word[at], command->name, err);
}

static void put_learner(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%s", command->on ? "all" : command->name);
}

static bool take_text(const struct words *words, int at, struct command *command, struct err *err)
{
    (void)err;
    snprintf(command->text, sizeof command->text, "%s", at < words->n ? words->rest[at] : "");
    return true;
}

static bool take_silence(const struct words *words, int at, struct command *command,
                         struct err *err)
{
    snprintf(command->text, sizeof command->text, "%s", words->word[at]);
    return silence_check(command->text, err);
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

static bool take_part(const struct words *words, int at, struct command *command, struct err *err)
{
    char *end;
    long part = strtol(words->word[at], &end, 10);
    command->map = (struct map_request){
        .part = (int)part - 1, .rows = CELLS_USUAL, .cols = CELLS_USUAL, .step = MAP_STEP_NOW};
    return (*end == '\0' && part >= 1 && part <= NETWORK_PARTS_MAX) ||
           err_set(err, ERR_USAGE, "map: a layer from 1 expected, found '%.40s'", words->word[at]);
}

static void put_part(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%d", command->map.part + 1);
}

static const char *map_what_name(enum map_what what)
{
    static const char *const names[] = {"drift", "weights", "gradient", "fisher", "update"};
    return what < MAP_WHAT_COUNT ? names[what] : NULL;
}

static bool take_what(const struct words *words, int at, struct command *command, struct err *err)
{
    int what = 0;
    while (what < MAP_WHAT_COUNT &&
           strcmp(words->word[at], map_what_name((enum map_what)what)) != 0) {
        what++;
    }
    command->map.what = (enum map_what)what;
    return what < MAP_WHAT_COUNT ||
           err_set(err, ERR_USAGE,
                   "map: drift, weights, gradient, fisher or update expected, found '%.40s'",
                   words->word[at]);
}

static void put_what(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%s", map_what_name(command->map.what));
}

static bool take_since(const struct words *words, int at, struct command *command, struct err *err)
{
    return parse_since(words->word[at], &command->map.since) ||
           err_set(err, ERR_USAGE,
                   "map: since start, task or a task's letter expected, found '%.40s'",
                   words->word[at]);
}

static void put_since(const struct command *command, char *buf, size_t size)
{
    char letter[4];
    int since = command->map.since;
    snprintf(buf, size, "%s",
             since == MAP_SINCE_START  ? "start"
             : since == MAP_SINCE_TASK ? "task"
                                       : task_letter(since, letter));
}

static bool take_cells(const struct words *words, int at, struct command *command, struct err *err)
{
    return at >= words->n || parse_cells(words->word[at], &command->map.rows, &command->map.cols) ||
           err_set(err, ERR_USAGE, "map: ROWSxCOLS expected, found '%.40s'", words->word[at]);
}

static void put_cells(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%dx%d", command->map.rows, command->map.cols);
}

static bool take_moment(const struct words *words, int at, struct command *command, struct err *err)
{
    return at >= words->n || parse_step("map", words->word[at], &command->map.step, err);
}

static void put_moment(const struct command *command, char *buf, size_t size)
{
    put_given(command->map.step != MAP_STEP_NOW, command->map.step, buf, size);
}

static bool take_exhibit(const struct words *words, int at, struct command *command,
                         struct err *err)
{
    command->shown = (struct exhibit_request){.is_shown = command->kind == COMMAND_SHOW,
                                              .rows = CELLS_USUAL,
                                              .cols = CELLS_USUAL,
                                              .weight = {.is_by_rule = true, .rule = SPRING_HELD}};
    while (command->index < EXHIBIT_COUNT &&
           strcmp(words->word[at], exhibit_at((enum exhibit)command->index)->name) != 0) {
        command->index++;
    }
    return command->index < EXHIBIT_COUNT ||
           err_set(err, ERR_USAGE,
                   "%s: writing, surface, samples, attention, network, why, microscope or putback "
                   "expected, found '%.40s'",
                   words->word[0], words->word[at]);
}

static void put_exhibit(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%s", exhibit_at((enum exhibit)command->index)->name);
}

/* A weight may stand where the room does, which nobody has to say. */
static bool take_weight(const char *word, struct command *command)
{
    return command->index == EXHIBIT_MICROSCOPE &&
           weight_choice_parse(word, &command->shown.weight);
}

static bool take_room(const struct words *words, int at, struct command *command, struct err *err)
{
    return at >= words->n || take_weight(words->word[at], command) ||
           parse_cells(words->word[at], &command->shown.rows, &command->shown.cols) ||
           err_set(err, ERR_USAGE, "show: ROWSxCOLS expected, found '%.40s'", words->word[at]);
}

static void put_room(const struct command *command, char *buf, size_t size)
{
    snprintf(buf, size, "%dx%d", command->shown.rows, command->shown.cols);
}

static bool take_place(const struct words *words, int at, struct command *command, struct err *err)
{
    long place = 0;
    if (at < words->n && command->index == EXHIBIT_MICROSCOPE) {
        return take_weight(words->word[at], command) ||
               err_set(err, ERR_USAGE,
                       "show: a weight expected (held, stretched, free, or LAYER:FROM:TO), found "
                       "'%.40s'",
                       words->word[at]);
    }
    if (at < words->n && !parse_step("show", words->word[at], &place, NULL)) {
        return err_set(err, ERR_USAGE, "show: a number expected, found '%.40s'", words->word[at]);
    }
    command->shown.place = (int)(place < SUITE_TASKS_MAX ? place : SUITE_TASKS_MAX);
    return true;
}

static void put_place(const struct command *command, char *buf, size_t size)
{
    if (command->index == EXHIBIT_MICROSCOPE) {
        weight_choice_format(&command->shown.weight, buf, size);
        return;
    }
    put_given(command->shown.place != 0, command->shown.place, buf, size);
}

enum argument_kind {
    ARG_NONE,
    ARG_PARAM,
    ARG_VALUE,
    ARG_KNOB,
    ARG_VALUES,
    ARG_STRATEGY,
    ARG_SWITCH,
    ARG_PROBE,
    ARG_TASK,
    ARG_MODULE,
    ARG_SPEED,
    ARG_STEP,
    ARG_SPEC,
    ARG_NAME,
    ARG_NAMES,
    ARG_LEARNER,
    ARG_TEXT,
    ARG_SILENCE,
    ARG_LAYER,
    ARG_WHAT,
    ARG_SINCE,
    ARG_CELLS,
    ARG_MOMENT,
    ARG_EXHIBIT,
    ARG_ROOM,
    ARG_PLACE,
    ARG_COUNT
};

static const struct argument {
    bool (*take)(const struct words *words, int at, struct command *command, struct err *err);
    void (*put)(const struct command *command, char *buf, size_t size);
    int words; /* it takes at most; 0 = all that follow */
} arguments[ARG_COUNT] = {
    [ARG_PARAM] = {take_param, put_param, 1},
    [ARG_VALUE] = {take_value, put_text, 1},
    [ARG_KNOB] = {take_knob, put_knob, 1},
    [ARG_VALUES] = {take_values, put_text, 2},
    [ARG_STRATEGY] = {take_strategy, put_strategy, 1},
    [ARG_SWITCH] = {take_switch, put_switch, 1},
    [ARG_PROBE] = {take_probe, put_probe, 1},
    [ARG_TASK] = {take_task, put_task, 1},
    [ARG_MODULE] = {take_module, put_module, 1},
    [ARG_SPEED] = {take_speed, put_speed, 1},
    [ARG_STEP] = {take_step, put_step, 1},
    [ARG_SPEC] = {take_spec, put_text, 0},
    [ARG_NAME] = {take_name, put_name, 1},
    [ARG_NAMES] = {take_names, put_names, 2},
    [ARG_LEARNER] = {take_learner, put_learner, 1},
    [ARG_TEXT] = {take_text, put_text, 0},
    [ARG_SILENCE] = {take_silence, put_text, 1},
    [ARG_LAYER] = {take_part, put_part, 1},
    [ARG_WHAT] = {take_what, put_what, 1},
    [ARG_SINCE] = {take_since, put_since, 1},
    [ARG_CELLS] = {take_cells, put_cells, 1},
    [ARG_MOMENT] = {take_moment, put_moment, 1},
    [ARG_EXHIBIT] = {take_exhibit, put_exhibit, 1},
    [ARG_ROOM] = {take_room, put_room, 1},
    [ARG_PLACE] = {take_place, put_place, 1},
};

/* ---- the list ---- */

enum { ARGUMENTS_MAX = WORDS_MAX - 2 };

#define COMMAND_ROW(id, usage, help, least, flags, ...)                                            \
    [COMMAND_##id] = {{usage, help, flags}, least, {__VA_ARGS__}},
static const struct row {
    struct command_row row;
    int least;                                   /* words, with the name */
    enum argument_kind arguments[ARGUMENTS_MAX]; /* behind the last: none */
} rows[COMMAND_COUNT] = {COMMAND_LIST(COMMAND_ROW)};
#undef COMMAND_ROW

const struct command_row *command_at(int kind)
{
    return kind < COMMAND_COUNT ? &rows[kind].row : NULL;
}

const char *command_said(enum command_kind kind)
{
#define COMMAND_SENTENCE(id, sentence) [COMMAND_##id] = (sentence),
    static const char *const said[COMMAND_COUNT] = {COMMAND_SAID(COMMAND_SENTENCE)};
#undef COMMAND_SENTENCE
    return said[kind];
}

static void name_of(int kind, char name[COMMAND_NAME_MAX])
{
    snprintf(name, COMMAND_NAME_MAX, "%.*s", (int)strcspn(rows[kind].row.usage, " "),
             rows[kind].row.usage);
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

/* The index of a command's row, COMMAND_COUNT if none is called so. */
static int find(const char *typed)
{
    int kind = 0;
    char name[COMMAND_NAME_MAX];
    for (; kind < COMMAND_COUNT; kind++) {
        name_of(kind, name);
        if (strcmp(name, typed) == 0) {
            break;
        }
    }
    return kind;
}

static bool refuse_command(const char *typed, struct err *err)
{
    struct nearest nearest = {.typed = typed};
    char names[COMMAND_COUNT][COMMAND_NAME_MAX];
    for (int i = 0; *typed && i < COMMAND_COUNT; i++) {
        name_of(i, names[i]);
        nearest_offer(&nearest, names[i]);
    }
    return nearest.word ? err_set(err, ERR_USAGE, "'%.60s' is not a command; did you mean %s?",
                                  typed, nearest.word)
                        : err_set(err, ERR_USAGE,
                                  "'%.60s' is not a command; see: oubli help commands", typed);
}

/* The i-th argument; NULL behind the last. */
static const struct argument *argument_of(const struct row *row, int i)
{
    bool is_there = i < ARGUMENTS_MAX && row->arguments[i] != ARG_NONE;
    return is_there ? &arguments[row->arguments[i]] : NULL;
}

/* The most words that it takes, with the name. */
static int most_words(const struct row *row)
{
    int n = 1;
    const struct argument *argument;
    for (int i = 0; (argument = argument_of(row, i)); i++) {
        if (argument->words == 0) {
            return WORDS_MAX;
        }
        n += argument->words;
    }
    return n;
}

bool command_parse(const char *line, struct command *command, struct err *err)
{
    struct words words;
    split_words(line, &words);
    *command = (struct command){0};
    int kind = find(words.n ? words.word[0] : "");
    if (kind == COMMAND_COUNT) {
        return refuse_command(words.n ? words.word[0] : "", err);
    }
    const struct row *row = &rows[kind];
    if (words.n < row->least || words.n > most_words(row)) {
        return err_set(err, ERR_USAGE, "%s: expected: %s; found '%.80s'", words.word[0],
                       row->row.usage, line);
    }
    command->kind = (enum command_kind)kind;
    const struct argument *argument;
    for (int i = 0; (argument = argument_of(row, i)); i++) {
        if (!argument->take(&words, i + 1, command, err)) {
            return false;
        }
    }
    return true;
}

char *command_format(const struct command *command, char *buf, size_t size)
{
    const struct row *row = &rows[command->kind];
    char word[COMMAND_TEXT_MAX + LEARNER_NAME_MAX];
    size_t used =
        (size_t)snprintf(buf, size, "%.*s", (int)strcspn(row->row.usage, " "), row->row.usage);
    const struct argument *argument;
    for (int i = 0; (argument = argument_of(row, i)); i++) {
        argument->put(command, word, sizeof word);
        if (word[0] != '\0' && used < size) {
            used += (size_t)snprintf(buf + used, size - used, " %s", word);
        }
    }
    return buf;
}

bool command_is_view(const struct command *command)
{
    return rows[command->kind].row.flags & COMMAND_VIEWS;
}

bool command_is_deed(const struct command *command)
{
    return !(rows[command->kind].row.flags & (COMMAND_VIEWS | COMMAND_PACES | COMMAND_MEASURES));
}

uint32_t command_probes(const struct command *command, uint32_t before)
{
    uint32_t all = probe_all();
    uint32_t named = command->index < PROBE_COUNT ? UINT32_C(1) << command->index & all : all;
    return command->kind != COMMAND_PROBE ? before : command->on ? before | named : before & ~named;
}
