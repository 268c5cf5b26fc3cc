/* SPDX-License-Identifier: MIT
 * What a timeline makes of entries written by hand.  Of random ones: test_lab_timeline_random.c.
 */
#include <criterion/criterion.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "lab/timeline.h"
#include "support/entries.h"

static bool offer(struct timeline *c, struct entry entry)
{
    return timeline_add(c, &entry);
}

static void measure(struct timeline *c, enum probe_id probe, int learner, int stage, int task,
                    long step, double value)
{
    cr_assert(offer(c, entry_measure(probe, learner, stage, task, step, value)), "step %ld", step);
}

static void add(struct timeline *c, enum entry_kind kind, int learner, int stage, int task,
                long step, double value)
{
    cr_assert(offer(c, entry_of(kind, learner, stage, task, step, value)), "kind %d, step %ld",
              kind, step);
}

static void add_learner(struct timeline *c, int id, int parent, long step, const char *name)
{
    cr_assert(offer(c, entry_learner(id, parent, step, name)));
}

static void begin(struct timeline *c, int n_tasks, int n_learners)
{
    cr_assert(timeline_init(c, n_tasks, NULL));
    for (int i = 0; i < n_learners; i++) {
        add_learner(c, i, -1, 0, "");
    }
}

/* What a learner measures in 100 steps of a stage: accuracy of its task from 0.1 to 0.1 + 8 gain at
 * every tenth step, then its row. */
static void add_work(struct timeline *c, int learner, int stage, int task, double gain)
{
    long start = stage * 100;
    for (long step = 10; step <= 100; step += 10) {
        double value = 0.1 + gain * 0.08 * (double)step;
        measure(c, PROBE_ACCURACY, learner, stage, task, start + step, value);
        measure(c, PROBE_LOSS, learner, stage, 0, start + step, 1);
        measure(c, PROBE_DRIFT, learner, stage, 1, start + step, 0.5);
    }
    for (int t = 0; t < c->n_tasks; t++) {
        add(c, ENTRY_MATRIX, learner, stage, t, start + 100, t == task ? 0.1 + 8 * gain : 0.2);
    }
}

/* A stage of learner 0 alone. */
static void add_stage(struct timeline *c, int stage, int task)
{
    add(c, ENTRY_STAGE, -1, stage, task, stage * 100, 0);
    add_work(c, 0, stage, task, 0.1);
    add(c, ENTRY_STAGE_END, -1, stage, task, stage * 100 + 100, 0);
}

/* ---- one learner ---------------------------------------------------------------------------- */

Test(timeline, stages_rows_and_metrics_follow_the_entries)
{
    struct timeline c;
    begin(&c, 3, 1);
    const struct track *track = timeline_track(&c, 0);
    for (int t = 0; t < 3; t++) {
        cr_expect(isnan(track->initial[t]));
        add(&c, ENTRY_BASELINE, 0, 0, t, 0, 0.1);
    }
    cr_expect_eq(timeline_stage_at(&c, 0), -1);
    cr_expect(timeline_rows(&c) == 0 && isnan(timeline_metrics_now(&c, track).learning_accuracy));
    cr_expect(isnan(timeline_metrics_at(&c, track, 0).average_accuracy));
    add_stage(&c, 0, 0);
    cr_expect(isnan(track->trail[0].keeping) && fabs(track->trail[0].learning - 0.9) < 1e-12);
    add_stage(&c, 1, 2);
    add(&c, ENTRY_STAGE, -1, 2, 1, 200, 0);
    cr_expect_eq(timeline_rows(&c), 2);
    cr_expect(c.n_stages == 3 && c.stages[1].task == 2 && c.stages[1].end == 200 &&
              c.stages[2].end == -1);
    cr_expect(timeline_r(&c, track, 1, 2) == 0.9 && timeline_r(&c, track, 1, 0) == 0.2);
    cr_expect(timeline_stage_at(&c, 99) == 0 && timeline_stage_at(&c, 100) == 1);
    cr_expect(timeline_rows_at(&c, 99) == 0 && timeline_rows_at(&c, 100) == 1);
    cr_expect_eq(timeline_stage_at(&c, 100000), 2);
    cr_expect(timeline_has_begun(&c, 2) && timeline_has_begun(&c, 1));
    struct metrics m = timeline_metrics(&c, track);
    cr_expect(fabs(m.forgetting - 0.7) < 1e-12 && fabs(m.forward_transfer - 0.1) < 1e-12);
    cr_expect(fabs(m.learning_accuracy - 0.9) < 1e-12);
    cr_expect(fabs(track->trail[1].keeping - 0.3) < 1e-12 && track->n_complete == 2);
    timeline_fini(&c);
}

