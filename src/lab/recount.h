/* SPDX-License-Identifier: MIT
 * What a journal tells about its commands, looked up entry by entry: for reports, not for every
 * frame. */
#ifndef OUBLI_LAB_RECOUNT_H
#define OUBLI_LAB_RECOUNT_H

#include "lab/config.h"
#include "lab/journal.h"

/* What the learner with that id was called when the journal had `i` entries; NULL for none. */
const char *recount_name(const struct journal *journal, int id, long i);

/* Whom the command of entry `i` concerned, by the name it then had; NULL = all, or none. */
const char *recount_concerned(const struct journal *journal, long i, char name[LEARNER_NAME_MAX]);

/* True of the refusal of a view: no command stands before it. */
bool recount_is_of_view(const struct entry *entry);

/* Why the command of entry `i` was refused; NULL if it was not. */
const char *recount_refusal(const struct journal *journal, long i);

#endif
