/* SPDX-License-Identifier: MIT
 * Matrix products of the sizes that small networks have, without BLAS.
 *
 * BLAS is made for large matrices: at 32 rows and 100 columns half of its time goes into copying
 * its operands.  Here a result stays in registers while the summed index runs, and only the right
 * operand is copied, where that pays.
 *
 * Every element is start + sum over l = 0, 1 ... k-1 of a_il b_lj, in this order, each step one
 * fused multiply-add.  So its bits depend on the numbers alone: not on the width of the machine's
 * vectors, nor on who computes which part. */
#ifndef OUBLI_NET_PRODUCT_H
#define OUBLI_NET_PRODUCT_H

#include <stdbool.h>

#include "base/real.h"

/* What the sum of a product begins with. */
enum product_start {
    PRODUCT_FROM_ZERO,
    PRODUCT_FROM_C,      /* what is in c: the product is added to it */
    PRODUCT_FROM_ROW,    /* `begin` (n), for every row: a bias */
    PRODUCT_FROM_MATRIX, /* `begin` (m, n), whose rows are as far apart as those of C */
};

/* C = start + op(A) op(B):  C (m, n), op(A) (m, k), op(B) (k, n); all sizes at least 1.  C overlaps
 * neither operand.  Each may be columns of a wider matrix: its rows, as they are stored, then are
 * so many numbers apart. */
struct product {
    real *c;
    const real *a, *b;
    int m, k, n;
    bool is_a_transposed; /* A is stored (k, m) */
    bool is_b_transposed; /* B is stored (n, k) */
    enum product_start start;
    const real *begin;
    bool is_rectified;       /* at the end what is below zero becomes zero; a NaN stays a NaN */
    int c_row, a_row, b_row; /* from one stored row to the next; 0: they follow each other */
};

static inline int product_c_row(const struct product *p)
{
    return p->c_row > 0 ? p->c_row : p->n;
}
static inline int product_a_row(const struct product *p)
{
    return p->a_row > 0 ? p->a_row : p->is_a_transposed ? p->m : p->k;
}
static inline int product_b_row(const struct product *p)
{
    return p->b_row > 0 ? p->b_row : p->is_b_transposed ? p->k : p->n;
}

/* True if this processor fuses multiplication and addition, without which there are no products
 * here (x86-64 from AVX2 on, arm64). */
bool product_is_possible(void);

/* Columns first .. end-1 of the product.  Any thread; columns of one product may be computed by
 * several threads at once. */
void product_columns(const struct product *product, int first, int end);

/* to (n, m) = from (m, n)'; their rows are so many numbers apart. */
void product_transpose(real *to, int to_row, const real *from, int from_row, int m, int n);

#endif
