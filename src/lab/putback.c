/* SPDX-License-Identifier: MIT */
#include "lab/putback.h"

#include <assert.h>
#include <string.h>

#include "lab/learner.h"

void putback_copy(const struct network *net, int module, real *theta, const real *end)
{
    assert(module >= PUTBACK_ALL && module < net->n_modules);
    size_t at = module == PUTBACK_ALL ? 0 : net->modules[module].at;
    size_t n = module == PUTBACK_ALL ? net->n_params : net->modules[module].n;
    memcpy(theta + at, end + at, n * sizeof *theta);
}

void putback_measure(struct putback_scores *scores, struct learner *learner, const real *theta,
                     const real *end, int task, int stride, real *scratch)
{
    const struct network *net = learner_network(learner);
    scores->n_modules = net->n_modules;
    putback_copy(net, PUTBACK_ALL, scratch, theta);
    scores->now = learner_score_with(learner, scratch, task, stride, NULL, NULL).accuracy;
    scores->all = learner_score_with(learner, end, task, stride, NULL, NULL).accuracy;
    for (int i = 0; i < net->n_modules; i++) {
        putback_copy(net, i, scratch, end);
        scores->with[i] = learner_score_with(learner, scratch, task, stride, NULL, NULL).accuracy;
        putback_copy(net, i, scratch, theta);
    }
}

static struct range own_outputs(const struct suite *suite, int task)
{
    struct range own;
    suite_own_outputs(suite, task, &own.first, &own.count);
    return own;
}

bool putback_has_outputs(const struct suite *suite, int task)
{
    return suite_scenario(suite) == SCENARIO_CLASS &&
           own_outputs(suite, task).count < suite_task(suite, task)->n_outputs;
}

void putback_measure_outputs(struct putback_outputs *outputs, struct learner *learner,
                             const struct suite *suite, const real *theta, int task, int stride,
                             double *logits_of)
{
    const struct range own = own_outputs(suite, task);
    int n = suite_n_tasks(suite);
    outputs->accuracy = learner_score_with(learner, theta, task, stride, &own, logits_of).accuracy;
    outputs->n_tasks = n < PUTBACK_TASKS_MAX ? n : PUTBACK_TASKS_MAX;
    for (int t = 0; t < outputs->n_tasks; t++) {
        const struct range of = own_outputs(suite, t);
        outputs->logits[t] = 0;
        for (int i = of.first; i < of.first + of.count; i++) {
            outputs->logits[t] += logits_of[i] / of.count;
        }
    }
}
