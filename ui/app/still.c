/* SPDX-License-Identifier: MIT */
#include "ui/app/still.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "strategies/table.h"
#include "ui/app/facts.h"
#include "ui/app/follow.h"
#include "ui/app/frame.h"
#include "ui/panels/plane.h"

struct view still_view(const struct facts *facts)
{
    return (struct view){.facts = facts,
                         .focus = PANEL_KNOBS,
                         .map = {.since = MAP_SINCE_TASK, .step = MAP_STEP_NOW},
                         .map_scale = 0.01,
                         .probe = PROBE_DRIFT,
                         .strategy = strategy_find("ewc"),
                         .knob = PARAM_LR};
}

void still_take(struct view *view, struct snapshot *snapshot, const struct player *player,
                int shown)
{
    *snapshot = *player_snapshot(player);
    for (int i = 0; i < snapshot->n_learners; i++) {
        snapshot->selected = snapshot->learners[i].id == shown ? i : snapshot->selected;
    }
    view->timeline = player_timeline(player);
    view->snapshot = snapshot;
    view->map = snapshot->map.request;
}

/* The end of the heat ramp that fits the snapshot: up at once, down when it is far too large. */
static void scale_heat(struct view *view)
{
    double max = (double)view->snapshot->map.max;
    if (!isfinite(max) || max <= 0) {
        return;
    }
    const struct map_request *has = &view->snapshot->map.request, *wants = &view->map;
    bool is_other =
        has->part != wants->part || has->what != wants->what || has->since != wants->since;
    if (is_other || max > view->map_scale || max < view->map_scale * 0.3) {
        double power = pow(10, floor(log10(max)));
        double digits[] = {1, 1.5, 2, 3, 5, 7, 10};
        size_t i = 0;
        while (i < 6 && digits[i] * power < max) {
            i++;
        }
        view->map_scale = digits[i] * power;
    }
}

static void follow_end(struct still_memory *memory, struct view *view)
{
    bool is_ended = view->snapshot->state == LAB_ENDED;
    if (is_ended == memory->had_end) {
        return;
    }
    memory->had_end = view->has_summary = is_ended;
    if (is_ended) {
        struct metrics metrics = timeline_metrics(view->timeline, view_track(view));
        view->has_previous = memory->ending.has;
        view->previous_left = memory->ending.left;
        view->previous_forgotten = memory->ending.forgotten;
        snprintf(view->previous_with, sizeof view->previous_with, "%s", memory->ending.with);
        memory->ending.has = true;
        memory->ending.left = metrics.average_accuracy;
        memory->ending.forgotten = isfinite(metrics.forgetting) ? metrics.forgetting : 0;
        view_run_text(view, memory->ending.with, sizeof memory->ending.with);
    }
}

/* The first strategy that was switched on is chosen, with its knob, unless another learner is
 * looked at now. */
static void follow_strategies(struct still_memory *memory, struct view *view)
{
    const struct learner_state *learner = view_learner(view);
    bool is_same = memory->n_learners == 0 || memory->selected == learner->id;
    uint32_t on = 0, before = memory->on;
    for (int i = 0; i < strategy_count(); i++) {
        on |= learner->strategies[i].is_on ? UINT32_C(1) << i : 0;
    }
    memory->on = on;
    memory->selected = learner->id;
    for (int i = 0; is_same && i < strategy_count(); i++) {
        if ((on & ~before) >> i & 1u) {
            enum param_id knob = strategy_at(i)->knob;
            view->strategy = i;
            view->knob = knob != PARAM_COUNT ? knob : view->knob;
            return;
        }
    }
}

/* The plane comes closer between two stages, at the end, and after going somewhere else. */
static void follow_plane(struct still_memory *memory, struct view *view)
{
    const struct snapshot *snapshot = view->snapshot;
    bool is_elsewhere = snapshot->stage != memory->stage || snapshot->step < memory->step ||
                        snapshot->n_learners != memory->n_learners;
    plane_hold(view, is_elsewhere || snapshot->state == LAB_ENDED);
    memory->stage = snapshot->stage;
    memory->step = snapshot->step;
}

bool still_follow(struct still_memory *memory, struct view *view)
{
    int n = view->snapshot->n_learners, before = memory->n_learners;
    if (n > 1 && before == 0) { /* it begins with several; who comes later changes no view */
        view->compare = COMPARE_AVERAGE;
    } else if (n <= 1 && before > 1) {
        view->compare = COMPARE_NOT;
    }
    follow_strategies(memory, view);
    follow_plane(memory, view);
    memory->n_learners = n;
    scale_heat(view);
    follow_end(memory, view);
    return n != before;
}

void still_settle(struct view *view)
{
    struct still_memory memory = {0};
    still_follow(&memory, view);
}

/* The view of the moment, in a frame. */
static bool settle(struct frame *frame, struct snapshot *snapshot, struct player *player,
                   struct look *look, struct err *err)
{
    struct follow follow = follow_make(look->theme != NULL, look->glyphs != NULL);
    look->view = &frame->view;
    look->theme = look->theme ? look->theme : theme_at(0);
    look->glyphs = look->glyphs ? look->glyphs : glyphs_at(0);
    still_take(&frame->view, snapshot, player, -1);
    still_settle(&frame->view);
    return follow_player(&follow, player, look, NULL, err);
}

bool still_draw(struct player *player, struct grid *grid, const struct theme **theme,
                const struct glyphs **glyphs, struct err *err)
{
    struct facts facts = facts_of_player(player);
    struct frame *frame = calloc(1, sizeof *frame);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct look look = {.theme = *theme, .glyphs = *glyphs};
    bool ok = frame && snapshot;
    if (!ok) {
        err_set(err, ERR_FAILED, "memory: no room for a picture");
    } else {
        frame->view = still_view(&facts);
        frame->view.is_picture = true;
        ok = settle(frame, snapshot, player, &look, err);
    }
    if (ok) {
        int cursor[2];
        *theme = look.theme;
        *glyphs = look.glyphs;
        frame_draw(frame, grid, look.glyphs, theme_depth(look.theme, DEPTH_256), cursor);
    }
    free(snapshot);
    free(frame);
    return ok;
}