Test(timeline, the_row_of_the_visit_that_goes_on_is_what_was_last_measured)
{
    struct timeline c;
    begin(&c, 3, 1);
    const struct track *track = timeline_track(&c, 0);
    add_stage(&c, 0, 0);
    add(&c, ENTRY_STAGE, -1, 1, 2, 100, 0);
    cr_expect(timeline_r(&c, track, 1, 0) == 0.9 && isnan(timeline_r(&c, track, 1, 2)));
    measure(&c, PROBE_ACCURACY, 0, 1, 2, 110, 0.5);
    measure(&c, PROBE_ACCURACY, 0, 1, 0, 120, 0.6);
    cr_expect(timeline_r(&c, track, 1, 0) == 0.6 && timeline_r(&c, track, 1, 2) == 0.5);
    cr_expect(isnan(timeline_r(&c, track, 1, 1)), "not begun");
    cr_expect_eq(timeline_r_at(&c, track, 1, 0, 115), 0.9);
    cr_expect_eq(timeline_r_at(&c, track, 0, 0, 55),
                 series_at(track_curve(track, PROBE_ACCURACY, 0), 55));
    cr_expect(isnan(timeline_r_at(&c, track, 1, 0, 99)), "that row did not exist");
    cr_expect(fabs(timeline_metrics_now(&c, track).forgetting - 0.3) < 1e-12);
    for (int t = 0; t < 3; t++) {
        add(&c, ENTRY_MATRIX, 0, 1, t, 200, 0.25);
    }
    measure(&c, PROBE_ACCURACY, 0, 1, 0, 200, 0.7);
    cr_expect_eq(timeline_r(&c, track, 1, 0), 0.25, "the row is complete");
    timeline_fini(&c);
}

Test(timeline, the_average_is_over_visited_tasks)
{
    struct timeline c;
    begin(&c, 3, 1);
    const struct series *average = &timeline_track(&c, 0)->average;
    add_stage(&c, 0, 0);
    cr_expect(average->n == 10 && average->value[9] == 0.9);
    add(&c, ENTRY_STAGE, -1, 1, 1, 100, 0);
    cr_expect_eq(series_last(average), 0.9, "task 1 counts once it is measured");
    measure(&c, PROBE_ACCURACY, 0, 1, 1, 110, 0.1);
    measure(&c, PROBE_ACCURACY, 0, 1, 0, 110, 0.5);
    cr_expect(average->n == 11 && fabs(series_last(average) - 0.3) < 1e-12, "one point per step");
    timeline_fini(&c);
}

Test(timeline, drift_has_a_gap_where_a_visit_begins)
{
    struct timeline c;
    begin(&c, 3, 1);
    const struct series *drift = track_curve(timeline_track(&c, 0), PROBE_DRIFT, 1);
    add_stage(&c, 0, 0);
    cr_expect(drift->n == 11 && drift->step[0] == 0 && isnan(drift->value[0]));
    add(&c, ENTRY_STAGE, -1, 1, 1, 100, 0);
    cr_expect(drift->n == 12 && isnan(series_last(drift)));
    measure(&c, PROBE_DRIFT, 0, 1, 1, 110, 0.2);
    cr_expect(drift->n == 13 && series_at(drift, 100) != series_at(drift, 100));
    timeline_fini(&c);
}

Test(timeline, many_stages_and_marks_have_room)
{
    struct timeline c;
    begin(&c, 5, 1);
    for (int stage = 0; stage < 100; stage++) {
        add_stage(&c, stage, stage % 5);
        add(&c, ENTRY_COMMAND, -1, stage, 0, stage * 100 + 100, 0);
    }
    cr_expect_eq(timeline_rows(&c), 100);
    cr_expect_eq(c.n_marks, 100);
    cr_expect_eq(timeline_r(&c, timeline_track(&c, 0), 99, 4), 0.9);
    cr_expect_eq(c.marks[99].step, 10000);
    timeline_fini(&c);
}

