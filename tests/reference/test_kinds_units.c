/* SPDX-License-Identifier: MIT
 * What every kind of network owes to those who look at its units or silence them.  Built in double
 * and in float. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "net/blas.h"
#include "net/influence.h"

#ifdef OUBLI_DOUBLE
static const double tolerance = 1e-12, difference = 1e-4, of_differences = 1e-6;
#else
static const double tolerance = 1e-5, difference = 0.05, of_differences = 0.03;
#endif

enum { SYMBOLS = 11, CONTEXT = 8, ROWS = 5, KINDS = 4, ROOM = 1 << 20 };

static struct params params_of(int kind)
{
    struct params params = params_default();
    params.value[PARAM_MODEL] = kind < 2 ? MODEL_MLP : MODEL_TRANSFORMER;
    params.value[PARAM_ACTIVATION] = kind == 0 ? ACTIVATION_RELU : ACTIVATION_TANH;
    params.n_hidden = kind == 0 ? 2 : 3;
    params.hidden[0] = 7;
    params.hidden[1] = 5;
    params.hidden[2] = 6;
    params.value[PARAM_EMBEDDING] = 3;
    params.value[PARAM_BLOCKS] = kind - 1;
    params.value[PARAM_HEADS] = 3;
    params.value[PARAM_WIDTH] = 12;
    return params;
}

/* A network with weights that are large enough to matter, and a batch. */
struct bench {
    struct params params;
    struct network net;
    struct arena arena;
    struct workspace ws;
    void *writer;
    real *theta, *grad;
    real x[ROWS * CONTEXT];
    uint8_t *silenced;
};

static struct bench open_bench(int kind)
{
    struct bench bench = {.params = params_of(kind)};
    struct network *net = &bench.net;
    size_t size = 0;
    cr_assert(blas_setup(NULL, NULL));
    cr_assert(network_init(net, CONTEXT, SYMBOLS, SYMBOLS, &bench.params, ROOM, NULL));
    bool writes = network_writes(net);
    cr_assert(workspace_size_add(&size, net, ROWS) &&
              (!writes || network_writer_size_add(&size, net)) &&
              arena_size_add(&size, net->n_params, 2 * sizeof(real)) &&
              arena_size_add(&size, (size_t)net->n_units, 1) &&
              arena_size_add(&size, net->n_params, sizeof(real)));
    cr_assert(arena_init(&bench.arena, size, NULL));
    workspace_init(&bench.ws, net, ROWS, &bench.arena);
    bench.theta = arena_alloc(&bench.arena, net->n_params, sizeof(real));
    bench.grad = arena_alloc(&bench.arena, net->n_params, sizeof(real));
    bench.silenced = arena_alloc(&bench.arena, (size_t)net->n_units, 1);
    bench.writer = writes ? network_writer_init(net, &bench.arena) : NULL;
    network_draw(net, bench.theta, 3);
    for (int i = 0; i < net->n_tensors; i++) {
        const struct tensor *tensor = &net->tensors[i];
        for (int j = 0; tensor->role == TENSOR_WEIGHT && j < tensor->rows * tensor->cols; j++) {
            bench.theta[tensor->at + (size_t)j] *= kind < 2 ? 2 : 6;
        }
    }
    for (int i = 0; i < ROWS * CONTEXT; i++) {
        bench.x[i] = (real)((i * i + 3 * i + i / CONTEXT) % SYMBOLS);
    }
    return bench;
}

/* Each position is to say the symbol it sees. */
struct asked {
    int n, labels[ROWS * CONTEXT];
    struct range ranges[ROWS * CONTEXT];
};

static struct asked ask(const struct bench *bench)
{
    struct asked asked = {.n = ROWS * bench->net.n_positions};
    for (int i = 0; i < asked.n; i++) {
        asked.labels[i] = (int)bench->x[i * CONTEXT / bench->net.n_positions];
        asked.ranges[i] = (struct range){0, SYMBOLS};
    }
    return asked;
}

/* Forward, and the loss's gradient. */
static void pass(struct bench *bench, const real *theta)
{
    struct asked asked = ask(bench);
    network_forward(&bench->net, theta, bench->x, ROWS, &bench->ws);
    loss_cross_entropy(bench->ws.dlogits, bench->ws.logits, asked.labels, asked.ranges, asked.n,
                       SYMBOLS);
}

