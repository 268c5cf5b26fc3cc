/* SPDX-License-Identifier: MIT
 * The session begins and goes on, and all of it is told. */
#include "base/clock.h"
#include "lab/lab_inside.h"

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
    for (int i = 0; i < run->n_seats; i++) {
        lab_call_up(lab, run->seats[i]);
        lab_tell_baseline(lab, run, run->seats[i]);
    }
    run_begin_first_stage(run);
    lab_stage_has_begun(lab);
}

static void end_stage(struct lab *lab)
{
    struct run *run = lab->now.run;
    lab_add_entry(lab, ENTRY_STAGE_END, LEARNER_ALL, run->at.task, 0, NULL);
    if (run_next_stage(run)) {
        lab_stage_has_begun(lab);
        return;
    }
    lab->now.is_paused = false;
    lab_add_entry(lab, ENTRY_END, LEARNER_ALL, run->at.task, 0, NULL);
}

void lab_go_on(struct lab *lab, long most)
{
    struct run *run = lab->now.run;
    long script = lab_steps_to_script(lab), save = lab_steps_to_save(lab);
    script = save < script ? save : script;
    struct stretch stretch = run_plan(run, most < script ? most : script, true);
    stretch.keeps_update = lab->request.what == MAP_WHAT_UPDATE;
    int64_t begin = clock_ns();
    run_train(run, &stretch);
    lab->training_ns += clock_ns() - begin;
    lab_tell_stretch(lab, run);
    if (run_state(run) == RUN_DIVERGED) {
        lab->now.is_paused = false;
    } else if (stretch.is_end) {
        end_stage(lab);
    } else if (stretch.has_look) {
        history_keep(&lab->now.history, run, false, lab->training_ns);
    }
    lab_save_in_time(lab);
}
