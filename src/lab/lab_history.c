/* SPDX-License-Identifier: MIT
 * Every step of a run can be had again: the nearest moment before it, and from there the same steps
 * and commands, which give the same bits.  While steps are taken again nothing is measured or
 * written, but of a learner that is new and brought up to the present. */
#include <assert.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "lab/lab.h"
#include "lab/lab_stages.h"

static const int64_t WATCH_NS = 20000000, SLICE_NS = 10000000;

/* What a command does to numbers; where it only stops, goes on or notes something, nothing. */
static bool is_taken_again(const struct command *command)
{
    return command->kind != COMMAND_PAUSE && command->kind != COMMAND_RESUME &&
           command->kind != COMMAND_NOTE;
}

/* ---- taking steps again ---- */

/* The way through the log and the moments. */
struct retake {
    long from, step;  /* until so many steps have been done, */
    int stage;        /* what is cut at that step has ended, up to the beginning of this one, */
    bool is_to_start; /* and, unless this is set, the commands at that step */
    int command, moment;
};

static bool is_at(const struct lab *lab, int stage, long step)
{
    return lab->at.stage == stage && lab->at.step == step;
}

static void carry_out_again(struct lab *lab, const struct logged_command *logged)
{
    if (is_taken_again(&logged->command)) {
        lab->made = logged->made;
        lab_carry_out(lab, &logged->command, logged->target, NULL);
        lab->made = -1;
    }
}

/* The learner that catches up becomes part of the moments it passes. */
static bool add_to_moments(struct lab *lab, struct retake *retake)
{
    struct history *history = &lab->history;
    while (lab->alone && retake->moment < history->n) {
        struct moment *moment = &history->moments[retake->moment];
        if (!is_at(lab, moment->at.stage, moment->at.step) ||
            moment->n_commands != retake->command) {
            return true;
        }
        if (!lab_history_add_record(lab, moment, lab->alone)) {
            return false;
        }
        retake->moment++;
    }
    return true;
}

/* Steps until something is to be done again. */
static long steps_to_next(const struct lab *lab, const struct retake *retake)
{
    const struct history *history = &lab->history;
    long most = retake->step - lab->at.step;
    if (retake->command < history->n_commands) {
        const struct logged_command *logged = &history->commands[retake->command];
        long steps = logged->stage == lab->at.stage ? logged->step - lab->at.step : most;
        most = steps > 0 && steps < most ? steps : most;
    }
    if (lab->alone && retake->moment < history->n) {
        const struct position *at = &history->moments[retake->moment].at;
        long steps = at->stage == lab->at.stage ? at->step - lab->at.step : most;
        most = steps > 0 && steps < most ? steps : most;
    }
    long slice = lab_steps_within(lab, SLICE_NS);
    return most < slice ? most : slice;
}

/* Tells whoever watches, now and then; false if they give up. */
static bool watch(struct lab *lab, const struct retake *retake)
{
    int64_t now = clock_ns();
    if (!lab->watch.goes_on || now - lab->watched_ns < WATCH_NS) {
        return true;
    }
    long steps = retake->step - retake->from;
    lab->watched_ns = now;
    lab->taken_again = steps > 0 ? (double)(lab->at.step - retake->from) / (double)steps : 1;
    bool goes_on = lab->watch.goes_on(lab->watch.context, lab->taken_again);
    lab->taken_again = (double)NAN;
    lab->is_given_up = !goes_on;
    return goes_on;
}

static bool take_again(struct lab *lab, struct retake *retake, struct err *err)
{
    const struct history *history = &lab->history;
    lab->watched_ns = clock_ns();
    for (;;) {
        if (!add_to_moments(lab, retake)) {
            return err_set(err, ERR_FAILED, "memory: no room for another learner's checkpoints");
        }
        const struct logged_command *logged =
            retake->command < history->n_commands ? &history->commands[retake->command] : NULL;
        bool is_stage = lab->at.stage >= retake->stage;
        bool is_step = lab->at.step >= retake->step && (is_stage || !lab->at.is_cut);
        if (retake->is_to_start && is_stage) {
            return true;
        }
        if (logged && is_at(lab, logged->stage, logged->step)) {
            carry_out_again(lab, logged);
            retake->command++;
        } else if (is_step || lab->state != LAB_TRAINING) {
            return true;
        } else {
            lab_go_on(lab, steps_to_next(lab, retake));
        }
        if (!watch(lab, retake)) {
            return err_set(err, ERR_FAILED, "rewind: stopped on the way");
        }
    }
}

