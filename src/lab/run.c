/* SPDX-License-Identifier: MIT */
#include "lab/run.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/range.h"
#include "net/blas.h"

struct run *run_create(struct course *course, double speed, struct err *err)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run) {
        err_set(err, ERR_FAILED, "memory: none left for a run");
        return NULL;
    }
    run->course = course;
    run->speed = speed;
    run->at = (struct position){.task = suite_stage_task(course->suite, 0),
                                .is_first_of_task = true,
                                .previous_task = -1,
                                .detour = -1,
                                .interrupted = -1,
                                .planned = 1};
    if (!schedule_init(&run->schedule, suite_n_tasks(course->suite), err) ||
        !(run->suite = suite_share(course->suite, err))) {
        run_destroy(run);
        return NULL;
    }
    return run;
}

void run_destroy(struct run *run)
{
    if (!run) {
        return;
    }
    for (int i = 0; i < run->n_members; i++) {
        member_destroy(run->members[i]);
    }
    schedule_fini(&run->schedule);
    if (run->suite) {
        batches_turn(run->course->batches, NULL);
        suite_destroy(run->suite);
    }
    free(run);
}

enum run_state run_state(const struct run *run)
{
    bool is_alive = false;
    for (int i = 0; i < run->n_members; i++) {
        is_alive |= !run->members[i]->facts.has_diverged;
    }
    return run->is_over ? RUN_OVER : is_alive ? RUN_TRAINING : RUN_DIVERGED;
}

long run_steps_of(const struct run *run, int task)
{
    const struct params *params = &run->course->config.learners[0].params; /* common to all */
    if (task == suite_lesson_task(run->suite)) {
        return (long)params->value[PARAM_TEXT_LESSON];
    }
    long steps = (long)params->value[PARAM_STEPS];
    return steps > 0
               ? steps
               : (long)params->value[PARAM_EPOCHS] * batches_per_epoch(run->course->batches, task);
}

long run_steps_within(const struct run *run, int64_t ns)
{
    double steps = run->step_ns > 0 ? (double)ns / run->step_ns : 1;
    return steps < 1 ? 1 : steps > 1e6 ? 1000000 : (long)steps;
}

/* ---- learners ---- */

struct member *run_member(const struct run *run, int id)
{
    for (int i = 0; i < run->n_members; i++) {
        if (run->members[i]->facts.id == id) {
            return run->members[i];
        }
    }
    return NULL;
}

struct member *run_member_called(const struct run *run, const char *name)
{
    for (int i = 0; i < run->n_members; i++) {
        if (strcmp(run->members[i]->facts.name, name) == 0) {
            return run->members[i];
        }
    }
    return NULL;
}

struct member *run_make_member(const struct run *run, const struct learner_facts *facts,
                               const struct learner_config *config, struct err *err)
{
    struct course *course = run->course;
    struct config *whole = &course->config;
    struct member *member =
        member_create(facts, config, run->suite, course->batches, whole->seed, err);
    if (member && whole->start && !member_start_from(member, &course->start, whole, err)) {
        member_destroy(member);
        return NULL;
    }
    return member;
}

void run_take_in(struct run *run, struct member *member)
{
    struct course *course = run->course;
    assert(run->n_members < (int)(sizeof run->members / sizeof *run->members));
    run->members[run->n_members++] = member;
    int hands = course->hands < LEARNERS_MAX ? course->hands : LEARNERS_MAX;
    bool is_worth_it = run->n_members > 1 || learner_is_large(member->learner);
    if (is_worth_it && !course->pool && hands > 1 && blas_reserve(hands, NULL)) {
        course->pool = pool_create(hands, NULL); /* where there are no threads one does it all */
    }
}

void run_let_go(struct run *run, struct member *member)
{
    int n = 0;
    for (int i = 0; i < run->n_members; i++) {
        if (run->members[i] != member) {
            run->members[n++] = run->members[i];
        }
    }
    run->n_members = n;
}

int run_free_slot(const struct run *run)
{
    for (int slot = 0; slot < LEARNERS_MAX; slot++) {
        bool is_taken = false;
        for (int i = 0; i < run->n_members; i++) {
            is_taken |= run->members[i]->facts.slot == slot;
        }
        if (!is_taken) {
            return slot;
        }
    }
    return 0;
}

