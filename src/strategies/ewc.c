/* SPDX-License-Identifier: MIT
 * Elastic weight consolidation: weights that mattered to old tasks are held by a spring.
 *
 *   penalty = lambda/2 sum_k sum_i F_k,i (theta_i - anchor_k,i)^2
 *
 * Kept in two vectors whatever the number of tasks: a = sum_k F_k and b = sum_k F_k anchor_k, since
 *   d penalty / d theta = lambda (a theta - b)         (explicit form)
 *   theta <- (theta + lr lambda b) / (1 + lr lambda a)  (proximal form)
 *
 * The proximal step minimises penalty plus distance: it never explodes, whatever lambda is.  The
 * explicit step is stable while the gauge lr lambda max(a) stays below 2.
 *
 * Online mode: a <- gamma a + F, b = a theta_now: one running penalty, anchored at the last
 * weights.
 *
 * Sources: Kirkpatrick et al. 2017, eq. 3, arXiv:1612.00796; online: Schwarz et al. 2018,
 * arXiv:1805.06370; Huszar 2018, arXiv:1712.03847 (why one penalty per task); proximal: Parikh &
 * Boyd 2014, section 4.2. Deviations: (1) proximal by default; (2) where LoRA takes the step, the
 * explicit form is used, for there is no weight of one's own to correct; (3) with Adam the proximal
 * step is not rescaled by 1/sqrt(v). */
#include "strategies/ewc.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/kernels.h"
#include "strategies/fisher.h"

enum ewc_mode { EWC_MODE_SEPARATE, EWC_MODE_ONLINE };

struct ewc {
    size_t n;
    struct arena arena;
    real *a, *b;    /* (P) sum of F, sum of F anchor */
    real *fisher;   /* (P) of the last task; scratch */
    real *gradient; /* (P) scratch of its estimate; NULL where that needs none */
    int *order;     /* scratch of the estimate */
    struct fisher estimate;
    bool is_prepared; /* the estimate has begun: nothing has changed since */
    real max_a;
    int n_anchors;
    bool in_gradient; /* this step's penalty went into the gradient, so no correction follows */
};

static void destroy(void *self)
{
    struct ewc *ewc = self;
    if (ewc) {
        arena_fini(&ewc->arena);
        free(ewc);
    }
}

static void *create(const struct learning *learning, struct err *err)
{
    struct ewc *ewc = calloc(1, sizeof *ewc);
    bool has_squares = network_has_squares(learning->net);
    size_t n = learning->net->n_params, size = 0, rows = (size_t)suite_max_train(learning->suite);
    bool ok = ewc && arena_size_add(&size, n, sizeof(real)) &&
              arena_size_add(&size, n, sizeof(real)) && arena_size_add(&size, n, sizeof(real)) &&
              (has_squares || arena_size_add(&size, n, sizeof(real))) &&
              arena_size_add(&size, rows, sizeof(int));
    if (!ok) {
        err_set(err, ERR_FAILED, "memory: no room for the anchors of ewc, %zu parameters", n);
        destroy(ewc);
        return NULL;
    }
    if (!arena_init(&ewc->arena, size, err)) {
        destroy(ewc);
        return NULL;
    }
    ewc->n = n;
    ewc->a = arena_alloc(&ewc->arena, n, sizeof(real));
    ewc->b = arena_alloc(&ewc->arena, n, sizeof(real));
    ewc->fisher = arena_alloc(&ewc->arena, n, sizeof(real));
    ewc->gradient = has_squares ? NULL : arena_alloc(&ewc->arena, n, sizeof(real));
    ewc->order = arena_alloc(&ewc->arena, rows, sizeof(int));
    return ewc;
}

