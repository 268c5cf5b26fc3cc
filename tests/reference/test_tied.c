/* SPDX-License-Identifier: MIT
 * The network that says its inputs again: its gradient against central differences, its loss over
 * outputs met so far against a sum written out, and its Fisher information. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "net/blas.h"
#include "net/network.h"

enum { ROWS = 9, INPUTS = 5, HIDDEN = 2, PARAMS = INPUTS * HIDDEN + INPUTS };

#ifdef OUBLI_DOUBLE
static const double tolerance = 1e-8, exact = 1e-12;
#else
static const double exact = 1e-5;
#endif

struct problem {
    struct network net;
    struct workspace ws;
    struct arena arena;
    real theta[PARAMS], x[ROWS * INPUTS];
    int labels[ROWS];
    struct range ranges[ROWS];
    struct targets of;
};

/* Rows of which features are often missing; of some not all outputs compete. */
static struct problem *problem_make(void)
{
    struct problem *p = calloc(1, sizeof *p);
    struct params params = params_default();
    struct err err = {0};
    size_t size = 0;
    cr_assert(p && blas_setup(NULL, &err), "%s", err.msg);
    params.value[PARAM_MODEL] = MODEL_TIED;
    cr_assert(param_parse(&params, PARAM_NET, "2", &err));
    cr_assert(network_init(&p->net, INPUTS, 0, INPUTS, &params, PARAMS, &err), "%s", err.msg);
    cr_assert_eq(p->net.n_params, PARAMS);
    cr_assert(workspace_size_add(&size, &p->net, ROWS) && arena_init(&p->arena, size, &err));
    workspace_init(&p->ws, &p->net, ROWS, &p->arena);
    network_draw(&p->net, p->theta, 4);
    struct rng rng = rng_stream(5, 78);
    for (int i = 0; i < PARAMS; i++) {
        p->theta[i] += (real)(0.3 * rng_unit(&rng));
    }
    for (int i = 0; i < ROWS; i++) {
        for (int j = 0; j < INPUTS; j++) {
            p->x[i * INPUTS + j] = rng_unit(&rng) < 0.5 ? (real)rng_unit(&rng) : 0;
        }
        p->ranges[i] = (struct range){0, i % 2 ? 2 : INPUTS};
    }
    p->of = (struct targets){p->labels, p->ranges, ROWS};
    return p;
}

static void problem_free(struct problem *p)
{
    arena_fini(&p->arena);
    free(p);
}

static double loss_of(struct problem *p)
{
    network_forward(&p->net, p->theta, p->x, ROWS, &p->ws);
    return network_loss(&p->net, &p->ws, &p->of);
}

/* Output j of row i, written out. */
static double output(const struct problem *p, int i, int j)
{
    const real *w = p->theta, *x = p->x + i * INPUTS;
    double z = (double)p->theta[INPUTS * HIDDEN + j];
    for (int k = 0; k < HIDDEN; k++) {
        double h = 0;
        for (int f = 0; f < INPUTS; f++) {
            h += (double)w[f * HIDDEN + k] * (double)x[f];
        }
        z += (double)w[j * HIDDEN + k] * h;
    }
    return fmax(z, 0);
}

static double squared(const struct problem *p, int i)
{
    double sum = 0;
    for (int j = 0; j < p->ranges[i].count; j++) {
        double error = output(p, i, j) - (double)p->x[i * INPUTS + j];
        sum += error * error;
    }
    return sum;
}

Test(tied, loss_is_the_squared_error_over_what_competes)
{
    enum { FIRST = 4 };
    struct problem *p = problem_make();
    double sum = 0, first = 0, loss = loss_of(p);
    for (int i = 0; i < ROWS; i++) {
        sum += squared(p, i);
        first += i < FIRST ? squared(p, i) : 0;
    }
    cr_expect_float_eq(loss, sum / ROWS, exact);
    double share = p->net.kind->loss->share(p->ws.dlogits, &p->of, FIRST, INPUTS);
    cr_expect_float_eq(share, first / FIRST, exact);
    cr_expect(fabs(share - loss) > 0.001, "nothing is tested");
    problem_free(p);
}