static void close_bench(struct bench *bench)
{
    arena_fini(&bench->arena);
}

/* Where what a unit gives goes: rows of a weight matrix, in the flat vector. */
struct outgoing {
    size_t at;
    int n;
};

static struct outgoing outgoing_of(const struct bench *bench, int layer, int unit)
{
    const struct network *net = &bench->net;
    char name[NETWORK_NAME_MAX];
    if (bench->params.value[PARAM_MODEL] == MODEL_MLP) {
        snprintf(name, sizeof name, "W%d", layer + 2);
    } else {
        snprintf(name, sizeof name, "b%d.%s", layer / 2, layer % 2 ? "Wproj" : "Wo");
    }
    for (int i = 0; i < net->n_tensors; i++) {
        const struct tensor *tensor = &net->tensors[i];
        if (strcmp(tensor->name, name) == 0) {
            int width = net->unit_layers[layer].width;
            cr_assert_eq(tensor->rows, net->unit_layers[layer].n * width);
            return (struct outgoing){tensor->at + (size_t)unit * width * tensor->cols,
                                     width * tensor->cols};
        }
    }
    cr_assert_fail("%s is there", name);
    return (struct outgoing){0};
}

Test(units, are_counted_through_all_layers_which_have_names)
{
    for (int k = 0; k < KINDS; k++) {
        struct bench bench = open_bench(k);
        const struct network *net = &bench.net;
        int first = 0;
        cr_expect_eq(network_n_unit_layers(&bench.params), net->n_unit_layers);
        for (int l = 0; l < net->n_unit_layers; l++) {
            char name[NETWORK_NAME_MAX];
            cr_expect_eq(net->unit_layers[l].first, first);
            cr_expect(net->unit_layers[l].n > 0 && net->unit_layers[l].width > 0);
            cr_expect(strlen(network_unit_layer_name(&bench.params, l, name, sizeof name)) > 0);
            first += net->unit_layers[l].n;
        }
        cr_expect_eq(net->n_units, first);
        close_bench(&bench);
    }
}

/* What came of a layer, summed over rows: sum h dh of each unit. */
struct found {
    const struct bench *bench;
    int n_layers, last;
    double worst;
};

/* sum over rows of h dh is, of the same loss, the sum over a unit's outgoing weights of w dw: the
 * derivative by a factor before what it gives, both. */
static void compare(void *context, int layer, const real *h, const real *dh)
{
    struct found *found = context;
    const struct bench *bench = found->bench;
    const struct unit_layer *of = &bench->net.unit_layers[layer];
    cr_expect_eq(h, network_units(&bench->net, &bench->ws, layer));
    cr_expect_lt(layer, found->last, "from the top");
    found->last = layer;
    found->n_layers++;
    for (int u = 0; u < of->n; u++) {
        struct outgoing out = outgoing_of(bench, layer, u);
        double ours = 0, wanted = 0, size = 1e-6;
        for (int i = 0; i < out.n; i++) {
            wanted +=
                (double)bench->theta[out.at + (size_t)i] * (double)bench->grad[out.at + (size_t)i];
        }
        for (int i = 0; i < ROWS * bench->net.n_positions; i++) {
            for (int e = 0; e < of->width; e++) {
                size_t at = ((size_t)i * of->n + u) * of->width + e;
                ours += (double)h[at] * (double)dh[at];
                size += fabs((double)h[at] * (double)dh[at]);
            }
        }
        found->worst = fmax(found->worst, fabs(ours - wanted) / size);
    }
}

Test(units, gradients_are_those_of_what_they_give)
{
    for (int k = 0; k < KINDS; k++) {
        struct bench bench = open_bench(k);
        struct found found = {&bench, 0, bench.net.n_unit_layers, 0};
        pass(&bench, bench.theta);
        network_backward(&bench.net, bench.theta, ROWS, &bench.ws, bench.grad);
        pass(&bench, bench.theta);
        network_units_backward(&bench.net, bench.theta, ROWS, &bench.ws, compare, &found);
        cr_expect_eq(found.n_layers, bench.net.n_unit_layers);
        cr_expect_lt(found.worst, 10 * tolerance, "kind %d: %g", k, found.worst);
        close_bench(&bench);
    }
}

