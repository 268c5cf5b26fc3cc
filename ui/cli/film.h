/* SPDX-License-Identifier: MIT
 * The recording of a session without a screen.
 *
 * It has a clock of its own, on which a task takes as long as it does on the live screen, and looks
 * five times a second of that: so it plays and can be exported as if somebody had watched it, with
 * the default heatmap.  Its entries are those of any run.  One thread. */
#ifndef OUBLI_UI_CLI_FILM_H
#define OUBLI_UI_CLI_FILM_H

#include "lab/lab.h"

struct film; /* opaque */

/* Makes the file, which must not be there yet.  Returns owned. */
struct film *film_open(const char *path, struct lab *lab, struct err *err)
    __attribute__((warn_unused_result));

/* Goes on with a recording: the lab's journal begins with all that is in the file, which is told at
 * `pace` steps a second of its clock (0: as a new one).  Returns owned. */
struct film *film_resume(const char *path, struct lab *lab, double pace, struct err *err)
    __attribute__((warn_unused_result));

/* How many steps it may take to the next look. */
long film_steps(const struct film *film);

/* Writes what has come since the last call.  If that fails, nothing more is written; film_close
 * says so. */
void film_follow(struct film *film, struct lab *lab);

/* Writes what is left, and what the lab's session has come to; NULL: that is not recorded.  False
 * and err if something is not in the file.  A film of NULL is allowed. */
bool film_close(struct film *film, struct lab *lab, struct err *err);

#endif
