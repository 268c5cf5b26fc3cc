/* SPDX-License-Identifier: MIT */
#include "lab/switches.h"

#include <math.h>
#include <string.h>

#include "lab/learner_spec.h"
#include "lab/sweep.h"

static void put(const struct timeline *timeline, struct track *track, long step, uint32_t on)
{
    struct series *series = &track->on;
    double at = (double)(step + timeline->is_ended);
    double last = series->n > 0 ? series->step[series->n - 1] : at;
    series_set(series, fmax(at, last), on); /* where memory is short the one before it stands */
}

static uint32_t last_of(const struct track *track)
{
    double on = series_last(&track->on);
    return on >= 0 ? (uint32_t)on : 0;
}

static bool is_known(const struct track *track)
{
    return track->on.n > 0;
}

void switches_command(struct timeline *timeline, const struct entry *entry)
{
    struct command command;
    if (!entry->text || strncmp(entry->text, "strategy ", 9) != 0 ||
        !command_parse(entry->text, &command, NULL)) {
        return;
    }
    for (int i = 0; i < timeline->n_tracks; i++) {
        struct track *track = &timeline->tracks[i];
        uint32_t on = last_of(track), bit = UINT32_C(1) << command.index;
        bool is_meant = entry->learner == LEARNER_ALL || entry->learner == track->id;
        if (track->is_there && is_meant && is_known(track)) {
            put(timeline, track, entry->step, command.on ? on | bit : on & ~bit);
        }
    }
}

/* The command that comes last, if there is one. */
static bool last_command(const struct timeline *timeline, struct command *command)
{
    int n = timeline->n_marks;
    const struct mark *last = n > 0 ? &timeline->marks[n - 1] : NULL;
    return last && last->kind == ENTRY_COMMAND && last->text &&
           command_parse(last->text, command, NULL);
}

void switches_begin(struct timeline *timeline, struct track *track, long step)
{
    struct command command;
    struct learner_config config = {.params = params_default()};
    if (track->parent < 0) {
        if (track->id < timeline->n_first) {
            put(timeline, track, step, timeline->first_on[track->id]);
        }
        return;
    }
    const struct track *parent = timeline_track(timeline, track->parent);
    if (!is_known(parent) || !last_command(timeline, &command)) {
        return;
    }
    config.on = last_of(parent); /* also what was switched after the end */
    if (command.kind == COMMAND_SWEEP) {
        config.on = sweep_strategies((enum param_id)command.index, config.on);
    } else if (command.kind == COMMAND_FORK && command.text[0] &&
               !learner_spec_parse(command.text, &config, NULL)) {
        return;
    }
    put(timeline, track, step, config.on);
}

void switches_back(const struct timeline *timeline, struct track *track, long step)
{
    struct command command;
    bool keeps =
        last_command(timeline, &command) &&
        (command.kind == COMMAND_RESTART || (command.kind == COMMAND_REWIND && command.step < 0));
    uint32_t on = last_of(track);
    if (is_known(track)) {
        series_cut(&track->on, (double)step);
        if (keeps || !is_known(track)) {
            put(timeline, track, step, on);
        }
    }
}

void switches_see(const struct timeline *timeline, struct track *track, long step,
                  const struct learner_state *learner)
{
    bool is_added = track->parent < 0 && track->id >= timeline->n_first;
    uint32_t on = 0;
    for (int i = 0; i < strategy_count(); i++) {
        on |= learner->strategies[i].is_on ? UINT32_C(1) << i : 0;
    }
    if (!is_known(track)) {
        series_add(&track->on, 0, on);
    } else if (is_added && last_of(track) != on) {
        put(timeline, track, step, on);
    }
}
