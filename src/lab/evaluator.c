/* SPDX-License-Identifier: MIT */
#include "lab/evaluator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/putback.h"
#include "net/loss.h"

enum { ROWS_MOST = 128, POSITIONS_MOST = 1024 /* of a pass, about */ };

struct evaluator {
    const struct network *net;
    const struct suite *suite;
    struct workspace ws;
    real *x;              /* (rows, d) */
    int *labels, *shifts; /* (rows) */
    struct range *ranges; /* (rows) */
    int *targets;         /* (rows T) what each position is to say ... */
    struct range *of;     /* (rows T) ... and what competes there */
    real *grad;           /* (P) */
    struct arena arena;
};

static int rows_of(const struct network *net)
{
    int rows = POSITIONS_MOST / net->n_positions;
    return rows > ROWS_MOST ? ROWS_MOST : rows > 1 ? rows : 1;
}

static bool count(size_t *size, const struct network *net)
{
    size_t rows = (size_t)rows_of(net), n = rows * (size_t)net->n_positions;
    return workspace_size_add(size, net, (int)rows) &&
           arena_size_add(size, rows * (size_t)net->n_inputs, sizeof(real)) &&
           arena_size_add(size, rows, sizeof(int)) && arena_size_add(size, rows, sizeof(int)) &&
           arena_size_add(size, rows, sizeof(struct range)) &&
           arena_size_add(size, n, sizeof(int)) && arena_size_add(size, n, sizeof(struct range)) &&
           arena_size_add(size, net->n_params, sizeof(real));
}

struct evaluator *evaluator_create(const struct network *net, const struct suite *suite,
                                   struct err *err)
{
    struct evaluator *evaluator = calloc(1, sizeof *evaluator);
    size_t size = 0, rows = (size_t)rows_of(net), n = rows * (size_t)net->n_positions;
    if (!evaluator || !count(&size, net) || !arena_init(&evaluator->arena, size, err)) {
        free(evaluator);
        err_set(err, ERR_FAILED, "memory: no room to ask the network");
        return NULL;
    }
    struct arena *arena = &evaluator->arena;
    evaluator->net = net;
    evaluator->suite = suite;
    workspace_init(&evaluator->ws, net, (int)rows, arena);
    evaluator->x = arena_alloc(arena, rows * (size_t)net->n_inputs, sizeof(real));
    evaluator->labels = arena_alloc(arena, rows, sizeof(int));
    evaluator->shifts = arena_alloc(arena, rows, sizeof(int));
    evaluator->ranges = arena_alloc(arena, rows, sizeof(struct range));
    evaluator->targets = arena_alloc(arena, n, sizeof(int));
    evaluator->of = arena_alloc(arena, n, sizeof(struct range));
    evaluator->grad = arena_alloc(arena, net->n_params, sizeof(real));
    return evaluator;
}

void evaluator_destroy(struct evaluator *evaluator)
{
    if (evaluator) {
        arena_fini(&evaluator->arena);
        free(evaluator);
    }
}

