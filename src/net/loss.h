/* SPDX-License-Identifier: MIT
 * Losses: what a kind of network is trained by (network.h), and what it is scored by.
 *
 * Letters: n rows, d inputs, z (n, width) what comes out.  The one that classifiers share is the
 * softmax cross-entropy over the outputs that compete for each row:
 *
 *   p_j = exp(z_j) / sum_k exp(z_k)  over first <= k < first + count;   loss = -ln p_label */
#ifndef OUBLI_NET_LOSS_H
#define OUBLI_NET_LOSS_H

#include <stdbool.h>

#include "base/real.h"

/* The outputs that compete for a row. */
struct range {
    int first, count;
};

/* What rows are to say, and what competes there: (n) each.  Borrowed. */
struct targets {
    const int *labels;
    const struct range *ranges;
    int n;
};

/* Hooks; x (n, d) are the inputs of the rows, for those that are asked to say them again.  Plain
 * functions of their arguments: any thread. */
struct loss {
    bool is_of_classes; /* outputs are logits of classes, of which one is right */
    /* Mean over the rows, in nats; dz (n, width) becomes its gradient with respect to z. */
    double (*mean)(real *dz, const real *z, const real *x, const struct targets *of, int width);
    /* The mean over the first n of those rows alone, from that gradient. */
    double (*share)(const real *dz, const struct targets *of, int n, int width);
    /* How well the rows are answered: the sum over them of 0 (not at all) .. 1. */
    double (*score)(const real *z, const real *x, const struct targets *of, int width);
    /* z becomes what `slope` needs, once for all slopes. */
    void (*soften)(real *z, const struct targets *of, int width);
    /* dz = a gradient of -ln p(answer) for each row, for the Fisher information: of the answer
     * `output`, times the root of its probability, so that squares over all outputs that compete
     * add up to the expectation; with `output` -1 of what the targets say. */
    void (*slope)(real *dz, const real *z, const real *x, const struct targets *of, int output,
                  int width);
};

extern const struct loss loss_of_classes; /* cross-entropy; the share of rows that are right */
extern const struct loss loss_of_inputs;  /* squared error; how much of x is kept (loss_inputs.c) */

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
