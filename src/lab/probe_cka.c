/* SPDX-License-Identifier: MIT
 * Does a layer still see an earlier task as it did?  Linear CKA of its activations at the task's
 * end and now (measure.h). */
#include "lab/measure.h"
#include "lab/probe.h"

enum { EXAMPLES = 128 };

static void take(const struct probed *probed, struct findings *findings)
{
    int task = probe_task_in_turn(probed);
    if (task < 0) {
        return;
    }
    const real *now = learner_answer(probed->learner, task);
    struct probing_examples examples = probing_tests(probed->suite, task, EXAMPLES);
    struct probing_hidden before, after;
    bool ok = probing_hidden_take(&before, probed->room, probed->task_end[task], &examples);
    ok &= probing_hidden_take(&after, probed->room, now, &examples);
    for (int l = 0; ok && l < after.n_layers; l++) {
        probe_put(findings, task, l,
                  measure_cka(before.h[l], before.width[l], after.h[l], after.width[l], after.n));
    }
    probing_hidden_fini(&before);
    probing_hidden_fini(&after);
}

/* Two passes, and of each layer two kernels. */
static double cost(const struct probed *probed)
{
    const struct network *net = learner_network(probed->learner);
    double width = net->n_outputs, n = EXAMPLES;
    for (int l = 0; l < net->n_unit_layers; l++) {
        width += net->unit_layers[l].n * net->unit_layers[l].width;
    }
    double of_a_row = (double)net->n_params * net->n_positions;
    return 2.5 * n +
           (2 * n * n * width + 4 * n * width + 4 * n * n * net->n_unit_layers) / of_a_row;
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
    .take = take,
    .cost = cost,
};
