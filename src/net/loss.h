/* SPDX-License-Identifier: MIT
 * The loss: softmax cross-entropy over the outputs that compete for each row.
 *
 *   p_j = exp(z_j) / sum_k exp(z_k)  over first <= k < first + count;   loss = -ln p_label */
#ifndef OUBLI_NET_LOSS_H
#define OUBLI_NET_LOSS_H

#include "base/real.h"

/* The outputs that compete for a row. */
struct range {
    int first, count;
};

/* p (n, width) becomes the softmax of z (n, width) inside each row's range and 0 outside; p may be
 * z. */
void loss_softmax(real *p, const real *z, const struct range *ranges, int n, int width);

/* What rows of T positions are to say: each position the next symbol of its row x (n, T), the last
 * one the row's label; of a row, symbol s is the output s + shift.  targets, of (n T): those, and
 * what competes there. */
void loss_targets(int *targets, struct range *of, const real *x, const int *labels,
                  const int *shifts, const struct range *ranges, int n, int n_positions);

/* Mean cross-entropy of n rows in nats; dz (n, width) becomes the gradient of that mean with
 * respect to z, (p - onehot) / n. */
double loss_cross_entropy(real *dz, const real *z, const int *labels, const struct range *ranges,
                          int n, int width);

/* How many of the rows have their largest competing output at the label. */
int loss_count_right(const real *z, const int *labels, struct range range, int n, int width);

#endif
