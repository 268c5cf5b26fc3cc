/* SPDX-License-Identifier: MIT
 * The table of probes: which are on, when they are taken, and what becomes of what they say. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "lab/lab.h"
#include "lab/probe.h"
#include "lab/timeline.h"
#include "session/retrain.h"
#include "support/labs.h"

enum { ALL = 1000000 };

static const char *const two[] = {"a: strategy=ewc", "b: strategy=replay", NULL};
static const char *const one[] = {"a: strategy=ewc", NULL};

/* ---- which are on -----------------------------------------------------------------------------
 */

/* A reader of the journal knows it, whatever was gone back over. */
Test(probes, a_reader_knows_which_are_on)
{
    static const char *const lines[] = {"probe dead off", "probe cka on", "rewind",
                                        "probe all on",   "restart",      "probe line off"};
    static const uint32_t cka = UINT32_C(1) << PROBE_CKA, dead = UINT32_C(1) << PROBE_DEAD,
                          line = UINT32_C(1) << PROBE_LINE;
    const uint32_t on[] = {0, cka, cka, probe_all(), probe_all(), probe_all() & ~line};
    struct lab *lab = labs_open_plain(3, "probes=dead", one);
    struct timeline timeline;
    cr_assert(timeline_init(&timeline, 3, NULL));
    timeline_know(&timeline, lab_config(lab));
    cr_expect_eq(timeline.probes, dead);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        labs_run(lab, lab_steps_done(lab) + 7, ALL);
        labs_tell(lab, lines[i]);
        timeline_read(&timeline, lab_journal(lab));
        cr_expect_eq(timeline.probes, on[i], "%s: %x", lines[i], timeline.probes);
    }
    timeline_fini(&timeline);
    lab_destroy(lab);
}

/* ---- the table ------------------------------------------------------------------------------ */

Test(probes, each_says_what_it_is_and_where_its_numbers_belong)
{
    for (int p = 0; p < PROBE_COUNT; p++) {
        const struct probe *probe = probe_at((enum probe_id)p);
        cr_expect(probe->name && probe->title && probe->unit && probe->metric, "%d", p);
        cr_expect(strstr(probe->about, "*What you see.*") && strstr(probe->about, "*Equation.*"),
                  "%s", probe->name);
        cr_expect(probe->when == PROBE_ALWAYS
                      ? probe->measure != NULL
                      : (probe->take != NULL) != (probe->of_layer != NULL) &&
                            (probe->cost != NULL) !=
                                (probe->cost_examples + probe->cost_weights > 0) &&
                            strstr(probe->about, "*Source.*"),
                  "%s", probe->name);
        cr_expect_eq(probe_find(probe->name), p);
        for (int i = 0; i < probe_size(probe, 3); i++) {
            struct probe_keys keys = probe_keys(probe, i);
            int n = probe_size(probe, 1), task = keys.task < 0 ? 0 : keys.task;
            cr_assert(task < 3 && probe_number(probe, task, i % n) == i, "%s %d", probe->name, i);
        }
    }
}

Test(probes, a_set_is_read_as_it_is_written)
{
    char text[400];
    uint32_t set = 0;
    struct err err = {0};
    cr_assert(probe_parse_set("all", &set, NULL));
    cr_expect(set == probe_all() && !(set >> PROBE_DRIFT & 1u));
    cr_assert(probe_parse_set(probe_format_set(probe_all(), text, sizeof text), &set, NULL));
    cr_expect_eq(set, probe_all());
    cr_assert(probe_parse_set("dead", &set, NULL));
    cr_expect_eq(set, UINT32_C(1) << PROBE_DEAD);
    cr_expect_not(probe_parse_set("dead,deat", &set, &err));
    cr_expect_str_eq(err.msg, "no probe is called 'deat'; did you mean dead?");
    cr_expect_not(probe_parse_set("drift", &set, &err));
    cr_expect_str_eq(err.msg, "drift is always measured");
    cr_expect_not(probe_parse_set("", &set, &err));
    cr_expect_not(probe_parse_set("dead,,", &set, &err));
    cr_expect_eq(set, UINT32_C(1) << PROBE_DEAD, "what is wrong changes nothing");
}

/* ---- when ----------------------------------------------------------------------------------- */

