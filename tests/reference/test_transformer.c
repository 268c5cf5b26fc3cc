/* SPDX-License-Identifier: MIT
 * The transformer against values that were computed with automatic differentiation in double
 * precision (transformer_*.tsv), and against central differences.  Built in double and in float. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "net/kernels.h"
#include "support/gold.h"
#include "support/table.h"

#ifdef OUBLI_DOUBLE
static const double tolerance = 1e-14; /* absolute; ten times the difference measured */
#else
static const double tolerance = 6e-6;
#endif

static void expect_near(double ours, double theirs, const char *name, int index)
{
    cr_assert(fabs(ours - theirs) <= tolerance, "%s %d: %.17g, reference %.17g, difference %.1e",
              name, index, ours, theirs, ours - theirs);
}

static int column(const struct table *table, int row, int field)
{
    return (int)table_number(table, row, field);
}

Test(transformer, tensors_stand_where_they_should)
{
    struct table *table = table_open("transformer_layout.tsv");
    struct gold tiny = gold_tiny();
    struct gold trace = gold_open((struct transformer_shape){64, 32, 32, 4, 2}, 1, 0.05);
    int row = 0;
    for (int c = 0; c < 2; c++) {
        const struct transformer *net = c == 0 ? &tiny.net : &trace.net;
        for (int i = 0; i < transformer_n_tensors(net); i++, row++) {
            struct transformer_tensor tensor = transformer_tensor(net, i);
            cr_expect_str_eq(tensor.name, table->fields[row][1]);
            cr_expect_eq((int)tensor.at, column(table, row, 2), "%s", tensor.name);
            cr_expect_eq(tensor.rows, column(table, row, 3), "%s", tensor.name);
            cr_expect_eq(tensor.cols, column(table, row, 4), "%s", tensor.name);
        }
        cr_expect_str_eq(table->fields[row][1], "end");
        cr_expect_eq((int)net->n_params, column(table, row++, 2));
    }
    cr_expect_eq(row, table->n);
    gold_close(&tiny);
    gold_close(&trace);
    table_close(table);
}

/* -ln p of the target, from the logits. */
static double nll(const struct gold *gold, int row)
{
    const real *z = gold->ws.logits + row * gold->net.n_symbols;
    double sum = 0;
    for (int v = 0; v < gold->net.n_symbols; v++) {
        sum += exp((double)z[v]);
    }
    return log(sum) - (double)z[gold->targets[row]];
}

Test(transformer, loss_logits_attention_and_gradient)
{
    struct table *table = table_open("transformer_unit.tsv");
    struct gold gold = gold_tiny();
    double loss = gold_loss(&gold);
    gold_gradient(&gold);
    for (int row = 0; row < table->n; row++) {
        const char *name = table->fields[row][0];
        int i = column(table, row, 1);
        double ours = strcmp(name, "loss") == 0     ? loss
                      : strcmp(name, "nll") == 0    ? nll(&gold, i)
                      : strcmp(name, "logits") == 0 ? (double)gold.ws.logits[i]
                      : strcmp(name, "att0") == 0   ? (double)gold.ws.blocks[0].weights[i]
                                                    : (double)gold.grad[i];
        expect_near(ours, table_number(table, row, 2), name, i);
    }
    cr_expect_eq(table->n, 1 + 24 + 264 + 576 + 4020);
    gold_close(&gold);
    table_close(table);
}

/* ---- what lies between ---- */

struct vector {
    const char *name;
    const real *x;
};

/* Those of block l that there still are after a pass; f, where its slope is, is not. */
static const real *value_of(const struct gold *gold, int l, const char *name)
{
    const struct block_values *v = &gold->ws.blocks[l];
    const struct vector vectors[] = {
        {"ln1", v->a},       {"qkv", v->qkv},
        {"att", v->weights}, {"o", v->o},
        {"mid", v->mid},     {"ln2", v->c},
        {"gelu", v->g},      {"out", l + 1 < gold->net.n_blocks ? v[1].x : gold->ws.top},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        if (strcmp(vectors[i].name, name) == 0) {
            return vectors[i].x;
        }
    }
    return NULL;
}

