/* SPDX-License-Identifier: MIT */
#include "support/claims.h"

#include <math.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/labs.h"
#include "tasks/stream.h"
#include "ui/widgets/percent.h"

enum { GROUPS = 10, TEXT_MAX = 400 };

/* ---- the journal ----------------------------------------------------------------------------- */

/* What holds in the journal of the learner that is looked at, read without the program's own
 * reader. */
struct record {
    struct entry *measures; /* owned */
    long n;
};

static struct record read_record(const struct claims *claims, const struct learner_state *learner)
{
    struct record record = {0}, before = {0};
    record.measures = labs_measures(claims->lab, learner->id, &record.n);
    if (learner->parent >= 0) { /* its past is that of whom it comes from */
        before.measures = labs_measures(claims->lab, learner->parent, &before.n);
        size_t size = sizeof *before.measures;
        struct entry *all = calloc((size_t)(before.n + record.n) + 1, size);
        long n = 0;
        for (long i = 0; all && i < before.n; i++) {
            if (before.measures[i].step <= learner->born) {
                all[n++] = before.measures[i];
            }
        }
        memcpy(all + n, record.measures, (size_t)record.n * size);
        free(record.measures);
        free(before.measures);
        record = (struct record){all, n + record.n};
    }
    return record;
}

/* The last accuracy on the task at or before that step; NAN if there is none. */
static double accuracy(const struct record *record, int task, double step)
{
    double found = (double)NAN;
    for (long i = 0; i < record->n; i++) {
        const struct entry *entry = &record->measures[i];
        bool is_accuracy = entry->kind == ENTRY_MATRIX || entry->kind == ENTRY_BASELINE ||
                           (entry->kind == ENTRY_MEASURE && entry->probe == PROBE_ACCURACY);
        if (is_accuracy && entry->task == task && (double)entry->step <= step) {
            found = entry->value;
        }
    }
    return found;
}

/* The best of its rows of R by then. */
static double best(const struct record *record, int task, double step)
{
    double found = (double)NAN;
    for (long i = 0; i < record->n; i++) {
        const struct entry *entry = &record->measures[i];
        if (entry->kind == ENTRY_MATRIX && entry->task == task && (double)entry->step <= step) {
            found = fmax(found, entry->value);
        }
    }
    return found;
}

/* ---- one claim ------------------------------------------------------------------------------- */

/* A match: its groups as letters and numbers. */
struct match {
    struct claims *claims;
    const struct record *record;
    const char *text;
    regmatch_t groups[GROUPS];
    char *why;
    size_t size;
};

static double step_of(const struct match *match)
{
    const struct view *view = match->claims->view;
    bool is_past = view->has_cursor && view->cursor < (double)view->snapshot->step;
    return is_past ? view->cursor : (double)view->snapshot->step;
}

static bool has(const struct match *match, int group)
{
    return match->groups[group].rm_eo > match->groups[group].rm_so;
}

static long number(const struct match *match, int group)
{
    return has(match, group) ? strtol(match->text + match->groups[group].rm_so, NULL, 10) : -1;
}

static int task(const struct match *match, int group)
{
    char letter[4] = {match->text[match->groups[group].rm_so], '\0'};
    return task_from_letter(letter, match->claims->view->timeline->n_tasks);
}

__attribute__((format(printf, 2, 3))) static bool fails(const struct match *match,
                                                        const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(match->why, match->size, format, args);
    va_end(args);
    return false;
}

static bool is(const struct match *match, const char *what, long said, double share)
{
    match->claims->n_checked++;
    return (isfinite(share) && percent(share) == said) ||
           fails(match, "%s: %ld said, %.5f in the journal", what, said, share);
}

static double now(const struct match *match, int of)
{
    return accuracy(match->record, of, step_of(match));
}

static const struct stage *stage_of(const struct match *match)
{
    const struct timeline *timeline = match->claims->view->timeline;
    int i = timeline_stage_at(timeline, (long)step_of(match));
    return &timeline->stages[i < 0 ? 0 : i];
}

/* What it was at the beginning of the stage, where something was done, half a task's time ago in a
 * stream, or at its best: a sentence may begin with any of these, as it says. */
