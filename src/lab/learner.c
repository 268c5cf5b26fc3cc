/* SPDX-License-Identifier: MIT */
#include "lab/learner.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/blas.h"
#include "net/matrix.h"
#include "strategies/ewc.h"
#include "strategies/table.h"

enum {
    PASS_ROWS = LEARNER_PASS_ROWS,
    PASS_POSITIONS = 1024,     /* of a pass that does not train, about */
    PARAMS_MAX = 200 * 1000000 /* 0.8 GB a vector of parameters */
};

struct learner {
    const struct suite *suite;
    struct params params;
    uint32_t on, observed;
    struct network net;
    struct workspace step_ws, pass_ws;
    struct optimizer optimizer;
    struct rows rows;
    const real
        *x; /* inputs of this step's rows: rows.x, or the batch's own where nothing is added */
    struct learning learning;
    void *states[STRATEGIES_MAX];
    struct product_taker taker; /* hands the gradients of weights to a strategy */
    bool keeps_gradient;        /* and computes them all the same */
    bool has_gradient;          /* of the last step, all of it */
    double batch_loss;
    int recent_at;             /* where the next goes in ... */
    struct example_id *recent; /* (RECENT_MAX) of a stream: the last that came */
    void *writer;              /* NULL where the network only sees full rows */
    struct arena arena;
    int pass_labels[PASS_ROWS];
    struct range pass_ranges[PASS_ROWS];
    int *shifts;  /* (rows) of a pass: output = symbol + shift */
    int *targets; /* (rows T), like the next NULL where T is 1: what each position is to say ... */
    struct range *target_ranges; /* ... and what competes there */
    real *answers;               /* (PASS_ROWS, outputs): those of the last positions */
};

/* Rows of a pass that does not train: as many as give work enough. */
static int pass_rows(const struct network *net)
{
    int rows = PASS_POSITIONS / net->n_positions;
    return rows > PASS_ROWS ? PASS_ROWS : rows > 1 ? rows : 1;
}

static int most_rows(const struct network *net, int rows)
{
    return rows > pass_rows(net) ? rows : pass_rows(net);
}

static bool count_positions(const struct network *net, size_t *size, int rows)
{
    size_t most = (size_t)most_rows(net, rows), n = most * (size_t)net->n_positions;
    return net->n_positions == 1 ||
           (arena_size_add(size, most, sizeof(int)) && arena_size_add(size, n, sizeof(int)) &&
            arena_size_add(size, n, sizeof(struct range)) &&
            arena_size_add(size, PASS_ROWS * (size_t)net->n_outputs, sizeof(real)));
}

static void lay_out_positions(struct learner *learner, int rows)
{
    const struct network *net = &learner->net;
    size_t most = (size_t)most_rows(net, rows), n = most * (size_t)net->n_positions;
    if (net->n_positions > 1) {
        learner->shifts = arena_alloc(&learner->arena, most, sizeof(int));
        learner->targets = arena_alloc(&learner->arena, n, sizeof(int));
        learner->target_ranges = arena_alloc(&learner->arena, n, sizeof(struct range));
        learner->answers =
            arena_alloc(&learner->arena, PASS_ROWS * (size_t)net->n_outputs, sizeof(real));
    }
}

static bool is_active(const struct learner *learner, int i, bool or_observed)
{
    return ((learner->on | (or_observed ? learner->observed : 0)) >> i) & 1u;
}

static bool count_memory(const struct learner *learner, size_t *size, int rows)
{
    const struct network *net = &learner->net;
    size_t d = (size_t)net->n_inputs;
    return arena_size_add(size, net->n_params, sizeof(real)) &&
           arena_size_add(size, net->n_params, sizeof(real)) &&
           optimizer_size_add(size, learner->optimizer.kind, net->n_params) &&
           workspace_size_add(size, net, rows) && workspace_size_add(size, net, pass_rows(net)) &&
           count_positions(net, size, rows) &&
           (!network_writes(net) || network_writer_size_add(size, net)) &&
           arena_size_add(size, (size_t)rows * d, sizeof(real)) &&
           arena_size_add(size, PASS_ROWS * d, sizeof(real)) &&
           arena_size_add(size, (size_t)rows, sizeof(int)) &&
           arena_size_add(size, (size_t)rows, sizeof(int)) &&
           arena_size_add(size, (size_t)rows, sizeof(int)) &&
           arena_size_add(size, (size_t)rows, sizeof(struct range)) &&
           arena_size_add(size, RECENT_MAX, sizeof(struct example_id));
}

