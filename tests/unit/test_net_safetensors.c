/* SPDX-License-Identifier: MIT
 * Weights in a safetensors file: what is written is read again, bit for bit; what another program
 * has written is read; everything else is refused in one line. */
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "net/safetensors.h"

enum { NUMBERS = 6 + 3 + 5000, ROOM = 1 << 16 };

/* Not in the order of the flat vector, with a hole before the last. */
static const struct safetensor tensors[] = {
    {"W", 2, {2, 3}, 3}, {"b", 1, {3}, 0}, {"long", 2, {1250, 4}, 20}};
static const struct safetensors_note notes[] = {{"kind", "transformer"}, {"heads", "4"}};
static const struct safetensors what = {tensors, 3, notes, 2};
enum { THETA = 20 + 5000 };

static char path[64];

static void name_file(void)
{
    snprintf(path, sizeof path, "/tmp/oubli-safetensors-%ld", (long)getpid());
}

static void remove_file(void)
{
    remove(path);
}

TestSuite(safetensors, .init = name_file, .fini = remove_file);

static void fill(real *theta)
{
    struct rng rng = rng_stream(1, 1);
    for (int i = 0; i < THETA; i++) {
        theta[i] = (real)(float)rng_normal(&rng);
    }
}

static size_t read_bytes(char *bytes)
{
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file);
    size_t n = fread(bytes, 1, ROOM, file);
    fclose(file);
    return n;
}

static void write_bytes(const char *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(bytes, 1, n, file) == n);
    fclose(file);
}

Test(safetensors, what_is_written_is_read_again)
{
    static real theta[THETA], found[THETA];
    struct err err = {0};
    char other[80];
    fill(theta);
    cr_assert(safetensors_write(path, &what, theta, &err), "%s", err.msg);
    cr_assert(safetensors_read(path, &what, found, &err), "%s", err.msg);
    for (int i = 0; i < THETA; i++) {
        bool is_stored = i < 9 || i >= 20;
        cr_assert_eq(found[i], is_stored ? theta[i] : 0, "number %d", i);
    }
    snprintf(other, sizeof other, "%s-new", path);
    cr_expect(access(other, F_OK) != 0, "nothing is left beside it");
}

Test(safetensors, header_is_as_the_format_says)
{
    static real theta[THETA];
    static char bytes[ROOM];
    static const char wanted[] =
        "{\"__metadata__\":{\"kind\":\"transformer\",\"heads\":\"4\"},"
        "\"W\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
        "\"b\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[24,36]},"
        "\"long\":{\"dtype\":\"F32\",\"shape\":[1250,4],\"data_offsets\":[36,20036]}}";
    fill(theta);
    cr_assert(safetensors_write(path, &what, theta, NULL));
    size_t n = read_bytes(bytes), length = (size_t)(unsigned char)bytes[0] | (size_t)bytes[1] << 8;
    cr_expect_eq(length % 8, 0, "numbers are aligned");
    cr_expect_eq(n, 8 + length + 4 * NUMBERS);
    cr_expect(strncmp(bytes + 8, wanted, sizeof wanted - 1) == 0, "%.*s", (int)length, bytes + 8);
    float first;
    memcpy(&first, bytes + 8 + length, sizeof first);
    cr_expect_eq(first, (float)theta[3]);
}

/* A file with this header and so many bytes behind it. */
static bool read_as(const char *header, size_t n_data, struct err *err)
{
    static real theta[THETA];
    static char bytes[ROOM];
    uint64_t length = strlen(header);
    memset(bytes, 0, sizeof bytes);
    memcpy(bytes, &length, sizeof length);
    memcpy(bytes + 8, header, length);
    write_bytes(bytes, 8 + length + n_data);
    return safetensors_read(path, &what, theta, err);
}

#define W "\"W\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[20000,20024]}"
#define B "\"b\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[20024,20036]}"
#define L "\"long\":{\"data_offsets\":[0,20000],\"shape\":[1250,4],\"dtype\":\"F32\"}"

/* In another order, with blanks, without notes or with others. */
Test(safetensors, files_of_others_are_read)
{
    static const char *const headers[] = {
        "{" W "," B "," L "}",
        "{ " L ",\n" B ", " W " }    ",
        "{\"__metadata__\":{\"format\":\"pt\"}," W "," B "," L "}",
        "{" W "," B "," L ",\"__metadata__\":{\"heads\":\"4\"}}",
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        struct err err = {0};
        cr_expect(read_as(headers[i], 20036, &err), "%s: %s", headers[i], err.msg);
    }
}

