/* SPDX-License-Identifier: MIT
 * The network, the loss and the optimizers against formulas written out.  (Gradients are held
 * against central differences in tests/reference, which is also built in double.) */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "net/blas.h"
#include "net/kernels.h"
#include "net/loss.h"
#include "net/network.h"
#include "net/optimizer.h"
#include "support/tensors.h"

static const double tolerance = 1e-5;

static struct params params_with(const char *net, enum activation activation)
{
    struct params params = params_default();
    struct err err = {0};
    cr_assert(param_parse(&params, PARAM_NET, net, &err), "%s", err.msg);
    params.value[PARAM_ACTIVATION] = activation;
    return params;
}

Test(network, vector_holds_weights_and_biases_layer_after_layer)
{
    struct network net;
    struct params params = params_with("7,5", ACTIVATION_RELU);
    cr_assert(network_init(&net, 4, 0, 3, &params, 1000, NULL));
    cr_expect_eq(net.n_layers, 3);
    static const size_t weights[] = {0, 35, 75}, biases[] = {28, 70, 90};
    for (int l = 0; l < 3; l++) {
        const struct part *part = &net.parts[l];
        const struct tensor *w = tensor_of(&net, TENSOR_WEIGHT, l);
        cr_expect(w->at == weights[l] && net.layers[l] == weights[l]);
        cr_expect(part->at == w->at && part->rows == w->rows && part->stride == w->cols);
        cr_expect_eq(tensor_of(&net, TENSOR_BIAS, l)->at, biases[l]);
    }
    cr_expect_eq(net.n_params, 93);
}

Test(network, no_hidden_layer_is_a_linear_classifier)
{
    struct network net;
    struct params params = params_with("0", ACTIVATION_RELU);
    cr_assert(network_init(&net, 4, 0, 3, &params, 15, NULL));
    cr_expect_eq(net.n_layers, 1);
    cr_expect_eq(net.n_params, 15);
}

Test(network, too_many_parameters_are_refused_with_their_number)
{
    struct network net;
    struct err err = {0};
    struct params params = params_with("0", ACTIVATION_RELU);
    cr_expect_not(network_init(&net, 4, 0, 3, &params, 14, &err));
    cr_expect_eq(err.code, ERR_USAGE);
    cr_expect(strstr(err.msg, "15 parameters") && strstr(err.msg, "14"), "%s", err.msg);
}

Test(network, widest_network_that_can_be_named_does_not_overflow)
{
    struct network net;
    struct err err = {0};
    struct params params =
        params_with("65536,65536,65536,65536,65536,65536,65536,65536", ACTIVATION_RELU);
    cr_expect_not(network_init(&net, 1 << 20, 0, 16384, &params, 200000000, &err));
    cr_expect_eq(err.code, ERR_USAGE);
    double wanted = 65536.0 * ((1 << 20) + 7 * 65536.0 + 16384 + 8) + 16384;
    cr_expect_eq((double)net.n_params, wanted);
}

Test(network, initial_weights_fill_their_interval)
{
    struct network net;
    struct params params = params_with("100", ACTIVATION_RELU);
    static real theta[20000];
    cr_assert(network_init(&net, 64, 0, 10, &params, 20000, NULL));
    theta[net.n_params] = 42;
    network_draw(&net, theta, 3);
    cr_expect(theta[net.n_params] == 42);
    for (int l = 0; l < 2; l++) {
        double bound = 1 / sqrt(net.parts[l].rows), largest = 0, sum = 0;
        size_t end = l + 1 < net.n_layers ? net.layers[l + 1] : net.n_params,
               n = end - net.layers[l];
        for (size_t i = net.layers[l]; i < end; i++) {
            largest = fmax(largest, fabs((double)theta[i]));
            sum += (double)theta[i];
        }
        cr_expect(largest <= bound && largest > 0.99 * bound);
        cr_expect(fabs(sum / (double)n) < 4 * bound / sqrt(3 * (double)n),
                  "mean 0 within four deviations");
    }
}

