/* SPDX-License-Identifier: MIT
 * What a learner answers to the gallery's examples: the same as when it is asked directly, now and
 * then, whatever trains; and accuracy per class. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/loss.h"
#include "support/labs.h"
#include "tasks/alphabet.h"
#include "tasks/gallery.h"

static const char *const plain[] = {"none:", NULL};

/* p (outputs) of a test example of a task with these weights: directly. */
static int ask(struct lab *lab, const real *theta, int t, int i, double *p)
{
    const struct suite *suite = lab_suite(lab);
    const struct task *task = suite_task(suite, t);
    real *x = malloc(sizeof *x * (size_t)suite_n_features(suite));
    struct range range = {task->first_output, task->n_outputs};
    int label = suite_example(suite, t, SPLIT_TEST, i, x), width = suite_n_outputs(suite);
    real *out = malloc(sizeof *out * (size_t)width);
    memcpy(out, learner_logits(lab_learner(lab, 0), theta, x, 1), sizeof *out * (size_t)width);
    loss_softmax(out, out, &range, 1, width);
    for (int k = 0; k < width; k++) {
        p[k] = (double)out[k];
    }
    free(out);
    free(x);
    return label;
}

static int largest(const double *p, int n)
{
    int best = 0;
    for (int k = 1; k < n; k++) {
        best = p[k] > p[best] ? k : best;
    }
    return best;
}

/* All answers of a snapshot are those of the weights `theta` (of now, for each task, if NULL). */
static void expect_answers(struct lab *lab, const struct snapshot *snapshot, const real *theta)
{
    const struct samples *samples = &snapshot->exhibits.samples;
    struct err err = {0};
    struct gallery *gallery = gallery_create(lab_suite(lab), &err);
    int width = suite_n_outputs(lab_suite(lab));
    double *p = calloc((size_t)width, sizeof *p);
    cr_assert(snapshot->exhibits.has[EXHIBIT_SAMPLES]);
    for (int row = 0; row < samples->n_tasks; row++) {
        const struct sampled_task *found = &samples->tasks[row];
        const struct gallery_task *task = &gallery->tasks[found->task];
        for (int i = 0; i < samples->n_each && i < task->n; i++) {
            const struct sample *sample = &found->samples[i];
            const real *with = theta ? theta : learner_answer(lab_learner(lab, 0), found->task);
            int label = ask(lab, with, found->task, task->index[i], p);
            cr_expect_eq(label, task->label[i] + task->shift);
            cr_assert_geq(sample->n, 1);
            cr_expect_eq(sample->output[0], largest(p, width), "task %d example %d", found->task,
                         i);
            for (int k = 0; k < sample->n; k++) {
                double q = (double)sample->probability[k] / SAMPLES_CERTAIN;
                cr_expect_float_eq(q, p[sample->output[k]], 0.51 / SAMPLES_CERTAIN);
                cr_expect(k == 0 || sample->probability[k] <= sample->probability[k - 1]);
            }
        }
    }
    free(p);
    gallery_destroy(gallery);
}

Test(samples, are_what_the_learner_answers)
{
    struct lab *lab = labs_open_plain(3, "net=12", plain);
    cr_expect_not(labs_look(lab)->exhibits.has[EXHIBIT_SAMPLES], "not until it is asked for");
    labs_tell(lab, "show samples 8x24");
    for (long step = 0; step <= 120; step += 20) {
        labs_run(lab, step, 1000);
        labs_tell(lab, "pause"); /* then each look makes it anew */
        const struct snapshot *snapshot = labs_look(lab);
        expect_answers(lab, snapshot, NULL);
        cr_expect_eq(snapshot->exhibits.samples.step, MAP_STEP_NOW);
        cr_expect_eq(snapshot->exhibits.samples.n_tasks, step < 40 ? 1 : step < 80 ? 2 : 3);
        labs_tell(lab, "resume");
    }
    labs_tell(lab, "hide samples");
    cr_expect_not(labs_look(lab)->exhibits.has[EXHIBIT_SAMPLES]);
    lab_destroy(lab);
}

