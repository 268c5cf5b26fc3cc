/* SPDX-License-Identifier: MIT
 * Going back, where it was wrong once: many learners at one step, tasks cut short, forks whose
 * parents are gone. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "lab/learner.h"
#include "lab/timeline.h"
#include "support/labs.h"

enum { STEPS = 40, ALL = 1000000 };

static const char *const one[] = {"a: strategy=ewc", NULL};
static const char *const two[] = {"x:", "a: lr=0.05", NULL};

static void tell_all(struct lab *lab, const char *const *lines)
{
    for (; *lines; lines++) {
        labs_tell(lab, *lines);
    }
}

/* ---- room ----------------------------------------------------------------------------------- */

/* Two came and went between two steps: the members of that moment are taken again, too. */
Test(rewind, has_room_for_all_that_came_and_went_at_one_step)
{
    static const char *const six[] = {"a", "b", "c", "d", "e", "f", NULL};
    static const char *const come_and_go[] = {"fork p", "fork q", "remove p", "remove q", NULL};
    struct lab *lab = labs_open_plain(3, "", six);
    labs_run(lab, 50, ALL);
    tell_all(lab, come_and_go);
    labs_run(lab, 60, ALL);
    labs_tell(lab, "add x:");
    struct err err = {0};
    cr_expect_not(labs_try(lab, "add y:", &err));
    cr_expect(strstr(err.msg, "step 50"), "%s", err.msg);
    labs_run(lab, 70, ALL);
    labs_tell(lab, "rewind 55");
    cr_expect_eq(lab_n_learners(lab), 7);
    labs_run(lab, 80, ALL);
    lab_destroy(lab);
}

/* ---- left on the way ------------------------------------------------------------------------ */

enum { MANY = 1000, PRESENT = MANY + 500 };

/* Room for the first checkpoint and the last two alone. */
static const char heavy[] = "net=300,300 steps=1000 history.megabytes=1";

struct asked {
    struct lab *lab;
    int n;
    bool goes_on;
};

/* What is there is shown as it is, whatever is on its way. */
static bool is_asked(void *context, double part)
{
    struct asked *asked = context;
    const struct snapshot *snapshot = labs_look(asked->lab);
    cr_expect(snapshot->step == PRESENT && snapshot->n_learners == 2 && snapshot->stage == 1);
    cr_expect(snapshot->taken_again == part && part >= 0 && part <= 1);
    asked->n++;
    return asked->goes_on;
}

static void expect_as_before(const char *line, bool is_paused)
{
    struct lab *lab = labs_open_plain(3, heavy, two), *plain = labs_open_plain(3, heavy, two);
    struct asked asked = {lab, 0, false};
    labs_run(lab, PRESENT, ALL);
    labs_run(plain, PRESENT, ALL);
    if (is_paused) {
        labs_tell(lab, "pause");
        labs_tell(plain, "pause");
    }
    lab_set_watch(lab, &(struct watch){is_asked, &asked});
    cr_expect_not(labs_try(lab, line, NULL), "%s", line);
    cr_assert_eq(asked.n, 1, "%s: it has taken longer than between two looks", line);
    cr_expect(isnan(labs_look(lab)->taken_again));
    cr_expect_eq(labs_count(lab, ENTRY_REFUSED) + labs_count(lab, ENTRY_REWIND), 0);
    cr_expect_eq(lab_state(lab), lab_state(plain), "%s", line);
    cr_expect_eq(lab_n_learners(lab), 2, "%s", line);
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(labs_hash(lab, i), labs_hash(plain, i), "%s", line);
        cr_expect_eq(labs_look(lab)->learners[i].drift[0], labs_look(plain)->learners[i].drift[0]);
    }
    asked.goes_on = true;
    labs_tell(lab, "rewind 990");
    labs_tell(plain, "rewind 990");
    cr_expect_eq(labs_hash(lab, 0), labs_hash(plain, 0), "%s", line);
    lab_destroy(plain);
    lab_destroy(lab);
}

Test(rewind, that_is_given_up_leaves_all_as_it_was)
{
    expect_as_before("rewind 990", true);
    expect_as_before("add late: lr=0.02", false);
}

/* ---- a task cut short ----------------------------------------------------------------------- */

static void expect_at_start_of_third(struct lab *lab)
{
    const struct snapshot *snapshot = labs_look(lab);
    const struct params *params = learner_params(lab_learner(lab, 0));
    cr_expect(snapshot->stage == 2 && snapshot->step == 50 && snapshot->stage_step == 0);
    cr_expect_eq(params->value[PARAM_LR], 0.01);
    cr_expect_neq(learner_on(lab_learner(lab, 0)), 0);
}

static void expect_the_later_task(const char *settings)
{
    static const char *const plain[] = {"a:", NULL};
    struct lab *lab = labs_open_plain(6, settings, plain);
    labs_run(lab, 50, ALL);
    labs_tell(lab, "next");
    lab_advance(lab, 0);
    labs_tell(lab, "set lr 0.01");
    labs_tell(lab, "strategy ewc on");
    labs_run(lab, 120, 1);
    uint64_t later = labs_hash(lab, 0);
    labs_run(lab, 200, 1);
    for (int i = 0; i < 2; i++) {
        labs_tell(lab, "rewind 50");
        expect_at_start_of_third(lab);
    }
    labs_run(lab, 120, 1);
    cr_expect_eq(labs_hash(lab, 0), later, "%s", settings);
    lab_destroy(lab);
}

