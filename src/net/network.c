/* SPDX-License-Identifier: MIT */
#include "net/network.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "net/kernels.h"
#include "net/matrix.h"

bool network_init(struct network *net, int n_inputs, int n_outputs, const struct params *params,
                  size_t params_max, struct err *err)
{
    return network_init_symbols(net, n_inputs, 0, n_outputs, params, params_max, err);
}

bool network_init_symbols(struct network *net, int n_inputs, int n_symbols, int n_outputs,
                          const struct params *params, size_t params_max, struct err *err)
{
    int n_dims = n_symbols > 0 ? (int)params->value[PARAM_EMBEDDING] : 0;
    *net = (struct network){.n_inputs = n_inputs,
                            .n_symbols = n_symbols,
                            .n_dims = n_dims,
                            .n_layers = params->n_hidden + 1,
                            .activation = (enum activation)params->value[PARAM_ACTIVATION]};
    net->width[0] = n_symbols > 0 ? n_inputs * n_dims : n_inputs;
    net->n_params = (size_t)n_symbols * (size_t)n_dims;
    for (int l = 0; l < params->n_hidden; l++) {
        net->width[l + 1] = params->hidden[l];
    }
    net->width[net->n_layers] = n_outputs;
    for (int l = 0; l < net->n_layers; l++) {
        net->weight[l] = net->n_params;
        net->bias[l] = net->n_params + (size_t)net->width[l] * net->width[l + 1];
        net->n_params = net->bias[l] + net->width[l + 1];
    }
    if (net->n_params > params_max) {
        return err_set(
            err, ERR_USAGE,
            "net: %.3g parameters for %d inputs and %d outputs, at most %.3g fit; use fewer or "
            "smaller hidden layers",
            (double)net->n_params, n_inputs, n_outputs, (double)params_max);
    }
    return true;
}

static int widest(const struct network *net)
{
    int max = 0;
    for (int l = 0; l <= net->n_layers; l++) {
        max = net->width[l] > max ? net->width[l] : max;
    }
    return max;
}

bool workspace_size_add(size_t *total, const struct network *net, int rows)
{
    bool ok = arena_size_add(total, (size_t)rows * widest(net), sizeof(real));
    for (int l = net->n_symbols > 0 ? 0 : 1; l <= net->n_layers; l++) {
        for (int i = 0; i < (l > 0 ? 3 : 2); i++) {
            ok = ok && arena_size_add(total, (size_t)rows * net->width[l], sizeof(real));
        }
    }
    return ok;
}

void workspace_init(struct workspace *ws, const struct network *net, int rows, struct arena *arena)
{
    *ws = (struct workspace){.rows = rows};
    ws->scratch = arena_alloc(arena, (size_t)rows * widest(net), sizeof(real));
    for (int l = net->n_symbols > 0 ? 0 : 1; l <= net->n_layers; l++) {
        ws->a[l] = arena_alloc(arena, (size_t)rows * net->width[l], sizeof(real));
        ws->dz[l] = arena_alloc(arena, (size_t)rows * net->width[l], sizeof(real));
    }
    for (int l = 1; l <= net->n_layers; l++) {
        ws->squares[l] = arena_alloc(arena, (size_t)rows * net->width[l], sizeof(real));
    }
}

void network_draw(const struct network *net, real *theta, uint64_t seed)
{
    struct rng rng = rng_stream(seed, rng_stream_init());
    for (size_t i = 0; i < (size_t)net->n_symbols * (size_t)net->n_dims; i++) {
        theta[i] = (real)(2 * rng_unit(&rng) - 1);
    }
    for (int l = 0; l < net->n_layers; l++) {
        int in = net->width[l], out = net->width[l + 1];
        double bound = 1 / sqrt(in);
        real *w = theta + net->weight[l], *b = theta + net->bias[l];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                w[(size_t)i * out + o] = (real)((2 * rng_unit(&rng) - 1) * bound);
            }
        }
        for (int o = 0; o < out; o++) {
            b[o] = (real)((2 * rng_unit(&rng) - 1) * bound);
        }
    }
}

static const real *layer_input(const struct workspace *ws, int l)
{
    return l == 0 && !ws->a[0] ? ws->x : ws->a[l];
}

/* ---- the embedding: a_0 from symbols, and back ---- */

/* The row of E of the symbol at x. */
static size_t row_of(const struct network *net, const real *x)
{
    size_t symbol = (size_t)*x;
    assert(symbol < (size_t)net->n_symbols);
    return symbol * (size_t)net->n_dims;
}

static void embed(const struct network *net, const real *theta, int n, struct workspace *ws)
{
    size_t e = (size_t)net->n_dims, n_symbols = (size_t)n * (size_t)net->n_inputs;
    for (size_t i = 0; i < n_symbols; i++) {
        memcpy(ws->a[0] + i * e, theta + row_of(net, ws->x + i), e * sizeof *theta);
    }
}

/* grad of E = for each symbol the sum of dz_0 over all places where it stands. */
static void embed_backward(const struct network *net, int n, const struct workspace *ws, real *grad)
{
    size_t e = (size_t)net->n_dims, n_symbols = (size_t)n * (size_t)net->n_inputs;
    memset(grad, 0, (size_t)net->n_symbols * e * sizeof *grad);
    for (size_t i = 0; i < n_symbols; i++) {
        kernel_add_scaled(grad + row_of(net, ws->x + i), ws->dz[0] + i * e, 1, e);
    }
}

