/* SPDX-License-Identifier: MIT */
#include "session/snapshot_code.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/param.h"
#include "lab/learner_spec.h"
#include "session/code.h"
#include "session/surface_code.h"

enum { NAME_SIZE = 32, LIST_MAX = 64 };

/* Cells of the heatmap; a signed one has its zero in the middle. */
enum { CELL_LEVELS = 250, CELL_MINUS_INF = 253, CELL_INF = 254, CELL_NAN = 255 };

/* ---- a learner ---- */

static void code_param(struct archive *archive, struct params *params, enum param_id id)
{
    const struct param *param = param_at(id);
    code_bool(archive, &params->is_set[id]);
    if (param->kind == PARAM_KIND_LAYERS) {
        code_int(archive, &params->n_hidden, 0, PARAM_HIDDEN_MAX);
        for (int i = 0; i < params->n_hidden; i++) {
            code_int(archive, &params->hidden[i], (int)param->min, (int)param->max);
        }
    } else {
        code_double(archive, &params->value[id]);
        archive_check(archive, param_allows(param, params->value[id]));
    }
}

static bool is_default(const struct params *params, enum param_id id)
{
    struct params usual = params_default();
    bool is_usual = param_at(id)->kind == PARAM_KIND_LAYERS
                        ? params->n_hidden == usual.n_hidden &&
                              memcmp(params->hidden, usual.hidden,
                                     (size_t)usual.n_hidden * sizeof *usual.hidden) == 0
                        : params->value[id] == usual.value[id];
    return is_usual && !params->is_set[id];
}

/* Those that are not at their default, each by its name. */
static void code_params(struct archive *archive, struct params *params)
{
    enum param_id ids[LIST_MAX];
    char name[NAME_SIZE] = "";
    int n = 0;
    _Static_assert((int)PARAM_COUNT <= (int)LIST_MAX, "each parameter has its place");
    if (archive->is_reading) {
        *params = params_default();
    }
    for (int i = 0; i < PARAM_COUNT && !archive->is_reading; i++) {
        if (!is_default(params, (enum param_id)i)) {
            ids[n++] = (enum param_id)i;
        }
    }
    code_int(archive, &n, 0, PARAM_COUNT);
    for (int i = 0; i < n && !archive->has_failed; i++) {
        if (!archive->is_reading) {
            strncpy(name, param_at(ids[i])->name, sizeof name - 1);
        }
        code_text(archive, name, sizeof name);
        archive_check(archive, param_find(name, &ids[i]) != NULL);
        if (!archive->has_failed) {
            code_param(archive, params, ids[i]);
        }
    }
}

/* The names of the strategies once, for all learners; `places` says which each is here. */
static void code_strategy_names(struct archive *archive, int places[STRATEGIES_MAX], int *n)
{
    char name[NAME_SIZE] = "";
    *n = strategy_count();
    code_int(archive, n, 0, STRATEGIES_MAX);
    for (int i = 0; i < *n && !archive->has_failed; i++) {
        if (!archive->is_reading) {
            strncpy(name, strategy_at(i)->name, sizeof name - 1);
        }
        code_text(archive, name, sizeof name);
        places[i] = strategy_find(name);
        archive_check(archive, places[i] >= 0);
    }
    *n = archive->has_failed ? 0 : *n;
}

static void code_strategy(struct archive *archive, struct strategy_state *state)
{
    uint64_t flags = (state->is_on ? 1u : 0) | (state->is_observed ? 2u : 0);
    code_unsigned(archive, &flags, 3);
    if (archive->is_reading) {
        state->is_on = flags & 1u;
        state->is_observed = flags & 2u;
    }
    code_double(archive, &state->gauge);
    code_size(archive, &state->bytes);
    code_text(archive, state->status, sizeof state->status);
}

