/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "lab/learner_inside.h"
#include "net/matrix.h"
#include "strategies/ewc.h"

/* The rate and who takes the step, after anything that may have changed them. */
static void refresh(struct learner *learner)
{
    struct learning *learning = &learner->learning;
    learning->lr = learner->params.value[PARAM_LR];
    learning->is_reparametrised = false;
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (!learner_is_active(learner, i, false)) {
            continue;
        }
        if (strategy->rate) {
            learning->lr *= strategy->rate(learner->states[i], learning);
        }
        if (strategy->takes_step && strategy->takes_step(learner->states[i], learning)) {
            learning->is_reparametrised = true;
        }
    }
}

void learner_stage_begin(struct learner *learner, int stage, int task)
{
    struct learning *learning = &learner->learning;
    learning->stage = stage;
    learning->task = task;
    learning->stage_step = 0;
    if (suite_grows(learner->suite)) {
        learning->n_met = learner_range(learner, task).count;
    }
    learning->n_recent = learner->recent_at = 0;
    bool keeps_optimizer = false;
    for (int i = 0; i < strategy_count(); i++) {
        keeps_optimizer |= learner_is_active(learner, i, false) && strategy_at(i)->keeps_optimizer;
    }
    if (!keeps_optimizer) {
        optimizer_reset(&learner->optimizer);
    }
    for (int i = 0; i < strategy_count(); i++) {
        if (learner_is_active(learner, i, false) && strategy_at(i)->stage_begin) {
            strategy_at(i)->stage_begin(learner->states[i], learning);
        }
    }
    refresh(learner);
}

void learner_end_stage(struct learner *learner, bool or_observed)
{
    for (int i = 0; i < strategy_count(); i++) {
        if (learner_is_active(learner, i, or_observed) && strategy_at(i)->stage_end) {
            strategy_at(i)->stage_end(learner->states[i], &learner->learning);
        }
    }
}

void learner_consolidate(struct learner *learner)
{
    learner_end_stage(learner, true);
}

double learner_prepare(struct learner *learner)
{
    double least = 1;
    for (int i = 0; i < strategy_count(); i++) {
        if (learner_is_active(learner, i, true) && strategy_at(i)->prepare) {
            least = fmin(least, strategy_at(i)->prepare(learner->states[i], &learner->learning));
        }
    }
    return least;
}

void learner_share(struct learner *learner, struct pool *pool)
{
    learner->step_ws.pool = learner->pass_ws.pool = pool;
}

bool learner_is_large(const struct learner *learner)
{
    const struct network *net = &learner->net;
    int rows = (int)learner->params.value[PARAM_BATCH] * net->n_positions;
    bool is_large = false;
    for (int i = 0; i < net->n_tensors; i++) {
        const struct tensor *tensor = &net->tensors[i];
        is_large |=
            tensor->role == TENSOR_WEIGHT && matrix_is_shared(rows, tensor->rows, tensor->cols);
    }
    return is_large;
}

void learner_switch(struct learner *learner, int strategy, bool on)
{
    const struct strategy *s = strategy_at(strategy);
    if (learner_is_active(learner, strategy, false) == on) {
        return;
    }
    learner->on ^= 1u << strategy;
    if (s->switched) {
        s->switched(learner->states[strategy], &learner->learning, on);
    }
    refresh(learner);
}

void learner_observe(struct learner *learner, int strategy, bool on)
{
    uint32_t bit = 1u << strategy;
    learner->observed = on ? learner->observed | bit : learner->observed & ~bit;
}

void learner_keep_pull(struct learner *learner, struct pull *pull)
{
    learner->pull = pull;
}

void learner_silence(struct learner *learner, const uint8_t *silenced)
{
    learner->is_silenced = false;
    for (int u = 0; u < learner->net.n_units; u++) {
        learner->silenced[u] = silenced && silenced[u] != 0;
        learner->is_silenced |= learner->silenced[u] != 0;
    }
    learner->step_ws.silenced = learner->pass_ws.silenced = learner_silenced(learner);
    if (learner->writer) {
        network_writer_silence(&learner->net, learner->writer, learner_silenced(learner));
    }
}

const uint8_t *learner_silenced(const struct learner *learner)
{
    return learner->is_silenced ? learner->silenced : NULL;
}

void learner_keep_gradient(struct learner *learner, bool keeps)
{
    learner->keeps_gradient = keeps;
}

