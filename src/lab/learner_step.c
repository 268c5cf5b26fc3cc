/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "lab/learner_inside.h"
#include "net/matrix.h"

/* True if a strategy adds to the rows of a step or replaces them. */
static bool changes_rows(const struct learner *learner)
{
    for (int i = 0; i < strategy_count(); i++) {
        if (learner_is_active(learner, i, false) && strategy_at(i)->rows) {
            return true;
        }
    }
    return false;
}

static int task_of(const struct batch *batch, int i)
{
    return batch->tasks ? batch->tasks[i] : batch->task;
}

/* The rows of this step.  The inputs are by far the largest part: they are copied only for a
 * strategy that works on them, else they are used where the batch has them. */
static void gather_rows(struct learner *learner, const struct batch *batch)
{
    struct rows *rows = &learner->rows;
    size_t n_inputs = (size_t)batch->n * learner->net.n_inputs;
    memcpy(rows->labels, batch->labels, (size_t)batch->n * sizeof *rows->labels);
    memcpy(rows->index, batch->index, (size_t)batch->n * sizeof *rows->index);
    rows->n = rows->n_batch = batch->n;
    for (int i = 0; i < batch->n; i++) {
        rows->tasks[i] = task_of(batch, i);
        rows->ranges[i] = learner_range(learner, rows->tasks[i]);
    }
    learner->x = batch->x;
    if (!changes_rows(learner)) {
        return;
    }
    memcpy(rows->x, batch->x, n_inputs * sizeof *rows->x);
    learner->x = rows->x;
    for (int i = 0; i < strategy_count(); i++) {
        if (learner_is_active(learner, i, false) && strategy_at(i)->rows) {
            strategy_at(i)->rows(learner->states[i], &learner->learning, rows);
        }
    }
}

/* Mean loss over all rows; leaves its gradient in the workspace. */
static double run_forward(struct learner *learner)
{
    struct rows *rows = &learner->rows;
    const struct network *net = &learner->net;
    struct workspace *ws = &learner->step_ws;
    struct targets targets =
        learner_targets(learner, learner->x, rows->labels, rows->ranges, rows->tasks, 0, rows->n);
    network_forward(net, learner->learning.theta, learner->x, rows->n, ws);
    double loss = network_loss(net, ws, &targets);
    learner->batch_loss = loss;
    if (rows->n > rows->n_batch) {
        int n_batch = rows->n_batch * net->n_positions;
        learner->batch_loss =
            net->kind->loss->share(ws->dlogits, &targets, n_batch, net->n_outputs);
    }
    return loss;
}

double learner_loss(struct learner *learner, const struct batch *batch)
{
    const struct network *net = &learner->net;
    struct workspace *ws = &learner->step_ws;
    for (int i = 0; i < batch->n; i++) {
        learner->rows.ranges[i] = learner_range(learner, task_of(batch, i));
    }
    struct targets targets = learner_targets(learner, batch->x, batch->labels, learner->rows.ranges,
                                             batch->tasks, batch->task, batch->n);
    network_forward(net, learner->learning.theta, batch->x, batch->n, ws);
    return network_loss(net, ws, &targets);
}

/* How many parameters, from the first, must not move. */
static size_t count_frozen(struct learner *learner)
{
    size_t frozen = 0;
    for (int i = 0; i < strategy_count(); i++) {
        if (learner_is_active(learner, i, false) && strategy_at(i)->frozen) {
            size_t n = strategy_at(i)->frozen(learner->states[i], &learner->learning);
            frozen = n > frozen ? n : frozen;
        }
    }
    return frozen;
}

/* The strategy that takes this step itself; -1: the optimizer does. */
static int find_stepper(const struct learner *learner)
{
    int found = -1;
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        bool steps = learner_is_active(learner, i, false) && strategy->takes_step &&
                     strategy->takes_step(learner->states[i], &learner->learning);
        found = steps ? i : found;
    }
    return found;
}

/* Where what springs do in this step is to be known, and they are on; else NULL. */
static struct pull *pull_of(const struct learner *learner)
{
    return learner->pull && learner_springs(learner) ? learner->pull : NULL;
}

/* True if a strategy adds to this step's gradient. */
static bool has_penalties(const struct learner *learner)
{
    bool has = false;
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        has |= learner_is_active(learner, i, false) && strategy->gradient &&
               (!strategy->has_gradient ||
                strategy->has_gradient(learner->states[i], &learner->learning));
    }
    return has;
}

/* True if the step will be the gradient times -lr, and nothing else. */
static bool is_plain(struct learner *learner)
{
    return learner->optimizer.kind == OPTIMIZER_SGD && !(learner->params.value[PARAM_CLIP] > 0) &&
           count_frozen(learner) == 0 && find_stepper(learner) < 0;
}

static void add_penalties(struct learner *learner)
{
    struct learning *learning = &learner->learning;
    struct pull *pull = has_penalties(learner) ? pull_of(learner) : NULL;
    struct tally tally = {0};
    if (pull) {
        tally = pull_begin(pull, is_plain(learner) ? learning->lr : 0);
    }
    for (int i = 0; i < strategy_count(); i++) {
        if (learner_is_active(learner, i, false) && strategy_at(i)->gradient) {
            strategy_at(i)->gradient(learner->states[i], learning, pull ? &tally : NULL);
        }
    }
}

