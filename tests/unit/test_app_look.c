/* SPDX-License-Identifier: MIT
 * How things are looked at, as lines: typed, recorded, and carried out again. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "support/fixture.h"
#include "support/labs.h"
#include "ui/app/facts.h"
#include "ui/app/follow.h"
#include "ui/app/still.h"
#include "ui/panels/panel.h"

/* A played session with a look at it. */
struct scene {
    struct fixture *fixture;
    struct look look;
};

static struct scene make_scene(void)
{
    struct scene scene = {.fixture = fixture_play("permuted", 5, 5)};
    fixture_steps(scene.fixture, FIXTURE_STEPS + 100);
    scene.look = (struct look){&scene.fixture->frame.view, theme_at(0), glyphs_at(0)};
    return scene;
}

static bool is_same(const struct look_state *a, const struct look_state *b)
{
    bool same = true;
    for (int i = 0; look_commands()[i].usage; i++) {
        same = same && strcmp(a->argument[i], b->argument[i]) == 0;
    }
    return same;
}

static const char *const lines[] = {
    "focus matrix", "focus drift",    "enlarge on",      "enlarge off",      "zoom two",
    "zoom all",     "compare B",      "compare average", "compare tasks",    "sort time",
    "sort name",    "cursor 0",       "cursor 512",      "cursor off",       "weight 3 17",
    "weight off",   "cell 2 5",       "cell off",        "select replay",    "select lora",
    "knob lr",      "summary on",     "summary off",     "knob ewc.lambda",  "explain 0",
    "explain off",  "help 12",        "help off",        "theme safe-light", "theme mono",
    "glyphs ascii", "glyphs block",   "explain 7",       "sort order back",  "sample B 3",
    "sample off",   "pictures plain", "pictures seen",   "character 71",     "character off",
    "head 3",       "head all",       "probe cka",       "probe drift",
};
enum { LINES = sizeof lines / sizeof *lines };

Test(look, is_told_by_the_line_that_was_carried_out)
{
    struct scene scene = make_scene();
    for (int i = 0; i < LINES; i++) {
        char argument[LOOK_ARGUMENT_MAX], line[2 * LOOK_ARGUMENT_MAX];
        cr_assert(look_line(&scene.look, lines[i]), "%s", lines[i]);
        struct look_state state = look_state(&scene.look);
        int command = look_find(lines[i], argument);
        cr_expect_str_eq(look_format(&state, command, line, sizeof line), lines[i]);
    }
    fixture_destroy(scene.fixture);
}

Test(look, of_any_kind_is_brought_about_by_what_it_tells)
{
    struct scene scene = make_scene(), other = make_scene();
    struct rng rng = rng_stream(7, 0);
    for (int i = 0; i < 2000; i++) {
        look_line(&scene.look, lines[rng_below(&rng, LINES)]);
        struct look_state state = look_state(&scene.look), before = look_state(&other.look);
        for (int j = 0; look_commands()[j].usage; j++) {
            char line[2 * LOOK_ARGUMENT_MAX];
            if (strcmp(state.argument[j], before.argument[j]) != 0) {
                cr_assert(look_line(&other.look, look_format(&state, j, line, sizeof line)), "%s",
                          line);
            }
        }
        struct look_state after = look_state(&other.look);
        cr_assert(is_same(&state, &after), "after %d lines", i);
    }
    fixture_destroy(scene.fixture);
    fixture_destroy(other.fixture);
}

Test(look, finds_a_panel_by_the_title_in_its_frame_too)
{
    struct scene scene = make_scene();
    for (int id = 0; id < PANEL_COUNT; id++) {
        char line[2 * LOOK_ARGUMENT_MAX];
        snprintf(line, sizeof line, "focus %s", panel_at((enum panel_id)id)->title);
        cr_assert(look_line(&scene.look, line), "%s", line);
        cr_expect_eq((int)scene.look.view->focus, id, "%s", line);
    }
    fixture_destroy(scene.fixture);
}

