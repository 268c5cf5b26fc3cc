/* SPDX-License-Identifier: MIT
 * LoRA's adapter, taken out and put back: when there is one, and what is measured then. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

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
