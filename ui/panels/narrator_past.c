/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_past.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/panels/narrator_why.h"
#include "ui/widgets/percent.h"

enum { RISE_LEAST = 3 };

/* The stage under the cursor, and what it had done to old tasks by then; -1 where there is none. */
struct then {
    const struct stage *stage;
    int fell, points; /* fell most since the stage began, so far; LOST_LEAST or more */
    int rose, gained; /* rose most */
    int most, lost;   /* has lost most of all it ever had */
};

static double accuracy_at(const struct view *view, int task, double step)
{
    return series_at(track_curve(view_track(view), PROBE_ACCURACY, task), step);
}

static struct then then_of(const struct view *view, int number)
{
    const struct timeline *timeline = view->timeline;
    struct then then = {.stage = &timeline->stages[number], .fell = -1, .rose = -1, .most = -1};
    then.points = LOST_LEAST - 1;
    then.gained = RISE_LEAST - 1;
    for (int t = 0; t < timeline->n_tasks; t++) {
        double from = accuracy_at(view, t, (double)then.stage->begin),
               to = accuracy_at(view, t, view->cursor);
        bool is_old = t != then.stage->task && timeline_had_begun(timeline, t, number - 1);
        if (!is_old || !isfinite(from) || !isfinite(to)) {
            continue;
        }
        if (percent_lost(from, to) > then.points) {
            then.points = percent_lost(from, to);
            then.fell = t;
        }
        if (percent_lost(to, from) > then.gained) {
            then.gained = percent_lost(to, from);
            then.rose = t;
        }
        if (view_lost(view, t) > then.lost) {
            then.lost = view_lost(view, t);
            then.most = t;
        }
    }
    return then;
}

/* "since *B* began", "since *B* came most". */
static const char *since_text(const struct view *view, const struct then *then, char *buf,
                              size_t size)
{
    char letter[4];
    snprintf(buf, size, "since *%s* %s", task_letter(then->stage->task, letter),
             view->timeline->is_stream ? "came most" : "began");
    return buf;
}

static enum role say_change(const struct view *view, const struct then *then, char *text,
                            size_t size)
{
    char letter[4], present[4], since[40];
    bool is_fall = then->fell >= 0 && then->points >= then->gained;
    int task = is_fall ? then->fell : then->rose;
    snprintf(text, size, "*%s* had %s from *%d* to *%d %%* %s; *%s* was at *%d %%*",
             task_letter(task, letter), is_fall ? "fallen" : "come back",
             percent(accuracy_at(view, task, (double)then->stage->begin)),
             percent(accuracy_at(view, task, view->cursor)),
             since_text(view, then, since, sizeof since), task_letter(then->stage->task, present),
             percent(accuracy_at(view, then->stage->task, view->cursor)));
    return is_fall ? ROLE_BAD : ROLE_GOOD;
}

static enum role say_rest(const struct view *view, const struct then *then, int number, char *text,
                          size_t size)
{
    char letter[4], old[4];
    double now = accuracy_at(view, then->stage->task, view->cursor);
    int used = snprintf(text, size, "*%s* was being learned (*%d %%*)",
                        task_letter(then->stage->task, letter), percent(now));
    size_t rest = size - (size_t)used;
    if (then->most >= 0) {
        snprintf(text + used, rest, "; most was lost of *%s*: *%d* → *%d %%*",
                 task_letter(then->most, old), percent(view_best(view, then->most)),
                 percent(accuracy_at(view, then->most, view->cursor)));
        return ROLE_WARN;
    }
    snprintf(text + used, rest, "%s",
             number > 0 || view->timeline->is_stream ? ", and the old tasks held"
                                                     : ". There was nothing to forget yet");
    return ROLE_GOOD;
}

/* At a boundary: what the task before had reached. */
static enum role say_begin(const struct view *view, int number, char *text, size_t size)
{
    const struct timeline *timeline = view->timeline;
    const struct stage *stage = &timeline->stages[number];
    char letter[4], old[4], reached[48] = "";
    int before = number > 0 ? timeline->stages[number - 1].task : stage->task;
    double row = accuracy_at(view, before, view->cursor);
    if (isfinite(row) && before != stage->task) {
        snprintf(reached, sizeof reached, ", with *%s* at *%d %%*", task_letter(before, old),
                 percent(row));
    }
    snprintf(text, size, "*%s* begins%s%s", task_letter(stage->task, letter), reached,
             number > 0 ? ": the same weights, other data" : "");
    return ROLE_GOOD;
}

static enum role say_stage(const struct view *view, char *text, size_t size)
{
    int number = timeline_stage_at(view->timeline, (long)view->cursor);
    if (number < 0) {
        snprintf(text, size, "nothing had been learned yet");
        return ROLE_GOOD;
    }
    struct then then = then_of(view, number);
    bool is_begin = (long)view->cursor == then.stage->begin && !view->timeline->is_stream;
    if (is_begin || !isfinite(accuracy_at(view, then.stage->task, view->cursor))) {
        return say_begin(view, number, text, size);
    }
    return then.fell >= 0 || then.rose >= 0 ? say_change(view, &then, text, size)
                                            : say_rest(view, &then, number, text, size);
}

enum role narrator_past(const struct view *view, char *text, size_t size)
{
    char name[40], held[64];
    enum role role = ROLE_GOOD;
    view_learner_text(view, name, sizeof name);
    int used = snprintf(text, size, "*%s%sstep %.0f:* ", name, name[0] ? ", " : "", view->cursor);
    size_t rest = size - (size_t)used;
    if (narrator_why(view, text + used, rest, &role)) {
        return role;
    }
    role = say_stage(view, text + used, rest);
    if (narrator_held(view, held, sizeof held)) {
        size_t n = strlen(text);
        snprintf(text + n, size - n, "; %s", held);
    }
    return role;
}
