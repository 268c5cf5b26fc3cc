/* SPDX-License-Identifier: MIT
 * The scoreboard: the runs of a session that are over, and what they had on. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "lab/timeline.h"
#include "strategies/table.h"
#include "support/labs.h"

enum { ALL = 1000000, TASKS = 3, STEPS = 40, SESSIONS = 60 };

static const char *const two[] = {"a:", "b: strategy=ewc+replay", NULL};

static struct timeline read_all(struct lab *lab)
{
    struct timeline timeline;
    cr_assert(timeline_init(&timeline, TASKS, NULL));
    timeline_know(&timeline, lab_config(lab));
    timeline_read(&timeline, lab_journal(lab));
    timeline_see(&timeline, labs_look(lab));
    return timeline;
}

static uint32_t bits_of(const struct learner_state *learner)
{
    uint32_t on = 0;
    for (int i = 0; i < strategy_count(); i++) {
        on |= learner->strategies[i].is_on ? UINT32_C(1) << i : 0;
    }
    return on;
}

/* ---- what is on ------------------------------------------------------------------------------ */

/* Whatever is done, the reader of the journal knows of each learner what it has on. */
Test(scoreboard, knows_what_was_on_whatever_was_done)
{
    static const char *const lines[] = {"strategy ewc on",
                                        "strategy ewc off",
                                        "strategy replay on",
                                        "strategy replay off",
                                        "strategy l2 on",
                                        "set lr 0.05",
                                        "fork",
                                        "fork x: strategy=lowlr",
                                        "fork : strategy=none",
                                        "add late: strategy=replay",
                                        "add later",
                                        "sweep ewc.lambda 1..10 2",
                                        "sweep lr 2",
                                        "sweep off",
                                        "remove",
                                        "next",
                                        "task A",
                                        "rewind",
                                        "restart",
                                        "pause",
                                        "note here"};
    enum { LINES = sizeof lines / sizeof *lines };
    for (int seed = 0; seed < SESSIONS; seed++) {
        struct rng rng = rng_stream((uint64_t)seed, 15);
        struct lab *lab = labs_open_plain(TASKS, "net=4 batch=4", two);
        struct timeline timeline = read_all(lab);
        for (int i = 0; i < 30; i++) {
            char line[48];
            int n = lab_n_learners(lab), k = rng_below(&rng, LINES + 3);
            snprintf(line, sizeof line, "learner %s", lab_learner_name(lab, rng_below(&rng, n)));
            labs_tell(lab, rng_below(&rng, 5) ? line : "learner all");
            snprintf(line, sizeof line, "rewind %d", rng_below(&rng, (int)lab_steps_done(lab) + 1));
            labs_try(lab, k < LINES ? lines[k] : line, NULL);
            labs_try(lab, "resume", NULL);
            labs_run(lab, lab_steps_done(lab) + rng_below(&rng, 25), ALL);
            const struct snapshot *now = labs_look(lab);
            timeline_read(&timeline, lab_journal(lab));
            timeline_see(&timeline, now);
            for (int l = 0; l < now->n_learners; l++) {
                const struct track *track = timeline_track(&timeline, now->learners[l].id);
                cr_assert_eq((uint32_t)series_last(&track->on), bits_of(&now->learners[l]),
                             "session %d, line %d (%s): %s", seed, i, k < LINES ? lines[k] : line,
                             track->name);
            }
        }
        timeline_fini(&timeline);
        lab_destroy(lab);
    }
}

/* ---- runs that are over ---------------------------------------------------------------------- */

