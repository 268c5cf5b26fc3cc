/* SPDX-License-Identifier: MIT
 * Element-wise loops against naive twins, at every size near a vector's
 * width. */
#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "net/kernels.h"

enum { LENGTH = 40 };

static const double tolerance = 64 * FLT_EPSILON; /* sums of up to 40 products of numbers below 1 */

static const size_t sizes[] = {0, 1, 7, 8, 9, 33};
enum { N_SIZES = sizeof sizes / sizeof *sizes };

static void fill(struct rng *rng, real *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = (real)(2 * rng_unit(rng) - 1);
    }
}

/* Vectors of one size with a guard behind each; x[0..3] hold random numbers. */
struct vectors {
    real x[4][LENGTH + 1], was[4][LENGTH + 1];
};

static void vectors_fill(struct vectors *v, size_t n)
{
    struct rng rng = rng_stream(2, n);
    for (int i = 0; i < 4; i++) {
        fill(&rng, v->x[i], LENGTH);
        v->x[i][n] = 42;
    }
    memcpy(v->was, v->x, sizeof v->was);
}

static void expect_near(const struct vectors *v, int which, size_t i, double wanted,
                        const char *what)
{
    double found = (double)v->x[which][i];
    cr_assert(fabs(found - wanted) <= tolerance * fmax(1, fabs(wanted)),
              "%s[%zu]: %.9g, wanted %.9g", what, i, found, wanted);
}

static void expect_guard(const struct vectors *v, size_t n, const char *what)
{
    for (int i = 0; i < 4; i++) {
        cr_assert(v->x[i][n] == 42, "%s of %zu wrote behind vector %d", what, n, i);
    }
}

static const double k0 = 0.79788456080286535588, k1 = 0.044715;

static double gelu(double f)
{
    return f * (1 + tanh(k0 * (f + k1 * f * f * f))) / 2;
}

static double gelu_slope(double f)
{
    double u = tanh(k0 * (f + k1 * f * f * f));
    return (1 + u) / 2 + f * (1 - u * u) * k0 * (1 + 3 * k1 * f * f) / 2;
}

