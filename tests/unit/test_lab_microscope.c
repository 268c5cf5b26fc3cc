/* SPDX-License-Identifier: MIT
 * Single weights: what was pushed and pulled at them, live and taken again, now and in the past. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "lab/microscope.h"
#include "lab/springs.h"
#include "net/optimizer.h"
#include "support/labs.h"

enum { STEPS = 40 }; /* of a task of labs */

static const char *const ewc_and_naive[] = {"ewc: strategy=ewc ewc.lambda=50", "naive:", NULL};

/* What the lab shows of a weight; it must be there. */
static struct microscope look(struct lab *lab)
{
    const struct exhibits *exhibits = &labs_look(lab)->exhibits;
    cr_assert(exhibits->has[EXHIBIT_MICROSCOPE]);
    return exhibits->microscope;
}

static void expect_same(const struct microscope *a, const struct microscope *b)
{
    cr_expect_eq(a->step, b->step);
    cr_expect_eq(a->begin, b->begin);
    cr_expect_eq(a->n_points, b->n_points);
    cr_expect_eq(a->at, b->at);
    cr_expect_str_eq(a->springs, b->springs);
    cr_assert_eq(a->n, b->n);
    for (int i = 0; i < a->n; i++) {
        const struct seen_weight *x = &a->weights[i], *y = &b->weights[i];
        cr_expect_eq(x->row, y->row);
        cr_expect_eq(x->col, y->col);
        cr_expect_eq(memcmp(x->value, y->value, sizeof x->value), 0, "values of weight %d", i);
        cr_expect_eq(memcmp(x->pull, y->pull, sizeof x->pull), 0, "pulls of weight %d", i);
    }
}

/* ---- the sums ---- */

struct kind {
    const char *settings, *learner;
};

static const struct kind kinds[] = {
    {"", "a: strategy=ewc ewc.lambda=50"},
    {"", "a: strategy=ewc ewc.lambda=10 ewc.form=explicit"},
    {"", "a: strategy=l2+replay l2.lambda=0.5"},
    {"optimizer=adam lr=0.003", "a: strategy=ewc ewc.form=explicit"},
    {"optimizer=momentum", "a: strategy=l2"},
    {"", "a: strategy=lora+ewc"},
    {"suite=stream consolidate.every=25", "a: strategy=ewc"},
    {"", "a: strategy=freeze+ewc"},
};

/* Whoever looks later takes the steps again, and finds the same bits. */
Test(microscope, looked_at_from_the_beginning_and_later_is_the_same)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const char *const learners[] = {kinds[k].learner, "b:", NULL};
        struct lab *early = labs_open_plain(3, kinds[k].settings, learners);
        struct lab *late = labs_open_plain(3, kinds[k].settings, learners);
        labs_tell(early, "show microscope held");
        labs_run(early, STEPS + 23, 5);
        labs_run(late, STEPS + 23, 64);
        labs_tell(late, "show microscope held");
        struct microscope a = look(early), b = look(late);
        expect_same(&a, &b);
        cr_expect(a.is_whole);
        cr_expect_eq(labs_hash(early, 0), labs_hash(late, 0), "looking changes nothing");
        lab_destroy(early);
        lab_destroy(late);
    }
}

Test(microscope, a_transformer_has_it_too)
{
    const char *const learners[] = {"a: strategy=ewc ewc.lambda=50", NULL};
    struct lab *early = labs_open_plain(3, LABS_TRANSFORMER_SESSION, learners);
    struct lab *late = labs_open_plain(3, LABS_TRANSFORMER_SESSION, learners);
    long step = STEPS + 17;
    labs_tell(early, "show microscope free");
    labs_run(early, step, 10);
    labs_run(late, step, 10);
    labs_tell(late, "show microscope free");
    struct microscope a = look(early), b = look(late);
    expect_same(&a, &b);
    lab_destroy(early);
    lab_destroy(late);
}

