/* SPDX-License-Identifier: MIT */
#include "ui/cli/json.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/recount.h"
#include "strategies/lora.h"
#include "strategies/table.h"
#include "tasks/clean.h"
#include "ui/cli/json_config.h"

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

/* Of "64-100-100-10" the numbers. */
static json_t *layers_of(const struct json_run *run)
{
    if (run->net[0] == '\0' || run->net[strspn(run->net, "-0123456789")] != '\0') {
        return json_null(); /* not known, or no widths to speak of */
    }
    json_t *array = json_array();
    const char *at = run->net;
    int width, used = 0;
    while (sscanf(at, "%9d%n", &width, &used) == 1) {
        json_array_append_new(array, json_integer(width));
        at += used + (at[used] == '-');
    }
    return array;
}

static json_t *task_names_of(const struct json_run *run)
{
    json_t *array = run->task_names ? json_array() : json_null();
    for (int t = 0; run->task_names && t < run->timeline->n_tasks; t++) {
        json_array_append_new(array, text_of(run->task_names[t]));
    }
    return array;
}

/* ---- results ---- */

/* The planned rows at least; those that were not reached hold nulls. */
/* What stands in row and column of a matrix. */
typedef double (*entry_function)(const struct timeline *timeline, const struct track *track,
                                 int row, int task);

static json_t *matrix_of(const struct json_run *run, entry_function entry)
{
    const struct timeline *timeline = run->timeline;
    int n_rows = timeline_rows(timeline);
    json_t *matrix = json_array();
    for (int i = 0; i < n_rows || i < run->n_stages; i++) {
        json_t *row = json_array();
        for (int t = 0; t < timeline->n_tasks; t++) {
            json_array_append_new(
                row, measured(i < n_rows ? entry(timeline, run->track, i, t) : (double)NAN));
        }
        json_array_append_new(matrix, row);
    }
    return matrix;
}

static json_t *classes_of(const struct json_run *run)
{
    json_t *array = run->class_accuracy ? json_array() : json_null();
    for (int k = 0; run->class_accuracy && k < run->n_classes; k++) {
        json_array_append_new(array, text_of(run->class_names[k]));
    }
    return array;
}

/* Accuracy on each class of each task; null for a class that the task has not. */
static json_t *per_class_of(const struct json_run *run)
{
    json_t *tasks = run->class_accuracy ? json_array() : json_null();
    for (int t = 0; run->class_accuracy && t < run->timeline->n_tasks; t++) {
        json_t *classes = json_array();
        for (int k = 0; k < run->n_classes; k++) {
            json_array_append_new(classes, measured(run->class_accuracy[t * run->n_classes + k]));
        }
        json_array_append_new(tasks, classes);
    }
    return tasks;
}