/* ---- going back ---- */

/* A seat for each record: the one that is there, or a new one. */
static bool seat_all(struct lab *lab, const struct moment *moment, struct err *err)
{
    struct seat *seats[LEARNERS_MAX];
    int n = 0;
    assert(moment->n_records <= LEARNERS_MAX); /* kept between commands of different steps */
    for (; n < moment->n_records; n++) {
        const struct record *record = &moment->records[n];
        seats[n] = lab_seat(lab, record->facts.id);
        if (seats[n]) {
            continue;
        }
        seats[n] = seat_create(&record->facts, &record->config, lab->suite, lab->batches,
                               lab->config.seed, err);
        if (!seats[n]) {
            break;
        }
        lab_history_remind(lab, seats[n]);
    }
    bool ok = n == moment->n_records;
    for (int i = 0; !ok && i < n; i++) {
        if (lab_seat(lab, seats[i]->facts.id) != seats[i]) {
            seat_destroy(seats[i]);
        }
    }
    for (int i = 0; ok && i < lab->n_seats; i++) {
        if (!moment_record(moment, lab->seats[i]->facts.id)) {
            seat_destroy(lab->seats[i]);
        }
    }
    if (ok) {
        memcpy(lab->seats, seats, (size_t)n * sizeof *seats);
        lab->n_seats = n;
    }
    return ok;
}

/* Those that are there now, one for each record, become what they were. */
static bool restore(struct lab *lab, const struct moment *moment, struct err *err)
{
    struct schedule *schedule = &lab->schedule;
    const struct moment *boundary = lab_history_boundary(lab, moment);
    lab->at = moment->at;
    suite_unteach(lab->suite, lab->at.taught);
    lab->speed = moment->speed;
    while (schedule->n_seen > moment->at.n_seen) {
        schedule->is_seen[schedule->seen[--schedule->n_seen]] = false;
    }
    schedule->turn = moment->at.turn;
    batches_begin(lab->batches, lab->at.stage, lab->at.task);
    for (int i = 0; i < lab->n_seats; i++) {
        struct seat *seat = lab->seats[i];
        const struct record *record = &moment->records[i];
        seat->facts = record->facts;
        if (!seat_load(seat, record->bytes, record->size)) {
            return err_set(err, ERR_FAILED, "rewind: the checkpoint of %s cannot be read",
                           record->facts.name);
        }
        seat_forget_ends(seat, lab->at.stage);
        feed_begin(seat->feed, lab->at.stage_step);
        const struct record *origin =
            boundary ? lab_history_record(lab, boundary, record->facts.id) : NULL;
        size_t size = learner_network(seat->learner)->n_params * sizeof(real);
        memcpy(seat->references.stage_start, origin ? origin->bytes : record->bytes, size);
    }
    return true;
}

/* The last stage that stood at that step: any that can be reached, but if one is to be cut there
 * that is going on still. */
static int last_stage_at(const struct lab *lab, long step)
{
    return step == lab->at.step && lab->at.is_cut ? lab->at.stage : INT_MAX;
}

/* The selected one, or whom it comes from if it was not there then: the log still says who. */
static void select_then(struct lab *lab, int selected)
{
    while (selected >= 0 && !lab_seat(lab, selected)) {
        selected = lab_history_parent(lab, selected);
    }
    lab->selected = selected >= 0 ? selected : lab->selected;
}

/* One that was added stands behind those that have been forked since, or before them if they are
 * forked again on the way: which of both must not depend on the moments that happen to be kept. */
static void sort_by_id(struct lab *lab)
{
    for (int i = 1; i < lab->n_seats; i++) {
        for (int k = i; k > 0 && lab->seats[k]->facts.id < lab->seats[k - 1]->facts.id; k--) {
            struct seat *seat = lab->seats[k];
            lab->seats[k] = lab->seats[k - 1];
            lab->seats[k - 1] = seat;
        }
    }
}

