/* SPDX-License-Identifier: MIT
 * The multi-layer perceptron.
 *
 *   a_0 = x;   z_l = a_{l-1} W_l + b_l;   a_l = f(z_l) below the top;   logits = z_L
 *
 * Where the inputs are symbols, an embedding stands before it: a_0 = E_{x_1} E_{x_2} ... side by
 * side, E (V, e) trained like everything else (Bengio et al. 2003, "A neural probabilistic language
 * model", without its direct connections).  E stands first in the flat vector, then W_1 b_1 W_2 b_2
 * ... one after the other.
 *
 * Letters: L layers, w_l = width of layer l (w_0 = inputs, w_L = outputs), e numbers for each
 * symbol; w_0 = d, with an embedding w_0 = d e.  W_l is stored (w_{l-1}, w_l), inputs first, so
 * that neither operand of the forward product is transposed.
 *
 * Initial values: theta ~ U(-1/sqrt(fan in), +1/sqrt(fan in)), weights and biases, in the order W_1
 * (outputs first), b_1, W_2 ...; before them E ~ U(-1, +1), row by row.
 *
 * Squares: sums += (a^2)' (sum_c dz_c^2), one product per layer, exact; a symbol's row of E gets,
 * per row and loss, the square of the sum over the places where it stands. */
#ifndef OUBLI_NET_MLP_H
#define OUBLI_NET_MLP_H

#include "net/network.h"

extern const struct network_kind network_mlp;

#endif
