/* SPDX-License-Identifier: MIT
 * The whole program in a pseudo-terminal: how soon it is there, how fast it answers, what it
 * writes, what it costs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "tasks/dataset.h"
#include "ui/bench/bench.h"
#include "ui/bench/child.h"
#include "ui/bench/images.h"

enum { STARTS = 9, KEYS = 200, RACES = 5, FRAMES_MAX = 4096, BYTES_MAX = 65536 };
enum {
    GAP_MS = 8,         /* silence that separates frames: they are 33 ms apart */
    PATIENCE_MS = 2000, /* for anything at all to come */
    SILENCE_MS = 500,   /* after the last frame of a session */
    SESSION_MS = 8000,  /* over which frames are counted */
    MEMORY_MS = 3000,   /* into it */
    SETTLE_MS = 500,    /* flat out, the step soon has so many digits that no word is like them */
};

static double ms_since(int64_t begin_ns)
{
    return (double)(clock_ns() - begin_ns) * 1e-6;
}

static bool says_nothing(struct err *err)
{
    return err_set(err, ERR_FAILED, "bench: the live screen shows nothing; try: oubli live");
}

/* ---- what comes from the child ----------------------------------------------------------------
 */

/* Takes in what comes for `ms`. */
static void drain(const struct child *child, double ms)
{
    char bytes[BYTES_MAX];
    int64_t begin = clock_ns();
    for (double left = ms; left > 0; left = ms - ms_since(begin)) {
        if (child_read(child, bytes, sizeof bytes, (int)ceil(left)) == CHILD_OVER) {
            return;
        }
    }
}

/* Reads until `word` has come, whole or in two pieces; false if it has not in PATIENCE_MS. */
static bool wait_for_word(const struct child *child, const char *word)
{
    char bytes[BYTES_MAX + 1];
    size_t kept = 0, tail = strlen(word) - 1;
    int64_t begin = clock_ns();
    while (ms_since(begin) < PATIENCE_MS) {
        ssize_t n = child_read(child, bytes + kept, BYTES_MAX - kept, PATIENCE_MS);
        if (n <= 0) {
            return false;
        }
        size_t total = kept + (size_t)n;
        bytes[total] = '\0';
        if (strstr(bytes, word)) {
            return true;
        }
        kept = total < tail ? total : tail;
        memmove(bytes, bytes + total - kept, kept);
    }
    return false;
}

/* ---- the first frame ---------------------------------------------------------------------------
 */

/* What ends every frame (a synchronized update): also one that says what is loaded. */
static const char frame_end[] = "\033[?2026l";

static bool time_first_frame(const char *const *arguments, double *ms, struct err *err)
{
    struct child child;
    if (!child_start(&child, arguments, true, err)) {
        return false;
    }
    bool ok = wait_for_word(&child, frame_end) || says_nothing(err);
    *ms = ms_since(child.begin_ns);
    child_stop(&child);
    return ok;
}

static bool measure_start(struct bench *bench, const char *label, const char *data, double target,
                          struct err *err)
{
    const char *const arguments[] = {"oubli", "--data", data, NULL};
    double ms[STARTS];
    for (int i = 0; i < STARTS; i++) {
        if (!time_first_frame(arguments, &ms[i], err)) {
            return false;
        }
    }
    bench_add(bench,
              (struct bench_figure){.figure = "first_frame_ms",
                                    .value = bench_quantile(ms, STARTS, 0.5),
                                    .unit = "ms",
                                    .target = target,
                                    .n = STARTS},
              "%s, 120x36, median", label);
    return true;
}

/* Where Fashion-MNIST is not installed, pictures of its number and size. */
static bool measure_start_of_fashion(struct bench *bench, struct err *err)
{
    char folder[BENCH_FOLDER_MAX];
    if (dataset_check("fashion", NULL, NULL)) {
        return measure_start(bench, "--data fashion", "fashion", 50, err);
    }
    bool ok = bench_images_write(folder, 60000, 10000, err) &&
              measure_start(bench, "60000 pictures as fashion has", folder, 50, err);
    bench_images_remove(folder);
    return ok;
}

static bool measure_starts(struct bench *bench, struct err *err)
{
    return measure_start(bench, "default session", "digits", 15, err) &&
           measure_start(bench, "--data text", "text", 50, err) &&
           measure_start_of_fashion(bench, err);
}

/* ---- a default session -------------------------------------------------------------------------
 */

/* Counts the bytes of each frame, and the memory on the way. */
static bool watch_session(const struct child *child, double *frames, int *n_frames, double *mb)
{
    char bytes[BYTES_MAX];
    int64_t last_ns = 0;
    *n_frames = 0;
    *mb = (double)NAN;
    while (ms_since(child->begin_ns) < SESSION_MS) {
        ssize_t n = child_read(child, bytes, sizeof bytes, PATIENCE_MS);
        if (n <= 0 || *n_frames == FRAMES_MAX) {
            return false;
        }
        int64_t now = clock_ns();
        if (last_ns == 0 || now - last_ns > GAP_MS * 1000000) {
            frames[(*n_frames)++] = 0;
        }
        frames[*n_frames - 1] += (double)n;
        last_ns = now;
        if (isnan(*mb) && ms_since(child->begin_ns) > MEMORY_MS) {
            *mb = child_peak_mb(child);
        }
    }
    return true;
}

