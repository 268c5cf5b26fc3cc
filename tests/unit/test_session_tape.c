/* SPDX-License-Identifier: MIT */
#include "unit/test_session_tape.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab/learner_spec.h"

struct tape tape_make(void)
{
    struct tape tape = {.folder = "/tmp/oubli-test-XXXXXX"};
    cr_assert_not_null(mkdtemp(tape.folder));
    snprintf(tape.path, sizeof tape.path, "%s/a%%20 b?.oubli", tape.folder);
    return tape;
}

void tape_remove(const struct tape *tape)
{
    DIR *folder = opendir(tape->folder);
    cr_assert_not_null(folder);
    for (struct dirent *file; (file = readdir(folder));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", tape->folder, file->d_name);
        unlink(path);
    }
    closedir(folder);
    cr_expect_eq(rmdir(tape->folder), 0);
}

struct config tape_config(void)
{
    struct config config = config_default();
    struct err err = {0};
    config.data = "some folder/t.csv";
    config.reading.text[READING_LABEL] = "the label";
    config.reading.text[READING_SPLIT] = "every-fifth";
    config.reading.text[READING_VALIDATION] = "0.25";
    config.eval_every = 40;
    config.suite = "split";
    config.n_tasks = 4;
    config.scenario = SCENARIO_DOMAIN;
    config.seed = UINT64_MAX - 5;
    config.n_learners = 2;
    cr_assert(param_parse(&config.learners[0].params, PARAM_BATCH, "64", &err));
    config.learners[0].params.value[PARAM_EPOCHS] = 7; /* a dataset's default: not set */
    config.learners[1] = config.learners[0];
    cr_assert(learner_spec_parse("plain", &config.learners[0], &err));
    cr_assert(learner_spec_parse("both: strategy=ewc+replay observe=replay lr=0.1234567890123 "
                                 "ewc.lambda=3 net=30,20,10 optimizer=adam",
                                 &config.learners[1], &err),
              "%s", err.msg);
    config.learners[1].params.value[PARAM_MOMENTUM] = 1.0 / 3;
    config.learners[1].params.value[PARAM_ADAM_BETA2] = 0.99;
    config.learners[1].params.value[PARAM_CLIP] = 2.0 / 3;
    return config;
}

int64_t tape_time(int i)
{
    return 1000 + (int64_t)i / 3 * 1000000;
}

struct entry tape_entry(int i)
{
    static const double values[] = {0.5, (double)NAN, (double)INFINITY, -(double)INFINITY,
                                    0,   1.0 / 3,     4.9e-324,         -1e308};
    static const char *const texts[] = {"note it's \"here\" — ü", "", "strategy ewc on"};
    enum entry_kind kind = (enum entry_kind)(i % TAPE_KINDS);
    int round = i / TAPE_KINDS;
    bool has_text = kind == ENTRY_COMMAND || kind == ENTRY_REFUSED || kind == ENTRY_LEARNER;
    return (struct entry){.kind = kind,
                          .probe = kind == ENTRY_MEASURE ? (enum probe_id)(round % PROBE_COUNT) : 0,
                          .learner = i % 5 - 1,
                          .stage = i / 40,
                          .task = kind == ENTRY_LEARNER ? -1 : i % 30,
                          .step = (long)i * 1000003,
                          .value = values[i % 8],
                          .text = has_text ? texts[round % 3] : NULL};
}

static void fill_map(struct map *map, int rows, int cols)
{
    map->request = (struct map_request){
        .part = 1, .what = MAP_WHAT_DRIFT, .since = 2, .rows = 64, .cols = 80, .step = 400};
    map->n_inputs = 64;
    map->n_units = 100;
    map->rows = rows;
    map->cols = cols;
    map->step = MAP_STEP_NOW;
    uint32_t random = 12345;
    for (int i = 0; i < rows * cols; i++) { /* |difference of normals|, about */
        float sum = -6;
        for (int k = 0; k < 12; k++) {
            random = random * 1664525u + 1013904223u;
            sum += (float)(random >> 8) / 16777216;
        }
        map->cells[i] = fabsf(sum) * 0.01f;
        map->max = fmaxf(map->max, map->cells[i]);
    }
}

