/* SPDX-License-Identifier: MIT */
#include "net/matrix.h"

#include <cblas.h>

void matrix_setup(void)
{
    openblas_set_num_threads(1);
}

const char *matrix_core(void)
{
    return openblas_get_corename();
}

/* One call for both number types; `lda` and `ldb` are the row lengths as stored. */
static void gemm(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, real *c, const real *a, int lda,
                 const real *b, int ldb, const int mkn[3], bool add)
{
    real beta = add ? 1 : 0;
    int m = mkn[0], k = mkn[1], n = mkn[2];
#ifdef OUBLI_DOUBLE
    cblas_dgemm(CblasRowMajor, ta, tb, m, n, k, 1, a, lda, b, ldb, beta, c, n);
#else
    cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, 1, a, lda, b, ldb, beta, c, n);
#endif
}

void matrix_mul(real *c, const real *a, const real *b, int m, int k, int n, bool add)
{
    gemm(CblasNoTrans, CblasNoTrans, c, a, k, b, n, (int[]){m, k, n}, add);
}

void matrix_mul_at(real *c, const real *a, const real *b, int m, int k, int n, bool add)
{
    gemm(CblasTrans, CblasNoTrans, c, a, m, b, n, (int[]){m, k, n}, add);
}

void matrix_mul_bt(real *c, const real *a, const real *b, int m, int k, int n, bool add)
{
    gemm(CblasNoTrans, CblasTrans, c, a, k, b, k, (int[]){m, k, n}, add);
}
