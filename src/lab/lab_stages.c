/* SPDX-License-Identifier: MIT */
#include "lab/lab_stages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/probe.h"

/* Ends of tasks are kept as references of the drift while all of them fit into this. */
static const size_t REFERENCES_BYTES_MAX = 64u << 20;

void lab_add_entry(struct lab *lab, enum entry_kind kind, int task, double value, const char *text)
{
    if (lab->is_silent) {
        return;
    }
    journal_add(lab->journal, (struct entry){.kind = kind,
                                             .stage = lab->stage,
                                             .task = task,
                                             .step = lab->step,
                                             .value = value,
                                             .text = text});
}

long lab_steps_of(const struct lab *lab, int task)
{
    const struct params *params = learner_params(lab->learner);
    long steps = (long)params->value[PARAM_STEPS];
    return steps > 0 ? steps
                     : (long)params->value[PARAM_EPOCHS] * batches_per_epoch(lab->batches, task);
}

void lab_begin_stage(struct lab *lab, int stage, int task)
{
    lab->stage = stage;
    lab->task = task;
    lab->stage_step = 0;
    lab->stage_steps = lab_steps_of(lab, task);
    lab->is_cut = false;
    lab->references.has_before_step = false;
    batches_begin(lab->batches, stage, task, 0);
    learner_stage_begin(lab->learner, stage, task);
    learner_copy(lab->checkpoint, lab->learner);
    lab->is_first_visit = !lab->schedule.is_seen[task];
    schedule_visit(&lab->schedule, task);
    lab->turn = lab->schedule.turn;
    lab_history_keep(lab);
    lab_add_entry(lab, ENTRY_STAGE, task, 0, NULL);
}

/* The weights drift is read from: those that answer for the present task. */
const real *lab_answering(const struct lab *lab)
{
    return learner_answer(lab->learner, lab->task);
}

static void evaluate(struct lab *lab, int task, enum entry_kind kind, int stride)
{
    if (lab->is_silent) {
        return;
    }
    lab_add_entry(lab, kind, task, learner_accuracy(lab->learner, task, stride), NULL);
}

static int test_stride(const struct lab *lab, int task, long rows)
{
    long n = suite_task(lab->suite, task)->n_test;
    return (int)((n + rows - 1) / rows);
}

/* The regular look: loss, drift, and the accuracies whose turn it is. */
void lab_tick(struct lab *lab)
{
    int tasks[SCHEDULE_TASKS_MAX];
    int n = schedule_tasks(&lab->schedule, lab->speed > 0, lab->task, lab->previous_task, tasks);
    lab->loss = lab->loss_n ? lab->loss_sum / (double)lab->loss_n : lab->loss;
    lab->loss_sum = 0;
    lab->loss_n = 0;
    lab_add_entry(lab, ENTRY_LOSS, 0, lab->loss, NULL);
    for (int i = 0; i < n; i++) {
        evaluate(lab, tasks[i], ENTRY_ACCURACY, test_stride(lab, tasks[i], SCHEDULE_TICK_ROWS));
    }
    const struct network *net = learner_network(lab->learner);
    for (int l = 0; l < net->n_layers && !lab->is_silent; l++) {
        double drift = probe_drift(net, lab_answering(lab), learner_theta(lab->checkpoint), l);
        lab_add_entry(lab, ENTRY_DRIFT, l, drift, NULL);
    }
}

static void keep_reference(struct lab *lab)
{
    struct references *references = &lab->references;
    size_t size = learner_network(lab->learner)->n_params * sizeof(real);
    bool is_small = size * (size_t)suite_n_tasks(lab->suite) <= REFERENCES_BYTES_MAX;
    if (!references->task_end[lab->task] && is_small) {
        references->task_end[lab->task] =
            malloc(size); /* without it that reference is not offered */
    }
    if (references->task_end[lab->task]) {
        memcpy(references->task_end[lab->task], lab_answering(lab), size);
    }
    if (!references->has_first_end) {
        memcpy(references->first_end, lab_answering(lab), size);
        references->has_first_end = true;
    }
}

void lab_diverge(struct lab *lab)
{
    lab->state = LAB_DIVERGED;
    lab_add_entry(lab, ENTRY_DIVERGED, lab->task, learner_rate(lab->learner), NULL);
}

/* The row of R, the strategies' end-of-task work, and what comes next. */
void lab_end_stage(struct lab *lab)
{
    int n_tasks = suite_n_tasks(lab->suite);
    struct batch batch = batches_next(lab->batches);
    if (!isfinite(learner_loss(lab->learner, &batch))) {
        lab_diverge(
            lab); /* by the last step: the checkpoint is still good, and nothing consolidated */
        return;
    }
    lab_tick(lab);
    for (int t = 0; t < n_tasks; t++) {
        evaluate(lab, t, ENTRY_MATRIX, test_stride(lab, t, SCHEDULE_ROW_ROWS / n_tasks));
    }
    learner_consolidate(lab->learner);
    keep_reference(lab);
    lab_add_entry(lab, ENTRY_STAGE_END, lab->task, 0, NULL);
    lab->previous_task = lab->task;
    int task = lab->detour;
    lab->detour = -1;
    if (task < 0 && lab->planned < suite_n_stages(lab->suite)) {
        task = suite_stage_task(lab->suite, lab->planned++);
    }
    if (task < 0) {
        lab->state = LAB_ENDED;
        lab_add_entry(lab, ENTRY_END, lab->task, 0, NULL);
        return;
    }
    lab_begin_stage(lab, lab->stage + 1, task);
}

/* The state before the first step. */
void lab_begin_session(struct lab *lab)
{
    lab->is_begun = true;
    lab->step = 0;
    lab->previous_task = lab->detour = -1;
    lab->planned = 1;
    lab->loss_sum = 0;
    lab->loss_n = 0;
    lab->loss = (double)NAN;
    lab->references.has_first_end = false;
    for (int t = 0; t < suite_n_tasks(lab->suite); t++) {
        free(lab->references.task_end[t]);
        lab->references.task_end[t] = NULL;
    }
    lab_history_clear(lab);
    schedule_reset(&lab->schedule);
    size_t size = learner_network(lab->learner)->n_params * sizeof(real);
    memcpy(lab->references.initial, learner_theta(lab->learner), size);
    lab->stage = 0;
    int n_tasks = suite_n_tasks(lab->suite);
    for (int t = 0; t < n_tasks; t++) {
        evaluate(lab, t, ENTRY_BASELINE, test_stride(lab, t, SCHEDULE_ROW_ROWS / n_tasks));
    }
    lab_begin_stage(lab, 0, suite_stage_task(lab->suite, 0));
}
