/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "support/fixture.h"
#include "ui/app/actions.h"
#include "ui/app/leaving.h"
#include "ui/app/mouse.h"

static const int64_t minute_ns = 60000000000;

static struct key press(char ch)
{
    return (struct key){.press = PRESS_CHAR, .ch = (uint32_t)ch};
}

Test(leaving, a_short_or_recorded_session_is_left_at_once)
{
    struct leaving leaving = {0};
    cr_expect(leaving_may(&leaving, 5 * minute_ns, false), "nothing has been trained");
    leaving_follow(&leaving, 5 * minute_ns, false);
    leaving_follow(&leaving, 10 * minute_ns, true);
    leaving_follow(&leaving, 10 * minute_ns + 1, false); /* begun anew: it is the same session */
    cr_expect(leaving_may(&leaving, 11 * minute_ns, false));
    cr_expect(leaving_may(&leaving, 12 * minute_ns, true));
    cr_expect_not(leaving.is_asked);
    cr_expect_not(leaving_may(&leaving, 12 * minute_ns, false));
    cr_expect(leaving.is_asked);
}

Test(leaving, every_key_is_an_answer)
{
    static const struct {
        struct key key;
        enum leaving_answer answer;
    } cases[] = {{{.press = PRESS_CHAR, .ch = 'q'}, LEAVING_GOES},
                 {{.press = PRESS_CHAR, .ch = 'y'}, LEAVING_GOES},
                 {{.press = PRESS_CHAR, .ch = 'r'}, LEAVING_RECORDS},
                 {{.press = PRESS_CHAR, .ch = 'n'}, LEAVING_STAYS},
                 {{.press = PRESS_CTRL, .ch = 'q'}, LEAVING_STAYS},
                 {{.press = PRESS_ESCAPE}, LEAVING_STAYS},
                 {{.press = PRESS_ENTER}, LEAVING_STAYS},
                 {{.press = PRESS_PASTE, .text = "q"}, LEAVING_STAYS},
                 {{.press = PRESS_MOUSE}, LEAVING_STAYS}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct leaving leaving = {.is_asked = true};
        cr_expect_eq(leaving_answer(&leaving, cases[i].key), cases[i].answer, "case %zu", i);
        cr_expect_not(leaving.is_asked);
    }
}

/* A session of more than a minute that nobody records; no trainer, so only what keys do is there.
 */
static struct app *open_long(struct fixture *fixture)
{
    struct app *app = calloc(1, sizeof *app);
    cr_assert_not_null(app);
    app->frame = fixture->frame;
    app->frame.view.snapshot = fixture->snapshot;
    app->facts = fixture->facts;
    app->cols = 120;
    app->rows = 36;
    app->leaving.since_ns = clock_ns() - 2 * minute_ns;
    return app;
}

Test(leaving, q_asks_and_the_next_key_answers)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    struct app *app = open_long(fixture);
    fixture_steps(fixture, 10);
    actions_key(app, press('q'));
    cr_expect_not(app->is_quitting);
    cr_expect_not_null(strstr(app->frame.message, "*q* again leaves"));
    actions_key(app, press('n')); /* no: and it is not the next task */
    cr_expect_not(app->is_quitting);
    cr_expect_str_eq(app->frame.message, "");
    actions_key(app, press('q'));
    mouse_click(app, (struct key){.press = PRESS_MOUSE, .x = 3, .y = 25});
    cr_expect_not(app->is_quitting);
    actions_key(app, press('q'));
    actions_key(app, press('r'));
    cr_expect(app->wants_recording && !app->is_quitting);
    app->frame.view.overlay = OVERLAY_HELP;
    actions_key(app, press('q'));
    cr_expect_eq(app->frame.view.overlay, OVERLAY_NONE, "it is the help that is left");
    cr_expect_not(app->is_quitting || app->leaving.is_asked);
    actions_key(app, press('q'));
    actions_key(app, press('y'));
    cr_expect(app->is_quitting);
    app->is_quitting = false;
    actions_line(app, "quit");
    cr_expect(app->is_quitting);
    free(app);
    fixture_destroy(fixture);
}