static void archive_state(void *self, struct archive *archive, const struct learning *learning)
{
    (void)learning;
    struct ewc *ewc = self;
    bool had_anchors = ewc->n_anchors > 0;
    ewc->is_prepared = ewc->is_prepared && !archive->is_reading;
    archive_int(archive, &ewc->n_anchors, 0, INT_MAX / 2);
    if (ewc->n_anchors > 0) {
        archive_bytes(archive, ewc->a, ewc->n * sizeof *ewc->a);
        archive_bytes(archive, ewc->b, ewc->n * sizeof *ewc->b);
        archive_bytes(archive, &ewc->max_a, sizeof ewc->max_a);
    } else if (had_anchors) { /* else untouched memory stays untouched */
        memset(ewc->a, 0, ewc->n * sizeof *ewc->a);
        memset(ewc->b, 0, ewc->n * sizeof *ewc->b);
        ewc->max_a = 0;
    }
}

static bool has_gradient(void *self, const struct learning *learning)
{
    const struct ewc *ewc = self;
    bool is_explicit = learning->params->value[PARAM_EWC_FORM] == EWC_FORM_EXPLICIT;
    return ewc->n_anchors && (is_explicit || learning->is_reparametrised);
}

static void gradient(void *self, struct learning *learning, const struct tally *tally)
{
    struct ewc *ewc = self;
    ewc->in_gradient = has_gradient(self, learning);
    real lambda = (real)learning->params->value[PARAM_EWC_LAMBDA];
    if (ewc->in_gradient && tally) {
        kernel_pull_counted(learning->grad, tally->sum, tally->factor, learning->theta, ewc->a,
                            ewc->b, lambda, ewc->n);
    } else if (ewc->in_gradient) {
        kernel_pull(learning->grad, learning->theta, ewc->a, ewc->b, lambda, ewc->n);
    }
}

static void correct(void *self, struct learning *learning, size_t frozen, const struct tally *tally)
{
    struct ewc *ewc = self;
    real s = (real)(learning->lr * learning->params->value[PARAM_EWC_LAMBDA]);
    const real *a = ewc->a + frozen, *b = ewc->b + frozen;
    bool corrects = ewc->n_anchors && !ewc->in_gradient;
    if (corrects && tally) {
        kernel_proximal_counted(learning->theta + frozen, tally->sum + frozen, tally->factor, a, b,
                                s, ewc->n - frozen);
    } else if (corrects) {
        kernel_proximal(learning->theta + frozen, a, b, s, ewc->n - frozen);
    }
}

static double prepare(void *self, const struct learning *learning)
{
    struct ewc *ewc = self;
    if (!ewc->is_prepared) {
        fisher_begin(&ewc->estimate, learning, ewc->fisher, ewc->gradient, ewc->order);
        ewc->is_prepared = true;
    }
    return fisher_go_on(&ewc->estimate, learning) ? (double)ewc->estimate.done / ewc->estimate.total
                                                  : 1;
}

double ewc_keeps(const struct params *params)
{
    bool online = params->value[PARAM_EWC_MODE] == EWC_MODE_ONLINE;
    return online ? params->value[PARAM_EWC_GAMMA] : 1;
}

static void stage_end(void *self, struct learning *learning)
{
    struct ewc *ewc = self;
    while (prepare(ewc, learning) < 1) {
    }
    ewc->is_prepared = false;
    bool online = learning->params->value[PARAM_EWC_MODE] == EWC_MODE_ONLINE;
    real keep = (real)ewc_keeps(learning->params);
    for (size_t i = 0; i < ewc->n; i++) {
        real f = ewc->fisher[i], theta = learning->theta[i];
        ewc->a[i] = keep * ewc->a[i] + f;
        ewc->b[i] = online ? ewc->a[i] * theta : ewc->b[i] + f * theta;
    }
    ewc->max_a = kernel_max(ewc->a, ewc->n);
    ewc->n_anchors++;
}

static const real *importance(void *self)
{
    const struct ewc *ewc = self;
    return ewc->n_anchors ? ewc->a : NULL;
}

