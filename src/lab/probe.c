/* SPDX-License-Identifier: MIT */
#include "lab/probe.h"

#include <math.h>

#include "net/kernels.h"

double probe_drift(const struct network *net, const real *w, const real *v, int part)
{
    const struct part *of = &net->parts[part];
    bool is_one_piece = of->stride == of->cols; /* else row by row */
    int pieces = is_one_piece ? 1 : of->rows;
    size_t n = (size_t)of->cols * (is_one_piece ? (size_t)of->rows : 1);
    double norm = 0, moved = 0;
    for (int i = 0; i < pieces; i++) {
        size_t at = of->at + (size_t)i * of->stride;
        norm += kernel_sum_squares(v + at, n);
        moved += kernel_sum_squared_difference(w + at, v + at, n);
    }
    return norm > 0 ? sqrt(moved / norm) : (double)NAN;
}

static int at_most(int n, int limit)
{
    return n < limit ? n : limit;
}

/* The value of largest magnitude in a block of the part. */
static float pool(const real *w, const real *v, int stride, const int rows[2], const int cols[2],
                  bool is_signed)
{
    float best = 0;
    for (int i = rows[0]; i < rows[1]; i++) {
        for (int j = cols[0]; j < cols[1]; j++) {
            size_t at = (size_t)i * stride + j;
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
    const struct part *part = &net->parts[map->request.part];
    map->n_inputs = part->rows;
    map->n_units = part->cols;
    map->cols = at_most(at_most(map->n_units, map->request.cols), 256);
    map->rows = at_most(at_most(map->n_inputs, map->request.rows), MAP_CELLS_MAX / map->cols);
    map->max = 0;
    const real *w = values ? values + part->at : NULL;
    const real *v = reference ? reference + part->at : NULL;
    for (int r = 0; r < map->rows; r++) {
        int rows[2] = {(int)((long)r * map->n_inputs / map->rows),
                       (int)((long)(r + 1) * map->n_inputs / map->rows)};
        for (int c = 0; c < map->cols; c++) {
            int cols[2] = {(int)((long)c * map->n_units / map->cols),
                           (int)((long)(c + 1) * map->n_units / map->cols)};
            float x = w ? pool(w, v, part->stride, rows, cols, map->is_signed) : NAN;
            map->cells[r * map->cols + c] = x;
            map->max = fabsf(x) > map->max ? fabsf(x) : map->max;
        }
    }
}
