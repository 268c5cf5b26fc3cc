/* SPDX-License-Identifier: MIT
 * A snapshot of a recording is a little older than the entries it is shown with: switches and knobs
 * that were touched since are brought up to them. */
#ifndef OUBLI_SESSION_CATCH_UP_H
#define OUBLI_SESSION_CATCH_UP_H

#include "lab/journal.h"
#include "lab/snapshot.h"

/* `end`: how many entries of the journal have happened; `taken`: when the snapshot was written. */
void catch_up(struct snapshot *snapshot, const struct journal *journal, long end, int64_t taken);

#endif