/* a = f(x W + b) written out. */
static void naive_layer(const struct network *net, int l, const real *theta, const double *x,
                        double *a)
{
    const struct tensor *w = tensor_of(net, TENSOR_WEIGHT, l);
    for (int o = 0; o < w->cols; o++) {
        double z = (double)theta[tensor_of(net, TENSOR_BIAS, l)->at + (size_t)o];
        for (int i = 0; i < w->rows; i++) {
            z += x[i] * (double)theta[w->at + (size_t)i * w->cols + o];
        }
        bool is_top = l + 1 == net->n_layers;
        a[o] = is_top ? z : net->own.mlp.activation == ACTIVATION_RELU ? fmax(z, 0) : tanh(z);
    }
}

Test(network, forward_matches_the_formula)
{
    static const char *const nets[] = {"0", "9", "9,7,8"};
    static real theta[2000];
    for (int k = 0; k < 6; k++) {
        struct network net;
        struct workspace ws;
        struct arena arena;
        struct params params = params_with(nets[k / 2], (enum activation)(k % 2));
        size_t size = 0;
        cr_assert(network_init(&net, 6, 0, 4, &params, 2000, NULL));
        cr_assert(workspace_size_add(&size, &net, 5) && arena_init(&arena, size, NULL));
        workspace_init(&ws, &net, 5, &arena);
        network_draw(&net, theta, (uint64_t)k);
        cr_assert(blas_setup(NULL, NULL));
        real x[5 * 6];
        struct rng rng = rng_stream(8, 8);
        for (int i = 0; i < 5 * 6; i++) {
            x[i] = (real)(4 * rng_unit(&rng) - 2);
        }
        network_forward(&net, theta, x, 5, &ws);
        for (int row = 0; row < 5; row++) {
            double a[2][16];
            for (int i = 0; i < 6; i++) {
                a[0][i] = (double)x[row * 6 + i];
            }
            for (int l = 0; l < net.n_layers; l++) {
                naive_layer(&net, l, theta, a[l % 2], a[(l + 1) % 2]);
            }
            for (int o = 0; o < 4; o++) {
                double logit = (double)ws.logits[row * 4 + o];
                cr_assert(fabs(logit - a[net.n_layers % 2][o]) < tolerance);
            }
        }
        arena_fini(&arena);
    }
}

/* ---- the embedding -------------------------------------------------------------------------- */

static struct params params_embedding(const char *net, const char *dims)
{
    struct params params = params_with(net, ACTIVATION_TANH);
    cr_assert(param_parse(&params, PARAM_EMBEDDING, dims, NULL));
    return params;
}

Test(embedding, stands_before_all_else)
{
    struct network net;
    struct params params = params_embedding("7", "3");
    cr_assert(network_init(&net, 4, 10, 5, &params, 1000, NULL));
    const struct tensor *e = tensor_of(&net, TENSOR_EMBEDDING, 0);
    cr_expect(e->at == 0 && e->rows == 10 && e->cols == 3 && net.parts[0].rows == 12);
    cr_expect(net.layers[0] == 30 && tensor_of(&net, TENSOR_BIAS, 0)->at == 30 + 84);
    cr_expect(net.n_inputs == 4 && net.n_symbols == 10 && net.n_params == 30 + 84 + 7 + 40);
    struct network plain;
    cr_assert(network_init(&plain, 4, 0, 5, &params, 1000, NULL));
    cr_expect(plain.n_tensors == 4 && plain.parts[0].rows == 4 && plain.layers[0] == 0,
              "numbers have none, whatever the parameter says");
}

Test(embedding, counts_among_the_parameters_that_fit)
{
    struct network net;
    struct err err = {0};
    struct params params = params_embedding("0", "3");
    cr_expect(network_init(&net, 4, 10, 5, &params, 30 + 65, &err));
    cr_expect_not(network_init(&net, 4, 10, 5, &params, 30 + 64, &err));
    cr_expect(err.code == ERR_USAGE && strstr(err.msg, "95 parameters"), "%s", err.msg);
}

