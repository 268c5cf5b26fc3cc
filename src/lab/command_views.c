/* SPDX-License-Identifier: MIT
 * Arguments of what is looked at: the map, and exhibits. */
#include "lab/command_argument.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS_USUAL = 64 };

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
    return at >= words->n || argument_parse_step("map", words->word[at], &command->map.step, err);
}

static void put_moment(const struct command *command, char *buf, size_t size)
{
    argument_put_given(command->map.step != MAP_STEP_NOW, command->map.step, buf, size);
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
    if (at < words->n && !argument_parse_step("show", words->word[at], &place, NULL)) {
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
    argument_put_given(command->shown.place != 0, command->shown.place, buf, size);
}

static const struct argument arguments[ARG_COUNT - ARG_LAYER] = {
    [ARG_LAYER - ARG_LAYER] = {take_part, put_part, 1},
    [ARG_WHAT - ARG_LAYER] = {take_what, put_what, 1},
    [ARG_SINCE - ARG_LAYER] = {take_since, put_since, 1},
    [ARG_CELLS - ARG_LAYER] = {take_cells, put_cells, 1},
    [ARG_MOMENT - ARG_LAYER] = {take_moment, put_moment, 1},
    [ARG_EXHIBIT - ARG_LAYER] = {take_exhibit, put_exhibit, 1},
    [ARG_ROOM - ARG_LAYER] = {take_room, put_room, 1},
    [ARG_PLACE - ARG_LAYER] = {take_place, put_place, 1},
};

const struct argument *argument_of_view(enum argument_kind kind)
{
    return &arguments[kind - ARG_LAYER];
}
