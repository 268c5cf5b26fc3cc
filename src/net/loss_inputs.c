/* SPDX-License-Identifier: MIT
 * The loss of a network that says its inputs again.
 *
 *   loss = mean over rows of sum_j (z_j - x_j)^2      j: the outputs that compete
 *
 *   kept = 1 - sum ||z - x||^2 / sum ||x||^2, at least 0: over the rows of one label, which stand
 *          together; the errors of the outputs that compete, the length of the whole row
 *
 * As -ln p it is that of a normal distribution around z with variance 1/2 in each output, but for a
 * constant; so the Fisher information's expectation is sum_j 2 (dz_j / d theta)^2. */
#include <math.h>
#include <string.h>

#include "net/loss.h"

static double squared_error(const real *z, const real *x, struct range range)
{
    double sum = 0;
    for (int j = range.first; j < range.first + range.count; j++) {
        double error = (double)z[j] - (double)x[j];
        sum += error * error;
    }
    return sum;
}

/* dz = factor (z - x) where outputs compete. */
static void differences(real *dz, const real *z, const real *x, const struct targets *of, int width,
                        double factor)
{
    memset(dz, 0, (size_t)of->n * (size_t)width * sizeof *dz);
    for (int i = 0; i < of->n; i++) {
        size_t at = (size_t)i * (size_t)width;
        struct range range = of->ranges[i];
        for (int j = range.first; j < range.first + range.count; j++) {
            dz[at + j] = (real)(factor * ((double)z[at + j] - (double)x[at + j]));
        }
    }
}

static double mean(real *dz, const real *z, const real *x, const struct targets *of, int width)
{
    double sum = 0;
    for (int i = 0; i < of->n; i++) {
        size_t at = (size_t)i * (size_t)width;
        sum += squared_error(z + at, x + at, of->ranges[i]);
    }
    differences(dz, z, x, of, width, 2.0 / of->n);
    return sum / of->n;
}

/* An error is n dz / 2. */
static double share(const real *dz, const struct targets *of, int n, int width)
{
    double sum = 0;
    for (size_t i = 0; i < (size_t)n * (size_t)width; i++) {
        double error = of->n * (double)dz[i] / 2;
        sum += error * error;
    }
    return sum / n;
}

static double score(const real *z, const real *x, const struct targets *of, int width)
{
    double kept = 0;
    for (int first = 0, end; first < of->n; first = end) {
        double error = 0, length = 0;
        for (end = first; end < of->n && of->labels[end] == of->labels[first]; end++) {
            size_t at = (size_t)end * (size_t)width;
            error += squared_error(z + at, x + at, of->ranges[end]);
            for (int j = 0; j < width; j++) {
                length += (double)x[at + j] * (double)x[at + j];
            }
        }
        double part = length > 0 ? 1 - error / length : error > 0 ? 0 : 1;
        kept += (end - first) * (part < 0 ? 0 : part); /* a NaN stays one */
    }
    return kept;
}

static void soften(real *z, const struct targets *of, int width)
{
    (void)z;
    (void)of;
    (void)width;
}

static void slope(real *dz, const real *z, const real *x, const struct targets *of, int output,
                  int width)
{
    differences(dz, z, x, of, width, output < 0 ? 2 : 0);
    for (int i = 0; output >= 0 && i < of->n; i++) {
        struct range range = of->ranges[i];
        bool competes = output >= range.first && output < range.first + range.count;
        dz[(size_t)i * (size_t)width + output] = competes ? (real)sqrt(2) : 0;
    }
}

const struct loss loss_of_inputs = {
    .mean = mean,
    .share = share,
    .score = score,
    .soften = soften,
    .slope = slope,
};
