/* SPDX-License-Identifier: MIT
 * Learners whose network says something at each position of a row: what they are trained on, scored
 * by, and what matters to them, against passes of the network alone. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/blas.h"
#include "net/loss.h"
#include "strategies/fisher.h"
#include "support/study.h"
#include "tasks/text.h"

enum { T = TEXT_CONTEXT, V = 64, ROWS = 8 };

static const char settings[] =
    "model=transformer blocks=1 heads=2 width=8 batch=8 optimizer=sgd lr=0.5 ewc.samples=6 "
    "ewc.fisher=empirical";

static const double tolerance = sizeof(real) == sizeof(double) ? 1e-12 : 1e-5;

/* A pass of the learner's network over rows of its task, the targets written out. */
struct pass {
    const struct network *net;
    struct arena arena;
    struct workspace ws;
    real *x;
    int targets[ROWS * T];
    struct range ranges[ROWS * T];
};

static void pass_open(struct pass *pass, const struct network *net)
{
    size_t size = 0;
    *pass = (struct pass){.net = net};
    cr_assert(workspace_size_add(&size, net, ROWS) && arena_init(&pass->arena, size, NULL));
    workspace_init(&pass->ws, net, ROWS, &pass->arena);
    pass->x = calloc(ROWS * T, sizeof *pass->x);
    for (int i = 0; i < ROWS * T; i++) {
        pass->ranges[i] = (struct range){0, V};
    }
}

static void pass_close(struct pass *pass)
{
    free(pass->x);
    arena_fini(&pass->arena);
}

/* Row i is this window and the symbol behind it. */
static void set_row(struct pass *pass, int i, const real *window, int label)
{
    memcpy(pass->x + i * T, window, T * sizeof *window);
    for (int t = 0; t < T; t++) {
        pass->targets[i * T + t] = t + 1 < T ? (int)window[t + 1] : label;
    }
}

/* Mean loss of n rows, and its gradient. */
static double run(struct pass *pass, const real *theta, int n, real *grad)
{
    network_forward(pass->net, theta, pass->x, n, &pass->ws);
    double loss = loss_cross_entropy(pass->ws.dlogits, pass->ws.logits, pass->targets, pass->ranges,
                                     n * T, V);
    network_backward(pass->net, theta, n, &pass->ws, grad);
    return loss;
}

static void take_batch(struct pass *pass, const struct batch *batch)
{
    for (int i = 0; i < batch->n; i++) {
        set_row(pass, i, batch->x + (size_t)i * T, batch->labels[i]);
    }
}

Test(positions, a_step_goes_down_the_mean_loss_of_all_of_them)
{
    struct study study = study_open("kinds", 3, 0, settings);
    size_t n = study_size(&study);
    real *grad = calloc(n, sizeof *grad), *before = study_keep(&study);
    struct pass pass;
    pass_open(&pass, learner_network(study.learner));
    study_begin(&study, 0, 0);
    struct batch batch = feed_next(study.feed);
    take_batch(&pass, &batch);
    double wanted = run(&pass, before, batch.n, grad);
    cr_expect(fabs(learner_loss(study.learner, &batch) - wanted) < tolerance);
    cr_expect(fabs(learner_step(study.learner, &batch) - wanted) < tolerance);
    const real *after = learner_theta(study.learner);
    double largest = 0;
    for (size_t i = 0; i < n; i++) {
        cr_assert(fabs((double)(before[i] - after[i]) - 0.5 * (double)grad[i]) < tolerance);
        largest = fmax(largest, fabs((double)grad[i]));
    }
    cr_expect_gt(largest, 1e-3);
    pass_close(&pass);
    free(grad);
    free(before);
    study_close(&study);
}

/* The batch's own share of the loss, beside as many rows of old tasks. */
Test(positions, the_loss_of_the_batch_is_told_apart_from_what_replay_adds)
{
    char with[200];
    snprintf(with, sizeof with, "%s on=replay", settings);
    struct study study = study_open("kinds", 3, 0, with);
    real *grad = calloc(study_size(&study), sizeof *grad);
    struct pass pass;
    pass_open(&pass, learner_network(study.learner));
    study_stage(&study, 0, 0, 3);
    study_begin(&study, 1, 1);
    real *theta = study_keep(&study);
    struct batch batch = feed_next(study.feed);
    take_batch(&pass, &batch);
    double wanted = run(&pass, theta, batch.n, grad);
    double all = learner_step(study.learner, &batch);
    cr_expect_eq(learner_rows(study.learner)->n, 2 * batch.n);
    cr_expect(fabs(learner_batch_loss(study.learner) - wanted) < 100 * tolerance);
    cr_expect(fabs(all - wanted) > 1000 * tolerance, "old rows have another loss");
    pass_close(&pass);
    free(grad);
    free(theta);
    study_close(&study);
}

