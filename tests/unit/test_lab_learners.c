/* SPDX-License-Identifier: MIT
 * Several learners in one lab: each is what it would be alone, whatever the others do and however
 * the work is cut up; they are forked, added, renamed, removed, chosen, and diverge alone. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner.h"
#include "strategies/table.h"
#include "support/labs.h"

enum { STEPS = 40, ALL = 1000000 };

static const char *const one[] = {"a: strategy=ewc", NULL};

/* Tries a line that must be refused with these words, and looks whether anything has changed. */
static void expect_refused(struct lab *lab, const char *line, const char *expected,
                           const char *found)
{
    struct err err = {0};
    uint64_t before[LEARNERS_MAX];
    int n = lab_n_learners(lab);
    long length = journal_length(lab_journal(lab)), step = lab_steps_done(lab);
    enum lab_state state = lab_state(lab);
    for (int i = 0; i < n; i++) {
        before[i] = labs_hash(lab, i);
    }
    cr_expect_not(labs_try(lab, line, &err), "%s", line);
    cr_expect_eq(err.code, ERR_USAGE, "%s", line);
    cr_expect(strstr(err.msg, expected) && strstr(err.msg, found), "%s: %s", line, err.msg);
    cr_assert_eq(lab_n_learners(lab), n, "%s", line);
    for (int i = 0; i < n; i++) {
        cr_expect_eq(labs_hash(lab, i), before[i], "%s: learner %d is another", line, i);
    }
    cr_expect(lab_steps_done(lab) == step && lab_state(lab) == state, "%s", line);
    for (long i = length; i < journal_length(lab_journal(lab)); i++) {
        struct entry entry = journal_at(lab_journal(lab), i);
        cr_expect(entry.kind == ENTRY_COMMAND || entry.kind == ENTRY_REFUSED, "%s: kind %d", line,
                  entry.kind);
    }
}

/* ---- alike ---------------------------------------------------------------------------------- */

static void expect_alike(const char *strategies, const char *settings, int n_tasks, long end)
{
    char first[100], second[100];
    const char *pair[] = {first, second, NULL}, *single[] = {first, NULL};
    snprintf(first, sizeof first, "a: strategy=%s", strategies);
    snprintf(second, sizeof second, "b: strategy=%s", strategies);
    char all[200];
    snprintf(all, sizeof all, "net=5 batch=4 lora.rank=2 %s", settings);
    struct lab *lab = labs_open_plain(n_tasks, all, pair),
               *alone = labs_open_plain(n_tasks, all, single);
    for (long step = end / 20; step <= end; step += end / 20) {
        labs_run(lab, step, 13);
        cr_assert_eq(lab_steps_done(lab), step, "%s", strategies);
        cr_assert_eq(labs_hash(lab, 0), labs_hash(lab, 1), "%s: step %ld", strategies, step);
    }
    labs_run(alone, end, ALL);
    cr_expect_eq(labs_hash(alone, 0), labs_hash(lab, 0), "%s: alone", strategies);
    cr_expect(labs_same_measures(lab, "a", lab, "b", 0), "%s", strategies);
    cr_expect(labs_same_measures(lab, "a", alone, "a", 0), "%s", strategies);
    lab_destroy(lab);
    lab_destroy(alone);
}

static void expect_all_alike(const char *settings, int n_tasks, long end)
{
    static const char *const several[] = {"none", "ewc+replay", "lora+replay+l2",
                                          "decay+freeze+ewc"};
    for (int i = 0; i < strategy_count(); i++) {
        expect_alike(strategy_at(i)->name, settings, n_tasks, end);
    }
    for (int i = 0; i < 4; i++) {
        expect_alike(several[i], settings, n_tasks, end);
    }
}

Test(learners, made_alike_stay_alike_with_sgd)
{
    expect_all_alike("steps=400 lr=0.03", 5, 2000);
}

Test(learners, made_alike_stay_alike_with_adam)
{
    expect_all_alike("steps=400 optimizer=adam lr=0.002", 5, 2000);
}

Test(learners, made_alike_stay_alike_as_transformers)
{
    expect_all_alike("steps=20 " LABS_TRANSFORMER_SESSION, 3, 60);
    expect_all_alike(LABS_FEATURES "steps=20", 3, 60);
}

/* ---- cut up --------------------------------------------------------------------------------- */

static struct lab *run_in_cuts(int hands, long cut)
{
    static const char *const four[] = {"a: strategy=ewc",
                                       "b: strategy=replay optimizer=adam lr=0.01",
                                       "c: strategy=lora net=9,5", "d: strategy=joint+decay", NULL};
    struct lab_options options = {.keeps_history = true, .hands = hands};
    struct lab *lab = labs_open(3, "steps=80", four, &options);
    labs_run(lab, 100, cut);
    labs_tell(lab, "fork e: lr=0.02");
    labs_run(lab, 130, cut);
    labs_tell(lab, "learner b");
    labs_tell(lab, "remove");
    labs_run(lab, 170, cut);
    labs_tell(lab, "rewind 90");
    labs_run(lab, ALL, cut);
    cr_assert_eq(lab_state(lab), LAB_ENDED);
    return lab;
}

Test(learners, do_not_depend_on_hands_or_on_how_the_work_is_cut_up)
{
    static const int hands[] = {1, 2, 4};
    static const long cuts[] = {1, 7, 1000};
    struct lab *first = run_in_cuts(1, 1);
    for (int i = 1; i < 9; i++) {
        struct lab *lab = run_in_cuts(hands[i / 3], cuts[i % 3]);
        cr_assert_eq(lab_n_learners(lab), lab_n_learners(first));
        for (int k = 0; k < lab_n_learners(lab); k++) {
            cr_expect_eq(labs_hash(lab, k), labs_hash(first, k), "%d hands, %ld steps, learner %d",
                         hands[i / 3], cuts[i % 3], k);
        }
        cr_expect(labs_same_journal(lab, first), "%d hands, %ld steps", hands[i / 3], cuts[i % 3]);
        lab_destroy(lab);
    }
    lab_destroy(first);
}

