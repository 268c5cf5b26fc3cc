/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "lab/learner_inside.h"
#include "net/blas.h"

enum {
    PASS_ROWS = LEARNER_PASS_ROWS,
    PASS_POSITIONS = 1024,     /* of a pass that does not train, about */
    PARAMS_MAX = 200 * 1000000 /* 0.8 GB a vector of parameters */
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
           arena_size_add(size, RECENT_MAX, sizeof(struct example_id)) &&
           arena_size_add(size, (size_t)net->n_units, 1);
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
    learner->silenced = arena_alloc(arena, (size_t)net->n_units, 1);
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
    if (!network_init(&learner->net, suite_n_features(suite), suite_dataset(suite)->n_symbols,
                      suite_n_outputs(suite), &config->params, PARAMS_MAX, err)) {
        goto fail;
    }
    if (network_classifies(&learner->net) == suite_dataset(suite)->is_said_again) {
        err_set(err, ERR_USAGE, "--model %s: --data %s goes with %s; leave --model out",
                param_at(PARAM_MODEL)->words[(int)config->params.value[PARAM_MODEL]],
                suite_dataset(suite)->name,
                suite_dataset(suite)->is_said_again ? "tied, which says its inputs again"
                                                    : "a network that classifies");
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
