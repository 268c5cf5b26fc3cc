/* SPDX-License-Identifier: MIT
 * The panel `network`: whatever the network and the screen, each unit that is drawn has a place of
 * its own, and a click there means it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "lab/command.h"
#include "support/drawing.h"
#include "support/fixture.h"
#include "support/present_text.h"
#include "ui/panels/network.h"

/* Layers of any width, units of any kind. */
static void fill(struct units *units, struct rng *rng)
{
    int most = UNITS_MAX / UNITS_LAYERS_MAX;
    *units = (struct units){.step = MAP_STEP_NOW, .chance = 0.1F};
    units->n_tasks = 1 + (int)rng_below(rng, 2);
    units->tasks[1] = 1;
    units->has_change = rng_below(rng, 2);
    units->n_layers = 1 + (int)rng_below(rng, rng_below(rng, 2) ? 3 : UNITS_LAYERS_MAX);
    for (int l = 0; l < units->n_layers; l++) {
        struct unit_layer_seen *layer = &units->layers[l];
        int n = 1 + (int)rng_below(rng, (uint32_t)most);
        *layer = (struct unit_layer_seen){.n = n + (int)rng_below(rng, 2) * 1000,
                                          .first = units->n,
                                          .n_shown = n,
                                          .is_told_apart = rng_below(rng, 2),
                                          .is_heads = rng_below(rng, 4) == 0};
        for (int u = 0; u < n; u++) {
            units->units[units->n++] =
                (struct unit_seen){.number = u,
                                   .serves = (uint8_t)rng_below(rng, 1u << units->n_tasks),
                                   .size = (uint8_t)rng_below(rng, 256),
                                   .own_size = (uint8_t)rng_below(rng, 256),
                                   .change = (uint8_t)rng_below(rng, 256),
                                   .is_silenced = rng_below(rng, 30) == 0};
        }
    }
    for (int i = 0; i < UNITS_LINKS_MAX; i++) {
        units->links[units->n_links++] = (struct unit_link){(int)rng_below(rng, (uint32_t)units->n),
                                                            (int)rng_below(rng, (uint32_t)units->n),
                                                            (uint8_t)rng_below(rng, 256)};
    }
    units->width = units->height = 8;
    units->n_pictures = (int)rng_below(rng, UNITS_PICTURES_MAX + 1);
    for (int i = 0; i < 64 * units->n_pictures; i++) {
        units->pictures[i / 64].levels[rng_below(rng, 2)][i % 64] =
            (uint8_t)rng_below(rng, UNITS_LEVELS);
    }
}

/* Every click on a unit is a command of a unit that is there, each of another; returns how many. */
static int count_places(const struct pen *pen, const struct view *view, const struct units *units)
{
    static bool is_seen[UNITS_LAYERS_MAX][UNITS_MAX];
    int n = 0;
    memset(is_seen, 0, sizeof is_seen);
    for (int y = -1; y <= pen->area.h; y++) {
        for (int x = -1; x <= pen->area.w; x++) {
            struct panel_lines lines = panel_network.click(pen, view, x, y);
            int unit, layer;
            struct command command;
            if (lines.text[0] == '\0' || strcmp(lines.text, "silence off\n") == 0) {
                n += lines.text[0] != '\0';
                continue;
            }
            lines.text[strcspn(lines.text, "\n")] = '\0';
            cr_assert(command_parse(lines.text, &command, NULL), "%s", lines.text);
            if (sscanf(lines.text, "silence %d@%d", &unit, &layer) != 2) {
                cr_assert(y >= 0 && y < pen->area.h, "%s", lines.text); /* a group's name */
                continue;
            }
            cr_assert(layer >= 1 && layer <= units->n_layers);
            cr_assert(unit >= 1 && unit <= units->layers[layer - 1].n);
            cr_assert_not(is_seen[layer - 1][unit - 1], "%s twice", lines.text);
            is_seen[layer - 1][unit - 1] = true;
            n++;
        }
    }
    return n;
}

