/* SPDX-License-Identifier: MIT */
#include "net/norm.h"

#include <stddef.h>

#include "net/lanes.h"

enum {
    LANES = VECTOR_LANES,
    ROWS = 8 /* that are worked on at a time: while one waits for its sum there are others */
};

static const real epsilon = (real)1e-5;

LANES_INLINE real mean_of(const real *x, int n)
{
    lanes sum[LANES_VECTORS] = {{0}};
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int v = 0; v < LANES_VECTORS; v++) {
            sum[v] += *(const lanes *)(x + i + v * LANES_N);
        }
    }
    for (int j = 0; i + j < n; j++) {
        sum[j / LANES_N][j % LANES_N] += x[i + j];
    }
    return lanes_sum(sum) / (real)n;
}

LANES_INLINE real variance_of(const real *x, real mean, int n)
{
    lanes sum[LANES_VECTORS] = {{0}};
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int v = 0; v < LANES_VECTORS; v++) {
            lanes y = *(const lanes *)(x + i + v * LANES_N) - mean;
            sum[v] += y * y;
        }
    }
    for (int j = 0; i + j < n; j++) {
        sum[j / LANES_N][j % LANES_N] += (x[i + j] - mean) * (x[i + j] - mean);
    }
    return lanes_sum(sum) / (real)n;
}

/* Of `rows` <= ROWS rows. */
LANES_INLINE void forward_few(real *restrict y, real *restrict stats, const real *restrict x,
                              const real *restrict gain, const real *restrict bias, int rows, int n)
{
    for (int i = 0; i < rows; i++) {
        stats[2 * i] = mean_of(x + (size_t)i * n, n);
    }
    for (int i = 0; i < rows; i++) {
        real variance = variance_of(x + (size_t)i * n, stats[2 * i], n);
        stats[2 * i + 1] = 1 / vector_root(variance + epsilon);
    }
    for (int i = 0; i < rows; i++, x += n, y += n, stats += 2) {
        for (int j = 0; j < n; j++) {
            y[j] = (x[j] - stats[0]) * stats[1] * gain[j] + bias[j];
        }
    }
}

VERSIONS
void norm_forward(real *restrict y, real *restrict stats, const real *restrict x,
                  const real *restrict gain, const real *restrict bias, int rows, int n)
{
    for (int i = 0; i < rows; i += ROWS) {
        size_t at = (size_t)i * n;
        forward_few(y + at, stats + 2 * i, x + at, gain, bias, rows - i < ROWS ? rows - i : ROWS,
                    n);
    }
}

/* The means along a row of q = dy gain and of q xh. */
LANES_INLINE void mean_q(real *q, real *q_xh, const real *dy, const real *x, const real *gain,
                         const real *stats, int n)
{
    lanes sum[LANES_VECTORS] = {{0}}, sum_xh[LANES_VECTORS] = {{0}};
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int v = 0; v < LANES_VECTORS; v++) {
            int at = i + v * LANES_N;
            lanes product = *(const lanes *)(dy + at) * *(const lanes *)(gain + at);
            sum[v] += product;
            sum_xh[v] += product * ((*(const lanes *)(x + at) - stats[0]) * stats[1]);
        }
    }
    for (int j = 0; i + j < n; j++) {
        real product = dy[i + j] * gain[i + j];
        sum[j / LANES_N][j % LANES_N] += product;
        sum_xh[j / LANES_N][j % LANES_N] += product * ((x[i + j] - stats[0]) * stats[1]);
    }
    *q = lanes_sum(sum) / (real)n;
    *q_xh = lanes_sum(sum_xh) / (real)n;
}

/* dx = r (q - mean(q) - xh mean(q xh)) */
LANES_INLINE void backward_few(real *restrict dx, real *restrict dgain, real *restrict dbias,
                               const real *restrict dy, const real *restrict x,
                               const real *restrict stats, const real *restrict gain, int rows,
                               int n)
{
    real q[ROWS], q_xh[ROWS];
    for (int i = 0; i < rows; i++) {
        size_t at = (size_t)i * n;
        mean_q(&q[i], &q_xh[i], dy + at, x + at, gain, stats + 2 * i, n);
    }
    for (int i = 0; i < rows; i++, dx += n, dy += n, x += n, stats += 2) {
        real mean = stats[0], r = stats[1], q_i = q[i], q_xh_i = q_xh[i];
        for (int j = 0; j < n; j++) {
            real xh = (x[j] - mean) * r;
            dx[j] += r * (dy[j] * gain[j] - q_i - xh * q_xh_i);
            dgain[j] += dy[j] * xh;
            dbias[j] += dy[j];
        }
    }
}

VERSIONS
void norm_backward(real *restrict dx, real *restrict dgain, real *restrict dbias,
                   const real *restrict dy, const real *restrict x, const real *restrict stats,
                   const real *restrict gain, int rows, int n)
{
    for (int i = 0; i < rows; i += ROWS) {
        size_t at = (size_t)i * n;
        backward_few(dx + at, dgain, dbias, dy + at, x + at, stats + 2 * i, gain,
                     rows - i < ROWS ? rows - i : ROWS, n);
    }
}
