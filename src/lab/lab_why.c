/* SPDX-License-Identifier: MIT
 * The exhibit `why`.  The steps of its window are taken again in another run, which is brought to
 * where the window begins, and on to where it ends; on the way the weights are kept that halves of
 * it begin with. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/archive.h"
#include "lab/blame.h"
#include "lab/lab_inside.h"
#include "lab/putback.h"
#include "lab/retrace.h"
#include "strategies/table.h"

enum {
    WINDOW = 10,
    WINDOW_OWN = 5,    /* where the outputs of a new task have just begun to compete, ... */
    OWN_STEPS = 20,    /* ... for so many steps */
    STOPS_MAX = 5,     /* 10, 5, 2, 1 steps before the end, and the end */
    CHOICE_ROWS = 128, /* examples that say of which task is spoken */
    TASKS_MAX = 8
};

/* Vectors of weights are kept: nothing is said of networks with more. */
static const size_t PARAMS_MOST = 4u << 20;

/* The way through a window. */
struct walk {
    struct lab *lab;
    struct run *run;               /* owned; at the last stop */
    int learner;                   /* id, in that run */
    int n_commands;                /* of the log that have been carried out */
    int n_stops;                   /* the last one is the end */
    long steps[STOPS_MAX];         /* where they are, ... */
    int commands[STOPS_MAX];       /* ... and how many commands came before each */
    int n_tasks, tasks[TASKS_MAX]; /* old ones, the one before this first */
    bool is_moved[TASKS_MAX];      /* it is answered for by the weights that are kept */
    real *theta[STOPS_MAX];        /* (P) that answered for the first of them then */
    real *memory;                  /* owned; with (2 P) at its end */
    struct evaluator *evaluator;   /* owned */
};

static struct member *member_of(const struct walk *walk)
{
    return run_member(walk->run, walk->learner);
}

static const struct network *network_of(const struct walk *walk)
{
    return learner_network(member_of(walk)->learner);
}

/* ---- where ---- */

/* The step of the moment that is looked at, and where its stage begins; false where nothing is kept
 * of it. */
static bool find_moment(const struct lab *lab, long *asked, long *begin, long *end)
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
static void plan_stops(struct walk *walk, long begin, long end)
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
static void list_tasks(struct walk *walk)
{
    const struct run *run = walk->run;
    int present = run->at.task, previous = run->at.previous_task;
    bool has_previous = previous >= 0 && previous != present;
    if (has_previous) {
        walk->tasks[walk->n_tasks++] = previous;
    }
    for (int i = 0; i < run->schedule.n_seen && walk->n_tasks < TASKS_MAX; i++) {
        int task = run->schedule.seen[i];
        if (task != present && !(has_previous && task == previous)) {
            walk->tasks[walk->n_tasks++] = task;
        }
    }
    for (int i = 0; i < walk->n_tasks; i++) {
        walk->is_moved[i] = true;
    }
}

static bool make_room(struct walk *walk)
{
    const struct network *net = network_of(walk);
    walk->memory = malloc((STOPS_MAX + 2) * net->n_params * sizeof *walk->memory);
    walk->evaluator = evaluator_create(net, walk->run->suite, NULL);
    for (int i = 0; walk->memory && i < STOPS_MAX; i++) {
        walk->theta[i] = walk->memory + (size_t)i * net->n_params;
    }
    return walk->memory && walk->evaluator;
}

/* What answers now is kept.  A task with weights of its own is not spoken of: nothing moves
 * them. */
static void keep(struct walk *walk, int stop)
{
    size_t size = network_of(walk)->n_params * sizeof(real);
    walk->commands[stop] = walk->n_commands;
    memcpy(walk->theta[stop], member_answering(member_of(walk), walk->tasks[0]), size);
    for (int i = 1; i < walk->n_tasks; i++) {
        const real *theta = member_answering(member_of(walk), walk->tasks[i]);
        walk->is_moved[i] &= memcmp(theta, walk->theta[stop], size) == 0;
    }
}