Test(kernels, loops_with_one_result_match_naive_loops)
{
    struct vectors v;
    for (int k = 0; k < N_SIZES; k++) {
        size_t n = sizes[k];
#define EACH(call, formula)                                                                        \
    vectors_fill(&v, n);                                                                           \
    call;                                                                                          \
    expect_guard(&v, n, #call);                                                                    \
    for (size_t i = 0; i < n; i++) {                                                               \
        double x = (double)v.was[0][i], y = (double)v.was[1][i], z = (double)v.was[2][i];          \
        double w = (double)v.was[3][i];                                                            \
        (void)x, (void)y, (void)z, (void)w;                                                        \
        expect_near(&v, 0, i, formula, #call);                                                     \
    }
        EACH(kernel_relu(v.x[0], n), fmax(x, 0))
        EACH(kernel_relu_backward(v.x[0], v.x[1], n), y > 0 ? x : 0)
        EACH(kernel_tanh(v.x[0], n), tanh(x))
        EACH(kernel_tanh_backward(v.x[0], v.x[1], n), x * (1 - y * y))
        EACH(kernel_exp(v.x[0], n), exp(x))
        EACH(kernel_multiply(v.x[0], v.x[1], n), x * y)
        EACH(kernel_gelu(v.x[0], v.x[1], n), gelu(y))
        EACH(kernel_gelu(v.x[1], v.x[0], n), gelu_slope(x))
        EACH(kernel_square(v.x[0], v.x[1], n), y * y)
        EACH(kernel_add_squares(v.x[0], v.x[1], n), x + y * y)
        EACH(kernel_add_scaled(v.x[0], v.x[1], (real)0.3, n), x + 0.3 * y)
        EACH(kernel_scale(v.x[0], (real)0.3, n), 0.3 * x)
        EACH(kernel_add_difference(v.x[0], v.x[1], v.x[2], (real)0.3, n), x + 0.3 * (y - z))
        EACH(kernel_sgd(v.x[0], v.x[1], (real)0.3, n), x - 0.3 * y)
        EACH(kernel_pull(v.x[0], v.x[1], v.x[2], v.x[3], (real)0.3, n), x + 0.3 * (z * y - w))
        EACH(kernel_proximal(v.x[0], v.x[1], v.x[2], (real)0.3, n), (x + 0.3 * z) / (1 + 0.3 * y))
        EACH(kernel_momentum(v.x[0], v.x[1], v.x[2], (real)0.3, (real)0.9, n),
             x - 0.3 * (0.9 * y + z))
#undef EACH
    }
}

/* y (sum) takes f times what x (gradient, or weights) takes. */
Test(kernels, springs_that_are_counted_add_as_much_to_the_sum)
{
    struct vectors v;
    for (int k = 0; k < N_SIZES; k++) {
        size_t n = sizes[k];
#define EACH(call, added)                                                                          \
    vectors_fill(&v, n);                                                                           \
    call;                                                                                          \
    expect_guard(&v, n, #call);                                                                    \
    for (size_t i = 0; i < n; i++) {                                                               \
        double x = (double)v.was[0][i], y = (double)v.was[1][i], z = (double)v.was[2][i];          \
        double w = (double)v.was[3][i], by = added;                                                \
        expect_near(&v, 0, i, x + by, #call);                                                      \
        expect_near(&v, 1, i, y - 0.7 * by, #call " sum");                                         \
        cr_assert_eq((double)v.x[2][i], z, "%s changed an input", #call);                          \
        cr_assert_eq((double)v.x[3][i], w, "%s changed an input", #call);                          \
    }
        EACH(
            kernel_add_difference_counted(v.x[0], v.x[1], (real)-0.7, v.x[2], v.x[3], (real)0.3, n),
            0.3 * (z - w))
        EACH(kernel_pull_counted(v.x[0], v.x[1], (real)-0.7, v.x[2], v.x[3], v.x[2], (real)0.3, n),
             0.3 * (w * z - z))
        EACH(kernel_proximal_counted(v.x[0], v.x[1], (real)-0.7, v.x[2], v.x[3], (real)0.3, n),
             (x + 0.3 * w) / (1 + 0.3 * z) - x)
#undef EACH
    }
}

/* Whoever is under the microscope must train to the same bits. */
Test(kernels, springs_that_are_counted_move_by_the_same_bits)
{
    struct vectors v, counted;
    for (int k = 0; k < N_SIZES; k++) {
        size_t n = sizes[k];
#define EACH(call, call_counted)                                                                   \
    vectors_fill(&v, n);                                                                           \
    counted = v;                                                                                   \
    call;                                                                                          \
    call_counted;                                                                                  \
    cr_assert(memcmp(v.x[0], counted.x[0], sizeof v.x[0]) == 0, "%s of %zu", #call, n);
        EACH(kernel_add_difference(v.x[0], v.x[2], v.x[3], (real)0.3, n),
             kernel_add_difference_counted(counted.x[0], counted.x[1], (real)-0.7, counted.x[2],
                                           counted.x[3], (real)0.3, n))
        EACH(kernel_pull(v.x[0], v.x[2], v.x[3], v.x[2], (real)0.3, n),
             kernel_pull_counted(counted.x[0], counted.x[1], (real)-0.7, counted.x[2], counted.x[3],
                                 counted.x[2], (real)0.3, n))
        EACH(kernel_proximal(v.x[0], v.x[2], v.x[3], (real)0.3, n),
             kernel_proximal_counted(counted.x[0], counted.x[1], (real)-0.7, counted.x[2],
                                     counted.x[3], (real)0.3, n))
#undef EACH
    }
}

Test(kernels, adam_and_momentum_keep_their_means)
{
    struct vectors v;
    for (int k = 0; k < N_SIZES; k++) {
        size_t n = sizes[k];
        vectors_fill(&v, n);
        for (size_t i = 0; i < n; i++) {
            v.was[2][i] = v.x[2][i] = v.x[2][i] * v.x[2][i]; /* a mean of squares */
        }
        kernel_adam(v.x[0], v.x[1], v.x[2], v.x[3], (real)0.2, (real)1.5, (real)0.99, n);
        expect_guard(&v, n, "adam");
        for (size_t i = 0; i < n; i++) {
            double g = (double)v.was[3][i];
            double m = 0.9 * (double)v.was[1][i] + 0.1 * g,
                   s = 0.99 * (double)v.was[2][i] + 0.01 * g * g;
            expect_near(&v, 1, i, m, "m");
            expect_near(&v, 2, i, s, "v");
            expect_near(&v, 0, i, (double)v.was[0][i] - 0.2 * m / (sqrt(s) * 1.5 + 1e-8), "adam");
        }
        vectors_fill(&v, n);
        kernel_momentum(v.x[0], v.x[1], v.x[2], (real)0.3, (real)0.9, n);
        for (size_t i = 0; i < n; i++) {
            expect_near(&v, 1, i, 0.9 * (double)v.was[1][i] + (double)v.was[2][i], "velocity");
        }
    }
}

Test(kernels, sums_match_naive_loops)
{
    struct vectors v;
    for (int k = 0; k < N_SIZES; k++) {
        size_t n = sizes[k];
        double squares = 0, differences = 0, max = 0;
        vectors_fill(&v, n);
        for (size_t i = 0; i < n; i++) {
            double x = (double)v.x[0][i], y = (double)v.x[1][i];
            squares += x * x;
            differences += (x - y) * (x - y);
            max = fmax(max, x);
        }
        cr_expect(fabs(kernel_sum_squares(v.x[0], n) - squares) < 1e-12);
        cr_expect(fabs(kernel_sum_squared_difference(v.x[0], v.x[1], n) - differences) < 1e-12);
        cr_expect_eq((double)kernel_max(v.x[0], n), max);
    }
}

Test(kernels, rows_and_columns)
{
    static real z[9 * 33 + 1], x[9 * 33], bias[33], sums[34];
    struct rng rng = rng_stream(3, 3);
    for (int rows = 0; rows <= 9; rows++) {
        for (int k = 0; k < N_SIZES; k++) {
            int n = (int)sizes[k];
            fill(&rng, bias, 33);
            fill(&rng, x, 9 * 33);
            z[rows * n] = 42;
            kernel_add_row(z, x, bias, rows, n);
            cr_assert(z[rows * n] == 42);
            for (int i = 0; i < rows * n; i++) {
                cr_assert(z[i] == x[i] + bias[i % n]);
            }
            fill(&rng, z, 9 * 33);
            sums[n] = 42;
            kernel_column_sums(sums, z, rows, n);
            cr_assert(sums[n] == 42);
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int i = 0; i < rows; i++) {
                    sum += (double)z[i * n + j];
                }
                cr_assert(fabs((double)sums[j] - sum) < tolerance);
            }
        }
    }
}

/* As far out as numbers go: the identity above, 0 below. */
Test(kernels, gelu_of_large_numbers)
{
    const double inputs[] = {-1e6, -1e3, -20, -10, -5, -1, -1e-6, 0, 1e-6, 1, 5, 10, 20, 1e6};
    enum { N = sizeof inputs / sizeof *inputs };
    real f[N], g[N];
    for (int i = 0; i < N; i++) {
        f[i] = (real)inputs[i];
    }
    kernel_gelu(g, f, N);
    for (int i = 0; i < N; i++) {
        double x = inputs[i], y = gelu(x), slope = gelu_slope(x);
        cr_expect(fabs((double)g[i] - y) <= tolerance * fmax(1, fabs(y)), "%g: %g, wanted %g", x,
                  (double)g[i], y);
        cr_expect(fabs((double)f[i] - slope) <= tolerance, "%g: slope %g, wanted %g", x,
                  (double)f[i], slope);
    }
}

/* A NaN must reach the loss, whatever lane it is in. */
Test(kernels, nan_stays_nan)
{
    for (size_t at = 0; at < 33; at++) {
        struct vectors v;
        vectors_fill(&v, 33);
        v.x[0][at] = (real)NAN;
#define STAYS(call)                                                                                \
    call;                                                                                          \
    for (size_t i = 0; i < 33; i++) {                                                              \
        cr_assert(isnan((double)v.x[0][i]) == (i == at), "%s: %zu, NaN at %zu", #call, i, at);     \
    }
        STAYS(kernel_relu(v.x[0], 33))
        STAYS(kernel_tanh(v.x[0], 33))
        STAYS(kernel_exp(v.x[0], 33))
        STAYS(kernel_scale(v.x[0], 2, 33))
        STAYS(kernel_sgd(v.x[0], v.x[1], 1, 33))
        STAYS(kernel_tanh_backward(v.x[0], v.x[1], 33))
#undef STAYS
        cr_expect(isnan(kernel_sum_squares(v.x[0], 33)));
        cr_expect(isnan(kernel_sum_squared_difference(v.x[1], v.x[0], 33)));
        kernel_relu(v.x[0], 33);
        cr_expect(isnan((double)v.x[0][at]));
    }
}

static const double exp_ulps = 2; /* promised by kernels.h */

Test(kernels, exp_is_within_two_units_of_the_last_place)
{
    enum { POINTS = 400000, CHUNK = 1000 };
    static real x[CHUNK], was[CHUNK];
    double worst = 0;
    for (int first = 0; first < POINTS; first += CHUNK) {
        for (int i = 0; i < CHUNK; i++) {
            was[i] = x[i] = (real)(-86.99 + 173.98 * (first + i) / POINTS);
        }
        kernel_exp(x, CHUNK);
        for (int i = 0; i < CHUNK; i++) {
            double wanted = exp((double)was[i]);
            double unit = ldexp(1, ilogb(wanted) - (FLT_MANT_DIG - 1));
            worst = fmax(worst, fabs((double)x[i] - wanted) / unit);
        }
    }
    cr_expect(worst <= exp_ulps, "%.3f units", worst);
}

Test(kernels, exp_at_its_ends)
{
    real x[] = {0, -100, -1000, (real)-INFINITY, 1000, (real)INFINITY};
    kernel_exp(x, 6);
    cr_expect(x[0] == 1);
    cr_expect((double)x[1] < 1e-38 && x[2] == 0 && x[3] == 0, "far below: 0");
    cr_expect((double)x[4] > 1e38 && (double)x[5] > 1e38, "far above: large");
}
