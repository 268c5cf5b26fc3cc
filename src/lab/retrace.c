/* SPDX-License-Identifier: MIT */
#include "lab/retrace.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "lab/run_commands.h"

static const int64_t WATCH_NS = 20000000, SLICE_NS = 10000000;

/* ---- the way ---- */

/* What a command does to numbers; where it only stops, goes on or notes something, nothing. */
static bool is_taken_again(const struct command *command)
{
    return command->kind != COMMAND_PAUSE && command->kind != COMMAND_RESUME &&
           command->kind != COMMAND_NOTE;
}

static bool is_look(const struct command *command)
{
    return command_at((int)command->kind)->flags & COMMAND_LOOKS;
}

void retrace_command(struct retrace *retrace)
{
    const struct order *order = &retrace->history->log.commands[retrace->command++].order;
    bool is_watched = retrace->trained != NULL;
    retrace->lacks_end |= retrace->may_lack && run_lacks_end(retrace->run, order);
    bool ok =
        is_taken_again(&order->command) && run_carry_out(retrace->run, order, is_watched, NULL);
    if (ok && is_watched && is_look(&order->command)) {
        retrace->trained(retrace->context, retrace->run);
    }
}

static bool is_at(const struct run *run, int stage, long step)
{
    return run->at.stage == stage && run->at.step == step;
}

/* Past the checkpoints that stand here. */
static bool pass_checkpoints(struct retrace *retrace, struct err *err)
{
    const struct history *history = retrace->history;
    for (; retrace->checkpoint < history->n; retrace->checkpoint++) {
        const struct checkpoint *checkpoint = &history->checkpoints[retrace->checkpoint];
        if (!is_at(retrace->run, checkpoint->at.stage, checkpoint->at.step) ||
            checkpoint->n_commands != retrace->command) {
            return true;
        }
        if (retrace->arrived &&
            !retrace->arrived(retrace->context, retrace->checkpoint, retrace->run, err)) {
            return false;
        }
    }
    return true;
}

/* Steps until something is to be done. */
static long steps_to_next(const struct retrace *retrace)
{
    const struct history *history = retrace->history;
    const struct position *at = &retrace->run->at;
    long most = retrace->to.step - at->step;
    if (retrace->command < history->log.n) {
        const struct logged_command *logged = &history->log.commands[retrace->command];
        long steps = logged->stage == at->stage ? logged->step - at->step : most;
        most = steps > 0 && steps < most ? steps : most;
    }
    if (retrace->checkpoint < history->n) {
        const struct position *next = &history->checkpoints[retrace->checkpoint].at;
        long steps = next->stage == at->stage ? next->step - at->step : most;
        most = steps > 0 && steps < most ? steps : most;
    }
    long slice = run_steps_within(retrace->run, SLICE_NS);
    return most < slice ? most : slice;
}

static void train(struct retrace *retrace)
{
    struct run *run = retrace->run;
    struct segment segment = run_plan(run, steps_to_next(retrace), retrace->trained != NULL);
    run_train(run, &segment);
    if (retrace->trained) {
        retrace->trained(retrace->context, run);
    }
    bool is_held = retrace->to.is_to_end && run->at.stage == retrace->to.stage;
    if (segment.is_end && !is_held && run_state(run) == RUN_TRAINING) {
        run_next_stage(run);
    }
}

/* Does what is next; false where the way ends. */
static bool take_next(struct retrace *retrace)
{
    const struct command_log *log = &retrace->history->log;
    const struct position *at = &retrace->run->at;
    const struct destination *to = &retrace->to;
    bool is_stage = at->stage >= to->stage;
    bool is_step = at->step >= to->step && (is_stage || !at->is_cut);
    if (to->is_to_start && is_stage) {
        return false;
    }
    if (retrace->command < log->n && is_at(retrace->run, log->commands[retrace->command].stage,
                                           log->commands[retrace->command].step)) {
        retrace_command(retrace);
        return true;
    }
    if (is_step || run_state(retrace->run) != RUN_TRAINING) {
        return false;
    }
    train(retrace);
    return true;
}

bool retrace_go(struct retrace *retrace, struct err *err)
{
    long from = retrace->run->at.step, steps = retrace->to.step - from;
    int64_t watched_ns = clock_ns();
    bool is_on_the_way = true;
    while (is_on_the_way) {
        if (!pass_checkpoints(retrace, err)) {
            return false;
        }
        is_on_the_way = take_next(retrace) && !retrace->lacks_end;
        int64_t now = clock_ns();
        if (is_on_the_way && now - watched_ns >= WATCH_NS) {
            long done = retrace->run->at.step - from;
            watched_ns = now;
            if (!watch_goes_on(retrace->watch, steps > 0 ? (double)done / (double)steps : 1)) {
                return err_set(err, ERR_STOPPED, "rewind: stopped on the way");
            }
        }
    }
    return true;
}

/* ---- from a checkpoint ---- */

/* The tasks that had been seen, in their order: the first of those that have been seen since. */
static void set_schedule(struct run *run, const struct run *now)
{
    schedule_reset(&run->schedule);
    for (int i = 0; i < run->at.n_seen; i++) {
        schedule_begin(&run->schedule, now->schedule.seen[i]);
    }
    run->schedule.turn = run->at.turn;
}

static bool teach(struct run *run, const struct command_log *log, int n_commands)
{
    bool ok = true;
    for (int i = 0; ok && i < n_commands; i++) {
        const struct command *command = &log->commands[i].order.command;
        ok = command->kind != COMMAND_TEACH || suite_teach(run->suite, command->text);
    }
    return ok && suite_taught(run->suite) == run->at.taught;
}

