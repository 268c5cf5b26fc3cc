/* SPDX-License-Identifier: MIT
 * Gradients against central differences: of the network, of the loss, of every penalty, of LoRA's
 * two matrices; and first numbers against the reference (gold_unit.tsv).
 *
 * Built in double and in float: a difference of two losses has few digits left in float, so that
 * build only catches what is plainly wrong. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "net/blas.h"
#include "net/kernels.h"
#include "net/loss.h"
#include "net/network.h"
#include "strategies/ewc.h"
#include "strategies/fisher.h"
#include "strategies/table.h"
#include "support/study.h"
#include "support/table.h"
#include "support/tensors.h"

#ifdef OUBLI_DOUBLE
static const double h = 1e-6;              /* half a central difference */
static const double tolerance = 2e-8;      /* of a gradient whose entries are about 0.01 to 1 */
static const double sum_tolerance = 1e-11; /* relative, of sums taken in another order */
static const double printed_tolerance = 2e-12;
#else
static const double h = 1e-2;
static const double tolerance = 4e-3;
static const double sum_tolerance = 2e-5;
static const double printed_tolerance = 2e-6;
#endif

static void fill(struct rng *rng, real *x, size_t n, double scale)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = (real)((2 * rng_unit(rng) - 1) * scale);
    }
}

enum { ROWS = 7, INPUTS = 6, OUTPUTS = 5, ROOM = 4096 };

/* A network on random rows, each with its own range of competing outputs. */
struct problem {
    struct network net;
    struct workspace ws;
    struct arena arena;
    real theta[ROOM], x[ROWS * INPUTS];
    int labels[ROWS];
    struct range ranges[ROWS];
};

static struct problem *problem_make(const char *hidden, enum activation activation)
{
    struct problem *p = calloc(1, sizeof *p);
    struct params params = params_default();
    struct err err = {0};
    size_t size = 0;
    cr_assert(blas_setup(NULL, &err), "%s", err.msg);
    cr_assert(p && param_parse(&params, PARAM_NET, hidden, &err));
    params.value[PARAM_ACTIVATION] = activation;
    cr_assert(network_init(&p->net, INPUTS, 0, OUTPUTS, &params, ROOM, &err), "%s", err.msg);
    cr_assert(workspace_size_add(&size, &p->net, ROWS) && arena_init(&p->arena, size, &err));
    workspace_init(&p->ws, &p->net, ROWS, &p->arena);
    network_draw(&p->net, p->theta, 11);
    struct rng rng = rng_stream(5, 77);
    fill(&rng, p->x, ROWS * INPUTS, 2);
    for (int i = 0; i < ROWS; i++) {
        p->ranges[i].first = rng_below(&rng, OUTPUTS - 1);
        p->ranges[i].count = 2 + rng_below(&rng, OUTPUTS - p->ranges[i].first - 1);
        p->labels[i] = p->ranges[i].first + rng_below(&rng, p->ranges[i].count);
    }
    return p;
}

static void problem_free(struct problem *p)
{
    arena_fini(&p->arena);
    free(p);
}

static double problem_loss(struct problem *p)
{
    network_forward(&p->net, p->theta, p->x, ROWS, &p->ws);
    return loss_cross_entropy(p->ws.dlogits, p->ws.logits, p->labels, p->ranges, ROWS, OUTPUTS);
}

static const char *const nets[] = {"0", "8", "7,9", "6,5,8"};

static void check_network_gradient(const char *hidden, enum activation activation)
{
    struct problem *p = problem_make(hidden, activation);
    static real grad[ROOM];
    double largest = 0;
    problem_loss(p);
    network_backward(&p->net, p->theta, ROWS, &p->ws, grad);
    for (size_t i = 0; i < p->net.n_params; i++) {
        real kept = p->theta[i];
        p->theta[i] = kept + (real)h;
        double above = problem_loss(p), up = (double)p->theta[i];
        p->theta[i] = kept - (real)h;
        double below = problem_loss(p), down = (double)p->theta[i];
        p->theta[i] = kept;
        double slope = (above - below) / (up - down);
        cr_assert(fabs(slope - (double)grad[i]) < tolerance, "net %s, parameter %zu: %g, slope %g",
                  hidden, i, (double)grad[i], slope);
        largest = fmax(largest, fabs(slope));
    }
    cr_assert(largest > 0.01, "there was something to compare");
    problem_free(p);
}

