/* SPDX-License-Identifier: MIT
 * A layer is put back on the real screen: chosen by an arrow key, put back by Enter, undone by
 * going back; recorded, reproduced and played. */
#include <criterion/criterion.h>

#include "support/person.h"
#include "support/place.h"

TestSuite(live_putback, .timeout = 120);

/* In the middle of B, where it stands still. */
static struct pty *start_in_b(const char *file)
{
    struct pty *pty = start((const char *const[]){"--at", "B+300:pause", "--record", file, NULL});
    command(pty, "focus putback");
    press(pty, "}");
    expect(pty, "paused");
    expect(pty, "With one layer");
    return pty;
}

Test(live_putback, enter_on_a_bar_puts_the_layer_back)
{
    struct place place = make_place();
    struct pty *pty = start_in_b(place.file);
    press_and_expect(pty, "down", "\u25b8 layer 1");
    expect(pty, "Enter puts it back");
    press(pty, "enter");
    expect(pty, "layer 1 put back at step");
    expect(pty, "A comes back from");
    expect(pty, "B falls from");
    press(pty, "b");
    expect(pty, "nothing is lost");
    quit(pty);
    pty = start((const char *const[]){"play", place.file, NULL});
    expect(pty, "put it back");
    quit(pty);
    leave(&place);
}

/* What is seen is of the past, and it is the present that would change. */
Test(live_putback, with_the_cursor_in_the_past_nothing_is_put_back)
{
    struct place place = make_place();
    struct pty *pty = start_in_b(place.file);
    press_and_expect(pty, "down", "\u25b8 layer 1");
    command(pty, "cursor 460");
    expect(pty, "at step 460");
    press(pty, "enter");
    expect(pty, "put back works on the present: Esc takes the cursor away");
    quit(pty);
    leave(&place);
}
