/* SPDX-License-Identifier: MIT
 * The transformer (transformer.h) as a kind of network.
 *
 * A row is a window of T symbols, and says a symbol at each of its T positions.  Its parts are tok
 * and pos, and of each block queries, keys, values, mix (Wo), up (Wfc) and down (Wproj); its layers
 * are the blocks.  It has no squares: those of a window are not sums over its positions. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "net/network.h"
#include "net/transformer_writer.h"

/* ---- layout ---- */

enum { BEFORE_BLOCKS = 2, BLOCK_PARTS = 6 };

/* What is looked at of a block: columns of its tensors, in units of the width d. */
static const struct {
    const char *name;
    enum block_tensor of;
    int first, rows, cols;
} block_parts[BLOCK_PARTS] = {
    {"queries", BLOCK_QKV, 0, 1, 1}, {"keys", BLOCK_QKV, 1, 1, 1}, {"values", BLOCK_QKV, 2, 1, 1},
    {"mix", BLOCK_MIX, 0, 1, 1},     {"up", BLOCK_UP, 0, 1, 4},    {"down", BLOCK_DOWN, 0, 4, 1},
};

static void add_parts(struct network *net)
{
    const struct transformer *of = &net->own.transformer;
    int d = of->block.width;
    net->parts[0] = (struct part){0, of->n_symbols, d, d};
    net->parts[1] = (struct part){of->positions, of->context, d, d};
    net->n_parts = BEFORE_BLOCKS + BLOCK_PARTS * of->n_blocks;
    for (int i = 0; i < net->n_parts - BEFORE_BLOCKS; i++) {
        int k = i % BLOCK_PARTS, rows, cols;
        size_t block = net->layers[i / BLOCK_PARTS];
        block_size(&of->block, block_parts[k].of, &rows, &cols);
        net->parts[BEFORE_BLOCKS + i] = (struct part){
            .at = block + of->block.at[block_parts[k].of] + (size_t)block_parts[k].first * d,
            .rows = block_parts[k].rows * d,
            .cols = block_parts[k].cols * d,
            .stride = cols};
    }
}

/* The embeddings, of each block what attends and what follows it, and the last norm. */
static void add_modules(struct network *net)
{
    const struct transformer *of = &net->own.transformer;
    const struct block *block = &of->block;
    size_t half = block->at[BLOCK_LN2_GAIN];
    int n = 0;
    net->modules[n++] = (struct module){0, of->first_block};
    for (int l = 0; l < of->n_blocks; l++) {
        net->modules[n++] = (struct module){net->layers[l], half};
        net->modules[n++] = (struct module){net->layers[l] + half, block->n_params - half};
    }
    net->modules[n++] = (struct module){of->gain, of->n_params - of->gain};
    net->n_modules = n;
}

static bool lay_out(struct network *net, const struct params *params, struct err *err)
{
    static const enum tensor_role roles[] = {[TRANSFORMER_WEIGHT] = TENSOR_WEIGHT,
                                             [TRANSFORMER_BIAS] = TENSOR_BIAS,
                                             [TRANSFORMER_EMBEDDING] = TENSOR_EMBEDDING,
                                             [TRANSFORMER_GAIN] = TENSOR_GAIN};
    struct transformer *of = &net->own.transformer;
    struct transformer_shape shape = {.n_symbols = net->n_symbols,
                                      .context = net->n_inputs,
                                      .width = (int)params->value[PARAM_WIDTH],
                                      .n_heads = (int)params->value[PARAM_HEADS],
                                      .n_blocks = (int)params->value[PARAM_BLOCKS]};
    if (net->n_symbols == 0) {
        return err_set(err, ERR_USAGE,
                       "model: a transformer reads symbols, and this data is numbers; use --model "
                       "mlp, or --data text");
    }
    if (net->n_symbols != net->n_outputs) {
        return err_set(
            err, ERR_USAGE,
            "model: a transformer foretells what it reads, %d symbols; found %d outputs; "
            "use --scenario domain, or --model mlp",
            net->n_symbols, net->n_outputs);
    }
    if (!transformer_init(of, &shape, SIZE_MAX, err)) {
        return false;
    }
    for (int i = 0; i < transformer_n_tensors(of); i++) {
        struct transformer_tensor tensor = transformer_tensor(of, i);
        size_t at =
            network_add_tensor(net, roles[tensor.role], tensor.rows, tensor.cols, tensor.name);
        assert(at == tensor.at);
        (void)at;
        int k = (i - BEFORE_BLOCKS) % BLOCK_TENSORS;
        net->tensors[i].attends =
            tensor.role == TRANSFORMER_WEIGHT && (k == BLOCK_QKV || k == BLOCK_MIX);
    }
    net->attends = true;
    net->n_positions = of->context;
    net->n_layers = of->n_blocks;
    for (int l = 0; l < of->n_blocks; l++) {
        net->layers[l] = of->first_block + (size_t)l * of->block.n_params;
    }
    for (int l = 0; l < of->n_blocks; l++) {
        network_add_units(net, of->block.attention.n_heads, of->block.attention.width);
        network_add_units(net, 4 * of->block.width, 1);
    }
    add_parts(net);
    add_modules(net);
    return true;
}

