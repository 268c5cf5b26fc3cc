/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <sys/mman.h>

enum { ARENA_ALIGN = 64, HUGE_PAGES_FROM = 16 << 20 };

bool arena_size_add(size_t *total, size_t count, size_t each)
{
    size_t bytes, sum;
    if (__builtin_mul_overflow(count, each, &bytes) || bytes > SIZE_MAX - ARENA_ALIGN) {
        return false;
    }
    bytes = (bytes + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    if (__builtin_add_overflow(*total, bytes, &sum)) {
        return false;
    }
    *total = sum;
    return true;
}

bool arena_init(struct arena *arena, size_t size, struct err *err)
{
    *arena = (struct arena){0};
    if (size == 0) {
        return true;
    }
    void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) {
        return err_set(
            err, ERR_FAILED,
            "memory: %.1f MB are needed and the system does not give them; make the network, "
            "the data or the number of tasks smaller",
            (double)size / 1e6);
    }
#ifdef MADV_HUGEPAGE
    /* Rows are fetched from such an arena in random order: with small pages every row misses the
     * TLB. */
    if (size >= HUGE_PAGES_FROM) {
        madvise(base, size, MADV_HUGEPAGE); /* a hint: nothing is lost if it is not taken */
    }
#endif
    *arena = (struct arena){.base = base, .size = size};
    return true;
}

void *arena_alloc(struct arena *arena, size_t count, size_t each)
{
    size_t bytes = 0;
    bool fits = arena_size_add(&bytes, count, each);
    assert(fits && bytes <= arena->size - arena->used);
    void *memory = arena->base + arena->used;
    arena->used += bytes;
    return memory;
}

void arena_fini(struct arena *arena)
{
    if (arena->base) {
        munmap(arena->base, arena->size);
    }
    *arena = (struct arena){0};
}
