/* SPDX-License-Identifier: MIT */
#include "ui/widgets/percent.h"

#include <math.h>

/* In percent: a half that floats have missed by little is one, too. */
static const double SLACK = 1e-4, MOST = 9999;

static double in_percent(double share)
{
    double value = isfinite(share) ? 100 * share : 0;
    return fmin(fmax(value, -MOST), MOST) + SLACK;
}

int percent(double share)
{
    return (int)floor(in_percent(share) + 0.5);
}

int permille(double share)
{
    return (int)floor(10 * in_percent(share));
}

int percent_lost(double from, double to)
{
    return percent(from - to);
}
