/* SPDX-License-Identifier: MIT
 * The scoreboard's rows: their order, their words, the way of arrow keys and clicks; ghosts. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "support/fixture.h"
#include "ui/app/look.h"
#include "ui/panels/board.h"
#include "ui/panels/learners.h"
#include "ui/panels/panel.h"

/* Some runs that are over, some of them with numbers that are none, and two learners. */
static struct fixture *some_runs(struct rng *rng)
{
    static const double strange[] = {NAN, 0, 0.25, 0.25, 0.5, 1};
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_command(fixture, "add b: strategy=replay");
    for (int i = 0; i < 6; i++) {
        fixture_steps(fixture, FIXTURE_STEPS + 10 + rng_below(rng, 400));
        fixture_command(fixture, "rewind 0");
        fixture_command(fixture, rng_below(rng, 2) ? "strategy ewc on" : "strategy ewc off");
    }
    fixture_steps(fixture, FIXTURE_STEPS + 200);
    for (int i = 0; i < fixture->timeline.board.n; i++) {
        struct run_score *score = &fixture->timeline.board.scores[i];
        score->metrics.average_accuracy = strange[rng_below(rng, 6)];
        score->metrics.forgetting = strange[rng_below(rng, 6)];
        score->memory = strange[rng_below(rng, 6)];
    }
    cr_assert_eq(fixture->timeline.board.n, 12);
    return fixture;
}

/* Of runs 1 to 12, NAN where it is not known; and their numbers in the order that this gives, the
 * best first. */
static const double worked[] = {0.5, 0.25,  NAN,   1,     0,     0.75,
                                NAN, 0.125, 0.875, 0.625, 0.375, 0.0625};
static const int most_first[] = {4, 9, 6, 10, 1, 11, 2, 8, 12, 5, 3, 7},
                 least_first[] = {5, 12, 8, 2, 11, 1, 10, 6, 9, 4, 3, 7};

static const struct {
    enum learner_column column;
    const int *best_first, *worst_first;
} ordered[] = {{COLUMN_AVERAGE, most_first, least_first},
               {COLUMN_FORGETTING, least_first, most_first},
               {COLUMN_LEARNING, most_first, least_first},
               {COLUMN_MEMORY, least_first, most_first}};

static void fill_in(struct fixture *fixture)
{
    for (int i = 0; i < 12; i++) {
        struct run_score *score = &fixture->timeline.board.scores[i];
        score->metrics.average_accuracy = score->metrics.forgetting = worked[i];
        score->metrics.learning_accuracy = score->memory = worked[i];
    }
}

Test(board, is_in_the_order_of_any_column)
{
    struct rng rng = rng_stream(16, 0);
    struct fixture *fixture = some_runs(&rng);
    struct view *view = &fixture->frame.view;
    struct board_row rows[BOARD_ROWS_MAX];
    fill_in(fixture);
    for (size_t k = 0; k < 2 * sizeof ordered / sizeof *ordered; k++) {
        const int *expected = k % 2 ? ordered[k / 2].worst_first : ordered[k / 2].best_first;
        int n_learners = 0, n_runs = 0;
        view->sort = ordered[k / 2].column;
        view->is_sorted_back = k % 2;
        cr_assert_eq(board_rows(view, rows), 14);
        for (int i = 0; i < 14; i++) {
            n_learners += !rows[i].score;
            if (rows[i].score) {
                cr_expect_eq(rows[i].score->number, expected[n_runs], "column %d, run %d: %d",
                             view->sort, n_runs, rows[i].score->number);
                n_runs++;
            }
        }
        cr_expect(n_runs == 12 && n_learners == 2);
    }
    view->sort = COLUMN_STEPS;
    view->is_sorted_back = false;
    board_rows(view, rows);
    for (int i = 1; i < 14; i++) {
        cr_expect_geq(rows[i - 1].steps, rows[i].steps);
    }
    view->sort = COLUMN_ORDER;
    board_rows(view, rows);
    cr_expect(rows[0].score && rows[0].score->number == 1 && rows[13].learner == 1);
    fixture_destroy(fixture);
}

/* What the lines of a panel bring about; true if all of them are lines of the screen or choose a
 * learner. */
static bool follow(struct fixture *fixture, const struct panel_lines *lines)
{
    struct look look = {&fixture->frame.view, theme_at(0), glyphs_at(0)};
    for (const char *at = lines->text; *at; at += strcspn(at, "\n") + 1) {
        char line[PANEL_LINES_MAX];
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
        if (!look_line(&look, line)) {
            if (strncmp(line, "learner ", 8) != 0) {
                return false;
            }
            fixture_command(fixture, line);
        }
    }
    return true;
}

