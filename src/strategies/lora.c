/* SPDX-License-Identifier: MIT
 * LoRA: the base stays frozen; small added matrices learn.
 *
 *   W = W_0 + (alpha / r) B A      A (r, in) ~ U(-1/sqrt(in), 1/sqrt(in)), B (out, r) = 0
 *   dA = (alpha / r) (B' dy) x',  dB = (alpha / r) dy (A x)'
 *                     x, dy: input of W, and the loss's gradient with respect to its output
 *
 * Only where another strategy works on the gradient is dW = dy x' computed, and dA = (alpha / r) B'
 * dW, dB = (alpha / r) dW A'.
 *
 * The effective weights are kept in the flat vector, so that everything else (penalties, probes,
 * evaluation) works unchanged; biases are frozen.  Weights are stored inputs first, hence W' = W_0'
 * + (alpha / r) A' B' here, with A' (in, r) and B' (r, out).  The base is what the first stage
 * learned: adapters start with the second.
 *
 * Modes.  shared: one adapter goes on through all later tasks.  per-task: each task has its own,
 * chosen at test time by the task (which must be given).  merge: at a stage's end the adapter is
 * added to the base.  In a stream the base is what there is at the first consolidation, and there
 * is no per-task.
 *
 * Source: Hu et al. 2021, arXiv:2106.09685, eq. 3.  Deviations: (1) all weights have adapters, or
 * those of a transformer that lora.on says; (2) no dropout; (3) the same learning rate as full
 * training. */
#include "strategies/lora.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "net/kernels.h"
#include "net/matrix.h"

struct adapter {
    int rank;
    enum lora_on on;
    double scale; /* alpha / rank */
    size_t n;     /* numbers in `ab` */
    real *ab;     /* owned: of each weight tensor it is on A' (in, rank), then B' (rank, out) */
};

struct lora {
    bool is_plugged;
    int n_tasks;
    enum lora_mode mode;      /* in force since the present adapter began */
    int current;              /* the adapter that learns, -1 = none yet */
    struct adapter *adapters; /* (n_tasks) per task; shared and merge use the first only */
    struct optimizer optimizer;
    struct arena arena;
    real *base;   /* (P) frozen weights */
    real *answer; /* (P) scratch: the weights of another task's adapter */
    real *grad;   /* (largest adapter) */
    real *inner;  /* (rows of a step, largest rank): A x or B' dy */
    bool has_base;
};

/* A weight tensor, and what adapts it. */
struct site {
    int i;                   /* number of the tensor */
    const struct tensor *of; /* NULL before the first */
    size_t a, b;             /* where A' (in, rank) and B' (rank, out) begin in ab */
    size_t n_b, end;         /* numbers in B', and where it ends */
};

static bool is_adapted(const struct tensor *tensor, const struct network *net, enum lora_on on)
{
    bool is_all = on == LORA_ON_ALL || !net->attends;
    return tensor->role == TENSOR_WEIGHT &&
           (is_all || tensor->attends == (on == LORA_ON_ATTENTION));
}

/* The next weight tensor that such an adapter is on, from {0} on; false behind the last. */
static bool site_next(struct site *site, const struct network *net, const struct adapter *adapter)
{
    int i = site->of ? site->i + 1 : 0;
    while (i < net->n_tensors && !is_adapted(&net->tensors[i], net, adapter->on)) {
        i++;
    }
    if (i == net->n_tensors) {
        return false;
    }
    const struct tensor *of = &net->tensors[i];
    size_t b = site->end + (size_t)of->rows * adapter->rank, n_b = (size_t)adapter->rank * of->cols;
    *site = (struct site){i, of, site->end, b, n_b, b + n_b};
    return true;
}

static size_t adapter_size(const struct network *net, const struct adapter *adapter)
{
    struct site site = {0};
    while (site_next(&site, net, adapter)) {
    }
    return site.end;
}

static void destroy(void *self)
{
    struct lora *lora = self;
    if (!lora) {
        return;
    }
    for (int t = 0; lora->adapters && t < lora->n_tasks; t++) {
        free(lora->adapters[t].ab);
    }
    free(lora->adapters);
    arena_fini(&lora->arena);
    free(lora);
}