/* As many draws for the embedding, then the rest as without it. */
Test(embedding, is_drawn_first_from_minus_one_to_one)
{
    struct network net;
    struct params params = params_embedding("5", "16");
    static real theta[20000];
    cr_assert(network_init(&net, 2, 64, 5, &params, 20000, NULL));
    network_draw(&net, theta, 3);
    struct rng rng = rng_stream(3, rng_stream_init());
    double largest = 0, bound = 1 / sqrt(32);
    for (size_t i = 0; i < 1024; i++) {
        cr_assert_eq(theta[i], (real)(2 * rng_unit(&rng) - 1));
        largest = fmax(largest, fabs((double)theta[i]));
    }
    cr_expect_gt(largest, 0.99);
    cr_expect_eq(theta[1024], (real)((2 * rng_unit(&rng) - 1) * bound));
}

Test(embedding, forward_is_that_of_the_rows_side_by_side)
{
    struct network net, plain;
    struct workspace ws, plain_ws;
    struct arena arena;
    struct params params = params_embedding("9,7", "3");
    static real theta[2000];
    static const real x[] = {4, 0, 4, 4, /**/ 9, 1, 2, 3, /**/ 5, 5, 5, 0};
    real wide[3 * 12];
    size_t size = 0;
    cr_assert(network_init(&net, 4, 10, 5, &params, 2000, NULL));
    cr_assert(network_init(&plain, 12, 0, 5, &params, 2000, NULL));
    cr_assert(workspace_size_add(&size, &net, 3) && workspace_size_add(&size, &plain, 3));
    cr_assert(arena_init(&arena, size, NULL));
    workspace_init(&ws, &net, 3, &arena);
    workspace_init(&plain_ws, &plain, 3, &arena);
    network_draw(&net, theta, 1);
    for (int i = 0; i < 12; i++) {
        memcpy(wide + 3 * i, theta + 3 * (int)x[i], 3 * sizeof *wide);
    }
    cr_assert(blas_setup(NULL, NULL));
    network_forward(&net, theta, x, 3, &ws);
    network_forward(&plain, theta + 30, wide, 3, &plain_ws);
    cr_expect_arr_eq(ws.logits, plain_ws.logits, 15 * sizeof(real));
    arena_fini(&arena);
}

Test(loss, softmax_is_over_the_range_only)
{
    real z[] = {9, 1, 2, 3, 9, /**/ 0, 0, 0, 0, 5};
    struct range ranges[] = {{1, 3}, {0, 5}};
    real p[10];
    loss_softmax(p, z, ranges, 2, 5);
    double sum = exp(1) + exp(2) + exp(3);
    for (int j = 0; j < 3; j++) {
        cr_expect(fabs((double)p[1 + j] - exp(1 + j) / sum) < tolerance);
        cr_expect(fabs((double)p[5 + j] - 1 / (4 + exp(5))) < tolerance);
    }
    cr_expect(p[0] == 0 && p[4] == 0);
    loss_softmax(z, z, ranges, 2, 5);
    cr_expect_arr_eq(z, p, sizeof p, "in place as well");
}

/* One row by itself, its sum one chain: the bits that every row has to have. */
static void soften_row(real *p, const real *z, struct range range, int width)
{
    real largest = z[range.first], sum = 0;
    int end = range.first + range.count;
    for (int j = range.first; j < end; j++) {
        largest = z[j] > largest ? z[j] : largest;
    }
    for (int j = 0; j < width; j++) {
        p[j] = z[j] - largest;
    }
    kernel_exp(p, (size_t)width);
    for (int j = range.first; j < end; j++) {
        sum += p[j];
    }
    for (int j = 0; j < width; j++) {
        p[j] = j >= range.first && j < end ? p[j] * (1 / sum) : 0;
    }
}

