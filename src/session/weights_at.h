/* SPDX-License-Identifier: MIT
 * The weights of a recorded session after any number of its steps.  A recording does not hold them:
 * it is trained again, from its last checkpoint that is early enough or else from the first step,
 * and every number on the way must be the recorded one.  So they are, to the last bit, those that
 * the session itself had then. */
#ifndef OUBLI_SESSION_WEIGHTS_AT_H
#define OUBLI_SESSION_WEIGHTS_AT_H

#include <stdio.h>

#include "base/watch.h"
#include "session/recording.h"

struct weights_wish {
    long step; /* when so many had been done, for the last time if steps were taken back; LONG_MAX:
                  at the end, or as far as it was recorded */
    const char *learner; /* as it was called then; NULL: the one that was selected, as
                            the snapshots tell */
};

/* Writes them to the stream as `oubli run --save FILE@STEP` would have (lab/weights.h).  ERR_USAGE
 * if the session does not come as far; ERR_STOPPED if the watch (may be NULL) gives up; ERR_FAILED
 * if it does not reproduce here or the weights are not finite. */
bool weights_at(struct recording *recording, const struct weights_wish *wish, FILE *out,
                const struct watch *watch, struct err *err) __attribute__((warn_unused_result));

#endif
