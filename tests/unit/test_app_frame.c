/* SPDX-License-Identifier: MIT
 * Frames of any size, from any telemetry: nothing crashes, only characters land in cells. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/fixture.h"
#include "support/present_text.h"
#include "ui/screen/utf8.h"

enum { SIDE_MAX = 220, EVERY_SIZE = 7, SOME_SIZES = 23 };

static double strange(struct rng *rng)
{
    static const double values[] = {NAN, INFINITY, -INFINITY, -1, 0, 1e30, 0.5, 1, 1e9, -1e-30};
    return values[rng_below(rng, sizeof values / sizeof *values)];
}

static bool is_shown(uint32_t ch)
{
    return ch == 0 || (ch >= 0x20 && ch != 0x7F && !(ch >= 0x80 && ch < 0xA0) && ch < 0x110000);
}

static void expect_sound_cells(const struct grid *grid)
{
    for (int i = 0; i < grid->cols * grid->rows; i++) {
        const struct cell *cell = &grid->cells[i];
        if (!is_shown(cell->ch) || cell->fg >= ROLE_COUNT || cell->bg >= ROLE_COUNT) {
            cr_assert_fail("%dx%d, cell %d,%d: character %x, roles %d %d", grid->cols, grid->rows,
                           i % grid->cols, i / grid->cols, (unsigned)cell->ch, cell->fg, cell->bg);
        }
    }
}

/* Looks anywhere, also beyond what there is. */
static void look_anywhere(struct fixture *fixture, struct rng *rng)
{
    struct view *view = &fixture->frame.view;
    view->focus = (enum panel_id)rng_below(rng, PANEL_COUNT);
    view->is_enlarged = rng_below(rng, 3) == 0;
    view->has_summary = rng_below(rng, 3) == 0;
    view->zoom = (enum zoom)rng_below(rng, ZOOM_COUNT);
    view->has_cursor = rng_below(rng, 2);
    view->cursor = rng_below(rng, 4) ? rng_below(rng, 3000) : strange(rng);
    view->probe = (enum probe_id)rng_below(rng, PROBE_COUNT);
    view->map.part = rng_below(rng, view_learner(view)->n_parts);
    view->map.what = (enum map_what)rng_below(rng, MAP_WHAT_COUNT);
    view->map.since = rng_below(rng, fixture->facts.n_tasks + 2) - 2;
    view->map_scale = rng_below(rng, 3) ? 0.1 : strange(rng);
    view->has_map_cursor = rng_below(rng, 2);
    view->map_row = rng_below(rng, 300) - 50;
    view->map_col = rng_below(rng, 300) - 50;
    view->has_matrix_cursor = rng_below(rng, 2);
    view->matrix_row = rng_below(rng, 2100) - 50;
    view->matrix_col = rng_below(rng, 2100) - 50;
    view->strategy = rng_below(rng, strategy_count());
    view->knob = (enum param_id)rng_below(rng, PARAM_COUNT);
    view->compare = (enum compare)rng_below(rng, COMPARE_COUNT);
    view->compare_task = rng_below(rng, fixture->facts.n_tasks);
    view->sort = (enum learner_column)rng_below(rng, COLUMN_COUNT);
    view->is_sorted_back = rng_below(rng, 2);
    fixture->snapshot->selected = rng_below(rng, fixture->snapshot->n_learners);
    fixture->snapshot->is_to_all = rng_below(rng, 4) == 0;
}

/* A line of any bytes but NUL. */
static void scribble(char *text, size_t size, struct rng *rng)
{
    size_t n = (size_t)rng_below(rng, (int)size);
    for (size_t i = 0; i < n; i++) {
        text[i] = (char)(1 + rng_below(rng, 255));
    }
    text[n] = '\0';
}

