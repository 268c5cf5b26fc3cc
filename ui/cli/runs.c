/* SPDX-License-Identifier: MIT */
#include "ui/cli/runs.h"
#include "net/blas.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/thread.h"
#include "ui/cli/output.h"
#include "ui/cli/progress.h"
#include "ui/screen/terminal.h"

enum { IDLE_MS = 100 }; /* between two looks of a thread that only waits for the others */

enum state { RUN_WAITING, RUN_TAKEN, RUN_DONE, RUN_FAILED };

/* A run as the others see it. */
struct one {
    enum state state;   /* under the lock; who sees it done sees what was kept of it */
    struct err err;     /* why it failed; as the state */
    struct err unsaved; /* why what was to be saved is not, though all went well; as the state */
    /* Where it is, written by who trains it; relaxed, for they are only looked at. */
    atomic_long step, total_steps, samples;
};

struct runs {
    const struct runs_job *job;
    struct one *all; /* (job->n) */
    pthread_mutex_t lock;
    int n_at_work;       /* threads; under the lock */
    atomic_int n_wanted; /* runs from this one on are not wanted any more; it only falls */

    /* Of the caller's thread alone. */
    int n_hands;   /* for all runs that go on */
    int n_workers; /* threads that there should be */
    int n_helpers; /* threads that there are beside this one */
    pthread_t *helpers;
    struct progress progress;
    long samples_before; /* that a resumed run had trained */
    int turn;            /* whose it is to be written */
    int code;
    struct runs_end end;
};

/* One of the threads. */
struct worker {
    struct runs *runs;
    bool is_caller;
    int i; /* the run it is at */
};

/* ---- who does what ---- */

static enum state state_of(struct runs *runs, int i)
{
    pthread_mutex_lock(&runs->lock);
    enum state state = runs->all[i].state;
    pthread_mutex_unlock(&runs->lock);
    return state;
}

static void settle(struct runs *runs, int i, enum state state)
{
    pthread_mutex_lock(&runs->lock);
    runs->all[i].state = state;
    pthread_mutex_unlock(&runs->lock);
}

static void want_only(struct runs *runs, int n)
{
    pthread_mutex_lock(&runs->lock);
    if (n < atomic_load(&runs->n_wanted)) {
        atomic_store(&runs->n_wanted, n);
    }
    pthread_mutex_unlock(&runs->lock);
}

/* The first run that nobody has taken; if there is none, false, and the thread is no longer at
 * work. */
static bool take(struct worker *worker)
{
    struct runs *runs = worker->runs;
    int i = 0;
    pthread_mutex_lock(&runs->lock);
    int n = atomic_load(&runs->n_wanted);
    while (i < n && runs->all[i].state != RUN_WAITING) {
        i++;
    }
    if (i < n) {
        runs->all[i].state = RUN_TAKEN;
    } else {
        runs->n_at_work--;
    }
    pthread_mutex_unlock(&runs->lock);
    worker->i = i;
    return i < n;
}

/* A run for which there is no room beside the others is left to them, and the thread is no longer
 * at work.  False for the last one: then there is none at all. */
static bool give_back(struct worker *worker)
{
    struct runs *runs = worker->runs;
    pthread_mutex_lock(&runs->lock);
    bool is_possible = runs->n_at_work > 1;
    if (is_possible) {
        runs->all[worker->i].state = RUN_WAITING;
        runs->n_at_work--;
    }
    pthread_mutex_unlock(&runs->lock);
    return is_possible;
}

/* ---- looking after all: the caller's thread ---- */

static void write_one(struct runs *runs, int i)
{
    progress_clear(&runs->progress);
    runs->code = runs->job->write(runs->job->context, i);
    runs->end.n_written += runs->code == 0;
    if (runs->all[i].unsaved.code != ERR_NONE) {
        runs->end.unsaved = runs->all[i].unsaved;
    }
}

/* Those whose turn it is; the first that fails is the last. */
static void write_done(struct runs *runs)
{
    enum state state = RUN_DONE;
    while (runs->code == 0 && runs->turn < runs->job->n &&
           ((state = state_of(runs, runs->turn)) == RUN_DONE || state == RUN_FAILED)) {
        if (state == RUN_DONE) {
            write_one(runs, runs->turn++);
        } else {
            progress_clear(&runs->progress);
            runs->code = output_fail(&runs->all[runs->turn].err);
        }
    }
    if (runs->code != 0) {
        want_only(runs, 0);
    }
}

/* A signal came: what is done is worth keeping, though one before it is not done. */
static void write_rest(struct runs *runs)
{
    for (; runs->code == 0 && runs->turn < runs->job->n; runs->turn++) {
        if (state_of(runs, runs->turn) == RUN_DONE) {
            write_one(runs, runs->turn);
        }
    }
}

