/* SPDX-License-Identifier: MIT */
#include "net/optimizer.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "net/kernels.h"

static int n_moments(enum optimizer_kind kind)
{
    return kind == OPTIMIZER_ADAM ? 2 : kind == OPTIMIZER_MOMENTUM ? 1 : 0;
}

bool optimizer_size_add(size_t *total, enum optimizer_kind kind, size_t n)
{
    bool ok = true;
    for (int i = 0; i < n_moments(kind); i++) {
        ok = ok && arena_size_add(total, n, sizeof(real));
    }
    return ok;
}

void optimizer_init(struct optimizer *optimizer, enum optimizer_kind kind, size_t n,
                    struct arena *arena)
{
    *optimizer = (struct optimizer){.kind = kind, .n = n};
    if (n_moments(kind) >= 1) {
        optimizer->m = arena_alloc(arena, n, sizeof(real));
    }
    if (n_moments(kind) >= 2) {
        optimizer->v = arena_alloc(arena, n, sizeof(real));
    }
}

void optimizer_reset(struct optimizer *optimizer)
{
    optimizer->t = 0;
    if (optimizer->m) {
        memset(optimizer->m, 0, optimizer->n * sizeof(real));
    }
    if (optimizer->v) {
        memset(optimizer->v, 0, optimizer->n * sizeof(real));
    }
}

void optimizer_archive(struct optimizer *optimizer, struct archive *archive)
{
    archive_long(archive, &optimizer->t, 0, LONG_MAX / 2);
    if (optimizer->t == 0) {
        if (archive->is_reading) {
            optimizer_reset(optimizer); /* before its first step all moments are 0 */
        }
        return;
    }
    for (int i = 0; i < n_moments(optimizer->kind); i++) {
        archive_bytes(archive, i == 0 ? optimizer->m : optimizer->v, optimizer->n * sizeof(real));
    }
}

void optimizer_step(struct optimizer *optimizer, real *theta, const real *grad, size_t first,
                    double lr, double momentum)
{
    size_t n = optimizer->n - first;
    theta += first;
    grad += first;
    optimizer->t++;
    switch (optimizer->kind) {
    case OPTIMIZER_SGD:
        kernel_sgd(theta, grad, (real)lr, n);
        break;
    case OPTIMIZER_MOMENTUM:
        kernel_momentum(theta, optimizer->m + first, grad, (real)lr, (real)momentum, n);
        break;
    case OPTIMIZER_ADAM: {
        double t = (double)optimizer->t;
        real rate = (real)(lr / (1 - pow(0.9, t))), scale = (real)(1 / sqrt(1 - pow(0.999, t)));
        kernel_adam(theta, optimizer->m + first, optimizer->v + first, grad, rate, scale, n);
        break;
    }
    }
}