/* The suite of a thousand tasks: a journal of a million entries must be read in seconds. */
Test(timeline, a_thousand_tasks_are_not_quadratic)
{
    enum { T = 1000 };
    struct timeline c;
    begin(&c, T, 1);
    for (int stage = 0; stage < T; stage++) {
        add(&c, ENTRY_STAGE, -1, stage, stage, stage, 0);
        for (int t = 0; t < T; t++) {
            add(&c, ENTRY_MATRIX, 0, stage, t, stage + 1, t <= stage ? 1 : 0);
        }
        add(&c, ENTRY_STAGE_END, -1, stage, stage, stage + 1, 0);
    }
    const struct track *track = timeline_track(&c, 0);
    cr_expect(track->n_complete == T && track->trail[T - 1].keeping == 1);
    cr_expect(fabs(series_last(&track->average) - 1) < 1e-12);
    timeline_fini(&c);
}

Test(timeline, rewinding_cuts_what_came_after)
{
    struct timeline c;
    begin(&c, 3, 1);
    add_stage(&c, 0, 0);
    add(&c, ENTRY_STAGE, -1, 1, 1, 100, 0);
    add(&c, ENTRY_COMMAND, -1, 1, 1, 100, 0);
    measure(&c, PROBE_ACCURACY, 0, 1, 1, 130, 0.3);
    add(&c, ENTRY_COMMAND, -1, 1, 1, 140, 0);
    add(&c, ENTRY_DIVERGED, 0, 1, 1, 150, 10);
    const struct track *track = timeline_track(&c, 0);
    cr_expect(track->has_diverged && track->diverged_step == 150 && track->diverged_rate == 10);
    add(&c, ENTRY_REWIND, -1, 1, 1, 100, 0);
    cr_expect_not(track->is_there || track->has_diverged);
    add_learner(&c, 0, -1, 0, "");
    cr_expect(track->is_there && c.n_tracks == 1);
    cr_expect_eq(track_curve(track, PROBE_ACCURACY, 1)->n, 0);
    cr_expect_eq(track_curve(track, PROBE_ACCURACY, 0)->n, 10, "what came at the boundary stays");
    cr_expect(track_curve(track, PROBE_LOSS, 0)->n == 10 && track->average.n == 10);
    cr_expect(track_curve(track, PROBE_DRIFT, 1)->n >= 10 &&
              track_curve(track, PROBE_DRIFT, 1)->step[track_curve(track, PROBE_DRIFT, 1)->n - 1] ==
                  100);
    cr_expect(c.n_stages == 2 && timeline_rows(&c) == 1 && timeline_stage_at(&c, 120) == 1);
    cr_assert_eq(c.n_marks, 2, "the command at the boundary and the rewinding itself");
    cr_expect(c.marks[0].kind == ENTRY_COMMAND && c.marks[1].kind == ENTRY_REWIND);
    cr_expect(c.marks[1].number == c.n_read - 2 && c.marks[1].learner == LEARNER_ALL);
    timeline_fini(&c);
}

/* The lab does not announce the first stage again: it goes on. */
Test(timeline, rewinding_in_the_first_stage_stays_in_it)
{
    struct timeline c;
    begin(&c, 3, 1);
    add(&c, ENTRY_BASELINE, 0, 0, 0, 0, 0.1);
    add(&c, ENTRY_STAGE, -1, 0, 0, 0, 0);
    measure(&c, PROBE_ACCURACY, 0, 0, 0, 10, 0.3);
    add(&c, ENTRY_REWIND, -1, 0, 0, 0, 0);
    add_learner(&c, 0, -1, 0, "");
    cr_expect_eq(track_curve(timeline_track(&c, 0), PROBE_ACCURACY, 0)->n, 0);
    cr_expect_eq(timeline_track(&c, 0)->initial[0], 0.1, "not written again");
    cr_expect(c.n_stages == 1 && timeline_stage_at(&c, 5) == 0 && timeline_has_begun(&c, 0));
    cr_expect_eq(timeline_rows(&c), 0);
    timeline_fini(&c);
}

