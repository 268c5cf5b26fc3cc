/* SPDX-License-Identifier: MIT
 * Snapshots as bytes, for files: the same on every machine, whatever its byte order and sizes.
 *
 *   byte 0      the version of this format, 4; of versions 2 and 3 all is read but exhibits
 *   the rest    a zlib stream of at most SNAPSHOT_BODY_MAX bytes: the fields in the order of
 *               snapshot_code.c, as base/archive.h writes them
 *
 * Everything comes back bit for bit but the heatmap's cells, of which 251 levels are kept between
 * 0 (or minus the largest) and the largest finite magnitude; zero, the largest, infinities and NaN
 * stay what they are.
 *
 * Strategies, parameters and exhibits go by name, so that tables may grow and change their order; a
 * parameter that is at its default and not set takes no room, so the table's defaults belong to the
 * format: who changes one must raise the version.  A snapshot with a heatmap of 28x42 takes
 * about 1.3 kB, each further learner 0.1 kB. */
#ifndef OUBLI_SESSION_SNAPSHOT_CODE_H
#define OUBLI_SESSION_SNAPSHOT_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "lab/snapshot.h"

enum {
    SNAPSHOT_CODE_VERSION = 4,
    SNAPSHOT_CODE_OLDEST = 2,
    SNAPSHOT_BODY_MAX = 128 * 1024, /* inflated */
    SNAPSHOT_CODE_MAX = SNAPSHOT_BODY_MAX + 1024
};

/* Returns owned (free), at most SNAPSHOT_CODE_MAX bytes.  NULL and err if memory is short or a
 * number is out of the range in which it makes sense; an exhibit of which that is so is left out.
 */
unsigned char *snapshot_encode(const struct snapshot *snapshot, size_t *size, struct err *err)
    __attribute__((warn_unused_result));

/* Safe for any bytes, within about 150 kB of memory of its own.  What is read can be used as an
 * index within the limits of snapshot.h and of the tables of parameters and strategies; whether its
 * tasks exist in this session is for the caller to see: snapshot_last_task.  On failure the
 * snapshot is all zeros. */
bool snapshot_decode(struct snapshot *snapshot, const void *bytes, size_t size, struct err *err)
    __attribute__((warn_unused_result));

/* The largest number of a task in it. */
int snapshot_last_task(const struct snapshot *snapshot);

#endif
