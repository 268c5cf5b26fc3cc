/* SPDX-License-Identifier: MIT
 * The panel of layers that may be put back: at any size, of any network, by keys and clicks; and
 * what the narrator says once one has been. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "support/drawing.h"
#include "support/fixture.h"
#include "support/labs.h"
#include "ui/app/look.h"
#include "ui/panels/narrator.h"
#include "ui/panels/panel.h"

enum { COLS_MAX = 100, ROWS_MAX = 60 };

static struct fixture *in_b(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, FIXTURE_STEPS + 200);
    return fixture;
}

/* Numbers by chance, of a network with so many modules. */
static struct putback *fill(struct fixture *fixture, struct rng *rng, int n_modules)
{
    struct exhibits *exhibits = &fixture->snapshot->exhibits;
    struct putback *putback = &exhibits->putback;
    exhibits->has[EXHIBIT_PUTBACK] = true;
    *putback = (struct putback){.step = MAP_STEP_NOW,
                                .learner = fixture->snapshot->learners[0].id,
                                .task = rng_below(rng, 2),
                                .scores = {.now = rng_unit(rng), .all = rng_unit(rng)}};
    putback->scores.n_modules = n_modules;
    for (int i = 0; i < n_modules; i++) {
        putback->scores.with[i] = rng_unit(rng);
    }
    putback->has_outputs = rng_below(rng, 2);
    putback->outputs.accuracy = rng_unit(rng);
    putback->outputs.n_tasks = 5;
    for (int t = 0; t < 5; t++) {
        putback->outputs.logits[t] = 2000 * (rng_unit(rng) - 0.5);
    }
    return putback;
}

/* The line as a person would have it carried out. */
static void obey(struct view *view, const struct panel_lines *lines)
{
    struct look look = {view, theme_at(0), glyphs_at(0)};
    for (const char *at = lines->text; *at; at += strcspn(at, "\n") + 1) {
        char line[PANEL_LINES_MAX];
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
        cr_assert(look_line(&look, line), "%s", line);
    }
}

static struct panel_lines down(struct view *view, const struct pen *pen)
{
    return panel_putback.move(pen, view, 0, 1);
}

/* Where there is room for a bar at all, the chosen one is there, marked. */
static bool is_marked(const struct grid *grid, const struct pen *pen)
{
    for (int y = 0; y < grid->rows; y++) {
        if (grid_at(grid, 0, y)->ch == pen->glyphs->at[GLYPH_RIGHT]) {
            return true;
        }
    }
    return false;
}

/* Clicks choose what is there, each bar once, from the top down. */
static int count_clickable(const struct view *view, const struct pen *pen, int n_bars)
{
    int n = 0, last = 0;
    for (int y = -1; y <= pen->area.h; y++) {
        struct panel_lines lines = panel_putback.click(pen, view, 3, y);
        int bar = 0;
        if (sscanf(lines.text, "bar %d", &bar) == 1) {
            cr_assert(bar >= 1 && bar <= n_bars && (n == 0 || bar == last + 1), "%d", bar);
            last = bar;
            n++;
        }
    }
    return n;
}

Test(putback_panel, shows_the_chosen_bar_at_any_size)
{
    struct fixture *fixture = in_b();
    struct view *view = &fixture->frame.view;
    struct rng rng = rng_stream(4, 1);
    for (int round = 0; round < 400; round++) {
        int cols = 1 + rng_below(&rng, COLS_MAX), rows = 1 + rng_below(&rng, ROWS_MAX);
        int n_modules = 1 + rng_below(&rng, NETWORK_MODULES_MAX);
        fill(fixture, &rng, n_modules);
        struct grid grid = make_grid(cols, rows);
        struct pen pen = pen_make(&grid, glyphs_at(0), DEPTH_256);
        view->putback_bar = rng_below(&rng, n_modules + 2);
        panel_putback.draw(&pen, view);
        int shown = count_clickable(view, &pen, n_modules + 1);
        cr_expect(shown <= rows, "%d x %d", cols, rows);
        cr_expect_eq(is_marked(&grid, &pen), rows >= 2 && view->putback_bar > 0,
                     "%d x %d, bar %d of %d", cols, rows, view->putback_bar, n_modules + 1);
        grid_fini(&grid);
    }
    fixture_destroy(fixture);
}

/* Nothing can be put back into a recording: Enter is what it is elsewhere. */
Test(putback_panel, enter_puts_nothing_back_into_a_recording)
{
    struct fixture *fixture = in_b();
    struct view *view = &fixture->frame.view;
    struct rng rng = rng_stream(4, 3);
    fill(fixture, &rng, 3)->task = 0;
    view->putback_bar = 2;
    cr_expect_str_eq(panel_putback.enter(view).text, "putback A 2\n");
    view->tape.is_played = true;
    cr_expect_str_eq(panel_putback.enter(view).text, "");
    fixture_destroy(fixture);
}

