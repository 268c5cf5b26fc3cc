/* SPDX-License-Identifier: MIT
 * How far weights have moved. */
#ifndef OUBLI_LAB_DRIFT_H
#define OUBLI_LAB_DRIFT_H

#include "net/network.h"

/* |W - V|_F / |V|_F over a part of w and v (P); NAN where V is 0. */
double drift_between(const struct network *net, const real *w, const real *v, int part);

#endif
