/* SPDX-License-Identifier: MIT
 * The cursor on the curves by keys: a column at a time, or from one measured step to the next. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/fixture.h"
#include "ui/app/look.h"
#include "ui/panels/panel.h"

/* Carries out the line that a key stands for; the step that the cursor is at then. */
static double press(struct view *view, enum panel_id id, int columns, int dx)
{
    struct grid none = {0};
    struct pen pen = pen_make(&none, glyphs_find("braille"), DEPTH_256);
    pen.area = (struct rect){0, 0, columns, 14};
    struct panel_lines lines = panel_at(id)->move(&pen, view, dx, 0);
    struct look look = {view, theme_at(0), glyphs_at(0)};
    lines.text[strcspn(lines.text, "\n")] = '\0';
    cr_assert(look_line(&look, lines.text), "%s", lines.text);
    return view->cursor;
}

/* All five tasks were trained. */
static struct fixture *at_the_end(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 5 * FIXTURE_STEPS);
    return fixture;
}

/* From the end to the beginning there are about as many presses as columns of curves. */
Test(cursor, goes_a_column_at_a_time)
{
    static const enum panel_id panels[] = {PANEL_ACCURACY, PANEL_LAYERS};
    struct fixture *fixture = at_the_end();
    for (int columns = 40; columns <= 140; columns += 50) {
        for (int i = 0; i < 2; i++) {
            struct view view = fixture->frame.view;
            int n = 0;
            while (press(&view, panels[i], columns, -1) > 0) {
                n++;
            }
            cr_expect(n <= columns && n > columns / 2, "%d columns, %d presses", columns, n);
            cr_expect_eq(press(&view, panels[i], columns, PANEL_EDGE), 5 * FIXTURE_STEPS);
        }
    }
    fixture_destroy(fixture);
}

/* And back; nothing that was measured is left out, and nothing else is stopped at. */
Test(cursor, goes_from_one_measured_step_to_the_next)
{
    struct fixture *fixture = at_the_end();
    struct view *view = &fixture->frame.view;
    const struct series *first = track_curve(view_track(view), PROBE_ACCURACY, 0);
    cr_assert_gt(first->n, 50);
    cr_expect_eq(press(view, PANEL_ACCURACY, 70, -PANEL_EDGE), 0);
    for (int k = 0; k < first->n; k++) { /* of the first task, which is measured whenever any is */
        if (k == 0 || first->step[k] > first->step[k - 1]) {
            double at = first->step[k] > 0 ? press(view, PANEL_ACCURACY, 70, PANEL_POINT) : 0;
            cr_expect_eq(at, first->step[k], "%g, not %g", at, first->step[k]);
        }
    }
    double last = view->cursor;
    cr_expect_eq(press(view, PANEL_ACCURACY, 70, PANEL_POINT), last, "there is none behind it");
    cr_expect_lt(press(view, PANEL_ACCURACY, 70, -PANEL_POINT), last);
    fixture_destroy(fixture);
}

/* Where a probe's curves are shown its own points count. */
Test(cursor, goes_from_point_to_point_of_a_probe)
{
    struct fixture *fixture = at_the_end();
    struct view *view = &fixture->frame.view;
    const struct series *drift = track_curve(view_track(view), PROBE_DRIFT, 0);
    cr_assert_gt(drift->n, 2);
    double last = drift->step[drift->n - 1];
    double at = press(view, PANEL_LAYERS, 70, -PANEL_POINT);
    cr_expect(at == last || at < 5 * FIXTURE_STEPS, "%g", at);
    cr_expect_eq(series_count(drift, at) - series_count(drift, at - 1) > 0, true, "%g", at);
    fixture_destroy(fixture);
}
