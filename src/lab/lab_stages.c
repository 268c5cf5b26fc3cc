/* SPDX-License-Identifier: MIT */
#include "lab/lab_stages.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

void lab_add_entry(struct lab *lab, enum entry_kind kind, int learner, int task, double value,
                   const char *text)
{
    if (lab->is_silent || lab->is_given_up) {
        return;
    }
    journal_add(lab->journal, (struct entry){.kind = kind,
                                             .learner = learner,
                                             .stage = lab->at.stage,
                                             .task = task,
                                             .step = lab->at.step,
                                             .value = value,
                                             .text = text});
}

/* An entry about a learner that is measured, also while the others are silent. */
static void add_measure(struct lab *lab, enum entry_kind kind, const struct seat *seat, int task,
                        double value)
{
    bool is_silent = lab->is_silent;
    lab->is_silent = is_silent && lab->alone != seat;
    lab_add_entry(lab, kind, seat->facts.id, task, value, NULL);
    lab->is_silent = is_silent;
}

void lab_call_up(struct lab *lab, const struct seat *seat)
{
    journal_add(lab->journal, (struct entry){.kind = ENTRY_LEARNER,
                                             .learner = seat->facts.id,
                                             .stage = lab->at.stage,
                                             .task = seat->facts.parent,
                                             .step = seat->facts.born,
                                             .text = seat->facts.name});
}

long lab_steps_of(const struct lab *lab, int task)
{
    const struct params *params = &lab->config.learners[0].params; /* common to all */
    if (task == suite_lesson_task(lab->suite)) {
        return (long)params->value[PARAM_TEXT_LESSON];
    }
    long steps = (long)params->value[PARAM_STEPS];
    return steps > 0 ? steps
                     : (long)params->value[PARAM_EPOCHS] * batches_per_epoch(lab->batches, task);
}

/* ---- work for all ---- */

/* Those that train now: all, or the one that catches up. */
static int count_active(const struct lab *lab)
{
    return lab->alone ? 1 : lab->n_seats;
}

static struct seat *active(const struct lab *lab, int i)
{
    return lab->alone ? lab->alone : lab->seats[i];
}

struct work {
    struct lab *lab;
    const struct stretch *stretch;
};

static void run_seat(void *context, int i)
{
    struct work *work = context;
    struct lab *lab = work->lab;
    seat_run(active(lab, i), work->stretch);
}

static void measure_baseline(void *context, int i)
{
    struct work *work = context;
    struct lab *lab = work->lab;
    seat_measure_row(active(lab, i));
}

/* Several learners are shared out among the threads, one has them all for its products. */
static void for_all(struct lab *lab, void (*job)(void *context, int i),
                    const struct stretch *stretch)
{
    struct work work = {lab, stretch};
    int n = count_active(lab);
    for (int i = 0; i < n; i++) {
        learner_share(active(lab, i)->learner, n == 1 ? lab->pool : NULL);
    }
    pool_run(lab->pool, job, &work, n);
}

/* ---- stages ---- */

void lab_begin_stage(struct lab *lab, int stage, int task, long steps)
{
    struct position *at = &lab->at;
    at->stage = stage;
    at->task = task;
    at->stage_step = 0;
    at->stage_steps = steps;
    at->is_cut = false;
    batches_begin(lab->batches, stage, task);
    for (int i = 0; i < count_active(lab); i++) {
        seat_begin_stage(active(lab, i), stage, task);
    }
    bool is_stream = suite_is_stream(lab->suite);
    at->is_first_visit = is_stream || !lab->schedule.is_seen[task];
    schedule_visit(&lab->schedule, task);
    for (int t = 0; is_stream && t < suite_n_tasks(lab->suite); t++) {
        schedule_visit(&lab->schedule, t); /* any may come at any time */
    }
    lab_history_keep(lab, true);
    lab_add_entry(lab, ENTRY_STAGE, LEARNER_ALL, task, is_stream, NULL);
}

