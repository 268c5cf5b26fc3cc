/* SPDX-License-Identifier: MIT */
#include "lab/lab.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "lab/lab_stages.h"
#include "lab/probe.h"

static bool create_references(struct lab *lab, struct err *err)
{
    struct references *references = &lab->references;
    size_t size = 0, n = learner_network(lab->learner)->n_params;
    bool ok = arena_size_add(&size, n, sizeof(real)) && arena_size_add(&size, n, sizeof(real)) &&
              arena_size_add(&size, n, sizeof(real));
    assert(ok); /* the learner holds more */
    references->task_end = calloc((size_t)suite_n_tasks(lab->suite), sizeof *references->task_end);
    if (!references->task_end) {
        return err_set(err, ERR_FAILED, "memory: no room for %d tasks", suite_n_tasks(lab->suite));
    }
    if (!arena_init(&references->arena, size, err)) {
        return false;
    }
    references->initial = arena_alloc(&references->arena, n, sizeof(real));
    references->first_end = arena_alloc(&references->arena, n, sizeof(real));
    references->before_step = arena_alloc(&references->arena, n, sizeof(real));
    return true;
}

static bool check_script(const struct lab *lab, struct err *err)
{
    const struct script *script = lab->script;
    for (int i = 0; script && i < script->n; i++) {
        const struct script_line *line = &script->lines[i];
        int asked = line->command.kind == COMMAND_TASK ? line->command.index : -1;
        int task = asked > line->task ? asked : line->task;
        char letter[4], last[4];
        if (task >= suite_n_tasks(lab->suite)) {
            return err_set(err, ERR_USAGE, "--at: a task from A to %s expected, found %s",
                           task_letter(suite_n_tasks(lab->suite) - 1, last),
                           task_letter(task, letter));
        }
    }
    return true;
}

struct lab *lab_create(const struct config *config, const struct lab_options *options,
                       struct err *err)
{
    const struct dataset_kind *kind = dataset_kind_of(config->data, err);
    struct lab *lab = kind ? calloc(1, sizeof *lab) : NULL;
    if (!lab) {
        return NULL;
    }
    lab->config = *config;
    lab->script = options->script;
    lab->speed = options->speed;
    lab->detour = -1;
    lab->request = (struct map_request){.rows = 64, .cols = 64, .since = MAP_SINCE_TASK};
    config_resolve(&lab->config, kind);
    const struct learner_config *learner = &lab->config.learners[0];
    struct suite_config suite = {config->suite, config->n_tasks, config->scenario, config->seed};
    int batch = (int)learner->params.value[PARAM_BATCH];
    bool ok = (lab->dataset = dataset_open(config->data, config->label_column, err)) &&
              (lab->suite = suite_create(&suite, lab->dataset, err)) &&
              (lab->batches = batches_create(lab->suite, batch, config->seed, err)) &&
              (lab->learner = learner_create(learner, lab->suite, config->seed, err)) &&
              (lab->checkpoint = learner_create(learner, lab->suite, config->seed, err)) &&
              (lab->journal = journal_create(err)) && create_references(lab, err) &&
              schedule_init(&lab->schedule, suite_n_tasks(lab->suite), err) &&
              check_script(lab, err) && lab_history_init(lab, options->keeps_history, err);
    if (!ok) {
        lab_destroy(lab);
        return NULL;
    }
    lab->stage_steps = lab_steps_of(lab, suite_stage_task(lab->suite, 0));
    return lab;
}

void lab_destroy(struct lab *lab)
{
    if (!lab) {
        return;
    }
    for (int t = 0; lab->references.task_end && t < suite_n_tasks(lab->suite); t++) {
        free(lab->references.task_end[t]);
    }
    free(lab->references.task_end);
    lab_history_fini(lab);
    arena_fini(&lab->references.arena);
    schedule_fini(&lab->schedule);
    journal_destroy(lab->journal);
    learner_destroy(lab->checkpoint);
    learner_destroy(lab->learner);
    batches_destroy(lab->batches);
    suite_destroy(lab->suite);
    dataset_close(lab->dataset);
    free(lab);
}

