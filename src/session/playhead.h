/* SPDX-License-Identifier: MIT
 * What the lab was at a moment of a recording: the snapshot that lies nearest, brought to the
 * moment by what the journal says.
 *
 * Snapshots are some fifth of a second apart, and may be a little older than the time they were
 * written down at.  Switches, knobs, speed and names are those of the moment nevertheless: the
 * commands since are carried out on the snapshot.  What no command says - how a fork begins, what
 * was on at the step that a rewind went back to - comes from the next snapshot behind it. */
#ifndef OUBLI_SESSION_PLAYHEAD_H
#define OUBLI_SESSION_PLAYHEAD_H

#include "lab/snapshot.h"
#include "lab/timeline.h"

struct playhead {
    const struct journal *journal;   /* with times */
    const struct timeline *timeline; /* of all entries up to the moment */
    int64_t t;
    bool is_paused;
};

/* False if the snapshot, written down at `taken`, is from before something that no command tells;
 * then a later one is better. */
bool playhead_fits(const struct playhead *playhead, int64_t taken, const struct snapshot *snapshot);

/* Makes the snapshot, written down at `taken`, that of the moment. */
void playhead_bring(const struct playhead *playhead, int64_t taken, struct snapshot *snapshot);

#endif
