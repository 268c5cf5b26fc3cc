/* SPDX-License-Identifier: MIT */
#include "lab/handover.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "lab/channel.h"

enum {
    CLOSED,  /* nobody is there */
    IDLE,    /* the reader has what it wants for now */
    ASKED,   /* it wants a state */
    WRITING, /* whoever trains holds the archive */
    FULL,    /* a state is there */
    READING  /* the reader holds the archive */
};

struct handover {
    struct channel *snapshots;
    atomic_int turn;
    struct archive archive;
    long n;
};

struct handover *handover_create(struct err *err)
{
    struct handover *handover = calloc(1, sizeof *handover);
    if (!handover || !(handover->snapshots = channel_create(err))) {
        free(handover);
        err_set(err, ERR_FAILED, "memory: no room for a checkpoint");
        return NULL;
    }
    atomic_init(&handover->turn, CLOSED);
    return handover;
}

void handover_destroy(struct handover *handover)
{
    if (handover) {
        channel_destroy(handover->snapshots);
        archive_fini(&handover->archive);
        free(handover);
    }
}

/* Acquire: what the other side did with the archive is over.  Release: what this side did. */
static bool change(struct handover *handover, int from, int to)
{
    return atomic_compare_exchange_strong_explicit(&handover->turn, &from, to, memory_order_acq_rel,
                                                   memory_order_relaxed);
}

void handover_ask(struct handover *handover)
{
    bool is_asked = change(handover, CLOSED, ASKED) || change(handover, IDLE, ASKED) ||
                    change(handover, FULL, ASKED) || change(handover, READING, ASKED);
    (void)is_asked; /* else it is being written already */
}

const struct archive *handover_take(struct handover *handover, long *n)
{
    change(handover, READING, IDLE);
    if (!change(handover, FULL, READING)) {
        return NULL;
    }
    *n = handover->n;
    return &handover->archive;
}

const struct snapshot *handover_snapshot(struct handover *handover)
{
    return channel_latest(handover->snapshots);
}

void handover_close(struct handover *handover)
{
    int now = atomic_load_explicit(&handover->turn, memory_order_relaxed);
    while (!change(handover, now, CLOSED)) {
        now = atomic_load_explicit(&handover->turn, memory_order_relaxed);
    }
}

void handover_offer(struct handover *handover, const struct snapshot *snapshot)
{
    /* Relaxed: a hint, for the channel itself orders. */
    if (atomic_load_explicit(&handover->turn, memory_order_relaxed) != CLOSED) {
        *channel_draft(handover->snapshots) = *snapshot;
        channel_publish(handover->snapshots);
    }
}

struct archive *handover_begin(struct handover *handover, bool is_last)
{
    /* Relaxed: a hint, for the exchange itself orders. */
    int now = atomic_load_explicit(&handover->turn, memory_order_relaxed);
    if (now != ASKED && !is_last) {
        return NULL;
    }
    if (!change(handover, ASKED, WRITING) &&
        !(is_last && (change(handover, IDLE, WRITING) || change(handover, FULL, WRITING)))) {
        return NULL;
    }
    archive_reset(&handover->archive);
    return &handover->archive;
}

void handover_end(struct handover *handover, long n)
{
    handover->n = n;
    change(handover, WRITING, handover->archive.has_failed ? IDLE : FULL); /* or it was closed */
}