/* Large enough that a single learner's products and optimizer are shared out; a fork then shares
 * out learners instead. */
static struct lab *run_large(const char *learner, int hands)
{
    const char *const alone[] = {learner, NULL};
    struct lab_options options = {.keeps_history = true, .hands = hands};
    struct lab *lab = labs_open(5, "steps=30 batch=128", alone, &options);
    labs_run(lab, 45, 1000);
    labs_tell(lab, "fork b: lr=0.02");
    labs_run(lab, 55, 1000);
    labs_tell(lab, "remove");
    labs_run(lab, 75, 1000);
    labs_tell(lab, "rewind 40");
    labs_run(lab, 70, 1000);
    return lab;
}

Test(learners, one_that_is_large_has_the_same_bits_with_any_number_of_threads)
{
    static const char *const settings[] = {
        "a: net=256,256 strategy=ewc+replay",
        "a: net=256,256 optimizer=adam lr=0.002 strategy=l2+lora",
        "a: net=300 optimizer=momentum lr=0.01",
    };
    static const int threads[] = {2, 3, 8};
    for (size_t s = 0; s < sizeof settings / sizeof *settings; s++) {
        struct lab *first = run_large(settings[s], 1);
        for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
            struct lab *lab = run_large(settings[s], threads[i]);
            cr_expect(learner_is_large(lab_learner(lab, 0)));
            for (int k = 0; k < lab_n_learners(lab); k++) {
                cr_expect_eq(labs_hash(lab, k), labs_hash(first, k), "%s: %d threads, learner %d",
                             settings[s], threads[i], k);
            }
            cr_expect(labs_same_journal(lab, first), "%s: %d threads", settings[s], threads[i]);
            lab_destroy(lab);
        }
        lab_destroy(first);
    }
}

Test(learners, may_have_networks_of_different_depth)
{
    static const char *const two[] = {"deep: net=7,6,5", "flat: net=0", NULL};
    struct lab *lab = labs_open_plain(2, "", two);
    labs_tell(lab, "learner deep");
    labs_tell(lab, "map 4 weights start 8x8");
    labs_run(lab, 10, 1);
    cr_expect_eq(labs_look(lab)->map.n_inputs, 5);
    labs_tell(lab, "learner flat");
    const struct snapshot *snapshot = labs_look(lab);
    cr_expect(snapshot->map.n_inputs == 64 && snapshot->map.n_units == 10);
    expect_refused(lab, "map 2 weights start 8x8", "layer 1 to 1", "2");
    labs_tell(lab, "learner all");
    labs_tell(lab, "set lr 0.01");
    labs_run(lab, ALL, 100);
    cr_expect_eq(lab_state(lab), LAB_ENDED);
    lab_destroy(lab);
}

/* ---- forks ---------------------------------------------------------------------------------- */

Test(fork, without_a_change_stays_its_parent)
{
    static const long at[] = {0, 1, 17, STEPS, STEPS + 23, 2 * STEPS};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        static const char *const sets[] = {"a: strategy=ewc+replay", "a: strategy=lora",
                                           "a: strategy=joint optimizer=adam lr=0.01",
                                           "a: strategy=freeze+l2 optimizer=momentum lr=0.02"};
        static const char *const does[] = {"ewc+replay", "lora", "joint", "l2+freeze"};
        for (int k = 0; k < 4; k++) {
            const char *line[] = {sets[k], NULL};
            struct lab *lab = labs_open_plain(4, "", line);
            labs_run(lab, at[i], ALL);
            labs_tell(lab, "fork");
            char copy[LEARNER_NAME_MAX];
            snprintf(copy, sizeof copy, "%s", lab_learner_name(lab, 1));
            cr_expect_str_eq(copy, does[k]);
            for (long step = at[i]; lab_state(lab) != LAB_ENDED; step += 9) {
                labs_run(lab, step, 5);
                cr_assert_eq(labs_hash(lab, 0), labs_hash(lab, 1), "%s from %ld: step %ld", sets[k],
                             at[i], step);
            }
            cr_expect(labs_same_measures(lab, "a", lab, copy, at[i] + 1));
            lab_destroy(lab);
        }
    }
}

Test(fork, with_a_change_is_that_change_from_there_on)
{
    struct lab *lab = labs_open_plain(4, "", one), *other = labs_open_plain(4, "", one);
    labs_run(lab, 57, ALL);
    labs_run(other, 57, ALL);
    labs_tell(lab, "fork what-if: lr=0.03 strategy=ewc+replay ewc.lambda=2");
    labs_tell(other, "set lr 0.03");
    labs_tell(other, "strategy replay on");
    labs_tell(other, "set ewc.lambda 2");
    struct lab *plain = labs_open_plain(4, "", one);
    for (int i = 0; i < 3; i++) {
        labs_run(i == 0 ? lab : i == 1 ? other : plain, ALL, 10);
    }
    cr_expect_eq(labs_hash_of(lab, "what-if"), labs_hash_of(other, "a"));
    cr_expect_eq(labs_hash_of(lab, "a"), labs_hash_of(plain, "a"), "the parent goes on");
    cr_expect_neq(labs_hash_of(lab, "what-if"), labs_hash_of(lab, "a"));
    cr_expect(labs_same_measures(lab, "what-if", other, "a", 58));
    lab_destroy(lab);
    lab_destroy(other);
    lab_destroy(plain);
}

