/* SPDX-License-Identifier: MIT
 * The whole lab as bytes, and going on from them.
 *
 * Of what going back needs they hold the log of commands, who was there at the start, and some
 * boundaries: the last one, and earlier ones evenly while they are small.  The weights of the start
 * follow from configs and seed and are made again. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/lab.h"
#include "lab/lab_archive.h"

/* Raised when the bytes mean something else. */
enum { VERSION = 2 };

enum { KEPT_MOST = 64 };

/* What is offered only while it is small: boundaries but for the last, ends of a learner's tasks,
 * those that are gone.  And how large a state may be: beyond that there is none, and the session is
 * resumed from its first step. */
static const size_t KEPT_BYTES = 1u << 20, ENDS_BYTES = 1u << 20, DEPARTED_BYTES = 1u << 20;
static const size_t STATE_BYTES_MAX = 256u << 20;

/* ---- the session ---- */

static void archive_speed(struct archive *archive, double *speed)
{
    archive_double(archive, speed);
    archive_check(archive, isfinite(*speed) && *speed >= 0);
}

static void archive_seen(struct archive *archive, struct lab *lab)
{
    struct schedule *schedule = &lab->schedule;
    if (archive->is_reading) {
        schedule_reset(schedule);
        schedule->turn = lab->at.turn;
    }
    for (int i = 0; i < lab->at.n_seen; i++) {
        int task = archive->is_reading ? 0 : schedule->seen[i];
        archive_int(archive, &task, 0, schedule->n_tasks - 1);
        if (archive->is_reading) {
            archive_check(archive, !schedule->is_seen[task]);
            schedule_visit(schedule, task);
        }
    }
}

static void archive_session(struct archive *archive, struct lab *lab)
{
    int state = (int)lab->state, n_lines = lab->script ? lab->script->n : 0;
    archive_int(archive, &n_lines, n_lines, n_lines);
    for (int i = 0; i < n_lines; i++) {
        archive_bool(archive, &lab->is_done[i]);
    }
    archive_int(archive, &state, 0, LAB_ENDED);
    lab->state = (enum lab_state)state;
    archive_speed(archive, &lab->speed);
    archive_int(archive, &lab->next_id, 1, INT_MAX / 2);
    archive_int(archive, &lab->selected, 0, lab->next_id - 1);
    archive_bool(archive, &lab->is_to_all);
    if (!archive->is_reading) {
        lab->at.turn = lab->schedule.turn;
        lab->at.n_seen = lab->schedule.n_seen;
    }
    archive_position(archive, &lab->at, lab);
    archive_seen(archive, lab);
}

/* ---- moments ---- */

static struct seat *make_seat(const struct lab *lab, const struct record *record)
{
    return seat_create(&record->facts, &record->config, lab->suite, lab->batches, lab->config.seed,
                       NULL);
}

/* The learner at the first step of the session. */
static void make_first(struct archive *archive, struct lab *lab, struct record *record, int task)
{
    struct seat *seat = make_seat(lab, record);
    if (seat) {
        batches_begin(lab->batches, 0, task);
        seat_begin_session(seat);
        seat_begin_stage(seat, 0, task);
        record->bytes = seat_save(seat, &record->size);
    }
    archive_check(archive, record->bytes != NULL);
    seat_destroy(seat);
}

/* Its bytes, which must be those of a learner like this one. */
static void archive_record_bytes(struct archive *archive, const struct lab *lab,
                                 struct record *record)
{
    long size = (long)record->size;
    archive_long(archive, &size, 1, (long)STATE_BYTES_MAX);
    if (!archive->is_reading) {
        archive_bytes(archive, record->bytes, record->size);
        return;
    }
    struct seat *seat = NULL;
    archive_check(archive, (size_t)size <= archive->size - archive->n);
    if (!archive->has_failed && (record->bytes = malloc((size_t)size)) != NULL) {
        record->size = (size_t)size;
        archive_bytes(archive, record->bytes, record->size);
        seat = make_seat(lab, record);
    }
    archive_check(archive, seat && seat_load(seat, record->bytes, record->size));
    seat_destroy(seat);
}

