/* SPDX-License-Identifier: MIT
 * What all panels have in common: the way of Tab, clicks, arrow keys. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "lab/command.h"
#include "support/drawing.h"
#include "support/fixture.h"
#include "ui/app/look.h"
#include "ui/panels/accuracy.h"
#include "ui/panels/lines.h"
#include "ui/panels/panel.h"

static struct fixture *in_permuted(void)
{
    return fixture_play("permuted", 5, 5);
}

static struct fixture *in_plane(void)
{
    return fixture_play_plane(5);
}

static struct fixture *(*const stages[])(void) = {in_permuted, in_plane};

enum { STAGES = sizeof stages / sizeof *stages };

/* Wherever it begins, Tab goes through all panels that are on offer and through no other, and
 * Shift-Tab back the same way; also from one that is not. */
static void expect_way(struct view *view, enum panel_id from)
{
    unsigned seen = 0, offered = 0;
    for (int i = 0; i < PANEL_COUNT; i++) {
        offered |= panel_offers(view, (enum panel_id)i) ? 1u << i : 0;
    }
    view->focus = from;
    for (int i = 0; i < PANEL_COUNT; i++) {
        enum panel_id was = view->focus;
        view->focus = panel_next(view, +1);
        seen |= 1u << view->focus;
        enum panel_id next = view->focus;
        cr_expect(!(offered >> was & 1u) || panel_next(view, -1) == was, "%d", (int)was);
        view->focus = next;
    }
    cr_expect_eq(seen, offered, "from %d: %x, not %x", (int)from, seen, offered);
}

Test(panel, tab_goes_through_all_that_are_on_offer)
{
    for (int s = 0; s < STAGES; s++) {
        struct fixture *fixture = stages[s]();
        for (int i = 0; i < PANEL_COUNT; i++) {
            expect_way(&fixture->frame.view, (enum panel_id)i);
        }
        fixture_destroy(fixture);
    }
}

/* Every line is a command: one of the screen with an argument that it takes, or one to the lab. */
static void expect_commands(struct view *view, const struct panel_lines *lines, const char *what)
{
    struct view copy = *view;
    struct look look = {&copy, theme_at(0), glyphs_at(0)};
    struct command command;
    for (const char *at = lines->text; *at; at += strcspn(at, "\n") + 1) {
        char line[PANEL_LINES_MAX];
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
        cr_assert(look_line(&look, line) || command_parse(line, &command, NULL), "%s: '%s'", what,
                  line);
    }
}

static void try_panel(struct view *view, const struct panel *panel, const struct pen *pen)
{
    static const int steps[] = {-PANEL_EDGE, -10, -1, 0, 1, 10, PANEL_EDGE};
    for (int y = -1; panel->click && y <= pen->area.h; y++) {
        for (int x = -1; x <= pen->area.w; x++) {
            struct panel_lines lines = panel->click(pen, view, x, y);
            expect_commands(view, &lines, panel->name);
        }
    }
    for (int i = 0; panel->move && i < 21; i++) {
        struct panel_lines lines = panel->move(pen, view, steps[i / 3], i % 3 - 1);
        expect_commands(view, &lines, panel->name);
    }
}

Test(panel, clicks_and_arrow_keys_are_commands)
{
    struct grid none = {0};
    for (int s = 0; s < STAGES; s++) {
        struct fixture *fixture = stages[s]();
        struct pen pen = pen_make(&none, glyphs_at(0), DEPTH_256);
        fixture_steps(fixture, 100);
        for (int size = 0; size < 3; size++) {
            pen.area = pen.clip = (struct rect){0, 0, 5 + 40 * size, 1 + 9 * size};
            for (int i = 0; i < PANEL_COUNT; i++) {
                try_panel(&fixture->frame.view, panel_at((enum panel_id)i), &pen);
            }
        }
        fixture_destroy(fixture);
    }
}

/* At the right end of a frame stands what the panel says there, and nothing where it says nothing.
 */