static void *create(const struct learning *learning, struct err *err)
{
    const struct network *net = learning->net;
    struct adapter largest = {.rank = (int)param_at(PARAM_LORA_RANK)->max, .on = LORA_ON_ALL};
    size_t size = 0, most = adapter_size(net, &largest);
    size_t inner = (size_t)learning->ws->rows * net->n_positions * largest.rank;
    enum optimizer_kind kind = learning->optimizer->kind;
    struct lora *lora = calloc(1, sizeof *lora);
    bool ok = lora && arena_size_add(&size, net->n_params, sizeof(real)) &&
              arena_size_add(&size, net->n_params, sizeof(real)) &&
              arena_size_add(&size, inner, sizeof(real)) &&
              arena_size_add(&size, most, sizeof(real)) && optimizer_size_add(&size, kind, most);
    if (ok) {
        *lora = (struct lora){
            .is_plugged = true, .n_tasks = suite_n_tasks(learning->suite), .current = -1};
        lora->adapters = calloc((size_t)lora->n_tasks, sizeof *lora->adapters);
        ok = lora->adapters && arena_init(&lora->arena, size, err);
    }
    if (!ok) {
        err_set(err, ERR_FAILED, "memory: no room for the adapters of lora, %zu parameters",
                net->n_params);
        destroy(lora);
        return NULL;
    }
    lora->base = arena_alloc(&lora->arena, net->n_params, sizeof(real));
    lora->answer = arena_alloc(&lora->arena, net->n_params, sizeof(real));
    lora->grad = arena_alloc(&lora->arena, most, sizeof(real));
    lora->inner = arena_alloc(&lora->arena, inner, sizeof(real));
    optimizer_init(&lora->optimizer, kind, most, &lora->arena);
    return lora;
}

/* Lays the adapter out anew, with room for its numbers; rank 0 is no adapter.  False, and it stays
 * as it was, if memory is short. */
static bool adapter_shape(struct adapter *adapter, const struct network *net, int rank,
                          enum lora_on on)
{
    struct adapter shape = {.rank = rank, .on = on};
    if (rank == 0) {
        free(adapter->ab);
        *adapter = (struct adapter){0};
        return true;
    }
    shape.n = adapter_size(net, &shape);
    shape.ab = realloc(adapter->ab, shape.n * sizeof *shape.ab);
    if (!shape.ab) {
        return false;
    }
    *adapter = shape;
    return true;
}

/* A fresh adapter: it changes nothing until it has learned, since B = 0. */
static void adapter_draw(struct adapter *adapter, const struct learning *learning)
{
    const struct network *net = learning->net;
    struct rng rng = rng_stream(learning->seed, rng_stream_lora(learning->stage));
    int rank = (int)learning->params->value[PARAM_LORA_RANK];
    if (!adapter_shape(adapter, net, rank, (enum lora_on)learning->params->value[PARAM_LORA_ON])) {
        return; /* the old adapter goes on; at a few kilobytes this does not happen */
    }
    adapter->scale = learning->params->value[PARAM_LORA_ALPHA] / rank;
    for (struct site site = {0}; site_next(&site, net, adapter);) {
        int in = site.of->rows;
        double bound = 1 / sqrt(in);
        real *a = adapter->ab + site.a;
        for (int r = 0; r < rank; r++) {
            for (int i = 0; i < in; i++) { /* row by row of A, as the reference draws it */
                a[(size_t)i * rank + r] = (real)((2 * rng_unit(&rng) - 1) * bound);
            }
        }
        memset(adapter->ab + site.b, 0, site.n_b * sizeof *adapter->ab);
    }
}

static void adapter_archive(struct adapter *adapter, struct archive *archive,
                            const struct network *net)
{
    int rank = adapter->rank, on = (int)adapter->on;
    archive_int(archive, &rank, 0, (int)param_at(PARAM_LORA_RANK)->max);
    archive_int(archive, &on, 0, rank > 0 ? LORA_ON_ALL : 0);
    if (archive->is_reading) {
        archive_check(archive, adapter_shape(adapter, net, rank, (enum lora_on)on));
    }
    if (adapter->ab) {
        archive_double(archive, &adapter->scale);
        archive_bytes(archive, adapter->ab, adapter->n * sizeof *adapter->ab);
    }
}

/* theta = base + scale A' B', of the weights; what else is in theta is the base's already. `scaled`
 * is scratch of the size of B'. */
static void adapter_add(const struct adapter *adapter, const struct network *net, const real *base,
                        real *theta, real *scaled)
{
    for (struct site site = {0}; site_next(&site, net, adapter);) {
        memcpy(scaled, adapter->ab + site.b, site.n_b * sizeof *scaled);
        kernel_scale(scaled, (real)adapter->scale, site.n_b);
        matrix_multiply(&(struct product){.c = theta + site.of->at,
                                          .a = adapter->ab + site.a,
                                          .b = scaled,
                                          .m = site.of->rows,
                                          .k = adapter->rank,
                                          .n = site.of->cols,
                                          .start = PRODUCT_FROM_MATRIX,
                                          .begin = base + site.of->at},
                        NULL);
    }
}

