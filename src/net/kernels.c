/* SPDX-License-Identifier: MIT */
#include "net/kernels.h"

#include <math.h>
#include <string.h>

#include "net/vector.h"

enum { LANES = 8 };

VERSIONS
void kernel_add_row(real *restrict z, const real *restrict x, const real *restrict bias, int rows,
                    int n)
{
    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < n; j++) {
            z[(size_t)i * n + j] = x[(size_t)i * n + j] + bias[j];
        }
    }
}

/* Four rows in one pass over the sums, added one after the other: the same bits as row by row. */
VERSIONS
void kernel_column_sums(real *restrict sums, const real *restrict z, int rows, int n)
{
    int i = 0;
    memset(sums, 0, (size_t)n * sizeof *sums);
    for (; i + 4 <= rows; i += 4) {
        const real *a = z + (size_t)i * n, *b = a + n, *c = b + n, *d = c + n;
        for (int j = 0; j < n; j++) {
            sums[j] = sums[j] + a[j] + b[j] + c[j] + d[j];
        }
    }
    for (; i < rows; i++) {
        for (int j = 0; j < n; j++) {
            sums[j] += z[(size_t)i * n + j];
        }
    }
}

void kernel_silence(real *a, const uint8_t *silenced, int rows, int n, int width)
{
    for (int u = 0; u < n; u++) {
        for (int i = 0; silenced[u] && i < rows; i++) {
            memset(a + ((size_t)i * n + u) * width, 0, (size_t)width * sizeof *a);
        }
    }
}

VERSIONS
void kernel_relu(real *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        a[i] = a[i] < 0 ? 0 : a[i]; /* a NaN stays a NaN */
    }
}

VERSIONS
void kernel_relu_backward(real *restrict dz, const real *restrict a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dz[i] = a[i] > 0 ? dz[i] : 0;
    }
}

void kernel_tanh(real *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
#ifdef OUBLI_DOUBLE
        a[i] = tanh(a[i]);
#else
        a[i] = tanhf(a[i]);
#endif
    }
}

VERSIONS
void kernel_tanh_backward(real *restrict dz, const real *restrict a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dz[i] *= 1 - a[i] * a[i];
    }
}

VERSIONS
void kernel_exp(real *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = vector_exp(x[i]);
    }
}

/* With K0 = sqrt(2/pi), K1 = 0.044715 and u = tanh(K0 (f + K1 f^3)): 1/2 (1 + u) is the logistic
 * function s of y = 2 K0 (f + K1 f^3), so that g = f s(y) and dg/df = s + f s (1 - s) dy/df. */
VERSIONS
void kernel_gelu(real *restrict g, real *restrict f, size_t n)
{
    const real k0 = (real)0.79788456080286535588, k1 = (real)0.044715;
    for (size_t i = 0; i < n; i++) {
        real x = f[i], square = x * x;
        real y = 2 * k0 * (x + k1 * x * square);
        real s = 1 / (1 + vector_exp(-y));
        g[i] = x * s;
        f[i] = s + x * s * (1 - s) * (2 * k0 * (1 + 3 * k1 * square));
    }
}

VERSIONS
void kernel_multiply(real *restrict y, const real *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        y[i] *= x[i];
    }
}

VERSIONS
void kernel_square(real *restrict y, const real *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        y[i] = x[i] * x[i];
    }
}

VERSIONS
void kernel_add_squares(real *restrict y, const real *restrict x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        y[i] += x[i] * x[i];
    }
}

VERSIONS
void kernel_add_scaled(real *restrict y, const real *restrict x, real s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        y[i] += s * x[i];
    }
}

VERSIONS
void kernel_scale(real *x, real s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x[i] *= s;
    }
}

VERSIONS
void kernel_add_difference(real *restrict grad, const real *restrict theta,
                           const real *restrict anchor, real s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        grad[i] += s * (theta[i] - anchor[i]);
    }
}

VERSIONS
void kernel_sgd(real *restrict theta, const real *restrict grad, real lr, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        theta[i] -= lr * grad[i];
    }
}

VERSIONS
void kernel_momentum(real *restrict theta, real *restrict velocity, const real *restrict grad,
                     real lr, real momentum, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        velocity[i] = momentum * velocity[i] + grad[i];
        theta[i] -= lr * velocity[i];
    }
}

VERSIONS
void kernel_adam(real *restrict theta, real *restrict m, real *restrict v,
                 const real *restrict grad, real rate, real scale, real beta2, size_t n)
{
    const real beta1 = (real)0.9, epsilon = (real)1e-8;
    for (size_t i = 0; i < n; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * grad[i];
        v[i] = beta2 * v[i] + (1 - beta2) * (grad[i] * grad[i]);
        theta[i] -= rate * m[i] / (vector_root(v[i]) * scale + epsilon);
    }
}

VERSIONS
void kernel_pull(real *restrict grad, const real *restrict theta, const real *restrict a,
                 const real *restrict b, real s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        grad[i] += s * (a[i] * theta[i] - b[i]);
    }
}

VERSIONS
void kernel_proximal(real *restrict theta, const real *restrict a, const real *restrict b, real s,
                     size_t n)
{
    for (size_t i = 0; i < n; i++) {
        theta[i] = (theta[i] + s * b[i]) / (1 + s * a[i]);
    }
}

VERSIONS
void kernel_add_difference_counted(real *restrict grad, real *restrict sum, real f,
                                   const real *restrict theta, const real *restrict anchor, real s,
                                   size_t n)
{
    for (size_t i = 0; i < n; i++) {
        real added = s * (theta[i] - anchor[i]);
        grad[i] += added;
        sum[i] += f * added;
    }
}

VERSIONS
void kernel_pull_counted(real *restrict grad, real *restrict sum, real f,
                         const real *restrict theta, const real *restrict a, const real *restrict b,
                         real s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        real added = s * (a[i] * theta[i] - b[i]);
        grad[i] += added;
        sum[i] += f * added;
    }
}

VERSIONS
void kernel_proximal_counted(real *restrict theta, real *restrict sum, real f,
                             const real *restrict a, const real *restrict b, real s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        real moved = (theta[i] + s * b[i]) / (1 + s * a[i]);
        sum[i] += f * (moved - theta[i]);
        theta[i] = moved;
    }
}

static double sum_lanes(const double lanes[LANES])
{
    double sum = 0;
    for (int j = 0; j < LANES; j++) {
        sum += lanes[j];
    }
    return sum;
}

VERSIONS
double kernel_sum_squares(const real *x, size_t n)
{
    double lanes[LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        lanes[i % LANES] += (double)x[i] * (double)x[i];
    }
    return sum_lanes(lanes);
}

VERSIONS
double kernel_sum_squared_difference(const real *x, const real *y, size_t n)
{
    double lanes[LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        double d = (double)x[i] - (double)y[i];
        lanes[i % LANES] += d * d;
    }
    return sum_lanes(lanes);
}

real kernel_max(const real *x, size_t n)
{
    real max = 0;
    for (size_t i = 0; i < n; i++) {
        max = x[i] > max ? x[i] : max;
    }
    return max;
}
