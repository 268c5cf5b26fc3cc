/* SPDX-License-Identifier: MIT
 * What a sweep varies: values that are read, the one line for what is wrong. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cli/over.h"

/* Values joined by blanks, whether they are numbers. */
static void expect_values(const char *text, const char *values, bool is_number)
{
    struct over over;
    struct err err = {0};
    char joined[512] = "";
    cr_assert(over_parse(&over, text, &err), "%s: %s", text, err.msg);
    for (int i = 0; i < over.n; i++) {
        strcat(strcat(joined, i ? " " : ""), over.values[i]);
    }
    cr_expect_str_eq(joined, values, "%s: '%s'", text, joined);
    cr_expect_eq(over.is_number, is_number, "%s", text);
    over_fini(&over);
}

Test(cli_over, values_are_listed_or_spaced)
{
    expect_values("lr=0.1", "0.1", true);
    expect_values("strategy=none,ewc,ewc+replay", "none ewc ewc+replay", false);
    expect_values("net=100;100,50;0", "100 100,50 0", false);
    expect_values("lr=0.1,1e-3", "0.1 1e-3", true);
    expect_values("texts=../a.txt,../b.txt;c.txt", "../a.txt,../b.txt c.txt", false);
    expect_values("ewc.lambda=1..1e4 log 5", "1 10 100 1000 10000", true);
    expect_values("ewc.lambda=1..1e4 log 3", "1 100 10000", true);
    expect_values("lr=0.1..0.3 lin 3", "0.1 0.2 0.3", true);
    expect_values("lr=0.001..0.1 3", "0.001 0.01 0.1", true);              /* its knob multiplies */
    expect_values("momentum=0.5..0.9 3", "0.5 0.7 0.9", true);             /* its knob adds */
    expect_values("replay.memory=10..1000 log 4", "10 46 215 1000", true); /* rows are whole */
    expect_values("tasks=2..5 lin 4", "2 3 4 5", true);
    expect_values("validation=0.1..0.3 lin 3", "0.1 0.2 0.3", true); /* an option, of shares */
    expect_values("lr=0.1..0.2  log   2", "0.1 0.2", true);
    expect_values("lr=inf", "inf", false);
    expect_values("lr=0x10", "0x10", false);
}

static void expect_refused(const char *text, const char *part)
{
    struct over over;
    struct err err = {0};
    cr_expect_not(over_parse(&over, text, &err), "%s", text);
    cr_expect_eq(err.code, ERR_USAGE, "%s", text);
    cr_expect_eq(strncmp(err.msg, "--over", 6), 0, "%s: %s", text, err.msg);
    cr_expect(strstr(err.msg, part), "'%s' expected for '%s': %s", part, text, err.msg);
    over_fini(&over);
}

Test(cli_over, what_is_wrong_is_said_in_one_line)
{
    expect_refused("", "KEY=VALUE");
    expect_refused("lr", "KEY=VALUE");
    expect_refused("=1", "KEY=VALUE");
    expect_refused("ewc.lamda=1,2", "did you mean ewc.lambda?");
    expect_refused("stratgy=ewc", "did you mean strategy?");
    expect_refused("seed=1,2", "--seeds");
    expect_refused("seeds=1,2", "--seeds");
    expect_refused("set=lr=1", "is called 'set'");
    expect_refused("learner=a:", "found 'learner'");
    expect_refused("record=a", "found 'record'");
    expect_refused("json=-", "found 'json'");
    expect_refused("over=lr=1", "found 'over'");
    expect_refused("help=1", "found 'help'");
    expect_refused("lr=", "a value between commas");
    expect_refused("lr=1,,2", "a value between commas");
    expect_refused("lr=1,", "a value between commas");
    expect_refused("lr=1,2,1", "found 1 twice");
    expect_refused("lr=0.1..0.2", "2 to 1000 numbers");
    expect_refused("lr=0.1..0.2 log", "2 to 1000 numbers");
    expect_refused("lr=0.1..0.2 log 1", "2 to 1000 numbers");
    expect_refused("lr=0.1..0.2 log 1001", "2 to 1000 numbers");
    expect_refused("lr=0.1..0.2 cubic 3", "log or lin");
    expect_refused("lr=0.1..0.2 log 3 4", "2 to 1000 numbers");
    expect_refused("lr=0.2..0.1 log 3", "the lower first");
    expect_refused("lr=0.1..x log 3", "the lower first");
    expect_refused("lr=0.1..inf log 3", "the lower first");
    expect_refused("ewc.lambda=0..10 log 3", "above 0");
    expect_refused("lr=-1..10 log 3", "above 0");
    expect_refused("lr=0.1,1e-1", "found 1e-1 twice");
    expect_refused("tasks=2..4 lin 9", "found 2 twice"); /* whole numbers are too few */
}

/* All the texts that one wrong or missing character makes of good ones. */
Test(cli_over, no_text_breaks_it)
{
    static const char *const good[] = {"ewc.lambda=1..1e4 log 9", "net=100;100,50", "lr=1,2,3"};
    static const char marks[] = "=,;. \t-+e0xlog\x01\xff";
    for (size_t g = 0; g < sizeof good / sizeof *good; g++) {
        for (size_t i = 0; i <= strlen(good[g]); i++) {
            for (size_t m = 0; m < sizeof marks; m++) { /* with the NUL: cut off there */
                char text[64];
                struct over over;
                struct err err = {0};
                snprintf(text, sizeof text, "%s", good[g]);
                text[i] = marks[m];
                text[i + 1 < sizeof text ? i + 1 : i] = i < strlen(good[g]) ? text[i + 1] : '\0';
                bool ok = over_parse(&over, text, &err);
                cr_expect(ok ? over.n >= 1 : err.msg[0] != '\0', "%s", text);
                over_fini(&over);
            }
        }
    }
}
