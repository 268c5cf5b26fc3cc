/* SPDX-License-Identifier: MIT */
#include "net/matrix.h"

#include <assert.h>
#include <string.h>

#include "net/blas.h"
#include "net/kernels.h"
#include "net/product.h"

enum {
    PART_COLUMNS = 32,  /* of our products, at least: whole tiles */
    PARTS_A_THREAD = 2, /* so that one that is held up leaves its share to the others */
    BLAS_COLUMNS = 256, /* of BLAS's products, at least */
    BLAS_PARTS_MAX = 8,
};
static const double SHARED_FROM = 1 << 20; /* multiplications: less is done before others begin */
static const double OURS_UP_TO = 1
                                 << 25; /* beyond it BLAS, which blocks for all caches, is faster */

/* ---- BLAS ---- */

/* C begins as `start` says; BLAS then adds to it. */
static void begin(const struct product *p)
{
    int row = p->start == PRODUCT_FROM_MATRIX ? product_c_row(p) : 0;
    bool is_given = p->start == PRODUCT_FROM_ROW || p->start == PRODUCT_FROM_MATRIX;
    for (int i = 0; is_given && i < p->m; i++) {
        memcpy(p->c + (size_t)i * product_c_row(p), p->begin + (size_t)i * row,
               (size_t)p->n * sizeof *p->c);
    }
}

static void finish(const struct product *p)
{
    for (int i = 0; p->is_rectified && i < p->m; i++) {
        kernel_relu(p->c + (size_t)i * product_c_row(p), (size_t)p->n);
    }
}

/* ---- sharing ---- */

struct sharing {
    const struct product *product;
    void (*columns)(const struct product *product, int first, int end);
    int columns_a_part;
};

static void run_part(void *context, int i)
{
    const struct sharing *sharing = context;
    int first = i * sharing->columns_a_part, end = first + sharing->columns_a_part;
    int n = sharing->product->n;
    sharing->columns(sharing->product, first, end < n ? end : n);
}

/* In at most `most` parts of at least `least` columns each, a multiple of them. */
static void share(const struct product *p, struct pool *pool, int most, int least,
                  void (*columns)(const struct product *product, int first, int end))
{
    int units = (p->n + least - 1) / least, a_part = (units + most - 1) / most;
    struct sharing sharing = {p, columns, a_part * least};
    pool_run(pool, run_part, &sharing, (units + a_part - 1) / a_part);
}

static double size_of(int m, int k, int n)
{
    return (double)m * k * n;
}

bool matrix_is_shared(int m, int k, int n)
{
    return size_of(m, k, n) >= SHARED_FROM;
}

void matrix_multiply(const struct product *p, struct pool *pool)
{
    assert(p->m > 0 && p->k > 0 && p->n > 0);
    bool is_shared = matrix_is_shared(p->m, p->k, p->n);
    bool is_ours = size_of(p->m, p->k, p->n) <= OURS_UP_TO && blas_fuses() && product_is_possible();
    if (!is_ours) {
        begin(p);
        share(p, pool, is_shared ? BLAS_PARTS_MAX : 1, BLAS_COLUMNS, blas_columns);
        finish(p);
    } else if (is_shared && pool_size(pool) > 1) {
        share(p, pool, PARTS_A_THREAD * pool_size(pool), PART_COLUMNS, product_columns);
    } else {
        product_columns(p, 0, p->n);
    }
}

void matrix_give(const struct product *p, const struct product_taker *taker, struct pool *pool)
{
    if (taker) {
        taker->take(taker->context, p);
    } else {
        matrix_multiply(p, pool);
    }
}

void matrix_multiply_blas(const struct product *p)
{
    begin(p);
    blas_columns(p, 0, p->n);
    finish(p);
}