static void lay_out_memory(struct learner *learner, int rows)
{
    struct arena *arena = &learner->arena;
    const struct network *net = &learner->net;
    size_t d = (size_t)net->n_inputs;
    struct learning *learning = &learner->learning;
    learning->theta = arena_alloc(arena, net->n_params, sizeof(real));
    learning->grad = arena_alloc(arena, net->n_params, sizeof(real));
    optimizer_init(&learner->optimizer, learner->optimizer.kind, net->n_params, arena);
    workspace_init(&learner->step_ws, net, rows, arena);
    workspace_init(&learner->pass_ws, net, pass_rows(net), arena);
    lay_out_positions(learner, rows);
    learner->writer = network_writes(net) ? network_writer_init(net, arena) : NULL;
    learner->rows = (struct rows){.capacity = rows,
                                  .x = arena_alloc(arena, (size_t)rows * d, sizeof(real)),
                                  .labels = arena_alloc(arena, (size_t)rows, sizeof(int)),
                                  .tasks = arena_alloc(arena, (size_t)rows, sizeof(int)),
                                  .index = arena_alloc(arena, (size_t)rows, sizeof(int)),
                                  .ranges = arena_alloc(arena, (size_t)rows, sizeof(struct range))};
    learner->recent = arena_alloc(arena, RECENT_MAX, sizeof(struct example_id));
    learning->recent = learner->recent;
    learning->spare_x = arena_alloc(arena, PASS_ROWS * d, sizeof(real));
    learning->net = net;
    learning->suite = learner->suite;
    learning->params = &learner->params;
    learning->ws = &learner->step_ws;
    learning->spare = &learner->pass_ws;
    learning->optimizer = &learner->optimizer;
}

static bool create_states(struct learner *learner, struct err *err)
{
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (strategy->create) {
            learner->states[i] = strategy->create(&learner->learning, err);
            if (!learner->states[i]) {
                return false;
            }
        }
    }
    return true;
}

struct learner *learner_create(const struct learner_config *config, const struct suite *suite,
                               uint64_t seed, struct err *err)
{
    if (!blas_setup(NULL, err)) {
        return NULL;
    }
    struct learner *learner = calloc(1, sizeof *learner);
    if (!learner) {
        err_set(err, ERR_FAILED, "memory: no room for a learner");
        return NULL;
    }
    learner->suite = suite;
    learner->params = config->params;
    learner->on = config->on;
    learner->observed = config->observed;
    learner->optimizer.kind = (enum optimizer_kind)config->params.value[PARAM_OPTIMIZER];
    learner->learning.seed = seed;
    size_t size = 0;
    int rows =
        2 * (int)config->params.value[PARAM_BATCH]; /* the batch and as many from the memory */
    if (!network_init_symbols(&learner->net, suite_n_features(suite),
                              suite_dataset(suite)->n_symbols, suite_n_outputs(suite),
                              &config->params, PARAMS_MAX, err)) {
        goto fail;
    }
    if (!count_memory(learner, &size, rows)) {
        err_set(err, ERR_USAGE,
                "net: too large for this machine's addresses; use smaller hidden layers");
        goto fail;
    }
    if (!arena_init(&learner->arena, size, err)) {
        goto fail;
    }
    lay_out_memory(learner, rows);
    if (!create_states(learner, err)) {
        goto fail;
    }
    network_draw(&learner->net, learner->learning.theta, seed);
    learner->has_gradient = true; /* zeros */
    return learner;
fail:
    learner_destroy(learner);
    return NULL;
}

void learner_destroy(struct learner *learner)
{
    if (!learner) {
        return;
    }
    for (int i = 0; i < strategy_count(); i++) {
        if (learner->states[i]) {
            strategy_at(i)->destroy(learner->states[i]);
        }
    }
    arena_fini(&learner->arena);
    free(learner);
}

real *learner_initial(struct learner *learner)
{
    return learner->learning.theta;
}