Test(timeline, restarting_begins_again_from_nothing)
{
    struct timeline c, fresh;
    begin(&c, 3, 1);
    begin(&fresh, 3, 1);
    for (int stage = 0; stage < 3; stage++) {
        add_stage(&c, stage, stage);
    }
    add(&c, ENTRY_END, -1, 2, 2, 300, 0);
    cr_expect(c.is_ended);
    add(&c, ENTRY_REWIND, -1, 0, 0, 0, 0);
    add_learner(&c, 0, -1, 0, "");
    const struct track *track = timeline_track(&c, 0);
    cr_expect(!c.is_ended && timeline_rows(&c) == 0 &&
              track_curve(track, PROBE_ACCURACY, 2)->n == 0 &&
              track_curve(track, PROBE_LOSS, 0)->n == 0 && track->average.n == 0);
    add_stage(&c, 0, 1);
    add_stage(&fresh, 0, 1);
    cr_expect(c.n_stages == 1 && timeline_rows(&c) == 1 && c.stages[0].task == 1);
    cr_expect_not(timeline_has_begun(&c, 0));
    const double *wanted = timeline_track(&fresh, 0)->matrix;
    cr_expect_eq(memcmp(track->matrix, wanted, 3 * sizeof(double)), 0);
    timeline_fini(&c);
    timeline_fini(&fresh);
}

Test(timeline, reads_only_what_is_new)
{
    struct journal *journal = journal_create(NULL);
    struct timeline c;
    cr_assert(timeline_init(&c, 1, NULL));
    journal_add(journal, (struct entry){.kind = ENTRY_LEARNER, .task = -1, .text = "only"});
    journal_add(journal, (struct entry){.kind = ENTRY_STAGE, .learner = -1});
    for (int i = 1; i <= 5; i++) {
        journal_add(journal, (struct entry){.kind = ENTRY_MEASURE, .step = i});
    }
    cr_expect_eq(timeline_read(&c, journal), 7);
    cr_expect_eq(timeline_read(&c, journal), 0);
    journal_add(journal, (struct entry){.kind = ENTRY_MEASURE, .step = 6});
    cr_expect_eq(timeline_read(&c, journal), 1);
    cr_expect_eq(track_curve(timeline_track(&c, 0), PROBE_ACCURACY, 0)->n, 6);
    cr_expect_str_eq(timeline_track(&c, 0)->name, "only");
    timeline_fini(&c);
    journal_destroy(journal);
}

/* ---- several learners ----------------------------------------------------------------------- */

Test(timeline, learners_side_by_side_do_not_mix)
{
    struct timeline c;
    begin(&c, 2, 2);
    for (int stage = 0; stage < 2; stage++) {
        add(&c, ENTRY_STAGE, -1, stage, stage, stage * 100, 0);
        add_work(&c, 0, stage, stage, 0.1);
        add_work(&c, 1, stage, stage, 0.05);
        add(&c, ENTRY_STAGE_END, -1, stage, stage, stage * 100 + 100, 0);
    }
    const struct track *a = timeline_track(&c, 0), *b = timeline_track(&c, 1);
    cr_expect(track_curve(a, PROBE_ACCURACY, 1)->n == 10 &&
              track_curve(b, PROBE_ACCURACY, 1)->n == 10 && c.n_stages == 2);
    cr_expect_eq(timeline_r(&c, a, 1, 1), 0.9);
    cr_expect_eq(timeline_r(&c, b, 1, 1), 0.5);
    cr_expect(fabs(timeline_metrics(&c, a).forgetting - 0.7) < 1e-12);
    cr_expect(fabs(timeline_metrics(&c, b).forgetting - 0.3) < 1e-12);
    cr_expect(fabs(series_last(&b->average) - 0.35) < 1e-12);
    cr_expect(fabs(b->trail[1].learning - 0.5) < 1e-12);
    timeline_fini(&c);
}

