/* SPDX-License-Identifier: MIT
 * Timed commands after going back: those of later steps are due again, each as often as it can
 * be. */
#include <criterion/criterion.h>
#include <string.h>

#include "lab/script.h"
#include "support/labs.h"

enum { STEPS = 40, TASKS = 3, ALL = 1000000 };

static const char *const one[] = {"a", NULL};

/* A lab that has done all that the lines say; `cut`: steps at a time. */
static struct lab *open_done(const char *settings, const char *const *lines, long cut)
{
    static struct script script;
    struct err err = {0};
    script.n = 0;
    for (; *lines; lines++) {
        cr_assert(script_add(&script, *lines, &err), "%s", err.msg);
    }
    struct lab_options options = {.script = &script, .keeps_history = true};
    struct lab *lab = labs_open(TASKS, settings, one, &options);
    labs_run(lab, ALL, cut);
    cr_assert_eq(lab_state(lab), LAB_ENDED);
    return lab;
}

/* How often a command stands in the journal, by its beginning; `refused`: of those refused. */
static int count(const struct lab *lab, const char *text, bool refused)
{
    const struct journal *journal = lab_journal(lab);
    int n = 0;
    for (long i = 0; i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        enum entry_kind kind = refused ? ENTRY_REFUSED : ENTRY_COMMAND;
        n += entry.kind == kind && strncmp(entry.text, text, strlen(text)) == 0;
    }
    return n;
}

static void expect_as_without_going_back(const char *settings, const char *back)
{
    const char *const there[] = {"10:strategy replay on", "B+5:set lr 0.02", NULL};
    const char *const and_back[] = {"10:strategy replay on", "B+5:set lr 0.02", back, NULL};
    struct lab *plain = open_done(settings, there, ALL);
    for (long cut = 1; cut < ALL; cut *= 50) {
        struct lab *lab = open_done(settings, and_back, cut);
        cr_expect_eq(labs_hash(lab, 0), labs_hash(plain, 0), "%s, %ld at a time", back, cut);
        cr_expect_eq(count(lab, "strategy replay on", false), 2, "%s", back);
        cr_expect_eq(count(lab, "rewind", false) + count(lab, "restart", false), 1);
        lab_destroy(lab);
    }
    lab_destroy(plain);
}

Test(script, lines_of_later_steps_are_due_again_after_rewind)
{
    expect_as_without_going_back("", "C+20:rewind 0");
    expect_as_without_going_back("", "70:rewind 4");
    expect_as_without_going_back("suite=stream", "70:rewind 4");
}

Test(script, lines_of_earlier_steps_and_of_that_one_are_not)
{
    const char *const lines[] = {"10:set lr 0.02", "20:set lr 0.03", "60:rewind 20", NULL};
    struct lab *lab = open_done("", lines, 7);
    cr_expect_eq(count(lab, "set lr", false), 2);
    lab_destroy(lab);
}

/* Also those that count from where the first task begins, which is where a new run stands. */
Test(script, lines_of_the_first_task_are_due_again_after_restart)
{
    const char *const lines[] = {"A:set lr 0.02", "A+10:strategy replay on", "60:restart", NULL};
    static const char *const settings[] = {"", "suite=stream data=plane"};
    for (int i = 0; i < 2; i++) {
        for (long cut = 1; cut < ALL; cut *= 50) {
            struct lab *lab = open_done(settings[i], lines, cut);
            cr_expect_eq(count(lab, "restart", false), 1);
            cr_expect_eq(count(lab, "set lr", false), 2, "'%s', %ld at a time", settings[i], cut);
            cr_expect_eq(count(lab, "strategy replay on", false), 2, "'%s', %ld at a time",
                         settings[i], cut);
            lab_destroy(lab);
        }
    }
}

Test(script, all_lines_are_due_again_after_restart)
{
    const char *const lines[] = {"0:set lr 0.02", "10:set lr 0.03", "60:restart", NULL};
    for (long cut = 1; cut < ALL; cut *= 50) {
        struct lab *lab = open_done("", lines, cut);
        cr_expect_eq(count(lab, "set lr 0.02", false), 2);
        cr_expect_eq(count(lab, "set lr 0.03", false), 2);
        cr_expect_eq(count(lab, "restart", false), 1);
        lab_destroy(lab);
    }
}

Test(script, lines_of_the_task_that_begins_anew_are_due_again)
{
    const char *const lines[] = {"B:set lr 0.02", "B+10:set lr 0.03", "B+20:rewind", "C:set lr 0.1",
                                 NULL};
    struct lab *lab = open_done("", lines, 1);
    cr_expect_eq(count(lab, "set lr 0.02", false), 2);
    cr_expect_eq(count(lab, "set lr 0.03", false), 2);
    cr_expect_eq(count(lab, "set lr 0.1", false), 1);
    lab_destroy(lab);
}

/* Whoever was added has been there from the start; whoever comes along is not forked twice. */
Test(script, nobody_comes_or_goes_twice)
{
    const char *const steps[] = {"10:fork x", "20:add y:", "30:rename x z", "60:rewind 5", NULL};
    const char *const tasks[] = {"B+10:fork x", "B+15:add y:", "B+20:remove x", "B+30:rewind",
                                 NULL};
    const char *const start[] = {"10:fork x", "20:add y:", "30:remove a", "60:restart", NULL};
    const char *const *const all[] = {steps, tasks, start};
    for (int i = 0; i < 3; i++) {
        struct lab *lab = open_done("", all[i], ALL);
        cr_expect_eq(labs_count(lab, ENTRY_REFUSED), 0, "%d", i);
        cr_expect_eq(count(lab, "fork", false), i == 0 ? 2 : 1, "%d", i);
        cr_expect_eq(count(lab, "add", false), 1, "%d", i);
        cr_expect_eq(lab_n_learners(lab), i == 0 ? 3 : 2, "%d", i);
        lab_destroy(lab);
    }
}
