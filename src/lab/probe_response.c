/* SPDX-License-Identifier: MIT
 * Response drift: how far a layer's answers to an earlier task have moved since that task's end. */
#include <math.h>

#include "lab/measure.h"
#include "lab/probe.h"

static double measure(const struct probed *probed, const struct probe_layer *layer)
{
    (void)probed;
    return measure_moved(layer->now, layer->before, (size_t)layer->n * (size_t)layer->width);
}

const struct probe probe_response = {
    .name = "response",
    .title = "response drift per layer, %",
    .about =
        "*What you see.* Of each layer how far its answers to an earlier task's test examples are "
        "from those at that task's end, relative to their size. Of several earlier tasks one after "
        "the other.\n\n"
        "*What to look for.* Where weights move but answers do not, nothing is lost: compare with "
        "the drift of weights. Unlike CKA it sees turns and scales, too.\n\n"
        "*Equation.* ‖h − h*‖ / ‖h*‖ over 128 test examples.\n\n"
        "*Source.* Ramasesh, Dyer & Raghu 2020, arXiv:2007.07400 (for CKA)",
    .unit = "%",
    .metric = "response_drift",
    .index = PROBE_OF_TASK_AND_LAYER,
    .when = PROBE_AT_LOOKS,
    .min = 0,
    .max = (double)INFINITY,
    .first_stage = 1,
    .of_layer = measure,
    .cost_examples = 2 * PROBE_EXAMPLES,
};
