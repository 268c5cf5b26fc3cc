/* SPDX-License-Identifier: MIT
 * A base is trained once, and the session that begins with it can be verified as long as the file
 * is there. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/program.h"

#define SMALL "run|--steps|20|--tasks|2|--net|6"

static char folder[64], base[96], words[400];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/oubli-base-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(base, sizeof base, "%s/base.safetensors", folder);
}

static void remove_folder(void)
{
    snprintf(words, sizeof words, "rm -r %s", folder);
    cr_assert_eq(system(words), 0);
}

TestSuite(weights, .init = make_folder, .fini = remove_folder);

/* Words with the file between them. */
static const char *with_base(const char *before, const char *behind)
{
    snprintf(words, sizeof words, "%s%s%s", before, base, behind);
    return words;
}

static void save_base(void)
{
    struct outcome outcome = program_succeed(with_base(SMALL "|--save|", ""));
    program_finish(&outcome);
}

static void spoil(long at)
{
    int fd = open(base, O_RDWR);
    char byte;
    cr_assert(fd >= 0 && pread(fd, &byte, 1, at) == 1);
    byte ^= 1;
    cr_assert_eq(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

Test(weights, session_from_a_file_is_verified_as_long_as_that_is_there)
{
    char record[96];
    save_base();
    snprintf(record, sizeof record, "|--record|%s/s.oubli", folder);
    struct outcome outcome = program_succeed(with_base(SMALL "|--start|", record));
    program_finish(&outcome);
    snprintf(words, sizeof words, "verify|%s/s.oubli", folder);
    outcome = program_succeed(words);
    cr_expect(strstr(outcome.out, "reproduced"), "%s", outcome.out);
    program_finish(&outcome);
    spoil(700);
    program_expect_failure(words, 1, "found another");
    cr_assert_eq(remove(base), 0);
    program_expect_failure(words, 1, "No such file");
}

Test(weights, json_names_the_file_and_what_was_in_it)
{
    save_base();
    struct outcome outcome = program_succeed(with_base(SMALL "|--start|", "|--json|-"));
    json_t *run = program_json(outcome.out);
    cr_expect_str_eq(json_string_value(json_object_get(run, "start")), base);
    cr_expect_eq(strlen(json_string_value(json_object_get(run, "start_sha256"))), 64);
    json_decref(run);
    program_finish(&outcome);
}

Test(weights, what_cannot_be_is_said_in_a_line)
{
    save_base();
    program_expect_failure(with_base("run|--steps|20|--net|7|--start|", ""), 1, "W1");
    program_expect_failure(with_base("run|--steps|20|--net|6|--activation|tanh|--start|", ""), 1,
                           "activation");
    program_expect_failure(with_base(SMALL "|--start|", ".not"), 1, "No such file");
    program_expect_failure(with_base(SMALL "|--save|", "/x"), 1, "Not a directory");
    program_expect_failure(with_base(SMALL "|--save|", "@99"), 1, "never reached");
    program_expect_failure(with_base(SMALL "|--seeds|2|--save|", ""), 2, "--save");
    program_expect_failure(with_base(SMALL "|--at|5:save ", ""), 2, "--save");
    cr_assert_eq(truncate(base, 500), 0);
    program_expect_failure(with_base(SMALL "|--start|", ""), 1, "base.safetensors");
    cr_assert_eq(truncate(base, 5), 0);
    program_expect_failure(with_base(SMALL "|--start|", ""), 1, "safetensors file expected");
}
