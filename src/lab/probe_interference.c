/* SPDX-License-Identifier: MIT
 * Gradient interference: would a step for the present task help or harm an earlier one? */
#include "lab/measure.h"
#include "lab/probe.h"

static void take(const struct probed *probed, struct findings *findings)
{
    int task = probe_task_in_turn(probed);
    real *present = probing_vector(probed->room, 0), *earlier = probing_vector(probed->room, 1);
    if (task < 0 || !present || !earlier) {
        return;
    }
    const real *theta = learner_theta(probed->learner);
    struct probing_examples now = probing_firsts(probed->task, PROBE_EXAMPLES),
                            then = probing_firsts(task, PROBE_EXAMPLES);
    probing_loss(probed->room, theta, &now, present);
    probing_loss(probed->room, theta, &then, earlier);
    probe_put(findings, task, 0,
              measure_cosine(present, earlier, learner_network(probed->learner)->n_params));
}

const struct probe probe_interference = {
    .name = "interference",
    .title = "cosine of task gradients",
    .about =
        "*What you see.* The angle between the gradient of the present task and that of an earlier "
        "one, at the weights of now: below 0 a small step for the present task harms the earlier "
        "one, above 0 it helps. Of several earlier tasks one after the other.\n\n"
        "*What to look for.* It flickers from look to look. On permuted inputs its mean is about 0 "
        "while the task is forgotten all the same: at this learning rate a step is not small, so "
        "this is no cause. On split classes it is below 0.\n\n"
        "*Equation.* g · g_j / (‖g‖ ‖g_j‖), g the gradient of the mean loss on the first 128 "
        "training examples.\n\n"
        "*Source.* Lopez-Paz & Ranzato 2017 (GEM), arXiv:1706.08840; Riemer et al. 2019, "
        "arXiv:1810.11910",
    .unit = "",
    .metric = "gradient_cosine",
    .index = PROBE_OF_TASK,
    .when = PROBE_AT_LOOKS,
    .min = -1,
    .max = 1,
    .first_stage = 1,
    .take = take,
    .cost_examples = 2 * 3 * PROBE_EXAMPLES,
};
