/* SPDX-License-Identifier: MIT
 * Entries of a journal, written by hand. */
#ifndef OUBLI_TESTS_SUPPORT_ENTRIES_H
#define OUBLI_TESTS_SUPPORT_ENTRIES_H

#include "lab/journal.h"

struct entry entry_of(enum entry_kind kind, int learner, int stage, int task, long step,
                      double value);

/* `number`: of the task or part that was measured. */
struct entry entry_measure(enum probe_id probe, int learner, int stage, int number, long step,
                           double value);

/* Borrows the name. */
struct entry entry_learner(int id, int parent, long step, const char *name);

#endif
