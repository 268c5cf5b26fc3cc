/* SPDX-License-Identifier: MIT
 * Low learning rate: forget less by learning less.
 *
 *   lr <- factor lr     on all tasks, or on those after the first
 *
 * Source: Mirzadeh et al. 2020, "Understanding the role of training regimes in continual learning",
 * arXiv:2006.06958.  Deviation: (1) no dropout; (2) the factor is constant, see `decay` for the
 * schedule. */
#include "strategies/strategy.h"

enum { LOWLR_TASKS_ALL, LOWLR_TASKS_LATER };

static double rate(void *self, const struct learning *learning)
{
    (void)self;
    bool applies =
        learning->params->value[PARAM_LOWLR_TASKS] == LOWLR_TASKS_ALL || learning->stage > 0;
    return applies ? learning->params->value[PARAM_LOWLR_FACTOR] : 1;
}

const struct param param_lowlr_factor = {
    .name = "lowlr.factor",
    .title = "rate factor",
    PARAM_REAL(0.001, 1, 0.1),
    .factor = 1.25,
    .help = "low lr multiplies the learning rate by this",
};

static const char *const lowlr_tasks_words[] = {"all", "later", NULL};
const struct param param_lowlr_tasks = {
    .name = "lowlr.tasks",
    .title = "on tasks",
    .where = PARAM_IN_FIRST_TASK,
    PARAM_CHOICE(lowlr_tasks_words, LOWLR_TASKS_ALL),
    .help = "low lr on all tasks, or only on those after the first",
};

const struct strategy strategy_lowlr = {
    .name = "lowlr",
    .title = "low lr",
    .summary = "takes smaller steps: forgets less because it learns less",
    .about = "*Low lr* forgets less by learning less.",
    .equation = "η ← factor · η",
    .cost = "plasticity: whatever comes is learned less",
    .source = "Mirzadeh et al. 2020, arXiv:2006.06958",
    .knob = PARAM_LOWLR_FACTOR,
    .sign = "×",
    .rate = rate,
};
