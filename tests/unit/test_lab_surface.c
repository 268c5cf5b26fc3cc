/* SPDX-License-Identifier: MIT
 * The exhibit `surface`: what it says is what the network answers; looking changes nothing. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/labs.h"

enum { STEPS = 300, ROWS = 13, COLS = 21 };

static struct lab *open_plane(const char *data, const char *suite, const char *spec)
{
    struct config config = config_default();
    struct err err = {0};
    config.data = data;
    config.suite = suite;
    cr_assert(param_parse(&config.learners[0].params, PARAM_STEPS, "300", NULL));
    if (spec) {
        config.learners[0].on = 1u << strategy_find(spec);
    }
    struct lab *lab = lab_create(&config, &(struct lab_options){.keeps_history = true}, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    return lab;
}

static const struct surface *look(struct lab *lab)
{
    const struct snapshot *snapshot = labs_look(lab);
    return snapshot->exhibits.has[EXHIBIT_SURFACE] ? &snapshot->exhibits.surface : NULL;
}

/* The answer at one place, worked out for that place alone. */
static int answer(struct lab *lab, const struct task *task, const real *theta, real x, real y,
                  double *share)
{
    const real at[2] = {x, y};
    const real *logits = learner_logits(lab_learner(lab, 0), theta, at, 1) + task->first_output;
    double sum = 0;
    int best = 0;
    for (int i = 0; i < task->n_outputs; i++) {
        best = logits[i] > logits[best] ? i : best;
    }
    for (int i = 0; i < task->n_outputs; i++) {
        sum += exp((double)(logits[i] - logits[best]));
    }
    *share = 1 / sum;
    return task->first_output + best;
}

static void expect_cells(struct lab *lab, const struct surface *surface)
{
    const struct task *task = suite_task(lab_suite(lab), surface->task);
    const real *theta = learner_answer(lab_learner(lab, 0), surface->task);
    double guess = 1.0 / task->n_outputs;
    for (int i = 0; i < surface->rows * surface->cols; i++) {
        int row = i / surface->cols, col = i % surface->cols,
            level = surface->cells[i] % SURFACE_LEVELS;
        double share;
        float w = surface->high[0] - surface->low[0], h = surface->high[1] - surface->low[1];
        int class = answer(
            lab, task, theta,
            (real)(surface->low[0] + w * ((float)col + 0.5f) / (float)surface->cols),
            (real)(surface->high[1] - h * ((float)row + 0.5f) / (float)surface->rows), &share);
        double sure = SURFACE_LEVELS * (share - guess) / (1 - guess);
        if (sure > 0.01) { /* on the boundary rounding decides */
            cr_assert_eq(surface->cells[i] / SURFACE_LEVELS, class, "row %d, column %d", row, col);
        }
        cr_assert(level <= sure + 0.01 && level >= fmin(sure, SURFACE_LEVELS) - 1.01, "%d for %g",
                  level, sure);
    }
}

static void expect_points(struct lab *lab, const struct surface *surface)
{
    int at = 0, n_right = 0;
    for (int t = 0; t < suite_n_tasks(lab_suite(lab)); t++) {
        const struct task *task = suite_task(lab_suite(lab), t);
        for (int i = 0; at < surface->n_points && surface->points[at].task == t; i++, at++) {
            const struct surface_point *point = &surface->points[at];
            const real *theta = learner_answer(lab_learner(lab, 0), t);
            real x[2];
            double share;
            int label = suite_example(lab_suite(lab), t, SPLIT_TEST, i, x);
            int found = answer(lab, task, theta, x[0], x[1], &share);
            float w = surface->high[0] - surface->low[0], h = surface->high[1] - surface->low[1];
            cr_assert_eq(point->label, label);
            cr_assert(point->is_right == (found == label) || share - 0.5 < 1e-4);
            cr_assert_float_eq(surface->low[0] + w * point->x / 255, x[0], w / 500);
            cr_assert_float_eq(surface->high[1] - h * point->y / 255, x[1], h / 500);
            n_right += point->is_right;
        }
    }
    cr_expect_eq(at, surface->n_points);
    cr_expect(n_right > 0 && n_right < surface->n_points, "nothing is tested");
}

