/* SPDX-License-Identifier: MIT */
#include "lab/unit_groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double carried = 0.95, factor = 2;

struct share {
    double of; /* s_t(u) */
    int unit;
};

/* The largest first; of equals the first. */
static int compare(const void *a, const void *b)
{
    const struct share *x = a, *y = b;
    return x->of != y->of ? (x->of < y->of ? 1 : -1) : (x->unit > y->unit) - (x->unit < y->unit);
}

/* shares (n) become s_t in order of units; bit `task` of `carries` (n) is set for C_t. */
static bool carry(const double *influence, int n, int task, struct share *sorted, double *shares,
                  uint8_t *carries)
{
    double sum = 0, carry = 0;
    for (int u = 0; u < n; u++) {
        sum += influence[u];
    }
    if (!isfinite(sum)) {
        return false;
    }
    for (int u = 0; u < n; u++) {
        shares[u] = sum > 0 ? influence[u] / sum : 0;
        sorted[u] = (struct share){shares[u], u};
    }
    qsort(sorted, (size_t)n, sizeof *sorted, compare);
    for (int i = 0; sum > 0 && i < n && carry < carried; i++) {
        carry += sorted[i].of;
        carries[sorted[i].unit] |= (uint8_t)(1u << task);
    }
    return true;
}

/* s (n_tasks, n). */
static uint8_t serves_of(const double *s, int n_tasks, int n, int u, uint8_t carries)
{
    if (n_tasks == 2 && carries) {
        double a = s[u], b = s[n + u];
        return a > factor * b ? 1 : b > factor * a ? 2 : 3;
    }
    double most = 0;
    unsigned serves = 0;
    for (int t = 0; t < n_tasks; t++) {
        most = fmax(most, s[t * n + u]);
    }
    for (int t = 0; t < n_tasks; t++) {
        bool does = (carries >> t & 1u) && s[t * n + u] >= most / factor;
        serves |= does ? 1u << t : 0;
    }
    return (uint8_t)serves;
}

bool unit_groups_find(const double *influence, int n_tasks, int n, uint8_t *serves)
{
    struct share *sorted = malloc((size_t)n * sizeof *sorted);
    double *s = malloc((size_t)n_tasks * (size_t)n * sizeof *s);
    bool ok = sorted && s;
    memset(serves, 0, (size_t)n);
    for (int t = 0; ok && t < n_tasks; t++) {
        ok = carry(influence + (size_t)t * n, n, t, sorted, s + (size_t)t * n, serves);
    }
    for (int u = 0; u < n; u++) {
        serves[u] = ok ? serves_of(s, n_tasks, n, u, serves[u]) : 0;
    }
    free(sorted);
    free(s);
    return ok;
}
