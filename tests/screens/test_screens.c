/* SPDX-License-Identifier: MIT
 * Whole screens against golden text, from a played session: no network, no clock, no terminal. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/scene.h"
#include "ui/panels/panel.h"

/* ---- what has happened ----------------------------------------------------------------------- */

static struct fixture *at_start(void)
{
    return fixture_play("permuted", 5, 5);
}

static struct fixture *in_a(void)
{
    struct fixture *fixture = at_start();
    fixture_steps(fixture, 180);
    return fixture;
}

static struct fixture *in_b(void)
{
    struct fixture *fixture = at_start();
    fixture_steps(fixture, FIXTURE_STEPS + 200);
    return fixture;
}

/* Forgetting until C, then replay. */
static struct fixture *in_d(void)
{
    struct fixture *fixture = at_start();
    fixture_steps(fixture, 3 * FIXTURE_STEPS + 6);
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 240);
    return fixture;
}

static struct fixture *at_end(void)
{
    struct fixture *fixture = in_d();
    fixture_steps(fixture, 5 * FIXTURE_STEPS);
    fixture->frame.view.has_summary = true;
    return fixture;
}

static struct fixture *repeating(void)
{
    struct fixture *fixture = fixture_play("repeat", 2, 5);
    fixture_steps(fixture, 3 * FIXTURE_STEPS + 200);
    return fixture;
}

static struct fixture *with_thirty(void)
{
    struct fixture *fixture = fixture_play("permuted", 30, 30);
    fixture_steps(fixture, 28 * FIXTURE_STEPS + 200);
    return fixture;
}

static struct fixture *thirty_at_end(void)
{
    struct fixture *fixture = with_thirty();
    fixture_steps(fixture, 2 * FIXTURE_STEPS);
    fixture->frame.view.has_summary = true;
    return fixture;
}

static struct fixture *in_plane(void)
{
    struct fixture *fixture = fixture_play_plane(5);
    fixture_steps(fixture, 2 * FIXTURE_STEPS + 200);
    return fixture;
}

static struct fixture *streaming(void)
{
    struct fixture *fixture = fixture_play("stream", 5, 5);
    fixture_steps(fixture, 2 * FIXTURE_STEPS + 300);
    return fixture;
}

static struct fixture *streamed(void)
{
    struct fixture *fixture = streaming();
    fixture_steps(fixture, 5 * FIXTURE_STEPS);
    fixture->frame.view.has_summary = true;
    return fixture;
}

/* ---- what is done with the screen ------------------------------------------------------------ */

static void none(struct fixture *fixture)
{
    (void)fixture;
}

static void with_note(struct fixture *fixture)
{
    fixture_command(fixture, "note this is where it comes back");
    fixture_steps(fixture, 30);
}

static void paused(struct fixture *fixture)
{
    fixture_command(fixture, "pause");
}

static void diverged(struct fixture *fixture)
{
    fixture_command(fixture, "set lr 8");
    fixture_steps(fixture, 40);
    fixture_diverge(fixture);
}

static void with_ewc(struct fixture *fixture)
{
    fixture_command(fixture, "strategy ewc on");
    fixture->snapshot->learners[0].strategies[1].gauge = 1.31;
    fixture_steps(fixture, 100);
}

static void help(struct fixture *fixture)
{
    fixture->frame.view.overlay = OVERLAY_HELP;
}

static void palette(struct fixture *fixture)
{
    fixture->frame.view.overlay = OVERLAY_PALETTE;
    palette_open(&fixture->frame.palette, "");
}

static void palette_set(struct fixture *fixture)
{
    fixture->frame.view.overlay = OVERLAY_PALETTE;
    palette_open(&fixture->frame.palette, "set ewc.");
}

static void message(struct fixture *fixture)
{
    fixture->frame.is_message_bad = true;
    snprintf(fixture->frame.message, sizeof fixture->frame.message,
             "theme: expected: theme NAME; found 'purple'");
}

