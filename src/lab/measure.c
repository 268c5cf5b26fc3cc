/* SPDX-License-Identifier: MIT */
#include "lab/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/kernels.h"
#include "net/matrix.h"

double measure_dead_share(const real *h, int n, int width)
{
    int n_dead = 0;
    for (int u = 0; u < width; u++) {
        bool is_dead = true;
        for (int i = 0; i < n && is_dead; i++) {
            is_dead = !(h[(size_t)i * (size_t)width + (size_t)u] > 0);
        }
        n_dead += is_dead;
    }
    return (double)n_dead / width;
}

/* ---- alignment ---- */

/* c (n, width): h less the means of its columns. */
static void centre(real *c, const real *h, int n, int width)
{
    for (int u = 0; u < width; u++) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += (double)h[(size_t)i * (size_t)width + (size_t)u];
        }
        for (int i = 0; i < n; i++) {
            size_t at = (size_t)i * (size_t)width + (size_t)u;
            c[at] = (real)((double)h[at] - sum / n);
        }
    }
}

/* k (n, n) = c c', c (n, width) the centred h. */
static void make_kernel(real *k, real *c, const real *h, int n, int width)
{
    centre(c, h, n, width);
    struct product product = {
        .c = k, .a = c, .b = c, .m = n, .k = width, .n = n, .is_b_transposed = true};
    matrix_multiply(&product, NULL);
}

static double inner_product(const real *a, const real *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)a[i] * (double)b[i];
    }
    return sum;
}

double measure_cosine(const real *a, const real *b, size_t n)
{
    double norms = sqrt(kernel_sum_squares(a, n)) * sqrt(kernel_sum_squares(b, n));
    return norms > 0 ? inner_product(a, b, n) / norms : (double)NAN;
}

/* |Y'X|^2 is the inner product of the kernels XX' and YY'. */
double measure_cka(const real *x, int p, const real *y, int q, int n)
{
    size_t cells = (size_t)n * (size_t)n, widest = (size_t)(p > q ? p : q);
    real *room = malloc((2 * cells + (size_t)n * widest) * sizeof *room);
    if (!room) {
        return (double)NAN;
    }
    make_kernel(room, room + 2 * cells, x, n, p);
    make_kernel(room + cells, room + 2 * cells, y, n, q);
    double cka = measure_cosine(room, room + cells, cells);
    free(room);
    return cka;
}

/* ---- rank ---- */

