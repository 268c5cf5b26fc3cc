/* SPDX-License-Identifier: MIT
 * Does a layer still see an earlier task as it did?  Linear CKA of its activations at the task's
 * end and now (measure.h). */
#include "lab/measure.h"
#include "lab/probe.h"

static double measure(const struct probed *probed, const struct probe_layer *layer)
{
    (void)probed;
    return measure_cka(layer->before, layer->width, layer->now, layer->width, layer->n);
}

/* Two passes, and of each layer two kernels. */
static double cost(const struct probed *probed)
{
    const struct network *net = learner_network(probed->learner);
    double width = net->n_outputs, n = PROBE_EXAMPLES;
    for (int l = 0; l < net->n_unit_layers; l++) {
        width += net->unit_layers[l].n * net->unit_layers[l].width;
    }
    double of_a_row = (double)net->n_params * net->n_positions;
    return 2.7 * n +
           1.2 * (2 * n * n * width + 4 * n * width + 4 * n * n * net->n_unit_layers) / of_a_row;
}

const struct probe probe_cka = {
    .name = "cka",
    .title = "likeness to a task's end (CKA), %",
    .about =
        "*What you see.* Of each layer how alike its view of an earlier task's test examples is to "
        "what it was at that task's end, whatever turns and scales: 100 is the same up to those. "
        "Of several earlier tasks one after the other.\n\n"
        "*What to look for.* The layers above lose more than those below. EWC and replay keep them "
        "nearer.\n\n"
        "*Equation.* ‖Y'X‖² / (‖X'X‖ ‖Y'Y‖), X and Y (128 examples, units) with centred "
        "columns.\n\n"
        "*Source.* Kornblith et al. 2019, arXiv:1905.00414; Ramasesh, Dyer & Raghu 2020, "
        "arXiv:2007.07400",
    .unit = "%",
    .metric = "cka",
    .index = PROBE_OF_TASK_AND_LAYER,
    .when = PROBE_AT_LOOKS,
    .min = 0,
    .max = 1,
    .first_stage = 1,
    .of_layer = measure,
    .cost = cost,
};
