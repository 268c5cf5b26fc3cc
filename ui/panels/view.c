/* SPDX-License-Identifier: MIT */
#include "ui/panels/view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "strategies/lora.h"
#include "strategies/table.h"
#include "ui/widgets/percent.h"

enum panel_id view_picture(const struct view *view)
{
    switch (view->facts->form) {
    case DATA_TEXT:
        return PANEL_WRITING;
    case DATA_PLANE:
        return PANEL_SURFACE;
    case DATA_FEATURES:
        return PANEL_ARROWS;
    default:
        return PANEL_DRIFT;
    }
}

bool view_has_met(const struct view *view, int task)
{
    const struct timeline *timeline = view->timeline;
    int stage =
        view->has_cursor ? timeline_stage_at(timeline, (long)view->cursor) : timeline->n_stages - 1;
    return view_learner(view)->strategies[strategy_find("joint")].is_on ||
           timeline_had_begun(timeline, task, stage);
}

bool view_has_own_outputs(const struct view *view)
{
    return view->facts->scenario &&
           strcmp(view->facts->scenario, scenario_name(SCENARIO_CLASS)) == 0;
}

char *view_net_text(const struct facts *facts, const struct params *params, char buf[NET_TEXT_MAX])
{
    struct network net;
    snprintf(buf, NET_TEXT_MAX, "%s", facts->net);
    if (facts->n_inputs > 0 && network_init(&net, facts->n_inputs, facts->n_symbols,
                                            facts->n_outputs, params, SIZE_MAX, NULL)) {
        network_text(&net, buf, NET_TEXT_MAX);
    }
    return buf;
}

bool view_is_past(const struct view *view)
{
    return view->has_cursor && view->cursor < (double)view->snapshot->step;
}

bool view_shows_summary(const struct view *view)
{
    bool has_weight = view->has_weight || view->focus == PANEL_MICROSCOPE;
    return view->has_summary && !view->is_enlarged && !view_has_learners(view) && !has_weight;
}

const struct learner_state *view_learner(const struct view *view)
{
    return &view->snapshot->learners[view->snapshot->selected];
}

const struct track *view_track_at(const struct view *view, int i)
{
    const struct track *track = timeline_track(view->timeline, view->snapshot->learners[i].id);
    return track ? track : &view->timeline->nobody;
}

const struct track *view_track(const struct view *view)
{
    return view_track_at(view, view->snapshot->selected);
}

bool view_has_learners(const struct view *view)
{
    return view->snapshot->n_learners > 1;
}

struct metrics view_metrics(const struct view *view, int i)
{
    const struct track *track = view_track_at(view, i);
    return view->has_cursor ? timeline_metrics_at(view->timeline, track, (long)view->cursor)
                            : timeline_metrics_now(view->timeline, track);
}

double view_r(const struct view *view, int i, int row, int task)
{
    const struct track *track = view_track_at(view, i);
    return view->has_cursor ? timeline_r_at(view->timeline, track, row, task, (long)view->cursor)
                            : timeline_r(view->timeline, track, row, task);
}

bool view_has_diverged(const struct view *view, int i)
{
    const struct learner_state *learner = &view->snapshot->learners[i];
    return learner->has_diverged &&
           (!view->has_cursor || view->cursor >= (double)learner->diverged_step);
}

const char *view_advantage(const struct learner_state *learner)
{
    bool is_told = learner->strategies[strategy_find("lora")].is_on &&
                   learner->params.value[PARAM_LORA_MODE] == LORA_MODE_PER_TASK;
    return learner->strategies[strategy_find("joint")].is_on ? "it sees all data at once"
           : is_told                                         ? "it is told the task"
                                                             : NULL;
}

bool view_is_bare(const struct learner_state *learner)
{
    bool is_bare = true;
    for (int i = 0; i < strategy_count(); i++) {
        is_bare &= !learner->strategies[i].is_on;
    }
    return is_bare;
}

size_t view_memory(const struct learner_state *learner)
{
    size_t sum = 0;
    for (int i = 0; i < strategy_count(); i++) {
        sum += learner->strategies[i].is_on ? learner->strategies[i].bytes : 0;
    }
    return sum;
}

bool view_can_fork(const struct view *view)
{
    const struct snapshot *snapshot = view->snapshot;
    bool is_past = view_is_past(view);
    int n = 0; /* learners there are then */
    for (int i = 0; i < snapshot->n_learners; i++) {
        n += !is_past || (double)snapshot->learners[i].born <= view->cursor;
    }
    return view_is_live(view) && n < LEARNERS_MAX && !view_has_diverged(view, snapshot->selected) &&
           (is_past || snapshot->state != LAB_ENDED);
}

