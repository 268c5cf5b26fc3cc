/* SPDX-License-Identifier: MIT
 * A timeline when the session goes back: the runs that are over are kept as scores, and what came
 * after is dropped. */
#include "lab/timeline_inside.h"

#include "lab/switches.h"

/* ---- runs that are over ---------------------------------------------------------------------- */

bool timeline_has_run(const struct track *track, double step)
{
    return track->is_there && track->average.n - series_count(&track->average, step) >= 2;
}

void timeline_keep_run(struct timeline *timeline, const struct track *track, bool is_removed)
{
    struct metrics metrics = timeline_metrics_now(timeline, track);
    scoreboard_add(&timeline->board, track, &metrics, is_removed);
}

static void keep_runs(struct timeline *timeline, const struct entry *rewind)
{
    double last = rewind->step > 0 ? (double)rewind->step : -1;
    for (int i = 0; i < timeline->n_tracks; i++) {
        if (timeline_has_run(&timeline->tracks[i], last)) {
            timeline_keep_run(timeline, &timeline->tracks[i], false);
        }
    }
}

/* ---- marks ----------------------------------------------------------------------------------- */

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
           mark->stage == rewind->stage && timeline_is_jump(mark->text);
}

static void undo_jumps(const struct timeline *timeline, struct track *track,
                       const struct entry *rewind)
{
    int n = 0;
    for (int i = 0; i < timeline->n_marks; i++) {
        const struct mark *mark = &timeline->marks[i];
        n += is_undone(mark, rewind) && timeline_is_meant(track, mark->learner);
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

/* ---- all of it ------------------------------------------------------------------------------- */

/* `rewind` alone and `restart` go back with what is on now. */
static bool keeps_settings(const struct timeline *timeline)
{
    struct command command;
    return timeline_last_command(timeline, &command) &&
           (command.kind == COMMAND_RESTART ||
            (command.kind == COMMAND_REWIND && command.step < 0));
}

bool timeline_rewind(struct timeline *timeline, const struct entry *entry)
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
        timeline_find_first_stages(timeline);
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
        ok &= timeline_begin_curves(timeline, track);
        timeline_fill_row(timeline, track);
    }
    cut_marks(timeline, entry);
    timeline->is_ended = false;
    return timeline_mark(timeline, entry) && ok;
}
