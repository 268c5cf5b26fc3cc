/* SPDX-License-Identifier: MIT */
#include "lab/lab.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "lab/learner.h"
#include "lab/probe.h"
#include "lab/schedule.h"
#include "strategies/table.h"
#include "tasks/batches.h"

/* Ends of tasks are kept as references of the drift while all of them fit into this. */
static const size_t REFERENCES_BYTES_MAX = 64u << 20;

/* What the drift is measured against: copies of the weights (P). */
struct references {
    struct arena arena;
    real *initial;     /* before the first step */
    real *first_end;   /* end of the first stage */
    real *before_step; /* before the last step, kept while the map shows the update */
    real **task_end;   /* (tasks) end of the last visit of each; NULL where there is none */
    bool has_first_end, has_before_step;
};

struct lab {
    struct config config;
    struct lab_options options;
    bool is_done[SCRIPT_MAX]; /* script lines that have taken effect */
    struct dataset *dataset;
    struct suite *suite;
    struct batches *batches;
    struct learner *learner;
    struct learner *checkpoint; /* the learner as it was at the start of this stage */
    struct journal *journal;
    struct references references;
    struct schedule schedule;

    enum lab_state state;
    bool is_begun;
    double speed;
    long step, stage_step, stage_steps;
    int stage, task, previous_task;
    bool is_first_visit; /* of this stage's task */
    int turn;            /* of the schedule when this stage began */
    int planned;         /* stages of the suite's sequence that have begun */
    int detour;          /* the task asked for with `task`, -1 = none */
    bool is_cut;         /* this stage ends before its time */
    double loss_sum;
    long loss_n;
    double loss; /* running mean, for the screen */

    struct map_request request;
    uint64_t n_snapshots, n_commands;
    int64_t training_ns;
    long samples;
    int64_t rate_ns; /* when the rate was last taken */
    long rate_samples;
    double samples_per_second;
};

static void add_entry(struct lab *lab, enum entry_kind kind, int task, double value,
                      const char *text)
{
    journal_add(lab->journal, (struct entry){.kind = kind,
                                             .stage = lab->stage,
                                             .task = task,
                                             .step = lab->step,
                                             .value = value,
                                             .text = text});
}

static long steps_of(const struct lab *lab, int task)
{
    const struct params *params = learner_params(lab->learner);
    long steps = (long)params->value[PARAM_STEPS];
    return steps > 0 ? steps
                     : (long)params->value[PARAM_EPOCHS] * batches_per_epoch(lab->batches, task);
}

static void begin_stage(struct lab *lab, int stage, int task)
{
    lab->stage = stage;
    lab->task = task;
    lab->stage_step = 0;
    lab->stage_steps = steps_of(lab, task);
    lab->is_cut = false;
    lab->references.has_before_step = false;
    batches_begin(lab->batches, stage, task, 0);
    learner_stage_begin(lab->learner, stage, task);
    learner_copy(lab->checkpoint, lab->learner);
    lab->is_first_visit = !lab->schedule.is_seen[task];
    schedule_visit(&lab->schedule, task);
    lab->turn = lab->schedule.turn;
    add_entry(lab, ENTRY_STAGE, task, 0, NULL);
}

/* The weights drift is read from: those that answer for the present task. */
static const real *answering(const struct lab *lab)
{
    return learner_answer(lab->learner, lab->task);
}

static void evaluate(struct lab *lab, int task, enum entry_kind kind, int stride)
{
    add_entry(lab, kind, task, learner_accuracy(lab->learner, task, stride), NULL);
}

static int test_stride(const struct lab *lab, int task, long rows)
{
    long n = suite_task(lab->suite, task)->n_test;
    return (int)((n + rows - 1) / rows);
}

/* The regular look: loss, drift, and the accuracies whose turn it is. */
static void tick(struct lab *lab)
{
    int tasks[SCHEDULE_TASKS_MAX];
    int n = schedule_tasks(&lab->schedule, lab->speed > 0, lab->task, lab->previous_task, tasks);
    lab->loss = lab->loss_n ? lab->loss_sum / (double)lab->loss_n : lab->loss;
    lab->loss_sum = 0;
    lab->loss_n = 0;
    add_entry(lab, ENTRY_LOSS, 0, lab->loss, NULL);
    for (int i = 0; i < n; i++) {
        evaluate(lab, tasks[i], ENTRY_ACCURACY, test_stride(lab, tasks[i], SCHEDULE_TICK_ROWS));
    }
    const struct network *net = learner_network(lab->learner);
    for (int l = 0; l < net->n_layers; l++) {
        double drift = probe_drift(net, answering(lab), learner_theta(lab->checkpoint), l);
        add_entry(lab, ENTRY_DRIFT, l, drift, NULL);
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
        memcpy(references->task_end[lab->task], answering(lab), size);
    }
    if (!references->has_first_end) {
        memcpy(references->first_end, answering(lab), size);
        references->has_first_end = true;
    }
}

static void diverge(struct lab *lab)
{
    lab->state = LAB_DIVERGED;
    add_entry(lab, ENTRY_DIVERGED, lab->task, learner_rate(lab->learner), NULL);
}

