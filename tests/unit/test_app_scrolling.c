/* SPDX-License-Identifier: MIT
 * Help and explanations that are longer than the screen: scrolled to their end and no further. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/fixture.h"
#include "support/present_text.h"
#include "ui/app/actions.h"
#include "ui/app/mouse.h"

static char *draw(struct app *app)
{
    struct grid grid = {0};
    int cursor[2];
    cr_assert(grid_resize(&grid, app->cols, app->rows, NULL));
    frame_draw(&app->frame, &grid, app->glyphs, DEPTH_256, cursor);
    char *text = present_text(&grid);
    grid_fini(&grid);
    return text;
}

static struct app *open_app(struct fixture *fixture, enum overlay overlay)
{
    struct app *app = calloc(1, sizeof *app);
    cr_assert_not_null(app);
    app->frame = fixture->frame;
    app->frame.view.overlay = overlay;
    app->glyphs = glyphs_find("braille");
    app->cols = 80;
    app->rows = 24;
    return app;
}

Test(scrolling, ends_with_the_last_row)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 100);
    for (enum overlay overlay = OVERLAY_HELP; overlay <= OVERLAY_EXPLAIN; overlay++) {
        struct app *app = open_app(fixture, overlay);
        app->rows = overlay == OVERLAY_HELP ? 24 : 16;
        app->cols = 60;
        for (int i = 0; i < 20; i++) {
            actions_key(app, (struct key){.press = PRESS_PAGE_DOWN});
        }
        char *last = draw(app);
        int most = app->frame.view.scroll;
        cr_expect_eq(most, frame_scroll_most(&app->frame, app->cols, app->rows, app->glyphs));
        cr_expect(most > 0 && (overlay == OVERLAY_EXPLAIN || strstr(last, "it is being learned")),
                  "%d: %s", most, last);
        app->frame.view.scroll = 1000; /* as a line of the palette may say */
        char *beyond = draw(app);
        cr_expect_str_eq(beyond, last);
        actions_key(app, (struct key){.press = PRESS_UP});
        cr_expect_eq(app->frame.view.scroll, most - 1);
        free(last);
        free(beyond);
        free(app);
    }
    fixture_destroy(fixture);
}

Test(scrolling, by_the_wheel_leaves_it_open)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    struct app *app = open_app(fixture, OVERLAY_HELP);
    struct key wheel = {.press = PRESS_MOUSE, .button = MOUSE_WHEEL_DOWN, .x = 9, .y = 9};
    mouse_click(app, wheel);
    mouse_click(app, wheel);
    cr_expect_eq(app->frame.view.overlay, OVERLAY_HELP);
    int down = app->frame.view.scroll;
    wheel.button = MOUSE_WHEEL_UP;
    mouse_click(app, wheel);
    cr_expect(down > 1 && app->frame.view.scroll == down / 2, "%d", down);
    mouse_click(app, (struct key){.press = PRESS_MOUSE, .button = MOUSE_LEFT, .x = 9, .y = 9});
    cr_expect_eq(app->frame.view.overlay, OVERLAY_NONE);
    free(app);
    fixture_destroy(fixture);
}
