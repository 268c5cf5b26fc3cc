/* SPDX-License-Identifier: MIT
 * A network whose parameters are one flat vector.
 *
 * There are kinds of them (kinds.c), each in a file of its own; everybody else goes by what all
 * have:
 *
 *   tensors:  what the vector consists of, in its order: name, place, size, role
 *
 *   parts:    matrices that are looked at by themselves: a picture and a drift for each
 *
 *   layers:   how deep it is: what may be frozen up to
 *
 *   modules:  what it is built of: what may be put back by itself
 *
 *   logits:   what comes out, (rows * positions, outputs), and the gradient that goes in
 *
 *   units:    what computes in between, layer by layer of them: what each gives after a pass, and
 *             which of them are silenced
 *
 * Letters: n rows, P parameters, d inputs of a row, V symbols, T positions: predictions for a row,
 * one below the other (1 unless the kind says otherwise).  The network itself holds no numbers,
 * only where they are, so that any vector of P reals - the present weights, an old copy, weights
 * with an adapter - can be run. */
#ifndef OUBLI_NET_NETWORK_H
#define OUBLI_NET_NETWORK_H

#include <stdint.h>

#include "base/arena.h"
#include "base/param.h"
#include "base/pool.h"
#include "base/real.h"
#include "net/loss.h"
#include "net/matrix.h"
#include "net/product.h"
#include "net/transformer.h"

enum {
    NETWORK_LAYERS_MAX = PARAM_BLOCKS_MAX, /* more than hidden layers */
    NETWORK_TENSORS_MAX = 4 + 12 * PARAM_BLOCKS_MAX,
    NETWORK_PARTS_MAX = 2 + 6 * PARAM_BLOCKS_MAX,
    NETWORK_UNIT_LAYERS_MAX = 2 * PARAM_BLOCKS_MAX, /* more than hidden layers */
    NETWORK_MODULES_MAX = 2 + 2 * PARAM_BLOCKS_MAX,
    NETWORK_NAME_MAX = 24
};

enum tensor_role {
    TENSOR_WEIGHT, /* a matrix that inputs are multiplied by: what an adapter can be added to */
    TENSOR_BIAS,
    TENSOR_EMBEDDING, /* a row for each symbol or place */
    TENSOR_GAIN
};

struct tensor {
    char name[NETWORK_NAME_MAX]; /* "W1" */
    enum tensor_role role;
    size_t at;      /* where it begins in the flat vector */
    int rows, cols; /* as stored, row by row: inputs first; a vector is one row */
    bool attends;   /* a weight of attention */
};

/* A tensor, or some of its columns. */
struct part {
    size_t at;
    int rows, cols; /* inputs, units */
    int stride;     /* from row to row in the flat vector */
};

/* Units side by side: of a perceptron those of a hidden layer; of a transformer's block its heads,
 * and those of its perceptron. */
struct unit_layer {
    int first;    /* the number of its first unit, counted through all layers */
    int n, width; /* units, and numbers that each gives: 1; a head d / h */
};

/* All parameters of a layer, one stretch of the flat vector; together the modules are all of it. */
struct module {
    size_t at, n;
};

struct network {
    const struct network_kind *kind;
    int n_inputs;                                /* d */
    int n_symbols;                               /* V; 0: inputs are numbers */
    int n_outputs, n_positions;                  /* T */
    size_t n_params;                             /* P */
    int n_tensors, n_parts, n_modules, n_layers; /* n_layers: at least 1 */
    bool attends;                                /* some of its weights do */
    struct tensor tensors[NETWORK_TENSORS_MAX];
    struct part parts[NETWORK_PARTS_MAX];
    struct module modules[NETWORK_MODULES_MAX]; /* in the order of the vector */
    size_t layers[NETWORK_LAYERS_MAX]; /* where the parameters of each begin; embeddings stand
                                          before */
    int n_units, n_unit_layers;        /* U; units of all layers together */
    struct unit_layer unit_layers[NETWORK_UNIT_LAYERS_MAX]; /* from the inputs up */
    union {                                                 /* what only its kind looks at */
        struct {
            enum activation activation;
        } mlp;
        struct transformer transformer;
    } own;
};

/* What a pass over up to `rows` rows needs; one per thread. */
struct workspace {
    int rows;
    const real *x;     /* (n, d): borrowed from the last forward pass */
    real *logits;      /* (rows T, outputs) */
    real *dlogits;     /* the same shape: the loss's gradient with respect to them */
    struct pool *pool; /* borrowed: threads for large products; NULL: the caller's alone */
    /* Borrowed: is given the product that is the gradient of a weight matrix, dW (in, out) = x' dy,
     * by the backward pass, whose grad then does not hold it; NULL: it is computed. */
    const struct product_taker *taker;
    /* Borrowed, (U): a unit whose byte is not 0 gives 0 in every pass, forward and backward, so
     * that nothing it takes part in is learned; NULL: none is silenced. */
    const uint8_t *silenced;
    void *own; /* of the kind */
};

