/* SPDX-License-Identifier: MIT */
#include "lab/evaluator.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/probing.h"
#include "net/loss.h"

struct evaluator {
    const struct network *net;
    const struct suite *suite;
    struct probing *room; /* owned */
    real *grad;           /* (P) owned: of a pass */
};

struct evaluator *evaluator_create(const struct network *net, const struct suite *suite,
                                   struct err *err)
{
    struct evaluator *evaluator = calloc(1, sizeof *evaluator);
    bool ok = evaluator && (evaluator->room = probing_create(net, suite, err)) &&
              (evaluator->grad = malloc(net->n_params * sizeof *evaluator->grad));
    if (!ok) {
        evaluator_destroy(evaluator);
        err_set(err, ERR_FAILED, "memory: no room to ask the network");
        return NULL;
    }
    evaluator->net = net;
    evaluator->suite = suite;
    return evaluator;
}

void evaluator_destroy(struct evaluator *evaluator)
{
    if (evaluator) {
        probing_destroy(evaluator->room);
        free(evaluator->grad);
        free(evaluator);
    }
}

void evaluator_silence(struct evaluator *evaluator, const uint8_t *silenced)
{
    probing_silence(evaluator->room, silenced);
}

/* ---- which answers ---- */

/* Positions of a row that do not count. */
static int n_skipped(const struct network *net)
{
    return net->n_positions / 4;
}

static int n_counted(const struct network *net)
{
    return net->n_positions - n_skipped(net);
}

int evaluator_n_answers(const struct evaluator *evaluator, int task, int stride)
{
    int n = suite_task(evaluator->suite, task)->n_test;
    return (n + stride - 1) / stride * n_counted(evaluator->net);
}

int evaluator_row(const struct evaluator *evaluator, int stride, int i, int *position)
{
    const struct network *net = evaluator->net;
    int skipped = net->n_inputs - n_counted(net); /* inputs behind which nothing is asked */
    *position = skipped + i % n_counted(net);
    return i / n_counted(net) * stride;
}

/* Every `stride`-th one of the test set. */
static struct probing_examples examples_of(int task, int stride)
{
    return (struct probing_examples){task, SPLIT_TEST, stride, INT_MAX};
}

static int best_of(const real *z, struct range range)
{
    int best = range.first;
    for (int j = range.first + 1; j < range.first + range.count; j++) {
        best = z[j] > z[best] ? j : best;
    }
    return best;
}

/* What is found at the positions of the rows of a pass, added up. */
static void add_answers(const struct network *net, const struct probing_pass *pass,
                        struct evaluated *sums, uint16_t *given)
{
    struct workspace *ws = pass->ws;
    int n = pass->n;
    size_t width = (size_t)net->n_outputs, positions = (size_t)net->n_positions;
    loss_softmax(ws->dlogits, ws->logits, pass->ranges, n * net->n_positions, net->n_outputs);
    for (int i = 0; i < n * n_counted(net); i++) {
        size_t row = (size_t)(i / n_counted(net));
        size_t at = row * positions + (size_t)(n_skipped(net) + i % n_counted(net));
        const real *z = ws->logits + at * width;
        int target = pass->targets[at], best = best_of(z, pass->ranges[at]);
        sums->probability += (double)ws->dlogits[at * width + (size_t)target];
        sums->accuracy += best == target;
        if (given) {
            given[i] = (uint16_t)best;
        }
    }
}

struct evaluated evaluator_ask(struct evaluator *evaluator, const real *theta, int task, int stride,
                               uint16_t *given)
{
    struct evaluated sums = {0};
    const struct probing_examples examples = examples_of(task, stride);
    struct probing_pass pass = {0};
    int n_answers = 0;
    while (probing_pass_next(evaluator->room, theta, &examples, &pass)) {
        add_answers(evaluator->net, &pass, &sums, given ? given + n_answers : NULL);
        n_answers += pass.n * n_counted(evaluator->net);
    }
    return (struct evaluated){.accuracy = sums.accuracy / n_answers,
                              .probability = sums.probability / n_answers};
}

/* ---- slopes ---- */

/* The gradient of the mean of p_y over n_answers with respect to the logits, p_y (e_y - p) / n, in
 * place of p. */
static void differentiate(const struct network *net, const struct probing_pass *pass, int n_answers)
{
    struct workspace *ws = pass->ws;
    int width = net->n_outputs, skipped = n_skipped(net), n = pass->n * net->n_positions;
    loss_softmax(ws->dlogits, ws->logits, pass->ranges, n, width);
    for (int i = 0; i < n; i++) {
        real *row = ws->dlogits + (size_t)i * (size_t)width;
        bool counts = i % net->n_positions >= skipped;
        real right = row[pass->targets[i]], scale = counts ? right / (real)n_answers : 0;
        for (int j = 0; j < width; j++) {
            row[j] = scale * ((real)(j == pass->targets[i]) - row[j]);
        }
    }
}

static double product(const real *a, const real *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)a[i] * (double)b[i];
    }
    return sum;
}

void evaluator_slope(struct evaluator *evaluator, const real *theta, const real *along, int task,
                     int stride, double *sums)
{
    const struct network *net = evaluator->net;
    int n_answers = evaluator_n_answers(evaluator, task, stride);
    const struct probing_examples examples = examples_of(task, stride);
    struct probing_pass pass = {0};
    memset(sums, 0, (size_t)net->n_modules * sizeof *sums);
    while (probing_pass_next(evaluator->room, theta, &examples, &pass)) {
        differentiate(net, &pass, n_answers);
        network_backward(net, theta, pass.n, pass.ws, evaluator->grad);
        for (int m = 0; m < net->n_modules; m++) {
            const struct module *module = &net->modules[m];
            sums[m] += product(evaluator->grad + module->at, along + module->at, module->n);
        }
    }
}
