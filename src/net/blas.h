/* SPDX-License-Identifier: MIT
 * OpenBLAS: opening it, and its products.
 *
 * It is opened when products are first needed: who only lists, plays or exports does without it,
 * and it must be told which kernels to use before it is loaded.  There is one in the process; it
 * stays.  It computes in the thread that calls, and starts none of its own: two threads give other
 * bits, and the second core belongs to the screen. */
#ifndef OUBLI_NET_BLAS_H
#define OUBLI_NET_BLAS_H

#include <stdbool.h>

#include "net/cores.h"
#include "net/product.h"

/* Opens OpenBLAS and chooses its kernels (cores.h); those called `recorded`, if they can be had, so
 * that the numbers come out with the same bits (NULL: any will do).  What the first call has chosen
 * stays: later ones change nothing.  False and err if there is none, no room for it, or the
 * person's OPENBLAS_CORETYPE cannot be obeyed.
 *
 * To be called before products are; any thread.  While the first call lasts, no other thread may
 * change the environment (reading it is fine): the process is given another one for the time, in
 * which OpenBLAS finds what it is to do. */
bool blas_setup(const char *recorded, struct err *err) __attribute__((warn_unused_result));

enum { BLAS_THREADS_MAX = 64 }; /* that multiply at once */

/* Takes the work areas that so many threads need which multiply at once; blas_setup has taken one
 * already.  False and err if there is no room: OpenBLAS itself would look for room for ever.  Any
 * thread, after blas_setup and while nobody multiplies. */
bool blas_reserve(int n_threads, struct err *err) __attribute__((warn_unused_result));

/* The name of the kernels in use, such as "Haswell": results are bit-identical on the same ones.
 * "none" before blas_setup. */
const char *blas_core(void);

/* The same, with who chose them. */
const struct core_choice *blas_choice(void);

/* True if the kernels in use fuse multiplication and addition, or are of a kind that nobody here
 * knows.  After blas_setup. */
bool blas_fuses(void);

/* Columns first .. end-1 of the product, in one call; C holds what it starts from, the
 * rectification is left out.  Any thread, after blas_setup. */
void blas_columns(const struct product *product, int first, int end);

#endif
