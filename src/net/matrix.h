/* SPDX-License-Identifier: MIT
 * Matrix products: the only door to BLAS.  All matrices are row-major and contiguous.
 *
 * Products of the sizes small networks have are made here (product.h), larger ones by BLAS.  Which
 * of both, and into how many parts BLAS's are cut, follows from the shapes and the kernels alone,
 * never from the number of threads: neither changes a bit of the result. */
#ifndef OUBLI_NET_MATRIX_H
#define OUBLI_NET_MATRIX_H

#include <stdbool.h>

#include "base/pool.h"
#include "net/product.h"

/* Tells BLAS to use one thread (two give other bits, and the second core belongs to the screen).
 * Call once before the first product; harmless when repeated. */
void matrix_setup(void);

/* The name of the BLAS kernel in use, such as "Haswell": results are bit-identical on the same
 * one. */
const char *matrix_core(void);

/* Computes the product, on the threads of `pool` too where it is large enough for that (NULL:
 * alone). */
void matrix_multiply(const struct product *product, struct pool *pool);

/* True if a product of these sizes is large enough to be shared out. */
bool matrix_is_shared(int m, int k, int n);

/* The same by BLAS alone, in one call: what ours are measured and tested against. */
void matrix_multiply_blas(const struct product *product);

#endif