/* The same for a theta that holds other numbers. */
static void adapter_apply(const struct adapter *adapter, const struct network *net,
                          const real *base, real *theta, real *scaled)
{
    memcpy(theta, base, net->n_params * sizeof *theta);
    adapter_add(adapter, net, base, theta, scaled);
}

/* In a stream nobody tells the task, so that one adapter is for all. */
static enum lora_mode mode_of(const struct learning *learning)
{
    enum lora_mode mode = (enum lora_mode)learning->params->value[PARAM_LORA_MODE];
    bool is_told = mode != LORA_MODE_PER_TASK || !suite_is_stream(learning->suite);
    return is_told ? mode : LORA_MODE_SHARED;
}

/* What the present adapter has learned stays in the weights (merged); all adapters are
 * forgotten. */
static void drop_adapters(struct lora *lora)
{
    for (int t = 0; t < lora->n_tasks; t++) {
        free(lora->adapters[t].ab);
        lora->adapters[t] = (struct adapter){0};
    }
    lora->current = -1;
    lora->has_base = false;
}

/* Makes an adapter ready for the present stage. */
static void begin(struct lora *lora, struct learning *learning)
{
    enum lora_mode mode = mode_of(learning);
    if (mode != lora->mode) {
        drop_adapters(lora); /* another mode starts afresh, from the weights as they are */
    }
    int slot = mode == LORA_MODE_PER_TASK ? learning->task : 0;
    bool goes_on = lora->adapters[slot].ab && mode != LORA_MODE_MERGE;
    if (!lora->has_base || mode == LORA_MODE_MERGE) {
        memcpy(lora->base, learning->theta, learning->net->n_params * sizeof *lora->base);
        lora->has_base = true;
    }
    if (!goes_on) {
        adapter_draw(&lora->adapters[slot], learning);
    }
    lora->current = slot;
    lora->mode = mode;
    lora->optimizer.n = lora->adapters[slot].n;
    optimizer_reset(&lora->optimizer);
    adapter_apply(&lora->adapters[slot], learning->net, lora->base, learning->theta, lora->grad);
}

static void stage_begin(void *self, struct learning *learning)
{
    struct lora *lora = self;
    if (learning->stage > 0) {
        begin(lora, learning);
    }
}

/* In a stream nobody says that a first stage is over: what there is when it consolidates is the
 * base. */
static void stage_end(void *self, struct learning *learning)
{
    struct lora *lora = self;
    bool has_begun = lora->current >= 0 && mode_of(learning) == lora->mode;
    if (suite_is_stream(learning->suite) && (!has_begun || lora->mode == LORA_MODE_MERGE)) {
        begin(lora, learning);
    }
}

static void switched(void *self, struct learning *learning, bool on)
{
    struct lora *lora = self;
    if (on) {
        stage_begin(self, learning);
        return;
    }
    drop_adapters(lora);
    lora->is_plugged = true;
    optimizer_reset(learning->optimizer);
}

static bool takes_step(void *self, const struct learning *learning)
{
    (void)learning;
    const struct lora *lora = self;
    return lora->current >= 0;
}

/* Stored inputs first, rows of x and dy in place of columns: dA' = x' (dy B), dB' = (x A')' dy. */
static void take(void *self, const struct learning *learning, const struct product *dw)
{
    struct lora *lora = self;
    const struct adapter *adapter = &lora->adapters[lora->current];
    struct site site = {0};
    do {
        if (!site_next(&site, learning->net, adapter)) {
            return; /* a matrix without adapter */
        }
    } while (learning->grad + site.of->at != dw->c);
    struct product dy_b = {.c = lora->inner,
                           .a = dw->b,
                           .b = adapter->ab + site.b,
                           .m = dw->k,
                           .k = dw->n,
                           .n = adapter->rank,
                           .is_b_transposed = true};
    struct product of_a = {.c = lora->grad + site.a,
                           .a = dw->a,
                           .b = lora->inner,
                           .m = dw->m,
                           .k = dw->k,
                           .n = adapter->rank,
                           .is_a_transposed = true};
    struct product x_a = {.c = lora->inner,
                          .a = dw->a,
                          .b = adapter->ab + site.a,
                          .m = dw->k,
                          .k = dw->m,
                          .n = adapter->rank};
    struct product of_b = {.c = lora->grad + site.b,
                           .a = lora->inner,
                           .b = dw->b,
                           .m = adapter->rank,
                           .k = dw->k,
                           .n = dw->n,
                           .is_a_transposed = true};
    matrix_multiply(&dy_b, NULL);
    matrix_multiply(&of_a, NULL);
    matrix_multiply(&x_a, NULL);
    matrix_multiply(&of_b, NULL);
}

