/* SPDX-License-Identifier: MIT */
#include "strategies/fisher.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "net/kernels.h"

/* Adds the squared gradients of ln p_n(c), weighed by p_n(c), for the output `c`. */
static void add_output(real *sums, const struct learning *learning, const real *p, int n, int c)
{
    const struct network *net = learning->net;
    int width = net->width[net->n_layers];
    real *dz = learning->spare->dz[net->n_layers];
    for (int i = 0; i < n; i++) {
        const real *from = p + (size_t)i * width;
        real *to = dz + (size_t)i * width, weight = (real)sqrt((double)from[c]);
        for (int j = 0; j < width; j++) {
            to[j] = weight * (from[j] - (j == c));
        }
    }
    network_squares_add(net, learning->theta, n, learning->spare, sums);
}

/* Adds the squared gradients of ln p_n(y_n). */
static void add_labels(real *sums, const struct learning *learning, const real *p,
                       const int *labels, int n)
{
    const struct network *net = learning->net;
    int width = net->width[net->n_layers];
    real *dz = learning->spare->dz[net->n_layers];
    memcpy(dz, p, (size_t)n * width * sizeof *dz);
    for (int i = 0; i < n; i++) {
        dz[(size_t)i * width + labels[i]] -= 1;
    }
    network_squares_add(net, learning->theta, n, learning->spare, sums);
}

enum { FISHER_ROWS = 128 };

/* Which examples: of the present task, in the order drawn; in a stream the last that came. */
static struct example_id example_at(const struct learning *learning, const int *order, int i)
{
    return learning->n_recent > 0 ? learning->recent[i]
                                  : (struct example_id){learning->task, order[i]};
}

/* Puts n of them, from `first` on, into spare_x; their ranges and labels. */
static void gather(const struct learning *learning, const int *order, int first, int n,
                   struct range *ranges, int *labels)
{
    for (int i = 0; i < n; i++) {
        struct example_id id = example_at(learning, order, first + i);
        const struct task *task = suite_task(learning->suite, id.task);
        labels[i] = suite_example(learning->suite, id.task, SPLIT_TRAIN, id.index,
                                  learning->spare_x + (size_t)i * learning->net->n_inputs);
        ranges[i] = (struct range){task->first_output, task->n_outputs};
    }
}

void fisher_estimate(real *fisher, const struct learning *learning, int *order)
{
    const struct network *net = learning->net;
    const struct task *task = suite_task(learning->suite, learning->task);
    struct range range = {task->first_output, task->n_outputs}, ranges[FISHER_ROWS];
    int labels[FISHER_ROWS], width = net->width[net->n_layers];
    int wanted = (int)learning->params->value[PARAM_EWC_SAMPLES], most = learning->n_recent;
    if (most > 0) {
        range = (struct range){0, width}; /* outputs that do not compete have p = 0: no gradient */
    } else {
        struct rng rng = rng_stream(learning->seed, rng_stream_fisher(learning->stage));
        rng_shuffle(&rng, order, task->n_train);
        most = task->n_train;
    }
    int total = wanted < most ? wanted : most;

    memset(fisher, 0, net->n_params * sizeof *fisher);
    for (int first = 0; first < total; first += FISHER_ROWS) {
        int n = total - first < FISHER_ROWS ? total - first : FISHER_ROWS;
        gather(learning, order, first, n, ranges, labels);
        network_forward(net, learning->theta, learning->spare_x, n, learning->spare);
        real *p = learning->spare->a[net->n_layers];
        loss_softmax(p, p, ranges, n, width);
        network_squares_begin(net, n, learning->spare);
        if (learning->params->value[PARAM_EWC_FISHER] == EWC_FISHER_EMPIRICAL) {
            add_labels(fisher, learning, p, labels, n);
        } else {
            for (int c = range.first; c < range.first + range.count; c++) {
                add_output(fisher, learning, p, n, c);
            }
        }
        network_squares_end(net, n, learning->spare, fisher);
    }
    kernel_scale(fisher, 1 / (real)total, net->n_params);
}