Test(loss, rows_have_the_bits_of_a_row_alone)
{
    enum { ROWS = 21, WIDTH_MAX = 40 };
    real z[ROWS * WIDTH_MAX], p[ROWS * WIDTH_MAX], wanted[ROWS * WIDTH_MAX];
    struct range ranges[ROWS];
    struct rng rng = rng_stream(3, 99);
    for (int width = 1; width <= WIDTH_MAX; width++) {
        for (int i = 0; i < ROWS; i++) { /* some stand together */
            int first = (int)rng_below(&rng, (unsigned)width);
            bool is_new = i == 0 || (i > 12 && i % 3 == 0);
            ranges[i] =
                is_new ? (struct range){first, 1 + (int)rng_below(&rng, (unsigned)(width - first))}
                       : ranges[i - 1];
            for (int j = 0; j < width; j++) {
                z[i * width + j] = (real)(20 * rng_unit(&rng) - 10);
            }
            soften_row(wanted + i * width, z + i * width, ranges[i], width);
        }
        loss_softmax(p, z, ranges, ROWS, width);
        cr_assert_arr_eq(p, wanted, (size_t)ROWS * width * sizeof *p, "%d wide", width);
    }
}

Test(loss, cross_entropy_is_the_mean_of_minus_log_p)
{
    real z[] = {1, 2, 3, /**/ 3, 1, 0}, dz[6];
    int labels[] = {2, 1};
    struct range ranges[] = {{0, 3}, {0, 2}};
    double loss = loss_cross_entropy(dz, z, labels, ranges, 2, 3);
    double wanted = (log(1 + exp(-1) + exp(-2)) + log(1 + exp(2))) / 2;
    cr_expect(fabs(loss - wanted) < tolerance);
    cr_expect(fabs((double)dz[4] - (1 / (1 + exp(2)) - 1) / 2) < tolerance);
    cr_expect(dz[5] == 0);
}

Test(loss, huge_logits_are_finite_and_nan_is_nan)
{
    real z[] = {3e30f, 0, -3e30f}, dz[3], bad[] = {(real)NAN, 0, 0};
    int hit = 0, miss = 2;
    struct range range = {0, 3};
    cr_expect(loss_cross_entropy(dz, z, &hit, &range, 1, 3) == 0);
    double loss = loss_cross_entropy(dz, z, &miss, &range, 1, 3);
    cr_expect(fabs(loss / 6e30 - 1) < 1e-6, "not cut where p underflows: %g", loss);
    cr_expect(isnan(loss_cross_entropy(dz, bad, &hit, &range, 1, 3)));
    bad[0] = (real)INFINITY;
    cr_expect_not(isfinite(loss_cross_entropy(dz, bad, &miss, &range, 1, 3)));
}

Test(loss, right_answers_are_counted_inside_the_range)
{
    real z[] = {9, 1, 2, /**/ 0, 5, 1, /**/ 7, 2, 2};
    int labels[] = {2, 1, 2};
    cr_expect_eq(loss_count_right(z, labels, (struct range){1, 2}, 3, 3), 2,
                 "a tie goes to the first");
    cr_expect_eq(loss_count_right(z, labels, (struct range){0, 3}, 3, 3), 1);
}

enum { N = 37, STEPS = 5 };

/* Written out in double from the formulas of optimizer.h. */
static void naive_step(enum optimizer_kind kind, double *theta, double *m, double *v, const real *g,
                       int t)
{
    for (int i = 0; i < N; i++) {
        double x = (double)g[i];
        m[i] = kind == OPTIMIZER_ADAM ? 0.9 * m[i] + 0.1 * x : 0.8 * m[i] + x;
        v[i] = 0.99 * v[i] + 0.01 * x * x;
        if (kind == OPTIMIZER_SGD) {
            theta[i] -= 0.05 * x;
        } else if (kind == OPTIMIZER_MOMENTUM) {
            theta[i] -= 0.05 * m[i];
        } else {
            theta[i] -=
                0.05 * (m[i] / (1 - pow(0.9, t))) / (sqrt(v[i] / (1 - pow(0.99, t))) + 1e-8);
        }
    }
}

