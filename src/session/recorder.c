/* SPDX-License-Identifier: MIT */
#include "session/recorder.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "lab/handover.h"
#include "session/checkpoint.h"
#include "session/closing.h"

enum { VIEWS_MAX = 64, PATH_BYTES = 1024 };

static const int64_t CYCLE_NS = 200000000;

struct view_line {
    int64_t t;
    char line[RECORDING_LINE_MAX];
};

struct recorder {
    struct recording_writer *writer; /* the thread's, but for creation and the end */
    const struct journal *journal;
    struct handover *handover;
    int64_t begin_ns; /* what times count from: the first entry, or the start */
    pthread_t thread;
    char path[PATH_BYTES];

    atomic_bool failed; /* `why` has been written before it is set */
    struct err why;
    uint64_t n_snapshot;   /* number of the last one written; thread's */
    bool is_provisional;   /* what is there was not offered; thread's */
    int64_t checkpoint_ns; /* when the next one is wanted; thread's */

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    bool is_ending;
    int n_views;
    struct view_line views[VIEWS_MAX];
};

static int64_t since_begin(const struct recorder *recorder, int64_t ns)
{
    return ns > recorder->begin_ns ? ns - recorder->begin_ns : 0;
}

static bool add_entries(struct recorder *recorder, struct err *err)
{
    long n = journal_length(recorder->journal);
    for (long i = (long)recording_added(recorder->writer); i < n; i++) {
        struct entry entry = journal_at(recorder->journal, i);
        int64_t t = since_begin(recorder, journal_time(recorder->journal, i));
        if (!recording_add_entry(recorder->writer, t, &entry, err)) {
            return false;
        }
    }
    return true;
}

static bool add_snapshot(struct recorder *recorder, struct err *err)
{
    const struct snapshot *snapshot = handover_snapshot(recorder->handover);
    if (!snapshot || snapshot->number <= recorder->n_snapshot) {
        return true;
    }
    recorder->n_snapshot = snapshot->number;
    /* The one of the creation lacks what the screen had not asked for yet. */
    bool ok = !recorder->is_provisional || recording_drop_snapshots(recorder->writer, err);
    recorder->is_provisional = false;
    return ok && recording_add_snapshot(recorder->writer, since_begin(recorder, clock_ns()),
                                        snapshot, err);
}

static bool add_views(struct recorder *recorder, struct err *err)
{
    struct view_line views[VIEWS_MAX];
    pthread_mutex_lock(&recorder->lock);
    int n = recorder->n_views;
    memcpy(views, recorder->views, (size_t)n * sizeof *views);
    recorder->n_views = 0;
    pthread_mutex_unlock(&recorder->lock);
    bool ok = true;
    for (int i = 0; i < n && ok; i++) {
        ok = recording_add_view(recorder->writer, since_begin(recorder, views[i].t), views[i].line,
                                err);
    }
    return ok;
}

static bool add_checkpoint(struct recorder *recorder, const struct archive *state, long n,
                           struct err *err)
{
    recorder->checkpoint_ns = clock_ns() + checkpoint_rest_ns(state);
    return checkpoint_write(recorder->writer, n, state, err);
}

/* Everything there is by now, as one piece. */
static bool write_all(struct recorder *recorder, struct err *err)
{
    long n = 0;
    /* Taken first: all entries before it are in the journal by now. */
    const struct archive *state = handover_take(recorder->handover, &n);
    if (!state && clock_ns() >= recorder->checkpoint_ns) {
        handover_ask(recorder->handover);
    }
    return recording_begin(recorder->writer, err) && add_entries(recorder, err) &&
           (!state || add_checkpoint(recorder, state, n, err)) && add_snapshot(recorder, err) &&
           add_views(recorder, err) && recording_commit(recorder->writer, err);
}

/* Waits for the next turn; true when it is time to end. */
static bool rest(struct recorder *recorder)
{
    int64_t until = clock_ns() + CYCLE_NS;
    pthread_mutex_lock(&recorder->lock);
    while (!recorder->is_ending && thread_wait_until(&recorder->lock, &recorder->changed, until)) {
    }
    bool is_ending = recorder->is_ending;
    pthread_mutex_unlock(&recorder->lock);
    return is_ending;
}

static void *run(void *argument)
{
    struct recorder *recorder = argument;
    bool is_ending = false;
    while (!is_ending && !recorder->why.code) {
        is_ending = rest(recorder);
        if (!write_all(recorder, &recorder->why)) {
            atomic_store(&recorder->failed, true);
        }
    }
    handover_close(recorder->handover);
    return NULL;
}