Test(microscope, push_and_pull_are_what_has_moved)
{
    struct lab *lab = labs_open_plain(2, "", ewc_and_naive);
    labs_run(lab, 2 * STEPS - 1, 64);
    labs_tell(lab, "show microscope held");
    struct microscope seen = look(lab);
    const struct seen_weight *held = &seen.weights[0];
    struct forces forces = seen_forces(held, seen.at);
    cr_expect(forces.push * forces.pull < 0);
    cr_expect_lt(fabs(forces.moved), fabs(forces.push));
    cr_expect_float_eq(forces.push + forces.pull, forces.moved, 1e-7);
    cr_expect_str_eq(seen.springs, "EWC");
    cr_expect_eq(seen.n_ends, 1);
    cr_expect_eq(held->end[0], held->value[0], "A's end is where B began");
    cr_expect_gt(held->importance[0], 0);
    cr_expect_lt(held->top[0], 0.5);
    cr_expect_eq(seen.n_others, 1);
    cr_expect_gt(fabsf(held->moved_of[0]), 2 * fabs(forces.moved), "without EWC it moves further");
    labs_tell(lab, "learner naive");
    struct microscope naive = look(lab);
    cr_expect_str_eq(naive.springs, "");
    cr_expect_not(naive.has_pulled);
    lab_destroy(lab);
}

/* Each task's importance is what its end added to EWC's sum. */
Test(microscope, importances_add_up_to_what_ewc_holds)
{
    const char *const learners[] = {"a: strategy=ewc", NULL};
    struct lab *lab = labs_open_plain(3, "", learners);
    labs_run(lab, 2 * STEPS + 10, 64);
    labs_tell(lab, "show microscope 1:20:3");
    struct microscope seen = look(lab);
    const struct seen_weight *weight = &seen.weights[0];
    const struct learner *learner = lab_learner(lab, 0);
    const struct network *net = learner_network(learner);
    size_t at = net->parts[0].at + 19 * (size_t)net->parts[0].stride + 2;
    cr_assert_eq(seen.n_ends, 2);
    cr_expect_float_eq((double)(weight->importance[0] + weight->importance[1]),
                       (double)learner_importance(learner)[at], 1e-7);
    cr_expect_eq(weight->value[seen.at], (float)learner_theta(learner)[at]);
    lab_destroy(lab);
}

/* ---- forks, going back, the past ---- */

Test(microscope, a_fork_has_what_its_parent_had_pulled)
{
    struct lab *early = labs_open_plain(2, "", ewc_and_naive);
    struct lab *late = labs_open_plain(2, "", ewc_and_naive);
    labs_tell(early, "show microscope held");
    for (int i = 0; i < 2; i++) {
        struct lab *lab = i ? late : early;
        labs_run(lab, STEPS + 12, 64);
        labs_tell(lab, "fork c: ewc.lambda=500");
        labs_run(lab, STEPS + 30, 64);
    }
    labs_tell(late, "show microscope held");
    struct microscope a = look(early), b = look(late);
    expect_same(&a, &b);
    lab_destroy(early);
    lab_destroy(late);
}

Test(microscope, going_back_gives_what_was_there)
{
    struct lab *lab = labs_open_plain(3, "", ewc_and_naive);
    struct lab *there = labs_open_plain(3, "", ewc_and_naive);
    labs_tell(lab, "show microscope held");
    labs_run(lab, 2 * STEPS + 20, 64);
    labs_tell(lab, "rewind 63");
    labs_run(there, 63, 64);
    labs_tell(there, "show microscope held");
    struct microscope a = look(lab), b = look(there);
    expect_same(&a, &b);
    labs_run(lab, 70, 3);
    labs_run(there, 70, 64);
    a = look(lab);
    b = look(there);
    expect_same(&a, &b);
    cr_expect_eq(labs_hash(lab, 0), labs_hash(there, 0));
    lab_destroy(lab);
    lab_destroy(there);
}

/* The same numbers as whoever stood there then: in this stage and in one that is over. */
Test(microscope, the_past_is_as_it_was)
{
    for (long step = STEPS + 4; step <= 2 * STEPS + 16; step += STEPS + 12) {
        char line[64];
        struct lab *lab = labs_open_plain(3, "", ewc_and_naive);
        struct lab *there = labs_open_plain(3, "", ewc_and_naive);
        labs_run(lab, 2 * STEPS + 30, 64);
        labs_tell(lab, "show microscope 1:20:3");
        snprintf(line, sizeof line, "map 1 drift task 8x8 %ld", step);
        labs_tell(lab, line);
        labs_run(there, step, 64);
        labs_tell(there, "show microscope 1:20:3");
        struct microscope a = look(lab), b = look(there);
        struct forces x = seen_forces(&a.weights[0], a.at), y = seen_forces(&b.weights[0], b.at);
        cr_expect_eq(a.step, step);
        cr_expect_eq(a.stage, b.stage);
        cr_expect_eq(x.push, y.push);
        cr_expect_eq(x.pull, y.pull);
        cr_expect_eq(a.n_ends, b.n_ends);
        cr_expect_eq(memcmp(a.weights[0].end, b.weights[0].end, sizeof a.weights[0].end), 0);
        cr_expect_eq(a.weights[0].importance[0], b.weights[0].importance[0]);
        lab_destroy(lab);
        lab_destroy(there);
    }
}