static void code_learner(struct archive *archive, struct learner_state *state,
                         const int places[STRATEGIES_MAX], int n_strategies)
{
    code_int(archive, &state->id, 0, INT_MAX);
    code_int(archive, &state->slot, 0, LEARNERS_MAX - 1);
    code_int(archive, &state->parent, -1, INT_MAX);
    code_long(archive, &state->born, 0, LONG_MAX);
    code_text(archive, state->name, sizeof state->name);
    archive_check(archive, state->name[0] == '\0' || learner_name_check(state->name, NULL));
    code_params(archive, &state->params);
    code_double(archive, &state->rate);
    code_double(archive, &state->loss);
    code_bool(archive, &state->has_diverged);
    code_long(archive, &state->diverged_step, -1, LONG_MAX);
    code_long(archive, &state->steps, 0, LONG_MAX);
    code_double(archive, &state->seconds_training);
    for (int i = 0; i < n_strategies; i++) {
        code_strategy(archive, &state->strategies[places[i]]);
    }
    code_int(archive, &state->n_parts, 0, NETWORK_PARTS_MAX);
    for (int i = 0; i < state->n_parts; i++) {
        code_double(archive, &state->drift[i]);
    }
}

/* ---- the heatmap ---- */

static unsigned char cell_code(float x, float scale, bool is_signed)
{
    if (!isfinite(x)) {
        return isnan(x) ? CELL_NAN : x < 0 ? CELL_MINUS_INF : CELL_INF;
    }
    double part = scale > 0 ? (double)x / (double)scale : 0;
    double level = is_signed ? CELL_LEVELS / 2 * (1 + part) : CELL_LEVELS * fmax(part, 0);
    return (unsigned char)lround(level);
}

static float cell_value(unsigned char code, float scale, bool is_signed)
{
    if (code > CELL_LEVELS) {
        return code == CELL_NAN ? NAN : code == CELL_INF ? INFINITY : -INFINITY;
    }
    int zero = is_signed ? CELL_LEVELS / 2 : 0;
    return (float)((double)scale * (code - zero) / (CELL_LEVELS - zero));
}

static void code_cells(struct archive *archive, struct map *map)
{
    int n = map->rows * map->cols;
    float scale = 0;
    for (int i = 0; i < n && !archive->is_reading; i++) {
        scale = isfinite(map->cells[i]) ? fmaxf(scale, fabsf(map->cells[i])) : scale;
    }
    code_float(archive, &scale);
    archive_check(archive, scale >= 0 && isfinite(scale));
    for (int i = 0; i < n && !archive->has_failed; i++) {
        unsigned char code = 0;
        if (!archive->is_reading) {
            code = cell_code(map->cells[i], scale, map->is_signed);
        }
        archive_bytes(archive, &code, 1);
        archive_check(archive, code <= CELL_LEVELS || code >= CELL_MINUS_INF);
        if (archive->is_reading) {
            map->cells[i] = cell_value(code, scale, map->is_signed);
        }
    }
}

static void code_map(struct archive *archive, struct map *map)
{
    struct map_request *request = &map->request;
    int what = (int)request->what;
    code_int(archive, &request->part, 0, NETWORK_PARTS_MAX - 1);
    code_int(archive, &what, 0, MAP_WHAT_COUNT - 1);
    if (archive->is_reading) {
        request->what = (enum map_what)what;
    }
    code_int(archive, &request->since, MAP_SINCE_START, INT_MAX);
    code_int(archive, &request->rows, 0, INT_MAX);
    code_int(archive, &request->cols, 0, INT_MAX);
    code_long(archive, &request->step, MAP_STEP_NOW, LONG_MAX);
    code_int(archive, &map->n_inputs, 0, INT_MAX);
    code_int(archive, &map->n_units, 0, INT_MAX);
    code_int(archive, &map->rows, 0, MAP_CELLS_MAX);
    code_int(archive, &map->cols, 0, map->rows > 0 ? MAP_CELLS_MAX / map->rows : MAP_CELLS_MAX);
    code_long(archive, &map->step, MAP_STEP_NOW, LONG_MAX);
    code_float(archive, &map->max);
    archive_check(archive, map->max >= 0);
    code_bool(archive, &map->is_signed);
    if (!archive->has_failed) {
        code_cells(archive, map);
    }
}