Test(samples, of_every_scenario_compete_as_the_task_says)
{
    static const struct {
        const char *suite;
        int scenario;
    } cases[] = {{"split", SCENARIO_CLASS},
                 {"split", SCENARIO_TASK},
                 {"split", SCENARIO_DOMAIN},
                 {"permuted", SCENARIO_CLASS},
                 {"permuted", SCENARIO_TASK}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct config config = config_default();
        struct err err = {0};
        config.suite = cases[i].suite;
        config.scenario = cases[i].scenario;
        config.n_tasks = 3;
        struct lab *lab = lab_create(&config, &(struct lab_options){0}, &err);
        cr_assert_not_null(lab, "%s", err.msg);
        labs_tell(lab, "show samples 8x24");
        labs_run(lab, 30, 1000);
        labs_tell(lab, "next");
        labs_run(lab, 60, 1000);
        labs_tell(lab, "pause");
        expect_answers(lab, labs_look(lab), NULL);
        lab_destroy(lab);
    }
}

Test(samples, of_lora_per_task_are_those_of_each_tasks_adapter)
{
    static const char *const lora[] = {"lora: strategy=lora lora.mode=per-task", NULL};
    struct lab *lab = labs_open_plain(3, "net=12", lora);
    labs_tell(lab, "show samples 8x24");
    labs_run(lab, 110, 1000);
    labs_tell(lab, "pause");
    expect_answers(lab, labs_look(lab), NULL);
    labs_tell(lab, "unplug");
    expect_answers(lab, labs_look(lab), NULL);
    lab_destroy(lab);
}

Test(samples, of_the_past_are_those_of_the_weights_then)
{
    struct lab *lab = labs_open_plain(2, "net=12", plain);
    labs_tell(lab, "show samples 8x24");
    labs_run(lab, 40, 1000);
    size_t size = learner_network(lab_learner(lab, 0))->n_params * sizeof(real);
    real *then = malloc(size);
    memcpy(then, learner_theta(lab_learner(lab, 0)), size);
    labs_run(lab, 80, 1000);
    labs_tell(lab, "map 1 drift task 8x8 40");
    const struct snapshot *snapshot = labs_look(lab);
    cr_expect_eq(snapshot->exhibits.samples.step, 40);
    expect_answers(lab, snapshot, then);
    labs_tell(lab, "map 1 drift task 8x8");
    expect_answers(lab, labs_look(lab), NULL);
    free(then);
    lab_destroy(lab);
}

Test(samples, show_the_present_task_the_one_before_and_the_oldest)
{
    struct lab *lab = labs_open_plain(6, "", plain);
    static const int expected[][3] = {{0, -1, -1}, {0, 1, -1}, {0, 1, 2},
                                      {0, 2, 3},   {0, 3, 4},  {0, 4, 5}};
    labs_tell(lab, "show samples 3x2");
    for (int stage = 0; stage < 6; stage++) {
        labs_run(lab, 40 * stage + 10, 1000);
        labs_tell(lab, "pause");
        const struct samples *samples = &labs_look(lab)->exhibits.samples;
        cr_expect_eq(samples->n_each, 2);
        for (int i = 0; i < samples->n_tasks; i++) {
            cr_expect_eq(samples->tasks[i].task, expected[stage][i], "stage %d row %d", stage, i);
        }
        cr_expect(samples->n_tasks == 3 || expected[stage][samples->n_tasks] == -1);
        labs_tell(lab, "resume");
    }
    lab_destroy(lab);
}

Test(samples, change_nothing_that_trains)
{
    static const char *const both[] = {"a: strategy=ewc+replay", "b: strategy=lora", NULL};
    struct lab *seen = labs_open_plain(2, "net=12", both),
               *alone = labs_open_plain(2, "net=12", both);
    labs_tell(seen, "show samples 8x24");
    for (long step = 1; step <= 80; step++) {
        labs_run(seen, step, 1);
        labs_run(alone, step, 1);
        labs_look(seen);
        labs_tell(seen, step % 2 ? "learner b" : "learner a");
    }
    cr_expect_eq(labs_hash(seen, 0), labs_hash(alone, 0));
    cr_expect_eq(labs_hash(seen, 1), labs_hash(alone, 1));
    lab_destroy(seen);
    lab_destroy(alone);
}

