/* SPDX-License-Identifier: MIT
 * The command `putback`: whom it reaches, what it does, when it cannot be, and how going back
 * undoes it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner.h"
#include "lab/putback.h"
#include "lab/timeline.h"
#include "support/labs.h"

enum { STEPS = 40, ALL = 1000000 };

static const char *const alone[] = {"a: strategy=none", NULL};

static void expect_refused(struct lab *lab, const char *line, const char *words)
{
    struct err err = {0};
    uint64_t before = labs_hash(lab, 0);
    cr_expect_not(labs_try(lab, line, &err), "%s, where '%s' was expected", line, words);
    cr_expect_not_null(strstr(err.msg, words), "'%s' expected in '%s'", words, err.msg);
    cr_expect_null(strchr(err.msg, '\n'));
    cr_expect_eq(labs_hash(lab, 0), before, "%s changes nothing", line);
}

static size_t size_of(const struct lab *lab, int i)
{
    return learner_network(lab_learner(lab, i))->n_params;
}

static real *copy_of(const struct lab *lab, int i)
{
    real *copy = malloc(size_of(lab, i) * sizeof *copy);
    cr_assert(copy);
    memcpy(copy, learner_theta(lab_learner(lab, i)), size_of(lab, i) * sizeof *copy);
    return copy;
}

static bool is_like(const struct lab *lab, int i, const real *theta, size_t at, size_t n)
{
    return memcmp(learner_theta(lab_learner(lab, i)) + at, theta + at, n * sizeof *theta) == 0;
}

/* ---- what it does ---------------------------------------------------------------------------- */

Test(putback_command, gives_a_layer_what_it_was_and_nothing_else)
{
    struct lab *lab = labs_open_plain(3, "net=8,6", alone);
    const struct network *net = learner_network(lab_learner(lab, 0));
    labs_run(lab, STEPS, ALL); /* A has ended, B has begun */
    real *end = copy_of(lab, 0);
    for (int m = 0; m < net->n_modules; m++) {
        labs_run(lab, STEPS + 10 * (m + 1), ALL);
        real *before = copy_of(lab, 0);
        const struct module *module = &net->modules[m];
        size_t behind = module->at + module->n;
        char line[32];
        snprintf(line, sizeof line, "putback A %d", m + 1);
        cr_assert(!is_like(lab, 0, end, module->at, module->n));
        labs_tell(lab, line);
        cr_expect(is_like(lab, 0, end, module->at, module->n), "%s", line);
        cr_expect(is_like(lab, 0, before, 0, module->at), "%s", line);
        cr_expect(is_like(lab, 0, before, behind, net->n_params - behind), "%s", line);
        free(before);
    }
    labs_tell(lab, "putback A all");
    cr_expect(is_like(lab, 0, end, 0, net->n_params));
    free(end);
    lab_destroy(lab);
}

/* Of a task that was learned twice the second time counts. */
Test(putback_command, takes_the_last_end_of_the_task)
{
    struct lab *lab = labs_open_plain(4, "suite=repeat", alone);
    size_t n = size_of(lab, 0);
    labs_run(lab, STEPS, ALL);
    real *first = copy_of(lab, 0);
    labs_run(lab, 2 * STEPS + 10, ALL);
    labs_tell(lab, "putback A all");
    cr_expect(is_like(lab, 0, first, 0, n), "while it is learned again the first end is the last");
    labs_run(lab, 3 * STEPS, ALL);
    real *second = copy_of(lab, 0);
    labs_run(lab, 3 * STEPS + 10, ALL);
    labs_tell(lab, "putback A all");
    cr_expect(is_like(lab, 0, second, 0, n));
    cr_expect_not(is_like(lab, 0, first, 0, n));
    free(first);
    free(second);
    lab_destroy(lab);
}

/* The merged adapter goes on learning from there. */
Test(putback_command, holds_while_a_merged_adapter_learns)
{
    struct lab *lab =
        labs_open_plain(3, "", (const char *const[]){"a: strategy=lora lora.mode=merge", NULL});
    const struct network *net = learner_network(lab_learner(lab, 0));
    labs_run(lab, STEPS, ALL);
    real *end = copy_of(lab, 0);
    labs_run(lab, STEPS + 20, ALL);
    labs_tell(lab, "putback A 1");
    cr_expect(is_like(lab, 0, end, net->modules[0].at, net->modules[0].n));
    double jump = 0, step = 0;
    real *put = copy_of(lab, 0);
    labs_tell(lab, "set lr 0.0001");
    labs_run(lab, STEPS + 21, ALL);
    const real *theta = learner_theta(lab_learner(lab, 0));
    for (size_t i = 0; i < net->modules[0].n; i++) {
        step = fmax(step, fabs((double)(theta[i] - put[i])));
        jump = fmax(jump, fabs((double)(theta[i] - end[i])));
    }
    cr_expect(step < 1e-3 && jump < 1e-3, "it goes on from there: %g %g", step, jump);
    free(put);
    free(end);
    lab_destroy(lab);
}

