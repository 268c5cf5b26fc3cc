/* SPDX-License-Identifier: MIT */
#include "lab/trail.h"

#include <stdlib.h>
#include <string.h>

#include "base/range.h"

static const size_t BYTES_MAX = 32u << 20; /* of its points, unless the least of them need more */

enum { POINTS_LEAST = 3 };

/* An odd number, so that every other one, first and last among them, is half as many. */
static int points_of(size_t n)
{
    size_t fit = BYTES_MAX / (2 * n * sizeof(real));
    int points = fit < TRAIL_POINTS_MAX ? (int)fit : TRAIL_POINTS_MAX;
    return max_int(points - (points + 1) % 2, POINTS_LEAST);
}

struct trail *trail_create(enum optimizer_kind kind, size_t n)
{
    struct trail *trail = calloc(1, sizeof *trail);
    size_t size = 0;
    bool ok = trail && pull_size_add(&size, kind, n) && arena_size_add(&size, n, sizeof(real));
    int points = points_of(n);
    for (int i = 0; ok && i < 2 * points; i++) {
        ok = arena_size_add(&size, n, sizeof(real));
    }
    if (!ok || !arena_init(&trail->arena, size, NULL)) {
        free(trail);
        return NULL;
    }
    pull_init(&trail->pull, kind, n, &trail->arena);
    trail->last = arena_alloc(&trail->arena, n, sizeof(real));
    trail->capacity = points;
    for (int i = 0; i < points; i++) {
        trail->theta[i] = arena_alloc(&trail->arena, n, sizeof(real));
        trail->sum[i] = arena_alloc(&trail->arena, n, sizeof(real));
    }
    return trail;
}

void trail_destroy(struct trail *trail)
{
    if (trail) {
        arena_fini(&trail->arena);
        free(trail);
    }
}

struct trail *trail_clone(const struct trail *trail)
{
    size_t n = trail->pull.n, bytes = n * sizeof(real);
    enum optimizer_kind kind = trail->pull.mean ? OPTIMIZER_ADAM : OPTIMIZER_SGD;
    struct trail *copy = trail_create(kind, n);
    if (!copy) {
        return NULL;
    }
    pull_copy(&copy->pull, &trail->pull);
    copy->stage = trail->stage;
    copy->from = trail->from;
    copy->n_done = trail->n_done;
    copy->stride = trail->stride;
    copy->n_points = trail->n_points;
    memcpy(copy->last, trail->last, bytes);
    for (int i = 0; i < trail->n_points; i++) {
        memcpy(copy->theta[i], trail->theta[i], bytes);
        memcpy(copy->sum[i], trail->sum[i], bytes);
    }
    return copy;
}

static void add_point(struct trail *trail, const real *theta)
{
    size_t bytes = trail->pull.n * sizeof(real);
    memcpy(trail->theta[trail->n_points], theta, bytes);
    memcpy(trail->sum[trail->n_points++], trail->pull.sum, bytes);
}

void trail_begin(struct trail *trail, int stage, long from, const real *theta)
{
    trail->stage = stage;
    trail->from = from;
    trail->n_done = 0;
    trail->stride = 1;
    trail->n_points = 0;
    pull_reset(&trail->pull);
    add_point(trail, theta);
    trail_pause(trail, theta);
}

void trail_pause(struct trail *trail, const real *theta)
{
    memcpy(trail->last, theta, trail->pull.n * sizeof *theta);
}

void trail_resume(struct trail *trail, const real *theta, long expected)
{
    if (memcmp(trail->last, theta, trail->pull.n * sizeof *theta) != 0) {
        trail_begin(trail, trail->stage, trail->from + trail->n_done, theta);
    }
    while (trail->n_done == 0 && (trail->capacity - 1) * trail->stride < expected - trail->from) {
        trail->stride *= 2;
    }
}

static void swap(real **a, real **b)
{
    real *kept = *a;
    *a = *b;
    *b = kept;
}

/* Every other point goes. */
static void thin(struct trail *trail)
{
    int n = 0;
    for (int i = 0; i < trail->n_points; i += 2, n++) {
        swap(&trail->theta[n], &trail->theta[i]);
        swap(&trail->sum[n], &trail->sum[i]);
    }
    trail->n_points = n;
    trail->stride *= 2;
}

void trail_step(struct trail *trail, const real *theta)
{
    trail->n_done++;
    if (trail->n_done % trail->stride == 0 && trail->n_points == trail->capacity) {
        thin(trail);
    }
    if (trail->n_done % trail->stride == 0) {
        add_point(trail, theta);
    }
}

int trail_point(const struct trail *trail, long n_done)
{
    long i = n_done / trail->stride;
    return i < trail->n_points ? (int)i : trail->n_points - 1;
}