/* All turns of a session of equal stages; `cost` in examples. */
static void check_turns(const struct probe *probe, double cost, long steps, long interval)
{
    enum { STAGES = 40, ROWS = 32 };
    const struct network net = {.n_params = 1000, .n_positions = 1};
    long n = 0, last = -1;
    bool has_first = false;
    for (int stage = 0; stage < STAGES; stage++) {
        for (long step = 1; step <= steps; step++) {
            struct probe_moment moment = {.stage = stage,
                                          .stage_step = step,
                                          .stage_steps = steps,
                                          .interval = interval,
                                          .room = probe_room(&net, ROWS, 0),
                                          .is_end = step == steps};
            int turn = probe_turn(probe, cost, &moment);
            cr_assert(turn < 0 || stage >= probe->first_stage);
            cr_assert(turn < 0 || probe->when == PROBE_AT_STEPS || turn == last + 1,
                      "%s: turn %d after %ld", probe->name, turn, last);
            last = turn < 0 ? last : turn;
            n += turn >= 0;
            has_first |= turn >= 0 && stage == probe->first_stage;
        }
    }
    double rows = (double)n * cost, trained = 3.0 * ROWS * (double)steps * STAGES;
    double borrowed = cost * (probe->when == PROBE_AT_STEPS ? PROBE_STEPS : 1);
    cr_expect(rows <= 0.01 * trained + borrowed + 1e-6, "%s of %g, %ld steps: %.3g %%", probe->name,
              cost, steps, 100 * rows / trained);
    cr_expect(has_first, "%s of %g, %ld steps: at the first chance", probe->name, cost, steps);
}

Test(probes, are_a_hundredth_of_training_whatever_they_cost)
{
    static const double costs[] = {1, 20, 128, 1000, 30000, 1e6};
    static const long steps[] = {1, 2, 40, 450, 4690};
    for (int p = 0; p < PROBE_COUNT; p++) {
        for (size_t i = 0; probe_at((enum probe_id)p)->when != PROBE_ALWAYS && i < 6 * 5; i++) {
            check_turns(probe_at((enum probe_id)p), costs[i / 5], steps[i % 5], i % 2 ? 33 : 6);
        }
    }
}

Test(probes, at_a_pace_have_a_hundredth_of_the_time)
{
    enum { ROWS = 32 };
    const struct network net = {.n_params = 10000, .n_positions = 5};
    cr_expect_float_eq(probe_room(&net, ROWS, 0), 0.96, 1e-12, "a hundredth of 3 * 32");
    /* 5e9 / (10000 * 5) = 100000 examples a second, 1000 of them to spare. */
    cr_expect_float_eq(probe_room(&net, ROWS, 50), 20, 1e-12);
    cr_expect_float_eq(probe_room(&net, ROWS, 1e6), 0.96, 1e-12, "no time is left");
    cr_expect_eq(probe_interval(probe_at(PROBE_CKA), 900, 20), 45);
    cr_expect_eq(probe_interval(probe_at(PROBE_STABILITY), 900, 20), 4500, "at 100 steps");
}

/* How often each stage but the first hears of it. */
static void count_turns(struct lab *lab, enum probe_id id, int n[5])
{
    long last = -1;
    memset(n, 0, 5 * sizeof *n);
    for (long i = 0; i < journal_length(lab_journal(lab)); i++) {
        struct entry entry = journal_at(lab_journal(lab), i);
        if (entry.kind == ENTRY_MEASURE && entry.probe == id && entry.step != last) {
            last = entry.step;
            n[entry.stage]++;
        }
    }
}

Test(probes, of_short_tasks_say_more_than_an_end_where_training_waits)
{
    static const char usual[] = "steps=450 net=100,100 batch=32";
    int flat[5], paced[5];
    struct lab *lab = labs_open_plain(5, usual, one);
    struct lab *slow = labs_open_plain(5, usual, one);
    labs_tell(slow, "speed 60");
    labs_run(lab, ALL, ALL);
    labs_run(slow, ALL, ALL);
    static const enum probe_id which[] = {PROBE_CKA, PROBE_RANK, PROBE_INTERFERENCE, PROBE_PUTBACK};
    for (size_t p = 0; p < sizeof which / sizeof *which; p++) {
        count_turns(lab, which[p], flat);
        count_turns(slow, which[p], paced);
        for (int stage = 1; stage < 5; stage++) {
            cr_expect(paced[stage] >= 3 && paced[stage] >= flat[stage], "%s, stage %d: %d, %d",
                      probe_at(which[p])->name, stage, paced[stage], flat[stage]);
        }
    }
    cr_expect_eq(labs_hash_of(lab, "a"), labs_hash_of(slow, "a"), "and no bit is another");
    lab_destroy(lab);
    lab_destroy(slow);
}

/* ---- what becomes of it --------------------------------------------------------------------- */

Test(probes, change_no_bit_of_what_trains)
{
    struct lab *with = labs_open_plain(3, "", two),
               *without = labs_open_plain(3, "probes=none", two);
    struct lab *const labs[] = {with, without};
    for (int i = 0; i < 2; i++) {
        labs_run(labs[i], 60, ALL);
        labs_tell(labs[i], "strategy lora on");
        labs_run(labs[i], 90, ALL);
        labs_tell(labs[i], "rewind 45");
        labs_run(labs[i], ALL, ALL);
    }
    cr_expect_eq(labs_hash_of(with, "a"), labs_hash_of(without, "a"));
    cr_expect_eq(labs_hash_of(with, "b"), labs_hash_of(without, "b"));
    for (int p = 0; p < PROBE_COUNT; p++) {
        bool is_always = probe_at((enum probe_id)p)->when == PROBE_ALWAYS;
        cr_expect(is_always || labs_count_measures(without, (enum probe_id)p) == 0);
    }
    cr_expect_gt(labs_count_measures(with, PROBE_DEAD), 0);
    lab_destroy(with);
    lab_destroy(without);
}

