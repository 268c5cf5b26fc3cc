/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_stage.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "ui/panels/doing.h"
#include "ui/panels/narrator_why.h"
#include "ui/widgets/percent.h"

enum {
    FALL_LEAST = 5, /* points; what is less is said without a reason */
    FALL_HELD = 15, /* the same where a strategy holds the old tasks */
    RISE_LEAST = 3,
};

/* What the present stage has done to the old tasks; -1 where there is none. */
struct toll {
    int most; /* has lost most, of all that was ever measured at a task's end ... */
    int fell,
        points; /* ... fell most since this stage began, and that far: LOST_LEAST or more ... */
    int rose, gained; /* ... rose most */
};

static double at_begin(const struct view *view, int task)
{
    const struct timeline *timeline = view->timeline;
    return series_at(track_curve(view_track(view), PROBE_ACCURACY, task),
                     (double)timeline->stages[timeline->n_stages - 1].begin);
}

/* Points it fell since the stage began; 0 where that is not known. */
static int points_fallen(const struct view *view, int task)
{
    double from = at_begin(view, task), to = view_accuracy(view, task);
    return isfinite(from) && isfinite(to) ? percent_lost(from, to) : 0;
}

static struct toll toll_of(const struct view *view)
{
    struct toll toll = {.most = -1, .fell = -1, .rose = -1};
    int most = 0;
    for (int t = 0; t < view->timeline->n_tasks; t++) {
        int lost = view_lost(view, t), fallen = points_fallen(view, t);
        if (t == view->snapshot->task) {
            continue;
        }
        if (lost > most) {
            most = lost;
            toll.most = t;
        }
        if (lost > 0 && fallen >= LOST_LEAST && fallen > toll.points) {
            toll.points = fallen;
            toll.fell = t;
        }
        if (-fallen > toll.gained) {
            toll.gained = -fallen;
            toll.rose = t;
        }
    }
    return toll;
}

/* Why an old task falls while the present one is learned; "" where the weights cannot tell. */
static void cause_text(const struct view *view, int fallen, char *text, size_t size)
{
    const struct learner_state *learner = view_learner(view);
    char letter[4], drowned[96];
    int freeze = strategy_find("freeze");
    task_letter(view->snapshot->task, letter);
    if (learner->strategies[strategy_find("joint")].is_on) {
        text[0] = '\0';
    } else if (doing_adapts(view) && doing_merges(view)) {
        snprintf(text, size,
                 ": what is added for *%s* overlays the base and is merged, which protects nothing",
                 letter);
    } else if (doing_adapts(view)) {
        snprintf(text, size, ": the base is frozen, what is added for *%s* overlays it", letter);
    } else if (learner->strategies[freeze].is_on && !doing_waits(view, freeze)) {
        snprintf(text, size, ": the layers not frozen now serve *%s*", letter);
    } else if (narrator_drowned(view, fallen, drowned, sizeof drowned)) {
        snprintf(text, size, ": %s", drowned);
    } else if (view_has_own_outputs(view)) {
        snprintf(text, size, ": all outputs compete, and those of *%s* are trained now", letter);
    } else {
        snprintf(text, size, ": the weights it needs now serve *%s*", letter);
    }
}

/* ". Press *3*: replay"; "" where nobody is at the keys, or what helps most is on. */
static void advice_text(const struct view *view, char *text, size_t size)
{
    const struct strategy_state *states = view_learner(view)->strategies;
    int replay = strategy_find("replay");
    text[0] = '\0';
    if (!view_is_live(view) || states[strategy_find("joint")].is_on) {
        return;
    }
    if (doing_adapts(view)) {
        snprintf(text, size, ". Press *u*: the base alone%s",
                 doing_merges(view) ? "; *:set lora.mode per-task* keeps it" : "");
    } else if (!states[replay].is_on && view->facts->form == DATA_FEATURES) {
        /* an output that is 0 everywhere gets no gradient: what is gone does not come back */
        snprintf(text, size, ". *%d* %s, then *R* again", replay + 1, strategy_at(replay)->title);
    } else if (!states[replay].is_on) {
        snprintf(text, size, ". Press *%d*: %s", replay + 1, strategy_at(replay)->title);
    }
}

void narrator_fall(const struct view *view, int task, double from, const char *since, char *text,
                   size_t size)
{
    char letter[4], before[64] = "";
    double best = view_best(view, task);
    if (isfinite(best) && percent_lost(best, from) >= LOST_LEAST) {
        snprintf(before, sizeof before, " %s (best *%d*)", since, percent(best));
    }
    snprintf(text, size, "*%s* fell from *%d* to *%d %%*%s", task_letter(task, letter),
             percent(from), percent(view_accuracy(view, task)), before);
}

void narrator_most(const struct view *view, int task, char *text, size_t size)
{
    char letter[4];
    snprintf(text, size, "ost is lost of *%s*: *%d* → *%d %%*", task_letter(task, letter),
             percent(view_best(view, task)), percent(view_accuracy(view, task)));
}

/* Since this stage began: what was lost before is none of its doing. */
static void fall_text(const struct view *view, int task, char *text, size_t size)
{
    char letter[4], since[24];
    bool is_lesson = view->snapshot->task >= view->facts->n_tasks;
    snprintf(since, sizeof since, "since %s%s",
             is_lesson ? "they" : task_letter(view->snapshot->task, letter),
             is_lesson ? " came" : " began");
    narrator_fall(view, task, at_begin(view, task), since, text, size);
}