static struct destination to_step(const struct walk *walk, long step)
{
    const struct position *now = &walk->lab->now.run->at;
    return (struct destination){.step = step, .stage = step == now->step ? now->stage : INT_MAX};
}

static bool go_on(struct walk *walk, long step)
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
    return ok && !retrace.lacks_end && walk->run->at.step == step && member_of(walk) != NULL;
}

static bool walk_through(struct walk *walk)
{
    struct lab *lab = walk->lab;
    const struct destination first = to_step(walk, walk->steps[0]);
    walk->run =
        retrace_back(&lab->now.history, lab->now.run, &first, NULL, &walk->n_commands, NULL);
    if (!walk->run || walk->run->at.step != walk->steps[0]) {
        return false;
    }
    walk->learner = find_learner(lab, walk->run);
    if (walk->learner < 0 || network_of(walk)->n_params > PARAMS_MOST) {
        return false;
    }
    list_tasks(walk);
    if (walk->n_tasks == 0 || !make_room(walk)) {
        return false;
    }
    keep(walk, 0);
    for (int i = 1; i < walk->n_stops; i++) {
        if (!go_on(walk, walk->steps[i])) {
            return false;
        }
        keep(walk, i);
    }
    return !member_of(walk)->facts.has_diverged;
}

static void end_walk(struct walk *walk)
{
    evaluator_destroy(walk->evaluator);
    free(walk->memory);
    run_destroy(walk->run);
}

/* ---- what is said of it ---- */

/* True if nothing but training moved the answers since that stop. */
static bool is_training_alone(const struct walk *walk, int stop)
{
    const struct command_log *log = &walk->lab->now.history.log;
    bool is_alone = true;
    for (int i = walk->commands[stop]; i < walk->n_commands; i++) {
        const struct command *command = &log->commands[i].order.command;
        is_alone &= !command_is_deed(command) || command->kind == COMMAND_SET ||
                    command->kind == COMMAND_OBSERVE || command->kind == COMMAND_NOTE;
    }
    return is_alone;
}

/* The old task that fell most since that stop, else that rose most; on few examples. */
static int choose_task(const struct walk *walk, int stop)
{
    const struct member *member = member_of(walk);
    int chosen = walk->tasks[0];
    double least = (double)INFINITY;
    for (int i = 0; i < walk->n_tasks && walk->n_tasks > 1; i++) {
        int task = walk->tasks[i], tick = member_tick_stride(member, task);
        int n = evaluator_n_answers(walk->evaluator, task, tick);
        int stride = tick * (n > CHOICE_ROWS ? n / CHOICE_ROWS : 1);
        if (!walk->is_moved[i]) {
            continue;
        }
        double before =
            evaluator_ask(walk->evaluator, walk->theta[stop], task, stride, NULL).probability;
        double change =
            evaluator_ask(walk->evaluator, walk->theta[walk->n_stops - 1], task, stride, NULL)
                .probability -
            before;
        bool is_first = !isfinite(least), falls = change < 0;
        if (is_first || (falls && change < least) || (!falls && least >= 0 && change > least)) {
            chosen = task;
            least = change;
        }
    }
    return chosen;
}

/* What the modules did from that stop to the end. */
static void blame(struct walk *walk, int stop, struct why *why)
{
    const struct network *net = network_of(walk);
    int stride = member_tick_stride(member_of(walk), why->task);
    struct blame blame =
        blame_take(walk->evaluator, net, walk->theta[stop], walk->theta[walk->n_stops - 1],
                   why->task, stride, walk->memory + STOPS_MAX * net->n_params);
    why->begin = walk->steps[stop];
    why->is_sound = blame.is_sound;
    why->n_modules = blame.n_modules;
    for (int m = 0; m < blame.n_modules; m++) {
        why->modules[m].moved = blame.simpson[m];
    }
}

