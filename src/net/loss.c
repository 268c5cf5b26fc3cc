/* SPDX-License-Identifier: MIT */
#include "net/loss.h"

#include <float.h>
#include <math.h>

#include "net/kernels.h"

/* Logarithms are slow, so the loss takes one of the product of eight rows: FLT_MIN^8 is still a
 * normal double. */
enum { LOG_ROWS = 8 };

void loss_softmax(real *p, const real *z, const struct range *ranges, int n, int width)
{
    for (int i = 0; i < n; i++) {
        const real *in = z + (size_t)i * width;
        real *row = p + (size_t)i * width, max = in[ranges[i].first];
        for (int j = ranges[i].first + 1; j < ranges[i].first + ranges[i].count; j++) {
            max = in[j] > max ? in[j] : max;
        }
        for (int j = 0; j < width; j++) {
            row[j] = in[j] - max;
        }
    }
    kernel_exp(p, (size_t)n * width);
    for (int i = 0; i < n; i++) {
        real *row = p + (size_t)i * width, sum = 0;
        int first = ranges[i].first, end = first + ranges[i].count;
        for (int j = first; j < end; j++) {
            sum += row[j];
        }
        real scale = 1 / sum;
        for (int j = 0; j < width; j++) {
            row[j] = j >= first && j < end ? row[j] * scale : 0;
        }
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
    for (size_t i = 0; i < (size_t)n * width; i++) {
        dz[i] *= scale;
    }
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