void evaluator_silence(struct evaluator *evaluator, const uint8_t *silenced)
{
    evaluator->ws.silenced = silenced;
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

/* A pass over the next rows of the test set, from *at on: how many. */
static int pass(struct evaluator *evaluator, const real *theta, int task, int stride, int *at)
{
    const struct network *net = evaluator->net;
    const struct task *of = suite_task(evaluator->suite, task);
    int n = 0;
    for (; n < evaluator->ws.rows && *at < of->n_test; n++, *at += stride) {
        real *x = evaluator->x + (size_t)n * (size_t)net->n_inputs;
        evaluator->labels[n] = suite_example(evaluator->suite, task, SPLIT_TEST, *at, x);
        evaluator->shifts[n] = suite_shift(evaluator->suite, task);
        evaluator->ranges[n] = (struct range){of->first_output, of->n_outputs};
    }
    loss_targets(evaluator->targets, evaluator->of, evaluator->x, evaluator->labels,
                 evaluator->shifts, evaluator->ranges, n, net->n_positions);
    network_forward(net, theta, evaluator->x, n, &evaluator->ws);
    return n;
}

static int best_of(const real *z, struct range range)
{
    int best = range.first;
    for (int j = range.first + 1; j < range.first + range.count; j++) {
        best = z[j] > z[best] ? j : best;
    }
    return best;
}

/* The outputs that are a task's own; none where no others compete with them. */
static struct range own_of(const struct suite *suite, int task)
{
    struct range own;
    suite_own_outputs(suite, task, &own.first, &own.count);
    own.count = putback_has_outputs(suite, task) ? own.count : 0;
    return own;
}

/* What is found at the positions of n rows that have passed, added up. */
static void add_answers(struct evaluator *evaluator, int n, struct range own,
                        struct evaluated *sums, uint16_t *given)
{
    const struct network *net = evaluator->net;
    struct workspace *ws = &evaluator->ws;
    size_t width = (size_t)net->n_outputs, positions = (size_t)net->n_positions;
    loss_softmax(ws->dlogits, ws->logits, evaluator->of, n * net->n_positions, net->n_outputs);
    for (int i = 0; i < n * n_counted(net); i++) {
        size_t row = (size_t)(i / n_counted(net));
        size_t at = row * positions + (size_t)(n_skipped(net) + i % n_counted(net));
        const real *z = ws->logits + at * width;
        int target = evaluator->targets[at], best = best_of(z, evaluator->of[at]);
        sums->probability += (double)ws->dlogits[at * width + (size_t)target];
        sums->accuracy += best == target;
        sums->own += own.count > 0 && best_of(z, own) == target;
        if (given) {
            given[i] = (uint16_t)best;
        }
    }
}

struct evaluated evaluator_ask(struct evaluator *evaluator, const real *theta, int task, int stride,
                               uint16_t *given)
{
    struct evaluated sums = {0};
    struct range own = own_of(evaluator->suite, task);
    int n_test = suite_task(evaluator->suite, task)->n_test, n_answers = 0;
    for (int at = 0; at < n_test;) {
        int n = pass(evaluator, theta, task, stride, &at);
        add_answers(evaluator, n, own, &sums, given ? given + n_answers : NULL);
        n_answers += n * n_counted(evaluator->net);
    }
    return (struct evaluated){.accuracy = sums.accuracy / n_answers,
                              .probability = sums.probability / n_answers,
                              .own = own.count > 0 ? sums.own / n_answers : (double)NAN};
}

/* ---- slopes ---- */

/* The gradient of the mean of p_y over n_answers with respect to the logits, p_y (e_y - p) / n, in
 * place of p. */
static void differentiate(struct evaluator *evaluator, int n, int n_answers)
{
    const struct network *net = evaluator->net;
    struct workspace *ws = &evaluator->ws;
    int width = net->n_outputs, skipped = n_skipped(net);
    loss_softmax(ws->dlogits, ws->logits, evaluator->of, n * net->n_positions, width);
    for (int i = 0; i < n * net->n_positions; i++) {
        real *row = ws->dlogits + (size_t)i * (size_t)width;
        bool counts = i % net->n_positions >= skipped;
        real right = row[evaluator->targets[i]], scale = counts ? right / (real)n_answers : 0;
        for (int j = 0; j < width; j++) {
            row[j] = scale * ((real)(j == evaluator->targets[i]) - row[j]);
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
    int n_test = suite_task(evaluator->suite, task)->n_test, n_modules = net->n_modules;
    memset(sums, 0, (size_t)n_modules * sizeof *sums);
    for (int at = 0; at < n_test;) {
        int n = pass(evaluator, theta, task, stride, &at);
        differentiate(evaluator, n, n_answers);
        network_backward(net, theta, n, &evaluator->ws, evaluator->grad);
        for (int m = 0; m < n_modules; m++) {
            const struct module *module = &net->modules[m];
            sums[m] += product(evaluator->grad + module->at, along + module->at, module->n);
        }
    }
}
