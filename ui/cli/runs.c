/* SPDX-License-Identifier: MIT */
#include "ui/cli/runs.h"
#include "net/blas.h"

#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "ui/cli/output.h"
#include "ui/cli/progress.h"
#include "ui/screen/terminal.h"

enum { IDLE_MS = 100 }; /* between two looks of a thread that only waits for the others */

enum state { RUN_WAITING, RUN_TAKEN };

/* A run that is over. */
struct finished {
    int i;
    bool is_done;    /* else it failed */
    struct err *err; /* owned; why it failed, or what was to be saved is not; NULL = none */
};

/* Where the run of a thread is, written by that; relaxed, for it is only looked at. */
struct place {
    atomic_long step, total_steps; /* 0: it is at none */
};

struct runs {
    const struct runs_job *job;
    pthread_mutex_t lock;
    /* Under the lock; who sees a run finished sees what was kept of it. */
    unsigned char *states;     /* (job->n) enum state */
    int next;                  /* those before it are taken */
    int n_at_work;             /* threads */
    struct finished *finished; /* (job->n) in the order in which they were over */
    int n_finished;

    /* Of all threads. */
    atomic_bool is_stopped; /* no run is wanted any more */
    struct place *places;   /* (n_workers) */
    atomic_int n_places;    /* that have been given to threads */
    atomic_long samples;    /* of all runs that are over */

    /* Of the caller's thread alone. */
    int n_hands;   /* for all runs that go on */
    int n_workers; /* threads that there should be */
    int n_helpers; /* threads that there are beside this one */
    pthread_t *helpers;
    struct progress progress;
    long samples_before; /* that a resumed run had trained */
    int n_seen;          /* of those that are over, by this one */
    int code;
    struct runs_end end;
};

/* One of the threads. */
struct worker {
    struct runs *runs;
    struct place *place;
    bool is_caller;
    int i; /* the run it is at */
};

static const struct err no_room = {ERR_FAILED, "memory: none left for runs"};

/* ---- who does what ---- */

/* The first run that nobody has taken; if there is none, false, and the thread is no longer at
 * work. */
static bool take(struct worker *worker)
{
    struct runs *runs = worker->runs;
    int n = runs->job->n;
    pthread_mutex_lock(&runs->lock);
    while (runs->next < n && runs->states[runs->next] != RUN_WAITING) {
        runs->next++;
    }
    worker->i = runs->next;
    bool is_any = runs->next < n && !atomic_load(&runs->is_stopped);
    if (is_any) {
        runs->states[runs->next++] = RUN_TAKEN;
    } else {
        runs->n_at_work--;
    }
    pthread_mutex_unlock(&runs->lock);
    return is_any;
}

/* A run for which there is no room beside the others is left to them, and the thread is no longer
 * at work.  False for the last one: then there is none at all. */
static bool give_back(struct worker *worker)
{
    struct runs *runs = worker->runs;
    pthread_mutex_lock(&runs->lock);
    bool is_possible = runs->n_at_work > 1;
    if (is_possible) {
        runs->states[worker->i] = RUN_WAITING;
        runs->next = worker->i < runs->next ? worker->i : runs->next;
        runs->n_at_work--;
    }
    pthread_mutex_unlock(&runs->lock);
    return is_possible;
}

/* It is over; `err`: why it failed, or what went wrong besides. */
static void settle(struct worker *worker, bool is_done, const struct err *err)
{
    struct runs *runs = worker->runs;
    struct finished one = {.i = worker->i, .is_done = is_done};
    if (err->code != ERR_NONE && (one.err = malloc(sizeof *one.err))) {
        *one.err = *err;
    }
    pthread_mutex_lock(&runs->lock);
    runs->finished[runs->n_finished++] = one;
    pthread_mutex_unlock(&runs->lock);
    if (!worker->is_caller) {
        terminal_wake();
    }
}

/* ---- looking after all: the caller's thread ---- */

static void see_finished(struct runs *runs, const struct finished *one)
{
    const struct err *why = one->err ? one->err : &no_room;
    progress_clear(&runs->progress);
    if (!one->is_done) {
        runs->code = runs->job->fail(runs->job->context, one->i, why);
        return;
    }
    runs->code = runs->job->write(runs->job->context, one->i);
    runs->end.n_written += runs->code == 0;
    if (one->err) {
        runs->end.unsaved = *one->err;
    }
}

/* Those that are over; after one that ends all no more. */
static void look_after_finished(struct runs *runs)
{
    pthread_mutex_lock(&runs->lock);
    int n = runs->n_finished;
    pthread_mutex_unlock(&runs->lock);
    while (runs->code == 0 && runs->n_seen < n) {
        see_finished(runs, &runs->finished[runs->n_seen++]);
    }
    if (runs->code != 0) {
        atomic_store(&runs->is_stopped, true);
    }
}