Test(samples, are_of_the_selected_learner_at_once)
{
    static const char *const both[] = {"a:", "b: lr=0.3", NULL};
    struct lab *lab = labs_open_plain(2, "", both);
    labs_tell(lab, "show samples 8x24");
    labs_run(lab, 20, 1000);
    for (int i = 0; i < 4; i++) {
        labs_tell(lab, i % 2 ? "learner b" : "learner a");
        cr_expect_eq(labs_look(lab)->exhibits.samples.learner, lab_learner_id(lab, i % 2));
    }
    lab_destroy(lab);
}

/* ---- accuracy per class ---- */

Test(class_accuracy, weighted_by_the_classes_is_the_accuracy)
{
    static const char *const suites[] = {"permuted", "split"};
    for (int s = 0; s < 2; s++) {
        struct config config = config_default();
        struct err err = {0};
        config.suite = suites[s];
        config.n_tasks = 2;
        struct lab *lab = lab_create(&config, &(struct lab_options){0}, &err);
        cr_assert_not_null(lab, "%s", err.msg);
        labs_run(lab, 100, 1000);
        for (int t = 0; t < 2; t++) {
            double accuracy[10], sum = 0;
            int n_test = suite_task(lab_suite(lab), t)->n_test, n[10] = {0};
            for (int i = 0; i < n_test; i++) {
                int source = suite_source_index(lab_suite(lab), t, SPLIT_TEST, i);
                n[suite_dataset(lab_suite(lab))->test.labels[source]]++;
            }
            cr_assert(lab_class_accuracy(lab, 0, t, accuracy));
            for (int k = 0; k < 10; k++) {
                cr_expect_eq(isnan(accuracy[k]), n[k] == 0, "%s task %d class %d", suites[s], t, k);
                sum += n[k] ? n[k] * accuracy[k] : 0;
            }
            cr_expect_float_eq(sum / n_test, learner_score(lab_learner(lab, 0), t, 1).accuracy,
                               1e-12);
        }
        lab_destroy(lab);
    }
}

/* Whatever a network says of a row: one thing, or something at each position. */
Test(class_accuracy, of_a_text_counts_what_its_accuracy_counts)
{
    static const char *const settings[] = {"net=12 steps=30", LABS_TRANSFORMER " steps=30"};
    for (int i = 0; i < 2; i++) {
        struct lab *lab = labs_open_text(SCENARIO_DOMAIN, settings[i], plain);
        labs_run(lab, 30, 1000);
        for (int t = 0; t < 2; t++) {
            struct learner *learner = lab_learner(lab, 0);
            int n[ALPHABET_SIZE] = {0}, right[ALPHABET_SIZE] = {0}, sum_n = 0, sum_right = 0;
            learner_count_classes(learner, learner_theta(learner), t, 50, n, right);
            for (int k = 0; k < ALPHABET_SIZE; k++) {
                sum_n += n[k];
                sum_right += right[k];
            }
            cr_expect_float_eq((double)sum_right / sum_n, learner_score(learner, t, 50).accuracy,
                               1e-12);
        }
        lab_destroy(lab);
    }
}

Test(class_accuracy, of_the_exhibit_is_that_of_the_test_set)
{
    struct lab *lab = labs_open_plain(2, "net=12", plain);
    labs_tell(lab, "show samples 8x24");
    labs_run(lab, 60, 1000);
    labs_tell(lab, "pause");
    const struct samples *samples = &labs_look(lab)->exhibits.samples;
    cr_assert_eq(samples->n_classes, 10);
    for (int i = 0; i < samples->n_tasks; i++) {
        double accuracy[10];
        cr_assert(lab_class_accuracy(lab, 0, samples->tasks[i].task, accuracy));
        for (int k = 0; k < 10; k++) { /* the digits' test set has no more than are looked at */
            cr_expect_float_eq((double)samples->tasks[i].accuracy[k], accuracy[k], 1e-6);
        }
    }
    lab_destroy(lab);
}