struct snapshot *tape_snapshot(int n_learners, int rows, int cols)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    cr_assert_not_null(snapshot);
    /* Field by field: the padding stays zero, and snapshots can be compared as bytes. */
    snapshot->number = 77;
    snapshot->state = LAB_PAUSED;
    snapshot->step = 123456;
    snapshot->stage = 3;
    snapshot->task = 2;
    snapshot->stage_step = 12;
    snapshot->stage_steps = 345;
    snapshot->n_stages = 5;
    snapshot->planned = 4;
    snapshot->total_steps = 999999;
    snapshot->speed = 12.5;
    snapshot->samples_per_second = 54321.125;
    snapshot->seconds_training = 1.0 / 7;
    snapshot->n_commands = 9;
    snapshot->taken_again = (double)NAN;
    snapshot->consolidated = (double)NAN;
    snapshot->history_bytes = 123456789;
    snapshot->n_learners = n_learners;
    snapshot->selected = n_learners / 2;
    snapshot->is_to_all = n_learners > 1;
    for (int i = 0; i < n_learners; i++) {
        struct learner_state *state = &snapshot->learners[i];
        state->id = i + 10;
        state->slot = i;
        state->parent = i ? 10 : -1;
        state->born = i * 100;
        state->params = params_default();
        state->rate = 0.1 / (i + 1);
        state->loss = i == 1 ? (double)NAN : 0.3 + 0.01 * i;
        state->has_diverged = i == 1;
        state->diverged_step = i == 1 ? 500 : 0;
        state->steps = 123456 - i;
        state->seconds_training = 3.25 * i;
        state->n_parts = 3;
        state->drift[0] = 0.1 + i;
        state->drift[1] = 1.0 / 3 + i;
        state->drift[2] = i ? 0.25 : (double)NAN;
        snprintf(state->name, sizeof state->name, "learner.%d", i);
        cr_assert(param_parse(&state->params, PARAM_LR, i ? "0.05" : "0.1", NULL));
        for (int s = 0; s < strategy_count(); s++) {
            struct strategy_state *strategy = &state->strategies[s];
            strategy->is_on = (s + i) % 3 == 0;
            strategy->is_observed = (s + i) % 2 == 0;
            strategy->gauge = s == 1 ? 0.75 + i : (double)NAN;
            strategy->bytes = s < 3 ? 100000u * (unsigned)s : 0;
            snprintf(strategy->status, sizeof strategy->status, "%s",
                     s == 1   ? "3 anchors"
                     : s == 2 ? "200 of 200 — ü"
                              : "");
        }
    }
    fill_map(&snapshot->map, rows, cols);
    return snapshot;
}

struct recording_writer *tape_begin(const struct tape *tape)
{
    struct config config = tape_config();
    struct recording_facts facts = {.version = "0.1.0",
                                    .build = "a compiler",
                                    .blas_core = "Haswell",
                                    .created = "2025-01-31T23:59:59Z",
                                    .cols = 120,
                                    .rows = 36,
                                    .pace = 12.5};
    struct err err = {0};
    struct recording_writer *writer = recording_create(tape->path, &config, &facts, &err);
    cr_assert_not_null(writer, "%s", err.msg);
    return writer;
}

void tape_write(const struct tape *tape)
{
    struct recording_writer *writer = tape_begin(tape);
    struct snapshot *snapshot = tape_snapshot(2, 14, 20);
    struct err err = {0};
    for (int i = 0; i < TAPE_ENTRIES; i++) {
        struct entry entry = tape_entry(i);
        cr_assert(i % 30 || recording_begin(writer, &err), "%s", err.msg);
        cr_assert(recording_add_entry(writer, tape_time(i), &entry, &err), "%s", err.msg);
        if (i % 40 == 20) {
            snapshot->step = i;
            cr_assert(recording_add_snapshot(writer, tape_time(i), snapshot, &err), "%s", err.msg);
        }
        if (i % 60 == 59) {
            char line[32];
            snprintf(line, sizeof line, "focus %d", i);
            cr_assert(recording_add_view(writer, tape_time(i), line, &err));
            cr_assert(recording_add_checkpoint(writer, recording_added(writer), line, strlen(line),
                                               &err));
        }
        cr_assert(i % 30 != 29 || recording_commit(writer, &err), "%s", err.msg);
    }
    free(snapshot);
    cr_assert(recording_finish(writer, &err), "%s", err.msg);
}

