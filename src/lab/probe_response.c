/* SPDX-License-Identifier: MIT
 * Response drift: how far a layer's answers to an earlier task have moved since that task's end. */
#include <math.h>

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
        size_t n = (size_t)after.n * (size_t)after.width[l];
        probe_put(findings, task, l, measure_moved(after.h[l], before.h[l], n));
    }
    probing_hidden_fini(&before);
    probing_hidden_fini(&after);
}

static double cost(const struct probed *probed)
{
    (void)probed;
    return 2 * EXAMPLES;
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
    .take = take,
    .cost = cost,
};
