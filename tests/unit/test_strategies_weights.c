/* SPDX-License-Identifier: MIT
 * What freeze, LoRA, EWC and the two rates do to the weights. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/kernels.h"
#include "strategies/table.h"
#include "support/study.h"
#include "support/tensors.h"

static bool same(const real *a, const real *b, size_t n)
{
    return memcmp(a, b, n * sizeof *a) == 0;
}

/* ---- rates ---------------------------------------------------------------------------------- */

Test(rates, low_lr_and_decay_multiply)
{
    struct study study =
        study_open("permuted", 4, 0, "on=lowlr+decay lr=0.4 lowlr.factor=0.5 decay.gamma=0.7");
    for (int t = 0; t < 4; t++) {
        study_begin(&study, t, t);
        cr_expect(fabs(learner_rate(study.learner) - 0.4 * 0.5 * pow(0.7, t)) < 1e-15);
    }
    study_set(&study, "lr=0.2");
    cr_expect(fabs(learner_rate(study.learner) - 0.2 * 0.5 * pow(0.7, 3)) < 1e-15, "acts at once");
    study_switch(&study, "decay", false);
    cr_expect(fabs(learner_rate(study.learner) - 0.1) < 1e-15);
    study_close(&study);
}

Test(rates, low_lr_may_spare_the_first_task)
{
    struct study study =
        study_open("permuted", 2, 0, "on=lowlr lr=0.4 lowlr.factor=0.25 lowlr.tasks=later");
    study_begin(&study, 0, 0);
    cr_expect_eq(learner_rate(study.learner), 0.4);
    study_begin(&study, 1, 1);
    cr_expect_eq(learner_rate(study.learner), 0.1);
    study_close(&study);
}

Test(rates, low_lr_is_the_same_run_as_a_lower_lr)
{
    struct study low = study_open("permuted", 2, 0, "on=lowlr lr=0.5 lowlr.factor=0.5");
    struct study plain = study_open("permuted", 2, 0, "lr=0.25");
    study_stage(&low, 0, 0, 20);
    study_stage(&plain, 0, 0, 20);
    cr_expect(study_is(&low, learner_theta(plain.learner)));
    study_close(&low);
    study_close(&plain);
}

/* ---- freeze --------------------------------------------------------------------------------- */

static void check_freeze(const char *suite, const char *settings, int layers)
{
    char text[160];
    snprintf(text, sizeof text, "%s freeze.layers=%d", settings, layers);
    struct study study = study_open(suite, 3, 0, text);
    real *initial = study_keep(&study);
    study_stage(&study, 0, 0, 40);
    const struct network *net = learner_network(study.learner);
    size_t n = net->layers[layers < net->n_layers ? layers : net->n_layers - 1];
    real *kept = study_keep(&study);
    cr_expect_not(same(initial, kept, n), "%s: the first task trains them", text);
    for (int t = 1; t < 3; t++) {
        study_stage(&study, t, t, 40);
        const real *theta = learner_theta(study.learner);
        cr_expect(same(theta, kept, n), "%s: the first layers have the same bits", text);
        cr_expect_not(same(theta + n, kept + n, net->n_params - n), "%s: what is above learns",
                      text);
    }
    free(initial);
    free(kept);
    study_close(&study);
}

Test(freeze, first_layers_keep_their_bits)
{
    static const char *const settings[] = {
        "on=freeze",
        "on=freeze optimizer=momentum lr=0.01",
        "on=freeze optimizer=adam lr=0.001",
        "on=freeze+ewc+l2 ewc.form=proximal ewc.lambda=1000",
        "on=freeze+ewc+replay ewc.form=explicit optimizer=adam lr=0.001",
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        for (int layers = 1; layers <= 3; layers++) {
            check_freeze("permuted", settings[i], layers);
        }
    }
}

/* Layers of a transformer are its blocks, and there may be more of them than hidden layers. */
Test(freeze, first_blocks_keep_their_bits)
{
    static const int layers[] = {1, 9, 10, 24};
    for (int i = 0; i < 4; i++) {
        check_freeze("kinds",
                     "model=transformer blocks=10 heads=2 width=8 batch=4 on=freeze "
                     "optimizer=adam lr=0.001",
                     layers[i]);
    }
}

/* ---- EWC ------------------------------------------------------------------------------------ */

/* Sum of F (theta - anchor)^2. */
static double stretch_of(const struct study *study, const real *anchor)
{
    const real *theta = learner_theta(study->learner);
    const real *importance = learner_importance(study->learner);
    double sum = 0;
    for (size_t i = 0; i < study_size(study); i++) {
        double moved = (double)theta[i] - (double)anchor[i];
        sum += (double)importance[i] * moved * moved;
    }
    return sum;
}

