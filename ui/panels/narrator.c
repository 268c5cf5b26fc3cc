/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "strategies/ewc.h"
#include "strategies/table.h"
#include "ui/panels/doing.h"
#include "ui/panels/loading.h"
#include "ui/panels/narrator_collapse.h"
#include "ui/panels/narrator_commands.h"
#include "ui/panels/narrator_learners.h"
#include "ui/panels/narrator_past.h"
#include "ui/panels/narrator_stage.h"
#include "ui/panels/narrator_stream.h"
#include "ui/panels/narrator_sweep.h"
#include "ui/panels/narrator_why.h"
#include "ui/widgets/percent.h"

static enum role say_diverged(const struct view *view, char *text, size_t size)
{
    const struct learner_state *learner = view_learner(view);
    int stage = timeline_stage_at(view->timeline, learner->diverged_step);
    int task = stage >= 0 ? view->timeline->stages[stage].task : view->snapshot->task;
    char letter[4], cause[128];
    narrator_cause(learner, cause, sizeof cause);
    snprintf(text, size,
             "*diverged at step %ld:* %s. *b* goes back to where %s %s, at half the rate",
             learner->diverged_step, cause, task_letter(task, letter),
             view->timeline->is_stream ? "came to be most" : "began");
    return ROLE_BAD;
}

static enum role say_end(const struct view *view, char *text, size_t size)
{
    if (narrator_sweep(view, text, size)) {
        return ROLE_WARN;
    }
    if (view_has_learners(view)) {
        return narrator_compare(view, text, size);
    }
    struct metrics metrics = timeline_metrics_now(view->timeline, view_track(view));
    char strategies[160];
    view_run_text(view, strategies, sizeof strategies);
    snprintf(text, size, "*The end*, *%d %%* left on average of *%d %%* learned; %.120s%s",
             percent(metrics.average_accuracy), percent(metrics.learning_accuracy), strategies,
             !view_is_live(view) ? ""
             : view_is_changed_since_end(view)
                 ? ". What is set now holds for the next run: *R*"
                 : ". Switch something and press *R*: it begins anew");
    return ROLE_WARN;
}

/* Where the present stage began; the start before there is one. */
static long begin_of(const struct timeline *timeline)
{
    return timeline->n_stages > 0 ? timeline->stages[timeline->n_stages - 1].begin : 0;
}

static void say_back(const struct view *view, const struct mark *mark, char *text, size_t size)
{
    char letter[4];
    if (mark->step == begin_of(view->timeline) && !view->timeline->is_stream) {
        snprintf(
            text, size,
            "*back at the start of %s:* same weights, same data; change something and watch the "
            "difference",
            task_letter(view->snapshot->task, letter));
    } else {
        snprintf(text, size,
                 "*back at step %ld:* everything is as it was then; change something and watch the "
                 "difference",
                 mark->step);
    }
    narrator_ghosts(view, mark->step, text, size);
}

/* Numbers and letters in the sentence are those of one learner. */
static void say_whose(const struct view *view, const struct mark *mark, char *text, size_t size)
{
    char name[40], said[320];
    view_learner_text(view, name, sizeof name);
    bool is_its = mark->learner >= 0 || strncmp(mark->text, "note", 4) != 0;
    if (name[0] != '\0' && is_its && strncmp(text + 1, name, strlen(name)) != 0 &&
        !strstr(mark->text, "rename") && !strstr(mark->text, "remove") &&
        strncmp(mark->text, "sweep", 5) != 0 && strncmp(mark->text, "probe", 5) != 0) {
        snprintf(said, sizeof said, "%s", text);
        snprintf(text, size, "*%s:* %s", name, said);
    }
}

/* The last thing that a person did in this stage and that has a sentence. */
static bool say_last_mark(const struct view *view, char *text, size_t size, enum role *role)
{
    const struct timeline *timeline = view->timeline;
    long begin = begin_of(timeline);
    for (int i = timeline->n_marks - 1; i >= 0; i--) {
        const struct mark *mark = &timeline->marks[i];
        if (mark->step < begin || !view_concerns(view, mark)) {
            continue;
        }
        bool is_fresh = (view->snapshot->step - mark->step) * 8 < view->snapshot->stage_steps;
        if (mark->kind == ENTRY_REFUSED && i == timeline->n_marks - 1 && is_fresh) {
            snprintf(text, size, "%s", mark->text);
            *role = ROLE_WARN;
            return true;
        }
        if (mark->kind == ENTRY_REWIND && is_fresh) {
            say_back(view, mark, text, size);
            *role = ROLE_GOOD;
            return true;
        }
        if (mark->kind == ENTRY_COMMAND && narrator_command(view, mark, text, size, role)) {
            say_whose(view, mark, text, size);
            return true;
        }
    }
    return false;
}

static bool say_gauge(const struct view *view, char *text, size_t size)
{
    const struct learner_state *learner = view_learner(view);
    int ewc = strategy_find("ewc");
    const struct strategy_state *state = &learner->strategies[ewc];
    if (!state->is_on || !ewc_is_unstable(&learner->params, state->gauge)) {
        return false;
    }
    snprintf(text, size,
             "*η·λ·ΣF is %.2g:* EWC pulls harder than the explicit step allows; lower λ or set "
             "ewc.form proximal",
             state->gauge);
    return true;
}

/* What the newest mark says, if it has words: a refusal, or a command. */
static bool say_newest(const struct view *view, char *text, size_t size, enum role *role)
{
    const struct timeline *timeline = view->timeline;
    const struct mark *last = timeline->n_marks ? &timeline->marks[timeline->n_marks - 1] : NULL;
    if (last && last->kind == ENTRY_REFUSED) {
        snprintf(text, size, "%s", last->text);
        *role = ROLE_WARN;
        return true;
    }
    return last && last->kind == ENTRY_COMMAND && narrator_command(view, last, text, size, role);
}

