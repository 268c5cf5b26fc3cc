/* SPDX-License-Identifier: MIT
 * Waiting for work that takes long and shows nothing: how far it is goes to stderr (progress.h),
 * signals end it between two pieces. */
#ifndef OUBLI_UI_CLI_WAITING_H
#define OUBLI_UI_CLI_WAITING_H

#include "base/err.h"
#include "base/watch.h"
#include "ui/cli/progress.h"

struct waiting {
    struct progress progress;
    const char *unit; /* of what is counted: "entry"; NULL: nothing is, only the part is said */
    long total;       /* of them */
    int stop;         /* the signal that came: INT, TERM, HUP or QUIT; 0 = none */
};

/* Takes over the signals until waiting_end.  False and err if that does not work. */
bool waiting_begin(struct waiting *waiting, bool is_quiet, struct err *err)
    __attribute__((warn_unused_result));

/* The function of a struct watch whose context is the waiting; may be called as often as one likes.
 * Returns false once a signal has come. */
bool waiting_goes_on(void *waiting, double part);

/* Takes the line away and gives the signals back; after a failure, too. */
void waiting_end(struct waiting *waiting);

#endif
