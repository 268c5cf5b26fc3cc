/* SPDX-License-Identifier: MIT
 * Recordings: what they cost while they are made, how large an hour is, and how fast they play. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"
#include "lab/handover.h"
#include "lab/lab.h"
#include "session/checkpoint.h"
#include "session/player.h"
#include "session/recorder.h"
#include "ui/bench/bench.h"

enum {
    ROUNDS = 21,
    COST_TASKS = 20,   /* some seconds, so that beginnings do not count */
    STAGES = 450,      /* of an hour: a task takes eight seconds */
    PACE = 56,         /* steps a second */
    CYCLES = 5 * 3600, /* of the recorder: five a second */
    OPENINGS = 21,
    SEEKS = 50
};

static void name_file(char *path, size_t size, const char *what)
{
    const char *folder = getenv("TMPDIR");
    snprintf(path, size, "%s/oubli-bench-%ld-%s.oubli", folder ? folder : "/tmp", (long)getpid(),
             what);
}

/* ---- what it costs ---- */

/* A bench_side: a run, recorded into the file if there is a path. */
static bool time_run(void *context, double *taken, struct err *err)
{
    const char *path = context;
    struct config config = config_default();
    struct lab_options options = {.keeps_history = true}; /* as on the screen */
    config.n_tasks = COST_TASKS;
    struct recording_facts facts = {.pace = PACE};
    struct lab *lab = lab_create(&config, &options, err);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct recorder *recorder = NULL;
    bool ok = lab && snapshot;
    if (ok && path) {
        recorder = recorder_create(path, lab, &facts, "64-100-100-10", NULL, err);
        ok = recorder != NULL;
    }
    int64_t begin = clock_ns();
    while (ok && lab_advance(lab, lab_steps_within(lab, 10000000)) == LAB_TRAINING) {
        lab_snapshot(lab, snapshot); /* with and without: what is measured is the recording */
        if (recorder) {
            handover_offer(lab_handover(lab), snapshot);
        }
    }
    *taken = (double)(clock_ns() - begin);
    ok = recorder_finish(recorder, NULL, err) && ok;
    lab_destroy(lab);
    free(snapshot);
    if (path) {
        unlink(path);
    }
    return ok;
}

static bool measure_cost(struct bench *bench, struct err *err)
{
    char path[256];
    struct bench_figure figure = {
        .figure = "recorded_over_plain", .unit = "ratio", .target = 1.02, .n = ROUNDS};
    name_file(path, sizeof path, "cost");
    bool ok = bench_ratio((struct bench_side){time_run, path}, (struct bench_side){time_run, NULL},
                          ROUNDS, &figure.value, err);
    if (ok) {
        bench_add(bench, figure, "digits, 20 tasks, flat out");
    }
    return ok;
}

/* ---- an hour ---- */

/* One turn of a recorder at the time it would have had. */
static bool write_cycle(struct recording_writer *writer, struct lab *lab, struct snapshot *snapshot,
                        int64_t i, struct err *err)
{
    int64_t t = i * 200000000;
    long n = 0;
    const struct archive *state = NULL;
    lab_snapshot(lab, snapshot);
    if (i % 25 == 0) {
        handover_ask(lab_handover(lab));
        lab_hand_over(lab, false);
        state = handover_take(lab_handover(lab), &n);
    }
    return recording_begin(writer, err) &&
           recording_add_journal(writer, t, lab_journal(lab), err) &&
           (!state || checkpoint_write(writer, n, state, err)) &&
           recording_add_snapshot(writer, t, snapshot, err) && recording_commit(writer, err);
}

/* An hour at the default pace, as fast as it can be trained. */
static bool record_hour(const char *path, struct err *err)
{
    struct config config = config_default();
    struct lab_options options = {.speed = PACE, .keeps_history = true};
    struct recording_facts facts = {.pace = PACE};
    struct command map = {
        .kind = COMMAND_MAP,
        .map = {.since = MAP_SINCE_TASK, .rows = 28, .cols = 42, .step = MAP_STEP_NOW}};
    config.suite = "repeat";
    config.n_tasks = STAGES;
    struct lab *lab = lab_create(&config, &options, err);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct recording_writer *writer =
        lab && snapshot ? recording_create(path, lab_config(lab), &facts, err) : NULL;
    bool ok = writer && lab_apply(lab, &map, err);
    for (int64_t i = 1; ok && i <= CYCLES; i++) {
        while (lab_steps_done(lab) < i * PACE / 5 && lab_state(lab) == LAB_TRAINING) {
            lab_advance(lab, i * PACE / 5 - lab_steps_done(lab));
        }
        ok = write_cycle(writer, lab, snapshot, i, err);
    }
    ok = recording_finish(writer, ok ? err : NULL) && ok;
    lab_destroy(lab);
    free(snapshot);
    return ok;
}

static double megabytes_of(const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (file) {
        fclose(file);
    }
    return (double)size * 1e-6;
}

static bool measure_opening(struct bench *bench, const char *path, struct err *err)
{
    double ms[OPENINGS];
    for (int i = 0; i < OPENINGS; i++) {
        int64_t begin = clock_ns();
        struct player *player = player_open(path, err);
        ms[i] = (double)(clock_ns() - begin) * 1e-6;
        player_close(player);
        if (!player) {
            return false;
        }
    }
    bench_add(bench,
              (struct bench_figure){.figure = "play_start_ms",
                                    .value = bench_quantile(ms, OPENINGS, 0.5),
                                    .unit = "ms",
                                    .target = 150,
                                    .n = OPENINGS},
              "an hour, first picture");
    return true;
}

static bool measure_seeks(struct bench *bench, const char *path, struct err *err)
{
    double ms[SEEKS];
    struct rng rng = rng_stream(2, rng_stream_init());
    struct player *player = player_open(path, err);
    bool ok = player != NULL;
    for (int i = 0; ok && i < 400; i++) { /* what is read ahead in the first seconds */
        ok = player_tick(player, clock_ns(), err);
    }
    for (int i = 0; ok && i < SEEKS; i++) {
        int64_t begin = clock_ns();
        ok = player_seek(player, (int64_t)(rng_unit(&rng) * (double)player_length(player)), err);
        ms[i] = (double)(clock_ns() - begin) * 1e-6;
    }
    player_close(player);
    if (ok) {
        bench_add(bench,
                  (struct bench_figure){.figure = "seek_ms",
                                        .value = bench_quantile(ms, SEEKS, 1),
                                        .unit = "ms",
                                        .target = 50,
                                        .n = SEEKS},
                  "an hour, anywhere, slowest of 50");
    }
    return ok;
}

bool bench_session(struct bench *bench, struct err *err)
{
    char path[256];
    name_file(path, sizeof path, "hour");
    if (!measure_cost(bench, err)) {
        return false;
    }
    bool ok = record_hour(path, err);
    if (ok) {
        bench_add(bench,
                  (struct bench_figure){.figure = "recording_mb",
                                        .value = megabytes_of(path),
                                        .unit = "MB",
                                        .target = 60,
                                        .n = 1},
                  "an hour at the default pace");
        ok = measure_opening(bench, path, err) && measure_seeks(bench, path, err);
    }
    unlink(path);
    return ok;
}
