/* SPDX-License-Identifier: MIT
 * The loss along the line from an earlier task's optimum to the weights of now. */
#include <math.h>

#include "lab/probe.h"

enum { EXAMPLES = 64, POINTS = 11 };

static void take(const struct probed *probed, struct findings *findings)
{
    const struct network *net = learner_network(probed->learner);
    int task = probe_task_in_turn(probed);
    real *theta = probing_vector(probed->room, 0);
    if (task < 0 || !theta) {
        return;
    }
    const real *end = probe_end(probed, task)->theta, *now = learner_answer(probed->learner, task);
    struct probing_examples examples = probing_tests(probed->suite, task, EXAMPLES);
    for (int k = 0; k < POINTS; k++) {
        real a = (real)k / (POINTS - 1);
        for (size_t i = 0; i < net->n_params; i++) {
            theta[i] = (1 - a) * end[i] + a * now[i];
        }
        probe_put(findings, task, k, probing_loss(probed->room, theta, &examples, NULL));
    }
}

const struct probe probe_line = {
    .name = "line",
    .title = "loss on the way from a task's end, nats",
    .about =
        "*What you see.* From left to right the straight way from the weights at an earlier task's "
        "end to those of now, and the loss on that task along it, as it was measured last.\n\n"
        "*What to look for.* A curve that only rises: the task was left step by step. A hump in "
        "the middle: the way between two good places leads over a barrier. Flat to the end: "
        "nothing is lost.\n\n"
        "*Equation.* L((1 − α) θ* + α θ), α = 0, 0.1 ... 1, on 64 test examples.\n\n"
        "*Source.* Mirzadeh et al. 2021, arXiv:2010.04495",
    .unit = "nats",
    .metric = "line_loss",
    .index = PROBE_OF_TASK_AND_POINT,
    .when = PROBE_AT_ENDS,
    .min = 0,
    .max = (double)INFINITY,
    .n_points = POINTS,
    .first_stage = 1,
    .take = take,
    .cost_examples = POINTS * EXAMPLES,
};
