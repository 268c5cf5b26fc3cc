/* SPDX-License-Identifier: MIT
 * The arguments of commands: how each kind is read from a line, and written back.  Private to
 * command_line.c, which takes lines apart, and to command_arguments.c and command_views.c. */
#ifndef OUBLI_LAB_COMMAND_ARGUMENT_H
#define OUBLI_LAB_COMMAND_ARGUMENT_H

#include "base/nearest.h"
#include "lab/command.h"

enum { WORDS_MAX = 7 }; /* one more than any command has, so that too many are seen */

/* A line cut into words; `rest[i]` is the text from word i on. */
struct words {
    int n;
    char word[WORDS_MAX][COMMAND_TEXT_MAX];
    const char *rest[WORDS_MAX];
};

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
    ARG_LAYER, /* from here on: of what is looked at */
    ARG_WHAT,
    ARG_SINCE,
    ARG_CELLS,
    ARG_MOMENT,
    ARG_EXHIBIT,
    ARG_ROOM,
    ARG_PLACE,
    ARG_COUNT
};

/* `take` reads it from word `at` on, which may not be there; false and err if that is none.  `put`
 * writes it as it is read. */
struct argument {
    bool (*take)(const struct words *words, int at, struct command *command, struct err *err);
    void (*put)(const struct command *command, char *buf, size_t size);
    int words; /* it takes at most; 0 = all that follow */
};

const struct argument *argument_at(enum argument_kind kind);

/* Of a kind from ARG_LAYER on (command_views.c). */
const struct argument *argument_of_view(enum argument_kind kind);

/* What was typed is none of the names; false. */
bool argument_refuse_name(struct err *err, const char *what, const struct nearest *nearest,
                          const char *list);

/* A step; `command` is named in err. */
bool argument_parse_step(const char *command, const char *word, long *step, struct err *err);

/* The number, or nothing. */
void argument_put_given(bool is_given, long number, char *buf, size_t size);

#endif