Test(rewind, to_where_a_task_was_cut_goes_on_to_the_one_that_followed)
{
    expect_the_later_task("net=200,200");
    expect_the_later_task("net=200,200 history.megabytes=1");
}

/* It has been said, but the task has not ended yet. */
Test(rewind, leaves_a_task_to_be_cut_where_it_was)
{
    struct lab *lab = labs_open_plain(3, "", one);
    labs_run(lab, 20, ALL);
    labs_tell(lab, "next");
    labs_tell(lab, "rewind 20");
    cr_expect(labs_look(lab)->stage == 0 && lab_steps_done(lab) == 20);
    lab_advance(lab, 0);
    cr_expect_eq(labs_look(lab)->stage, 1);
    labs_tell(lab, "rewind 20");
    cr_expect_eq(labs_look(lab)->stage, 1);
    lab_destroy(lab);
}

Test(rewind, to_the_end_of_a_last_task_that_was_cut_is_the_end)
{
    struct lab *lab = labs_open_plain(1, "", one);
    labs_run(lab, 20, ALL);
    labs_tell(lab, "next");
    cr_expect_eq(lab_advance(lab, 0), LAB_ENDED);
    labs_tell(lab, "rewind 20");
    cr_expect_eq(lab_state(lab), LAB_ENDED);
    lab_destroy(lab);
}

/* ---- those whose parents are gone ----------------------------------------------------------- */

static int count_cells(struct lab *lab, const char *line)
{
    labs_tell(lab, line);
    const struct map *map = &labs_look(lab)->map;
    int n = 0;
    for (int i = 0; i < map->rows * map->cols; i++) {
        n += isfinite(map->cells[i]);
    }
    return n;
}

Test(rewind, shows_the_past_of_a_fork_before_it_was)
{
    static float kept[64];
    struct lab *lab = labs_open_plain(3, "net=8 steps=400", one);
    labs_tell(lab, "speed 100000");
    labs_run(lab, 600, ALL);
    labs_tell(lab, "fork b: lr=0.05");
    labs_run(lab, 650, ALL);
    labs_tell(lab, "fork c: lr=0.02");
    labs_tell(lab, "remove b");
    labs_run(lab, 700, ALL);
    static const char *const lines[] = {"map 1 drift task 8x8 300", "map 1 drift task 8x8 500",
                                        "map 1 drift task 8x8 690", "map 1 weights task 8x8 500",
                                        "map 1 drift start 8x8 500"};
    for (int i = 0; i < 5; i++) {
        cr_expect_eq(count_cells(lab, lines[i]), 64, "%s", lines[i]);
    }
    labs_tell(lab, "map 1 drift task 8x8 500");
    memcpy(kept, labs_look(lab)->map.cells, sizeof kept);
    labs_tell(lab, "learner a");
    labs_tell(lab, "map 1 drift task 8x8 500");
    cr_expect_eq(memcmp(labs_look(lab)->map.cells, kept, sizeof kept), 0, "it was a then");
    lab_destroy(lab);
}

Test(rewind, measures_drift_of_a_fork_whose_parent_is_gone)
{
    struct lab *lab = labs_open_plain(3, "steps=400", one);
    labs_tell(lab, "speed 100000");
    labs_run(lab, 600, ALL);
    labs_tell(lab, "fork b: lr=0.05");
    labs_run(lab, 610, ALL);
    labs_tell(lab, "fork c: lr=0.2");
    labs_run(lab, 620, ALL);
    labs_tell(lab, "remove b");
    labs_run(lab, 700, ALL);
    double drift = labs_look(lab)->learners[1].drift[0];
    labs_run(lab, 760, ALL);
    labs_tell(lab, "rewind 700");
    cr_expect_eq(labs_look(lab)->learners[1].drift[0], drift);
    lab_destroy(lab);
}

Test(rewind, gives_back_where_the_total_drift_of_one_that_was_removed_is_measured_from)
{
    struct lab *lab = labs_open_plain(3, "", two), *plain = labs_open_plain(3, "", two);
    labs_run(lab, 60, ALL);
    labs_tell(lab, "remove x");
    labs_run(lab, 70, ALL);
    labs_tell(lab, "rewind 65"); /* not there, and remembered all the same */
    labs_tell(lab, "rewind 50");
    labs_run(lab, ALL, ALL);
    labs_run(plain, ALL, ALL);
    cr_expect_eq(lab_total_drift(lab, labs_find(lab, "x"), 0), lab_total_drift(plain, 0, 0));
    cr_expect(isfinite(lab_total_drift(plain, 0, 0)));
    lab_destroy(lab);
    lab_destroy(plain);
}

