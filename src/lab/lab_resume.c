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
#include "lab/lab_sense.h"

/* Raised when the bytes mean something else. */
enum { VERSION = 7 };

enum { KEPT_MOST = 64 };

/* What is offered only while it is small: boundaries but for the last, those that are gone.  And
 * how large a state may be: beyond that there is none, and the session is resumed from its first
 * step. */
static const size_t KEPT_BYTES = 1u << 20, DEPARTED_BYTES = 1u << 20;
static const size_t STATE_BYTES_MAX = 256u << 20;

/* ---- the session ---- */

static void archive_speed(struct archive *archive, double *speed)
{
    archive_double(archive, speed);
    archive_check(archive, isfinite(*speed) && *speed >= 0);
}

static void archive_seen(struct archive *archive, struct run *run)
{
    struct schedule *schedule = &run->schedule;
    if (archive->is_reading) {
        schedule_reset(schedule);
        schedule->turn = run->at.turn;
    }
    for (int i = 0; i < run->at.n_seen; i++) {
        int task = archive->is_reading ? 0 : schedule->seen[i];
        archive_int(archive, &task, 0, schedule->n_tasks - 1);
        if (archive->is_reading) {
            archive_check(archive, !schedule->is_seen[task]);
            schedule_begin(schedule, task);
        }
    }
}

/* `state` as the snapshot has it: whether it is one that the learners have is seen when they are
 * there. */
static void archive_session(struct archive *archive, struct session *session, int n_lines,
                            int *state)
{
    struct run *run = session->run;
    archive_int(archive, &n_lines, n_lines, n_lines);
    for (int i = 0; i < n_lines; i++) {
        archive_bool(archive, &run->is_done[i]);
    }
    archive_int(archive, state, 0, LAB_ENDED);
    run->is_over = *state == LAB_ENDED;
    session->is_paused = *state == LAB_PAUSED;
    archive_speed(archive, &run->speed);
    archive_int(archive, &session->next_id, 1, INT_MAX / 2);
    archive_int(archive, &session->selected, 0, session->next_id - 1);
    archive_bool(archive, &session->is_to_all);
    if (!archive->is_reading) {
        run->at.turn = run->schedule.turn;
        run->at.n_seen = run->schedule.n_seen;
    }
    archive_position(archive, &run->at, run);
    archive_seen(archive, run);
}

/* ---- checkpoints ---- */

/* The learner at the first step of the session: made anew in a run of its own. */
static void make_first(struct archive *archive, const struct run *run, struct record *record)
{
    struct run *first = run_create(run->course, 0, NULL);
    struct member *member =
        first ? run_make_member(first, &record->facts, &record->config, NULL) : NULL;
    if (member) {
        run_take_in(first, member);
        member_begin_session(member);
        run_begin_first_stage(first);
        record->bytes = member_save(member, &record->size);
    }
    archive_check(archive, record->bytes != NULL);
    run_destroy(first);
}

/* Its bytes, which must be those of a learner like this one. */
static void archive_record_bytes(struct archive *archive, const struct run *run,
                                 struct record *record)
{
    long size = (long)record->size;
    archive_long(archive, &size, 1, (long)STATE_BYTES_MAX);
    if (!archive->is_reading) {
        archive_bytes(archive, record->bytes, record->size);
        return;
    }
    struct member *member = NULL;
    archive_check(archive, (size_t)size <= archive->size - archive->n);
    if (!archive->has_failed && (record->bytes = malloc((size_t)size)) != NULL) {
        record->size = (size_t)size;
        archive_bytes(archive, record->bytes, record->size);
        member = run_make_member(run, &record->facts, &record->config, NULL);
    }
    archive_check(archive, member && member_load(member, record->bytes, record->size));
    member_destroy(member);
}