Test(gradients, network_tanh_matches_central_differences)
{
    for (int i = 0; i < 4; i++) {
        check_network_gradient(nets[i], ACTIVATION_TANH);
    }
}

#ifdef OUBLI_DOUBLE
/* In float a difference wide enough to have digits would step over kinks. */
Test(gradients, network_relu_matches_central_differences)
{
    for (int i = 0; i < 4; i++) {
        check_network_gradient(nets[i], ACTIVATION_RELU);
    }
}
#endif

Test(gradients, loss_matches_central_differences)
{
    struct problem *p = problem_make("0", ACTIVATION_RELU);
    real z[ROWS * OUTPUTS], dz[ROWS * OUTPUTS], unused[ROWS * OUTPUTS];
    struct rng rng = rng_stream(1, 1);
    fill(&rng, z, ROWS * OUTPUTS, 3);
    loss_cross_entropy(dz, z, p->labels, p->ranges, ROWS, OUTPUTS);
    for (int i = 0; i < ROWS * OUTPUTS; i++) {
        int column = i % OUTPUTS;
        const struct range *range = &p->ranges[i / OUTPUTS];
        bool competes = column >= range->first && column < range->first + range->count;
        real kept = z[i];
        z[i] = kept + (real)h;
        double above = loss_cross_entropy(unused, z, p->labels, p->ranges, ROWS, OUTPUTS);
        z[i] = kept - (real)h;
        double below = loss_cross_entropy(unused, z, p->labels, p->ranges, ROWS, OUTPUTS);
        z[i] = kept;
        cr_expect(fabs((above - below) / (2 * h) - (double)dz[i]) < tolerance);
        cr_expect(competes || dz[i] == 0, "an output that does not compete gets no gradient");
    }
    problem_free(p);
}

/* One row at a time: the squares of its gradient, summed. */
Test(gradients, backward_squares_is_the_sum_over_rows)
{
    for (int a = 0; a < 2; a++) {
        struct problem *p = problem_make("7,9", (enum activation)a);
        static real sums[ROOM], grad[ROOM];
        static double wanted[ROOM];
        memset(sums, 0, sizeof sums);
        memset(wanted, 0, sizeof wanted);
        for (int i = 0; i < ROWS; i++) {
            network_forward(&p->net, p->theta, p->x + i * INPUTS, 1, &p->ws);
            loss_cross_entropy(p->ws.dlogits, p->ws.logits, p->labels + i, p->ranges + i, 1,
                               OUTPUTS);
            network_backward(&p->net, p->theta, 1, &p->ws, grad);
            for (size_t k = 0; k < p->net.n_params; k++) {
                wanted[k] += (double)grad[k] * (double)grad[k];
            }
        }
        problem_loss(p);
        kernel_scale(p->ws.dlogits, ROWS, ROWS * OUTPUTS); /* of each row, not of the mean */
        network_squares_begin(&p->net, ROWS, &p->ws);
        network_squares_add(&p->net, p->theta, ROWS, &p->ws, sums);
        network_squares_end(&p->net, ROWS, &p->ws, sums);
        for (size_t k = 0; k < p->net.n_params; k++) {
            cr_assert(fabs((double)sums[k] - wanted[k]) <= sum_tolerance * (1 + wanted[k]));
        }
        problem_free(p);
    }
}

/* ---- penalties: through the hooks of the strategies, on weights and a gradient of our own --- */

enum { ANCHORS = 2 };

/* A strategy with state. */
struct hooked {
    real *anchor[ANCHORS], *importance[ANCHORS]; /* (P) as it had them; importance: or NULL */
    const struct strategy *strategy;
    struct study study;
    struct params params;
    struct workspace spare;
    struct arena arena;
    struct learning learning;
    struct optimizer optimizer;
    real *theta, *grad, *spare_x;
    void *state;
};

