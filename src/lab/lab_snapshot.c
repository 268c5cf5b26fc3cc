/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/clock.h"
#include "base/range.h"
#include "base/subnormal.h"
#include "lab/lab.h"
#include "lab/lab_inside.h"
#include "lab/map.h"
#include "lab/measure.h"
#include "strategies/table.h"

static const real *reference_now(const struct lab *lab, const struct member *member)
{
    int since = lab->request.since;
    const struct references *references = &member->references;
    if (since == MAP_SINCE_START || since == MAP_SINCE_TASK) {
        return since == MAP_SINCE_START ? references->initial : references->stage_start;
    }
    const struct end *end = member_learned(member, since);
    return end ? end->theta : NULL;
}

/* The weights at the start of that moment's stage: the bytes of a record begin with them. */
static const real *stage_start_then(const struct lab *lab, const struct checkpoint *checkpoint,
                                    int id)
{
    const struct checkpoint *boundary = history_boundary(&lab->now.history, checkpoint->at.stage);
    const struct record *record = boundary ? history_record(&lab->now.history, boundary, id) : NULL;
    const void *bytes = record ? record->bytes : NULL;
    return bytes;
}

/* A fork of then is whom it comes from.  Gradient, update and importance are of now alone: those of
 * then are not kept as vectors of their own. */
struct mapped lab_mapped(struct lab *lab, struct member *member, const struct shown *shown)
{
    const struct map_request *request = &lab->request;
    const struct learner *learner = member->learner;
    struct mapped mapped = {lab_weights_shown(lab, member, shown->task), NULL};
    switch (request->what) {
    case MAP_WHAT_DRIFT:
        mapped.reference = request->since == MAP_SINCE_TASK && shown->checkpoint
                               ? stage_start_then(lab, shown->checkpoint, member->facts.id)
                               : reference_now(lab, member);
        mapped.values = mapped.reference ? mapped.values : NULL;
        break;
    case MAP_WHAT_GRADIENT:
        mapped.values = shown->is_now ? learner_gradient(learner) : NULL;
        break;
    case MAP_WHAT_FISHER:
        mapped.values = shown->is_now ? learner_importance(learner) : NULL;
        break;
    case MAP_WHAT_UPDATE:
        mapped.reference = member->references.before_step;
        mapped.values =
            shown->is_now && member->references.has_before_step ? learner_theta(learner) : NULL;
        break;
    case MAP_WHAT_WEIGHT:
    case MAP_WHAT_COUNT:
        break;
    }
    return mapped;
}

static void fill_map(struct lab *lab, struct map *map)
{
    struct member *member = lab_selected(lab);
    const struct network *net = learner_network(member->learner);
    const struct shown shown = lab_shown(lab);
    const struct mapped mapped = lab_mapped(lab, member, &shown);
    map->request = lab->request;
    map->request.part = min_int(lab->request.part, net->n_parts - 1);
    map->is_signed = lab->request.what == MAP_WHAT_WEIGHT;
    map->step = shown.step;
    map_fill(map, net, mapped.values, mapped.reference);
}

static void fill_learner(struct lab *lab, struct member *member, struct learner_state *state)
{
    const struct learner *learner = member->learner;
    const struct network *net = learner_network(learner);
    const struct learner_facts *facts = &member->facts;
    state->id = facts->id;
    state->slot = facts->slot;
    state->parent = facts->parent;
    state->born = facts->born;
    state->has_diverged = facts->has_diverged;
    state->diverged_step = facts->diverged_step;
    state->steps = member->steps;
    state->seconds_training = (double)member->training_ns * 1e-9;
    snprintf(state->name, sizeof state->name, "%s", facts->name);
    state->params = *learner_params(learner);
    state->rate = learner_rate(learner);
    state->loss = facts->loss;
    for (int i = 0; i < strategy_count(); i++) {
        struct strategy_state *s = &state->strategies[i];
        s->is_on = (learner_on(learner) >> i) & 1u;
        s->is_observed = (learner_observed(learner) >> i) & 1u;
        s->gauge = learner_gauge(learner, i);
        s->bytes = learner_bytes(learner, i);
        learner_status(learner, i, s->status, sizeof s->status);
    }
    state->n_parts = net->n_parts;
    for (int l = 0; l < net->n_parts; l++) {
        state->drift[l] =
            lab->now.run->is_begun
                ? measure_drift(&net->parts[l], member_answering(member, lab->now.run->at.task),
                                member->references.stage_start)
                : 0;
    }
}

/* Samples a second of wall time since the rate was last taken, at most four times a second. */
static void measure_rate(struct lab *lab)
{
    int64_t now = clock_ns();
    if (now - lab->rate_ns >= 250000000) {
        long samples = lab_samples_trained(lab), more = samples - lab->rate_samples;
        lab->samples_per_second = more > 0 ? (double)more * 1e9 / (double)(now - lab->rate_ns) : 0;
        lab->rate_ns = now;
        lab->rate_samples = samples;
    }
}

static void take(struct lab *lab, struct snapshot *snapshot)
{
    const struct run *run = lab->now.run;
    const struct position *at = &run->at;
    measure_rate(lab);
    snapshot->number = ++lab->n_snapshots;
    snapshot->state = lab_state(lab);
    snapshot->step = at->step;
    snapshot->stage = at->stage;
    snapshot->task = at->task;
    snapshot->stage_step = at->stage_step;
    snapshot->stage_steps = at->stage_steps;
    snapshot->n_stages =
        at->stage + 1 + suite_n_stages(lab->now.run->suite) - at->planned + (at->interrupted >= 0);
    snapshot->planned = at->planned;
    snapshot->has_interrupted = at->interrupted >= 0;
    snapshot->interrupted = at->interrupted >= 0 ? at->interrupted : 0;
    snapshot->total_steps = lab_total_steps(lab);
    snapshot->speed = lab->now.run->speed;
    snapshot->samples_per_second = lab_state(lab) == LAB_TRAINING ? lab->samples_per_second : 0;
    snapshot->seconds_training = lab_seconds_training(lab);
    snapshot->n_commands = lab->n_commands;
    snapshot->saved = lab->saved;
    snapshot->taken_again = lab->taken_again;
    snapshot->consolidated = lab->consolidated;
    snapshot->history_bytes = lab->now.history.bytes;
    snapshot->n_learners =
        lab->now.run->n_members < LEARNERS_MAX ? lab->now.run->n_members : LEARNERS_MAX;
    snapshot->is_to_all = lab->now.is_to_all;
    for (int i = 0; i < snapshot->n_learners; i++) {
        snapshot->selected = lab->now.run->members[i] == lab_selected(lab) ? i : snapshot->selected;
        fill_learner(lab, lab->now.run->members[i], &snapshot->learners[i]);
    }
    fill_map(lab, &snapshot->map);
    lab_exhibit(lab, &snapshot->exhibits);
}

void lab_snapshot(struct lab *lab, struct snapshot *snapshot)
{
    uint64_t state = subnormal_flush();
    take(lab, snapshot);
    subnormal_restore(state);
}
