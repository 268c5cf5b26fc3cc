/* SPDX-License-Identifier: MIT
 * What each probe says of a small perceptron, against the plainest way to compute it: loops over
 * examples and units, in double. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/measure.h"
#include "lab/probe.h"
#include "lab/putback.h"
#include "support/study.h"

enum { N_TASKS = 3, INPUTS = 64, LAYERS = 3, WIDEST = 64, STEPS = 60, ROWS_MOST = 400 };

static const double near = 2e-4; /* floats, and sums of many */

/* A learner that has two tasks behind it and is in its third. */
struct seen {
    struct study study;
    struct probing *room;
    real *end[N_TASKS], *start, *importance;
    struct ends ends;
    struct probed probed;
    struct findings findings;
};

static struct seen see(const char *suite, const char *settings)
{
    struct seen seen = {.study = study_open(suite, N_TASKS, 1, settings)};
    struct study *study = &seen.study;
    for (int t = 0; t < N_TASKS - 1; t++) {
        study_stage(study, t, t, STEPS);
        seen.end[t] = study_keep(study);
        ends_keep(&seen.ends, t, t, seen.end[t], study_size(study), N_TASKS);
    }
    study_begin(study, 2, 2);
    seen.start = study_keep(study);
    cr_assert(study_steps(study, STEPS / 4));
    seen.room = probing_create(learner_network(study->learner), study->suite, NULL);
    return seen;
}

/* What the probe says on its turn. */
static void ask(struct seen *seen, enum probe_id id, int turn)
{
    seen->probed = (struct probed){.learner = seen->study.learner,
                                   .suite = seen->study.suite,
                                   .stage = 2,
                                   .task = 2,
                                   .stage_start = seen->start,
                                   .importance = seen->importance,
                                   .turn = turn,
                                   .room = seen->room,
                                   .n_tasks = N_TASKS,
                                   .ends = &seen->ends};
    seen->findings.n = 0;
    seen->findings.probe = id;
    cr_expect_gt(probe_cost(probe_at(id), &seen->probed), 0);
    probe_take(probe_at(id), &seen->probed, &seen->findings);
}

/* Value number i that was said of a task; it must be there. */
static double said(const struct seen *seen, int task, int i)
{
    const struct probe *probe = probe_at(seen->findings.probe);
    for (int k = 0; k < seen->findings.n; k++) {
        if (seen->findings.all[k].i == probe_number(probe, task, i)) {
            return seen->findings.all[k].value;
        }
    }
    cr_assert_fail("%s: task %d, value %d is said", probe->name, task, i);
    return 0;
}

static void forget(struct seen *seen)
{
    for (int t = 0; t < N_TASKS; t++) {
        free(seen->end[t]);
    }
    ends_fini(&seen->ends);
    free(seen->start);
    free(seen->importance);
    findings_fini(&seen->findings);
    probing_destroy(seen->room);
    study_close(&seen->study);
}

/* ---- the plain network ---------------------------------------------------------------------- */

/* Activations a[l] of one example x, l = 1, 2: units; 3: logits. */
static void run(const struct seen *seen, const double *theta, const real *x,
                double a[LAYERS + 1][WIDEST])
{
    const struct network *net = learner_network(seen->study.learner);
    for (int i = 0; i < INPUTS; i++) {
        a[0][i] = (double)x[i];
    }
    for (int l = 0; l < LAYERS; l++) {
        const struct tensor *w = &net->tensors[2 * l], *b = &net->tensors[2 * l + 1];
        for (int o = 0; o < w->cols; o++) {
            double z = theta[b->at + (size_t)o];
            for (int i = 0; i < w->rows; i++) {
                z += a[l][i] * theta[w->at + (size_t)(i * w->cols + o)];
            }
            a[l + 1][o] = l < LAYERS - 1 && z < 0 ? 0 : z;
        }
    }
}

static double *as_double(const struct seen *seen, const real *theta)
{
    size_t n = study_size(&seen->study);
    double *x = malloc(n * sizeof *x);
    for (size_t i = 0; i < n; i++) {
        x[i] = (double)theta[i];
    }
    return x;
}

static int width_of(const struct seen *seen, int layer)
{
    return learner_network(seen->study.learner)->tensors[2 * layer].cols;
}

