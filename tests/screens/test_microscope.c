/* SPDX-License-Identifier: MIT
 * A weight under the microscope: whole screens against golden text. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/scene.h"
#include "ui/panels/microscope.h"

enum { N_POINTS = 57, STRIDE = 8 };

/* A weight that goes there on a curve. */
static struct seen_weight weight_made(int rule, int row, int col, double push, double pull)
{
    struct seen_weight weight = {.rule = rule, .row = row, .col = col, .n_rows = 64, .n_cols = 100};
    for (int i = 0; i < N_POINTS; i++) {
        double part = (double)i / (N_POINTS - 1), early = 1 - (1 - part) * (1 - part);
        weight.pull[i] = (float)(pull * part);
        weight.value[i] = (float)(0.114 + push * early + pull * part);
    }
    weight.end[0] = 0.114F;
    weight.importance[0] = fabs(pull) > 0 ? 0.0112F : 0;
    weight.top[0] = fabs(pull) > 0 ? 0.049F : 0.88F;
    weight.moved_of[0] = (float)(-0.386);
    return weight;
}

/* In B, of whose beginning the numbers are. */
static struct fixture *in_b(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_command(fixture, "strategy ewc on");
    fixture_steps(fixture, 2 * FIXTURE_STEPS - 2);
    struct microscope *to = &fixture->snapshot->exhibits.microscope;
    fixture->snapshot->exhibits.has[EXHIBIT_MICROSCOPE] = true;
    *to = (struct microscope){.asked = {.is_by_rule = true},
                              .step = 2 * FIXTURE_STEPS - 2,
                              .stage = 1,
                              .task = 1,
                              .begin = FIXTURE_STEPS,
                              .is_whole = true,
                              .has_pulled = true,
                              .springs = "EWC",
                              .cell = {1, 1},
                              .n_points = N_POINTS,
                              .at = N_POINTS - 1,
                              .n_ends = 1,
                              .n = 3};
    for (int i = 0; i < N_POINTS; i++) {
        to->done[i] = i * STRIDE;
    }
    to->weights[0] = weight_made(SPRING_HELD, 42, 67, -0.782, 0.694);
    to->weights[1] = weight_made(SPRING_STRETCHED, 52, 26, 0.60, -0.39);
    to->weights[2] = weight_made(SPRING_FREE, 56, 4, -0.488, 0);
    fixture->frame.view.focus = PANEL_MICROSCOPE;
    fixture->frame.view.has_weight = true;
    fixture->frame.view.weight = to->asked;
    return fixture;
}

static void held(struct fixture *fixture)
{
    (void)fixture;
}

static void choose(struct fixture *fixture, enum spring_rule rule)
{
    fixture->frame.view.weight = (struct weight_choice){.is_by_rule = true, .rule = rule};
}

static void freed(struct fixture *fixture)
{
    choose(fixture, SPRING_FREE);
}

static void stretched_enlarged(struct fixture *fixture)
{
    choose(fixture, SPRING_STRETCHED);
    fixture->frame.view.is_enlarged = true;
}

static void naive(struct fixture *fixture)
{
    struct microscope *of = &fixture->snapshot->exhibits.microscope;
    of->springs[0] = '\0';
    of->has_pulled = false;
    of->asked = of->weights[0].rule < 0 ? of->asked : (struct weight_choice){.part = 1};
    of->weights[0] = weight_made(-1, 42, 67, -0.386, 0);
    fixture->frame.view.weight = of->asked;
}

static void past(struct fixture *fixture)
{
    fixture->frame.view.has_cursor = true;
    fixture->frame.view.cursor = FIXTURE_STEPS + 100;
    fixture->frame.view.focus = PANEL_ACCURACY;
}

static void compared(struct fixture *fixture)
{
    fixture_command(fixture, "fork plain: strategy=none");
    struct microscope *of = &fixture->snapshot->exhibits.microscope;
    of->n_others = 1;
    of->other[0] = fixture->snapshot->learners[1].id;
    fixture->snapshot->selected = 0;
}