static void cover_anything(struct fixture *fixture, struct rng *rng)
{
    struct frame *frame = &fixture->frame;
    frame->view.overlay = (enum overlay)rng_below(rng, OVERLAY_PALETTE + 1);
    frame->view.scroll = rng_below(rng, 80);
    frame->message[0] = '\0';
    if (rng_below(rng, 4) == 0) {
        scribble(frame->message, sizeof frame->message, rng);
    }
    static const char *const lines[] = {"", "set ", "strategy e", "task ", "note x", "focus "};
    palette_open(&frame->palette, lines[rng_below(rng, sizeof lines / sizeof *lines)]);
    if (rng_below(rng, 4) == 0) {
        scribble(frame->palette.text, sizeof frame->palette.text, rng);
        frame->palette.cursor = rng_below(rng, (int)strlen(frame->palette.text) + 1);
    }
}

static void poison_learner(struct learner_state *learner, struct rng *rng)
{
    learner->rate = strange(rng);
    learner->loss = strange(rng);
    learner->seconds_training = strange(rng);
    learner->has_diverged = rng_below(rng, 4) == 0;
    for (int l = 0; l < learner->n_parts; l++) {
        learner->drift[l] = strange(rng);
    }
    for (int i = 0; i < strategy_count(); i++) {
        learner->strategies[i].is_on = rng_below(rng, 2);
        learner->strategies[i].gauge = strange(rng);
        learner->strategies[i].bytes = rng_below(rng, 2) ? SIZE_MAX / 16 : 0;
    }
}

static void poison_series(struct series *series, struct rng *rng)
{
    for (int k = 0; k < 5 && series->n; k++) {
        series->value[rng_below(rng, series->n)] = strange(rng);
    }
}

static void poison_track(struct track *track, struct rng *rng)
{
    poison_series(&track->average, rng);
    poison_series(&track->ghost.average, rng);
    for (int t = 0; t < track->n_tasks; t++) {
        poison_series(&track->curves[PROBE_ACCURACY][t], rng);
        if (track->ghost.accuracy) {
            poison_series(&track->ghost.accuracy[t], rng);
        }
    }
    int cells = track->n_rows * track->n_tasks;
    for (int k = 0; k < 50 && cells > 0; k++) {
        track->matrix[rng_below(rng, cells)] = strange(rng);
    }
    for (int k = 0; k < track->n_complete; k++) {
        track->trail[k] = (struct plane_point){strange(rng), strange(rng)};
    }
}

/* Telemetry as it never should be. */
static void poison(struct fixture *fixture, struct rng *rng)
{
    struct snapshot *snapshot = fixture->snapshot;
    snapshot->speed = strange(rng);
    snapshot->samples_per_second = strange(rng);
    snapshot->taken_again = strange(rng);
    snapshot->consolidated = strange(rng);
    snapshot->state = (enum lab_state)rng_below(rng, LAB_ENDED + 1);
    fixture->facts.pace = rng_below(rng, 2) ? 56 : 0;
    for (int i = 0; i < snapshot->n_learners; i++) {
        poison_learner(&snapshot->learners[i], rng);
    }
    for (int i = 0; i < fixture->timeline.n_tracks; i++) {
        poison_track(&fixture->timeline.tracks[i], rng);
    }
}

static void draw(struct fixture *fixture, struct grid *grid, int cols, int rows, struct rng *rng)
{
    int cursor[2];
    cr_assert(grid_resize(grid, cols, rows, NULL));
    fixture_draw(fixture, grid, glyphs_at(rng_below(rng, 3)), (enum color_depth)rng_below(rng, 5),
                 cursor);
    expect_sound_cells(grid);
}

static void draw_sizes(struct fixture *fixture, int step, uint64_t seed, bool is_poisoned)
{
    struct rng rng = rng_stream(seed, 1);
    struct grid grid = {0};
    for (int cols = 1; cols <= SIDE_MAX; cols += step) {
        for (int rows = 1; rows <= SIDE_MAX; rows += step) {
            look_anywhere(fixture, &rng);
            cover_anything(fixture, &rng);
            if (is_poisoned) {
                poison(fixture, &rng);
            }
            draw(fixture, &grid, cols, rows, &rng);
        }
    }
    grid_fini(&grid);
    fixture_destroy(fixture);
}

Test(frame, any_size_in_the_middle_of_a_session)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 3 * FIXTURE_STEPS);
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 100);
    draw_sizes(fixture, EVERY_SIZE, 1, false);
}