static struct hooked *hooked_make(const char *name, const char *settings)
{
    struct hooked *hooked = calloc(1, sizeof *hooked);
    struct err err = {0};
    size_t size = 0;
    hooked->strategy = strategy_at(strategy_find(name));
    hooked->study = study_open("permuted", 3, 0, settings);
    hooked->params = hooked->study.config.params;
    const struct network *net = learner_network(hooked->study.learner);
    size_t n = net->n_params;
    cr_assert(workspace_size_add(&size, net, 128) && arena_init(&hooked->arena, size, &err));
    workspace_init(&hooked->spare, net, 128, &hooked->arena);
    hooked->theta = calloc(n, sizeof(real));
    hooked->grad = calloc(n, sizeof(real));
    hooked->spare_x = calloc(128 * (size_t)net->n_inputs, sizeof(real));
    hooked->optimizer = (struct optimizer){.kind = OPTIMIZER_SGD, .n = n};
    hooked->learning = (struct learning){.net = net,
                                         .suite = hooked->study.suite,
                                         .params = &hooked->params,
                                         .theta = hooked->theta,
                                         .grad = hooked->grad,
                                         .spare = &hooked->spare,
                                         .spare_x = hooked->spare_x,
                                         .optimizer = &hooked->optimizer,
                                         .lr = hooked->params.value[PARAM_LR]};
    hooked->state = hooked->strategy->create(&hooked->learning, &err);
    cr_assert_not_null(hooked->state, "%s", err.msg);
    network_draw(net, hooked->theta, 3);
    return hooked;
}

static void hooked_free(struct hooked *hooked)
{
    hooked->strategy->destroy(hooked->state);
    arena_fini(&hooked->arena);
    for (int t = 0; t < ANCHORS; t++) {
        free(hooked->anchor[t]);
        free(hooked->importance[t]);
    }
    free(hooked->theta);
    free(hooked->grad);
    free(hooked->spare_x);
    study_close(&hooked->study);
    free(hooked);
}

static real *copy_of(const real *x, size_t n)
{
    real *copy = malloc(n * sizeof *copy);
    return memcpy(copy, x, n * sizeof *copy);
}

/* Two anchors, then weights that are neither. */
static void hooked_anchor(struct hooked *hooked)
{
    struct rng rng = rng_stream(9, 9);
    size_t n = hooked->learning.net->n_params;
    for (int t = 0; t < ANCHORS; t++) {
        hooked->learning.stage = hooked->learning.task = t;
        hooked->strategy->stage_end(hooked->state, &hooked->learning);
        hooked->anchor[t] = copy_of(hooked->theta, n);
        if (hooked->strategy->importance) {
            hooked->importance[t] = copy_of(hooked->strategy->importance(hooked->state), n);
        }
        for (size_t i = 0; i < n; i++) {
            hooked->theta[i] += (real)(0.4 * rng_unit(&rng) - 0.2);
        }
    }
}

/* lambda/2 sum_k F_k |theta - theta_k|^2 over the anchors; online and L2: the last alone. */
static double penalty_of(const struct hooked *hooked)
{
    const double *value = hooked->params.value;
    bool is_ewc = strcmp(hooked->strategy->name, "ewc") == 0;
    bool has_all = is_ewc && !(value[PARAM_EWC_MODE] > 0);
    double sum = 0;
    for (size_t i = 0; i < hooked->learning.net->n_params; i++) {
        for (int k = has_all ? 0 : ANCHORS - 1; k < ANCHORS; k++) {
            double d = (double)hooked->theta[i] - (double)hooked->anchor[k][i];
            double before = has_all && k > 0 ? (double)hooked->importance[k - 1][i] : 0;
            sum += (is_ewc ? (double)hooked->importance[k][i] - before : 1) * d * d;
        }
    }
    return value[is_ewc ? PARAM_EWC_LAMBDA : PARAM_L2_LAMBDA] / 2 * sum;
}

