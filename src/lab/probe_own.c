/* SPDX-License-Identifier: MIT
 * Own-output accuracy: is an old task gone, or only drowned by the outputs of newer ones? */
#include "lab/probe.h"

enum { EXAMPLES = 200 };

static void take(const struct probed *probed, struct findings *findings)
{
    int task = probe_task_in_turn(probed);
    struct range own = probing_own_outputs(probed->suite, task < 0 ? probed->task : task);
    if (task >= 0 && own.count > 0) {
        probe_put_accuracy(probed, findings, task, EXAMPLES, &own);
    }
}

const struct probe probe_own = {
    .name = "own",
    .title = "right among its own outputs, %",
    .about =
        "*What you see.* Where every task brings new classes (split): the accuracy on earlier "
        "tasks if only the task's own outputs competed, one task after the other.\n\n"
        "*What to look for.* The plain accuracy falls to 0 within a few steps of the next task, "
        "this one hardly: what was learned is still there, the new outputs are louder. Where all "
        "tasks share their outputs there is nothing to see.\n\n"
        "*Equation.* argmax of z_c over the task's own outputs c = label, over test examples.\n\n"
        "*Source.* van de Ven & Tolias 2019, arXiv:1904.07734 (what is known at test time)",
    .unit = "%",
    .metric = "own_output_accuracy",
    .index = PROBE_OF_TASK,
    .when = PROBE_AT_LOOKS,
    .min = 0,
    .max = 1,
    .first_stage = 1,
    .take = take,
    .cost_examples = EXAMPLES,
};
