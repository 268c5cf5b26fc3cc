/* SPDX-License-Identifier: MIT
 * How much each unit shapes the answers, of given examples.
 *
 *   I_u = 1/2 mean_n sum_c p_nc (h_nu d l_nc / d h_nu)^2     l_nc = -log p_nc
 *
 * the second-order estimate of KL(answers || answers without u), without labels and without
 * gradients of weights: a small backward pass for each output c that competes.  With more than two
 * hidden layers, and where a row has several positions, one backward pass of the labels' loss is
 * taken instead:
 *
 *   I_u = 1/2 mean_n (h_nu d l_n / d h_nu)^2     l_n = sum over positions of -log p_label
 *
 * h d/dh summed over a row's positions and the numbers that a unit gives: the derivative by a
 * factor before the unit.  Silenced units have 0.
 *
 * Letters: n rows, T positions, U units of all layers.
 *
 * Sources: Molchanov et al. 2019, arXiv:1906.10771 (the square of h dL/dh as importance); Theis et
 * al. 2018, arXiv:1801.05787 (the Fisher information of a factor before a unit). */
#ifndef OUBLI_NET_INFLUENCE_H
#define OUBLI_NET_INFLUENCE_H

#include "net/loss.h"
#include "net/network.h"

struct influence_rows {
    const real *x;              /* (n, d) */
    const int *targets;         /* (n T) outputs; read only where the labels' loss is taken */
    const struct range *ranges; /* (n T) what competes */
    int n;                      /* at most the workspace's rows */
};

/* True if every output is asked, no label. */
bool influence_is_of_all_outputs(const struct network *net);

/* Adds the sums over rows of 1/2 ..., not yet their mean, to sums (U).  The workspace's logits are
 * used up; what the units gave is there afterwards (network_units). */
void influence_add(const struct network *net, const real *theta, const struct influence_rows *rows,
                   struct workspace *ws, double *sums);

#endif
