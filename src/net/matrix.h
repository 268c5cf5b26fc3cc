/* SPDX-License-Identifier: MIT
 * Matrix products: the only door to BLAS.  All matrices are row-major and contiguous.
 *
 * OpenBLAS is opened when products are first needed: who only lists, plays or exports does without
 * it, and it must be told which kernels to use before it is loaded.  There is one in the process;
 * it stays.  It computes in the thread that calls, and starts none of its own: two threads give
 * other bits, and the second core belongs to the screen.
 *
 * Shapes: C (m, n), with `k` the summed length.  `add` keeps what is in C and adds to it. */
#ifndef OUBLI_NET_MATRIX_H
#define OUBLI_NET_MATRIX_H

#include <stdbool.h>

#include "base/real.h"
#include "net/cores.h"

/* Opens OpenBLAS and chooses its kernels (cores.h); those called `recorded`, if they can be had, so
 * that the numbers come out with the same bits (NULL: any will do).  What the first call has chosen
 * stays: later ones change nothing.  False and err if there is none, no room for it, or the
 * person's OPENBLAS_CORETYPE cannot be obeyed.
 *
 * To be called before products are; any thread.  While the first call lasts, no other thread may
 * change the environment (reading it is fine): the process is given another one for the time, in
 * which OpenBLAS finds what it is to do. */
bool matrix_setup(const char *recorded, struct err *err) __attribute__((warn_unused_result));

/* Takes the work areas that so many threads need which multiply at once; matrix_setup has taken one
 * already.  False and err if there is no room: OpenBLAS itself would look for room for ever.  Any
 * thread, after matrix_setup and while nobody multiplies. */
bool matrix_reserve(int n_threads, struct err *err) __attribute__((warn_unused_result));

/* The name of the kernels in use, such as "Haswell": results are bit-identical on the same ones.
 * "none" before matrix_setup. */
const char *matrix_core(void);

/* The same, with who chose them. */
const struct core_choice *matrix_choice(void);

/* C = A B,  A (m, k), B (k, n). */
void matrix_mul(real *c, const real *a, const real *b, int m, int k, int n, bool add);

/* C = A' B,  A (k, m), B (k, n). */
void matrix_mul_at(real *c, const real *a, const real *b, int m, int k, int n, bool add);

/* C = A B',  A (m, k), B (n, k). */
void matrix_mul_bt(real *c, const real *a, const real *b, int m, int k, int n, bool add);

#endif
