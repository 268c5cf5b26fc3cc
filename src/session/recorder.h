/* SPDX-License-Identifier: MIT
 * The recorder: a thread that writes a session into a file while it happens, five times a second.
 * Neither training nor the screen waits for it; if it fails, both go on. */
#ifndef OUBLI_SESSION_RECORDER_H
#define OUBLI_SESSION_RECORDER_H

#include "session/recording.h"

struct recorder; /* opaque; borrows the journal */

/* Makes the file, which must not be there yet, and starts the thread.  `layers`: widths of the
 * network, "64-100-100-10".  What the journal holds
 * already is recorded, too. */
struct recorder *recorder_create(const char *path, const struct config *config,
                                 const struct recording_facts *facts, const char *layers,
                                 const struct journal *journal, struct err *err)
    __attribute__((warn_unused_result));

/* Goes on with a recording whose session was interrupted: the journal, trained again, begins with
 * all that is in the file. */
struct recorder *recorder_resume(const char *path, const struct journal *journal, struct err *err)
    __attribute__((warn_unused_result));

/* One other thread: what the session is now; copied, unless one was taken just before. */
void recorder_offer(struct recorder *recorder, const struct snapshot *snapshot);

/* The same thread: a command of the screen. */
void recorder_view(struct recorder *recorder, const char *line);

/* True if it has had to give up; err says why.  What was written until then stays. */
bool recorder_has_failed(struct recorder *recorder, struct err *err);

/* Writes what is left - the journal must not grow any more if all of it is to be there - and ends
 * the thread.  False and err if something is not in the file.  NULL is allowed. */
bool recorder_finish(struct recorder *recorder, struct err *err);

const char *recorder_path(const struct recorder *recorder);

#endif
