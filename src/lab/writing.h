/* SPDX-License-Identifier: MIT
 * The exhibit `writing`: how the selected learner goes on with each task's prompt, a character at a
 * time, c ~ p(c | the characters of its context)^(1/T), T the parameter text.temperature.
 *
 * What a person asks is answered, turn after turn: where the present task's prompt is a turn of a
 * conversation ("you: when do you open? desk:"), as the one who is asked there, with what was said
 * before; else by going on with it.
 *
 * The dice depend on seed, step and task alone: the same session writes the same at the same
 * step. */
#ifndef OUBLI_LAB_WRITING_H
#define OUBLI_LAB_WRITING_H

#include <stdbool.h>

enum {
    WRITING_TASKS_MAX = 8,
    WRITING_TEXT_LEAST = 96, /* room that there always is for a passage ... */
    WRITING_TEXT_MAX = 240,  /* ... and the most that there can be */
    WRITING_PROMPT_MAX = 48
};

/* What was written after a prompt, as much as there is room for, to the end of a line if it comes
 * to one behind which there is no room for WRITING_TEXT_LEAST.  `strange` says of each
 * character whether the network as it was when it had learned the task would hardly have written it
 * there: p < WRITING_STRANGE. */
struct passage {
    int n;
    char text[WRITING_TEXT_MAX];    /* (n) of the alphabet; no NUL */
    bool strange[WRITING_TEXT_MAX]; /* (n) */
};
#define WRITING_STRANGE 0.02

struct written {
    int task; /* WRITING_ASKED: a person's own prompt, the last row's alone */
    char prompt[WRITING_PROMPT_MAX];
    struct passage now;
    bool has_then;       /* the task has been learned */
    struct passage then; /* what it wrote when it had just been learned */
};
enum { WRITING_ASKED = -1 };

/* What a person has said before, and what was written then. */
enum { WRITING_TURNS_MAX = 6 };
struct turn {
    char said[WRITING_PROMPT_MAX];
    struct passage answer; /* nothing in it is strange */
};

/* Of the tasks that have begun; where there are more than fit, of the last ones. */
struct writing {
    long step;
    int n_turns;   /* of the conversation, before what was asked last */
    long turns_at; /* the step at which it began */
    struct turn turns[WRITING_TURNS_MAX];
    int n;
    struct written rows[WRITING_TASKS_MAX + 1];
};

#endif