void lab_begin_session(struct lab *lab)
{
    lab->is_begun = true;
    lab->at = (struct position){.previous_task = -1, .detour = -1, .interrupted = -1, .planned = 1};
    schedule_reset(&lab->schedule);
    suite_unteach(lab->suite, 0);
    if (!lab->is_silent) {
        lab_history_clear(lab);
        lab_forget_writing(lab);
    }
    for (int i = 0; i < count_active(lab); i++) {
        seat_begin_session(active(lab, i));
    }
    for_all(lab, measure_baseline, NULL);
    for (int i = 0; i < count_active(lab); i++) {
        struct seat *seat = active(lab, i);
        if (lab->alone != seat) {
            lab_call_up(lab, seat);
        }
        for (int t = 0; t < suite_n_tasks(lab->suite); t++) {
            add_measure(lab, ENTRY_BASELINE, seat, t, seat->look.row[t].accuracy);
        }
    }
    int first = suite_stage_task(lab->suite, 0);
    lab_begin_stage(lab, 0, first, lab_steps_of(lab, first));
}

static void next_stage(struct lab *lab)
{
    struct position *at = &lab->at;
    lab_add_entry(lab, ENTRY_STAGE_END, LEARNER_ALL, at->task, 0, NULL);
    at->previous_task = at->task;
    int task = at->detour;
    long left = 0;
    at->detour = -1;
    at->is_cut = false;
    if (task < 0 && at->interrupted >= 0) {
        task = at->interrupted;
        left = at->left;
        at->interrupted = -1;
    }
    if (task < 0 && at->planned < suite_n_stages(lab->suite)) {
        task = suite_stage_task(lab->suite, at->planned++);
    }
    if (task < 0) {
        lab->state = LAB_ENDED;
        lab_add_entry(lab, ENTRY_END, LEARNER_ALL, at->task, 0, NULL);
        return;
    }
    lab_begin_stage(lab, at->stage + 1, task, left > 0 ? left : lab_steps_of(lab, task));
}

/* ---- stretches ---- */

/* Steps until a look is due, at most `most`; `is_due` says whether one is due then. */
static long steps_to_look(const struct lab *lab, long most, bool *is_due)
{
    const struct position *at = &lab->at;
    int batch = (int)lab->config.learners[0].params.value[PARAM_BATCH];
    int n_test = suite_task(lab->suite, at->task)->n_test;
    long steps = 0;
    *is_due = false;
    while (steps < most && !*is_due) {
        steps++;
        *is_due =
            schedule_is_due(at->stage_step + steps, at->stage_steps, lab->speed > 0, batch, n_test);
    }
    return steps;
}

static struct stretch plan(struct lab *lab, long most)
{
    const struct position *at = &lab->at;
    long left = at->is_cut ? 0 : at->stage_steps - at->stage_step, script;
    script = lab->is_silent ? LONG_MAX : lab_steps_to_script(lab);
    most = most < left ? most : left;
    most = most < script ? most : script;
    most = most < 1000000 ? most : 1000000;
    struct stretch stretch = {
        .step = at->step,
        .stage = at->stage,
        .task = at->task,
        .is_silent = lab->is_silent && !lab->alone,
        .keeps_update = lab->request.what == MAP_WHAT_UPDATE,
    };
    stretch.n_steps = (int)steps_to_look(lab, most, &stretch.has_look);
    stretch.is_end = stretch.n_steps == left;
    stretch.has_look |= stretch.is_end;
    if (stretch.has_look) {
        stretch.n_tasks = schedule_tasks(&lab->schedule, lab->speed > 0, at->task,
                                         at->previous_task, stretch.tasks);
    }
    return stretch;
}

/* Of data that is text. */
static void add_bits(struct lab *lab, const struct seat *seat, int task, double bits)
{
    if (!isnan(bits)) {
        add_measure(lab, ENTRY_BITS, seat, task, bits);
    }
}