/* "ewc" -> "ewc-2", "ewc-3" ... until nobody is called so. */
static void name_after(const struct run *run, const char *name, char fresh[LEARNER_NAME_MAX])
{
    size_t length = strlen(name);
    const char *dash = strrchr(name, '-');
    if (dash && dash > name && strspn(dash + 1, "0123456789") == strlen(dash + 1)) {
        length = (size_t)(dash - name);
    }
    int n = 2;
    do {
        snprintf(fresh, LEARNER_NAME_MAX, "%.*s-%d", (int)(length < 18 ? length : 18), name, n++);
    } while (run_member_called(run, fresh));
}

static void tell_apart(struct run *run)
{
    int n = run->n_members;
    run->n_members = 0; /* those told apart so far */
    for (int i = 0; i < n; i++) {
        struct learner_facts *facts = &run->members[i]->facts;
        for (int k = 0; k < i; k++) {
            bool is_taken = run->members[k]->facts.slot == facts->slot;
            facts->slot = is_taken ? run_free_slot(run) : facts->slot;
        }
        if (run_member_called(run, facts->name)) {
            char name[LEARNER_NAME_MAX];
            name_after(run, facts->name, name);
            memcpy(facts->name, name, sizeof facts->name);
        }
        run->n_members++;
    }
}

void run_sort(struct run *run)
{
    for (int i = 1; i < run->n_members; i++) {
        for (int k = i; k > 0 && run->members[k]->facts.id < run->members[k - 1]->facts.id; k--) {
            struct member *member = run->members[k];
            run->members[k] = run->members[k - 1];
            run->members[k - 1] = member;
        }
    }
    tell_apart(run);
}

struct settings member_settings(const struct member *member)
{
    return (struct settings){.params = *learner_params(member->learner),
                             .on = learner_on(member->learner),
                             .observed = learner_observed(member->learner)};
}

/* ---- work for all ---- */

/* The batches may be where another run has them. */
static void take_batches(struct run *run)
{
    batches_turn(run->course->batches, run->suite);
    batches_begin(run->course->batches, run->at.stage, run->at.task);
}

void run_set_feed(struct run *run, struct member *member)
{
    take_batches(run);
    feed_begin(member->feed, run->at.stage_step);
}

static void train_member(void *context, int i)
{
    struct run *run = context;
    member_run(run->members[i], &run->done);
}

static void prepare_member(void *context, int i)
{
    struct run *run = context;
    member_prepare_end(run->members[i]);
}

static void end_member(void *context, int i)
{
    struct run *run = context;
    member_end(run->members[i], &run->done);
}

static void measure_baseline(void *context, int i)
{
    struct run *run = context;
    member_measure_row(run->members[i], run->at.task);
}

/* Several learners are shared out among the threads, one has them all for its products. */
static void for_all(struct run *run, void (*job)(void *context, int i))
{
    struct pool *pool = run->course->pool;
    for (int i = 0; i < run->n_members; i++) {
        learner_share(run->members[i]->learner, run->n_members == 1 ? pool : NULL);
    }
    pool_run(pool, job, run, run->n_members);
}

/* ---- stages ---- */

static void begin_stage(struct run *run, int stage, int task, long steps)
{
    struct position *at = &run->at;
    at->stage = stage;
    at->task = task;
    at->stage_step = 0;
    at->stage_steps = steps;
    at->is_cut = false;
    take_batches(run);
    for (int i = 0; i < run->n_members; i++) {
        member_begin_stage(run->members[i], stage, task);
    }
    bool is_stream = suite_is_stream(run->suite);
    at->is_first_of_task = is_stream || !run->schedule.is_seen[task];
    schedule_begin(&run->schedule, task);
    for (int t = 0; is_stream && t < suite_n_tasks(run->suite); t++) {
        schedule_begin(&run->schedule, t); /* any may come at any time */
    }
}

void run_begin(struct run *run)
{
    run->is_begun = true;
    for (int i = 0; i < run->n_members; i++) {
        member_begin_session(run->members[i]);
    }
    for_all(run, measure_baseline);
}

void run_begin_first_stage(struct run *run)
{
    int first = suite_stage_task(run->suite, 0);
    begin_stage(run, 0, first, run_steps_of(run, first));
}

void run_begin_stage(struct run *run, int task, long steps)
{
    run->is_over = false;
    begin_stage(run, run->at.stage + 1, task, steps);
}