void learner_set(struct learner *learner, const struct params *params)
{
    for (int i = 0; i < PARAM_COUNT; i++) {
        assert(param_at((enum param_id)i)->when == PARAM_WHEN_LIVE ||
               params->value[i] == learner->params.value[i]);
    }
    learner->params = *params;
    refresh(learner);
}

enum adapter_state learner_adapter(const struct learner *learner)
{
    enum adapter_state state = ADAPTER_NONE;
    for (int i = 0; i < strategy_count() && state == ADAPTER_NONE; i++) {
        if (learner_is_active(learner, i, false) && strategy_at(i)->adapter) {
            state = strategy_at(i)->adapter(learner->states[i], &learner->learning);
        }
    }
    return state;
}

bool learner_plug(struct learner *learner, bool in)
{
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (learner_is_active(learner, i, false) && strategy->plug &&
            strategy->plug(learner->states[i], &learner->learning, in)) {
            return true;
        }
    }
    return false;
}

bool learner_can_put(const struct learner *learner)
{
    bool can = true;
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        bool is_asked = learner_is_active(learner, i, false) && strategy->can_put;
        can = can && (!is_asked || strategy->can_put(learner->states[i]));
    }
    return can;
}

void learner_put(struct learner *learner, size_t at, size_t n, const real *values)
{
    assert(learner_can_put(learner) && at + n <= learner->net.n_params);
    for (int i = 0; i < strategy_count(); i++) {
        if (learner_is_active(learner, i, false) && strategy_at(i)->put) {
            strategy_at(i)->put(learner->states[i], &learner->learning, at, n, values);
        }
    }
    memcpy(learner->learning.theta + at, values, n * sizeof *values);
}

int learner_n_met(const struct learner *learner)
{
    return learner->learning.n_met;
}

const struct network *learner_network(const struct learner *learner)
{
    return &learner->net;
}
const struct params *learner_params(const struct learner *learner)
{
    return &learner->params;
}
uint32_t learner_on(const struct learner *learner)
{
    return learner->on;
}
uint32_t learner_springs(const struct learner *learner)
{
    uint32_t springs = 0;
    for (int i = 0; i < strategy_count(); i++) {
        bool is_spring = strategy_at(i)->gradient || strategy_at(i)->correct;
        springs |= learner_is_active(learner, i, false) && is_spring ? UINT32_C(1) << i : 0;
    }
    return springs;
}

uint32_t learner_observed(const struct learner *learner)
{
    return learner->observed;
}
const real *learner_theta(const struct learner *learner)
{
    return learner->learning.theta;
}
const real *learner_gradient(const struct learner *learner)
{
    return learner->has_gradient ? learner->learning.grad : NULL;
}
double learner_rate(const struct learner *learner)
{
    return learner->learning.lr;
}

const struct rows *learner_rows(const struct learner *learner)
{
    return &learner->rows;
}

const real *learner_answer(struct learner *learner, int task)
{
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (learner_is_active(learner, i, false) && strategy->answer) {
            const real *theta = strategy->answer(learner->states[i], &learner->learning, task);
            if (theta) {
                return theta;
            }
        }
    }
    return learner->learning.theta;
}

const real *learner_importance(const struct learner *learner)
{
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        const real *importance =
            strategy->importance ? strategy->importance(learner->states[i]) : NULL;
        if (importance) {
            return importance;
        }
    }
    return NULL;
}

double learner_gauge(const struct learner *learner, int strategy)
{
    const struct strategy *s = strategy_at(strategy);
    return s->gauge ? s->gauge(learner->states[strategy], &learner->learning) : (double)NAN;
}

bool learner_is_overpulled(const struct learner *learner, double *gauge)
{
    int ewc = strategy_find("ewc");
    double now = learner_gauge(learner, ewc);
    bool is_on = (learner->on >> ewc) & 1u;
    if (gauge) {
        *gauge = now;
    }
    return is_on && ewc_is_unstable(&learner->params, now);
}

size_t learner_bytes(const struct learner *learner, int strategy)
{
    const struct strategy *s = strategy_at(strategy);
    return s->bytes ? s->bytes(learner->states[strategy], &learner->learning) : 0;
}

void learner_status(const struct learner *learner, int strategy, char *text, size_t size)
{
    const struct strategy *s = strategy_at(strategy);
    text[0] = '\0';
    if (s->status) {
        s->status(learner->states[strategy], &learner->learning, text, size);
    }
}
