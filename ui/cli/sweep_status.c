/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tasks/clean.h"
#include "ui/cli/output.h"
#include "ui/cli/sweep.h"

enum { SHOWN = 20, TEXT_MAX = 200, WHY_MAX = 640 };

static const struct {
    const char *word, *heading; /* heading: NULL = not listed */
} states[] = {
    [JOB_DONE] = {"finished", NULL},
    [JOB_AT_WORK] = {"at work", NULL},
    [JOB_WAITING] = {"waiting", NULL},
    [JOB_FAILED] = {"failed", "Failed; tried again by the next call:"},
    [JOB_STOPPED] = {"stopped", "Stopped, and done by the next call:"},
    [JOB_INTERRUPTED] = {"interrupted",
                         "Begun by somebody who is gone, and done by the next call:"},
};

/* "180 of 200 runs finished, 2 failed, 18 waiting" */
static void print_counts(FILE *out, const struct ledger_state *state)
{
    static const enum job_state order[] = {JOB_AT_WORK, JOB_FAILED, JOB_STOPPED, JOB_INTERRUPTED,
                                           JOB_WAITING};
    fprintf(out, "%ld of %ld runs finished", state->count[JOB_DONE], state->n);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (state->count[order[i]] > 0) {
            fprintf(out, ", %ld %s", state->count[order[i]], states[order[i]].word);
        }
    }
    fputc('\n', out);
}

static void print_jobs(FILE *out, const struct sweep_plan *plan, const struct ledger_state *state,
                       enum job_state which)
{
    long left = state->count[which];
    if (left == 0 || !states[which].heading) {
        return;
    }
    fprintf(out, "\n%s\n", states[which].heading);
    int n_shown = 0;
    for (long job = 0; job < state->n && n_shown < SHOWN; job++) {
        const struct job_entry *entry = &state->jobs[job];
        char text[TEXT_MAX], why[WHY_MAX];
        if (entry->state == which) {
            clean_text(sweep_plan_job_text(plan, job, text, sizeof text));
            fprintf(out, "  job %ld  %s%s%s\n", job, text, entry->why ? ": " : "",
                    entry->why ? clean_copy(why, sizeof why, entry->why) : "");
            n_shown++;
            left--;
        }
    }
    if (left > 0) {
        fprintf(out, "  and %ld more\n", left);
    }
}

static bool print_status(FILE *out, const char *dir, struct err *err)
{
    struct sweep_plan plan;
    struct ledger_state state = {0};
    bool ok =
        sweep_plan_load(&plan, dir, err) && ledger_read(&state, dir, sweep_plan_jobs(&plan), err);
    if (ok) {
        clean_text(plan.command); /* the folder may be another's */
        fprintf(out, "%s\n%s: ", plan.command, dir);
        print_counts(out, &state);
        for (int which = 0; which < JOB_STATES; which++) {
            print_jobs(out, &plan, &state, (enum job_state)which);
        }
    }
    ledger_state_fini(&state);
    sweep_plan_fini(&plan);
    return ok;
}

int sweep_status(const char *dir)
{
    struct output output;
    struct err err;
    if (!output_open(&output, &err)) {
        return output_fail(&err);
    }
    bool ok = print_status(output.stream, dir, &err);
    int code = ok ? output_print(&output, false) : output_fail(&err);
    output_close(&output);
    return code;
}