/* Those left by the last block on the way back, which is the first. */
static const real *derivative_of(const struct gold *gold, const char *name)
{
    const struct block_gradients *g = &gold->ws.gradients;
    const struct vector vectors[] = {
        {"ln1", g->dnorm}, {"qkv", g->dqkv},        {"mid", g->dmid},
        {"fc", g->df},     {"out", gold->ws.dx[1]},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        if (strcmp(vectors[i].name, name) == 0) {
            return vectors[i].x;
        }
    }
    return NULL;
}

static int count_compared(const struct table *table, const char *name, const real *x, int field)
{
    int n = 0;
    for (int row = 0; x && row < table->n; row++) {
        if (strcmp(table->fields[row][0], name) == 0) {
            int i = column(table, row, 1);
            expect_near((double)x[i], table_number(table, row, field), name, i);
            n++;
        }
    }
    return n;
}

static const char *const names[] = {"ln1", "qkv", "att", "o", "mid", "ln2", "fc", "gelu", "out"};
enum { N_NAMES = sizeof names / sizeof *names };

Test(transformer, every_step_forward)
{
    struct table *table = table_open("transformer_steps.tsv");
    struct gold gold = gold_tiny();
    int n = 0;
    gold_loss(&gold);
    for (int l = 0; l < gold.net.n_blocks; l++) {
        for (int i = 0; i < N_NAMES; i++) {
            char name[16];
            snprintf(name, sizeof name, "b%d.%s", l, names[i]);
            n += count_compared(table, name, value_of(&gold, l, names[i]), 2);
        }
    }
    n += count_compared(table, "x0", gold.ws.blocks[0].x, 2);
    n += count_compared(table, "lnf", gold.ws.z, 2);
    n += count_compared(table, "logits", gold.ws.logits, 2);
    cr_expect_eq(n, table->n - 2 * 165, "all but f of both blocks: %d of %d", n, table->n);
    gold_close(&gold);
    table_close(table);
}

/* GELU and its slope: f gives g, and dg gives df. */
Test(transformer, gelu_and_its_slope)
{
    struct table *table = table_open("transformer_steps.tsv");
    const char *of_f[] = {"b0.fc", NULL}, *of_g[] = {"b0.gelu", NULL};
    int first = table_find(table, 0, of_f), other = table_find(table, 0, of_g), n = 0;
    for (; strcmp(table->fields[first + n][0], "b0.fc") == 0; n++) {
        real f = (real)table_number(table, first + n, 2), g;
        kernel_gelu(&g, &f, 1);
        expect_near((double)g, table_number(table, other + n, 2), "g", n);
        expect_near((double)f * table_number(table, other + n, 3),
                    table_number(table, first + n, 3), "df", n);
    }
    cr_expect_eq(n, 165);
    table_close(table);
}

Test(transformer, every_step_backward_that_is_left)
{
    struct table *table = table_open("transformer_steps.tsv");
    struct gold gold = gold_tiny();
    int n = 0;
    gold_loss(&gold);
    n += count_compared(table, "logits", gold.ws.dlogits, 3);
    gold_gradient(&gold);
    n += count_compared(table, "x0", gold.ws.dx[0], 3);
    for (int i = 0; i < N_NAMES; i++) {
        char name[16];
        snprintf(name, sizeof name, "b0.%s", names[i]);
        n += count_compared(table, name, derivative_of(&gold, names[i]), 3);
    }
    cr_expect_gt(n, 400);
    gold_close(&gold);
    table_close(table);
}

/* The second block alone, from the derivative of what it gives. */
Test(transformer, every_step_backward_of_the_last_block)
{
    struct table *table = table_open("transformer_steps.tsv");
    struct gold gold = gold_tiny();
    const struct transformer *net = &gold.net;
    real *dout = gold.ws.dx[0], sums[BLOCK_SUMS * 12];
    gold_loss(&gold);
    for (int row = 0; row < table->n; row++) {
        if (strcmp(table->fields[row][0], "b1.out") == 0) {
            dout[column(table, row, 1)] = (real)table_number(table, row, 3);
        }
    }
    block_backward(&net->block, gold.theta + net->first_block + net->block.n_params,
                   (struct windows){0, gold.windows}, &gold.ws.blocks[1], &gold.ws.gradients, dout,
                   gold.ws.dx[1], gold.ws.scratch, sums);
    int n = count_compared(table, "b0.out", gold.ws.dx[1], 3) +
            count_compared(table, "b1.mid", gold.ws.gradients.dmid, 3) +
            count_compared(table, "b1.fc", gold.ws.gradients.df, 3) +
            count_compared(table, "b1.qkv", gold.ws.gradients.dqkv, 3) +
            count_compared(table, "b1.ln1", gold.ws.gradients.dnorm, 3);
    cr_expect_gt(n, 400);
    gold_close(&gold);
    table_close(table);
}

