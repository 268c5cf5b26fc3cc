/* SPDX-License-Identifier: MIT
 * Dead units: those that no example wakes.
 *
 * Source: Dohare et al. 2024, Nature 632: the share of units that are 0 on all of a sample.  Of
 * GELU, which is never quite 0, those that are never above it. */
#include "lab/measure.h"
#include "lab/probe.h"

enum { EXAMPLES = 128 };

/* Units that can die: a tanh never rests at 0, and a head gives numbers of either sign. */
static bool can_die(const struct probed *probed, int layer)
{
    const struct params *params = learner_params(probed->learner);
    bool is_tanh = params->value[PARAM_MODEL] == MODEL_MLP &&
                   params->value[PARAM_ACTIVATION] == ACTIVATION_TANH;
    return !is_tanh && learner_network(probed->learner)->unit_layers[layer].width == 1;
}

static void take(const struct probed *probed, struct findings *findings)
{
    const real *theta = learner_answer(probed->learner, probed->task);
    struct probing_examples examples = probing_tests(probed->suite, probed->task, EXAMPLES);
    struct probing_hidden hidden;
    bool ok = probing_hidden_take(&hidden, probed->room, theta, &examples);
    for (int l = 0; ok && l < hidden.n_layers - 1; l++) {
        if (can_die(probed, l)) {
            probe_put(findings, 0, l, measure_dead_share(hidden.h[l], hidden.n, hidden.width[l]));
        }
    }
    probing_hidden_fini(&hidden);
}

static double cost(const struct probed *probed)
{
    (void)probed;
    return EXAMPLES;
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
    .take = take,
    .cost = cost,
};
