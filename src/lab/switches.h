/* SPDX-License-Identifier: MIT
 * Which strategies a learner had on, and since when, as a reader of the journal knows it: a track's
 * series `on`, whose values are bits (strategy_at); empty where that is not known: of whoever was
 * added to the past until a snapshot says it, for what was said to all has reached him, too.  Steps
 * here count one more after the end: what is switched then holds for the next run. */
#ifndef OUBLI_LAB_SWITCHES_H
#define OUBLI_LAB_SWITCHES_H

#include "lab/command.h"
#include "lab/snapshot.h"
#include "lab/track.h"

/* From the config that the session began with. */
void switches_begin(struct track *track, long step, uint32_t on);

/* A copy of `parent`, by a command (fork, sweep). */
void switches_inherit(struct track *track, const struct track *parent, long step,
                      const struct command *command);

/* `strategy NAME on|off` reaches it. */
void switches_turn(struct track *track, long step, const struct command *command);

/* The session goes back to `step`: all is as it was then, or is kept as it is now. */
void switches_back(struct track *track, long step, bool is_kept);

/* A snapshot of `step` shows it; `is_added`: to the past. */
void switches_see(struct track *track, long step, bool is_added,
                  const struct learner_state *learner);

#endif