/* With the learners' bytes but at the start, where they are made. */
static void archive_checkpoint(struct archive *archive, struct session *session,
                               struct checkpoint *checkpoint, bool is_first)
{
    struct run *run = session->run;
    int n = checkpoint->n_records;
    archive_position(archive, &checkpoint->at, run);
    archive_speed(archive, &checkpoint->speed);
    archive_int(archive, &checkpoint->n_commands, 0, session->history.log.n);
    archive_int(archive, &n, 1, LEARNERS_MAX);
    for (int i = 0; i < n && !archive->has_failed; i++) {
        struct record record = {0};
        if (!archive->is_reading) {
            record = checkpoint->records[i];
        }
        archive_facts(archive, &record.facts, session->next_id);
        archive_learner_config(archive, &record.config, &run->course->config);
        if (!is_first) {
            archive_record_bytes(archive, run, &record);
        } else if (archive->is_reading && !archive->has_failed) {
            make_first(archive, run, &record);
        }
        if (archive->is_reading &&
            (archive->has_failed || !history_take_record(&session->history, checkpoint, &record))) {
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
        const struct checkpoint *checkpoint = &history->checkpoints[i];
        if (checkpoint->is_boundary && passed++ % stride == 0) {
            all[n++] = i;
            *bytes += n > 1 ? checkpoint->bytes : 0;
        }
    }
    for (int i = 0; i < n; i++) {
        chosen[i] = all[n - 1 - i];
    }
    return n;
}

static void archive_checkpoints(struct archive *archive, struct session *session)
{
    struct history *history = &session->history;
    int n = 0, chosen[KEPT_MOST] = {0};
    size_t bytes = KEPT_BYTES + 1;
    for (int stride = 1; !archive->is_reading && bytes > KEPT_BYTES; stride *= 2) {
        n = choose(history, stride, chosen, &bytes);
    }
    archive_int(archive, &n, 0, KEPT_MOST);
    for (int i = -1; i < n && !archive->has_failed; i++) {
        int at = archive->is_reading ? history->n++ : i < 0 ? 0 : chosen[i];
        struct checkpoint *checkpoint = &history->checkpoints[at];
        if (archive->is_reading) {
            *checkpoint = (struct checkpoint){.is_boundary = true, .number = ++history->n_numbered};
        }
        archive_checkpoint(archive, session, checkpoint, i < 0);
    }
}

/* ---- what is there now ---- */

static void archive_member(struct archive *archive, struct session *session, int i)
{
    struct run *run = session->run;
    struct record record = {0};
    if (!archive->is_reading) {
        record =
            (struct record){.facts = run->members[i]->facts, .config = run->members[i]->config};
    }
    archive_facts(archive, &record.facts, session->next_id);
    archive_learner_config(archive, &record.config, &run->course->config);
    if (archive->is_reading) {
        struct member *member =
            archive->has_failed ? NULL : run_make_member(run, &record.facts, &record.config, NULL);
        archive_check(archive, member != NULL);
        if (!member) {
            return;
        }
        run_take_in(run, member);
        member->facts.loss = record.facts.loss;
    }
    member_archive(run->members[i], archive);
}

static void archive_members(struct archive *archive, struct session *session)
{
    int n = session->run->n_members;
    archive_int(archive, &n, 1, LEARNERS_MAX);
    for (int i = 0; i < n && !archive->has_failed; i++) {
        archive_member(archive, session, i);
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

/* ---- all of it ---- */

/* Writes or reads it; `n`: entries of the journal, `n_lines` of the script. */
static void archive_timeline(struct archive *archive, struct session *session, int n_lines,
                             int state, long *n, long most)
{
    int version = VERSION;
    archive_int(archive, &version, VERSION, VERSION);
    archive_long(archive, n, 1, most);
    archive_session(archive, session, n_lines, &state);
    archive_log(archive, session);
    if (!archive->has_failed) {
        archive_checkpoints(archive, session);
    }
    if (!archive->has_failed) {
        archive_members(archive, session);
        archive_departed(archive, &session->history);
    }
    archive_check(archive, archive->n <= STATE_BYTES_MAX);
    archive_check(archive, archive->has_failed || (state == LAB_DIVERGED) ==
                                                      (run_state(session->run) == RUN_DIVERGED));
}

static int n_lines(const struct lab *lab)
{
    return lab->script ? lab->script->n : 0;
}

void lab_hand_over(struct lab *lab, bool is_last)
{
    struct session *now = &lab->now;
    const struct history *history = &now->history;
    bool has_start = history->is_kept && history->n > 0 && history->checkpoints[0].is_boundary &&
                     history->checkpoints[0].at.stage == 0;
    if (!now->run->is_begun || !has_start) {
        return;
    }
    struct archive *archive = handover_begin(lab->handover, is_last);
    if (archive) {
        long n = lab->n_settled;
        archive_timeline(archive, now, n_lines(lab), (int)lab_state(lab), &n, LONG_MAX);
        handover_end(lab->handover, n);
    }
}

/* ---- going on from it ---- */

static bool copy_journal(struct journal *journal, const struct journal *recorded, long n,
                         struct err *err)
{
    for (long i = 0; i < n; i++) {
        if (!journal_add_at(journal, journal_at(recorded, i), journal_time(recorded, i))) {
            return err_set(err, ERR_FAILED, "memory: no room for the journal");
        }
    }
    return true;
}

/* Those that are on after the first n entries: no matter of the state, which they do not change. */
static void recall_probes(struct lab *lab, long n)
{
    for (long i = 0; i < n; i++) {
        struct entry entry = journal_at(lab->journal, i);
        struct command command;
        if (entry.kind == ENTRY_COMMAND && entry.text &&
            command_parse(entry.text, &command, NULL)) {
            lab->course.probes = command_probes(&command, lab->course.probes);
        }
    }
}

static void timeline_fini(struct session *session)
{
    run_destroy(session->run);
    history_fini(&session->history);
}

/* A run and a history of their own become what the bytes say. */
static bool read_timeline(struct lab *lab, struct session *session, struct archive *archive,
                          long *n, long most, struct err *err)
{
    session->run = run_create(&lab->course, lab->now.run->speed, err);
    if (!session->run || !history_init(&session->history, true, lab->now.history.budget, err)) {
        return false;
    }
    session->run->is_begun = true;
    archive_timeline(archive, session, n_lines(lab), 0, n, most);
    if (archive->has_failed || !archive_is_at_end(archive) || !lab_makes_sense(session)) {
        return err_set(err, ERR_FAILED,
                       "checkpoint: a state of this session expected, found "
                       "something else");
    }
    for (int i = 0; i < session->run->n_members; i++) {
        run_set_feed(session->run, session->run->members[i]);
    }
    return true;
}

bool lab_resume(struct lab *lab, const void *bytes, size_t size, const struct journal *recorded,
                struct err *err)
{
    struct archive archive = archive_reader(bytes, size);
    struct session session = {0};
    long n = 0;
    if (!lab->now.history.is_kept || lab->now.run->is_begun) {
        return err_set(err, ERR_FAILED, "checkpoint: a lab with history expected, not begun yet");
    }
    if (!read_timeline(lab, &session, &archive, &n, journal_length(recorded), err) ||
        !copy_journal(lab->journal, recorded, n, err)) {
        timeline_fini(&session);
        return false;
    }
    timeline_fini(&lab->now);
    lab->now = session;
    lab->n_settled = n;
    recall_probes(lab, n);
    return true;
}