/* ---- exhibits ---- */

static bool is_written(unsigned char byte)
{
    return byte == '\n' || (byte >= ' ' && byte < 0x7f);
}

/* The characters, those that are strange with the highest bit set. */
static void code_passage(struct archive *archive, struct passage *passage)
{
    code_int(archive, &passage->n, 0, WRITING_TEXT_MAX);
    for (int i = 0; i < passage->n && !archive->has_failed; i++) {
        unsigned char byte = (unsigned char)(passage->text[i] | (passage->strange[i] ? 0x80 : 0));
        archive_bytes(archive, &byte, 1);
        archive_check(archive, is_written(byte & 0x7f));
        if (archive->is_reading) {
            passage->text[i] = (char)(archive->has_failed ? ' ' : byte & 0x7f);
            passage->strange[i] = byte >> 7;
        }
    }
}

/* Of the alphabet alone: it goes to a terminal. */
static void code_said(struct archive *archive, char said[WRITING_PROMPT_MAX])
{
    code_text(archive, said, WRITING_PROMPT_MAX);
    for (const char *at = said; *at; at++) {
        archive_check(archive, is_written((unsigned char)*at));
    }
}

static void code_turns(struct archive *archive, struct exhibits *exhibits)
{
    struct writing *writing = &exhibits->writing;
    code_int(archive, &writing->n_turns, 0, WRITING_TURNS_MAX);
    code_long(archive, &writing->turns_at, 0, LONG_MAX);
    for (int i = 0; i < writing->n_turns && !archive->has_failed; i++) {
        code_said(archive, writing->turns[i].said);
        code_passage(archive, &writing->turns[i].answer);
    }
}

static void code_writing(struct archive *archive, struct exhibits *exhibits)
{
    struct writing *writing = &exhibits->writing;
    code_long(archive, &writing->step, 0, LONG_MAX);
    code_int(archive, &writing->n, 0, WRITING_TASKS_MAX + 1);
    for (int i = 0; i < writing->n && !archive->has_failed; i++) {
        struct written *written = &writing->rows[i];
        code_int(archive, &written->task, WRITING_ASKED, SUITE_TASKS_MAX - 1);
        code_said(archive, written->prompt);
        code_passage(archive, &written->now);
        code_bool(archive, &written->has_then);
        if (written->has_then) {
            code_passage(archive, &written->then);
        }
    }
}

static void code_sample(struct archive *archive, struct sample *sample)
{
    code_int(archive, &sample->n, 0, SAMPLES_TOP);
    for (int i = 0; i < sample->n && !archive->has_failed; i++) {
        int output = sample->output[i];
        code_int(archive, &output, 0, SUITE_OUTPUTS_MAX - 1);
        archive_bytes(archive, &sample->probability[i], 1);
        if (archive->is_reading) {
            sample->output[i] = (uint16_t)output;
        }
    }
}

/* An accuracy in thousandths; beyond, it is none. */
static void code_accuracy(struct archive *archive, float *accuracy)
{
    enum { WHOLE = 1000, NONE };
    int number = isfinite(*accuracy) ? (int)lroundf(*accuracy * WHOLE) : NONE;
    code_int(archive, &number, 0, NONE);
    if (archive->is_reading) {
        *accuracy = number == NONE ? NAN : (float)number / WHOLE;
    }
}