static void text(const struct network *net, char *buf, size_t size)
{
    const struct transformer *of = &net->own.transformer;
    snprintf(buf, size, "%d block%s · width %d · heads %d", of->n_blocks,
             of->n_blocks == 1 ? "" : "s", of->block.width, of->block.attention.n_heads);
}

static int n_positions(const struct params *params)
{
    return (int)params->value[PARAM_CONTEXT];
}

static int n_layers(const struct params *params)
{
    return (int)params->value[PARAM_BLOCKS];
}

static int n_parts(const struct params *params)
{
    return BEFORE_BLOCKS + BLOCK_PARTS * (int)params->value[PARAM_BLOCKS];
}

static void part_name(const struct params *params, int part, char *buf, size_t size)
{
    (void)params;
    int i = part - BEFORE_BLOCKS;
    if (i < 0) {
        snprintf(buf, size, "%s", part == 0 ? "characters" : "positions");
    } else {
        snprintf(buf, size, "block %d · %s", i / BLOCK_PARTS + 1,
                 block_parts[i % BLOCK_PARTS].name);
    }
}

static enum part_rows part_rows(const struct params *params, int part)
{
    (void)params;
    return part == 0 ? PART_SYMBOLS : part == 1 ? PART_POSITIONS : PART_INPUTS;
}

static int n_modules(const struct params *params)
{
    return 2 + 2 * (int)params->value[PARAM_BLOCKS];
}

static void module_name(const struct params *params, int module, char *buf, size_t size)
{
    if (module == 0 || module == n_modules(params) - 1) {
        snprintf(buf, size, "%s", module == 0 ? "embeddings" : "last norm");
    } else {
        snprintf(buf, size, "block %d · %s", (module + 1) / 2, module % 2 ? "attention" : "MLP");
    }
}

static void draw(const struct network *net, real *theta, uint64_t seed)
{
    transformer_draw(&net->own.transformer, theta, seed);
}

/* ---- passes ---- */

static bool size_add(size_t *total, const struct network *net, int rows)
{
    return arena_size_add(total, 1, sizeof(struct transformer_workspace)) &&
           transformer_workspace_size_add(total, &net->own.transformer, rows);
}

static void init(struct workspace *ws, const struct network *net, struct arena *arena)
{
    struct transformer_workspace *own = arena_alloc(arena, 1, sizeof *own);
    transformer_workspace_init(own, &net->own.transformer, ws->rows, arena);
    ws->own = own;
    ws->logits = own->logits;
    ws->dlogits = own->dlogits;
}

static void forward(const struct network *net, const real *theta, int n, struct workspace *ws)
{
    struct transformer_workspace *own = ws->own;
    own->pool = ws->pool;
    own->silenced = ws->silenced;
    transformer_forward(&net->own.transformer, theta, ws->x, n, own);
}

static void backward(const struct network *net, const real *theta, int n, struct workspace *ws,
                     real *grad)
{
    struct transformer_workspace *own = ws->own;
    own->pool = ws->pool;
    own->taker = ws->taker;
    transformer_backward(&net->own.transformer, theta, 0, n, own, grad);
}

/* ---- units: of each block its heads, then its hidden units ---- */

static int n_unit_layers(const struct params *params)
{
    return 2 * (int)params->value[PARAM_BLOCKS];
}

static void unit_layer_name(const struct params *params, int layer, char *buf, size_t size)
{
    (void)params;
    snprintf(buf, size, "block %d · %s", layer / 2 + 1, layer % 2 == 0 ? "heads" : "hidden");
}