/* Some units of every layer. */
static void silence_some(struct bench *bench)
{
    for (int u = 0; u < bench->net.n_units; u++) {
        bench->silenced[u] = u % 3 == 1;
    }
}

/* The same network without what they give. */
static void cut_some(struct bench *bench, real *theta)
{
    const struct network *net = &bench->net;
    for (int l = 0; l < net->n_unit_layers; l++) {
        for (int u = 0; u < net->unit_layers[l].n; u++) {
            struct outgoing out = outgoing_of(bench, l, u);
            for (int i = 0; bench->silenced[net->unit_layers[l].first + u] && i < out.n; i++) {
                theta[out.at + (size_t)i] = 0;
            }
        }
    }
}

Test(units, silenced_they_answer_as_a_network_without_what_they_give)
{
    for (int k = 0; k < KINDS; k++) {
        struct bench bench = open_bench(k);
        size_t n = (size_t)ROWS * bench.net.n_positions * SYMBOLS;
        real *all = calloc(n, sizeof *all), *cut = calloc(bench.net.n_params, sizeof *cut);
        pass(&bench, bench.theta);
        memcpy(all, bench.ws.logits, n * sizeof *all);
        silence_some(&bench);
        memcpy(cut, bench.theta, bench.net.n_params * sizeof *cut);
        cut_some(&bench, cut);
        pass(&bench, cut);
        real *without = calloc(n, sizeof *without);
        memcpy(without, bench.ws.logits, n * sizeof *without);
        bench.ws.silenced = bench.silenced;
        pass(&bench, bench.theta);
        double moved = 0;
        for (size_t i = 0; i < n; i++) {
            cr_assert_float_eq((double)bench.ws.logits[i], (double)without[i], tolerance, "kind %d",
                               k);
            moved = fmax(moved, fabs((double)(without[i] - all[i])));
        }
        cr_expect_gt(moved, 0.01, "they mattered");
        bench.ws.silenced = NULL;
        pass(&bench, bench.theta);
        cr_expect_arr_eq(bench.ws.logits, all, n * sizeof *all, "and can speak again");
        free(all);
        free(cut);
        free(without);
        close_bench(&bench);
    }
}

/* The gradient of all else is that of the network without them; what only they take part in has
 * none. */
Test(units, silenced_they_learn_nothing)
{
    for (int k = 0; k < KINDS; k++) {
        struct bench bench = open_bench(k);
        size_t n = bench.net.n_params;
        real *cut = calloc(n, sizeof *cut), *wanted = calloc(n, sizeof *wanted);
        silence_some(&bench);
        memcpy(cut, bench.theta, n * sizeof *cut);
        cut_some(&bench, cut);
        pass(&bench, cut);
        network_backward(&bench.net, cut, ROWS, &bench.ws, wanted);
        cut_some(&bench, wanted); /* what they would give is multiplied by weights that stay */
        bench.ws.silenced = bench.silenced;
        pass(&bench, bench.theta);
        network_backward(&bench.net, bench.theta, ROWS, &bench.ws, bench.grad);
        int n_zero = 0;
        for (size_t i = 0; i < n; i++) {
            cr_assert_float_eq((double)bench.grad[i], (double)wanted[i], tolerance, "kind %d, %zu",
                               k, i);
            n_zero += bench.grad[i] == 0;
        }
        cr_expect_gt(n_zero, 0);
        free(cut);
        free(wanted);
        close_bench(&bench);
    }
}

Test(units, silenced_they_are_so_in_what_is_written)
{
    struct bench bench = open_bench(2);
    real text[CONTEXT];
    silence_some(&bench);
    bench.ws.silenced = bench.silenced;
    network_writer_silence(&bench.net, bench.writer, bench.silenced);
    memcpy(text, bench.x, sizeof text);
    for (int n = 1; n <= CONTEXT; n++) {
        const real *z =
            n == 1 ? network_write_begin(&bench.net, bench.theta, text, 1, bench.writer)
                   : network_write(&bench.net, bench.theta, (int)text[n - 1], bench.writer);
        network_forward(&bench.net, bench.theta, text, 1, &bench.ws);
        cr_assert_arr_eq(z, bench.ws.logits + (size_t)(n - 1) * SYMBOLS, SYMBOLS * sizeof *z);
    }
    close_bench(&bench);
}