Test(ewc, without_an_anchor_nothing_changes)
{
    struct study ewc = study_open("permuted", 2, 0, "on=ewc ewc.lambda=1000");
    struct study plain = study_open("permuted", 2, 0, "");
    study_begin(&ewc, 0, 0);
    study_begin(&plain, 0, 0);
    study_steps(&ewc, 20);
    study_steps(&plain, 20);
    cr_expect(study_is(&ewc, learner_theta(plain.learner)));
    cr_expect(isnan(learner_gauge(ewc.learner, strategy_find("ewc"))));
    cr_expect_null(learner_importance(ewc.learner));
    learner_consolidate(ewc.learner);
    study_steps(&ewc, 5);
    study_steps(&plain, 5);
    cr_expect_not(study_is(&ewc, learner_theta(plain.learner)), "with one, something does");
    study_close(&ewc);
    study_close(&plain);
}

Test(ewc, holds_what_matters_harder_the_larger_lambda_is_and_never_explodes)
{
    static const char *const lambdas[] = {"0.01", "10", "1000", "1000000"};
    double forgotten[4], stretch[4];
    for (int k = 0; k < 4; k++) {
        char settings[64];
        snprintf(settings, sizeof settings, "on=ewc ewc.lambda=%s", lambdas[k]);
        struct study study = study_open("permuted", 2, 0, settings);
        study_stage(&study, 0, 0, 300);
        double before = learner_score(study.learner, 0, 1).accuracy;
        real *anchor = study_keep(&study);
        study_begin(&study, 1, 1);
        cr_assert(study_steps(&study, 300), "lambda %s", lambdas[k]);
        forgotten[k] = before - learner_score(study.learner, 0, 1).accuracy;
        stretch[k] = stretch_of(&study, anchor);
        free(anchor);
        study_close(&study);
    }
    cr_expect(forgotten[1] < forgotten[0] - 0.1, "%.3f, %.3f", forgotten[0], forgotten[1]);
    cr_expect(stretch[1] < stretch[0] / 2 && stretch[2] < stretch[1] / 2 &&
                  stretch[3] < stretch[2] / 2,
              "%g %g %g %g", stretch[0], stretch[1], stretch[2], stretch[3]);
}

/* ---- LoRA ----------------------------------------------------------------------------------- */

static void check_base(const char *mode)
{
    char settings[64];
    snprintf(settings, sizeof settings, "on=lora lora.mode=%s", mode);
    struct study study = study_open("permuted", 3, 0, settings);
    cr_expect_not(learner_plug(study.learner, false), "no adapter yet");
    study_stage(&study, 0, 0, 100);
    size_t n = study_size(&study);
    real *base = study_keep(&study);
    double skill = learner_score(study.learner, 0, 1).accuracy;
    for (int t = 1; t < 3; t++) {
        study_begin(&study, t, t);
        for (int step = 0; step < 60; step += 20) {
            study_steps(&study, 20);
            cr_assert(learner_plug(study.learner, false));
            cr_expect(same(learner_answer(study.learner, t), base, n),
                      "%s: the base keeps its bits", mode);
            cr_expect_eq(learner_score(study.learner, 0, 1).accuracy, skill,
                         "unplugged, the old skill is back");
            cr_assert(learner_plug(study.learner, true));
            cr_expect(same(learner_answer(study.learner, t), learner_theta(study.learner), n));
            cr_expect_not(same(learner_answer(study.learner, t), base, n));
        }
        cr_expect(learner_score(study.learner, t, 1).accuracy > 0.25,
                  "plugged, it has learned task %d", t);
        learner_consolidate(study.learner);
    }
    free(base);
    study_close(&study);
}

Test(lora, base_keeps_its_bits_in_shared_mode)
{
    check_base("shared");
}
Test(lora, base_keeps_its_bits_in_per_task_mode)
{
    check_base("per-task");
}

Test(lora, biases_are_frozen)
{
    struct study study = study_open("permuted", 2, 0, "on=lora lora.mode=shared");
    study_stage(&study, 0, 0, 20);
    real *base = study_keep(&study);
    study_stage(&study, 1, 1, 20);
    const struct network *net = learner_network(study.learner);
    for (int l = 0; l < net->n_layers; l++) {
        const real *theta = learner_theta(study.learner);
        const struct tensor *w = tensor_of(net, TENSOR_WEIGHT, l);
        const struct tensor *b = tensor_of(net, TENSOR_BIAS, l);
        cr_expect(same(theta + b->at, base + b->at, (size_t)b->cols));
        cr_expect_not(same(theta + w->at, base + w->at, (size_t)w->rows));
    }
    free(base);
    study_close(&study);
}