/* A pause, what was done in it, and what waits for its end. */
static enum role say_paused(const struct view *view, char *text, size_t size)
{
    const struct timeline *timeline = view->timeline;
    const struct mark *last = timeline->n_marks ? &timeline->marks[timeline->n_marks - 1] : NULL;
    struct command command;
    enum role role = ROLE_WARN;
    char done[240];
    bool is_now = last && last->step == view->snapshot->step;
    bool has_next = is_now && last->kind == ENTRY_COMMAND &&
                    command_parse(last->text, &command, NULL) &&
                    (command.kind == COMMAND_NEXT || command.kind == COMMAND_TASK);
    if (is_now && say_newest(view, done, sizeof done, &role)) {
        snprintf(text, size, "paused · %s", done);
    } else if (!has_next && narrator_why(view, done, sizeof done, &role)) {
        snprintf(text, size, "*paused:* %s", done);
    } else {
        snprintf(text, size, "*paused at step %ld:* %s; *space* goes on", view->snapshot->step,
                 has_next ? view->timeline->is_stream ? "the stream is further on when you go on"
                                                      : "the next task begins when you go on"
                          : "look around, turn knobs, switch strategies");
    }
    return role;
}

/* After the end switches and knobs are for the next run; all else is said as ever. */
static enum role say_after_end(const struct view *view, char *text, size_t size)
{
    const struct timeline *timeline = view->timeline;
    const struct mark *last = &timeline->marks[timeline->n_marks - 1];
    struct command command;
    enum role role = ROLE_WARN;
    if (last->kind == ENTRY_COMMAND && command_parse(last->text, &command, NULL) &&
        command.kind == COMMAND_STRATEGY) {
        snprintf(text, size, "*%s is %s* for the next run%s", strategy_at(command.index)->title,
                 command.on ? "on" : "off", view_is_live(view) ? ": *R* begins it" : "");
        return ROLE_GOOD;
    }
    bool is_set = last->kind == ENTRY_COMMAND && command.kind == COMMAND_SET;
    if (is_set || !say_newest(view, text, size, &role)) {
        return say_end(view, text, size);
    }
    return role;
}

/* The last thing that was asked for could not be done, just now. */
static bool is_refused_now(const struct view *view)
{
    const struct timeline *timeline = view->timeline;
    const struct mark *last = timeline->n_marks ? &timeline->marks[timeline->n_marks - 1] : NULL;
    return last && last->kind == ENTRY_REFUSED &&
           (view->snapshot->step - last->step) * 8 < view->snapshot->stage_steps;
}

/* Something was done just now, or since the end. */
static bool has_fresh_mark(const struct view *view)
{
    const struct timeline *timeline = view->timeline;
    const struct mark *last = timeline->n_marks ? &timeline->marks[timeline->n_marks - 1] : NULL;
    return last && last->kind != ENTRY_END &&
           (view->snapshot->step - last->step) * 8 < view->snapshot->stage_steps;
}

/* Of the present, wherever the cursor is. */
static enum role say_now(const struct view *view, char *text, size_t size)
{
    enum role role = ROLE_GOOD;
    if (view->loading.is_on) {
        loading_say(view, text, size);
        return ROLE_WARN;
    }
    if (isfinite(view->snapshot->taken_again)) {
        snprintf(text, size, "*on the way:* steps are taken again, exactly as they were, *%.0f %%*",
                 100 * view->snapshot->taken_again);
        return ROLE_WARN;
    }
    if (isfinite(view->snapshot->consolidated)) {
        snprintf(text, size,
                 "*at the boundary:* which weights matter to what it has learned is estimated, "
                 "*%.0f %%*",
                 100 * view->snapshot->consolidated);
        return ROLE_WARN;
    }
    if (view->snapshot->state == LAB_DIVERGED) {
        return is_refused_now(view) && say_newest(view, text, size, &role)
                   ? role
                   : say_diverged(view, text, size);
    }
    if (is_refused_now(view) && say_newest(view, text, size, &role)) {
        return role;
    }
    if (view->snapshot->state == LAB_PAUSED) {
        return say_paused(view, text, size);
    }
    if (narrator_stopped(view, text, size) || say_gauge(view, text, size)) {
        return ROLE_BAD;
    }
    if (!has_fresh_mark(view) && narrator_collapse(view, text, size)) {
        return ROLE_BAD;
    }
    if (view->snapshot->state == LAB_ENDED) {
        return view->timeline->n_marks ? say_after_end(view, text, size)
                                       : say_end(view, text, size);
    }
    if (say_last_mark(view, text, size, &role)) {
        return role;
    }
    if (view_has_learners(view) && view->compare != COMPARE_NOT) {
        return narrator_sweep(view, text, size) ? ROLE_GOOD : narrator_compare(view, text, size);
    }
    return view->timeline->is_stream ? narrator_stream(view, text, size)
                                     : narrator_stage(view, text, size);
}

enum role narrator_say(const struct view *view, char *text, size_t size)
{
    struct view now = *view;
    bool is_standing = isfinite(view->snapshot->taken_again) ||
                       isfinite(view->snapshot->consolidated) ||
                       view->snapshot->state == LAB_DIVERGED || is_refused_now(view);
    bool is_past = view_is_past(view) && !view->loading.is_on && !is_standing;
    if (view_has_learners(view) && view->has_cursor && view->compare != COMPARE_NOT &&
        !is_standing) {
        return narrator_compare(view, text, size);
    }
    if (is_past) {
        return narrator_past(view, text, size);
    }
    now.has_cursor = false;
    return say_now(&now, text, size);
}
