/* SPDX-License-Identifier: MIT */
#include "lab/probe.h"

#include <math.h>

#include "net/kernels.h"

double probe_drift(const struct network *net, const real *w, const real *v, int layer)
{
    size_t at = net->weight[layer], n = net->bias[layer] - at;
    double norm = kernel_sum_squares(v + at, n);
    return norm > 0 ? sqrt(kernel_sum_squared_difference(w + at, v + at, n) / norm) : (double)NAN;
}

static int at_most(int n, int limit)
{
    return n < limit ? n : limit;
}

/* The value of largest magnitude in a block of the layer. */
static float pool(const real *w, const real *v, int units, const int rows[2], const int cols[2],
                  bool is_signed)
{
    float best = 0;
    for (int i = rows[0]; i < rows[1]; i++) {
        for (int j = cols[0]; j < cols[1]; j++) {
            size_t at = (size_t)i * units + j;
            float x = (float)(v ? w[at] - v[at] : w[at]);
            x = is_signed ? x : fabsf(x);
            best = fabsf(x) > fabsf(best) || !isfinite(x) ? x : best;
        }
    }
    return best;
}

void probe_map(struct map *map, const struct network *net, const real *values,
               const real *reference)
{
    int layer = map->request.layer;
    map->n_inputs = net->width[layer];
    map->n_units = net->width[layer + 1];
    map->cols = at_most(at_most(map->n_units, map->request.cols), 256);
    map->rows = at_most(at_most(map->n_inputs, map->request.rows), MAP_CELLS_MAX / map->cols);
    map->max = 0;
    const real *w = values ? values + net->weight[layer] : NULL;
    const real *v = reference ? reference + net->weight[layer] : NULL;
    for (int r = 0; r < map->rows; r++) {
        int rows[2] = {(int)((long)r * map->n_inputs / map->rows),
                       (int)((long)(r + 1) * map->n_inputs / map->rows)};
        for (int c = 0; c < map->cols; c++) {
            int cols[2] = {(int)((long)c * map->n_units / map->cols),
                           (int)((long)(c + 1) * map->n_units / map->cols)};
            float x = w ? pool(w, v, map->n_units, rows, cols, map->is_signed) : NAN;
            map->cells[r * map->cols + c] = x;
            map->max = fabsf(x) > map->max ? fabsf(x) : map->max;
        }
    }
}
