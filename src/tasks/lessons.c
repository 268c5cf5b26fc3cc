/* SPDX-License-Identifier: MIT */
#include "tasks/lessons.h"

#include <stdio.h>
#include <string.h>

#include "tasks/alphabet.h"

/* The beginning of the last lesson, up to the end of a word: what it is asked to go on with. */
static void choose_prompt(struct lessons *lessons)
{
    enum { PROMPT = 12 };
    const uint8_t *taught = lessons->symbols + lessons->context;
    int begin = lessons->n > 0 ? lessons->n - 1 : 0, n = 0, end = 0;
    while (begin > 0 && taught[begin - 1] != ALPHABET_NEWLINE) {
        begin--;
    }
    for (; n < PROMPT && begin + n + 1 < lessons->n; n++) {
        lessons->group.prompt[n] = alphabet_char(taught[begin + n]);
        end = lessons->group.prompt[n] == ' ' ? n + 1 : end;
    }
    lessons->group.prompt[end > 0 ? end : n / 2] = '\0';
}

void lessons_init(struct lessons *lessons, const struct group *group)
{
    *lessons = (struct lessons){.context = (int)strlen(group->primer),
                                .group = {.name = "what you taught"}};
    lessons->examples = (struct examples){
        .stride = 1, .bytes = lessons->symbols, .scale = 1, .labels = lessons->labels};
    memcpy(lessons->group.primer, group->primer, sizeof lessons->group.primer);
    alphabet_fold(group->primer, strlen(group->primer), lessons->symbols, (size_t)lessons->context,
                  NULL);
}

bool lessons_add(struct lessons *lessons, const char *text)
{
    uint8_t *to = lessons->symbols + lessons->context + lessons->n;
    size_t room = (size_t)(LESSONS_MAX - lessons->n);
    size_t n = alphabet_fold(text, strlen(text), to, room, NULL);
    if (n + 1 > room) {
        return false;
    }
    to[n++] = ALPHABET_NEWLINE;
    for (size_t i = 0; i < n; i++) {
        lessons->labels[(size_t)lessons->n + i] = to[i];
    }
    lessons->n += (int)n;
    lessons->examples.n = lessons->n;
    choose_prompt(lessons);
    return true;
}