Test(fork, of_a_fork_has_its_parents_past_and_is_chosen)
{
    struct lab *lab = labs_open_plain(3, "", one);
    labs_run(lab, 25, ALL);
    labs_tell(lab, "learner all");
    labs_tell(lab, "fork b: lr=0.5");
    labs_tell(lab, "set l2.lambda 0.5"); /* to the fork alone */
    labs_run(lab, 61, ALL);
    labs_tell(lab, "fork c");
    labs_run(lab, ALL, ALL);
    const struct snapshot *snapshot = labs_look(lab);
    cr_assert_eq(snapshot->n_learners, 3);
    const struct learner_state *l = snapshot->learners;
    cr_expect(l[0].parent == -1 && l[1].parent == l[0].id && l[2].parent == l[1].id);
    cr_expect(l[0].born == 0 && l[1].born == 25 && l[2].born == 61);
    cr_expect(l[0].slot != l[1].slot && l[1].slot != l[2].slot && l[0].slot != l[2].slot);
    cr_expect(snapshot->selected == 2 && !snapshot->is_to_all);
    cr_expect_eq(labs_hash_of(lab, "b"), labs_hash_of(lab, "c"));
    cr_expect_eq(l[1].params.value[PARAM_L2_LAMBDA], 0.5);
    cr_expect_neq(l[0].params.value[PARAM_L2_LAMBDA], 0.5);
    lab_destroy(lab);
}

Test(fork, is_gone_before_it_was_and_kept_by_a_rewind_without_step)
{
    struct lab *lab = labs_open_plain(3, "", one);
    labs_run(lab, STEPS, ALL);
    uint64_t start = labs_hash_of(lab, "a");
    labs_run(lab, STEPS + 15, ALL);
    labs_tell(lab, "fork b");
    labs_tell(lab, "set lr 0.05");
    int id = lab_learner_id(lab, 1);
    labs_run(lab, STEPS + 30, ALL);
    labs_tell(lab, "rewind");
    cr_expect_eq(lab_steps_done(lab), STEPS);
    cr_assert(lab_n_learners(lab) == 2 && lab_learner_id(lab, 1) == id);
    cr_expect_eq(labs_look(lab)->selected, 1, "it stays chosen");
    cr_expect_eq(learner_params(lab_learner(lab, 1))->value[PARAM_LR], 0.05);
    cr_expect_eq(labs_hash_of(lab, "a"), start);
    size_t size = learner_network(lab_learner(lab, 0))->n_params * sizeof(real);
    cr_expect_eq(
        memcmp(learner_theta(lab_learner(lab, 0)), learner_theta(lab_learner(lab, 1)), size), 0);
    labs_run(lab, STEPS + 30, ALL);
    uint64_t later = labs_hash_of(lab, "b");
    labs_tell(lab, "rewind 40");
    cr_expect_eq(lab_n_learners(lab), 2, "it has been forked at that step now");
    labs_run(lab, STEPS + 30, ALL);
    cr_expect_eq(labs_hash_of(lab, "b"), later);
    labs_tell(lab, "rewind 39");
    cr_expect_eq(lab_n_learners(lab), 1);
    cr_expect_eq(labs_look(lab)->selected, 0);
    labs_tell(lab, "fork b");
    cr_expect_gt(lab_learner_id(lab, 1), id, "a number is not given twice");
    lab_destroy(lab);
}

Test(fork, is_kept_by_a_restart)
{
    struct lab *lab = labs_open_plain(2, "", one);
    labs_run(lab, 50, ALL);
    labs_tell(lab, "fork b: lr=0.05");
    labs_run(lab, 60, ALL);
    labs_tell(lab, "restart");
    cr_assert(lab_n_learners(lab) == 2 && lab_steps_done(lab) == 0);
    cr_expect_eq(labs_look(lab)->selected, 1);
    static const char *const both[] = {"a: strategy=ewc", "b: strategy=ewc lr=0.05", NULL};
    struct lab *fresh = labs_open_plain(2, "", both);
    labs_run(lab, ALL, ALL);
    labs_run(fresh, ALL, ALL);
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(labs_hash(lab, i), labs_hash(fresh, i));
    }
    cr_expect(labs_same_measures(lab, "b", fresh, "b", 1));
    lab_destroy(lab);
    lab_destroy(fresh);
}

Test(fork, numbers_are_never_given_twice_and_slots_are_distinct)
{
    struct lab *lab = labs_open_plain(3, "", one);
    bool is_given[200] = {0};
    is_given[lab_learner_id(lab, 0)] = true;
    for (int i = 0; i < 40; i++) {
        char line[32];
        labs_run(lab, i, 1);
        if (lab_n_learners(lab) == LEARNERS_MAX || i % 7 == 6) {
            labs_tell(lab, "remove");
        }
        snprintf(line, sizeof line, "add x%d", i);
        if (i % 3 || !labs_try(lab, line, NULL)) { /* there may have been eight before */
            snprintf(line, sizeof line, "fork x%d", i);
            labs_tell(lab, line);
        }
        const struct snapshot *snapshot = labs_look(lab);
        int id = snapshot->learners[snapshot->selected].id;
        cr_assert_not(is_given[id], "%d", id);
        is_given[id] = true;
        bool is_taken[LEARNERS_MAX] = {0};
        for (int k = 0; k < snapshot->n_learners; k++) {
            cr_assert_not(is_taken[snapshot->learners[k].slot]);
            is_taken[snapshot->learners[k].slot] = true;
        }
        if (i % 11 == 10) {
            snprintf(line, sizeof line, i % 2 ? "rewind %d" : "rewind", i - 4);
            labs_tell(lab, line);
        }
        if (labs_look(lab)->n_learners > 6) {
            labs_tell(lab, "remove");
        }
    }
    lab_destroy(lab);
}

/* ---- added ---------------------------------------------------------------------------------- */

/* The first `n` of the lines, each at its step, and so many steps more. */
static void go_through(struct lab *lab, const char *const *lines, int n, long more)
{
    for (int i = 0; i < n; i++) {
        char *line;
        labs_run(lab, strtol(lines[i], &line, 10), 9);
        labs_tell(lab, line + 1);
    }
    labs_run(lab, lab_steps_done(lab) + more, 9);
}

