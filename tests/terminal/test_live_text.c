/* SPDX-License-Identifier: MIT
 * A session of text in a terminal: what it writes, a question of one's own, a recording of it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/person.h"
#include "support/place.h"
#include "support/program.h"

TestSuite(live_text, .timeout = 60);

Test(live_text, writes_and_answers_and_gives_the_terminal_back)
{
    const char *const arguments[] = {"--data", "text", "--at", "20:pause", NULL};
    struct pty *pty = pty_open(&(struct pty_config){.arguments = arguments});
    expect(pty, " oubli  text · kinds · 3 tasks");
    expect(pty, "step 20  paused");
    expect(pty, "what it writes");
    expect(pty, "A code");
    expect(pty, "now int add(");
    command(pty, "ask Hello"); /* answered in a pause as well */
    expect(pty, "you asked");
    expect(pty, "now hello");
    command(pty, "ask");
    expect_gone(pty, "you asked");
    command(pty, "set text.temperature 0");
    expect(pty, "temp. 0.0");
    pty_resize(pty, 80, 24);
    expect(pty, "what it writes");
    quit(pty);
}

Test(live_text, is_played_with_what_was_written)
{
    char words[128];
    struct place place = make_place();
    const char *file = place.file;
    const char *const record[] = {"--data", "text",      "--record", file,    "--net",
                                  "24",     "--steps",   "40",       "--set", "embedding=6",
                                  "--at",   "B+5:pause", NULL};
    const char *const play[] = {"play", file, NULL};
    struct pty *pty = pty_open(&(struct pty_config){.arguments = record});
    expect(pty, "step "); /* what is typed before is the shell's */
    command(pty, "speed max");
    expect(pty, "paused");
    expect(pty, "was int add(");
    const char *row = strstr(pty_screen(pty), "was int add(");
    char wrote[24]; /* the beginning of what it wrote when it had learned A */
    snprintf(wrote, sizeof wrote, "%.23s", row);
    usleep(500000); /* the recorder looks five times a second */
    quit(pty);
    pty = pty_open(&(struct pty_config){.arguments = play});
    expect(pty, "playing 0:0");
    cr_assert(pty_key(pty, "n"));
    expect(pty, "now i am sorry");
    expect(pty, "was int add(");
    expect(pty, wrote);
    quit(pty);
    snprintf(words, sizeof words, "verify|%s", file);
    struct outcome outcome = program_succeed(words);
    program_finish(&outcome);
    leave(&place);
}

Test(live_text, is_refused_where_it_cannot_be)
{
    program_expect_failure("run|--texts|a.txt", 2, "--data text");
    program_expect_failure("run|--data|text|--texts|/no/such.txt", 1, "such.txt");
    program_expect_failure("run|--data|text|--texts|,", 2, "--texts");
    program_expect_failure("run|--data|text|--label|x", 2, "--label");
    program_expect_failure("run|--data|text|--suite|rotated", 2, "use --suite kinds");
    program_expect_failure("run|--suite|kinds", 2, "--data text");
}
