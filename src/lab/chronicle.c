/* SPDX-License-Identifier: MIT */
#include "lab/chronicle.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/command.h"

bool chronicle_init(struct chronicle *chronicle, int n_tasks, struct err *err)
{
    *chronicle = (struct chronicle){.n_tasks = n_tasks,
                                    .first_visit = malloc((size_t)n_tasks * sizeof(int))};
    if (!track_init(&chronicle->nobody, -1, n_tasks) || !chronicle->first_visit) {
        chronicle_fini(chronicle);
        return err_set(err, ERR_FAILED, "memory: no room for the visits of %d tasks", n_tasks);
    }
    for (int t = 0; t < n_tasks; t++) {
        chronicle->first_visit[t] = -1;
    }
    return true;
}

void chronicle_fini(struct chronicle *chronicle)
{
    for (int i = 0; i < chronicle->n_tracks; i++) {
        track_fini(&chronicle->tracks[i]);
    }
    track_fini(&chronicle->nobody);
    free(chronicle->tracks);
    free(chronicle->visits);
    free(chronicle->first_visit);
    free(chronicle->marks);
    *chronicle = (struct chronicle){0};
}

/* A copy of `n` things of `size`, with room for no more; NULL when memory is short. */
static void *copy_of(const void *things, int n, size_t size)
{
    void *copy = malloc((size_t)n * size + 1);
    if (copy && n > 0) {
        memcpy(copy, things, (size_t)n * size);
    }
    return copy;
}

bool chronicle_copy(struct chronicle *chronicle, const struct chronicle *from, struct err *err)
{
    if (!chronicle_init(chronicle, from->n_tasks, err)) {
        return false;
    }
    memcpy(chronicle->first_visit, from->first_visit, (size_t)from->n_tasks * sizeof(int));
    chronicle->tracks = calloc((size_t)from->n_tracks + 1, sizeof *chronicle->tracks);
    chronicle->visits = copy_of(from->visits, from->n_visits, sizeof *from->visits);
    chronicle->marks = copy_of(from->marks, from->n_marks, sizeof *from->marks);
    bool ok = chronicle->tracks && chronicle->visits && chronicle->marks;
    for (int i = 0; ok && i < from->n_tracks; i++) {
        ok = track_copy(&chronicle->tracks[chronicle->n_tracks++], &from->tracks[i]);
    }
    chronicle->tracks_capacity = from->n_tracks;
    chronicle->n_visits = chronicle->visits_capacity = from->n_visits;
    chronicle->n_marks = chronicle->marks_capacity = from->n_marks;
    chronicle->n_read = from->n_read;
    chronicle->is_ended = from->is_ended;
    chronicle->is_stream = from->is_stream;
    if (!ok) {
        chronicle_fini(chronicle);
        return err_set(err, ERR_FAILED, "memory: no room for a copy of the curves");
    }
    return true;
}

static struct track *find_track(const struct chronicle *chronicle, int id)
{
    for (int i = 0; i < chronicle->n_tracks; i++) {
        if (chronicle->tracks[i].id == id) {
            return &chronicle->tracks[i];
        }
    }
    return NULL;
}

const struct track *chronicle_track(const struct chronicle *chronicle, int id)
{
    return find_track(chronicle, id);
}

/* ---- visits and marks ------------------------------------------------------------------------ */

static bool add_mark(struct chronicle *chronicle, const struct entry *entry)
{
    int n = chronicle->n_visits;
    if (entry->task < -1 || entry->task >= chronicle->n_tasks || entry->stage < 0 ||
        entry->stage >= (n > 0 ? n : 1) || entry->step < 0) {
        return false; /* readers look up what a mark names */
    }
    if (chronicle->n_marks == chronicle->marks_capacity) {
        int capacity = chronicle->marks_capacity ? 2 * chronicle->marks_capacity : 64;
        struct mark *marks = realloc(chronicle->marks, (size_t)capacity * sizeof *marks);
        if (!marks) {
            return false;
        }
        chronicle->marks = marks;
        chronicle->marks_capacity = capacity;
    }
    chronicle->marks[chronicle->n_marks++] = (struct mark){.kind = entry->kind,
                                                           .step = entry->step,
                                                           .learner = entry->learner,
                                                           .stage = entry->stage,
                                                           .task = entry->task,
                                                           .value = entry->value,
                                                           .number = chronicle->n_read,
                                                           .text = entry->text};
    return true;
}