Test(microscope, without_history_it_adds_up_from_when_it_is_asked_for)
{
    struct lab *lab = labs_open(2, "", ewc_and_naive, &(struct lab_options){0});
    labs_run(lab, STEPS + 10, 64);
    labs_tell(lab, "show microscope held");
    labs_run(lab, STEPS + 30, 64);
    struct microscope seen = look(lab);
    cr_expect_not(seen.is_whole);
    cr_expect_eq(seen.begin, STEPS + 10);
    cr_expect_eq(seen.done[seen.at], 20);
    cr_expect_eq(seen.n_others, 0, "nobody knows what they moved since then");
    lab_destroy(lab);
}

Test(microscope, nobody_pays_for_it_once_it_is_away)
{
    struct lab *lab = labs_open_plain(2, "", ewc_and_naive);
    labs_tell(lab, "show microscope held");
    labs_run(lab, STEPS + 10, 64);
    labs_tell(lab, "hide microscope");
    cr_expect_not(labs_look(lab)->exhibits.has[EXHIBIT_MICROSCOPE]);
    labs_run(lab, STEPS + 20, 64);
    labs_tell(lab, "show microscope held");
    struct microscope seen = look(lab);
    cr_expect(seen.is_whole, "what came meanwhile was taken again");
    cr_expect_eq(seen.done[seen.at], 20);
    lab_destroy(lab);
}

Test(microscope, with_lora_nobody_says_what_pulled)
{
    const char *const learners[] = {"a: strategy=lora", NULL};
    struct lab *lab = labs_open_plain(2, "", learners);
    labs_run(lab, STEPS + 10, 64);
    labs_tell(lab, "show microscope free");
    struct microscope seen = look(lab);
    cr_expect(seen.is_through_adapter);
    cr_expect_not(seen.has_pulled);
    lab_destroy(lab);
}

/* ---- which weights ---- */

/* Of a block the one that the heatmap shows. */
Test(microscope, of_a_cell_it_is_the_strongest)
{
    struct lab *lab = labs_open_plain(2, "", ewc_and_naive);
    labs_run(lab, STEPS + 30, 64);
    labs_tell(lab, "map 1 drift task 8x3");
    labs_tell(lab, "show microscope 1:17-24:3-4");
    const struct snapshot *snapshot = labs_look(lab);
    const struct map *map = &snapshot->map;
    struct microscope seen = snapshot->exhibits.microscope;
    cr_assert_eq(map->rows, 8);
    cr_assert_eq(map->cols, 3);
    struct forces forces = seen_forces(&seen.weights[0], seen.at);
    cr_expect_float_eq(fabs(forces.moved), (double)map->cells[2 * 3 + 1], 1e-6);
    cr_expect_eq(seen.cell[0], 8);
    cr_expect_eq(seen.cell[1], 2);
    lab_destroy(lab);
}

/* Whoever has asked for the one that is held best goes on looking at that one. */
Test(microscope, what_was_found_stays_the_same_weight)
{
    struct lab *lab = labs_open_plain(2, "steps=120", ewc_and_naive);
    labs_run(lab, 120 + 40, 64);
    labs_tell(lab, "show microscope held");
    struct microscope first = look(lab);
    for (int step = 165; step < 240; step += 15) {
        labs_run(lab, step, 64);
        struct microscope later = look(lab);
        cr_expect_eq(later.weights[0].row, first.weights[0].row);
        cr_expect_eq(later.weights[0].col, first.weights[0].col);
    }
    labs_tell(lab, "learner naive");
    struct microscope naive = look(lab);
    cr_expect_eq(naive.weights[0].row, first.weights[0].row, "the same in another learner");
    lab_destroy(lab);
}

