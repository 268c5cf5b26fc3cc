/* SPDX-License-Identifier: MIT
 * Putting back: what the scores are, against answers counted one by one. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/putback.h"
#include "support/study.h"

enum { N_TASKS = 5, STRIDE = 3, STEPS = 60 };

/* A learner that has learned two tasks, and what it was when it had learned the first. */
struct twice {
    struct study study;
    real *end, *scratch; /* (P) */
};

static struct twice twice_open(const char *suite, const char *settings)
{
    struct twice twice = {.study = study_open(suite, N_TASKS, 0, settings)};
    twice.scratch = malloc(study_size(&twice.study) * sizeof *twice.scratch);
    cr_assert(twice.scratch);
    study_stage(&twice.study, 0, 0, STEPS);
    twice.end = study_keep(&twice.study);
    study_stage(&twice.study, 1, 1, STEPS);
    return twice;
}

static void twice_close(struct twice *twice)
{
    free(twice->end);
    free(twice->scratch);
    study_close(&twice->study);
}

/* Answers of a task's test examples that are right, one by one: the largest logit of `n` from
 * `first` on.  Where there are several positions the last one alone counts here. */
static double counted(struct study *study, const real *theta, int task, int first, int n)
{
    int n_test = suite_task(study->suite, task)->n_test, seen = 0, right = 0;
    real *x = malloc((size_t)suite_n_features(study->suite) * sizeof *x);
    cr_assert(x);
    for (int i = 0; i < n_test; i += STRIDE, seen++) {
        int label = suite_example(study->suite, task, SPLIT_TEST, i, x), best = first;
        const real *logits = learner_logits(study->learner, theta, x, 1);
        for (int k = first; k < first + n; k++) {
            best = logits[k] > logits[best] ? k : best;
        }
        right += best == label;
    }
    free(x);
    return (double)right / seen;
}

static double counted_among_all(struct study *study, const real *theta)
{
    const struct task *task = suite_task(study->suite, 0);
    return counted(study, theta, 0, task->first_output, task->n_outputs);
}

/* theta with layer `l` of `end`, tensor by tensor. */
static void put_layer(const struct network *net, real *theta, const real *end, int l)
{
    for (int i = 2 * l; i < 2 * l + 2; i++) {
        const struct tensor *tensor = &net->tensors[i];
        for (size_t k = 0; k < (size_t)tensor->rows * (size_t)tensor->cols; k++) {
            theta[tensor->at + k] = end[tensor->at + k];
        }
    }
}

static const char *const plain[] = {"permuted", "rotated", "split/class", "split/task"};

Test(putback, scores_are_those_of_answers_counted_one_by_one)
{
    for (size_t s = 0; s < sizeof plain / sizeof *plain; s++) {
        struct twice twice = twice_open(plain[s], "net=20,12");
        struct learner *learner = twice.study.learner;
        const struct network *net = learner_network(learner);
        struct putback_scores scores;
        real *mixed = study_keep(&twice.study), *before = study_keep(&twice.study);
        putback_measure(&scores, learner, learner_answer(learner, 0), twice.end, 0, STRIDE,
                        twice.scratch);
        cr_expect(study_is(&twice.study, before), "it changes nothing");
        cr_expect_eq(scores.now, counted_among_all(&twice.study, before));
        cr_expect_eq(scores.all, counted_among_all(&twice.study, twice.end));
        cr_assert_eq(scores.n_modules, 3);
        for (int l = 0; l < 3; l++) {
            memcpy(mixed, before, study_size(&twice.study) * sizeof *mixed);
            put_layer(net, mixed, twice.end, l);
            cr_expect_eq(scores.with[l], counted_among_all(&twice.study, mixed), "%s, layer %d",
                         plain[s], l + 1);
        }
        free(mixed);
        free(before);
        twice_close(&twice);
    }
}

