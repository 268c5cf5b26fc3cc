/* SPDX-License-Identifier: MIT */
#include "net/transformer.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "net/kernels.h"
#include "net/matrix.h"
#include "net/norm.h"

enum {
    PART_ROWS = 128,   /* positions that one thread takes at a time, in whole windows */
    BEFORE_BLOCKS = 2, /* tensors: tok, pos */
    AFTER_BLOCKS = 2   /* the gain and bias of LNf */
};

/* ---- layout ---- */

static bool check_shape(const struct transformer_shape *shape, struct err *err)
{
    if (shape->n_symbols < 1 || shape->context < 1 || shape->width < 1 || shape->n_heads < 1 ||
        shape->n_blocks < 1 || shape->n_blocks > TRANSFORMER_BLOCKS_MAX) {
        return err_set(err, ERR_USAGE,
                       "transformer: 1 to %d blocks, and at least one symbol, position, head and "
                       "number expected; found %d blocks, %d symbols, %d positions, %d heads, "
                       "width %d",
                       TRANSFORMER_BLOCKS_MAX, shape->n_blocks, shape->n_symbols, shape->context,
                       shape->n_heads, shape->width);
    }
    if (shape->width % shape->n_heads != 0) {
        return err_set(err, ERR_USAGE,
                       "transformer: heads of equal width expected, found %d heads for a width of "
                       "%d; choose a width that is a multiple of the heads",
                       shape->n_heads, shape->width);
    }
    return true;
}

bool transformer_init(struct transformer *net, const struct transformer_shape *shape,
                      size_t params_max, struct err *err)
{
    if (!check_shape(shape, err)) {
        return false;
    }
    size_t d = (size_t)shape->width;
    *net = (struct transformer){
        .n_symbols = shape->n_symbols, .context = shape->context, .n_blocks = shape->n_blocks};
    block_init(&net->block, shape->context, shape->width, shape->n_heads);
    net->positions = (size_t)shape->n_symbols * d;
    net->first_block = net->positions + (size_t)shape->context * d;
    net->gain = net->first_block + (size_t)shape->n_blocks * net->block.n_params;
    net->bias = net->gain + d;
    net->n_params = net->bias + d;
    if (net->n_params > params_max) {
        return err_set(err, ERR_USAGE,
                       "transformer: %.3g parameters for %d blocks of width %d, at most %.3g fit; "
                       "use fewer blocks or a smaller width",
                       (double)net->n_params, shape->n_blocks, shape->width, (double)params_max);
    }
    return true;
}

int transformer_n_tensors(const struct transformer *net)
{
    return BEFORE_BLOCKS + net->n_blocks * BLOCK_TENSORS + AFTER_BLOCKS;
}

static const struct {
    const char *name;
    enum transformer_role role;
} block_tensors[BLOCK_TENSORS] = {
    [BLOCK_LN1_GAIN] = {"ln1g", TRANSFORMER_GAIN}, [BLOCK_LN1_BIAS] = {"ln1b", TRANSFORMER_BIAS},
    [BLOCK_QKV] = {"Wqkv", TRANSFORMER_WEIGHT},    [BLOCK_QKV_BIAS] = {"bqkv", TRANSFORMER_BIAS},
    [BLOCK_MIX] = {"Wo", TRANSFORMER_WEIGHT},      [BLOCK_MIX_BIAS] = {"bo", TRANSFORMER_BIAS},
    [BLOCK_LN2_GAIN] = {"ln2g", TRANSFORMER_GAIN}, [BLOCK_LN2_BIAS] = {"ln2b", TRANSFORMER_BIAS},
    [BLOCK_UP] = {"Wfc", TRANSFORMER_WEIGHT},      [BLOCK_UP_BIAS] = {"bfc", TRANSFORMER_BIAS},
    [BLOCK_DOWN] = {"Wproj", TRANSFORMER_WEIGHT},  [BLOCK_DOWN_BIAS] = {"bproj", TRANSFORMER_BIAS},
};

struct transformer_tensor transformer_tensor(const struct transformer *net, int i)
{
    int d = net->block.width, in_blocks = i - BEFORE_BLOCKS, n = net->n_blocks * BLOCK_TENSORS;
    assert(i >= 0 && i < transformer_n_tensors(net));
    if (i == 0) {
        return (struct transformer_tensor){"tok", TRANSFORMER_EMBEDDING, 0, net->n_symbols, d};
    }
    if (i == 1) {
        return (struct transformer_tensor){"pos", TRANSFORMER_EMBEDDING, net->positions,
                                           net->context, d};
    }
    if (in_blocks == n) {
        return (struct transformer_tensor){"lnfg", TRANSFORMER_GAIN, net->gain, 1, d};
    }
    if (in_blocks == n + 1) {
        return (struct transformer_tensor){"lnfb", TRANSFORMER_BIAS, net->bias, 1, d};
    }
    int l = in_blocks / BLOCK_TENSORS, k = in_blocks % BLOCK_TENSORS;
    struct transformer_tensor tensor = {.role = block_tensors[k].role,
                                        .at = net->first_block + (size_t)l * net->block.n_params +
                                              net->block.at[k]};
    snprintf(tensor.name, sizeof tensor.name, "b%d.%s", l, block_tensors[k].name);
    block_size(&net->block, (enum block_tensor)k, &tensor.rows, &tensor.cols);
    return tensor;
}

