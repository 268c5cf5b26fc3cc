/* SPDX-License-Identifier: MIT
 * Thirty steps of six optimizers on a transformer, and what it writes then, against double
 * precision (transformer_trace*.tsv, transformer_greedy.tsv).  Built in double and in float. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/kernels.h"
#include "net/optimizer.h"
#include "net/transformer_writer.h"
#include "support/gold.h"
#include "support/table.h"

enum { V = 64, T = 32, B = 8, STEPS = 30, PROMPT = 5, WRITTEN = 50 };

static const struct transformer_shape shape = {V, T, 32, 4, 2};

/* Ten times the differences measured.  Plain SGD goes through steep places, where rounding grows.
 */
struct tolerance {
    double loss, grad_norm, param_norm, theta; /* the last absolute, the others relative */
};
#ifdef OUBLI_DOUBLE
static const struct tolerance sgd = {3e-11, 7e-11, 2e-13, 2e-11},
                              others = {2e-13, 4e-12, 2e-13, 2e-11};
static const double logit_tolerance = 4e-13;
#else
static const struct tolerance sgd = {3e-3, 1e-2, 2e-5, 3e-3}, others = {2e-5, 4e-4, 2e-5, 3e-3};
static const double logit_tolerance = 1e-2; /* symbols must be equal */
#endif

/* ---- what it is trained on ---- */