/* What nothing has happened to since is as it was. */
Test(putback, scores_of_a_task_just_learned_are_all_the_same)
{
    struct study study = study_open("kinds", 3, 0, "model=transformer blocks=2 heads=2 width=16");
    struct putback_scores scores;
    real *scratch = malloc(study_size(&study) * sizeof *scratch);
    study_stage(&study, 0, 0, 20);
    real *end = study_keep(&study);
    putback_measure(&scores, study.learner, learner_theta(study.learner), end, 0, 40, scratch);
    cr_expect_eq(scores.n_modules, 6);
    for (int i = 0; i < scores.n_modules; i++) {
        cr_expect_eq(scores.with[i], scores.now);
    }
    cr_expect_eq(scores.all, scores.now);
    free(end);
    free(scratch);
    study_close(&study);
}

/* Module after module, whatever the network, until nothing is left of what came after. */
Test(putback, modules_one_after_the_other_are_all_of_it)
{
    static const char *const nets[] = {"net=7", "model=transformer blocks=3 heads=1 width=8"};
    for (int i = 0; i < 2; i++) {
        struct study study = study_open("kinds", 2, 0, nets[i]);
        const struct network *net = learner_network(study.learner);
        real *end = study_keep(&study);
        study_stage(&study, 0, 0, 5);
        real *theta = study_keep(&study);
        cr_assert(memcmp(theta, end, study_size(&study) * sizeof *end) != 0);
        for (int m = 0; m < net->n_modules; m++) {
            putback_copy(net, m, theta, end);
        }
        cr_expect_eq(memcmp(theta, end, study_size(&study) * sizeof *end), 0, "%s", nets[i]);
        free(theta);
        free(end);
        study_close(&study);
    }
}

/* ---- own outputs ---- */

Test(putback, own_outputs_are_those_of_answers_counted_one_by_one)
{
    static const char *const suites[] = {"split/class", "permuted/class"};
    static const int own[][2] = {{0, 2}, {0, 10}};
    for (int s = 0; s < 2; s++) {
        struct twice twice = twice_open(suites[s], "net=20");
        struct study *study = &twice.study;
        struct putback_outputs outputs;
        const real *theta = learner_theta(study->learner);
        int width = suite_n_outputs(study->suite), n_test = suite_task(study->suite, 0)->n_test;
        double *logits = malloc((size_t)width * sizeof *logits);
        real x[64];
        cr_assert(putback_has_outputs(study->suite, 0));
        putback_measure_outputs(&outputs, study->learner, study->suite, theta, 0, STRIDE, logits);
        cr_expect_eq(outputs.accuracy, counted(study, theta, 0, own[s][0], own[s][1]));
        cr_expect_eq(outputs.n_tasks, N_TASKS);
        for (int t = 0; t < N_TASKS; t++) {
            double sum = 0;
            int n = 0;
            for (int i = 0; i < n_test; i += STRIDE) {
                suite_example(study->suite, 0, SPLIT_TEST, i, x);
                const real *z = learner_logits(study->learner, theta, x, 1);
                for (int k = 0; k < own[s][1]; k++, n++) {
                    sum += (double)z[t * own[s][1] + k];
                }
            }
            cr_expect_float_eq(outputs.logits[t], sum / n, 1e-5, "%s, task %d", suites[s], t);
        }
        free(logits);
        twice_close(&twice);
    }
}

Test(putback, own_outputs_are_asked_for_only_where_others_compete)
{
    static const struct {
        const char *suite;
        bool has;
    } cases[] = {{"permuted", false},   {"rotated", false},      {"split/task", false},
                 {"split/class", true}, {"split/domain", false}, {"permuted/class", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct study study = study_open(cases[i].suite, 3, 0, "net=5");
        for (int t = 0; t < 3; t++) {
            cr_expect_eq(putback_has_outputs(study.suite, t), cases[i].has, "%s", cases[i].suite);
        }
        study_close(&study);
    }
}
