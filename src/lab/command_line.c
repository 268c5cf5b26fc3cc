/* SPDX-License-Identifier: MIT
 * The list of commands, and lines taken apart and written. */
#include "lab/command.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "lab/command_argument.h"
#include "lab/probe.h"

enum { COMMAND_NAME_MAX = 16 };

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
    return is_there ? argument_at(row->arguments[i]) : NULL;
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
