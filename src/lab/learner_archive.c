/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <string.h>

#include "lab/learner_inside.h"

/* What was fixed at the start must be what it is here: memory was laid out for it. */
static void archive_params(struct learner *learner, struct archive *archive)
{
    const struct params *own = &learner->params;
    struct params params = *own;
    params_archive(&params, archive);
    for (int i = 0; i < PARAM_COUNT; i++) {
        archive_check(archive, param_at((enum param_id)i)->when != PARAM_WHEN_START ||
                                   params.value[i] == own->value[i]);
    }
    archive_check(archive, params.n_hidden == own->n_hidden &&
                               memcmp(params.hidden, own->hidden, sizeof own->hidden) == 0);
    if (!archive->has_failed) {
        learner->params = params;
    }
}

static void archive_recent(struct learner *learner, struct archive *archive)
{
    int n = learner->learning.n_recent;
    archive_int(archive, &n, 0, RECENT_MAX);
    archive_int(archive, &learner->recent_at, 0, RECENT_MAX - 1);
    archive_bytes(archive, learner->recent, (size_t)n * sizeof *learner->recent);
    for (int i = 0; archive->is_reading && i < n; i++) {
        struct example_id id = learner->recent[i];
        bool is_task = id.task >= 0 && id.task < suite_n_tasks(learner->suite);
        archive_check(archive, is_task && id.index >= 0 &&
                                   id.index < suite_task(learner->suite, id.task)->n_train);
    }
    learner->learning.n_recent = archive->has_failed ? 0 : n;
}

static void archive_silenced(struct learner *learner, struct archive *archive)
{
    bool is_silenced = learner->is_silenced;
    archive_bool(archive, &is_silenced);
    if (is_silenced) {
        archive_bytes(archive, learner->silenced, (size_t)learner->net.n_units);
    }
    if (archive->is_reading) {
        learner_silence(learner, is_silenced ? learner->silenced : NULL);
    }
}

void learner_archive(struct learner *learner, struct archive *archive)
{
    struct learning *learning = &learner->learning;
    size_t bytes = learner->net.n_params * sizeof(real);
    archive_bytes(archive, learning->theta, bytes);
    archive_params(learner, archive);
    strategies_archive(&learner->on, archive);
    strategies_archive(&learner->observed, archive);
    archive_silenced(learner, archive);
    archive_int(archive, &learning->stage, 0, INT_MAX / 2);
    archive_int(archive, &learning->task, 0, suite_n_tasks(learner->suite) - 1);
    archive_long(archive, &learning->step, 0, LONG_MAX / 2);
    archive_long(archive, &learning->stage_step, 0, LONG_MAX / 2);
    archive_double(archive, &learning->lr);
    archive_bool(archive, &learning->is_reparametrised);
    optimizer_archive(&learner->optimizer, archive);
    if (suite_grows(learner->suite)) {
        archive_int(archive, &learning->n_met, 0, learner->net.n_outputs);
    }
    if (suite_is_stream(learner->suite)) {
        archive_recent(learner, archive);
    }
    for (int i = 0; i < strategy_count(); i++) {
        if (strategy_at(i)->archive) {
            strategy_at(i)->archive(learner->states[i], archive, learning);
        }
    }
    if (archive->is_reading) {
        memset(learning->grad, 0, bytes);
        learner->has_gradient = true;
        learner->rows.n = learner->rows.n_batch = 0;
    }
}