/* -ln p(label), all the task's outputs competing; p (outputs) of them. */
static double loss_of(const struct seen *seen, int task, const double *z, int label, double *p)
{
    const struct task *of = suite_task(seen->study.suite, task);
    double sum = 0;
    for (int c = of->first_output; c < of->first_output + of->n_outputs; c++) {
        sum += exp(z[c]);
    }
    for (int c = of->first_output; c < of->first_output + of->n_outputs; c++) {
        p[c] = exp(z[c]) / sum;
    }
    return log(sum) - z[label];
}

/* Mean over every stride-th example of a split, `most` at most. */
static double mean_loss(const struct seen *seen, const double *theta,
                        const struct probing_examples *of)
{
    double sum = 0, a[LAYERS + 1][WIDEST], p[WIDEST];
    int n = probing_count(seen->study.suite, of);
    for (int i = 0; i < n; i++) {
        real x[INPUTS];
        int label = suite_example(seen->study.suite, of->task, of->split, i * of->stride, x);
        run(seen, theta, x, a);
        sum += loss_of(seen, of->task, a[LAYERS], label, p) / n;
    }
    return sum;
}

/* h (n, width) of a layer on test examples, `most` at most; how many those are. */
static int hidden(const struct seen *seen, const real *weights, int task, int most, int layer,
                  real *h)
{
    struct probing_examples of = probing_tests(seen->study.suite, task, most);
    double a[LAYERS + 1][WIDEST], *theta = as_double(seen, weights);
    int n = probing_count(seen->study.suite, &of), width = width_of(seen, layer);
    for (int i = 0; i < n; i++) {
        real x[INPUTS];
        suite_example(seen->study.suite, task, SPLIT_TEST, i * of.stride, x);
        run(seen, theta, x, a);
        for (int u = 0; u < width; u++) {
            h[i * width + u] = (real)a[layer + 1][u];
        }
    }
    free(theta);
    return n;
}

/* ---- activations ---------------------------------------------------------------------------- */

static const char small[] = "net=12,9 lr=0.3 observed=ewc ewc.samples=40";

Test(probe_values, dead_units_and_rank_are_of_the_present_task)
{
    struct seen seen = see("permuted", small);
    real h[ROWS_MOST * WIDEST];
    for (int l = 0; l < LAYERS - 1; l++) {
        int n = hidden(&seen, learner_theta(seen.study.learner), 2, 128, l, h);
        ask(&seen, PROBE_DEAD, 0);
        cr_expect_float_eq(said(&seen, 0, l), measure_dead_share(h, n, width_of(&seen, l)), 1e-9);
        ask(&seen, PROBE_RANK, 0);
        cr_expect_float_eq(said(&seen, 0, l), measure_effective_rank(h, n, width_of(&seen, l)),
                           near);
    }
    forget(&seen);
}

Test(probe_values, likeness_and_response_are_of_earlier_tasks_in_turn)
{
    struct seen seen = see("permuted", small);
    static real before[ROWS_MOST * WIDEST], after[ROWS_MOST * WIDEST];
    for (int turn = 0; turn < 3; turn++) {
        int task = turn % 2;
        for (int l = 0; l < LAYERS; l++) {
            int width = width_of(&seen, l);
            int n = hidden(&seen, seen.end[task], task, 128, l, before);
            hidden(&seen, learner_theta(seen.study.learner), task, 128, l, after);
            ask(&seen, PROBE_CKA, turn);
            cr_expect_float_eq(said(&seen, task, l), measure_cka(before, width, after, width, n),
                               near);
            cr_expect_eq(seen.findings.n, LAYERS, "one task at a time");
            ask(&seen, PROBE_RESPONSE, turn);
            cr_expect_float_eq(said(&seen, task, l),
                               measure_moved(after, before, (size_t)(n * width)), near);
        }
    }
    forget(&seen);
}

Test(probe_values, selectivity_is_over_all_tasks_so_far)
{
    struct seen seen = see("permuted", small);
    real h[ROWS_MOST * WIDEST];
    double means[N_TASKS * WIDEST];
    ask(&seen, PROBE_SELECTIVITY, 0);
    for (int l = 0; l < LAYERS - 1; l++) {
        int width = width_of(&seen, l);
        memset(means, 0, sizeof means);
        for (int t = 0; t < N_TASKS; t++) {
            int n = hidden(&seen, learner_theta(seen.study.learner), t, 32, l, h);
            for (int i = 0; i < n * width; i++) {
                means[t * width + i % width] += (double)h[i] / n;
            }
        }
        cr_expect_float_eq(said(&seen, 0, l), measure_selectivity(means, N_TASKS, width), near);
    }
    forget(&seen);
}

/* ---- answers -------------------------------------------------------------------------------- */