Test(panel, need_not_have_a_note)
{
    struct fixture *fixture = in_permuted();
    const struct view *view = &fixture->frame.view;
    struct panel silent = panel_strategies;
    silent.note = NULL;
    char text[PANEL_NOTE_MAX] = "before";
    cr_expect_str_eq(panel_note(&silent, view, 40, text), "");
    cr_expect_str_neq(panel_note(&panel_strategies, view, 40, text), "");
    fixture_destroy(fixture);
}

/* Keys stand in the frame of the knobs while they are theirs. */
Test(panel, knobs_name_their_keys_while_they_have_them)
{
    struct fixture *fixture = in_permuted();
    struct view *view = &fixture->frame.view;
    char text[PANEL_NOTE_MAX];
    fixture_steps(fixture, 100);
    view->focus = PANEL_KNOBS;
    cr_expect_not_null(strstr(panel_note(&panel_knobs, view, 40, text), "L what it does"));
    view->focus = PANEL_NETWORK; /* where arrow keys and L do other things */
    cr_expect_str_eq(panel_note(&panel_knobs, view, 40, text), "");
    fixture_destroy(fixture);
}

/* A click on a strategy's line chooses it and turns it the other way. */
Test(panel, a_click_on_a_strategy_switches_it)
{
    struct grid none = {0};
    struct fixture *fixture = in_permuted();
    struct pen pen = pen_make(&none, glyphs_at(0), DEPTH_256);
    pen.area = (struct rect){0, 0, 40, 12};
    struct panel_lines lines = panel_strategies.click(&pen, &fixture->frame.view, 6, 1);
    cr_expect_str_eq(lines.text, "select ewc\nstrategy ewc on\n");
    fixture_destroy(fixture);
}

/* ---- marks ----------------------------------------------------------------------------------- */

/* Ticks on the timeline. */
static int count_ticks(const struct view *view)
{
    struct grid grid = make_grid(160, 1);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    lines_timeline(&pen, view);
    int n = 0;
    for (int x = 0; x < 160; x++) {
        n += grid_at(&grid, x, 0)->ch == pen.glyphs->at[GLYPH_TICK];
    }
    grid_fini(&grid);
    return n;
}

/* A knob that is turned six times in a row has been turned once, for the eye; another time is
 * another turn. */
Test(marks, of_one_kind_close_together_are_one)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    const struct view *view = &fixture->frame.view;
    fixture_steps(fixture, 100);
    for (int i = 1; i <= 6; i++) {
        char line[32];
        snprintf(line, sizeof line, "set lr 0.0%d", i);
        fixture_command(fixture, line);
        fixture_steps(fixture, 10);
    }
    cr_expect_eq(count_ticks(view), 1);
    cr_expect(accuracy_mark_goes_on(view, 4) && !accuracy_mark_goes_on(view, 5));
    fixture_steps(fixture, 100);
    fixture_command(fixture, "set lr 0.2");
    cr_expect_eq(count_ticks(view), 2, "far behind it is another one");
    cr_expect_not(accuracy_mark_goes_on(view, 5));
    fixture_command(fixture, "set ewc.lambda 3");
    fixture_steps(fixture, 60);
    fixture_command(fixture, "strategy ewc on");
    fixture_steps(fixture, 5);
    fixture_command(fixture, "strategy replay on");
    cr_expect_not(accuracy_mark_goes_on(view, 6), "another knob");
    cr_expect_not(accuracy_mark_goes_on(view, 8), "another switch");
    fixture_destroy(fixture);
}

Test(marks, say_what_a_way_back_was_for)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    char label[16];
    fixture_steps(fixture, FIXTURE_STEPS + 100);
    struct entry back = {.kind = ENTRY_REWIND, .stage = 0, .task = 0, .step = 300};
    cr_assert(timeline_add(&fixture->timeline, &back));
    int i = fixture->timeline.n_marks - 1;
    accuracy_mark_label(&fixture->timeline, i, label, sizeof label);
    cr_expect_str_eq(label, "back");
    struct entry fork = {.kind = ENTRY_COMMAND, .stage = 0, .task = 0, .step = 300, .text = "fork"};
    cr_assert(timeline_add(&fixture->timeline, &fork));
    accuracy_mark_label(&fixture->timeline, i, label, sizeof label);
    cr_expect_str_eq(label, "fork");
    fixture_destroy(fixture);
}
