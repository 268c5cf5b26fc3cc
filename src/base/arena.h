/* SPDX-License-Identifier: MIT
 * An arena: one reservation, many allocations, one release.
 *
 * Memory comes from an anonymous mapping: zeroed, aligned to 64 bytes, and resident only once
 * touched. Sizes are counted first (arena_size_add, overflow-checked), then the arena is made and
 * carved up. */
#ifndef OUBLI_BASE_ARENA_H
#define OUBLI_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena {
    unsigned char *base;
    size_t size; /* bytes reserved */
    size_t used; /* bytes handed out */
};

/* Adds room for `count` things of `each` bytes to `*total`, rounded up to the arena's alignment.
 * Returns false on overflow and leaves `*total` as it was. */
bool arena_size_add(size_t *total, size_t count, size_t each) __attribute__((warn_unused_result));

/* Reserves `size` bytes; on failure sets err (how much was asked for) and leaves the arena
 * empty. */
bool arena_init(struct arena *arena, size_t size, struct err *err)
    __attribute__((warn_unused_result));

/* Hands out zeroed memory, aligned to 64 bytes; the arena owns it.  Asking for more than was
 * counted is the caller's mistake (assert). */
void *arena_alloc(struct arena *arena, size_t count, size_t each);

/* Releases everything at once; an empty arena is allowed. */
void arena_fini(struct arena *arena);

#endif
