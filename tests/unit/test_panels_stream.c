/* SPDX-License-Identifier: MIT
 * A stream on the screen: what comes now is said and drawn, and no boundary is. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/drawing.h"
#include "support/fixture.h"
#include "ui/panels/lines.h"
#include "ui/panels/narrator.h"
#include "ui/panels/panel.h"

static const char *say(struct fixture *fixture, char text[320])
{
    narrator_say(&fixture->frame.view, text, 320);
    return text;
}

Test(stream_panels, the_narrator_says_what_comes)
{
    char text[320];
    struct fixture *fixture = fixture_play("stream", 5, 5);
    cr_expect(strstr(say(fixture, text), "a stream"), "%s", text);
    fixture_steps(fixture, FIXTURE_STEPS / 2);
    cr_expect(strstr(say(fixture, text), "*A* is *100 %* of what comes: *A* rose"), "%s", text);
    fixture_steps(fixture, FIXTURE_STEPS / 2 + FIXTURE_STEPS / 4);
    cr_expect(strstr(say(fixture, text), "*B* is *75 %* of what comes, *A* *25 %*"), "%s", text);
    fixture_steps(fixture, FIXTURE_STEPS / 2);
    cr_expect(strstr(say(fixture, text), "*A* fell from"), "%s", text);
    cr_expect(strstr(text, "Nobody said that anything changed"), "%s", text);
    fixture_destroy(fixture);
}

/* What fell lately is told as that; what was lost before stands. */
Test(stream_panels, the_narrator_tells_a_fall_from_where_it_began)
{
    char text[320];
    struct fixture *fixture = fixture_play("stream", 5, 5);
    fixture_steps(fixture, 2 * FIXTURE_STEPS + FIXTURE_STEPS / 2 + 20);
    struct series *a = &fixture->timeline.tracks[0].curves[PROBE_ACCURACY][0];
    struct series *b = &fixture->timeline.tracks[0].curves[PROBE_ACCURACY][1];
    const double since = (double)(fixture->snapshot->step - FIXTURE_STEPS / 2);
    for (int i = 0; i < a->n; i++) {
        a->value[i] = a->step[i] > since ? 0.20 : a->step[i] > since - 100 ? 0.30 : a->value[i];
    }
    for (int i = 0; i < b->n; i++) {
        b->value[i] = b->step[i] > since - 100 ? 0.97 : b->value[i];
    }
    cr_expect(strstr(say(fixture, text), "*A* fell from *30* to *20 %* since step 920 (best *82*)"),
              "%s", text);
    for (int i = 0; i < a->n; i++) {
        a->value[i] = a->step[i] > since - 100 ? 0.20 : a->value[i];
    }
    cr_expect(strstr(say(fixture, text), ": most is lost of *A*: *82* → *20 %*"), "%s", text);
    fixture_destroy(fixture);
}

Test(stream_panels, nobody_speaks_of_boundaries)
{
    static const char *const words[] = {"begin", "began", "next task", "is being learned"};
    char text[320];
    struct fixture *fixture = fixture_play("stream", 5, 5);
    for (int i = 0; i < 5 * FIXTURE_STEPS / 10 - 1; i++) {
        fixture_steps(fixture, 10);
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            cr_expect_null(strstr(say(fixture, text), words[k]), "step %ld: %s",
                           fixture->snapshot->step, text);
        }
    }
    fixture_destroy(fixture);
}

/* Columns of the timeline from x to end in the colour of a task. */
static int count(const struct grid *grid, int x, int end, int task)
{
    int n = 0;
    for (; x < end; x++) {
        n += grid_at(grid, x, 0)->fg == style_task(task);
    }
    return n;
}

/* A stretch of 60 columns a task: around the end of A's time half of them are B's, in the middle of
 * B's, beside its badge, nearly all. */
Test(stream_panels, the_timeline_shows_the_shares)
{
    struct fixture *fixture = fixture_play("stream", 3, 3);
    struct grid grid = make_grid(182, 1);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    fixture_steps(fixture, 2 * FIXTURE_STEPS);
    lines_timeline(&pen, &fixture->frame.view);
    cr_expect_eq(count(&grid, 1, 29, 0), 28, "A alone");
    cr_expect_leq(abs(count(&grid, 49, 73, 1) - 12), 1, "half of each");
    cr_expect_leq(abs(count(&grid, 69, 85, 1) - 13), 1, "four in five");
    cr_expect_eq(count(&grid, 152, 181, 2), 29, "C alone");
    for (int x = 1; x < 181; x++) {
        long step = lines_timeline_step(&pen, &fixture->frame.view, x);
        long wanted = (long)((x - 1) / 60.0 * FIXTURE_STEPS);
        cr_expect(x >= 121 || labs(step - wanted) <= 12, "column %d: step %ld", x, step);
    }
    grid_fini(&grid);
    fixture_destroy(fixture);
}

/* Of points and examples some of every task comes from the start, wherever the cursor is. */
Test(stream_panels, all_tasks_are_met_from_the_start)
{
    char note[64];
    struct grid grid = {0};
    struct fixture *fixture = fixture_play_plane(5);
    struct view *view = &fixture->frame.view;
    fixture_steps(fixture, 30);
    cr_assert(grid_resize(&grid, 120, 36, NULL));
    view->has_cursor = true;
    view->cursor = 10;
    fixture_draw(fixture, &grid, glyphs_find("braille"), DEPTH_256,
                 NULL); /* it has a surface now */
    panel_surface.note(view, 60, note, sizeof note);
    cr_expect(strstr(note, " of 12 wrong"), "%s", note);
    fixture->timeline.is_stream = true;
    fixture_draw(fixture, &grid, glyphs_find("braille"), DEPTH_256, NULL);
    panel_surface.note(view, 60, note, sizeof note);
    cr_expect(strstr(note, " of 60 wrong"), "%s", note);
    grid_fini(&grid);
    fixture_destroy(fixture);
}
