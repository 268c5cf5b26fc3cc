/* SPDX-License-Identifier: MIT */
#include "ui/widgets/percent.h"

#include <math.h>

/* In percent: a half that floats have missed by little is one, too. */
static const double SLACK = 1e-4;

int percent(double share)
{
    return isfinite(share) ? (int)floor(100 * share + 0.5 + SLACK) : 0;
}

int percent_lost(double from, double to)
{
    return percent(from) - percent(to);
}