static void expect_as_if_in(const char *settings, const char *spec, const char *const *lines, int n,
                            long more)
{
    char line[200];
    const char *both[] = {"a: strategy=ewc", spec, NULL};
    struct lab *late = labs_open_plain(4, settings, one),
               *there = labs_open_plain(4, settings, both);
    go_through(late, lines, n, more);
    go_through(there, lines, n, more);
    snprintf(line, sizeof line, "add %s", spec);
    labs_tell(late, line);
    labs_tell(there, "note it has been there");
    cr_expect(lab_n_learners(late) == 2 && lab_steps_done(late) == lab_steps_done(there));
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(labs_hash(late, i), labs_hash(there, i), "%s, %d lines, %ld steps: learner %d",
                     spec, n, more, i);
    }
    labs_run(late, ALL, 50);
    labs_run(there, ALL, 50);
    cr_expect_eq(lab_state(late), LAB_ENDED);
    for (int i = 0; i < 2; i++) {
        const char *name = lab_learner_name(there, i);
        cr_expect_eq(labs_hash(late, i), labs_hash(there, i),
                     "%s, %d lines, %ld steps: %s in the end", spec, n, more, name);
        cr_expect(labs_same_measures(late, name, there, name, 0), "%s, %d lines, %ld steps: %s",
                  spec, n, more, name);
    }
    lab_destroy(late);
    lab_destroy(there);
}

static void expect_as_if_there(const char *spec, const char *const *lines, int n, long more)
{
    expect_as_if_in("", spec, lines, n, more);
}

static const char *const busy[] = {
    "10 learner all",   "10 set lr 0.2",       "21 strategy replay on",
    "30 learner a",     "30 set lr 0.01",      "35 next",
    "50 speed 100",     "58 task D",           "70 consolidate",
    "75 learner all",   "80 set ewc.lambda 2", "85 speed max",
    "90 rewind 82",     "95 rewind 60",        "70 rewind",
    "66 strategy l2 on"};
enum { N_BUSY = sizeof busy / sizeof *busy };

Test(add, is_as_if_it_had_been_there)
{
    static const char *const specs[] = {"b: strategy=replay lr=0.05", "b: strategy=lora net=4,4",
                                        "b: optimizer=adam strategy=none", "b: strategy=joint"};
    static const long steps[] = {0, 1, 20, STEPS, 2 * STEPS + 11, 4 * STEPS - 1, 4 * STEPS};
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 7; k++) {
            expect_as_if_there(specs[i], NULL, 0, steps[k]);
        }
    }
}

Test(add, is_as_if_it_had_been_there_whatever_was_done)
{
    for (int n = 1; n <= N_BUSY; n++) {
        expect_as_if_there("b: strategy=ewc optimizer=adam lr=0.002", busy, n, 0);
        expect_as_if_there("b: strategy=replay", busy, n, 1);
        expect_as_if_there("b: strategy=lora", busy, n, 10);
    }
}

Test(add, is_as_if_it_had_been_there_as_a_transformer)
{
    static const char *const specs[] = {"b: strategy=replay lr=0.01", "b: strategy=lora width=8",
                                        "b: strategy=ewc blocks=2",
                                        "b: strategy=none model=mlp net=5"};
    for (int i = 0; i < 4; i++) {
        bool is_busy = i % 2 == 0;
        expect_as_if_in(LABS_TRANSFORMER_SESSION, specs[i], is_busy ? busy : NULL,
                        is_busy ? N_BUSY : 0, is_busy ? 3 : 2 * STEPS + 11);
    }
}

/* Stages of no steps at all. */
Test(add, goes_through_stages_that_were_cut)
{
    static const char *const lines[] = {"20 next", "20 next", "33 task C", "33 task B"};
    for (int n = 1; n <= 4; n++) {
        expect_as_if_there("b: strategy=lora", lines, n, 0);
        expect_as_if_there("b: strategy=lora", lines, n, 3);
    }
    static const char *const both[] = {"a: strategy=ewc", "b: strategy=lora+l2", NULL};
    struct lab *late = labs_open_plain(4, "", one), *there = labs_open_plain(4, "", both);
    for (int i = 0; i < 2; i++) {
        struct lab *lab = i ? there : late;
        labs_run(lab, 20, 20);
        labs_tell(lab, "next");
        lab_advance(lab, 0); /* the next stage has begun, at the same step */
        labs_tell(lab, "next");
        lab_advance(lab, 0);
    }
    labs_tell(late, "add b: strategy=lora+l2");
    cr_expect_eq(labs_hash_of(late, "b"), labs_hash_of(there, "b"));
    labs_run(late, ALL, 9);
    labs_run(there, ALL, 9);
    cr_expect_eq(labs_hash_of(late, "b"), labs_hash_of(there, "b"));
    cr_expect(labs_same_measures(late, "b", there, "b", 0));
    lab_destroy(late);
    lab_destroy(there);
}

Test(add, is_there_before_it_was_added)
{
    static const char *const both[] = {"a: strategy=ewc", "b: strategy=replay", NULL};
    struct lab *lab = labs_open_plain(3, "", one), *there = labs_open_plain(3, "", both);
    labs_run(lab, 90, ALL);
    labs_tell(lab, "add b: strategy=replay");
    int id = lab_learner_id(lab, 1);
    for (long step = 85; step >= 0; step -= 17) {
        char line[32];
        snprintf(line, sizeof line, "rewind %ld", step);
        labs_tell(lab, line);
        labs_tell(there, "restart");
        labs_run(there, step, ALL);
        cr_assert_eq(lab_n_learners(lab), 2);
        cr_expect_eq(lab_learner_id(lab, 1), id);
        cr_expect_eq(labs_hash_of(lab, "b"), labs_hash_of(there, "b"), "step %ld", step);
    }
    lab_destroy(lab);
    lab_destroy(there);
}

