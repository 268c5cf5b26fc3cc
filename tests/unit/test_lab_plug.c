/* SPDX-License-Identifier: MIT
 * LoRA's adapter, taken out and put back: when there is one, and what is measured then. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/timeline.h"
#include "support/labs.h"

enum { STEPS = 40 };

/* The line is refused, with these words. */
static void expect_refused(struct lab *lab, const char *line, const char *words)
{
    struct err err = {0};
    cr_expect_not(labs_try(lab, line, &err), "%s, where '%s' was expected", line, words);
    cr_expect_not_null(strstr(err.msg, words), "'%s' expected in '%s'", words, err.msg);
}

/* ---- when there is one ----------------------------------------------------------------------- */

Test(plug, says_since_when_there_will_be_an_adapter)
{
    struct lab *lab = labs_open_plain(2, "", (const char *const[]){"a: strategy=none", NULL});
    labs_run(lab, 10, 10);
    expect_refused(lab, "unplug", "switch LoRA on first (it begins with the second task)");
    labs_tell(lab, "strategy lora on");
    expect_refused(lab, "unplug", "no adapter yet; LoRA begins with the second task");
    expect_refused(lab, "plug", "no adapter yet; LoRA begins with the second task");
    labs_run(lab, STEPS, STEPS);
    labs_tell(lab, "unplug");
    lab_destroy(lab);
    lab = labs_open_plain(2, "suite=stream data=plane",
                          (const char *const[]){"a: strategy=lora", NULL});
    labs_run(lab, 10, 10);
    expect_refused(lab, "unplug", "no adapter yet; LoRA begins when it consolidates");
    lab_destroy(lab);
}

/* At the end nothing trains: an adapter that has learned nothing is not taken out for show. */
Test(plug, takes_nothing_out_at_the_end_that_has_learned_nothing)
{
    static const char *const modes[] = {"shared", "per-task", "merge"};
    for (int i = 0; i < 3; i++) {
        char learner[64];
        snprintf(learner, sizeof learner, "a: lora.mode=%s", modes[i]);
        struct lab *lab = labs_open_plain(2, "", (const char *const[]){learner, NULL});
        labs_run(lab, 2 * STEPS, STEPS);
        labs_tell(lab, "strategy lora on");
        expect_refused(lab, "unplug", "has learned nothing yet; it will in the next run");
        labs_tell(lab, "plug");
        labs_tell(lab, "task A");
        labs_run(lab, 3 * STEPS, STEPS);
        cr_assert_eq(labs_look(lab)->state, LAB_ENDED);
        labs_tell(lab, "unplug");
        lab_destroy(lab);
    }
}

/* ---- what is measured then ------------------------------------------------------------------- */

static void read_all(struct timeline *timeline, const struct lab *lab)
{
    cr_assert(timeline_init(timeline, 5, NULL));
    timeline_read(timeline, lab_journal(lab));
}

/* The mean of what the curves show last. */
static double shown(const struct track *track)
{
    double sum = 0;
    for (int t = 0; t < 5; t++) {
        sum += series_last(track_curve(track, PROBE_ACCURACY, t)) / 5;
    }
    return sum;
}

static long count_looks(const struct lab *lab)
{
    return labs_count_measures(lab, PROBE_ACCURACY);
}

/* However few tasks a look is at while it trains flat out. */
Test(plug, is_a_look_at_all_tasks_that_have_begun)
{
    struct lab *lab =
        labs_open_plain(5, "", (const char *const[]){"a: strategy=lora lora.mode=shared", NULL});
    labs_tell(lab, "speed max");
    labs_run(lab, 3 * STEPS + 10, STEPS);
    long before = count_looks(lab);
    labs_tell(lab, "unplug");
    cr_expect_eq(count_looks(lab) - before, 4, "%ld", count_looks(lab) - before);
    labs_run(lab, 5 * STEPS, STEPS);
    before = count_looks(lab);
    labs_tell(lab, "plug");
    cr_expect_eq(count_looks(lab) - before, 5, "%ld", count_looks(lab) - before);
    lab_destroy(lab);
}

/* What stands beside the curves is of the weights that they are of; the rows of R stay. */
Test(plug, sums_are_of_what_answers)
{
    struct lab *lab =
        labs_open_plain(5, "", (const char *const[]){"a: strategy=lora lora.mode=shared", NULL});
    struct timeline in, out, again;
    labs_tell(lab, "speed max");
    labs_run(lab, 5 * STEPS, STEPS);
    read_all(&in, lab);
    labs_tell(lab, "unplug");
    read_all(&out, lab);
    labs_tell(lab, "plug");
    read_all(&again, lab);
    const struct track *with = timeline_track(&in, 0), *without = timeline_track(&out, 0);
    struct metrics plugged = timeline_metrics_now(&in, with);
    struct metrics unplugged = timeline_metrics_now(&out, without);
    cr_expect_float_eq(plugged.average_accuracy, shown(with), 1e-12);
    cr_expect_float_eq(unplugged.average_accuracy, shown(without), 1e-12);
    cr_expect_neq(shown(with), shown(without));
    double lost = 0; /* all that the adapter had learned is, the last task too */
    for (int t = 0; t < 5; t++) {
        double best = (double)NAN;
        for (int row = 0; row < 5; row++) {
            best = fmax(best, timeline_r(&out, without, row, t));
        }
        lost += (best - series_last(track_curve(without, PROBE_ACCURACY, t))) / 5;
    }
    cr_expect_float_eq(unplugged.forgetting, lost, 1e-12);
    cr_expect_eq(unplugged.learning_accuracy, plugged.learning_accuracy);
    cr_expect_eq(timeline_metrics_at(&out, without, 5 * STEPS).forgetting, unplugged.forgetting);
    cr_expect_eq(timeline_metrics(&out, without).forgetting, plugged.forgetting, "of R alone");
    const struct track *back = timeline_track(&again, 0);
    cr_expect_not(timeline_is_past_rows(&again, back));
    cr_expect_eq(timeline_metrics_now(&again, back).forgetting, plugged.forgetting);
    timeline_fini(&in);
    timeline_fini(&out);
    timeline_fini(&again);
    lab_destroy(lab);
}