static json_t *drift_of(const struct json_run *run)
{
    json_t *array = json_array();
    for (int i = 0; i < run->n_parts; i++) {
        json_array_append_new(array, measured(run->drift[i]));
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

static json_t *stages_of(const struct timeline *timeline)
{
    json_t *array = json_array();
    for (int i = 0; i < timeline->n_stages; i++) {
        const struct stage *stage = &timeline->stages[i];
        json_t *end = stage->end < 0 ? json_null() : json_integer(stage->end);
        json_array_append_new(array, json_pack("{s:o, s:I, s:o}", "task", letter_of(stage->task),
                                               "begin", (json_int_t)stage->begin, "end", end));
    }
    return array;
}

/* Everything that was asked for, also what a rewind has undone since; why, if it was refused. */
static json_t *commands_of(const struct journal *journal)
{
    json_t *array = json_array();
    for (long i = 0; i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        char name[LEARNER_NAME_MAX];
        if (entry.kind == ENTRY_COMMAND) {
            json_array_append_new(
                array, json_pack("{s:I, s:o, s:o, s:o, s:o}", "step", (json_int_t)entry.step,
                                 "task", letter_of(entry.task), "command", text_of(entry.text),
                                 "refused", text_of(recount_refusal(journal, i)), "learner",
                                 text_of(recount_concerned(journal, i, name))));
        }
    }
    return array;
}

/* Those that still stand. */
static json_t *notes_of(const struct timeline *timeline)
{
    json_t *array = json_array();
    for (int i = 0; i < timeline->n_marks; i++) {
        const struct mark *mark = &timeline->marks[i];
        if (mark->kind == ENTRY_COMMAND && mark->text && strncmp(mark->text, "note ", 5) == 0) {
            json_array_append_new(
                array, json_pack("{s:I, s:o, s:o}", "step", (json_int_t)mark->step, "task",
                                 letter_of(mark->task), "note", text_of(mark->text + 5)));
        }
    }
    return array;
}

/* ---- the curve ---- */

/* A walk through the steps at which something was measured; `at[t]` is the next point of task t. */
struct walk {
    const struct timeline *timeline;
    const struct track *track;
    int *at;
    int stage;   /* the one in training at `step` */
    double step; /* 0 = before the first step */
};

/* The next step with a measurement; false behind the last. */
static bool walk_next(struct walk *walk)
{
    const struct timeline *timeline = walk->timeline;
    double next = (double)INFINITY;
    for (int t = 0; t < timeline->n_tasks; t++) {
        const struct series *series = track_curve(walk->track, PROBE_ACCURACY, t);
        while (walk->at[t] < series->n && series->step[walk->at[t]] <= walk->step) {
            walk->at[t]++;
        }
        if (walk->at[t] < series->n) {
            next = fmin(next, series->step[walk->at[t]]);
        }
    }
    walk->step = next;
    while (walk->stage + 1 < timeline->n_stages &&
           (double)timeline->stages[walk->stage].end < next &&
           timeline->stages[walk->stage].end >= 0) {
        walk->stage++;
    }
    return isfinite(next);
}

/* At a stage's end all tasks are looked at for R, at the other points a few. */
static double walk_value(const struct walk *walk, int task)
{
    const struct timeline *timeline = walk->timeline;
    const struct series *series = track_curve(walk->track, PROBE_ACCURACY, task);
    int i = walk->at[task];
    if (walk->step <= 0) {
        return walk->track->initial[task];
    }
    if (i < series->n && series->step[i] <= walk->step) {
        return series->value[i];
    }
    const struct stage *stage = &timeline->stages[walk->stage];
    return stage->has_row && (double)stage->end == walk->step
               ? timeline_r(timeline, walk->track, walk->stage, task)
               : (double)NAN;
}

static bool write_point(FILE *out, const struct walk *walk)
{
    json_t *accuracy = json_array();
    for (int t = 0; t < walk->timeline->n_tasks; t++) {
        json_array_append_new(accuracy, measured(walk_value(walk, t)));
    }
    json_t *point =
        json_pack("{s:I, s:o, s:o}", "step", (json_int_t)walk->step, "task",
                  letter_of(walk->timeline->stages[walk->stage].task), "accuracy", accuracy);
    bool ok = point && json_dumpf(point, out, dump_flags) == 0;
    json_decref(point);
    return ok;
}

/* Point by point: with a thousand tasks the whole curve as objects would not fit into memory. */
static bool write_curve(FILE *out, const struct timeline *timeline, const struct track *track)
{
    struct walk walk = {.timeline = timeline,
                        .track = track,
                        .at = calloc((size_t)timeline->n_tasks, sizeof *walk.at)};
    bool ok = walk.at != NULL;
    bool is_first = true;
    for (bool more = ok && timeline->n_stages > 0; more && ok; more = walk_next(&walk)) {
        fputs(is_first ? "" : ",", out);
        is_first = false;
        ok = write_point(out, &walk);
    }
    free(walk.at);
    return ok;
}

/* ---- a run ---- */

static json_t *reading_of(const struct data_reading *reading)
{
    json_t *object = json_object();
    for (int i = 0; i < READING_COUNT; i++) {
        if (reading->text[i]) {
            json_object_set_new(object, reading_at((enum reading_id)i)->name,
                                text_of(reading->text[i]));
        }
    }
    return object;
}

static void add_settings(json_t *object, const struct json_run *run)
{
    const struct learner_config *learner = &run->begun;
    const struct params *params = &learner->params;
    json_object_set_new(object, "learner", text_of(run->track->name));
    json_object_set_new(object, "seed", json_integer((json_int_t)run->config->seed));
    json_object_set_new(object, "data", text_of(run->config->data));
    json_object_set_new(object, "label", text_of(run->config->reading.text[READING_LABEL]));
    json_object_set_new(object, "reading", reading_of(&run->config->reading));
    json_object_set_new(object, "eval_every",
                        run->config->eval_every > 0 ? json_integer(run->config->eval_every)
                                                    : json_null());
    if (run->config->start) {
        json_object_set_new(object, "start", text_of(run->config->start));
        json_object_set_new(object, "start_sha256", text_of(run->config->start_sha256));
    }
    json_object_set_new(object, "suite", text_of(run->suite));
    json_object_set_new(object, "scenario", text_of(run->scenario));
    json_object_set_new(object, "is_stream", json_boolean(run->timeline->is_stream));
    json_object_set_new(object, "tasks", json_integer(run->timeline->n_tasks));
    json_object_set_new(object, "task_names", task_names_of(run));
    json_object_set_new(object, "net", hidden_of(params));
    json_object_set_new(object, "layers", layers_of(run));
    json_object_set_new(object, "optimizer", param_value(params, PARAM_OPTIMIZER));
    json_object_set_new(object, "lr", param_value(params, PARAM_LR));
    json_object_set_new(object, "batch", param_value(params, PARAM_BATCH));
    json_object_set_new(object, "strategies", strategies_of(learner->on));
    json_object_set_new(object, "strategies_end", strategies_of(run->on));
    json_object_set_new(object, "parameters", parameters_of(params));
    int lora = strategy_find("lora");
    bool is_per_task = ((learner->on >> lora) & 1u) && !run->timeline->is_stream &&
                       params->value[PARAM_LORA_MODE] == LORA_MODE_PER_TASK;
    bool is_given = run->is_task_given || is_per_task;
    json_object_set_new(object, "task_given", json_boolean(is_given));
    json_object_set_new(object, "commands", commands_of(run->journal));
    json_object_set_new(object, "notes", notes_of(run->timeline));
}

/* Where it branched off, and what it keeps. */
static void add_origin(json_t *object, const struct json_run *run)
{
    const struct track *parent = timeline_track(run->timeline, run->track->parent);
    json_object_set_new(object, "parent", text_of(parent ? parent->name : NULL));
    json_object_set_new(object, "born", json_integer(run->track->born));
    json_object_set_new(object, "memory_bytes", json_integer((json_int_t)run->memory_bytes));
}

/* What a probe has said at a step: of each task, of each part, or of the learner alone. */
static json_t *said_at(const struct json_run *run, enum probe_id id, double step, bool *is_known)
{
    enum probe_index index = probe_at(id)->index;
    int n = index == PROBE_OF_TASK   ? run->timeline->n_tasks
            : index == PROBE_OF_PART ? run->n_parts
                                     : 1;
    json_t *array = json_array();
    for (int i = 0; i < n; i++) {
        double value = series_at(track_curve(run->track, id, i), step);
        *is_known |= isfinite(value);
        json_array_append_new(array, measured(value));
    }
    return array;
}

/* A point of a probe's curve: {step, task, tensor, layer, point, value}, without the keys that do
 * not apply. */
static json_t *point_of(const struct json_run *run, const struct probe_keys *keys, double step,
                        double value)
{
    json_t *point = json_pack("{s:I}", "step", (json_int_t)step);
    char name[NETWORK_NAME_MAX];
    if (keys->task >= 0) {
        json_object_set_new(point, "task", letter_of(keys->task));
    }
    if (keys->part >= 0) {
        network_part_name(&run->begun.params, keys->part, name, sizeof name);
        json_object_set_new(point, "tensor", json_string(name));
    }
    if (keys->layer >= 0) {
        probe_layer_name(&run->begun.params, keys->layer, name, sizeof name);
        json_object_set_new(point, "layer", json_string(name));
    }
    if (keys->module >= 0) {
        network_module_name(&run->begun.params, keys->module, name, sizeof name);
        json_object_set_new(point, "module", json_string(name));
    }
    if (keys->point >= 0) {
        json_object_set_new(point, "point", json_integer(keys->point));
    }
    json_object_set_new(point, "value", measured(value));
    return point;
}

/* All that a probe has said, value by value in the order of steps. */
static json_t *said_by(const struct json_run *run, enum probe_id id)
{
    const struct probe *probe = probe_at(id);
    json_t *array = json_array();
    int n = track_has(run->track, id) ? probe_size(probe, run->timeline->n_tasks) : 0;
    for (int i = 0; i < n; i++) {
        struct probe_keys keys = probe_keys(probe, i);
        const struct series *series = track_curve(run->track, id, i);
        bool is_there =
            keys.part < run->n_parts && keys.module < network_n_modules(&run->begun.params);
        for (int k = 0; is_there && k < series->n; k++) {
            if (isfinite(series->value[k])) {
                json_array_append_new(array,
                                      point_of(run, &keys, series->step[k], series->value[k]));
            }
        }
    }
    return array;
}

/* The probes that are on, or have been; what is always there stands elsewhere, but for the drift.
 */
static json_t *probes_of(const struct json_run *run)
{
    json_t *object = json_object();
    for (int p = 0; p < PROBE_COUNT; p++) {
        const struct probe *probe = probe_at((enum probe_id)p);
        bool is_elsewhere = probe->when == PROBE_ALWAYS && p != PROBE_DRIFT;
        if (!is_elsewhere && track_has(run->track, (enum probe_id)p)) {
            json_object_set_new(object, probe->name, said_by(run, (enum probe_id)p));
        }
    }
    return object;
}

/* Beside R what the probes have said at the end of each stage; null of one that has not spoken. */
static void add_probes(json_t *object, const struct json_run *run)
{
    const struct timeline *timeline = run->timeline;
    for (int p = 0; p < PROBE_COUNT; p++) {
        const char *name = probe_at((enum probe_id)p)->json;
        json_t *rows = name ? json_array() : NULL;
        bool is_known = false;
        for (int v = 0; name && v < timeline_rows(timeline); v++) {
            double end = (double)timeline->stages[v].end;
            json_array_append_new(rows, said_at(run, (enum probe_id)p, end, &is_known));
        }
        if (name) {
            json_object_set(object, name, is_known ? rows : json_null());
        }
        json_decref(rows);
    }
}

static void add_metrics(json_t *object, const struct metrics *metrics)
{
    json_object_set_new(object, "average_accuracy", measured(metrics->average_accuracy));
    json_object_set_new(object, "forgetting", measured(metrics->forgetting));
    json_object_set_new(object, "backward_transfer", measured(metrics->backward_transfer));
    json_object_set_new(object, "forward_transfer", measured(metrics->forward_transfer));
    json_object_set_new(object, "learning_accuracy", measured(metrics->learning_accuracy));
}

/* The same of the examples that are held out; null: none are. */
static json_t *validation_of(const struct json_run *run)
{
    struct metrics metrics = timeline_validation_metrics(run->timeline, run->track);
    if (!track_has(run->track, PROBE_VALIDATION)) {
        return json_null();
    }
    if (run->has_diverged) {
        metrics = metrics_none();
    }
    json_t *object = json_pack("{s:o}", "R", matrix_of(run, timeline_validation));
    add_metrics(object, &metrics);
    return object;
}

static void add_results(json_t *object, const struct json_run *run)
{
    const struct metrics *metrics = &run->metrics;
    json_object_set_new(object, "steps", json_integer(run->steps));
    json_object_set_new(object, "diverged_step",
                        run->has_diverged ? json_integer(run->diverged_step) : json_null());
    json_object_set_new(object, "stages", stages_of(run->timeline));
    json_object_set_new(object, "initial_accuracy", initial_of(run->track));
    json_object_set_new(object, "R", matrix_of(run, timeline_r));
    add_probes(object, run);
    add_metrics(object, metrics);
    json_object_set_new(object, "validation", validation_of(run));
    json_object_set_new(object, "classes", classes_of(run));
    json_object_set_new(object, "per_class", per_class_of(run));
    json_object_set_new(object, "average_over_time", measured(metrics->over_time));
    json_object_set_new(object, "minimum_accuracy", measured(metrics->minimum_accuracy));
    json_object_set_new(object, "drift", drift_of(run));
    json_object_set_new(object, "probes", probes_of(run));
    json_object_set_new(object, "seconds_training", measured(run->seconds_training));
    json_object_set_new(object, "samples_per_second", measured(run->samples_per_second));
    json_object_set_new(object, "version", text_of(run->version));
    json_object_set_new(object, "build", text_of(run->build));
    json_object_set_new(object, "blas_core", text_of(run->blas_core));
}

bool json_run(FILE *out, const struct json_run *run, struct err *err)
{
    json_t *object = json_object();
    add_settings(object, run);
    add_results(object, run);
    add_origin(object, run);
    bool is_made = json_config_write(object, run->config, run->script, run->arithmetic, err);
    char *text = is_made ? json_dumps(object, dump_flags) : NULL;
    json_decref(object);
    bool ok = text != NULL;
    if (!is_made) {
        return false;
    }
    if (ok) {
        /* The curve goes in before the closing brace. */
        fprintf(out, "%.*s,\"curve\":[", (int)strlen(text) - 1, text);
        ok = write_curve(out, run->timeline, run->track);
        fputs("]}\n", out);
    }
    free(text);
    return ok || err_set(err, ERR_FAILED, "memory: none left for the JSON of this run");
}
