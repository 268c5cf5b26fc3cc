/* SPDX-License-Identifier: MIT
 * The exhibit `attention`: the text is written by the network, and what is said of its heads is
 * what they look at. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/labs.h"
#include "tasks/alphabet.h"

enum { CONTEXT = 24, HEADS = 4 /* of both blocks */ };

#define SMALL "model=transformer blocks=2 heads=2 width=16 context=24 optimizer=adam lr=0.003"

static const char *const alone[] = {"a", NULL};

static struct lab *open_small(const char *settings)
{
    struct lab *lab = labs_open_text(SCENARIO_DOMAIN, settings, alone);
    labs_tell(lab, "show attention 20x60");
    return lab;
}

static void run_to(struct lab *lab, long step)
{
    labs_run(lab, step, 1000);
}

/* A look that is due for each of `n` commands. */
static struct attending look(struct lab *lab, int n)
{
    const struct snapshot *snapshot = NULL;
    for (int i = 0; i < n; i++) {
        labs_tell(lab, "set lr 0.003");
        snapshot = labs_look(lab);
    }
    cr_assert(snapshot->exhibits.has[EXHIBIT_ATTENDING]);
    return snapshot->exhibits.attending;
}

/* ---- the text --------------------------------------------------------------------------------
 */

Test(attention, text_begins_with_the_prompt_and_goes_on_by_a_character_a_look)
{
    struct lab *lab = open_small(SMALL);
    run_to(lab, 5);
    const char *prompt = suite_group(lab_suite(lab), 0)->prompt;
    struct attending first = look(lab, 1), later = look(lab, 6);
    int n = (int)strlen(prompt);
    cr_expect_eq(first.n_given, n);
    cr_expect_eq(memcmp(first.text, prompt, strlen(prompt)), 0);
    cr_expect_eq(first.n, n + 1);
    cr_expect_eq(later.n, n + 7);
    cr_expect_eq(memcmp(first.text, later.text, (size_t)first.n), 0, "what is written stays");
    cr_expect_eq(first.at, first.n - 1);
    cr_expect_eq(first.from, 0, "all of it is seen");
    later = look(lab, 30);
    cr_expect_eq(later.from, later.at > CONTEXT ? later.at - CONTEXT : 0);
    lab_destroy(lab);
}

Test(attention, line_that_is_complete_stands_and_then_begins_anew)
{
    struct lab *lab = open_small(SMALL);
    run_to(lab, 5);
    int n_complete = 0, n_begun = 0, before = 0;
    for (int i = 0; i < 400 && n_begun < 2; i++) {
        struct attending seen = look(lab, 2);
        int written = seen.n - seen.n_given;
        bool is_complete =
            written == ATTENDING_WRITTEN_MAX || (written > 0 && seen.text[seen.n - 1] == '\n');
        n_complete += is_complete;
        n_begun += seen.n < before;
        before = seen.n;
    }
    cr_expect(n_begun == 2 && n_complete >= 2 * 7, "%d begun, seen complete %d times", n_begun,
              n_complete);
    lab_destroy(lab);
}

Test(attention, line_is_written_to_its_end_where_training_stands)
{
    struct lab *lab = open_small(SMALL);
    run_to(lab, 20);
    struct attending seen = look(lab, 3);
    labs_tell(lab, "pause");
    struct attending whole = labs_look(lab)->exhibits.attending;
    cr_expect_eq(memcmp(whole.text, seen.text, (size_t)seen.n), 0);
    cr_expect(whole.text[whole.n - 1] == '\n' || whole.n == whole.n_given + ATTENDING_WRITTEN_MAX);
    cr_expect_eq(whole.at, whole.n - 1);
    lab_destroy(lab);
}

Test(attention, text_of_the_present_task_or_what_was_asked)
{
    struct lab *lab = open_small(SMALL);
    run_to(lab, 5);
    cr_expect_eq(look(lab, 1).task, 0);
    run_to(lab, 45);
    struct attending seen = look(lab, 1);
    cr_expect_eq(seen.task, 1);
    cr_expect_eq(seen.n, seen.n_given + 1, "another task, another text");
    labs_tell(lab, "ask where is my");
    seen = look(lab, 1);
    cr_expect(seen.n_given == 11 && memcmp(seen.text, "where is my", 11) == 0);
    lab_destroy(lab);
}

/* ---- what is looked at -------------------------------------------------------------------------
 */

Test(attention, looks_of_each_head_sum_to_all)
{
    struct lab *lab = open_small(SMALL);
    run_to(lab, 30);
    struct attending seen = look(lab, 5);
    cr_assert(seen.n_rows == HEADS && seen.n_heads == 2);
    for (int row = 0; row < HEADS; row++) {
        int sum = 0;
        for (int i = 0; i < CONTEXT; i++) {
            sum += seen.weight[row][i];
        }
        cr_expect(abs(sum - 255) <= CONTEXT / 2, "head %d: %d", row, sum);
        cr_expect(row == 0 || memcmp(seen.weight[row], seen.weight[row - 1], CONTEXT) != 0);
    }
    lab_destroy(lab);
}

/* The same window answers the same, whether it is the last one or was chosen. */
Test(attention, chosen_character_is_looked_at_as_when_it_was_written)
{
    struct lab *lab = open_small(SMALL);
    run_to(lab, 30);
    struct attending then = look(lab, 3);
    look(lab, 4);
    char line[64];
    snprintf(line, sizeof line, "show attention 20x60 %d", then.at + 1);
    labs_tell(lab, line);
    struct attending seen = look(lab, 1), again = look(lab, 3);
    cr_expect_eq(seen.at, then.at);
    cr_expect_eq(memcmp(seen.weight, then.weight, sizeof then.weight), 0);
    cr_expect_eq(again.n, seen.n, "it stands still");
    run_to(lab, 35);
    struct attending trained = look(lab, 1);
    cr_expect(trained.at == then.at && trained.n == seen.n);
    cr_expect_neq(memcmp(trained.weight, then.weight, sizeof then.weight), 0,
                  "what would be looked at now");
    labs_tell(lab, "show attention 20x60 1");
    cr_expect_eq(look(lab, 1).at, 1, "nothing is seen before the first");
    labs_tell(lab, "show attention 20x60");
    cr_expect_eq(look(lab, 1).at, seen.n, "and it goes on");
    lab_destroy(lab);
}

Test(attention, is_of_networks_that_attend_alone)
{
    struct lab *lab = open_small("model=mlp context=24");
    run_to(lab, 5);
    cr_expect_not(labs_look(lab)->exhibits.has[EXHIBIT_ATTENDING]);
    lab_destroy(lab);
    lab = labs_open_plain(2, "", alone);
    labs_tell(lab, "show attention");
    labs_run(lab, 5, 5);
    cr_expect_not(labs_look(lab)->exhibits.has[EXHIBIT_ATTENDING]);
    lab_destroy(lab);
}

Test(attention, looking_changes_nothing_that_trains)
{
    struct lab *seen = open_small(SMALL), *unseen = labs_open_text(SCENARIO_DOMAIN, SMALL, alone);
    for (long step = 5; step <= 60; step += 5) {
        run_to(seen, step);
        look(seen, 3);
        labs_run(unseen, step, 5);
    }
    cr_expect_eq(labs_hash(seen, 0), labs_hash(unseen, 0));
    lab_destroy(seen);
    lab_destroy(unseen);
}
