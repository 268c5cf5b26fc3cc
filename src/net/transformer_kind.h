/* SPDX-License-Identifier: MIT
 * The transformer (transformer.h) as a kind of network.
 *
 * A row is a window of T symbols, and says a symbol at each of its T positions.  Its parts are tok
 * and pos, and of each block queries, keys, values, mix (Wo), up (Wfc) and down (Wproj); its layers
 * are the blocks.  It has no squares: those of a window are not sums over its positions. */
#ifndef OUBLI_NET_TRANSFORMER_KIND_H
#define OUBLI_NET_TRANSFORMER_KIND_H

#include "net/network.h"

extern const struct network_kind network_transformer;

#endif
