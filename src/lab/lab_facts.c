/* SPDX-License-Identifier: MIT
 * What the lab tells about itself. */
#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "lab/lab.h"
#include "lab/lab_inside.h"
#include "lab/measure.h"

enum lab_state lab_state(const struct lab *lab)
{
    switch (run_state(lab->now.run)) {
    case RUN_OVER:
        return LAB_ENDED;
    case RUN_DIVERGED:
        return LAB_DIVERGED;
    case RUN_TRAINING:
        break;
    }
    return lab->now.is_paused ? LAB_PAUSED : LAB_TRAINING;
}

void lab_set_watch(struct lab *lab, const struct watch *watch)
{
    lab->watch = *watch;
}

void lab_pass_script(struct lab *lab, bool is_passed)
{
    lab->is_script_passed = is_passed;
}

long lab_steps_within(const struct lab *lab, int64_t ns)
{
    return run_steps_within(lab->now.run, ns);
}
double lab_speed(const struct lab *lab)
{
    return lab->now.run->speed;
}
long lab_steps_done(const struct lab *lab)
{
    return lab->now.run->at.step;
}
const struct journal *lab_journal(const struct lab *lab)
{
    return lab->journal;
}
struct handover *lab_handover(const struct lab *lab)
{
    return lab->handover;
}
const struct suite *lab_suite(const struct lab *lab)
{
    return lab->course.suite;
}
const struct config *lab_config(const struct lab *lab)
{
    return &lab->course.config;
}
const struct script *lab_script(const struct lab *lab)
{
    return lab->script;
}
int lab_n_learners(const struct lab *lab)
{
    return lab->now.run->n_members;
}

static struct member *member_at(const struct lab *lab, int learner)
{
    assert(learner >= 0 && learner < lab->now.run->n_members);
    return lab->now.run->members[learner];
}

struct learner *lab_learner(const struct lab *lab, int learner)
{
    return member_at(lab, learner)->learner;
}
const char *lab_learner_name(const struct lab *lab, int learner)
{
    return member_at(lab, learner)->facts.name;
}
int lab_learner_id(const struct lab *lab, int learner)
{
    return member_at(lab, learner)->facts.id;
}
double lab_learner_seconds(const struct lab *lab, int learner)
{
    return (double)member_at(lab, learner)->training_ns * 1e-9;
}
long lab_learner_steps(const struct lab *lab, int learner)
{
    return member_at(lab, learner)->steps;
}
long lab_learner_samples(const struct lab *lab, int learner)
{
    return member_at(lab, learner)->samples;
}

struct member *lab_selected(const struct lab *lab)
{
    struct member *member = run_member(lab->now.run, lab->now.selected);
    return member ? member : lab->now.run->members[0];
}

struct learner_config lab_config_now(const struct member *member)
{
    struct learner_config config = member->config;
    struct settings settings = member_settings(member);
    snprintf(config.name, sizeof config.name, "%s", member->facts.name);
    config.params = settings.params;
    config.on = settings.on;
    config.observed = settings.observed;
    return config;
}

struct learner_config lab_learner_config(const struct lab *lab, int learner)
{
    return lab_config_now(member_at(lab, learner));
}

double lab_seconds_training(const struct lab *lab)
{
    double sum = 0;
    for (int i = 0; i < lab->now.run->n_members; i++) {
        sum += lab_learner_seconds(lab, i);
    }
    return sum;
}

long lab_samples_trained(const struct lab *lab)
{
    long sum = 0;
    for (int i = 0; i < lab->now.run->n_members; i++) {
        sum += lab_learner_samples(lab, i);
    }
    return sum;
}

long lab_total_steps(const struct lab *lab)
{
    const struct run *run = lab->now.run;
    const struct position *at = &run->at;
    long total = at->step - at->stage_step + at->stage_steps;
    for (int i = at->planned; i < suite_n_stages(run->suite); i++) {
        total += run_steps_of(run, suite_stage_task(run->suite, i));
    }
    return total;
}

double lab_total_drift(const struct lab *lab, int learner, int part)
{
    struct member *member = member_at(lab, learner);
    int first = suite_stage_task(lab->course.suite, 0);
    return member->references.has_first_end
               ? measure_drift(&learner_network(member->learner)->parts[part],
                               member_answering(member, first), member->references.first_end)
               : (double)NAN;
}