static bool restore_member(const struct history *history, const struct checkpoint *checkpoint,
                           int i, struct run *run, const struct run *now, struct err *err)
{
    const struct record *record = &checkpoint->records[i];
    const struct checkpoint *boundary = history_boundary(history, checkpoint->at.stage);
    const struct member *before = run_member(now, record->facts.id);
    struct member *member = run_make_member(run, &record->facts, &record->config, err);
    if (!member) {
        return false;
    }
    run_take_in(run, member);
    member->facts = record->facts;
    if (!member_load(member, record->bytes, record->size)) {
        return err_set(err, ERR_FAILED, "rewind: the checkpoint of %s cannot be read",
                       record->facts.name);
    }
    member->references.ends.has_gaps = checkpoint->at.stage > 0;
    if (before) {
        member_follow(member, before, checkpoint->at.stage);
    } else if (checkpoint->at.stage > 0) { /* within the first, its end is yet to come */
        history_remind(history, member);
    }
    const struct record *origin =
        boundary ? history_record(history, boundary, record->facts.id) : NULL;
    size_t size = learner_network(member->learner)->n_params * sizeof(real);
    memcpy(member->references.stage_start, origin ? origin->bytes : record->bytes, size);
    run_set_feed(run, member);
    return true;
}

/* What `now` was at that checkpoint. */
static struct run *restore(const struct history *history, const struct checkpoint *checkpoint,
                           const struct run *now, struct err *err)
{
    struct run *run = run_create(now->course, checkpoint->speed, err);
    if (!run) {
        return NULL;
    }
    assert(checkpoint->n_records <= LEARNERS_MAX); /* kept between commands of different steps */
    run->is_begun = true;
    run->at = checkpoint->at;
    run->step_ns = now->step_ns;
    set_schedule(run, now);
    bool ok = teach(run, &history->log, checkpoint->n_commands) ||
              err_set(err, ERR_FAILED, "rewind: the lessons of then cannot be taught again");
    for (int i = 0; ok && i < checkpoint->n_records; i++) {
        ok = restore_member(history, checkpoint, i, run, now, err);
    }
    if (!ok) {
        run_destroy(run);
        return NULL;
    }
    return run;
}

/* The last one that is no later than the beginning of `stage`, up to number `i`; -1 = none. */
static int before_stage(const struct history *history, int i, int stage)
{
    while (i >= 0) {
        const struct checkpoint *checkpoint = &history->checkpoints[i];
        if (checkpoint->at.stage < stage ||
            (checkpoint->at.stage == stage && checkpoint->is_boundary)) {
            break;
        }
        i--;
    }
    return i;
}

/* Whoever wants to do something before the first step. */
struct beginning {
    void (*begun)(void *context, struct run *run);
    void *context;
};

/* The run as it comes from checkpoint number `i`; *lacks_end: it has not come through, for the end
 * of a stage is missing that it needs. */
static struct run *come_from(const struct history *history, int i, const struct run *now,
                             const struct destination *to, const struct watch *watch,
                             const struct beginning *beginning, int *n_commands, bool *lacks_end,
                             struct err *err)
{
    const struct checkpoint *checkpoint = &history->checkpoints[i];
    struct run *run = restore(history, checkpoint, now, err);
    *lacks_end = false;
    if (!run) {
        return NULL;
    }
    struct retrace retrace = {.history = history,
                              .run = run,
                              .to = *to,
                              .watch = watch,
                              .command = checkpoint->n_commands,
                              .checkpoint = i,
                              .may_lack = i > 0};
    retrace.lacks_end = i > 0 && to->is_to_stay && run_lacks_ends(run);
    if (beginning) {
        beginning->begun(beginning->context, run);
    }
    bool ok = retrace.lacks_end || retrace_go(&retrace, err);
    *lacks_end = retrace.lacks_end;
    if (!ok || retrace.lacks_end) {
        run_destroy(run);
        return NULL;
    }
    *n_commands = retrace.command;
    return run;
}

/* What `now` was at checkpoint number `i`, taken to `to`; from the first one, where nothing is
 * missing, if it does not come through from there. */
static struct run *go_from(const struct history *history, int i, const struct run *now,
                           const struct destination *to, const struct watch *watch,
                           const struct beginning *beginning, int *n_commands, struct err *err)
{
    if (i < 0 || !history->is_kept) { /* the log may have a gap */
        err_set(err, ERR_USAGE, "rewind: this session keeps no checkpoints to go back to");
        return NULL;
    }
    bool lacks_end;
    struct run *run = come_from(history, i, now, to, watch, beginning, n_commands, &lacks_end, err);
    return lacks_end && i > 0
               ? come_from(history, 0, now, to, watch, beginning, n_commands, &lacks_end, err)
               : run;
}

struct run *retrace_back(const struct history *history, const struct run *now,
                         const struct destination *to, const struct watch *watch, int *n_commands,
                         struct err *err)
{
    int i = history_find(history, to->step);
    i = to->is_to_start ? before_stage(history, i, to->stage) : i;
    return go_from(history, i, now, to, watch, NULL, n_commands, err);
}

struct run *retrace_stage(const struct history *history, const struct run *now,
                          const struct destination *to, const struct watch *watch,
                          void (*begun)(void *context, struct run *run), void *context,
                          struct err *err)
{
    const struct beginning beginning = {begun, context};
    int i = before_stage(history, history->n - 1, to->stage), n_commands;
    return go_from(history, i, now, to, watch, &beginning, &n_commands, err);
}