Test(frame, numbers_that_are_none)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 3 * FIXTURE_STEPS + 40);
    draw_sizes(fixture, EVERY_SIZE, 2, true);
}

/* Some added, forked and removed, a future abandoned, one diverged. */
static struct fixture *crowd(int n_learners)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 300);
    fixture_command(fixture, "add ewc: strategy=ewc");
    fixture_steps(fixture, FIXTURE_STEPS);
    fixture_command(fixture, "add gone");
    fixture_command(fixture, "rewind 500");
    fixture_command(fixture, "remove gone");
    for (int i = fixture->snapshot->n_learners; i < n_learners; i++) {
        char line[48];
        snprintf(line, sizeof line, "fork a-rather-long-name-%d: lr=0.%d", i % 10, i % 10);
        fixture_command(fixture, line);
        fixture_steps(fixture, 90);
    }
    fixture_command(fixture, "learner ewc");
    fixture_diverge(fixture);
    fixture_steps(fixture, FIXTURE_STEPS);
    return fixture;
}

Test(frame, several_learners_at_any_size)
{
    for (int n = 2; n <= LEARNERS_MAX; n += 3) {
        draw_sizes(crowd(n), EVERY_SIZE + n, (uint64_t)n, false);
    }
}

Test(frame, several_learners_with_numbers_that_are_none)
{
    for (int n = 2; n <= LEARNERS_MAX; n += 3) {
        draw_sizes(crowd(n), EVERY_SIZE + n, (uint64_t)(20 + n), true);
    }
}

Test(frame, a_sweep_at_any_size)
{
    static const char *const sweeps[] = {"sweep ewc.lambda", "sweep lr 3", "sweep ewc.form"};
    for (int i = 0; i < 3; i++) {
        struct fixture *fixture = fixture_play("permuted", 5, 5);
        fixture_steps(fixture, FIXTURE_STEPS + 30);
        fixture_command(fixture, sweeps[i]);
        fixture_steps(fixture, FIXTURE_STEPS * i);
        draw_sizes(fixture, EVERY_SIZE + i, (uint64_t)(40 + i), i == 1);
    }
}

/* Of which some are called back, some are not kept any more, one has diverged. */
Test(frame, many_runs_at_any_size)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    for (int i = 0; i < SCORES_MAX / 2 + 4; i++) {
        fixture_steps(fixture, FIXTURE_STEPS + 10 * i);
        fixture_command(fixture, i % 3 ? "fork" : "fork : lr=8");
        fixture_steps(fixture, FIXTURE_STEPS);
        if (i == 20) {
            fixture_diverge(fixture);
        }
        fixture_command(fixture, "rewind 0");
    }
    fixture->frame.view.run = fixture->timeline.board.n_ever - 1;
    fixture->frame.view.ghosts[0] = fixture->timeline.board.n_ever;
    fixture->frame.view.ghosts[1] = 1;
    cr_assert_gt(fixture->timeline.board.n_ever, SCORES_MAX);
    draw_sizes(fixture, EVERY_SIZE, 50, true);
}

Test(frame, eight_learners_on_a_thousand_tasks)
{
    struct fixture *fixture = fixture_play("permuted", 1000, 1000);
    fixture->snapshot->stage_steps = 2;
    for (int i = 0; i < LEARNERS_MAX - 1; i++) {
        fixture_command(fixture, "fork");
        char line[48];
        snprintf(line, sizeof line, "rename n%d", i);
        fixture_command(fixture, line);
    }
    fixture_steps(fixture, 297 * 2 + 1);
    draw_sizes(fixture, 3 * SOME_SIZES, 6, false);
}

Test(frame, before_the_first_entry)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    timeline_fini(&fixture->timeline);
    cr_assert(timeline_init(&fixture->timeline, 5, NULL));
    draw_sizes(fixture, SOME_SIZES, 3, true);
}

Test(frame, a_single_task)
{
    struct fixture *fixture = fixture_play("permuted", 1, 1);
    fixture_steps(fixture, FIXTURE_STEPS + 1);
    draw_sizes(fixture, SOME_SIZES, 4, true);
}