Test(microscope, what_there_is_not_becomes_what_there_is)
{
    struct lab *lab = labs_open_plain(2, "", ewc_and_naive);
    labs_run(lab, 5, 64);
    labs_tell(lab, "show microscope 9:900:900");
    struct microscope seen = look(lab);
    cr_expect_eq(seen.weights[0].row, seen.weights[0].n_rows - 1);
    cr_expect_eq(seen.weights[0].col, seen.weights[0].n_cols - 1);
    lab_destroy(lab);
}

static double score(int rule, double push, double pull)
{
    return rule == SPRING_HELD            ? push * pull < 0 ? fmin(fabs(push), fabs(pull)) : 0
           : rule == SPRING_STRETCHED     ? fabs(push + pull) > 0.15 ? fabs(pull) : 0
           : fabs(pull) < fabs(push) / 10 ? fabs(push + pull)
                                          : 0;
}

/* Against a search for the best, again and again. */
Test(springs, the_best_are_those_of_a_plain_search)
{
    struct rng rng = rng_stream(7, 1);
    for (int width = 1; width <= 24; width++) {
        struct params params = params_default();
        struct network net;
        params.n_hidden = 1;
        params.hidden[0] = width;
        cr_assert(network_init(&net, 3, 0, 2, &params, 1000000, NULL));
        real *vectors = calloc(3 * net.n_params, sizeof *vectors);
        real *start = vectors, *theta = start + net.n_params, *pull = theta + net.n_params;
        for (size_t i = 0; i < 3 * net.n_params; i++) {
            vectors[i] = (real)(2 * rng_unit(&rng) - 1) * (rng_unit(&rng) < 0.2 ? (real)0.01 : 1);
        }
        for (int rule = 0; rule < SPRING_RULES; rule++) {
            struct spring_pick picks[7];
            int n = springs_pick((enum spring_rule)rule, &net, start, theta, pull, picks, 7);
            double bound = INFINITY;
            for (int i = 0; i < n; i++) {
                double best = 0;
                for (int t = 0; t < net.n_tensors; t++) {
                    const struct tensor *tensor = &net.tensors[t];
                    size_t end = tensor->at + (size_t)tensor->rows * tensor->cols;
                    for (size_t k = tensor->at; tensor->role == TENSOR_WEIGHT && k < end; k++) {
                        double pulled = (double)pull[k];
                        double push = (double)theta[k] - (double)start[k] - pulled;
                        double mine = score(rule, push, pulled);
                        best = mine > best && mine < bound ? mine : best;
                    }
                }
                cr_expect_eq(picks[i].score, best, "width %d, rule %d, number %d", width, rule, i);
                bound = best;
            }
        }
        free(vectors);
    }
}

/* ---- the trail ---- */

enum { N_WEIGHTS = 5 };

/* Points as evenly apart as there is room for, each what was there then. */
Test(trail, its_points_are_what_was_there)
{
    struct trail *trail = trail_create(OPTIMIZER_SGD, N_WEIGHTS);
    real theta[N_WEIGHTS] = {0};
    cr_assert(trail);
    trail_begin(trail, 3, 0, theta);
    for (long step = 1; step <= 2000; step++) {
        theta[0] = (real)step;
        trail_step(trail, theta);
        cr_assert_leq(trail->n_points, TRAIL_POINTS_MAX);
        cr_assert_eq(trail->n_points, step / trail->stride + 1);
        for (int i = 0; i < trail->n_points; i++) {
            cr_assert_eq((long)trail->theta[i][0], i * trail->stride);
        }
        int at = trail_point(trail, step);
        cr_assert_leq(at * trail->stride, step);
        cr_assert_gt((at + 1) * trail->stride, step);
    }
    cr_expect_geq(trail->n_points, TRAIL_POINTS_MAX / 2);
    trail_destroy(trail);
}

