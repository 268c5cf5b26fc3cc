/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "lab/measure.h"
#include "lab/probe.h"

static double measure(const struct probed *probed, int part)
{
    return measure_drift(&learner_network(probed->learner)->parts[part],
                         learner_answer(probed->learner, probed->task), probed->stage_start);
}

const struct probe probe_drift = {
    .name = "drift",
    .title = "drift per layer, %",
    .about =
        "*What you see.* For each part, how far its weights are from where they were when the "
        "present task began, relative to their size. Of a network of many parts those of one block "
        "have names and colours, the others are faint; *l* goes on to the next part. In the frame: "
        "the training loss, a mean over the last steps.\n\n"
        "*What to look for.* At a boundary the curves start again from 0. Where tasks differ in "
        "their inputs (permuted, rotated) the first layer moves most; where they differ in their "
        "classes (split), the last. A low learning rate keeps the curves low: what cannot move "
        "cannot learn. EWC is hardly seen here: it holds the few weights that matter to old tasks, "
        "and this counts all alike.\n\n"
        "*Equation.* ‖W_l − W_l*‖ / ‖W_l*‖; loss −ln p(label), mean over the batch, in nats",
    .unit = "%",
    .metric = "drift",
    .index = PROBE_OF_PART,
    .min = 0,
    .max = (double)INFINITY,
    .is_since_stage = true,
    .measure = measure,
};