void learner_move(struct learner *learner, const struct suite *suite)
{
    learner->suite = learner->learning.suite = suite;
}

/* What was fixed at the start must be what it is here: memory was laid out for it. */
static void archive_params(struct learner *learner, struct archive *archive)
{
    const struct params *own = &learner->params;
    struct params params = *own;
    params_archive(&params, archive);
    for (int i = 0; i < PARAM_COUNT; i++) {
        archive_check(archive, param_at((enum param_id)i)->when != PARAM_WHEN_START ||
                                   params.value[i] == own->value[i]);
    }
    archive_check(archive, params.n_hidden == own->n_hidden &&
                               memcmp(params.hidden, own->hidden, sizeof own->hidden) == 0);
    if (!archive->has_failed) {
        learner->params = params;
    }
}

static void archive_recent(struct learner *learner, struct archive *archive)
{
    int n = learner->learning.n_recent;
    archive_int(archive, &n, 0, RECENT_MAX);
    archive_int(archive, &learner->recent_at, 0, RECENT_MAX - 1);
    archive_bytes(archive, learner->recent, (size_t)n * sizeof *learner->recent);
    for (int i = 0; archive->is_reading && i < n; i++) {
        struct example_id id = learner->recent[i];
        bool is_task = id.task >= 0 && id.task < suite_n_tasks(learner->suite);
        archive_check(archive, is_task && id.index >= 0 &&
                                   id.index < suite_task(learner->suite, id.task)->n_train);
    }
    learner->learning.n_recent = archive->has_failed ? 0 : n;
}

void learner_archive(struct learner *learner, struct archive *archive)
{
    struct learning *learning = &learner->learning;
    size_t bytes = learner->net.n_params * sizeof(real);
    archive_bytes(archive, learning->theta, bytes);
    archive_params(learner, archive);
    strategies_archive(&learner->on, archive);
    strategies_archive(&learner->observed, archive);
    archive_int(archive, &learning->stage, 0, INT_MAX / 2);
    archive_int(archive, &learning->task, 0, suite_n_tasks(learner->suite) - 1);
    archive_long(archive, &learning->step, 0, LONG_MAX / 2);
    archive_long(archive, &learning->stage_step, 0, LONG_MAX / 2);
    archive_double(archive, &learning->lr);
    archive_bool(archive, &learning->is_reparametrised);
    optimizer_archive(&learner->optimizer, archive);
    if (suite_is_stream(learner->suite)) {
        archive_recent(learner, archive);
    }
    for (int i = 0; i < strategy_count(); i++) {
        if (strategy_at(i)->archive) {
            strategy_at(i)->archive(learner->states[i], archive, learning);
        }
    }
    if (archive->is_reading) {
        memset(learning->grad, 0, bytes);
        learner->has_gradient = true;
        learner->rows.n = learner->rows.n_batch = 0;
    }
}

/* The rate and who takes the step, after anything that may have changed them. */
static void refresh(struct learner *learner)
{
    struct learning *learning = &learner->learning;
    learning->lr = learner->params.value[PARAM_LR];
    learning->is_reparametrised = false;
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (!is_active(learner, i, false)) {
            continue;
        }
        if (strategy->rate) {
            learning->lr *= strategy->rate(learner->states[i], learning);
        }
        if (strategy->takes_step && strategy->takes_step(learner->states[i], learning)) {
            learning->is_reparametrised = true;
        }
    }
}

void learner_stage_begin(struct learner *learner, int stage, int task)
{
    struct learning *learning = &learner->learning;
    learning->stage = stage;
    learning->task = task;
    learning->stage_step = 0;
    learning->n_recent = learner->recent_at = 0;
    bool keeps_optimizer = false;
    for (int i = 0; i < strategy_count(); i++) {
        keeps_optimizer |= is_active(learner, i, false) && strategy_at(i)->keeps_optimizer;
    }
    if (!keeps_optimizer) {
        optimizer_reset(&learner->optimizer);
    }
    for (int i = 0; i < strategy_count(); i++) {
        if (is_active(learner, i, false) && strategy_at(i)->stage_begin) {
            strategy_at(i)->stage_begin(learner->states[i], learning);
        }
    }
    refresh(learner);
}

