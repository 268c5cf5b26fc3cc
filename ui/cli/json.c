/* SPDX-License-Identifier: MIT */
#include "ui/cli/json.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner.h"
#include "net/matrix.h"
#include "strategies/table.h"
#include "tasks/clean.h"

/* Fifteen digits keep what a person typed; measured values are rounded to ten before. */
static const size_t dump_flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15);

static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *measured(double x)
{
    char text[40];
    snprintf(text, sizeof text, "%.10g", x);
    return number(strtod(text, NULL));
}

static json_t *letter_of(int task)
{
    char letter[4];
    return json_string(task_letter(task, letter));
}

/* Texts from outside are made valid UTF-8. */
static json_t *text_of(const char *text)
{
    char clean[1024];
    return text ? json_string(clean_copy(clean, sizeof clean, text)) : json_null();
}

/* ---- settings ---- */

static json_t *hidden_of(const struct params *params)
{
    json_t *array = json_array();
    for (int i = 0; i < params->n_hidden; i++) {
        json_array_append_new(array, json_integer(params->hidden[i]));
    }
    return array;
}

static json_t *param_value(const struct params *params, enum param_id id)
{
    const struct param *param = param_at(id);
    double value = params->value[id];
    switch (param->kind) {
    case PARAM_KIND_INT:
        return json_integer((json_int_t)value);
    case PARAM_KIND_CHOICE:
        return json_string(param->words[(int)value]);
    case PARAM_KIND_LAYERS:
        return hidden_of(params);
    case PARAM_KIND_REAL:
        break;
    }
    return number(value);
}

static json_t *parameters_of(const struct params *params)
{
    json_t *object = json_object();
    for (int i = 0; i < PARAM_COUNT; i++) {
        enum param_id id = (enum param_id)i;
        json_object_set_new(object, param_at(id)->name, param_value(params, id));
    }
    return object;
}

static json_t *strategies_of(uint32_t set)
{
    json_t *array = json_array();
    for (int i = 0; i < strategy_count(); i++) {
        if ((set >> i) & 1u) {
            json_array_append_new(array, json_string(strategy_at(i)->name));
        }
    }
    return array;
}

static json_t *layers_of(const struct run *run, int learner)
{
    const struct network *net = learner_network(lab_learner(run->lab, learner));
    json_t *array = json_array();
    for (int l = 0; l <= net->n_layers; l++) {
        json_array_append_new(array, json_integer(net->width[l]));
    }
    return array;
}

static json_t *task_names_of(const struct suite *suite)
{
    json_t *array = json_array();
    for (int t = 0; t < suite_n_tasks(suite); t++) {
        json_array_append_new(array, text_of(suite_task(suite, t)->name));
    }
    return array;
}

/* ---- results ---- */

/* The planned rows at least; those that were not reached hold nulls. */
static json_t *matrix_of(const struct run *run, int learner)
{
    const struct chronicle *chronicle = &run->chronicle;
    int n_rows = chronicle_rows(chronicle), n_planned = suite_n_stages(lab_suite(run->lab));
    json_t *matrix = json_array();
    for (int i = 0; i < n_rows || i < n_planned; i++) {
        json_t *row = json_array();
        for (int t = 0; t < chronicle->n_tasks; t++) {
            json_array_append_new(
                row, measured(i < n_rows ? chronicle_r(chronicle, run_track(run, learner), i, t)
                                         : (double)NAN));
        }
        json_array_append_new(matrix, row);
    }
    return matrix;
}

static json_t *drift_of(const struct run *run, int learner)
{
    json_t *array = json_array();
    for (int l = 0; l < learner_network(lab_learner(run->lab, learner))->n_layers; l++) {
        json_array_append_new(array, measured(lab_total_drift(run->lab, learner, l)));
    }
    return array;
}

static json_t *initial_of(const struct track *track)
{
    json_t *array = json_array();
    for (int t = 0; t < track->n_tasks; t++) {
        json_array_append_new(array, measured(track->initial[t]));
    }
    return array;
}

static json_t *stages_of(const struct chronicle *chronicle)
{
    json_t *array = json_array();
    for (int i = 0; i < chronicle->n_visits; i++) {
        const struct visit *visit = &chronicle->visits[i];
        json_t *end = visit->end < 0 ? json_null() : json_integer(visit->end);
        json_array_append_new(array, json_pack("{s:o, s:I, s:o}", "task", letter_of(visit->task),
                                               "begin", (json_int_t)visit->begin, "end", end));
    }
    return array;
}

