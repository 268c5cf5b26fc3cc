/* SPDX-License-Identifier: MIT
 * The archive: what is written is read, what is not there is zeros and a failure that stays. */
#include <criterion/criterion.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/archive.h"

enum { VECTOR = 5 };

struct thing {
    int n;
    long steps;
    bool is_on;
    double x;
    float vector[VECTOR];
};

/* Of the example: small numbers take a byte, the largest ten. */
enum { THING_BYTES = 1 + 10 + 1 + sizeof(double) + VECTOR * sizeof(float) };

static void thing_archive(struct thing *thing, struct archive *archive)
{
    archive_int(archive, &thing->n, -7, VECTOR);
    archive_long(archive, &thing->steps, 0, LONG_MAX);
    archive_bool(archive, &thing->is_on);
    archive_double(archive, &thing->x);
    archive_bytes(archive, thing->vector, sizeof thing->vector);
}

static bool is_same(const struct thing *a, const struct thing *b)
{
    return a->n == b->n && a->steps == b->steps && a->is_on == b->is_on &&
           memcmp(&a->x, &b->x, sizeof a->x) == 0 &&
           memcmp(a->vector, b->vector, sizeof a->vector) == 0;
}

static const struct thing example = {-7, LONG_MAX, true, (double)NAN, {1, -2, 3, INFINITY, 5}};

Test(archive, what_was_written_is_read)
{
    struct thing from = example, to = {.n = 1, .vector = {9}};
    struct archive archive = {0};
    size_t size = 1;
    thing_archive(&from, &archive);
    cr_assert(!archive.has_failed);
    cr_expect_eq(archive.n, THING_BYTES, "no padding");
    cr_expect(is_same(&from, &example), "writing changes nothing");
    unsigned char *bytes = archive_take(&archive, &size);
    cr_assert_not_null(bytes);
    cr_expect_eq(size, THING_BYTES);
    cr_expect(archive.bytes == NULL && archive.n == 0 && archive.size == 0);

    struct archive reader = archive_reader(bytes, size);
    thing_archive(&to, &reader);
    cr_expect(!reader.has_failed && archive_is_at_end(&reader));
    cr_expect(is_same(&to, &example));
    to = (struct thing){0};
    archive_reset(&reader);
    thing_archive(&to, &reader);
    cr_expect(is_same(&to, &example), "read twice");
    archive_fini(&reader);
    free(bytes);
}

Test(archive, bytes_that_end_too_soon_give_zeros_and_a_failure_that_stays)
{
    static const struct thing zero = {0};
    struct thing from = example;
    struct archive archive = {0};
    thing_archive(&from, &archive);
    for (size_t size = 0; size < THING_BYTES; size++) {
        unsigned char *cut = malloc(size + !size); /* of exactly that size, for the sanitizer */
        struct thing to = example;
        char more = 1;
        memcpy(cut, archive.bytes, size);
        struct archive reader = archive_reader(cut, size);
        thing_archive(&to, &reader);
        cr_expect(reader.has_failed, "%zu bytes", size);
        cr_expect_arr_eq(to.vector, zero.vector, sizeof to.vector);
        cr_expect(size >= 1 || is_same(&to, &zero));
        size_t at = reader.n;
        archive_bytes(&reader, &more, reader.size > reader.n); /* there, but it has failed */
        cr_expect(reader.n == at && (reader.size == reader.n || more == 0));
        free(cut);
    }
    archive_fini(&archive);
}

Test(archive, a_value_out_of_its_range_fails_both_ways)
{
    static const int bad[] = {-8, VECTOR + 1, INT_MIN, INT_MAX};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct thing thing = example;
        struct archive archive = {0}, reader;
        size_t size = 1;
        thing.n = bad[i];
        thing_archive(&thing, &archive);
        cr_expect(archive.has_failed && thing.n == bad[i]);
        cr_expect_null(archive_take(&archive, &size));
        cr_expect_eq(size, 0);
        thing.n = bad[i];
        archive_int(&archive, &thing.n, INT_MIN, INT_MAX);
        reader = archive_reader(archive.bytes, archive.n);
        archive_int(&reader, &thing.n, -7, VECTOR);
        cr_expect(reader.has_failed && thing.n == 0);
        archive_fini(&archive);
    }
    unsigned char two = 4; /* as a number that may be negative */
    bool is_on = true;
    struct archive reader = archive_reader(&two, 1);
    archive_bool(&reader, &is_on);
    cr_expect(reader.has_failed && !is_on, "a bool is 0 or 1");
}

Test(archive, room_is_used_again)
{
    enum { SIZE = 100000 };
    static char data[SIZE];
    struct archive archive = {0};
    archive_bytes(&archive, NULL, 0);
    for (int i = 0; i < SIZE; i++) {
        data[i] = (char)(i * 7);
        archive_bytes(&archive, &data[i], 1);
    }
    cr_assert(!archive.has_failed && archive.n == SIZE);
    cr_expect_arr_eq(archive.bytes, data, SIZE);
    const unsigned char *room = archive.bytes;
    archive_check(&archive, false);
    archive_reset(&archive);
    archive_bytes(&archive, data, SIZE);
    cr_expect(archive.bytes == room && archive.n == SIZE && !archive.has_failed);
    archive_bytes(&archive, data, SIZE_MAX - SIZE + 1);
    cr_expect(archive.has_failed, "sizes that overflow");
    archive_fini(&archive);
}

#ifndef __SANITIZE_ADDRESS__ /* it stops the program where malloc would return NULL */
Test(archive, memory_that_is_not_there_is_a_failure)
{
    char data[8] = {0};
    struct archive archive = {0};
    archive_bytes(&archive, data, sizeof data);
    archive_bytes(&archive, data, PTRDIFF_MAX); /* nothing is read, for there is no room */
    cr_expect(archive.has_failed && archive.n == sizeof data);
    archive_bytes(&archive, data, 1);
    cr_expect_eq(archive.n, sizeof data);
    archive_fini(&archive);
}
#endif

static bool reads(const unsigned char *bytes, size_t size, uint64_t expected)
{
    struct archive reader = archive_reader(bytes, size);
    uint64_t value = 1;
    archive_unsigned(&reader, &value, UINT64_MAX);
    cr_expect_eq(value, reader.has_failed ? 0 : expected);
    return !reader.has_failed && archive_is_at_end(&reader);
}

/* Else what is read would not be what is written again. */
Test(archive, a_number_has_one_form)
{
    cr_expect(reads((const unsigned char[]){0}, 1, 0));
    cr_expect(reads((const unsigned char[]){0x80, 1}, 2, 128));
    cr_expect(
        reads((const unsigned char[]){0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, 10,
              UINT64_MAX));
    cr_expect_not(reads((const unsigned char[]){0x80, 0}, 2, 0), "a zero in front");
    cr_expect_not(reads((const unsigned char[]){0x83, 0x80, 0}, 3, 3));
    cr_expect_not(
        reads((const unsigned char[]){0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 3}, 10,
              UINT64_MAX),
        "more than 64 bits");
    cr_expect_not(reads(
        (const unsigned char[]){0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0}, 11,
        0));
}
