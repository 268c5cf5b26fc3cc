/* SPDX-License-Identifier: MIT */
#include "lab/recount.h"

#include <stdio.h>

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

bool recount_is_of_view(const struct entry *entry)
{
    return entry->kind == ENTRY_REFUSED && entry->value == 1;
}

const char *recount_refusal(const struct journal *journal, long i)
{
    if (i + 1 >= journal_length(journal)) {
        return NULL;
    }
    struct entry next = journal_at(journal, i + 1);
    return next.kind == ENTRY_REFUSED && !recount_is_of_view(&next) ? next.text : NULL;
}
