/* SPDX-License-Identifier: MIT
 * oubli sweep: a grid of runs, of which only those are done that are missing. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/cli/cmd.h"
#include "ui/cli/output.h"
#include "ui/cli/sweep.h"

/* ---- the plan ---- */

/* A bare `--dir DIR`: whatever is planned there. */
static bool asks_for_nothing(const struct sweep_plan *asked)
{
    return asked->n_overs == 0 && asked->n_args == 0 && asked->n_seeds == 1 && asked->seed == 0;
}

static bool check_new(const struct sweep_plan *asked, bool is_quiet, int *stop, struct err *err)
{
    if (asks_for_nothing(asked)) {
        return err_set(err, ERR_USAGE,
                       "sweep: --over 'KEY=VALUES' expected, as in --over 'ewc.lambda=1..1e4 log "
                       "9', found none, and no sweep in %.120s",
                       asked->dir);
    }
    return sweep_check(asked, is_quiet, stop, err);
}

/* Two that begin a sweep in one folder would each write their plan, and do everything twice.  Makes
 * the folder if need be.  Returns the file that holds the lock; -1 and err. */
static int lock_folder(const char *dir, struct err *err)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/lock", dir);
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (!sweep_plan_make_folder(dir, err)) {
        return -1;
    }
    int file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0666);
    if (file < 0) {
        err_set(err, ERR_FAILED, "--dir %.120s: cannot write there: %s", dir, strerror(errno));
    } else if (fcntl(file, F_SETLK, &whole) != 0 && (errno == EAGAIN || errno == EACCES)) {
        err_set(err, ERR_FAILED,
                "--dir %.120s: another oubli sweep is at work there; see how far it is: oubli "
                "sweep --status DIR",
                dir);
        close(file);
        file = -1;
    }
    return file;
}

/* The plan in the folder, which is made if there is none; *lock: -1, then what holds the folder;
 * *stop: 0, or the signal that came meanwhile. */
static bool open_plan(struct sweep_plan *plan, const struct options *options, int *lock, int *stop,
                      struct err *err)
{
    struct sweep_plan asked = {0};
    if (options->sweep.is_worker) {
        return sweep_plan_load(plan, options->sweep.dir, err);
    }
    bool ok = sweep_plan_make(&asked, options, err) &&
              (sweep_plan_is_there(asked.dir) || check_new(&asked, options->is_quiet, stop, err)) &&
              (*lock = lock_folder(asked.dir, err)) >= 0 &&
              (sweep_plan_is_there(asked.dir) || sweep_plan_save(&asked, err)) &&
              sweep_plan_load(plan, asked.dir, err) &&
              (asks_for_nothing(&asked) || sweep_plan_is_same(plan, &asked, err));
    sweep_plan_fini(&asked);
    return ok;
}

/* ---- what is missing ---- */

/* Those of the call that are not finished; owned.  NULL and err. */
static long *missing_jobs(const struct sweep_plan *plan, const struct sweep_options *options,
                          int *n, struct err *err)
{
    long n_jobs = sweep_plan_jobs(plan), last = options->is_worker ? options->last : n_jobs - 1;
    struct ledger_state state = {0};
    *n = 0;
    if (options->is_worker && last >= n_jobs) {
        err_set(err, ERR_USAGE,
                "--job: up to %ld, the last of the plan in %.120s, expected, found %ld", n_jobs - 1,
                plan->dir, last);
        return NULL;
    }
    long *jobs = calloc((size_t)n_jobs, sizeof *jobs);
    bool ok = jobs ? ledger_read(&state, plan->dir, n_jobs, err)
                   : err_set(err, ERR_FAILED, "memory: none left for %ld jobs", n_jobs);
    for (long job = options->first; ok && job <= last && job < n_jobs; job++) {
        if (state.jobs[job].state != JOB_DONE) {
            jobs[(*n)++] = job;
        }
    }
    ledger_state_fini(&state);
    if (!ok) {
        free(jobs);
        return NULL;
    }
    return jobs;
}

/* ---- all of it ---- */

static int start(const struct sweep_call *call)
{
    switch (call->options->engine) {
    case ENGINE_PARALLEL:
        return sweep_with_parallel(call);
    case ENGINE_SLURM:
        return sweep_with_slurm(call);
    default:
        return sweep_here(call);
    }
}

/* What is missing still, after all were tried. */
static int say_missing(const struct sweep_plan *plan, const struct sweep_options *options)
{
    struct err err = {0};
    int n;
    long *jobs = missing_jobs(plan, options, &n, &err);
    free(jobs);
    if (!jobs || n == 0) {
        return jobs ? 0 : output_fail(&err);
    }
    err_set(&err, ERR_FAILED, "%d run%s not finished; see why: oubli sweep --status %.200s", n,
            n == 1 ? " is" : "s are", plan->dir);
    return output_fail(&err);
}

static int say_done(const struct sweep_plan *plan)
{
    struct output output;
    struct err err;
    if (!output_open(&output, &err)) {
        return output_fail(&err);
    }
    fprintf(output.stream, "%ld runs are finished in %s; next: oubli merge %s -o FILE.db\n",
            sweep_plan_jobs(plan), plan->dir, plan->dir);
    int code = output_print(&output, false);
    output_close(&output);
    return code;
}

static int sweep(const struct sweep_plan *plan, const struct options *all, struct err *err)
{
    const struct sweep_options *options = &all->sweep;
    struct sweep_call call = {.plan = plan, .options = options, .is_quiet = all->is_quiet};
    long *jobs = missing_jobs(plan, options, &call.n, err);
    if (!jobs) {
        return output_fail(err);
    }
    call.jobs = jobs;
    int code = call.n > 0 ? start(&call) : 0;
    free(jobs);
    bool is_waited_for = call.n == 0 || options->engine != ENGINE_SLURM || options->is_worker;
    if (code == 0 && is_waited_for) {
        code = say_missing(plan, options);
    }
    return code == 0 && is_waited_for && !options->is_worker ? say_done(plan) : code;
}

int cmd_sweep(const struct options *options)
{
    struct sweep_plan plan = {0};
    struct err err = {0};
    if (options->sweep.status) {
        return sweep_status(options->sweep.status);
    }
    if (!options->sweep.dir) {
        err_set(&err, ERR_USAGE, "sweep: --dir DIR expected, found none");
        return output_fail(&err);
    }
    if (!sweep_options_check(&options->sweep, &err)) {
        return output_fail(&err);
    }
    int lock = -1, stop = 0;
    bool ok = open_plan(&plan, options, &lock, &stop, &err);
    int code = ok ? sweep(&plan, options, &err) : output_fail(&err);
    code = stop ? 128 + stop : code;
    if (lock >= 0) {
        close(lock);
    }
    sweep_plan_fini(&plan);
    return code;
}