static double dot(const double *a, const double *b, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

/* The reflection that clears row i of a (n, n) but for what stands beside the diagonal, which is
 * returned; applied to the rows before it.  e (i) is scratch. */
static double reflect(double *a, int n, int i, double *e)
{
    double *row = a + (size_t)i * (size_t)n, scale = 0;
    for (int k = 0; k < i; k++) {
        scale = fmax(scale, fabs(row[k]));
    }
    if (i == 1 || scale <= 0) {
        return row[i - 1];
    }
    for (int k = 0; k < i; k++) {
        row[k] /= scale;
    }
    double h = dot(row, row, i), g = row[i - 1] > 0 ? -sqrt(h) : sqrt(h);
    h -= row[i - 1] * g;
    row[i - 1] -= g;
    for (int j = 0; j < i; j++) {
        e[j] = dot(a + (size_t)j * (size_t)n, row, i) / h;
    }
    double half = dot(e, row, i) / (2 * h);
    for (int j = 0; j < i; j++) {
        e[j] -= half * row[j];
    }
    for (int j = 0; j < i; j++) {
        double *other = a + (size_t)j * (size_t)n, f = row[j], b = e[j];
        for (int k = 0; k < i; k++) {
            other[k] -= f * e[k] + b * row[k];
        }
    }
    return scale * g;
}

/* One sweep of the implicit QL method over rows first .. last, shifted by what the first is near.
 */
static void sweep(double *d, double *e, int first, int last)
{
    double g = (d[first + 1] - d[first]) / (2 * e[first]), r = sqrt(g * g + 1);
    double s = 1, c = 1, p = 0;
    g = d[last] - d[first] + e[first] / (g + copysign(r, g));
    for (int i = last - 1; i >= first; i--) {
        double f = s * e[i], b = c * e[i];
        r = sqrt(f * f + g * g);
        e[i + 1] = r;
        if (r <= 0) {
            d[i + 1] -= p;
            e[last] = 0;
            return;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
    }
    d[first] -= p;
    e[first] = g;
    e[last] = 0;
}

/* The eigenvalues d (n) of a symmetric a (n, n), which is used up; e (2 n) is scratch.  Golub & Van
 * Loan, 8.3: to tridiagonal form by reflections, then QL with shifts. */
static void find_eigenvalues(double *a, int n, double *d, double *e)
{
    enum { SWEEPS_MOST = 60 };
    const double epsilon = 1e-15;
    for (int i = n - 1; i > 0; i--) {
        e[i - 1] = reflect(a, n, i, e + n);
    }
    e[n - 1] = 0;
    for (int i = 0; i < n; i++) {
        d[i] = a[(size_t)i * (size_t)n + (size_t)i];
    }
    for (int first = 0; first < n; first++) {
        for (int k = 0; k < SWEEPS_MOST; k++) {
            int last = first;
            while (last < n - 1 && fabs(e[last]) > epsilon * (fabs(d[last]) + fabs(d[last + 1]))) {
                last++;
            }
            if (last == first) {
                break;
            }
            sweep(d, e, first, last);
        }
    }
}

/* g (m, m) = h h' or h'h, whichever is smaller; in double, for small singular values are square
 * roots of it. */
static void make_gram(double *g, const real *h, int n, int width)
{
    bool by_example = n <= width;
    int m = by_example ? n : width;
    size_t across = (size_t)width, size = (size_t)m;
    memset(g, 0, size * size * sizeof *g);
    for (int i = 0; by_example && i < n; i++) {
        for (int j = 0; j <= i; j++) {
            const real *a = h + (size_t)i * across, *b = h + (size_t)j * across;
            for (int u = 0; u < width; u++) {
                g[(size_t)i * size + (size_t)j] += (double)a[u] * (double)b[u];
            }
            g[(size_t)j * size + (size_t)i] = g[(size_t)i * size + (size_t)j];
        }
    }
    for (int i = 0; !by_example && i < n; i++) {
        const real *a = h + (size_t)i * across;
        for (int u = 0; u < width; u++) {
            double x = (double)a[u];
            for (int v = 0; v < width; v++) {
                g[(size_t)u * size + (size_t)v] += x * (double)a[v];
            }
        }
    }
}

/* exp of the entropy of sqrt(eigenvalue), as shares. */
static double rank_of(const double *eigenvalues, int n)
{
    double sum = 0, entropy = 0;
    for (int i = 0; i < n; i++) {
        sum += sqrt(fmax(eigenvalues[i], 0));
    }
    for (int i = 0; i < n; i++) {
        double p = sqrt(fmax(eigenvalues[i], 0)) / sum;
        entropy -= p > 0 ? p * log(p) : 0;
    }
    return sum > 0 ? exp(entropy) : (double)NAN;
}

double measure_effective_rank(const real *h, int n, int width)
{
    int m = n < width ? n : width;
    size_t size = (size_t)m;
    double *room = malloc((size * size + 3 * size) * sizeof *room);
    if (!room) {
        return (double)NAN;
    }
    make_gram(room, h, n, width);
    find_eigenvalues(room, m, room + size * size, room + size * size + size);
    double rank = rank_of(room + size * size, m);
    free(room);
    return rank;
}

/* ---- the rest ---- */

double measure_moved(const real *h, const real *g, size_t n)
{
    double norm = kernel_sum_squares(g, n);
    return norm > 0 ? sqrt(kernel_sum_squared_difference(h, g, n) / norm) : (double)NAN;
}

double measure_selectivity(const double *means, int n_tasks, int width)
{
    double sum = 0;
    int n = 0;
    for (int u = 0; u < width; u++) {
        double most = 0, all = 0;
        for (int t = 0; t < n_tasks; t++) {
            double mean = means[t * width + u];
            most = fmax(most, mean);
            all += mean;
        }
        double others = n_tasks > 1 ? (all - most) / (n_tasks - 1) : 0;
        if (most + others > 0) {
            sum += (most - others) / (most + others);
            n++;
        }
    }
    return n > 0 ? sum / n : (double)NAN;
}

/* ---- of a part ---- */

/* Adds what n numbers of each vector are worth to sums. */
typedef void (*add_piece)(double *sums, const real *const *vectors, size_t n);

/* Goes over a part of up to three vectors (P): piece by piece, a row, or all where its rows follow
 * each other. */
static void sum_part(const struct part *part, add_piece add, double *sums, const real *a,
                     const real *b, const real *c)
{
    bool is_one_piece = part->stride == part->cols;
    int pieces = is_one_piece ? 1 : part->rows;
    size_t n = (size_t)part->cols * (is_one_piece ? (size_t)part->rows : 1);
    for (int i = 0; i < pieces; i++) {
        size_t at = part->at + (size_t)i * (size_t)part->stride;
        const real *const vectors[] = {a + at, b + at, c + at};
        add(sums, vectors, n);
    }
}

static void add_drift(double *sums, const real *const *vectors, size_t n)
{
    sums[0] += kernel_sum_squares(vectors[1], n);
    sums[1] += kernel_sum_squared_difference(vectors[0], vectors[1], n);
}

double measure_drift(const struct part *part, const real *w, const real *v)
{
    double sums[2] = {0};
    sum_part(part, add_drift, sums, w, v, v);
    return sums[0] > 0 ? sqrt(sums[1] / sums[0]) : (double)NAN;
}

static void add_overlap(double *sums, const real *const *vectors, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double f = fmax((double)vectors[0][i], 0), g = fmax((double)vectors[1][i], 0);
        sums[0] += f;
        sums[1] += g;
        sums[2] += sqrt(f * g);
    }
}

double measure_overlap(const struct part *part, const real *f, const real *g)
{
    double sums[3] = {0};
    sum_part(part, add_overlap, sums, f, g, g);
    return sums[0] > 0 && sums[1] > 0 ? sums[2] / sqrt(sums[0] * sums[1]) : (double)NAN;
}

static void add_weighted(double *sums, const real *const *vectors, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double d = (double)vectors[1][i] - (double)vectors[2][i];
        sums[0] += (double)vectors[0][i] * d * d;
    }
}

double measure_weighted_drift(const struct part *part, const real *f, const real *w, const real *v)
{
    double sum = 0;
    sum_part(part, add_weighted, &sum, f, w, v);
    return sum / 2;
}
