/* SPDX-License-Identifier: MIT
 * What stands there at the end, what is switched then, and how many tasks there are. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strategies/table.h"
#include "support/drawing.h"
#include "support/fixture.h"
#include "support/present_text.h"
#include "ui/panels/lines.h"
#include "ui/panels/panel.h"
#include "ui/panels/summary.h"

/* A played session of five tasks at its end; replay is on from step 700. */
static struct fixture *at_the_end(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 700);
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 5 * FIXTURE_STEPS);
    return fixture;
}

/* The words on the grid with one space between them, without the box around; free it. */
static char *words_on(const struct grid *grid)
{
    char *text = present_text(grid), *to = text;
    cr_assert_not_null(text);
    for (const char *at = text; *at; at++) {
        bool is_edge = strncmp(at, "│", strlen("│")) == 0;
        at += is_edge ? strlen("│") - 1 : 0;
        bool is_space = is_edge || *at == ' ' || *at == '\n';
        if (!is_space || (to > text && to[-1] != ' ')) {
            *to++ = is_space ? ' ' : *at;
        }
    }
    *to = '\0';
    return text;
}

Test(summary, of_two_runs_has_room_for_all_words)
{
    for (int w = 36; w <= 80; w++) {
        struct fixture *fixture = at_the_end();
        struct view *view = &fixture->frame.view;
        view->has_previous = true;
        view->previous_left = 0.86;
        view->previous_forgotten = 0.11;
        snprintf(view->previous_with, sizeof view->previous_with,
                 "EWC from step 500 to 950, replay since step 1350");
        struct grid grid = make_grid(w, 24);
        struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
        summary_draw(&pen, (struct rect){0, 0, w, 24}, view);
        char *words = words_on(&grid);
        cr_expect_not_null(strstr(words, "with replay since step 700"), "%d: %s", w, words);
        cr_expect_not_null(strstr(words, "EWC from step 500 to 950, replay since step 1350"),
                           "%d: %s", w, words);
        free(words);
        grid_fini(&grid);
        fixture_destroy(fixture);
    }
}

Test(strategies, switched_on_after_the_end_is_on_in_the_next_run)
{
    struct fixture *fixture = at_the_end();
    fixture_command(fixture, "strategy lowlr on");
    struct grid grid = make_grid(60, 12);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    panel_strategies.draw(&pen, &fixture->frame.view);
    char *words = words_on(&grid);
    cr_expect_not_null(strstr(words, "in the next run"), "%s", words);
    cr_expect_null(strstr(words, "since E"), "%s", words);
    free(words);
    grid_fini(&grid);
    fixture_destroy(fixture);
}

/* That of lessons is the last; nobody sees it before something was taught. */
Test(lines, count_the_task_of_lessons_once_there_is_one)
{
    for (int taught = 0; taught < 2; taught++) {
        struct fixture *fixture = fixture_play("kinds", 4, 4);
        fixture->facts.n_tasks = 3;
        fixture_steps(fixture, taught ? 3 * FIXTURE_STEPS + 20 : 20);
        struct grid grid = make_grid(100, 1);
        struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
        lines_status(&pen, &fixture->frame.view);
        char *words = words_on(&grid);
        cr_expect_not_null(strstr(words, taught ? "4 tasks" : "3 tasks"), "%s", words);
        free(words);
        grid_fini(&grid);
        fixture_destroy(fixture);
    }
}

/* ---- LoRA's adapter taken out ---------------------------------------------------------------- */

/* A matrix with rows of the base alone beside others says so; after the end no row is one. */
Test(matrix, names_the_rows_that_were_measured_unplugged)
{
    static const struct {
        long out, in; /* unplugged and plugged in at these steps, -1 = not */
        const char *words;
    } cases[] = {{-1, -1, "after ↓ on →"},
                 {3 * FIXTURE_STEPS, -1, "D–E unplugged"},
                 {2 * FIXTURE_STEPS + 9, 3 * FIXTURE_STEPS - 9, "after ↓ on →"},
                 {2 * FIXTURE_STEPS + 9, 3 * FIXTURE_STEPS + 9, "C unplugged"},
                 {5 * FIXTURE_STEPS, -1, "after ↓ on →"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fixture = fixture_play("permuted", 5, 5);
        char text[64];
        fixture_command(fixture, "strategy lora on");
        for (long step = 0; step <= 5 * FIXTURE_STEPS; step++) {
            if (step == cases[i].out) {
                fixture_command(fixture, "unplug");
            } else if (step == cases[i].in) {
                fixture_command(fixture, "plug");
            }
            fixture_steps(fixture, 1);
        }
        panel_matrix.note(&fixture->frame.view, 40, text, sizeof text);
        cr_expect_str_eq(text, cases[i].words, "%zu: '%s'", i, text);
        fixture_destroy(fixture);
    }
}

Test(summary, says_that_the_adapter_is_out)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    char text[180];
    fixture_command(fixture, "strategy lora on");
    fixture_steps(fixture, 5 * FIXTURE_STEPS);
    cr_expect_str_eq(view_run_text(&fixture->frame.view, text, sizeof text), "LoRA");
    fixture_command(fixture, "unplug");
    struct strategy_state *lora = &fixture->snapshot->learners[0].strategies[strategy_find("lora")];
    snprintf(lora->status, sizeof lora->status, "unplugged");
    cr_expect_str_eq(view_run_text(&fixture->frame.view, text, sizeof text), "LoRA, unplugged");
    fixture_destroy(fixture);
}