bool view_concerns(const struct view *view, const struct mark *mark)
{
    const struct track *track = view_track(view);
    if (mark->learner == LEARNER_ALL) {
        return true;
    }
    while (track && track->id != mark->learner) {
        bool is_after = mark->step > track->born;
        track =
            is_after || track->parent < 0 ? NULL : timeline_track(view->timeline, track->parent);
    }
    return track != NULL;
}

enum role view_learner_role(const struct learner_state *learner)
{
    /* The colours of tasks from the other end: the first learners do not look like the first
     * tasks. */
    static const int colours[LEARNERS_MAX] = {5, 6, 7, 4, 3, 2, 1, 0};
    return style_task(colours[learner->slot % LEARNERS_MAX]);
}

enum line_style view_learner_line(const struct learner_state *learner)
{
    return learner->slot % 2 ? LINE_DASHED : LINE_SOLID; /* dotted is for what has been abandoned */
}

enum glyph view_learner_mark(const struct learner_state *learner)
{
    static const enum glyph marks[LEARNERS_MAX] = {
        GLYPH_ON,  GLYPH_DIAMOND,      GLYPH_SQUARE,      GLYPH_CROSS,
        GLYPH_OFF, GLYPH_DIAMOND_OPEN, GLYPH_SQUARE_OPEN, GLYPH_PLUS};
    return marks[learner->slot % LEARNERS_MAX];
}

char *view_learner_text(const struct view *view, char *buf, size_t size)
{
    const struct learner_state *learner = view_learner(view);
    buf[0] = '\0';
    if (view_has_learners(view)) {
        snprintf(buf, size, "%d %s", learner->slot + 1, learner->name);
    }
    return buf;
}

char *view_whose(const struct view *view, int id, char *buf, size_t size)
{
    const struct snapshot *snapshot = view->snapshot;
    buf[0] = '\0';
    for (int i = 0; view_has_learners(view) && i < snapshot->n_learners; i++) {
        if (snapshot->learners[i].id == id) {
            snprintf(buf, size, "%d %s · ", snapshot->learners[i].slot + 1,
                     snapshot->learners[i].name);
        }
    }
    return buf;
}

double view_accuracy(const struct view *view, int task)
{
    const struct series *series = track_curve(view_track(view), PROBE_ACCURACY, task);
    return view->has_cursor ? series_at(series, view->cursor) : series_last(series);
}

double view_best(const struct view *view, int task)
{
    const struct timeline *timeline = view->timeline;
    double best = (double)NAN, until = view->has_cursor ? view->cursor : (double)INFINITY;
    for (int i = 0; i < timeline_rows(timeline); i++) {
        if ((double)timeline->stages[i].end <= until) {
            best = fmax(best, timeline_r(timeline, view_track(view), i, task));
        }
    }
    return best;
}

int view_lost(const struct view *view, int task)
{
    double best = view_best(view, task), now = view_accuracy(view, task);
    int lost = isfinite(best) && isfinite(now) ? percent_lost(best, now) : 0;
    return lost >= LOST_LEAST ? lost : 0;
}

int view_n_tasks(const struct view *view)
{
    int n = view->facts->n_tasks, all = view->timeline->n_tasks;
    return n < all && timeline_has_begun(view->timeline, all - 1) ? all : n;
}

int view_stage_task(const struct view *view, int stage)
{
    const struct timeline *timeline = view->timeline;
    if (stage < timeline->n_stages) {
        return timeline->stages[stage].task;
    }
    /* Every suite visits its tasks in their order, again and again. */
    int begun = timeline->n_stages, planned = begun > 0 ? view->snapshot->planned : 0;
    if (begun > 0 && view->snapshot->has_interrupted) { /* goes on first */
        if (stage == begun) {
            return view->snapshot->interrupted;
        }
        begun++;
    }
    int n_tasks = view->facts->n_tasks; /* none while a session is not there yet */
    return n_tasks > 0 ? (planned + stage - begun) % n_tasks : 0;
}

const struct ghost *view_ghost(const struct view *view)
{
    const struct track *track = view_track(view);
    while (!track->ghost.accuracy && track->parent >= 0) {
        const struct track *parent = timeline_track(view->timeline, track->parent);
        if (!parent) {
            break;
        }
        track = parent;
    }
    return &track->ghost;
}