Test(timeline, a_fork_copies_the_past_and_then_differs)
{
    struct timeline c;
    begin(&c, 2, 1);
    add(&c, ENTRY_BASELINE, 0, 0, 1, 0, 0.1);
    add_stage(&c, 0, 0);
    add(&c, ENTRY_STAGE, -1, 1, 1, 100, 0);
    measure(&c, PROBE_ACCURACY, 0, 1, 1, 110, 0.3);
    add(&c, ENTRY_DIVERGED, 0, 1, 1, 120, 9);
    add_learner(&c, 7, 0, 120, "ewc");
    const struct track *a = timeline_track(&c, 0), *b = timeline_track(&c, 7);
    cr_expect_str_eq(b->name, "ewc");
    cr_expect(b->parent == 0 && b->born == 120 && b->is_there && !b->has_diverged);
    cr_expect(track_curve(b, PROBE_ACCURACY, 0)->n == 10 &&
              track_curve(b, PROBE_ACCURACY, 1)->n == 1 &&
              track_curve(b, PROBE_LOSS, 0)->n == track_curve(a, PROBE_LOSS, 0)->n);
    cr_expect(b->average.n == a->average.n &&
              track_curve(b, PROBE_DRIFT, 1)->n == track_curve(a, PROBE_DRIFT, 1)->n);
    cr_expect(b->initial[1] == 0.1 && b->n_complete == 1 && b->trail[0].learning == 0.9);
    cr_expect(timeline_r(&c, b, 0, 0) == 0.9 && timeline_r(&c, b, 1, 1) == 0.3);
    measure(&c, PROBE_ACCURACY, 7, 1, 1, 130, 0.8);
    cr_expect(track_curve(a, PROBE_ACCURACY, 1)->n == 1 &&
              track_curve(b, PROBE_ACCURACY, 1)->n == 2);
    cr_expect(timeline_r(&c, a, 1, 1) == 0.3 && timeline_r(&c, b, 1, 1) == 0.8);
    for (int t = 0; t < 2; t++) {
        add(&c, ENTRY_MATRIX, 7, 1, t, 200, 0.7);
    }
    add(&c, ENTRY_STAGE_END, -1, 1, 1, 200, 0);
    cr_expect(timeline_r(&c, b, 1, 1) == 0.7 && isnan(timeline_r(&c, a, 1, 1)),
              "one that has diverged has no row");
    cr_expect(isnan(timeline_metrics(&c, a).average_accuracy));
    cr_expect_eq(timeline_r_at(&c, a, 1, 1, 115), 0.3);
    timeline_fini(&c);
}

Test(timeline, a_fork_in_the_past_has_no_rows_of_later_visits)
{
    struct timeline c;
    begin(&c, 3, 1);
    for (int stage = 0; stage < 3; stage++) {
        add_stage(&c, stage, stage);
    }
    add_learner(&c, 1, 0, 150, "late");
    const struct track *b = timeline_track(&c, 1);
    cr_expect(b->n_complete == 1 && timeline_r(&c, b, 0, 0) == 0.9);
    cr_expect(isnan(timeline_r(&c, b, 1, 0)) && isnan(timeline_r(&c, b, 2, 2)));
    cr_expect(track_curve(b, PROBE_ACCURACY, 0)->n == 10 &&
              track_curve(b, PROBE_ACCURACY, 1)->n == 5 &&
              track_curve(b, PROBE_ACCURACY, 2)->n == 0);
    timeline_fini(&c);
}

Test(timeline, learners_are_renamed_and_removed)
{
    struct timeline c;
    begin(&c, 2, 2);
    add_stage(&c, 0, 0);
    add_learner(&c, 0, -1, 100, "a name that is longer than any name can be");
    cr_expect_eq(strlen(timeline_track(&c, 0)->name), LEARNER_NAME_MAX - 1);
    cr_expect(c.n_tracks == 2 && timeline_track(&c, 0)->born == 0);
    add(&c, ENTRY_REMOVED, 0, 0, 0, 100, 0);
    const struct track *gone = timeline_track(&c, 0);
    cr_expect(!gone->is_there && timeline_track(&c, 1)->is_there);
    add(&c, ENTRY_STAGE, -1, 1, 1, 100, 0);
    add_work(&c, 1, 1, 1, 0.1);
    add(&c, ENTRY_STAGE_END, -1, 1, 1, 200, 0);
    cr_expect(track_curve(gone, PROBE_ACCURACY, 0)->n == 10 && isnan(timeline_r(&c, gone, 1, 0)));
    cr_expect_eq(timeline_metrics(&c, gone).average_accuracy, 0.9, "what it had");
    timeline_fini(&c);
}

