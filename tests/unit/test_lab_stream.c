/* SPDX-License-Identifier: MIT
 * A lab whose suite is a stream: nobody is told of a boundary, every task is measured from the
 * start, and any step can be had again. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/timeline.h"
#include "strategies/table.h"
#include "support/labs.h"

enum { TASKS = 4, STEPS = 40, ALL = TASKS * STEPS };

#define SETTINGS "suite=stream consolidate.every=25 ewc.samples=300"

static const char *const plain[] = {"a:", NULL};
static const char *const busy[] = {"a: strategy=ewc+replay+l2", "b: strategy=lora", NULL};

static const char *status_of(struct lab *lab, const char *strategy)
{
    return labs_look(lab)->learners[0].strategies[strategy_find(strategy)].status;
}

/* ---- the same bits -------------------------------------------------------------------------- */

static struct lab *run_with(int hands, long cut, uint64_t hashes[2])
{
    const struct lab_options options = {.hands = hands};
    struct lab *lab = labs_open(TASKS, SETTINGS, busy, &options);
    labs_run(lab, ALL, cut);
    cr_expect_eq(lab_state(lab), LAB_ENDED);
    hashes[0] = labs_hash(lab, 0);
    hashes[1] = labs_hash(lab, 1);
    return lab;
}

Test(lab_stream, gives_the_same_bits_however_it_is_worked_on)
{
    uint64_t first[2], second[2];
    struct lab *one = run_with(1, 1000, first), *two = run_with(2, 7, second);
    cr_expect_arr_eq(first, second, sizeof first);
    cr_expect_neq(first[0], first[1]);
    cr_expect(labs_same_journal(one, two));
    lab_destroy(one);
    lab_destroy(two);
}

/* What came last is part of it: the next consolidation depends on it. */
Test(lab_stream, goes_back_to_any_step)
{
    uint64_t hashes[ALL + 1][2];
    struct lab *lab = labs_open_plain(TASKS, SETTINGS, busy);
    for (long step = 1; step <= ALL; step++) {
        labs_run(lab, step, 1);
        hashes[step][0] = labs_hash(lab, 0);
        hashes[step][1] = labs_hash(lab, 1);
    }
    static const long steps[] = {159, 121, 120, 119, 76, 75, 74, 41, 40, 39, 13, 1};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        char line[32];
        snprintf(line, sizeof line, "rewind %ld", steps[i]);
        labs_tell(lab, line);
        for (long step = steps[i]; step <= ALL; step += 29) {
            labs_run(lab, step, ALL);
            cr_expect_eq(labs_hash(lab, 0), hashes[step][0], "%ld from %ld", step, steps[i]);
            cr_expect_eq(labs_hash(lab, 1), hashes[step][1], "%ld from %ld", step, steps[i]);
        }
        labs_run(lab, ALL, ALL);
    }
    lab_destroy(lab);
}

Test(lab_stream, one_that_is_added_has_been_there_from_the_start)
{
    struct lab *with =
        labs_open_plain(TASKS, SETTINGS, (const char *const[]){"a:", "late: strategy=ewc", NULL});
    struct lab *lab = labs_open_plain(TASKS, SETTINGS, plain);
    labs_run(lab, 97, 1000);
    labs_tell(lab, "add late: strategy=ewc");
    labs_run(lab, ALL, 1000);
    labs_run(with, ALL, 1000);
    cr_expect_eq(labs_hash_of(lab, "late"), labs_hash_of(with, "late"));
    cr_expect(labs_same_measures(lab, "late", with, "late", 0));
    struct timeline timeline;
    cr_assert(timeline_init(&timeline, TASKS, NULL));
    timeline_read(&timeline, lab_journal(lab));
    const struct track *late = timeline_track(&timeline, 1);
    for (int t = 0; t < TASKS; t++) {
        cr_expect(track_curve(late, PROBE_ACCURACY, t)->step[0] == 0 &&
                  track_curve(late, PROBE_ACCURACY, t)->value[0] == late->initial[t]);
    }
    timeline_fini(&timeline);
    lab_destroy(lab);
    lab_destroy(with);
}

/* ---- nobody is told ------------------------------------------------------------------------- */

/* Decay and freezing wait for a second task; the optimizer keeps its momentum. */
Test(lab_stream, announces_no_boundary)
{
    static const char *const waiting[] = {"a: strategy=decay+freeze lowlr.tasks=later",
                                          "b: lowlr.tasks=later", NULL};
    struct lab *lab = labs_open_plain(TASKS, "suite=stream optimizer=momentum", waiting);
    labs_run(lab, ALL, 1000);
    const struct snapshot *snapshot = labs_look(lab);
    cr_expect_eq(memcmp(learner_theta(lab_learner(lab, 0)), learner_theta(lab_learner(lab, 1)),
                        learner_network(lab_learner(lab, 0))->n_params * sizeof(real)),
                 0);
    cr_expect_eq(snapshot->learners[0].rate, snapshot->learners[1].rate);
    lab_destroy(lab);
}