/* From none to the last, where it stays; and all the way back. */
Test(putback_panel, arrow_keys_reach_every_bar_and_none)
{
    struct fixture *fixture = in_b();
    struct view *view = &fixture->frame.view;
    struct grid none = {0};
    struct pen pen = pen_make(&none, glyphs_at(0), DEPTH_256);
    struct rng rng = rng_stream(4, 2);
    struct putback *putback = fill(fixture, &rng, 3);
    putback->task = 0;
    for (int bar = 1; bar <= 6; bar++) {
        struct panel_lines lines = down(view, &pen);
        obey(view, &lines);
        cr_expect_eq(view->putback_bar, bar < 4 ? bar : 4);
        cr_expect_eq(view->putback_task, 1, "the task stays while a bar is chosen");
    }
    for (int bar = 3; bar >= -1; bar--) {
        struct panel_lines lines = panel_putback.move(&pen, view, 0, -1);
        obey(view, &lines);
        cr_expect_eq(view->putback_bar, bar > 0 ? bar : 0);
    }
    fixture_destroy(fixture);
}

Test(putback_panel, enter_puts_the_chosen_bar_back)
{
    struct fixture *fixture = in_b();
    struct view *view = &fixture->frame.view;
    struct rng rng = rng_stream(4, 3);
    struct putback *putback = fill(fixture, &rng, 3);
    putback->task = 1;
    static const char *const lines[] = {"", "putback B 1\n", "putback B 2\n", "putback B 3\n",
                                        "putback B all\n"};
    for (int bar = 0; bar < 5; bar++) {
        view->putback_bar = bar;
        cr_expect_str_eq(panel_putback.enter(view).text, lines[bar]);
    }
    fixture->snapshot->exhibits.has[EXHIBIT_PUTBACK] = false;
    cr_expect_str_eq(panel_putback.enter(view).text, "", "nothing is there");
    fixture_destroy(fixture);
}

/* Tasks that have an end, one after the other. */
Test(putback_panel, goes_to_the_next_task_that_has_been_learned)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    struct view *view = &fixture->frame.view;
    struct grid none = {0};
    struct pen pen = pen_make(&none, glyphs_at(0), DEPTH_256);
    struct rng rng = rng_stream(4, 4);
    fixture_steps(fixture, 3 * FIXTURE_STEPS + 10); /* A, B and C have ended */
    struct putback *putback = fill(fixture, &rng, 3);
    static const char *const right[] = {"lost B\n", "lost C\n", "lost A\n"};
    static const char *const left[] = {"lost C\n", "lost A\n", "lost B\n"};
    for (int t = 0; t < 3; t++) {
        putback->task = t;
        cr_expect_str_eq(panel_putback.move(&pen, view, 1, 0).text, right[t]);
        cr_expect_str_eq(panel_putback.move(&pen, view, -1, 0).text, left[t]);
    }
    fixture_destroy(fixture);
}

/* ---- the narrator: what it says is what was measured ---- */

enum { STEPS = 200 };

static const char *const alone[] = {"a: strategy=none", NULL};

/* Of a trained session, as a screen would have it. */
struct told {
    struct fixture *fixture; /* borrowed for its facts */
    struct timeline timeline;
    char text[320];
};

static void tell(struct told *told, struct lab *lab)
{
    struct view view = told->fixture->frame.view;
    cr_assert(timeline_init(&told->timeline, 5, NULL));
    timeline_read(&told->timeline, lab_journal(lab));
    view.timeline = &told->timeline;
    view.snapshot = labs_look(lab);
    narrator_say(&view, told->text, sizeof told->text);
}

/* How a task's curve jumped the last time. */
static void last_two(const struct told *told, int task, double values[2])
{
    const struct series *series =
        track_curve(timeline_track(&told->timeline, 0), PROBE_ACCURACY, task);
    cr_assert_geq(series->n, 2);
    values[0] = series->value[series->n - 2];
    values[1] = series->value[series->n - 1];
}

static void expect_numbers(const struct told *told, int task, const char *words)
{
    char part[80], letter[4];
    double values[2];
    last_two(told, task, values);
    words = words ? words : values[1] > values[0] ? "comes back" : "goes";
    snprintf(part, sizeof part, "*%s* %s from *%d* to *%d %%*", task_letter(task, letter), words,
             (int)floor(100 * values[0] + 0.5), (int)floor(100 * values[1] + 0.5));
    cr_expect_not_null(strstr(told->text, part), "'%s' expected in '%s'", part, told->text);
}

Test(putback_panel, narrator_says_what_came_back_and_what_it_cost)
{
    struct told told = {.fixture = fixture_play("permuted", 5, 5)};
    struct lab *lab = labs_open_plain(5, "net=30,20 batch=32 steps=200", alone);
    labs_run(lab, 2 * STEPS - 1, 100000);
    labs_tell(lab, "pause");
    labs_tell(lab, "putback A 1");
    tell(&told, lab);
    cr_expect_not_null(strstr(told.text, "*layer 1 put back at step 399* as after A"), "%s",
                       told.text);
    expect_numbers(&told, 0, "comes back");
    expect_numbers(&told, 1, "falls");
    cr_expect_not_null(strstr(told.text, "*b* goes back to before it"), "%s", told.text);
    timeline_fini(&told.timeline);
    labs_tell(lab, "putback A all"); /* a second time at the same step: its own numbers */
    tell(&told, lab);
    cr_expect_not_null(strstr(told.text, "*all layers put back"), "%s", told.text);
    expect_numbers(&told, 0, NULL);
    timeline_fini(&told.timeline);
    cr_expect_not(labs_try(lab, "putback B 1", NULL)); /* refused: that is said */
    tell(&told, lab);
    cr_expect_not_null(strstr(told.text, "learned to its end expected, found B"), "%s", told.text);
    timeline_fini(&told.timeline);
    lab_destroy(lab);
    fixture_destroy(told.fixture);
}