Test(probe_values, put_back_is_that_of_the_bars)
{
    struct seen seen = see("permuted", small);
    size_t n = study_size(&seen.study);
    real *scratch = malloc(n * sizeof *scratch);
    for (int task = 0; task < 2; task++) {
        struct putback_scores scores;
        struct probing_examples of = probing_tests(seen.study.suite, task, 128);
        putback_measure(&scores, seen.study.learner, learner_theta(seen.study.learner),
                        seen.end[task], task, of.stride, scratch);
        ask(&seen, PROBE_PUTBACK, task);
        cr_expect_eq(seen.findings.n, scores.n_modules);
        for (int m = 0; m < scores.n_modules; m++) {
            cr_expect_float_eq(said(&seen, task, m), scores.with[m], 1e-9);
        }
    }
    free(scratch);
    forget(&seen);
}

/* Among the classes of its task. */
static bool is_best(const struct seen *seen, int task, const double *z, int label)
{
    int first, n;
    bool is_best = true;
    suite_classes(seen->study.suite, task, &first, &n);
    for (int c = first; c < first + n; c++) {
        is_best &= z[label] >= z[c];
    }
    return is_best;
}

Test(probe_values, own_outputs_and_their_mass_are_where_tasks_have_some)
{
    struct seen seen = see("split", small);
    double a[LAYERS + 1][WIDEST], p[WIDEST], mass[N_TASKS] = {0}, sum = 0;
    double *theta = as_double(&seen, learner_theta(seen.study.learner));
    int n_all = 0;
    for (int task = 0; task < 2; task++) {
        struct probing_examples own_of = probing_tests(seen.study.suite, task, 200),
                                mass_of = probing_tests(seen.study.suite, task, 64);
        int n = probing_count(seen.study.suite, &own_of), right = 0;
        real x[INPUTS];
        for (int i = 0; i < n; i++) {
            int label = suite_example(seen.study.suite, task, SPLIT_TEST, i * own_of.stride, x);
            run(&seen, theta, x, a);
            right += is_best(&seen, task, a[LAYERS], label);
        }
        ask(&seen, PROBE_OWN, task);
        cr_expect_float_eq(said(&seen, task, 0), (double)right / n, 1e-9);
        n = probing_count(seen.study.suite, &mass_of);
        n_all += n;
        for (int i = 0; i < n; i++) {
            int label = suite_example(seen.study.suite, task, SPLIT_TEST, i * mass_of.stride, x);
            run(&seen, theta, x, a);
            loss_of(&seen, task, a[LAYERS], label, p);
            for (int t = 0; t < N_TASKS; t++) {
                int first, n_own;
                suite_classes(seen.study.suite, t, &first, &n_own);
                for (int c = first; c < first + n_own; c++) {
                    mass[t] += p[c];
                }
            }
        }
    }
    ask(&seen, PROBE_BIAS, 0);
    for (int t = 0; t < N_TASKS; t++) {
        cr_expect_float_eq(said(&seen, t, 0), mass[t] / n_all, near);
        sum += said(&seen, t, 0);
    }
    cr_expect_float_eq(sum, 1, near);
    free(theta);
    forget(&seen);
}

Test(probe_values, of_shared_outputs_nothing_is_said)
{
    struct seen seen = see("permuted", small);
    ask(&seen, PROBE_OWN, 0);
    cr_expect_eq(seen.findings.n, 0);
    ask(&seen, PROBE_BIAS, 0);
    cr_expect_eq(seen.findings.n, 0);
    forget(&seen);
}

Test(probe_values, stability_is_the_accuracy_on_the_task_that_ended_last)
{
    struct seen seen = see("permuted", small);
    ask(&seen, PROBE_STABILITY, 0);
    cr_expect_float_eq(said(&seen, 1, 0), learner_score(seen.study.learner, 1, 1).accuracy, 1e-9);
    cr_expect_eq(seen.findings.n, 1);
    forget(&seen);
}

/* ---- losses --------------------------------------------------------------------------------- */

/* d L / d theta by central differences. */
static void differentiate(const struct seen *seen, double *theta, const struct probing_examples *of,
                          real *gradient)
{
    const double step = 1e-5;
    for (size_t i = 0; i < study_size(&seen->study); i++) {
        double at = theta[i];
        theta[i] = at + step;
        double above = mean_loss(seen, theta, of);
        theta[i] = at - step;
        gradient[i] = (real)((above - mean_loss(seen, theta, of)) / (2 * step));
        theta[i] = at;
    }
}

