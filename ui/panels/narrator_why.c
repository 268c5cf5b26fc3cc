/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_why.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/blame.h"
#include "ui/widgets/percent.h"

static const double FALL = 0.02;     /* less is noise, in accuracy and in probability */
static const double DROWNED = 0.2;   /* it is right so much more often among its own outputs */
static const double HEALED = 0.6;    /* of what was lost since the stage began, and at least ... */
static const double LOST = 0.05;     /* ... so much was */
static const long PRESENT_PART = 16; /* of a stage: so long a window of the present is said */

const struct why *narrator_window(const struct view *view)
{
    const struct snapshot *snapshot = view->snapshot;
    const struct why *why = &snapshot->exhibits.why;
    bool is_past = view_is_past(view);
    bool is_then = is_past
                       ? why->asked == (long)view->cursor
                       : why->asked == MAP_STEP_NOW && why->end <= snapshot->step &&
                             (snapshot->step - why->end) * PRESENT_PART <= snapshot->stage_steps;
    bool is_its = snapshot->exhibits.has[EXHIBIT_WHY] && why->learner == view_learner(view)->id;
    return is_its && is_then && why->task >= 0 && why->end > why->begin ? why : NULL;
}

/* It fell after the stage began and before the window did, and further than it rose. */
static bool had_fallen(const struct view *view, const struct why *why)
{
    const struct timeline *timeline = view->timeline;
    int stage = timeline_stage_at(timeline, why->begin);
    if (stage < 0) {
        return false;
    }
    double first = series_at(track_curve(view_track(view), PROBE_ACCURACY, why->task),
                             (double)timeline->stages[stage].begin);
    return first - why->accuracy[1] >= FALL;
}

/* The module whose putting back to the stage's beginning heals most of what was lost since. */
static int find_healer(const struct why *why)
{
    double lost = why->first - why->accuracy[1];
    int healer = 0;
    for (int m = 1; m < why->n_modules; m++) {
        healer = why->modules[m].since > why->modules[healer].since ? m : healer;
    }
    bool heals = why->has_first && why->n_modules > 0 && lost >= LOST &&
                 why->modules[healer].since - why->accuracy[1] >= HEALED * lost;
    return heals ? healer : -1;
}

struct why_found narrator_find(const struct view *view, const struct why *why)
{
    double sums[NETWORK_MODULES_MAX];
    struct why_found found = {.module = -1, .healer = find_healer(why)};
    double fell = why->accuracy[0] - why->accuracy[1],
           unlikelier = why->probability[0] - why->probability[1];
    for (int m = 0; m < why->n_modules; m++) {
        sums[m] = why->modules[m].moved;
    }
    found.is_drowned = isfinite(why->own) && why->own - why->accuracy[1] >= DROWNED;
    if (fell >= FALL && unlikelier >= FALL && why->is_sound) {
        found.module = blame_module(sums, why->n_modules, &found.share);
        found.finding = found.module >= 0 ? WHY_MODULE : WHY_SEVERAL;
    } else if (-fell >= FALL && -unlikelier >= 0 && had_fallen(view, why)) {
        bool are_unrelated = strcmp(view->facts->suite, "permuted") == 0 ||
                             strcmp(view->facts->suite, "repeat") == 0;
        found.finding = WHY_BACK;
        found.is_noise = are_unrelated && why->is_bare && !why->is_shared;
    } else if (found.is_drowned && fabs(fell) < FALL) {
        found.finding = WHY_DROWNED;
    }
    return found;
}

/* "two"; numbers beyond ten as they are. */
static const char *number_text(int n, char *buf, size_t size)
{
    static const char *const words[] = {"no",  "one",   "two",   "three", "four", "five",
                                        "six", "seven", "eight", "nine",  "ten"};
    if (n >= 0 && n <= 10) {
        return words[n];
    }
    snprintf(buf, size, "%d", n);
    return buf;
}

static void drowned_text(const struct why *why, char *text, size_t size)
{
    char n[16];
    snprintf(text, size, "its outputs are drowned, among its own %s it is still right *%d %%*",
             number_text(why->n_own, n, sizeof n), percent(why->own));
}

