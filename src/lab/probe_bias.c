/* SPDX-License-Identifier: MIT
 * Output bias: whose outputs the network names when it is shown earlier tasks. */
#include "lab/probe.h"

enum { EXAMPLES = 128, TASKS_MOST = 256 /* each has outputs of its own */ };

/* Adds the probability of each task's outputs at the ends of rows to mass (n_tasks). */
static void add_mass(const struct probed *probed, const struct probing_pass *pass, double *mass)
{
    const struct network *net = learner_network(probed->learner);
    size_t width = (size_t)net->n_outputs, positions = (size_t)net->n_positions;
    loss_softmax(pass->ws->dlogits, pass->ws->logits, pass->ranges, pass->n * net->n_positions,
                 net->n_outputs);
    for (int i = 0; i < pass->n; i++) {
        const real *p = pass->ws->dlogits + ((size_t)(i + 1) * positions - 1) * width;
        for (int t = 0; t < probed->n_tasks; t++) {
            struct range own = probing_own_outputs(probed->suite, t);
            for (int c = own.first; c < own.first + own.count; c++) {
                mass[t] += (double)p[c];
            }
        }
    }
}

static void take(const struct probed *probed, struct findings *findings)
{
    double mass[TASKS_MOST] = {0};
    int n = 0, n_earlier = 0;
    if (probing_own_outputs(probed->suite, 0).count == 0 || probed->n_tasks > TASKS_MOST) {
        return;
    }
    for (int t = 0; t < probed->n_tasks; t++) {
        n_earlier += probe_is_earlier(probed, t);
    }
    for (int t = 0; t < probed->n_tasks; t++) {
        int most = n_earlier > 0 && EXAMPLES > n_earlier ? EXAMPLES / n_earlier : 1;
        struct probing_examples examples = probing_tests(probed->suite, t, most);
        const real *theta = learner_answer(probed->learner, t);
        struct probing_pass pass = {0};
        while (probe_is_earlier(probed, t) &&
               probing_pass_next(probed->room, theta, &examples, &pass)) {
            add_mass(probed, &pass, mass);
            n += pass.n;
        }
    }
    for (int t = 0; n > 0 && t < probed->n_tasks; t++) {
        probe_put(findings, t, 0, mass[t] / n);
    }
}

const struct probe probe_bias = {
    .name = "bias",
    .title = "whose outputs it names, %",
    .about =
        "*What you see.* Where every task brings new classes (split): shown test examples of all "
        "earlier tasks, how much probability the network gives to the outputs of each task. The "
        "curves sum to 100.\n\n"
        "*What to look for.* The task in training takes it all within a few steps: recency bias. "
        "With replay the earlier tasks keep their share. Where all tasks share their outputs there "
        "is nothing to see.\n\n"
        "*Equation.* mean over 128 test examples of earlier tasks of Σ p_c, c the outputs of a "
        "task.\n\n"
        "*Source.* Wu et al. 2019 (BiC), arXiv:1905.13260",
    .unit = "%",
    .metric = "output_mass",
    .index = PROBE_OF_TASK,
    .when = PROBE_AT_LOOKS,
    .min = 0,
    .max = 1,
    .first_stage = 1,
    .take = take,
    .cost_examples = EXAMPLES,
};