/* Longer than 1: as long as 1. */
static void naive_clip(real *grad, size_t frozen)
{
    double squares = 0;
    for (size_t i = frozen; i < N; i++) {
        squares += (double)grad[i] * (double)grad[i];
    }
    for (size_t i = frozen; squares > 1 && i < N; i++) {
        grad[i] = (real)((double)grad[i] / sqrt(squares));
    }
}

static void check_optimizer(enum optimizer_kind kind, size_t frozen, double clip)
{
    const struct optimizer_rates rates = {.lr = 0.05, .momentum = 0.8, .beta2 = 0.99, .clip = clip};
    struct optimizer optimizer;
    struct arena arena;
    size_t size = 0;
    real theta[N], start[N], grad[N], clipped[N];
    double wanted[N], m[N] = {0}, v[N] = {0};
    struct rng rng = rng_stream(6, (uint64_t)kind);
    cr_assert(optimizer_size_add(&size, kind, N) && arena_init(&arena, size, NULL));
    optimizer_init(&optimizer, kind, N, &arena);
    for (int i = 0; i < N; i++) {
        wanted[i] = (double)(start[i] = theta[i] = (real)rng_unit(&rng));
    }
    for (int t = 1; t <= STEPS; t++) {
        for (int i = 0; i < N; i++) {
            grad[i] = (real)((2 * rng_unit(&rng) - 1) * (t % 3 == 0 ? 0.01 : 1));
            clipped[i] = grad[i];
        }
        if (clip > 0) {
            naive_clip(clipped, frozen);
        }
        optimizer_step(&optimizer, theta, grad, frozen, &rates, NULL);
        naive_step(kind, wanted, m, v, clipped, t);
        for (size_t i = 0; i < N; i++) {
            if (i < frozen) {
                cr_assert(theta[i] == start[i], "frozen parameter %zu moved", i);
            } else {
                cr_assert(fabs((double)theta[i] - wanted[i]) < tolerance, "kind %d step %d", kind,
                          t);
            }
        }
    }
    optimizer_reset(&optimizer);
    memset(m, 0, sizeof m);
    memset(v, 0, sizeof v);
    optimizer_step(&optimizer, theta, grad, frozen, &rates, NULL);
    naive_step(kind, wanted, m, v, grad, 1);
    cr_expect(fabs((double)theta[N - 1] - wanted[N - 1]) < tolerance, "after a reset");
    arena_fini(&arena);
}

Test(optimizer, steps_match_the_formulas)
{
    check_optimizer(OPTIMIZER_SGD, 0, 0);
    check_optimizer(OPTIMIZER_MOMENTUM, 0, 0);
    check_optimizer(OPTIMIZER_ADAM, 0, 0);
}

Test(optimizer, frozen_prefix_does_not_move)
{
    for (size_t frozen = 1; frozen < N; frozen += 5) {
        check_optimizer(OPTIMIZER_SGD, frozen, 0);
        check_optimizer(OPTIMIZER_MOMENTUM, frozen, 0);
        check_optimizer(OPTIMIZER_ADAM, frozen, 0);
    }
}

/* The length is that of what moves. */
Test(optimizer, long_gradient_is_clipped_a_short_one_is_not)
{
    for (size_t frozen = 0; frozen < 20; frozen += 9) {
        check_optimizer(OPTIMIZER_SGD, frozen, 1);
        check_optimizer(OPTIMIZER_MOMENTUM, frozen, 1);
        check_optimizer(OPTIMIZER_ADAM, frozen, 1);
    }
}

Test(optimizer, gradient_that_is_no_number_is_not_hidden)
{
    const struct optimizer_rates rates = {.lr = 0.1, .clip = 1};
    struct optimizer optimizer;
    struct arena arena = {0};
    optimizer_init(&optimizer, OPTIMIZER_SGD, 2, &arena);
    real theta[2] = {1, 1}, grad[2] = {(real)NAN, 1};
    optimizer_step(&optimizer, theta, grad, 0, &rates, NULL);
    cr_expect(isnan((double)theta[0]));
}
