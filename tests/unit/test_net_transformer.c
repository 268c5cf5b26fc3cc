/* SPDX-License-Identifier: MIT
 * The transformer's shapes, what it is drawn from, and that its bits depend neither on threads nor
 * on what else is in a batch.  Its numbers: tests/reference/test_transformer.c. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/pool.h"
#include "base/rng.h"
#include "net/transformer_writer.h"
#include "support/gold.h"

enum { V = 13, T = 37, D = 24, H = 4, L = 2, B = 9 }; /* three windows a part, T in two pieces */

static const struct transformer_shape shape = {V, T, D, H, L};

static struct gold make(void)
{
    struct gold gold = gold_open(shape, B, 0.05);
    struct rng rng = rng_stream(1, 2);
    transformer_draw(&gold.net, gold.theta, 7);
    for (int i = 0; i < B * T; i++) {
        gold.symbols[i] = (real)rng_below(&rng, V);
        gold.targets[i] = rng_below(&rng, V);
    }
    return gold;
}

static void expect_refused(struct transformer_shape refused, size_t params_max, const char *words)
{
    struct transformer net;
    struct err err = {0};
    cr_assert(!transformer_init(&net, &refused, params_max, &err));
    cr_expect_eq(err.code, ERR_USAGE);
    cr_expect(strstr(err.msg, words), "%s: %s", words, err.msg);
}

Test(transformer, shapes_that_make_no_sense_are_refused)
{
    struct transformer net;
    expect_refused((struct transformer_shape){V, T, 24, 5, L}, 1000000,
                   "5 heads for a width of 24");
    expect_refused((struct transformer_shape){V, T, D, H, 0}, 1000000, "found 0 blocks");
    expect_refused((struct transformer_shape){V, T, D, 0, L}, 1000000, "0 heads");
    expect_refused((struct transformer_shape){V, 0, D, H, L}, 1000000, "0 positions");
    expect_refused((struct transformer_shape){V, T, 1024, H, L}, 1000000, "at most 1e+06 fit");
    cr_expect(transformer_init(&net, &(struct transformer_shape){64, 64, 64, 4, 2}, 1000000, NULL));
    cr_expect_eq(net.n_params, 108288);
}

Test(transformer, is_drawn_from_the_seed)
{
    struct gold gold = make();
    double sum = 0, squares = 0;
    int n = 0;
    for (int i = 0; i < transformer_n_tensors(&gold.net); i++) {
        struct transformer_tensor tensor = transformer_tensor(&gold.net, i);
        bool is_drawn = tensor.role == TRANSFORMER_WEIGHT || tensor.role == TRANSFORMER_EMBEDDING;
        for (int k = 0; k < tensor.rows * tensor.cols; k++) {
            double x = (double)gold.theta[tensor.at + k];
            cr_assert(is_drawn || x == (tensor.role == TRANSFORMER_GAIN), "%s", tensor.name);
            sum += is_drawn ? x : 0;
            squares += is_drawn ? x * x : 0;
            n += is_drawn;
        }
    }
    cr_expect(fabs(sum / n) < 0.05 * 4 / sqrt(n), "mean %g", sum / n);
    cr_expect(fabs(sqrt(squares / n) - 0.05) < 0.05 * 4 / sqrt(2.0 * n), "%g", sqrt(squares / n));
    transformer_draw(&gold.net, gold.grad, 7);
    cr_expect_arr_eq(gold.grad, gold.theta, gold.net.n_params * sizeof(real));
    transformer_draw(&gold.net, gold.grad, 8);
    cr_expect_neq(gold.grad[0], gold.theta[0]);
    gold_close(&gold);
}

