/* SPDX-License-Identifier: MIT
 * A timeline takes entries in. */
#include "lab/timeline_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    timeline->probes = from->probes;
    if (!ok) {
        timeline_fini(timeline);
        return err_set(err, ERR_FAILED, "memory: no room for a copy of the curves");
    }
    return true;
}

void timeline_know(struct timeline *timeline, const struct config *config)
{
    timeline->n_first = config->n_learners;
    timeline->probes = config->probes;
    for (int i = 0; i < config->n_learners; i++) {
        timeline->first_on[i] = config->learners[i].on;
    }
}

struct track *timeline_find(const struct timeline *timeline, int id)
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
    return timeline_find(timeline, id);
}

/* ---- stages and marks ------------------------------------------------------------------------ */

bool timeline_mark(struct timeline *timeline, const struct entry *entry)
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

bool timeline_last_command(const struct timeline *timeline, struct command *command)
{
    int n = timeline->n_marks;
    const struct mark *last = n > 0 ? &timeline->marks[n - 1] : NULL;
    return last && last->kind == ENTRY_COMMAND && last->text &&
           command_parse(last->text, command, NULL);
}

/* A command after which other weights answer. */
bool timeline_is_jump(const char *text)
{
    struct command command;
    return text && command_parse(text, &command, NULL) &&
           command_at((int)command.kind)->flags & COMMAND_LOOKS;
}

bool timeline_is_meant(const struct track *track, int learner)
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
        for (int i = 0; timeline_is_jump(last->text) && i < timeline->n_tracks; i++) {
            if (timeline_is_meant(&timeline->tracks[i], last->learner)) {
                track_refuse_jump(&timeline->tracks[i], last->step);
            }
        }
    }
    return timeline_mark(timeline, entry);
}

void timeline_fill_row(struct timeline *timeline, struct track *track)
{
    int present = timeline->n_stages - 1;
    if (present >= track->n_complete && present < track->n_rows) {
        bool goes_on = !timeline->stages[present].has_row;
        track_fill_row(track, present,
                       goes_on && track_takes_part(track, timeline->stages[present].begin));
    }
}

bool timeline_begin_curves(const struct timeline *timeline, struct track *track)
{
    bool ok = true;
    for (int t = 0; timeline->is_stream && t < timeline->n_tasks; t++) {
        if (track_curve(track, PROBE_ACCURACY, t)->n == 0 && isfinite(track->initial[t])) {
            ok &= track_measure(track, t, 0, track->initial[t]);
        }
    }
    return ok;
}

void timeline_find_first_stages(struct timeline *timeline)
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
        timeline_find_first_stages(timeline);
    } else if (timeline->first_stage[entry->task] < 0) {
        timeline->first_stage[entry->task] = entry->stage;
    }
    for (int i = 0; i < timeline->n_tracks; i++) {
        struct track *track = &timeline->tracks[i];
        if (track->is_there) {
            ok &= track_make_rows(track, timeline->n_stages);
            ok &= !is_next || track_break(track, entry->step);
            ok &= timeline_begin_curves(timeline, track);
            timeline_fill_row(timeline, track);
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
        timeline_fill_row(timeline, &timeline->tracks[i]);
    }
    return true;
}

static bool diverge(struct timeline *timeline, struct track *track, const struct entry *entry)
{
    if (!timeline_mark(timeline, entry)) {
        return false;
    }
    track->has_diverged = true;
    track->diverged_step = entry->step;
    track->diverged_rate = entry->value;
    timeline_fill_row(timeline, track);
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
    struct track *track = timeline_find(timeline, entry->learner);
    int n = entry->kind == ENTRY_MEASURE ? probe_size(probe_at(entry->probe), timeline->n_tasks)
                                         : timeline->n_tasks;
    if (!track || entry->task < 0 || entry->task >= n) {
        return false;
    }
    if (entry->kind == ENTRY_BASELINE) {
        bool ok = is_share(entry->value) || isnan(entry->value);
        track->initial[entry->task] = ok ? entry->value : track->initial[entry->task];
        return ok && timeline_begin_curves(timeline, track);
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
    bool ok = timeline_mark(timeline, entry), jumps = ok && timeline_is_jump(entry->text);
    for (int i = 0; jumps && i < timeline->n_tracks; i++) {
        struct track *track = &timeline->tracks[i];
        if (timeline_is_meant(track, entry->learner)) {
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
        return timeline_rewind(timeline, entry);
    case ENTRY_END:
        timeline->is_ended |= timeline_mark(timeline, entry);
        return timeline->is_ended;
    case ENTRY_COMMAND:
        timeline_switch(timeline, entry);
        return take_in_command(timeline, entry);
    case ENTRY_REFUSED:
        return refuse(timeline, entry);
    case ENTRY_LEARNER:
        return timeline_call_up(timeline, entry);
    case ENTRY_REMOVED:
        return timeline_remove(timeline, entry);
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

/* Which are on is no matter of a run's past: going back and beginning anew leave them. */
static void follow_probes(struct timeline *timeline, const struct entry *entry)
{
    struct command command;
    if (entry->kind == ENTRY_COMMAND && entry->text && strncmp(entry->text, "probe ", 6) == 0 &&
        command_parse(entry->text, &command, NULL)) {
        timeline->probes = command_probes(&command, timeline->probes);
    }
}

bool timeline_add(struct timeline *timeline, const struct entry *entry)
{
    follow_sweep(timeline, entry);
    follow_probes(timeline, entry);
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