void tape_sql(const struct tape *tape, const char *sql)
{
    sqlite3 *handle;
    char *message = NULL;
    cr_assert_eq(sqlite3_open_v2(tape->path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    cr_assert_eq(sqlite3_exec(handle, sql, NULL, NULL, &message), SQLITE_OK, "%s: %s", sql,
                 message ? message : "");
    cr_assert_eq(sqlite3_close(handle), SQLITE_OK);
}

static bool accept_entry(void *context, int64_t n, int64_t t, const struct entry *entry)
{
    (void)n;
    (void)t;
    *(size_t *)context += entry->text ? strlen(entry->text) : 0;
    return true;
}

static bool accept_view(void *context, int64_t i, int64_t t, const char *line)
{
    (void)i;
    (void)t;
    *(size_t *)context += strlen(line);
    return true;
}

/* A failure has said one line; what gave nothing has said nothing. */
static bool said(bool ok, const struct err *err, bool *all)
{
    *all &= ok;
    return err->code == ERR_NONE
               ? err->msg[0] == '\0'
               : err->code == ERR_FAILED && err->msg[0] && !strpbrk(err->msg, "\n\r\t\033");
}

bool tape_exercise(const struct tape *tape)
{
    struct err err = {0};
    struct recording *recording = recording_open(tape->path, &err);
    struct recording_extent extent;
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    bool all = true;
    size_t bytes = 0;
    int64_t taken, n;
    if (!recording) {
        cr_assert(said(false, &err, &all) && err.code == ERR_FAILED, "%d %s", err.code, err.msg);
        free(snapshot);
        return false;
    }
    cr_assert(said(recording_extent(recording, &extent, &err), &err, &all), "%s", err.msg);
    err = (struct err){0};
    bool ok = recording_read(recording, 0, extent.n_entries, accept_entry, &bytes, &err);
    cr_assert(said(ok, &err, &all) && ok == !err.code, "%s", err.msg);
    err = (struct err){0};
    ok = recording_read_views(recording, 0, accept_view, &bytes, &err);
    cr_assert(said(ok, &err, &all) && ok == !err.code, "%s", err.msg);
    for (int i = -1; i < TAPE_ENTRIES; i += 7) {
        int64_t t = i < 0 ? extent.t : tape_time(i);
        err = (struct err){0};
        ok = recording_snapshot(recording, t, snapshot, &taken, &n, &err);
        cr_assert(said(ok || !err.code, &err, &all), "%s", err.msg);
        err = (struct err){0};
        ok = recording_count_until(recording, t, &n, &err);
        cr_assert(said(ok, &err, &all) && ok == !err.code, "%s", err.msg);
    }
    size_t size;
    err = (struct err){0};
    free(recording_checkpoint(recording, extent.n_entries, &n, &size, &err));
    cr_assert(said(!err.code, &err, &all), "%s", err.msg);
    free(snapshot);
    recording_close(recording);
    return all;
}

void tape_expect_refused(const struct tape *tape, const char *a, const char *b)
{
    struct err err = {0};
    struct recording *recording = recording_open(tape->path, &err);
    cr_expect_null(recording, "it opened; '%s' expected", a);
    recording_close(recording);
    cr_expect_eq(err.code, ERR_FAILED);
    cr_expect(strncmp(err.msg, tape->path, strlen(tape->path)) == 0, "%s", err.msg);
    cr_expect(strstr(err.msg, a) && strstr(err.msg, b), "'%s' and '%s' expected: %s", a, b,
              err.msg);
    cr_expect_null(strpbrk(err.msg, "\n\r\t\033"));
}

unsigned char *tape_bytes(const struct tape *tape, size_t *size)
{
    FILE *file = fopen(tape->path, "rb");
    struct stat status;
    cr_assert(file && fstat(fileno(file), &status) == 0);
    unsigned char *bytes = malloc((size_t)status.st_size);
    *size = fread(bytes, 1, (size_t)status.st_size, file);
    cr_assert_eq(*size, (size_t)status.st_size);
    fclose(file);
    return bytes;
}

void tape_replace(const struct tape *tape, const unsigned char *bytes, size_t size)
{
    FILE *file = fopen(tape->path, "wb");
    cr_assert(file && fwrite(bytes, 1, size, file) == size);
    cr_assert_eq(fclose(file), 0);
}
