/* SPDX-License-Identifier: MIT */
#include "strategies/fisher.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "net/kernels.h"

enum { ROWS = 128 }; /* of a pass */

/* An estimate on the way. */
struct estimate {
    const struct learning *learning;
    real *sums;     /* (P) */
    real *gradient; /* (P) of one example, where the network cannot sum squares */
    enum ewc_fisher over;
    struct range range; /* the outputs that are summed over */
    struct rng rng;
    int targets[FISHER_TARGETS_MAX]; /* of a pass: what each position of each row should say ... */
    struct range ranges[FISHER_TARGETS_MAX]; /* ... and what competes there */
};

/* ---- one pass ---- */

/* Adds the squares of the gradients of `n` rows, which are in dlogits. */
static void add_squares(struct estimate *estimate, int n)
{
    const struct learning *learning = estimate->learning;
    const struct network *net = learning->net;
    if (network_has_squares(net)) {
        network_squares_add(net, learning->theta, n, learning->spare, estimate->sums);
    } else {
        network_backward(net, learning->theta, n, learning->spare, estimate->gradient);
        kernel_add_squares(estimate->sums, estimate->gradient, net->n_params);
    }
}

/* Of ln p_n(c), weighed by p_n(c), for the output `c`; p is in the logits. */
static void add_output(struct estimate *estimate, int n, int c)
{
    const struct workspace *ws = estimate->learning->spare;
    int width = estimate->learning->net->n_outputs;
    for (int i = 0; i < n; i++) {
        const real *from = ws->logits + (size_t)i * width;
        real *to = ws->dlogits + (size_t)i * width, weight = (real)sqrt((double)from[c]);
        for (int j = 0; j < width; j++) {
            to[j] = weight * (from[j] - (j == c));
        }
    }
    add_squares(estimate, n);
}

/* Of ln p_n(target), at all positions of a row together. */
static void add_targets(struct estimate *estimate, int n)
{
    const struct workspace *ws = estimate->learning->spare;
    const struct network *net = estimate->learning->net;
    size_t width = (size_t)net->n_outputs, positions = (size_t)n * net->n_positions;
    memcpy(ws->dlogits, ws->logits, positions * width * sizeof *ws->dlogits);
    for (size_t i = 0; i < positions; i++) {
        ws->dlogits[i * width + estimate->targets[i]] -= 1;
    }
    add_squares(estimate, n);
}

/* Targets as the network itself would say them: the first output at which the sum of p exceeds a
 * draw. */
static void draw_targets(struct estimate *estimate, int n)
{
    const struct network *net = estimate->learning->net;
    for (int i = 0; i < n * net->n_positions; i++) {
        const real *p = estimate->learning->spare->logits + (size_t)i * net->n_outputs;
        struct range range = estimate->ranges[i];
        double u = rng_unit(&estimate->rng), sum = 0;
        int c = range.first - 1;
        do {
            sum += (double)p[++c];
        } while (sum <= u && c < range.first + range.count - 1);
        estimate->targets[i] = c;
    }
}

/* Which example: of the present task, in the order drawn; in a stream the last that came. */
static struct example_id example_at(const struct learning *learning, const int *order, int i)
{
    return learning->n_recent > 0 ? learning->recent[i]
                                  : (struct example_id){learning->task, order[i]};
}

/* Puts n of them, from `first` on, into spare_x; their targets. */
static void gather(struct estimate *estimate, const int *order, int first, int n)
{
    const struct learning *learning = estimate->learning;
    int labels[ROWS], shifts[ROWS];
    struct range ranges[ROWS];
    for (int i = 0; i < n; i++) {
        struct example_id id = example_at(learning, order, first + i);
        const struct task *task = suite_task(learning->suite, id.task);
        labels[i] = suite_example(learning->suite, id.task, SPLIT_TRAIN, id.index,
                                  learning->spare_x + (size_t)i * learning->net->n_inputs);
        ranges[i] = (struct range){task->first_output, task->n_outputs};
        shifts[i] = suite_shift(learning->suite, id.task);
    }
    loss_targets(estimate->targets, estimate->ranges, learning->spare_x, labels, shifts, ranges, n,
                 learning->net->n_positions);
}

static void add_pass(struct estimate *estimate, int n)
{
    const struct learning *learning = estimate->learning;
    const struct network *net = learning->net;
    struct workspace *ws = learning->spare;
    network_forward(net, learning->theta, learning->spare_x, n, ws);
    loss_softmax(ws->logits, ws->logits, estimate->ranges, n * net->n_positions, net->n_outputs);
    if (network_has_squares(net)) {
        network_squares_begin(net, n, ws);
    }
    if (estimate->over == EWC_FISHER_EXACT) {
        for (int c = estimate->range.first; c < estimate->range.first + estimate->range.count;
             c++) {
            add_output(estimate, n, c);
        }
    } else {
        if (estimate->over == EWC_FISHER_SAMPLED) {
            draw_targets(estimate, n);
        }
        add_targets(estimate, n);
    }
    if (network_has_squares(net)) {
        network_squares_end(net, n, ws, estimate->sums);
    }
}

/* ---- all of it ---- */

void fisher_estimate(real *fisher, real *gradient, const struct learning *learning, int *order)
{
    const struct network *net = learning->net;
    const struct task *task = suite_task(learning->suite, learning->task);
    int wanted = (int)learning->params->value[PARAM_EWC_SAMPLES], most = learning->n_recent;
    int rows = network_has_squares(net) ? ROWS : 1;
    struct estimate estimate = {.learning = learning,
                                .sums = fisher,
                                .gradient = gradient,
                                .over = (enum ewc_fisher)learning->params->value[PARAM_EWC_FISHER],
                                .range = {task->first_output, task->n_outputs},
                                .rng =
                                    rng_stream(learning->seed, rng_stream_fisher(learning->stage))};
    assert(rows * net->n_positions <= FISHER_TARGETS_MAX && (rows > 1 || gradient));
    if (net->n_positions > 1 && estimate.over == EWC_FISHER_EXACT) {
        estimate.over = EWC_FISHER_SAMPLED;
    }
    if (most > 0) { /* outputs that do not compete have p = 0: no gradient */
        estimate.range = (struct range){0, net->n_outputs};
    } else {
        rng_shuffle(&estimate.rng, order, task->n_train);
        most = task->n_train;
    }
    int total = wanted < most ? wanted : most;
    memset(fisher, 0, net->n_params * sizeof *fisher);
    for (int first = 0; first < total; first += rows) {
        int n = total - first < rows ? total - first : rows;
        gather(&estimate, order, first, n);
        add_pass(&estimate, n);
    }
    kernel_scale(fisher, 1 / (real)(total * net->n_positions), net->n_params);
}