Test(frame, two_tasks_in_many_visits)
{
    struct fixture *fixture = fixture_play("repeat", 2, 300);
    fixture->snapshot->stage_steps = 3;
    fixture_steps(fixture, 290 * 3 + 1);
    draw_sizes(fixture, SOME_SIZES, 5, false);
}

Test(frame, a_thousand_tasks)
{
    struct fixture *fixture = fixture_play("permuted", 1000, 1000);
    fixture->snapshot->stage_steps = 2;
    fixture_steps(fixture, 997 * 2 + 1);
    draw_sizes(fixture, SOME_SIZES, 6, false);
}

Test(frame, the_text_cursor_stands_behind_what_is_typed)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    struct grid grid = {0};
    int cursor[2];
    cr_assert(grid_resize(&grid, 80, 24, NULL));
    fixture->frame.view.overlay = OVERLAY_PALETTE;
    palette_open(&fixture->frame.palette, "note λ");
    fixture_draw(fixture, &grid, glyphs_find("braille"), DEPTH_256, cursor);
    cr_expect(cursor[0] == 9 && cursor[1] == 23, "%d,%d", cursor[0], cursor[1]);
    fixture->frame.view.overlay = OVERLAY_NONE;
    fixture_draw(fixture, &grid, glyphs_find("braille"), DEPTH_256, cursor);
    cr_expect(cursor[0] == -1 && cursor[1] == -1);
    grid_fini(&grid);
    fixture_destroy(fixture);
}

/* ---- many tasks -------------------------------------------------------------------------------
 */

/* All tasks are all of them: from the first step on, whatever their number. */
Test(frame, all_tasks_are_seen_from_the_first_step_on)
{
    static const int counts[] = {9, 10, 30, 100};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct fixture *fixture = fixture_play("permuted", counts[i], counts[i]);
        double window[2];
        fixture_steps(fixture, (counts[i] - 1) * FIXTURE_STEPS + 200);
        view_window(&fixture->frame.view, window);
        cr_expect_eq(window[0], 0, "%d tasks: from step %g", counts[i], window[0]);
        fixture->frame.view.zoom = ZOOM_TWO_TASKS;
        view_window(&fixture->frame.view, window);
        cr_expect_eq(window[0], (counts[i] - 2) * FIXTURE_STEPS);
        fixture_destroy(fixture);
    }
}

Test(frame, ten_tasks_stand_whole_in_curves_and_matrix)
{
    struct fixture *fixture = fixture_play("permuted", 10, 10);
    struct grid grid = {0};
    fixture_steps(fixture, 9 * FIXTURE_STEPS + 200);
    cr_assert(grid_resize(&grid, 120, 36, NULL));
    fixture_draw(fixture, &grid, glyphs_find("braille"), DEPTH_256, NULL);
    char *text = present_text(&grid);
    cr_expect(strstr(text, "A  B  C  D  E  F  G  H  I  J"), "%s", text);
    cr_expect(strstr(text, "\n│     A    "), "%s", text);
    free(text);
    grid_fini(&grid);
    fixture_destroy(fixture);
}

/* ---- from a real lab ------------------------------------------------------------------------- */

/* Percent at the end of a task's curve, read off the screen: "A  95 ▼12". */
static int shown_percent(const struct grid *grid, char letter)
{
    for (int y = 2; y < 20; y++) {
        for (int x = 40; x + 5 < 80; x++) {
            const struct cell *cell = grid_at(grid, x, y);
            bool is_label = cell->ch == (uint32_t)letter && cell[1].ch == ' ' &&
                            cell[2].ch == ' ' && cell[3].ch >= '0' && cell[3].ch <= '9';
            if (is_label) {
                int tens = (int)cell[3].ch - '0';
                return cell[4].ch == ' ' ? tens : 10 * tens + (int)cell[4].ch - '0';
            }
        }
    }
    return -1;
}