/* The gradient of the weights is computed only for who looks at it, which changes no bit. */
Test(lora, does_without_the_gradient_of_what_is_frozen_unless_somebody_looks_at_it)
{
    static const struct {
        const char *suite, *settings;
    } nets[] = {{"permuted", "on=lora lora.mode=shared net=9,7"},
                {"kinds", "on=lora lora.mode=shared model=transformer context=8 width=16"}};
    for (int i = 0; i < 2; i++) {
        struct study study = study_open(nets[i].suite, 2, 0, nets[i].settings);
        struct learner *unseen = study.learner, *seen = study_learner(&study);
        real *theta = NULL;
        for (int k = 0; k < 2; k++) {
            study.learner = k ? seen : unseen;
            study_stage(&study, 0, 0, 5);
            cr_expect_not_null(learner_gradient(study.learner), "before there is a base");
            study_begin(&study, 1, 1);
            learner_keep_gradient(study.learner, k);
            study_steps(&study, 10);
            cr_expect(k ? study_is(&study, theta) : !theta, "%s", nets[i].suite);
            theta = k ? theta : study_keep(&study);
        }
        cr_expect_null(learner_gradient(unseen));
        cr_assert_not_null(learner_gradient(seen));
        const struct network *net = learner_network(seen);
        const struct tensor *w = tensor_of(net, TENSOR_WEIGHT, 0);
        cr_expect_gt(kernel_max(learner_gradient(seen) + w->at, (size_t)w->rows * w->cols), 0);
        learner_keep_gradient(seen, false);
        study_steps(&study, 1);
        cr_expect_null(learner_gradient(seen));
        free(theta);
        learner_destroy(unseen);
        study_close(&study);
    }
}

/* With a strategy beside it that adds to the gradient it is that of the weights from which the
 * adapter's is made: if next to nothing is added, next to the same. */
Test(lora, takes_the_same_step_from_the_gradient_of_the_weights)
{
    real *theta[2];
    size_t n = 0;
    double moved = 0;
    for (int i = 0; i < 2; i++) {
        struct study study = study_open("permuted", 2, 0,
                                        i ? "on=lora+l2 l2.lambda=0.0001 lora.mode=shared"
                                          : "on=lora lora.mode=shared");
        study_stage(&study, 0, 0, 20);
        study_begin(&study, 1, 1);
        real *before = study_keep(&study);
        study_steps(&study, 10);
        cr_expect_eq(learner_gradient(study.learner) != NULL, i == 1);
        theta[i] = study_keep(&study);
        n = study_size(&study);
        moved = kernel_sum_squared_difference(theta[i], before, n);
        free(before);
        study_close(&study);
    }
    double apart = kernel_sum_squared_difference(theta[0], theta[1], n);
    cr_expect(moved > 1e-3 && apart < 1e-6 * moved, "%g apart, moved by %g", apart, moved);
    free(theta[0]);
    free(theta[1]);
}

static const char attending[] =
    "model=transformer blocks=2 heads=2 width=8 batch=4 optimizer=adam lr=0.003 on=lora";

/* Every tensor that is no weight of `on` keeps its bits, every other learns. */
static void check_sites(const char *on)
{
    char settings[200];
    snprintf(settings, sizeof settings, "%s lora.mode=shared lora.on=%s", attending, on);
    struct study study = study_open("kinds", 2, 0, settings);
    study_stage(&study, 0, 0, 10);
    real *base = study_keep(&study);
    study_stage(&study, 1, 1, 10);
    const struct network *net = learner_network(study.learner);
    for (int i = 0; i < net->n_tensors; i++) {
        const struct tensor *tensor = &net->tensors[i];
        bool attends = strstr(tensor->name, "Wqkv") || strstr(tensor->name, "Wo");
        bool is_mlp = strstr(tensor->name, "Wfc") || strstr(tensor->name, "Wproj");
        bool learns =
            (attends && strcmp(on, "mlp") != 0) || (is_mlp && strcmp(on, "attention") != 0);
        size_t n = (size_t)tensor->rows * tensor->cols;
        cr_expect_eq(!same(learner_theta(study.learner) + tensor->at, base + tensor->at, n), learns,
                     "lora.on=%s: %s", on, tensor->name);
    }
    free(base);
    study_close(&study);
}

Test(lora, is_on_the_matrices_that_are_named)
{
    check_sites("attention");
    check_sites("mlp");
    check_sites("all");
}