static void consolidate(struct learner *learner, bool or_observed)
{
    for (int i = 0; i < strategy_count(); i++) {
        if (is_active(learner, i, or_observed) && strategy_at(i)->stage_end) {
            strategy_at(i)->stage_end(learner->states[i], &learner->learning);
        }
    }
}

void learner_consolidate(struct learner *learner)
{
    consolidate(learner, true);
}

double learner_prepare(struct learner *learner)
{
    double least = 1;
    for (int i = 0; i < strategy_count(); i++) {
        if (is_active(learner, i, true) && strategy_at(i)->prepare) {
            least = fmin(least, strategy_at(i)->prepare(learner->states[i], &learner->learning));
        }
    }
    return least;
}

/* True if a strategy adds to the rows of a step or replaces them. */
static bool changes_rows(const struct learner *learner)
{
    for (int i = 0; i < strategy_count(); i++) {
        if (is_active(learner, i, false) && strategy_at(i)->rows) {
            return true;
        }
    }
    return false;
}

static int task_of(const struct batch *batch, int i)
{
    return batch->tasks ? batch->tasks[i] : batch->task;
}

static struct range range_of(const struct learner *learner, int task)
{
    const struct task *of = suite_task(learner->suite, task);
    return (struct range){of->first_output, of->n_outputs};
}

/* The rows of this step.  The inputs are by far the largest part: they are copied only for a
 * strategy that works on them, else they are used where the batch has them. */
static void gather_rows(struct learner *learner, const struct batch *batch)
{
    struct rows *rows = &learner->rows;
    size_t n_inputs = (size_t)batch->n * learner->net.n_inputs;
    memcpy(rows->labels, batch->labels, (size_t)batch->n * sizeof *rows->labels);
    memcpy(rows->index, batch->index, (size_t)batch->n * sizeof *rows->index);
    rows->n = rows->n_batch = batch->n;
    for (int i = 0; i < batch->n; i++) {
        rows->tasks[i] = task_of(batch, i);
        rows->ranges[i] = range_of(learner, rows->tasks[i]);
    }
    learner->x = batch->x;
    if (!changes_rows(learner)) {
        return;
    }
    memcpy(rows->x, batch->x, n_inputs * sizeof *rows->x);
    learner->x = rows->x;
    for (int i = 0; i < strategy_count(); i++) {
        if (is_active(learner, i, false) && strategy_at(i)->rows) {
            strategy_at(i)->rows(learner->states[i], &learner->learning, rows);
        }
    }
}

/* What n rows x are to say: their labels or, with several positions a row, a target for each. */
struct targets {
    const int *labels;
    const struct range *ranges;
    int n;
};

/* tasks (n), or NULL if all are of `task`. */
static struct targets targets_of(struct learner *learner, const real *x, const int *labels,
                                 const struct range *ranges, const int *tasks, int task, int n)
{
    int n_positions = learner->net.n_positions;
    if (n_positions == 1) {
        return (struct targets){labels, ranges, n};
    }
    for (int i = 0; i < n; i++) {
        learner->shifts[i] = suite_shift(learner->suite, tasks ? tasks[i] : task);
    }
    loss_targets(learner->targets, learner->target_ranges, x, labels, learner->shifts, ranges, n,
                 n_positions);
    return (struct targets){learner->targets, learner->target_ranges, n * n_positions};
}

/* Mean cross-entropy over all rows; leaves its gradient in the workspace. */
static double run_forward(struct learner *learner)
{
    struct rows *rows = &learner->rows;
    const struct network *net = &learner->net;
    struct workspace *ws = &learner->step_ws;
    int width = net->n_outputs;
    struct targets targets =
        targets_of(learner, learner->x, rows->labels, rows->ranges, rows->tasks, 0, rows->n);
    network_forward(net, learner->learning.theta, learner->x, rows->n, ws);
    double loss = loss_cross_entropy(ws->dlogits, ws->logits, targets.labels, targets.ranges,
                                     targets.n, width);
    learner->batch_loss = loss;
    if (rows->n > rows->n_batch) {
        /* p_label = 1 + n dz_label: the batch's own share, without a second softmax. */
        double sum = 0;
        int n_batch = rows->n_batch * net->n_positions;
        for (int i = 0; i < n_batch; i++) {
            double dz = (double)ws->dlogits[(size_t)i * width + targets.labels[i]];
            sum -= log(fmax(1 + targets.n * dz, 1e-30));
        }
        learner->batch_loss = sum / n_batch;
    }
    return loss;
}