Test(transformer, bits_do_not_depend_on_the_number_of_threads)
{
    struct gold alone = make(), shared = make();
    gold_loss(&alone);
    gold_gradient(&alone);
    for (int threads = 2; threads <= 4; threads++) {
        shared.ws.pool = pool_create(threads, NULL);
        cr_assert_not_null(shared.ws.pool);
        gold_loss(&shared);
        gold_gradient(&shared);
        cr_expect_arr_eq(alone.ws.logits, shared.ws.logits, B * T * V * sizeof(real));
        cr_expect_arr_eq(alone.grad, shared.grad, alone.net.n_params * sizeof(real));
        pool_destroy(shared.ws.pool);
    }
    gold_close(&alone);
    gold_close(&shared);
}

/* A window alone gives its logits again; gradients of windows add up to that of the batch. */
Test(transformer, windows_have_nothing_to_do_with_each_other)
{
    struct gold gold = make(), one = make();
    static double sums[20000];
    gold_loss(&gold);
    cr_assert(gold.net.n_params <= sizeof sums / sizeof *sums);
    for (int b = 0; b < B; b++) {
        transformer_forward(&one.net, one.theta, gold.symbols + b * T, 1, &one.ws);
        cr_expect_arr_eq(one.ws.logits, gold.ws.logits + b * T * V, T * V * sizeof(real));
        transformer_backward(&gold.net, gold.theta, b, 1, &gold.ws, gold.grad);
        for (size_t i = 0; i < gold.net.n_params; i++) {
            sums[i] += (double)gold.grad[i];
        }
    }
    gold_gradient(&gold);
    for (size_t i = 0; i < gold.net.n_params; i++) {
        cr_assert(fabs(sums[i] - (double)gold.grad[i]) < 1e-6, "parameter %zu: %g and %g", i,
                  sums[i], (double)gold.grad[i]);
    }
    gold_close(&gold);
    gold_close(&one);
}

/* What comes later changes nothing: attention looks back. */
Test(transformer, nothing_looks_ahead)
{
    struct gold gold = make(), other = make();
    gold_loss(&gold);
    for (int t = T - 1; t > 0; t--) {
        other.symbols[t] = (real)(((int)other.symbols[t] + 1) % V);
        gold_loss(&other);
        cr_assert_arr_eq(gold.ws.logits, other.ws.logits, t * V * sizeof(real), "position %d", t);
        cr_assert_neq(gold.ws.logits[t * V], other.ws.logits[t * V], "position %d", t);
    }
    gold_close(&gold);
    gold_close(&other);
}

/* Whatever it began with, and beyond the context too: the logits of a pass over what it looks at.
 */
Test(transformer_writer, logits_are_those_of_a_whole_pass)
{
    enum { LONG = 2 * T + 3 };
    struct gold gold = make();
    struct transformer_writer writer;
    struct arena arena;
    struct rng rng = rng_stream(4, 4);
    size_t size = 0;
    real text[LONG];
    for (int i = 0; i < LONG; i++) {
        text[i] = (real)rng_below(&rng, V);
    }
    cr_assert(transformer_writer_size_add(&size, &gold.net) && arena_init(&arena, size, NULL));
    transformer_writer_init(&writer, &gold.net, &arena);
    const int beginnings[] = {0, 1, 5, T, T + 9};
    for (int k = 0; k < 5; k++) {
        int n = beginnings[k];
        writer.n = 0;
        if (n > 0) {
            transformer_writer_begin(&writer, &gold.net, gold.theta, text, n);
        }
        for (; n < LONG; n++) {
            const real *logits =
                transformer_writer_take(&writer, &gold.net, gold.theta, (int)text[n]);
            int seen = n + 1 < T ? n + 1 : T;
            memcpy(gold.symbols, text + n + 1 - seen, (size_t)seen * sizeof(real));
            transformer_forward(&gold.net, gold.theta, gold.symbols, 1, &gold.ws);
            cr_assert_eq(writer.n, seen);
            cr_assert_arr_eq(logits, gold.ws.logits + (seen - 1) * V, V * sizeof(real),
                             "begun with %d, after %d", beginnings[k], n);
        }
    }
    arena_fini(&arena);
    gold_close(&gold);
}