Test(add, that_diverges_on_the_way_does_not_disturb)
{
    static const char *const bad = "b: strategy=l2 l2.lambda=10 lr=10 net=20,20";
    const char *both[] = {"a: strategy=ewc", bad, NULL};
    struct lab *late = labs_open_plain(5, "", one), *there = labs_open_plain(5, "", both);
    struct lab *plain = labs_open_plain(5, "", one);
    char line[100];
    labs_run(late, 130, ALL);
    labs_run(there, 130, ALL);
    snprintf(line, sizeof line, "add %s", bad);
    labs_tell(late, line);
    const struct snapshot *snapshot = labs_look(late);
    cr_assert(snapshot->learners[1].has_diverged);
    cr_expect_eq(snapshot->state, LAB_TRAINING);
    for (int i = 0; i < 3; i++) {
        struct lab *lab = i == 0 ? late : i == 1 ? there : plain;
        labs_run(lab, 130, ALL);
        labs_tell(lab, "task C"); /* which has been seen, though not by the one added */
        labs_run(lab, ALL, ALL);
    }
    cr_expect_eq(lab_state(late), LAB_ENDED);
    cr_expect_eq(labs_hash_of(late, "b"), labs_hash_of(there, "b"));
    cr_expect(labs_same_measures(late, "b", there, "b", 0));
    cr_expect(labs_same_measures(late, "a", plain, "a", 0));
    labs_tell(late, "rewind 20");
    labs_run(there, 0, 1);
    labs_tell(there, "rewind 20");
    cr_expect_eq(labs_hash_of(late, "b"), labs_hash_of(there, "b"));
    lab_destroy(late);
    lab_destroy(there);
    lab_destroy(plain);
}

/* A lab of one learner whose loss ceases to be finite by the last step of its second stage; its
 * lines go to both.  Whoever is added then ends that stage. */
static void tell_both(struct lab *const labs[2], const char *line)
{
    labs_tell(labs[0], line);
    labs_tell(labs[1], line);
}

/* True if it was so with the pull of EWC turned up so many steps before the end. */
static bool meets_at_the_end(long before)
{
    static const char *const bad = "a: strategy=ewc ewc.form=explicit ewc.lambda=0.01";
    static const char *const spec = "x: strategy=l2+lora ewc.form=proximal ewc.lambda=10";
    const char *alone[] = {bad, NULL}, *both[] = {bad, spec, NULL};
    struct lab *late = labs_open_plain(3, "", alone), *there = labs_open_plain(3, "", both);
    struct lab *const labs[2] = {late, there};
    labs_run(late, 80 - before, ALL);
    labs_run(there, 80 - before, ALL);
    labs_tell(there, "learner a");
    tell_both(labs, "set ewc.lambda 1000000");
    labs_run(late, ALL, ALL);
    bool is_it = lab_state(late) == LAB_DIVERGED && lab_steps_done(late) == 80 &&
                 labs_look(late)->learners[0].diverged_step == 80;
    if (is_it) {
        labs_tell(late, "add x: strategy=l2+lora ewc.form=proximal ewc.lambda=10");
        cr_expect_eq(labs_look(late)->stage, 2, "the stage has ended");
        cr_expect_eq(labs_look(late)->stage_step, 0);
        labs_run(there, 80, ALL);
        cr_expect_eq(labs_hash_of(late, "x"), labs_hash_of(there, "x"));
        labs_tell(late, "resume");
        labs_run(late, ALL, 7);
        labs_run(there, ALL, 7);
        cr_expect_eq(lab_state(late), LAB_ENDED);
        cr_expect_eq(labs_hash_of(late, "x"), labs_hash_of(there, "x"), "in the end");
        cr_expect(labs_same_measures(late, "x", there, "x", 0));
        labs_tell(late, "rewind 79");
        labs_tell(there, "rewind 79");
        cr_expect_eq(labs_hash_of(late, "x"), labs_hash_of(there, "x"), "back again");
    }
    lab_destroy(late);
    lab_destroy(there);
    return is_it;
}

Test(add, ends_the_stage_at_whose_last_step_all_others_diverged)
{
    bool is_met = false;
    for (long before = 1; before < 20 && !is_met; before++) {
        is_met = meets_at_the_end(before);
    }
    cr_expect(is_met, "no loss ceased to be finite by the last step");
}

/* ---- coming back ---------------------------------------------------------------------------- */

Test(regrouping, forks_anew_from_a_parent_that_is_gone)
{
    static const char *const two[] = {"c: strategy=l2", "a: strategy=ewc", NULL};
    struct lab *lab = labs_open_plain(3, "", two);
    labs_run(lab, STEPS, ALL);
    labs_tell(lab, "learner a");
    uint64_t start = labs_hash_of(lab, "a");
    labs_run(lab, 45, ALL);
    labs_tell(lab, "fork b");
    labs_run(lab, 50, ALL);
    labs_tell(lab, "remove a");
    labs_run(lab, 55, ALL);
    labs_tell(lab, "fork b2");
    labs_tell(lab, "remove b");
    labs_run(lab, 60, ALL);
    labs_tell(lab, "rewind");
    cr_assert_eq(lab_n_learners(lab), 2);
    cr_expect_eq(labs_hash_of(lab, "b2"), start, "it has the past of a");
    cr_expect(labs_find(lab, "c") >= 0);
    cr_expect_eq(labs_look(lab)->selected, labs_find(lab, "b2"));
    labs_run(lab, 70, ALL);
    uint64_t later = labs_hash_of(lab, "b2");
    labs_tell(lab, "rewind 44");
    cr_expect_eq(lab_n_learners(lab), 2);
    labs_run(lab, 70, ALL);
    cr_expect_eq(labs_hash_of(lab, "b2"), later);
    labs_tell(lab, "rewind 39");
    cr_expect(lab_n_learners(lab) == 2 && labs_find(lab, "a") >= 0, "then it was a");
    lab_destroy(lab);
}

