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

TestSuite(live_text, .timeout = 120);

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
    expect(pty, "you hello");
    expect(pty, "it  ");
    command(pty, "ask and then");
    expect(pty, "you and then");
    expect(pty, "you hello"); /* the turn before stays */
    press(pty, "esc");
    expect_gone(pty, "you hello");
    command(pty, "teach hello.txt");
    expect(pty, "there is no file hello.txt; nothing was taught");
    expect(pty, "now int add(");
    command(pty, "set text.temperature 0");
    expect(pty, "temp. 0.0");
    pty_resize(pty, 80, 24);
    expect(pty, "what it writes");
    quit(pty);
}

/* `shape` names what kind of network it is: six words. */
static void expect_played(const char *const shape[6])
{
    char words[128];
    struct place place = make_place();
    const char *file = place.file;
    const char *const record[] = {"--data", "text",   "--record",  file,     "--steps",
                                  "40",     "--at",   "B+5:pause", shape[0], shape[1],
                                  shape[2], shape[3], shape[4],    shape[5], NULL};
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
    const char *const resume[] = {"resume", file, NULL};
    pty = pty_open(&(struct pty_config){.arguments = resume});
    expect(pty, "step 45  paused");
    expect(pty, wrote);
    quit(pty);
    leave(&place);
}

Test(live_text, is_played_with_what_was_written)
{
    static const char *const mlp[] = {"--model", "mlp", "--net", "24", "--set", "embedding=6"};
    static const char *const transformer[] = {"--width", "32", "--batch", "8", "--lr", "0.01"};
    expect_played(mlp);
    expect_played(transformer);
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
