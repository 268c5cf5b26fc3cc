/* SPDX-License-Identifier: MIT
 * The learners of a recording as lines of JSON: those of `oubli run --json`.  What only the lab
 * could tell of the end - accuracy per class, drift over the whole session, samples a second - is
 * null where the session was killed, or the recording ended before it. */
#ifndef OUBLI_UI_CLI_RECORDED_H
#define OUBLI_UI_CLI_RECORDED_H

#include <stdio.h>

#include "session/player.h"

/* Writes a line for each learner that is there at the end, where the player then stands. */
bool recorded_write_json(FILE *out, struct player *player, struct err *err)
    __attribute__((warn_unused_result));

#endif
