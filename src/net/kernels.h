/* SPDX-License-Identifier: MIT
 * Element-wise loops over flat vectors, compiled for several instruction sets and chosen at start.
 *
 * No -ffast-math: a NaN stays a NaN, and every instruction set gives the same bits, because sums
 * are taken in eight lanes whatever the width of the machine's vectors.  Vectors do not overlap
 * unless said. */
#ifndef OUBLI_NET_KERNELS_H
#define OUBLI_NET_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

/* Every row of z (rows, n) becomes that of x (rows, n) and bias (n). */
void kernel_add_row(real *z, const real *x, const real *bias, int rows, int n);

/* sums (n) = the sums of the columns of z (rows, n). */
void kernel_column_sums(real *sums, const real *z, int rows, int n);

/* Activations in place, and the factor of their derivative: dz *= f'(.), from the outputs a. */
void kernel_relu(real *a, size_t n);
void kernel_relu_backward(real *dz, const real *a, size_t n);
void kernel_tanh(real *a, size_t n);
void kernel_tanh_backward(real *dz, const real *a, size_t n);

/* Columns of a (rows, n width) become 0: those of each of the n whose byte is not 0. */
void kernel_silence(real *a, const uint8_t *silenced, int rows, int n, int width);

/* x = exp(x).  In float: within 2 ulp for |x| < 87, 0 below (the softmax needs no more). */
void kernel_exp(real *x, size_t n);

/* g = GELU(f), in the form with tanh: f (1 + tanh(sqrt(2/pi) (f + 0.044715 f^3))) / 2; f becomes
 * the derivative of g with respect to it. */
void kernel_gelu(real *g, real *f, size_t n);

/* y *= x. */
void kernel_multiply(real *y, const real *x, size_t n);

/* y = x^2. */
void kernel_square(real *y, const real *x, size_t n);

/* y += x^2. */
void kernel_add_squares(real *y, const real *x, size_t n);

/* y += s x. */
void kernel_add_scaled(real *y, const real *x, real s, size_t n);

/* x = s x. */
void kernel_scale(real *x, real s, size_t n);

/* grad += s (theta - anchor). */
void kernel_add_difference(real *grad, const real *theta, const real *anchor, real s, size_t n);

/* Steps of the optimizers: theta (n) moves along grad (n). */
void kernel_sgd(real *theta, const real *grad, real lr, size_t n);
/* velocity = momentum velocity + grad;  theta -= lr velocity. */
void kernel_momentum(real *theta, real *velocity, const real *grad, real lr, real momentum,
                     size_t n);
/* m, v: running means of grad and grad^2;  theta -= rate m / (sqrt(v) scale + epsilon). */
void kernel_adam(real *theta, real *m, real *v, const real *grad, real rate, real scale, real beta2,
                 size_t n);

/* Pull of sum_k fisher_k (theta - anchor_k)^2 / 2, in the two-vector form a = sum fisher_k,
 * b = sum fisher_k anchor_k:  grad += s (a theta - b). */
void kernel_pull(real *grad, const real *theta, const real *a, const real *b, real s, size_t n);
/* The proximal step on the same penalty: theta = (theta + s b) / (1 + s a). */
void kernel_proximal(real *theta, const real *a, const real *b, real s, size_t n);

/* The same three, and what that adds is added to sum (n), f times. */
void kernel_add_difference_counted(real *grad, real *sum, real f, const real *theta,
                                   const real *anchor, real s, size_t n);
void kernel_pull_counted(real *grad, real *sum, real f, const real *theta, const real *a,
                         const real *b, real s, size_t n);
void kernel_proximal_counted(real *theta, real *sum, real f, const real *a, const real *b, real s,
                             size_t n);

/* Sums: of x^2, of (x - y)^2; the largest x (0 if n is 0). */
double kernel_sum_squares(const real *x, size_t n);
double kernel_sum_squared_difference(const real *x, const real *y, size_t n);
real kernel_max(const real *x, size_t n);

#endif