/* What would be answered at the end, were one module as it was in `from` (P). */
static double put_back(struct walk *walk, const real *from, int module, int task)
{
    const struct network *net = network_of(walk);
    real *mixed = walk->memory + STOPS_MAX * net->n_params;
    int stride = member_tick_stride(member_of(walk), task);
    putback_copy(net, PUTBACK_ALL, mixed, walk->theta[walk->n_stops - 1]);
    putback_copy(net, module, mixed, from);
    return evaluator_ask(walk->evaluator, mixed, task, stride, NULL).accuracy;
}

/* The same with what it was when the stage began, which is kept; false where it is not. */
static bool put_back_to_stage(struct walk *walk, struct why *why)
{
    const struct lab *lab = walk->lab;
    if (!history_boundary(&lab->now.history, walk->run->at.stage)) {
        return false;
    }
    const struct destination to = {
        .step = walk->run->at.step, .stage = walk->run->at.stage, .is_to_start = true};
    int n_commands, stride = member_tick_stride(member_of(walk), why->task);
    struct run *run = retrace_back(&lab->now.history, lab->now.run, &to, NULL, &n_commands, NULL);
    struct member *member = run ? run_member(run, find_learner(lab, run)) : NULL;
    if (member) {
        const real *theta = member_answering(member, why->task);
        why->first = evaluator_ask(walk->evaluator, theta, why->task, stride, NULL).accuracy;
        for (int m = 0; m < why->n_modules; m++) {
            why->modules[m].since = put_back(walk, theta, m, why->task);
        }
    }
    run_destroy(run);
    return member != NULL;
}

/* What is answered at both ends. */
static bool answer(struct walk *walk, int stop, int most, struct why *why)
{
    int stride = member_tick_stride(member_of(walk), why->task), first;
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
        why->own = found.own;
    }
    suite_classes(walk->run->suite, why->task, &first, &why->n_own);
    why_flips(why, walk->evaluator, walk->run->suite, given, given + n, stride, most);
    free(given);
    bool is_finite = isfinite(why->probability[0]) && isfinite(why->probability[1]);
    for (int m = 0; m < why->n_modules; m++) {
        is_finite &= isfinite(why->modules[m].moved);
    }
    return is_finite;
}

