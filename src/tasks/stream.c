/* SPDX-License-Identifier: MIT */
#include "tasks/stream.h"

#include <assert.h>
#include <math.h>

static const double stray = STREAM_STRAY_PERMILLE / 1000.0;

/* The time since the middle of the first task's, as far as something drifts. */
static double drifted(int n_tasks, double time)
{
    return fmin(fmax(time - 0.5, 0), n_tasks - 1);
}

double stream_share(int n_tasks, double time, int task)
{
    assert(task >= 0 && task < n_tasks);
    double v = drifted(n_tasks, time);
    double window = fmax(1 - fabs(v - task), 0), past = fmin(fmax(v + 1 - task, 0), 1);
    return (1 - stray) * window + stray * past / (v + 1);
}

int stream_draw(int n_tasks, double time, double unit)
{
    double v = drifted(n_tasks, time);
    int leaving = (int)v;
    if (unit < 1 - stray) {
        return unit < (1 - stray) * (v - leaving) ? leaving + 1 : leaving;
    }
    /* v + 1 is the sum of what all have of the past: one each, but for the one that comes. */
    int task = (int)((unit - (1 - stray)) / stray * (v + 1));
    return task < n_tasks ? task : n_tasks - 1; /* rounding */
}