static void check_penalty(const char *name, const char *settings)
{
    struct hooked *hooked = hooked_make(name, settings);
    size_t n = hooked->learning.net->n_params;
    hooked->strategy->gradient(hooked->state, &hooked->learning, NULL);
    for (size_t i = 0; i < n; i++) {
        cr_assert(hooked->grad[i] == 0, "%s: no anchor, no penalty", name);
    }
    hooked_anchor(hooked);
    hooked->strategy->gradient(hooked->state, &hooked->learning, NULL);
    double step = 1e-3, largest = 0; /* the penalty is a parabola: any step will do */
    for (size_t i = 0; i < n; i++) {
        real kept = hooked->theta[i];
        hooked->theta[i] = kept + (real)step;
        double above = penalty_of(hooked), up = (double)hooked->theta[i];
        hooked->theta[i] = kept - (real)step;
        double below = penalty_of(hooked), down = (double)hooked->theta[i];
        hooked->theta[i] = kept;
        double slope = (above - below) / (up - down);
        largest = fmax(largest, fabs(slope));
        cr_assert(fabs(slope - (double)hooked->grad[i]) < 100 * tolerance * (1 + fabs(slope)),
                  "%s %s, parameter %zu: %g, slope %g", name, settings, i, (double)hooked->grad[i],
                  slope);
    }
    cr_assert(largest > 1, "%s: there was something to compare (%g)", name, largest);
    hooked_free(hooked);
}

Test(gradients, ewc_penalty_matches_central_differences)
{
    check_penalty("ewc", "net=4,3 on=ewc ewc.form=explicit ewc.lambda=300");
    check_penalty("ewc",
                  "net=4,3 on=ewc ewc.form=explicit ewc.lambda=300 ewc.mode=online ewc.gamma=0.5");
    check_penalty("ewc", "net=4,3 on=ewc ewc.form=explicit ewc.lambda=300 ewc.fisher=empirical");
}

Test(gradients, l2_penalty_matches_central_differences)
{
    check_penalty("l2", "net=4,3 on=l2 l2.lambda=10");
}

/* d/dtheta [ |theta - before|^2 / 2 + lr penalty(theta) ] = 0: what `gradient` adds is the
 * slope. */
Test(gradients, proximal_step_minimises_penalty_plus_distance)
{
    struct hooked *hooked = hooked_make("ewc", "net=4,3 on=ewc ewc.lambda=5000 lr=0.05");
    hooked_anchor(hooked);
    size_t n = hooked->learning.net->n_params;
    real *before = study_keep(&hooked->study);
    memcpy(before, hooked->theta, n * sizeof(real));
    hooked->strategy->gradient(hooked->state, &hooked->learning, NULL);
    hooked->strategy->correct(hooked->state, &hooked->learning, 0, NULL);
    hooked->params.value[PARAM_EWC_FORM] = EWC_FORM_EXPLICIT;
    memset(hooked->grad, 0, n * sizeof(real));
    hooked->strategy->gradient(hooked->state, &hooked->learning, NULL);
    double moved = 0;
    for (size_t i = 0; i < n; i++) {
        double distance = (double)(hooked->theta[i] - before[i]);
        double slope = distance + hooked->learning.lr * (double)hooked->grad[i];
        cr_assert(fabs(slope) < 100 * tolerance, "parameter %zu: %g", i, slope);
        moved = fmax(moved, fabs(distance));
    }
    cr_assert(moved > 0.05);
    free(before);
    hooked_free(hooked);
}

/* ---- LoRA ----------------------------------------------------------------------------------- */

/* With a rank that is full and SGD, one step on A and B from B = 0 changes W by
 *   -lr s^2 (dW A') A      s = alpha / r, and A not at all in the first step.
 * The second step moves both; it is held against the same step written out over A and B. */
struct matrices {
    int in, out, r;
    double s;
    double a[8][64], b[64][8]; /* A (r, in), B (out, r) */
};

static void draw_matrices(struct matrices *m, struct rng *rng)
{
    for (int k = 0; k < m->r; k++) {
        for (int i = 0; i < m->in; i++) {
            m->a[k][i] = (double)(real)((2 * rng_unit(rng) - 1) / sqrt(m->in));
        }
    }
    memset(m->b, 0, sizeof m->b);
}

static void step_matrices(struct matrices *m, const real *dw, double lr)
{
    static double da[8][64], db[64][8];
    memset(da, 0, sizeof da);
    memset(db, 0, sizeof db);
    for (int o = 0; o < m->out; o++) {
        for (int i = 0; i < m->in; i++) {
            double d = m->s * (double)dw[(size_t)i * m->out + o];
            for (int k = 0; k < m->r; k++) {
                da[k][i] += m->b[o][k] * d;
                db[o][k] += d * m->a[k][i];
            }
        }
    }
    for (int k = 0; k < m->r; k++) {
        for (int i = 0; i < m->in; i++) {
            m->a[k][i] -= lr * da[k][i];
        }
        for (int o = 0; o < m->out; o++) {
            m->b[o][k] -= lr * db[o][k];
        }
    }
}

