/* SPDX-License-Identifier: MIT
 * Matrix products: the only door to BLAS.  All matrices are row-major and contiguous.
 *
 * Shapes: C (m, n), with `k` the summed length.  `add` keeps what is in C and adds to it. */
#ifndef OUBLI_NET_MATRIX_H
#define OUBLI_NET_MATRIX_H

#include <stdbool.h>

#include "base/real.h"

/* Tells BLAS to use one thread (two give other bits, and the second core belongs to the screen).
 * Call once before the first product; harmless when repeated. */
void matrix_setup(void);

/* The name of the BLAS kernel in use, such as "Haswell": results are bit-identical on the same
 * one. */
const char *matrix_core(void);

/* C = A B,  A (m, k), B (k, n). */
void matrix_mul(real *c, const real *a, const real *b, int m, int k, int n, bool add);

/* C = A' B,  A (k, m), B (k, n). */
void matrix_mul_at(real *c, const real *a, const real *b, int m, int k, int n, bool add);

/* C = A B',  A (m, k), B (n, k). */
void matrix_mul_bt(real *c, const real *a, const real *b, int m, int k, int n, bool add);

#endif