Test(regrouping, of_eight_that_have_all_been_replaced)
{
    const char *names[LEARNERS_MAX + 1] = {"a: lr=0.01", "b: lr=0.02", "c: lr=0.03", "d: lr=0.04",
                                           "e: lr=0.05", "f: lr=0.06", "g: lr=0.07", "h: lr=0.08"};
    uint64_t start[LEARNERS_MAX], later[LEARNERS_MAX];
    char line[32], name[2] = "A";
    struct lab *lab = labs_open_plain(2, "", names);
    labs_run(lab, STEPS, ALL);
    for (int i = 0; i < LEARNERS_MAX; i++) {
        start[i] = labs_hash(lab, i);
    }
    labs_tell(lab, "remove h");
    for (int i = 0; i < LEARNERS_MAX - 1; i++) {
        labs_run(lab, STEPS + i, ALL);
        snprintf(line, sizeof line, "learner %c", 'a' + i);
        labs_tell(lab, line);
        snprintf(line, sizeof line, "fork %c", 'A' + i);
        labs_tell(lab, line);
        snprintf(line, sizeof line, "remove %c", 'a' + i);
        labs_tell(lab, line);
    }
    labs_tell(lab, "fork H");
    labs_tell(lab, "rewind");
    cr_assert_eq(lab_n_learners(lab), LEARNERS_MAX);
    for (int i = 0; i < LEARNERS_MAX; i++) {
        name[0] = (char)('A' + i);
        cr_expect_eq(labs_hash_of(lab, name), start[i < 7 ? i : 6], "%s", name);
    }
    labs_run(lab, 60, ALL);
    for (int i = 0; i < LEARNERS_MAX; i++) {
        later[i] = labs_hash(lab, i);
    }
    labs_tell(lab, "rewind 43");
    cr_assert_eq(lab_n_learners(lab), LEARNERS_MAX);
    labs_run(lab, 60, ALL);
    for (int i = 0; i < LEARNERS_MAX; i++) {
        cr_expect_eq(labs_hash(lab, i), later[i]);
    }
    lab_destroy(lab);
}

Test(regrouping, keeps_names_that_have_been_passed_on)
{
    struct lab *lab = labs_open_plain(2, "", one);
    labs_run(lab, 50, ALL);
    labs_tell(lab, "rename old");
    labs_tell(lab, "fork a: lr=0.01");
    int id = lab_learner_id(lab, labs_find(lab, "a"));
    labs_run(lab, 60, ALL);
    labs_tell(lab, "rewind");
    cr_assert_eq(lab_n_learners(lab), 2);
    cr_assert(labs_find(lab, "a") >= 0 && labs_find(lab, "old") >= 0);
    cr_expect_eq(lab_learner_id(lab, labs_find(lab, "a")), id);
    labs_tell(lab, "rewind 39");
    cr_expect_eq(lab_n_learners(lab), 1);
    cr_expect_str_eq(lab_learner_name(lab, 0), "a", "as it was called then");
    lab_destroy(lab);
}

/* One takes name and slot of another that is gone, and then the past is visited. */
Test(regrouping, tells_two_of_the_same_name_apart)
{
    static const char *const two[] = {"a: strategy=ewc", "b: strategy=replay", NULL};
    struct lab *lab = labs_open_plain(3, "", two);
    labs_run(lab, 30, ALL);
    uint64_t then = labs_hash_of(lab, "b");
    labs_run(lab, 50, ALL);
    labs_tell(lab, "remove b");
    labs_run(lab, 60, ALL);
    labs_tell(lab, "add b: strategy=lora");
    labs_tell(lab, "rename a x");
    labs_run(lab, 70, ALL);
    labs_tell(lab, "rewind 30");
    const struct snapshot *snapshot = labs_look(lab);
    cr_assert_eq(snapshot->n_learners, 3);
    const struct learner_state *l = snapshot->learners;
    for (int i = 0; i < 3; i++) {
        const struct learner_state *other = &l[(i + 1) % 3];
        cr_expect(strcmp(l[i].name, other->name) != 0 && l[i].slot != other->slot);
    }
    cr_expect_eq(labs_hash_of(lab, "b"), then, "the one of then");
    cr_expect(labs_find(lab, "b-2") >= 0);
    lab_destroy(lab);
}

/* Who was called so when it was said is meant, not who is called so since. */
Test(regrouping, does_again_what_was_said_to_those_of_then)
{
    struct lab *lab = labs_open_plain(3, "", one);
    labs_run(lab, 10, ALL);
    labs_tell(lab, "fork b: lr=0.02");
    labs_run(lab, 20, ALL);
    labs_tell(lab, "rename b c");
    labs_run(lab, 25, ALL);
    uint64_t then = labs_hash_of(lab, "c");
    labs_run(lab, 30, ALL);
    labs_tell(lab, "add b: strategy=lora");
    int id = lab_learner_id(lab, labs_find(lab, "b"));
    labs_tell(lab, "rewind 25");
    cr_assert(labs_find(lab, "b") >= 0 && labs_find(lab, "c") >= 0);
    cr_expect_eq(labs_hash_of(lab, "c"), then);
    cr_expect_eq(lab_learner_id(lab, labs_find(lab, "b")), id);
    lab_destroy(lab);
}

/* ---- names ----------------------------------------------------------------------------------- */

Test(names, follow_what_is_done_until_a_person_gives_one)
{
    static const char *const all[] = {":", ": strategy=replay", NULL};
    struct lab *lab = labs_open_plain(3, "", all);
    cr_expect_str_eq(lab_learner_name(lab, 0), "naive");
    cr_expect_str_eq(lab_learner_name(lab, 1), "replay");
    labs_run(lab, 20, ALL);
    labs_tell(lab, "strategy replay on");
    cr_expect_str_eq(lab_learner_name(lab, 0), "replay-2");
    labs_tell(lab, "set lr 0.05");
    labs_tell(lab, "strategy replay on");
    cr_expect_str_eq(lab_learner_name(lab, 0), "replay-2", "it does what it did");
    labs_tell(lab, "learner replay");
    labs_tell(lab, "learner naive"); /* who was called so */
    cr_expect_eq(labs_look(lab)->selected, 0);
    labs_tell(lab, "rename both");
    labs_tell(lab, "strategy ewc on");
    cr_expect_str_eq(lab_learner_name(lab, 0), "both", "a person's name stays");
    labs_run(lab, 30, ALL);
    labs_tell(lab, "learner all");
    labs_tell(lab, "strategy lowlr on");
    cr_expect_str_eq(lab_learner_name(lab, 1), "lowlr+replay");
    labs_tell(lab, "rewind 25");
    cr_expect_str_eq(lab_learner_name(lab, 0), "both");
    cr_expect_str_eq(lab_learner_name(lab, 1), "replay", "as it was then");
    labs_tell(lab, "rewind 10");
    cr_expect_str_eq(lab_learner_name(lab, 0), "naive");
    labs_run(lab, 15, ALL);
    labs_tell(lab, "strategy ewc on");
    cr_expect_str_eq(lab_learner_name(lab, 0), "ewc", "no name of a person's then");
    cr_expect_str_eq(lab_learner_name(lab, 1), "ewc+replay");
    lab_destroy(lab);
}

