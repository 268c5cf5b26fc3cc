/* SPDX-License-Identifier: MIT
 * What the exhibit `why` says of a few steps: the same as a lab that stands there, and nothing of
 * what is not so. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/blame.h"
#include "lab/putback.h"
#include "session/snapshot_code.h"
#include "support/labs.h"

enum { STEPS = 40, ALL = 1000000 };

static const char *const plain[] = {"a:", NULL};

static const struct why *look_at(struct lab *lab, long step)
{
    char line[64];
    if (step >= 0) {
        snprintf(line, sizeof line, "map 1 drift task 4x4 %ld", step);
    } else {
        snprintf(line, sizeof line, "map 1 drift task 4x4");
    }
    labs_tell(lab, line);
    const struct snapshot *snapshot = labs_look(lab);
    cr_assert(snapshot->exhibits.has[EXHIBIT_WHY]);
    return &snapshot->exhibits.why;
}

/* A session in which it is asked why. */
static struct lab *asked_at(int n_tasks, const char *settings, const char *const *learners,
                            long step)
{
    struct lab *lab = labs_open_plain(n_tasks, settings, learners);
    labs_tell(lab, "speed 100000");
    labs_run(lab, step, 7);
    labs_tell(lab, "show why 1x16");
    return lab;
}

/* ---- a twin that stands there ---------------------------------------------------------------- */

/* The weights that answer for the task when so many steps had been done. */
static real *weights_at(const char *settings, const char *const *learners, int n_tasks, long step,
                        int task)
{
    struct lab *lab =
        labs_open(n_tasks, settings, learners, &(struct lab_options){.speed = 100000});
    labs_run(lab, step, 1);
    struct learner *learner = lab_learner(lab, 0);
    size_t size = learner_network(learner)->n_params * sizeof(real);
    real *kept = malloc(size);
    memcpy(kept, learner_answer(learner, task), size);
    lab_destroy(lab);
    return kept;
}

/* All test examples of a task, or as many of them as a curve asks. */
static int stride_of(const struct suite *suite, int task)
{
    return (suite_task(suite, task)->n_test + 999) / 1000;
}

/* The sums of the stage are those of two pieces, or of four where two are not sound. */
static void expect_stage(const struct why *why, struct evaluator *evaluator,
                         const struct network *net, const real *first, const real *to, int stride,
                         real *scratch)
{
    struct blame blame = blame_take(evaluator, net, first, to, why->task, stride, 2, scratch);
    if (!blame.is_sound) {
        blame = blame_take(evaluator, net, first, to, why->task, stride, 4, scratch);
    }
    cr_expect_eq(why->is_first_sound, blame.is_sound);
    cr_expect_eq(why->probability[1] - why->first_probability, blame.change);
    for (int m = 0; m < blame.n_modules; m++) {
        cr_expect_eq(why->modules[m].moved_since, blame.simpson[m], "module %d", m);
    }
}

static void expect_as_it_was(const struct why *why, const char *settings,
                             const char *const *learners, int n_tasks)
{
    struct lab *twin = labs_open(n_tasks, settings, learners, &(struct lab_options){.speed = 1});
    const struct network *net = learner_network(lab_learner(twin, 0));
    struct evaluator *evaluator = evaluator_create(net, lab_suite(twin), NULL);
    real *from = weights_at(settings, learners, n_tasks, why->begin, why->task),
         *to = weights_at(settings, learners, n_tasks, why->end, why->task),
         *scratch = malloc(2 * net->n_params * sizeof *scratch);
    int stride = stride_of(lab_suite(twin), why->task);
    struct blame blame = blame_take(evaluator, net, from, to, why->task, stride, 1, scratch);
    struct evaluated before = evaluator_ask(evaluator, from, why->task, stride, NULL),
                     after = evaluator_ask(evaluator, to, why->task, stride, NULL);
    cr_expect_eq(why->accuracy[0], before.accuracy);
    cr_expect_eq(why->accuracy[1], after.accuracy);
    cr_expect_eq(why->probability[1] - why->probability[0], blame.change);
    cr_expect_eq(why->is_sound, blame.is_sound);
    cr_expect_eq(why->n_modules, blame.n_modules);
    for (int m = 0; m < blame.n_modules; m++) {
        cr_expect_eq(why->modules[m].moved, blame.simpson[m], "module %d", m);
    }
    cr_expect_eq(why->n_lost - why->n_gained,
                 (int)lround((before.accuracy - after.accuracy) * why->n_answers));
    real *first = weights_at(settings, learners, n_tasks, STEPS, why->task);
    cr_expect(why->has_first);
    cr_expect_eq(why->first, evaluator_ask(evaluator, first, why->task, stride, NULL).accuracy);
    cr_expect_eq(why->first_step, STEPS);
    expect_stage(why, evaluator, net, first, to, stride, scratch);
    for (int m = 0; m < blame.n_modules; m++) {
        memcpy(scratch, to, net->n_params * sizeof *scratch);
        putback_copy(net, m, scratch, first);
        cr_expect_eq(why->modules[m].since,
                     evaluator_ask(evaluator, scratch, why->task, stride, NULL).accuracy);
    }
    free(first);
    free(from);
    free(to);
    free(scratch);
    evaluator_destroy(evaluator);
    lab_destroy(twin);
}

