/* SPDX-License-Identifier: MIT */
#include "lab/channel.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { FRESH = 4 }; /* set in `middle` while the reader has not taken it */

struct channel {
    struct snapshot buffers[3];
    atomic_uint middle; /* the buffer nobody holds, with FRESH */
    unsigned draft;     /* writer's */
    unsigned latest;    /* reader's */
    bool has_latest;    /* reader's */
};

struct channel *channel_create(struct err *err)
{
    struct channel *channel = calloc(1, sizeof *channel);
    if (!channel) {
        err_set(err, ERR_FAILED, "memory: no room for three snapshots");
        return NULL;
    }
    atomic_init(&channel->middle, 1);
    channel->latest = 2;
    return channel;
}

void channel_destroy(struct channel *channel)
{
    free(channel);
}

struct snapshot *channel_draft(struct channel *channel)
{
    return &channel->buffers[channel->draft];
}

void channel_publish(struct channel *channel)
{
    /* Release: the draft's numbers come before its number.  Acquire: what the reader did with the
     * buffer that comes back is over.  Partner: the exchange in channel_latest. */
    channel->draft =
        atomic_exchange_explicit(&channel->middle, channel->draft | FRESH, memory_order_acq_rel) &
        3u;
}

const struct snapshot *channel_latest(struct channel *channel)
{
    if (atomic_load_explicit(&channel->middle, memory_order_relaxed) & FRESH) {
        /* Partner: the exchange in channel_publish. */
        channel->latest =
            atomic_exchange_explicit(&channel->middle, channel->latest, memory_order_acq_rel) & 3u;
        channel->has_latest = true;
    }
    return channel->has_latest ? &channel->buffers[channel->latest] : NULL;
}