static bool is_start(const struct match *match, int of, long said)
{
    const struct view *view = match->claims->view;
    const struct timeline *timeline = view->timeline;
    double since = step_of(match) - (double)(view->snapshot->stage_steps / 2);
    bool is_it = percent(accuracy(match->record, of, (double)stage_of(match)->begin)) == said ||
                 percent(best(match->record, of, step_of(match))) == said ||
                 percent(accuracy(match->record, of, since)) == said;
    for (int i = 0; i < timeline->n_marks; i++) {
        is_it |= percent(accuracy(match->record, of, (double)timeline->marks[i].step)) == said;
    }
    match->claims->n_checked++;
    return is_it || fails(match, "it never began at %ld", said);
}

static bool check_fell(const struct match *match)
{
    int of = task(match, 1);
    return is_start(match, of, number(match, 2)) &&
           is(match, "now", number(match, 3), now(match, of)) &&
           (number(match, 2) > number(match, 3) || fails(match, "it did not fall")) &&
           (!has(match, 5) ||
            is(match, "best", number(match, 5), best(match->record, of, step_of(match))));
}

static bool check_rose(const struct match *match)
{
    int of = task(match, 1);
    return is_start(match, of, number(match, 2)) &&
           is(match, "now", number(match, 3), now(match, of)) &&
           (number(match, 2) < number(match, 3) || fails(match, "it did not rise"));
}

static bool check_most(const struct match *match)
{
    int of = task(match, 1);
    return is(match, "best", number(match, 2), best(match->record, of, step_of(match))) &&
           is(match, "now", number(match, 3), now(match, of));
}

static bool check_now(const struct match *match)
{
    return is(match, "now", number(match, 2), now(match, task(match, 1)));
}

static bool check_stage(const struct match *match)
{
    int of = task(match, 1);
    double from = accuracy(match->record, of, (double)stage_of(match)->begin);
    return is(match, "at the beginning", number(match, 3), from) &&
           is(match, "then", number(match, 4), now(match, of)) &&
           (task(match, 5) == stage_of(match)->task || fails(match, "not that stage")) &&
           is(match, "the new task", number(match, 8), now(match, task(match, 7)));
}

/* ---- windows --------------------------------------------------------------------------------- */

static const struct why *window_of(const struct match *match)
{
    return &match->claims->view->snapshot->exhibits.why;
}

/* By so many points, as the curve has it at both ends. */
static bool check_window(const struct match *match, bool fell)
{
    const struct why *why = window_of(match);
    int of = task(match, 1);
    double before = accuracy(match->record, of, (double)why->begin),
           after = accuracy(match->record, of, (double)why->end);
    match->claims->n_checked++;
    bool is_it =
        why->end - why->begin == number(match, 3) && why->task == of &&
        (fell ? percent_lost(before, after) : percent_lost(after, before)) == number(match, 2);
    return is_it || fails(match, "%ld to %ld: %.4f to %.4f in the journal", why->begin, why->end,
                          before, after);
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
           fails(match, "p from %.4f to %.4f, sums %.4f: nothing of it bears a cause",
                 why->probability[0], why->probability[1], sum);
}

static bool check_fall_in_steps(const struct match *match)
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
    return (share >= 0.6 || fails(match, "a share of %.3f", share)) &&
           ((percent(share) > 100) == has(match, share_group + 1) ||
            fails(match, "a share of %.3f, and whether others worked against it", share)) &&
           is(match, "share", number(match, share_group), share);
}

static bool check_moved(const struct match *match)
{
    const struct why *why = window_of(match);
    int named = 0;
    for (int m = 0; m < why->n_modules; m++) {
        named = is_named(match, 1, m) ? m : named;
    }
    bool is_whose = !has(match, 3) || (task(match, 3) == why->present && !why->is_shared);
    return check_share(match, 1, 4, false) && (is_whose || fails(match, "not for that task")) &&
           (!has(match, 8) || is(match, "put back", number(match, 8), why->modules[named].back));
}

/* Of the stage so far: a fall in accuracy and probability, and sums that are sound. */
static bool is_stage_caused(const struct match *match, int of, int present)
{
    const struct why *why = window_of(match);
    double fell = accuracy(match->record, of, (double)stage_of(match)->begin) -
                  accuracy(match->record, of, (double)why->end),
           sum = 0, change = why->probability[1] - why->first_probability;
    for (int m = 0; m < why->n_modules; m++) {
        sum += why->modules[m].moved_since;
    }
    return (why->task == of && present == why->present && !why->is_shared && fell >= 0.02 &&
            change <= -0.02 && fabs(sum - change) <= -0.1 * change) ||
           fails(match, "p moved by %.4f, sums %.4f: no cause", change, sum);
}