static void cursor_on_curves(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_ACCURACY;
    fixture->frame.view.has_cursor = true;
    fixture->frame.view.cursor = 700;
}

static void cursor_in_cells(struct fixture *fixture)
{
    struct view *view = &fixture->frame.view;
    view->focus = PANEL_MATRIX;
    view->has_matrix_cursor = view->has_map_cursor = true;
    view->matrix_row = 1;
    view->map_row = view->map_col = 20;
}

static void zoom_two(struct fixture *fixture)
{
    fixture->frame.view.zoom = ZOOM_TWO_TASKS;
}

static void zoom_task(struct fixture *fixture)
{
    fixture->frame.view.zoom = ZOOM_TASK;
    fixture->frame.view.focus = PANEL_LAYERS;
}

static void enlarge(struct fixture *fixture, enum panel_id id)
{
    fixture->frame.view.focus = id;
    fixture->frame.view.is_enlarged = true;
}

static void enlarged_strategies(struct fixture *fixture)
{
    enlarge(fixture, PANEL_STRATEGIES);
}

static void enlarged_knobs(struct fixture *fixture)
{
    with_ewc(fixture);
    enlarge(fixture, PANEL_KNOBS);
}

static void enlarged_matrix(struct fixture *fixture)
{
    enlarge(fixture, PANEL_MATRIX);
}

static void focus_samples(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_SAMPLES;
}

static void plain_samples(struct fixture *fixture)
{
    focus_samples(fixture);
    fixture->frame.view.shows_plain = true;
}

/* The tasks that had begun at the cursor. */
static void past_samples(struct fixture *fixture)
{
    focus_samples(fixture);
    fixture->frame.view.has_cursor = true;
    fixture->frame.view.cursor = FIXTURE_STEPS + 40;
}

static void enlarged_samples(struct fixture *fixture)
{
    enlarge(fixture, PANEL_SAMPLES);
}

static void chosen_sample(struct fixture *fixture)
{
    enlarge(fixture, PANEL_SAMPLES);
    fixture->frame.view.has_sample = true;
    fixture->frame.view.sample_task = 1;
    fixture->frame.view.sample = 3;
}

static void table_samples(struct fixture *fixture)
{
    fixture_use_table(fixture);
    focus_samples(fixture);
}

static void chosen_row(struct fixture *fixture)
{
    fixture_use_table(fixture);
    chosen_sample(fixture);
}

static void own_outputs(struct fixture *fixture)
{
    fixture_use_own_outputs(fixture);
    enlarge(fixture, PANEL_SAMPLES);
    fixture->frame.view.has_sample = true;
    fixture->frame.view.sample = 1;
}

static void no_samples(struct fixture *fixture)
{
    fixture_use_nothing(fixture);
    focus_samples(fixture);
}

/* ---- the screens ----------------------------------------------------------------------------- */