Test(scoreboard, has_a_run_for_each_restart_as_it_ended)
{
    static const char *const with[] = {"naive", "ewc", "ewc+replay"};
    static const char *const one[] = {":", NULL};
    struct lab *lab = labs_open_plain(TASKS, "", one);
    struct metrics metrics[3];
    double memory[3];
    for (int i = 0; i < 3; i++) {
        labs_run(lab, ALL, ALL);
        struct timeline timeline = read_all(lab);
        metrics[i] = timeline_metrics(&timeline, &timeline.tracks[0]);
        memory[i] = timeline.tracks[0].memory;
        timeline_fini(&timeline);
        labs_tell(lab, i == 0 ? "strategy ewc on" : "strategy replay on"); /* of the next one */
        labs_tell(lab, "restart");
    }
    struct timeline timeline = read_all(lab), copy;
    cr_assert(timeline_copy(&copy, &timeline, NULL));
    cr_assert_eq(copy.board.n, 3);
    for (int i = 0; i < 3; i++) {
        const struct run_score *score = scoreboard_find(&copy.board, i + 1);
        cr_assert(score && score == &copy.board.scores[i]);
        cr_expect_str_eq(score->name, with[i]);
        cr_expect(score->knows_on && score->step == TASKS * STEPS && score->born == 0);
        uint32_t on = 0;
        cr_assert(config_parse_strategies(i ? with[i] : "none", &on, NULL));
        cr_expect_eq(score->on, on, "%d: %x", i, score->on);
        cr_expect_eq(score->metrics.average_accuracy, metrics[i].average_accuracy);
        cr_expect_eq(score->metrics.forgetting, metrics[i].forgetting);
        cr_expect_eq(score->metrics.learning_accuracy, metrics[i].learning_accuracy);
        cr_expect_float_eq(series_last(&score->average), metrics[i].average_accuracy, 1e-12);
        cr_expect_eq(score->accuracy[0].n, timeline.board.scores[i].accuracy[0].n);
        cr_expect((i > 0) == (memory[i] > 0), "%g", memory[i]);
    }
    cr_expect_null(scoreboard_find(&copy.board, 4));
    timeline_fini(&timeline);
    timeline_fini(&copy);
    lab_destroy(lab);
}

Test(scoreboard, has_branches_and_those_that_are_gone)
{
    struct lab *lab = labs_open_plain(TASKS, "", two);
    labs_run(lab, 50, ALL);
    labs_tell(lab, "learner a");
    labs_tell(lab, "fork c: strategy=replay");
    labs_run(lab, 100, ALL);
    labs_tell(lab, "remove c");
    labs_run(lab, 110, ALL);
    labs_tell(lab, "strategy l2 on");
    labs_run(lab, 118, ALL);
    labs_tell(lab, "rewind 60"); /* c is there again */
    labs_tell(lab, "rewind 60"); /* nothing has been measured since */
    labs_tell(lab, "fork d");
    labs_tell(lab, "remove d"); /* nor of this one */
    struct timeline timeline = read_all(lab);
    const struct run_score *scores = timeline.board.scores;
    cr_assert_eq(timeline.board.n, 3);
    cr_expect(strcmp(scores[0].name, "c") == 0 && scores[0].is_removed && scores[0].born == 50);
    cr_expect(strcmp(scores[1].name, "a") == 0 && !scores[1].is_removed && scores[1].step > 110 &&
              scores[1].step <= 118);
    cr_expect(scores[1].ever_on == scores[1].on && scores[1].on != 0);
    cr_expect_str_eq(scores[2].name, "b");
    timeline_fini(&timeline);
    lab_destroy(lab);
}

/* Of many the last, thinned. */
Test(scoreboard, is_bounded)
{
    struct scoreboard board = {0};
    struct track track;
    struct metrics metrics = {0};
    cr_assert(track_init(&track, 0, 2));
    cr_expect_not(scoreboard_add(&board, &track, &metrics, false), "it has not run");
    for (int step = 0; step < 3000; step++) {
        cr_assert(track_measure(&track, 0, step, step % 2));
        cr_assert(step < 2000 || track_measure(&track, 1, step, 1));
    }
    for (int i = 0; i < SCORES_MAX + 5; i++) {
        cr_assert(scoreboard_add(&board, &track, &metrics, i % 2));
    }
    cr_expect(board.n == SCORES_MAX && board.n_ever == SCORES_MAX + 5);
    cr_expect_null(scoreboard_find(&board, 5));
    const struct run_score *first = scoreboard_find(&board, 6);
    cr_assert_eq(first, &board.scores[0]);
    cr_expect(first->average.n <= score_points(2) && first->average.n > score_points(2) / 3);
    cr_expect(score_points(1000) < score_points(2) && score_points(1000) >= 2);
    cr_expect(first->average.step[0] == 0 && first->step == 2999);
    cr_expect_eq(first->average.step[first->average.n - 1], 2999);
    cr_expect(!first->knows_on && isnan(first->memory), "nobody has said");
    scoreboard_fini(&board);
    track_fini(&track);
}