/* `rewind` alone keeps switches, and who has named what. */
Test(names, go_back_with_what_they_stand_for)
{
    static const char *const all[] = {":", ":", NULL};
    struct lab *lab = labs_open_plain(3, "", all);
    labs_run(lab, 20, ALL);
    labs_tell(lab, "strategy ewc on");
    labs_tell(lab, "learner naive-2");
    labs_tell(lab, "rename mine");
    labs_tell(lab, "rewind");
    cr_expect_eq(lab_steps_done(lab), 0);
    cr_expect_str_eq(lab_learner_name(lab, 0), "ewc");
    cr_expect_str_eq(lab_learner_name(lab, 1), "mine");
    labs_tell(lab, "strategy replay on");
    cr_expect_str_eq(lab_learner_name(lab, 1), "mine");
    labs_tell(lab, "learner ewc");
    labs_tell(lab, "strategy ewc off");
    cr_expect_str_eq(lab_learner_name(lab, 0), "naive");
    lab_destroy(lab);
}

/* What is switched on when all is over has done nothing yet. */
Test(names, say_what_was_done_when_all_is_over)
{
    static const char *const all[] = {":", NULL};
    struct lab *lab = labs_open_plain(2, "steps=10", all);
    labs_run(lab, ALL, ALL);
    cr_assert_eq(lab_state(lab), LAB_ENDED);
    labs_tell(lab, "strategy ewc on");
    cr_expect_str_eq(lab_learner_name(lab, 0), "naive");
    labs_tell(lab, "task A");
    cr_expect_str_eq(lab_learner_name(lab, 0), "ewc");
    lab_destroy(lab);
}

/* ---- divergence ----------------------------------------------------------------------------- */

#define BAD "bad: strategy=l2 l2.lambda=10 lr=10 net=20,20"

static long diverge(struct lab *lab)
{
    while (lab_state(lab) == LAB_TRAINING && labs_count(lab, ENTRY_DIVERGED) == 0) {
        lab_advance(lab, 3);
    }
    cr_assert_eq(labs_count(lab, ENTRY_DIVERGED), 1);
    int bad = labs_find(lab, "bad");
    const struct learner_state *state = &labs_look(lab)->learners[bad];
    cr_assert(state->has_diverged && state->diverged_step <= lab_steps_done(lab));
    cr_expect_eq(state->steps, state->diverged_step);
    return state->diverged_step;
}

Test(divergence, stops_one_and_no_other)
{
    static const char *const all[] = {"a: strategy=ewc", BAD, "b: strategy=replay", NULL};
    static const char *const healthy[] = {"a: strategy=ewc", "b: strategy=replay", NULL};
    struct lab *lab = labs_open_plain(4, "", all), *without = labs_open_plain(4, "", healthy);
    long step = diverge(lab);
    cr_expect_eq(lab_state(lab), LAB_TRAINING);
    uint64_t stopped = labs_hash_of(lab, "bad");
    labs_tell(lab, "learner bad");
    expect_refused(lab, "fork", "finite loss", "bad");
    labs_run(lab, ALL, 9);
    labs_run(without, ALL, ALL);
    cr_expect_eq(lab_state(lab), LAB_ENDED);
    cr_expect_eq(labs_hash_of(lab, "bad"), stopped, "not a step more");
    cr_expect_eq(labs_hash_of(lab, "a"), labs_hash_of(without, "a"));
    cr_expect_eq(labs_hash_of(lab, "b"), labs_hash_of(without, "b"));
    cr_expect(labs_same_measures(lab, "a", without, "a", 0));
    cr_expect(labs_same_measures(lab, "b", without, "b", 0));
    cr_expect_eq(labs_look(lab)->learners[1].diverged_step, step);
    char line[32];
    snprintf(line, sizeof line, "rewind %ld", step - 1);
    labs_tell(lab, line);
    cr_expect_not(labs_look(lab)->learners[1].has_diverged, "it had not yet");
    labs_run(lab, ALL, ALL);
    cr_expect_eq(labs_look(lab)->learners[1].diverged_step, step, "it does again");
    cr_expect_eq(labs_hash_of(lab, "bad"), stopped);
    lab_destroy(lab);
    lab_destroy(without);
}

Test(divergence, is_left_by_going_back_with_a_lower_rate)
{
    static const char *const all[] = {"a: strategy=ewc", BAD, NULL};
    struct lab *lab = labs_open_plain(4, "", all);
    long step = diverge(lab);
    labs_run(lab, step + 2 * STEPS, ALL);
    labs_tell(lab, "learner bad");
    labs_tell(lab, "set lr 0.01");
    labs_tell(lab, "set l2.lambda 0.01");
    labs_tell(lab, "rewind");
    cr_expect_eq(lab_steps_done(lab), step / STEPS * STEPS, "the start of the stage it ended in");
    cr_expect_not(labs_look(lab)->learners[1].has_diverged);
    cr_expect_eq(labs_look(lab)->learners[1].rate, 0.01);
    labs_run(lab, ALL, ALL);
    cr_expect(lab_state(lab) == LAB_ENDED && !labs_look(lab)->learners[1].has_diverged);
    lab_destroy(lab);
}

