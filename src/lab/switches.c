/* SPDX-License-Identifier: MIT */
#include "lab/switches.h"

#include <math.h>

#include "lab/learner_spec.h"
#include "lab/sweep.h"

static bool is_known(const struct track *track)
{
    return track->on.n > 0;
}

static uint32_t last_of(const struct track *track)
{
    return is_known(track) ? (uint32_t)series_last(&track->on) : 0;
}

/* Where memory is short what was before stands. */
static void put(struct track *track, long step, uint32_t on)
{
    struct series *series = &track->on;
    double last = is_known(track) ? series->step[series->n - 1] : (double)step;
    series_set(series, fmax((double)step, last), on);
}

void switches_begin(struct track *track, long step, uint32_t on)
{
    put(track, step, on);
}

void switches_inherit(struct track *track, const struct track *parent, long step,
                      const struct command *command)
{
    struct learner_config config = {.params = params_default(), .on = last_of(parent)};
    if (!is_known(parent)) {
        return;
    }
    if (command->kind == COMMAND_SWEEP) {
        config.on = sweep_strategies((enum param_id)command->index, config.on);
    } else if (command->text[0] && !learner_spec_parse(command->text, &config, NULL)) {
        return;
    }
    put(track, step, config.on); /* also what the parent had switched after the end */
}

void switches_turn(struct track *track, long step, const struct command *command)
{
    uint32_t on = last_of(track), bit = UINT32_C(1) << command->index;
    if (is_known(track)) {
        put(track, step, command->on ? on | bit : on & ~bit);
    }
}

void switches_back(struct track *track, long step, bool is_kept)
{
    uint32_t on = last_of(track);
    if (!is_known(track)) {
        return;
    }
    series_cut(&track->on, (double)step);
    if (is_kept || !is_known(track)) {
        put(track, step, on);
    }
}

void switches_see(struct track *track, long step, bool is_added,
                  const struct learner_state *learner)
{
    uint32_t on = 0;
    for (int i = 0; i < strategy_count(); i++) {
        on |= learner->strategies[i].is_on ? UINT32_C(1) << i : 0;
    }
    if (!is_known(track)) {
        put(track, 0, on);
    } else if (is_added && last_of(track) != on) {
        put(track, step, on);
    }
}
