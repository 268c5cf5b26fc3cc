/* SPDX-License-Identifier: MIT */
#include "ui/cli/headless.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "lab/learner.h"
#include "ui/cli/output.h"
#include "ui/screen/terminal.h"

#define LOOK_NS INT64_C(10000000) /* between two looks at signals and the progress line */

bool run_open(struct run *run, const struct config *config, const struct script *script,
              struct err *err)
{
    *run = (struct run){.script = script};
    struct lab_options options = {.script = script};
    run->lab = lab_create(config, &options, err);
    return run->lab && chronicle_init(&run->chronicle, suite_n_tasks(lab_suite(run->lab)), err) &&
           terminal_guard(-1, err); /* for its signals; there is no terminal to give back */
}

void run_close(struct run *run)
{
    chronicle_fini(&run->chronicle);
    lab_destroy(run->lab);
    *run = (struct run){0};
}

const struct track *run_track(const struct run *run, int learner)
{
    const struct track *track = chronicle_track(&run->chronicle, lab_learner_id(run->lab, learner));
    return track ? track : &run->chronicle.nobody;
}

static int stage_task_now(const struct run *run)
{
    const struct chronicle *chronicle = &run->chronicle;
    return chronicle->n_visits ? chronicle->visits[chronicle->n_visits - 1].task : 0;
}

static void draw(struct run *run, struct progress *progress, int64_t begin_ns, int64_t now_ns)
{
    chronicle_read(&run->chronicle, lab_journal(run->lab));
    struct progress_state state = {
        .task = stage_task_now(run),
        .step = lab_steps_done(run->lab),
        .total_steps = lab_total_steps(run->lab),
        .samples_per_second =
            (double)lab_samples_trained(run->lab) * 1e9 / (double)(now_ns - begin_ns),
    };
    progress_draw(progress, &state, now_ns);
}

static void note_divergence(struct result *result, const struct chronicle *chronicle)
{
    for (int i = 0; i < chronicle->n_marks; i++) {
        const struct mark *mark = &chronicle->marks[i];
        if (mark->kind == ENTRY_DIVERGED) {
            result->has_diverged = true;
            result->diverged_step = mark->step;
            result->diverged_task = mark->task;
            result->diverged_rate = mark->value;
        }
    }
}

static void fill_result(struct run *run)
{
    struct result *result = &run->result;
    chronicle_read(&run->chronicle, lab_journal(run->lab));
    result->seed = lab_config(run->lab)->seed;
    result->metrics = chronicle_metrics(&run->chronicle, run_track(run, 0));
    result->steps = lab_steps_done(run->lab);
    result->samples = lab_samples_trained(run->lab);
    result->seconds_training = lab_seconds_training(run->lab);
    result->samples_per_second =
        result->seconds_training > 0 ? (double)result->samples / result->seconds_training : 0;
    note_divergence(result, &run->chronicle);
    if (result->has_diverged) {
        double none = (double)NAN;
        result->metrics = (struct metrics){none, none, none, none, none};
    }
}

int run_train(struct run *run, struct progress *progress)
{
    const struct command resume = {.kind = COMMAND_RESUME};
    int64_t begin = clock_ns(), looked = begin;
    int stop = 0;
    for (enum lab_state state = LAB_TRAINING;
         state != LAB_ENDED && state != LAB_DIVERGED && !stop;) {
        state = lab_step(run->lab);
        if (state == LAB_PAUSED) {
            lab_apply(run->lab, &resume, NULL);
        }
        int64_t now = clock_ns();
        if (now - looked >= LOOK_NS) {
            looked = now;
            struct terminal_events events = terminal_take();
            stop = events.stop;
            if (events.is_suspend) {
                progress_clear(progress);
                terminal_suspend();
            }
            if (progress_is_due(progress, now)) {
                draw(run, progress, begin, now);
            }
        }
    }
    progress_clear(progress);
    fill_result(run);
    return stop;
}

/* ---- warnings ---- */

static bool is_line_of(const struct script_line *line, const struct entry *entry, long stage_begin)
{
    char text[COMMAND_TEXT_MAX + 32];
    command_format(&line->command, text, sizeof text);
    bool is_then = line->task < 0
                       ? line->step == entry->step
                       : line->task == entry->task && line->step == entry->step - stage_begin;
    return is_then && strncmp(text, entry->text, COMMAND_TEXT_MAX - 1) == 0;
}

/* Views change nothing and leave no trace in the journal, so nobody can miss them. */
static bool was_reached(const struct run *run, const struct script_line *line)
{
    const struct journal *journal = lab_journal(run->lab);
    long stage_begin = 0, length = journal_length(journal);
    bool is_found = command_is_view(&line->command);
    for (long i = 0; i < length && !is_found; i++) {
        struct entry entry = journal_at(journal, i);
        if (entry.kind == ENTRY_STAGE) {
            stage_begin = entry.step;
        }
        is_found = entry.kind == ENTRY_COMMAND && is_line_of(line, &entry, stage_begin);
    }
    return is_found;
}

static void warn_unreached(const struct run *run, const struct script_line *line)
{
    char text[COMMAND_TEXT_MAX + 32], letter[4], when[48];
    snprintf(when, sizeof when, "%s%s%ld", line->task < 0 ? "" : task_letter(line->task, letter),
             line->task < 0 ? "" : "+", line->step);
    output_warn("--at %s: never reached in %ld steps, '%s' was not carried out", when,
                run->result.steps, command_format(&line->command, text, sizeof text));
}

void run_warn(const struct run *run)
{
    const struct journal *journal = lab_journal(run->lab);
    for (long i = 0; i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        if (entry.kind == ENTRY_REFUSED) {
            output_warn("step %ld: %s", entry.step, entry.text);
        } else if (entry.kind == ENTRY_COMMAND && strcmp(entry.text, "pause") == 0) {
            output_warn("step %ld: pause: nobody is here to go on, so it went on at once",
                        entry.step);
        }
    }
    for (int i = 0; i < run->script->n; i++) {
        const struct script_line *line = &run->script->lines[i];
        if (!was_reached(run, line)) {
            warn_unreached(run, line);
        }
    }
}
