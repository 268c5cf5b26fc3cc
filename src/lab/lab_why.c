/* SPDX-License-Identifier: MIT
 * The exhibit `why` is made (why_code.c has its row). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/blame.h"
#include "lab/lab_inside.h"
#include "lab/probing.h"
#include "lab/putback.h"
#include "lab/why_walk.h"
#include "strategies/table.h"

static const double LEARNED = 0.05; /* less than so much above the initial weights is chance */
enum { PIECES_MOST = 4 };           /* of a stage */

/* ---- of which task ---- */

static struct evaluated ask(struct why_walk *walk, const real *theta, int task)
{
    int stride = member_tick_stride(why_member(walk), task);
    return evaluator_ask(walk->evaluator, theta, task, stride, NULL);
}

/* Its end, or how the window found it, is clearly more than the initial weights knew. */
static bool was_learned(struct why_walk *walk, int task, double before)
{
    const struct member *member = why_member(walk);
    const struct end *end = member_learned(member, task);
    double first = ask(walk, member->references.initial, task).accuracy;
    return before > first + LEARNED ||
           (end && ask(walk, end->theta, task).accuracy > first + LEARNED);
}

/* What an old task has done: points of accuracy, as the curve has it. */
struct change {
    int task;
    double fell; /* in the window, ... */
    double lost; /* ... and since the stage began; 0 where that is not kept */
};

static int list_changes(struct why_walk *walk, int stop, struct change changes[WHY_TASKS_MAX])
{
    int n = 0;
    for (int i = 0; i < walk->n_tasks; i++) {
        int task = walk->tasks[i];
        double before = walk->is_moved[i] ? ask(walk, walk->theta[stop], task).accuracy : 0;
        if (!walk->is_moved[i] || !was_learned(walk, task, before)) {
            continue;
        }
        double after = ask(walk, walk->theta[walk->n_stops - 1], task).accuracy;
        double lost = walk->has_first ? ask(walk, walk->first, task).accuracy - after : 0;
        changes[n++] = (struct change){task, before - after, lost};
    }
    return n;
}

/* The task that fell most in the window; if none fell, the one that came back most; if none moved,
 * the one that fell most since the stage began.  -1: none was ever learned. */
static int choose_task(struct why_walk *walk, int stop, double *most_fell)
{
    struct change changes[WHY_TASKS_MAX];
    int n = list_changes(walk, stop, changes), fallen = 0, risen = 0, lost = 0;
    for (int i = 1; i < n; i++) {
        fallen = changes[i].fell > changes[fallen].fell ? i : fallen;
        risen = changes[i].fell < changes[risen].fell ? i : risen;
        lost = changes[i].lost > changes[lost].lost ? i : lost;
    }
    if (n == 0) {
        return -1;
    }
    *most_fell = changes[fallen].fell;
    bool has_fallen = *most_fell >= WHY_FALL, has_risen = changes[risen].fell <= -WHY_FALL;
    int chosen = has_fallen ? fallen : has_risen ? risen : walk->has_first ? lost : fallen;
    return changes[chosen].task;
}

/* ---- what is said of it ---- */

/* What the modules did between two vectors of weights. */
static struct blame blame(struct why_walk *walk, const real *from, int task, int pieces)
{
    int stride = member_tick_stride(why_member(walk), task);
    return blame_take(walk->evaluator, why_network(walk), from, walk->theta[walk->n_stops - 1],
                      task, stride, pieces, walk->scratch);
}

static void blame_window(struct why_walk *walk, int stop, struct why *why)
{
    struct blame found = blame(walk, walk->theta[stop], why->task, 1);
    why->begin = walk->steps[stop];
    why->is_sound = found.is_sound;
    why->n_modules = found.n_modules;
    for (int m = 0; m < found.n_modules; m++) {
        why->modules[m].moved = found.simpson[m];
    }
}

/* The same of the whole stage so far, a long way: in more pieces until its sums are sound. */
static void blame_stage(struct why_walk *walk, struct why *why)
{
    for (int pieces = 2; pieces <= PIECES_MOST && !why->is_first_sound; pieces *= 2) {
        struct blame found = blame(walk, walk->first, why->task, pieces);
        why->is_first_sound = found.is_sound;
        for (int m = 0; m < found.n_modules; m++) {
            why->modules[m].moved_since = found.simpson[m];
        }
    }
}

/* What would be answered at the end, were one module as it was in `from` (P). */
static double put_back(struct why_walk *walk, const real *from, int module, int task)
{
    putback_copy(why_network(walk), PUTBACK_ALL, walk->scratch, walk->theta[walk->n_stops - 1]);
    putback_copy(why_network(walk), module, walk->scratch, from);
    return ask(walk, walk->scratch, task).accuracy;
}

