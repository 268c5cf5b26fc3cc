/* SPDX-License-Identifier: MIT
 * Texts: characters to be foretold from those before them, a kind of text a task.
 *
 * An example is a window: as many symbols as the context, and as its class the one that follows.
 * Texts come from grammars (inside the program, or the person's own) or are a person's files. */
#ifndef OUBLI_TASKS_TEXT_H
#define OUBLI_TASKS_TEXT_H

#include <stddef.h>

#include "base/param.h"

enum {
    TEXT_CONTEXT = 16, /* unless another is asked for */
    TEXT_CONTEXT_MAX = PARAM_CONTEXT_MAX,
    TEXT_KINDS_MAX = 16,
    TEXT_TRAIN_MAX =
        1 << 17, /* windows to train on, of each kind: what a grammar is asked for, ... */
    TEXT_TEST_MAX = 1 << 12, /* ... and windows to test on, of other texts of the same kind */
    TEXT_LEAST = 1000        /* characters that a file must have */
};

/* The grammars inside the program, in two sets: kinds of text, of which the first TEXT_USUAL make a
 * session unless more is said, and what a desk is asked, whose facts change with the season. */
enum text_set { TEXT_SET_KINDS, TEXT_SET_DESK };
enum { TEXT_USUAL = 3, TEXT_SEASONS = 4 };

/* Page number i of a set and its name; NULL past the last. */
const char *text_embedded(enum text_set set, int i, const char **name, size_t *size);

/* How many files `texts` names, "a.txt,b.grammar": what --texts says. */
int text_count(const char *texts);

#endif