static const real *units(const struct network *net, const struct workspace *ws, int layer)
{
    (void)net;
    const struct transformer_workspace *own = ws->own;
    const struct block_values *values = &own->blocks[layer / 2];
    return layer % 2 == 0 ? values->o : values->g;
}

/* Who asks for units by their layers. */
struct unit_asker {
    units_function each;
    void *context;
};

static void give_units(void *context, int block, bool is_heads, const real *h, const real *dh)
{
    const struct unit_asker *asker = context;
    asker->each(asker->context, 2 * block + !is_heads, h, dh);
}

static void units_backward(const struct network *net, const real *theta, int n,
                           struct workspace *ws, units_function each, void *context)
{
    struct transformer_workspace *own = ws->own;
    struct unit_asker asker = {each, context};
    own->pool = ws->pool;
    transformer_units_backward(&net->own.transformer, theta, n, own, give_units, &asker);
}

/* ---- writing ---- */

static bool writer_size_add(size_t *total, const struct network *net)
{
    return arena_size_add(total, 1, sizeof(struct transformer_writer)) &&
           transformer_writer_size_add(total, &net->own.transformer);
}

static void *writer_init(const struct network *net, struct arena *arena)
{
    struct transformer_writer *writer = arena_alloc(arena, 1, sizeof *writer);
    transformer_writer_init(writer, &net->own.transformer, arena);
    return writer;
}

static const real *write_begin(const struct network *net, const real *theta, const real *symbols,
                               int n, void *writer)
{
    return transformer_writer_begin(writer, &net->own.transformer, theta, symbols, n);
}

/* Where all would have to be computed again for one symbol, it is for half as many. */
static const real *write_on(const struct network *net, const real *theta, int symbol, void *writer)
{
    const struct transformer *of = &net->own.transformer;
    struct transformer_writer *own = writer;
    if (own->n < of->context) {
        return transformer_writer_take(own, of, theta, symbol);
    }
    real kept[PARAM_CONTEXT_MAX];
    int n = of->context - of->context / 2;
    memcpy(kept, own->symbols + (of->context - (n - 1)), (size_t)(n - 1) * sizeof *kept);
    kept[n - 1] = (real)symbol;
    return transformer_writer_begin(own, of, theta, kept, n);
}

static void writer_silence(void *writer, const uint8_t *silenced)
{
    struct transformer_writer *own = writer;
    own->ws.silenced = silenced;
}

static int n_heads(const struct params *params)
{
    return (int)(params->value[PARAM_BLOCKS] * params->value[PARAM_HEADS]);
}

static void attention(const struct network *net, const void *writer, int n, real *weights)
{
    const struct transformer_writer *own = writer;
    const struct transformer *of = &net->own.transformer;
    size_t t = (size_t)of->context, h = (size_t)of->block.attention.n_heads;
    size_t seen = (size_t)own->n;
    memset(weights, 0, (size_t)n * t * sizeof *weights);
    for (size_t i = 0; i < (size_t)n; i++) {
        const real *square = own->ws.blocks[i / h].weights + i % h * t * t;
        memcpy(weights + i * t, square + (seen - 1) * t, seen * sizeof *weights);
    }
}

/* ---- the products of a step ---- */

/* What y = x W is computed with, and on the way back. */
struct linear {
    const struct tensor *w;
    real *x, *y;   /* (N, rows), (N, cols) */
    real *dx, *dy; /* the same; another's memory will do: only sizes count */
};

static void forward_product(const struct linear *of, const real *theta, int n,
                            product_function each, void *context)
{
    each(context, &(struct product){.c = of->y,
                                    .a = of->x,
                                    .b = theta + of->w->at,
                                    .m = n,
                                    .k = of->w->rows,
                                    .n = of->w->cols});
}

static void backward_products(const struct linear *of, const real *theta, int n, real *grad,
                              product_function each, void *context)
{
    each(context, &(struct product){.c = of->dx,
                                    .a = of->dy,
                                    .b = theta + of->w->at,
                                    .m = n,
                                    .k = of->w->cols,
                                    .n = of->w->rows,
                                    .is_b_transposed = true});
    each(context, &(struct product){.c = grad + of->w->at,
                                    .a = of->x,
                                    .b = of->dy,
                                    .m = of->w->rows,
                                    .k = n,
                                    .n = of->w->cols,
                                    .is_a_transposed = true});
}