/* ---- influence, against central differences by a factor before what a unit gives ---- */

/* -ln p of every output at every position of every row: (rows T, outputs). */
static void surprise(struct bench *bench, const real *theta, double *out)
{
    struct asked asked = ask(bench);
    network_forward(&bench->net, theta, bench->x, ROWS, &bench->ws);
    loss_softmax(bench->ws.dlogits, bench->ws.logits, asked.ranges, asked.n, SYMBOLS);
    for (int i = 0; i < asked.n * SYMBOLS; i++) {
        out[i] = -log((double)bench->ws.dlogits[i]);
    }
}

static void scale_outgoing(const struct bench *bench, int layer, int unit, double by, real *theta)
{
    struct outgoing out = outgoing_of(bench, layer, unit);
    for (int i = 0; i < out.n; i++) {
        theta[out.at + (size_t)i] = (real)((double)bench->theta[out.at + (size_t)i] * by);
    }
}

/* 1/2 mean over rows, from the slopes (rows T, outputs) of all surprises: of every output, weighted
 * by its probability, or of what is right. */
static double influence_of(const struct bench *bench, const double *slope, const double *surprises)
{
    struct asked asked = ask(bench);
    double sum = 0;
    int positions = bench->net.n_positions;
    for (int row = 0; row < ROWS; row++) {
        double of_labels = 0;
        for (int i = row * positions; i < (row + 1) * positions; i++) {
            of_labels += slope[i * SYMBOLS + asked.labels[i]];
            for (int c = 0; influence_is_of_all_outputs(&bench->net) && c < SYMBOLS; c++) {
                int at = i * SYMBOLS + c;
                sum += exp(-surprises[at]) * slope[at] * slope[at] / 2 / ROWS;
            }
        }
        sum += influence_is_of_all_outputs(&bench->net) ? 0 : of_labels * of_labels / 2 / ROWS;
    }
    return sum;
}

Test(units, influence_is_what_central_differences_say)
{
    enum { CELLS = ROWS * CONTEXT * SYMBOLS };
    for (int k = 0; k < KINDS; k++) {
        struct bench bench = open_bench(k);
        struct asked asked = ask(&bench);
        const struct network *net = &bench.net;
        double *ours = calloc((size_t)net->n_units, sizeof *ours), largest = 0;
        double at[CELLS], up[CELLS], down[CELLS];
        cr_expect_eq(influence_is_of_all_outputs(net), k == 0);
        const struct influence_rows rows = {bench.x, asked.labels, asked.ranges, ROWS};
        influence_add(net, bench.theta, &rows, &bench.ws, ours);
        for (int u = 0; u < net->n_units; u++) {
            largest = fmax(largest, ours[u] / ROWS);
        }
        real *theta = bench.grad; /* is not used otherwise */
        memcpy(theta, bench.theta, net->n_params * sizeof *theta);
        surprise(&bench, theta, at);
        for (int l = 0; l < net->n_unit_layers; l++) {
            for (int u = 0; u < net->unit_layers[l].n; u++) {
                scale_outgoing(&bench, l, u, 1 + difference, theta);
                surprise(&bench, theta, up);
                scale_outgoing(&bench, l, u, 1 - difference, theta);
                surprise(&bench, theta, down);
                scale_outgoing(&bench, l, u, 1, theta);
                for (int i = 0; i < asked.n * SYMBOLS; i++) {
                    up[i] = (up[i] - down[i]) / (2 * difference);
                }
                double wanted = influence_of(&bench, up, at);
                cr_assert_float_eq(ours[net->unit_layers[l].first + u] / ROWS, wanted,
                                   of_differences * (wanted + 0.01 * largest),
                                   "kind %d, layer %d, unit %d: %g for %g", k, l, u,
                                   ours[net->unit_layers[l].first + u] / ROWS, wanted);
            }
        }
        cr_expect_gt(largest, 1e-4);
        free(ours);
        close_bench(&bench);
    }
}
