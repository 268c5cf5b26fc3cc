/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_why.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/blame.h"
#include "ui/widgets/percent.h"

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
    return first - why->accuracy[1] >= WHY_FALL;
}

/* Then it is not only the window that is spoken of; and a row of R, on more examples, was taken at
 * its beginning. */
static bool begins_with_stage(const struct view *view, const struct why *why)
{
    int stage = timeline_stage_at(view->timeline, why->begin);
    return stage < 0 || view->timeline->stages[stage].begin == why->begin;
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

/* Of the whole stage so far, which is more than the window: weights go a long way, and what has a
 * part in the sum may heal nothing, so it must have both. */
static void find_since(const struct why *why, struct why_found *found)
{
    double sums[NETWORK_MODULES_MAX];
    for (int m = 0; m < why->n_modules; m++) {
        sums[m] = why->modules[m].moved_since;
    }
    found->is_since = why->has_first && why->is_first_sound && why->first_step < why->begin &&
                      why->first - why->accuracy[1] >= LOST &&
                      why->first_probability - why->probability[1] >= WHY_FALL && !why->is_shared;
    int most = found->is_since ? blame_module(sums, why->n_modules, &found->since_share) : -1;
    found->since = most == found->healer ? most : -1;
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
    find_since(why, &found);
    found.is_drowned = isfinite(why->own) && why->own - why->accuracy[1] >= DROWNED;
    if (fell >= WHY_FALL && unlikelier >= WHY_FALL && why->is_sound) {
        found.module = blame_module(sums, why->n_modules, &found.share);
        found.finding = found.module >= 0 ? WHY_MODULE : WHY_SEVERAL;
    } else if (-fell >= WHY_FALL && -unlikelier >= 0 && had_fallen(view, why)) {
        bool are_unrelated = strcmp(view->facts->suite, "permuted") == 0 ||
                             strcmp(view->facts->suite, "repeat") == 0;
        found.finding = WHY_BACK;
        found.is_noise = are_unrelated && why->is_bare && !why->is_shared;
    } else if (found.is_drowned && fabs(fell) < WHY_FALL) {
        found.finding = WHY_DROWNED;
    } else if (why->is_of_all && why->most_fell < WHY_FALL && !begins_with_stage(view, why)) {
        found.finding = WHY_HELD;
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

/* What is more than all of a fall, others have made good. */
static const char *against(double share)
{
    return percent(share) > 100 ? ", other layers worked against it" : "";
}

/* "*layer 1* moved for *B* (*78 %* of it)"; "several layers moved together" where none has most of
 * it. */
static void movers_text(const struct view *view, const struct why *why, int module, double share,
                        char *text, size_t size)
{
    char name[40], present[4], whom[16] = "";
    if (module < 0) {
        snprintf(text, size, "several layers moved together");
        return;
    }
    if (!why->is_shared) {
        snprintf(whom, sizeof whom, " for *%s*", task_letter(why->present, present));
    }
    network_module_name(&view_learner(view)->params, module, name, sizeof name);
    snprintf(text, size, "*%s* moved%s (*%d %%* of it%s)", name, whom, percent(share),
             against(share));
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

/* "*A* fell *32* points since *B* began: *layer 1* moved for *B* (*76 %* of it). With ...". */
static void since_text(const struct view *view, const struct why *why,
                       const struct why_found *found, char *text, size_t size)
{
    char old[4], present[4], movers[128], back[96] = "";
    int module = found->since >= 0 ? found->since : found->healer;
    movers_text(view, why, found->since, found->since_share, movers, sizeof movers);
    if (module >= 0) {
        back_text(view, why, module, back, sizeof back);
    }
    snprintf(text, size, "*%s* fell *%d* points since *%s* began: %s%s",
             task_letter(why->task, old), percent_lost(why->first, why->accuracy[1]),
             task_letter(why->present, present), movers, back);
}

/* ". Since *B* began *layer 1* has *76 %* of its fall. With ...". */
static void share_text(const struct view *view, const struct why *why,
                       const struct why_found *found, char *text, size_t size)
{
    char name[40], present[4], back[96];
    network_module_name(&view_learner(view)->params, found->since, name, sizeof name);
    back_text(view, why, found->since, back, sizeof back);
    snprintf(text, size, ". Since *%s* began *%s* has *%d %%* of its fall%s%s",
             task_letter(why->present, present), name, percent(found->since_share),
             against(found->since_share), back);
}

/* What matters most comes first: a narrow screen leaves out the rest. */
static void fall_text(const struct view *view, const struct why *why, const struct why_found *found,
                      char *text, size_t size)
{
    char old[4], movers[128], drowned[96] = "", rest[256] = "";
    long steps = why->end - why->begin;
    movers_text(view, why, found->module, found->share, movers, sizeof movers);
    if (found->is_drowned) {
        drowned_text(why, drowned, sizeof drowned);
    }
    task_letter(why->task, old);
    if (found->finding == WHY_MODULE) {
        snprintf(rest, sizeof rest, ". Put back, *%s* would be at *%d %%*", old,
                 percent(why->modules[found->module].back));
    } else if (found->since >= 0) {
        share_text(view, why, found, rest, sizeof rest);
    } else if (found->healer >= 0 && !why->is_shared) {
        back_text(view, why, found->healer, rest, sizeof rest);
    }
    snprintf(text, size, "*%s* fell *%d* points in %ld step%s: %s%s%s%s", old,
             percent_lost(why->accuracy[0], why->accuracy[1]), steps, steps == 1 ? "" : "s",
             drowned, drowned[0] ? "; " : "", movers, rest);
}

/* How far the one that fell most did may be a point. */
static void held_text(const struct why *why, char *text, size_t size)
{
    long steps = why->end - why->begin;
    snprintf(text, size, "no old task fell%s in %s%ld step%s",
             why->most_fell > 0 ? " by 2 points" : "", steps == 1 ? "this " : "these ", steps,
             steps == 1 ? "" : "s");
}

bool narrator_why(const struct view *view, char *text, size_t size, enum role *role)
{
    const struct why *why = narrator_window(view);
    struct why_found found = why ? narrator_find(view, why) : (struct why_found){0};
    char old[4], present[4], drowned[96], held[64], since[288];
    switch (found.finding) {
    case WHY_NOTHING:
        return false;
    case WHY_HELD:
        if (!found.is_since) {
            return false;
        }
        held_text(why, held, sizeof held);
        since_text(view, why, &found, since, sizeof since);
        snprintf(text, size, "%s. %s", held, since);
        *role = ROLE_WARN;
        return true;
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

bool narrator_held(const struct view *view, char *text, size_t size)
{
    const struct why *why = narrator_window(view);
    bool is_so = why && narrator_find(view, why).finding == WHY_HELD;
    if (is_so) {
        held_text(why, text, size);
    }
    return is_so;
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
