/* SPDX-License-Identifier: MIT */
#include "net/norm.h"

#include <stddef.h>

#include "net/vector.h"

enum { LANES = VECTOR_LANES };

static const real epsilon = (real)1e-5;

static inline real mean_of(const real *x, int n)
{
    return vector_sum(x, n) / (real)n;
}

static inline real variance_of(const real *x, real mean, int n)
{
    real lanes[LANES] = {0};
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int j = 0; j < LANES; j++) {
            lanes[j] += (x[i + j] - mean) * (x[i + j] - mean);
        }
    }
    for (int j = 0; i + j < n; j++) {
        lanes[j] += (x[i + j] - mean) * (x[i + j] - mean);
    }
    return vector_sum_lanes(lanes) / (real)n;
}

VERSIONS
void norm_forward(real *restrict y, real *restrict stats, const real *restrict x,
                  const real *restrict gain, const real *restrict bias, int rows, int n)
{
    for (int i = 0; i < rows; i++, x += n, y += n, stats += 2) {
        real mean = mean_of(x, n), r = 1 / vector_root(variance_of(x, mean, n) + epsilon);
        stats[0] = mean;
        stats[1] = r;
        for (int j = 0; j < n; j++) {
            y[j] = (x[j] - mean) * r * gain[j] + bias[j];
        }
    }
}

/* The mean along a row of q = dy gain. */
static inline real mean_q(const real *restrict dy, const real *restrict gain, int n)
{
    real lanes[LANES] = {0};
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int j = 0; j < LANES; j++) {
            lanes[j] += dy[i + j] * gain[i + j];
        }
    }
    for (int j = 0; i + j < n; j++) {
        lanes[j] += dy[i + j] * gain[i + j];
    }
    return vector_sum_lanes(lanes) / (real)n;
}

/* The mean along a row of q xh. */
static inline real mean_q_xh(const real *restrict dy, const real *restrict x,
                             const real *restrict gain, real mean, real r, int n)
{
    real lanes[LANES] = {0};
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int j = 0; j < LANES; j++) {
            lanes[j] += dy[i + j] * gain[i + j] * ((x[i + j] - mean) * r);
        }
    }
    for (int j = 0; i + j < n; j++) {
        lanes[j] += dy[i + j] * gain[i + j] * ((x[i + j] - mean) * r);
    }
    return vector_sum_lanes(lanes) / (real)n;
}

/* dx = r (q - mean(q) - xh mean(q xh)) */
VERSIONS
void norm_backward(real *restrict dx, real *restrict dgain, real *restrict dbias,
                   const real *restrict dy, const real *restrict x, const real *restrict stats,
                   const real *restrict gain, int rows, int n)
{
    for (int i = 0; i < rows; i++, dx += n, dy += n, x += n, stats += 2) {
        real mean = stats[0], r = stats[1];
        real q = mean_q(dy, gain, n), q_xh = mean_q_xh(dy, x, gain, mean, r, n);
        for (int j = 0; j < n; j++) {
            real xh = (x[j] - mean) * r;
            dx[j] += r * (dy[j] * gain[j] - q - xh * q_xh);
            dgain[j] += dy[j] * xh;
            dbias[j] += dy[j];
        }
    }
}