Test(rewind, selects_whom_the_selected_one_was_then)
{
    struct lab *lab = labs_open_plain(3, "", two);
    labs_run(lab, 20, ALL);
    labs_tell(lab, "fork y");
    labs_tell(lab, "remove y");
    labs_run(lab, 50, ALL);
    labs_tell(lab, "learner a");
    labs_tell(lab, "fork b");
    labs_run(lab, 55, ALL);
    labs_tell(lab, "fork c");
    labs_tell(lab, "remove b");
    labs_run(lab, 60, ALL);
    labs_tell(lab, "remove a");
    labs_tell(lab, "rewind 30");
    cr_expect_eq(labs_look(lab)->selected, labs_find(lab, "a"));
    lab_destroy(lab);
}

/* Forked again on the way, or there already in the moment it starts from. */
Test(rewind, stands_them_in_the_same_order_whatever_is_kept)
{
    static const char *const paces[] = {"speed 100000", "speed max"}; /* each look, or a few */
    for (int i = 0; i < 4; i++) {
        struct lab *lab = labs_open_plain(
            3, i < 2 ? "steps=200" : "net=300,300 steps=200 history.megabytes=1", one);
        labs_tell(lab, paces[i % 2]);
        labs_run(lab, 50, ALL);
        labs_tell(lab, "fork b");
        labs_run(lab, 120, ALL);
        labs_tell(lab, "add late");
        labs_run(lab, 140, ALL);
        labs_tell(lab, "rewind 110");
        cr_expect_eq(labs_find(lab, "b"), 1, "%d", i);
        cr_expect_eq(labs_find(lab, "late"), 2, "%d", i);
        lab_destroy(lab);
    }
}

/* What a fork has trained itself is counted, wherever the way back to it began. */
Test(rewind, counts_what_was_done_whatever_is_kept)
{
    static const char *const paces[] = {"speed 100000", "speed max"}; /* each look, or a few */
    for (int i = 0; i < 4; i++) {
        struct lab *lab = labs_open_plain(
            3, i < 2 ? "steps=200" : "net=300,300 steps=200 history.megabytes=1", one);
        labs_tell(lab, paces[i % 2]);
        labs_run(lab, 50, ALL);
        labs_tell(lab, "fork b");
        labs_run(lab, 120, ALL);
        labs_tell(lab, i % 2 ? "rewind 51" : "rewind 110");
        cr_expect_eq(lab_learner_steps(lab, 0), 120, "%d: %ld", i, lab_learner_steps(lab, 0));
        cr_expect_eq(lab_learner_steps(lab, 1), 70, "%d: %ld", i, lab_learner_steps(lab, 1));
        cr_expect_eq(lab_learner_samples(lab, 1), 70 * 8, "%d", i);
        lab_destroy(lab);
    }
}

/* ---- to the very start ---------------------------------------------------------------------- */

Test(rewind, leaves_no_parents_to_those_that_begin_anew)
{
    struct timeline timeline;
    struct lab *lab = labs_open_plain(2, "", one);
    cr_assert(timeline_init(&timeline, 2, NULL));
    labs_run(lab, 50, ALL);
    labs_tell(lab, "fork b");
    int id = lab_learner_id(lab, 1);
    timeline_read(&timeline, lab_journal(lab));
    cr_expect(timeline_track(&timeline, id)->parent == 0);
    cr_expect(timeline_track(&timeline, id)->born == 50);
    labs_tell(lab, "restart");
    labs_run(lab, 10, ALL);
    timeline_read(&timeline, lab_journal(lab));
    cr_expect_eq(timeline_track(&timeline, id)->parent, -1);
    cr_expect_eq(timeline_track(&timeline, id)->born, 0);
    timeline_fini(&timeline);
    lab_destroy(lab);
}

/* ---- names ---------------------------------------------------------------------------------- */

Test(fork, has_a_name_that_none_had_before)
{
    struct lab *lab = labs_open_plain(2, "", one);
    labs_run(lab, 50, ALL);
    labs_tell(lab, "fork");
    labs_run(lab, 55, ALL);
    labs_tell(lab, "fork");
    cr_expect_str_eq(lab_learner_name(lab, 2), "ewc-2");
    labs_tell(lab, "remove ewc-2");
    labs_tell(lab, "rewind 45");
    cr_assert_eq(lab_n_learners(lab), 1);
    labs_tell(lab, "fork");
    cr_expect_str_eq(lab_learner_name(lab, 1), "ewc-3");
    lab_destroy(lab);
}

/* ---- added ---------------------------------------------------------------------------------- */

Test(add, has_the_strategies_of_the_session_unless_it_says_otherwise)
{
    struct lab *lab = labs_open_plain(2, "", one);
    labs_tell(lab, "strategy replay on");
    labs_tell(lab, "add b: lr=0.02");
    labs_tell(lab, "add c: strategy=none");
    uint32_t on;
    cr_assert(config_parse_strategies("ewc", &on, NULL));
    cr_expect_eq(learner_on(lab_learner(lab, 1)), on, "as the session began");
    cr_expect_eq(learner_on(lab_learner(lab, 2)), 0);
    lab_destroy(lab);
}