/* `mine`: the run of this thread, NULL = none. */
static void draw(struct runs *runs, struct headless *mine, int64_t now)
{
    struct progress_state state = {
        .unit = "step", .task = mine ? headless_task(mine) : 0, .n_done = runs->n_seen};
    double runs_done = runs->n_seen;
    for (int w = 0; w < runs->n_workers; w++) {
        long step = atomic_load_explicit(&runs->places[w].step, memory_order_relaxed);
        long total = atomic_load_explicit(&runs->places[w].total_steps, memory_order_relaxed);
        runs_done += step < total ? (double)step / (double)total : 0;
        state.step = w == 0 ? step : state.step;
        state.total_steps = w == 0 ? total : state.total_steps;
    }
    double samples =
        (double)atomic_load(&runs->samples) + (mine ? (double)lab_samples_trained(mine->lab) : 0);
    state.fraction = fmin(runs_done / runs->job->n, 1);
    state.samples_per_second = samples * 1e9 / (double)(now - runs->progress.begin_ns);
    progress_draw(&runs->progress, &state, now);
}

static void take_signals(struct runs *runs)
{
    struct terminal_events events = terminal_take();
    if (events.stop) {
        runs->end.stop = events.stop;
        atomic_store(&runs->is_stopped, true);
    }
    if (events.is_suspend) {
        progress_clear(&runs->progress);
        terminal_suspend();
    }
}

static void look(struct runs *runs, struct headless *mine)
{
    take_signals(runs);
    look_after_finished(runs);
    int64_t now = clock_ns();
    if (progress_is_due(&runs->progress, now)) {
        draw(runs, mine, now);
    }
}

/* ---- training: every thread ---- */

static bool call_helpers(struct runs *runs, struct err *err);

static bool goes_on(void *context, struct headless *run)
{
    const struct worker *worker = context;
    struct place *place = worker->place;
    atomic_store_explicit(&place->step, lab_steps_done(run->lab), memory_order_relaxed);
    atomic_store_explicit(&place->total_steps, lab_total_steps(run->lab), memory_order_relaxed);
    if (worker->is_caller) {
        look(worker->runs, run);
    }
    return !atomic_load(&worker->runs->is_stopped);
}

/* On the way to where a recording ends. */
static bool comes_along(void *context, double part)
{
    struct runs *runs = context;
    take_signals(runs);
    int64_t now = clock_ns();
    if (part > 0 && progress_is_due(&runs->progress, now)) {
        struct progress_state state = {.fraction = part,
                                       .task = -1,
                                       .unit = "trained again:",
                                       .step = (long)(100 * part),
                                       .total_steps = 100};
        progress_draw(&runs->progress, &state, now);
    }
    return runs->end.stop == 0;
}

static bool open_resumed(struct runs *runs, struct headless *run, struct err *err)
{
    const struct watch watch = {comes_along, runs};
    if (!terminal_guard(-1, err) || !headless_resume(run, runs->job->resume, &watch, err)) {
        return false;
    }
    progress_clear(&runs->progress);
    runs->progress = progress_begin(1, runs->job->is_quiet);
    runs->progress.from = (double)lab_steps_done(run->lab) / (double)lab_total_steps(run->lab);
    runs->samples_before = lab_samples_trained(run->lab);
    return true;
}

static bool open_run(struct runs *runs, const struct runs_one *one, struct headless *run,
                     struct err *err)
{
    if (runs->job->resume) {
        return open_resumed(runs, run, err);
    }
    struct lab_options options = {.script = one->script,
                                  .keeps_history = runs->job->record != NULL,
                                  .save = runs->job->save,
                                  .hands = runs->n_hands};
    return headless_open(run, &one->config, &options, err);
}

/* The run is open; true if it is done, false if it was stopped or failed, and then err is set. */
static bool train(struct worker *worker, struct headless *run, struct err *err)
{
    struct runs *runs = worker->runs;
    const struct runs_job *job = runs->job;
    const struct headless_watch watch = {goes_on, worker};
    if ((worker->is_caller && !call_helpers(runs, err)) ||
        (job->record && !headless_record(run, job->record, err))) {
        return false;
    }
    bool is_whole = headless_train(run, &watch);
    if (!headless_record_end(run, err) || !is_whole ||
        !job->keep(job->context, worker->i, run, err)) {
        return false;
    }
    atomic_fetch_add(&runs->samples, lab_samples_trained(run->lab));
    (void)!lab_has_kept_wish(run->lab, err);
    return true;
}

/* False if there was no room for it beside the others. */
static bool do_one(struct worker *worker)
{
    const struct runs_job *job = worker->runs->job;
    struct runs_one one = {0};
    struct headless run = {0};
    struct err err = {0};
    bool has_begun = job->begin(job->context, worker->i, &one, &err);
    bool is_open = has_begun && open_run(worker->runs, &one, &run, &err);
    bool is_done = is_open && train(worker, &run, &err);
    headless_close(&run);
    if (has_begun) {
        job->end(job->context, &one);
    }
    if (has_begun && !is_open && strstr(err.msg, "memory") && give_back(worker)) {
        return false;
    }
    if (is_done || (err.code != ERR_NONE && err.code != ERR_STOPPED)) { /* else it was stopped */
        settle(worker, is_done, &err);
    }
    return true;
}

