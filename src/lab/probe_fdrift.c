/* SPDX-License-Identifier: MIT
 * Fisher-weighted drift: the part of the drift that matters to earlier tasks, by the importance
 * that a strategy has collected (EWC on or observed). */
#include <math.h>

#include "lab/measure.h"
#include "lab/probe.h"

static void take(const struct probed *probed, struct findings *findings)
{
    const struct network *net = learner_network(probed->learner);
    const real *importance = learner_importance(probed->learner);
    const real *theta = learner_theta(probed->learner);
    for (int p = 0; importance && p < net->n_parts; p++) {
        probe_put(findings, 0, p,
                  measure_weighted_drift(&net->parts[p], importance, theta, probed->stage_start));
    }
}

const struct probe probe_fdrift = {
    .name = "fdrift",
    .title = "drift weighted by importance, nats",
    .about =
        "*What you see.* Of each part of the network what its move since this task began costs the "
        "earlier tasks, as far as their Fisher information can tell. It needs what EWC collects: "
        "on, or observed (*observe ewc on*).\n\n"
        "*What to look for.* EWC holds this down where the plain drift hardly shows it: it lets "
        "go what does not matter.\n\n"
        "*Equation.* ½ Σ F_i (θ_i − θ*_i)², F summed over the earlier tasks, θ* the weights at the "
        "start of this one.\n\n"
        "*Source.* Kirkpatrick et al. 2017, eq. 3, arXiv:1612.00796",
    .unit = "nats",
    .metric = "fisher_drift",
    .index = PROBE_OF_PART,
    .when = PROBE_AT_LOOKS,
    .min = 0,
    .max = (double)INFINITY,
    .is_since_stage = true,
    .first_stage = 1,
    .take = take,
    /* Four operations a parameter, as many as two rows take, but ten times as slow. */
    .cost_weights = 36,
};
