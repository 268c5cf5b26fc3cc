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

/* A step of the elements first .. end-1. */
struct step {
    struct optimizer *optimizer;
    real *theta;
    const real *grad;
    size_t first, end;
    real rate, momentum, scale, beta2; /* scale: of Adam's sqrt(v) */
};

enum { PIECE = 16384 }; /* elements that one thread takes at a time */

static void step_piece(void *context, int i)
{
    const struct step *step = context;
    struct optimizer *optimizer = step->optimizer;
    size_t at = step->first + (size_t)i * PIECE, left = step->end - at;
    size_t n = left < PIECE ? left : PIECE;
    real *theta = step->theta + at;
    const real *grad = step->grad + at;
    switch (optimizer->kind) {
    case OPTIMIZER_SGD:
        kernel_sgd(theta, grad, step->rate, n);
        break;
    case OPTIMIZER_MOMENTUM:
        kernel_momentum(theta, optimizer->m + at, grad, step->rate, step->momentum, n);
        break;
    case OPTIMIZER_ADAM:
        kernel_adam(theta, optimizer->m + at, optimizer->v + at, grad, step->rate, step->scale,
                    step->beta2, n);
        break;
    }
}

struct optimizer_rates optimizer_rates(const struct params *params, double lr)
{
    return (struct optimizer_rates){.lr = lr,
                                    .momentum = params->value[PARAM_MOMENTUM],
                                    .beta2 = params->value[PARAM_ADAM_BETA2],
                                    .clip = params->value[PARAM_CLIP]};
}

/* A gradient that is no number stays what it is.  Returns what it was multiplied by. */
static double clip_gradient(real *grad, size_t n, double clip)
{
    double length = clip > 0 ? sqrt(kernel_sum_squares(grad, n)) : 0;
    if (length > clip) {
        kernel_scale(grad, (real)(clip / length), n);
        return clip / length;
    }
    return 1;
}

/* As the means are taken with: 1 - 0.999 is another number by 1e-5 where 0.999 is a float. */
static double rate_at(const struct optimizer *optimizer, const struct optimizer_rates *rates)
{
    bool is_adam = optimizer->kind == OPTIMIZER_ADAM;
    return is_adam ? rates->lr / (1 - pow((double)(real)0.9, (double)optimizer->t)) : rates->lr;
}

static double scale_at(const struct optimizer *optimizer, const struct optimizer_rates *rates)
{
    bool is_adam = optimizer->kind == OPTIMIZER_ADAM;
    return is_adam ? 1 / sqrt(1 - pow((double)(real)rates->beta2, (double)optimizer->t)) : 1;
}

void optimizer_step(struct optimizer *optimizer, real *theta, real *grad, size_t first,
                    const struct optimizer_rates *rates, struct pool *pool)
{
    optimizer->t++;
    struct step step = {.optimizer = optimizer,
                        .theta = theta,
                        .grad = grad,
                        .first = first,
                        .end = optimizer->n,
                        .rate = (real)rate_at(optimizer, rates),
                        .momentum = (real)rates->momentum,
                        .scale = (real)scale_at(optimizer, rates),
                        .beta2 = (real)rates->beta2};
    size_t n = optimizer->n - first;
    optimizer->clipped = clip_gradient(grad + first, n, rates->clip);
    pool_run(pool, step_piece, &step, (int)((n + PIECE - 1) / PIECE));
}

void optimizer_add_share(const struct optimizer *optimizer, real *moved, real *mean,
                         const real *part, size_t first, const struct optimizer_rates *rates)
{
    const real rate = (real)rate_at(optimizer, rates), scale = (real)scale_at(optimizer, rates);
    const real clipped = (real)optimizer->clipped, momentum = (real)rates->momentum;
    const real beta1 = (real)0.9, epsilon = (real)1e-8;
    if (optimizer->kind == OPTIMIZER_SGD) {
        kernel_add_scaled(moved + first, part + first, -rate * clipped, optimizer->n - first);
        return;
    }
    for (size_t i = first; i < optimizer->n; i++) {
        real g = clipped * part[i];
        if (optimizer->kind == OPTIMIZER_MOMENTUM) {
            mean[i] = momentum * mean[i] + g;
            moved[i] -= rate * mean[i];
        } else {
            mean[i] = beta1 * mean[i] + (1 - beta1) * g;
            moved[i] -= rate * mean[i] / ((real)sqrt((double)optimizer->v[i]) * scale + epsilon);
        }
    }
}
