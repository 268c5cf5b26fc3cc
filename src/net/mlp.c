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
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "net/kernels.h"
#include "net/matrix.h"
#include "net/network.h"

enum { LAYERS_MAX = PARAM_HIDDEN_MAX + 1 };

/* What passes need. */
struct mlp_workspace {
    real *a[LAYERS_MAX + 1];       /* a[l] (rows, w_l), l = 1 .. L; a[L] are the logits */
    real *dz[LAYERS_MAX + 1];      /* dz[l] (rows, w_l): gradient with respect to z_l */
    real *squares[LAYERS_MAX + 1]; /* squares[l] (rows, w_l), l = 1 .. L: sum_c dz[l]^2 */
    /* a[0] and dz[0], the latter with respect to a_0: only with an embedding, else NULL. */
    real *scratch; /* (rows, widest layer or input) */
};

/* ---- layout: E first where there are symbols, then a weight and a bias for each layer ---- */

static const struct tensor *weight_of(const struct network *net, int l)
{
    return &net->tensors[(net->n_symbols > 0 ? 1 : 0) + 2 * l];
}

static const struct tensor *bias_of(const struct network *net, int l)
{
    return weight_of(net, l) + 1;
}

/* w_l */
static int width_of(const struct network *net, int l)
{
    return l == 0 ? weight_of(net, 0)->rows : weight_of(net, l - 1)->cols;
}

static size_t dims_of_symbol(const struct network *net)
{
    return (size_t)net->tensors[0].cols;
}

/* The widths, "64-100-100-10". */
static void text(const struct network *net, char *buf, size_t size)
{
    size_t used = 0;
    for (int l = 0; l <= net->n_layers && used < size; l++) {
        used += (size_t)snprintf(buf + used, size - used, "%s%d", l ? "-" : "", width_of(net, l));
    }
}

static int n_parts(const struct params *params)
{
    return params->n_hidden + 1;
}

static void part_name(const struct params *params, int part, char *buf, size_t size)
{
    (void)params;
    snprintf(buf, size, "layer %d", part + 1);
}

static int n_unit_layers(const struct params *params)
{
    return params->n_hidden;
}

static bool lay_out(struct network *net, const struct params *params, struct err *err)
{
    (void)err;
    int in = net->n_inputs;
    net->own.mlp.activation = (enum activation)params->value[PARAM_ACTIVATION];
    if (net->n_symbols > 0) {
        int n_dims = (int)params->value[PARAM_EMBEDDING];
        network_add_tensor(net, TENSOR_EMBEDDING, net->n_symbols, n_dims, "E");
        in *= n_dims;
    }
    net->n_layers = net->n_parts = net->n_modules = n_parts(params);
    for (int l = 0; l < net->n_layers; l++) {
        char name[NETWORK_NAME_MAX];
        int out = l < params->n_hidden ? params->hidden[l] : net->n_outputs;
        snprintf(name, sizeof name, "W%d", l + 1);
        net->layers[l] = network_add_tensor(net, TENSOR_WEIGHT, in, out, name);
        net->parts[l] = (struct part){net->layers[l], in, out, out};
        snprintf(name, sizeof name, "b%d", l + 1);
        network_add_tensor(net, TENSOR_BIAS, 1, out, name);
        if (l < params->n_hidden) {
            network_add_units(net, out, 1);
        }
        size_t begin = l > 0 ? net->layers[l] : 0; /* what symbols stand for is of the first */
        net->modules[l] = (struct module){begin, net->n_params - begin};
        in = out;
    }
    return true;
}

static int widest(const struct network *net)
{
    int max = 0;
    for (int l = 0; l <= net->n_layers; l++) {
        max = width_of(net, l) > max ? width_of(net, l) : max;
    }
    return max;
}

/* The first layer whose activations are kept: with an embedding a_0 is computed. */
static int bottom(const struct network *net)
{
    return net->n_symbols > 0 ? 0 : 1;
}

