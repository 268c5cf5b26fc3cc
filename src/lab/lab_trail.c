/* SPDX-License-Identifier: MIT
 * The trail of whoever is under the microscope.  It is kept only while somebody looks; what came
 * before that is had by taking the steps since the beginning of the stage again, in another run. */
#include <stddef.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/lab_inside.h"
#include "lab/retrace.h"

static struct trail *make_trail(const struct member *member)
{
    int kind = (int)learner_params(member->learner)->value[PARAM_OPTIMIZER];
    return trail_create((enum optimizer_kind)kind, learner_network(member->learner)->n_params);
}

/* ---- a stage once more ---- */

/* Whose trail is wanted. */
struct wanted {
    const struct history *history;
    int id;
};

/* The learner, or whom it comes from if it is not there. */
static struct member *find(const struct wanted *wanted, const struct run *run)
{
    struct member *member = NULL;
    for (int id = wanted->id; id >= 0 && !member;
         id = command_log_parent(&wanted->history->log, id)) {
        member = run_member(run, id);
    }
    return member;
}

static void begin(void *context, struct run *run)
{
    struct member *member = find(context, run);
    struct trail *trail = member ? make_trail(member) : NULL;
    if (trail) {
        trail_begin(trail, run->at.stage, run->at.stage_step, learner_theta(member->learner));
        member_keep_trail(member, trail);
    }
}

/* The trail through that stage up to `to`; owned, NULL if it cannot be had.  `same`: the learner
 * must have come to be what that one is; NULL: not asked. */
static struct trail *trail_again(struct lab *lab, int id, const struct destination *to,
                                 const struct member *same)
{
    struct wanted wanted = {&lab->now.history, id};
    struct watch watch = lab_watch_retrace(lab);
    struct trail *trail = NULL;
    struct run *run =
        retrace_stage(&lab->now.history, lab->now.run, to, &watch, begin, &wanted, NULL);
    struct member *member = run ? find(&wanted, run) : NULL;
    bool is_it = member && member->trail && member->trail->stage == to->stage;
    if (is_it && same) {
        size_t size = learner_network(same->learner)->n_params * sizeof(real);
        is_it = memcmp(learner_theta(same->learner), learner_theta(member->learner), size) == 0;
    }
    if (is_it) {
        trail = member_take_trail(member);
    }
    run_destroy(run);
    return trail;
}

/* ---- now and then ---- */

static void follow_present(struct lab *lab)
{
    struct member *member = lab_selected(lab);
    const struct run *run = lab->now.run;
    const struct position *at = &run->at;
    if (member->trail && member->trail->stage == at->stage) {
        return;
    }
    struct destination to = {.step = at->step, .stage = at->stage};
    bool is_later = run->is_begun && at->stage_step > 0;
    struct trail *trail = is_later && lab->now.history.is_kept
                              ? trail_again(lab, member->facts.id, &to, member)
                              : NULL;
    if (!trail && (trail = make_trail(member))) { /* from now on */
        trail_begin(trail, at->stage, at->stage_step, learner_theta(member->learner));
    }
    member_keep_trail(member, trail);
}

/* The stage of that moment, once it is over. */
static void follow_past(struct lab *lab)
{
    struct scope *scope = &lab->scope;
    const struct shown shown = lab_shown(lab);
    int id = lab_selected(lab)->facts.id;
    if (!shown.checkpoint || shown.checkpoint->at.stage == lab->now.run->at.stage) {
        return;
    }
    int stage = shown.checkpoint->at.stage;
    const struct checkpoint *next = history_boundary(&lab->now.history, stage + 1);
    if (!next || (scope->past && scope->learner == id && scope->past->stage == stage)) {
        return;
    }
    struct destination to = {.step = next->at.step, .stage = stage, .is_to_end = true};
    trail_destroy(scope->past);
    scope->past = NULL; /* on the way snapshots are taken */
    scope->past = trail_again(lab, id, &to, NULL);
    scope->learner = id;
    scope->begin = scope->past ? next->at.step - scope->past->n_done : 0;
}

void lab_forget_scope(struct lab *lab)
{
    trail_destroy(lab->scope.past);
    lab->scope.past = NULL;
    lab_forget_matters(lab);
}

void lab_catch_up(struct lab *lab)
{
    struct run *run = lab->now.run;
    bool is_shown = lab->showing[EXHIBIT_MICROSCOPE].request.is_shown;
    for (int i = 0; i < run->n_members; i++) {
        bool is_seen = is_shown && run->members[i] == lab_selected(lab);
        if (run->members[i]->trail && !is_seen) {
            member_keep_trail(run->members[i], NULL);
        }
    }
    if (!is_shown) {
        lab_forget_scope(lab);
        lab->scope.has_found = false;
        return;
    }
    follow_present(lab);
    follow_past(lab);
}

bool lab_trail_shown(const struct lab *lab, struct trail_shown *of)
{
    const struct shown shown = lab_shown(lab);
    const struct run *run = lab->now.run;
    const struct member *member = lab_selected(lab);
    const struct trail *trail = member->trail;
    long begin = run->at.step - run->at.stage_step + (trail ? trail->from : 0);
    int stage = run->at.stage;
    if (!shown.is_now && !shown.checkpoint) {
        return false;
    }
    if (!shown.is_now && shown.checkpoint->at.stage != stage) {
        bool is_it = lab->scope.learner == member->facts.id;
        trail = is_it ? lab->scope.past : NULL;
        begin = lab->scope.begin;
        stage = shown.checkpoint->at.stage;
    }
    if (!trail || trail->stage != stage) {
        return false;
    }
    long done = shown.is_now ? trail->n_done : lab->request.step - begin;
    *of = (struct trail_shown){
        .trail = trail, .member = member, .begin = begin, .is_now = shown.is_now};
    of->at = trail_point(trail, done < 0 ? 0 : done);
    of->is_of_present = trail == member->trail;
    return true;
}