Test(probe_values, interference_is_the_cosine_of_gradients)
{
    struct seen seen = see("permuted", "net=3,3 lr=0.3");
    size_t n = study_size(&seen.study);
    double *theta = as_double(&seen, learner_theta(seen.study.learner));
    real *g[2] = {malloc(n * sizeof(real)), malloc(n * sizeof(real))};
    struct probing_examples now = probing_firsts(2, 128), then = probing_firsts(1, 128);
    differentiate(&seen, theta, &now, g[0]);
    differentiate(&seen, theta, &then, g[1]);
    ask(&seen, PROBE_INTERFERENCE, 1);
    cr_expect_float_eq(said(&seen, 1, 0), measure_cosine(g[0], g[1], n), 2e-3);
    free(g[0]);
    free(g[1]);
    free(theta);
    forget(&seen);
}

Test(probe_values, the_line_leads_from_the_end_to_now)
{
    struct seen seen = see("permuted", small);
    size_t n = study_size(&seen.study);
    double *theta = malloc(n * sizeof *theta);
    struct probing_examples of = probing_tests(seen.study.suite, 0, 64);
    ask(&seen, PROBE_LINE, 0);
    for (int k = 0; k <= 10; k += 5) {
        for (size_t i = 0; i < n; i++) {
            theta[i] = (1 - k / 10.0) * (double)seen.end[0][i] +
                       k / 10.0 * (double)learner_theta(seen.study.learner)[i];
        }
        cr_expect_float_eq(said(&seen, 0, k), mean_loss(&seen, theta, &of), near);
    }
    free(theta);
    forget(&seen);
}

Test(probe_values, the_plane_goes_through_both_ends_and_now)
{
    struct seen seen = see("permuted", small);
    const real *places[] = {seen.end[0], seen.end[1], learner_theta(seen.study.learner)};
    const int points[] = {2 * 9 + 2, 2 * 9 + 6, 6 * 9 + 2};
    ask(&seen, PROBE_PLANE, 0);
    cr_expect_eq(seen.findings.n, 2 * 81);
    for (int k = 0; k < 3; k++) {
        double *theta = as_double(&seen, places[k]);
        for (int t = 0; t < 2; t++) {
            struct probing_examples of = probing_tests(seen.study.suite, t, 32);
            cr_expect_float_eq(said(&seen, t, points[k]), mean_loss(&seen, theta, &of), near);
        }
        free(theta);
    }
    forget(&seen);
}

/* ---- importance ----------------------------------------------------------------------------- */

Test(probe_values, importance_weighs_the_drift_and_overlaps)
{
    struct seen seen = see("permuted", small);
    struct learner *learner = seen.study.learner;
    const struct network *net = learner_network(learner);
    size_t n = study_size(&seen.study), bytes = n * sizeof(real);
    seen.importance = malloc(bytes);
    memcpy(seen.importance, learner_importance(learner), bytes);
    ask(&seen, PROBE_FDRIFT, 0);
    for (int l = 0; l < LAYERS; l++) {
        double drift = 0;
        for (int i = 0; i < net->tensors[2 * l].rows * net->tensors[2 * l].cols; i++) {
            size_t at = net->tensors[2 * l].at + (size_t)i;
            double d = (double)learner_theta(learner)[at] - (double)seen.start[at];
            drift += (double)seen.importance[at] * d * d / 2;
        }
        cr_expect_float_eq(said(&seen, 0, l), drift, near * fmax(1, drift));
    }
    learner_consolidate(learner);
    real *added = malloc(bytes);
    for (size_t i = 0; i < n; i++) {
        added[i] = learner_importance(learner)[i] - seen.importance[i];
    }
    ask(&seen, PROBE_OVERLAP, 0);
    for (int l = 0; l < LAYERS; l++) {
        double value = said(&seen, 0, l);
        cr_expect_float_eq(value, measure_overlap(&net->parts[l], seen.importance, added), 1e-9);
        cr_expect(value > 0.05 && value < 0.999, "%g", value);
    }
    free(added);
    forget(&seen);
}

Test(probe_values, without_importance_nothing_is_said)
{
    struct seen seen = see("permuted", "net=12,9 lr=0.3 observed=none");
    ask(&seen, PROBE_FDRIFT, 0);
    cr_expect_eq(seen.findings.n, 0);
    ask(&seen, PROBE_OVERLAP, 0);
    cr_expect_eq(seen.findings.n, 0);
    forget(&seen);
}
