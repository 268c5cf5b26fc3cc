/* SPDX-License-Identifier: MIT */
#include "support/person.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

struct pty *start(const char *const *arguments)
{
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    expect(pty, "step ");
    return pty;
}

void close_all(struct pty *pty)
{
    pty_type(pty,
             "\033[27u"); /* Escape as newer terminals send it: ESC alone joins the next byte */
    cr_assert(pty_redraw(pty), "no new picture:\n%s", pty_screen(pty));
}

void quit(struct pty *pty)
{
    press(pty, "q");
    cr_expect_eq(pty_wait_end(pty), 0);
    expect_given_back(pty, "after q");
    pty_close(pty);
}

void press(struct pty *pty, const char *name)
{
    cr_assert(pty_key(pty, name), "the tests know no key '%s'", name);
}

void press_and_expect(struct pty *pty, const char *name, const char *text)
{
    press(pty, name);
    cr_assert(pty_wait(pty, text), "after %s '%s' is not shown:\n%s", name, text, pty_screen(pty));
}

void command(struct pty *pty, const char *line)
{
    press_and_expect(pty, ":", "Tab completes");
    pty_type(pty, line);
    press(pty, "enter");
    expect_gone(pty, "Tab completes");
}

bool shows(struct pty *pty, const char *text)
{
    int x, y;
    return pty_find(pty, text, &x, &y);
}

void expect(struct pty *pty, const char *text)
{
    cr_assert(pty_wait(pty, text), "'%s' is not shown:\n%s", text, pty_screen(pty));
}

void expect_gone(struct pty *pty, const char *text)
{
    cr_assert(pty_wait_gone(pty, text), "'%s' is still shown:\n%s", text, pty_screen(pty));
}

void expect_given_back(struct pty *pty, const char *when)
{
    const char *why;
    cr_expect(pty_is_given_back(pty, &why), "%s: %s", when, why);
}

long step_of(struct pty *pty)
{
    const char *at = strstr(pty_row(pty, 0), "step ");
    return at ? atol(at + 5) : -1;
}
