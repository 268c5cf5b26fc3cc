/* SPDX-License-Identifier: MIT
 * A weight under the microscope on the real screen: from the heatmap, by jumps, in the past, with
 * another learner; recorded, and played. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/person.h"
#include "support/place.h"

TestSuite(live_microscope, .timeout = 90);

static const char *const with_ewc[] = {"--strategy", "ewc", "--tasks", "2", NULL};

static struct pty *start_at_the_end(const char *const *arguments)
{
    struct pty *pty = start(arguments);
    press(pty, "}");
    expect(pty, "what is left");
    return pty;
}

Test(live_microscope, opens_on_a_cell_and_jumps_to_what_shows_it_best)
{
    struct pty *pty = start_at_the_end(with_ewc);
    command(pty, "focus drift");
    press(pty, "down"); /* the cursor comes */
    expect(pty, "Enter weight");
    press(pty, "enter");
    expect(pty, "\u25b8weight");
    expect(pty, "pushed by B");
    expect(pty, "at the end of");
    press_and_expect(pty, "j", "held 1");
    expect(pty, "pulled back");
    press_and_expect(pty, "k", "held 2");
    press_and_expect(pty, "j", "stretched 1");
    press_and_expect(pty, "j", "free 1");
    press(pty, "right"); /* one weight further */
    expect_gone(pty, "free 1");
    press(pty, "i");
    expect(pty, "Kirkpatrick");
    close_all(pty);    /* the explanation, ... */
    press(pty, "esc"); /* ... then the weight */
    expect(pty, "\u25b8drift");
    quit(pty);
}

Test(live_microscope, goes_by_commands_and_says_what_is_none)
{
    struct pty *pty = start_at_the_end(with_ewc);
    command(pty, "microscope 1:43:68");
    expect(pty, "pixel 43 \u2192 unit 68");
    command(pty, "microscope 3:7:4");
    expect(pty, "unit 7 \u2192 answer 4");
    command(pty, "microscope here");
    expect(pty, "held, stretched, free, off expected, found 'here'");
    command(pty, "microscope off");
    expect_gone(pty, "answer 4");
    quit(pty);
}

/* The cursor on the curves stays on the way that is shown. */
Test(live_microscope, follows_the_cursor_into_the_past)
{
    struct pty *pty = start_at_the_end(with_ewc);
    command(pty, "microscope held");
    expect(pty, "pushed by B");
    command(pty, "focus accuracy");
    command(pty, "cursor 460");
    expect(pty, "step 45");
    expect(pty, " then \u25c6");
    command(pty, "cursor 200"); /* another task pushed it then */
    expect(pty, "pushed by A");
    quit(pty);
}

Test(live_microscope, is_kept_by_a_recording)
{
    struct place place = make_place();
    struct pty *pty = start(
        (const char *const[]){"--strategy", "ewc", "--tasks", "2", "--record", place.file, NULL});
    command(pty, "speed max");
    expect(pty, "what is left");
    command(pty, "microscope held");
    expect(pty, "pulled back");
    pty_pump(pty, 600);
    quit(pty);
    pty = start((const char *const[]){"play", place.file, NULL});
    command(pty, "speed max");
    expect(pty, "\u25b8weight");
    expect(pty, "pulled back");
    press_and_expect(pty, "j", "stretched 1");
    press_and_expect(pty, "left", "a recording keeps the weight that was looked at");
    quit(pty);
    leave(&place);
}

/* A jump may lead into another layer: the heatmap goes there, and its cursor lies on the weight. */
Test(live_microscope, the_heatmap_goes_with_it)
{
    struct pty *pty = start_at_the_end(with_ewc);
    command(pty, "microscope 3:7:4");
    expect(pty, "unit 7 \u2192 answer 4");
    expect(pty, "\u2500 drift \u2500");
    expect(pty, "layer 3 \u00b7 since B began");
    expect(pty, "\u2192 answer 4: max "); /* of its cell, where the heatmap's cursor is */
    command(pty, "microscope 1:43:68");
    expect(pty, "layer 1 \u00b7 since B began");
    press(pty, "l"); /* a person's own look stays */
    expect(pty, "layer 2 \u00b7 since B began");
    pty_pump(pty, 300);
    cr_expect(shows(pty, "layer 2 \u00b7 since B began"), "%s", pty_screen(pty));
    close_all(pty);
    quit(pty);
}