Test(probes, say_the_same_however_the_work_is_cut_up)
{
    static const long cuts[] = {1, 3, 17, ALL};
    struct lab *first = labs_open(3, "", two, &(struct lab_options){.hands = 1});
    labs_run(first, ALL, ALL);
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        struct lab *lab = labs_open(3, "", two, &(struct lab_options){.hands = 2});
        labs_run(lab, ALL, cuts[i]);
        cr_expect(labs_same_journal(first, lab), "cut at %ld", cuts[i]);
        lab_destroy(lab);
    }
    lab_destroy(first);
}

Test(probes, are_taken_while_they_are_on_also_after_going_back)
{
    struct lab *lab = labs_open_plain(3, "probes=none steps=2000", one);
    labs_run(lab, 1000, ALL);
    labs_tell(lab, "probe dead on");
    labs_run(lab, 2000, ALL);
    long n = labs_count_measures(lab, PROBE_DEAD);
    cr_expect_gt(n, 0);
    labs_tell(lab, "rewind 200");
    labs_run(lab, 1500, ALL);
    cr_expect_gt(labs_count_measures(lab, PROBE_DEAD), n, "what is measured is no matter of then");
    labs_tell(lab, "probe all off");
    n = labs_count_measures(lab, PROBE_DEAD);
    labs_run(lab, ALL, ALL);
    cr_expect_eq(labs_count_measures(lab, PROBE_DEAD), n);
    lab_destroy(lab);
}

/* Trained again, number by number, from its journal. */
Test(probes, come_out_the_same_when_a_session_is_trained_again)
{
    struct lab *lab = labs_open_plain(3, "probes=none", two),
               *again = labs_open_plain(3, "probes=none", two);
    struct err err = {0};
    struct verdict verdict;
    labs_run(lab, 50, ALL);
    labs_tell(lab, "probe all on");
    labs_run(lab, 100, 7);
    labs_tell(lab, "rewind 30");
    labs_tell(lab, "add late: strategy=l2");
    labs_run(lab, ALL, 11);
    cr_assert(retrain(again, lab_journal(lab), NULL, NULL, &verdict, &err), "%s", err.msg);
    cr_expect(verdict.is_equal, "at entry %ld", verdict.at);
    lab_destroy(lab);
    lab_destroy(again);
}

/* As if another version had taken them at other steps: with them here, without them there. */
Test(probes, can_be_passed_over_when_a_session_is_trained_again)
{
    static const struct retrain_terms terms = {.without_probes = true};
    for (int i = 0; i < 2; i++) {
        struct lab *lab = labs_open_plain(3, i ? "probes=all" : "probes=none", two),
                   *again = labs_open_plain(3, i ? "probes=none" : "probes=all", two);
        struct err err = {0};
        struct verdict verdict;
        labs_run(lab, 50, ALL);
        labs_tell(lab, "set lr 0.05");
        labs_run(lab, 100, 7);
        labs_tell(lab, "rewind 30");
        labs_tell(lab, "add late: strategy=l2");
        labs_run(lab, ALL, 11);
        cr_assert(retrain(again, lab_journal(lab), &terms, NULL, &verdict, &err), "%s", err.msg);
        cr_expect(verdict.is_equal && verdict.n_commands == 3, "at entry %ld", verdict.at);
        cr_expect_eq(verdict.n_entries, journal_length(lab_journal(lab)));
        lab_destroy(lab);
        lab_destroy(again);
    }
}

Test(probes, an_added_learner_has_what_it_would_have_had)
{
    struct lab *lab = labs_open_plain(3, "", one), *from_start = labs_open_plain(3, "", two);
    labs_run(lab, 100, ALL);
    labs_tell(lab, "add b: strategy=replay");
    labs_run(lab, ALL, ALL);
    labs_run(from_start, ALL, ALL);
    cr_expect(labs_same_measures(lab, "b", from_start, "b", 0));
    lab_destroy(lab);
    lab_destroy(from_start);
}

Test(probes, a_reader_has_curves_of_those_alone_that_have_spoken)
{
    struct lab *lab = labs_open_plain(3, "probes=dead", one);
    struct timeline timeline;
    labs_run(lab, ALL, ALL);
    cr_assert(timeline_init(&timeline, 3, NULL));
    timeline_read(&timeline, lab_journal(lab));
    const struct track *track = &timeline.tracks[0];
    const struct series *dead = track_curve(track, PROBE_DEAD, 0);
    cr_expect(track_has(track, PROBE_DEAD) && dead->n > 0 && series_last(dead) <= 1);
    cr_expect(track_has(track, PROBE_BITS) && track_curve(track, PROBE_BITS, 2)->n == 0);
    timeline_fini(&timeline);
    lab_destroy(lab);
}
