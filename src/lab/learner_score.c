/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "lab/learner_inside.h"

struct targets learner_targets(struct learner *learner, const real *x, const int *labels,
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

/* On the way through a side of a task's examples. */
struct walk {
    enum split split;
    int n, stride, at;
};

static struct walk walk_over(const struct learner *learner, int task, enum split split, int stride)
{
    const struct task *of = suite_task(learner->suite, task);
    int n = split == SPLIT_TEST ? of->n_test : of->n_validation;
    return (struct walk){.split = split, .n = n, .stride = stride};
}

/* Runs the next rows of it, where the outputs `among` compete; how many, and what they are to
 * say. */
static int run_rows(struct learner *learner, const real *theta, struct range among, int task,
                    struct walk *walk, struct targets *targets)
{
    int n = 0;
    real *x = learner->learning.spare_x;
    for (; n < learner->pass_ws.rows && walk->at < walk->n; n++, walk->at += walk->stride) {
        learner->pass_labels[n] = suite_example(learner->suite, task, walk->split, walk->at,
                                                x + (size_t)n * learner->net.n_inputs);
        learner->pass_ranges[n] = among;
    }
    *targets =
        learner_targets(learner, x, learner->pass_labels, learner->pass_ranges, NULL, task, n);
    network_forward(&learner->net, theta, x, n, &learner->pass_ws);
    return n;
}

/* Positions of a row that are answered without a quarter of the context before them: they do not
 * count. */
static int n_skipped(const struct network *net)
{
    return net->n_positions / 4;
}

/* `n` targets from number `at` on. */
static struct targets some_targets(const struct targets *of, size_t at, int n)
{
    return (struct targets){of->labels + at, of->ranges + at, n};
}

/* How well n rows are answered, summed over the answers that count. */
static double add_scores(const struct learner *learner, const struct targets *targets, int n)
{
    const struct network *net = &learner->net;
    int skipped = n_skipped(net);
    double sum = 0;
    if (skipped == 0) {
        return network_score(net, &learner->pass_ws, 0, targets);
    }
    for (int i = 0; i < n; i++) {
        size_t at = (size_t)i * net->n_positions + skipped;
        struct targets some = some_targets(targets, at, net->n_positions - skipped);
        sum += network_score(net, &learner->pass_ws, at, &some);
    }
    return sum;
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

static struct score score(struct learner *learner, const real *theta, int task, struct walk walk,
                          const struct range *among, double *logits)
{
    const struct network *net = &learner->net;
    const struct range range = among ? *among : learner_range(learner, task);
    struct workspace *ws = &learner->pass_ws;
    int n_seen = 0;
    int n_counted = net->n_positions - n_skipped(net);
    double nats = 0, sum = 0;
    for (int k = 0; logits && k < net->n_outputs; k++) {
        logits[k] = 0;
    }
    while (walk.at < walk.n) {
        struct targets targets;
        int n = run_rows(learner, theta, range, task, &walk, &targets);
        sum += add_scores(learner, &targets, n);
        if (logits) {
            add_logits(learner, n, logits);
        }
        if (net->n_symbols > 0) {
            nats += n * network_loss(net, ws, &targets);
        }
        n_seen += n;
    }
    for (int k = 0; logits && k < net->n_outputs; k++) {
        logits[k] /= (double)n_seen * n_counted;
    }
    bool has_bits = n_seen && net->n_symbols > 0;
    return (struct score){.accuracy = n_seen ? sum / ((double)n_seen * n_counted) : (double)NAN,
                          .bits = has_bits ? nats / n_seen / log(2) : (double)NAN,
                          .validation = (double)NAN};
}

struct score learner_score_with(struct learner *learner, const real *theta, int task, int stride,
                                const struct range *among, double *logits)
{
    struct walk walk = walk_over(learner, task, SPLIT_TEST, stride);
    return score(learner, theta, task, walk, among, logits);
}

double learner_validate(struct learner *learner, int task, int stride)
{
    struct walk walk = walk_over(learner, task, SPLIT_VALIDATION, stride);
    return score(learner, learner_answer(learner, task), task, walk, NULL, NULL).accuracy;
}

void learner_count_classes(struct learner *learner, const real *theta, int task, int stride, int *n,
                           int *right)
{
    const struct network *net = &learner->net;
    int shift = suite_shift(learner->suite, task);
    struct walk walk = walk_over(learner, task, SPLIT_TEST, stride);
    size_t width = (size_t)net->n_outputs;
    while (walk.at < walk.n) {
        struct targets targets;
        run_rows(learner, theta, learner_range(learner, task), task, &walk, &targets);
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