static void write_look(struct lab *lab, const struct seat *seat, const struct stretch *stretch)
{
    add_measure(lab, ENTRY_LOSS, seat, 0, seat->facts.loss);
    for (int i = 0; i < stretch->n_tasks; i++) {
        add_measure(lab, ENTRY_ACCURACY, seat, stretch->tasks[i], seat->look.score[i].accuracy);
        add_bits(lab, seat, stretch->tasks[i], seat->look.score[i].bits);
    }
    for (int i = 0; i < learner_network(seat->learner)->n_parts; i++) {
        add_measure(lab, ENTRY_DRIFT, seat, i, seat->look.drift[i]);
    }
    for (int t = 0; stretch->is_end && t < suite_n_tasks(lab->suite); t++) {
        add_measure(lab, ENTRY_MATRIX, seat, t, seat->look.row[t].accuracy);
        add_bits(lab, seat, t, seat->look.row[t].bits);
    }
}

/* Who has diverged, in the order of steps, before what was found at the end of the stretch: so the
 * journal does not show how the work was cut up. */
static void write_divergences(struct lab *lab, const struct stretch *stretch)
{
    long end = lab->at.step;
    for (int done = 0; done <= stretch->n_steps; done++) {
        for (int i = 0; i < count_active(lab); i++) {
            const struct seat *seat = active(lab, i);
            if (seat->has_diverged_now && seat->n_done == done) {
                lab->at.step = seat->facts.diverged_step;
                add_measure(lab, ENTRY_DIVERGED, seat, lab->at.task, learner_rate(seat->learner));
            }
        }
    }
    lab->at.step = end;
}

/* Runs it, and writes what it has found.  Returns false when no loss is finite any more. */
static bool run_stretch(struct lab *lab, const struct stretch *stretch)
{
    int64_t begin = clock_ns();
    for_all(lab, run_seat, stretch);
    int64_t ns = clock_ns() - begin;
    if (stretch->n_steps > 0) {
        double step_ns = (double)ns / stretch->n_steps;
        lab->step_ns += lab->step_ns > 0 ? (step_ns - lab->step_ns) / 8 : step_ns;
    }
    lab->training_ns += lab->is_silent ? 0 : ns;
    int n_alive = 0, n_done = 0;
    bool has_diverged = false;
    for (int i = 0; i < count_active(lab); i++) {
        const struct seat *seat = active(lab, i);
        n_alive += !seat->facts.has_diverged;
        has_diverged |= seat->has_diverged_now;
        n_done = seat->n_done > n_done ? seat->n_done : n_done;
    }
    lab->at.step += n_done;
    lab->at.stage_step += n_done;
    if (has_diverged) {
        write_divergences(lab, stretch);
    }
    for (int i = 0; i < count_active(lab); i++) {
        const struct seat *seat = active(lab, i);
        if (stretch->has_look && !seat->facts.has_diverged) {
            write_look(lab, seat, stretch);
        }
    }
    return n_alive > 0;
}

void lab_go_on(struct lab *lab, long most)
{
    struct stretch stretch = plan(lab, most);
    if (!run_stretch(lab, &stretch)) {
        lab->state = LAB_DIVERGED;
    } else if (stretch.is_end) {
        next_stage(lab);
    } else if (stretch.has_look) {
        lab_history_keep(lab, false);
    }
}

void lab_look(struct lab *lab)
{
    struct stretch stretch = {.step = lab->at.step,
                              .stage = lab->at.stage,
                              .task = lab->at.task,
                              .has_look = true,
                              .is_silent = lab->is_silent && !lab->alone};
    stretch.n_tasks = schedule_tasks(&lab->schedule, lab->speed > 0, lab->at.task,
                                     lab->at.previous_task, stretch.tasks);
    run_stretch(lab, &stretch);
}