static bool check_stage_fall(const struct match *match)
{
    int of = task(match, 1);
    double before = accuracy(match->record, of, (double)stage_of(match)->begin),
           after = accuracy(match->record, of, (double)window_of(match)->end);
    match->claims->n_checked++;
    return (percent_lost(before, after) == number(match, 2) ||
            fails(match, "from %.4f to %.4f in the journal", before, after)) &&
           is_stage_caused(match, of, task(match, 3)) &&
           (!has(match, 7) || check_share(match, 5, 7, true));
}

static bool check_stage_share(const struct match *match)
{
    return is_stage_caused(match, window_of(match)->task, task(match, 1)) &&
           check_share(match, 2, 4, true);
}

/* None of those that the journal has, but what was never learned. */
static bool check_held(const struct match *match)
{
    const struct why *why = window_of(match);
    const struct timeline *timeline = match->claims->view->timeline;
    for (int t = 0; t < timeline->n_tasks; t++) {
        double fell = accuracy(match->record, t, (double)why->begin) -
                      accuracy(match->record, t, (double)why->end),
               most = has(match, 1) ? 0.02 : 1e-9;
        bool was_learned =
            best(match->record, t, step_of(match)) > accuracy(match->record, t, 0) + 0.05;
        if (t != why->present && was_learned && fell >= most) {
            return fails(match, "task %d fell %.4f", t, fell);
        }
    }
    match->claims->n_checked++;
    return why->end - why->begin == number(match, 3) || fails(match, "not so many steps");
}

/* The best of all, and most of what was lost. */
static bool check_since(const struct match *match)
{
    const struct why *why = window_of(match);
    double first = accuracy(match->record, why->task, (double)stage_of(match)->begin), lost;
    int named = -1;
    lost = first - accuracy(match->record, why->task, (double)why->end);
    for (int m = 0; m < why->n_modules; m++) {
        named = is_named(match, 1, m) ? m : named;
    }
    return (named >= 0 || fails(match, "no module of it")) &&
           (task(match, 3) == why->present || fails(match, "not that task")) &&
           (why->modules[named].since - why->accuracy[1] >= 0.6 * lost - 1e-9 ||
            fails(match, "it heals %.3f of %.3f", why->modules[named].since - why->accuracy[1],
                  lost)) &&
           is(match, "as it was", number(match, 5), why->modules[named].since);
}

static bool check_own(const struct match *match)
{
    const struct why *why = window_of(match);
    return is(match, "among its own", number(match, 2), why->own) &&
           (why->own >= why->accuracy[1] + 0.2 || fails(match, "it is not drowned"));
}

static bool check_back(const struct match *match)
{
    const struct why *why = window_of(match);
    const struct view *view = match->claims->view;
    bool is_noise = has(match, 5);
    bool may_be =
        why->is_bare && !why->is_shared &&
        (strcmp(view->facts->suite, "permuted") == 0 || strcmp(view->facts->suite, "repeat") == 0);
    double first = accuracy(match->record, why->task, (double)stage_of(match)->begin);
    return check_window(match, false) &&
           (!is_noise || may_be || fails(match, "something else than noise may have done it")) &&
           (first > why->accuracy[1] || fails(match, "it was never higher"));
}

/* ---- all learners, the end, streams ---------------------------------------------------------- */

/* The mean over the tasks that had begun by that stage. */
static double mean_by(const struct match *match, const struct record *record, int stage)
{
    const struct timeline *timeline = match->claims->view->timeline;
    double sum = 0;
    int n = 0;
    for (int t = 0; t < timeline->n_tasks; t++) {
        double value = timeline_had_begun(timeline, t, stage) ? accuracy(record, t, step_of(match))
                                                              : (double)NAN;
        sum += isfinite(value) ? value : 0;
        n += isfinite(value);
    }
    return n > 0 ? sum / n : (double)NAN;
}

/* At a boundary that of before it is as true. */
static bool check_average(const struct match *match)
{
    const struct view *view = match->claims->view;
    int stage = timeline_stage_at(view->timeline, (long)step_of(match));
    bool is_boundary = stage > 0 && view->timeline->stages[stage].begin == (long)step_of(match);
    for (int i = 0; i < view->snapshot->n_learners; i++) {
        struct record record = read_record(match->claims, &view->snapshot->learners[i]);
        double mean = mean_by(match, &record, stage), before = mean_by(match, &record, stage - 1);
        free(record.measures);
        if ((isfinite(mean) && percent(mean) == number(match, 1)) ||
            (is_boundary && isfinite(before) && percent(before) == number(match, 1))) {
            match->claims->n_checked++;
            return true;
        }
    }
    return fails(match, "nobody has %ld on average", number(match, 1));
}