static void adapted(struct fixture *fixture)
{
    struct microscope *of = &fixture->snapshot->exhibits.microscope;
    of->is_through_adapter = true;
    of->has_pulled = false;
    of->springs[0] = '\0';
    choose(fixture, SPRING_FREE);
}

/* It mattered to the one task not at all, to the next one much. */
static void learned_twice(struct fixture *fixture)
{
    struct microscope *of = &fixture->snapshot->exhibits.microscope;
    of->n_ends = 2;
    of->end_task[1] = 1;
    of->weights[0].importance[0] = 0;
    of->weights[0].end[1] = -0.118F;
    of->weights[0].importance[1] = 0.02F;
    of->weights[0].top[1] = 0.005F;
}

static void absent(struct fixture *fixture)
{
    fixture->snapshot->exhibits.has[EXHIBIT_MICROSCOPE] = false;
}

static const struct scene scenes[] = {
    {"weight-held-120x36", in_b, held, 120, 36, NULL, false},
    {"weight-held-80x24", in_b, held, 80, 24, NULL, false},
    {"weight-ascii-mono-120x36", in_b, held, 120, 36, "ascii", true},
    {"weight-free-100x30", in_b, freed, 100, 30, NULL, false},
    {"weight-stretched-100x30", in_b, stretched_enlarged, 100, 30, NULL, false},
    {"weight-naive-80x24", in_b, naive, 80, 24, NULL, false},
    {"weight-past-120x36", in_b, past, 120, 36, NULL, false},
    {"weight-two-120x36", in_b, compared, 120, 36, NULL, false},
    {"weight-adapter-120x36", in_b, adapted, 120, 36, NULL, false},
    {"weight-learned-twice-80x24", in_b, learned_twice, 80, 24, NULL, false},
    {"weight-none-80x24", in_b, absent, 80, 24, NULL, false},
};

Test(microscope_screens, look_as_they_did)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        char why[4096];
        cr_expect(scene_looks_as_it_did(&scenes[i], why, sizeof why), "%s", why);
    }
}

/* What the sentence says are the numbers, and never that the two balance. */
Test(microscope_screens, the_sentence_says_what_happened)
{
    struct fixture *fixture = in_b();
    struct view *view = &fixture->frame.view;
    char text[240];
    struct sighting seen = microscope_sighting(view);
    microscope_sentence(view, &seen, text, sizeof text);
    cr_expect_str_eq(text, "*pushed −0.78* by B, *pulled back +0.69* by EWC, *moved −0.09*");
    freed(fixture);
    seen = microscope_sighting(view);
    microscope_sentence(view, &seen, text, sizeof text);
    cr_expect_str_eq(text, "*pushed −0.49* by B, *pulled by nothing*: it is free, *moved −0.49*");
    naive(fixture);
    seen = microscope_sighting(view);
    microscope_sentence(view, &seen, text, sizeof text);
    cr_expect_not_null(strstr(text, "nothing pulls back"), "%s", text);
    fixture->snapshot->exhibits.microscope.is_whole = false;
    microscope_sentence(view, &seen, text, sizeof text);
    cr_expect_not_null(strstr(text, " since step 450"), "%s", text);
    fixture_destroy(fixture);
}

/* Through the rules, and through those of one. */
Test(microscope_screens, jumps_lead_round)
{
    struct fixture *fixture = in_b();
    struct view *view = &fixture->frame.view;
    static const char *const lines[] = {"microscope stretched\n", "microscope free\n",
                                        "microscope held\n"};
    fixture->snapshot->exhibits.microscope.n = 4;
    fixture->snapshot->exhibits.microscope.weights[3] = weight_made(SPRING_FREE, 1, 2, 0.3, 0);
    fixture->snapshot->exhibits.microscope.weights[3].rank = 1;
    for (int i = 0; i < 3; i++) {
        struct panel_lines next = microscope_jump(view, true);
        cr_expect_str_eq(next.text, lines[i]);
        choose(fixture, (enum spring_rule)((i + 1) % SPRING_RULES));
    }
    choose(fixture, SPRING_FREE);
    cr_expect_str_eq(microscope_jump(view, false).text, "microscope free:2\n");
    view->weight.rank = 1;
    cr_expect_str_eq(microscope_jump(view, false).text, "microscope free\n");
    fixture_destroy(fixture);
}

