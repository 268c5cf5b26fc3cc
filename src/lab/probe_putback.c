/* SPDX-License-Identifier: MIT
 * Put-back: the accuracy on an earlier task with one module as it was at that task's end
 * (putback.h). */
#include "lab/probe.h"
#include "lab/putback.h"

static void take(const struct probed *probed, struct findings *findings)
{
    int task = probe_task_in_turn(probed);
    real *scratch = probing_vector(probed->room, 0);
    if (task < 0 || !scratch) {
        return;
    }
    const struct network *net = learner_network(probed->learner);
    const real *now = learner_answer(probed->learner, task), *end = probe_end(probed, task)->theta;
    struct probing_examples examples = probing_tests(probed->suite, task, PROBE_EXAMPLES);
    putback_copy(net, PUTBACK_ALL, scratch, now);
    for (int m = 0; m < net->n_modules; m++) {
        putback_copy(net, m, scratch, end);
        probe_put(findings, task, m, probing_accuracy(probed->room, scratch, &examples, NULL));
        putback_copy(net, m, scratch, now);
    }
}

static double cost(const struct probed *probed)
{
    return PROBE_EXAMPLES * learner_network(probed->learner)->n_modules;
}

const struct probe probe_putback = {
    .name = "putback",
    .title = "with one layer put back, %",
    .about =
        "*What you see.* The accuracy on an earlier task if one layer were as it was at that "
        "task's end, and all others as they are: a curve for each layer. Of several earlier tasks "
        "one after the other.\n\n"
        "*What to look for.* The layer whose curve stays high is where the task was lost. On "
        "permuted inputs that is the first, on split classes the last; in a transformer no single "
        "one.\n\n"
        "*Equation.* accuracy(θ, but θ_l = θ*_l), θ* the weights at the task's end.\n\n"
        "*Source.* Ramasesh, Dyer & Raghu 2020, arXiv:2007.07400",
    .unit = "%",
    .metric = "putback",
    .index = PROBE_OF_TASK_AND_MODULE,
    .when = PROBE_AT_LOOKS,
    .min = 0,
    .max = 1,
    .first_stage = 1,
    .take = take,
    .cost = cost,
};
