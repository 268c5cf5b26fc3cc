/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_stream.h"

#include <math.h>
#include <stdio.h>

#include "tasks/stream.h"
#include "ui/panels/narrator_stage.h"
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

/* What the last half of a task's time has done; -1 = no task. */
struct moves {
    double since;         /* step */
    int fell, rose, most; /* fell most, rose most, and what has lost most of all it ever had */
};

static struct moves moves_of(const struct view *view)
{
    const struct snapshot *snapshot = view->snapshot;
    double since = fmax((double)(snapshot->step - snapshot->stage_steps / 2), 0);
    struct moves moves = {since, -1, -1, -1};
    double risen = 0.03; /* less is noise */
    int fallen = LOST_LEAST - 1, lost = 0;
    for (int t = 0; t < view->facts->n_tasks; t++) {
        const struct series *series = track_curve(view_track(view), PROBE_ACCURACY, t);
        double from = series_at(series, since), to = series_last(series);
        if (view_lost(view, t) > 0 && percent_lost(from, to) > fallen) {
            fallen = percent_lost(from, to);
            moves.fell = t;
        }
        if (view_lost(view, t) > lost) {
            lost = view_lost(view, t);
            moves.most = t;
        }
        if (to - from > risen) {
            risen = to - from;
            moves.rose = t;
        }
    }
    return moves;
}

static void fall_text(const struct view *view, const struct moves *moves, char *text, size_t size)
{
    char what[112], since[32];
    double from =
        series_at(track_curve(view_track(view), PROBE_ACCURACY, moves->fell), moves->since);
    snprintf(since, sizeof since, "since step %.0f", moves->since);
    narrator_fall(view, moves->fell, from, since, what, sizeof what);
    snprintf(text, size, "%s. Nobody said that anything changed", what);
}

static void rise_text(const struct view *view, const struct moves *moves, char *text, size_t size)
{
    const struct series *series = track_curve(view_track(view), PROBE_ACCURACY, moves->rose);
    char letter[4];
    snprintf(text, size, "*%s* rose from *%d* to *%d %%*", task_letter(moves->rose, letter),
             percent(series_at(series, moves->since)), percent(series_last(series)));
}

enum role narrator_stream(const struct view *view, char *text, size_t size)
{
    char mixture[96], what[160];
    if (view->snapshot->step == 0) {
        snprintf(text, size,
                 "*a stream:* one task fades into the next, *%d* of them, and nobody tells the "
                 "network",
                 view->facts->n_tasks);
        return ROLE_GOOD;
    }
    struct moves moves = moves_of(view);
    mixture_text(view, mixture, sizeof mixture);
    if (moves.fell >= 0) {
        fall_text(view, &moves, what, sizeof what);
    } else if (moves.most >= 0) {
        what[0] = 'm';
        narrator_most(view, moves.most, what + 1, sizeof what - 1);
    } else if (moves.rose >= 0) {
        rise_text(view, &moves, what, sizeof what);
    } else {
        snprintf(text, size, "%s, and what was learned holds", mixture);
        return ROLE_GOOD;
    }
    snprintf(text, size, "%s: %s", mixture, what);
    return moves.fell >= 0 ? ROLE_BAD : moves.most >= 0 ? ROLE_WARN : ROLE_GOOD;
}
