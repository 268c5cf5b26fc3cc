/* SPDX-License-Identifier: MIT
 * Layer normalisation of rows (Ba, Kiros & Hinton 2016, arXiv:1607.06450):
 *
 *   y = gain xh + bias,  xh = (x - mean) r,  r = 1 / sqrt(var + 1e-5)
 *
 * mean and var (the mean of squares around the mean) along the row.  Sums are taken in sixteen
 * lanes whatever the width of the machine's vectors, so the bits are the same everywhere. */
#ifndef OUBLI_NET_NORM_H
#define OUBLI_NET_NORM_H

#include "base/real.h"

/* y (rows, n) from x (rows, n), gain (n), bias (n); stats (rows, 2) keeps mean and r of each row
 * for the way back. */
void norm_forward(real *y, real *stats, const real *x, const real *gain, const real *bias, int rows,
                  int n);

/* From dy (rows, n): adds the derivative by x to dx (rows, n), and those by gain and bias, summed
 * over the rows, to dgain (n) and dbias (n). */
void norm_backward(real *dx, real *dgain, real *dbias, const real *dy, const real *x,
                   const real *stats, const real *gain, int rows, int n);

#endif
