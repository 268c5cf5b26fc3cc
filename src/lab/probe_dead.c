/* SPDX-License-Identifier: MIT
 * Dead units: those that no example wakes.
 *
 * Source: Dohare et al. 2024, Nature 632: the share of units that are 0 on all of a sample.  Of
 * GELU, which is never quite 0, those that are never above it. */
#include <math.h>

#include "lab/measure.h"
#include "lab/probe.h"

/* Units that can die: a tanh never rests at 0, and a head gives numbers of either sign. */
static bool can_die(const struct probed *probed, int layer)
{
    const struct params *params = learner_params(probed->learner);
    bool is_tanh = params->value[PARAM_MODEL] == MODEL_MLP &&
                   params->value[PARAM_ACTIVATION] == ACTIVATION_TANH;
    return !is_tanh && learner_network(probed->learner)->unit_layers[layer].width == 1;
}

static double measure(const struct probed *probed, const struct probe_layer *layer)
{
    return can_die(probed, layer->i) ? measure_dead_share(layer->now, layer->n, layer->width)
                                     : (double)NAN;
}

const struct probe probe_dead = {
    .name = "dead",
    .title = "dead units, %",
    .about =
        "*What you see.* Of each layer the share of units that no test example of the present task "
        "wakes: they give 0 whatever they are shown, and so learn nothing any more.\n\n"
        "*What to look for.* A few at each boundary are normal. Shares that grow task by task are "
        "a network that loses its plasticity; a high learning rate does that quickly. Units of a "
        "tanh do not die.\n\n"
        "*Equation.* units with max over 128 test examples of h ≤ 0, over all units.\n\n"
        "*Source.* Dohare et al. 2024, Nature 632, 768",
    .unit = "%",
    .metric = "dead_units",
    .index = PROBE_OF_LAYER,
    .when = PROBE_AT_LOOKS,
    .min = 0,
    .max = 1,
    .of_layer = measure,
    .cost_examples = PROBE_EXAMPLES,
};