static const struct {
    const char *header;
    size_t n_data;
    const char *words; /* of the line */
} hostile[] = {
    {"", 0, "a JSON object, expected"},
    {"[]", 20036, "a JSON object, expected"},
    {"{" W "," B "," L, 20036, "a JSON object, expected"},
    {"{" W "," W "," B "," L "}", 20036, "duplicate"},
    {"{" W "," B "," L "} x", 20036, "end of file expected"},
    {"{" W "," L "}", 20024, "b expected, found none of that name"},
    {"{" W "," B "," L ",\"c\":{}}", 20036, "found a tensor 'c'"},
    {"{" W "," B "," L "}", 20035, "b: 12 of the 20035 bytes behind the header"},
    {"{" W "," B "," L "}", 20037, "20036 bytes behind the header expected, found 20037"},
    {"{\"W\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[20000,20012]}," B "," L "}",
     20036, "W: numbers of type F32 expected, found F16"},
    {"{\"W\":{\"shape\":[2,3],\"data_offsets\":[20000,20024]}," B "," L "}", 20036,
     "W: numbers of type F32 expected, found none"},
    {"{\"W\":7," B "," L "}", 20036, "W: numbers of type F32 expected, found none"},
    {"{\"W\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[20000,20024]}," B "," L "}",
     20036, "W: 2 x 3 expected, found 3 x 2"},
    {"{\"W\":{\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[20000,20024]}," B "," L "}", 20036,
     "W: 2 x 3 expected, found 6"},
    {"{\"W\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[20000,20024]}," B "," L "}", 20036,
     "W: 2 x 3 expected, found a number"},
    {"{\"W\":{\"dtype\":\"F32\",\"shape\":[2.0,3],\"data_offsets\":[20000,20024]}," B "," L "}",
     20036, "W: 2 x 3 expected"},
    {"{\"W\":{\"dtype\":\"F32\",\"shape\":\"2x3\",\"data_offsets\":[20000,20024]}," B "," L "}",
     20036, "W: 2 x 3 expected, found no shape"},
    {"{\"W\":{\"dtype\":\"F32\",\"shape\":[2,3]}," B "," L "}", 20036, "W: 24 of the 20036 bytes"},
    {"{\"W\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[20024,20000]}," B "," L "}",
     20036, "W: 24 of the 20036 bytes"},
    {"{\"W\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[-24,0]}," B "," L "}", 20036,
     "W: 24 of the 20036 bytes behind the header expected, found -24 to 0"},
    {"{\"W\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[20024,20048]}," B "," L "}",
     20036, "W: 24 of the 20036 bytes"},
    {"{\"W\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[9223372036854775800,"
     "9223372036854775807]}," B "," L "}",
     20036, "W: 24 of the 20036 bytes"},
    {"{\"W\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[92233720368547758070,1]}," B "," L
     "}",
     20036, "a JSON object, expected"},
    {"{\"W\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[20012,20036]}," B "," L "}",
     20036, "bytes of its own expected"},
    {"{\"__metadata__\":{\"heads\":\"8\"}," W "," B "," L "}", 20036, "heads: 4 expected, found 8"},
    {"{\"__metadata__\":{\"kind\":\"mlp\"}," W "," B "," L "}", 20036,
     "kind: transformer expected, found mlp"},
};

Test(safetensors, hostile_headers_are_refused_in_one_line)
{
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        struct err err = {0};
        cr_assert(!read_as(hostile[i].header, hostile[i].n_data, &err), "%s", hostile[i].header);
        cr_expect_eq(err.code, ERR_FAILED);
        cr_expect(strstr(err.msg, hostile[i].words), "%s: %s", hostile[i].words, err.msg);
        cr_expect(!strchr(err.msg, '\n') && strncmp(err.msg, path, strlen(path)) == 0, "%s",
                  err.msg);
    }
}

static bool read_of(const char *bytes, size_t n, struct err *err)
{
    static real theta[THETA];
    write_bytes(bytes, n);
    return safetensors_read(path, &what, theta, err);
}