static void run_script(struct lab *lab)
{
    const struct script *script = lab->script;
    for (int i = 0; script && i < script->n; i++) {
        const struct script_line *line = &script->lines[i];
        bool is_now = line->task < 0 ? line->step == lab->step
                                     : line->task == lab->task && lab->is_first_visit &&
                                           line->step == lab->stage_step;
        if (is_now && !lab->is_done[i]) {
            lab->is_done[i] = true;
            lab_apply(lab, &line->command, NULL);
        }
    }
}

static void train(struct lab *lab)
{
    const struct network *net = learner_network(lab->learner);
    if (lab->request.what == MAP_WHAT_UPDATE) {
        memcpy(lab->references.before_step, learner_theta(lab->learner),
               net->n_params * sizeof(real));
        lab->references.has_before_step = true;
    }
    int64_t begin = clock_ns();
    struct batch batch = batches_next(lab->batches);
    double loss = learner_step(lab->learner, &batch);
    lab->training_ns += clock_ns() - begin;
    if (!isfinite(loss)) {
        lab_diverge(lab);
        return;
    }
    lab->samples += batch.n;
    lab->loss_sum += learner_batch_loss(lab->learner);
    lab->loss_n++;
    lab->step++;
    lab->stage_step++;
}

enum lab_state lab_step(struct lab *lab)
{
    if (lab->state != LAB_TRAINING) {
        return lab->state;
    }
    if (!lab->is_begun) {
        lab_begin_session(lab);
    }
    run_script(lab);
    if (lab->state != LAB_TRAINING) {
        return lab->state;
    }
    if (lab->is_cut) {
        lab_end_stage(lab);
        return lab->state;
    }
    train(lab);
    if (lab->state != LAB_TRAINING) {
        return lab->state;
    }
    if (lab->stage_step >= lab->stage_steps) {
        lab_end_stage(lab);
    } else if (schedule_is_due(lab->stage_step, lab->stage_steps, lab->speed > 0,
                               (int)learner_params(lab->learner)->value[PARAM_BATCH],
                               suite_task(lab->suite, lab->task)->n_test)) {
        lab_tick(lab);
    }
    return lab->state;
}

enum lab_state lab_state(const struct lab *lab)
{
    return lab->state;
}
double lab_speed(const struct lab *lab)
{
    return lab->speed;
}
long lab_steps_done(const struct lab *lab)
{
    return lab->step;
}
double lab_seconds_training(const struct lab *lab)
{
    return (double)lab->training_ns * 1e-9;
}
long lab_samples_trained(const struct lab *lab)
{
    return lab->samples;
}
const struct journal *lab_journal(const struct lab *lab)
{
    return lab->journal;
}
const struct suite *lab_suite(const struct lab *lab)
{
    return lab->suite;
}
const struct config *lab_config(const struct lab *lab)
{
    return &lab->config;
}

struct learner *lab_learner(const struct lab *lab, int learner)
{
    assert(learner == 0);
    return lab->learner;
}

long lab_total_steps(const struct lab *lab)
{
    long total = lab->step - lab->stage_step + lab->stage_steps;
    for (int i = lab->is_begun ? lab->planned : 1; i < suite_n_stages(lab->suite); i++) {
        total += lab_steps_of(lab, suite_stage_task(lab->suite, i));
    }
    return total;
}

double lab_total_drift(const struct lab *lab, int learner, int layer)
{
    struct learner *l = lab_learner(lab, learner);
    return lab->references.has_first_end
               ? probe_drift(learner_network(l), learner_answer(l, suite_stage_task(lab->suite, 0)),
                             lab->references.first_end, layer)
               : (double)NAN;
}
