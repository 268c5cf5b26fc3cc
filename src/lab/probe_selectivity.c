/* SPDX-License-Identifier: MIT
 * Selectivity: do units fire for one task alone, or for all alike (measure.h)? */
#include <stdlib.h>

#include "lab/measure.h"
#include "lab/probe.h"

enum { EXAMPLES = 32, TASKS_MOST = 16 /* of each task, of the first so many */ };

/* Means (width) of what the units of each layer give on the task's examples. */
static bool add_means(const struct probed *probed, int task, double *means[PROBE_LAYERS_MAX],
                      int at)
{
    const real *theta = learner_answer(probed->learner, task);
    struct probing_examples examples = probing_tests(probed->suite, task, EXAMPLES);
    struct probing_hidden hidden;
    bool ok = probing_hidden_take(&hidden, probed->room, theta, &examples);
    for (int l = 0; ok && l < hidden.n_layers - 1; l++) {
        int width = hidden.width[l];
        for (int i = 0; i < hidden.n * width; i++) {
            double h = (double)hidden.h[l][i];
            means[l][at * width + i % width] += (h > 0 ? h : 0) / hidden.n;
        }
    }
    probing_hidden_fini(&hidden);
    return ok;
}

static bool has_begun(const struct probed *probed, int task)
{
    return task == probed->task || probe_end(probed, task);
}

static void take(const struct probed *probed, struct findings *findings)
{
    const struct network *net = learner_network(probed->learner);
    double *means[PROBE_LAYERS_MAX] = {0};
    bool ok = true;
    int n = 0;
    for (int l = 0; l < net->n_unit_layers; l++) {
        size_t width = (size_t)net->unit_layers[l].n * (size_t)net->unit_layers[l].width;
        means[l] = calloc(TASKS_MOST * width, sizeof *means[l]);
        ok &= means[l] != NULL;
    }
    for (int t = 0; ok && t < probed->n_tasks && n < TASKS_MOST; t++) {
        ok = !has_begun(probed, t) || add_means(probed, t, means, n);
        n += has_begun(probed, t);
    }
    for (int l = 0; l < net->n_unit_layers; l++) {
        const struct unit_layer *of = &net->unit_layers[l];
        if (ok && n > 1 && of->width == 1) {
            probe_put(findings, 0, l, measure_selectivity(means[l], n, of->n));
        }
        free(means[l]);
    }
}

static double cost(const struct probed *probed)
{
    int n = 0;
    for (int t = 0; t < probed->n_tasks && n < TASKS_MOST; t++) {
        n += has_begun(probed, t);
    }
    return 1.9 * EXAMPLES * n; /* small passes, and means */
}

const struct probe probe_selectivity = {
    .name = "selectivity",
    .title = "selectivity of units, %",
    .about =
        "*What you see.* Of each layer how much its units prefer one task on average: 0 fire for "
        "all tasks alike, 100 for a single one.\n\n"
        "*What to look for.* Units of the first layer divide into tasks where the inputs differ "
        "(permuted), those above are shared. It says for whom units fire, not whose answers they "
        "carry.\n\n"
        "*Equation.* (max m − mean of the others) / (max m + mean of the others), m a unit's mean "
        "activation on 32 test examples of each task so far; mean over units.\n\n"
        "*Source.* Morcos et al. 2018, arXiv:1803.06959",
    .unit = "%",
    .metric = "selectivity",
    .index = PROBE_OF_LAYER,
    .when = PROBE_AT_LOOKS,
    .min = 0,
    .max = 1,
    .first_stage = 1,
    .take = take,
    .cost = cost,
};
