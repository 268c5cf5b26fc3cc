/* SPDX-License-Identifier: MIT
 * The exhibit `putback`: of the task that has lost most, of the moment that is looked at, and that
 * it changes nothing. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner.h"
#include "lab/timeline.h"
#include "session/snapshot_code.h"
#include "support/labs.h"

enum { STEPS = 40, ALL = 1000000 };

static const char *const alone[] = {"a: strategy=none", NULL};

static const struct putback *shown(struct lab *lab)
{
    const struct exhibits *exhibits = &labs_look(lab)->exhibits;
    return exhibits->has[EXHIBIT_PUTBACK] ? &exhibits->putback : NULL;
}

/* What curves show last. */
static double accuracy(const struct lab *lab, int task)
{
    struct timeline timeline;
    cr_assert(timeline_init(&timeline, 5, NULL));
    timeline_read(&timeline, lab_journal(lab));
    double last = series_last(track_curve(timeline_track(&timeline, 0), PROBE_ACCURACY, task));
    timeline_fini(&timeline);
    return last;
}

Test(putback_exhibit, is_there_once_a_task_has_been_learned)
{
    struct lab *lab = labs_open_plain(5, "net=30,20 batch=32", alone);
    labs_tell(lab, "show putback");
    labs_run(lab, STEPS - 1, ALL);
    cr_expect_null(shown(lab));
    labs_run(lab, STEPS + 20, ALL);
    labs_tell(lab, "pause");
    const struct putback *putback = shown(lab);
    cr_assert_not_null(putback);
    cr_expect(putback->task == 0 && putback->stage == 0 && putback->can_put);
    cr_expect(putback->step == MAP_STEP_NOW && !putback->has_outputs);
    cr_expect_eq(putback->scores.n_modules, 3);
    labs_tell(lab, "hide putback");
    cr_expect_null(shown(lab));
    lab_destroy(lab);
}

/* What a bar foretells is what the curve has once it has been done. */
Test(putback_exhibit, foretells_what_putting_back_does)
{
    static const char *const lines[] = {"putback A 1", "putback A 2", "putback A 3",
                                        "putback A all"};
    for (int m = 0; m < 4; m++) {
        struct lab *lab = labs_open_plain(5, "net=30,20 batch=32", alone);
        labs_run(lab, STEPS + 25, ALL);
        labs_tell(lab, "pause");
        labs_tell(lab, "show putback");
        const struct putback before = *shown(lab);
        labs_tell(lab, lines[m]);
        double told = m < 3 ? before.scores.with[m] : before.scores.all;
        cr_expect_eq(accuracy(lab, 0), told, "%s: %g", lines[m], told);
        cr_expect_eq(shown(lab)->scores.now, told, "%s", lines[m]);
        lab_destroy(lab);
    }
}

Test(putback_exhibit, is_of_the_task_that_lost_most_or_the_one_asked_for)
{
    struct lab *lab = labs_open_plain(5, "net=30,20 batch=32", alone);
    labs_run(lab, 3 * STEPS + 30, ALL);
    labs_tell(lab, "pause");
    double most = 0;
    for (int t = 0; t < 3; t++) {
        const char *const lines[] = {"show putback 9x40 1", "show putback 9x40 2",
                                     "show putback 9x40 3"};
        labs_tell(lab, lines[t]);
        const struct putback *putback = shown(lab);
        cr_expect_eq(putback->task, t);
        most = fmax(most, putback->scores.all - putback->scores.now);
    }
    labs_tell(lab, "show putback 9x40");
    const struct putback *putback = shown(lab);
    cr_expect(putback->task < 3 && putback->scores.all - putback->scores.now >= most - 1e-12,
              "%g of %g", putback->scores.all - putback->scores.now, most);
    labs_tell(lab, "show putback 9x40 5"); /* it has not been learned: as if it were not asked */
    cr_expect_eq(shown(lab)->task, putback->task);
    lab_destroy(lab);
}

static double lost(struct lab *lab, const char *line)
{
    labs_tell(lab, line);
    const struct putback *putback = shown(lab);
    return putback->scores.all - putback->scores.now;
}