Test(timeline, rewinding_leaves_the_ghost_that_reached_furthest)
{
    struct timeline c;
    begin(&c, 2, 1);
    const struct ghost *ghost = &timeline_track(&c, 0)->ghost;
    add_stage(&c, 0, 0);
    cr_expect_eq(ghost->average.n, 0);
    add(&c, ENTRY_REWIND, -1, 0, 0, 50, 0);
    cr_expect(ghost->begin == 50 && ghost->average.n == 5 && ghost->accuracy[0].n == 5);
    cr_expect(ghost->average.step[0] == 60 && ghost->average.step[4] == 100);
    add_learner(&c, 0, -1, 0, "");
    measure(&c, PROBE_ACCURACY, 0, 0, 0, 60, 0.01);
    measure(&c, PROBE_ACCURACY, 0, 0, 0, 90, 0.02);
    add(&c, ENTRY_REWIND, -1, 0, 0, 20, 0);
    cr_expect(ghost->begin == 50 && ghost->average.n == 5, "90 is not as far as 100");
    measure(&c, PROBE_ACCURACY, 0, 0, 0, 110, 0.03);
    add(&c, ENTRY_REWIND, -1, 0, 0, 20, 0);
    cr_expect_eq(ghost->begin, 50, "one point is no curve");
    measure(&c, PROBE_ACCURACY, 0, 0, 0, 30, 0.03);
    measure(&c, PROBE_ACCURACY, 0, 0, 0, 100, 0.04);
    add(&c, ENTRY_REWIND, -1, 0, 0, 20, 0);
    cr_expect(ghost->begin == 20 && ghost->average.n == 2 && ghost->accuracy[0].value[1] == 0.04,
              "of two that reach as far the newer");
    add(&c, ENTRY_REWIND, -1, 0, 0, 0, 0);
    cr_expect_eq(ghost->begin, 20);
    timeline_fini(&c);
}

Test(timeline, rewinding_behind_a_birth_abandons_or_moves_it)
{
    struct timeline c;
    begin(&c, 2, 1);
    add_stage(&c, 0, 0);
    add_learner(&c, 1, 0, 100, "abandoned");
    add_learner(&c, 2, 0, 100, "kept");
    add(&c, ENTRY_STAGE, -1, 1, 1, 100, 0);
    add_work(&c, 1, 1, 1, 0.1);
    add(&c, ENTRY_DIVERGED, 0, 1, 1, 150, 1);
    add(&c, ENTRY_REWIND, -1, 0, 0, 70, 0);
    add_learner(&c, 0, -1, 0, "");
    add_learner(&c, 2, 0, 70, "kept");
    cr_expect(!timeline_track(&c, 1)->is_there && timeline_track(&c, 1)->ghost.average.n > 10);
    struct timeline copy;
    cr_assert(timeline_copy(&copy, &c, NULL));
    cr_expect(timeline_track(&copy, 1)->is_abandoned && !timeline_track(&copy, 2)->is_abandoned);
    timeline_fini(&copy);
    cr_expect(timeline_track(&c, 2)->is_there && timeline_track(&c, 2)->born == 70);
    cr_expect(track_curve(timeline_track(&c, 2), PROBE_ACCURACY, 0)->n == 7 && c.n_tracks == 3);
    cr_expect_not(timeline_track(&c, 0)->has_diverged);
    for (int learner = 0; learner < 3; learner += 2) { /* it goes on without the abandoned one */
        add(&c, ENTRY_MATRIX, learner, 0, 0, 100, 0.5);
        add(&c, ENTRY_MATRIX, learner, 0, 1, 100, 0.5);
    }
    add(&c, ENTRY_STAGE_END, -1, 0, 0, 100, 0);
    cr_expect_eq(timeline_metrics(&c, timeline_track(&c, 2)).average_accuracy, 0.5);
    cr_expect(isnan(timeline_metrics(&c, timeline_track(&c, 1)).average_accuracy));
    timeline_fini(&c);
}

