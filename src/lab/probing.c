/* SPDX-License-Identifier: MIT */
#include "lab/probing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/putback.h"
#include "net/kernels.h"
#include "strategies/strategy.h"

enum { ROWS_MOST = 128, POSITIONS_MOST = 1024 /* of a pass, about */ };

struct probing {
    const struct network *net;
    const struct suite *suite;
    struct workspace ws;
    int n_met;
    real *x;              /* (rows, d) */
    int *labels, *shifts; /* (rows) */
    struct range *ranges; /* (rows) */
    int *targets;         /* (rows T) */
    struct range *of;     /* (rows T) */
    real *grad;           /* (P) of one pass; made when it is asked for, like the vectors */
    real *vectors[PROBING_VECTORS];
    struct arena arena;
};

int probing_rows(const struct network *net)
{
    int rows = POSITIONS_MOST / net->n_positions;
    return rows > ROWS_MOST ? ROWS_MOST : rows > 1 ? rows : 1;
}

static bool count(size_t *size, const struct network *net)
{
    size_t rows = (size_t)probing_rows(net), n = rows * (size_t)net->n_positions;
    return workspace_size_add(size, net, (int)rows) &&
           arena_size_add(size, rows * (size_t)net->n_inputs, sizeof(real)) &&
           arena_size_add(size, rows, sizeof(int)) && arena_size_add(size, rows, sizeof(int)) &&
           arena_size_add(size, rows, sizeof(struct range)) &&
           arena_size_add(size, n, sizeof(int)) && arena_size_add(size, n, sizeof(struct range));
}

struct probing *probing_create(const struct network *net, const struct suite *suite,
                               struct err *err)
{
    struct probing *room = calloc(1, sizeof *room);
    size_t size = 0, rows = (size_t)probing_rows(net), n = rows * (size_t)net->n_positions;
    if (!room || !count(&size, net) || !arena_init(&room->arena, size, err)) {
        free(room);
        err_set(err, ERR_FAILED, "memory: no room for probes");
        return NULL;
    }
    struct arena *arena = &room->arena;
    room->net = net;
    room->suite = suite;
    workspace_init(&room->ws, net, (int)rows, arena);
    room->x = arena_alloc(arena, rows * (size_t)net->n_inputs, sizeof(real));
    room->labels = arena_alloc(arena, rows, sizeof(int));
    room->shifts = arena_alloc(arena, rows, sizeof(int));
    room->ranges = arena_alloc(arena, rows, sizeof(struct range));
    room->targets = arena_alloc(arena, n, sizeof(int));
    room->of = arena_alloc(arena, n, sizeof(struct range));
    return room;
}

void probing_destroy(struct probing *room)
{
    if (!room) {
        return;
    }
    for (int i = 0; i < PROBING_VECTORS; i++) {
        free(room->vectors[i]);
    }
    free(room->grad);
    arena_fini(&room->arena);
    free(room);
}

void probing_move(struct probing *room, const struct suite *suite)
{
    room->suite = suite;
}

void probing_silence(struct probing *room, const uint8_t *silenced)
{
    room->ws.silenced = silenced;
}

void probing_meet(struct probing *room, int n_met)
{
    room->n_met = n_met;
}

static real *vector(const struct probing *room, real **vector)
{
    *vector = *vector ? *vector : calloc(room->net->n_params, sizeof **vector);
    return *vector;
}

real *probing_vector(struct probing *room, int i)
{
    return vector(room, &room->vectors[i]);
}

/* ---- examples ---- */

struct probing_examples probing_tests(const struct suite *suite, int task, int most)
{
    int n = suite_task(suite, task)->n_test;
    int stride = (n + most - 1) / most;
    return (struct probing_examples){task, SPLIT_TEST, stride > 1 ? stride : 1, most};
}

struct probing_examples probing_firsts(int task, int most)
{
    return (struct probing_examples){task, SPLIT_TRAIN, 1, most};
}

int probing_count(const struct suite *suite, const struct probing_examples *examples)
{
    const struct task *task = suite_task(suite, examples->task);
    int all = examples->split == SPLIT_TEST ? task->n_test : task->n_train;
    int n = (all + examples->stride - 1) / examples->stride;
    return n < examples->most ? n : examples->most;
}

bool probing_rows_next(struct probing *room, const struct probing_examples *examples,
                       struct probing_pass *pass)
{
    const struct network *net = room->net;
    int first = pass->first + pass->n;
    int n = probing_count(room->suite, examples) - first;
    n = n < room->ws.rows ? n : room->ws.rows;
    for (int i = 0; i < n; i++) {
        room->labels[i] =
            suite_example(room->suite, examples->task, examples->split,
                          (first + i) * examples->stride, room->x + (size_t)i * net->n_inputs);
        room->shifts[i] = suite_shift(room->suite, examples->task);
        room->ranges[i] = range_of_task(room->suite, examples->task, room->n_met);
    }
    if (n <= 0) {
        return false;
    }
    loss_targets(room->targets, room->of, room->x, room->labels, room->shifts, room->ranges, n,
                 net->n_positions);
    *pass = (struct probing_pass){first, n, room->x, &room->ws, room->targets, room->of};
    return true;
}