static double weight_of(const struct matrices *m, const real *base, int i, int o)
{
    double w = (double)base[(size_t)i * m->out + o];
    for (int k = 0; k < m->r; k++) {
        w += m->s * m->b[o][k] * m->a[k][i];
    }
    return w;
}

enum { LORA_STEPS = 12 };

Test(gradients, lora_step_is_the_chain_rule_written_out)
{
    struct study study =
        study_open("permuted", 2, 4, "net=9 on=lora lora.rank=3 lora.alpha=6 lr=0.2");
    study_stage(&study, 0, 0, 30);
    study_begin(&study, 1, 1);
    const struct network *net = learner_network(study.learner);
    real *base = study_keep(&study);
    struct rng rng = rng_stream(4, rng_stream_lora(1));
    struct matrices *m = calloc(2, sizeof *m);
    for (int l = 0; l < 2; l++) {
        m[l].in = net->parts[l].rows;
        m[l].out = net->parts[l].cols;
        m[l].r = 3;
        m[l].s = 2;
        draw_matrices(&m[l], &rng);
    }
    double moved = 0;
    learner_keep_gradient(study.learner, true);
    for (int step = 0; step < LORA_STEPS; step++) {
        study_steps(&study, 1); /* learner_gradient is that of the dense weights it just used */
        for (int l = 0; l < 2; l++) {
            step_matrices(&m[l], learner_gradient(study.learner) + net->parts[l].at, 0.2);
            const real *w = learner_theta(study.learner) + net->parts[l].at;
            for (int i = 0; i < m[l].in; i++) {
                for (int o = 0; o < m[l].out; o++) {
                    double ours = (double)w[(size_t)i * m[l].out + o];
                    double wanted = weight_of(&m[l], base + net->parts[l].at, i, o);
                    cr_assert(fabs(ours - wanted) < 10 * sum_tolerance, "step %d layer %d: %g, %g",
                              step, l, ours, wanted);
                    moved = fmax(moved,
                                 fabs(wanted - (double)base[net->parts[l].at + i * m[l].out + o]));
                }
            }
        }
    }
    cr_assert(moved > 0.05, "it learns (%g)", moved);
    free(m);
    free(base);
    study_close(&study);
}

/* ---- first numbers of the reference --------------------------------------------------------- */

static double unit_number(const char *name, int i)
{
    struct table *table = table_open("gold_unit.tsv");
    const char *keys[] = {name, NULL};
    int row = table_find(table, 0, keys);
    cr_assert(row >= 0, "%s", name);
    char *rest = table->fields[row][1] + strspn(table->fields[row][1], "['");
    double x = strtod(rest, &rest);
    for (; i > 0; i--) {
        rest += strspn(rest, "', ");
        x = strtod(rest, &rest);
    }
    table_close(table);
    return x;
}

static void expect_near(double ours, double theirs, const char *what)
{
    cr_expect(fabs(ours - theirs) <= printed_tolerance * fmax(1, fabs(theirs)),
              "%s: %.15g, reference %.15g", what, ours, theirs);
}

Test(reference_numbers, weights_first_loss_and_gradient)
{
    struct study study = study_open("permuted", 5, 0, "");
    const struct network *net = learner_network(study.learner);
    cr_expect_eq((double)study_size(&study), unit_number("n_params", 0));
    expect_near(study_norm(&study), unit_number("init_norm", 0), "norm");
    for (int i = 0; i < 4; i++) { /* W_1[0][i] of the reference, outputs first, is ours [i][0] */
        real w = learner_theta(study.learner)[net->parts[0].at + (size_t)i * net->parts[0].stride];
        expect_near((double)w, unit_number("init_W1_first4", i), "W1");
    }
    /* The first 32 training rows in file order. */
    static real x[32 * 64];
    int labels[32], index[32];
    suite_rows(study.suite, 0, SPLIT_TRAIN, 0, 32, x, labels);
    struct batch batch = {.n = 32, .task = 0, .x = x, .labels = labels, .index = index};
    learner_stage_begin(study.learner, 0, 0);
    double loss = learner_step(study.learner, &batch);
    expect_near(loss, unit_number("loss_first32_task0_at_init", 0), "loss");
    double norm = sqrt(kernel_sum_squares(learner_gradient(study.learner), study_size(&study)));
    expect_near(norm, unit_number("gradnorm_first32_task0_at_init", 0), "gradient's norm");
    study_close(&study);
}

