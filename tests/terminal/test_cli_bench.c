/* SPDX-License-Identifier: MIT
 * `oubli bench` by section. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/program.h"

TestSuite(cli_bench, .timeout = 60);

Test(cli_bench, help_names_every_section_and_another_is_refused)
{
    struct outcome refused = program_start(NULL, "bench|probes|prober"),
                   help = program_succeed("help|bench");
    cr_expect_eq(program_code(&refused), 2);
    char *names = strstr(refused.err, "one of "), *end = strstr(refused.err, " expected");
    cr_assert(names && end, "%s", refused.err);
    cr_expect(strstr(end, "found 'prober'; did you mean probes?"), "%s", refused.err);
    *end = '\0';
    int n = 0;
    for (char *name = strtok(names + 7, ", "); name; name = strtok(NULL, ", "), n++) {
        cr_expect(strstr(help.out, name), "%s stands in the help", name);
    }
    cr_expect_eq(n, 7);
    program_finish(&refused);
    program_finish(&help);
    program_expect_failure("bench|1|2|3|4|5|6|7|8|9", 2, "at most 8 names expected");
}

Test(cli_bench, a_section_is_measured_alone)
{
    enum { HEAD = 3, ROWS = 2 };
    char path[] = "/tmp/oubli-bench-XXXXXX", text[2000] = "";
    int descriptor = mkstemp(path);
    struct program_start_how stopped = {
        .out_path = path, .stop = SIGTERM, .stop_path = path, .stop_lines = HEAD + ROWS};
    struct outcome outcome = program_start(&stopped, "bench|probes");
    cr_assert(read(descriptor, text, sizeof text - 1) > 0, "%s", outcome.err);
    char *line = text;
    for (int i = 0; i < HEAD + ROWS; i++) {
        cr_expect(i < HEAD || strncmp(line, "probe_of_training ", 18) == 0, "%s", line);
        line = strchr(line, '\n');
        cr_assert(line, "%s", text);
        line++;
    }
    program_finish(&outcome);
    close(descriptor);
    unlink(path);
}