Test(safetensors, lengths_that_lie_are_refused)
{
    static char bytes[64];
    const uint64_t lengths[] = {1, 57, 1 << 20, (1 << 20) + 1, UINT64_MAX - 8, UINT64_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct err err = {0};
        memset(bytes, ' ', sizeof bytes);
        memcpy(bytes, &lengths[i], 8);
        cr_expect(!read_of(bytes, sizeof bytes, &err));
        cr_expect(strstr(err.msg, "header"), "%s", err.msg);
    }
}

/* Cut off anywhere, or with a byte changed anywhere in its head. */
Test(safetensors, truncated_and_spoilt_files_are_refused_or_are_whole)
{
    static real theta[THETA];
    static char bytes[ROOM], spoilt[ROOM];
    struct rng rng = rng_stream(2, 2);
    fill(theta);
    cr_assert(safetensors_write(path, &what, theta, NULL));
    size_t n = read_bytes(bytes), head = n - 4 * NUMBERS;
    for (size_t k = 0; k < n; k += k < head + 20 ? 1 : 997) {
        struct err err = {0};
        cr_assert(!read_of(bytes, k, &err), "of %zu bytes", k);
        cr_assert(err.msg[0] != '\0' && !strchr(err.msg, '\n'));
    }
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
        struct err err = {0};
        memcpy(spoilt, bytes, n);
        spoilt[rng_below(&rng, (int)head)] = (char)rng_below(&rng, 256);
        refused += !read_of(spoilt, n, &err);
    }
    cr_expect(refused > 700, "%d", refused);
}

Test(safetensors, numbers_that_are_none_are_refused)
{
    static real theta[THETA];
    struct err err = {0};
    fill(theta);
    theta[4000] = (real)NAN;
    cr_assert(safetensors_write(path, &what, theta, NULL));
    cr_expect(!safetensors_read(path, &what, theta, &err));
    cr_expect(strstr(err.msg, "long: finite numbers expected"), "%s", err.msg);
    theta[4000] = (real)INFINITY;
    cr_assert(safetensors_write(path, &what, theta, NULL));
    cr_expect(!safetensors_read(path, &what, theta, &err));
    cr_expect(strstr(err.msg, "an infinite one"), "%s", err.msg);
}

/* What stands beside it is somebody's, and what is there is whole until the new one is. */
Test(safetensors, nothing_else_is_written_over)
{
    static real theta[THETA];
    char beside[80], found[8] = "";
    struct err err = {0};
    fill(theta);
    static const char *const ends[] = {"-new", "-new0"};
    for (int i = 0; i < 2; i++) {
        snprintf(beside, sizeof beside, "%s%s", path, ends[i]);
        FILE *file = fopen(beside, "w");
        cr_assert(file && fputs("mine", file) >= 0 && fclose(file) == 0);
        cr_assert(safetensors_write(path, &what, theta, &err), "%s", err.msg);
        file = fopen(beside, "r");
        cr_assert(file, "%s is gone", beside);
        cr_expect(fgets(found, sizeof found, file) && strcmp(found, "mine") == 0, "'%s'", found);
        fclose(file);
        remove(beside);
    }
    write_bytes("old", 3);
    static const struct safetensors_note odd[] = {{"kind", "\xff"}};
    const struct safetensors spoilt = {tensors, 3, odd, 1};
    errno = ENOENT; /* of something else */
    cr_expect_not(safetensors_write(path, &spoilt, theta, &err));
    cr_expect(strstr(err.msg, "names and notes in UTF-8"), "%s", err.msg);
    char bytes[ROOM];
    cr_expect_eq(read_bytes(bytes), 3);
}

Test(safetensors, places_where_no_file_can_be)
{
    static real theta[THETA];
    struct err err = {0};
    cr_expect(!safetensors_read("/nowhere/weights", &what, theta, &err));
    cr_expect(strstr(err.msg, "/nowhere/weights: cannot be read: "), "%s", err.msg);
    cr_expect(!safetensors_read("/tmp", &what, theta, &err));
    cr_expect(strstr(err.msg, "/tmp: "), "%s", err.msg);
    cr_expect(!safetensors_write("/nowhere/weights", &what, theta, &err));
    cr_expect(strstr(err.msg, "/nowhere/weights: cannot be written: "), "%s", err.msg);
}