Test(lab_stream, those_that_are_on_consolidate_by_themselves)
{
    static const char *const on[] = {"a: strategy=ewc", NULL};
    struct lab *lab = labs_open_plain(TASKS, SETTINGS, on);
    labs_run(lab, 24, 1000);
    cr_expect_str_eq(status_of(lab, "ewc"), "no anchor yet");
    labs_run(lab, 25, 1000);
    cr_expect_str_eq(status_of(lab, "ewc"), "1 anchor");
    labs_tell(lab, "consolidate");
    labs_run(lab, ALL, 1000);
    cr_expect_str_eq(status_of(lab, "ewc"), "7 anchors"); /* 160 / 25, and one by hand */
    lab_destroy(lab);
    lab = labs_open_plain(TASKS, SETTINGS, plain); /* observed only: too dear for every 25 steps */
    labs_run(lab, ALL, 1000);
    cr_expect_str_eq(status_of(lab, "ewc"), "no anchor yet");
    lab_destroy(lab);
    lab = labs_open_plain(TASKS, "suite=stream consolidate.every=0", on);
    labs_run(lab, ALL, 1000);
    cr_expect_str_eq(status_of(lab, "ewc"), "no anchor yet");
    lab_destroy(lab);
}

/* ---- what is told --------------------------------------------------------------------------- */

Test(lab_stream, every_task_is_measured_from_the_start)
{
    struct timeline timeline;
    struct lab *lab = labs_open_plain(TASKS, SETTINGS, plain);
    cr_assert(timeline_init(&timeline, TASKS, NULL));
    labs_run(lab, 60, 1000);
    labs_tell(lab, "rewind 0");
    labs_run(lab, ALL, 1000);
    timeline_read(&timeline, lab_journal(lab));
    const struct track *track = timeline_track(&timeline, 0);
    cr_expect(timeline.is_stream);
    double sum = 0;
    for (int t = 0; t < TASKS; t++) {
        const struct series *accuracy = track_curve(track, PROBE_ACCURACY, t);
        cr_expect(timeline_has_begun(&timeline, t));
        cr_expect_gt(accuracy->n, 10, "task %d", t);
        cr_expect(accuracy->step[0] == 0 && accuracy->value[0] == track->initial[t]);
        sum += timeline_r(&timeline, track, TASKS - 1, t);
    }
    struct metrics metrics = timeline_metrics(&timeline, track);
    cr_expect_float_eq(metrics.average_accuracy, sum / TASKS, 1e-12);
    cr_expect(isnan(metrics.forward_transfer));
    cr_expect(isfinite(metrics.forgetting) && isfinite(metrics.learning_accuracy));
    timeline_fini(&timeline);
    lab_destroy(lab);
}

/* The mean of the average's curve, by hand. */
Test(lab_stream, average_over_time_is_the_area_under_the_average)
{
    struct timeline timeline;
    cr_assert(timeline_init(&timeline, 2, NULL));
    const struct entry entries[] = {
        {.kind = ENTRY_LEARNER, .task = -1, .text = "a"},
        {.kind = ENTRY_BASELINE, .task = 0, .value = 0.1},
        {.kind = ENTRY_BASELINE, .task = 1, .value = 0.3},
        {.kind = ENTRY_STAGE, .learner = LEARNER_ALL, .value = 1},
        {.kind = ENTRY_MEASURE, .task = 0, .step = 10, .value = 0.5}, /* average 0.2 -> 0.4 */
        {.kind = ENTRY_MEASURE, .task = 1, .step = 30, .value = 0.7}, /* -> 0.6 */
    };
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        cr_assert(timeline_add(&timeline, &entries[i]), "%zu", i);
    }
    const struct track *track = timeline_track(&timeline, 0);
    cr_expect_float_eq(timeline_metrics_now(&timeline, track).over_time, 13.0 / 30, 1e-12);
    cr_expect_float_eq(timeline_metrics_now(&timeline, track).average_accuracy, 0.6, 1e-12);
    cr_expect_float_eq(timeline_metrics_at(&timeline, track, 15).over_time, 0.3, 1e-12);
    timeline_fini(&timeline);
}

Test(lab_stream, takes_no_wish_for_a_task_but_goes_on)
{
    struct err err = {0};
    struct lab *lab = labs_open_plain(TASKS, SETTINGS, plain);
    labs_run(lab, 10, 1000);
    cr_expect_not(labs_try(lab, "task C", &err));
    cr_expect(strstr(err.msg, "in a stream"), "%s", err.msg);
    labs_tell(lab, "next");
    labs_run(lab, 11, 1000);
    cr_expect(labs_look(lab)->stage == 1 && labs_look(lab)->task == 1);
    labs_run(lab, ALL, 1000);
    cr_expect(lab_state(lab) == LAB_ENDED && lab_steps_done(lab) == ALL - STEPS + 10);
    cr_expect_not(labs_try(lab, "task A", &err));
    cr_expect_eq(lab_state(lab), LAB_ENDED);
    lab_destroy(lab);
}