bool lab_go_back(struct lab *lab, long step, int stage, struct err *err)
{
    struct history *history = &lab->history;
    int i = lab_history_find(lab, step);
    while (stage >= 0 && i >= 0 &&
           (history->moments[i].at.stage > stage ||
            (history->moments[i].at.stage == stage && !history->moments[i].is_boundary))) {
        i--;
    }
    if (i < 0 || !history->is_kept) { /* the log may have a gap */
        return err_set(err, ERR_USAGE, "rewind: this session keeps no checkpoints to go back to");
    }
    const struct moment *moment = &history->moments[i];
    struct retake retake = {
        moment->at.step,    step, stage >= 0 ? stage : last_stage_at(lab, step), stage >= 0,
        moment->n_commands, 0};
    struct command speed = {.kind = COMMAND_SPEED, .speed = lab->speed};
    int selected = lab->selected;
    bool was_paused = lab->state == LAB_PAUSED;
    if (!seat_all(lab, moment, err)) {
        return false; /* nothing has changed */
    }
    lab->is_silent = true;
    lab->state = LAB_TRAINING;
    bool ok = restore(lab, moment, err) && take_again(lab, &retake, err);
    lab->is_silent = false;
    if (!ok) {
        lab->state = LAB_PAUSED;
        return false;
    }
    select_then(lab, selected);
    history->n_commands = retake.command;
    while (history->n > 0 && (history->moments[history->n - 1].at.stage > lab->at.stage ||
                              history->moments[history->n - 1].at.step > lab->at.step)) {
        lab_history_cut(lab, history->n - 1);
    }
    history->kept_ns = lab->training_ns;
    lab_forget_writing(lab);
    if (lab->speed != speed.speed) { /* that of now stays */
        lab_carry_out_logged(lab, &speed, LEARNER_ALL, -1);
    }
    sort_by_id(lab);
    lab_tell_apart(lab);
    lab->state = was_paused && lab->state == LAB_TRAINING ? LAB_PAUSED : lab->state;
    return true;
}

void lab_tell_rewind(struct lab *lab)
{
    lab_reselect(lab);
    lab_add_entry(lab, ENTRY_REWIND, LEARNER_ALL, lab->at.task, 0, NULL);
    for (int i = 0; i < lab->n_seats; i++) {
        lab_call_up(lab, lab->seats[i]);
    }
    if (lab->state == LAB_ENDED) {
        lab_add_entry(lab, ENTRY_END, LEARNER_ALL, lab->at.task, 0, NULL);
    }
}

bool lab_rewind(struct lab *lab, long step, struct err *err)
{
    if (step > lab->at.step) {
        return err_set(err, ERR_USAGE,
                       "rewind: a step up to the present one, %ld, expected, found %ld",
                       lab->at.step, step);
    }
    if (!lab_go_back(lab, step, -1, err)) {
        return false;
    }
    lab_script_again(lab, false);
    lab_tell_rewind(lab);
    return true;
}

/* ---- catching up ---- */

/* Once its loss is not finite it stays as it is, but for switches and knobs. */
static bool stand_by(struct lab *lab, struct retake *retake)
{
    struct history *history = &lab->history;
    bool ok = true;
    for (; ok && retake->moment < history->n; retake->moment++) {
        struct moment *moment = &history->moments[retake->moment];
        for (; retake->command < moment->n_commands; retake->command++) {
            carry_out_again(lab, &history->commands[retake->command]);
        }
        ok = lab_history_add_record(lab, moment, lab->alone);
    }
    for (; retake->command < history->n_commands; retake->command++) {
        carry_out_again(lab, &history->commands[retake->command]);
    }
    return ok;
}

static void return_to_present(struct lab *lab, const struct position *present)
{
    struct schedule *schedule = &lab->schedule;
    schedule->turn = present->turn;
    schedule->n_seen = present->n_seen;
    for (int i = 0; i < schedule->n_seen; i++) {
        schedule->is_seen[schedule->seen[i]] = true;
    }
    lab->at = *present;
    batches_begin(lab->batches, present->stage, present->task);
}

bool lab_catch_up(struct lab *lab, struct seat *seat, struct err *err)
{
    struct history *history = &lab->history;
    struct position present = lab->at;
    present.turn = lab->schedule.turn;
    present.n_seen = lab->schedule.n_seen;
    enum lab_state state = lab->state;
    double speed = lab->speed;
    struct retake retake = {.step = present.step, .stage = present.stage};
    lab->present = &present;
    lab->alone = seat;
    lab->is_silent = true;
    lab->state = LAB_TRAINING;
    lab->speed = history->n > 0 ? history->moments[0].speed : speed;
    lab_begin_session(lab);
    bool ok = take_again(lab, &retake, err);
    if (ok && !stand_by(lab, &retake)) {
        ok = err_set(err, ERR_FAILED, "memory: no room for another learner's checkpoints");
    }
    lab->present = NULL;
    lab->alone = NULL;
    lab->is_silent = false;
    lab->state = state;
    lab->speed = speed;
    return_to_present(lab, &present);
    feed_begin(seat->feed, present.stage_step);
    lab_history_thin(lab);
    return ok;
}
