/* SPDX-License-Identifier: MIT
 * How data is to be read: what a person says of it beside its name, each a text.
 *
 * Options of the command line, rows of a recording and JSON come from this list; whoever reads a
 * kind of data takes from it what concerns him. */
#ifndef OUBLI_TASKS_READING_H
#define OUBLI_TASKS_READING_H

#include <stdbool.h>

#include "base/err.h"

/* What it can be said of: bits. */
enum { READING_OF_TABLE = 1, READING_OF_TEXT = 2, READING_OF_OTHER = 4 };

/* ROW(ID, id, name, argument, default in words or NULL, of what data, words or NULL, help): words
 * is what it may be, with | between; NULL: any text. */
#define READING_LIST(ROW)                                                                          \
    ROW(LABEL, label, "label", "COLUMN", "the last", READING_OF_TABLE, NULL,                       \
        "the label column of a table: its name or number")                                         \
    ROW(TASK_COLUMN, task_column, "task-column", "COLUMN", NULL, READING_OF_TABLE, NULL,           \
        "a column of a table that says which task a row belongs to: --suite kinds")                \
    ROW(COLUMNS, columns, "columns", "COLUMN,...", "all", READING_OF_TABLE, NULL,                  \
        "the columns of a table to learn from, by name or number")                                 \
    ROW(DROP, drop, "drop", "COLUMN,...", "none", READING_OF_TABLE, NULL,                          \
        "columns of a table to leave out")                                                         \
    ROW(MISSING, missing, "missing", "drop|mean|refuse", "refuse", READING_OF_TABLE,               \
        "drop|mean|refuse",                                                                        \
        "cells of a table without a value: leave out their rows, fill in the mean, or refuse")     \
    ROW(SPLIT, split, "split", "random|every-fifth|FILE", "random", READING_OF_TABLE, NULL,        \
        "rows of a table to test on: a fifth of each class drawn, every fifth, or as FILE says "   \
        "(train or test, a line a row)")                                                           \
    ROW(TEST, test, "test", "FILE.csv", NULL, READING_OF_TABLE, NULL,                              \
        "a second table of the same columns, whose rows are those to test on")                     \
    ROW(TEXTS, texts, "texts", "FILE,FILE...", "its own", READING_OF_TEXT, NULL,                   \
        "for --data text: files with texts in UTF-8, or grammars (FILE.grammar: data/README.md), " \
        "a task each")                                                                             \
    ROW(ENCODING, encoding, "encoding", "utf-8|latin-1|windows-1252", "utf-8",                     \
        READING_OF_TABLE | READING_OF_TEXT, "utf-8|latin-1|windows-1252",                          \
        "how a table or texts are encoded")                                                        \
    ROW(VALIDATION, validation, "validation", "SHARE", "none",                                     \
        READING_OF_TABLE | READING_OF_TEXT | READING_OF_OTHER, NULL,                               \
        "a share of the training examples that is only measured on, to choose by: 0.1")            \
    ROW(CLASS_ORDER, class_order, "class-order", "given|shuffled|CLASS,...", "given",              \
        READING_OF_TABLE | READING_OF_OTHER, NULL,                                                 \
        "in which order tasks bring the classes: as they are, drawn from the seed, or by name")

#define READING_ID(id, lower, name, argument, initial, of, words, help) READING_##id,
enum reading_id { READING_LIST(READING_ID) READING_COUNT };
#undef READING_ID

/* A row of the list. */
struct reading_row {
    const char *name;
    unsigned of;       /* what it can be said of */
    const char *words; /* NULL: any text */
};
const struct reading_row *reading_at(enum reading_id id);

/* What is said; NULL: nothing.  Borrows the texts. */
struct data_reading {
    const char *text[READING_COUNT];
};

/* False and err (ERR_USAGE) if it can be no such text: it is empty, or none of the words. */
bool reading_check(enum reading_id id, const char *text, struct err *err)
    __attribute__((warn_unused_result));

/* True if the word is what is said. */
bool reading_is(const struct data_reading *reading, enum reading_id id, const char *word);

#endif
