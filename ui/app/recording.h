/* SPDX-License-Identifier: MIT
 * Recording the live session. */
#ifndef OUBLI_UI_APP_RECORDING_H
#define OUBLI_UI_APP_RECORDING_H

#include "ui/app/state.h"

/* Begins to record into app->record_path ("": a name by the time), what has happened so far
 * included.  `now`: what the session is now; NULL: not known. */
bool recording_begin_for(struct app *app, const struct lab *lab, const struct snapshot *now,
                         struct err *err) __attribute__((warn_unused_result));

/* Goes on in the file of an interrupted session, trained again in the lab. */
bool recording_resume(struct app *app, const char *path, const struct lab *lab, struct err *err)
    __attribute__((warn_unused_result));

/* The key: begins, or ends; says so. */
void recording_toggle(struct app *app, const struct lab *lab);

/* What is looked at is recorded; a failure is said once, and training goes on. */
void recording_follow(struct app *app);

/* Writes what is left, and what the session has come to that nobody trains any more.  The screen is
 * gone: where it went, or what went wrong (then it returns false), is said on stderr. */
bool recording_end(struct app *app, struct lab *lab);

#endif