static void code_samples(struct archive *archive, struct exhibits *exhibits)
{
    struct samples *samples = &exhibits->samples;
    code_long(archive, &samples->step, MAP_STEP_NOW, LONG_MAX);
    code_int(archive, &samples->learner, 0, INT_MAX);
    code_int(archive, &samples->n_tasks, 0, SAMPLES_TASKS_MAX);
    code_int(archive, &samples->n_each, 0, GALLERY_EACH_MAX);
    code_int(archive, &samples->n_classes, 0, GALLERY_CLASSES_MAX);
    for (int i = 0; i < samples->n_tasks && !archive->has_failed; i++) {
        struct sampled_task *task = &samples->tasks[i];
        code_int(archive, &task->task, 0, SUITE_TASKS_MAX - 1);
        for (int k = 0; k < samples->n_each; k++) {
            code_sample(archive, &task->samples[k]);
        }
        for (int k = 0; k < samples->n_classes; k++) {
            code_accuracy(archive, &task->accuracy[k]);
        }
    }
}

static void code_attending(struct archive *archive, struct exhibits *exhibits)
{
    struct attending *attending = &exhibits->attending;
    code_long(archive, &attending->step, 0, LONG_MAX);
    code_int(archive, &attending->learner, 0, INT_MAX);
    code_int(archive, &attending->task, 0, SUITE_TASKS_MAX - 1);
    code_int(archive, &attending->n_heads, 1, INT_MAX);
    code_int(archive, &attending->n_rows, 0, ATTENDING_HEADS_MAX);
    code_int(archive, &attending->n, 1, ATTENDING_TEXT_MAX);
    code_int(archive, &attending->n_given, 0, attending->n);
    code_int(archive, &attending->at, 0, attending->n - 1);
    code_int(archive, &attending->from, 0, attending->at);
    int seen = attending->at - attending->from;
    archive_check(archive, seen <= PARAM_CONTEXT_MAX);
    if (archive->has_failed) {
        return;
    }
    archive_bytes(archive, attending->text, (size_t)attending->n);
    for (int i = 0; i < attending->n; i++) {
        archive_check(archive, is_written((unsigned char)attending->text[i]));
    }
    for (int row = 0; row < attending->n_rows; row++) {
        archive_bytes(archive, attending->weight[row], (size_t)seen);
    }
}

static void code_exhibits(struct archive *archive, struct exhibits *exhibits, int version)
{
    static void (*const codes[EXHIBIT_COUNT])(struct archive *, struct exhibits *) = {
        [EXHIBIT_WRITING] = code_writing,
        [EXHIBIT_SURFACE] = code_surface,
        [EXHIBIT_SAMPLES] = code_samples,
        [EXHIBIT_ATTENTION] = code_attending,
    };
    int n = version >= 3 ? EXHIBIT_COUNT : EXHIBIT_ATTENTION; /* the first that came later */
    for (int i = 0; i < n && !archive->has_failed; i++) {
        code_bool(archive, &exhibits->has[i]);
        if (exhibits->has[i] && codes[i]) {
            codes[i](archive, exhibits);
        }
    }
    if (version >= 3 && exhibits->has[EXHIBIT_WRITING] && !archive->has_failed) {
        code_turns(archive, exhibits);
    }
}

/* ---- all of it ---- */

