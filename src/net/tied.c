/* SPDX-License-Identifier: MIT
 * A network that says its inputs again through fewer hidden numbers: a toy in which features share
 * directions.
 *
 *   h = W' x;   x' = relu(W h + b);   loss = mean over rows of sum_j (x'_j - x_j)^2
 *
 * the sum over the outputs that compete.  Row i of W (d, m) is where feature i points in the space
 * of the m hidden numbers.  The same W goes in and out:
 *
 *   dW = x' dh + dz' h,  one product of (x over dz)' and (dh over h);   db = column sums of dz
 *
 * Letters: n rows, d inputs and as many outputs, m hidden numbers (the one number of --net).
 *
 * Initial values: W ~ 0.3 N(0, 1), b = 0.
 *
 * Source: Elhage et al. 2022, "Toy Models of Superposition", arXiv:2209.10652.  Deviation: (1)
 * there all features have an importance; here the outputs that compete do, and those alone.
 * No squares: a gradient has two terms for each weight. */
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "net/kernels.h"
#include "net/matrix.h"
#include "net/network.h"

static const double SPREAD = 0.3;

/* What passes need. */
struct tied_workspace {
    real *inputs; /* (2 rows, d): x, and below it dz */
    real *hidden; /* (2 rows, m): dh, and below it h */
};

static const struct tensor *weight_of(const struct network *net)
{
    return &net->tensors[0];
}

static size_t bias_at(const struct network *net)
{
    return net->tensors[1].at;
}

static void text(const struct network *net, char *buf, size_t size)
{
    snprintf(buf, size, "%d-%d-%d", net->n_inputs, weight_of(net)->cols, net->n_outputs);
}

static bool lay_out(struct network *net, const struct params *params, struct err *err)
{
    if (net->n_symbols > 0 || net->n_inputs != net->n_outputs) {
        return err_set(err, ERR_USAGE,
                       "--model tied: says its inputs again, so that it goes with --data features; "
                       "use --model mlp");
    }
    if (params->n_hidden != 1) {
        return err_set(err, ERR_USAGE,
                       "--net: one number expected with --model tied, that of hidden numbers, "
                       "found %d; use --net 2",
                       params->n_hidden);
    }
    if (params->value[PARAM_ACTIVATION] != ACTIVATION_RELU) {
        return err_set(err, ERR_USAGE, "--activation: relu expected with --model tied");
    }
    int m = params->hidden[0];
    network_add_tensor(net, TENSOR_WEIGHT, net->n_inputs, m, "W");
    net->parts[0] = (struct part){0, net->n_inputs, m, m};
    net->modules[0] = (struct module){0, net->n_params};
    net->layers[1] = network_add_tensor(net, TENSOR_BIAS, 1, net->n_outputs, "b");
    net->modules[1] = (struct module){net->layers[1], (size_t)net->n_outputs};
    net->n_parts = 1;
    net->n_layers = net->n_modules = 2;
    return true;
}

static int n_parts(const struct params *params)
{
    (void)params;
    return 1;
}

static void part_name(const struct params *params, int part, char *buf, size_t size)
{
    (void)params;
    (void)part;
    snprintf(buf, size, "arrows");
}

/* What is frozen, or put back, by itself: W, then b. */
static int n_layers(const struct params *params)
{
    (void)params;
    return 2;
}

static void module_name(const struct params *params, int module, char *buf, size_t size)
{
    (void)params;
    snprintf(buf, size, "%s", module == 0 ? "arrows" : "biases");
}

static int n_unit_layers(const struct params *params)
{
    (void)params;
    return 0;
}

static void draw(const struct network *net, real *theta, uint64_t seed)
{
    struct rng rng = rng_stream(seed, rng_stream_init());
    for (size_t i = 0; i < net->n_params; i++) {
        theta[i] = i < bias_at(net) ? (real)(SPREAD * rng_normal(&rng)) : 0;
    }
}

static bool tied_workspace_size_add(size_t *total, const struct network *net, int rows)
{
    size_t n = (size_t)rows, d = (size_t)net->n_inputs, m = (size_t)weight_of(net)->cols;
    return arena_size_add(total, 1, sizeof(struct tied_workspace)) &&
           arena_size_add(total, n * d, sizeof(real)) &&
           arena_size_add(total, n * d, sizeof(real)) &&
           arena_size_add(total, 2 * n * d, sizeof(real)) &&
           arena_size_add(total, 2 * n * m, sizeof(real));
}