Test(look, does_not_change_for_what_makes_no_sense)
{
    static const char *const nonsense[] = {"",
                                           "focus",
                                           "focus nowhere",
                                           "enlarge",
                                           "enlarge 1",
                                           "zoom three",
                                           "compare F",
                                           "sort",
                                           "sort age",
                                           "sort name x",
                                           "cursor",
                                           "cursor -1",
                                           "cursor 1e3",
                                           "cursor 5 5",
                                           "cursor x",
                                           "weight 1",
                                           "weight 0 1",
                                           "weight 1 x",
                                           "cell 1 2 3",
                                           "cell 99999999",
                                           "select nobody",
                                           "knob net",
                                           "knob nobody",
                                           "help me",
                                           "help -1",
                                           "explain on",
                                           "theme pink",
                                           "sample F 1",
                                           "sample B",
                                           "sample B 0",
                                           "sample B 25",
                                           "sample ABCDE 1",
                                           "pictures",
                                           "pictures pretty",
                                           "glyphs none",
                                           "strategy ewc on",
                                           "cursor 99999999999999999999",
                                           "quit",
                                           "record x",
                                           "mouse off"};
    struct scene scene = make_scene();
    look_line(&scene.look, "cursor 7");
    struct look_state before = look_state(&scene.look);
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
        cr_expect_not(look_line(&scene.look, nonsense[i]), "'%s'", nonsense[i]);
        struct look_state after = look_state(&scene.look);
        cr_expect(is_same(&before, &after), "'%s'", nonsense[i]);
    }
    fixture_destroy(scene.fixture);
}

/* With on or off behind it, it is a command to the lab. */
Test(look, at_a_probe_is_another_line_than_taking_it)
{
    struct scene scene = make_scene();
    char argument[LOOK_ARGUMENT_MAX];
    struct command command;
    cr_assert(look_line(&scene.look, " probe  cka "));
    cr_expect_eq(scene.look.view->probe, PROBE_CKA);
    cr_expect_lt(look_find("probe dead on", argument), 0);
    cr_expect_not(look_line(&scene.look, "probe dead on"));
    cr_expect(command_parse("probe dead on", &command, NULL) && command.kind == COMMAND_PROBE);
    cr_expect_eq(scene.look.view->probe, PROBE_CKA);
    cr_expect_not(look_line(&scene.look, "probe deat"));
    fixture_destroy(scene.fixture);
}

Test(look, takes_blanks_as_they_come)
{
    struct scene scene = make_scene();
    cr_expect(look_line(&scene.look, "  weight   4  9  "));
    cr_expect_eq(scene.fixture->frame.view.map_row, 3);
    cr_expect_eq(scene.fixture->frame.view.map_col, 8);
    cr_expect(look_line(&scene.look, "sort name   back"));
    cr_expect(scene.fixture->frame.view.is_sorted_back);
    fixture_destroy(scene.fixture);
}

/* ---- following ---- */

static const int64_t SECOND = 1000000000;

/* A session of four seconds, with a learner more from the second on, and the lines said at each
 * second. */
static struct player *record(char *path, const char *const said[][2], int n)
{
    static const char *const learners[] = {"a:", NULL};
    struct recording_facts facts = {.pace = 10};
    struct err err = {0};
    struct lab *lab = labs_open_plain(2, "net=6", learners);
    close(mkstemp(path));
    unlink(path);
    struct recording_writer *writer = recording_create(path, lab_config(lab), &facts, &err);
    cr_assert(writer && recording_begin(writer, &err), "%s", err.msg);
    for (int i = 0; i <= 4; i++) {
        labs_run(lab, 10 * i, 1000);
        if (i == 2) {
            labs_tell(lab, "add b: strategy=ewc");
        }
        for (int j = 0; j < n; j++) {
            if (said[j][0][0] - '0' == i) {
                cr_assert(recording_add_view(writer, i * SECOND, said[j][1], &err));
            }
        }
        cr_assert(recording_add_journal(writer, i * SECOND, lab_journal(lab), &err) &&
                      recording_add_snapshot(writer, i * SECOND, labs_look(lab), &err),
                  "%s", err.msg);
    }
    cr_assert(recording_commit(writer, &err) && recording_finish(writer, &err), "%s", err.msg);
    lab_destroy(lab);
    struct player *player = player_open(path, &err);
    cr_assert_not_null(player, "%s", err.msg);
    return player;
}