Test(board, arrow_keys_go_through_all_rows_and_clicks_choose)
{
    struct rng rng = rng_stream(17, 0);
    struct grid none = {0};
    struct fixture *fixture = some_runs(&rng);
    struct view *view = &fixture->frame.view;
    struct pen pen = pen_make(&none, glyphs_at(0), DEPTH_256);
    pen.area = (struct rect){0, 0, 90, 20};
    unsigned runs = 0, learners = 0;
    for (int i = 0; i < 14; i++) {
        struct panel_lines lines = panel_scoreboard.move(&pen, view, 0, 1);
        cr_assert(follow(fixture, &lines), "%s", lines.text);
        runs |= 1u << view->run;
        learners |= view->run == 0 ? 1u << view->snapshot->selected : 0;
    }
    cr_expect(runs == (1u << 13) - 1 && learners == 3, "%x %x", runs, learners);
    for (int y = -1; y <= 20; y++) {
        for (int x = -1; x <= 90; x++) {
            struct panel_lines lines = panel_scoreboard.click(&pen, view, x, y);
            cr_assert(follow(fixture, &lines), "%d, %d: %s", x, y, lines.text);
        }
    }
    struct panel_lines lines = panel_scoreboard.click(&pen, view, 10, 3);
    view->sort = COLUMN_ORDER;
    view->is_sorted_back = false;
    lines = panel_scoreboard.click(&pen, view, 10, 3);
    cr_expect_str_eq(lines.text, "run 3\n");
    fixture_destroy(fixture);
}

Test(board, says_what_was_on)
{
    static const struct {
        bool knows;
        uint32_t on, ever;
        const char *text;
    } cases[] = {
        {false, 0, 0, "?"},          {true, 0, 0, "nothing"},       {true, 2, 2, "EWC"},
        {true, 6, 6, "EWC, replay"}, {true, 4, 6, "(EWC), replay"}, {true, 0, 1, "(low lr)"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[BOARD_WITH_MAX];
        const struct board_row row = {
            .knows_on = cases[i].knows, .on = cases[i].on, .ever_on = cases[i].ever};
        cr_expect_str_eq(board_with(&row, text), cases[i].text);
    }
    const struct board_row bare = {.knows_on = true}, ewc = {.on = 2}, both = {.on = 6};
    cr_expect(board_role(&ewc) == board_role(&both) && board_role(&ewc) != board_role(&bare));
}

/* Lines of looking: what is told brings it about again; what was called back and is not there (any
 * more) is none. */
/* With the cursor in the past what stands there of those that go on is of then. */
Test(board, is_of_the_moment_that_is_looked_at)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    struct view *view = &fixture->frame.view;
    struct board_row rows[BOARD_ROWS_MAX];
    fixture_steps(fixture, FIXTURE_STEPS + 100);
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 100);
    cr_assert_eq(board_rows(view, rows), 1);
    cr_expect(rows[0].steps == FIXTURE_STEPS + 200 && rows[0].on != 0 && isfinite(rows[0].memory));
    view->has_cursor = true;
    view->cursor = FIXTURE_STEPS + 50;
    cr_assert_eq(board_rows(view, rows), 1);
    cr_expect(rows[0].steps == FIXTURE_STEPS + 50 && rows[0].on == 0 && rows[0].ever_on == 0,
              "%ld steps, with %x", rows[0].steps, rows[0].ever_on);
    cr_expect(isnan(rows[0].memory), "nobody knows what it kept then");
    fixture_destroy(fixture);
}

Test(board, ghosts_are_called_by_lines)
{
    struct rng rng = rng_stream(18, 0);
    struct fixture *fixture = some_runs(&rng);
    struct view *view = &fixture->frame.view;
    struct look look = {view, theme_at(0), glyphs_at(0)};
    static const char *const good[] = {"ghost 3 12", "ghost 7", "run 2", "run off", "ghost off"};
    static const char *const bad[] = {"ghost",       "ghost 0", "ghost x", "ghost 3 off",
                                      "ghost 1 2 3", "run 0",   "run",     "run 1 2"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char argument[LOOK_ARGUMENT_MAX], line[2 * LOOK_ARGUMENT_MAX];
        cr_assert(look_line(&look, good[i]), "%s", good[i]);
        struct look_state state = look_state(&look);
        cr_expect_str_eq(look_format(&state, look_find(good[i], argument), line, sizeof line),
                         good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_not(look_line(&look, bad[i]), "%s", bad[i]);
    }
    cr_assert(look_line(&look, "ghost 3 400"));
    cr_expect(view_called(view, 0) == scoreboard_find(&fixture->timeline.board, 3));
    cr_expect_null(view_called(view, 1));
    cr_assert(look_line(&look, "ghost 3 3"));
    cr_expect_eq(view->ghosts[1], 0);
    fixture_destroy(fixture);
}
