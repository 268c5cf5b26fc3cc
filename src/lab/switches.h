/* SPDX-License-Identifier: MIT
 * Which strategies each learner of a timeline had on, and since when: from the config that the
 * session began with and the commands of the journal.  Kept as a track's series `on`, whose values
 * are bits (strategy_at); empty where that is not known: of whoever was added to the past until a
 * snapshot says it, for what was said to all has reached him, too.  What is switched after the end
 * holds for the next run, so it stands one step behind it.  Private to the timeline. */
#ifndef OUBLI_LAB_SWITCHES_H
#define OUBLI_LAB_SWITCHES_H

#include "lab/timeline.h"

/* A command takes effect. */
void switches_command(struct timeline *timeline, const struct entry *entry);

/* A learner is there that was not heard of before; a copy has inherited its parent's series. */
void switches_begin(struct timeline *timeline, struct track *track, long step);

/* The session goes back to `step`: as it was then, or as it is now (`rewind` alone, `restart`). */
void switches_back(const struct timeline *timeline, struct track *track, long step);

/* A snapshot of `step` shows the learner. */
void switches_see(const struct timeline *timeline, struct track *track, long step,
                  const struct learner_state *learner);

#endif