bool probing_pass_next(struct probing *room, const real *theta,
                       const struct probing_examples *examples, struct probing_pass *pass)
{
    bool is_there = probing_rows_next(room, examples, pass);
    if (is_there) {
        network_forward(room->net, theta, pass->x, pass->n, pass->ws);
    }
    return is_there;
}

double probing_loss(struct probing *room, const real *theta,
                    const struct probing_examples *examples, real *grad)
{
    const struct network *net = room->net;
    int n_examples = probing_count(room->suite, examples);
    double sum = 0;
    if (grad && !vector(room, &room->grad)) {
        return (double)NAN;
    }
    if (grad) {
        memset(grad, 0, net->n_params * sizeof *grad);
    }
    for (struct probing_pass pass = {0}; probing_pass_next(room, theta, examples, &pass);) {
        const struct targets of = {pass.targets, pass.ranges, pass.n * net->n_positions};
        sum += pass.n * network_loss(net, pass.ws, &of);
        if (grad) {
            network_backward(net, theta, pass.n, pass.ws, room->grad);
            kernel_add_scaled(grad, room->grad, (real)pass.n / (real)n_examples, net->n_params);
        }
    }
    return sum / n_examples;
}

/* ---- at the end of a row ---- */

static size_t last_position(const struct network *net, int row)
{
    return (size_t)(row + 1) * (size_t)net->n_positions - 1;
}

double probing_accuracy(struct probing *room, const real *theta,
                        const struct probing_examples *examples, const struct range *among)
{
    const struct network *net = room->net;
    double sum = 0;
    for (struct probing_pass pass = {0}; probing_pass_next(room, theta, examples, &pass);) {
        const struct targets all = {pass.targets, pass.ranges, pass.n};
        bool is_whole = net->n_positions == 1 && !among;
        sum += is_whole ? network_score(net, pass.ws, 0, &all) : 0;
        for (int i = 0; !is_whole && i < pass.n; i++) {
            size_t at = last_position(net, i);
            const struct targets of = {&pass.targets[at], among ? among : &pass.ranges[at], 1};
            sum += network_score(net, pass.ws, at, &of);
        }
    }
    return sum / probing_count(room->suite, examples);
}

struct range probing_own_outputs(const struct suite *suite, int task)
{
    struct range own;
    suite_own_outputs(suite, task, &own.first, &own.count);
    own.count = putback_has_outputs(suite, task) ? own.count : 0;
    return own;
}

int probing_n_layers(const struct network *net)
{
    return net->n_unit_layers + 1;
}

static int width_of(const struct network *net, int layer)
{
    const struct unit_layer *of = &net->unit_layers[layer];
    return layer < net->n_unit_layers ? of->n * of->width : net->n_outputs;
}

/* What the rows of a pass gave at their ends. */
static void keep(struct probing_hidden *hidden, const struct network *net,
                 const struct probing_pass *pass)
{
    for (int l = 0; l < hidden->n_layers; l++) {
        size_t width = (size_t)hidden->width[l];
        const real *from =
            l < net->n_unit_layers ? network_units(net, pass->ws, l) : pass->ws->logits;
        for (int i = 0; i < pass->n; i++) {
            memcpy(hidden->h[l] + (size_t)(pass->first + i) * width,
                   from + last_position(net, i) * width, width * sizeof *from);
        }
    }
}

bool probing_hidden_take(struct probing_hidden *hidden, struct probing *room, const real *theta,
                         const struct probing_examples *examples)
{
    const struct network *net = room->net;
    bool ok = true;
    *hidden = (struct probing_hidden){.n = probing_count(room->suite, examples),
                                      .n_layers = probing_n_layers(net)};
    for (int l = 0; l < hidden->n_layers; l++) {
        hidden->width[l] = width_of(net, l);
        hidden->h[l] = malloc((size_t)hidden->n * (size_t)hidden->width[l] * sizeof(real));
        ok &= hidden->h[l] != NULL;
    }
    for (struct probing_pass pass = {0}; ok && probing_pass_next(room, theta, examples, &pass);) {
        keep(hidden, net, &pass);
    }
    return ok;
}

void probing_hidden_fini(struct probing_hidden *hidden)
{
    for (int l = 0; l < hidden->n_layers; l++) {
        free(hidden->h[l]);
    }
    *hidden = (struct probing_hidden){0};
}
