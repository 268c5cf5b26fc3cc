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
    network_backward_squares(net, learning->theta, n, learning->spare, sums);
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
    network_backward_squares(net, learning->theta, n, learning->spare, sums);
}

enum { FISHER_ROWS = 128 };

void fisher_estimate(real *fisher, const struct learning *learning, int *order)
{
    const struct network *net = learning->net;
    const struct task *task = suite_task(learning->suite, learning->task);
    struct range range = {task->first_output, task->n_outputs}, ranges[FISHER_ROWS];
    int labels[FISHER_ROWS], width = net->width[net->n_layers];
    struct rng rng = rng_stream(learning->seed, rng_stream_fisher(learning->stage));
    rng_shuffle(&rng, order, task->n_train);
    int wanted = (int)learning->params->value[PARAM_EWC_SAMPLES];
    int total = wanted < task->n_train ? wanted : task->n_train;

    memset(fisher, 0, net->n_params * sizeof *fisher);
    for (int first = 0; first < total; first += FISHER_ROWS) {
        int n = total - first < FISHER_ROWS ? total - first : FISHER_ROWS;
        for (int i = 0; i < n; i++) {
            labels[i] =
                suite_example(learning->suite, learning->task, SPLIT_TRAIN, order[first + i],
                              learning->spare_x + (size_t)i * net->n_inputs);
            ranges[i] = range;
        }
        network_forward(net, learning->theta, learning->spare_x, n, learning->spare);
        real *p = learning->spare->a[net->n_layers];
        loss_softmax(p, p, ranges, n, width);
        if (learning->params->value[PARAM_EWC_FISHER] == EWC_FISHER_EMPIRICAL) {
            add_labels(fisher, learning, p, labels, n);
            continue;
        }
        for (int c = range.first; c < range.first + range.count; c++) {
            add_output(fisher, learning, p, n, c);
        }
    }
    kernel_scale(fisher, 1 / (real)total, net->n_params);
}