/* The command before it was not carried out: the refusal takes the place of its mark. */
static bool refuse(struct chronicle *chronicle, const struct entry *entry)
{
    int n = chronicle->n_marks;
    const struct mark *last = n > 0 ? &chronicle->marks[n - 1] : NULL;
    if (last && last->kind == ENTRY_COMMAND && last->number == chronicle->n_read - 1) {
        chronicle->n_marks--;
    }
    return add_mark(chronicle, entry);
}

/* The row of the visit that goes on, by what this learner last measured. */
static void fill_present_row(struct chronicle *chronicle, struct track *track)
{
    int present = chronicle->n_visits - 1;
    if (present >= track->n_complete && present < track->n_rows) {
        bool goes_on = !chronicle->visits[present].has_row;
        track_fill_row(track, present,
                       goes_on && track_takes_part(track, chronicle->visits[present].begin));
    }
}

/* In a stream the curve of every task begins with what the initial weights know of it. */
static bool begin_curves(const struct chronicle *chronicle, struct track *track)
{
    bool ok = true;
    for (int t = 0; chronicle->is_stream && t < chronicle->n_tasks; t++) {
        if (track_curve(track, PROBE_ACCURACY, t)->n == 0 && isfinite(track->initial[t])) {
            ok &= track_measure(track, t, 0, track->initial[t]);
        }
    }
    return ok;
}

static void find_first_visits(struct chronicle *chronicle)
{
    for (int t = 0; t < chronicle->n_tasks; t++) {
        chronicle->first_visit[t] = -1;
    }
    for (int i = chronicle->n_visits - 1; i >= 0; i--) {
        chronicle->first_visit[chronicle->visits[i].task] = i;
    }
}

/* A stage follows the one before it, or is announced again: a restart does that. */
static bool makes_sense_as_stage(const struct chronicle *chronicle, const struct entry *entry)
{
    int n = chronicle->n_visits;
    if (entry->task < 0 || entry->task >= chronicle->n_tasks || entry->step < 0) {
        return false;
    }
    const struct visit *last = n > 0 ? &chronicle->visits[n - 1] : NULL;
    bool is_next = entry->stage == n && (!last || (last->has_row && entry->step >= last->end));
    bool is_again = last && entry->stage == n - 1 && !last->has_row && entry->step == last->begin;
    return is_next || is_again;
}

static bool begin_visit(struct chronicle *chronicle, const struct entry *entry)
{
    if (!makes_sense_as_stage(chronicle, entry)) {
        return false;
    }
    if (entry->stage >= chronicle->visits_capacity) {
        int capacity = chronicle->visits_capacity ? 2 * chronicle->visits_capacity : 16;
        struct visit *visits = realloc(chronicle->visits, (size_t)capacity * sizeof *visits);
        if (!visits) {
            return false;
        }
        chronicle->visits = visits;
        chronicle->visits_capacity = capacity;
    }
    bool is_next = entry->stage == chronicle->n_visits, ok = true;
    chronicle->is_ended = false;
    chronicle->is_stream = entry->value == 1;
    chronicle->n_visits = entry->stage + 1;
    chronicle->visits[entry->stage] =
        (struct visit){.task = entry->task, .begin = entry->step, .end = -1, .has_row = false};
    if (!is_next) {
        find_first_visits(chronicle);
    } else if (chronicle->first_visit[entry->task] < 0) {
        chronicle->first_visit[entry->task] = entry->stage;
    }
    for (int i = 0; i < chronicle->n_tracks; i++) {
        struct track *track = &chronicle->tracks[i];
        if (track->is_there) {
            ok &= track_make_rows(track, chronicle->n_visits);
            ok &= !is_next || track_break(track, entry->step);
            ok &= begin_curves(chronicle, track);
            fill_present_row(chronicle, track);
        }
    }
    return ok;
}

static bool end_visit(struct chronicle *chronicle, const struct entry *entry)
{
    if (chronicle->n_visits == 0 || entry->stage != chronicle->n_visits - 1) {
        return false;
    }
    struct visit *visit = &chronicle->visits[entry->stage];
    if (visit->has_row || entry->step < visit->begin) {
        return false;
    }
    visit->end = entry->step;
    visit->has_row = true;
    for (int i = 0; i < chronicle->n_tracks; i++) {
        /* What was measured on the way is no row of R: empty it for those that measured none. */
        fill_present_row(chronicle, &chronicle->tracks[i]);
    }
    return true;
}

