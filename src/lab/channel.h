/* SPDX-License-Identifier: MIT
 * A channel for snapshots: one writer, one reader, three buffers, nobody waits.  The reader always
 * gets the newest complete snapshot; those it was too slow for are gone (what happened is in the
 * journal). */
#ifndef OUBLI_LAB_CHANNEL_H
#define OUBLI_LAB_CHANNEL_H

#include "lab/snapshot.h"

struct channel; /* opaque */

struct channel *channel_create(struct err *err) __attribute__((warn_unused_result));
void channel_destroy(struct channel *channel);

/* Writer: the buffer to fill, and its publication. */
struct snapshot *channel_draft(struct channel *channel);
void channel_publish(struct channel *channel);

/* Reader: the newest snapshot; the same again if there is no newer one; NULL before the first.
 * Borrowed until the next call. */
const struct snapshot *channel_latest(struct channel *channel);

#endif
