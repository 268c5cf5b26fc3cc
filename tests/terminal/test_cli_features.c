/* SPDX-License-Identifier: MIT
 * Sparse features on the command line: a recording is verified and exported, what has no meaning is
 * refused in a line, and nothing is called an accuracy. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/program.h"

#define RUN "run|--data|features|--strategy|replay|--set|steps=80"

Test(cli_features, a_recording_is_verified_and_exported)
{
    char folder[] = "/tmp/oubli-features-XXXXXX", file[64], words[256];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/s.oubli", folder);
    snprintf(words, sizeof words, RUN "|--at|B+20:fork x: strategy=ewc|--record|%s|--json|-", file);
    struct outcome ran = program_succeed(words);
    snprintf(words, sizeof words, "verify|%s", file);
    struct outcome verified = program_succeed(words);
    cr_expect(strstr(verified.out, "equal to the last bit"), "%s", verified.out);
    snprintf(words, sizeof words, "export|%s|--html|-", file);
    struct outcome page = program_succeed(words);
    cr_expect(strstr(page.out, "kept share") && !strstr(page.out, "ccurac"));
    cr_expect(strstr(ran.out, "\"learning_accuracy\""), "JSON calls it as it always did");
    snprintf(words, sizeof words, "export|%s|--svg|-|--size|120x36", file);
    struct outcome picture = program_succeed(words);
    cr_expect(strstr(picture.out, "superposition"), "the exhibit is recorded and drawn");
    cr_expect_not(strstr(picture.out, "Not known"));
    program_finish(&ran);
    program_finish(&verified);
    program_finish(&page);
    program_finish(&picture);
    unlink(file);
    rmdir(folder);
}

Test(cli_features, a_run_is_told_in_its_words)
{
    struct outcome one = program_succeed(RUN);
    cr_expect(strstr(one.out, "\nkept share on each task after each stage, %\n"), "%s", one.out);
    cr_expect(strstr(one.out, "\naverage kept share   "), "%s", one.out);
    cr_expect_not(strstr(one.out, "ccurac"), "%s", one.out);
    program_finish(&one);
}

Test(cli_features, what_has_no_meaning_is_refused)
{
    program_expect_failure("run|--data|features|--model|mlp", 2, "leave --model out");
    program_expect_failure("run|--data|digits|--model|tied", 2, "--data features");
    program_expect_failure("run|--data|text|--model|tied", 2, "--data features");
    program_expect_failure("run|--data|features|--net|3,2", 2, "--net: one number expected");
    program_expect_failure("run|--data|features|--set|activation=tanh", 2, "relu expected");
    program_expect_failure("run|--data|features|--suite|split", 2, "use --suite kinds");
    program_expect_failure("run|--data|features|--scenario|task", 2, "leave --scenario out");
    program_expect_failure("run|--data|features|--tasks|6", 2, "one per feature");
}