void transformer_draw(const struct transformer *net, real *theta, uint64_t seed)
{
    struct rng rng = rng_stream(seed, rng_stream_init());
    for (int i = 0; i < transformer_n_tensors(net); i++) {
        struct transformer_tensor tensor = transformer_tensor(net, i);
        size_t n = (size_t)tensor.rows * tensor.cols;
        bool is_drawn = tensor.role == TRANSFORMER_WEIGHT || tensor.role == TRANSFORMER_EMBEDDING;
        for (size_t k = 0; k < n; k++) {
            theta[tensor.at + k] = is_drawn ? (real)(0.05 * rng_normal(&rng))
                                   : tensor.role == TRANSFORMER_GAIN ? 1
                                                                     : 0;
        }
    }
}

/* ---- memory ---- */

static int windows_a_part(const struct transformer *net)
{
    return net->context < PART_ROWS ? PART_ROWS / net->context : 1;
}

static int count_parts(const struct transformer *net, int windows)
{
    return (windows + windows_a_part(net) - 1) / windows_a_part(net);
}

bool transformer_workspace_size_add(size_t *total, const struct transformer *net, int windows)
{
    size_t rows = (size_t)windows * (size_t)net->context, d = (size_t)net->block.width;
    size_t v = (size_t)net->n_symbols, parts = (size_t)count_parts(net, windows);
    bool ok = block_gradients_size_add(total, &net->block, windows);
    for (int l = 0; l < net->n_blocks; l++) {
        ok = ok && block_values_size_add(total, &net->block, windows);
    }
    for (int i = 0; i < 4; i++) { /* top, z, dx */
        ok = ok && arena_size_add(total, rows, d * sizeof(real));
    }
    return ok && arena_size_add(total, rows, 2 * sizeof(real)) &&
           arena_size_add(total, rows, v * sizeof(real)) &&
           arena_size_add(total, rows, v * sizeof(real)) &&
           arena_size_add(total, parts, attention_scratch(&net->block.attention) * sizeof(real)) &&
           arena_size_add(total, parts + 1, BLOCK_SUMS * d * sizeof(real));
}

void transformer_workspace_init(struct transformer_workspace *ws, const struct transformer *net,
                                int windows, struct arena *arena)
{
    size_t rows = (size_t)windows * (size_t)net->context, d = (size_t)net->block.width;
    size_t v = (size_t)net->n_symbols, parts = (size_t)count_parts(net, windows);
    *ws = (struct transformer_workspace){.windows = windows};
    block_gradients_init(&ws->gradients, &net->block, windows, arena);
    for (int l = 0; l < net->n_blocks; l++) {
        block_values_init(&ws->blocks[l], &net->block, windows, arena);
    }
    ws->top = arena_alloc(arena, rows, d * sizeof(real));
    ws->z = arena_alloc(arena, rows, d * sizeof(real));
    ws->dx[0] = arena_alloc(arena, rows, d * sizeof(real));
    ws->dx[1] = arena_alloc(arena, rows, d * sizeof(real));
    ws->top_stats = arena_alloc(arena, rows, 2 * sizeof(real));
    ws->logits = arena_alloc(arena, rows, v * sizeof(real));
    ws->dlogits = arena_alloc(arena, rows, v * sizeof(real));
    ws->scratch =
        arena_alloc(arena, parts, attention_scratch(&net->block.attention) * sizeof(real));
    ws->sums = arena_alloc(arena, parts + 1, BLOCK_SUMS * d * sizeof(real));
}

/* ---- passes, shared out by windows ---- */

struct pass {
    const struct transformer *net;
    const real *theta;
    struct windows windows; /* of the whole pass */
    struct transformer_workspace *ws;
    int l; /* the block, on the way back */
    const real *dout;
    real *dx;
};

static struct windows windows_of(const struct pass *pass, int part)
{
    int n = windows_a_part(pass->net), first = part * n, left = pass->windows.n - first;
    return (struct windows){pass->windows.first + first, left < n ? left : n};
}

static const real *theta_of(const struct transformer *net, const real *theta, int l)
{
    return theta + net->first_block + (size_t)l * net->block.n_params;
}

