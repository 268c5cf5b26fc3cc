/* SPDX-License-Identifier: MIT
 * Freezing: the first layers stay as the first task left them; later tasks train what is above.
 *
 * Source: Yosinski et al. 2014, "How transferable are features in deep neural networks?",
 * arXiv:1411.1792. */
#include "strategies/strategy.h"

#include <stdio.h>

static size_t frozen(void *self, const struct learning *learning)
{
    (void)self;
    if (learning->stage == 0) {
        return 0;
    }
    int layers = (int)learning->params->value[PARAM_FREEZE_LAYERS],
        top = learning->net->n_layers - 1;
    layers = layers < top ? layers : top; /* the head always learns */
    return learning->net->layers[layers];
}

static void status(void *self, const struct learning *learning, char *text, size_t size)
{
    (void)self;
    snprintf(text, size, "%s", learning->stage == 0 ? "from task 2 on" : "");
}

/* More layers than are below the head stop nothing more. */
static double below_head(const struct params *params)
{
    return network_n_layers(params) - 1;
}

const struct param param_freeze_layers = {
    .name = "freeze.layers",
    .title = "frozen layers",
    .where = PARAM_AT_BOUNDARIES,
    PARAM_INT(1, PARAM_BLOCKS_MAX, 2),
    .step = 1,
    .sweep_end = below_head,
    .unit = "layers",
    .help = "first layers, or blocks, that stay as the first task left them",
};

const struct strategy strategy_freeze = {
    .name = "freeze",
    .title = "freeze",
    .summary = "keeps the first layers as the first task left them: later tasks share its features",
    .about = "*Freeze* stops the first layers.",
    .equation = "Δw = 0 in the frozen layers",
    .cost = "plasticity, most of it",
    .source = "Yosinski et al. 2014, arXiv:1411.1792",
    .knob = PARAM_FREEZE_LAYERS,
    .sign = "layers ",
    .need = STRATEGY_NEEDS_SECOND,
    .then = "the first layers stop",
    .frozen = frozen,
    .status = status,
};