/* ---- Fisher information: a sequence is an example ---- */

/* F += (the gradient of the sum of a sequence's losses)^2 / (N T), over all sequences. */
static void estimate_fisher(struct gold *gold, double *fisher)
{
    int n_logits = gold->rows * gold->net.n_symbols;
    memset(fisher, 0, gold->net.n_params * sizeof *fisher);
    gold_loss(gold);
    kernel_scale(gold->ws.dlogits, (real)gold->rows, (size_t)n_logits);
    for (int b = 0; b < gold->windows; b++) {
        transformer_backward(&gold->net, gold->theta, b, 1, &gold->ws, gold->grad);
        for (size_t i = 0; i < gold->net.n_params; i++) {
            fisher[i] += (double)gold->grad[i] * (double)gold->grad[i] / gold->rows;
        }
    }
}

static void check_fisher(struct gold *gold, int field, double wanted_sum)
{
    struct table *table = table_open("transformer_fisher.tsv");
    double *fisher = calloc(gold->net.n_params, sizeof *fisher), sum = 0;
    estimate_fisher(gold, fisher);
    for (int row = 0; row < table->n; row++) {
        int i = column(table, row, 0);
        expect_near(fisher[i], table_number(table, row, field), "F", i);
    }
    for (size_t i = 0; i < gold->net.n_params; i++) {
        sum += fisher[i];
    }
    cr_expect(fabs(sum - wanted_sum) < 6e-5, "sum of F: %.6f, reference %.4f", sum, wanted_sum);
    free(fisher);
    table_close(table);
}

/* The first symbol at which the cumulative softmax exceeds u. */
static int sampled_at(const struct gold *gold, int row, double u)
{
    const real *z = gold->ws.logits + row * gold->net.n_symbols;
    double sum = 0, total = 0;
    int v = 0;
    for (int i = 0; i < gold->net.n_symbols; i++) {
        total += exp((double)z[i]);
    }
    for (; v < gold->net.n_symbols - 1; v++) {
        sum += exp((double)z[v]) / total;
        if (sum > u) {
            break;
        }
    }
    return v;
}

Test(transformer, fisher_of_targets_and_of_sampled_labels)
{
    struct table *labels = table_open("transformer_fisher_labels.tsv");
    struct gold gold = gold_tiny();
    for (int i = 0; i < gold.rows; i++) {
        cr_assert_eq((int)gold.symbols[i], column(labels, i, 2));
        cr_assert_eq(gold.targets[i], column(labels, i, 3));
    }
    check_fisher(&gold, 1, 29.5831);
    for (int i = 0; i < gold.rows; i++) {
        gold.targets[i] = sampled_at(&gold, i, table_number(labels, i, 4));
        cr_assert_eq(gold.targets[i], column(labels, i, 5), "label %d", i);
    }
    check_fisher(&gold, 2, 19.7333);
    gold_close(&gold);
    table_close(labels);
}

/* ---- LoRA: gradients of A and B from that of W ---- */

enum { RANK = 2, ADAPTERS = 8 };
static const double lora_scale = 2; /* alpha / rank */

struct adapter {
    struct transformer_tensor w;
    int first; /* of A (r, in) among all adapters' numbers; B (out, r) stands behind it */
};

static double a_at(const struct adapter *adapter, int k, int i)
{
    return 0.1 * sin(1.3 * (adapter->first + k * adapter->w.rows + i) + 0.1);
}

static double b_at(const struct adapter *adapter, int o, int k)
{
    return 0.05 * sin(0.9 * (adapter->first + RANK * adapter->w.rows + o * RANK + k) + 0.2);
}

static void find_adapters(const struct transformer *net, struct adapter *adapters)
{
    int n = 0, first = 0;
    for (int i = 0; i < transformer_n_tensors(net); i++) {
        struct transformer_tensor w = transformer_tensor(net, i);
        if (w.role == TRANSFORMER_WEIGHT) {
            adapters[n++] = (struct adapter){w, first};
            first += RANK * (w.rows + w.cols);
        }
    }
    cr_assert_eq(n, ADAPTERS);
}