Test(reference_numbers, one_step_of_adam)
{
    struct study study = study_open("permuted", 5, 0, "optimizer=adam lr=0.001");
    static real x[32 * 64];
    int labels[32], index[32];
    suite_rows(study.suite, 0, SPLIT_TRAIN, 0, 32, x, labels);
    struct batch batch = {.n = 32, .task = 0, .x = x, .labels = labels, .index = index};
    learner_stage_begin(study.learner, 0, 0);
    learner_step(study.learner, &batch);
    expect_near(study_norm(&study), unit_number("P_norm_after_1_adam_step", 0), "norm");
    double loss = learner_step(study.learner, &batch);
    expect_near(loss, unit_number("loss_after_1_adam_step", 0), "loss");
    study_close(&study);
}

static void check_fisher(const char *settings, const char *name)
{
    struct study study = study_open("permuted", 5, 0, settings);
    learner_stage_begin(study.learner, 0, 0);
    learner_consolidate(study.learner);
    const real *fisher = learner_importance(study.learner);
    double sum = 0, max = 0;
    for (size_t i = 0; i < study_size(&study); i++) {
        sum += (double)fisher[i];
        max = fmax(max, (double)fisher[i]);
    }
    expect_near(sum, unit_number(name, 0), name);
    expect_near(max, unit_number(name, 1), name);
    study_close(&study);
}

/* On the sample of stage 0, task 0: stream 104. */
/* The information at initial weights, by the network's own squares or example by example. */
static real *estimate_fisher(const char *over, bool has_squares)
{
    char settings[64];
    snprintf(settings, sizeof settings, "net=6 ewc.samples=300 ewc.fisher=%s", over);
    struct hooked *hooked = hooked_make("ewc", settings);
    struct network net = *hooked->learning.net;
    struct network_kind kind = *net.kind;
    kind.squares_begin = NULL;
    kind.squares_add = NULL;
    kind.squares_end = NULL;
    net.kind = has_squares ? net.kind : &kind;
    hooked->learning.net = &net;
    real *fisher = calloc(net.n_params, sizeof *fisher);
    real *gradient = has_squares ? NULL : calloc(net.n_params, sizeof *gradient);
    int *order = calloc((size_t)suite_max_train(hooked->study.suite), sizeof *order);
    struct fisher estimate;
    fisher_begin(&estimate, &hooked->learning, fisher, gradient, order);
    while (fisher_go_on(&estimate, &hooked->learning)) {
    }
    hooked->learning.net = learner_network(hooked->study.learner);
    hooked_free(hooked);
    free(gradient);
    free(order);
    return fisher;
}

static double sum_of(const real *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)x[i];
    }
    return sum;
}

Test(fisher, is_the_same_example_by_example)
{
    static const char *const over[] = {"exact", "empirical", "sampled"};
    enum { P = 64 * 6 + 6 + 6 * 10 + 10 };
    double sums[3];
    for (int k = 0; k < 3; k++) {
        real *at_once = estimate_fisher(over[k], true),
             *one_by_one = estimate_fisher(over[k], false);
        sums[k] = sum_of(at_once, P);
        for (int i = 0; i < P; i++) {
            double wanted = (double)at_once[i];
            cr_assert(fabs((double)one_by_one[i] - wanted) <= sum_tolerance * (1e-3 + wanted),
                      "%s, parameter %d: %g, at once %g", over[k], i, (double)one_by_one[i],
                      wanted);
        }
        free(at_once);
        free(one_by_one);
    }
    cr_expect(fabs(sums[2] / sums[0] - 1) < 0.1, "drawn labels: the mean over all, but for noise");
    cr_expect(sums[2] != sums[0] && sums[2] != sums[1]);
}

Test(reference_numbers, fisher_exact)
{
    check_fisher("on=ewc", "fisher_exact_init_n1000_sum_max");
}
Test(reference_numbers, fisher_empirical)
{
    check_fisher("on=ewc ewc.fisher=empirical", "fisher_empirical_init_n1000_sum_max");
}
