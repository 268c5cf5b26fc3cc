/* SPDX-License-Identifier: MIT */
#include "ui/widgets/percent.h"

#include <math.h>

/* In percent: a half that floats have missed by little is one, too. */
static const double SLACK = 1e-4, MOST = 9999;

int percent(double share)
{
    double value = isfinite(share) ? 100 * share : 0;
    return (int)floor(fmin(fmax(value, -MOST), MOST) + 0.5 + SLACK);
}

int percent_lost(double from, double to)
{
    return percent(from - to);
}