/* The screen of somebody who plays. */
struct screen {
    struct frame frame;
    struct look look;
    struct follow follow;
    struct still_memory memory;
    struct snapshot snapshot;
    struct facts facts;
};

static void go(struct screen *screen, struct player *player, double seconds)
{
    struct err err = {0};
    const struct look_state before = look_state(&screen->look);
    cr_assert(player_seek(player, (int64_t)(seconds * 1e9), &err), "%s", err.msg);
    still_take(&screen->frame.view, &screen->snapshot, player, -1);
    still_follow(&screen->memory, &screen->frame.view);
    cr_assert(follow_player(&screen->follow, player, &screen->look, &before, &err), "%s", err.msg);
}

static struct screen *make_screen(const struct player *player)
{
    struct screen *screen = calloc(1, sizeof *screen);
    screen->facts = facts_of_player(player);
    screen->frame.view = still_view(&screen->facts);
    screen->look = (struct look){&screen->frame.view, theme_at(0), glyphs_at(0)};
    screen->follow = follow_make(false, true);
    return screen;
}

Test(follow, shows_what_was_looked_at_at_any_moment)
{
    static const char *const said[][2] = {
        {"0", "focus knobs"}, {"0", "enlarge off"},  {"0", "cursor off"}, {"0", "compare tasks"},
        {"1", "enlarge on"},  {"1", "focus matrix"}, {"1", "no such"},    {"2", "compare average"},
        {"3", "compare B"},   {"3", "theme light"},  {"3", "cursor 12"},  {"3", "glyphs ascii"},
        {"4", "cursor off"},
    };
    char path[] = "/tmp/oubli-test-look-XXXXXX";
    struct player *player = record(path, said, sizeof said / sizeof *said);
    struct screen *screen = make_screen(player);
    const struct view *view = &screen->frame.view;
    static const double moments[] = {0, 1.5, 3.5, 2.5, 0.5, 3.5, 4, 2, 1, 3, 0, 4, 3.2};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        double t = moments[i];
        go(screen, player, t);
        cr_expect_eq(view->is_enlarged, t >= 1, "%g", t);
        cr_expect_eq(view->focus, t >= 1 ? PANEL_MATRIX : PANEL_KNOBS, "%g", t);
        cr_expect_eq(view->has_cursor, t >= 3 && t < 4, "%g", t);
        cr_expect_eq(view->compare,
                     t >= 3   ? COMPARE_TASK
                     : t >= 2 ? COMPARE_AVERAGE
                              : COMPARE_NOT,
                     "%g", t);
        cr_expect_eq(screen->look.theme, theme_find(t >= 3 || i > 2 ? "light" : "dark"), "%g", t);
        cr_expect_eq(screen->look.glyphs, glyphs_at(0));
    }
    free(screen);
    player_close(player);
    unlink(path);
}

Test(follow, leaves_what_somebody_chose_until_the_recording_says_something_else)
{
    static const char *const said[][2] = {
        {"0", "enlarge off"}, {"0", "zoom all"}, {"1", "focus plane"}, {"3", "zoom two"}};
    char path[] = "/tmp/oubli-test-look-XXXXXX";
    struct player *player = record(path, said, 4);
    struct screen *screen = make_screen(player);
    go(screen, player, 0.5);
    look_line(&screen->look, "enlarge on");
    look_line(&screen->look, "zoom task");
    look_line(&screen->look, "compare A");
    go(screen, player, 1.5);
    cr_expect(screen->frame.view.is_enlarged);
    cr_expect_eq(screen->frame.view.zoom, ZOOM_TASK);
    cr_expect_eq(screen->frame.view.compare, COMPARE_TASK, "nothing is said of it");
    go(screen, player, 3.5);
    cr_expect(screen->frame.view.is_enlarged);
    cr_expect_eq(screen->frame.view.zoom, ZOOM_TWO_TASKS);
    free(screen);
    player_close(player);
    unlink(path);
}