Test(divergence, by_the_pull_of_explicit_ewc_says_so)
{
    static const char *const lone[] = {
        "bad: strategy=ewc ewc.form=explicit ewc.lambda=1e6 net=20,20", NULL};
    struct lab *lab = labs_open_plain(4, "", lone);
    diverge(lab);
    cr_assert_eq(lab_state(lab), LAB_DIVERGED);
    expect_refused(lab, "next", "lower ewc.lambda or take ewc.form proximal", "then rewind");
    labs_tell(lab, "set ewc.form proximal");
    labs_tell(lab, "rewind");
    labs_run(lab, ALL, ALL);
    cr_expect_eq(lab_state(lab), LAB_ENDED);
    lab_destroy(lab);
}

Test(divergence, of_all_stops_the_lab)
{
    static const char *const all[] = {BAD, "worse: strategy=l2 l2.lambda=10 lr=10 net=30,30", NULL};
    struct lab *lab = labs_open_plain(4, "", all);
    labs_run(lab, ALL, 7);
    cr_assert_eq(lab_state(lab), LAB_DIVERGED);
    const struct snapshot *snapshot = labs_look(lab);
    long last = snapshot->learners[0].diverged_step;
    last = snapshot->learners[1].diverged_step > last ? snapshot->learners[1].diverged_step : last;
    cr_expect_eq(lab_steps_done(lab), last);
    static const char *const refused[] = {"resume", "next", "task A"};
    for (int i = 0; i < 3; i++) {
        expect_refused(lab, refused[i], "not finite", refused[i][0] == 't' ? "task" : refused[i]);
    }
    expect_refused(lab, "fork x", "finite loss", "diverged at step");
    labs_tell(lab, "add good: strategy=none");
    cr_expect_eq(lab_state(lab), LAB_PAUSED, "there is one to go on with");
    labs_tell(lab, "resume");
    labs_run(lab, ALL, ALL);
    cr_expect_eq(lab_state(lab), LAB_ENDED);
    lab_destroy(lab);
}

Test(divergence, is_left_to_itself_when_the_healthy_one_goes)
{
    static const char *const all[] = {"a: strategy=ewc", BAD, NULL};
    struct lab *lab = labs_open_plain(4, "", all);
    diverge(lab);
    long step = lab_steps_done(lab);
    labs_tell(lab, "remove a");
    cr_expect_eq(lab_state(lab), LAB_DIVERGED);
    cr_expect_eq(lab_advance(lab, 10), LAB_DIVERGED);
    cr_expect_eq(lab_steps_done(lab), step);
    labs_tell(lab, "rewind 5");
    cr_expect(lab_state(lab) == LAB_TRAINING && lab_n_learners(lab) == 2);
    lab_destroy(lab);
}

/* ---- refused -------------------------------------------------------------------------------- */

Test(learners, refuse_what_cannot_be)
{
    static const char *const seven[] = {"a", "b", "c", "d", "e", "f", "g", NULL};
    struct lab *lab = labs_open_plain(3, "", seven);
    labs_run(lab, 30, ALL);
    expect_refused(lab, "fork b", "new name", "'b'");
    expect_refused(lab, "add a", "new name", "'a'");
    expect_refused(lab, "add x: batch=3", "same for all", "batch");
    expect_refused(lab, "add x: net=70000", "learner x", "70000");
    expect_refused(lab, "fork x: net=9", "net is fixed", "found 9");
    expect_refused(lab, "fork x: optimizer=adam", "sgd expected", "adam");
    expect_refused(lab, "rename b", "new name", "'b'");
    expect_refused(lab, "rename b c", "new name", "'c'");
    expect_refused(lab, "rename x y", "a, b, c", "'x'");
    expect_refused(lab, "remove x", "a, b, c", "'x'");
    expect_refused(lab, "learner x", "a, b, c", "'x'");
    expect_refused(lab, "rewind 31", "30", "31");
    expect_refused(lab, "map 3 weights start", "layer 1 to 2", "3");
    labs_tell(lab, "rename g g");
    labs_tell(lab, "fork h");
    expect_refused(lab, "fork i", "at most 8", "remove");
    expect_refused(lab, "add i", "at most 8", "remove");
    labs_run(lab, 35, ALL);
    labs_tell(lab, "remove h");
    labs_run(lab, 36, ALL);
    expect_refused(lab, "add i", "at most 8", "step 30");
    labs_tell(lab, "fork i");
    labs_tell(lab, "restart");
    labs_tell(lab, "remove i");
    expect_refused(lab, "add i", "at most 8", "step 0");
    lab_destroy(lab);
}

Test(learners, keep_the_last_of_them)
{
    struct lab *lab = labs_open_plain(2, "", one);
    lab_advance(lab, 0);
    expect_refused(lab, "remove", "only learner", "a");
    labs_run(lab, 10, ALL);
    expect_refused(lab, "remove a", "only learner", "a");
    lab_destroy(lab);
    lab = labs_open(2, "", one, &(struct lab_options){0});
    labs_run(lab, 10, ALL);
    expect_refused(lab, "add b", "no checkpoints", "add");
    expect_refused(lab, "rewind 5", "no checkpoints", "rewind");
    labs_tell(lab, "fork b");
    labs_tell(lab, "restart");
    cr_expect_eq(lab_n_learners(lab), 2, "these need none");
    lab_destroy(lab);
}

Test(learners, are_named_in_the_entry_of_what_is_done_to_them)
{
    static const char *const two[] = {"a", "b", NULL};
    static const char *const lines[] = {"rename b c", "remove c"};
    struct lab *lab = labs_open_plain(2, "", two);
    labs_run(lab, 10, ALL);
    int id = lab_learner_id(lab, 1);
    for (int i = 0; i < 2; i++) {
        long at = journal_length(lab_journal(lab));
        labs_tell(lab, lines[i]);
        cr_expect_eq(journal_at(lab_journal(lab), at).learner, id, "%s", lines[i]);
    }
    lab_destroy(lab);
}