Test(network, every_unit_has_a_place_of_its_own_on_screens_of_all_sizes)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, FIXTURE_STEPS + 30);
    struct view *view = &fixture->frame.view;
    struct exhibits *exhibits = &fixture->snapshot->exhibits;
    struct rng rng = rng_stream(5, 0);
    exhibits->has[EXHIBIT_UNITS] = true;
    for (int i = 0; i < 80; i++) { /* each click lays the panel out */
        fill(&exhibits->units, &rng);
        view->network_look = (enum network_look)rng_below(&rng, NETWORK_LOOKS);
        int cols = 1 + (int)rng_below(&rng, 200), rows = 1 + (int)rng_below(&rng, 60);
        struct grid grid = make_grid(cols + 2, rows + 2);
        struct pen all = pen_make(&grid, glyphs_at(i % 3), i % 2 ? DEPTH_256 : DEPTH_MONO);
        struct pen pen = pen_sub(&all, (struct rect){1, 1, cols, rows});
        panel_network.draw(&pen, view);
        int n = count_places(&pen, view, &exhibits->units);
        cr_expect(view->network_look == NETWORK_PICTURES ? n == 0 : n > 0, "%d x %d", cols, rows);
        for (int x = 0; x < cols + 2; x++) { /* nothing beside it */
            cr_expect(grid_at(&grid, x, 0)->ch == ' ' || grid_at(&grid, x, 0)->ch == 0);
            cr_expect(grid_at(&grid, x, rows + 1)->ch == ' ' ||
                      grid_at(&grid, x, rows + 1)->ch == 0);
        }
        grid_fini(&grid);
    }
    fixture_destroy(fixture);
}

/* What a click on the word stands for, where it is drawn; "" if it is not there. */
static struct panel_lines click_on(const struct pen *pen, const struct view *view, const char *word)
{
    grid_clear(pen->grid);
    panel_network.draw(pen, view);
    for (int y = 0; y < pen->area.h; y++) {
        for (int x = 0; x + (int)strlen(word) <= pen->area.w; x++) {
            size_t n = 0;
            while (n < strlen(word) &&
                   grid_at(pen->grid, x + (int)n, y)->ch == (uint32_t)(unsigned char)word[n]) {
                n++;
            }
            if (n == strlen(word)) {
                return panel_network.click(pen, view, x, y);
            }
        }
    }
    return (struct panel_lines){0};
}

/* The last line says what the dots are, and stands for the groups; once a group is silent a click
 * on the same place brings all back. */
Test(network, groups_are_silenced_where_they_are_named)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 5 * FIXTURE_STEPS);
    struct view *view = &fixture->frame.view;
    struct grid grid = make_grid(70, 20);
    struct pen pen = pen_make(&grid, glyphs_at(0), DEPTH_256);
    enum { ON_A = 3, LAST = 19 };
    struct units *units = &fixture->snapshot->exhibits.units;
    const struct unit_layer_seen *layer = &units->layers[0];
    view->focus = PANEL_NETWORK;
    fixture_draw(fixture, &grid, glyphs_at(0), DEPTH_256, NULL); /* they are asked for */
    cr_expect_str_eq(click_on(&pen, view, "A 26").text, "silence A/E@1\n");
    cr_expect_str_eq(panel_network.click(&pen, view, ON_A, LAST).text, "silence A/E@1\n");
    cr_expect_str_eq(click_on(&pen, view, "E 13").text, "silence E/A@1\n");
    cr_expect_str_eq(click_on(&pen, view, "both 16").text, "silence A+E@1\n");
    cr_expect_str_eq(click_on(&pen, view, "neither 45").text, "silence neither@1\n");
    for (int i = layer->first; i < layer->first + layer->n_shown; i++) {
        units->units[i].is_silenced = units->units[i].serves == 1;
        units->layers[0].n_silenced += units->units[i].is_silenced;
    }
    cr_expect_str_eq(panel_network.click(&pen, view, ON_A, LAST).text, "silence off\n", "there");
    cr_expect_str_eq(click_on(&pen, view, "A 26").text, "silence off\n");
    cr_expect_str_eq(click_on(&pen, view, "E 13").text, "silence E/A@1\n", "besides it");
    view->network_look = NETWORK_CHANGE;
    cr_expect_str_eq(click_on(&pen, view, "as then").text, "");
    view->network_look = NETWORK_PICTURES;
    cr_expect_str_eq(click_on(&pen, view, "A 26").text, "");
    grid_fini(&grid);
    fixture_destroy(fixture);
}

