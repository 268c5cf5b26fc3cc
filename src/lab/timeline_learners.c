/* SPDX-License-Identifier: MIT
 * The learners of a timeline: they come and go, and strategies of theirs are switched. */
#include "lab/timeline_inside.h"

#include <stdlib.h>

#include "lab/switches.h"

/* ---- what is on ------------------------------------------------------------------------------ */

/* As switches count it. */
static long step_of(const struct timeline *timeline, long step)
{
    return step + timeline->is_ended;
}

void timeline_switch(struct timeline *timeline, const struct entry *entry)
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
    const struct track *parent = timeline_find(timeline, track->parent);
    bool is_first = !parent && track->id < timeline->n_first;
    if (is_first) {
        switches_begin(track, step, timeline->first_on[track->id]);
    } else if (parent && timeline_last_command(timeline, &command) &&
               (command.kind == COMMAND_FORK || command.kind == COMMAND_SWEEP)) {
        switches_inherit(track, parent, step_of(timeline, step), &command);
    }
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
        ok = track_inherit(track, timeline_find(timeline, entry->task), entry->step,
                           timeline_rows_at(timeline, entry->step));
    }
    if (!ok) {
        track_fini(track);
        return false;
    }
    timeline->n_tracks++;
    return true;
}

bool timeline_call_up(struct timeline *timeline, const struct entry *entry)
{
    int n_there = 0;
    for (int i = 0; i < timeline->n_tracks; i++) {
        n_there += timeline->tracks[i].is_there && timeline->tracks[i].id != entry->learner;
    }
    if (entry->learner < 0 || entry->step < 0 || n_there >= LEARNERS_MAX) {
        return false;
    }
    bool has_parent = entry->task != -1;
    if (has_parent && (entry->task == entry->learner || !timeline_find(timeline, entry->task))) {
        return false;
    }
    bool is_new = !timeline_find(timeline, entry->learner);
    if (is_new && !add_track(timeline, entry)) {
        return false;
    }
    struct track *track = timeline_find(timeline, entry->learner);
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
    timeline_fill_row(timeline, track);
    return ok;
}

bool timeline_remove(struct timeline *timeline, const struct entry *entry)
{
    struct track *track = timeline_find(timeline, entry->learner);
    if (track && timeline_has_run(track, track->parent >= 0 ? (double)track->born : -1)) {
        timeline_keep_run(timeline, track, true);
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
        struct track *track = timeline_find(timeline, learner->id);
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