double learner_loss(struct learner *learner, const struct batch *batch)
{
    const struct network *net = &learner->net;
    struct workspace *ws = &learner->step_ws;
    for (int i = 0; i < batch->n; i++) {
        learner->rows.ranges[i] = range_of(learner, task_of(batch, i));
    }
    struct targets targets = targets_of(learner, batch->x, batch->labels, learner->rows.ranges,
                                        batch->tasks, batch->task, batch->n);
    network_forward(net, learner->learning.theta, batch->x, batch->n, ws);
    return loss_cross_entropy(ws->dlogits, ws->logits, targets.labels, targets.ranges, targets.n,
                              net->n_outputs);
}

/* How many parameters, from the first, must not move. */
static size_t count_frozen(struct learner *learner)
{
    size_t frozen = 0;
    for (int i = 0; i < strategy_count(); i++) {
        if (is_active(learner, i, false) && strategy_at(i)->frozen) {
            size_t n = strategy_at(i)->frozen(learner->states[i], &learner->learning);
            frozen = n > frozen ? n : frozen;
        }
    }
    return frozen;
}

static void move_weights(struct learner *learner)
{
    struct learning *learning = &learner->learning;
    size_t frozen = count_frozen(learner);
    bool is_taken = false;
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (is_active(learner, i, false) && strategy->takes_step &&
            strategy->takes_step(learner->states[i], learning)) {
            memset(learning->grad, 0, frozen * sizeof *learning->grad);
            strategy->update(learner->states[i], learning);
            is_taken = true;
        }
    }
    if (!is_taken) {
        struct optimizer_rates rates = optimizer_rates(&learner->params, learning->lr);
        optimizer_step(&learner->optimizer, learning->theta, learning->grad, frozen, &rates,
                       learner->step_ws.pool);
    }
    for (int i = 0; i < strategy_count(); i++) {
        if (is_active(learner, i, false) && strategy_at(i)->correct) {
            strategy_at(i)->correct(learner->states[i], learning, frozen);
        }
    }
}

/* What nobody announces has to be looked after by itself: what came is remembered for a while, and
 * those that are on consolidate now and then. */
static void follow_stream(struct learner *learner, const struct batch *batch)
{
    struct learning *learning = &learner->learning;
    for (int i = 0; i < batch->n; i++) {
        learner->recent[learner->recent_at] = (struct example_id){batch->tasks[i], batch->index[i]};
        learner->recent_at = (learner->recent_at + 1) % RECENT_MAX;
        learning->n_recent += learning->n_recent < RECENT_MAX;
    }
    long every = (long)learner->params.value[PARAM_CONSOLIDATE_EVERY];
    if (every > 0 && learning->stage_step % every == 0) {
        consolidate(learner, false);
    }
}

/* The strategy that takes the gradients of weights as products; -1 if there is none, or if another
 * one works on the gradient. */
static int find_taker(const struct learner *learner)
{
    int found = -1;
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (!is_active(learner, i, false)) {
            continue;
        }
        if (strategy->gradient || strategy->frozen) {
            return -1;
        }
        if (strategy->take && strategy->takes_step(learner->states[i], &learner->learning)) {
            found = i;
        }
    }
    return found;
}

/* The taker's. */
static void take_product(void *context, const struct product *dw)
{
    struct learner *learner = context;
    int i = find_taker(learner);
    strategy_at(i)->take(learner->states[i], &learner->learning, dw);
    if (learner->keeps_gradient) {
        matrix_multiply(dw, learner->step_ws.pool);
    }
}

static void run_backward(struct learner *learner)
{
    struct learning *learning = &learner->learning;
    struct workspace *ws = &learner->step_ws;
    learning->is_taken = find_taker(learner) >= 0;
    learner->taker = (struct product_taker){take_product, learner};
    ws->taker = learning->is_taken ? &learner->taker : NULL;
    network_backward(&learner->net, learning->theta, learner->rows.n, ws, learning->grad);
    learner->has_gradient = !learning->is_taken || learner->keeps_gradient;
}