/* The widest window in which only training moved answers, halved until its sums are sound. */
static bool conclude(struct walk *walk, int most, struct why *why)
{
    const struct learner *learner = member_of(walk)->learner;
    int stop = 0, last = walk->n_stops - 2;
    while (stop <= last && !is_training_alone(walk, stop)) {
        stop++;
    }
    if (stop > last) {
        return false;
    }
    evaluator_silence(walk->evaluator, learner_silenced(learner));
    why->task = choose_task(walk, stop);
    blame(walk, stop, why);
    while (!why->is_sound && stop < last) {
        blame(walk, ++stop, why);
    }
    for (int m = 0; m < why->n_modules; m++) {
        why->modules[m].back = put_back(walk, walk->theta[stop], m, why->task);
    }
    why->present = walk->run->at.task;
    why->is_bare = learner_on(learner) == 0;
    why->is_shared =
        suite_is_stream(walk->run->suite) || (learner_on(learner) >> strategy_find("joint") & 1u);
    why->has_first = put_back_to_stage(walk, why);
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

static bool make(struct lab *lab, const struct exhibit_request *request, struct exhibits *exhibits)
{
    struct why *why = &exhibits->why;
    struct walk walk = {.lab = lab};
    long asked, first, end;
    if (is_on_the_way(lab)) {
        return exhibits->has[EXHIBIT_WHY]; /* what there is stays */
    }
    if (lab->course.dataset->is_said_again) {
        return false; /* nothing is right or wrong */
    }
    if (!lab->now.run->is_begun || !find_moment(lab, &asked, &first, &end)) {
        return false;
    }
    if (exhibits->has[EXHIBIT_WHY] && is_said(lab, why, asked)) {
        return true;
    }
    lab->why_commands = lab->n_commands;
    begin(why, lab->now.selected, asked, end);
    plan_stops(&walk, first, end);
    if (walk.n_stops < 2 || lab->now.run->at.stage == 0 || !walk_through(&walk) ||
        !conclude(&walk, request->cols, why)) {
        begin(why, lab->now.selected, asked, end);
    }
    end_walk(&walk);
    return true;
}

/* ---- as bytes ---- */

static void archive_flip(struct why *why, struct flip *flip, struct archive *archive)
{
    archive_bool(archive, &flip->is_lost);
    archive_text(archive, flip->label, sizeof flip->label);
    archive_text(archive, flip->before, sizeof flip->before);
    archive_text(archive, flip->after, sizeof flip->after);
    archive_text(archive, flip->text, sizeof flip->text);
    archive_bytes(archive, flip->levels, (size_t)(why->width * why->height));
    for (int i = 0; i < why->width * why->height; i++) {
        archive_check(archive, flip->levels[i] < GALLERY_LEVELS);
    }
}

static void archive_share(struct archive *archive, double *share)
{
    archive_double(archive, share);
    archive_check(archive, *share >= 0 && *share <= 1);
}

static void archive_numbers(struct why *why, struct archive *archive)
{
    archive_bool(archive, &why->is_bare);
    archive_bool(archive, &why->is_shared);
    for (int i = 0; i < 2; i++) {
        archive_share(archive, &why->accuracy[i]);
        archive_share(archive, &why->probability[i]);
    }
    archive_double(archive, &why->own);
    archive_check(archive, isnan(why->own) || (why->own >= 0 && why->own <= 1));
    archive_int(archive, &why->n_own, 0, SUITE_OUTPUTS_MAX);
    archive_bool(archive, &why->has_first);
    archive_share(archive, &why->first);
    archive_bool(archive, &why->is_sound);
    archive_int(archive, &why->n_modules, 0, NETWORK_MODULES_MAX);
    for (int m = 0; m < why->n_modules && !archive->has_failed; m++) {
        archive_double(archive, &why->modules[m].moved);
        archive_check(archive, isfinite(why->modules[m].moved));
        archive_share(archive, &why->modules[m].back);
        archive_share(archive, &why->modules[m].since);
    }
    archive_int(archive, &why->n_answers, 0, INT_MAX);
    archive_int(archive, &why->n_lost, 0, INT_MAX);
    archive_int(archive, &why->n_gained, 0, INT_MAX);
}

static void archive_why(struct exhibits *exhibits, struct archive *archive)
{
    struct why *why = &exhibits->why;
    archive_long(archive, &why->asked, MAP_STEP_NOW, LONG_MAX);
    archive_int(archive, &why->learner, 0, INT_MAX);
    archive_int(archive, &why->task, -1, SUITE_TASKS_MAX - 1);
    archive_int(archive, &why->present, 0, SUITE_TASKS_MAX - 1);
    archive_long(archive, &why->begin, 0, LONG_MAX);
    archive_long(archive, &why->end, 0, LONG_MAX);
    archive_numbers(why, archive);
    archive_int(archive, &why->width, 0, GALLERY_SIDE_MAX);
    archive_int(archive, &why->height, 0, GALLERY_SIDE_MAX);
    archive_int(archive, &why->n_flips, 0, WHY_FLIPS_MAX);
    for (int i = 0; i < why->n_flips && !archive->has_failed; i++) {
        archive_flip(why, &why->flips[i], archive);
    }
}

static int last_task(const struct exhibits *exhibits)
{
    const struct why *why = &exhibits->why;
    return why->task > why->present ? why->task : why->present;
}

const struct exhibit_kind exhibit_why = {
    .name = "why",
    .usual = {.is_shown = true, .rows = 1, .cols = 8},
    .period_ns = 500000000,
    .share = 200,
    .make = make,
    .archive = archive_why,
    .last_task = last_task,
};
