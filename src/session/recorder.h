/* SPDX-License-Identifier: MIT
 * The recorder: a thread that writes a session into a file while it happens, five times a second.
 * Neither training nor the screen waits for it; if it fails, both go on. */
#ifndef OUBLI_SESSION_RECORDER_H
#define OUBLI_SESSION_RECORDER_H

#include "lab/lab.h"
#include "session/recording.h"

struct recorder; /* opaque; borrows the lab: its config and journal, snapshots and states it hands
                    over */

/* Makes the file, which must not be there yet, writes into it what the journal holds already, and
 * starts the thread.  `layers`: widths of the network, "64-100-100-10".  `now`: what the session is
 * now, so that the file can be shown however soon the session is interrupted; the first one that
 * is handed over takes its place.  NULL: not known. */
struct recorder *recorder_create(const char *path, const struct lab *lab,
                                 const struct recording_facts *facts, const char *layers,
                                 const struct snapshot *now, struct err *err)
    __attribute__((warn_unused_result));

/* Goes on with a recording whose session was interrupted: the lab's journal begins with all that is
 * in the file. */
struct recorder *recorder_resume(const char *path, const struct lab *lab, struct err *err)
    __attribute__((warn_unused_result));

/* One other thread: a command of the screen. */
void recorder_view(struct recorder *recorder, const char *line);

/* True if it has had to give up; err says why.  What was written until then stays. */
bool recorder_has_failed(struct recorder *recorder, struct err *err);

/* Writes what is left - the journal must not grow any more if all of it is to be there, and the lab
 * have handed over its last state, if resuming is to begin with that - and ends the thread.
 * `ended`: the lab, if nobody trains it any more, for what only it can tell; NULL: that is not
 * recorded. False and err if something is not in the file.  A recorder of NULL is allowed. */
bool recorder_finish(struct recorder *recorder, struct lab *ended, struct err *err);

const char *recorder_path(const struct recorder *recorder);

#endif