double learner_step(struct learner *learner, const struct batch *batch)
{
    struct learning *learning = &learner->learning;
    gather_rows(learner, batch);
    double loss = run_forward(learner);
    if (!isfinite(loss)) {
        return loss;
    }
    run_backward(learner);
    for (int i = 0; i < strategy_count(); i++) {
        if (is_active(learner, i, false) && strategy_at(i)->gradient) {
            strategy_at(i)->gradient(learner->states[i], learning);
        }
    }
    move_weights(learner);
    learning->step++;
    learning->stage_step++;
    for (int i = 0; i < strategy_count(); i++) {
        if (is_active(learner, i, true) && strategy_at(i)->step_done) {
            strategy_at(i)->step_done(learner->states[i], learning, &learner->rows);
        }
    }
    if (batch->tasks) {
        follow_stream(learner, batch);
    }
    return loss;
}

double learner_batch_loss(const struct learner *learner)
{
    return learner->batch_loss;
}

double learner_penalty(const struct learner *learner)
{
    double sum = 0;
    for (int i = 0; i < strategy_count(); i++) {
        if (is_active(learner, i, false) && strategy_at(i)->penalty) {
            sum += strategy_at(i)->penalty(learner->states[i], &learner->learning);
        }
    }
    return sum;
}

void learner_share(struct learner *learner, struct pool *pool)
{
    learner->step_ws.pool = learner->pass_ws.pool = pool;
}

bool learner_is_large(const struct learner *learner)
{
    const struct network *net = &learner->net;
    int rows = (int)learner->params.value[PARAM_BATCH] * net->n_positions;
    bool is_large = false;
    for (int i = 0; i < net->n_tensors; i++) {
        const struct tensor *tensor = &net->tensors[i];
        is_large |=
            tensor->role == TENSOR_WEIGHT && matrix_is_shared(rows, tensor->rows, tensor->cols);
    }
    return is_large;
}

real *learner_logits(struct learner *learner, const real *theta, const real *x, int n)
{
    const struct network *net = &learner->net;
    struct workspace *ws = &learner->pass_ws;
    size_t width = (size_t)net->n_outputs, positions = (size_t)net->n_positions;
    if (positions == 1) {
        network_forward(net, theta, x, n, ws);
        return ws->logits;
    }
    for (int first = 0; first < n; first += ws->rows) {
        int rows = n - first < ws->rows ? n - first : ws->rows;
        network_forward(net, theta, x + (size_t)first * net->n_inputs, rows, ws);
        for (int i = 0; i < rows; i++) {
            memcpy(learner->answers + (size_t)(first + i) * width,
                   ws->logits + ((size_t)(i + 1) * positions - 1) * width,
                   width * sizeof *ws->logits);
        }
    }
    return learner->answers;
}

const real *learner_write(struct learner *learner, const real *theta, const real *symbols, int n,
                          bool goes_on)
{
    const struct network *net = &learner->net;
    return goes_on ? network_write(net, theta, (int)symbols[n - 1], learner->writer)
                   : network_write_begin(net, theta, symbols, n, learner->writer);
}

void learner_attention(const struct learner *learner, int n, real *weights)
{
    network_attention(&learner->net, learner->writer, n, weights);
}

/* Runs the next rows of the task's test set, from *at on, where the outputs `among` compete; how
 * many, and what they are to say. */
static int run_test_rows(struct learner *learner, const real *theta, struct range among, int task,
                         int *at, int stride, struct targets *targets)
{
    int n_test = suite_task(learner->suite, task)->n_test, n = 0;
    real *x = learner->learning.spare_x;
    for (; n < learner->pass_ws.rows && *at < n_test; n++, *at += stride) {
        learner->pass_labels[n] = suite_example(learner->suite, task, SPLIT_TEST, *at,
                                                x + (size_t)n * learner->net.n_inputs);
        learner->pass_ranges[n] = among;
    }
    *targets = targets_of(learner, x, learner->pass_labels, learner->pass_ranges, NULL, task, n);
    network_forward(&learner->net, theta, x, n, &learner->pass_ws);
    return n;
}

