/* SPDX-License-Identifier: MIT
 * The trainer: a thread that runs a lab.  Commands go in through a queue and take effect between
 * two steps; snapshots and the journal come out.  Training never waits for a reader; the thread
 * sleeps only to keep its pace, or while it is paused.  Commands wait for about 4 ms of steps at
 * most. */
#ifndef OUBLI_LAB_TRAINER_H
#define OUBLI_LAB_TRAINER_H

#include "lab/lab.h"

struct trainer; /* opaque; borrows the lab, which nobody else may touch until trainer_destroy */

/* Starts the thread; a paused lab stays paused.  All signals but faults are blocked in it. */
struct trainer *trainer_create(struct lab *lab, struct err *err)
    __attribute__((warn_unused_result));

/* Any thread but the trainer's: ends the thread between two steps, also while it takes steps again,
 * and joins it. */
void trainer_destroy(struct trainer *trainer);

/* Any thread: puts a command into the queue (copied).  Returns how many commands have been sent so
 * far, this one included: it has taken effect once a snapshot's n_commands has reached that number.
 * Returns 0 and drops the command if 256 are waiting. */
uint64_t trainer_send(struct trainer *trainer, const struct command *command);

/* Reader's thread: the newest snapshot, NULL before the first; borrowed until the next call. */
const struct snapshot *trainer_latest(struct trainer *trainer);

/* A file descriptor that becomes readable when commands have taken effect or the state has changed;
 * read it empty, then look at the latest snapshot. */
int trainer_wake_fd(const struct trainer *trainer);

#endif