static bool check_end(const struct match *match)
{
    const struct timeline *timeline = match->claims->view->timeline;
    double left = 0, learned = 0;
    int n = 0, n_learned = 0;
    for (int t = 0; t < timeline->n_tasks; t++) {
        if (!timeline_has_begun(timeline, t)) {
            continue;
        }
        left += now(match, t);
        n++;
    }
    for (int i = 0; i < timeline->n_stages; i++) {
        bool is_last = true; /* stage of that task */
        for (int later = i + 1; later < timeline->n_stages; later++) {
            is_last &= timeline->stages[later].task != timeline->stages[i].task;
        }
        for (long k = 0; k < match->record->n; k++) {
            const struct entry *entry = &match->record->measures[k];
            bool is_diagonal = is_last && entry->kind == ENTRY_MATRIX && entry->stage == i &&
                               entry->task == timeline->stages[i].task;
            learned += is_diagonal ? entry->value : 0;
            n_learned += is_diagonal;
        }
    }
    return is(match, "left", number(match, 1), left / n) &&
           is(match, "learned", number(match, 2), learned / n_learned);
}

/* ---- sweeps ---------------------------------------------------------------------------------- */

/* A learner's keeping and learning after the rows that are complete, by hand. */
struct hand {
    double keeping, learning;
    char value[40];
};

static double cell(const struct record *record, int stage, int of)
{
    double found = (double)NAN;
    for (long i = 0; i < record->n; i++) {
        const struct entry *entry = &record->measures[i];
        bool is_it = entry->kind == ENTRY_MATRIX && entry->stage == stage && entry->task == of;
        found = is_it ? entry->value : found;
    }
    return found;
}

static struct hand hand_of(const struct match *match, const struct learner_state *learner)
{
    const struct view *view = match->claims->view;
    const struct timeline *timeline = view->timeline;
    struct record record = read_record(match->claims, learner);
    struct hand hand = {0};
    int n_rows = timeline_rows(timeline), n = 0, n_old = 0, last = n_rows - 1;
    double lost = 0;
    for (int t = 0; t < timeline->n_tasks; t++) {
        double most = 0;
        int own = -1;
        for (int row = 0; row < n_rows; row++) {
            own = timeline->stages[row].task == t ? row : own;
            most = row < last ? fmax(most, cell(&record, row, t)) : most;
        }
        if (own >= 0) {
            hand.learning += cell(&record, own, t);
            n++;
        }
        if (own >= 0 && own < last) {
            lost += most - cell(&record, last, t);
            n_old++;
        }
    }
    hand.learning /= n;
    hand.keeping = fmin(1 - lost / n_old, 1);
    param_format(&learner->params, view_sweep(view).knob, hand.value, sizeof hand.value);
    free(record.measures);
    return hand;
}

static int list_hands(const struct match *match, struct hand hands[LEARNERS_MAX])
{
    const struct view_sweep sweep = view_sweep(match->claims->view);
    for (int k = 0; k < sweep.n; k++) {
        hands[k] = hand_of(match, &match->claims->view->snapshot->learners[sweep.learners[k]]);
    }
    return sweep.n;
}

/* The one that is named in that group; -1: it is none of them. */
static int value_named(const struct match *match, int group, const struct hand *hands, int n)
{
    size_t size = (size_t)(match->groups[group].rm_eo - match->groups[group].rm_so);
    for (int i = 0; i < n; i++) {
        if (strlen(hands[i].value) == size &&
            strncmp(hands[i].value, match->text + match->groups[group].rm_so, size) == 0) {
            return i;
        }
    }
    fails(match, "no value of the sweep");
    return -1;
}

static bool is_best(const struct match *match, int keeper, int learner, const struct hand *hands,
                    int n)
{
    for (int i = 0; i < n; i++) {
        if (hands[i].keeping > hands[keeper].keeping + 1e-9 ||
            hands[i].learning > hands[learner].learning + 1e-9) {
            return fails(match, "%s keeps %.4f, learns %.4f", hands[i].value, hands[i].keeping,
                         hands[i].learning);
        }
    }
    return true;
}