/* Lays out the kind of network that params name, for inputs that are symbols, whole numbers from 0
 * to n_symbols-1, or (n_symbols 0) any numbers.  ERR_USAGE if it has more than `params_max`
 * parameters (says how many), or its kind does not go with such inputs. */
bool network_init(struct network *net, int n_inputs, int n_symbols, int n_outputs,
                  const struct params *params, size_t params_max, struct err *err)
    __attribute__((warn_unused_result));

/* Its shape in a few words: "64-100-100-10".  Returns buf. */
char *network_text(const struct network *net, char *buf, size_t size);

/* How many parts a network with these parameters has, and what part number `part` is called: "layer
 * 1"; what comes before a " · " is where it is: "block 2 · keys". Returns buf. */
int network_n_parts(const struct params *params);
char *network_part_name(const struct params *params, int part, char *buf, size_t size);

/* The same of modules: "layer 1" (with the table of symbols, if there is one), "block 2 · MLP". */
int network_n_modules(const struct params *params);
char *network_module_name(const struct params *params, int module, char *buf, size_t size);

/* How many layers, or blocks, that can be frozen one by one. */
int network_n_layers(const struct params *params);

/* T of a network with these parameters. */
int network_n_positions(const struct params *params);

/* What the rows of a part stand for. */
enum part_rows { PART_INPUTS, PART_SYMBOLS, PART_POSITIONS };
enum part_rows network_part_rows(const struct params *params, int part);

/* Adds the bytes of a workspace for `rows` rows to *total; false on overflow. */
bool workspace_size_add(size_t *total, const struct network *net, int rows)
    __attribute__((warn_unused_result));
void workspace_init(struct workspace *ws, const struct network *net, int rows, struct arena *arena);

/* The initial parameters, theta (P), from the seed's stream of initial values. */
void network_draw(const struct network *net, real *theta, uint64_t seed);

/* Logits of x (n, d) into ws->logits; keeps what backward needs (and the pointer x). */
void network_forward(const struct network *net, const real *theta, const real *x, int n,
                     struct workspace *ws);

/* From ws->dlogits (n T, outputs) to grad (P, overwritten).  Belongs to the last network_forward.
 */
void network_backward(const struct network *net, const real *theta, int n, struct workspace *ws,
                      real *grad);

/* Its kind's loss of the last network_forward in nats, the mean over targets; its gradient goes to
 * ws->dlogits.  And how well they are answered, the sum over them of 0 .. 1: from row `at` of the
 * logits on (which are rows of x where T is 1). */
double network_loss(const struct network *net, struct workspace *ws, const struct targets *of);
double network_score(const struct network *net, const struct workspace *ws, size_t at,
                     const struct targets *of);

/* True if its outputs are logits of classes, one of which is right. */
bool network_classifies(const struct network *net);

/* What the units of a layer gave in the last network_forward, (rows T, n width); borrowed, and
 * changes with the next. */
const real *network_units(const struct network *net, const struct workspace *ws, int layer);

/* From ws->dlogits, like network_backward, the gradient of the loss with respect to what units
 * give, h and dh (n T, n width) of one layer after the other from the top: no gradient of any
 * weight.  dh is borrowed until `each` returns; of silenced units it is what they would bring. */
typedef void (*units_function)(void *context, int layer, const real *h, const real *dh);
void network_units_backward(const struct network *net, const real *theta, int n,
                            struct workspace *ws, units_function each, void *context);

/* What a layer of units is called: "layer 1", "block 2 · heads", "block 2 · hidden".  Returns buf.
 * And how many there are with these parameters. */
char *network_unit_layer_name(const struct params *params, int layer, char *buf, size_t size);
int network_n_unit_layers(const struct params *params);

/* Writing, symbol by symbol, with networks that see any number of symbols up to n_inputs.  What was
 * computed of those before is kept.  Once there is no room for one more, the older half is
 * forgotten; logits (outputs) are always those of a pass over what is not, and borrowed until the
 * next call.  `writer` is memory of network_writer_init. */
bool network_writes(const struct network *net);
bool network_writer_size_add(size_t *total, const struct network *net)
    __attribute__((warn_unused_result));
void *network_writer_init(const struct network *net, struct arena *arena);
/* Begins with the last of these n >= 1 symbols, as many as fit; goes on by one, theta unchanged. */
const real *network_write_begin(const struct network *net, const real *theta, const real *symbols,
                                int n, void *writer);
const real *network_write(const struct network *net, const real *theta, int symbol, void *writer);
/* Silences units of what is written from the next beginning on, as in a struct workspace. */
void network_writer_silence(const struct network *net, void *writer, const uint8_t *silenced);