/* Everything that was asked for, also what a rewind has undone since; why, if it was refused. */
static json_t *commands_of(const struct run *run)
{
    const struct journal *journal = lab_journal(run->lab);
    json_t *array = json_array();
    for (long i = 0; i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        char name[LEARNER_NAME_MAX];
        if (entry.kind == ENTRY_COMMAND) {
            json_array_append_new(
                array, json_pack("{s:I, s:o, s:o, s:o, s:o}", "step", (json_int_t)entry.step,
                                 "task", letter_of(entry.task), "command", text_of(entry.text),
                                 "refused", text_of(run_refusal(run, i)), "learner",
                                 text_of(run_concerned(run, i, name))));
        }
    }
    return array;
}

/* ---- the curve ---- */

/* A walk through the steps at which something was measured; `at[t]` is the next point of task t. */
struct walk {
    const struct chronicle *chronicle;
    const struct track *track;
    int *at;
    int visit;   /* the one in training at `step` */
    double step; /* 0 = before the first step */
};

/* The next step with a measurement; false behind the last. */
static bool walk_next(struct walk *walk)
{
    const struct chronicle *chronicle = walk->chronicle;
    double next = (double)INFINITY;
    for (int t = 0; t < chronicle->n_tasks; t++) {
        const struct series *series = &walk->track->accuracy[t];
        while (walk->at[t] < series->n && series->step[walk->at[t]] <= walk->step) {
            walk->at[t]++;
        }
        if (walk->at[t] < series->n) {
            next = fmin(next, series->step[walk->at[t]]);
        }
    }
    walk->step = next;
    while (walk->visit + 1 < chronicle->n_visits &&
           (double)chronicle->visits[walk->visit].end < next &&
           chronicle->visits[walk->visit].end >= 0) {
        walk->visit++;
    }
    return isfinite(next);
}

/* At a stage's end all tasks are looked at for R, at the other points a few. */
static double walk_value(const struct walk *walk, int task)
{
    const struct chronicle *chronicle = walk->chronicle;
    const struct series *series = &walk->track->accuracy[task];
    int i = walk->at[task];
    if (walk->step <= 0) {
        return walk->track->initial[task];
    }
    if (i < series->n && series->step[i] <= walk->step) {
        return series->value[i];
    }
    const struct visit *visit = &chronicle->visits[walk->visit];
    return visit->has_row && (double)visit->end == walk->step
               ? chronicle_r(chronicle, walk->track, walk->visit, task)
               : (double)NAN;
}

static bool write_point(FILE *out, const struct walk *walk)
{
    json_t *accuracy = json_array();
    for (int t = 0; t < walk->chronicle->n_tasks; t++) {
        json_array_append_new(accuracy, measured(walk_value(walk, t)));
    }
    json_t *point =
        json_pack("{s:I, s:o, s:o}", "step", (json_int_t)walk->step, "task",
                  letter_of(walk->chronicle->visits[walk->visit].task), "accuracy", accuracy);
    bool ok = point && json_dumpf(point, out, dump_flags) == 0;
    json_decref(point);
    return ok;
}

/* Point by point: with a thousand tasks the whole curve as objects would not fit into memory. */
static bool write_curve(FILE *out, const struct chronicle *chronicle, const struct track *track)
{
    struct walk walk = {.chronicle = chronicle,
                        .track = track,
                        .at = calloc((size_t)chronicle->n_tasks, sizeof *walk.at)};
    bool ok = walk.at != NULL;
    bool is_first = true;
    for (bool more = ok && chronicle->n_visits > 0; more && ok; more = walk_next(&walk)) {
        fputs(is_first ? "" : ",", out);
        is_first = false;
        ok = write_point(out, &walk);
    }
    free(walk.at);
    return ok;
}

/* ---- a run ---- */

