/* SPDX-License-Identifier: MIT
 * Attention against its formula, at lengths around those of the pieces it is worked on in. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "net/attention.h"
#include "net/blas.h"
#include "net/product.h"

enum { LENGTH_MAX = 70, WIDTH_MAX = 20, HEADS = 2, D = HEADS * WIDTH_MAX };

static const double tolerance = 500 * FLT_EPSILON;

static real qkv[LENGTH_MAX * 3 * D], d_o[LENGTH_MAX * D], o[LENGTH_MAX * D],
    dqkv[LENGTH_MAX * 3 * D];
static real weights[HEADS * LENGTH_MAX * LENGTH_MAX], scratch[(32 + WIDTH_MAX) * LENGTH_MAX];

/* q, k or v (part 0, 1, 2) of a position. */
static double of(const struct attention *at, int part, int head, int t, int i)
{
    int d = at->n_heads * at->width;
    return (double)qkv[t * 3 * d + part * d + head * at->width + i];
}

static double score(const struct attention *at, int head, int t, int s)
{
    double sum = 0;
    for (int i = 0; i < at->width; i++) {
        sum += of(at, 0, head, t, i) * of(at, 1, head, s, i);
    }
    return sum / sqrt(at->width);
}

/* Row t of A. */
static void attend(const struct attention *at, int head, int t, double *a)
{
    double sum = 0;
    for (int s = 0; s <= t; s++) {
        a[s] = exp(score(at, head, t, s));
        sum += a[s];
    }
    for (int s = 0; s < at->length; s++) {
        a[s] = s <= t ? a[s] / sum : 0;
    }
}

/* Adds what row t gives to dq, dk, dv (T, 3, e), and checks its rows of A and o. */
static void check_row(const struct attention *at, int head, int t, double (*d)[3][WIDTH_MAX])
{
    double a[LENGTH_MAX], da[LENGTH_MAX], sum = 0;
    int e = at->width, width = at->n_heads * e;
    attend(at, head, t, a);
    for (int s = 0; s < at->length; s++) {
        double found = (double)weights[(head * at->length + t) * at->length + s];
        cr_assert_float_eq(found, a[s], tolerance, "A %d %d of %d", t, s, at->length);
        da[s] = 0;
        for (int i = 0; i < e; i++) {
            da[s] += (double)d_o[t * width + head * e + i] * of(at, 2, head, s, i);
        }
        sum += a[s] * da[s];
    }
    for (int i = 0; i < e; i++) {
        double wanted = 0;
        for (int s = 0; s <= t; s++) {
            double ds = a[s] * (da[s] - sum) / sqrt(e);
            wanted += a[s] * of(at, 2, head, s, i);
            d[t][0][i] += ds * of(at, 1, head, s, i);
            d[s][1][i] += ds * of(at, 0, head, t, i);
            d[s][2][i] += a[s] * (double)d_o[t * width + head * e + i];
        }
        cr_assert_float_eq((double)o[t * width + head * e + i], wanted, tolerance);
    }
}

Test(attention, follows_its_formula_at_any_length)
{
    static const int lengths[] = {1, 7, 15, 16, 17, 32, 33, 48, 64, 70}, widths[] = {1, 5, 16, 20};
    struct rng rng = rng_stream(1, 99);
    cr_assert(blas_setup(NULL, NULL));
    for (int c = 0; c < 40; c++) {
        struct attention at = {lengths[c % 10], HEADS, widths[c / 10]};
        double d[LENGTH_MAX][3][WIDTH_MAX];
        size_t rows = (size_t)at.length, width = (size_t)HEADS * (size_t)at.width;
        cr_assert_leq(attention_scratch(&at), sizeof scratch / sizeof *scratch);
        for (size_t i = 0; i < rows * 3 * width; i++) {
            qkv[i] = (real)(4 * rng_unit(&rng) - 2);
            d_o[i / 3] = (real)(2 * rng_unit(&rng) - 1);
            dqkv[i] = scratch[i % 99] = (real)NAN; /* none of it is read before it is written */
        }
        memset(weights, 0, sizeof weights);
        attention_forward(&at, o, weights, qkv, scratch);
        attention_backward(&at, dqkv, d_o, weights, qkv, scratch);
        for (int head = 0; head < HEADS; head++) {
            memset(d, 0, sizeof d);
            for (int t = 0; t < at.length; t++) {
                check_row(&at, head, t, d);
            }
            for (int i = 0; i < at.length * 3 * at.width; i++) {
                int t = i / (3 * at.width), part = i / at.width % 3, j = i % at.width;
                double found =
                    (double)dqkv[t * 3 * (int)width + part * (int)width + head * at.width + j];
                cr_assert_float_eq(found, d[t][part][j], tolerance,
                                   "part %d at %d of %d, width %d: %g, not %g", part, t, at.length,
                                   at.width, found, d[t][part][j]);
            }
        }
    }
}

/* The softmax looks for the largest score as if reals were whole numbers. */
Test(attention, scores_of_any_size_and_sign_become_shares)
{
    static const real scores[][3] = {
        {-3, -200, -3}, {-90, 90, 0}, {1e30f, -1e30f, 1e30f}, {0, -0.0f, 0}};
    struct attention at = {3, 1, 1};
    cr_assert(blas_setup(NULL, NULL));
    for (int c = 0; c < 4; c++) {
        real x[9] = {0};
        for (int t = 0; t < 3; t++) {
            x[3 * t] = 1;
            x[3 * t + 1] = scores[c][t];
        }
        memset(weights, 0, sizeof weights);
        attention_forward(&at, o, weights, x, scratch);
        double wanted[3],
            sum = 0,
            largest = fmax(fmax((double)scores[c][0], (double)scores[c][1]), (double)scores[c][2]);
        for (int s = 0; s < 3; s++) {
            wanted[s] = exp((double)scores[c][s] - largest);
            sum += wanted[s];
        }
        for (int s = 0; s < 3; s++) {
            cr_assert_float_eq((double)weights[6 + s], wanted[s] / sum, 1e-6, "case %d, %d: %g", c,
                               s, (double)weights[6 + s]);
        }
    }
}

Test(attention, a_score_that_is_no_number_makes_its_row_no_number)
{
    static const int at_rows[] = {0, 5, 19};
    struct attention at = {20, 1, 1};
    cr_assert(blas_setup(NULL, NULL));
    for (int sign = -1; sign <= 1; sign += 2) {
        for (int c = 0; c < 3; c++) {
            real x[60];
            for (int i = 0; i < 60; i++) {
                x[i] = (real)0.5;
            }
            x[3 * at_rows[c] + 1] = (real)copysign(NAN, sign); /* a key: all who look at it */
            memset(weights, 0, sizeof weights);
            attention_forward(&at, o, weights, x, scratch);
            for (int t = 0; t < 20; t++) {
                cr_assert_eq(isnan(o[t]) != 0, t >= at_rows[c], "row %d, key %d", t, at_rows[c]);
            }
        }
    }
}

Test(product, transposes_matrices_of_any_size)
{
    static real from[23 * 30], to[23 * 30];
    for (int i = 0; i < 23 * 30; i++) {
        from[i] = (real)i;
    }
    for (int m = 1; m <= 19; m++) {
        for (int n = 1; n <= 19; n++) {
            memset(to, 0, sizeof to);
            product_transpose(to, 23, from, 30, m, n);
            for (int i = 0; i < 23 * 30; i++) {
                int j = i / 23, k = i % 23;
                bool is_inside = j < n && k < m;
                cr_assert_eq(to[i], is_inside ? from[k * 30 + j] : 0);
            }
        }
    }
}