static void code_snapshot(struct archive *archive, struct snapshot *snapshot, int version)
{
    int state = (int)snapshot->state, places[STRATEGIES_MAX], n_strategies;
    code_unsigned(archive, &snapshot->number, UINT64_MAX);
    code_int(archive, &state, LAB_TRAINING, LAB_ENDED);
    if (archive->is_reading) {
        snapshot->state = (enum lab_state)state;
    }
    code_long(archive, &snapshot->step, 0, LONG_MAX);
    code_int(archive, &snapshot->stage, 0, INT_MAX);
    code_int(archive, &snapshot->task, 0, SUITE_TASKS_MAX - 1);
    code_long(archive, &snapshot->stage_step, 0, LONG_MAX);
    code_long(archive, &snapshot->stage_steps, 0, LONG_MAX);
    code_int(archive, &snapshot->n_stages, 0, INT_MAX);
    code_int(archive, &snapshot->planned, 0, INT_MAX);
    code_long(archive, &snapshot->total_steps, 0, LONG_MAX);
    code_double(archive, &snapshot->speed);
    code_double(archive, &snapshot->samples_per_second);
    code_double(archive, &snapshot->seconds_training);
    code_unsigned(archive, &snapshot->n_commands, UINT64_MAX);
    code_double(archive, &snapshot->taken_again);
    code_size(archive, &snapshot->history_bytes);
    code_strategy_names(archive, places, &n_strategies);
    code_int(archive, &snapshot->n_learners, 0, LEARNERS_MAX);
    code_int(archive, &snapshot->selected, 0,
             snapshot->n_learners > 0 ? snapshot->n_learners - 1 : 0);
    code_bool(archive, &snapshot->is_to_all);
    for (int i = 0; i < snapshot->n_learners && !archive->has_failed; i++) {
        code_learner(archive, &snapshot->learners[i], places, n_strategies);
    }
    code_map(archive, &snapshot->map);
    if (version >= 2) {
        code_bool(archive, &snapshot->has_interrupted);
        code_int(archive, &snapshot->interrupted, 0, SUITE_TASKS_MAX - 1);
        code_exhibits(archive, &snapshot->exhibits, version);
    }
}

unsigned char *snapshot_encode(const struct snapshot *snapshot, size_t *size, struct err *err)
{
    struct archive archive = {0};
    *size = 0;
    /* The cast is sound: nothing is changed while writing. */
    code_snapshot(&archive, (struct snapshot *)(uintptr_t)snapshot, SNAPSHOT_CODE_VERSION);
    if (archive.has_failed || archive.n > SNAPSHOT_BODY_MAX) {
        archive_fini(&archive);
        err_set(err, ERR_FAILED, "snapshot: a number is out of its range, or memory is short");
        return NULL;
    }
    uLongf length = compressBound((uLong)archive.n);
    unsigned char *bytes = malloc(length + 1);
    if (!bytes || compress2(bytes + 1, &length, archive.bytes, (uLong)archive.n, 9) != Z_OK) {
        free(bytes);
        archive_fini(&archive);
        err_set(err, ERR_FAILED, "memory: no room to write a snapshot");
        return NULL;
    }
    archive_fini(&archive);
    bytes[0] = SNAPSHOT_CODE_VERSION;
    *size = length + 1;
    return bytes;
}

bool snapshot_decode(struct snapshot *snapshot, const void *bytes, size_t size, struct err *err)
{
    const unsigned char *source = bytes;
    memset(snapshot, 0, sizeof *snapshot);
    if (size < 2 || size > SNAPSHOT_CODE_MAX) {
        return err_set(err, ERR_FAILED, "snapshot: 2 to %d bytes expected, %zu found",
                       (int)SNAPSHOT_CODE_MAX, size);
    }
    if (source[0] < 1 || source[0] > SNAPSHOT_CODE_VERSION) {
        return err_set(err, ERR_FAILED,
                       "snapshot: format 1 to %d expected, %d found; a newer oubli may read it",
                       (int)SNAPSHOT_CODE_VERSION, source[0]);
    }
    uLongf length = SNAPSHOT_BODY_MAX;
    unsigned char *body = malloc(length);
    if (!body) {
        return err_set(err, ERR_FAILED, "memory: no room to read a snapshot");
    }
    bool ok = uncompress(body, &length, source + 1, (uLong)(size - 1)) == Z_OK;
    if (ok) {
        struct archive archive = archive_reader(body, length);
        code_snapshot(&archive, snapshot, source[0]);
        ok = !archive.has_failed && archive_is_at_end(&archive);
    }
    free(body);
    if (!ok) {
        memset(snapshot, 0, sizeof *snapshot);
        err_set(err, ERR_FAILED, "snapshot: damaged: %zu bytes that are none", size);
    }
    return ok;
}
