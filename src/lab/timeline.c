/* SPDX-License-Identifier: MIT */
#include "lab/timeline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/command.h"
#include "lab/switches.h"

bool timeline_init(struct timeline *timeline, int n_tasks, struct err *err)
{
    *timeline = (struct timeline){
        .n_tasks = n_tasks, .sweep = -1, .first_stage = malloc((size_t)n_tasks * sizeof(int))};
    if (!track_init(&timeline->nobody, -1, n_tasks) || !timeline->first_stage) {
        timeline_fini(timeline);
        return err_set(err, ERR_FAILED, "memory: no room for the stages of %d tasks", n_tasks);
    }
    for (int t = 0; t < n_tasks; t++) {
        timeline->first_stage[t] = -1;
    }
    return true;
}

void timeline_fini(struct timeline *timeline)
{
    for (int i = 0; i < timeline->n_tracks; i++) {
        track_fini(&timeline->tracks[i]);
    }
    scoreboard_fini(&timeline->board);
    track_fini(&timeline->nobody);
    free(timeline->tracks);
    free(timeline->stages);
    free(timeline->first_stage);
    free(timeline->marks);
    *timeline = (struct timeline){0};
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

bool timeline_copy(struct timeline *timeline, const struct timeline *from, struct err *err)
{
    if (!timeline_init(timeline, from->n_tasks, err)) {
        return false;
    }
    memcpy(timeline->first_stage, from->first_stage, (size_t)from->n_tasks * sizeof(int));
    timeline->tracks = calloc((size_t)from->n_tracks + 1, sizeof *timeline->tracks);
    timeline->stages = copy_of(from->stages, from->n_stages, sizeof *from->stages);
    timeline->marks = copy_of(from->marks, from->n_marks, sizeof *from->marks);
    bool ok = timeline->tracks && timeline->stages && timeline->marks &&
              scoreboard_copy(&timeline->board, &from->board);
    for (int i = 0; ok && i < from->n_tracks; i++) {
        ok = track_copy(&timeline->tracks[timeline->n_tracks++], &from->tracks[i]);
    }
    timeline->tracks_capacity = from->n_tracks;
    timeline->n_stages = timeline->stages_capacity = from->n_stages;
    timeline->n_marks = timeline->marks_capacity = from->n_marks;
    timeline->n_read = from->n_read;
    timeline->is_ended = from->is_ended;
    timeline->is_stream = from->is_stream;
    timeline->n_first = from->n_first;
    memcpy(timeline->first_on, from->first_on, sizeof timeline->first_on);
    timeline->sweep = from->sweep;
    timeline->knob = from->knob;
    if (!ok) {
        timeline_fini(timeline);
        return err_set(err, ERR_FAILED, "memory: no room for a copy of the curves");
    }
    return true;
}

void timeline_know(struct timeline *timeline, const struct config *config)
{
    timeline->n_first = config->n_learners;
    for (int i = 0; i < config->n_learners; i++) {
        timeline->first_on[i] = config->learners[i].on;
    }
}

static struct track *find_track(const struct timeline *timeline, int id)
{
    for (int i = 0; i < timeline->n_tracks; i++) {
        if (timeline->tracks[i].id == id) {
            return &timeline->tracks[i];
        }
    }
    return NULL;
}

const struct track *timeline_track(const struct timeline *timeline, int id)
{
    return find_track(timeline, id);
}

/* ---- stages and marks ------------------------------------------------------------------------ */

static bool add_mark(struct timeline *timeline, const struct entry *entry)
{
    int n = timeline->n_stages;
    if (entry->task < -1 || entry->task >= timeline->n_tasks || entry->stage < 0 ||
        entry->stage >= (n > 0 ? n : 1) || entry->step < 0) {
        return false; /* readers look up what a mark names */
    }
    if (timeline->n_marks == timeline->marks_capacity) {
        int capacity = timeline->marks_capacity ? 2 * timeline->marks_capacity : 64;
        struct mark *marks = realloc(timeline->marks, (size_t)capacity * sizeof *marks);
        if (!marks) {
            return false;
        }
        timeline->marks = marks;
        timeline->marks_capacity = capacity;
    }
    timeline->marks[timeline->n_marks++] = (struct mark){.kind = entry->kind,
                                                         .step = entry->step,
                                                         .learner = entry->learner,
                                                         .stage = entry->stage,
                                                         .task = entry->task,
                                                         .value = entry->value,
                                                         .number = timeline->n_read,
                                                         .text = entry->text};
    return true;
}

/* A command after which other weights answer. */
static bool is_jump(const char *text)
{
    struct command command;
    return text && command_parse(text, &command, NULL) &&
           command_at((int)command.kind)->flags & COMMAND_LOOKS;
}

static bool is_meant(const struct track *track, int learner)
{
    return track->is_there && (learner == LEARNER_ALL || learner == track->id);
}

/* The command before it was not carried out: the refusal takes the place of its mark. */
static bool refuse(struct timeline *timeline, const struct entry *entry)
{
    int n = timeline->n_marks;
    const struct mark *last = n > 0 ? &timeline->marks[n - 1] : NULL;
    if (last && last->kind == ENTRY_COMMAND && last->number == timeline->n_read - 1) {
        timeline->n_marks--;
        for (int i = 0; is_jump(last->text) && i < timeline->n_tracks; i++) {
            if (is_meant(&timeline->tracks[i], last->learner)) {
                track_refuse_jump(&timeline->tracks[i], last->step);
            }
        }
    }
    return add_mark(timeline, entry);
}

/* The row of the stage that goes on, by what this learner last measured. */
static void fill_present_row(struct timeline *timeline, struct track *track)
{
    int present = timeline->n_stages - 1;
    if (present >= track->n_complete && present < track->n_rows) {
        bool goes_on = !timeline->stages[present].has_row;
        track_fill_row(track, present,
                       goes_on && track_takes_part(track, timeline->stages[present].begin));
    }
}

/* In a stream the curve of every task begins with what the initial weights know of it. */
static bool begin_curves(const struct timeline *timeline, struct track *track)
{
    bool ok = true;
    for (int t = 0; timeline->is_stream && t < timeline->n_tasks; t++) {
        if (track_curve(track, PROBE_ACCURACY, t)->n == 0 && isfinite(track->initial[t])) {
            ok &= track_measure(track, t, 0, track->initial[t]);
        }
    }
    return ok;
}

static void find_first_stages(struct timeline *timeline)
{
    for (int t = 0; t < timeline->n_tasks; t++) {
        timeline->first_stage[t] = -1;
    }
    for (int i = timeline->n_stages - 1; i >= 0; i--) {
        timeline->first_stage[timeline->stages[i].task] = i;
    }
}

/* A stage follows the one before it, or is announced again: a restart does that. */
static bool makes_sense_as_stage(const struct timeline *timeline, const struct entry *entry)
{
    int n = timeline->n_stages;
    if (entry->task < 0 || entry->task >= timeline->n_tasks || entry->step < 0) {
        return false;
    }
    const struct stage *last = n > 0 ? &timeline->stages[n - 1] : NULL;
    bool is_next = entry->stage == n && (!last || (last->has_row && entry->step >= last->end));
    bool is_again = last && entry->stage == n - 1 && !last->has_row && entry->step == last->begin;
    return is_next || is_again;
}

static bool begin_stage(struct timeline *timeline, const struct entry *entry)
{
    if (!makes_sense_as_stage(timeline, entry)) {
        return false;
    }
    if (entry->stage >= timeline->stages_capacity) {
        int capacity = timeline->stages_capacity ? 2 * timeline->stages_capacity : 16;
        struct stage *stages = realloc(timeline->stages, (size_t)capacity * sizeof *stages);
        if (!stages) {
            return false;
        }
        timeline->stages = stages;
        timeline->stages_capacity = capacity;
    }
    bool is_next = entry->stage == timeline->n_stages, ok = true;
    timeline->is_ended = false;
    timeline->is_stream = entry->value == 1;
    timeline->n_stages = entry->stage + 1;
    timeline->stages[entry->stage] =
        (struct stage){.task = entry->task, .begin = entry->step, .end = -1, .has_row = false};
    if (!is_next) {
        find_first_stages(timeline);
    } else if (timeline->first_stage[entry->task] < 0) {
        timeline->first_stage[entry->task] = entry->stage;
    }
    for (int i = 0; i < timeline->n_tracks; i++) {
        struct track *track = &timeline->tracks[i];
        if (track->is_there) {
            ok &= track_make_rows(track, timeline->n_stages);
            ok &= !is_next || track_break(track, entry->step);
            ok &= begin_curves(timeline, track);
            fill_present_row(timeline, track);
        }
    }
    return ok;
}

static bool end_stage(struct timeline *timeline, const struct entry *entry)
{
    if (timeline->n_stages == 0 || entry->stage != timeline->n_stages - 1) {
        return false;
    }
    struct stage *stage = &timeline->stages[entry->stage];
    if (stage->has_row || entry->step < stage->begin) {
        return false;
    }
    stage->end = entry->step;
    stage->has_row = true;
    for (int i = 0; i < timeline->n_tracks; i++) {
        /* What was measured on the way is no row of R: empty it for those that measured none. */
        fill_present_row(timeline, &timeline->tracks[i]);
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
static void carry(const struct timeline *timeline, const struct entry *rewind,
                  struct carried *carried)
{
    int n = timeline->n_marks;
    carried->n = 0;
    if (n == 0 || !is_rewind_with_settings(&timeline->marks[n - 1])) {
        return;
    }
    for (int i = n - 2; i >= 0; i--) {
        const struct mark *mark = &timeline->marks[i];
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

/* True if it goes to the start of a stage: where other weights came to answer there is undone. */
static bool is_to_start(const struct timeline *timeline)
{
    int n = timeline->n_marks;
    return n > 0 && is_rewind_with_settings(&timeline->marks[n - 1]);
}

static bool is_undone(const struct mark *mark, const struct entry *rewind)
{
    return mark->kind == ENTRY_COMMAND && mark->step == rewind->step &&
           mark->stage == rewind->stage && is_jump(mark->text);
}

static void undo_jumps(const struct timeline *timeline, struct track *track,
                       const struct entry *rewind)
{
    int n = 0;
    for (int i = 0; i < timeline->n_marks; i++) {
        const struct mark *mark = &timeline->marks[i];
        n += is_undone(mark, rewind) && is_meant(track, mark->learner);
    }
    track_undo_jumps(track, rewind->step, n);
}

static void cut_marks(struct timeline *timeline, const struct entry *rewind)
{
    struct carried carried;
    int kept = 0, n = timeline->n_marks;
    bool undoes = is_to_start(timeline);
    carry(timeline, rewind, &carried);
    for (int i = 0; i < n; i++) {
        bool is_gone = undoes && is_undone(&timeline->marks[i], rewind);
        if (!is_gone && !is_cut(&timeline->marks[i], rewind)) {
            timeline->marks[kept++] = timeline->marks[i];
        }
    }
    for (int i = carried.n - 1; i >= 0; i--) { /* there is room: they have been cut off */
        const struct carried_command *command = &carried.commands[i];
        if (command->kind == COMMAND_STRATEGY && command->on == command->was_on) {
            continue; /* switched to and fro */
        }
        struct mark *mark = &timeline->marks[kept++];
        *mark = command->mark;
        mark->step = rewind->step;
        mark->stage = rewind->stage;
        mark->task = rewind->task;
    }
    timeline->n_marks = kept;
}

/* ---- what is on ------------------------------------------------------------------------------ */

/* As switches count it. */
static long step_of(const struct timeline *timeline, long step)
{
    return step + timeline->is_ended;
}

/* The command that was the last to take effect, if nothing has happened since that has a mark. */
static bool last_command(const struct timeline *timeline, struct command *command)
{
    int n = timeline->n_marks;
    const struct mark *last = n > 0 ? &timeline->marks[n - 1] : NULL;
    return last && last->kind == ENTRY_COMMAND && last->text &&
           command_parse(last->text, command, NULL);
}

/* `rewind` alone and `restart` go back with what is on now. */
static bool keeps_settings(const struct timeline *timeline)
{
    struct command command;
    return last_command(timeline, &command) &&
           (command.kind == COMMAND_RESTART ||
            (command.kind == COMMAND_REWIND && command.step < 0));
}

static void turn_switches(struct timeline *timeline, const struct entry *entry)
{
    struct command command;
    if (!entry->text || !command_parse(entry->text, &command, NULL) ||
        command.kind != COMMAND_STRATEGY) {
        return;
    }
    for (int i = 0; i < timeline->n_tracks; i++) {
        struct track *track = &timeline->tracks[i];
        if (track->is_there && (entry->learner == LEARNER_ALL || entry->learner == track->id)) {
            switches_turn(track, step_of(timeline, entry->step), &command);
        }
    }
}

static void begin_switches(const struct timeline *timeline, struct track *track, long step)
{
    struct command command;
    const struct track *parent = find_track(timeline, track->parent);
    bool is_first = !parent && track->id < timeline->n_first;
    if (is_first) {
        switches_begin(track, step, timeline->first_on[track->id]);
    } else if (parent && last_command(timeline, &command) &&
               (command.kind == COMMAND_FORK || command.kind == COMMAND_SWEEP)) {
        switches_inherit(track, parent, step_of(timeline, step), &command);
    }
}

/* ---- runs that are over ---------------------------------------------------------------------- */

/* It has been looked at twice since `step`, or it was no run of its own. */
static bool has_run(const struct track *track, double step)
{
    return track->is_there && track->average.n - series_count(&track->average, step) >= 2;
}

static void keep_run(struct timeline *timeline, const struct track *track, bool is_removed)
{
    struct metrics metrics = timeline_metrics_now(timeline, track);
    scoreboard_add(&timeline->board, track, &metrics, is_removed);
}

static void keep_runs(struct timeline *timeline, const struct entry *rewind)
{
    double last = rewind->step > 0 ? (double)rewind->step : -1;
    for (int i = 0; i < timeline->n_tracks; i++) {
        if (has_run(&timeline->tracks[i], last)) {
            keep_run(timeline, &timeline->tracks[i], false);
        }
    }
}

static bool remove_learner(struct timeline *timeline, const struct entry *entry)
{
    struct track *track = find_track(timeline, entry->learner);
    if (track && has_run(track, track->parent >= 0 ? (double)track->born : -1)) {
        keep_run(timeline, track, true);
    }
    if (track) {
        track->is_there = false;
    }
    return track != NULL;
}

void timeline_see(struct timeline *timeline, const struct snapshot *snapshot)
{
    for (int i = 0; i < snapshot->n_learners; i++) {
        const struct learner_state *learner = &snapshot->learners[i];
        struct track *track = find_track(timeline, learner->id);
        if (!track || !track->is_there) {
            continue;
        }
        bool is_added = track->parent < 0 && track->id >= timeline->n_first;
        switches_see(track, step_of(timeline, snapshot->step), is_added, learner);
        double on = series_at(&track->on, (double)snapshot->step);
        track->memory = 0;
        for (int k = 0; k < strategy_count(); k++) {
            bool is_on = on >= 0 && (((uint32_t)on >> k) & 1u);
            track->memory += is_on ? (double)learner->strategies[k].bytes : 0;
        }
    }
}

/* What came after the step the session went back to is dropped.  Who is there then is said by
 * entries that follow. */
static bool rewind_to(struct timeline *timeline, const struct entry *entry)
{
    int n = timeline->n_stages;
    long begin = entry->stage >= 0 && entry->stage < n ? timeline->stages[entry->stage].begin : 0;
    if (entry->stage < 0 || entry->stage >= (n > 0 ? n : 1) || entry->step < begin) {
        return false;
    }
    keep_runs(timeline, entry);
    bool is_kept = keeps_settings(timeline);
    if (n > 0) { /* that stage goes on, its row is not complete */
        timeline->n_stages = entry->stage + 1;
        timeline->stages[entry->stage].end = -1;
        timeline->stages[entry->stage].has_row = false;
        find_first_stages(timeline);
    }
    bool ok = true;
    timeline->is_ended = false;
    for (int i = 0; i < timeline->n_tracks; i++) {
        struct track *track = &timeline->tracks[i];
        switches_back(track, entry->step, is_kept);
        track->is_abandoned |= track->is_there;
        ok &= track_rewind(track, entry->step, entry->stage);
        if (is_to_start(timeline)) {
            undo_jumps(timeline, track, entry);
        }
        track->is_there = false;
        ok &= begin_curves(timeline, track);
        fill_present_row(timeline, track);
    }
    cut_marks(timeline, entry);
    timeline->is_ended = false;
    return add_mark(timeline, entry) && ok;
}

/* ---- learners -------------------------------------------------------------------------------- */

static bool make_room_for_track(struct timeline *timeline)
{
    if (timeline->n_tracks < timeline->tracks_capacity) {
        return true;
    }
    int capacity = timeline->tracks_capacity ? 2 * timeline->tracks_capacity : LEARNERS_MAX;
    struct track *tracks = realloc(timeline->tracks, (size_t)capacity * sizeof *tracks);
    if (!tracks) {
        return false;
    }
    timeline->tracks = tracks;
    timeline->tracks_capacity = capacity;
    return true;
}

/* A learner not heard of before; a forked one with the past of its parent. */
static bool add_track(struct timeline *timeline, const struct entry *entry)
{
    bool has_parent = entry->task != -1;
    if (!make_room_for_track(timeline)) {
        return false;
    }
    struct track *track = &timeline->tracks[timeline->n_tracks];
    bool ok = track_init(track, entry->learner, timeline->n_tasks);
    if (ok && has_parent) {
        ok = track_inherit(track, find_track(timeline, entry->task), entry->step,
                           timeline_rows_at(timeline, entry->step));
    }
    if (!ok) {
        track_fini(track);
        return false;
    }
    timeline->n_tracks++;
    return true;
}

/* A learner comes, is renamed, or is called up after a rewind. */
static bool call_up(struct timeline *timeline, const struct entry *entry)
{
    int n_there = 0;
    for (int i = 0; i < timeline->n_tracks; i++) {
        n_there += timeline->tracks[i].is_there && timeline->tracks[i].id != entry->learner;
    }
    if (entry->learner < 0 || entry->step < 0 || n_there >= LEARNERS_MAX) {
        return false;
    }
    bool has_parent = entry->task != -1;
    if (has_parent && (entry->task == entry->learner || !find_track(timeline, entry->task))) {
        return false;
    }
    bool is_new = !find_track(timeline, entry->learner);
    if (is_new && !add_track(timeline, entry)) {
        return false;
    }
    struct track *track = find_track(timeline, entry->learner);
    if (entry->text) {
        track_rename(track, entry->text);
    }
    if (is_new) {
        track->sweep = timeline->sweep;
        track->knob = timeline->knob;
        begin_switches(timeline, track, entry->step);
    }
    track->is_there = true;
    track->is_abandoned = false;
    track->parent = entry->task; /* another one, if it was forked anew or begins anew */
    track->born = is_new || entry->step < track->born ? entry->step : track->born;
    bool ok = track_make_rows(track, timeline->n_stages);
    fill_present_row(timeline, track);
    return ok;
}

static bool diverge(struct timeline *timeline, struct track *track, const struct entry *entry)
{
    if (!add_mark(timeline, entry)) {
        return false;
    }
    track->has_diverged = true;
    track->diverged_step = entry->step;
    track->diverged_rate = entry->value;
    fill_present_row(timeline, track);
    return true;
}

/* ---- measurements ---------------------------------------------------------------------------- */

static bool is_share(double value)
{
    return value >= 0 && value <= 1;
}

/* In a stage there is, at a step of it. */
static bool is_in_stage(const struct timeline *timeline, const struct entry *entry)
{
    if (entry->stage < 0 || entry->stage >= timeline->n_stages) {
        return false;
    }
    const struct stage *stage = &timeline->stages[entry->stage];
    return entry->step >= stage->begin && (!stage->has_row || entry->step <= stage->end);
}

/* A learner that is added later brings entries of stages that are over, so it is their own stage
 * that says whether the task has begun. */
static bool has_begun(const struct timeline *timeline, const struct entry *entry)
{
    int first = timeline->first_stage[entry->task];
    return timeline->is_stream || (first >= 0 && first <= entry->stage);
}

static bool measure(struct timeline *timeline, struct track *track, const struct entry *entry)
{
    if (!track_measure(track, entry->task, entry->step, entry->value)) {
        return false;
    }
    int present = timeline->n_stages - 1;
    bool goes_on = present < track->n_rows && present >= track->n_complete &&
                   !timeline->stages[present].has_row;
    if (goes_on && track_takes_part(track, timeline->stages[present].begin)) {
        size_t cell = (size_t)present * (size_t)timeline->n_tasks + (size_t)entry->task;
        track->matrix[cell] = entry->value;
    }
    return true;
}

static bool add_measure(struct timeline *timeline, struct track *track, const struct entry *entry)
{
    const struct probe *probe = probe_at(entry->probe);
    if (!(entry->value >= probe->min && entry->value <= probe->max)) {
        return false;
    }
    return entry->probe == PROBE_ACCURACY
               ? has_begun(timeline, entry) && measure(timeline, track, entry)
               : track_add(track, entry->probe, entry->task, timeline->stages[entry->stage].begin,
                           entry->step, entry->value);
}

static bool add_to_matrix(struct timeline *timeline, struct track *track, const struct entry *entry)
{
    if (!is_share(entry->value) && !isnan(entry->value)) {
        return false;
    }
    if (!track_make_rows(track, entry->stage + 1)) { /* one that is gone need not have it */
        return false;
    }
    if (has_begun(timeline, entry) && !isnan(entry->value) && /* a point of its curve, too */
        !measure(timeline, track, entry)) {
        return false;
    }
    size_t n_tasks = (size_t)timeline->n_tasks;
    track->matrix[(size_t)entry->stage * n_tasks + (size_t)entry->task] = entry->value;
    if (entry->task == timeline->n_tasks - 1) {
        int n = entry->stage + 1;
        struct metrics metrics = timeline_metrics_after(timeline, track, n);
        track->trail[entry->stage] = (struct plane_point){.learning = metrics.learning_accuracy,
                                                          .keeping = 1 - metrics.forgetting};
        track->n_complete = track->n_complete > n ? track->n_complete : n;
    }
    return true;
}

/* An entry of one learner, about one of `n` tasks or parts of the network. */
static bool take_in_one(struct timeline *timeline, const struct entry *entry)
{
    if (entry->kind == ENTRY_MEASURE && !((int)entry->probe >= 0 && entry->probe < PROBE_COUNT)) {
        return false;
    }
    struct track *track = find_track(timeline, entry->learner);
    int n = entry->kind == ENTRY_MEASURE ? probe_size(probe_at(entry->probe), timeline->n_tasks)
                                         : timeline->n_tasks;
    if (!track || entry->task < 0 || entry->task >= n) {
        return false;
    }
    if (entry->kind == ENTRY_BASELINE) {
        bool ok = is_share(entry->value) || isnan(entry->value);
        track->initial[entry->task] = ok ? entry->value : track->initial[entry->task];
        return ok && begin_curves(timeline, track);
    }
    if (!is_in_stage(timeline, entry)) {
        return false;
    }
    return entry->kind == ENTRY_MEASURE  ? add_measure(timeline, track, entry)
           : entry->kind == ENTRY_MATRIX ? add_to_matrix(timeline, track, entry)
                                         : diverge(timeline, track, entry);
}

static bool take_in_command(struct timeline *timeline, const struct entry *entry)
{
    bool ok = add_mark(timeline, entry), jumps = ok && is_jump(entry->text);
    for (int i = 0; jumps && i < timeline->n_tracks; i++) {
        struct track *track = &timeline->tracks[i];
        if (is_meant(track, entry->learner)) {
            ok &= track_jump(track, entry->step);
        }
    }
    return ok;
}

static bool take_in(struct timeline *timeline, const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_BASELINE:
    case ENTRY_MEASURE:
    case ENTRY_MATRIX:
    case ENTRY_DIVERGED:
        return take_in_one(timeline, entry);
    case ENTRY_STAGE:
        return begin_stage(timeline, entry);
    case ENTRY_STAGE_END:
        return end_stage(timeline, entry);
    case ENTRY_REWIND:
        return rewind_to(timeline, entry);
    case ENTRY_END:
        timeline->is_ended |= add_mark(timeline, entry);
        return timeline->is_ended;
    case ENTRY_COMMAND:
        turn_switches(timeline, entry);
        return take_in_command(timeline, entry);
    case ENTRY_REFUSED:
        return refuse(timeline, entry);
    case ENTRY_LEARNER:
        return call_up(timeline, entry);
    case ENTRY_REMOVED:
        return remove_learner(timeline, entry);
    }
    return false;
}

/* Learners that come right after a sweep are its own. */
static void follow_sweep(struct timeline *timeline, const struct entry *entry)
{
    struct command command;
    if (entry->kind == ENTRY_LEARNER) {
        return;
    }
    bool is_sweep = entry->kind == ENTRY_COMMAND && entry->text &&
                    strncmp(entry->text, "sweep ", 6) == 0 &&
                    command_parse(entry->text, &command, NULL) && command.on;
    timeline->sweep = is_sweep ? timeline->n_read : -1;
    timeline->knob = is_sweep ? command.index : 0;
}

bool timeline_add(struct timeline *timeline, const struct entry *entry)
{
    follow_sweep(timeline, entry);
    bool ok = take_in(timeline, entry);
    timeline->n_read++;
    return ok;
}

long timeline_read(struct timeline *timeline, const struct journal *journal)
{
    long before = timeline->n_read, length = journal_length(journal);
    while (timeline->n_read < length) {
        struct entry entry = journal_at(journal, timeline->n_read);
        timeline_add(timeline, &entry);
    }
    return timeline->n_read - before;
}