static const struct scene scenes[] = {
    {"a-120x36", in_a, none, 120, 36, NULL, false},
    {"b-40x12", in_b, none, 40, 12, NULL, false},
    {"b-80x24", in_b, none, 80, 24, NULL, false},
    {"b-120x36", in_b, none, 120, 36, NULL, false},
    {"replay-ascii-120x36", in_d, none, 120, 36, "ascii", false},
    {"replay-mono-120x36", in_d, none, 120, 36, NULL, true},
    {"note-120x36", in_d, with_note, 120, 36, NULL, false},
    {"paused-120x36", in_b, paused, 120, 36, NULL, false},
    {"diverged-120x36", in_b, diverged, 120, 36, NULL, false},
    {"end-80x24", at_end, none, 80, 24, NULL, false},
    {"end-200x60", at_end, none, 200, 60, NULL, false},
    {"end-cursor-120x36", at_end, cursor_on_curves, 120, 36, NULL, false},
    {"end-thirty-80x24", thirty_at_end, none, 80, 24, NULL, false},
    {"help-80x24", in_b, help, 80, 24, NULL, false},
    {"help-120x36", in_b, help, 120, 36, NULL, false},
    {"palette-120x36", in_b, palette, 120, 36, NULL, false},
    {"palette-set-80x24", in_b, palette_set, 80, 24, NULL, false},
    {"message-80x24", in_b, message, 80, 24, NULL, false},
    {"cursor-cells-120x36", in_d, cursor_in_cells, 120, 36, NULL, false},
    {"zoom-two-120x36", in_d, zoom_two, 120, 36, NULL, false},
    {"zoom-task-80x24", in_d, zoom_task, 80, 24, NULL, false},
    {"enlarged-strategies-100x30", in_d, enlarged_strategies, 100, 30, NULL, false},
    {"enlarged-knobs-80x24", in_d, enlarged_knobs, 80, 24, NULL, false},
    {"samples-80x50", in_b, focus_samples, 80, 50, NULL, false},
    {"samples-plain-120x36", in_d, plain_samples, 120, 36, NULL, false},
    {"samples-past-120x36", in_d, past_samples, 120, 36, NULL, false},
    {"samples-ascii-120x36", in_b, focus_samples, 120, 36, "ascii", false},
    {"samples-none-120x36", in_b, no_samples, 120, 36, NULL, false},
    {"samples-table-80x24", in_b, table_samples, 80, 24, NULL, false},
    {"enlarged-samples-80x24", in_b, enlarged_samples, 80, 24, NULL, false},
    {"enlarged-samples-ascii-120x36", in_d, chosen_sample, 120, 36, "ascii", true},
    {"enlarged-samples-60x16", in_b, enlarged_samples, 60, 16, NULL, false},
    {"enlarged-samples-outputs-120x36", in_b, own_outputs, 120, 36, NULL, false},
    {"enlarged-samples-table-120x36", in_d, chosen_row, 120, 36, NULL, false},
    {"repeat-120x36", repeating, none, 120, 36, NULL, false},
    {"stream-120x36", streaming, none, 120, 36, NULL, false},
    {"stream-matrix-120x36", streaming, enlarged_matrix, 120, 36, NULL, false},
    {"stream-end-120x36", streamed, none, 120, 36, NULL, false},
    {"thirty-120x36", with_thirty, none, 120, 36, NULL, false},
};

Test(screens, look_as_they_did)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        char why[4096];
        cr_expect(scene_looks_as_it_did(&scenes[i], why, sizeof why), "%s", why);
    }
}

/* The title of the panel that has the keys, as its frame has it. */
static bool has_focused(const char *text, enum panel_id id)
{
    char title[80];
    snprintf(title, sizeof title, "╭─▸%s ─", panel_at(id)->title);
    return strstr(text, title) != NULL;
}

static int frames_of(const char *text)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, "╭─")) != NULL; at++) {
        n++;
    }
    return n;
}

Test(screens, every_panel_explains_itself)
{
    static const char *const names[PANEL_COUNT] = {[PANEL_LEARNERS] = "explain-learners",
                                                   [PANEL_PLANE] = "explain-plane",
                                                   [PANEL_SURFACE] = "explain-surface",
                                                   [PANEL_NETWORK] = "explain-network",
                                                   [PANEL_SAMPLES] = "explain-samples"};
    struct fixture *fixture = in_b();
    fixture->frame.view.overlay = OVERLAY_EXPLAIN;
    for (int i = 0; i < PANEL_COUNT; i++) {
        char why[4096];
        fixture->frame.view.focus = (enum panel_id)i;
        char *text = scene_draw(fixture, &(struct scene){.cols = 100, .rows = 30});
        cr_expect(has_focused(text, (enum panel_id)i) && strstr(text, "What you see."), "%s", text);
        cr_expect(!names[i] || golden_is(names[i], text, why, sizeof why), "%s", why);
        free(text);
    }
    fixture_destroy(fixture);
}