/* Every weight lies in the cell of the heatmap that stands for it. */
Test(microscope_screens, cells_are_those_of_the_heatmap)
{
    struct fixture *fixture = in_b();
    struct view *view = &fixture->frame.view;
    for (int n = 1; n <= 70; n++) {
        for (int cells = 1; cells <= 40; cells++) {
            int shown = cells < n ? cells : n;
            fixture->snapshot->map.rows = fixture->snapshot->map.cols = shown;
            for (int i = 0; i < n; i++) {
                struct seen_weight weight = {.n_rows = n, .n_cols = n, .row = i, .col = n - 1 - i};
                int cell[2];
                microscope_cell(view, &weight, cell);
                cr_assert_leq(cell[0] * n / shown, weight.row);
                cr_assert_gt((cell[0] + 1) * n / shown, weight.row);
                cr_assert_leq(cell[1] * n / shown, weight.col);
                cr_assert_gt((cell[1] + 1) * n / shown, weight.col);
            }
        }
    }
    fixture_destroy(fixture);
}

/* At any size nothing is drawn outside, whatever the numbers are. */
Test(microscope_screens, any_size_and_any_numbers_are_drawn)
{
    static const double moves[][2] = {{0, 0}, {1e-9, -1e-9}, {1e6, -1e6}, {-0.3, 0.3}, {5, 5}};
    struct fixture *fixture = in_b();
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        fixture->snapshot->exhibits.microscope.weights[0] =
            weight_made(SPRING_HELD, 42, 67, moves[i][0], moves[i][1]);
        for (int cols = 60; cols <= 200; cols += 9) {
            for (int rows = 16; rows <= 60; rows += 5) {
                fixture->frame.view.is_enlarged = (cols + rows) % 2;
                char *text = scene_draw(fixture, &(struct scene){.cols = cols, .rows = rows});
                cr_expect_not_null(strstr(text, "weight"));
                free(text);
            }
        }
    }
    fixture_destroy(fixture);
}

/* Of two tasks to which it mattered most, the columns stand apart. */
Test(microscope_screens, what_it_mattered_to_each_stands_apart)
{
    struct fixture *fixture = in_b();
    struct microscope *of = &fixture->snapshot->exhibits.microscope;
    struct seen_weight *weight = &of->weights[0];
    of->n_ends = 2;
    of->end_task[1] = 1;
    weight->importance[1] = weight->importance[0];
    weight->top[0] = weight->top[1] = 0.001F;
    fixture->frame.view.is_enlarged = true;
    char *text = scene_draw(fixture, &(struct scene){.cols = 120, .rows = 36});
    cr_expect(strstr(text, "top 0.1 % top 0.1 %"), "%s", text);
    free(text);
    fixture_destroy(fixture);
}

/* One weight has one name, in the heatmap and under the microscope. */
Test(microscope_screens, names_are_those_of_the_heatmap)
{
    struct fixture *fixture = in_b();
    struct view *view = &fixture->frame.view;
    view->focus = PANEL_DRIFT;
    view->has_map_cursor = true;
    view->map_row = view->map_col = 0;
    int last = view_learner(view)->n_parts - 1;
    for (int part = 0; part <= last; part += last) {
        view->map.part = part;
        const struct seen_weight weight = {.part = part};
        char from[24], to[24], name[60];
        microscope_from(view, &weight, from, sizeof from);
        microscope_to(view, &weight, to, sizeof to);
        snprintf(name, sizeof name, "%s → %s: ", from, to);
        cr_expect_str_eq(to, part > 0 ? "answer 1" : "unit 1");
        char *text = scene_draw(fixture, &(struct scene){.cols = 120, .rows = 36});
        cr_expect(strstr(text, name), "%s: %s", name, text);
        free(text);
    }
    fixture_destroy(fixture);
}