/* Since the stage began, if that is kept; what moved answers without training has no share. */
static void look_at_stage(struct why_walk *walk, struct why *why)
{
    const struct position *at = &walk->run->at;
    why->has_first = walk->has_first;
    if (!walk->has_first) {
        return;
    }
    struct evaluated first = ask(walk, walk->first, why->task);
    why->first_step = at->step - at->stage_step;
    why->first = first.accuracy;
    why->first_probability = first.probability;
    for (int m = 0; m < why->n_modules; m++) {
        why->modules[m].since = put_back(walk, walk->first, m, why->task);
    }
    if (why_is_training_alone(walk, walk->first_commands)) {
        blame_stage(walk, why);
    }
}

/* What is answered at both ends. */
static bool answer(struct why_walk *walk, int stop, int most, struct why *why)
{
    int stride = member_tick_stride(why_member(walk), why->task), first;
    int n = evaluator_n_answers(walk->evaluator, why->task, stride);
    uint16_t *given = malloc(2 * (size_t)n * sizeof *given);
    if (!given) {
        return false;
    }
    const real *theta[2] = {walk->theta[stop], walk->theta[walk->n_stops - 1]};
    for (int i = 0; i < 2; i++) {
        struct evaluated found =
            evaluator_ask(walk->evaluator, theta[i], why->task, stride, given + i * n);
        why->accuracy[i] = found.accuracy;
        why->probability[i] = found.probability;
    }
    const struct range own = probing_own_outputs(walk->run->suite, why->task);
    why->own = own.count > 0 ? learner_score_with(why_member(walk)->learner, theta[1], why->task,
                                                  stride, &own, NULL)
                                   .accuracy
                             : (double)NAN;
    suite_classes(walk->run->suite, why->task, &first, &why->n_own);
    why_flips(why, walk->evaluator, walk->run->suite, given, given + n, stride, most);
    free(given);
    bool is_finite = isfinite(why->probability[0]) && isfinite(why->probability[1]);
    for (int m = 0; m < why->n_modules; m++) {
        is_finite &= isfinite(why->modules[m].moved) && isfinite(why->modules[m].moved_since);
    }
    return is_finite;
}

/* The widest window in which only training moved answers, halved until its sums are sound. */
static bool conclude(struct why_walk *walk, int most, struct why *why)
{
    const struct learner *learner = why_member(walk)->learner;
    int stop = 0, last = walk->n_stops - 2;
    while (stop <= last && !why_is_training_alone(walk, walk->commands[stop])) {
        stop++;
    }
    if (stop > last) {
        return false;
    }
    evaluator_silence(walk->evaluator, learner_silenced(learner));
    why->task = choose_task(walk, stop, &why->most_fell);
    why->is_of_all = walk->is_of_all;
    if (why->task < 0) {
        return false;
    }
    blame_window(walk, stop, why);
    while (!why->is_sound && stop < last && why->most_fell >= WHY_FALL) {
        blame_window(walk, ++stop, why);
    }
    for (int m = 0; m < why->n_modules; m++) {
        why->modules[m].back = put_back(walk, walk->theta[stop], m, why->task);
    }
    why->present = walk->run->at.task;
    why->is_bare = learner_on(learner) == 0;
    why->is_shared =
        suite_is_stream(walk->run->suite) || (learner_on(learner) >> strategy_find("joint") & 1u);
    look_at_stage(walk, why);
    return answer(walk, stop, most, why);
}

/* Steps are being taken, from within which a snapshot is made. */
static bool is_on_the_way(const struct lab *lab)
{
    return isfinite(lab->taken_again) || lab->now.run->watch;
}

/* Of a moment that is past it is said once. */
static bool is_said(const struct lab *lab, const struct why *why, long asked)
{
    return asked != MAP_STEP_NOW && why->asked == asked && why->learner == lab->now.selected &&
           lab->why_commands == lab->n_commands;
}

/* Nothing is said yet. */
static void begin(struct why *why, int learner, long asked, long end)
{
    memset(why, 0, sizeof *why);
    why->asked = asked;
    why->learner = learner;
    why->task = -1;
    why->begin = why->end = end;
    why->own = (double)NAN;
}

bool lab_make_why(struct lab *lab, const struct exhibit_request *request, struct exhibits *exhibits)
{
    struct why *why = &exhibits->why;
    struct why_walk walk = {0};
    long asked, first, end;
    if (is_on_the_way(lab)) {
        return exhibits->has[EXHIBIT_WHY]; /* what there is stays */
    }
    if (lab->course.dataset->is_said_again) {
        return false; /* nothing is right or wrong */
    }
    if (!lab->now.run->is_begun || !why_moment(lab, &asked, &first, &end)) {
        return false;
    }
    if (exhibits->has[EXHIBIT_WHY] && is_said(lab, why, asked)) {
        return true;
    }
    lab->why_commands = lab->n_commands;
    begin(why, lab->now.selected, asked, end);
    if (!why_walk_through(&walk, lab, first, end) || !conclude(&walk, request->cols, why)) {
        begin(why, lab->now.selected, asked, end);
    }
    why_walk_end(&walk);
    return true;
}