static bool mlp_workspace_size_add(size_t *total, const struct network *net, int rows)
{
    bool ok = arena_size_add(total, 1, sizeof(struct mlp_workspace)) &&
              arena_size_add(total, (size_t)rows * widest(net), sizeof(real));
    for (int l = bottom(net); l <= net->n_layers; l++) {
        for (int i = 0; i < (l > 0 ? 3 : 2); i++) {
            ok = ok && arena_size_add(total, (size_t)rows * width_of(net, l), sizeof(real));
        }
    }
    return ok;
}

static void mlp_workspace_init(struct workspace *ws, const struct network *net, struct arena *arena)
{
    struct mlp_workspace *own = arena_alloc(arena, 1, sizeof *own);
    size_t rows = (size_t)ws->rows;
    int top = net->n_layers;
    ws->own = own;
    own->scratch = arena_alloc(arena, rows * widest(net), sizeof(real));
    for (int l = bottom(net); l <= top; l++) {
        own->a[l] = arena_alloc(arena, rows * width_of(net, l), sizeof(real));
        own->dz[l] = arena_alloc(arena, rows * width_of(net, l), sizeof(real));
    }
    ws->logits = own->a[top];
    ws->dlogits = own->dz[top];
    for (int l = 1; l <= top; l++) {
        own->squares[l] = arena_alloc(arena, rows * width_of(net, l), sizeof(real));
    }
}