Test(putback_command, reaches_the_selected_learner_or_all)
{
    static const char *const two[] = {"a: strategy=none", "b: strategy=ewc", NULL};
    struct lab *lab = labs_open_plain(3, "", two);
    labs_run(lab, STEPS, ALL);
    real *ends[2] = {copy_of(lab, 0), copy_of(lab, 1)};
    labs_run(lab, STEPS + 20, ALL);
    labs_tell(lab, "learner b");
    labs_tell(lab, "putback A all");
    cr_expect_not(is_like(lab, 0, ends[0], 0, size_of(lab, 0)));
    cr_expect(is_like(lab, 1, ends[1], 0, size_of(lab, 1)));
    labs_run(lab, STEPS + 30, ALL);
    labs_tell(lab, "learner all");
    labs_tell(lab, "putback A all");
    for (int i = 0; i < 2; i++) {
        cr_expect(is_like(lab, i, ends[i], 0, size_of(lab, i)), "each its own");
        free(ends[i]);
    }
    lab_destroy(lab);
}

/* A fork knows what its parent had learned; whoever is added later has learned it itself. */
Test(putback_command, is_there_for_forks_and_those_added)
{
    struct lab *lab = labs_open_plain(3, "", alone);
    labs_run(lab, STEPS, ALL);
    real *end = copy_of(lab, 0);
    labs_run(lab, STEPS + 10, ALL);
    labs_tell(lab, "fork twin");
    labs_run(lab, STEPS + 20, ALL);
    labs_tell(lab, "putback A all");
    cr_expect(is_like(lab, labs_find(lab, "twin"), end, 0, size_of(lab, 0)));
    labs_tell(lab, "add late: strategy=none");
    labs_run(lab, STEPS + 30, ALL);
    labs_tell(lab, "putback A all");
    cr_expect(is_like(lab, labs_find(lab, "late"), end, 0, size_of(lab, 0)));
    free(end);
    lab_destroy(lab);
}

/* ---- when it cannot be ----------------------------------------------------------------------- */

Test(putback_command, is_refused_in_one_line)
{
    struct lab *lab = labs_open_plain(3, "", alone);
    labs_run(lab, 10, ALL);
    expect_refused(lab, "putback A 1", "learned to its end expected, found A");
    labs_run(lab, STEPS + 10, ALL);
    expect_refused(lab, "putback B 1", "learned to its end expected, found B");
    expect_refused(lab, "putback D 1", "a task from A to C expected, found D");
    expect_refused(lab, "putback A 3", "a layer from 1 to 2 expected, found 3");
    expect_refused(lab, "putback A 0", "a layer from 1, or all, expected, found '0'");
    expect_refused(lab, "putback A x", "a layer from 1, or all, expected, found 'x'");
    expect_refused(lab, "putback A", "expected: putback TASK LAYER|all");
    lab_destroy(lab);
}

Test(putback_command, is_refused_where_adapters_stand_apart)
{
    static const char *const lines[] = {"a: strategy=lora lora.mode=per-task",
                                        "a: strategy=lora lora.mode=shared", "a: strategy=lora"};
    for (int i = 0; i < 3; i++) {
        struct lab *lab = labs_open_plain(3, "", (const char *const[]){lines[i], NULL});
        labs_run(lab, STEPS + 10, ALL);
        if (i == 2) {
            labs_tell(lab, "unplug"); /* the base answers alone */
        }
        expect_refused(lab, "putback A 1", "LoRA has adapters apart");
        labs_tell(lab, "strategy lora off");
        labs_tell(lab, "putback A 1");
        lab_destroy(lab);
    }
}

Test(putback_command, is_refused_once_the_loss_is_none)
{
    struct lab *lab =
        labs_open_plain(3, "", (const char *const[]){"a: strategy=ewc ewc.form=explicit", NULL});
    labs_run(lab, STEPS + 5, ALL);
    labs_tell(lab, "set ewc.lambda 1000000");
    labs_run(lab, 3 * STEPS, ALL);
    cr_assert_eq(lab_state(lab), LAB_DIVERGED);
    expect_refused(lab, "putback A 1", "diverged at step");
    lab_destroy(lab);
}

/* ---- what is seen of it ---------------------------------------------------------------------- */

static void read_all(struct timeline *timeline, const struct lab *lab, int n_tasks)
{
    cr_assert(timeline_init(timeline, n_tasks, NULL));
    timeline_read(timeline, lab_journal(lab));
}

static double accuracy_now(const struct lab *lab, int task)
{
    struct timeline timeline;
    read_all(&timeline, lab, 3);
    double now = series_last(track_curve(timeline_track(&timeline, 0), PROBE_ACCURACY, task));
    timeline_fini(&timeline);
    return now;
}