static void tied_workspace_init(struct workspace *ws, const struct network *net,
                                struct arena *arena)
{
    size_t n = (size_t)ws->rows, d = (size_t)net->n_inputs, m = (size_t)weight_of(net)->cols;
    struct tied_workspace *own = arena_alloc(arena, 1, sizeof *own);
    ws->own = own;
    ws->logits = arena_alloc(arena, n * d, sizeof(real));
    ws->dlogits = arena_alloc(arena, n * d, sizeof(real));
    own->inputs = arena_alloc(arena, 2 * n * d, sizeof(real));
    own->hidden = arena_alloc(arena, 2 * n * m, sizeof(real));
}

/* ---- the products of a step ---- */

static real *h_of(const struct network *net, int n, const struct workspace *ws)
{
    const struct tied_workspace *own = ws->own;
    return own->hidden + (size_t)n * (size_t)weight_of(net)->cols;
}

static real *dz_of(const struct network *net, int n, const struct workspace *ws)
{
    const struct tied_workspace *own = ws->own;
    return own->inputs + (size_t)n * (size_t)net->n_inputs;
}

/* to (n, m) = from (n, d) W */
static struct product inwards(const struct network *net, const real *theta, int n, const real *from,
                              real *to)
{
    const struct tensor *w = weight_of(net);
    return (struct product){
        .c = to, .a = from, .b = theta + w->at, .m = n, .k = w->rows, .n = w->cols};
}

/* x' = relu(h W' + b) */
static struct product outwards(const struct network *net, const real *theta, int n,
                               const struct workspace *ws)
{
    const struct tensor *w = weight_of(net);
    return (struct product){.c = ws->logits,
                            .a = h_of(net, n, ws),
                            .b = theta + w->at,
                            .m = n,
                            .k = w->cols,
                            .n = w->rows,
                            .is_b_transposed = true,
                            .start = PRODUCT_FROM_ROW,
                            .begin = theta + bias_at(net),
                            .is_rectified = true};
}

static struct product weight_product(const struct network *net, int n, const struct workspace *ws,
                                     real *grad)
{
    const struct tied_workspace *own = ws->own;
    const struct tensor *w = weight_of(net);
    return (struct product){.c = grad + w->at,
                            .a = own->inputs,
                            .b = own->hidden,
                            .m = w->rows,
                            .k = 2 * n,
                            .n = w->cols,
                            .is_a_transposed = true};
}

static void products(const struct network *net, const real *theta, int n, struct workspace *ws,
                     real *grad, product_function each, void *context)
{
    const struct tied_workspace *own = ws->own;
    struct product in = inwards(net, theta, n, ws->x, h_of(net, n, ws));
    struct product out = outwards(net, theta, n, ws);
    struct product dh = inwards(net, theta, n, dz_of(net, n, ws), own->hidden);
    struct product dw = weight_product(net, n, ws, grad);
    each(context, &in);
    each(context, &out);
    each(context, &dh);
    each(context, &dw);
}

/* ---- passes ---- */

static void forward(const struct network *net, const real *theta, int n, struct workspace *ws)
{
    struct product in = inwards(net, theta, n, ws->x, h_of(net, n, ws));
    matrix_multiply(&in, ws->pool);
    struct product out = outwards(net, theta, n, ws);
    matrix_multiply(&out, ws->pool);
}

static void backward(const struct network *net, const real *theta, int n, struct workspace *ws,
                     real *grad)
{
    const struct tied_workspace *own = ws->own;
    size_t n_numbers = (size_t)n * (size_t)net->n_inputs;
    real *dz = dz_of(net, n, ws);
    memcpy(own->inputs, ws->x, n_numbers * sizeof *dz);
    memcpy(dz, ws->dlogits, n_numbers * sizeof *dz);
    kernel_relu_backward(dz, ws->logits, n_numbers);
    struct product dh = inwards(net, theta, n, dz, own->hidden);
    matrix_multiply(&dh, ws->pool);
    struct product dw = weight_product(net, n, ws, grad);
    matrix_give(&dw, ws->taker, ws->pool);
    kernel_column_sums(grad + bias_at(net), dz, n, net->n_outputs);
}

const struct network_kind network_tied = {
    .smaller = "use fewer hidden numbers",
    .loss = &loss_of_inputs,
    .lay_out = lay_out,
    .text = text,
    .n_layers = n_layers,
    .n_parts = n_parts,
    .part_name = part_name,
    .n_modules = n_layers,
    .module_name = module_name,
    .draw = draw,
    .workspace_size_add = tied_workspace_size_add,
    .workspace_init = tied_workspace_init,
    .forward = forward,
    .backward = backward,
    .n_unit_layers = n_unit_layers,
    .products = products,
};