/* Accuracy from a quarter of the context on, bits everywhere; rows more than a pass holds. */
Test(positions, a_score_is_that_of_passes_written_out)
{
    struct study study = study_open("kinds", 3, 0, settings);
    study_stage(&study, 0, 0, 30);
    enum { STRIDE = 40 };
    struct pass pass;
    pass_open(&pass, learner_network(study.learner));
    const real *theta = learner_theta(study.learner);
    real *grad = calloc(study_size(&study), sizeof *grad), window[T];
    int n_test = suite_task(study.suite, 0)->n_test, n = 0, right = 0;
    double nats = 0;
    for (int at = 0; at < n_test; at += STRIDE, n++) {
        int label = suite_example(study.suite, 0, SPLIT_TEST, at, window);
        set_row(&pass, 0, window, label);
        nats += run(&pass, theta, 1, grad);
        right += loss_count_right(pass.ws.logits + T / 4 * V, pass.targets + T / 4,
                                  (struct range){0, V}, T - T / 4, V);
    }
    struct score score = learner_score(study.learner, 0, STRIDE);
    cr_expect_gt(n, 1024 / T);
    cr_expect(fabs(score.accuracy - (double)right / (n * (T - T / 4.0))) < 1e-9);
    cr_expect(fabs(score.bits - nats / n / log(2)) < 10 * tolerance);
    cr_expect(score.accuracy > 0.1 && score.accuracy < 1);
    pass_close(&pass);
    free(grad);
    study_close(&study);
}

/* More windows than a pass holds, the last position of each. */
Test(positions, answers_are_those_after_the_last)
{
    enum { N = 1024 / T + 5 };
    struct study study = study_open("kinds", 3, 0, settings);
    struct pass pass;
    pass_open(&pass, learner_network(study.learner));
    const real *theta = learner_theta(study.learner);
    real x[N * T];
    for (int i = 0; i < N; i++) {
        suite_example(study.suite, 1, SPLIT_TEST, 7 * i, x + i * T);
    }
    const real *answers = learner_logits(study.learner, theta, x, N);
    for (int i = 0; i < N; i++) {
        network_forward(pass.net, theta, x + i * T, 1, &pass.ws);
        for (int v = 0; v < V; v++) {
            double wanted = (double)pass.ws.logits[(T - 1) * V + v];
            cr_assert(fabs((double)answers[i * V + v] - wanted) < tolerance);
        }
    }
    pass_close(&pass);
    study_close(&study);
}

/* F = 1/(N T) sum over windows of the squared gradient of the window's summed loss. */
Test(positions, a_window_is_one_example_of_the_fisher_information)
{
    enum { N = 6 };
    struct study study = study_open("kinds", 3, 0, settings);
    struct pass pass;
    pass_open(&pass, learner_network(study.learner));
    size_t n = study_size(&study);
    real *fisher = calloc(n, sizeof *fisher), *gradient = calloc(n, sizeof *gradient);
    double *wanted = calloc(n, sizeof *wanted);
    int *order = calloc((size_t)suite_max_train(study.suite), sizeof *order);
    real *theta = study_keep(&study), *spare_x = calloc(ROWS * T, sizeof *spare_x), window[T];
    struct learning learning = {.net = pass.net,
                                .suite = study.suite,
                                .params = learner_params(study.learner),
                                .theta = theta,
                                .spare = &pass.ws,
                                .spare_x = spare_x};
    struct fisher estimate;
    fisher_begin(&estimate, &learning, fisher, gradient, order);
    while (fisher_go_on(&estimate, &learning)) {
    }
    double sum = 0;
    for (int i = 0; i < N; i++) {
        int label = suite_example(study.suite, 0, SPLIT_TRAIN, order[i], window);
        set_row(&pass, 0, window, label);
        run(&pass, theta, 1, gradient);
        for (size_t k = 0; k < n; k++) {
            double g = T * (double)gradient[k]; /* of the sum, not of the mean */
            wanted[k] += g * g / (N * T);
        }
    }
    for (size_t k = 0; k < n; k++) {
        cr_assert(fabs((double)fisher[k] - wanted[k]) < 10 * tolerance * (1 + wanted[k]));
        sum += wanted[k];
    }
    cr_expect_gt(sum, 1e-3);
    pass_close(&pass);
    free(fisher);
    free(gradient);
    free(wanted);
    free(order);
    free(theta);
    free(spare_x);
    study_close(&study);
}