static bool start(struct recorder *recorder, struct err *err)
{
    thread_init_waiting(&recorder->lock, &recorder->changed);
    if (!thread_start(&recorder->thread, run, recorder, err)) {
        thread_fini_waiting(&recorder->lock, &recorder->changed);
        return false;
    }
    return true;
}

static struct recorder *make(const char *path, const struct lab *lab, struct err *err)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    if (recorder) {
        snprintf(recorder->path, sizeof recorder->path, "%s", path);
        recorder->journal = lab_journal(lab);
        recorder->handover = lab_handover(lab);
        handover_ask(recorder->handover); /* snapshots are offered from now on */
    } else {
        err_set(err, ERR_FAILED, "memory: no room for the recorder");
    }
    return recorder;
}

/* With its file open, or not: then it is taken apart again. */
static struct recorder *start_or_end(struct recorder *recorder, bool ok, struct err *err)
{
    if (!ok || !start(recorder, err)) {
        recording_finish(recorder->writer, NULL);
        handover_close(recorder->handover);
        free(recorder);
        return NULL;
    }
    return recorder;
}

struct recorder *recorder_create(const char *path, const struct lab *lab,
                                 const struct recording_facts *facts, const char *layers,
                                 const struct snapshot *now, struct err *err)
{
    struct recorder *recorder = make(path, lab, err);
    if (!recorder) {
        return NULL;
    }
    const struct journal *journal = recorder->journal;
    recorder->begin_ns = journal_length(journal) > 0 ? journal_time(journal, 0) : clock_ns();
    recorder->is_provisional = now != NULL;
    recorder->n_snapshot = now ? now->number : 0;
    recorder->writer = recording_create(path, lab_config(lab), facts, err);
    bool ok = recorder->writer && recording_begin(recorder->writer, err) &&
              recording_set_meta(recorder->writer, "layers", layers, err) &&
              recording_set_script(recorder->writer, lab_script(lab), err) &&
              add_entries(recorder, err) &&
              (!now || recording_add_snapshot(recorder->writer, since_begin(recorder, clock_ns()),
                                              now, err)) &&
              recording_commit(recorder->writer, err);
    return start_or_end(recorder, ok, err);
}

struct recorder *recorder_resume(const char *path, const struct lab *lab, struct err *err)
{
    struct recording_extent extent;
    struct recorder *recorder = make(path, lab, err);
    if (!recorder) {
        return NULL;
    }
    recorder->writer = recording_reopen(path, &extent, err);
    recorder->begin_ns = recorder->writer ? clock_ns() - extent.t : 0;
    bool ok = recorder->writer != NULL;
    if (ok && extent.n_entries > journal_length(recorder->journal)) {
        ok = err_set(err, ERR_FAILED, "%.140s: it has grown meanwhile; resume it once more", path);
    }
    return start_or_end(recorder, ok, err);
}

void recorder_view(struct recorder *recorder, const char *line)
{
    pthread_mutex_lock(&recorder->lock);
    if (recorder->n_views < VIEWS_MAX) {
        struct view_line *view = &recorder->views[recorder->n_views++];
        view->t = clock_ns();
        snprintf(view->line, sizeof view->line, "%s", line);
    }
    pthread_mutex_unlock(&recorder->lock);
}

bool recorder_has_failed(struct recorder *recorder, struct err *err)
{
    bool failed = atomic_load(&recorder->failed);
    if (failed && err) {
        *err = recorder->why;
    }
    return failed;
}

static bool add_closing(struct recorder *recorder, struct lab *lab, struct err *err)
{
    struct closing *closing = closing_of(lab, err);
    bool ok = closing && recording_begin(recorder->writer, err) &&
              recording_set_closing(recorder->writer, closing, err) &&
              recording_commit(recorder->writer, err);
    closing_destroy(closing);
    return ok;
}

bool recorder_finish(struct recorder *recorder, struct lab *ended, struct err *err)
{
    if (!recorder) {
        return true;
    }
    pthread_mutex_lock(&recorder->lock);
    recorder->is_ending = true;
    pthread_cond_signal(&recorder->changed);
    pthread_mutex_unlock(&recorder->lock);
    pthread_join(recorder->thread, NULL);
    struct err why = recorder->why;
    bool ok = !why.code && (!ended || add_closing(recorder, ended, &why));
    ok = recording_finish(recorder->writer, why.code ? NULL : &why) && ok;
    if (!ok && err) {
        *err = why;
    }
    thread_fini_waiting(&recorder->lock, &recorder->changed);
    free(recorder);
    return ok;
}

const char *recorder_path(const struct recorder *recorder)
{
    return recorder->path;
}