static size_t symbol_at(const struct transformer *net, const real *symbol)
{
    size_t at = (size_t)*symbol;
    assert(at < (size_t)net->n_symbols);
    return at * (size_t)net->block.width;
}

/* Of n rows from `row` on. */
static void embed(const struct transformer *net, const real *theta, size_t row, int n,
                  struct transformer_workspace *ws)
{
    size_t d = (size_t)net->block.width;
    for (int i = 0; i < n; i++, row++) {
        kernel_add_row(ws->blocks[0].x + row * d, theta + symbol_at(net, ws->symbols + row),
                       theta + net->positions + row % (size_t)net->context * d, 1, (int)d);
    }
}

static real *given_by(const struct transformer *net, struct transformer_workspace *ws, int l)
{
    return l + 1 < net->n_blocks ? ws->blocks[l + 1].x : ws->top;
}

static void predict(const struct transformer *net, const real *theta, size_t row, int n,
                    struct transformer_workspace *ws)
{
    int d = net->block.width;
    norm_forward(ws->z + row * d, ws->top_stats + 2 * row, ws->top + row * d, theta + net->gain,
                 theta + net->bias, n, d);
    matrix_multiply(&(struct product){.c = ws->logits + row * net->n_symbols,
                                      .a = ws->z + row * d,
                                      .b = theta,
                                      .m = n,
                                      .k = d,
                                      .n = net->n_symbols,
                                      .is_b_transposed = true},
                    NULL);
}

static real *scratch_of(const struct pass *pass, int part)
{
    return pass->ws->scratch + (size_t)part * attention_scratch(&pass->net->block.attention);
}

static void forward_part(void *context, int part)
{
    const struct pass *pass = context;
    const struct transformer *net = pass->net;
    struct windows windows = windows_of(pass, part);
    size_t row = (size_t)windows.first * net->context;
    int n = windows.n * net->context;
    embed(net, pass->theta, row, n, pass->ws);
    for (int l = 0; l < net->n_blocks; l++) {
        block_forward(&net->block, theta_of(net, pass->theta, l), windows, &pass->ws->blocks[l],
                      given_by(net, pass->ws, l), scratch_of(pass, part));
    }
    predict(net, pass->theta, row, n, pass->ws);
}

/* Tells each block which of its units are silenced. */
static void silence(const struct transformer *net, struct transformer_workspace *ws)
{
    size_t units = (size_t)net->block.attention.n_heads + 4 * (size_t)net->block.width;
    for (int l = 0; l < net->n_blocks; l++) {
        ws->blocks[l].silenced = ws->silenced ? ws->silenced + (size_t)l * units : NULL;
    }
}

void transformer_forward(const struct transformer *net, const real *theta, const real *symbols,
                         int n, struct transformer_workspace *ws)
{
    assert(n > 0 && n <= ws->windows);
    struct pass pass = {.net = net, .theta = theta, .windows = {0, n}, .ws = ws};
    ws->symbols = symbols;
    silence(net, ws);
    pool_run(ws->pool, forward_part, &pass, count_parts(net, n));
}

void transformer_forward_last(const struct transformer *net, const real *theta, const real *symbols,
                              int n, struct transformer_workspace *ws)
{
    assert(n > 0 && n <= net->context);
    ws->symbols = symbols;
    embed(net, theta, (size_t)n - 1, 1, ws);
    for (int l = 0; l < net->n_blocks; l++) {
        block_forward_last(&net->block, theta_of(net, theta, l), n, &ws->blocks[l],
                           given_by(net, ws, l));
    }
    predict(net, theta, (size_t)n - 1, 1, ws);
}

/* dtop, in dx, from dlogits. */
static void backward_top_part(void *context, int part)
{
    const struct pass *pass = context;
    const struct transformer *net = pass->net;
    struct transformer_workspace *ws = pass->ws;
    struct windows windows = windows_of(pass, part);
    int d = net->block.width, n = windows.n * net->context;
    size_t row = (size_t)windows.first * net->context;
    real *dz = ws->gradients.dnorm + row * d, *sums = ws->sums + (size_t)part * 2 * d;
    matrix_multiply(&(struct product){.c = dz,
                                      .a = ws->dlogits + row * net->n_symbols,
                                      .b = pass->theta,
                                      .m = n,
                                      .k = net->n_symbols,
                                      .n = d},
                    NULL);
    memset(sums, 0, 2 * (size_t)d * sizeof *sums);
    memset(pass->dx + row * d, 0, (size_t)n * d * sizeof *dz);
    norm_backward(pass->dx + row * d, sums, sums + d, dz, ws->top + row * d,
                  ws->top_stats + 2 * row, pass->theta + net->gain, n, d);
}