/* The row of R, the strategies' end-of-task work, and what comes next. */
static void end_stage(struct lab *lab)
{
    int n_tasks = suite_n_tasks(lab->suite);
    struct batch batch = batches_next(lab->batches);
    if (!isfinite(learner_loss(lab->learner, &batch))) {
        diverge(
            lab); /* the last step did it: the checkpoint is still good, nothing is consolidated */
        return;
    }
    tick(lab);
    for (int t = 0; t < n_tasks; t++) {
        evaluate(lab, t, ENTRY_MATRIX, test_stride(lab, t, SCHEDULE_ROW_ROWS / n_tasks));
    }
    learner_consolidate(lab->learner);
    keep_reference(lab);
    add_entry(lab, ENTRY_STAGE_END, lab->task, 0, NULL);
    lab->previous_task = lab->task;
    int task = lab->detour;
    lab->detour = -1;
    if (task < 0 && lab->planned < suite_n_stages(lab->suite)) {
        task = suite_stage_task(lab->suite, lab->planned++);
    }
    if (task < 0) {
        lab->state = LAB_ENDED;
        add_entry(lab, ENTRY_END, lab->task, 0, NULL);
        return;
    }
    begin_stage(lab, lab->stage + 1, task);
}

/* The state before the first step. */
static void begin_session(struct lab *lab)
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
    schedule_reset(&lab->schedule);
    size_t size = learner_network(lab->learner)->n_params * sizeof(real);
    memcpy(lab->references.initial, learner_theta(lab->learner), size);
    lab->stage = 0;
    int n_tasks = suite_n_tasks(lab->suite);
    for (int t = 0; t < n_tasks; t++) {
        evaluate(lab, t, ENTRY_BASELINE, test_stride(lab, t, SCHEDULE_ROW_ROWS / n_tasks));
    }
    begin_stage(lab, 0, suite_stage_task(lab->suite, 0));
}

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
    const struct script *script = lab->options.script;
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
    lab->options = *options;
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
              check_script(lab, err);
    if (!ok) {
        lab_destroy(lab);
        return NULL;
    }
    lab->stage_steps = steps_of(lab, suite_stage_task(lab->suite, 0));
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

static bool apply_set(struct lab *lab, const struct command *command, struct err *err)
{
    enum param_id id = (enum param_id)command->index;
    const struct param *param = param_at(id);
    if (param->when == PARAM_WHEN_START) {
        return err_set(err, ERR_USAGE, "set: %s is fixed when the session starts; use --%s",
                       param->name, param->name);
    }
    struct params params = *learner_params(lab->learner);
    if (!param_parse(&params, id, command->text, err)) {
        return false;
    }
    learner_set(lab->learner, &params);
    return true;
}

/* While the loss is not finite there is nothing to go on from. */
static bool can_go_on(const struct lab *lab, const char *what, struct err *err)
{
    return lab->state != LAB_DIVERGED ||
           err_set(err, ERR_USAGE,
                   "%s: the loss is not finite; lower the learning rate, then rewind", what);
}

static bool apply_task(struct lab *lab, int task, struct err *err)
{
    char letter[4], last[4];
    int n = suite_n_tasks(lab->suite);
    if (task >= n) {
        return err_set(err, ERR_USAGE, "task: A to %s expected, found %s", task_letter(n - 1, last),
                       task_letter(task, letter));
    }
    if (lab->state == LAB_ENDED) {
        lab->state = LAB_TRAINING;
        begin_stage(lab, lab->stage + 1, task);
        return true;
    }
    lab->detour = task;
    lab->is_cut = true;
    return true;
}

static bool apply_next(struct lab *lab, struct err *err)
{
    lab->is_cut = lab->state != LAB_ENDED;
    return lab->is_cut ||
           err_set(err, ERR_USAGE,
                   "next: the sequence is over; task LETTER trains one again, restart "
                   "begins anew");
}

static bool apply_plug(struct lab *lab, bool in, struct err *err)
{
    if (!learner_plug(lab->learner, in)) {
        return err_set(
            err, ERR_USAGE,
            "%s: there is no adapter; switch LoRA on first (it starts with the second task)",
            in ? "plug" : "unplug");
    }
    tick(lab); /* other weights answer now, also while nothing trains */
    return true;
}

/* Back to the start of this stage, everything as it was then but the switches and knobs of now. */
static void rewind_stage(struct lab *lab)
{
    struct params params = *learner_params(lab->learner);
    uint32_t on = learner_on(lab->learner), observed = learner_observed(lab->learner);
    lab->step -= lab->stage_step;
    lab->stage_step = 0;
    lab->loss_sum = 0;
    lab->loss_n = 0;
    lab->is_cut = false;
    lab->detour = -1;
    lab->schedule.turn = lab->turn;
    learner_copy(lab->learner, lab->checkpoint);
    learner_set(lab->learner, &params);
    for (int i = 0; i < strategy_count(); i++) {
        learner_switch(lab->learner, i, (on >> i) & 1u);
        learner_observe(lab->learner, i, (observed >> i) & 1u);
    }
    batches_begin(lab->batches, lab->stage, lab->task, 0);
    lab->references.has_before_step = false;
    lab->state = lab->state == LAB_PAUSED ? LAB_PAUSED : LAB_TRAINING;
    add_entry(lab, ENTRY_REWIND, lab->task, 0, NULL);
}

