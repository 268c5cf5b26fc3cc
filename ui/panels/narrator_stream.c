/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_stream.h"

#include <math.h>
#include <stdio.h>

#include "tasks/stream.h"
#include "ui/widgets/percent.h"

/* "*B* is *77 %* of what comes, *A* *23 %*": the one or two that come most. */
static void mixture_text(const struct view *view, char *text, size_t size)
{
    const struct snapshot *snapshot = view->snapshot;
    double steps = fmax((double)snapshot->stage_steps, 1), shares[2] = {0, 0};
    double time = snapshot->stage + (double)snapshot->stage_step / steps;
    int n = view->facts->n_tasks, most[2] = {0, 0};
    for (int t = 0; t < n; t++) {
        double share = stream_share(n, time, t);
        int place = share > shares[0] ? 0 : share > shares[1] ? 1 : 2;
        for (int i = 1; i > place; i--) {
            shares[i] = shares[i - 1];
            most[i] = most[i - 1];
        }
        if (place < 2) {
            shares[place] = share;
            most[place] = t;
        }
    }
    char first[4], second[4];
    snprintf(text, size, "*%s* is *%d %%* of what comes", task_letter(most[0], first),
             percent(shares[0]));
    if (shares[1] >= 0.05) {
        snprintf(text, size, "*%s* is *%d %%* of what comes, *%s* *%d %%*",
                 task_letter(most[0], first), percent(shares[0]), task_letter(most[1], second),
                 percent(shares[1]));
    }
}

/* The task that has lost most, or, if none has lost anything, that rose most in the last half of a
 * task's time. */
struct move {
    int task; /* -1 = none */
    double from, to;
};

static struct move biggest_move(const struct view *view)
{
    const struct snapshot *snapshot = view->snapshot;
    double since = fmax((double)(snapshot->step - snapshot->stage_steps / 2), 0);
    struct move fall = {-1, 0, 0}, rise = {-1, 0, 0.03}; /* less is noise */
    int most = 0;
    for (int t = 0; t < view->facts->n_tasks; t++) {
        const struct series *series = track_curve(view_track(view), PROBE_ACCURACY, t);
        double from = series_at(series, since), to = series_last(series);
        if (view_lost(view, t) > most) {
            most = view_lost(view, t);
            fall = (struct move){t, view_best(view, t), to};
        }
        if (to - from > rise.to - rise.from) {
            rise = (struct move){t, from, to};
        }
    }
    return fall.task >= 0 ? fall : rise;
}

enum role narrator_stream(const struct view *view, char *text, size_t size)
{
    char mixture[96], letter[4];
    if (view->snapshot->step == 0) {
        snprintf(text, size,
                 "*a stream:* one task fades into the next, *%d* of them, and nobody tells the "
                 "network",
                 view->facts->n_tasks);
        return ROLE_GOOD;
    }
    struct move move = biggest_move(view);
    bool is_fall = move.task >= 0 && move.to < move.from;
    mixture_text(view, mixture, sizeof mixture);
    if (move.task < 0) {
        snprintf(text, size, "%s, and what was learned holds", mixture);
        return ROLE_GOOD;
    }
    snprintf(text, size, "%s: *%s* %s from *%d* to *%d %%*%s", mixture,
             task_letter(move.task, letter), is_fall ? "fell" : "rose", percent(move.from),
             percent(move.to), is_fall ? ". Nobody said that anything changed" : "");
    return is_fall ? ROLE_BAD : ROLE_GOOD;
}