/* `mine`: the run of this thread, NULL = none. */
static void draw(struct runs *runs, struct headless *mine, int64_t now)
{
    const struct one *first = &runs->all[0];
    double runs_done = 0, samples = 0;
    struct progress_state state = {.unit = "step", .task = mine ? headless_task(mine) : 0};
    for (int i = 0; i < runs->job->n; i++) {
        const struct one *one = &runs->all[i];
        bool is_done = state_of(runs, i) == RUN_DONE;
        double step = (double)atomic_load_explicit(&one->step, memory_order_relaxed),
               total = (double)atomic_load_explicit(&one->total_steps, memory_order_relaxed);
        state.n_done += is_done;
        runs_done += is_done ? 1 : step < total ? step / total : 0;
        samples += (double)atomic_load_explicit(&one->samples, memory_order_relaxed);
    }
    state.fraction = runs_done / runs->job->n;
    state.step = atomic_load_explicit(&first->step, memory_order_relaxed);
    state.total_steps = atomic_load_explicit(&first->total_steps, memory_order_relaxed);
    state.samples_per_second = samples * 1e9 / (double)(now - runs->progress.begin_ns);
    progress_draw(&runs->progress, &state, now);
}

static void take_signals(struct runs *runs)
{
    struct terminal_events events = terminal_take();
    if (events.stop) {
        runs->end.stop = events.stop;
        want_only(runs, 0);
    }
    if (events.is_suspend) {
        progress_clear(&runs->progress);
        terminal_suspend();
    }
}

static void look(struct runs *runs, struct headless *mine)
{
    take_signals(runs);
    write_done(runs);
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
    struct runs *runs = worker->runs;
    struct one *one = &runs->all[worker->i];
    atomic_store_explicit(&one->step, lab_steps_done(run->lab), memory_order_relaxed);
    atomic_store_explicit(&one->total_steps, lab_total_steps(run->lab), memory_order_relaxed);
    atomic_store_explicit(&one->samples, lab_samples_trained(run->lab) - runs->samples_before,
                          memory_order_relaxed);
    if (worker->is_caller) {
        look(runs, run);
    }
    return worker->i < atomic_load(&runs->n_wanted);
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

static bool open_run(struct worker *worker, struct headless *run, struct err *err)
{
    struct runs *runs = worker->runs;
    if (runs->job->resume) {
        return open_resumed(runs, run, err);
    }
    struct config config = *runs->job->config;
    struct lab_options options = {.script = runs->job->script,
                                  .keeps_history = runs->job->record != NULL,
                                  .save = runs->job->save,
                                  .hands = runs->n_hands};
    config.seed += (uint64_t)worker->i;
    return headless_open(run, &config, &options, err);
}

/* The run is open; true if it is done, false if it was stopped or failed, and then err is set. */
static bool train(struct worker *worker, struct headless *run, struct err *err)
{
    const struct runs_job *job = worker->runs->job;
    const struct headless_watch watch = {goes_on, worker};
    if ((worker->is_caller && !call_helpers(worker->runs, err)) ||
        (job->record && !headless_record(run, job->record, err))) {
        return false;
    }
    bool is_whole = headless_train(run, &watch);
    if (!headless_record_end(run, err) || !is_whole ||
        !job->keep(job->context, worker->i, run, err)) {
        return false;
    }
    (void)!lab_has_kept_wish(run->lab, &worker->runs->all[worker->i].unsaved);
    return true;
}

static void work(struct worker *worker)
{
    struct runs *runs = worker->runs;
    while (take(worker)) {
        struct headless run;
        struct err err = {0};
        bool is_open = open_run(worker, &run, &err);
        bool is_done = is_open && train(worker, &run, &err);
        headless_close(&run);
        if (!is_open && give_back(worker)) {
            return;
        }
        bool has_failed = err.code != ERR_NONE && err.code != ERR_STOPPED;
        if (has_failed) {
            want_only(runs, worker->i);
            runs->all[worker->i].err = err;
        }
        settle(runs, worker->i, is_done ? RUN_DONE : has_failed ? RUN_FAILED : RUN_TAKEN);
        if (!worker->is_caller) {
            terminal_wake();
        }
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
    write_done(runs);
    if (runs->code != 0) {
        runs->end.stop = 0; /* what failed has been said, and decides */
    } else if (runs->end.stop) {
        write_rest(runs);
        runs->code = 128 + runs->end.stop;
        runs->end.step = atomic_load(&runs->all[0].step);
        runs->end.total_steps = atomic_load(&runs->all[0].total_steps);
    }
    terminal_release();
}

int runs_train(const struct runs_job *job, struct runs_end *end)
{
    int cores = thread_cores(), n_workers = cores < job->n ? cores : job->n;
    struct runs runs = {.job = job,
                        .all = calloc((size_t)job->n, sizeof *runs.all),
                        .n_at_work = 1,
                        .n_wanted = job->n,
                        .n_hands = cores / n_workers,
                        .n_workers = n_workers,
                        .progress = progress_begin(job->n, job->is_quiet)};
    *end = (struct runs_end){0};
    if (!runs.all) {
        struct err err;
        err_set(&err, ERR_FAILED, "memory: none left for %d runs", job->n);
        return output_fail(&err);
    }
    pthread_mutex_init(&runs.lock, NULL);
    train_all(&runs);
    pthread_mutex_destroy(&runs.lock);
    free(runs.helpers);
    free(runs.all);
    *end = runs.end;
    return runs.code;
}
