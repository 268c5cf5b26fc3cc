/* SPDX-License-Identifier: MIT
 * What probes are made of, each against the plainest way to compute it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "lab/measure.h"
#include "net/blas.h"

enum { N = 23, P = 17, Q = 9, MOST = 40 };

static const double near = 1e-5; /* floats */

static void fill(real *x, int n, uint64_t seed)
{
    struct rng rng = rng_stream(seed, 3);
    for (int i = 0; i < n; i++) {
        x[i] = (real)(2 * rng_unit(&rng) - 1);
    }
}

static void set_up(void)
{
    cr_assert(blas_setup(NULL, NULL));
}

TestSuite(measure, .init = set_up);

Test(measure, dead_units_are_those_that_are_never_above_zero)
{
    real h[4 * 5] = {0};
    h[0 * 5 + 1] = 1;          /* one example is enough */
    h[3 * 5 + 2] = (real)1e-9; /* however little */
    h[2 * 5 + 3] = -1;         /* below is dead */
    cr_expect_float_eq(measure_dead_share(h, 4, 5), 0.6, 1e-12);
}

/* |Y'X|^2 / (|X'X| |Y'Y|), element by element. */
static double plain_cka(const real *x, int p, const real *y, int q, int n)
{
    const real *of[] = {x, y};
    const int width[] = {p, q};
    double norm[3] = {0}, centred[2][N][MOST];
    for (int k = 0; k < 2; k++) {
        for (int u = 0; u < width[k]; u++) {
            double mean = 0;
            for (int i = 0; i < n; i++) {
                mean += (double)of[k][i * width[k] + u] / n;
            }
            for (int i = 0; i < n; i++) {
                centred[k][i][u] = (double)of[k][i * width[k] + u] - mean;
            }
        }
    }
    for (int k = 0; k < 3; k++) { /* X'X, Y'Y, Y'X */
        int a = k > 0, b = k == 1;
        for (int u = 0; u < width[a]; u++) {
            for (int v = 0; v < width[b]; v++) {
                double sum = 0;
                for (int i = 0; i < n; i++) {
                    sum += centred[a][i][u] * centred[b][i][v];
                }
                norm[k] += sum * sum;
            }
        }
    }
    return norm[2] / sqrt(norm[0] * norm[1]);
}

Test(measure, likeness_is_that_of_its_definition)
{
    real x[N * P], y[N * Q], turned[N * P];
    fill(x, N * P, 1);
    fill(y, N * Q, 2);
    cr_expect_float_eq(measure_cka(x, P, y, Q, N), plain_cka(x, P, y, Q, N), near);
    cr_expect_float_eq(measure_cka(x, P, x, P, N), 1, near);
    for (int i = 0; i < N; i++) { /* other units, twice as loud and moved: the same view */
        for (int u = 0; u < P; u++) {
            turned[i * P + u] = 2 * x[i * P + (u + 5) % P] + 3;
        }
    }
    cr_expect_float_eq(measure_cka(x, P, turned, P, N), 1, near);
    memset(x, 0, sizeof x);
    cr_expect(isnan(measure_cka(x, P, y, Q, N)), "of what is constant nothing can be said");
}

/* Singular values by turning pairs of columns until all are orthogonal (one-sided Jacobi). */
static double plain_rank(const real *h, int n, int width)
{
    static double a[MOST][MOST];
    double sum = 0, entropy = 0, sigma[MOST];
    for (int u = 0; u < width; u++) {
        for (int i = 0; i < n; i++) {
            a[u][i] = (double)h[i * width + u];
        }
    }
    for (int turn = 0; turn < 60 * width * width; turn++) {
        int u = turn % (width * width) / width, v = turn % width;
        double uu = 0, vv = 0, uv = 0;
        for (int i = 0; u < v && i < n; i++) {
            uu += a[u][i] * a[u][i];
            vv += a[v][i] * a[v][i];
            uv += a[u][i] * a[v][i];
        }
        double angle = u < v ? 0.5 * atan2(2 * uv, uu - vv) : 0;
        for (int i = 0; u < v && i < n; i++) {
            double p = a[u][i], q = a[v][i];
            a[u][i] = cos(angle) * p + sin(angle) * q;
            a[v][i] = cos(angle) * q - sin(angle) * p;
        }
    }
    for (int u = 0; u < width; u++) {
        sigma[u] = 0;
        for (int i = 0; i < n; i++) {
            sigma[u] += a[u][i] * a[u][i];
        }
        sigma[u] = sqrt(sigma[u]);
        sum += sigma[u];
    }
    for (int u = 0; u < width; u++) {
        double p = sigma[u] / sum;
        entropy -= p > 1e-12 ? p * log(p) : 0;
    }
    return exp(entropy);
}