enum { CARRIED_MAX = 64 };

/* Commands of the abandoned future whose effect came along. */
struct carried {
    int n;
    struct carried_command {
        struct mark mark; /* the last of its kind */
        enum command_kind kind;
        int index;
        bool on, was_on;     /* of a strategy: after the last and before the first of them */
    } commands[CARRIED_MAX]; /* the newest first */
};

static bool is_cut(const struct mark *mark, const struct entry *rewind)
{
    return mark->step > rewind->step || mark->stage > rewind->stage;
}

static struct carried_command *find_carried(struct carried *carried, const struct mark *mark,
                                            const struct command *command)
{
    for (int i = 0; i < carried->n; i++) {
        struct carried_command *one = &carried->commands[i];
        if (one->kind == command->kind && one->index == command->index &&
            one->mark.learner == mark->learner) {
            return one;
        }
    }
    return NULL;
}

static bool is_rewind_with_settings(const struct mark *mark)
{
    struct command command;
    return mark->kind == ENTRY_COMMAND && mark->text && command_parse(mark->text, &command, NULL) &&
           command.kind == COMMAND_REWIND && command.step < 0;
}

/* `rewind` alone goes back with switches and knobs as they are now: what set them in what is cut
 * off has set them from there on.  Each mark is looked at once, for it is cut off then. */
static void carry(const struct chronicle *chronicle, const struct entry *rewind,
                  struct carried *carried)
{
    int n = chronicle->n_marks;
    carried->n = 0;
    if (n == 0 || !is_rewind_with_settings(&chronicle->marks[n - 1])) {
        return;
    }
    for (int i = n - 2; i >= 0; i--) {
        const struct mark *mark = &chronicle->marks[i];
        struct command command;
        bool is_setting = mark->kind == ENTRY_COMMAND && is_cut(mark, rewind) &&
                          command_parse(mark->text, &command, NULL) &&
                          (command.kind == COMMAND_STRATEGY || command.kind == COMMAND_SET);
        struct carried_command *later = is_setting ? find_carried(carried, mark, &command) : NULL;
        if (later) {
            later->was_on = !command.on;
        } else if (is_setting && carried->n < CARRIED_MAX) {
            carried->commands[carried->n++] = (struct carried_command){
                *mark, command.kind, command.index, command.on, !command.on};
        }
    }
}

static void cut_marks(struct chronicle *chronicle, const struct entry *rewind)
{
    struct carried carried;
    int kept = 0;
    carry(chronicle, rewind, &carried);
    for (int i = 0; i < chronicle->n_marks; i++) {
        if (!is_cut(&chronicle->marks[i], rewind)) {
            chronicle->marks[kept++] = chronicle->marks[i];
        }
    }
    for (int i = carried.n - 1; i >= 0; i--) { /* there is room: they have been cut off */
        const struct carried_command *command = &carried.commands[i];
        if (command->kind == COMMAND_STRATEGY && command->on == command->was_on) {
            continue; /* switched to and fro */
        }
        struct mark *mark = &chronicle->marks[kept++];
        *mark = command->mark;
        mark->step = rewind->step;
        mark->stage = rewind->stage;
        mark->task = rewind->task;
    }
    chronicle->n_marks = kept;
}

/* What came after the step the session went back to is dropped.  Who is there then is said by
 * entries that follow. */
static bool rewind_to(struct chronicle *chronicle, const struct entry *entry)
{
    int n = chronicle->n_visits;
    long begin = entry->stage >= 0 && entry->stage < n ? chronicle->visits[entry->stage].begin : 0;
    if (entry->stage < 0 || entry->stage >= (n > 0 ? n : 1) || entry->step < begin) {
        return false;
    }
    if (n > 0) { /* that visit goes on, its row is not complete */
        chronicle->n_visits = entry->stage + 1;
        chronicle->visits[entry->stage].end = -1;
        chronicle->visits[entry->stage].has_row = false;
        find_first_visits(chronicle);
    }
    bool ok = true;
    for (int i = 0; i < chronicle->n_tracks; i++) {
        struct track *track = &chronicle->tracks[i];
        track->is_abandoned |= track->is_there;
        track->is_there = false;
        ok &= track_rewind(track, entry->step, entry->stage);
        ok &= begin_curves(chronicle, track);
        fill_present_row(chronicle, track);
    }
    cut_marks(chronicle, entry);
    chronicle->is_ended = false;
    return add_mark(chronicle, entry) && ok;
}

