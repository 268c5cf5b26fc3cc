/* SPDX-License-Identifier: MIT */
#include "lab/map.h"

#include <math.h>

#include "base/range.h"

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

void map_fill(struct map *map, const struct network *net, const real *values, const real *reference)
{
    const struct part *part = &net->parts[map->request.part];
    map->n_inputs = part->rows;
    map->n_units = part->cols;
    map->cols = min_int(min_int(map->n_units, map->request.cols), 256);
    map->rows = min_int(min_int(map->n_inputs, map->request.rows), MAP_CELLS_MAX / map->cols);
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
