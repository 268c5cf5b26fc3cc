/* SPDX-License-Identifier: MIT
 * An OpenBLAS that does not know this processor: the real one, which takes its oldest kernels
 * unless it is asked for others.  Under the name of the real one and in front of it in
 * LD_LIBRARY_PATH it shows what the program makes of that. */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/* As cblas.h has them; only src/net/matrix.c includes that. */
void cblas_sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a,
                 int lda, const float *b, int ldb, float beta, float *c, int ldc);
char *openblas_get_corename(void);
char *openblas_get_config(void);
void openblas_set_num_threads(int n);

static void *real;

/* It is loaded with an environment of its own, which ends with this. */
__attribute__((constructor)) static void open_real(void)
{
    setenv("OPENBLAS_CORETYPE", "Prescott", 0);
    real = dlopen(OUBLI_REAL_OPENBLAS, RTLD_LAZY | RTLD_LOCAL);
}

__attribute__((destructor)) static void close_real(void)
{
    dlclose(real);
}

static void find(void *function, const char *name)
{
    void *address = dlsym(real, name);
    memcpy(function, &address, sizeof address);
}

void cblas_sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a,
                 int lda, const float *b, int ldb, float beta, float *c, int ldc)
{
    __typeof__(cblas_sgemm) *function;
    find(&function, "cblas_sgemm");
    function(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

char *openblas_get_corename(void)
{
    __typeof__(openblas_get_corename) *function;
    find(&function, "openblas_get_corename");
    return function();
}

char *openblas_get_config(void)
{
    __typeof__(openblas_get_config) *function;
    find(&function, "openblas_get_config");
    return function();
}

void openblas_set_num_threads(int n)
{
    __typeof__(openblas_set_num_threads) *function;
    find(&function, "openblas_set_num_threads");
    function(n);
}