/* ---- learners -------------------------------------------------------------------------------- */

static bool make_room_for_track(struct chronicle *chronicle)
{
    if (chronicle->n_tracks < chronicle->tracks_capacity) {
        return true;
    }
    int capacity = chronicle->tracks_capacity ? 2 * chronicle->tracks_capacity : LEARNERS_MAX;
    struct track *tracks = realloc(chronicle->tracks, (size_t)capacity * sizeof *tracks);
    if (!tracks) {
        return false;
    }
    chronicle->tracks = tracks;
    chronicle->tracks_capacity = capacity;
    return true;
}

/* A learner not heard of before; a forked one with the past of its parent. */
static bool add_track(struct chronicle *chronicle, const struct entry *entry)
{
    bool has_parent = entry->task != -1;
    if (!make_room_for_track(chronicle)) {
        return false;
    }
    struct track *track = &chronicle->tracks[chronicle->n_tracks];
    bool ok = track_init(track, entry->learner, chronicle->n_tasks);
    if (ok && has_parent) {
        ok = track_inherit(track, find_track(chronicle, entry->task), entry->step,
                           chronicle_rows_at(chronicle, entry->step));
    }
    if (!ok) {
        track_fini(track);
        return false;
    }
    chronicle->n_tracks++;
    return true;
}

/* A learner comes, is renamed, or is called up after a rewind. */
static bool call_up(struct chronicle *chronicle, const struct entry *entry)
{
    int n_there = 0;
    for (int i = 0; i < chronicle->n_tracks; i++) {
        n_there += chronicle->tracks[i].is_there && chronicle->tracks[i].id != entry->learner;
    }
    if (entry->learner < 0 || entry->step < 0 || n_there >= LEARNERS_MAX) {
        return false;
    }
    bool has_parent = entry->task != -1;
    if (has_parent && (entry->task == entry->learner || !find_track(chronicle, entry->task))) {
        return false;
    }
    bool is_new = !find_track(chronicle, entry->learner);
    if (is_new && !add_track(chronicle, entry)) {
        return false;
    }
    struct track *track = find_track(chronicle, entry->learner);
    if (entry->text) {
        track_rename(track, entry->text);
    }
    track->is_there = true;
    track->is_abandoned = false;
    track->parent = entry->task; /* another one, if it was forked anew or begins anew */
    track->born = is_new || entry->step < track->born ? entry->step : track->born;
    bool ok = track_make_rows(track, chronicle->n_visits);
    fill_present_row(chronicle, track);
    return ok;
}

static bool diverge(struct chronicle *chronicle, struct track *track, const struct entry *entry)
{
    if (!add_mark(chronicle, entry)) {
        return false;
    }
    track->has_diverged = true;
    track->diverged_step = entry->step;
    track->diverged_rate = entry->value;
    fill_present_row(chronicle, track);
    return true;
}

/* ---- measurements ---------------------------------------------------------------------------- */

static bool is_share(double value)
{
    return value >= 0 && value <= 1;
}

/* In a visit there is, at a step of it. */
static bool is_in_visit(const struct chronicle *chronicle, const struct entry *entry)
{
    if (entry->stage < 0 || entry->stage >= chronicle->n_visits) {
        return false;
    }
    const struct visit *visit = &chronicle->visits[entry->stage];
    return entry->step >= visit->begin && (!visit->has_row || entry->step <= visit->end);
}

/* A learner that is added later brings entries of visits that are over, so it is their own stage
 * that says whether the task has been visited. */
static bool is_visited(const struct chronicle *chronicle, const struct entry *entry)
{
    int first = chronicle->first_visit[entry->task];
    return chronicle->is_stream || (first >= 0 && first <= entry->stage);
}

static bool measure(struct chronicle *chronicle, struct track *track, const struct entry *entry)
{
    if (!track_measure(track, entry->task, entry->step, entry->value)) {
        return false;
    }
    int present = chronicle->n_visits - 1;
    bool goes_on = present < track->n_rows && present >= track->n_complete &&
                   !chronicle->visits[present].has_row;
    if (goes_on && track_takes_part(track, chronicle->visits[present].begin)) {
        size_t cell = (size_t)present * (size_t)chronicle->n_tasks + (size_t)entry->task;
        track->matrix[cell] = entry->value;
    }
    return true;
}