/* With the learners' bytes but at the start, where they are made. */
static void archive_moment(struct archive *archive, struct lab *lab, struct moment *moment,
                           bool is_first)
{
    int n = moment->n_records;
    archive_position(archive, &moment->at, lab);
    archive_speed(archive, &moment->speed);
    archive_int(archive, &moment->n_commands, 0, lab->history.n_commands);
    archive_int(archive, &n, 1, LEARNERS_MAX);
    for (int i = 0; i < n && !archive->has_failed; i++) {
        struct record record = {0};
        if (!archive->is_reading) {
            record = moment->records[i];
        }
        archive_facts(archive, &record.facts, lab);
        archive_learner_config(archive, &record.config, lab);
        if (!is_first) {
            archive_record_bytes(archive, lab, &record);
        } else if (archive->is_reading && !archive->has_failed) {
            make_first(archive, lab, &record, suite_stage_task(lab->suite, 0));
        }
        if (archive->is_reading &&
            (archive->has_failed || !lab_history_take_record(lab, moment, &record))) {
            archive_check(archive, false);
            free(record.bytes);
        }
    }
}

/* The boundaries that are kept, in their order: each `stride`-th, back from the last. */
static int choose(const struct history *history, int stride, int *chosen, size_t *bytes)
{
    int n = 0, passed = 0, all[KEPT_MOST];
    *bytes = 0;
    for (int i = history->n - 1; i > 0 && n < KEPT_MOST; i--) {
        const struct moment *moment = &history->moments[i];
        if (moment->is_boundary && passed++ % stride == 0) {
            all[n++] = i;
            *bytes += n > 1 ? moment->bytes : 0;
        }
    }
    for (int i = 0; i < n; i++) {
        chosen[i] = all[n - 1 - i];
    }
    return n;
}

static void archive_moments(struct archive *archive, struct lab *lab)
{
    struct history *history = &lab->history;
    int n = 0, chosen[KEPT_MOST] = {0};
    size_t bytes = KEPT_BYTES + 1;
    for (int stride = 1; !archive->is_reading && bytes > KEPT_BYTES; stride *= 2) {
        n = choose(history, stride, chosen, &bytes);
    }
    archive_int(archive, &n, 0, KEPT_MOST);
    for (int i = -1; i < n && !archive->has_failed; i++) {
        int at = archive->is_reading ? history->n++ : i < 0 ? 0 : chosen[i];
        struct moment *moment = &history->moments[at];
        if (archive->is_reading) {
            *moment = (struct moment){.is_boundary = true, .number = ++history->n_numbered};
        }
        archive_moment(archive, lab, moment, i < 0);
    }
}

/* ---- what is there now ---- */

static void archive_seats(struct archive *archive, struct lab *lab)
{
    int n = lab->n_seats;
    archive_int(archive, &n, 1, LEARNERS_MAX);
    while (archive->is_reading && lab->n_seats > 0) {
        seat_destroy(lab->seats[--lab->n_seats]);
    }
    for (int i = 0; i < n && !archive->has_failed; i++) {
        struct record record = {0};
        if (!archive->is_reading) {
            record =
                (struct record){.facts = lab->seats[i]->facts, .config = lab->seats[i]->config};
        }
        archive_facts(archive, &record.facts, lab);
        archive_learner_config(archive, &record.config, lab);
        if (archive->is_reading) {
            struct seat *seat = archive->has_failed ? NULL : make_seat(lab, &record);
            archive_check(archive, seat != NULL);
            if (!seat) {
                return;
            }
            lab_take_in(lab, seat);
            seat->facts.loss = record.facts.loss;
        }
        seat_archive(lab->seats[i], archive, ENDS_BYTES);
    }
}

