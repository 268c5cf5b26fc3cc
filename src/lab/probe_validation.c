/* SPDX-License-Identifier: MIT */
#include "lab/probe.h"

static double measure(const struct probed *probed, int task)
{
    (void)task;
    return probed->score->validation;
}

const struct probe probe_validation = {
    .name = "validation",
    .title = "validation, %",
    .about = "*What you see.* The share of the examples held out of training (--validation) that "
             "are answered right, of each task, at the end of each stage.\n\n"
             "*What to look for.* What is chosen - a rate, a strategy, its strength - is chosen by "
             "this, so that the accuracy on the test examples stays an honest one.\n\n"
             "*Equation.* right / n, over the examples of the task that are held out",
    .unit = "%",
    .metric = "validation_accuracy",
    .index = PROBE_OF_TASK,
    .min = 0,
    .max = 1,
    .is_in_rows = true,
    .measure = measure,
};