static void draw(const struct network *net, real *theta, uint64_t seed)
{
    struct rng rng = rng_stream(seed, rng_stream_init());
    for (size_t i = 0; net->n_symbols > 0 && i < net->layers[0]; i++) {
        theta[i] = (real)(2 * rng_unit(&rng) - 1);
    }
    for (int l = 0; l < net->n_layers; l++) {
        int in = width_of(net, l), out = width_of(net, l + 1);
        double bound = 1 / sqrt(in);
        real *w = theta + weight_of(net, l)->at, *b = theta + bias_of(net, l)->at;
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

/* ---- the embedding: a_0 from symbols, and back ---- */

/* The row of E of the symbol at x. */
static size_t row_of(const struct network *net, const real *x)
{
    size_t symbol = (size_t)*x;
    assert(symbol < (size_t)net->n_symbols);
    return symbol * dims_of_symbol(net);
}

static void embed(const struct network *net, const real *theta, int n, const struct workspace *ws)
{
    const struct mlp_workspace *own = ws->own;
    size_t e = dims_of_symbol(net), n_symbols = (size_t)n * (size_t)net->n_inputs;
    for (size_t i = 0; i < n_symbols; i++) {
        memcpy(own->a[0] + i * e, theta + row_of(net, ws->x + i), e * sizeof *theta);
    }
}

/* grad of E = for each symbol the sum of dz_0 over all places where it stands. */
static void embed_backward(const struct network *net, int n, const struct workspace *ws, real *grad)
{
    const struct mlp_workspace *own = ws->own;
    size_t e = dims_of_symbol(net), n_symbols = (size_t)n * (size_t)net->n_inputs;
    memset(grad, 0, (size_t)net->n_symbols * e * sizeof *grad);
    for (size_t i = 0; i < n_symbols; i++) {
        kernel_add_scaled(grad + row_of(net, ws->x + i), own->dz[0] + i * e, 1, e);
    }
}

/* The squares, row by row: what stands several times in a row is summed before it is squared. */
static void embed_backward_squares(const struct network *net, int n, const struct workspace *ws,
                                   real *sums)
{
    const struct mlp_workspace *own = ws->own;
    size_t e = dims_of_symbol(net);
    for (int i = 0; i < n; i++) {
        const real *x = ws->x + (size_t)i * net->n_inputs;
        real *dz = own->dz[0] + (size_t)i * width_of(net, 0);
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

/* ---- the products of a step ---- */

static const real *layer_input(const struct workspace *ws, int l)
{
    const struct mlp_workspace *own = ws->own;
    return l == 0 && !own->a[0] ? ws->x : own->a[l];
}

/* z_{l+1} = a_l W_{l+1} + b_{l+1} */
static struct product forward_product(const struct network *net, const real *theta, int n, int l,
                                      const struct workspace *ws)
{
    const struct mlp_workspace *own = ws->own;
    const struct tensor *w = weight_of(net, l);
    bool is_relu = net->own.mlp.activation == ACTIVATION_RELU;
    return (struct product){.c = own->a[l + 1],
                            .a = layer_input(ws, l),
                            .b = theta + w->at,
                            .m = n,
                            .k = w->rows,
                            .n = w->cols,
                            .start = PRODUCT_FROM_ROW,
                            .begin = theta + bias_of(net, l)->at,
                            .is_rectified = is_relu && l + 1 < net->n_layers};
}

/* dw (in, out) = a' dz, or added to what is there;  a (n, in), dz (n, out). */
static struct product weight_product(const struct network *net, int n, int l, const real *a,
                                     const real *dz, real *dw, bool adds)
{
    const struct tensor *w = weight_of(net, l);
    return (struct product){.c = dw + w->at,
                            .a = a,
                            .b = dz,
                            .m = w->rows,
                            .k = n,
                            .n = w->cols,
                            .is_a_transposed = true,
                            .start = adds ? PRODUCT_FROM_C : PRODUCT_FROM_ZERO};
}

/* da_l = dz_{l+1} W_{l+1}' */
static struct product input_product(const struct network *net, const real *theta, int n, int l,
                                    const struct workspace *ws)
{
    const struct mlp_workspace *own = ws->own;
    const struct tensor *w = weight_of(net, l);
    return (struct product){.c = own->dz[l],
                            .a = own->dz[l + 1],
                            .b = theta + w->at,
                            .m = n,
                            .k = w->cols,
                            .n = w->rows,
                            .is_b_transposed = true};
}

static void products(const struct network *net, const real *theta, int n, struct workspace *ws,
                     real *grad, product_function each, void *context)
{
    const struct mlp_workspace *own = ws->own;
    for (int l = 0; l < net->n_layers; l++) {
        struct product z = forward_product(net, theta, n, l, ws);
        each(context, &z);
    }
    for (int l = net->n_layers - 1; l >= 0; l--) {
        struct product dw =
            weight_product(net, n, l, layer_input(ws, l), own->dz[l + 1], grad, false);
        each(context, &dw);
        if (l >= bottom(net)) {
            struct product da = input_product(net, theta, n, l, ws);
            each(context, &da);
        }
    }
}

/* ---- passes ---- */

/* Those of layer index `l` give 0. */
static void silence(const struct network *net, const struct workspace *ws, int l, int n, real *a)
{
    const struct unit_layer *of = &net->unit_layers[l];
    if (ws->silenced) {
        kernel_silence(a, ws->silenced + of->first, n, of->n, 1);
    }
}

static void forward(const struct network *net, const real *theta, int n, struct workspace *ws)
{
    if (net->n_symbols > 0) {
        embed(net, theta, n, ws);
    }
    for (int l = 0; l < net->n_layers; l++) {
        struct product z = forward_product(net, theta, n, l, ws);
        matrix_multiply(&z, ws->pool);
        if (l + 1 < net->n_layers && net->own.mlp.activation == ACTIVATION_TANH) {
            kernel_tanh(z.c, (size_t)n * z.n);
        }
        if (l + 1 < net->n_layers) {
            silence(net, ws, l, n, z.c);
        }
    }
}

/* dz_l = da_l f'(z_l), where da_l was; of those that are silenced 0. */
static void backward_through_f(const struct network *net, int n, int l, const struct workspace *ws)
{
    const struct mlp_workspace *own = ws->own;
    bool is_relu = net->own.mlp.activation == ACTIVATION_RELU;
    (is_relu ? kernel_relu_backward : kernel_tanh_backward)(own->dz[l], own->a[l],
                                                            (size_t)n * width_of(net, l));
    silence(net, ws, l - 1, n, own->dz[l]);
}

/* dz_l = (dz_{l+1} W_{l+1}') f'(z_l), for the layer below layer index `l`; no f at the bottom. */
static void backward_through(const struct network *net, const real *theta, int n, int l,
                             const struct workspace *ws)
{
    struct product da = input_product(net, theta, n, l, ws);
    matrix_multiply(&da, ws->pool);
    if (l > 0) {
        backward_through_f(net, n, l, ws);
    }
}

static void backward(const struct network *net, const real *theta, int n, struct workspace *ws,
                     real *grad)
{
    const struct mlp_workspace *own = ws->own;
    for (int l = net->n_layers - 1; l >= 0; l--) {
        const real *dz = own->dz[l + 1];
        struct product dw = weight_product(net, n, l, layer_input(ws, l), dz, grad, false);
        matrix_give(&dw, ws->taker, ws->pool);
        kernel_column_sums(grad + bias_of(net, l)->at, dz, n, dw.n);
        if (l >= bottom(net)) {
            backward_through(net, theta, n, l, ws);
        }
    }
    if (net->n_symbols > 0) {
        embed_backward(net, n, ws, grad);
    }
}

/* ---- units ---- */

static const real *units(const struct network *net, const struct workspace *ws, int layer)
{
    (void)net;
    const struct mlp_workspace *own = ws->own;
    return own->a[layer + 1];
}

static void units_backward(const struct network *net, const real *theta, int n,
                           struct workspace *ws, units_function each, void *context)
{
    const struct mlp_workspace *own = ws->own;
    for (int l = net->n_layers - 1; l > 0; l--) {
        struct product da = input_product(net, theta, n, l, ws);
        matrix_multiply(&da, ws->pool);
        each(context, l - 1, own->a[l], own->dz[l]);
        backward_through_f(net, n, l, ws);
    }
}

/* ---- squares ---- */

static void squares_begin(const struct network *net, int n, struct workspace *ws)
{
    const struct mlp_workspace *own = ws->own;
    for (int l = 1; l <= net->n_layers; l++) {
        memset(own->squares[l], 0, (size_t)n * width_of(net, l) * sizeof(real));
    }
}

static void squares_add(const struct network *net, const real *theta, int n, struct workspace *ws,
                        real *sums)
{
    const struct mlp_workspace *own = ws->own;
    for (int l = net->n_layers - 1; l >= 0; l--) {
        kernel_add_squares(own->squares[l + 1], own->dz[l + 1], (size_t)n * width_of(net, l + 1));
        if (l >= bottom(net)) {
            backward_through(net, theta, n, l, ws);
        }
    }
    if (net->n_symbols > 0) {
        embed_backward_squares(net, n, ws, sums);
    }
}

static void squares_end(const struct network *net, int n, struct workspace *ws, real *sums)
{
    const struct mlp_workspace *own = ws->own;
    for (int l = 0; l < net->n_layers; l++) {
        size_t in = (size_t)width_of(net, l), out = (size_t)width_of(net, l + 1);
        const real *squares = own->squares[l + 1];
        kernel_square(own->scratch, layer_input(ws, l), (size_t)n * in);
        struct product dw = weight_product(net, n, l, own->scratch, squares, sums, true);
        matrix_multiply(&dw, ws->pool);
        for (int i = 0; i < n; i++) {
            kernel_add_scaled(sums + bias_of(net, l)->at, squares + (size_t)i * out, 1, out);
        }
    }
}

const struct network_kind network_mlp = {
    .smaller = "use fewer or smaller hidden layers",
    .loss = &loss_of_classes,
    .lay_out = lay_out,
    .text = text,
    .n_layers = n_parts,
    .n_parts = n_parts,
    .part_name = part_name,
    .n_modules = n_parts,
    .module_name = part_name,
    .draw = draw,
    .workspace_size_add = mlp_workspace_size_add,
    .workspace_init = mlp_workspace_init,
    .forward = forward,
    .backward = backward,
    .units = units,
    .units_backward = units_backward,
    .n_unit_layers = n_unit_layers,
    .unit_layer_name = part_name,
    .squares_begin = squares_begin,
    .squares_add = squares_add,
    .squares_end = squares_end,
    .products = products,
};
