/* SPDX-License-Identifier: MIT
 * Matrix products.  All matrices are row-major and contiguous.
 *
 * Those of the sizes small networks have are made by product.h, larger ones by BLAS; where BLAS's
 * kernels do not fuse multiplication and addition, or the processor cannot, all are BLAS's.  Which
 * of both, and into how many parts BLAS's are cut, follows from the shapes and the kernels alone,
 * never from the number of threads: so the same kernels (blas_core) give the same bits.
 *
 * blas_setup comes first.  Any thread. */
#ifndef OUBLI_NET_MATRIX_H
#define OUBLI_NET_MATRIX_H

#include <stdbool.h>

#include "base/pool.h"
#include "net/product.h"

/* Computes the product, on the threads of `pool` too where it is large enough for that (NULL:
 * alone). */
void matrix_multiply(const struct product *product, struct pool *pool);

/* Is given products in place of their being computed. */
struct product_taker {
    void (*take)(void *context, const struct product *product);
    void *context;
};

/* Gives the product to the taker; computes it if that is NULL. */
void matrix_give(const struct product *product, const struct product_taker *taker,
                 struct pool *pool);

/* True if a product of these sizes is large enough to be shared out. */
bool matrix_is_shared(int m, int k, int n);

/* The same by BLAS alone, in one call: what ours are measured and tested against. */
void matrix_multiply_blas(const struct product *product);

#endif