Test(measure, effective_rank_is_that_of_the_singular_values)
{
    static const int shapes[][2] = {{23, 17}, {17, 23}, {1, 9}, {30, 1}, {12, 12}, {40, 39}};
    real h[MOST * MOST];
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        int n = shapes[s][0], width = shapes[s][1];
        fill(h, n * width, 7 + s);
        cr_expect_float_eq(measure_effective_rank(h, n, width), plain_rank(h, n, width), 1e-4,
                           "%d x %d", n, width);
    }
    memset(h, 0, sizeof h);
    cr_expect(isnan(measure_effective_rank(h, 8, 5)));
    for (int i = 0; i < 5; i++) { /* three directions of the same size */
        h[i * 5 + i] = i < 3 ? 2 : 0;
    }
    cr_expect_float_eq(measure_effective_rank(h, 8, 5), 3, 1e-6);
    for (int i = 0; i < 8 * 5; i++) {
        h[i] = 1;
    }
    cr_expect_float_eq(measure_effective_rank(h, 8, 5), 1, 1e-5);
}

Test(measure, selectivity_is_of_the_task_preferred_against_the_others)
{
    const double means[3 * 4] = {1, 2, 0, 0, /* by task */
                                 0, 2, 0, 1, 0, 2, 0, 3};
    /* 1: alone; 0: alike; silent: does not count; (3 - 0.5) / (3 + 0.5) */
    cr_expect_float_eq(measure_selectivity(means, 3, 4), (1 + 0 + 2.5 / 3.5) / 3, 1e-12);
    const double silent[2] = {0};
    cr_expect(isnan(measure_selectivity(silent, 2, 1)));
}

Test(measure, of_vectors_are_those_of_their_definitions)
{
    real f[N], g[N], v[N];
    double moved = 0, fg = 0, ff = 0, gg = 0;
    fill(f, N, 11);
    fill(g, N, 12);
    memset(v, 0, sizeof v);
    for (int i = 0; i < N; i++) {
        moved += pow((double)f[i] - (double)g[i], 2);
        fg += (double)f[i] * (double)g[i];
        ff += (double)f[i] * (double)f[i];
        gg += (double)g[i] * (double)g[i];
    }
    cr_expect_float_eq(measure_moved(f, g, N), sqrt(moved / gg), near);
    cr_expect_float_eq(measure_cosine(f, g, N), fg / sqrt(ff * gg), near);
    cr_expect_float_eq(measure_cosine(f, f, N), 1, near);
    cr_expect(isnan(measure_moved(f, v, N)) && isnan(measure_cosine(f, v, N)));
}

/* Of some columns of a wider matrix. */
Test(measure, of_parts_leave_out_what_is_not_of_the_part)
{
    const struct part part = {.at = 2, .rows = 3, .cols = 2, .stride = 5};
    real f[17], g[17], w[17], v[17];
    double sum_f = 0, sum_g = 0, squares = 0, drift = 0;
    fill(f, 17, 21);
    fill(g, 17, 22);
    fill(w, 17, 23);
    fill(v, 17, 24);
    for (int i = 0; i < 17; i++) {
        f[i] *= f[i];
        g[i] *= g[i];
    }
    for (int k = 0; k < 6; k++) {
        int at = 2 + k / 2 * 5 + k % 2;
        sum_f += (double)f[at];
        sum_g += (double)g[at];
        drift += 0.5 * (double)f[at] * pow((double)w[at] - (double)v[at], 2);
    }
    for (int k = 0; k < 6; k++) { /* d^2 = 1/2 sum (sqrt f^ - sqrt g^)^2 */
        int at = 2 + k / 2 * 5 + k % 2;
        squares += pow(sqrt((double)f[at] / sum_f) - sqrt((double)g[at] / sum_g), 2);
    }
    cr_expect_float_eq(measure_overlap(&part, f, g), 1 - squares / 2, near);
    cr_expect_float_eq(measure_overlap(&part, f, f), 1, near);
    cr_expect_float_eq(measure_weighted_drift(&part, f, w, v), drift, near);
    memset(f, 0, sizeof f);
    cr_expect(isnan(measure_overlap(&part, f, g)));
}
