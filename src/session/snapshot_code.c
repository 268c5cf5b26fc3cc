/* SPDX-License-Identifier: MIT */
#include "session/snapshot_code.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/param.h"
#include "lab/learner_spec.h"
#include "session/packed.h"

enum { NAME_SIZE = 32, LIST_MAX = 64 };

/* Cells of the heatmap; a signed one has its zero in the middle. */
enum { CELL_LEVELS = 250, CELL_MINUS_INF = 253, CELL_INF = 254, CELL_NAN = 255 };

/* ---- a learner ---- */

static void code_param(struct archive *archive, struct params *params, enum param_id id)
{
    const struct param *param = param_at(id);
    archive_bool(archive, &params->is_set[id]);
    if (param->kind == PARAM_KIND_LAYERS) {
        archive_int(archive, &params->n_hidden, 0, PARAM_HIDDEN_MAX);
        for (int i = 0; i < params->n_hidden; i++) {
            archive_int(archive, &params->hidden[i], (int)param->min, (int)param->max);
        }
    } else {
        archive_double(archive, &params->value[id]);
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
    archive_int(archive, &n, 0, PARAM_COUNT);
    for (int i = 0; i < n && !archive->has_failed; i++) {
        if (!archive->is_reading) {
            strncpy(name, param_at(ids[i])->name, sizeof name - 1);
        }
        archive_text(archive, name, sizeof name);
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
    archive_int(archive, n, 0, STRATEGIES_MAX);
    for (int i = 0; i < *n && !archive->has_failed; i++) {
        if (!archive->is_reading) {
            strncpy(name, strategy_at(i)->name, sizeof name - 1);
        }
        archive_text(archive, name, sizeof name);
        places[i] = strategy_find(name);
        archive_check(archive, places[i] >= 0);
    }
    *n = archive->has_failed ? 0 : *n;
}

static void code_strategy(struct archive *archive, struct strategy_state *state)
{
    uint64_t flags = (state->is_on ? 1u : 0) | (state->is_observed ? 2u : 0);
    archive_unsigned(archive, &flags, 3);
    if (archive->is_reading) {
        state->is_on = flags & 1u;
        state->is_observed = flags & 2u;
    }
    archive_double(archive, &state->gauge);
    archive_size(archive, &state->bytes);
    archive_text(archive, state->status, sizeof state->status);
}

static void code_learner(struct archive *archive, struct learner_state *state,
                         const int places[STRATEGIES_MAX], int n_strategies)
{
    archive_int(archive, &state->id, 0, INT_MAX);
    archive_int(archive, &state->slot, 0, LEARNERS_MAX - 1);
    archive_int(archive, &state->parent, -1, INT_MAX);
    archive_long(archive, &state->born, 0, LONG_MAX);
    archive_text(archive, state->name, sizeof state->name);
    archive_check(archive, state->name[0] == '\0' || learner_name_check(state->name, NULL));
    code_params(archive, &state->params);
    archive_double(archive, &state->rate);
    archive_double(archive, &state->loss);
    archive_bool(archive, &state->has_diverged);
    archive_long(archive, &state->diverged_step, -1, LONG_MAX);
    archive_long(archive, &state->steps, 0, LONG_MAX);
    archive_double(archive, &state->seconds_training);
    for (int i = 0; i < n_strategies; i++) {
        code_strategy(archive, &state->strategies[places[i]]);
    }
    archive_int(archive, &state->n_parts, 0, NETWORK_PARTS_MAX);
    for (int i = 0; i < state->n_parts; i++) {
        archive_double(archive, &state->drift[i]);
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
    archive_float(archive, &scale);
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
    archive_int(archive, &request->part, 0, NETWORK_PARTS_MAX - 1);
    archive_int(archive, &what, 0, MAP_WHAT_COUNT - 1);
    if (archive->is_reading) {
        request->what = (enum map_what)what;
    }
    archive_int(archive, &request->since, MAP_SINCE_START, SUITE_TASKS_MAX - 1);
    archive_int(archive, &request->rows, 0, INT_MAX);
    archive_int(archive, &request->cols, 0, INT_MAX);
    archive_long(archive, &request->step, MAP_STEP_NOW, LONG_MAX);
    archive_int(archive, &map->n_inputs, 0, INT_MAX);
    archive_int(archive, &map->n_units, 0, INT_MAX);
    archive_int(archive, &map->rows, 0, MAP_CELLS_MAX);
    archive_int(archive, &map->cols, 0, map->rows > 0 ? MAP_CELLS_MAX / map->rows : MAP_CELLS_MAX);
    archive_long(archive, &map->step, MAP_STEP_NOW, LONG_MAX);
    archive_float(archive, &map->max);
    archive_check(archive, map->max >= 0);
    archive_bool(archive, &map->is_signed);
    if (!archive->has_failed) {
        code_cells(archive, map);
    }
}

/* ---- exhibits ---- */

/* Which one of them it is, by its name. */
static int code_which(struct archive *archive, int which)
{
    char name[NAME_SIZE] = "";
    if (!archive->is_reading) {
        snprintf(name, sizeof name, "%s", exhibit_at((enum exhibit)which)->name);
    }
    archive_text(archive, name, sizeof name);
    for (int i = 0; i < EXHIBIT_COUNT; i++) {
        if (strcmp(exhibit_at((enum exhibit)i)->name, name) == 0) {
            return i;
        }
    }
    archive_check(archive, false);
    return 0;
}

/* True if its numbers make sense.  One of them that does not - a loss that is not finite, say -
 * must not end a recording: then this exhibit is missing in it, and all else is there. */
static bool can_be_written(struct exhibits *exhibits, int which)
{
    struct archive trial = {0};
    exhibit_at((enum exhibit)which)->archive(exhibits, &trial);
    bool ok = !trial.has_failed;
    archive_fini(&trial);
    return ok;
}

static void write_exhibits(struct archive *archive, struct exhibits *exhibits)
{
    bool is_written[EXHIBIT_COUNT];
    int n = 0;
    for (int i = 0; i < EXHIBIT_COUNT; i++) {
        is_written[i] = exhibits->has[i] && can_be_written(exhibits, i);
        n += is_written[i];
    }
    archive_int(archive, &n, 0, EXHIBIT_COUNT);
    for (int i = 0; i < EXHIBIT_COUNT; i++) {
        if (is_written[i]) {
            code_which(archive, i);
            exhibit_at((enum exhibit)i)->archive(exhibits, archive);
        }
    }
}

static void read_exhibits(struct archive *archive, struct exhibits *exhibits)
{
    int n = 0;
    archive_int(archive, &n, 0, EXHIBIT_COUNT);
    for (int i = 0; i < n && !archive->has_failed; i++) {
        int which = code_which(archive, 0);
        archive_check(archive, !exhibits->has[which]);
        if (!archive->has_failed) {
            exhibits->has[which] = true;
            exhibit_at((enum exhibit)which)->archive(exhibits, archive);
        }
    }
}

/* Those that are there, by name, so that there may be more of them in time. */
static void code_exhibits(struct archive *archive, struct exhibits *exhibits)
{
    if (archive->is_reading) {
        read_exhibits(archive, exhibits);
    } else {
        write_exhibits(archive, exhibits);
    }
}

/* ---- all of it ---- */

static void code_snapshot(struct archive *archive, struct snapshot *snapshot, int version)
{
    int state = (int)snapshot->state, places[STRATEGIES_MAX], n_strategies;
    archive_unsigned(archive, &snapshot->number, UINT64_MAX);
    archive_int(archive, &state, LAB_TRAINING, LAB_ENDED);
    if (archive->is_reading) {
        snapshot->state = (enum lab_state)state;
    }
    archive_long(archive, &snapshot->step, 0, LONG_MAX);
    archive_int(archive, &snapshot->stage, 0, INT_MAX);
    archive_int(archive, &snapshot->task, 0, SUITE_TASKS_MAX - 1);
    archive_long(archive, &snapshot->stage_step, 0, LONG_MAX);
    archive_long(archive, &snapshot->stage_steps, 0, LONG_MAX);
    archive_int(archive, &snapshot->n_stages, 0, INT_MAX);
    archive_int(archive, &snapshot->planned, 0, INT_MAX);
    archive_long(archive, &snapshot->total_steps, 0, LONG_MAX);
    archive_double(archive, &snapshot->speed);
    archive_double(archive, &snapshot->samples_per_second);
    archive_double(archive, &snapshot->seconds_training);
    archive_unsigned(archive, &snapshot->n_commands, UINT64_MAX);
    archive_double(archive, &snapshot->taken_again);
    if (archive->is_reading) {
        snapshot->consolidated = (double)NAN; /* of that very moment: not kept */
    }
    archive_size(archive, &snapshot->history_bytes);
    code_strategy_names(archive, places, &n_strategies);
    archive_int(archive, &snapshot->n_learners, 0, LEARNERS_MAX);
    archive_int(archive, &snapshot->selected, 0,
                snapshot->n_learners > 0 ? snapshot->n_learners - 1 : 0);
    archive_bool(archive, &snapshot->is_to_all);
    for (int i = 0; i < snapshot->n_learners && !archive->has_failed; i++) {
        code_learner(archive, &snapshot->learners[i], places, n_strategies);
    }
    code_map(archive, &snapshot->map);
    archive_bool(archive, &snapshot->has_interrupted);
    archive_int(archive, &snapshot->interrupted, 0, SUITE_TASKS_MAX - 1);
    if (version == SNAPSHOT_CODE_VERSION) {
        code_exhibits(archive, &snapshot->exhibits);
    } else {
        archive->n = archive->size; /* another version's: nothing that is measured */
    }
}

unsigned char *snapshot_encode(const struct snapshot *snapshot, size_t *size, struct err *err)
{
    struct archive archive = {0};
    /* The cast is sound: nothing is changed while writing. */
    code_snapshot(&archive, (struct snapshot *)(uintptr_t)snapshot, SNAPSHOT_CODE_VERSION);
    archive_check(&archive, archive.n <= SNAPSHOT_BODY_MAX);
    unsigned char *bytes = packed_take(&archive, SNAPSHOT_CODE_VERSION, size);
    if (!bytes) {
        err_set(err, ERR_FAILED, "snapshot: a number is out of its range, or memory is short");
    }
    return bytes;
}

static bool refuse(int version, size_t size, struct err *err)
{
    return version > SNAPSHOT_CODE_VERSION
               ? err_set(err, ERR_FAILED,
                         "snapshot: format %d to %d expected, %d found: a newer oubli wrote it",
                         (int)SNAPSHOT_CODE_OLDEST, (int)SNAPSHOT_CODE_VERSION, version)
               : err_set(err, ERR_FAILED, "snapshot: damaged: %zu bytes that are none", size);
}

bool snapshot_decode(struct snapshot *snapshot, const void *bytes, size_t size, struct err *err)
{
    struct archive archive;
    unsigned char *body = NULL;
    memset(snapshot, 0, sizeof *snapshot);
    int version = size > 0 ? *(const unsigned char *)bytes : 0;
    bool ok = version >= SNAPSHOT_CODE_OLDEST && version <= SNAPSHOT_CODE_VERSION &&
              size <= SNAPSHOT_CODE_MAX &&
              packed_open(bytes, size, version, SNAPSHOT_BODY_MAX, &body, &archive);
    if (ok) {
        code_snapshot(&archive, snapshot, version);
        ok = !archive.has_failed && archive_is_at_end(&archive);
    }
    free(body);
    if (!ok) {
        memset(snapshot, 0, sizeof *snapshot);
    }
    return ok || refuse(version, size, err);
}

int snapshot_last_task(const struct snapshot *snapshot)
{
    const struct exhibits *exhibits = &snapshot->exhibits;
    int last = snapshot->task > snapshot->interrupted ? snapshot->task : snapshot->interrupted;
    for (int i = 0; i < EXHIBIT_COUNT; i++) {
        int its = exhibits->has[i] ? exhibit_at((enum exhibit)i)->last_task(exhibits) : -1;
        last = its > last ? its : last;
    }
    return last;
}