static void expect_focus_seen(struct fixture *fixture, int cols, int rows)
{
    struct view *view = &fixture->frame.view;
    for (int k = 0; k < 2 * PANEL_COUNT; k++) {
        view->focus = (enum panel_id)(k / 2);
        view->is_enlarged = k % 2;
        bool is_line = view->focus == PANEL_KNOBS || view->focus == PANEL_STRATEGIES;
        if (!panel_offers(view, view->focus) || (is_line && !view->is_enlarged && rows <= 24)) {
            continue;
        }
        char *text = scene_draw(fixture, &(struct scene){.cols = cols, .rows = rows});
        cr_expect(has_focused(text, view->focus), "%s", text);
        cr_expect(!view->is_enlarged || frames_of(text) == 1, "%s", text);
        cr_expect_not_null(strstr(text, "Tab panel"), "how does one get away?\n%s", text);
        free(text);
    }
}

/* It takes the place of the picture where it has none of its own, or all of the screen.  Strategies
 * and knobs are lines without a frame on small screens. */
Test(screens, what_has_the_keys_is_seen_at_any_size)
{
    static const int sizes[][2] = {{60, 16}, {80, 24}, {80, 50}, {100, 30}, {120, 36}, {200, 60}};
    struct fixture *fixtures[] = {in_d(), with_thirty(), streaming(), in_plane()};
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            expect_focus_seen(fixtures[i], sizes[k][0], sizes[k][1]);
        }
        fixture_destroy(fixtures[i]);
    }
}

/* Of the second run. */
static struct fixture *at_end_again(void)
{
    struct fixture *fixture = at_end();
    timeline_see(&fixture->timeline, fixture->snapshot);
    fixture_command(fixture, "rewind 0");
    fixture_steps(fixture, 6 * FIXTURE_STEPS);
    fixture->frame.view.has_summary = true;
    return fixture;
}

/* What has no room is left out by words, or says by an ellipsis that it goes on. */
static void expect_whole_words(struct fixture *fixture, int cols, int rows)
{
    struct view *view = &fixture->frame.view;
    for (int k = 0; k < 2 * PANEL_COUNT; k++) {
        const struct scene scene = {.cols = cols, .rows = rows};
        view->focus = (enum panel_id)(k / 2);
        view->is_enlarged = k % 2;
        if (panel_offers(view, view->focus) && scene_cuts(fixture, &scene) > 0) {
            char *text = scene_draw(fixture, &scene);
            cr_expect(false, "%s at %dx%d%s:\n%s", panel_at(view->focus)->name, cols, rows,
                      view->is_enlarged ? ", enlarged" : "", text);
            free(text);
        }
    }
}

Test(screens, words_are_whole_at_any_size)
{
    static const int sizes[][2] = {{60, 16},  {72, 20},  {80, 24},  {90, 30},
                                   {100, 30}, {120, 36}, {160, 50}, {200, 60}};
    struct fixture *fixtures[] = {in_d(), at_end_again(), with_thirty(), streaming(), in_plane()};
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            expect_whole_words(fixtures[i], sizes[k][0], sizes[k][1]);
        }
        fixture_destroy(fixtures[i]);
    }
}

Test(screens, ascii_is_seven_bits_at_any_place)
{
    struct fixture *fixtures[] = {in_d(), at_end(), repeating(), streaming(), in_plane()};
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        for (int k = 0; k < 3 * PANEL_COUNT; k++) {
            fixtures[i]->frame.view.focus = (enum panel_id)(k % PANEL_COUNT);
            fixtures[i]->frame.view.is_enlarged = k / PANEL_COUNT == 1;
            fixtures[i]->frame.view.overlay = k / PANEL_COUNT == 2 ? OVERLAY_EXPLAIN : OVERLAY_NONE;
            const struct scene scene = {
                .cols = 120, .rows = 40, .glyphs = "ascii", .is_mono = k % 2};
            char *text = scene_draw(fixtures[i], &scene);
            cr_expect(scene_is_seven_bits(text), "%s", text);
            free(text);
        }
        fixture_destroy(fixtures[i]);
    }
}