Test(surface, is_what_the_network_answers_everywhere)
{
    static const char *const cases[][2] = {
        {"plane", "kinds"}, {"plane:rings", "rotated"}, {"plane:blobs", "split"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lab *lab = open_plane(cases[i][0], cases[i][1], NULL);
        labs_tell(lab, "show surface 13x21");
        labs_run(lab, STEPS + 100, 50);
        labs_tell(lab, "pause");
        const struct surface *surface = look(lab);
        cr_assert_not_null(surface);
        cr_expect(surface->rows == ROWS && surface->cols == COLS && surface->task == 1);
        cr_expect_eq(surface->n_classes, suite_n_outputs(lab_suite(lab)));
        cr_expect_eq(surface->n_points, SURFACE_POINTS_EACH * 5);
        expect_cells(lab, surface);
        expect_points(lab, surface);
        lab_destroy(lab);
    }
}

/* Per task an adapter answers: each point is asked of its own. */
Test(surface, points_are_answered_by_the_weights_of_their_task)
{
    struct lab *lab = open_plane("plane", "kinds", "lora");
    labs_tell(lab, "set lora.mode per-task");
    labs_tell(lab, "show surface 13x21");
    labs_run(lab, 2 * STEPS + 100, 50);
    labs_tell(lab, "pause");
    const struct surface *surface = look(lab);
    expect_cells(lab, surface);
    expect_points(lab, surface);
    lab_destroy(lab);
}

Test(surface, looking_changes_no_bit)
{
    struct lab *seen = open_plane("plane", NULL, "replay"),
               *unseen = open_plane("plane", NULL, "replay");
    labs_tell(seen, "show surface 13x21");
    for (int i = 1; i <= 20; i++) {
        labs_run(seen, 40 * i, 40);
        labs_run(unseen, 40 * i, 40);
        labs_tell(seen, "map 1 drift task 4x4"); /* a view: it is made anew */
        cr_assert_not_null(look(seen));
        cr_assert_null(look(unseen));
    }
    cr_expect_eq(labs_hash(seen, 0), labs_hash(unseen, 0));
    lab_destroy(seen);
    lab_destroy(unseen);
}

Test(surface, shows_what_was_replayed_in_the_last_step)
{
    struct lab *lab = open_plane("plane", NULL, "replay");
    labs_tell(lab, "show surface 5x5");
    labs_run(lab, STEPS + 50, 50);
    labs_tell(lab, "pause");
    const struct surface *surface = look(lab);
    const struct rows *rows = learner_rows(lab_learner(lab, 0));
    int of[5] = {0};
    cr_expect_gt(surface->n_replayed, 0);
    cr_expect_eq(surface->n_replayed, rows->n - rows->n_batch);
    for (int i = 0; i < surface->n_replayed; i++) {
        const struct surface_point *point = &surface->replayed[i];
        int k = rows->n_batch + i;
        real x[2];
        cr_assert_eq(point->task, rows->tasks[k]);
        cr_assert_eq(point->label,
                     suite_example(lab_suite(lab), point->task, SPLIT_TRAIN, rows->index[k], x));
        float part = ((float)x[0] - surface->low[0]) / (surface->high[0] - surface->low[0]);
        cr_assert_float_eq(point->x, 255 * fminf(fmaxf(part, 0), 1), 0.51);
        of[point->task]++;
    }
    cr_expect(of[0] > 0 && of[2] + of[3] + of[4] == 0, "what has not been met is not remembered");
    labs_tell(lab, "strategy replay off");
    labs_tell(lab, "resume");
    labs_run(lab, STEPS + 60, 50);
    labs_tell(lab, "pause");
    cr_expect_eq(look(lab)->n_replayed, 0);
    lab_destroy(lab);
}

Test(surface, of_a_moment_is_that_of_its_weights)
{
    struct lab *lab = open_plane("plane", NULL, "replay");
    uint8_t before[ROWS * COLS];
    labs_tell(lab, "show surface 13x21");
    labs_run(lab, STEPS, 50);
    labs_tell(lab, "pause");
    memcpy(before, look(lab)->cells, sizeof before);
    labs_tell(lab, "resume");
    labs_run(lab, 2 * STEPS, 50);
    labs_tell(lab, "pause");
    cr_expect_neq(memcmp(before, look(lab)->cells, sizeof before), 0);
    labs_tell(lab, "map 1 drift task 4x4 300");
    const struct surface *surface = look(lab);
    cr_expect_eq(surface->step, STEPS);
    cr_expect_eq(surface->n_replayed, 0);
    cr_expect_eq(memcmp(before, surface->cells, sizeof before), 0);
    labs_tell(lab, "map 1 drift task 4x4");
    cr_expect_eq(look(lab)->step, MAP_STEP_NOW);
    lab_destroy(lab);
}

Test(surface, is_of_the_learner_that_is_chosen)
{
    struct lab *lab = open_plane("plane", NULL, NULL);
    labs_tell(lab, "show surface 13x21");
    labs_run(lab, STEPS, 50);
    labs_tell(lab, "fork kept: strategy=replay");
    labs_run(lab, 2 * STEPS, 50);
    labs_tell(lab, "pause");
    int kept = look(lab)->learner;
    uint8_t cells[ROWS * COLS];
    memcpy(cells, look(lab)->cells, sizeof cells);
    labs_tell(lab, "learner naive");
    cr_expect_neq(look(lab)->learner, kept);
    cr_expect_neq(memcmp(cells, look(lab)->cells, sizeof cells), 0);
    lab_destroy(lab);
}

Test(surface, the_last_step_of_all_is_shown)
{
    struct lab *lab = open_plane("plane", NULL, NULL);
    labs_tell(lab, "show surface 128x256"); /* so large that it is seldom due */
    look(lab);
    labs_run(lab, 5 * STEPS, 100000);
    cr_expect_eq(lab_state(lab), LAB_ENDED);
    const struct surface *surface = look(lab);
    cr_expect(surface->rows == SURFACE_ROWS_MAX && surface->cols == SURFACE_COLS_MAX);
    cr_expect_eq(surface->task, 4);
    expect_cells(lab, surface);
    lab_destroy(lab);
}

Test(surface, is_made_only_when_asked_for_and_of_points)
{
    struct lab *lab = open_plane("plane", NULL, NULL);
    cr_expect_null(look(lab));
    labs_tell(lab, "show surface 4x4");
    cr_expect_not_null(look(lab));
    labs_tell(lab, "hide surface");
    cr_expect_null(look(lab));
    lab_destroy(lab);
    lab = labs_open_plain(2, "", (const char *const[]){"a:", NULL});
    labs_tell(lab, "show surface 4x4");
    cr_expect_null(look(lab));
    lab_destroy(lab);
}