static bool add_measure(struct chronicle *chronicle, struct track *track, const struct entry *entry)
{
    const struct probe *probe = probe_at(entry->probe);
    if (!(entry->value >= probe->min && entry->value <= probe->max)) {
        return false;
    }
    return entry->probe == PROBE_ACCURACY
               ? is_visited(chronicle, entry) && measure(chronicle, track, entry)
               : track_add(track, entry->probe, entry->task, chronicle->visits[entry->stage].begin,
                           entry->step, entry->value);
}

static bool add_to_matrix(struct chronicle *chronicle, struct track *track,
                          const struct entry *entry)
{
    if (!is_share(entry->value) && !isnan(entry->value)) {
        return false;
    }
    if (!track_make_rows(track, entry->stage + 1)) { /* one that is gone need not have it */
        return false;
    }
    if (is_visited(chronicle, entry) && !isnan(entry->value) && /* a point of its curve, too */
        !measure(chronicle, track, entry)) {
        return false;
    }
    size_t n_tasks = (size_t)chronicle->n_tasks;
    track->matrix[(size_t)entry->stage * n_tasks + (size_t)entry->task] = entry->value;
    if (entry->task == chronicle->n_tasks - 1) {
        int n = entry->stage + 1;
        struct metrics metrics = chronicle_metrics_after(chronicle, track, n);
        track->trail[entry->stage] = (struct plane_point){.learning = metrics.learning_accuracy,
                                                          .keeping = 1 - metrics.forgetting};
        track->n_complete = track->n_complete > n ? track->n_complete : n;
    }
    return true;
}

/* An entry of one learner, about one of `n` tasks or parts of the network. */
static bool take_in_one(struct chronicle *chronicle, const struct entry *entry)
{
    if (entry->kind == ENTRY_MEASURE && !((int)entry->probe >= 0 && entry->probe < PROBE_COUNT)) {
        return false;
    }
    struct track *track = find_track(chronicle, entry->learner);
    int n = entry->kind == ENTRY_MEASURE ? probe_size(probe_at(entry->probe), chronicle->n_tasks)
                                         : chronicle->n_tasks;
    if (!track || entry->task < 0 || entry->task >= n) {
        return false;
    }
    if (entry->kind == ENTRY_BASELINE) {
        bool ok = is_share(entry->value) || isnan(entry->value);
        track->initial[entry->task] = ok ? entry->value : track->initial[entry->task];
        return ok && begin_curves(chronicle, track);
    }
    if (!is_in_visit(chronicle, entry)) {
        return false;
    }
    return entry->kind == ENTRY_MEASURE  ? add_measure(chronicle, track, entry)
           : entry->kind == ENTRY_MATRIX ? add_to_matrix(chronicle, track, entry)
                                         : diverge(chronicle, track, entry);
}

static bool take_in(struct chronicle *chronicle, const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_BASELINE:
    case ENTRY_MEASURE:
    case ENTRY_MATRIX:
    case ENTRY_DIVERGED:
        return take_in_one(chronicle, entry);
    case ENTRY_STAGE:
        return begin_visit(chronicle, entry);
    case ENTRY_STAGE_END:
        return end_visit(chronicle, entry);
    case ENTRY_REWIND:
        return rewind_to(chronicle, entry);
    case ENTRY_END:
        chronicle->is_ended |= add_mark(chronicle, entry);
        return chronicle->is_ended;
    case ENTRY_COMMAND:
        return add_mark(chronicle, entry);
    case ENTRY_REFUSED:
        return refuse(chronicle, entry);
    case ENTRY_LEARNER:
        return call_up(chronicle, entry);
    case ENTRY_REMOVED: {
        struct track *track = find_track(chronicle, entry->learner);
        if (track) {
            track->is_there = false;
        }
        return track != NULL;
    }
    }
    return false;
}

bool chronicle_add(struct chronicle *chronicle, const struct entry *entry)
{
    bool ok = take_in(chronicle, entry);
    chronicle->n_read++;
    return ok;
}

long chronicle_read_until(struct chronicle *chronicle, const struct journal *journal, long end)
{
    long before = chronicle->n_read, length = journal_length(journal);
    while (chronicle->n_read < length && chronicle->n_read < end) {
        struct entry entry = journal_at(journal, chronicle->n_read);
        chronicle_add(chronicle, &entry);
    }
    return chronicle->n_read - before;
}

long chronicle_read(struct chronicle *chronicle, const struct journal *journal)
{
    return chronicle_read_until(chronicle, journal, LONG_MAX);
}