/* Positions of a row that are answered without a quarter of the context before them: they do not
 * count. */
static int n_skipped(const struct network *net)
{
    return net->n_positions / 4;
}

static int count_right(const struct learner *learner, const struct targets *targets, int n)
{
    int n_positions = learner->net.n_positions, skipped = n_skipped(&learner->net), right = 0;
    size_t width = (size_t)learner->net.n_outputs;
    for (int i = 0; i < n; i++) {
        size_t at = (size_t)i * n_positions + skipped;
        right += loss_count_right(learner->pass_ws.logits + at * width, targets->labels + at,
                                  targets->ranges[at], n_positions - skipped, (int)width);
    }
    return right;
}

/* Adds the logits of all answers of n rows that count to sums (outputs). */
static void add_logits(const struct learner *learner, int n, double *sums)
{
    int n_positions = learner->net.n_positions;
    size_t width = (size_t)learner->net.n_outputs;
    for (int i = 0; i < n * n_positions; i++) {
        const real *logits = learner->pass_ws.logits + (size_t)i * width;
        for (size_t k = 0; k < width && i % n_positions >= n_skipped(&learner->net); k++) {
            sums[k] += (double)logits[k];
        }
    }
}

struct score learner_score_with(struct learner *learner, const real *theta, int task, int stride,
                                const struct range *among, double *logits)
{
    const struct network *net = &learner->net;
    const struct range range = among ? *among : range_of(learner, task);
    struct workspace *ws = &learner->pass_ws;
    int n_test = suite_task(learner->suite, task)->n_test, right = 0, n_seen = 0;
    int n_counted = net->n_positions - n_skipped(net);
    double nats = 0;
    for (int k = 0; logits && k < net->n_outputs; k++) {
        logits[k] = 0;
    }
    for (int at = 0; at < n_test;) {
        struct targets targets;
        int n = run_test_rows(learner, theta, range, task, &at, stride, &targets);
        right += count_right(learner, &targets, n);
        if (logits) {
            add_logits(learner, n, logits);
        }
        if (net->n_symbols > 0) {
            nats += n * loss_cross_entropy(ws->dlogits, ws->logits, targets.labels, targets.ranges,
                                           targets.n, net->n_outputs);
        }
        n_seen += n;
    }
    for (int k = 0; logits && k < net->n_outputs; k++) {
        logits[k] /= (double)n_seen * n_counted;
    }
    bool has_bits = n_seen && net->n_symbols > 0;
    return (struct score){.accuracy =
                              n_seen ? (double)right / ((double)n_seen * n_counted) : (double)NAN,
                          .bits = has_bits ? nats / n_seen / log(2) : (double)NAN};
}

void learner_count_classes(struct learner *learner, const real *theta, int task, int stride, int *n,
                           int *right)
{
    const struct network *net = &learner->net;
    int n_test = suite_task(learner->suite, task)->n_test,
        shift = suite_shift(learner->suite, task);
    size_t width = (size_t)net->n_outputs;
    for (int at = 0; at < n_test;) {
        struct targets targets;
        run_test_rows(learner, theta, range_of(learner, task), task, &at, stride, &targets);
        for (int i = 0; i < targets.n; i++) {
            if (i % net->n_positions >= n_skipped(net)) {
                int class = targets.labels[i] - shift;
                n[class]++;
                right[class] +=
                    loss_count_right(learner->pass_ws.logits + (size_t)i * width,
                                     &targets.labels[i], targets.ranges[i], 1, (int)width);
            }
        }
    }
}

struct score learner_score(struct learner *learner, int task, int stride)
{
    return learner_score_with(learner, learner_answer(learner, task), task, stride, NULL, NULL);
}

double learner_accuracy(struct learner *learner, int task, int stride)
{
    return learner_score(learner, task, stride).accuracy;
}

void learner_switch(struct learner *learner, int strategy, bool on)
{
    const struct strategy *s = strategy_at(strategy);
    if (is_active(learner, strategy, false) == on) {
        return;
    }
    learner->on ^= 1u << strategy;
    if (s->switched) {
        s->switched(learner->states[strategy], &learner->learning, on);
    }
    refresh(learner);
}

