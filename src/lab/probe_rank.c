/* SPDX-License-Identifier: MIT
 * Effective rank of each layer: how many directions its activations really use (measure.h). */
#include "lab/measure.h"
#include "lab/probe.h"

static double measure(const struct probed *probed, const struct probe_layer *layer)
{
    (void)probed;
    return measure_effective_rank(layer->now, layer->n, layer->width);
}

/* A pass, and of each layer a Gram matrix and its eigenvalues, which no product of matrices makes
 * fast: about ten times as slow an operation. */
static double cost(const struct probed *probed)
{
    const struct network *net = learner_network(probed->learner);
    double operations = 0, n = PROBE_EXAMPLES, slow = 10;
    for (int l = 0; l < net->n_unit_layers; l++) {
        double width = net->unit_layers[l].n * net->unit_layers[l].width;
        double m = width < n ? width : n;
        operations += n * width * m + 2 * m * m * m;
    }
    return n + slow * operations / ((double)net->n_params * net->n_positions);
}

const struct probe probe_rank = {
    .name = "rank",
    .title = "effective rank",
    .about =
        "*What you see.* Of each layer how many directions its answers to the present task's test "
        "examples really use: 1 if all point the same way, as many as there are units if all "
        "directions are used alike.\n\n"
        "*What to look for.* A rank that falls task by task is a network that loses its "
        "plasticity.\n\n"
        "*Equation.* exp(−Σ p ln p), p = σ / Σ σ, σ the singular values of h (128 examples, "
        "units).\n\n"
        "*Source.* Roy & Vetterli 2007; Dohare et al. 2024, Nature 632, 768",
    .unit = "directions",
    .metric = "effective_rank",
    .index = PROBE_OF_LAYER,
    .when = PROBE_AT_LOOKS,
    .min = 1,
    .max = PROBE_EXAMPLES,
    .of_layer = measure,
    .cost = cost,
};