/* Whoever knows how many steps come has the points where they would be at the end. */
Test(trail, its_points_are_far_apart_from_the_start_where_the_steps_are_known)
{
    for (long steps = 1; steps < 300; steps += 7) {
        struct trail *known = trail_create(OPTIMIZER_SGD, N_WEIGHTS),
                     *unknown = trail_create(OPTIMIZER_SGD, N_WEIGHTS);
        real theta[N_WEIGHTS] = {0};
        cr_assert(known && unknown);
        trail_begin(known, 0, 0, theta);
        trail_begin(unknown, 0, 0, theta);
        trail_resume(known, theta, steps);
        long stride = known->stride;
        for (long step = 1; step <= steps; step++) {
            trail_step(known, theta);
            trail_step(unknown, theta);
        }
        cr_expect(known->stride == stride && unknown->stride == stride, "%ld", steps);
        cr_expect_eq(known->n_points, unknown->n_points);
        trail_destroy(known);
        trail_destroy(unknown);
    }
}

/* What somebody puts into the weights was pushed by no task. */
Test(trail, begins_anew_where_weights_were_changed_between_steps)
{
    struct trail *trail = trail_create(OPTIMIZER_SGD, N_WEIGHTS);
    real theta[N_WEIGHTS] = {0};
    cr_assert(trail);
    trail_begin(trail, 0, 0, theta);
    trail_resume(trail, theta, 0);
    theta[1] = 1;
    trail_step(trail, theta);
    trail_pause(trail, theta);
    trail_resume(trail, theta, 0);
    cr_expect_eq(trail->from, 0);
    theta[2] = 7; /* by a command */
    trail_resume(trail, theta, 0);
    cr_expect_eq(trail->from, 1);
    cr_expect_eq(trail->n_done, 0);
    cr_expect_eq(trail->theta[0][2], 7);
    trail_destroy(trail);
}

/* ---- words ---- */

Test(microscope, a_choice_reads_back)
{
    static const char *const good[] = {"held",    "held:2",         "stretched:5", "free",
                                       "1:43:68", "12:41-44:67-69", "1:1:2-3"};
    static const char *const bad[] = {"",    "hel",     "held:",   "held:6", "held:0", "0:1:1",
                                      "1:2", "1:2:3:4", "1:4-3:1", "1:-3:1", "1:2:x",  "heldx"};
    struct weight_choice choice;
    char text[WEIGHT_CHOICE_TEXT_MAX];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        cr_assert(weight_choice_parse(good[i], &choice), "%s", good[i]);
        cr_expect_str_eq(weight_choice_format(&choice, text, sizeof text), good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_not(weight_choice_parse(bad[i], &choice), "%s", bad[i]);
    }
}

/* ---- shares of a step ---- */

/* Two parts that add up to the gradient move what it moves. */
Test(optimizer, parts_of_a_gradient_move_what_it_moves)
{
    enum { N = 37 };
    static const double clips[] = {0, 0.5};
    for (int kind = OPTIMIZER_SGD; kind <= OPTIMIZER_ADAM; kind++) {
        for (int c = 0; c < 2; c++) {
            struct rng rng = rng_stream(3, (uint64_t)kind);
            struct arena arena;
            size_t size = 0;
            cr_assert(optimizer_size_add(&size, (enum optimizer_kind)kind, N));
            cr_assert(arena_size_add(&size, N, sizeof(real)));
            cr_assert(arena_init(&arena, size, NULL));
            struct optimizer optimizer;
            optimizer_init(&optimizer, (enum optimizer_kind)kind, N, &arena);
            struct optimizer_rates rates = {0.1, 0.9, 0.99, clips[c]};
            real theta[N] = {0}, grad[N], part[2][N], moved[2][N] = {{0}}, mean[2][N] = {{0}};
            for (int s = 0; s < 30; s++) {
                for (int i = 0; i < N; i++) {
                    part[0][i] = (real)(rng_unit(&rng) - 0.5);
                    part[1][i] = (real)(rng_unit(&rng) - 0.5);
                    grad[i] = part[0][i] + part[1][i];
                }
                optimizer_step(&optimizer, theta, grad, 5, &rates, NULL);
                optimizer_add_share(&optimizer, moved[0], mean[0], part[0], 5, &rates);
                optimizer_add_share(&optimizer, moved[1], mean[1], part[1], 5, &rates);
            }
            for (int i = 0; i < N; i++) {
                cr_expect_float_eq((double)(moved[0][i] + moved[1][i]), (double)theta[i], 2e-5);
                cr_expect((i < 5) == (theta[i] == 0));
            }
            arena_fini(&arena);
        }
    }
}