/* A perceptron has one kind of weights: all of them. */
Test(lora, is_on_all_weights_of_a_perceptron)
{
    struct study all = study_open("permuted", 2, 0, "net=8 on=lora lora.mode=shared");
    struct study some =
        study_open("permuted", 2, 0, "net=8 on=lora lora.mode=shared lora.on=attention");
    for (int t = 0; t < 2; t++) {
        study_stage(&all, t, t, 10);
        study_stage(&some, t, t, 10);
    }
    cr_expect(study_is(&some, learner_theta(all.learner)));
    study_close(&some);
    study_close(&all);
}

/* Each adapter is on what was named when it began. */
Test(lora, adapters_on_different_matrices_live_side_by_side)
{
    char settings[200];
    snprintf(settings, sizeof settings, "%s lora.mode=per-task lora.on=attention", attending);
    struct study study = study_open("kinds", 3, 0, settings);
    study_stage(&study, 0, 0, 10);
    study_stage(&study, 1, 1, 10);
    real *answering = study_keep(&study);
    study_set(&study, "lora.on=mlp");
    cr_expect(study_is(&study, answering), "for the next adapter");
    study_stage(&study, 2, 2, 10);
    cr_expect(same(learner_answer(study.learner, 1), answering, study_size(&study)));
    cr_expect_not(study_is(&study, answering));
    free(answering);
    study_close(&study);
}

Test(lora, per_task_adapters_forget_exactly_nothing)
{
    struct study study =
        study_open("permuted", 4, 0, "on=lora lora.mode=per-task optimizer=adam lr=0.001");
    double learned[4];
    for (int t = 0; t < 4; t++) {
        study_stage(&study, t, t, 100);
        learned[t] = learner_score(study.learner, t, 1).accuracy;
    }
    for (int t = 0; t < 4; t++) {
        cr_expect_eq(learner_score(study.learner, t, 1).accuracy, learned[t], "task %d", t);
    }
    study_close(&study);
}

Test(lora, merging_and_switching_off_keep_what_was_learned)
{
    struct study study = study_open("permuted", 3, 0, "on=lora lora.mode=merge");
    study_stage(&study, 0, 0, 30);
    study_stage(&study, 1, 1, 30);
    real *merged = study_keep(&study);
    study_begin(&study, 2, 2);
    cr_expect(study_is(&study, merged), "a fresh adapter changes nothing");
    learner_plug(study.learner, false);
    cr_expect(same(learner_answer(study.learner, 2), merged, study_size(&study)),
              "the base is what was merged");
    learner_plug(study.learner, true);
    study_steps(&study, 30);
    real *learned = study_keep(&study);
    study_switch(&study, "lora", false);
    cr_expect(study_is(&study, learned), "off: the weights stay");
    cr_expect_not(learner_plug(study.learner, false), "off: nothing to unplug");
    study_switch(&study, "lora", true);
    cr_expect(study_is(&study, learned), "on again: they are the base of a new adapter");
    free(merged);
    free(learned);
    study_close(&study);
}

/* Changing the mode between tasks must not throw away what the merged adapters have learned. */
Test(lora, change_of_mode_keeps_what_was_learned)
{
    static const char *const modes[] = {"shared", "per-task", "merge"};
    for (int from = 0; from < 3; from++) {
        for (int to = 0; to < 3; to++) {
            char settings[64], set[32];
            snprintf(settings, sizeof settings, "on=lora lora.mode=%s", modes[from]);
            snprintf(set, sizeof set, "lora.mode=%s", modes[to]);
            struct study study = study_open("permuted", 3, 0, settings);
            study_stage(&study, 0, 0, 30);
            study_stage(&study, 1, 1, 30);
            real *learned = study_keep(&study);
            study_set(&study, set);
            study_begin(&study, 2, 2);
            bool goes_back = from == 1 && to == 1; /* another task's adapter is plugged in */
            cr_expect(study_is(&study, learned) == !goes_back, "%s to %s", modes[from], modes[to]);
            free(learned);
            study_close(&study);
        }
    }
}

/* LoRA takes the step, and frozen layers stay frozen all the same. */
Test(freeze, holds_its_layers_when_lora_takes_the_step)
{
    static const char *const modes[] = {"shared", "per-task", "merge"};
    for (int i = 0; i < 3; i++) {
        char settings[100];
        snprintf(settings, sizeof settings, "on=freeze+lora optimizer=adam lr=0.001 lora.mode=%s",
                 modes[i]);
        check_freeze("permuted", settings, 1);
    }
}