/* No other lies as far beyond the line between the best two. */
static bool is_bend(const struct match *match, int bend, int keeper, int learner,
                    const struct hand *hands, int n)
{
    double area[LEARNERS_MAX], dx = hands[keeper].keeping - hands[learner].keeping,
                               dy = hands[learner].learning - hands[keeper].learning;
    for (int i = 0; i < n; i++) {
        area[i] = dx * (hands[i].learning - hands[learner].learning) +
                  dy * (hands[i].keeping - hands[learner].keeping);
    }
    for (int i = 0; i < n; i++) {
        if (area[i] > area[bend] + 1e-12) {
            return fails(match, "it bends at %s", hands[i].value);
        }
    }
    return area[bend] >= 0.02 * sqrt(dx * dx + dy * dy) - 1e-12 || fails(match, "it does not bend");
}

static bool check_sweep(const struct match *match)
{
    struct hand hands[LEARNERS_MAX];
    int n = list_hands(match, hands), keeper = value_named(match, 1, hands, n),
        learner = value_named(match, 3, hands, n),
        bend = has(match, 5) ? value_named(match, 6, hands, n) : -1;
    return keeper >= 0 && learner >= 0 && (bend >= 0 || !has(match, 5)) &&
           is(match, "keeps", number(match, 2), hands[keeper].keeping) &&
           is(match, "learns", number(match, 4), hands[learner].learning) &&
           is_best(match, keeper, learner, hands, n) &&
           (bend < 0 || (is(match, "keeps", number(match, 7), hands[bend].keeping) &&
                         is(match, "learns", number(match, 8), hands[bend].learning) &&
                         is_bend(match, bend, keeper, learner, hands, n)));
}

static bool check_both(const struct match *match)
{
    struct hand hands[LEARNERS_MAX];
    int n = list_hands(match, hands), best = value_named(match, 1, hands, n);
    return best >= 0 && is(match, "keeps", number(match, 2), hands[best].keeping) &&
           is(match, "learns", number(match, 3), hands[best].learning) &&
           is_best(match, best, best, hands, n);
}

static bool check_alike(const struct match *match)
{
    struct hand hands[LEARNERS_MAX];
    int n = list_hands(match, hands);
    for (int i = 1; i < n; i++) {
        for (int k = 0; k < i; k++) {
            if (fabs(hands[i].keeping - hands[k].keeping) >= 0.03 ||
                fabs(hands[i].learning - hands[k].learning) >= 0.03) {
                return fails(match, "%s and %s are further apart", hands[i].value, hands[k].value);
            }
        }
    }
    match->claims->n_checked++;
    return n == number(match, 1) || fails(match, "there are %d", n);
}

static bool check_mixture(const struct match *match)
{
    const struct snapshot *snapshot = match->claims->view->snapshot;
    double time =
        snapshot->stage + (double)snapshot->stage_step / fmax((double)snapshot->stage_steps, 1);
    int n = match->claims->view->facts->n_tasks;
    return is(match, "share", number(match, 2), stream_share(n, time, task(match, 1))) &&
           (!has(match, 4) ||
            is(match, "share", number(match, 5), stream_share(n, time, task(match, 4))));
}

/* ---- all of them ----------------------------------------------------------------------------- */

#define MODULE  "((layer|block|embeddings|last norm)[^.;,:]*)"
#define AGAINST "(, other layers worked against it)?"