Test(frame, shows_what_a_real_lab_measured)
{
    struct fixture *fixture = fixture_train();
    struct grid grid = {0};
    fixture->frame.view.focus = PANEL_ACCURACY;
    cr_assert(grid_resize(&grid, 120, 36, NULL));
    long per_task = lab_total_steps(fixture->lab) / 5;
    fixture_steps(fixture, per_task + 150);
    fixture_draw(fixture, &grid, glyphs_find("braille"), DEPTH_256, NULL);
    expect_sound_cells(&grid);
    for (int t = 0; t < 2; t++) {
        int percent =
            (int)lround(100 * series_last(&fixture->timeline.tracks[0].curves[PROBE_ACCURACY][t]));
        int shown = shown_percent(&grid, (char)('A' + t));
        cr_expect(abs(shown - percent) <= 1, "%c: %d shown, %d measured", 'A' + t, shown, percent);
    }
    cr_expect_lt(shown_percent(&grid, 'A'), 80, "A is being forgotten");
    cr_expect_gt(shown_percent(&grid, 'B'), 80, "B is being learned");
    grid_fini(&grid);
    fixture_destroy(fixture);
}

Test(frame, a_real_lab_can_be_switched_and_drawn_at_any_moment)
{
    static const char *const lines[] = {
        "strategy replay on", "strategy ewc on",  "set lr 0.03", "map 2 weights start", "next",
        "consolidate",        "strategy lora on", "rewind"};
    struct fixture *fixture = fixture_train();
    struct grid grid = {0};
    struct rng rng = rng_stream(7, 1);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        fixture_steps(fixture, 60);
        fixture_command(fixture, lines[i]);
        draw(fixture, &grid, 100, 40, &rng);
        look_anywhere(fixture, &rng);
        fixture->frame.view.map.since = MAP_SINCE_TASK;
        draw(fixture, &grid, 180, 50, &rng);
    }
    grid_fini(&grid);
    fixture_destroy(fixture);
}

/* Curves and matrix say the same of a task at a moment: now, and wherever the cursor stands. */
static void expect_one_accuracy(struct fixture *fixture, const char *when)
{
    struct view *view = &fixture->frame.view;
    const struct timeline *timeline = &fixture->timeline;
    for (int k = -1; k < 2 * timeline->n_stages; k++) {
        view->has_cursor = k >= 0;
        if (k >= 0) { /* where a stage begins, which is where the one before ends, and behind */
            view->cursor = (double)timeline->stages[k / 2].begin + 7 * (k % 2);
        }
        int row = view->has_cursor ? timeline_stage_at(timeline, (long)view->cursor)
                                   : timeline->n_stages - 1;
        for (int t = 0; row >= 0 && t < timeline->n_tasks; t++) {
            double curve = view_accuracy(view, t), r = view_r(view, 0, row, t);
            cr_expect(isnan(curve) || isnan(r) || curve == r,
                      "%s, cursor %d at %g: task %d has %.4f on the curve, %.4f in R", when,
                      view->has_cursor, view->cursor, t, curve, r);
            bool is_end = row > 0 && timeline->stages[row - 1].end == (long)view->cursor;
            double before = view_r(view, 0, row - 1, t);
            cr_expect(!view->has_cursor || !is_end || isnan(curve) || isnan(before) ||
                          curve == before,
                      "%s, at the boundary %g: task %d has %.4f on the curve, %.4f in R", when,
                      view->cursor, t, curve, before);
        }
    }
    view->has_cursor = false;
}

Test(frame, panels_agree_on_an_accuracy)
{
    static const char *const lines[] = {"strategy lora on",
                                        "next",
                                        "unplug",
                                        "plug",
                                        "next",
                                        "unplug",
                                        "rewind",
                                        "rewind 100",
                                        "strategy ewc on",
                                        "consolidate",
                                        "next",
                                        "next",
                                        "unplug"};
    struct fixture *fixture = fixture_train();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        fixture_steps(fixture, 45 + (long)(i % 3));
        fixture_command(fixture, lines[i]);
        expect_one_accuracy(fixture, lines[i]);
        fixture_steps(fixture, 1);
        expect_one_accuracy(fixture, lines[i]);
    }
    fixture_destroy(fixture);
}
