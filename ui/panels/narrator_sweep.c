/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/widgets/percent.h"

static const double ALIKE = 0.03; /* as far apart as values may be that make no difference */
static const double BENT = 0.02;  /* as far beyond the line as a bend must be */

/* A value as a point of the plane. */
struct tried {
    char value[40];
    double keeping, learning;
};

/* Those that can be told, in the order of the knob; returns how many. */
static int list_tried(const struct view *view, const struct view_sweep *sweep,
                      struct tried tried[LEARNERS_MAX])
{
    int n = 0;
    for (int k = 0; k < sweep->n; k++) {
        int i = sweep->learners[k];
        struct metrics metrics = timeline_metrics(view->timeline, view_track_at(view, i));
        bool is_known = isfinite(metrics.forgetting) && isfinite(metrics.learning_accuracy);
        if (is_known && !view_has_diverged(view, i)) {
            tried[n].keeping = fmin(1 - metrics.forgetting, 1); /* what rose since is kept, too */
            tried[n].learning = metrics.learning_accuracy;
            param_format(&view->snapshot->learners[i].params, sweep->knob, tried[n].value,
                         sizeof tried[n].value);
            n++;
        }
    }
    return n;
}

/* A task has ended that its learners have trained on side by side. */
static bool has_row_since(const struct view *view, const struct view_sweep *sweep)
{
    const struct timeline *timeline = view->timeline;
    int row = timeline_rows(timeline) - 1;
    long born = 0;
    for (int k = 0; k < sweep->n; k++) {
        long its = view->snapshot->learners[sweep->learners[k]].born;
        born = its > born ? its : born;
    }
    return row >= 0 && timeline->stages[row].end > born && !timeline->is_stream;
}

/* The best at keeping and at learning, of equals the one that is better at the other. */
static void find_best(const struct tried *tried, int n, int *keeper, int *learner)
{
    *keeper = *learner = 0;
    for (int i = 1; i < n; i++) {
        const struct tried *it = &tried[i], *keeps = &tried[*keeper], *learns = &tried[*learner];
        bool is_equal_keeper = it->keeping == keeps->keeping && it->learning > keeps->learning;
        bool is_equal_learner = it->learning == learns->learning && it->keeping > learns->keeping;
        *keeper = it->keeping > keeps->keeping || is_equal_keeper ? i : *keeper;
        *learner = it->learning > learns->learning || is_equal_learner ? i : *learner;
    }
}

/* The farthest beyond the line between those two; -1: none is. */
static int find_bend(const struct tried *tried, int n, int keeper, int learner)
{
    double dx = tried[keeper].keeping - tried[learner].keeping,
           dy = tried[learner].learning - tried[keeper].learning, length = hypot(dx, dy),
           most = BENT;
    int found = -1;
    for (int i = 0; i < n && length > 0; i++) {
        double beyond = (dy * (tried[i].keeping - tried[learner].keeping) +
                         dx * (tried[i].learning - tried[learner].learning)) /
                        length;
        if (i != keeper && i != learner && beyond >= most) {
            most = beyond;
            found = i;
        }
    }
    return found;
}

static bool are_alike(const struct tried *tried, int n)
{
    double low[2] = {1, 1}, high[2] = {0, 0};
    for (int i = 0; i < n; i++) {
        low[0] = fmin(low[0], tried[i].keeping);
        high[0] = fmax(high[0], tried[i].keeping);
        low[1] = fmin(low[1], tried[i].learning);
        high[1] = fmax(high[1], tried[i].learning);
    }
    return high[0] - low[0] < ALIKE && high[1] - low[1] < ALIKE;
}

static void say_best(const struct tried *tried, int n, char *text, size_t size)
{
    int keeper, learner;
    find_best(tried, n, &keeper, &learner);
    if (keeper == learner) {
        snprintf(text, size, "*%s* keeps best and learns best (*%d*, *%d %%*)", tried[keeper].value,
                 percent(tried[keeper].keeping), percent(tried[keeper].learning));
        return;
    }
    int bend = find_bend(tried, n, keeper, learner);
    int used = snprintf(text, size, "*%s* keeps best (*%d %%*), *%s* learns best (*%d %%*)",
                        tried[keeper].value, percent(tried[keeper].keeping), tried[learner].value,
                        percent(tried[learner].learning));
    if (bend >= 0 && (size_t)used < size) {
        snprintf(text + used, size - (size_t)used,
                 "; the curve bends at *%s*: it keeps *%d*, learns *%d %%*", tried[bend].value,
                 percent(tried[bend].keeping), percent(tried[bend].learning));
    }
}

bool narrator_sweep(const struct view *view, char *text, size_t size)
{
    const struct view_sweep sweep = view_sweep(view);
    struct tried tried[LEARNERS_MAX];
    char when[24] = "*The end*", letter[4], best[240];
    if (sweep.n < 2 || view->has_cursor || !has_row_since(view, &sweep)) {
        return false;
    }
    int n = list_tried(view, &sweep, tried);
    if (n < 2) {
        return false;
    }
    if (view->snapshot->state != LAB_ENDED) {
        int row = timeline_rows(view->timeline) - 1;
        snprintf(when, sizeof when, "*after %s*",
                 task_letter(view->timeline->stages[row].task, letter));
    }
    if (are_alike(tried, n)) {
        snprintf(text, size,
                 "%s: all %d values of *%s* keep and learn within 3 points of each other", when, n,
                 param_at(sweep.knob)->title);
        return true;
    }
    say_best(tried, n, best, sizeof best);
    snprintf(text, size, "%s, *%s*: %s", when, param_at(sweep.knob)->title, best);
    return true;
}