/* A linear congruential generator; a draw has 16 bits. */
static unsigned draw(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

/* A row of T + 1 symbols: mostly each follows from the one before. */
static void draw_row(uint32_t *state, int *row)
{
    row[0] = (int)(draw(state) & 63);
    for (int i = 1; i <= T; i++) {
        unsigned u = draw(state);
        row[i] = (u & 15) == 0 ? (int)((u >> 4) & 63) : (7 * row[i - 1] + 9) % 13;
    }
}

static void draw_batch(uint32_t *state, struct gold *gold, const struct table *sums, int step)
{
    for (int b = 0; b < B; b++) {
        int row[T + 1], sum = 0;
        draw_row(state, row);
        for (int i = 0; i <= T; i++) {
            sum += (i + 1) * row[i];
        }
        cr_assert_eq(sum, (int)table_number(sums, step * B + b, 2), "step %d, row %d", step, b);
        for (int t = 0; t < T; t++) {
            gold->symbols[b * T + t] = (real)row[t];
            gold->targets[b * T + t] = row[t + 1];
        }
    }
}

/* ---- a run ---- */

struct run {
    const char *name;
    enum optimizer_kind kind;
    struct optimizer_rates rates;
    const struct tolerance *tolerance;
};

static const struct run runs[] = {
    {"sgd", OPTIMIZER_SGD, {.lr = 0.1}, &sgd},
    {"sgd-clip", OPTIMIZER_SGD, {.lr = 0.1, .clip = 1}, &others},
    {"adam0.999", OPTIMIZER_ADAM, {.lr = 3e-3, .beta2 = 0.999}, &others},
    {"adam0.999-clip", OPTIMIZER_ADAM, {.lr = 3e-3, .beta2 = 0.999, .clip = 1}, &others},
    {"adam0.99", OPTIMIZER_ADAM, {.lr = 3e-3, .beta2 = 0.99}, &others},
    {"adam0.99-clip", OPTIMIZER_ADAM, {.lr = 3e-3, .beta2 = 0.99, .clip = 1}, &others},
};

static void expect_close(double ours, double theirs, double tolerance, const char *run,
                         const char *what, int step)
{
    cr_assert(fabs(ours - theirs) <= tolerance * fabs(theirs),
              "%s, %s of step %d: %.17g, reference %.17g", run, what, step, ours, theirs);
}

static double norm(const real *x, size_t n)
{
    return sqrt(kernel_sum_squares(x, n));
}

static void check_steps(const struct run *run, struct gold *gold, struct optimizer *optimizer)
{
    struct table *table = table_open("transformer_trace.tsv");
    struct table *sums = table_open("transformer_trace_tokens.tsv");
    const char *keys[] = {run->name, NULL};
    int first = table_find(table, 0, keys);
    uint32_t state = 1;
    cr_assert_geq(first, 0, "%s", run->name);
    for (int step = 0; step < STEPS; step++) {
        int row = first + step;
        draw_batch(&state, gold, sums, step);
        expect_close(gold_loss(gold), table_number(table, row, 2), run->tolerance->loss, run->name,
                     "loss", step);
        gold_gradient(gold);
        expect_close(norm(gold->grad, gold->net.n_params), table_number(table, row, 3),
                     run->tolerance->grad_norm, run->name, "gradient", step);
        optimizer_step(optimizer, gold->theta, gold->grad, 0, &run->rates, NULL);
        expect_close(norm(gold->theta, gold->net.n_params), table_number(table, row, 4),
                     run->tolerance->param_norm, run->name, "parameters", step);
    }
    table_close(sums);
    table_close(table);
}

static void check_theta(const struct run *run, const struct gold *gold)
{
    struct table *table = table_open("transformer_trace_theta.tsv");
    int n = 0;
    for (int row = 0; row < table->n; row++) {
        if (strcmp(table->fields[row][0], run->name) == 0) {
            int i = (int)table_number(table, row, 1);
            double ours = (double)gold->theta[i], theirs = table_number(table, row, 2);
            cr_assert(fabs(ours - theirs) <= run->tolerance->theta,
                      "%s, parameter %d: %.17g, reference %.17g", run->name, i, ours, theirs);
            n++;
        }
    }
    cr_expect_eq(n, 74);
    table_close(table);
}

/* ---- writing ---- */

static int likeliest(const real *logits)
{
    int best = 0;
    for (int v = 1; v < V; v++) {
        best = logits[v] > logits[best] ? v : best;
    }
    return best;
}

/* Fifty symbols, each the likeliest; beyond T the first ones are forgotten. */
static void check_greedy(const struct run *run, const struct gold *gold)
{
    struct table *table = table_open("transformer_greedy.tsv");
    const char *keys[] = {run->name, NULL};
    int first = table_find(table, 0, keys);
    struct transformer_writer writer;
    struct arena arena;
    size_t size = 0;
    cr_assert(first >= 0 || run->kind == OPTIMIZER_SGD);
    cr_assert(transformer_writer_size_add(&size, &gold->net) && arena_init(&arena, size, NULL));
    transformer_writer_init(&writer, &gold->net, &arena);
    const real *logits = NULL;
    for (int i = 0; i < PROMPT; i++) {
        logits = transformer_writer_take(&writer, &gold->net, gold->theta, i + 1);
    }
    for (int step = 0; first >= 0 && step < WRITTEN; step++) {
        int symbol = likeliest(logits), row = first + step;
        double ours = (double)logits[symbol], theirs = table_number(table, row, 3);
        cr_assert_eq(symbol, (int)table_number(table, row, 2), "%s, step %d", run->name, step);
        cr_assert(fabs(ours - theirs) <= logit_tolerance, "%s, step %d: %.17g, reference %.17g",
                  run->name, step, ours, theirs);
        logits = transformer_writer_take(&writer, &gold->net, gold->theta, symbol);
    }
    arena_fini(&arena);
    table_close(table);
}

static void check_run(const struct run *run)
{
    struct gold gold = gold_open(shape, B, 0.05);
    struct optimizer optimizer;
    struct arena arena;
    size_t size = 64; /* of SGD, which has no moments, an arena as well */
    cr_assert(optimizer_size_add(&size, run->kind, gold.net.n_params));
    cr_assert(arena_init(&arena, size, NULL));
    optimizer_init(&optimizer, run->kind, gold.net.n_params, &arena);
    check_steps(run, &gold, &optimizer);
    check_theta(run, &gold);
    check_greedy(run, &gold);
    arena_fini(&arena);
    gold_close(&gold);
}

Test(transformer_traces, sgd)
{
    check_run(&runs[0]);
    check_run(&runs[1]);
}

Test(transformer_traces, adam)
{
    check_run(&runs[2]);
    check_run(&runs[3]);
}

Test(transformer_traces, adam_that_forgets_sooner)
{
    check_run(&runs[4]);
    check_run(&runs[5]);
}