static void add_settings(json_t *object, const struct run *run, int i)
{
    const struct config *config = lab_config(run->lab);
    const struct learner_config learner = run_begun(run, i);
    const struct params *params = &learner.params;
    const struct suite *suite = lab_suite(run->lab);
    json_object_set_new(object, "learner", text_of(lab_learner_name(run->lab, i)));
    json_object_set_new(object, "seed", json_integer((json_int_t)config->seed));
    json_object_set_new(object, "data", text_of(config->data));
    json_object_set_new(object, "label", text_of(config->label_column));
    json_object_set_new(object, "suite", text_of(suite_name(suite)));
    json_object_set_new(object, "scenario", json_string(scenario_name(suite_scenario(suite))));
    json_object_set_new(object, "tasks", json_integer(suite_n_tasks(suite)));
    json_object_set_new(object, "task_names", task_names_of(suite));
    json_object_set_new(object, "net", hidden_of(params));
    json_object_set_new(object, "layers", layers_of(run, i));
    json_object_set_new(object, "optimizer", param_value(params, PARAM_OPTIMIZER));
    json_object_set_new(object, "lr", param_value(params, PARAM_LR));
    json_object_set_new(object, "batch", param_value(params, PARAM_BATCH));
    json_object_set_new(object, "strategies", strategies_of(learner.on));
    json_object_set_new(object, "strategies_end",
                        strategies_of(learner_on(lab_learner(run->lab, i))));
    json_object_set_new(object, "parameters", parameters_of(params));
    int lora = strategy_find("lora");
    bool is_given =
        suite_scenario(suite) == SCENARIO_TASK ||
        (((learner.on >> lora) & 1u) && params->value[PARAM_LORA_MODE] == LORA_MODE_PER_TASK);
    json_object_set_new(object, "task_given", json_boolean(is_given));
    json_object_set_new(object, "commands", commands_of(run));
}

/* Where it branched off, and what it keeps. */
static void add_origin(json_t *object, const struct run *run, int i)
{
    const struct track *track = run_track(run, i);
    const struct track *parent = chronicle_track(&run->chronicle, track->parent);
    json_object_set_new(object, "parent", text_of(parent ? parent->name : NULL));
    json_object_set_new(object, "born", json_integer(track->born));
    json_object_set_new(object, "memory_bytes",
                        json_integer((json_int_t)run->results[i].memory_bytes));
}

static void add_results(json_t *object, const struct run *run, int i)
{
    const struct result *result = &run->results[i];
    const struct metrics *metrics = &result->metrics;
    json_object_set_new(object, "steps", json_integer(result->steps));
    json_object_set_new(object, "diverged_step",
                        result->has_diverged ? json_integer(result->diverged_step) : json_null());
    json_object_set_new(object, "stages", stages_of(&run->chronicle));
    json_object_set_new(object, "initial_accuracy", initial_of(run_track(run, i)));
    json_object_set_new(object, "R", matrix_of(run, i));
    json_object_set_new(object, "average_accuracy", measured(metrics->average_accuracy));
    json_object_set_new(object, "forgetting", measured(metrics->forgetting));
    json_object_set_new(object, "backward_transfer", measured(metrics->backward_transfer));
    json_object_set_new(object, "forward_transfer", measured(metrics->forward_transfer));
    json_object_set_new(object, "learning_accuracy", measured(metrics->learning_accuracy));
    json_object_set_new(object, "drift", drift_of(run, i));
    json_object_set_new(object, "seconds_training", measured(result->seconds_training));
    json_object_set_new(object, "samples_per_second", measured(result->samples_per_second));
    json_object_set_new(object, "version", json_string(OUBLI_VERSION));
    json_object_set_new(object, "build", text_of(OUBLI_BUILD));
    json_object_set_new(object, "blas_core", text_of(matrix_core()));
}

bool json_run(FILE *out, const struct run *run, int learner, struct err *err)
{
    json_t *object = json_object();
    add_settings(object, run, learner);
    add_results(object, run, learner);
    add_origin(object, run, learner);
    char *text = json_dumps(object, dump_flags);
    json_decref(object);
    bool ok = text != NULL;
    if (ok) {
        /* The curve goes in before the closing brace. */
        fprintf(out, "%.*s,\"curve\":[", (int)strlen(text) - 1, text);
        ok = write_curve(out, &run->chronicle, run_track(run, learner));
        fputs("]}\n", out);
    }
    free(text);
    return ok || err_set(err, ERR_FAILED, "memory: none left for the JSON of this run");
}
