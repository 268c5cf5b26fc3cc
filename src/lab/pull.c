/* SPDX-License-Identifier: MIT */
#include "lab/pull.h"

#include <string.h>

bool pull_size_add(size_t *total, enum optimizer_kind kind, size_t n)
{
    bool has_mean = kind != OPTIMIZER_SGD;
    return arena_size_add(total, n, sizeof(real)) && arena_size_add(total, n, sizeof(real)) &&
           (!has_mean || arena_size_add(total, n, sizeof(real)));
}

void pull_init(struct pull *pull, enum optimizer_kind kind, size_t n, struct arena *arena)
{
    *pull = (struct pull){.n = n};
    pull->sum = arena_alloc(arena, n, sizeof(real));
    pull->added = arena_alloc(arena, n, sizeof(real));
    pull->mean = kind != OPTIMIZER_SGD ? arena_alloc(arena, n, sizeof(real)) : NULL;
}

void pull_reset(struct pull *pull)
{
    memset(pull->sum, 0, pull->n * sizeof *pull->sum);
    if (pull->mean) {
        memset(pull->mean, 0, pull->n * sizeof *pull->mean);
    }
    pull->by = 0;
    pull->has_mean = false;
    pull->is_through_adapter = false;
}

void pull_copy(struct pull *pull, const struct pull *from)
{
    memcpy(pull->sum, from->sum, pull->n * sizeof *pull->sum);
    if (pull->mean) {
        memcpy(pull->mean, from->mean, pull->n * sizeof *pull->mean);
    }
    pull->by = from->by;
    pull->has_mean = from->has_mean;
    pull->is_through_adapter = from->is_through_adapter;
}

struct tally pull_begin(struct pull *pull, double lr)
{
    pull->is_counted = lr > 0;
    if (pull->is_counted) {
        return (struct tally){pull->sum, -(real)lr};
    }
    memset(pull->added, 0, pull->n * sizeof *pull->added);
    pull->has_mean = true;
    return (struct tally){pull->added, 1};
}

void pull_stepped(struct pull *pull, const struct optimizer *optimizer, size_t first,
                  const struct optimizer_rates *rates)
{
    optimizer_add_share(optimizer, pull->sum, pull->mean, pull->added, first, rates);
}
