/* SPDX-License-Identifier: MIT
 * The session begins and goes on, and all of it is told. */
#include <math.h>

#include "base/clock.h"
#include "lab/lab_inside.h"

enum {
    WATCH_NS = 20000000, /* about as often is told that strategies consolidate, ... */
    SAID_NS = 200000000  /* ... and said once that has taken so long */
};

void lab_stage_has_begun(struct lab *lab)
{
    const struct run *run = lab->now.run;
    history_keep(&lab->now.history, run, true, lab->training_ns);
    lab_add_entry(lab, ENTRY_STAGE, LEARNER_ALL, run->at.task, suite_is_stream(run->suite), NULL);
}

void lab_begin_session(struct lab *lab)
{
    struct run *run = lab->now.run;
    history_clear(&lab->now.history, lab->training_ns);
    lab_forget_writing(lab);
    run_begin(run);
    for (int i = 0; i < run->n_members; i++) {
        lab_call_up(lab, run->members[i]);
        lab_tell_baseline(lab, run, run->members[i]);
    }
    run_begin_first_stage(run);
    lab_stage_has_begun(lab);
    lab_save_in_time(lab); /* of 0 steps */
}

void lab_end_stage(struct lab *lab)
{
    struct run *run = lab->now.run;
    lab_add_entry(lab, ENTRY_STAGE_END, LEARNER_ALL, run->at.task, 0, NULL);
    lab_save_in_time(lab); /* what answers for the task of this stage, not for the next one */
    if (run_next_stage(run)) {
        lab_stage_has_begun(lab);
        return;
    }
    lab->now.is_paused = false;
    lab_add_entry(lab, ENTRY_END, LEARNER_ALL, run->at.task, 0, NULL);
    lab_save_in_time(lab); /* what is to be saved at the end */
}

/* Strategies consolidate for so long already. */
struct consolidation {
    struct lab *lab;
    int64_t begin_ns, told_ns;
};

/* Between two pieces no thread works on a learner, so that a snapshot may be taken. */
static bool goes_on(void *context, double part)
{
    struct consolidation *of = context;
    int64_t now = clock_ns();
    if (now - of->told_ns < WATCH_NS) {
        return true;
    }
    of->told_ns = now;
    of->lab->consolidated = now - of->begin_ns >= SAID_NS ? part : (double)NAN;
    bool goes_on = watch_goes_on(&of->lab->watch, part);
    of->lab->consolidated = (double)NAN;
    return goes_on;
}

static bool train(struct lab *lab, const struct segment *segment)
{
    struct run *run = lab->now.run;
    int64_t begin = clock_ns();
    struct consolidation consolidation = {lab, begin, begin};
    struct watch watch = {goes_on, &consolidation};
    run->watch = lab->watch.goes_on ? &watch : NULL;
    bool is_done = run_train(run, segment);
    run->watch = NULL;
    lab->training_ns += clock_ns() - begin;
    return is_done;
}

void lab_go_on(struct lab *lab, long most)
{
    struct run *run = lab->now.run;
    long script = lab_steps_to_script(lab), save = lab_steps_to_save(lab);
    script = save < script ? save : script;
    int turn = run->schedule.turn;
    struct segment segment = run_plan(run, most < script ? most : script, true);
    segment.keeps_update = lab->request.what == MAP_WHAT_UPDATE;
    segment.keeps_gradient = lab->request.what == MAP_WHAT_GRADIENT;
    if (!train(lab, &segment)) {
        run->schedule.turn = turn; /* the look is taken by whoever goes on from here, ... */
        lab_tell_steps(lab, run);  /* ... who does not see this any more */
        return;
    }
    lab_tell_segment(lab, run);
    if (run_state(run) == RUN_DIVERGED) {
        lab->now.is_paused = false;
    } else if (segment.is_end) {
        lab_end_stage(lab);
    } else if (segment.has_look) {
        history_keep(&lab->now.history, run, false, lab->training_ns);
    }
    lab_save_in_time(lab);
}