/* The jump of each curve is from what was measured last to what is measured then, each time. */
Test(putback_command, curves_jump_as_often_as_it_is_done)
{
    struct lab *lab = labs_open_plain(3, "", alone);
    struct timeline timeline;
    double from, to, before = 0, values[3] = {0};
    labs_run(lab, 2 * STEPS, ALL);
    before = accuracy_now(lab, 0);
    labs_tell(lab, "putback A 2");
    values[0] = accuracy_now(lab, 0);
    labs_try(lab, "putback C 2", NULL); /* refused: it is no jump */
    labs_tell(lab, "putback A all");
    values[1] = accuracy_now(lab, 0);
    labs_run(lab, 2 * STEPS + 20, ALL);
    read_all(&timeline, lab, 3);
    const struct track *track = timeline_track(&timeline, 0);
    cr_assert(track_jumped(track, 0, 2 * STEPS, 0, &from, &to));
    cr_expect(from == before && to == values[0], "%g to %g", from, to);
    cr_assert(track_jumped(track, 0, 2 * STEPS, 1, &from, &to));
    cr_expect(from == values[0] && to == values[1], "%g to %g", from, to);
    cr_expect_not(track_jumped(track, 0, 2 * STEPS, 2, &from, &to));
    cr_expect_not(track_jumped(track, 0, 2 * STEPS + 20, 0, &from, &to));
    timeline_fini(&timeline);
    lab_destroy(lab);
}

/* To before it, to the start of the task, to the very start. */
Test(putback_command, is_undone_by_going_back)
{
    static const char *const lines[] = {"rewind 50", "rewind", "restart"};
    for (int i = 0; i < 3; i++) {
        struct lab *lab = labs_open_plain(3, "", alone), *plain = labs_open_plain(3, "", alone);
        labs_run(lab, 55, ALL);
        labs_run(plain, 55, ALL);
        labs_tell(lab, "putback A 1");
        cr_assert_neq(labs_hash(lab, 0), labs_hash(plain, 0));
        labs_run(lab, 58, ALL);
        labs_tell(lab, lines[i]);
        labs_tell(plain, lines[i]);
        labs_run(lab, 70, ALL);
        labs_run(plain, 70, ALL);
        cr_expect_eq(labs_hash(lab, 0), labs_hash(plain, 0), "%s", lines[i]);
        cr_expect(labs_same_measures(lab, "a", plain, "a", 0), "%s", lines[i]);
        lab_destroy(plain);
        lab_destroy(lab);
    }
}

/* Where it was done at the very step at which the task begins nothing of it is left in the curves,
 * nor among the marks. */
Test(putback_command, at_the_start_of_a_task_is_undone_by_going_back_there)
{
    struct lab *lab = labs_open_plain(3, "", alone);
    struct timeline timeline;
    double from, to;
    labs_run(lab, 2 * STEPS, ALL);
    double before = accuracy_now(lab, 1);
    labs_tell(lab, "putback A all");
    cr_assert_neq(accuracy_now(lab, 1), before);
    labs_run(lab, 2 * STEPS + 10, ALL);
    labs_tell(lab, "rewind");
    read_all(&timeline, lab, 3);
    const struct track *track = timeline_track(&timeline, 0);
    cr_expect_eq(series_last(track_curve(track, PROBE_ACCURACY, 1)), before);
    cr_expect_not(track_jumped(track, 1, 2 * STEPS, 0, &from, &to));
    for (int i = 0; i < timeline.n_marks; i++) {
        const char *text = timeline.marks[i].text;
        cr_expect(!text || !strstr(text, "putback"), "%s", text);
    }
    timeline_fini(&timeline);
    lab_destroy(lab);
}

/* Whoever was removed and comes back by going back has what it had learned before. */
Test(putback_command, is_there_for_who_was_removed_and_comes_back)
{
    static const char *const two[] = {"a: strategy=none", "b: strategy=ewc", NULL};
    struct lab *lab = labs_open_plain(4, "", two);
    labs_run(lab, STEPS, ALL);
    real *end = copy_of(lab, 0);
    labs_run(lab, 2 * STEPS + 10, ALL);
    labs_tell(lab, "learner a");
    labs_tell(lab, "remove");
    labs_run(lab, 3 * STEPS, ALL);
    labs_tell(lab, "rewind 85");
    labs_tell(lab, "learner a");
    labs_run(lab, 90, ALL);
    labs_tell(lab, "putback A all");
    cr_expect(is_like(lab, labs_find(lab, "a"), end, 0, size_of(lab, 0)));
    labs_run(lab, 100, ALL);
    uint64_t then = labs_hash_of(lab, "a");
    labs_run(lab, 110, ALL);
    labs_tell(lab, "learner b");
    labs_tell(lab, "remove a");
    labs_run(lab, 3 * STEPS, ALL);
    labs_tell(lab, "rewind 100");
    cr_expect_eq(labs_hash_of(lab, "a"), then, "and again where it has been put back on the way");
    free(end);
    lab_destroy(lab);
}
