/* SPDX-License-Identifier: MIT
 * Lessons: what a person teaches in the middle of a session, a text of its own behind the dataset's
 * kinds.  It grows by what is taught, and is tested on the same words: has it kept what it was
 * told?  Private to src/tasks; suites own it. */
#ifndef OUBLI_TASKS_LESSONS_H
#define OUBLI_TASKS_LESSONS_H

#include "tasks/dataset.h"
#include "tasks/text.h"

enum { LESSONS_MAX = 1 << 14 /* characters, new lines included */ };

struct lessons {
    int n;                                           /* characters taught, and as many windows */
    int context;                                     /* characters of a window */
    uint8_t symbols[TEXT_CONTEXT_MAX + LESSONS_MAX]; /* a primer, then what was taught */
    uint16_t labels[LESSONS_MAX];
    struct examples examples; /* of both splits */
    struct group group;       /* its prompt is the beginning of the last lesson */
};

/* Nothing has been taught; what stands before the first lesson is the group's primer. */
void lessons_init(struct lessons *lessons, const struct group *group);

/* Adds a text with a new line behind it; false where there is no room, and nothing is changed. */
bool lessons_add(struct lessons *lessons, const char *text);

#endif
