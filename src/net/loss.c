/* SPDX-License-Identifier: MIT */
#include "net/loss.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "net/kernels.h"
#include "net/lanes.h"

enum { ROWS = 8 }; /* that are worked on at a time */

/* The largest of n >= 1 numbers; a NaN that is not the first may be passed over. */
LANES_INLINE real largest_of(const real *z, int n)
{
    lanes_bits order = (lanes_bits){0} + LANES_LEAST;
    int i = 0;
    for (; i + LANES_N <= n; i += LANES_N) {
        order = lanes_larger(lanes_order(*(const lanes *)(z + i)), order);
    }
    real largest = i > 0 ? lanes_largest(order) : z[0];
    for (; i < n; i++) {
        largest = z[i] > largest ? z[i] : largest;
    }
    return largest;
}

/* The sum over each of n <= ROWS rows: as many chains side by side. */
LANES_INLINE void sum_rows(real *sums, const real *p, struct range range, int n, int width)
{
    for (int i = 0; i < ROWS; i++) {
        sums[i] = 0;
    }
    for (int j = range.first; n == ROWS && j < range.first + range.count; j++) {
        for (int i = 0; i < ROWS; i++) {
            sums[i] += p[(size_t)i * width + j];
        }
    }
    for (int i = 0; n < ROWS && i < n; i++) {
        for (int j = range.first; j < range.first + range.count; j++) {
            sums[i] += p[(size_t)i * width + j];
        }
    }
}

/* Of n <= ROWS rows with the same range. */
VERSIONS
static void soften(real *p, const real *z, struct range range, int n, int width)
{
    real sums[ROWS];
    for (int i = 0; i < n; i++) {
        const real *in = z + (size_t)i * width;
        real *row = p + (size_t)i * width, largest = largest_of(in + range.first, range.count);
        for (int j = 0; j < width; j++) {
            row[j] = in[j] - largest;
        }
    }
    for (size_t j = 0; j < (size_t)n * width; j++) {
        p[j] = vector_exp(p[j]);
    }
    sum_rows(sums, p, range, n, width);
    for (int i = 0; i < n; i++) {
        real *row = p + (size_t)i * width, scale = 1 / sums[i];
        memset(row, 0, (size_t)range.first * sizeof *row);
        for (int j = range.first; j < range.first + range.count; j++) {
            row[j] *= scale;
        }
        int end = range.first + range.count;
        memset(row + end, 0, (size_t)(width - end) * sizeof *row);
    }
}

void loss_softmax(real *p, const real *z, const struct range *ranges, int n, int width)
{
    for (int i = 0, rows; i < n; i += rows) {
        struct range range = ranges[i];
        for (rows = 1; rows < ROWS && i + rows < n && ranges[i + rows].first == range.first &&
                       ranges[i + rows].count == range.count;) {
            rows++;
        }
        soften(p + (size_t)i * width, z + (size_t)i * width, range, rows, width);
    }
}

void loss_targets(int *targets, struct range *of, const real *x, const int *labels,
                  const int *shifts, const struct range *ranges, int n, int n_positions)
{
    for (int i = 0; i < n; i++) {
        for (int t = 0; t < n_positions; t++) {
            size_t at = (size_t)i * n_positions + t;
            targets[at] = t + 1 < n_positions ? shifts[i] + (int)x[at + 1] : labels[i];
            of[at] = ranges[i];
        }
    }
}

/* -ln p_label where p_label underflowed: z_max - z_label - ln p_max, and p_max >= 1 / count. */
static double loss_of_underflow(const real *p, const real *z, int label, struct range range)
{
    int best = range.first;
    for (int j = range.first + 1; j < range.first + range.count; j++) {
        best = z[j] > z[best] ? j : best;
    }
    return (double)z[best] - (double)z[label] - log((double)p[best]);
}

double loss_cross_entropy(real *dz, const real *z, const int *labels, const struct range *ranges,
                          int n, int width)
{
    loss_softmax(dz, z, ranges, n, width);
    real scale = 1 / (real)n;
    double sum = 0;
    for (int i = 0; i < n; i++) {
        real *row = dz + (size_t)i * width, p = row[labels[i]];
        sum += p < (real)FLT_MIN
                   ? loss_of_underflow(row, z + (size_t)i * width, labels[i], ranges[i])
                   : -log((double)p); /* a NaN stays one */
        row[labels[i]] = p - 1;
    }
    kernel_scale(dz, scale, (size_t)n * width);
    return sum / n;
}

int loss_count_right(const real *z, const int *labels, struct range range, int n, int width)
{
    int right = 0;
    for (int i = 0; i < n; i++) {
        const real *row = z + (size_t)i * width;
        int best = range.first;
        for (int j = range.first + 1; j < range.first + range.count; j++) {
            best = row[j] > row[best] ? j : best;
        }
        right += best == labels[i];
    }
    return right;
}

/* ---- as a loss ---- */

static double mean(real *dz, const real *z, const real *x, const struct targets *of, int width)
{
    (void)x;
    return loss_cross_entropy(dz, z, of->labels, of->ranges, of->n, width);
}

/* p_label = 1 + n dz_label: without a second softmax. */
static double share(const real *dz, const struct targets *of, int n, int width)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double slope = (double)dz[(size_t)i * width + of->labels[i]];
        sum -= log(fmax(1 + of->n * slope, 1e-30));
    }
    return sum / n;
}

static double score(const real *z, const real *x, const struct targets *of, int width)
{
    (void)x;
    int right = 0;
    for (int i = 0; i < of->n; i++) {
        right += loss_count_right(z + (size_t)i * width, &of->labels[i], of->ranges[i], 1, width);
    }
    return right;
}

static void soften_all(real *z, const struct targets *of, int width)
{
    loss_softmax(z, z, of->ranges, of->n, width);
}

/* sqrt(p_c) (p - e_c), or p - e_target. */
static void slope(real *dz, const real *p, const real *x, const struct targets *of, int output,
                  int width)
{
    (void)x;
    for (int i = 0; i < of->n; i++) {
        const real *from = p + (size_t)i * width;
        real *to = dz + (size_t)i * width;
        int right = output < 0 ? of->labels[i] : output;
        real weight = output < 0 ? 1 : (real)sqrt((double)from[output]);
        for (int j = 0; j < width; j++) {
            to[j] = weight * (from[j] - (j == right));
        }
    }
}

const struct loss loss_of_classes = {
    .is_of_classes = true,
    .mean = mean,
    .share = share,
    .score = score,
    .soften = soften_all,
    .slope = slope,
};