/* The same from dW: dA' = dW B, dB' = A dW. */
static void project(struct lora *lora, const struct learning *learning)
{
    const struct adapter *adapter = &lora->adapters[lora->current];
    for (struct site site = {0}; site_next(&site, learning->net, adapter);) {
        const real *dw = learning->grad + site.of->at;
        struct product of_a = {.c = lora->grad + site.a,
                               .a = dw,
                               .b = adapter->ab + site.b,
                               .m = site.of->rows,
                               .k = site.of->cols,
                               .n = adapter->rank,
                               .is_b_transposed = true};
        struct product of_b = {.c = lora->grad + site.b,
                               .a = adapter->ab + site.a,
                               .b = dw,
                               .m = adapter->rank,
                               .k = site.of->rows,
                               .n = site.of->cols,
                               .is_a_transposed = true};
        matrix_multiply(&of_a, NULL);
        matrix_multiply(&of_b, NULL);
    }
}

static void update(void *self, struct learning *learning)
{
    struct lora *lora = self;
    struct adapter *adapter = &lora->adapters[lora->current];
    if (!learning->is_taken) {
        project(lora, learning);
    }
    kernel_scale(lora->grad, (real)adapter->scale, adapter->n);
    struct optimizer_rates rates = optimizer_rates(learning->params, learning->lr);
    optimizer_step(&lora->optimizer, adapter->ab, lora->grad, 0, &rates, NULL);
    adapter_add(adapter, learning->net, lora->base, learning->theta, lora->grad);
}

static const real *answer(void *self, const struct learning *learning, int task)
{
    struct lora *lora = self;
    if (lora->current < 0) {
        return NULL;
    }
    if (!lora->is_plugged) {
        return lora->base;
    }
    if (lora->mode != LORA_MODE_PER_TASK || task == lora->current) {
        return NULL;
    }
    if (!lora->adapters[task].ab) {
        return lora->base;
    }
    adapter_apply(&lora->adapters[task], learning->net, lora->base, lora->answer, lora->grad);
    return lora->answer;
}

/* B = 0 until it has learned. */
static bool has_learned(const struct adapter *adapter, const struct network *net)
{
    struct site site = {0};
    while (adapter->ab && site_next(&site, net, adapter)) {
        for (size_t i = site.b; i < site.end; i++) {
            if (adapter->ab[i] != 0) {
                return true;
            }
        }
    }
    return false;
}

static enum adapter_state adapter_state(void *self, const struct learning *learning)
{
    const struct lora *lora = self;
    bool is_trained = false;
    for (int t = 0; t < lora->n_tasks; t++) {
        is_trained |= has_learned(&lora->adapters[t], learning->net);
    }
    return lora->current < 0 ? ADAPTER_NONE : is_trained ? ADAPTER_TRAINED : ADAPTER_FRESH;
}

static bool plug(void *self, const struct learning *learning, bool in)
{
    (void)learning;
    struct lora *lora = self;
    if (lora->current < 0) {
        return false;
    }
    lora->is_plugged = in;
    return true;
}

/* Where the adapter is merged some day it is as good as part of the weights. */
static bool can_put(const void *self)
{
    const struct lora *lora = self;
    return lora->current < 0 || (lora->mode == LORA_MODE_MERGE && lora->is_plugged);
}

/* The base becomes what makes the weights those with the adapter as it is: base = values - scale A'
 * B'. */
static void put(void *self, const struct learning *learning, size_t at, size_t n,
                const real *values)
{
    struct lora *lora = self;
    if (lora->current < 0) {
        return;
    }
    const struct adapter *adapter = &lora->adapters[lora->current];
    memcpy(lora->base + at, values, n * sizeof *values);
    for (struct site site = {0}; site_next(&site, learning->net, adapter);) {
        if (site.of->at < at || site.of->at >= at + n) {
            continue;
        }
        memcpy(lora->grad, adapter->ab + site.b, site.n_b * sizeof *lora->grad);
        kernel_scale(lora->grad, (real)-adapter->scale, site.n_b);
        matrix_multiply(&(struct product){.c = lora->base + site.of->at,
                                          .a = adapter->ab + site.a,
                                          .b = lora->grad,
                                          .m = site.of->rows,
                                          .k = adapter->rank,
                                          .n = site.of->cols,
                                          .start = PRODUCT_FROM_MATRIX,
                                          .begin = values + (site.of->at - at)},
                        NULL);
    }
}

