/* SPDX-License-Identifier: MIT */
#include "support/claims_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A learner's keeping and learning after the rows that are complete, by hand. */
struct hand {
    double keeping, learning;
    char value[40];
};

static struct hand hand_of(const struct match *match, const struct learner_state *learner)
{
    const struct view *view = match->claims->view;
    const struct timeline *timeline = view->timeline;
    struct record record = record_read(match->claims, learner);
    struct hand hand = {0};
    int n_rows = timeline_rows(timeline), n = 0, n_old = 0, last = n_rows - 1;
    double lost = 0;
    for (int t = 0; t < timeline->n_tasks; t++) {
        double most = 0;
        int own = -1;
        for (int row = 0; row < n_rows; row++) {
            own = timeline->stages[row].task == t ? row : own;
            most = row < last ? fmax(most, record_cell(&record, row, t)) : most;
        }
        if (own >= 0) {
            hand.learning += record_cell(&record, own, t);
            n++;
        }
        if (own >= 0 && own < last) {
            lost += most - record_cell(&record, last, t);
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
    match_fails(match, "no value of the sweep");
    return -1;
}

static bool is_best(const struct match *match, int keeper, int learner, const struct hand *hands,
                    int n)
{
    for (int i = 0; i < n; i++) {
        if (hands[i].keeping > hands[keeper].keeping + 1e-9 ||
            hands[i].learning > hands[learner].learning + 1e-9) {
            return match_fails(match, "%s keeps %.4f, learns %.4f", hands[i].value,
                               hands[i].keeping, hands[i].learning);
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
            return match_fails(match, "it bends at %s", hands[i].value);
        }
    }
    return area[bend] >= 0.02 * sqrt(dx * dx + dy * dy) - 1e-12 ||
           match_fails(match, "it does not bend");
}

bool claim_sweep(const struct match *match)
{
    struct hand hands[LEARNERS_MAX];
    int n = list_hands(match, hands), keeper = value_named(match, 1, hands, n),
        learner = value_named(match, 3, hands, n),
        bend = match_has(match, 5) ? value_named(match, 6, hands, n) : -1;
    return keeper >= 0 && learner >= 0 && (bend >= 0 || !match_has(match, 5)) &&
           match_is(match, "keeps", match_number(match, 2), hands[keeper].keeping) &&
           match_is(match, "learns", match_number(match, 4), hands[learner].learning) &&
           is_best(match, keeper, learner, hands, n) &&
           (bend < 0 || (match_is(match, "keeps", match_number(match, 7), hands[bend].keeping) &&
                         match_is(match, "learns", match_number(match, 8), hands[bend].learning) &&
                         is_bend(match, bend, keeper, learner, hands, n)));
}

bool claim_both(const struct match *match)
{
    struct hand hands[LEARNERS_MAX];
    int n = list_hands(match, hands), both = value_named(match, 1, hands, n);
    return both >= 0 && match_is(match, "keeps", match_number(match, 2), hands[both].keeping) &&
           match_is(match, "learns", match_number(match, 3), hands[both].learning) &&
           is_best(match, both, both, hands, n);
}

bool claim_alike(const struct match *match)
{
    struct hand hands[LEARNERS_MAX];
    int n = list_hands(match, hands);
    for (int i = 1; i < n; i++) {
        for (int k = 0; k < i; k++) {
            if (fabs(hands[i].keeping - hands[k].keeping) >= 0.03 ||
                fabs(hands[i].learning - hands[k].learning) >= 0.03) {
                return match_fails(match, "%s and %s are further apart", hands[i].value,
                                   hands[k].value);
            }
        }
    }
    match->claims->n_checked++;
    return n == match_number(match, 1) || match_fails(match, "there are %d", n);
}
