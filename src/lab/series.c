/* SPDX-License-Identifier: MIT */
#include "lab/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void series_fini(struct series *series)
{
    free(series->step);
    free(series->value);
    *series = (struct series){0};
}

static bool make_room(struct series *series, int capacity)
{
    double *steps = realloc(series->step, (size_t)capacity * sizeof *steps);
    if (!steps) {
        return false;
    }
    series->step = steps;
    double *values = realloc(series->value, (size_t)capacity * sizeof *values);
    if (!values) {
        return false;
    }
    series->value = values;
    series->capacity = capacity;
    return true;
}

bool series_add(struct series *series, double step, double value)
{
    if (series->n > 0 && step < series->step[series->n - 1]) {
        return false;
    }
    /* A thousand tasks have a thousand curves, most of them short: begin small. */
    if (series->n == series->capacity &&
        !make_room(series, series->capacity ? 2 * series->capacity : 16)) {
        return false;
    }
    series->step[series->n] = step;
    series->value[series->n++] = value;
    return true;
}

bool series_set(struct series *series, double step, double value)
{
    if (series->n > 0 && series->step[series->n - 1] == step) {
        series->value[series->n - 1] = value;
        return true;
    }
    return series_add(series, step, value);
}

void series_cut(struct series *series, double step)
{
    series->n = series_count(series, step);
}

/* How many of the points are before `step`. */
static int count_before(const struct series *series, double step)
{
    int low = 0, high = series->n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (series->step[middle] < step) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

int series_count(const struct series *series, double step)
{
    return count_before(series, nextafter(step, (double)INFINITY));
}

bool series_copy(struct series *series, const struct series *from, double begin, double end)
{
    int first = count_before(from, begin), n = series_count(from, end) - first;
    if (n > series->capacity && !make_room(series, n)) {
        return false;
    }
    series->n = n > 0 ? n : 0;
    if (n > 0) {
        memcpy(series->step, from->step + first, (size_t)n * sizeof *series->step);
        memcpy(series->value, from->value + first, (size_t)n * sizeof *series->value);
    }
    return true;
}

double series_at(const struct series *series, double step)
{
    int n = series_count(series, step);
    return n ? series->value[n - 1] : (double)NAN;
}

double series_last(const struct series *series)
{
    return series->n ? series->value[series->n - 1] : (double)NAN;
}

double series_next(const struct series *series, double step, int direction)
{
    int i = direction > 0 ? series_count(series, step) : count_before(series, step) - 1;
    return i >= 0 && i < series->n ? series->step[i] : (double)NAN;
}