/* Base, adapters and a present one come and go together. */
static void archive_state(void *self, struct archive *archive, const struct learning *learning)
{
    struct lora *lora = self;
    const struct network *net = learning->net;
    int mode = (int)lora->mode;
    archive_int(archive, &lora->current, -1, lora->n_tasks - 1);
    archive_int(archive, &mode, 0, LORA_MODE_MERGE);
    archive_bool(archive, &lora->is_plugged);
    lora->mode = (enum lora_mode)mode;
    lora->has_base = lora->current >= 0;
    if (!lora->has_base) {
        drop_adapters(lora);
        return;
    }
    archive_bytes(archive, lora->base, net->n_params * sizeof *lora->base);
    for (int t = 0; t < lora->n_tasks; t++) {
        adapter_archive(&lora->adapters[t], archive, net);
    }
    archive_check(archive, lora->adapters[lora->current].ab);
    if (archive->is_reading && archive->has_failed) {
        drop_adapters(lora);
        return;
    }
    lora->optimizer.n = lora->adapters[lora->current].n;
    optimizer_archive(&lora->optimizer, archive);
}

static size_t bytes(void *self, const struct learning *learning)
{
    const struct lora *lora = self;
    size_t n = lora->has_base ? learning->net->n_params : 0;
    for (int t = 0; t < lora->n_tasks; t++) {
        n += lora->adapters[t].n;
    }
    return n * sizeof(real);
}

static void status(void *self, const struct learning *learning, char *text, size_t size)
{
    (void)learning;
    const struct lora *lora = self;
    snprintf(text, size, "%s",
             lora->current < 0  ? "waits for a base"
             : lora->is_plugged ? "base frozen"
                                : "unplugged");
}

const struct param param_lora_rank = {
    .name = "lora.rank",
    .title = "LoRA rank",
    PARAM_INT(1, 64, 4),
    .factor = 2,
    .help = "rank of the added matrices; for the next adapter",
};

const struct param param_lora_alpha = {
    .name = "lora.alpha",
    .title = "LoRA alpha",
    PARAM_REAL(0.25, 256, 8),
    .factor = 1.4142135623730951,
    .help = "scales the adapter by alpha / rank; for the next adapter",
};

static const char *const lora_mode_words[] = {"shared", "per-task", "merge", NULL};
const struct param param_lora_mode = {
    .name = "lora.mode",
    .title = "LoRA adapters",
    PARAM_CHOICE(lora_mode_words, LORA_MODE_MERGE),
    .help = "one for all tasks, one per task, or merged at a task's end",
};

static const char *const lora_on_words[] = {"attention", "mlp", "all", NULL};
const struct param param_lora_on = {
    .name = "lora.on",
    .title = "LoRA adapts",
    .needs = "model=transformer",
    PARAM_CHOICE(lora_on_words, LORA_ON_ALL),
    .help = "which matrices of a transformer are adapted; for the next adapter",
};

const struct strategy strategy_lora = {
    .name = "lora",
    .title = "LoRA",
    .summary = "freezes the weights and trains small added matrices, which can be unplugged",
    .about =
        "*LoRA* freezes the weights when the second task begins and trains small added matrices: W "
        "= W₀ + (α/r) B A; u takes them out again. As it is set at first they are merged into the "
        "weights when the task ends: that protects nothing; lora.mode per-task keeps them apart.",
    .equation = "W = W₀ + (α/r) B A",
    .cost = "r (in + out) numbers per layer and adapter, some plasticity",
    .source = "Hu et al. 2021, arXiv:2106.09685",
    .knob = PARAM_LORA_RANK,
    .sign = "rank ",
    .need = STRATEGY_NEEDS_BASE,
    .then = "the weights are frozen and small added matrices learn",
    .create = create,
    .destroy = destroy,
    .archive = archive_state,
    .switched = switched,
    .stage_begin = stage_begin,
    .stage_end = stage_end,
    .takes_step = takes_step,
    .take = take,
    .update = update,
    .answer = answer,
    .adapter = adapter_state,
    .plug = plug,
    .can_put = can_put,
    .put = put,
    .bytes = bytes,
    .status = status,
};
