/* SPDX-License-Identifier: MIT
 * What keys and clicks do about learners: fork, choose, compare, sort. */
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "tasks/suite.h"
#include "ui/app/actions.h"
#include "ui/app/look.h"
#include "ui/app/send.h"
#include "ui/panels/learners.h"

/* Who the selected one was at that step: itself, or whom it has been forked from since. */
static const struct learner_state *ancestor_at(const struct view *view, double step)
{
    const struct snapshot *snapshot = view->snapshot;
    const struct learner_state *learner = view_learner(view);
    for (int i = 0; i < snapshot->n_learners && (double)learner->born > step; i++) {
        if (snapshot->learners[i].id == learner->parent) {
            learner = &snapshot->learners[i];
            i = -1; /* it may have been forked itself */
        }
    }
    return learner;
}

/* What if?  From the cursor on, if there is one. */
void learners_fork(struct app *app)
{
    const struct view *view = &app->frame.view;
    if (view->has_cursor && view->cursor < (double)view->snapshot->step) {
        const struct learner_state *then = ancestor_at(view, view->cursor);
        if (then != view_learner(view)) { /* which will not be there any more */
            app_send(app, "learner %s", then->name);
        }
        app_send(app, "rewind %.0f", view->cursor);
        actions_take_cursor_away(app);
    } else if (view->snapshot->state == LAB_ENDED) {
        app_say(app, false,
                "this is the end, a copy could not differ: put the cursor on the curves, then *f*");
        return;
    }
    app_send(app, "fork");
}

void learners_select(struct app *app, int i)
{
    if (i >= 0 && i < app->frame.view.snapshot->n_learners) {
        app_send(app, "learner %s", app->frame.view.snapshot->learners[i].name);
        actions_request_map(app);
    }
}

/* Up and down the table. */
void learners_next(struct app *app, int direction)
{
    const struct view *view = &app->frame.view;
    int order[LEARNERS_MAX], n = learners_order(view, order), at = 0;
    for (int i = 0; i < n; i++) {
        at = order[i] == view->snapshot->selected ? i : at;
    }
    if (n > 1) {
        learners_select(app, order[(at + direction + n) % n]);
    } else {
        app_say(app, false, "there is one learner: *f* forks it, *: add NAME* adds another");
    }
}

void learners_reach_all(struct app *app)
{
    const struct view *view = &app->frame.view;
    bool is_to_all = view->snapshot->is_to_all;
    if (!view_has_learners(view)) {
        app_say(app, false, "there is one learner: *f* forks it");
        return;
    }
    app_send(app, "learner %s", is_to_all ? view_learner(view)->name : "all");
    app_say(app, false,
            is_to_all ? "switches and knobs reach the selected learner again"
                      : "switches and knobs reach *all learners* now; *a* or a selection ends it");
}

static void compare_task(struct app *app, int task)
{
    char letter[4];
    actions_look(app, "compare %s", task_letter(task, letter));
}

void learners_compare(struct app *app)
{
    const struct view *view = &app->frame.view;
    if (view->compare == COMPARE_AVERAGE) {
        compare_task(app, view->compare_task);
    } else {
        actions_look(app, view->compare == COMPARE_NOT ? "compare average" : "compare tasks");
    }
}

void learners_compare_task(struct app *app)
{
    const struct view *view = &app->frame.view;
    bool was_there = view->compare == COMPARE_TASK;
    int next = was_there ? (view->compare_task + 1) % view_n_tasks(view) : 0;
    compare_task(app, chronicle_has_visited(view->chronicle, next) ? next : 0);
}

void learners_sort(struct app *app, enum learner_column column)
{
    const struct view *view = &app->frame.view;
    char none[LOOK_ARGUMENT_MAX], text[80];
    bool is_back = view->sort == column && !view->is_sorted_back;
    actions_look(app, "sort %s%s", look_word(look_find("sort", none), (int)column),
                 is_back ? " back" : "");
    snprintf(text, sizeof text, "learners by %s", learners_column_name(column));
    app_say(app, false, text);
}

void learners_sort_next(struct app *app, int direction)
{
    enum learner_column now = app->frame.view.sort;
    learners_sort(app, direction < 0 ? now : (enum learner_column)((now + 1) % COLUMN_COUNT));
}

/* Joint training sees all data at once, naive training does nothing: what others lie between. */
void learners_add_landmarks(struct app *app)
{
    const struct snapshot *snapshot = app->frame.view.snapshot;
    int joint = strategy_find("joint");
    bool has_joint = false, has_naive = false;
    for (int i = 0; i < snapshot->n_learners; i++) {
        const struct learner_state *learner = &snapshot->learners[i];
        has_joint |= learner->strategies[joint].is_on;
        has_naive |= view_is_bare(learner);
    }
    if (!has_joint) {
        app_send(app, "add joint: strategy=joint");
    }
    if (!has_naive) {
        app_send(app, "add naive: strategy=none");
    }
    if (has_joint && has_naive) {
        app_say(app, false, "joint and naive training are there already");
    }
}
