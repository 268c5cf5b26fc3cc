/* SPDX-License-Identifier: MIT
 * L2 anchor: every weight is pulled back to where the last task left it, all alike.
 *
 *   penalty = lambda/2 sum_i (theta_i - anchor_i)^2
 *
 * The baseline of EWC, which weighs each pull by how much the weight mattered.
 * Source: Kirkpatrick et al. 2017, arXiv:1612.00796, figure 2A ("L2"). */
#include "strategies/strategy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/kernels.h"

struct l2 {
    size_t n;
    bool has_anchor;
    real anchor[]; /* (P) */
};

static void *create(const struct learning *learning, struct err *err)
{
    size_t n = learning->net->n_params;
    struct l2 *l2 = calloc(1, sizeof *l2 + n * sizeof(real));
    if (!l2) {
        err_set(err, ERR_FAILED, "memory: no room for the anchor of l2, %zu parameters", n);
        return NULL;
    }
    l2->n = n;
    return l2;
}

static void archive_state(void *self, struct archive *archive, const struct learning *learning)
{
    (void)learning;
    struct l2 *l2 = self;
    archive_bool(archive, &l2->has_anchor);
    if (l2->has_anchor) {
        archive_bytes(archive, l2->anchor, l2->n * sizeof *l2->anchor);
    }
}

static void gradient(void *self, struct learning *learning, const struct tally *tally)
{
    struct l2 *l2 = self;
    real lambda = (real)learning->params->value[PARAM_L2_LAMBDA];
    if (l2->has_anchor && tally) {
        kernel_add_difference_counted(learning->grad, tally->sum, tally->factor, learning->theta,
                                      l2->anchor, lambda, l2->n);
    } else if (l2->has_anchor) {
        kernel_add_difference(learning->grad, learning->theta, l2->anchor, lambda, l2->n);
    }
}

static bool has_gradient(void *self, const struct learning *learning)
{
    (void)learning;
    const struct l2 *l2 = self;
    return l2->has_anchor;
}

static void stage_end(void *self, struct learning *learning)
{
    struct l2 *l2 = self;
    memcpy(l2->anchor, learning->theta, l2->n * sizeof *l2->anchor);
    l2->has_anchor = true;
}

static size_t bytes(void *self, const struct learning *learning)
{
    (void)learning;
    const struct l2 *l2 = self;
    return l2->has_anchor ? l2->n * sizeof(real) : 0;
}

const struct param param_l2_lambda = {
    .name = "l2.lambda",
    .title = "L2 lambda",
    PARAM_REAL(0.0001, 10, 0.1),
    .factor = 1.25,
    .help = "pull of every weight to where the last task left it",
};

const struct strategy strategy_l2 = {
    .name = "l2",
    .title = "L2 anchor",
    .summary = "pulls every weight back to where the last task left it",
    .about = "*L2 anchor* pulls all weights back alike.",
    .equation = "L + λ/2 Σ (θ − θ*)²",
    .cost = "one copy of the weights, plasticity",
    .source = "Kirkpatrick et al. 2017, arXiv:1612.00796 (baseline)",
    .is_observed = true,
    .knob = PARAM_L2_LAMBDA,
    .sign = "λ ",
    .need = STRATEGY_NEEDS_ANCHOR,
    .then = "nothing is held",
    .create = create,
    .destroy = free,
    .archive = archive_state,
    .gradient = gradient,
    .has_gradient = has_gradient,
    .stage_end = stage_end,
    .bytes = bytes,
};