static double gauge(void *self, const struct learning *learning)
{
    const struct ewc *ewc = self;
    return ewc->n_anchors
               ? learning->lr * learning->params->value[PARAM_EWC_LAMBDA] * (double)ewc->max_a
               : (double)NAN;
}

bool ewc_is_unstable(const struct params *params, double gauge)
{
    return params->value[PARAM_EWC_FORM] == EWC_FORM_EXPLICIT && gauge >= 2;
}

static size_t bytes(void *self, const struct learning *learning)
{
    (void)learning;
    const struct ewc *ewc = self;
    return ewc->n_anchors ? 2 * ewc->n * sizeof(real) : 0;
}

static void status(void *self, const struct learning *learning, char *text, size_t size)
{
    (void)learning;
    const struct ewc *ewc = self;
    if (ewc->n_anchors == 0) {
        snprintf(text, size, "no anchor yet");
    } else {
        snprintf(text, size, "%d anchor%s", ewc->n_anchors, ewc->n_anchors > 1 ? "s" : "");
    }
}

const struct param param_ewc_lambda = {
    .name = "ewc.lambda",
    .title = "EWC lambda",
    PARAM_REAL(0.01, 1e6, 10),
    .factor = 1.5,
    .help = "pull of weights to their old values, by how they mattered",
};

static const char *const ewc_mode_words[] = {"separate", "online", NULL};
const struct param param_ewc_mode = {
    .name = "ewc.mode",
    .title = "EWC mode",
    PARAM_CHOICE(ewc_mode_words, EWC_MODE_SEPARATE),
    .help = "one penalty per task, or one at the last weights",
};

const struct param param_ewc_gamma = {
    .name = "ewc.gamma",
    .title = "EWC gamma",
    .needs = "ewc.mode=online",
    PARAM_REAL(0, 1, 1),
    .step = 0.05,
    .help = "how much old importance online EWC keeps at a new task",
};

static const char *const ewc_form_words[] = {"proximal", "explicit", NULL};
const struct param param_ewc_form = {
    .name = "ewc.form",
    .title = "EWC form",
    PARAM_CHOICE(ewc_form_words, EWC_FORM_PROXIMAL),
    .help = "proximal never explodes; explicit needs the gauge below 2",
};

static const char *const ewc_fisher_words[] = {"exact", "empirical", "sampled", NULL};
const struct param param_ewc_fisher = {
    .name = "ewc.fisher",
    .title = "EWC Fisher",
    PARAM_CHOICE(ewc_fisher_words, EWC_FISHER_EXACT),
    .help = "Fisher information over all, the true, or drawn labels",
};

const struct param param_ewc_samples = {
    .name = "ewc.samples",
    .title = "EWC samples",
    PARAM_INT(1, 100000, 1000),
    .factor = 2,
    .unit = "examples",
    .help = "examples on which the Fisher information is estimated",
};

const struct strategy strategy_ewc = {
    .name = "ewc",
    .title = "EWC",
    .summary = "finds the weights that matter to old tasks and holds them with springs",
    .about = "*EWC* finds the weights that matter to old tasks and holds them with springs: λ/2 Σ "
             "F (θ − θ*)².",
    .equation = "L + λ/2 Σ F (θ − θ*)²",
    .cost = "two vectors the size of the network, a Fisher estimate at each boundary, some "
            "plasticity",
    .source = "Kirkpatrick et al. 2017, arXiv:1612.00796",
    .is_observed = true,
    .knob = PARAM_EWC_LAMBDA,
    .sign = "λ ",
    .need = STRATEGY_NEEDS_ANCHOR,
    .then = "nothing is held",
    .create = create,
    .destroy = destroy,
    .archive = archive_state,
    .gradient = gradient,
    .has_gradient = has_gradient,
    .correct = correct,
    .prepare = prepare,
    .stage_end = stage_end,
    .importance = importance,
    .gauge = gauge,
    .bytes = bytes,
    .status = status,
};
