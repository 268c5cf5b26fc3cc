/* SPDX-License-Identifier: MIT */
#include "lab/recount.h"

#include <stdio.h>
#include <string.h>

const char *recount_name(const struct journal *journal, int id, long i)
{
    while (i-- > 0) {
        struct entry entry = journal_at(journal, i);
        if (entry.kind == ENTRY_LEARNER && entry.learner == id) {
            return entry.text;
        }
    }
    return NULL;
}

const char *recount_concerned(const struct journal *journal, long i, char name[LEARNER_NAME_MAX])
{
    struct entry entry = journal_at(journal, i);
    struct command command;
    bool is_named = entry.text && command_parse(entry.text, &command, NULL) && command.name[0];
    const char *found = is_named ? command.name : recount_name(journal, entry.learner, i);
    if (found) {
        snprintf(name, LEARNER_NAME_MAX, "%s", found);
    }
    return found ? name : NULL;
}

/* A view that is refused stands in the journal without its command. */
static bool is_of_view(const struct entry *refusal)
{
    return refusal->text &&
           (strncmp(refusal->text, "learner: ", 9) == 0 || strncmp(refusal->text, "map: ", 5) == 0);
}

const char *recount_refusal(const struct journal *journal, long i)
{
    if (i + 1 >= journal_length(journal)) {
        return NULL;
    }
    struct entry next = journal_at(journal, i + 1);
    return next.kind == ENTRY_REFUSED && !is_of_view(&next) ? next.text : NULL;
}