/* The squares, row by row: what stands several times in a row is summed before it is squared. */
static void embed_backward_squares(const struct network *net, int n, const struct workspace *ws,
                                   real *sums)
{
    size_t e = (size_t)net->n_dims;
    for (int i = 0; i < n; i++) {
        const real *x = ws->x + (size_t)i * net->n_inputs;
        real *dz = ws->dz[0] + (size_t)i * net->width[0];
        for (int j = 0; j < net->n_inputs; j++) {
            int last = net->n_inputs - 1;
            while (x[last] != x[j]) {
                last--;
            }
            if (last > j) { /* taken along to the last place, and counted there */
                kernel_add_scaled(dz + (size_t)last * e, dz + (size_t)j * e, 1, e);
                continue;
            }
            real *to = sums + row_of(net, x + j), *from = dz + (size_t)j * e;
            for (size_t k = 0; k < e; k++) {
                to[k] += from[k] * from[k];
            }
        }
    }
}

/* ---- passes ---- */

void network_forward(const struct network *net, const real *theta, const real *x, int n,
                     struct workspace *ws)
{
    assert(n <= ws->rows);
    ws->x = x;
    if (net->n_symbols > 0) {
        embed(net, theta, n, ws);
    }
    for (int l = 0; l < net->n_layers; l++) {
        int in = net->width[l], out = net->width[l + 1];
        bool is_top = l + 1 == net->n_layers, is_relu = net->activation == ACTIVATION_RELU;
        struct product z = {.c = ws->a[l + 1],
                            .a = layer_input(ws, l),
                            .b = theta + net->weight[l],
                            .m = n,
                            .k = in,
                            .n = out,
                            .start = PRODUCT_FROM_ROW,
                            .begin = theta + net->bias[l],
                            .is_rectified = !is_top && is_relu};
        matrix_multiply(&z, ws->pool);
        if (!is_top && !is_relu) {
            kernel_tanh(z.c, (size_t)n * out);
        }
    }
}

/* dw (in, out) = a' dz, or added to what is there;  a (n, in), dz (n, out). */
static void weight_gradient(const struct network *net, int l, int n, real *dw, const real *a,
                            const real *dz, bool adds, struct pool *pool)
{
    struct product product = {.c = dw,
                              .a = a,
                              .b = dz,
                              .m = net->width[l],
                              .k = n,
                              .n = net->width[l + 1],
                              .is_a_transposed = true,
                              .start = adds ? PRODUCT_FROM_C : PRODUCT_FROM_ZERO};
    matrix_multiply(&product, pool);
}

/* dz_l = (dz_{l+1} W_{l+1}') f'(z_l), for the layer below layer index `l`; no f at the bottom. */
static void backward_through(const struct network *net, const real *theta, int n, int l,
                             struct workspace *ws)
{
    int in = net->width[l], out = net->width[l + 1];
    struct product da = {.c = ws->dz[l],
                         .a = ws->dz[l + 1],
                         .b = theta + net->weight[l],
                         .m = n,
                         .k = out,
                         .n = in,
                         .is_b_transposed = true};
    matrix_multiply(&da, ws->pool);
    if (l == 0) {
        return;
    }
    (net->activation == ACTIVATION_RELU ? kernel_relu_backward : kernel_tanh_backward)(
        ws->dz[l], ws->a[l], (size_t)n * in);
}

void network_backward(const struct network *net, const real *theta, int n, struct workspace *ws,
                      real *grad)
{
    assert(n <= ws->rows);
    for (int l = net->n_layers - 1; l >= 0; l--) {
        int out = net->width[l + 1];
        weight_gradient(net, l, n, grad + net->weight[l], layer_input(ws, l), ws->dz[l + 1], false,
                        ws->pool);
        kernel_column_sums(grad + net->bias[l], ws->dz[l + 1], n, out);
        if (l > 0 || net->n_symbols > 0) {
            backward_through(net, theta, n, l, ws);
        }
    }
    if (net->n_symbols > 0) {
        embed_backward(net, n, ws, grad);
    }
}

/* ---- squares ---- */

void network_squares_begin(const struct network *net, int n, struct workspace *ws)
{
    assert(n <= ws->rows);
    for (int l = 1; l <= net->n_layers; l++) {
        memset(ws->squares[l], 0, (size_t)n * net->width[l] * sizeof(real));
    }
}

void network_squares_add(const struct network *net, const real *theta, int n, struct workspace *ws,
                         real *sums)
{
    for (int l = net->n_layers - 1; l >= 0; l--) {
        kernel_add_squares(ws->squares[l + 1], ws->dz[l + 1], (size_t)n * net->width[l + 1]);
        if (l > 0 || net->n_symbols > 0) {
            backward_through(net, theta, n, l, ws);
        }
    }
    if (net->n_symbols > 0) {
        embed_backward_squares(net, n, ws, sums);
    }
}

void network_squares_end(const struct network *net, int n, struct workspace *ws, real *sums)
{
    for (int l = 0; l < net->n_layers; l++) {
        int in = net->width[l], out = net->width[l + 1];
        kernel_square(ws->scratch, layer_input(ws, l), (size_t)n * in);
        weight_gradient(net, l, n, sums + net->weight[l], ws->scratch, ws->squares[l + 1], true,
                        ws->pool);
        for (int i = 0; i < n; i++) {
            kernel_add_scaled(sums + net->bias[l], ws->squares[l + 1] + (size_t)i * out, 1,
                              (size_t)out);
        }
    }
}
