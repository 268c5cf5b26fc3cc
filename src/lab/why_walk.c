/* SPDX-License-Identifier: MIT */
#include "lab/why_walk.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lab/retrace.h"

enum {
    WINDOW = 10,
    WINDOW_OWN = 5, /* where the outputs of a new task have just begun to compete, ... */
    OWN_STEPS = 20, /* ... for so many steps */
    VECTORS = WHY_STOPS_MAX + 3,
};

/* Vectors of weights are kept: nothing is said of networks with more. */
static const size_t PARAMS_MOST = 4u << 20;

struct member *why_member(const struct why_walk *walk)
{
    return run_member(walk->run, walk->learner);
}

const struct network *why_network(const struct why_walk *walk)
{
    return learner_network(why_member(walk)->learner);
}

/* ---- where ---- */

bool why_moment(const struct lab *lab, long *asked, long *begin, long *end)
{
    const struct position *at = &lab->now.run->at;
    bool is_now = lab->request.step == MAP_STEP_NOW || lab->request.step >= at->step;
    *asked = is_now ? MAP_STEP_NOW : lab->request.step;
    *end = is_now ? at->step : lab->request.step;
    int i = lab->now.history.is_kept ? history_find(&lab->now.history, *end) : -1;
    if (i < 0) {
        return false;
    }
    const struct position *kept = &lab->now.history.checkpoints[i].at;
    *begin = is_now ? at->step - at->stage_step : kept->step - kept->stage_step;
    return true;
}

/* The widest window that may be, then halves of it. */
static void plan_stops(struct why_walk *walk, long begin, long end)
{
    bool is_own = suite_scenario(walk->lab->course.suite) == SCENARIO_CLASS;
    long most = is_own && end - begin <= OWN_STEPS ? WINDOW_OWN : WINDOW;
    long steps = end - begin < most ? end - begin : most;
    for (; steps > 0; steps /= 2) {
        walk->steps[walk->n_stops++] = end - steps;
    }
    walk->steps[walk->n_stops++] = end;
}

/* ---- the way ---- */

/* The id of the learner that is looked at, or of whom it comes from if it was not there yet; -1. */
static int find_learner(const struct lab *lab, const struct run *run)
{
    int id = lab->now.selected;
    while (id >= 0 && !run_member(run, id)) {
        id = command_log_parent(&lab->now.history.log, id);
    }
    return id;
}

/* The tasks that were learned before, as many as fit. */
static void list_tasks(struct why_walk *walk)
{
    const struct run *run = walk->run;
    int present = run->at.task, previous = run->at.previous_task;
    bool has_previous = previous >= 0 && previous != present;
    if (has_previous) {
        walk->tasks[walk->n_tasks++] = previous;
    }
    walk->is_of_all = true;
    for (int i = 0; i < run->schedule.n_seen; i++) {
        int task = run->schedule.seen[i];
        if (task == present || (has_previous && task == previous)) {
            continue;
        }
        if (walk->n_tasks < WHY_TASKS_MAX) {
            walk->tasks[walk->n_tasks++] = task;
        } else {
            walk->is_of_all = false;
        }
    }
    for (int i = 0; i < walk->n_tasks; i++) {
        walk->is_moved[i] = true;
    }
}

static bool make_room(struct why_walk *walk)
{
    const struct network *net = why_network(walk);
    walk->memory = malloc(VECTORS * net->n_params * sizeof *walk->memory);
    walk->evaluator = evaluator_create(net, walk->run->suite, NULL);
    if (!walk->memory || !walk->evaluator) {
        return false;
    }
    for (int i = 0; i < WHY_STOPS_MAX; i++) {
        walk->theta[i] = walk->memory + (size_t)i * net->n_params;
    }
    walk->first = walk->memory + WHY_STOPS_MAX * net->n_params;
    walk->scratch = walk->first + net->n_params;
    return true;
}

/* What answers then is kept.  A task with weights of its own is not spoken of: nothing moves
 * them. */
static void keep(struct why_walk *walk, struct member *member, real *kept)
{
    size_t size = learner_network(member->learner)->n_params * sizeof(real);
    memcpy(kept, member_answering(member, walk->tasks[0]), size);
    for (int i = 1; i < walk->n_tasks; i++) {
        walk->is_moved[i] &= memcmp(member_answering(member, walk->tasks[i]), kept, size) == 0;
    }
}

static void stop(struct why_walk *walk, int number)
{
    walk->commands[number] = walk->n_commands;
    keep(walk, why_member(walk), walk->theta[number]);
}

/* How the stage began, if that is kept. */
static void look_at_first(struct why_walk *walk)
{
    const struct lab *lab = walk->lab;
    const struct position *at = &walk->run->at;
    const struct destination to = {.step = at->step, .stage = at->stage, .is_to_start = true};
    if (!history_boundary(&lab->now.history, at->stage)) {
        return;
    }
    struct run *run =
        retrace_back(&lab->now.history, lab->now.run, &to, NULL, &walk->first_commands, NULL);
    struct member *member = run ? run_member(run, find_learner(lab, run)) : NULL;
    if (member) {
        keep(walk, member, walk->first);
        walk->has_first = true;
    }
    run_destroy(run);
}

static struct destination to_step(const struct why_walk *walk, long step)
{
    const struct position *now = &walk->lab->now.run->at;
    return (struct destination){.step = step, .stage = step == now->step ? now->stage : INT_MAX};
}

static bool go_on(struct why_walk *walk, long step)
{
    const struct history *history = &walk->lab->now.history;
    struct retrace retrace = {.history = history,
                              .run = walk->run,
                              .to = to_step(walk, step),
                              .command = walk->n_commands,
                              .checkpoint = history->n,
                              .may_lack = true};
    bool ok = retrace_go(&retrace, NULL);
    walk->n_commands = retrace.command;
    return ok && !retrace.lacks_end && walk->run->at.step == step && why_member(walk) != NULL;
}

bool why_walk_through(struct why_walk *walk, struct lab *lab, long begin, long end)
{
    walk->lab = lab;
    plan_stops(walk, begin, end);
    if (walk->n_stops < 2 || lab->now.run->at.stage == 0) {
        return false;
    }
    const struct destination first = to_step(walk, walk->steps[0]);
    walk->run =
        retrace_back(&lab->now.history, lab->now.run, &first, NULL, &walk->n_commands, NULL);
    if (!walk->run || walk->run->at.step != walk->steps[0]) {
        return false;
    }
    walk->learner = find_learner(lab, walk->run);
    if (walk->learner < 0 || why_network(walk)->n_params > PARAMS_MOST) {
        return false;
    }
    list_tasks(walk);
    if (walk->n_tasks == 0 || !make_room(walk)) {
        return false;
    }
    stop(walk, 0);
    for (int i = 1; i < walk->n_stops; i++) {
        if (!go_on(walk, walk->steps[i])) {
            return false;
        }
        stop(walk, i);
    }
    look_at_first(walk);
    return !why_member(walk)->facts.has_diverged;
}

void why_walk_end(struct why_walk *walk)
{
    evaluator_destroy(walk->evaluator);
    free(walk->memory);
    run_destroy(walk->run);
}

bool why_is_training_alone(const struct why_walk *walk, int n_commands)
{
    const struct command_log *log = &walk->lab->now.history.log;
    bool is_alone = true;
    for (int i = n_commands; i < walk->n_commands; i++) {
        const struct command *command = &log->commands[i].order.command;
        is_alone &= !command_is_deed(command) || command->kind == COMMAND_SET ||
                    command->kind == COMMAND_OBSERVE || command->kind == COMMAND_NOTE;
    }
    return is_alone;
}
