/* SPDX-License-Identifier: MIT */
#include "strategies/fisher.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "net/kernels.h"

enum { ROWS = 128 }; /* of a pass, at most */

static int rows_of(const struct network *net)
{
    return network_has_squares(net) ? ROWS : 1;
}

/* ---- one pass ---- */

/* Adds the squares of the gradients of `n` rows, which are in dlogits. */
static void add_squares(struct fisher *fisher, const struct learning *learning, int n)
{
    const struct network *net = learning->net;
    if (network_has_squares(net)) {
        network_squares_add(net, learning->theta, n, learning->spare, fisher->sums);
    } else {
        network_backward(net, learning->theta, n, learning->spare, fisher->gradient);
        kernel_add_squares(fisher->sums, fisher->gradient, net->n_params);
    }
}

/* Of the answer `output`, or (-1) of what the targets say, at all positions of a row together. */
static void add_slope(struct fisher *fisher, const struct learning *learning, int n, int output)
{
    const struct workspace *ws = learning->spare;
    const struct network *net = learning->net;
    const struct targets of = {fisher->targets, fisher->ranges, n * net->n_positions};
    net->kind->loss->slope(ws->dlogits, ws->logits, ws->x, &of, output, net->n_outputs);
    add_squares(fisher, learning, n);
}

/* Targets as the network itself would say them: the first output at which the sum of p exceeds a
 * draw. */
static void draw_targets(struct fisher *fisher, const struct learning *learning, int n)
{
    const struct network *net = learning->net;
    for (int i = 0; i < n * net->n_positions; i++) {
        const real *p = learning->spare->logits + (size_t)i * net->n_outputs;
        struct range range = fisher->ranges[i];
        double u = rng_unit(&fisher->rng), sum = 0;
        int c = range.first - 1;
        do {
            sum += (double)p[++c];
        } while (sum <= u && c < range.first + range.count - 1);
        fisher->targets[i] = c;
    }
}

/* Which example: of the present task, in the order drawn; in a stream the last that came. */
static struct example_id example_at(const struct learning *learning, const int *order, int i)
{
    return learning->n_recent > 0 ? learning->recent[i]
                                  : (struct example_id){learning->task, order[i]};
}

/* Puts n of them, from `first` on, into spare_x; their targets. */
static void gather(struct fisher *fisher, const struct learning *learning, int n)
{
    int labels[ROWS], shifts[ROWS];
    struct range ranges[ROWS];
    for (int i = 0; i < n; i++) {
        struct example_id id = example_at(learning, fisher->order, fisher->done + i);
        labels[i] = suite_example(learning->suite, id.task, SPLIT_TRAIN, id.index,
                                  learning->spare_x + (size_t)i * learning->net->n_inputs);
        ranges[i] = range_of_task(learning->suite, id.task, learning->n_met);
        shifts[i] = suite_shift(learning->suite, id.task);
    }
    loss_targets(fisher->targets, fisher->ranges, learning->spare_x, labels, shifts, ranges, n,
                 learning->net->n_positions);
}

static void add_pass(struct fisher *fisher, const struct learning *learning, int n)
{
    const struct network *net = learning->net;
    struct workspace *ws = learning->spare;
    network_forward(net, learning->theta, learning->spare_x, n, ws);
    const struct targets of = {fisher->targets, fisher->ranges, n * net->n_positions};
    net->kind->loss->soften(ws->logits, &of, net->n_outputs);
    if (network_has_squares(net)) {
        network_squares_begin(net, n, ws);
    }
    if (fisher->over == EWC_FISHER_EXACT) {
        for (int c = fisher->range.first; c < fisher->range.first + fisher->range.count; c++) {
            add_slope(fisher, learning, n, c);
        }
    } else {
        if (fisher->over == EWC_FISHER_SAMPLED) {
            draw_targets(fisher, learning, n);
        }
        add_slope(fisher, learning, n, -1);
    }
    if (network_has_squares(net)) {
        network_squares_end(net, n, ws, fisher->sums);
    }
}

/* ---- all of it ---- */

void fisher_begin(struct fisher *fisher, const struct learning *learning, real *sums,
                  real *gradient, int *order)
{
    const struct network *net = learning->net;
    const struct task *task = suite_task(learning->suite, learning->task);
    int wanted = (int)learning->params->value[PARAM_EWC_SAMPLES], most = learning->n_recent;
    fisher->sums = sums;
    fisher->gradient = gradient;
    fisher->order = order;
    fisher->over = (enum ewc_fisher)learning->params->value[PARAM_EWC_FISHER];
    fisher->range = range_of_task(learning->suite, learning->task, learning->n_met);
    fisher->rng = rng_stream(learning->seed, rng_stream_fisher(learning->stage));
    assert(rows_of(net) * net->n_positions <= FISHER_TARGETS_MAX && (rows_of(net) > 1 || gradient));
    if (net->n_positions > 1 && fisher->over == EWC_FISHER_EXACT) {
        fisher->over = EWC_FISHER_SAMPLED;
    }
    if (fisher->over == EWC_FISHER_SAMPLED && !network_classifies(net)) {
        fisher->over = EWC_FISHER_EXACT;
    }
    if (most > 0) { /* outputs that do not compete have p = 0: no gradient */
        fisher->range = (struct range){0, net->n_outputs};
    } else {
        rng_shuffle(&fisher->rng, order, task->n_train);
        most = task->n_train;
    }
    fisher->done = 0;
    fisher->total = wanted < most ? wanted : most;
    memset(sums, 0, net->n_params * sizeof *sums);
}

bool fisher_go_on(struct fisher *fisher, const struct learning *learning)
{
    const struct network *net = learning->net;
    int left = fisher->total - fisher->done, n = left < rows_of(net) ? left : rows_of(net);
    if (left == 0) {
        return false;
    }
    gather(fisher, learning, n);
    add_pass(fisher, learning, n);
    fisher->done += n;
    if (fisher->done == fisher->total) {
        kernel_scale(fisher->sums, 1 / (real)(fisher->total * net->n_positions), net->n_params);
    }
    return fisher->done < fisher->total;
}