static void work(struct worker *worker)
{
    worker->place = &worker->runs->places[atomic_fetch_add(&worker->runs->n_places, 1)];
    while (take(worker) && do_one(worker)) {
        atomic_store_explicit(&worker->place->total_steps, 0, memory_order_relaxed);
    }
}

/* ---- all together ---- */

static void *help(void *argument)
{
    struct worker worker = {.runs = argument};
    work(&worker);
    terminal_wake();
    return NULL;
}

static void count_at_work(struct runs *runs, int change)
{
    pthread_mutex_lock(&runs->lock);
    runs->n_at_work += change;
    pthread_mutex_unlock(&runs->lock);
}

/* Once the first lab is made: what can be said against the session has been said, and what the
 * process has only once, BLAS and what handles signals, is there.  Where there are no threads fewer
 * do it. */
static bool call_helpers(struct runs *runs, struct err *err)
{
    if (runs->helpers) {
        return true;
    }
    runs->helpers = calloc((size_t)runs->n_workers, sizeof *runs->helpers);
    if (!runs->helpers) {
        return err_set(err, ERR_FAILED, "memory: none left for threads");
    }
    if (!terminal_guard(-1, err)) { /* for its signals; there is no terminal to give back */
        return false;
    }
    /* Before any of them multiplies; where there is no room for all of them, one trains alone. */
    int n_threads = runs->n_workers * runs->n_hands;
    bool has_room = blas_reserve(n_threads < BLAS_THREADS_MAX ? n_threads : BLAS_THREADS_MAX, NULL);
    while (has_room && runs->n_helpers + 1 < runs->n_workers) {
        count_at_work(runs, 1);
        if (!thread_start(&runs->helpers[runs->n_helpers], help, runs, NULL)) {
            count_at_work(runs, -1);
            break;
        }
        runs->n_helpers++;
    }
    return true;
}

static bool are_others_at_work(struct runs *runs)
{
    pthread_mutex_lock(&runs->lock);
    bool are_there = runs->n_at_work > 0;
    pthread_mutex_unlock(&runs->lock);
    return are_there;
}

static void wait_for_helpers(struct runs *runs)
{
    while (are_others_at_work(runs)) {
        struct pollfd fd = {.fd = terminal_wake_fd(), .events = POLLIN};
        poll(&fd, 1, IDLE_MS);
        look(runs, NULL);
    }
    for (int i = 0; i < runs->n_helpers; i++) {
        pthread_join(runs->helpers[i], NULL);
    }
}

static void train_all(struct runs *runs)
{
    struct worker caller = {.runs = runs, .is_caller = true};
    work(&caller);
    wait_for_helpers(runs);
    progress_clear(&runs->progress);
    look_after_finished(runs);
    if (runs->code != 0) {
        runs->end.stop = 0; /* what failed has been said, and decides */
    } else if (runs->end.stop) {
        runs->code = 128 + runs->end.stop;
        runs->end.step = atomic_load(&runs->places[0].step);
        runs->end.total_steps = atomic_load(&runs->places[0].total_steps);
    }
    terminal_release();
}

static bool make_room(struct runs *runs)
{
    size_t n = (size_t)runs->job->n;
    runs->states = calloc(n, sizeof *runs->states);
    runs->finished = calloc(n, sizeof *runs->finished);
    runs->places = calloc((size_t)runs->n_workers, sizeof *runs->places);
    return runs->states && runs->finished && runs->places;
}

static void free_room(struct runs *runs)
{
    for (int i = 0; i < runs->n_finished; i++) {
        free(runs->finished[i].err);
    }
    free(runs->helpers);
    free(runs->states);
    free(runs->finished);
    free(runs->places);
}

const char *runs_signal_word(int number)
{
    static const struct {
        int number;
        const char *word;
    } words[] = {
        {SIGHUP, "SIGHUP"}, {SIGINT, "SIGINT"}, {SIGQUIT, "SIGQUIT"}, {SIGTERM, "SIGTERM"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].number == number) {
            return words[i].word;
        }
    }
    return "a signal";
}

int runs_train(const struct runs_job *job, struct runs_end *end)
{
    int cores = thread_cores(), most = job->at_once > 0 ? job->at_once : cores;
    int n_workers = most < job->n ? most : job->n;
    int n_hands = (most < cores ? most : cores) / n_workers;
    struct runs runs = {.job = job,
                        .n_at_work = 1,
                        .n_hands = n_hands > 0 ? n_hands : 1,
                        .n_workers = n_workers,
                        .progress = progress_begin(job->n, job->is_quiet)};
    runs.progress.words = job->words;
    *end = (struct runs_end){0};
    if (!make_room(&runs)) {
        free_room(&runs);
        return output_fail(&no_room);
    }
    pthread_mutex_init(&runs.lock, NULL);
    train_all(&runs);
    pthread_mutex_destroy(&runs.lock);
    free_room(&runs);
    *end = runs.end;
    return runs.code;
}
