/* SPDX-License-Identifier: MIT */
#include "net/transformer_writer.h"

#include <assert.h>
#include <string.h>

bool transformer_writer_size_add(size_t *total, const struct transformer *net)
{
    return arena_size_add(total, (size_t)net->context, sizeof(real)) &&
           transformer_workspace_size_add(total, net, 1);
}

void transformer_writer_init(struct transformer_writer *writer, const struct transformer *net,
                             struct arena *arena)
{
    *writer = (struct transformer_writer){
        .symbols = arena_alloc(arena, (size_t)net->context, sizeof(real))};
    transformer_workspace_init(&writer->ws, net, 1, arena);
}

static const real *logits_of_last(const struct transformer_writer *writer,
                                  const struct transformer *net)
{
    return writer->ws.logits + (size_t)(writer->n - 1) * net->n_symbols;
}

/* The whole window, what is not written yet as well: nothing looks at it. */
static const real *encode_all(struct transformer_writer *writer, const struct transformer *net,
                              const real *theta)
{
    transformer_forward(net, theta, writer->symbols, 1, &writer->ws);
    return logits_of_last(writer, net);
}

const real *transformer_writer_begin(struct transformer_writer *writer,
                                     const struct transformer *net, const real *theta,
                                     const real *symbols, int n)
{
    assert(n > 0);
    int kept = n < net->context ? n : net->context;
    memcpy(writer->symbols, symbols + (n - kept), (size_t)kept * sizeof *symbols);
    memset(writer->symbols + kept, 0, (size_t)(net->context - kept) * sizeof *symbols);
    writer->n = kept;
    return encode_all(writer, net, theta);
}

const real *transformer_writer_take(struct transformer_writer *writer,
                                    const struct transformer *net, const real *theta, int symbol)
{
    if (writer->n == net->context) {
        memmove(writer->symbols, writer->symbols + 1,
                (size_t)(writer->n - 1) * sizeof *writer->symbols);
        writer->symbols[writer->n - 1] = (real)symbol;
        return encode_all(writer, net, theta);
    }
    writer->symbols[writer->n++] = (real)symbol;
    transformer_forward_last(net, theta, writer->symbols, writer->n, &writer->ws);
    return logits_of_last(writer, net);
}
