/* SPDX-License-Identifier: MIT
 * How things are looked at, as commands: "focus matrix", "enlarge on", "cursor 1200", "theme
 * light". Keys and clicks give these lines, the palette takes them, recordings keep them: one
 * table. */
#ifndef OUBLI_UI_APP_LOOK_H
#define OUBLI_UI_APP_LOOK_H

#include "ui/panels/view.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/theme.h"

struct look {
    struct view *view; /* with a timeline */
    const struct theme *theme;
    const struct glyphs *glyphs;
};

enum { LOOK_COMMANDS_MAX = 40, LOOK_ARGUMENT_MAX = 40 };

/* What follows the name of a command. */
struct look_argument {
    /* Sets it.  False, and nothing has changed, if the argument is not one of those it has.  NULL:
     * it is no matter of looking but of the program, whose palette takes it. */
    bool (*take)(struct look *look, const char *argument);
    /* The argument that brings about what is there. */
    void (*tell)(const struct look *look, char argument[LOOK_ARGUMENT_MAX]);
    /* The words that can follow, ended by NULL, or the i-th of them in this view (NULL: in any),
     * which may set its line of help; NULL behind the last.  Both NULL: there are none. */
    const char *const *words;
    const char *(*word)(const struct view *view, int i, const char **help);
    bool is_one_word; /* with more behind it a line is a command to the lab of the same name */
};

struct look_command {
    const char *usage; /* "focus PANEL" */
    const char *help;  /* one line */
    const struct look_argument *argument;
};

/* The table, ended by a NULL usage. */
const struct look_command *look_commands(void);

/* The i-th word that can follow a command of the table in this view (NULL: in any), with a line of
 * help or NULL; NULL behind the last. */
const char *look_word(const struct view *view, int command, int i, const char **help);

/* The index of the command that a line begins with, -1 if it is none of these; `argument` is what
 * follows, "" if that is nothing or longer than any argument. */
int look_find(const char *line, char argument[LOOK_ARGUMENT_MAX]);

/* Carries out a line.  False, and nothing has changed, if it is not one of these or its argument
 * not one of those it has. */
bool look_line(struct look *look, const char *line);

/* What each command of the table would be given to bring about what is there, by index; "" where
 * nothing is said. */
struct look_state {
    char argument[LOOK_COMMANDS_MAX][LOOK_ARGUMENT_MAX];
};

struct look_state look_state(const struct look *look);

/* "enlarge on" of command number i with its argument in the state.  Returns buf. */
char *look_format(const struct look_state *state, int i, char *buf, size_t size);

#endif