static void archive_departed(struct archive *archive, struct history *history)
{
    size_t bytes = 0;
    for (int i = 0; i < history->n_departed; i++) {
        bytes += history->departed[i].size;
    }
    int n = bytes <= DEPARTED_BYTES ? history->n_departed : 0;
    archive_int(archive, &n, 0, DEPARTED_MAX);
    for (int i = 0; i < n && !archive->has_failed; i++) {
        struct departed *departed = &history->departed[i];
        long size = (long)departed->size;
        archive_int(archive, &departed->id, 0, INT_MAX);
        archive_long(archive, &size, 1, (long)DEPARTED_BYTES);
        if (archive->is_reading) {
            departed->size = archive->has_failed ? 0 : (size_t)size;
            departed->first_end = malloc((size_t)size + 1);
            archive_check(archive, departed->first_end != NULL);
            history->n_departed++;
        }
        if (!archive->has_failed) {
            archive_bytes(archive, departed->first_end, departed->size);
        }
    }
}

/* Writes or reads all of it; `n`: entries of the journal. */
static void archive_lab(struct archive *archive, struct lab *lab, long *n, long most)
{
    int version = VERSION;
    archive_int(archive, &version, VERSION, VERSION);
    archive_long(archive, n, 1, most);
    archive_session(archive, lab);
    archive_log(archive, lab);
    if (!archive->has_failed) {
        archive_moments(archive, lab);
    }
    if (!archive->has_failed) {
        archive_seats(archive, lab);
        archive_departed(archive, &lab->history);
    }
    archive_check(archive, archive->n <= STATE_BYTES_MAX);
}

void lab_hand_over(struct lab *lab, bool is_last)
{
    const struct history *history = &lab->history;
    bool has_start = history->is_kept && history->n > 0 && history->moments[0].is_boundary &&
                     history->moments[0].at.stage == 0;
    if (!lab->is_begun || !has_start || lab->is_given_up) {
        return;
    }
    struct archive *archive = handover_begin(lab->handover, is_last);
    if (archive) {
        long n = journal_length(lab->journal);
        archive_lab(archive, lab, &n, LONG_MAX);
        handover_end(lab->handover, n);
    }
}

/* ---- is it one that can be? ---- */

/* Who is there as the log goes on, and how wide their layers are: vectors of a fork and of whom it
 * comes from are read for each other. */
struct crowd {
    int n; /* one more than there are learners at most, between two commands of a step */
    struct {
        int id;
        const struct params *net;
    } faces[LEARNERS_MAX + 1];
};

static int find(const struct crowd *crowd, int id)
{
    int i = 0;
    while (i < crowd->n && crowd->faces[i].id != id) {
        i++;
    }
    return i;
}

static bool follow(struct crowd *crowd, const struct lab *lab, const struct logged_command *logged)
{
    int at = find(crowd, logged->target);
    switch (logged->command.kind) {
    case COMMAND_TEACH:
        return suite_teach(lab->suite, logged->command.text);
    case COMMAND_FORK:
        if (at == crowd->n || logged->made < 0 || find(crowd, logged->made) < crowd->n ||
            crowd->n > LEARNERS_MAX) {
            return false;
        }
        crowd->faces[crowd->n] = crowd->faces[at];
        crowd->faces[crowd->n++].id = logged->made;
        return true;
    case COMMAND_REMOVE:
        if (at == crowd->n || crowd->n == 1) {
            return false;
        }
        crowd->faces[at] = crowd->faces[--crowd->n];
        return true;
    default:
        return true;
    }
}

static bool is_face(const struct crowd *crowd, const struct seat_facts *facts,
                    const struct params *params)
{
    int at = find(crowd, facts->id);
    const struct params *net = at < crowd->n ? crowd->faces[at].net : NULL;
    bool is_same =
        net && net->n_hidden == params->n_hidden &&
        memcmp(net->hidden, params->hidden, (size_t)net->n_hidden * sizeof *net->hidden) == 0;
    for (int i = 0; is_same && i < PARAM_COUNT; i++) {
        bool is_fixed = param_at((enum param_id)i)->when == PARAM_WHEN_START;
        is_same = !is_fixed || net->value[i] == params->value[i];
    }
    return is_same;
}