static bool measure_session(struct bench *bench, struct err *err)
{
    static const char *const arguments[] = {"oubli", NULL};
    double *frames = calloc(FRAMES_MAX, sizeof *frames), mb;
    struct child child;
    int n = 0;
    if (!frames || !child_start(&child, arguments, true, err)) {
        free(frames);
        return frames ||
               err_set(err, ERR_FAILED, "memory: no room for the frames of the benchmark");
    }
    bool ok = watch_session(&child, frames, &n, &mb) || says_nothing(err);
    child_stop(&child);
    if (ok) {
        bench_add(bench,
                  (struct bench_figure){
                      .figure = "resident_mb", .value = mb, .unit = "MB", .target = 24, .n = 1},
                  "default session, peak after 3 s");
        bench_add(bench,
                  (struct bench_figure){.figure = "bytes_per_frame",
                                        .value = bench_quantile(frames, n, 0.5),
                                        .unit = "bytes",
                                        .target = 2048,
                                        .n = n},
                  "default session, 120x36, median");
    }
    free(frames);
    return ok;
}

/* ---- a key -------------------------------------------------------------------------------------
 */

/* The frame timer draws all the time, so an answer is known by its word: the space key pauses, and
 * where the digits of the step were, the screen says so.  That goes all the way: key, command,
 * trainer between two steps, snapshot, frame. */
static bool measure_keys(struct bench *bench, struct err *err)
{
    static const char *const arguments[] = {"oubli", "--steps",     "10000000",
                                            "--at",  "0:speed max", NULL};
    double ms[KEYS];
    struct rng rng = rng_stream(0, rng_stream_init());
    struct child child;
    if (!child_start(&child, arguments, true, err)) {
        return false;
    }
    drain(&child, SETTLE_MS);
    bool ok = true;
    for (int i = 0; ok && i < KEYS; i++) {
        drain(&child, 20 + 30 * rng_unit(&rng));
        int64_t begin = clock_ns();
        child_type(&child, ' ');
        ok = wait_for_word(&child, "paused") || says_nothing(err);
        ms[i] = ms_since(begin);
        child_type(&child, ' ');
    }
    child_stop(&child);
    if (ok) {
        bench_add(bench,
                  (struct bench_figure){.figure = "key_to_screen_ms_p99",
                                        .value = bench_quantile(ms, KEYS, 0.99),
                                        .unit = "ms",
                                        .target = 40,
                                        .n = KEYS},
                  "pause while training flat out, 120x36");
    }
    return ok;
}

/* ---- what the screen costs ---------------------------------------------------------------------
 */

/* Two bench_sides.  The same work twice: two tasks flat out, evaluated by the same schedule.  The
 * script's last line is never reached; it makes `run` observe as `live` does. */
#define RACE(subcommand)                                                                           \
    {                                                                                              \
        "oubli", subcommand, "--tasks", "2", "--steps", "30000", "--at", "0:speed max", "--at",    \
            "90000000:consolidate", NULL                                                           \
    }

static bool race_headless(void *nothing, double *ms, struct err *err)
{
    (void)nothing;
    static const char *const arguments[] = RACE("run");
    struct child child;
    if (!child_start(&child, arguments, false, err)) {
        return false;
    }
    int64_t begin = child.begin_ns;
    bool ok = child_wait(&child);
    *ms = ms_since(begin);
    return ok || err_set(err, ERR_FAILED, "bench: oubli run failed; try it by itself");
}

/* When the sequence is over nothing moves any more, so the last output was the end.  It is drawn up
 * to a frame late, which counts against the screen. */
static bool race_live(void *nothing, double *ms, struct err *err)
{
    (void)nothing;
    static const char *const arguments[] = RACE("live");
    char bytes[BYTES_MAX];
    struct child child;
    ssize_t n;
    if (!child_start(&child, arguments, true, err)) {
        return false;
    }
    *ms = 0;
    while ((n = child_read(&child, bytes, sizeof bytes, SILENCE_MS)) > 0) {
        *ms = ms_since(child.begin_ns);
    }
    child_stop(&child);
    return (n == 0 && *ms > 0) || says_nothing(err);
}

static bool measure_race(struct bench *bench, struct err *err)
{
    struct bench_figure figure = {.figure = "live_over_headless",
                                  .unit = "ratio",
                                  .target = 0.97,
                                  .is_floor = true,
                                  .n = RACES};
    bool ok = bench_ratio((struct bench_side){race_headless, NULL},
                          (struct bench_side){race_live, NULL}, RACES, &figure.value, err);
    if (ok) {
        bench_add(bench, figure, "64-100-100-10 b32 sgd, 30 fps, 120x36");
    }
    return ok;
}

bool bench_live(struct bench *bench, struct err *err)
{
    return measure_starts(bench, err) && measure_session(bench, err) && measure_keys(bench, err) &&
           measure_race(bench, err);
}
