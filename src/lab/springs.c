/* SPDX-License-Identifier: MIT */
#include "lab/springs.h"

#include <math.h>
#include <stddef.h>

static const double STRETCHED_LEAST = 0.15, FREE_MOST = 0.1; /* see the header */

const char *spring_rule_name(int rule)
{
    static const char *const names[SPRING_RULES] = {"held", "stretched", "free"};
    return rule >= 0 && rule < SPRING_RULES ? names[rule] : NULL;
}

/* How well it shows that; 0: not at all. */
static double score_of(enum spring_rule rule, double push, double pull)
{
    double moved = fabs(push + pull);
    switch (rule) {
    case SPRING_HELD:
        return push * pull < 0 ? fmin(fabs(push), fabs(pull)) : 0;
    case SPRING_STRETCHED:
        return moved > STRETCHED_LEAST ? fabs(pull) : 0;
    case SPRING_FREE:
        return fabs(pull) < FREE_MOST * fabs(push) ? moved : 0;
    case SPRING_RULES:
        break;
    }
    return 0;
}

static int insert(struct spring_pick *picks, int n, int most, const struct spring_pick *pick)
{
    int at = n < most ? n : most - 1;
    if (n == most && !(pick->score > picks[at].score)) {
        return n;
    }
    for (; at > 0 && pick->score > picks[at - 1].score; at--) {
        picks[at] = picks[at - 1];
    }
    picks[at] = *pick;
    return n < most ? n + 1 : n;
}

int springs_pick(enum spring_rule rule, const struct network *net, const real *start,
                 const real *theta, const real *pull, struct spring_pick *picks, int most)
{
    int n = 0;
    for (int p = 0; p < net->n_parts; p++) {
        const struct part *part = &net->parts[p];
        for (int row = 0; row < part->rows; row++) {
            for (int col = 0; col < part->cols; col++) {
                size_t at = part->at + (size_t)row * part->stride + col;
                double pulled = (double)pull[at];
                double push = (double)theta[at] - (double)start[at] - pulled;
                double score = score_of(rule, push, pulled);
                if (score > 0) {
                    struct spring_pick pick = {p, row, col, push, pulled, score};
                    n = insert(picks, n, most, &pick);
                }
            }
        }
    }
    return n;
}