/* The four of a block; k counts from 0. */
static struct linear linear_of(const struct network *net, const struct transformer_workspace *ws,
                               int l, int k)
{
    static const enum block_tensor tensors[] = {BLOCK_QKV, BLOCK_MIX, BLOCK_UP, BLOCK_DOWN};
    const struct block_values *v = &ws->blocks[l];
    const struct block_gradients *g = &ws->gradients;
    const struct tensor *w = &net->tensors[BEFORE_BLOCKS + l * BLOCK_TENSORS + tensors[k]];
    const struct linear all[] = {{w, v->a, v->qkv, g->dnorm, g->dqkv},
                                 {w, v->o, v->mid, g->dnorm, g->dmid},
                                 {w, v->c, v->slope, g->dnorm, g->df},
                                 {w, v->g, v->mid, g->df, g->dmid}};
    return all[k];
}

/* Scores and mixtures of all heads, as often as a step needs such: (T, T) of (T, e) each. */
static void attention_products(const struct network *net, const struct transformer_workspace *ws,
                               int n, int l, int times, product_function each, void *context)
{
    const struct transformer *of = &net->own.transformer;
    const struct block_values *v = &ws->blocks[l];
    int t = of->context, d = of->block.width, h = of->block.attention.n_heads, e = d / h;
    for (int i = 0; i < n * h * times; i++) {
        int window = i / times / h, head = i / times % h;
        real *qkv = v->qkv + (size_t)window * t * 3 * d + (size_t)head * e;
        real *weights = v->weights + ((size_t)window * h + head) * t * t;
        each(context, &(struct product){.c = weights,
                                        .a = qkv,
                                        .b = qkv + d,
                                        .m = t,
                                        .k = e,
                                        .n = t,
                                        .is_b_transposed = true,
                                        .a_row = 3 * d,
                                        .b_row = 3 * d});
        each(context, &(struct product){.c = v->o + (size_t)window * t * d + (size_t)head * e,
                                        .a = weights,
                                        .b = qkv + 2 * d,
                                        .m = t,
                                        .k = t,
                                        .n = e,
                                        .b_row = 3 * d,
                                        .c_row = d});
    }
}

static void products(const struct network *net, const real *theta, int n, struct workspace *ws,
                     real *grad, product_function each, void *context)
{
    const struct transformer_workspace *own = ws->own;
    const struct transformer *of = &net->own.transformer;
    int rows = n * of->context;
    for (int l = 0; l < of->n_blocks; l++) {
        for (int k = 0; k < 4; k++) {
            struct linear linear = linear_of(net, own, l, k);
            forward_product(&linear, theta, rows, each, context);
        }
        attention_products(net, own, n, l, 3, each, context); /* and twice on the way back */
    }
    for (int i = 0; i < 3; i++) { /* logits, and both gradients of them */
        each(context, &(struct product){.c = own->logits,
                                        .a = own->z,
                                        .b = theta,
                                        .m = rows,
                                        .k = of->block.width,
                                        .n = of->n_symbols,
                                        .is_b_transposed = true});
    }
    for (int l = of->n_blocks - 1; l >= 0; l--) {
        for (int k = 3; k >= 0; k--) {
            struct linear linear = linear_of(net, own, l, k);
            backward_products(&linear, theta, rows, grad, each, context);
        }
    }
}

const struct network_kind network_transformer = {
    .smaller = "use fewer blocks or a smaller width",
    .loss = &loss_of_classes,
    .lay_out = lay_out,
    .text = text,
    .n_positions = n_positions,
    .n_layers = n_layers,
    .n_parts = n_parts,
    .part_name = part_name,
    .part_rows = part_rows,
    .n_modules = n_modules,
    .module_name = module_name,
    .draw = draw,
    .workspace_size_add = size_add,
    .workspace_init = init,
    .forward = forward,
    .backward = backward,
    .units = units,
    .units_backward = units_backward,
    .n_unit_layers = n_unit_layers,
    .unit_layer_name = unit_layer_name,
    .writer_size_add = writer_size_add,
    .writer_init = writer_init,
    .write_begin = write_begin,
    .write = write_on,
    .writer_silence = writer_silence,
    .n_heads = n_heads,
    .attention = attention,
    .products = products,
};