/* Where words have no room beside them sentences are left out, not what the dots mean. */
Test(network, dots_are_explained_on_a_small_panel)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 3 * FIXTURE_STEPS - 50);
    struct view *view = &fixture->frame.view;
    struct grid screen = make_grid(80, 24), grid = make_grid(28, 15);
    struct pen pen = pen_make(&grid, glyphs_at(0), DEPTH_256);
    view->focus = PANEL_NETWORK;
    fixture_draw(fixture, &screen, glyphs_at(0), DEPTH_256, NULL); /* they are asked for */
    fixture->snapshot->exhibits.units.layers[1].is_told_apart = true;
    cr_expect_str_eq(click_on(&pen, view, "A 8").text, "silence A/C@1\n");
    char *text = present_text(&grid);
    cr_expect_not_null(strstr(text, "neither"), "the first sentence is whole:\n%s", text);
    cr_expect_null(strstr(text, "layer 2"), "the second is left out:\n%s", text);
    free(text);
    grid_fini(&screen);
    grid_fini(&grid);
    fixture_destroy(fixture);
}

/* Where there is room for all, all are there. */
Test(network, all_units_are_drawn_where_they_have_room)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, FIXTURE_STEPS + 30);
    struct view *view = &fixture->frame.view;
    view->focus = PANEL_NETWORK;
    view->is_enlarged = true;
    struct grid grid = make_grid(120, 36);
    int cursor[2];
    fixture_draw(fixture, &grid, glyphs_at(0), DEPTH_256, cursor);
    struct pen all = pen_make(&grid, glyphs_at(0), DEPTH_256);
    struct pen pen = pen_sub(&all, (struct rect){2, 3, 116, 30});
    cr_expect_eq(count_places(&pen, view, &fixture->snapshot->exhibits.units), 200);
    grid_fini(&grid);
    fixture_destroy(fixture);
}

/* The key silences the first task's units, and where any is silenced lets all speak. */
Test(network, the_key_stands_for_what_the_first_task_s_units_are)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, FIXTURE_STEPS + 30);
    struct view *view = &fixture->frame.view;
    struct units *units = &fixture->snapshot->exhibits.units;
    cr_expect_str_eq(network_silence_lines(view).text, "");
    fixture->snapshot->exhibits.has[EXHIBIT_UNITS] = true;
    *units = (struct units){.n_tasks = 2, .tasks = {0, 4}, .n_layers = 2};
    units->layers[0] = (struct unit_layer_seen){.is_heads = true};
    units->layers[1] = (struct unit_layer_seen){.is_told_apart = true};
    cr_expect_str_eq(network_silence_lines(view).text, "silence A/E@2\n");
    units->n_tasks = 1;
    cr_expect_str_eq(network_silence_lines(view).text, "silence A@2\n");
    fixture_command(fixture, "silence A@2"); /* dots of before do not show it */
    cr_expect_str_eq(network_silence_lines(view).text, "silence off\n");
    units->layers[1].n_silenced = 1;
    fixture_command(fixture, "silence off"); /* nor that it is over */
    cr_expect_str_eq(network_silence_lines(view).text, "silence A@2\n");
    fixture_destroy(fixture);
}
