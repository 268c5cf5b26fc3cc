/* SPDX-License-Identifier: MIT
 * Writing with a transformer, symbol by symbol.
 *
 * What was computed of the symbols so far - keys and values above all - is kept, so that a symbol
 * more costs one position.  That is exact as long as all of them fit into the context T.  From then
 * on the first symbol is forgotten each time, all others move by one position, and everything is
 * computed again.  Either way logits are those of a pass over the last T symbols, bit for bit. */
#ifndef OUBLI_NET_TRANSFORMER_WRITER_H
#define OUBLI_NET_TRANSFORMER_WRITER_H

#include "net/transformer.h"

struct transformer_writer {
    int n;                           /* symbols that are looked at, up to T */
    real *symbols;                   /* (T), of which the first n */
    struct transformer_workspace ws; /* of one window; blocks[l].weights (h, T, T) tell what each of
                                        the n looked at */
};

/* Adds its bytes to *total; false on overflow. */
bool transformer_writer_size_add(size_t *total, const struct transformer *net)
    __attribute__((warn_unused_result));
void transformer_writer_init(struct transformer_writer *writer, const struct transformer *net,
                             struct arena *arena);

/* Begins a text with the last of these n >= 1 symbols, as many as fit, all at once.  Returns the
 * logits (V) of what follows, borrowed until the next call. */
const real *transformer_writer_begin(struct transformer_writer *writer,
                                     const struct transformer *net, const real *theta,
                                     const real *symbols, int n);

/* One symbol more, after a beginning or as the beginning (n = 0).  theta is what it was for the
 * symbols before: when it has changed, begin anew.  Returns as above. */
const real *transformer_writer_take(struct transformer_writer *writer,
                                    const struct transformer *net, const real *theta, int symbol);

#endif
