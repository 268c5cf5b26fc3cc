/* SPDX-License-Identifier: MIT */
#include "lab/metrics.h"

#include <math.h>

/* A mean of what is finite. */
struct mean {
    double sum;
    int n;
};

static void mean_add(struct mean *mean, double x)
{
    if (isfinite(x)) {
        mean->sum += x;
        mean->n++;
    }
}

static double mean_value(const struct mean *mean)
{
    return mean->n ? mean->sum / mean->n : (double)NAN;
}

static int first_stage(const int *stages, int n_rows, int task)
{
    for (int i = 0; i < n_rows; i++) {
        if (stages[i] == task) {
            return i;
        }
    }
    return -1;
}

static int last_stage(const int *stages, int n_rows, int task)
{
    for (int i = n_rows - 1; i >= 0; i--) {
        if (stages[i] == task) {
            return i;
        }
    }
    return -1;
}

struct metrics metrics_none(void)
{
    const double none = (double)NAN;
    return (struct metrics){none, none, none, none, none, none, none};
}

struct metrics metrics_of(const double *r, const int *stages, int n_rows, const double *initial,
                          int n_tasks)
{
    struct mean average = {0}, forgetting = {0}, backward = {0}, forward = {0}, learning = {0};
    const double *end = r + (n_rows ? (long)(n_rows - 1) * n_tasks : 0);
    for (int j = 0; j < n_tasks && n_rows > 0; j++) {
        int first = first_stage(stages, n_rows, j), last = last_stage(stages, n_rows, j);
        if (first < 0) {
            continue;
        }
        mean_add(&average, end[j]);
        mean_add(&learning, r[(long)last * n_tasks + j]);
        if (first > 0) {
            mean_add(&forward, r[(long)(first - 1) * n_tasks + j] - initial[j]);
        }
        if (stages[n_rows - 1] == j) {
            continue; /* the task of the last stage has had no time to be forgotten */
        }
        double best = (double)NAN;
        for (int i = 0; i < n_rows - 1; i++) {
            best = fmax(best, r[(long)i * n_tasks + j]);
        }
        mean_add(&forgetting, best - end[j]);
        mean_add(&backward, end[j] - r[(long)last * n_tasks + j]);
    }
    return (struct metrics){mean_value(&average), mean_value(&forgetting), mean_value(&backward),
                            mean_value(&forward), mean_value(&learning),   (double)NAN,
                            (double)NAN};
}
