/* SPDX-License-Identifier: MIT
 * The facts of a session: of a lab before anything trains, or of a recording. */
#ifndef OUBLI_UI_APP_FACTS_H
#define OUBLI_UI_APP_FACTS_H

#include "lab/lab.h"
#include "session/player.h"
#include "ui/panels/view.h"

/* Fills the facts; texts are borrowed from the lab, the array of task names and the gallery are
 * owned by the facts. */
bool facts_init(struct facts *facts, const struct lab *lab, struct err *err)
    __attribute__((warn_unused_result));

/* Steps a second that count as x1: a task takes about eight seconds (a text
 * of a perceptron twenty), so that a class can follow. */
double facts_pace(const struct lab *lab);

/* What --data said, as a name to be shown: the last part of a path.  Inside `data`. */
const char *facts_data_name(const char *data);

/* The facts of a recording, as far as it tells them; texts are borrowed from the player, nothing is
 * owned. */
struct facts facts_of_player(const struct player *player);

void facts_fini(struct facts *facts);

#endif