/* One feature at two levels, then another: by label, the second below 0. */
Test(tied, score_is_what_is_kept_of_each_label)
{
    const real x[] = {1, 0, 0.5, 0, 0, 1}, z[] = {0.5, 0.1, 0.5, 0, 1, 0};
    const int labels[] = {0, 0, 1};
    const struct range ranges[] = {{0, 2}, {0, 2}, {0, 2}};
    const struct targets of = {labels, ranges, 3};
    double kept = 1 - (0.25 + 0.01) / 1.25;
    cr_expect_float_eq(loss_of_inputs.score(z, x, &of, 2), 2 * kept, 1e-6);
    const struct range own[] = {{0, 1}, {0, 1}, {0, 1}};
    const struct targets less = {labels, own, 3};
    cr_expect_float_eq(loss_of_inputs.score(z, x, &less, 2), 2 * (1 - 0.25 / 1.25), 1e-6);
}

#ifdef OUBLI_DOUBLE
/* In float a difference wide enough to have digits would step over kinks. */
static double slope_of(struct problem *p, int i, double (*f)(struct problem *p))
{
    const double h = 1e-6;
    real kept = p->theta[i];
    p->theta[i] = kept + (real)h;
    double above = f(p);
    p->theta[i] = kept - (real)h;
    double below = f(p);
    p->theta[i] = kept;
    return (above - below) / (2 * h);
}

Test(tied, gradient_matches_central_differences)
{
    struct problem *p = problem_make();
    real grad[PARAMS];
    double largest = 0;
    loss_of(p);
    network_backward(&p->net, p->theta, ROWS, &p->ws, grad);
    for (int i = 0; i < PARAMS; i++) {
        double slope = slope_of(p, i, loss_of);
        cr_assert_float_eq((double)grad[i], slope, tolerance, "parameter %d", i);
        largest = fmax(largest, fabs(slope));
    }
    cr_assert_gt(largest, 0.05, "there was something to compare");
    problem_free(p);
}

/* The one product that is handed over is the gradient of W. */
static void take(void *context, const struct product *dw)
{
    real *grad = context;
    for (int i = 0; i < dw->m; i++) {
        for (int j = 0; j < dw->n; j++) {
            for (int l = 0; l < dw->k; l++) {
                grad[i * dw->n + j] += dw->a[l * dw->m + i] * dw->b[l * dw->n + j];
            }
        }
    }
}

Test(tied, hands_the_gradient_of_its_weights_over_as_a_product)
{
    struct problem *p = problem_make();
    real grad[PARAMS], taken[PARAMS] = {0};
    const struct product_taker taker = {take, taken};
    loss_of(p);
    network_backward(&p->net, p->theta, ROWS, &p->ws, grad);
    loss_of(p);
    p->ws.taker = &taker;
    network_backward(&p->net, p->theta, ROWS, &p->ws, (real[PARAMS]){0});
    for (int i = 0; i < INPUTS * HIDDEN; i++) {
        cr_expect_float_eq(grad[i], taken[i], exact);
    }
    problem_free(p);
}

/* ---- the Fisher information ---- */

static int asked_output; /* of the row below */
static int asked_row;

static double asked(struct problem *p)
{
    return output(p, asked_row, asked_output);
}

/* sum_j 2 (dz_j / d theta)^2 over the outputs that compete. */
Test(tied, slopes_of_all_outputs_add_up_to_the_fisher_information)
{
    struct problem *p = problem_make();
    const struct loss *loss = p->net.kind->loss;
    for (asked_row = 0; asked_row < ROWS; asked_row++) {
        double sums[PARAMS] = {0}, truth[PARAMS] = {0}, largest = 0;
        const struct targets of = {p->labels, &p->ranges[asked_row], 1};
        for (int j = 0; j < INPUTS; j++) {
            real grad[PARAMS];
            network_forward(&p->net, p->theta, p->x + asked_row * INPUTS, 1, &p->ws);
            loss->slope(p->ws.dlogits, p->ws.logits, p->ws.x, &of, j, INPUTS);
            network_backward(&p->net, p->theta, 1, &p->ws, grad);
            asked_output = j;
            for (int i = 0; i < PARAMS; i++) {
                double slope = j < p->ranges[asked_row].count ? slope_of(p, i, asked) : 0;
                sums[i] += (double)grad[i] * (double)grad[i];
                truth[i] += 2 * slope * slope;
            }
        }
        for (int i = 0; i < PARAMS; i++) {
            cr_assert_float_eq(sums[i], truth[i], tolerance * 10, "row %d, parameter %d", asked_row,
                               i);
            largest = fmax(largest, truth[i]);
        }
        cr_assert(largest > 0.05 || asked_row > 0, "there was something to compare");
    }
    problem_free(p);
}
#endif