bool run_next_stage(struct run *run)
{
    struct position *at = &run->at;
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
    if (task < 0 && at->planned < suite_n_stages(run->suite)) {
        task = suite_stage_task(run->suite, at->planned++);
    }
    if (task < 0) {
        run->is_over = true;
        return false;
    }
    begin_stage(run, at->stage + 1, task, left > 0 ? left : run_steps_of(run, task));
    return true;
}

/* ---- segments ---- */

/* Of the session, whoever is there: some networks say something at each position of a row. */
static int answers_a_step(const struct run *run)
{
    const struct config *config = &run->course->config;
    int most = 1;
    for (int i = 0; i < config->n_learners; i++) {
        most = max_int(most, network_n_positions(&config->learners[i].params));
    }
    return (int)config->learners[0].params.value[PARAM_BATCH] * most;
}

/* Steps until a look is due, at most `most`; `is_due` says whether one is due then. */
static long steps_to_look(const struct run *run, long most, bool *is_due)
{
    const struct position *at = &run->at;
    int n_test = suite_task(run->suite, at->task)->n_test, answers = answers_a_step(run);
    long steps = 0, every = run->course->config.eval_every;
    *is_due = false;
    while (steps < most && !*is_due) {
        steps++;
        *is_due = every > 0 ? (at->stage_step + steps) % every == 0
                            : schedule_is_due(at->stage_step + steps, at->stage_steps,
                                              run->speed > 0, answers, n_test);
    }
    return steps;
}

static struct segment segment_here(const struct run *run, bool is_watched)
{
    const struct position *at = &run->at;
    return (struct segment){.step = at->step,
                            .stage = at->stage,
                            .task = at->task,
                            .stage_step = at->stage_step,
                            .stage_steps = at->stage_steps,
                            .speed = run->speed,
                            .probes = run->course->probes,
                            .is_watched = is_watched};
}

static void choose_tasks(struct run *run, struct segment *segment)
{
    const struct position *at = &run->at;
    segment->n_tasks =
        schedule_tasks(&run->schedule, run->speed > 0, at->task, at->previous_task, segment->tasks);
}

struct segment run_plan(struct run *run, long most, bool is_watched)
{
    const struct position *at = &run->at;
    long left = at->is_cut ? 0 : at->stage_steps - at->stage_step;
    struct segment segment = segment_here(run, is_watched);
    most = most < left ? most : left;
    most = most < 1000000 ? most : 1000000;
    segment.n_steps = (int)steps_to_look(run, most, &segment.has_look);
    segment.is_end = segment.n_steps == left;
    segment.has_look |= segment.is_end;
    segment.interval = run->course->config.eval_every;
    segment.interval = segment.interval > 0
                           ? segment.interval
                           : schedule_interval(at->stage_steps, run->speed > 0, answers_a_step(run),
                                               suite_task(run->suite, at->task)->n_test);
    if (segment.has_look) {
        choose_tasks(run, &segment);
    }
    return segment;
}

/* How much of it is done, by the one that is furthest behind. */
static double prepared(const struct run *run)
{
    double least = 1;
    for (int i = 0; i < run->n_members; i++) {
        const struct member *member = run->members[i];
        least = member->facts.has_diverged || member->prepared > least ? least : member->prepared;
    }
    return least;
}

/* False if whoever watches has given up. */
static bool end_stage(struct run *run)
{
    while (run->watch && prepared(run) < 1) {
        for_all(run, prepare_member);
        if (!watch_goes_on(run->watch, prepared(run))) {
            return false;
        }
    }
    for_all(run, end_member);
    return true;
}

bool run_train(struct run *run, const struct segment *segment)
{
    int64_t begin = clock_ns();
    run->done = *segment;
    take_batches(run);
    for_all(run, train_member);
    if (segment->n_steps > 0) {
        double step_ns = (double)(clock_ns() - begin) / segment->n_steps;
        run->step_ns += run->step_ns > 0 ? (step_ns - run->step_ns) / 8 : step_ns;
    }
    int n_done = 0;
    for (int i = 0; i < run->n_members; i++) {
        n_done = run->members[i]->n_done > n_done ? run->members[i]->n_done : n_done;
    }
    run->at.step += n_done;
    run->at.stage_step += n_done;
    return !segment->is_end || end_stage(run);
}

void run_look(struct run *run, bool is_watched)
{
    struct segment segment = segment_here(run, is_watched);
    segment.has_look = segment.is_of_all = true;
    run_train(run, &segment);
}