const struct run_score *view_called(const struct view *view, int i)
{
    return view->ghosts[i] > 0 ? scoreboard_find(&view->timeline->board, view->ghosts[i]) : NULL;
}

void view_window(const struct view *view, double window[2])
{
    const struct timeline *timeline = view->timeline;
    const struct snapshot *snapshot = view->snapshot;
    int n = timeline->n_stages;
    int back = view->zoom == ZOOM_TASK ? 1 : view->zoom == ZOOM_TWO_TASKS ? 2 : n;
    window[0] = n > back ? (double)timeline->stages[n - back].begin : 0;
    window[1] = (double)(snapshot->step - snapshot->stage_step + snapshot->stage_steps);
    if (n < 2 && snapshot->n_stages > 1 && view->zoom != ZOOM_TASK) {
        window[1] *= 2; /* room for what the second task will do to the first */
    }
    const struct ghost *ghost = view_ghost(view);
    double abandoned = ghost->average.n ? ghost->average.step[ghost->average.n - 1] : 0;
    for (int i = 0; i < 2; i++) {
        const struct run_score *called = view_called(view, i);
        abandoned = called ? fmax(abandoned, (double)called->step) : abandoned;
    }
    if (view->zoom == ZOOM_ALL && abandoned > window[1]) {
        window[1] = abandoned; /* what would have been */
    }
    if (!(window[1] > window[0])) {
        window[1] = window[0] + 1;
    }
}

int view_owner(enum param_id id)
{
    for (int i = 0; i < strategy_count(); i++) {
        if (param_is_owned_by(param_at(id), strategy_at(i)->name)) {
            return i;
        }
    }
    return -1;
}

static bool is_knob(const struct view *view, enum param_id id)
{
    const struct param *param = param_at(id);
    const struct learner_state *learner = view_learner(view);
    if (param->when != PARAM_WHEN_LIVE) {
        return false;
    }
    int owner = view_owner(id);
    if (owner < 0) {
        if (param->where == PARAM_IN_WRITING) {
            return view->facts->form == DATA_TEXT;
        }
        if (param->where == PARAM_IN_STREAMS) {
            return view->timeline->is_stream;
        }
        if (id == PARAM_CLIP) {
            return learner->params.value[id] > 0 || learner->params.is_set[id];
        }
        char why[120];
        return param_has_needs(&learner->params, id, why, sizeof why);
    }
    return learner->strategies[owner].is_on || owner == view->strategy ||
           id == strategy_at(owner)->knob;
}

int view_knobs(const struct view *view, enum param_id *ids)
{
    int n = 0;
    for (int owner = -1; owner < strategy_count(); owner++) {
        for (int id = 0; id < PARAM_COUNT; id++) {
            if (view_owner((enum param_id)id) == owner && is_knob(view, (enum param_id)id)) {
                ids[n++] = (enum param_id)id;
            }
        }
    }
    return n;
}

char *view_knob_text(const struct view *view, enum param_id id, char *buf, size_t size)
{
    return view_value_text(&view_learner(view)->params, id, buf, size);
}

char *view_value_text(const struct params *params, enum param_id id, char *buf, size_t size)
{
    int owner = view_owner(id);
    const struct strategy *strategy = owner >= 0 ? strategy_at(owner) : NULL;
    char value[40];
    param_format(params, id, value, sizeof value);
    snprintf(buf, size, "%s%s",
             strategy && strategy->knob == id && strategy->sign ? strategy->sign : "", value);
    return buf;
}

long view_on_since(const struct view *view, int strategy)
{
    char line[48];
    snprintf(line, sizeof line, "strategy %s on", strategy_at(strategy)->name);
    if (!view_learner(view)->strategies[strategy].is_on) {
        return -1;
    }
    for (int i = view->timeline->n_marks - 1; i >= 0; i--) {
        const struct mark *mark = &view->timeline->marks[i];
        if (mark->kind == ENTRY_COMMAND && view_concerns(view, mark) &&
            strcmp(mark->text, line) == 0) {
            return mark->step;
        }
    }
    return -1;
}

char *view_count_text(double n, char *buf, size_t size)
{
    if (n >= 1e6) {
        snprintf(buf, size, "%.3gM", n / 1e6);
    } else if (n >= 1e3) {
        snprintf(buf, size, "%.3gk", n / 1e3);
    } else {
        snprintf(buf, size, "%.3g", n);
    }
    return buf;
}