static enum role say_first(const struct view *view, char *text, size_t size)
{
    const struct snapshot *snapshot = view->snapshot;
    char letter[4];
    double now = view_accuracy(view, snapshot->task);
    task_letter(snapshot->task, letter);
    if (!isfinite(now)) {
        snprintf(text, size,
                 "*%s* comes first; the same weights will learn *%d* tasks, one after the other",
                 letter, snapshot->n_stages);
    } else {
        snprintf(text, size,
                 "*%s* is being learned: *%d %%* after %ld step%s. There is nothing to forget yet",
                 letter, percent(now), snapshot->stage_step, snapshot->stage_step == 1 ? "" : "s");
    }
    return ROLE_GOOD;
}

/* What the task before has reached is what it can fall from. */
static enum role say_begin(const struct view *view, char *text, size_t size)
{
    const struct timeline *timeline = view->timeline;
    char letter[4], old[4], reached[48] = "";
    int before = timeline->n_stages - 2, task = timeline->stages[before].task;
    double row = timeline_r(timeline, view_track(view), before, task);
    if (isfinite(row) && task != view->snapshot->task) {
        snprintf(reached, sizeof reached, ", with *%s* at *%d %%*", task_letter(task, old),
                 percent(row));
    }
    snprintf(text, size, "*%s* begins%s: the same weights, other data",
             task_letter(view->snapshot->task, letter), reached);
    return ROLE_GOOD;
}

/* What a person teaches is measured by what it costs. */
static enum role say_lesson(const struct view *view, int fallen, char *text, size_t size)
{
    char what[112] = "nothing so far";
    if (fallen >= 0) {
        fall_text(view, fallen, what, sizeof what);
    }
    snprintf(text, size, "*your words* are learned now (*%d %%*), and what does it cost? %s",
             percent(view_accuracy(view, view->snapshot->task)), what);
    return fallen >= 0 ? ROLE_BAD : ROLE_GOOD;
}

/* Nothing falls now that would need a reason: what is lost stands. */
static enum role say_standing(const struct view *view, int most, bool has_help, char *text,
                              size_t size)
{
    char letter[4], what[80], strategies[96], advice[40];
    int lost = view_lost(view, most);
    narrator_most(view, most, what, sizeof what);
    view_strategies_text(view, strategies, sizeof strategies);
    advice_text(view, advice, sizeof advice);
    snprintf(text, size, "*%s* is being learned (*%d %%*); m%s%s%s%s%s",
             task_letter(view->snapshot->task, letter),
             percent(view_accuracy(view, view->snapshot->task)), what, has_help ? ", with *" : "",
             has_help ? strategies : "", has_help ? "* on" : "",
             lost >= (has_help ? FALL_HELD : FALL_LEAST) ? advice : "");
    return lost >= FALL_HELD ? ROLE_WARN : ROLE_GOOD;
}

static enum role say_fall(const struct view *view, int fallen, int most, char *text, size_t size)
{
    char what[112], cause[112], rest[96];
    fall_text(view, fallen, what, sizeof what);
    cause_text(view, fallen, cause, sizeof cause);
    if (fallen == most) {
        advice_text(view, rest, sizeof rest);
    } else {
        memcpy(rest, ". M", 4);
        narrator_most(view, most, rest + 3, sizeof rest - 3);
    }
    snprintf(text, size, "%s%s%s", what, cause, rest);
    return ROLE_BAD;
}

/* What is coming back is news, unless more is falling. */
static bool say_rise(const struct view *view, const struct toll *toll, char *text, size_t size)
{
    char letter[4], old[4];
    if (toll->gained < RISE_LEAST || toll->gained < toll->points) {
        return false;
    }
    snprintf(text, size, "*%s* is being learned (*%d %%*): *%s* is coming back, *%d* → *%d %%*",
             task_letter(view->snapshot->task, letter),
             percent(view_accuracy(view, view->snapshot->task)), task_letter(toll->rose, old),
             percent(at_begin(view, toll->rose)), percent(view_accuracy(view, toll->rose)));
    return true;
}

enum role narrator_stage(const struct view *view, char *text, size_t size)
{
    const struct snapshot *snapshot = view->snapshot;
    char letter[4];
    if (view->timeline->n_stages < 2) {
        return say_first(view, text, size);
    }
    if (snapshot->stage_step == 0) {
        return say_begin(view, text, size);
    }
    struct toll toll = toll_of(view);
    bool has_help = !view_is_bare(view_learner(view));
    if (snapshot->task >= view->facts->n_tasks) {
        return say_lesson(view, toll.fell, text, size);
    }
    if (say_rise(view, &toll, text, size)) {
        return ROLE_GOOD;
    }
    if (toll.most < 0) {
        snprintf(text, size, "*%s* is being learned (*%d %%*), and the old tasks hold",
                 task_letter(snapshot->task, letter), percent(view_accuracy(view, snapshot->task)));
        return ROLE_GOOD;
    }
    bool is_held = toll.points < (has_help ? FALL_HELD : FALL_LEAST);
    return is_held ? say_standing(view, toll.most, has_help, text, size)
                   : say_fall(view, toll.fell, toll.most, text, size);
}
