/* SPDX-License-Identifier: MIT */
#include "support/claims_inside.h"

#include <math.h>
#include <string.h>

#include "ui/widgets/percent.h"

static const struct why *window_of(const struct match *match)
{
    return &match->claims->view->snapshot->exhibits.why;
}

/* By so many points, as the curve has it at both ends. */
static bool check_window(const struct match *match, bool fell)
{
    const struct why *why = window_of(match);
    int of = match_task(match, 1);
    double before = record_accuracy(match->record, of, (double)why->begin),
           after = record_accuracy(match->record, of, (double)why->end);
    match->claims->n_checked++;
    bool is_it = why->end - why->begin == match_number(match, 3) && why->task == of &&
                 (fell ? percent_lost(before, after) : percent_lost(after, before)) ==
                     match_number(match, 2);
    return is_it || match_fails(match, "%ld to %ld: %.4f to %.4f in the journal", why->begin,
                                why->end, before, after);
}

static bool is_a_fall(const struct match *match)
{
    const struct why *why = window_of(match);
    double sum = 0, change = why->probability[1] - why->probability[0];
    for (int m = 0; m < why->n_modules; m++) {
        sum += why->modules[m].moved;
    }
    return (why->accuracy[0] - why->accuracy[1] >= 0.02 && change <= -0.02 &&
            fabs(sum - change) <= 0.1 * fabs(change)) ||
           match_fails(match, "p from %.4f to %.4f, sums %.4f: nothing of it bears a cause",
                       why->probability[0], why->probability[1], sum);
}

bool claim_fall_in_steps(const struct match *match)
{
    return check_window(match, true) && is_a_fall(match);
}

static bool is_named(const struct match *match, int group, int module)
{
    char name[40];
    const struct snapshot *snapshot = match->claims->view->snapshot;
    network_module_name(&snapshot->learners[snapshot->selected].params, module, name, sizeof name);
    return strncmp(match->text + match->groups[group].rm_so, name, strlen(name)) == 0;
}

/* What a module has of a fall, by hand; of all of them the sum. */
static double moved_of(const struct why_module *module, bool since)
{
    return since ? module->moved_since : module->moved;
}

/* The module that is named in that group, and its share: at least 60 %; what is more than all of it
 * is said to be so. */
static bool check_share(const struct match *match, int group, int share_group, bool since)
{
    const struct why *why = window_of(match);
    double sum = 0;
    int named = -1;
    for (int m = 0; m < why->n_modules; m++) {
        sum += moved_of(&why->modules[m], since);
        named = is_named(match, group, m) ? m : named;
    }
    double share = named >= 0 ? moved_of(&why->modules[named], since) / sum : (double)NAN;
    return (share >= 0.6 || match_fails(match, "a share of %.3f", share)) &&
           ((percent(share) > 100) == match_has(match, share_group + 1) ||
            match_fails(match, "a share of %.3f, and whether others worked against it", share)) &&
           match_is(match, "share", match_number(match, share_group), share);
}

bool claim_moved(const struct match *match)
{
    const struct why *why = window_of(match);
    int named = 0;
    for (int m = 0; m < why->n_modules; m++) {
        named = is_named(match, 1, m) ? m : named;
    }
    bool is_whose =
        !match_has(match, 3) || (match_task(match, 3) == why->present && !why->is_shared);
    return check_share(match, 1, 4, false) &&
           (is_whose || match_fails(match, "not for that task")) &&
           (!match_has(match, 8) ||
            match_is(match, "put back", match_number(match, 8), why->modules[named].back));
}

/* Of the stage so far: a fall in accuracy and probability, and sums that are sound. */
static bool is_stage_caused(const struct match *match, int of, int present)
{
    const struct why *why = window_of(match);
    double fell = record_accuracy(match->record, of, (double)match_stage(match)->begin) -
                  record_accuracy(match->record, of, (double)why->end),
           sum = 0, change = why->probability[1] - why->first_probability;
    for (int m = 0; m < why->n_modules; m++) {
        sum += why->modules[m].moved_since;
    }
    return (why->task == of && present == why->present && !why->is_shared && fell >= 0.02 &&
            change <= -0.02 && fabs(sum - change) <= -0.1 * change) ||
           match_fails(match, "p moved by %.4f, sums %.4f: no cause", change, sum);
}

bool claim_stage_fall(const struct match *match)
{
    int of = match_task(match, 1);
    double before = record_accuracy(match->record, of, (double)match_stage(match)->begin),
           after = record_accuracy(match->record, of, (double)window_of(match)->end);
    match->claims->n_checked++;
    return (percent_lost(before, after) == match_number(match, 2) ||
            match_fails(match, "from %.4f to %.4f in the journal", before, after)) &&
           is_stage_caused(match, of, match_task(match, 3)) &&
           (!match_has(match, 7) || check_share(match, 5, 7, true));
}

bool claim_stage_share(const struct match *match)
{
    return is_stage_caused(match, window_of(match)->task, match_task(match, 1)) &&
           check_share(match, 2, 4, true);
}

/* None of those that the journal has, but what was never learned. */
bool claim_held(const struct match *match)
{
    const struct why *why = window_of(match);
    const struct timeline *timeline = match->claims->view->timeline;
    for (int t = 0; t < timeline->n_tasks; t++) {
        double fell = record_accuracy(match->record, t, (double)why->begin) -
                      record_accuracy(match->record, t, (double)why->end),
               most = match_has(match, 1) ? 0.02 : 1e-9;
        bool was_learned = record_best(match->record, t, match_step(match)) >
                           record_accuracy(match->record, t, 0) + 0.05;
        if (t != why->present && was_learned && fell >= most) {
            return match_fails(match, "task %d fell %.4f", t, fell);
        }
    }
    match->claims->n_checked++;
    return why->end - why->begin == match_number(match, 3) ||
           match_fails(match, "not so many steps");
}

/* The best of all, and most of what was lost. */
bool claim_since(const struct match *match)
{
    const struct why *why = window_of(match);
    double first = record_accuracy(match->record, why->task, (double)match_stage(match)->begin),
           lost;
    int named = -1;
    lost = first - record_accuracy(match->record, why->task, (double)why->end);
    for (int m = 0; m < why->n_modules; m++) {
        named = is_named(match, 1, m) ? m : named;
    }
    return (named >= 0 || match_fails(match, "no module of it")) &&
           (match_task(match, 3) == why->present || match_fails(match, "not that task")) &&
           (why->modules[named].since - why->accuracy[1] >= 0.6 * lost - 1e-9 ||
            match_fails(match, "it heals %.3f of %.3f",
                        why->modules[named].since - why->accuracy[1], lost)) &&
           match_is(match, "as it was", match_number(match, 5), why->modules[named].since);
}

bool claim_own(const struct match *match)
{
    const struct why *why = window_of(match);
    return match_is(match, "among its own", match_number(match, 2), why->own) &&
           (why->own >= why->accuracy[1] + 0.2 || match_fails(match, "it is not drowned"));
}

bool claim_back(const struct match *match)
{
    const struct why *why = window_of(match);
    const struct view *view = match->claims->view;
    bool is_noise = match_has(match, 5);
    bool may_be =
        why->is_bare && !why->is_shared &&
        (strcmp(view->facts->suite, "permuted") == 0 || strcmp(view->facts->suite, "repeat") == 0);
    double first = record_accuracy(match->record, why->task, (double)match_stage(match)->begin);
    return check_window(match, false) &&
           (!is_noise || may_be ||
            match_fails(match, "something else than noise may have done it")) &&
           (first > why->accuracy[1] || match_fails(match, "it was never higher"));
}
