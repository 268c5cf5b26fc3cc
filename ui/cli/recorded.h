/* SPDX-License-Identifier: MIT
 * What a recording tells of its learners that the live lab would know. */
#ifndef OUBLI_UI_CLI_RECORDED_H
#define OUBLI_UI_CLI_RECORDED_H

#include "session/player.h"

/* What learner number `id` had on and set when it began; the player has read all, and stands
 * somewhere else afterwards.  False and err if the file cannot be read. */
bool recorded_begun(struct learner_config *begun, struct player *player, int id, struct err *err)
    __attribute__((warn_unused_result));

#endif
