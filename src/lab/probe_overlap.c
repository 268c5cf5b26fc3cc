/* SPDX-License-Identifier: MIT
 * Fisher overlap: does the new task need the weights that the earlier ones need (measure.h)?
 * By the Fisher information that EWC has just added at this stage's end. */
#include "lab/measure.h"
#include "lab/probe.h"
#include "strategies/table.h"

static void take(const struct probed *probed, struct findings *findings)
{
    const struct network *net = learner_network(probed->learner);
    const real *before = probed->importance, *after = learner_importance(probed->learner);
    const struct params *params = learner_params(probed->learner);
    real *added = probing_vector(probed->room, 0);
    int ewc = strategy_find("ewc");
    uint32_t collects = learner_on(probed->learner) | learner_observed(probed->learner);
    if (!before || !after || !added || !((collects >> ewc) & 1u)) {
        return;
    }
    /* Online EWC keeps a share gamma of what was before. */
    bool is_online = params->value[PARAM_EWC_MODE] > 0;
    real keeps = is_online ? (real)params->value[PARAM_EWC_GAMMA] : 1;
    for (size_t i = 0; i < net->n_params; i++) {
        added[i] = after[i] - keeps * before[i];
    }
    for (int p = 0; p < net->n_parts; p++) {
        probe_put(findings, 0, p, measure_overlap(&net->parts[p], before, added));
    }
}

const struct probe probe_overlap = {
    .name = "overlap",
    .title = "Fisher overlap with the tasks before, %",
    .about =
        "*What you see.* At the end of each task but the first, of each part of the network how "
        "far the weights that matter to the new task are those that matter to the earlier ones: 0 "
        "none of them, 100 the same. It needs what EWC collects: on, or observed (*observe ewc "
        "on*).\n\n"
        "*What to look for.* On permuted inputs the first layer overlaps least, the last is "
        "shared.\n\n"
        "*Equation.* 1 − ½ Σ (√F − √F*)², each F over its sum, F* of the tasks before.\n\n"
        "*Source.* Kirkpatrick et al. 2017, figure 2C and supplement, arXiv:1612.00796",
    .unit = "%",
    .metric = "fisher_overlap",
    .index = PROBE_OF_PART,
    .when = PROBE_AT_ANCHOR,
    .min = 0,
    .max = 1,
    .first_stage = 1,
    .take = take,
    .cost_weights = 200, /* a square root for each parameter */
};
