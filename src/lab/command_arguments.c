/* SPDX-License-Identifier: MIT
 * Arguments that change something. */
#include "lab/command_argument.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner_spec.h"
#include "lab/probe.h"
#include "lab/silence.h"
#include "lab/sweep.h"
#include "strategies/table.h"
#include "tasks/suite.h"

/* What was typed is none of the names; false. */
bool argument_refuse_name(struct err *err, const char *what, const struct nearest *nearest,
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
    return argument_refuse_name(err, what, &nearest, "list parameters");
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
    return argument_refuse_name(err, what, &nearest, "list strategies");
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

bool argument_parse_step(const char *command, const char *word, long *step, struct err *err)
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
    return at >= words->n || argument_parse_step("rewind", words->word[at], &command->step, err);
}

void argument_put_given(bool is_given, long number, char *buf, size_t size)
{
    buf[0] = '\0';
    if (is_given) {
        snprintf(buf, size, "%ld", number);
    }
}

static void put_step(const struct command *command, char *buf, size_t size)
{
    argument_put_given(command->step >= 0, command->step, buf, size);
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

static const struct argument arguments[ARG_LAYER] = {
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
};

const struct argument *argument_at(enum argument_kind kind)
{
    return kind < ARG_LAYER ? &arguments[kind] : argument_of_view(kind);
}