static const struct kind {
    const char *pattern;
    bool (*check)(const struct match *match);
} kinds[] = {
    {"([A-Z]) fell from ([0-9]+) to ([0-9]+) %( since [^(.:]*\\(best ([0-9]+)\\))?", check_fell},
    {"([A-Z]) is coming back, ([0-9]+) → ([0-9]+) %", check_rose},
    {"([A-Z]) rose from ([0-9]+) to ([0-9]+) %", check_rose},
    {"ost is lost of ([A-Z]): ([0-9]+) → ([0-9]+) %", check_most},
    {"ost was lost of ([A-Z]): ([0-9]+) → ([0-9]+) %", check_most},
    {"([A-Z]) is being learned:? \\(?([0-9]+) %", check_now},
    {"([A-Z]) was being learned \\(([0-9]+) %\\)", check_now},
    {"with ([A-Z]) at ([0-9]+) %", check_now},
    {"([A-Z]) is not being learned: ([0-9]+) %", check_now},
    {"([A-Z]) was not learned: ([0-9]+) %", check_now},
    {"([A-Z]) is at ([0-9]+) %, but not gone", check_now},
    {"([A-Z]) had (fallen|come back) from ([0-9]+) to ([0-9]+) % since ([A-Z]) (began|came most); "
     "([A-Z]) was at ([0-9]+) %",
     check_stage},
    {"([A-Z]) fell ([0-9]+) points in ([0-9]+) steps?", check_fall_in_steps},
    {"([A-Z]) fell ([0-9]+) points since ([A-Z]) began: (" MODULE " moved for [A-Z] "
     "\\(([0-9]+) % of it" AGAINST "\\)|several layers moved together)",
     check_stage_fall},
    {MODULE " moved for ([A-Z]) \\(([0-9]+) % of it" AGAINST "\\)"
            "(. Put back, ([A-Z]) would be at ([0-9]+) %)?",
     check_moved},
    {MODULE " moved() \\(([0-9]+) % of it" AGAINST "\\)"
            "(. Put back, ([A-Z]) would be at ([0-9]+) %)?",
     check_moved},
    {"Since ([A-Z]) began " MODULE " has ([0-9]+) % of its fall" AGAINST, check_stage_share},
    {"no old task fell( by 2 points)? in (this|these) ([0-9]+) steps?", check_held},
    {"With " MODULE " as ([A-Z]) found it, ([A-Z]) would be at "
     "([0-9]+) %",
     check_since},
    {"among its own ([a-z0-9]+) it is still right ([0-9]+) %", check_own},
    {"([A-Z]) came back ([0-9]+) points in ([0-9]+) steps?(: noise of ([A-Z])'s steps)?",
     check_back},
    {"The end, ([0-9]+) % left on average of ([0-9]+) % learned", check_end},
    {"([^ ]+) keeps best \\(([0-9]+) %\\), ([^ ]+) learns best \\(([0-9]+) %\\)"
     "(; the curve bends at ([^ :]+): it keeps ([0-9]+), learns ([0-9]+) %)?",
     check_sweep},
    {"([^ ]+) keeps best and learns best \\(([0-9]+), ([0-9]+) %\\)", check_both},
    {"all ([0-9]+) values of [^.]* keep and learn within (3) points of each other", check_alike},
    {"within 3 points of each other: ([0-9]+) % on average", check_average},
    {"has ([0-9]+) % on average", check_average},
    {", [0-9]+ [a-z0-9_+.-]+ has ([0-9]+) %:", check_average},
    {"([A-Z]) is ([0-9]+) % of what comes(, ([A-Z]) ([0-9]+) %)?", check_mixture},
};

/* Finds a kind in the text, everywhere, and takes its numbers out; false if one is not true. */
static bool take_kind(struct match match, const struct kind *kind, char *text)
{
    regex_t regex;
    bool ok = true;
    if (regcomp(&regex, kind->pattern, REG_EXTENDED) != 0) {
        fprintf(stderr, "claims: %s\n", kind->pattern);
        abort();
    }
    for (char *at = text; ok && regexec(&regex, at, GROUPS, match.groups, 0) == 0;) {
        match.text = at;
        ok = kind->check(&match);
        for (regoff_t i = match.groups[0].rm_so; i < match.groups[0].rm_eo; i++) {
            at[i] = at[i] >= '0' && at[i] <= '9' ? '#' : at[i];
        }
        at += match.groups[0].rm_eo;
    }
    regfree(&regex);
    return ok;
}

/* A share or points that nothing has taken out. */
static const char *find_unchecked(const char *text)
{
    for (const char *at = text; *at; at++) {
        bool ends = *at >= '0' && *at <= '9' && (at[1] < '0' || at[1] > '9');
        if (ends && (strncmp(at + 1, " %", 2) == 0 || strncmp(at + 1, " points", 7) == 0)) {
            return at;
        }
    }
    return NULL;
}

bool claims_hold(struct claims *claims, const char *text, char *why, size_t size)
{
    char rest[TEXT_MAX];
    const struct snapshot *snapshot = claims->view->snapshot;
    struct record record = read_record(claims, &snapshot->learners[snapshot->selected]);
    struct match match = {.claims = claims, .record = &record, .why = why, .size = size};
    bool ok = true;
    claims_plain(text, rest, sizeof rest);
    for (size_t i = 0; ok && i < sizeof kinds / sizeof *kinds; i++) {
        ok = take_kind(match, &kinds[i], rest);
    }
    const char *left = ok ? find_unchecked(rest) : NULL;
    if (left) {
        snprintf(why, size, "no check knows the number in '%.40s'", left);
    }
    free(record.measures);
    return ok && !left;
}