/* It stays until another has lost two points more, whatever was done meanwhile. */
Test(putback_exhibit, stays_with_its_task_within_two_points)
{
    struct lab *lab = labs_open_plain(5, "net=30,20 batch=32 lr=0.3 steps=120", alone);
    int task = -1, n_kept = 0, n_changed = 0;
    labs_run(lab, 240, ALL);
    labs_tell(lab, "pause");
    labs_tell(lab, "show putback 9x40");
    for (long step = 241; step < 360; step++) {
        labs_tell(lab, "resume");
        labs_run(lab, step, ALL);
        labs_tell(lab, "pause");
        double a = lost(lab, "show putback 9x40 1"), b = lost(lab, "show putback 9x40 2");
        labs_tell(lab, "show putback 9x40");
        int now = shown(lab)->task, most = a >= b ? 0 : 1;
        double more = fabs(a - b);
        cr_expect(now == most || (now == task && more <= 0.02 + 1e-12),
                  "step %ld: %d, lost %g and %g", step, now, a, b);
        cr_expect(now == task || task < 0 || more > 0.02 - 1e-12, "step %ld", step);
        n_kept += now != most;
        n_changed += task >= 0 && now != task;
        task = now;
    }
    cr_expect(n_changed > 0 && n_kept > 0, "%d changes, %d kept", n_changed, n_kept);
    lab_destroy(lab);
}

/* What the weights of its end get right is not what they did before units were silenced. */
Test(putback_exhibit, what_was_lost_is_of_the_units_that_speak)
{
    struct lab *lab = labs_open_plain(5, "net=30,20 batch=32", alone);
    labs_run(lab, 3 * STEPS, ALL);
    labs_tell(lab, "pause");
    labs_tell(lab, "show putback 9x40");
    labs_tell(lab, "silence 1-15@1");
    double a = lost(lab, "show putback 9x40 1"), b = lost(lab, "show putback 9x40 2");
    labs_tell(lab, "show putback 9x40");
    const struct putback *putback = shown(lab);
    cr_expect_geq(putback->scores.all - putback->scores.now, fmax(a, b) - 0.02 - 1e-12);
    lab_destroy(lab);
}

/* With the cursor in the past it is of then: what had not been learned is not there. */
Test(putback_exhibit, is_of_the_moment_that_is_looked_at)
{
    struct lab *lab = labs_open_plain(5, "net=30,20 batch=32", alone);
    labs_tell(lab, "speed 1000");
    labs_tell(lab, "show putback 9x40 1");
    labs_run(lab, STEPS + 20, ALL);
    labs_tell(lab, "pause");
    const struct putback then = *shown(lab);
    labs_tell(lab, "resume");
    labs_run(lab, 3 * STEPS, ALL);
    labs_tell(lab, "map 1 drift task 8x8 60");
    const struct putback *past = shown(lab);
    cr_assert_not_null(past);
    cr_expect(past->step > STEPS && past->step <= 60 && !past->can_put, "%ld", past->step);
    cr_expect_eq(past->scores.all, then.scores.all);
    if (past->step == 60) {
        cr_expect_eq(memcmp(&past->scores, &then.scores, sizeof then.scores), 0);
    }
    labs_tell(lab, "map 1 drift task 8x8 20");
    cr_expect_null(shown(lab), "nothing had been learned then");
    lab_destroy(lab);
}

/* What had been learned is known after going back, whichever checkpoints and ends were kept: of a
 * task that was learned again so often that its first end had to go ... */
Test(putback_exhibit, knows_the_first_end_of_a_task_learned_again_since)
{
    enum { SHORT = 2, AGAIN = 4 };
    struct lab *lab = labs_open_plain(2, "net=20000 steps=2 probes=none", alone);
    labs_tell(lab, "speed 1000");
    labs_run(lab, 2 * SHORT, ALL);
    for (int i = 0; i < AGAIN; i++) {
        labs_tell(lab, "task A");
        labs_run(lab, (3 + i) * SHORT, ALL);
    }
    labs_tell(lab, "rewind 5");
    labs_tell(lab, "pause");
    labs_tell(lab, "show putback 9x40 1");
    const struct putback *putback = shown(lab);
    cr_assert_not_null(putback);
    cr_expect(putback->task == 0 && putback->stage == 0, "%d of stage %d", putback->task,
              putback->stage);
    lab_destroy(lab);
}

