/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "lab/probe.h"
#include "net/kernels.h"

double drift_between(const struct network *net, const real *w, const real *v, int part)
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

static double measure(const struct probed *probed, int part)
{
    return drift_between(learner_network(probed->learner),
                         learner_answer(probed->learner, probed->task), probed->stage_start, part);
}

const struct probe probe_drift = {
    .name = "drift",
    .unit = "%",
    .metric = "drift",
    .index = PROBE_OF_PART,
    .min = 0,
    .max = (double)INFINITY,
    .is_since_stage = true,
    .measure = measure,
};
