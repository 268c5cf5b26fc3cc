/* SPDX-License-Identifier: MIT
 * A handover: the one door from whoever trains to whoever records: snapshots, and when it asks for
 * it the state of the lab as bytes.  Nobody waits: training looks at one flag between two pieces of
 * work, writes into room that stays there, and goes on; the reader finds it when it looks next. */
#ifndef OUBLI_LAB_HANDOVER_H
#define OUBLI_LAB_HANDOVER_H

#include "base/archive.h"
#include "base/err.h"
#include "lab/snapshot.h"

struct handover; /* opaque */

struct handover *handover_create(struct err *err) __attribute__((warn_unused_result));
/* NULL is allowed. */
void handover_destroy(struct handover *handover);

/* ---- the reader ---- */

/* Wants a state soon.  What was given before and not taken is dropped. */
void handover_ask(struct handover *handover);

/* The state that was given, and how many entries the journal had then (it has them by now);
 * borrowed until the next call.  NULL if there is none yet. */
const struct archive *handover_take(struct handover *handover, long *n);

/* The newest snapshot that was offered; NULL before the first.  Borrowed until the next call. */
const struct snapshot *handover_snapshot(struct handover *handover);

/* Wants nothing any more. */
void handover_close(struct handover *handover);

/* ---- whoever trains ---- */

/* What the session is now, for whoever has asked for a state and not closed since. */
void handover_offer(struct handover *handover, const struct snapshot *snapshot);

/* An empty archive to write the state into, if one is wanted; `is_last`: also if none has been
 * asked for just now.  NULL if there is nothing to do. */
struct archive *handover_begin(struct handover *handover, bool is_last);

/* It has been written after `n` entries of the journal; if writing has failed it is not given. */
void handover_end(struct handover *handover, long n);

#endif
