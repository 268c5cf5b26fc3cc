/* SPDX-License-Identifier: MIT
 * What the lab writes into the journal: of the run in place, and of one that catches up with it
 * what concerns its learners. */
#include <math.h>

#include "lab/lab_inside.h"

void lab_add_entry(struct lab *lab, enum entry_kind kind, int learner, int task, double value,
                   const char *text)
{
    const struct position *at = &lab->now.run->at;
    journal_add(lab->journal, (struct entry){.kind = kind,
                                             .learner = learner,
                                             .stage = at->stage,
                                             .task = task,
                                             .step = at->step,
                                             .value = value,
                                             .text = text});
}

void lab_call_up(struct lab *lab, const struct member *member)
{
    journal_add(lab->journal, (struct entry){.kind = ENTRY_LEARNER,
                                             .learner = member->facts.id,
                                             .stage = lab->now.run->at.stage,
                                             .task = member->facts.parent,
                                             .step = member->facts.born,
                                             .text = member->facts.name});
}

/* About a learner, in that stage after so many steps. */
static void tell(struct lab *lab, enum entry_kind kind, const struct member *member, int stage,
                 long step, int task, double value)
{
    journal_add(lab->journal, (struct entry){.kind = kind,
                                             .learner = member->facts.id,
                                             .stage = stage,
                                             .task = task,
                                             .step = step,
                                             .value = value});
}

void lab_tell_baseline(struct lab *lab, const struct run *run, const struct member *member)
{
    for (int t = 0; t < suite_n_tasks(run->suite); t++) {
        tell(lab, ENTRY_BASELINE, member, 0, 0, t, member->look.row[t].of[PROBE_ACCURACY]);
    }
}

/* What there is to say of task or part number `i`. */
static void tell_measures(struct lab *lab, const struct run *run, const struct member *member,
                          const struct measures *measures, int i, bool is_row)
{
    for (int p = 0; p < PROBE_COUNT; p++) {
        if (!isnan(measures->of[p]) && (!is_row || probe_at((enum probe_id)p)->is_in_rows)) {
            journal_add(lab->journal, (struct entry){.kind = ENTRY_MEASURE,
                                                     .probe = (enum probe_id)p,
                                                     .learner = member->facts.id,
                                                     .stage = run->done.stage,
                                                     .task = i,
                                                     .step = run->at.step,
                                                     .value = measures->of[p]});
        }
    }
}

/* Of the probes that are on, of those that are taken at steps, or of the others; at that step. */
static void tell_findings(struct lab *lab, const struct run *run, const struct member *member,
                          bool is_of_steps, long step)
{
    const struct findings *findings = &member->look.findings;
    for (int i = 0; i < findings->n; i++) {
        const struct finding *finding = &findings->all[i];
        if ((probe_at(finding->probe)->when == PROBE_AT_STEPS) == is_of_steps &&
            finding->step == step) {
            journal_add(lab->journal, (struct entry){.kind = ENTRY_MEASURE,
                                                     .probe = finding->probe,
                                                     .learner = member->facts.id,
                                                     .stage = run->done.stage,
                                                     .task = finding->i,
                                                     .step = finding->step,
                                                     .value = finding->value});
        }
    }
}

static void tell_look(struct lab *lab, const struct run *run, const struct member *member)
{
    const struct segment *segment = &run->done;
    const struct look *look = &member->look;
    tell_measures(lab, run, member, &look->learner, 0, false);
    for (int i = 0; i < segment->n_tasks; i++) {
        tell_measures(lab, run, member, &look->tasks[i], segment->tasks[i], false);
    }
    for (int t = 0; segment->is_of_all && t < suite_n_tasks(run->suite); t++) {
        if (run->schedule.is_seen[t]) {
            tell_measures(lab, run, member, &look->row[t], t, false);
        }
    }
    for (int l = 0; l < learner_network(member->learner)->n_parts; l++) {
        tell_measures(lab, run, member, &look->parts[l], l, false);
    }
    tell_findings(lab, run, member, false, run->at.step);
    for (int t = 0; segment->is_end && t < suite_n_tasks(run->suite); t++) {
        tell(lab, ENTRY_MATRIX, member, segment->stage, run->at.step, t,
             look->row[t].of[PROBE_ACCURACY]);
        tell_measures(lab, run, member, &look->row[t], t, true);
    }
}

/* In the order of steps: so the journal does not show how the work was cut up. */
static void tell_in_order(struct lab *lab, const struct run *run)
{
    const struct segment *segment = &run->done;
    for (int done = 0; done <= segment->n_steps; done++) {
        for (int i = 0; i < run->n_members; i++) {
            const struct member *member = run->members[i];
            tell_findings(lab, run, member, true, segment->step + done);
            if (member->has_diverged_now && member->n_done == done) {
                tell(lab, ENTRY_DIVERGED, member, segment->stage, member->facts.diverged_step,
                     segment->task, learner_rate(member->learner));
            }
        }
    }
}

void lab_tell_steps(struct lab *lab, const struct run *run)
{
    bool has_any = false;
    for (int i = 0; i < run->n_members; i++) {
        const struct member *member = run->members[i];
        has_any |= member->has_diverged_now || member->look.findings.n > 0;
    }
    if (has_any) {
        tell_in_order(lab, run);
    }
}

void lab_tell_segment(struct lab *lab, const struct run *run)
{
    lab_tell_steps(lab, run);
    for (int i = 0; i < run->n_members && run->done.has_look; i++) {
        if (!run->members[i]->facts.has_diverged) {
            tell_look(lab, run, run->members[i]);
        }
    }
}