static bool is_crowd(const struct crowd *crowd, const struct moment *moment)
{
    bool is_equal = moment->n_records == crowd->n;
    for (int i = 0; i < crowd->n && is_equal; i++) {
        const struct record *record = moment_record(moment, crowd->faces[i].id);
        is_equal = record && is_face(crowd, &record->facts, &record->config.params);
    }
    return is_equal;
}

static bool are_seats(const struct crowd *crowd, const struct lab *lab)
{
    bool is_equal = lab->n_seats == crowd->n;
    for (int i = 0; i < crowd->n && is_equal; i++) {
        const struct seat *seat = lab_seat(lab, crowd->faces[i].id);
        is_equal = seat && is_face(crowd, &seat->facts, &seat->config.params);
    }
    return is_equal;
}

static bool are_first(struct crowd *crowd, const struct moment *first)
{
    bool ok = first->at.step == 0 && first->at.stage == 0 && first->n_commands == 0;
    for (int i = 0; i < first->n_records; i++) {
        const struct record *record = &first->records[i];
        ok = ok && find(crowd, record->facts.id) == crowd->n;
        crowd->faces[crowd->n].id = record->facts.id;
        crowd->faces[crowd->n++].net = &record->config.params;
    }
    return ok;
}

/* Moments are in order, and the log leads from those who were there at one to those at the next. */
static bool makes_sense(const struct lab *lab)
{
    const struct history *history = &lab->history;
    struct crowd crowd = {0};
    bool ok = are_first(&crowd, &history->moments[0]) &&
              history->moments[0].at.task == suite_stage_task(lab->suite, 0);
    int k = 0;
    suite_unteach(lab->suite, 0); /* and taught again on the way */
    for (int i = 0; i < history->n && ok; i++) {
        const struct moment *moment = &history->moments[i];
        const struct position *next = i + 1 < history->n ? &moment[1].at : &lab->at;
        ok = k <= moment->n_commands;
        for (; k < moment->n_commands && ok; k++) {
            ok = follow(&crowd, lab, &history->commands[k]);
        }
        ok = ok && is_crowd(&crowd, moment) && moment->at.taught == suite_taught(lab->suite) &&
             moment->at.step <= next->step && moment->at.stage <= next->stage &&
             moment->at.n_seen <= next->n_seen;
    }
    for (; k < history->n_commands && ok; k++) {
        ok = follow(&crowd, lab, &history->commands[k]);
    }
    return ok && are_seats(&crowd, lab) && lab->at.taught == suite_taught(lab->suite);
}

bool lab_resume(struct lab *lab, const void *bytes, size_t size, const struct journal *recorded,
                struct err *err)
{
    struct archive archive = archive_reader(bytes, size);
    long n = 0;
    if (!lab->history.is_kept || lab->is_begun) {
        return err_set(err, ERR_FAILED, "checkpoint: a lab with history expected, not begun yet");
    }
    archive_lab(&archive, lab, &n, journal_length(recorded));
    if (archive.has_failed || !archive_is_at_end(&archive) || !makes_sense(lab)) {
        return err_set(err, ERR_FAILED,
                       "checkpoint: a state of this session expected, found "
                       "something else");
    }
    batches_begin(lab->batches, lab->at.stage, lab->at.task);
    for (int i = 0; i < lab->n_seats; i++) {
        feed_begin(lab->seats[i]->feed, lab->at.stage_step);
    }
    for (long i = 0; i < n; i++) {
        if (!journal_add_at(lab->journal, journal_at(recorded, i), journal_time(recorded, i))) {
            return err_set(err, ERR_FAILED, "memory: no room for the journal");
        }
    }
    lab->is_begun = true;
    return true;
}