Test(timeline, a_learner_added_late_brings_its_past)
{
    struct timeline late, early;
    begin(&late, 3, 1);
    begin(&early, 3, 2);
    for (int stage = 0; stage < 3; stage++) {
        bool is_over = stage < 2;
        add(&late, ENTRY_STAGE, -1, stage, stage, stage * 100, 0);
        add(&early, ENTRY_STAGE, -1, stage, stage, stage * 100, 0);
        for (int learner = 0; is_over && learner < 2; learner++) {
            add_work(&early, learner, stage, stage, learner ? 0.05 : 0.1);
        }
        if (is_over) {
            add_work(&late, 0, stage, stage, 0.1);
            add(&late, ENTRY_STAGE_END, -1, stage, stage, stage * 100 + 100, 0);
            add(&early, ENTRY_STAGE_END, -1, stage, stage, stage * 100 + 100, 0);
        }
    }
    add_learner(&late, 1, -1, 0, "");
    for (int stage = 0; stage < 2; stage++) {
        add_work(&late, 1, stage, stage, 0.05);
    }
    measure(&late, PROBE_ACCURACY, 1, 2, 2, 210, 0.3);
    measure(&early, PROBE_ACCURACY, 1, 2, 2, 210, 0.3);
    const struct track *a = timeline_track(&late, 1), *b = timeline_track(&early, 1);
    cr_expect(a->n_rows == 3 && a->n_complete == 2 && b->n_complete == 2);
    for (int i = 0; i < 9; i++) {
        double x = a->matrix[i], y = b->matrix[i];
        cr_expect(x == y || (isnan(x) && isnan(y)), "cell %d: %g, %g", i, x, y);
    }
    cr_expect_eq(memcmp(&a->trail[1], &b->trail[1], sizeof a->trail[1]), 0);
    cr_expect(a->average.n == b->average.n &&
                  track_curve(a, PROBE_DRIFT, 1)->n == track_curve(b, PROBE_DRIFT, 1)->n - 1,
              "no drift in the new stage, so no gap yet");
    measure(&late, PROBE_DRIFT, 1, 2, 1, 210, 0.1);
    measure(&early, PROBE_DRIFT, 1, 2, 1, 210, 0.1);
    cr_expect(track_curve(a, PROBE_DRIFT, 1)->n == track_curve(b, PROBE_DRIFT, 1)->n &&
              isnan(series_at(track_curve(a, PROBE_DRIFT, 1), 200)));
    cr_expect(isnan(series_at(track_curve(a, PROBE_DRIFT, 1), 100)));
    cr_expect_eq(timeline_metrics_now(&late, a).forgetting,
                 timeline_metrics_now(&early, b).forgetting);
    timeline_fini(&late);
    timeline_fini(&early);
}

Test(timeline, a_mark_of_the_past_does_not_hide_later_ones_from_a_rewind)
{
    struct timeline c;
    begin(&c, 2, 1);
    add_stage(&c, 0, 0);
    add(&c, ENTRY_COMMAND, -1, 0, 0, 100, 0);
    add_learner(&c, 1, -1, 0, "late");
    add(&c, ENTRY_DIVERGED, 1, 0, 0, 30, 5);
    cr_expect_eq(c.marks[1].learner, 1);
    add(&c, ENTRY_REWIND, -1, 0, 0, 50, 0);
    cr_assert_eq(c.n_marks, 2);
    cr_expect(c.marks[0].kind == ENTRY_DIVERGED && timeline_track(&c, 1)->has_diverged);
    timeline_fini(&c);
}

/* ---- entries that make no sense ------------------------------------------------------------- */

