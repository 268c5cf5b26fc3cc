/* SPDX-License-Identifier: MIT
 * The embedding against central differences, and its squares against the gradients of single rows;
 * symbols stand several times in a row, and some nowhere.  Built in double and in float, as
 * test_gradients.c, which says why. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "net/blas.h"
#include "net/kernels.h"
#include "net/loss.h"
#include "net/network.h"

#ifdef OUBLI_DOUBLE
static const double h = 1e-6;
static const double tolerance = 2e-8;
static const double sum_tolerance = 1e-11;
#else
static const double h = 1e-2;
static const double tolerance = 4e-3;
static const double sum_tolerance = 2e-5;
#endif

enum { ROWS = 7, INPUTS = 6, SYMBOLS = 9, OUTPUTS = 5, ROOM = 4096 };

/* Symbol 8 is never seen. */
static const int windows[ROWS][INPUTS] = {
    {0, 1, 2, 3, 4, 5},                     /* each once */
    {7, 7, 7, 7, 7, 7},                     /* one alone */
    {1, 2, 1, 2, 1, 2}, {5, 5, 0, 0, 5, 0}, /* in turn, in pairs */
    {3, 6, 6, 6, 6, 3},                     /* at both ends */
    {0, 7, 4, 7, 2, 7}, {6, 5, 4, 3, 2, 1},
};

struct problem {
    struct network net;
    struct workspace ws;
    struct arena arena;
    real theta[ROOM], x[ROWS * INPUTS];
    int labels[ROWS];
    struct range ranges[ROWS];
};

static struct problem *problem_make(const char *hidden, enum activation activation)
{
    struct problem *p = calloc(1, sizeof *p);
    struct params params = params_default();
    struct err err = {0};
    size_t size = 0;
    cr_assert(blas_setup(NULL, &err), "%s", err.msg);
    cr_assert(p && param_parse(&params, PARAM_NET, hidden, &err));
    cr_assert(param_parse(&params, PARAM_EMBEDDING, "4", &err), "%s", err.msg);
    params.value[PARAM_ACTIVATION] = activation;
    cr_assert(network_init(&p->net, INPUTS, SYMBOLS, OUTPUTS, &params, ROOM, &err), "%s", err.msg);
    cr_assert(workspace_size_add(&size, &p->net, ROWS) && arena_init(&p->arena, size, &err));
    workspace_init(&p->ws, &p->net, ROWS, &p->arena);
    network_draw(&p->net, p->theta, 11);
    struct rng rng = rng_stream(5, 77);
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < INPUTS; j++) {
            p->x[i * INPUTS + j] = (real)windows[i][j];
        }
        p->ranges[i].first = rng_below(&rng, OUTPUTS - 1);
        p->ranges[i].count = 2 + rng_below(&rng, OUTPUTS - p->ranges[i].first - 1);
        p->labels[i] = p->ranges[i].first + rng_below(&rng, p->ranges[i].count);
    }
    return p;
}

static void problem_free(struct problem *p)
{
    arena_fini(&p->arena);
    free(p);
}

/* Of n rows from number `first` on; leaves dz of the logits. */
static double loss_of(struct problem *p, int first, int n)
{
    network_forward(&p->net, p->theta, p->x + first * INPUTS, n, &p->ws);
    return loss_cross_entropy(p->ws.dlogits, p->ws.logits, p->labels + first, p->ranges + first, n,
                              OUTPUTS);
}

static void check_gradient(const char *hidden, enum activation activation)
{
    struct problem *p = problem_make(hidden, activation);
    static real grad[ROOM];
    const struct tensor *e = &p->net.tensors[0];
    size_t n_embedding = (size_t)(e->rows * e->cols);
    double largest = 0;
    for (size_t i = 0; i < p->net.n_params; i++) {
        grad[i] = 99; /* overwritten, not added to */
    }
    loss_of(p, 0, ROWS);
    network_backward(&p->net, p->theta, ROWS, &p->ws, grad);
    for (size_t i = 0; i < p->net.n_params; i++) {
        real kept = p->theta[i];
        p->theta[i] = kept + (real)h;
        double above = loss_of(p, 0, ROWS), up = (double)p->theta[i];
        p->theta[i] = kept - (real)h;
        double below = loss_of(p, 0, ROWS), down = (double)p->theta[i];
        p->theta[i] = kept;
        double slope = (above - below) / (up - down);
        cr_assert(fabs(slope - (double)grad[i]) < tolerance, "net %s, parameter %zu: %g, slope %g",
                  hidden, i, (double)grad[i], slope);
        largest = i < n_embedding ? fmax(largest, fabs(slope)) : largest;
    }
    cr_assert(largest > 0.01, "there was something to compare");
    for (size_t i = n_embedding - (size_t)e->cols; i < n_embedding; i++) {
        cr_assert_eq(grad[i], 0, "nothing stands for a symbol that is not there");
    }
    problem_free(p);
}

static const char *const nets[] = {"0", "8", "7,9"};

Test(embedding_gradients, tanh_matches_central_differences)
{
    for (int i = 0; i < 3; i++) {
        check_gradient(nets[i], ACTIVATION_TANH);
    }
}

#ifdef OUBLI_DOUBLE
Test(embedding_gradients, relu_matches_central_differences)
{
    for (int i = 0; i < 3; i++) {
        check_gradient(nets[i], ACTIVATION_RELU);
    }
}
#endif

Test(embedding_gradients, squares_are_those_of_single_rows)
{
    for (int k = 0; k < 6; k++) {
        struct problem *p = problem_make(nets[k / 2], (enum activation)(k % 2));
        static real sums[ROOM], grad[ROOM];
        static double wanted[ROOM];
        for (size_t i = 0; i < p->net.n_params; i++) {
            wanted[i] = 0.5; /* added to */
            sums[i] = (real)0.5;
        }
        for (int i = 0; i < ROWS; i++) {
            loss_of(p, i, 1);
            network_backward(&p->net, p->theta, 1, &p->ws, grad);
            for (size_t j = 0; j < p->net.n_params; j++) {
                wanted[j] += (double)grad[j] * (double)grad[j];
            }
        }
        loss_of(p, 0, ROWS);
        kernel_scale(p->ws.dlogits, ROWS, ROWS * OUTPUTS); /* of each row, not of the mean */
        network_squares_begin(&p->net, ROWS, &p->ws);
        network_squares_add(&p->net, p->theta, ROWS, &p->ws, sums);
        network_squares_end(&p->net, ROWS, &p->ws, sums);
        for (size_t j = 0; j < p->net.n_params; j++) {
            cr_assert(fabs((double)sums[j] - wanted[j]) <= sum_tolerance * (1 + wanted[j]),
                      "net %s, parameter %zu: %g, %g", nets[k / 2], j, (double)sums[j], wanted[j]);
        }
        problem_free(p);
    }
}