/* "*layer 1* moved for *B* (*78 %* of it)", "several layers moved together". */
static void movers_text(const struct view *view, const struct why *why,
                        const struct why_found *found, char *text, size_t size)
{
    char name[40], present[4], whom[16] = "";
    if (!why->is_shared) {
        snprintf(whom, sizeof whom, " for *%s*", task_letter(why->present, present));
    }
    snprintf(text, size, "several layers moved together");
    if (found->finding == WHY_MODULE) {
        network_module_name(&view_learner(view)->params, found->module, name, sizeof name);
        snprintf(text, size, "*%s* moved%s (*%d %%* of it)", name, whom, percent(found->share));
    }
}

/* ". With *layer 1* as *B* found it, *A* would be at *90 %*". */
static void back_text(const struct view *view, const struct why *why, int module, char *text,
                      size_t size)
{
    char name[40], old[4], present[4];
    network_module_name(&view_learner(view)->params, module, name, sizeof name);
    snprintf(text, size, ". With *%s* as *%s* found it, *%s* would be at *%d %%*", name,
             task_letter(why->present, present), task_letter(why->task, old),
             percent(why->modules[module].since));
}

/* What matters most comes first: a narrow screen leaves out the rest. */
static void fall_text(const struct view *view, const struct why *why, const struct why_found *found,
                      char *text, size_t size)
{
    char old[4], movers[96], drowned[96] = "", back[96] = "";
    long steps = why->end - why->begin;
    movers_text(view, why, found, movers, sizeof movers);
    if (found->is_drowned) {
        drowned_text(why, drowned, sizeof drowned);
    }
    task_letter(why->task, old);
    if (found->finding == WHY_MODULE) {
        snprintf(back, sizeof back, ". Put back, *%s* would be at *%d %%*", old,
                 percent(why->modules[found->module].back));
    } else if (found->healer >= 0 && !why->is_shared) {
        back_text(view, why, found->healer, back, sizeof back);
    }
    snprintf(text, size, "*%s* fell *%d* points in %ld step%s: %s%s%s%s", old,
             percent_lost(why->accuracy[0], why->accuracy[1]), steps, steps == 1 ? "" : "s",
             drowned, drowned[0] ? "; " : "", movers, back);
}

bool narrator_why(const struct view *view, char *text, size_t size, enum role *role)
{
    const struct why *why = narrator_window(view);
    struct why_found found = why ? narrator_find(view, why) : (struct why_found){0};
    char old[4], present[4], drowned[96];
    switch (found.finding) {
    case WHY_NOTHING:
        return false;
    case WHY_MODULE:
    case WHY_SEVERAL:
        fall_text(view, why, &found, text, size);
        *role = ROLE_BAD;
        return true;
    case WHY_DROWNED:
        drowned_text(why, drowned, sizeof drowned);
        snprintf(text, size, "*%s* is at *%d %%*, but not gone: %s", task_letter(why->task, old),
                 percent(why->accuracy[1]), drowned);
        *role = ROLE_WARN;
        return true;
    case WHY_BACK:
        snprintf(text, size, "*%s* came back *%d* points in %ld step%s%s%s%s",
                 task_letter(why->task, old), percent_lost(why->accuracy[1], why->accuracy[0]),
                 why->end - why->begin, why->end - why->begin == 1 ? "" : "s",
                 found.is_noise ? ": noise of *" : "",
                 found.is_noise ? task_letter(why->present, present) : "",
                 found.is_noise ? "*'s steps" : "");
        *role = ROLE_GOOD;
        return true;
    }
    return false;
}

bool narrator_drowned(const struct view *view, int task, char *text, size_t size)
{
    const struct why *why = narrator_window(view);
    bool is_so =
        why && why->task == task && isfinite(why->own) && why->own - why->accuracy[1] >= DROWNED;
    if (is_so) {
        drowned_text(why, text, size);
    }
    return is_so;
}
