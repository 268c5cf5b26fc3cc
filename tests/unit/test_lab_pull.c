/* SPDX-License-Identifier: MIT
 * What springs are said to have done at a step is what the step would have been without them. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lab/trail.h"
#include "strategies/table.h"
#include "support/study.h"

/* A learner in its second task, a step before the one that is looked at. */
static struct study begin(const char *name, const char *more)
{
    char settings[160];
    snprintf(settings, sizeof settings, "on=%s%s lr=0.1 net=12,9 ewc.lambda=50 l2.lambda=0.5", name,
             more);
    struct study study = study_open("permuted", 2, 0, settings);
    study_stage(&study, 0, 0, 60);
    study_begin(&study, 1, 1);
    cr_assert(study_steps(&study, 10));
    return study;
}

/* Returns the largest pull. */
static double check(const char *name, const char *more)
{
    struct study with = begin(name, more), without = begin(name, more);
    size_t n = study_size(&with);
    struct trail *trail = trail_create(OPTIMIZER_SGD, n);
    cr_assert(trail);
    trail_begin(trail, 1, 10, learner_theta(with.learner));
    learner_keep_pull(with.learner, &trail->pull);
    study_switch(&without, name, false);
    cr_assert(study_steps(&with, 1) && study_steps(&without, 1));
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double pulled = (double)learner_theta(with.learner)[i];
        pulled -= (double)learner_theta(without.learner)[i];
        most = fmax(most, fabs(pulled));
        cr_assert_float_eq((double)trail->pull.sum[i], pulled, 1e-6, "%s%s: weight %zu", name, more,
                           i);
    }
    trail_destroy(trail);
    study_close(&with);
    study_close(&without);
    return most;
}

Test(pull, is_what_a_step_lacks_without_the_spring)
{
    static const char *const more[] = {"",
                                       " clip=100",
                                       " clip=0.2",
                                       "+freeze freeze.layers=1",
                                       " ewc.form=explicit",
                                       " ewc.form=explicit clip=100",
                                       "+freeze freeze.layers=1 ewc.form=explicit"};
    int n_springs = 0;
    for (int s = 0; s < strategy_count(); s++) {
        const struct strategy *strategy = strategy_at(s);
        bool is_spring = strategy->gradient || strategy->correct;
        n_springs += is_spring;
        for (size_t i = 0; is_spring && i < sizeof more / sizeof *more; i++) {
            /* A gradient that is clipped is not what it would be without what was added. */
            bool is_clipped = i == 2 && !strategy->correct;
            cr_expect(is_clipped || check(strategy->name, more[i]) > 1e-4, "%s%s", strategy->name,
                      more[i]);
        }
    }
    cr_expect_geq(n_springs, 2);
}