/* W += s (B A)' */
static void adapt(const struct adapter *adapter, real *theta)
{
    for (int i = 0; i < adapter->w.rows; i++) {
        for (int o = 0; o < adapter->w.cols; o++) {
            double sum = 0;
            for (int k = 0; k < RANK; k++) {
                sum += b_at(adapter, o, k) * a_at(adapter, k, i);
            }
            real *w = theta + adapter->w.at + (size_t)i * adapter->w.cols + o;
            *w = (real)((double)*w + lora_scale * sum);
        }
    }
}

/* dA = s (G B)', dB = s G' A':  the derivative by the number `at` of the adapter. */
static double adapter_gradient(const struct adapter *adapter, const real *grad, int at)
{
    const real *g = grad + adapter->w.at;
    int in = adapter->w.rows, out = adapter->w.cols, n_a = RANK * in;
    double sum = 0;
    for (int o = 0; at < n_a && o < out; o++) {
        sum += (double)g[(at % in) * out + o] * b_at(adapter, o, at / in);
    }
    for (int i = 0; at >= n_a && i < in; i++) {
        sum += (double)g[i * out + (at - n_a) / RANK] * a_at(adapter, (at - n_a) % RANK, i);
    }
    return lora_scale * sum;
}

static double checksum(const struct gold *gold)
{
    double sum = 0;
    for (int i = 0; i < gold->rows * gold->net.n_symbols; i++) {
        sum += (i + 1) * (double)gold->ws.logits[i];
    }
    return sum;
}

Test(transformer, adapters_of_rank_two)
{
    struct table *table = table_open("transformer_lora.tsv");
    struct gold gold = gold_tiny();
    struct adapter adapters[ADAPTERS];
    find_adapters(&gold.net, adapters);
    for (int i = 0; i < ADAPTERS; i++) {
        adapt(&adapters[i], gold.theta);
    }
    expect_near(gold_loss(&gold), table_number(table, 0, 4), "loss", 0);
    gold_gradient(&gold);
    for (int row = 1, last = 0; row + 1 < table->n; row++) {
        int at = column(table, row, 1);
        while (last + 1 < ADAPTERS && at >= adapters[last + 1].first) {
            last++;
        }
        expect_near(adapter_gradient(&adapters[last], gold.grad, at - adapters[last].first),
                    table_number(table, row, 5), table->fields[row][0], at);
    }
    double wanted = table_number(table, table->n - 1, 4);
    cr_expect(fabs(checksum(&gold) - wanted) < tolerance * fabs(wanted), "checksum %.17g",
              checksum(&gold));
    gold_close(&gold);
    table_close(table);
}

/* ---- central differences, at a shape where nothing is a power of two ---- */

#ifdef OUBLI_DOUBLE
Test(transformer, gradient_matches_central_differences)
{
    enum { V = 9, T = 7, B = 2 };
    static const double h = 1e-6, near = 2e-8; /* of gradients of 1e-3 to 1 */
    struct gold gold = gold_open((struct transformer_shape){V, T, 20, 5, 3}, B, 0.06);
    struct rng rng = rng_stream(3, 3);
    double largest = 0;
    for (int i = 0; i < B * T; i++) {
        gold.symbols[i] = rng_below(&rng, V - 1); /* the last is never seen */
        gold.targets[i] = rng_below(&rng, V);
    }
    for (size_t i = 0; i < gold.net.n_params; i++) {
        gold.grad[i] = 99; /* overwritten, not added to */
    }
    gold_loss(&gold);
    gold_gradient(&gold);
    for (size_t i = 0; i < gold.net.n_params; i++) {
        real kept = gold.theta[i];
        gold.theta[i] = kept + h;
        double above = gold_loss(&gold);
        gold.theta[i] = kept - h;
        double slope = (above - gold_loss(&gold)) / (2 * h);
        gold.theta[i] = kept;
        cr_assert(fabs(slope - gold.grad[i]) < near, "parameter %zu: %.10g, slope %.10g", i,
                  gold.grad[i], slope);
        largest = fmax(largest, fabs(slope));
    }
    cr_expect(largest > 0.1, "there was something to compare");
    gold_close(&gold);
}
#endif