/* Heads that attend, in all blocks together; 0 if nothing of the network does. */
int network_n_heads(const struct params *params);

/* How much each of the first n heads, block by block, looked at each symbol of `writer` for the
 * last logits: weights (n, n_inputs), of which those behind the symbols are 0; the others of a head
 * sum to 1. */
void network_attention(const struct network *net, const void *writer, int n, real *weights);

/* True if the kind can sum squares; else take the gradient row by row. */
bool network_has_squares(const struct network *net);

/* The sums over rows of *squared* per-row gradients, of one or more losses c of the same rows,
 * without a loop over rows:
 *
 *   sums += sum_c sum_n g_nc^2      g_nc (P): the gradient of the loss c of row n
 *
 * Begin after network_forward; add each loss, whose gradient is in ws->dlogits (used up; the
 * activations stay); end.  Only if the kind has squares. */
void network_squares_begin(const struct network *net, int n, struct workspace *ws);
void network_squares_add(const struct network *net, const real *theta, int n, struct workspace *ws,
                         real *sums);
void network_squares_end(const struct network *net, int n, struct workspace *ws, real *sums);

/* Calls `each` for every matrix product of a step on x (n, d) in its order, forward and backward,
 * computing nothing else: what a step is measured against. */
typedef void (*product_function)(void *context, const struct product *product);
void network_products(const struct network *net, const real *theta, const real *x, int n,
                      struct workspace *ws, real *grad, product_function each, void *context);

/* ---- a kind ---- */

/* All hooks work on a network that its own `lay_out` has filled; sizes are checked already. */
struct network_kind {
    const char *smaller; /* what to do if it is too large: "use fewer or smaller hidden layers" */
    const struct loss *loss;

    /* Fills all but the kind and what goes in and comes out, which it finds there.  ERR_USAGE. */
    bool (*lay_out)(struct network *net, const struct params *params, struct err *err);
    void (*text)(const struct network *net, char *buf, size_t size);
    int (*n_positions)(const struct params *params); /* NULL: 1 */
    int (*n_layers)(const struct params *params);
    int (*n_parts)(const struct params *params);
    void (*part_name)(const struct params *params, int part, char *buf, size_t size);
    enum part_rows (*part_rows)(const struct params *params, int part); /* NULL: all are inputs */
    int (*n_modules)(const struct params *params);
    void (*module_name)(const struct params *params, int module, char *buf, size_t size);
    void (*draw)(const struct network *net, real *theta, uint64_t seed);
    /* ws->logits, dlogits and own; ws->rows is there. */
    bool (*workspace_size_add)(size_t *total, const struct network *net, int rows);
    void (*workspace_init)(struct workspace *ws, const struct network *net, struct arena *arena);
    /* ws->x is set. */
    void (*forward)(const struct network *net, const real *theta, int n, struct workspace *ws);
    void (*backward)(const struct network *net, const real *theta, int n, struct workspace *ws,
                     real *grad);
    const real *(*units)(const struct network *net, const struct workspace *ws, int layer);
    void (*units_backward)(const struct network *net, const real *theta, int n,
                           struct workspace *ws, units_function each, void *context);
    int (*n_unit_layers)(const struct params *params);
    void (*unit_layer_name)(const struct params *params, int layer, char *buf, size_t size);
    /* NULL, all five, where a network only sees full rows. */
    bool (*writer_size_add)(size_t *total, const struct network *net);
    void *(*writer_init)(const struct network *net, struct arena *arena);
    const real *(*write_begin)(const struct network *net, const real *theta, const real *symbols,
                               int n, void *writer);
    const real *(*write)(const struct network *net, const real *theta, int symbol, void *writer);
    void (*writer_silence)(void *writer, const uint8_t *silenced);
    /* NULL, both, where nothing attends. */
    int (*n_heads)(const struct params *params);
    void (*attention)(const struct network *net, const void *writer, int n, real *weights);
    /* NULL, all three, where squares of sums are not sums of squares. */
    void (*squares_begin)(const struct network *net, int n, struct workspace *ws);
    void (*squares_add)(const struct network *net, const real *theta, int n, struct workspace *ws,
                        real *sums);
    void (*squares_end)(const struct network *net, int n, struct workspace *ws, real *sums);
    void (*products)(const struct network *net, const real *theta, int n, struct workspace *ws,
                     real *grad, product_function each, void *context);
};

#define KIND_EXTERN(id, name) extern const struct network_kind network_##name;
MODEL_LIST(KIND_EXTERN)
#undef KIND_EXTERN

/* Adds a tensor to a network that is being laid out, behind those that are there; its place. */
size_t network_add_tensor(struct network *net, enum tensor_role role, int rows, int cols,
                          const char *name);

/* Adds a layer of units, above those that are there. */
void network_add_units(struct network *net, int n, int width);

#endif