static bool restart(struct lab *lab, struct err *err)
{
    struct learner_config config = lab->config.learners[0];
    config.params = *learner_params(lab->learner);
    config.on = learner_on(lab->learner);
    config.observed = learner_observed(lab->learner);
    struct learner *learner = learner_create(&config, lab->suite, lab->config.seed, err);
    struct learner *checkpoint =
        learner ? learner_create(&config, lab->suite, lab->config.seed, err) : NULL;
    if (!checkpoint) {
        learner_destroy(learner);
        return false;
    }
    learner_destroy(lab->learner);
    learner_destroy(lab->checkpoint);
    lab->learner = learner;
    lab->checkpoint = checkpoint;
    lab->state = LAB_TRAINING;
    lab->step = 0;
    lab->stage = 0;
    add_entry(lab, ENTRY_REWIND, 0, 0, NULL);
    begin_session(lab);
    return true;
}

static bool carry_out(struct lab *lab, const struct command *command, struct err *err)
{
    switch (command->kind) {
    case COMMAND_SET:
        return apply_set(lab, command, err);
    case COMMAND_STRATEGY:
        learner_switch(lab->learner, command->index, command->on);
        return true;
    case COMMAND_OBSERVE:
        learner_observe(lab->learner, command->index, command->on);
        return true;
    case COMMAND_NEXT:
        return can_go_on(lab, "next", err) && apply_next(lab, err);
    case COMMAND_TASK:
        return can_go_on(lab, "task", err) && apply_task(lab, command->index, err);
    case COMMAND_CONSOLIDATE:
        learner_consolidate(lab->learner);
        return true;
    case COMMAND_PLUG:
    case COMMAND_UNPLUG:
        return apply_plug(lab, command->kind == COMMAND_PLUG, err);
    case COMMAND_PAUSE:
        lab->state = lab->state == LAB_TRAINING ? LAB_PAUSED : lab->state;
        return true;
    case COMMAND_RESUME:
        if (!can_go_on(lab, "resume", err)) {
            return false;
        }
        lab->state = lab->state == LAB_PAUSED ? LAB_TRAINING : lab->state;
        return true;
    case COMMAND_SPEED:
        lab->speed = command->speed;
        return true;
    case COMMAND_REWIND:
        if (lab->state == LAB_ENDED) {
            return err_set(err, ERR_USAGE, "rewind: the sequence is over; restart begins anew");
        }
        rewind_stage(lab);
        return true;
    case COMMAND_RESTART:
        return restart(lab, err);
    case COMMAND_NOTE:
        return true;
    case COMMAND_MAP:
        if (command->map.layer >= learner_network(lab->learner)->n_layers) {
            return err_set(err, ERR_USAGE, "map: layer 1 to %d expected, found %d",
                           learner_network(lab->learner)->n_layers, command->map.layer + 1);
        }
        lab->request = command->map;
        return true;
    }
    return false;
}

bool lab_apply(struct lab *lab, const struct command *command, struct err *err)
{
    if (!lab->is_begun && !command_is_view(command)) {
        begin_session(lab);
    }
    struct err why = {0};
    char line[COMMAND_TEXT_MAX + 32];
    command_format(command, line, sizeof line);
    /* Written first, so that what it brings about stands after it. */
    bool is_logged = !command_is_view(command);
    if (is_logged) {
        add_entry(lab, ENTRY_COMMAND, lab->task, 0, line);
    }
    bool ok = carry_out(lab, command, &why);
    if (!ok) {
        add_entry(lab, ENTRY_REFUSED, lab->task, 0, why.msg);
        if (err) {
            *err = why;
        }
    }
    lab->n_commands++;
    return ok;
}

static void run_script(struct lab *lab)
{
    const struct script *script = lab->options.script;
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
        diverge(lab);
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
        begin_session(lab);
    }
    run_script(lab);
    if (lab->state != LAB_TRAINING) {
        return lab->state;
    }
    if (lab->is_cut) {
        end_stage(lab);
        return lab->state;
    }
    train(lab);
    if (lab->state != LAB_TRAINING) {
        return lab->state;
    }
    if (lab->stage_step >= lab->stage_steps) {
        end_stage(lab);
    } else if (schedule_is_due(lab->stage_step, lab->stage_steps, lab->speed > 0,
                               (int)learner_params(lab->learner)->value[PARAM_BATCH],
                               suite_task(lab->suite, lab->task)->n_test)) {
        tick(lab);
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
        total += steps_of(lab, suite_stage_task(lab->suite, i));
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

static void fill_map(struct lab *lab, struct map *map)
{
    const struct references *references = &lab->references;
    const real *values = answering(lab), *reference = NULL;
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
            lab->is_begun ? probe_drift(net, answering(lab), learner_theta(lab->checkpoint), l) : 0;
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
