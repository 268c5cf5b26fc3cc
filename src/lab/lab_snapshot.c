/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/clock.h"
#include "lab/lab.h"
#include "lab/lab_stages.h"
#include "lab/probe.h"
#include "strategies/table.h"

static void fill_map(struct lab *lab, struct map *map)
{
    const struct references *references = &lab->references;
    const real *values = lab_answering(lab), *reference = NULL;
    map->request = lab->request;
    map->is_signed = lab->request.what == MAP_WHAT_WEIGHT;
    int since = lab->request.since;
    switch (lab->request.what) {
    case MAP_WHAT_DRIFT:
        reference = since == MAP_SINCE_START            ? references->initial
                    : since == MAP_SINCE_TASK           ? learner_theta(lab->checkpoint)
                    : since < suite_n_tasks(lab->suite) ? references->task_end[since]
                                                        : NULL;
        values = reference ? values : NULL;
        break;
    case MAP_WHAT_GRADIENT:
        values = learner_gradient(lab->learner);
        break;
    case MAP_WHAT_FISHER:
        values = learner_importance(lab->learner);
        break;
    case MAP_WHAT_UPDATE:
        reference = references->before_step;
        values = references->has_before_step ? learner_theta(lab->learner) : NULL;
        break;
    case MAP_WHAT_WEIGHT:
    case MAP_WHAT_COUNT:
        break;
    }
    probe_map(map, learner_network(lab->learner), values, reference);
}

static void fill_learner(struct lab *lab, struct learner_state *state)
{
    const struct learner *learner = lab->learner;
    const struct network *net = learner_network(learner);
    snprintf(state->name, sizeof state->name, "%s", lab->config.learners[0].name);
    state->params = *learner_params(learner);
    state->rate = learner_rate(learner);
    state->loss = lab->loss;
    for (int i = 0; i < strategy_count(); i++) {
        struct strategy_state *s = &state->strategies[i];
        s->is_on = (learner_on(learner) >> i) & 1u;
        s->is_observed = (learner_observed(learner) >> i) & 1u;
        s->gauge = learner_gauge(learner, i);
        s->bytes = learner_bytes(learner, i);
        learner_status(learner, i, s->status, sizeof s->status);
    }
    state->n_layers = net->n_layers;
    for (int l = 0; l < net->n_layers; l++) {
        state->drift[l] =
            lab->is_begun ? probe_drift(net, lab_answering(lab), learner_theta(lab->checkpoint), l)
                          : 0;
    }
}

/* Samples a second of wall time since the rate was last taken, at most four times a second. */
static void measure_rate(struct lab *lab)
{
    int64_t now = clock_ns();
    if (now - lab->rate_ns >= 250000000) {
        lab->samples_per_second =
            (double)(lab->samples - lab->rate_samples) * 1e9 / (double)(now - lab->rate_ns);
        lab->rate_ns = now;
        lab->rate_samples = lab->samples;
    }
}

void lab_snapshot(struct lab *lab, struct snapshot *snapshot)
{
    measure_rate(lab);
    snapshot->number = ++lab->n_snapshots;
    snapshot->state = lab->state;
    snapshot->step = lab->step;
    snapshot->stage = lab->stage;
    snapshot->task = lab->task;
    snapshot->stage_step = lab->stage_step;
    snapshot->stage_steps = lab->stage_steps;
    snapshot->n_stages =
        lab->stage + 1 + suite_n_stages(lab->suite) - (lab->is_begun ? lab->planned : 1);
    snapshot->planned = lab->is_begun ? lab->planned : 1;
    snapshot->total_steps = lab_total_steps(lab);
    snapshot->speed = lab->speed;
    snapshot->samples_per_second = lab->state == LAB_TRAINING ? lab->samples_per_second : 0;
    snapshot->seconds_training = lab_seconds_training(lab);
    snapshot->n_commands = lab->n_commands;
    snapshot->n_learners = 1;
    snapshot->selected = 0;
    fill_learner(lab, &snapshot->learners[0]);
    fill_map(lab, &snapshot->map);
}