/* The optimizer's share of what was added, unless that has been counted; a mean goes on without. */
static void pull_by_gradient(struct learner *learner, size_t frozen,
                             const struct optimizer_rates *rates)
{
    struct pull *pull = pull_of(learner);
    bool has_added = pull && has_penalties(learner), goes_on = pull && pull->mean && pull->has_mean;
    if (goes_on && !has_added) {
        pull_begin(pull, 0);
    }
    if (goes_on || (has_added && !pull->is_counted)) {
        pull_stepped(pull, &learner->optimizer, frozen, rates);
    }
}

static bool has_corrections(const struct learner *learner)
{
    bool has = false;
    for (int i = 0; i < strategy_count(); i++) {
        has |= learner_is_active(learner, i, false) && strategy_at(i)->correct;
    }
    return has;
}

static void correct(struct learner *learner, size_t frozen)
{
    struct learning *learning = &learner->learning;
    struct pull *pull = has_corrections(learner) ? pull_of(learner) : NULL;
    struct tally tally = {pull ? pull->sum : NULL, 1};
    for (int i = 0; i < strategy_count(); i++) {
        if (learner_is_active(learner, i, false) && strategy_at(i)->correct) {
            strategy_at(i)->correct(learner->states[i], learning, frozen, pull ? &tally : NULL);
        }
    }
}

static void move_weights(struct learner *learner)
{
    struct learning *learning = &learner->learning;
    size_t frozen = count_frozen(learner);
    int stepper = find_stepper(learner);
    if (stepper >= 0) {
        memset(learning->grad, 0, frozen * sizeof *learning->grad);
        strategy_at(stepper)->update(learner->states[stepper], learning);
    } else {
        struct optimizer_rates rates = optimizer_rates(&learner->params, learning->lr);
        optimizer_step(&learner->optimizer, learning->theta, learning->grad, frozen, &rates,
                       learner->step_ws.pool);
        pull_by_gradient(learner, frozen, &rates);
    }
    if (learner->pull) {
        learner->pull->is_through_adapter |= stepper >= 0;
        learner->pull->by |= learner_springs(learner);
    }
    correct(learner, frozen);
}

/* What nobody announces has to be looked after by itself: what came is remembered for a while, and
 * those that are on consolidate now and then. */
static void follow_stream(struct learner *learner, const struct batch *batch)
{
    struct learning *learning = &learner->learning;
    for (int i = 0; i < batch->n; i++) {
        learner->recent[learner->recent_at] = (struct example_id){batch->tasks[i], batch->index[i]};
        learner->recent_at = (learner->recent_at + 1) % RECENT_MAX;
        learning->n_recent += learning->n_recent < RECENT_MAX;
    }
    long every = (long)learner->params.value[PARAM_CONSOLIDATE_EVERY];
    if (every > 0 && learning->stage_step % every == 0) {
        learner_end_stage(learner, false);
    }
}

/* The strategy that takes the gradients of weights as products; -1 if there is none, or if another
 * one works on the gradient. */
static int find_taker(const struct learner *learner)
{
    int found = -1;
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        if (!learner_is_active(learner, i, false)) {
            continue;
        }
        if (strategy->gradient || strategy->frozen) {
            return -1;
        }
        if (strategy->take && strategy->takes_step(learner->states[i], &learner->learning)) {
            found = i;
        }
    }
    return found;
}

/* The taker's. */
static void take_product(void *context, const struct product *dw)
{
    struct learner *learner = context;
    int i = find_taker(learner);
    strategy_at(i)->take(learner->states[i], &learner->learning, dw);
    if (learner->keeps_gradient) {
        matrix_multiply(dw, learner->step_ws.pool);
    }
}

static void run_backward(struct learner *learner)
{
    struct learning *learning = &learner->learning;
    struct workspace *ws = &learner->step_ws;
    learning->is_taken = find_taker(learner) >= 0;
    learner->taker = (struct product_taker){take_product, learner};
    ws->taker = learning->is_taken ? &learner->taker : NULL;
    network_backward(&learner->net, learning->theta, learner->rows.n, ws, learning->grad);
    learner->has_gradient = !learning->is_taken || learner->keeps_gradient;
}

double learner_step(struct learner *learner, const struct batch *batch)
{
    struct learning *learning = &learner->learning;
    gather_rows(learner, batch);
    double loss = run_forward(learner);
    if (!isfinite(loss)) {
        return loss;
    }
    run_backward(learner);
    add_penalties(learner);
    move_weights(learner);
    learning->step++;
    learning->stage_step++;
    for (int i = 0; i < strategy_count(); i++) {
        if (learner_is_active(learner, i, true) && strategy_at(i)->step_done) {
            strategy_at(i)->step_done(learner->states[i], learning, &learner->rows);
        }
    }
    if (batch->tasks) {
        follow_stream(learner, batch);
    }
    return loss;
}

double learner_batch_loss(const struct learner *learner)
{
    return learner->batch_loss;
}