Test(why, a_window_is_what_it_was_when_it_was_trained)
{
    static const struct {
        const char *settings, *learner;
        int n_tasks;
    } cases[] = {
        {"net=20 lr=0.3", "a:", 3},
        {"net=20 lr=0.3", "a: strategy=ewc+replay", 3},
        {"net=12,9", "a: strategy=lora", 2},
        {"suite=split scenario=class net=12 lr=0.2", "a:", 3},
        {"suite=rotated net=12", "a: strategy=replay", 3},
        {"suite=repeat net=12 lr=0.3", "a:", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const learners[] = {cases[i].learner, NULL};
        struct lab *lab = asked_at(cases[i].n_tasks, cases[i].settings, learners, 2 * STEPS);
        int n_said = 0;
        for (long step = STEPS + 1; step < 2 * STEPS; step += 4) {
            const struct why *why = look_at(lab, step);
            cr_expect(why->asked == step && why->end == step);
            if (why->task >= 0) {
                cr_expect_eq(why->present, 1);
                cr_expect(why->begin >= STEPS && why->begin < step && step - why->begin <= 10);
                expect_as_it_was(why, cases[i].settings, learners, cases[i].n_tasks);
                n_said++;
            }
        }
        cr_expect_gt(n_said, 8, "%s: %d", cases[i].settings, n_said);
        lab_destroy(lab);
    }
}

/* ---- of which task --------------------------------------------------------------------------- */

static double accuracy_at(struct evaluator *evaluator, const struct suite *suite, int task,
                          const real *theta)
{
    return evaluator_ask(evaluator, theta, task, stride_of(suite, task), NULL).accuracy;
}

/* Of three old tasks the one whose accuracy fell most; the first was never learned, and falls from
 * chance. */
Test(why, the_task_is_the_one_that_is_seen_to_fall_most)
{
    static const char *const settings = "net=20 lr=0.000001";
    struct lab *lab = asked_at(4, settings, plain, STEPS);
    labs_tell(lab, "set lr 0.5");
    labs_run(lab, 4 * STEPS, 7);
    const struct network *net = learner_network(lab_learner(lab, 0));
    struct evaluator *evaluator = evaluator_create(net, lab_suite(lab), NULL);
    size_t size = net->n_params * sizeof(real);
    real *theta[2] = {malloc(size), malloc(size)};
    int n_fell = 0, n_by_probability = 0;
    for (long step = 3 * STEPS + 11; step < 4 * STEPS; step += 3) {
        struct why why = *look_at(lab, step);
        double fell[3], unlikelier[3];
        cr_assert(why.task > 0, "step %ld: the first task was never learned", step);
        for (int i = 0; i < 2; i++) {
            struct lab *twin =
                labs_open(4, settings, plain, &(struct lab_options){.speed = 100000});
            labs_run(twin, STEPS, 1);
            labs_tell(twin, "set lr 0.5");
            labs_run(twin, i ? step : step - 10, 1);
            memcpy(theta[i], learner_answer(lab_learner(twin, 0), 1), size);
            lab_destroy(twin);
        }
        for (int t = 1; t < 3; t++) {
            fell[t] = accuracy_at(evaluator, lab_suite(lab), t, theta[0]) -
                      accuracy_at(evaluator, lab_suite(lab), t, theta[1]);
            unlikelier[t] = evaluator_ask(evaluator, theta[0], t, 1, NULL).probability -
                            evaluator_ask(evaluator, theta[1], t, 1, NULL).probability;
        }
        cr_expect(why.is_of_all);
        cr_expect_float_eq(why.most_fell, fmax(fell[1], fell[2]), 1e-12);
        if (why.most_fell >= WHY_FALL) {
            cr_expect_geq(fell[why.task], why.most_fell - 1e-12, "step %ld: %d", step, why.task);
            n_fell++;
            n_by_probability += (unlikelier[1] > unlikelier[2]) != (fell[1] > fell[2]);
        }
    }
    cr_expect_gt(n_fell, 3, "%d falls", n_fell);
    cr_expect_gt(n_by_probability, 0, "no window tells one rule from the other");
    free(theta[0]);
    free(theta[1]);
    evaluator_destroy(evaluator);
    lab_destroy(lab);
}

Test(why, nothing_is_said_of_a_task_that_was_never_learned)
{
    struct lab *lab = asked_at(2, "net=20 lr=0.000001", plain, 2 * STEPS);
    cr_expect_eq(look_at(lab, STEPS + 15)->task, -1);
    lab_destroy(lab);
}

/* Where nothing falls any more, it is the one that fell since the stage began. */
Test(why, where_nothing_falls_the_stage_is_spoken_of)
{
    struct lab *lab = asked_at(3, "net=20 lr=0.3", plain, 2 * STEPS + 5);
    labs_tell(lab, "set lr 0.000001");
    labs_run(lab, 2 * STEPS + 30, 7);
    const struct why *why = look_at(lab, 2 * STEPS + 25);
    cr_assert(why->task >= 0 && why->is_of_all && why->most_fell < WHY_FALL);
    cr_expect(why->has_first && why->first_step == 2 * STEPS);
    cr_expect_gt(why->first - why->accuracy[1], 0.02);
    lab_destroy(lab);
}

/* Where the cursor stands at the present, and where there is none. */
Test(why, the_present_is_said_as_any_moment)
{
    struct lab *lab = asked_at(2, "net=20 lr=0.3", plain, STEPS + 17);
    const struct why *now = look_at(lab, -1);
    cr_expect_eq(now->asked, MAP_STEP_NOW);
    cr_assert_eq(now->end, STEPS + 17);
    expect_as_it_was(now, "net=20 lr=0.3", plain, 2);
    struct why before = *now;
    labs_tell(lab, "pause");
    cr_expect_eq(look_at(lab, STEPS + 17)->accuracy[1], before.accuracy[1]);
    lab_destroy(lab);
}

/* ---- what it does not touch ------------------------------------------------------------------ */

Test(why, no_bit_that_trains_depends_on_it)
{
    static const char *const three[] = {"a:", "b: strategy=ewc+replay", "c: strategy=lora", NULL};
    uint64_t hash[2][3];
    for (int i = 0; i < 2; i++) {
        struct lab *lab = labs_open_plain(3, "", three);
        labs_tell(lab, i ? "show why" : "hide why");
        for (long step = 2; step <= 3 * STEPS; step += 3) {
            labs_run(lab, step, 2);
            if (i) {
                look_at(lab, step % 2 ? -1 : step * 2 / 3);
            }
        }
        for (int k = 0; k < 3; k++) {
            hash[i][k] = labs_hash(lab, k);
        }
        lab_destroy(lab);
    }
    cr_expect_arr_eq(hash[0], hash[1], sizeof hash[0]);
}

/* ---- where there is nothing to say ----------------------------------------------------------- */

Test(why, nothing_is_said_where_nothing_was_learned_before)
{
    struct lab *lab = asked_at(2, "net=20", plain, 30);
    cr_expect_eq(look_at(lab, -1)->task, -1);
    cr_expect_eq(look_at(lab, 11)->task, -1);
    labs_run(lab, STEPS, 1);
    cr_expect_eq(look_at(lab, -1)->task, -1, "at a boundary no step has been taken");
    labs_run(lab, STEPS + 1, 1);
    cr_expect_eq(look_at(lab, -1)->task, 0);
    lab_destroy(lab);
    lab = labs_open(2, "net=20", plain, &(struct lab_options){0});
    labs_run(lab, STEPS + 9, 1);
    labs_tell(lab, "show why");
    cr_expect_not(labs_look(lab)->exhibits.has[EXHIBIT_WHY], "nothing is kept to go back to");
    lab_destroy(lab);
}

/* What a command does to answers is no step's doing. */
Test(why, a_window_begins_after_what_moved_answers_without_training)
{
    static const char *const lora[] = {"a: strategy=lora lora.mode=shared", NULL};
    struct lab *lab = labs_open_plain(2, "net=20 lr=0.3", lora);
    labs_tell(lab, "show why");
    labs_tell(lab, "speed 100000");
    labs_run(lab, STEPS + 25, 1);
    labs_tell(lab, "unplug");
    labs_run(lab, STEPS + 32, 1);
    cr_expect_geq(look_at(lab, STEPS + 32)->begin, STEPS + 25);
    cr_expect_eq(look_at(lab, STEPS + 25)->task, -1);
    cr_expect_eq(look_at(lab, STEPS + 24)->begin, STEPS + 14);
    lab_destroy(lab);
}

Test(why, new_outputs_make_windows_short)
{
    struct lab *lab =
        asked_at(5, "suite=split scenario=class net=20 lr=0.3", plain, 2 * STEPS + 30);
    const struct why *why = look_at(lab, 2 * STEPS + 12);
    cr_expect_leq(why->end - why->begin, 5);
    cr_expect_eq(why->n_own, 2);
    cr_expect(isfinite(why->own) && why->own >= why->accuracy[1]);
    lab_destroy(lab);
    lab = asked_at(3, "net=20", plain, 2 * STEPS + 30);
    cr_expect(isnan(look_at(lab, 2 * STEPS + 12)->own));
    lab_destroy(lab);
}

/* A fork's past is its parent's. */
Test(why, a_fork_has_the_past_of_whom_it_comes_from)
{
    struct lab *lab = asked_at(3, "net=20 lr=0.3", plain, STEPS + 30);
    struct why before = *look_at(lab, STEPS + 20);
    labs_tell(lab, "fork b: strategy=replay");
    labs_run(lab, STEPS + 36, 1);
    struct why after = *look_at(lab, STEPS + 20);
    cr_expect_neq(after.learner, before.learner);
    after.learner = before.learner;
    cr_expect_eq(memcmp(&after, &before, sizeof after), 0);
    labs_tell(lab, "rewind 55");
    cr_expect_eq(look_at(lab, STEPS + 12)->end, STEPS + 12);
    lab_destroy(lab);
}

/* ---- flips ----------------------------------------------------------------------------------- */

Test(why, flips_are_shown_with_what_they_are)
{
    struct lab *lab = asked_at(2, "net=20 lr=0.3", plain, 2 * STEPS);
    const struct why *why = look_at(lab, STEPS + 5);
    cr_assert_gt(why->n_flips, 0);
    cr_expect(why->width == 8 && why->height == 8);
    bool fell = why->accuracy[1] < why->accuracy[0];
    for (int i = 0; i < why->n_flips; i++) {
        const struct flip *flip = &why->flips[i];
        int ink = 0;
        for (int k = 0; k < 64; k++) {
            ink += flip->levels[k];
        }
        cr_expect_eq(flip->is_lost, fell);
        cr_expect_str_eq(fell ? flip->before : flip->after, flip->label);
        cr_expect_str_neq(flip->before, flip->after);
        cr_expect_gt(ink, 100, "a digit");
    }
    lab_destroy(lab);
}

Test(why, flips_of_text_are_characters_with_what_stands_before)
{
    static const char *const one[] = {"a: " LABS_TRANSFORMER, NULL};
    struct lab *lab = labs_open_text(SCENARIO_DOMAIN, "context=16 batch=4 steps=60", one);
    labs_run(lab, 110, 5);
    labs_tell(lab, "show why 1x6");
    const struct why *why = look_at(lab, 90);
    cr_assert_eq(why->task, 0);
    cr_expect_eq(why->n_modules, 4, "%d: embeddings, two halves of a block, a norm",
                 why->n_modules);
    cr_assert_gt(why->n_flips, 0);
    for (int i = 0; i < why->n_flips; i++) {
        cr_expect_eq(why->flips[i].label[0], '\'');
        cr_expect_geq(strlen(why->flips[i].text), 5);
    }
    lab_destroy(lab);
}

/* ---- as bytes -------------------------------------------------------------------------------- */

Test(why, it_comes_back_from_a_recording)
{
    struct lab *lab = asked_at(2, "net=20 lr=0.3", plain, 2 * STEPS);
    struct err err = {0};
    size_t size;
    look_at(lab, STEPS + 5);
    const struct snapshot *snapshot = labs_look(lab);
    struct snapshot *read = calloc(1, sizeof *read);
    unsigned char *bytes = snapshot_encode(snapshot, &size, &err);
    cr_assert(bytes && snapshot_decode(read, bytes, size, &err), "%s", err.msg);
    cr_expect_eq(memcmp(&read->exhibits.why.modules, &snapshot->exhibits.why.modules,
                        sizeof read->exhibits.why.modules),
                 0);
    cr_expect_eq(read->exhibits.why.n_flips, snapshot->exhibits.why.n_flips);
    cr_expect_eq(memcmp(&read->exhibits.why.flips, &snapshot->exhibits.why.flips,
                        sizeof read->exhibits.why.flips),
                 0);
    cr_expect_eq(read->exhibits.why.accuracy[1], snapshot->exhibits.why.accuracy[1]);
    free(bytes);
    free(read);
    lab_destroy(lab);
}
