/* SPDX-License-Identifier: MIT
 * The jobs of a sweep in this process. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ui/cli/output.h"
#include "ui/cli/run_lines.h"
#include "ui/cli/runs.h"
#include "ui/cli/sweep.h"

enum { TRIED = 3 };
#define TRY_NS INT64_C(200000000)

struct work {
    const struct sweep_call *call;
    struct ledger ledger;
    unsigned char *is_open; /* (n) job i is begun and not over; each of its own thread */
};

static bool begin(void *context, int i, struct runs_one *one, struct err *err)
{
    struct work *work = context;
    long job = work->call->jobs[i];
    struct swept *swept = swept_make(work->call->plan, job, err);
    if (!swept) {
        return false;
    }
    one->config = swept->options.config;
    one->script = &swept->options.script;
    one->own = swept;
    work->is_open[i] = 1;
    ledger_note(&work->ledger, job, "begun", NULL);
    return true;
}

static void end(void *context, struct runs_one *one)
{
    (void)context;
    swept_free(one->own);
}

static bool keep(void *context, int i, struct headless *run, struct err *err)
{
    struct work *work = context;
    struct output lines = {0};
    bool ok = output_open(&lines, err) && run_lines(lines.stream, run, err) &&
              output_finish(&lines, err) &&
              ledger_add(&work->ledger, work->call->jobs[i], run->n_results, lines.text, err);
    output_close(&lines);
    work->is_open[i] = !ok;
    return ok;
}

static int count(void *context, int i)
{
    (void)context;
    (void)i;
    return 0;
}

/* The others go on, unless there is no room for what they will find. */
static int note_failed(void *context, int i, const struct err *err)
{
    struct work *work = context;
    work->is_open[i] = 0;
    ledger_note(&work->ledger, work->call->jobs[i], "failed", err->msg);
    return ledger_is_broken(&work->ledger) ? output_fail(err) : 0;
}

static void note_stopped(struct work *work, int signal)
{
    char why[48];
    snprintf(why, sizeof why, "stopped by %s", runs_signal_word(signal));
    for (int i = 0; i < work->call->n; i++) {
        if (work->is_open[i]) {
            ledger_note(&work->ledger, work->call->jobs[i], "stopped", why);
        }
    }
}

static int train(struct work *work)
{
    const struct sweep_call *call = work->call;
    struct runs_end over;
    struct err err;
    struct runs_job job = {.n = call->n,
                           .is_quiet = call->is_quiet,
                           .at_once = call->options->at_once,
                           .words = "runs",
                           .context = work,
                           .begin = begin,
                           .end = end,
                           .keep = keep,
                           .write = count,
                           .fail = note_failed};
    int code = runs_train(&job, &over);
    if (over.stop) {
        note_stopped(work, over.stop);
        err_set(&err, ERR_FAILED,
                "stopped by %s after %d of %d runs; %.120s keeps what was finished, the same "
                "command again does the rest",
                runs_signal_word(over.stop), over.n_written, call->n, call->plan->dir);
        output_fail(&err);
    }
    return code;
}

int sweep_here(const struct sweep_call *call)
{
    struct err err = {0};
    struct work work = {.call = call, .is_open = calloc((size_t)call->n, 1)};
    if (!ledger_begin(&work.ledger, call->plan->dir, &err)) {
        ledger_end(&work.ledger);
        free(work.is_open);
        return output_fail(&err);
    }
    int code = work.is_open ? train(&work) : (int)ERR_FAILED;
    ledger_end(&work.ledger);
    free(work.is_open);
    return code;
}

/* ---- how long a job takes ---- */

struct trial {
    int64_t begin_ns;
    double seconds; /* of the whole job */
};

static bool goes_on(void *context, struct headless *run)
{
    struct trial *trial = context;
    double seconds = (double)(clock_ns() - trial->begin_ns) * 1e-9;
    double done = (double)lab_steps_done(run->lab), total = (double)lab_total_steps(run->lab);
    trial->seconds = done > 0 ? seconds * fmax(total / done, 1) : seconds;
    return clock_ns() - trial->begin_ns < TRY_NS;
}

static bool try_job(const struct sweep_call *call, long job, double *seconds, struct err *err)
{
    struct swept *swept = swept_make(call->plan, job, err);
    struct trial trial = {.begin_ns = clock_ns()};
    const struct headless_watch watch = {goes_on, &trial};
    struct headless run = {0};
    if (!swept) {
        return false;
    }
    struct lab_options options = {.script = &swept->options.script, .hands = 1};
    bool ok = headless_open(&run, &swept->options.config, &options, err);
    if (ok && headless_train(&run, &watch)) {
        trial.seconds = (double)(clock_ns() - trial.begin_ns) * 1e-9;
    }
    headless_close(&run);
    swept_free(swept);
    *seconds = fmax(*seconds, trial.seconds);
    return ok;
}

bool sweep_seconds(const struct sweep_call *call, double *seconds, struct err *err)
{
    bool ok = false;
    *seconds = 0;
    for (int i = 0; i < TRIED; i++) {
        long at = (long)(call->n - 1) * i / (TRIED - 1);
        ok |= try_job(call, call->jobs[at], seconds, err);
    }
    return ok;
}
