/* SPDX-License-Identifier: MIT */
#include "base/spread.h"

#include <math.h>
#include <stddef.h>

/* P(|T| <= t) with v degrees of freedom: a finite sum in powers of cos^2. */
static double within(double t, int v)
{
    double angle = atan2(t, sqrt(v)), square = cos(angle) * cos(angle);
    double term = v % 2 ? cos(angle) : 1, sum = v == 1 ? 0 : term;
    for (int k = v % 2 ? 2 : 1; k <= v - 3; k += 2) {
        term *= square * k / (k + 1);
        sum += term;
    }
    double two_over_pi = 2 / acos(-1.0);
    return v % 2 ? two_over_pi * (angle + sin(angle) * sum) : sin(angle) * sum;
}

double spread_t(int v)
{
    enum { NORMAL = 100000 }; /* beyond, the sum is long and t is the normal distribution's */
    double low = 0, high = 13;
    if (v < 1) {
        return (double)NAN;
    }
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        bool is_below = within(middle, v < NORMAL ? v : NORMAL) < 0.95;
        low = is_below ? middle : low;
        high = is_below ? high : middle;
    }
    return (low + high) / 2;
}

/* a - b, or a alone. */
static double value_at(const double *a, const double *b, int i)
{
    return b ? a[i] - b[i] : a[i];
}

static struct spread gather(const double *a, const double *b, int n)
{
    struct spread spread = {.mean = (double)NAN, .std = (double)NAN, .half = (double)NAN};
    double sum = 0, squares = 0;
    for (int i = 0; i < n; i++) {
        bool is_there = isfinite(value_at(a, b, i));
        spread.n += is_there;
        spread.n_lost += !is_there;
        sum += is_there ? value_at(a, b, i) : 0;
    }
    if (spread.n == 0) {
        return spread;
    }
    spread.mean = sum / spread.n;
    for (int i = 0; i < n; i++) {
        double off = value_at(a, b, i) - spread.mean;
        squares += isfinite(off) ? off * off : 0;
    }
    if (spread.n > 1) {
        spread.std = sqrt(squares / (spread.n - 1));
        spread.half = spread_t(spread.n - 1) * spread.std / sqrt(spread.n);
    }
    return spread;
}

struct spread spread_of(const double *x, int n)
{
    return gather(x, NULL, n);
}

struct spread spread_paired(const double *a, const double *b, int n)
{
    return gather(a, b, n);
}

bool spread_is_clear(const struct spread *spread)
{
    return spread->n > 1 && fabs(spread->mean) > spread->half;
}
