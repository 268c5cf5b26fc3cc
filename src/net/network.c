/* SPDX-License-Identifier: MIT */
#include "net/network.h"

#include <assert.h>
#include <stdio.h>

size_t network_add_tensor(struct network *net, enum tensor_role role, int rows, int cols,
                          const char *name)
{
    assert(net->n_tensors < NETWORK_TENSORS_MAX);
    struct tensor *tensor = &net->tensors[net->n_tensors++];
    *tensor = (struct tensor){.role = role, .at = net->n_params, .rows = rows, .cols = cols};
    snprintf(tensor->name, sizeof tensor->name, "%s", name);
    net->n_params += (size_t)rows * (size_t)cols;
    return tensor->at;
}

void network_add_units(struct network *net, int n, int width)
{
    assert(net->n_unit_layers < NETWORK_UNIT_LAYERS_MAX);
    net->unit_layers[net->n_unit_layers++] =
        (struct unit_layer){.first = net->n_units, .n = n, .width = width};
    net->n_units += n;
}

char *network_text(const struct network *net, char *buf, size_t size)
{
    net->kind->text(net, buf, size);
    return buf;
}

bool workspace_size_add(size_t *total, const struct network *net, int rows)
{
    return net->kind->workspace_size_add(total, net, rows);
}

void workspace_init(struct workspace *ws, const struct network *net, int rows, struct arena *arena)
{
    *ws = (struct workspace){.rows = rows};
    net->kind->workspace_init(ws, net, arena);
}

void network_draw(const struct network *net, real *theta, uint64_t seed)
{
    net->kind->draw(net, theta, seed);
}

void network_forward(const struct network *net, const real *theta, const real *x, int n,
                     struct workspace *ws)
{
    assert(n <= ws->rows);
    ws->x = x;
    net->kind->forward(net, theta, n, ws);
}

void network_backward(const struct network *net, const real *theta, int n, struct workspace *ws,
                      real *grad)
{
    assert(n <= ws->rows);
    net->kind->backward(net, theta, n, ws, grad);
}

double network_loss(const struct network *net, struct workspace *ws, const struct targets *of)
{
    assert(of->n <= ws->rows * net->n_positions);
    return net->kind->loss->mean(ws->dlogits, ws->logits, ws->x, of, net->n_outputs);
}

double network_score(const struct network *net, const struct workspace *ws, size_t at,
                     const struct targets *of)
{
    const real *x = net->n_positions == 1 ? ws->x + at * (size_t)net->n_inputs : NULL;
    const real *z = ws->logits + at * (size_t)net->n_outputs;
    return net->kind->loss->score(z, x, of, net->n_outputs);
}

bool network_classifies(const struct network *net)
{
    return net->kind->loss->is_of_classes;
}

const real *network_units(const struct network *net, const struct workspace *ws, int layer)
{
    assert(layer >= 0 && layer < net->n_unit_layers);
    return net->kind->units(net, ws, layer);
}

void network_units_backward(const struct network *net, const real *theta, int n,
                            struct workspace *ws, units_function each, void *context)
{
    assert(n <= ws->rows);
    net->kind->units_backward(net, theta, n, ws, each, context);
}

bool network_writes(const struct network *net)
{
    return net->kind->write;
}

bool network_writer_size_add(size_t *total, const struct network *net)
{
    return net->kind->writer_size_add(total, net);
}

void *network_writer_init(const struct network *net, struct arena *arena)
{
    return net->kind->writer_init(net, arena);
}

const real *network_write_begin(const struct network *net, const real *theta, const real *symbols,
                                int n, void *writer)
{
    return net->kind->write_begin(net, theta, symbols, n, writer);
}

const real *network_write(const struct network *net, const real *theta, int symbol, void *writer)
{
    return net->kind->write(net, theta, symbol, writer);
}

void network_writer_silence(const struct network *net, void *writer, const uint8_t *silenced)
{
    net->kind->writer_silence(writer, silenced);
}

void network_attention(const struct network *net, const void *writer, int n, real *weights)
{
    net->kind->attention(net, writer, n, weights);
}

bool network_has_squares(const struct network *net)
{
    return net->kind->squares_add;
}

void network_squares_begin(const struct network *net, int n, struct workspace *ws)
{
    assert(n <= ws->rows);
    net->kind->squares_begin(net, n, ws);
}

void network_squares_add(const struct network *net, const real *theta, int n, struct workspace *ws,
                         real *sums)
{
    net->kind->squares_add(net, theta, n, ws, sums);
}

void network_squares_end(const struct network *net, int n, struct workspace *ws, real *sums)
{
    net->kind->squares_end(net, n, ws, sums);
}

void network_products(const struct network *net, const real *theta, const real *x, int n,
                      struct workspace *ws, real *grad, product_function each, void *context)
{
    assert(n <= ws->rows);
    ws->x = x;
    net->kind->products(net, theta, n, ws, grad, each, context);
}