static void backward_block_part(void *context, int part)
{
    const struct pass *pass = context;
    const struct transformer *net = pass->net;
    struct transformer_workspace *ws = pass->ws;
    block_backward(&net->block, theta_of(net, pass->theta, pass->l), windows_of(pass, part),
                   &ws->blocks[pass->l], &ws->gradients, pass->dout, pass->dx,
                   scratch_of(pass, part), ws->sums + (size_t)part * BLOCK_SUMS * net->block.width);
}

/* The gradient of tok as the output matrix, and of LNf. */
static void gradient_of_top(const struct pass *pass, int parts, real *grad)
{
    const struct transformer *net = pass->net;
    struct transformer_workspace *ws = pass->ws;
    int d = net->block.width;
    size_t row = (size_t)pass->windows.first * net->context;
    matrix_multiply(&(struct product){.c = grad,
                                      .a = ws->dlogits + row * net->n_symbols,
                                      .b = ws->z + row * d,
                                      .m = net->n_symbols,
                                      .k = pass->windows.n * net->context,
                                      .n = d,
                                      .is_a_transposed = true},
                    ws->pool);
    kernel_column_sums(grad + net->gain, ws->sums, parts, 2 * d);
}

/* The gradient of tok as what symbols stand for is added, and pos has its own. */
static void gradient_of_embedding(const struct pass *pass, const real *dx, real *grad)
{
    const struct transformer *net = pass->net;
    size_t d = (size_t)net->block.width, row = (size_t)pass->windows.first * net->context;
    kernel_column_sums(grad + net->positions, dx + row * d, pass->windows.n, net->context * (int)d);
    for (int i = 0; i < pass->windows.n * net->context; i++, row++) {
        kernel_add_scaled(grad + symbol_at(net, pass->ws->symbols + row), dx + row * d, 1, d);
    }
}

void transformer_backward(const struct transformer *net, const real *theta, int first, int n,
                          struct transformer_workspace *ws, real *grad)
{
    assert(first >= 0 && n > 0 && first + n <= ws->windows);
    struct pass pass = {.net = net, .theta = theta, .windows = {first, n}, .ws = ws};
    int parts = count_parts(net, n), sums = BLOCK_SUMS * net->block.width;
    pass.dx = ws->dx[0];
    pool_run(ws->pool, backward_top_part, &pass, parts);
    gradient_of_top(&pass, parts, grad);
    for (int l = net->n_blocks - 1; l >= 0; l--) {
        real *total = ws->sums + (size_t)parts * sums;
        pass.l = l;
        pass.dout = pass.dx;
        pass.dx = pass.dx == ws->dx[0] ? ws->dx[1] : ws->dx[0];
        pool_run(ws->pool, backward_block_part, &pass, parts);
        kernel_column_sums(total, ws->sums, parts, sums);
        block_weight_gradients(&net->block, pass.windows, &ws->blocks[l], &ws->gradients, pass.dout,
                               total, grad + net->first_block + (size_t)l * net->block.n_params,
                               ws->taker, ws->pool);
    }
    gradient_of_embedding(&pass, pass.dx, grad);
}

/* ---- units ---- */

static void hidden_part(void *context, int part)
{
    const struct pass *pass = context;
    block_hidden_backward(&pass->net->block, theta_of(pass->net, pass->theta, pass->l),
                          windows_of(pass, part), pass->dout, pass->ws->gradients.df);
}

static void heads_part(void *context, int part)
{
    const struct pass *pass = context;
    struct block_gradients *gradients = &pass->ws->gradients;
    block_heads_backward(&pass->net->block, theta_of(pass->net, pass->theta, pass->l),
                         windows_of(pass, part), gradients, gradients->dnorm);
}

void transformer_units_backward(const struct transformer *net, const real *theta, int n,
                                struct transformer_workspace *ws, transformer_units each,
                                void *context)
{
    assert(n > 0 && n <= ws->windows);
    struct pass pass = {.net = net, .theta = theta, .windows = {0, n}, .ws = ws};
    int parts = count_parts(net, n);
    pass.dx = ws->dx[0];
    pool_run(ws->pool, backward_top_part, &pass, parts);
    for (int l = net->n_blocks - 1; l >= 0; l--) {
        pass.l = l;
        pass.dout = pass.dx;
        pass.dx = pass.dx == ws->dx[0] ? ws->dx[1] : ws->dx[0];
        pool_run(ws->pool, hidden_part, &pass, parts);
        each(context, l, false, ws->blocks[l].g, ws->gradients.df);
        pool_run(ws->pool, backward_block_part, &pass, parts);
        pool_run(ws->pool, heads_part, &pass, parts);
        each(context, l, true, ws->blocks[l].o, ws->gradients.dnorm);
    }
}
