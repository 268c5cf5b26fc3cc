/* SPDX-License-Identifier: MIT
 * The journal: everything that happened, in order, for ever.  One writer (whoever trains), any
 * number of readers, each with its own place; nobody waits for anybody.
 *
 * Entries live in chunks that never move; the writer fills an entry, then publishes the new length
 * (release); a reader reads the length (acquire) and may then read every entry below it.  Memory
 * grows by one chunk per 4096 entries. */
#ifndef OUBLI_LAB_JOURNAL_H
#define OUBLI_LAB_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "lab/command.h"
#include "lab/probe_id.h"

enum { JOURNAL_TEXT_MAX = COMMAND_TEXT_MAX + 32 }; /* room for any command as it is formatted */

enum entry_kind {
    ENTRY_BASELINE,  /* value: accuracy on `task` at the initial weights */
    ENTRY_STAGE,     /* stage `stage` begins, of `task`; value 1: of a stream, any task comes
                        and `task` most often from now on */
    ENTRY_MEASURE,   /* value: what `probe` says now, of the task or part number `task` */
    ENTRY_MATRIX,    /* value: R[stage][task] */
    ENTRY_STAGE_END, /* stage `stage` is over; its row of R is complete */
    ENTRY_COMMAND,   /* a command took effect; `text` */
    ENTRY_REFUSED,   /* a command could not be carried out; `text` says why; value 1: a view, which
                        stands in no entry of its own */
    ENTRY_DIVERGED,  /* a learner's loss is not finite, it stops; value: the learning rate */
    ENTRY_REWIND,    /* back to step `step`, in stage `stage`: what was after it is abandoned */
    ENTRY_END,       /* the sequence is over */
    ENTRY_LEARNER, /* a learner is there, from step `step` on (0: from the start), a copy of learner
                      number `task` as it was then (-1: of none); `text`: its name.  Again: it has
                      been renamed.  After a rewind all that are there now are called up. */
    ENTRY_REMOVED, /* a learner is gone */
};

/* `learner` of an entry that concerns all of them, or none. */
enum { LEARNER_ALL = -1 };

struct entry {
    enum entry_kind kind;
    enum probe_id probe; /* of measures */
    int learner;         /* its number, never given twice in a session; LEARNER_ALL */
    int stage;
    int task;
    long step;
    double value;
    const char
        *text; /* of commands, refusals and learners, else NULL; lives as long as the journal */
};

struct journal; /* opaque */

struct journal *journal_create(struct err *err) __attribute__((warn_unused_result));
void journal_destroy(struct journal *journal);

/* Writer.  `text` (may be NULL) is copied, cut at JOURNAL_TEXT_MAX.  Returns false when memory or
 * the 16 million entries are used up: the entry is dropped, what was there stays. */
bool journal_add(struct journal *journal, struct entry entry);

/* The same, for an entry of another time: read from a file. */
bool journal_add_at(struct journal *journal, struct entry entry, int64_t time);

/* Any thread: how many entries can be read, and entry number i below that. */
long journal_length(const struct journal *journal);
struct entry journal_at(const struct journal *journal, long i);

/* Any thread: when entry number i was written, by clock_ns; when it happened, if it was added with
 * a time of its own. */
int64_t journal_time(const struct journal *journal, long i);

#endif