/* ... and of a learner that was removed and is there again. */
Test(putback_exhibit, probes_of_whoever_comes_back_say_what_they_said)
{
    static const char *const two[] = {"a: strategy=none", "b: strategy=ewc", NULL};
    struct lab *lab = labs_open_plain(4, "", two), *plain = labs_open_plain(4, "", two);
    labs_run(lab, 2 * STEPS + 10, ALL);
    labs_tell(lab, "learner b");
    labs_tell(lab, "remove a");
    labs_run(lab, 3 * STEPS, ALL);
    labs_tell(lab, "rewind 85");
    labs_run(lab, 4 * STEPS, ALL);
    labs_run(plain, 4 * STEPS, ALL);
    cr_expect(labs_same_measures(lab, "a", plain, "a", 2 * STEPS + 11));
    lab_destroy(plain);
    lab_destroy(lab);
}

Test(putback_exhibit, changes_nothing_that_trains)
{
    static const char *const two[] = {"a: strategy=ewc+replay", "b: strategy=lora", NULL};
    struct lab *lab = labs_open_plain(4, "", two), *plain = labs_open_plain(4, "", two);
    labs_tell(lab, "show putback");
    for (long step = 5; step <= 4 * STEPS; step += 5) {
        labs_run(lab, step, ALL);
        labs_run(plain, step, ALL);
        labs_tell(lab, step % 10 ? "learner a" : "learner b"); /* so that it is made */
        labs_look(lab);
    }
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(labs_hash(lab, i), labs_hash(plain, i));
    }
    cr_expect(labs_same_measures(lab, "b", plain, "b", 0));
    lab_destroy(plain);
    lab_destroy(lab);
}

/* Adapters of their own forget nothing, and nothing can be put back. */
Test(putback_exhibit, says_where_nothing_can_be_put_back)
{
    struct lab *lab =
        labs_open_plain(3, "", (const char *const[]){"a: strategy=lora lora.mode=per-task", NULL});
    labs_tell(lab, "show putback");
    labs_run(lab, STEPS + 20, ALL);
    labs_tell(lab, "pause");
    const struct putback *putback = shown(lab);
    cr_assert_not_null(putback);
    cr_expect(!putback->can_put && putback->scores.now == putback->scores.all);
    lab_destroy(lab);
}

Test(putback_exhibit, has_outputs_where_classes_come_one_after_the_other)
{
    struct lab *lab =
        labs_open_plain(5, "suite=split scenario=class net=30,20 batch=32 steps=80", alone);
    labs_tell(lab, "show putback");
    labs_run(lab, 120, ALL);
    labs_tell(lab, "pause");
    const struct putback *putback = shown(lab);
    cr_assert(putback && putback->has_outputs);
    cr_expect(putback->scores.now < 0.1 && putback->outputs.accuracy > 0.8, "%g %g",
              putback->scores.now, putback->outputs.accuracy);
    cr_expect_eq(putback->outputs.n_tasks, 5);
    cr_expect_gt(putback->outputs.logits[1], putback->outputs.logits[0], "drowned");
    lab_destroy(lab);
}

/* As bytes it is what it was. */
Test(putback_exhibit, is_read_as_it_was_written)
{
    static const char *const suites[] = {"suite=split scenario=class", "suite=permuted"};
    for (int s = 0; s < 2; s++) {
        struct lab *lab = labs_open_plain(5, suites[s], alone);
        struct err err = {0};
        size_t size;
        labs_tell(lab, "show putback");
        labs_run(lab, STEPS + 20, ALL);
        labs_tell(lab, "pause");
        const struct snapshot *snapshot = labs_look(lab);
        unsigned char *bytes = snapshot_encode(snapshot, &size, &err);
        struct snapshot *again = calloc(1, sizeof *again);
        cr_assert(bytes && again && snapshot_decode(again, bytes, size, &err), "%s", err.msg);
        cr_assert(again->exhibits.has[EXHIBIT_PUTBACK]);
        cr_expect_eq(memcmp(&again->exhibits.putback, &snapshot->exhibits.putback,
                            sizeof again->exhibits.putback),
                     0);
        free(again);
        free(bytes);
        lab_destroy(lab);
    }
}
