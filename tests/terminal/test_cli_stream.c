/* SPDX-License-Identifier: MIT
 * A stream without a screen: what is printed, recorded and verified. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/program.h"

#define STREAM "run|--suite|stream|--tasks|3|--steps|60|--strategy|ewc+replay"

static double number_at(json_t *run, const char *name)
{
    json_t *value = json_object_get(run, name);
    cr_assert(json_is_number(value), "%s is not a number", name);
    return json_number_value(value);
}

/* The mean of the curve's average, weighed by steps; what is not measured at a point is as it was.
 */
static double area_of(json_t *curve)
{
    double known[3] = {0}, area = 0, last = 0, before = 0;
    size_t i, t;
    json_t *point, *value;
    json_array_foreach(curve, i, point)
    {
        double step = json_number_value(json_object_get(point, "step")), sum = 0;
        json_array_foreach(json_object_get(point, "accuracy"), t, value)
        {
            cr_expect(i > 0 || json_is_number(value), "all tasks are measured at the start");
            known[t] = json_is_number(value) ? json_number_value(value) : known[t];
            sum += known[t] / 3;
        }
        area += i > 0 ? (step - last) * (sum + before) / 2 : 0;
        last = step;
        before = sum;
    }
    return area / last;
}

Test(cli_stream, json_says_what_can_be_said)
{
    struct outcome outcome = program_succeed(STREAM "|--json|-");
    json_t *run = program_json(outcome.out);
    json_t *matrix = json_object_get(run, "R"), *last = json_array_get(matrix, 2);
    cr_expect(json_is_true(json_object_get(run, "is_stream")));
    cr_expect_eq(json_array_size(matrix), 3);
    double sum = 0;
    for (size_t t = 0; t < 3; t++) {
        sum += json_number_value(json_array_get(last, t));
    }
    cr_expect_float_eq(number_at(run, "average_accuracy"), sum / 3, 1e-9);
    cr_expect_float_eq(number_at(run, "average_over_time"), area_of(json_object_get(run, "curve")),
                       1e-9);
    cr_expect(json_is_null(json_object_get(run, "forward_transfer")));
    cr_expect(isfinite(number_at(run, "forgetting")));
    json_decref(run);
    program_finish(&outcome);
}

Test(cli_stream, other_suites_are_none)
{
    struct outcome outcome = program_succeed("run|--tasks|2|--steps|20|--json|-");
    json_t *run = program_json(outcome.out);
    cr_expect(json_is_false(json_object_get(run, "is_stream")));
    cr_expect(json_is_number(json_object_get(run, "forward_transfer")));
    json_decref(run);
    program_finish(&outcome);
}

Test(cli_stream, the_tables_tell_of_the_average_over_time)
{
    struct outcome one = program_succeed(STREAM);
    cr_expect_not_null(strstr(one.out, "average over time"));
    program_expect_narrow(one.out, "a stream");
    struct outcome two = program_succeed("run|--suite|stream|--tasks|3|--steps|60|--seeds|2"
                                         "|--learner|a:|--learner|b: strategy=ewc");
    cr_expect_not_null(strstr(two.out, "over time"));
    program_expect_narrow(two.out, "two learners");
    program_finish(&one);
    program_finish(&two);
}

Test(cli_stream, a_recording_is_verified_and_exported)
{
    char folder[] = "/tmp/oubli-stream-XXXXXX", file[64], words[256];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/s.oubli", folder);
    snprintf(words, sizeof words, STREAM "|--at|30:next|--at|C+20:consolidate|--record|%s|--json|-",
             file);
    struct outcome ran = program_succeed(words);
    snprintf(words, sizeof words, "verify|%s", file);
    struct outcome verified = program_succeed(words);
    cr_expect(strstr(verified.out, "equal to the last bit"), "%s", verified.out);
    snprintf(words, sizeof words, "export|%s|--json|-", file);
    struct outcome exported = program_succeed(words);
    json_t *a = program_json(ran.out), *b = program_json(exported.out);
    static const char *const same[] = {"R",     "curve",     "average_over_time", "forgetting",
                                       "steps", "is_stream", "commands",          "stages"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        cr_expect(json_equal(json_object_get(a, same[i]), json_object_get(b, same[i])), "%s",
                  same[i]);
    }
    cr_expect_eq(number_at(a, "steps"), 150);
    json_decref(a);
    json_decref(b);
    program_finish(&ran);
    program_finish(&verified);
    program_finish(&exported);
    unlink(file);
    rmdir(folder);
}