Test(timeline, what_makes_no_sense_is_refused)
{
    struct timeline c;
    begin(&c, 2, 1);
    cr_expect_not(offer(&c, entry_measure(PROBE_ACCURACY, 0, 0, 0, 0, 0.5)), "no stage has begun");
    cr_expect_not(offer(&c, entry_of(ENTRY_STAGE_END, -1, 0, 0, 0, 0)));
    cr_expect_not(offer(&c, entry_of(ENTRY_STAGE, -1, INT_MAX, 0, 0, 0)));
    cr_expect_not(offer(&c, entry_of(ENTRY_STAGE, -1, 1, 0, 0, 0)));
    cr_expect_not(offer(&c, entry_of(ENTRY_STAGE, -1, 0, 2, 0, 0)));
    add(&c, ENTRY_STAGE, -1, 0, 0, 0, 0);
    cr_expect_not(offer(&c, entry_of(ENTRY_STAGE, -1, 1, 1, 10, 0)), "the stage goes on");
    cr_expect_not(offer(&c, entry_measure(PROBE_ACCURACY, 5, 0, 0, 10, 0.5)));
    cr_expect_not(offer(&c, entry_measure(PROBE_ACCURACY, LEARNER_ALL, 0, 0, 10, 0.5)));
    cr_expect_not(offer(&c, entry_measure(PROBE_ACCURACY, 0, 0, 2, 10, 0.5)));
    cr_expect_not(offer(&c, entry_measure(PROBE_ACCURACY, 0, 0, -1, 10, 0.5)));
    cr_expect_not(offer(&c, entry_measure(PROBE_ACCURACY, 0, 0, 1, 10, 0.5)), "not begun");
    cr_expect_not(offer(&c, entry_measure(PROBE_ACCURACY, 0, 0, 0, 10, 1e308)));
    cr_expect_not(offer(&c, entry_measure(PROBE_ACCURACY, 0, 0, 0, 10, (double)NAN)));
    cr_expect_not(offer(&c, entry_measure(PROBE_ACCURACY, 0, 1, 0, 10, 0.5)));
    cr_expect_not(offer(&c, entry_of(ENTRY_MATRIX, 0, INT_MAX, 0, 10, 0.5)));
    cr_expect_not(offer(&c, entry_of(ENTRY_MATRIX, 0, INT_MIN, 0, 10, 0.5)));
    cr_expect_not(offer(&c, entry_measure(PROBE_DRIFT, 0, 0, NETWORK_PARTS_MAX, 10, 0.5)));
    cr_expect_not(offer(&c, entry_measure(PROBE_LOSS, 0, 0, 0, -1, 0.5)));
    measure(&c, PROBE_ACCURACY, 0, 0, 0, 10, 0.5);
    cr_expect_not(offer(&c, entry_measure(PROBE_ACCURACY, 0, 0, 0, 9, 0.5)), "steps rise");
    cr_expect_not(offer(&c, entry_of(ENTRY_LEARNER, 1, 0, 9, 10, 0)), "no such parent");
    cr_expect_not(offer(&c, entry_of(ENTRY_LEARNER, 1, 0, 1, 10, 0)), "its own parent");
    cr_expect_not(offer(&c, entry_of(ENTRY_LEARNER, -1, 0, -1, 10, 0)));
    cr_expect_not(offer(&c, entry_of(ENTRY_REMOVED, 3, 0, 0, 10, 0)));
    cr_expect_not(offer(&c, entry_of(ENTRY_REWIND, -1, 1, 0, 5, 0)));
    cr_expect_not(offer(&c, entry_of(ENTRY_REWIND, -1, 0, 0, -5, 0)));
    cr_expect_not(offer(&c, entry_of(ENTRY_COMMAND, -1, 7, 0, 5, 0)));
    cr_expect_not(offer(&c, entry_of((enum entry_kind)99, 0, 0, 0, 10, 0)));
    cr_expect(c.n_stages == 1 && c.n_tracks == 1 && c.n_marks == 0);
    cr_expect_eq(timeline_track(&c, 0)->average.n, 1);
    cr_expect(timeline_track(&c, 3) == NULL && isnan(timeline_r(&c, &c.tracks[0], 99, 0)));
    for (int i = 1; i < LEARNERS_MAX; i++) {
        add_learner(&c, i, -1, 10, "");
    }
    cr_expect_not(offer(&c, entry_of(ENTRY_LEARNER, 99, 0, -1, 10, 0)), "more than there can be");
    timeline_fini(&c);
}

static void add_text(struct timeline *c, enum entry_kind kind, const char *text)
{
    struct entry entry = {.kind = kind, .text = text};
    cr_assert(timeline_add(c, &entry));
}

/* What was not carried out is nothing that happened: it leaves its refusal alone. */
Test(timeline, a_refused_command_leaves_no_mark)
{
    struct timeline c;
    begin(&c, 2, 1);
    add(&c, ENTRY_STAGE, -1, 0, 0, 0, 0);
    add_text(&c, ENTRY_COMMAND, "strategy ewc on");
    add_text(&c, ENTRY_COMMAND, "unplug");
    add_text(&c, ENTRY_REFUSED, "unplug: there is no adapter");
    cr_assert_eq(c.n_marks, 2);
    cr_expect_str_eq(c.marks[0].text, "strategy ewc on");
    cr_expect_eq(c.marks[1].kind, ENTRY_REFUSED);
    /* One that stands alone takes nothing away. */
    add_text(&c, ENTRY_COMMAND, "consolidate");
    measure(&c, PROBE_ACCURACY, 0, 0, 0, 1, 0.5);
    add_text(&c, ENTRY_REFUSED, "of something else");
    cr_expect_eq(c.n_marks, 4);
    timeline_fini(&c);
}