void learner_observe(struct learner *learner, int strategy, bool on)
{
    uint32_t bit = 1u << strategy;
    learner->observed = on ? learner->observed | bit : learner->observed & ~bit;
}

void learner_keep_gradient(struct learner *learner, bool keeps)
{
    learner->keeps_gradient = keeps;
}

void learner_set(struct learner *learner, const struct params *params)
{
    for (int i = 0; i < PARAM_COUNT; i++) {
        assert(param_at((enum param_id)i)->when == PARAM_WHEN_LIVE ||
               params->value[i] == learner->params.value[i]);
    }
    learner->params = *params;
    refresh(learner);
}

enum adapter_state learner_adapter(const struct learner *learner)
{
    enum adapter_state state = ADAPTER_NONE;
    for (int i = 0; i < strategy_count() && state == ADAPTER_NONE; i++) {
        if (is_active(learner, i, false) && strategy_at(i)->adapter) {
            state = strategy_at(i)->adapter(learner->states[i], &learner->learning);
        }
    }
    return state;
}

bool learner_plug(struct learner *learner, bool in)
{
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (is_active(learner, i, false) && strategy->plug &&
            strategy->plug(learner->states[i], &learner->learning, in)) {
            return true;
        }
    }
    return false;
}

bool learner_can_put(const struct learner *learner)
{
    bool can = true;
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        bool is_asked = is_active(learner, i, false) && strategy->can_put;
        can = can && (!is_asked || strategy->can_put(learner->states[i]));
    }
    return can;
}

void learner_put(struct learner *learner, size_t at, size_t n, const real *values)
{
    assert(learner_can_put(learner) && at + n <= learner->net.n_params);
    for (int i = 0; i < strategy_count(); i++) {
        if (is_active(learner, i, false) && strategy_at(i)->put) {
            strategy_at(i)->put(learner->states[i], &learner->learning, at, n, values);
        }
    }
    memcpy(learner->learning.theta + at, values, n * sizeof *values);
}

const struct network *learner_network(const struct learner *learner)
{
    return &learner->net;
}
const struct params *learner_params(const struct learner *learner)
{
    return &learner->params;
}
uint32_t learner_on(const struct learner *learner)
{
    return learner->on;
}
uint32_t learner_observed(const struct learner *learner)
{
    return learner->observed;
}
const real *learner_theta(const struct learner *learner)
{
    return learner->learning.theta;
}
const real *learner_gradient(const struct learner *learner)
{
    return learner->has_gradient ? learner->learning.grad : NULL;
}
double learner_rate(const struct learner *learner)
{
    return learner->learning.lr;
}

const struct rows *learner_rows(const struct learner *learner)
{
    return &learner->rows;
}

const real *learner_answer(struct learner *learner, int task)
{
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (is_active(learner, i, false) && strategy->answer) {
            const real *theta = strategy->answer(learner->states[i], &learner->learning, task);
            if (theta) {
                return theta;
            }
        }
    }
    return learner->learning.theta;
}

const real *learner_importance(const struct learner *learner)
{
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        const real *importance =
            strategy->importance ? strategy->importance(learner->states[i]) : NULL;
        if (importance) {
            return importance;
        }
    }
    return NULL;
}

double learner_gauge(const struct learner *learner, int strategy)
{
    const struct strategy *s = strategy_at(strategy);
    return s->gauge ? s->gauge(learner->states[strategy], &learner->learning) : (double)NAN;
}

bool learner_is_overpulled(const struct learner *learner, double *gauge)
{
    int ewc = strategy_find("ewc");
    double now = learner_gauge(learner, ewc);
    bool is_on = (learner->on >> ewc) & 1u;
    if (gauge) {
        *gauge = now;
    }
    return is_on && ewc_is_unstable(&learner->params, now);
}

size_t learner_bytes(const struct learner *learner, int strategy)
{
    const struct strategy *s = strategy_at(strategy);
    return s->bytes ? s->bytes(learner->states[strategy], &learner->learning) : 0;
}

void learner_status(const struct learner *learner, int strategy, char *text, size_t size)
{
    const struct strategy *s = strategy_at(strategy);
    text[0] = '\0';
    if (s->status) {
        s->status(learner->states[strategy], &learner->learning, text, size);
    }
}
