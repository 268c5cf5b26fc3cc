/* SPDX-License-Identifier: MIT
 * Decay: a learning rate that falls with every task.
 *
 *   lr_t = gamma^t lr      t = stages before this one
 *
 * Source: Mirzadeh et al. 2020, "Understanding the role of training regimes in continual learning"
 * (stable SGD), arXiv:2006.06958.  Deviation: (1) no dropout. */
#include "strategies/strategy.h"

#include <math.h>

static double rate(void *self, const struct learning *learning)
{
    (void)self;
    return pow(learning->params->value[PARAM_DECAY_GAMMA], learning->stage);
}

const struct param param_decay_gamma = {
    .name = "decay.gamma",
    .title = "decay per task",
    .where = PARAM_AT_BOUNDARIES,
    PARAM_REAL(0.01, 1, 0.6),
    .step = 0.05,
    .help = "decay multiplies the rate by this at each new task",
};

const struct strategy strategy_decay = {
    .name = "decay",
    .title = "decay",
    .summary = "lowers the learning rate with every task: early tasks shape the network, later "
               "ones fit in",
    .about = "*Decay* forgets less by learning less, with every task.",
    .equation = "η_t = γ^t · η",
    .cost = "plasticity of the later tasks",
    .source = "Mirzadeh et al. 2020, arXiv:2006.06958",
    .knob = PARAM_DECAY_GAMMA,
    .sign = "γ ",
    .need = STRATEGY_NEEDS_SECOND,
    .then = "the learning rate falls, and with each task again",
    .rate = rate,
};
