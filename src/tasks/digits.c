/* SPDX-License-Identifier: MIT
 * The handwritten digits: 1797 images of 8x8 pixels 0..16, embedded as a compressed table with 64
 * pixels and a label a line. */
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "tasks/dataset.h"
#include "tasks/formats.h"

enum { DIGITS_WIDTH = 8, DIGITS_FEATURES = 64, DIGITS_CLASSES = 10, DIGITS_PIXEL_MAX = 16 };
enum { DIGITS_TEXT_MAX = 1 << 24 };

/* The last four bytes of a gzip file are the size of what it holds, the lowest first. */
static size_t inflated_size(const unsigned char *gz, size_t size)
{
    const unsigned char *tail = gz + size - 4;
    return tail[0] | (size_t)tail[1] << 8 | (size_t)tail[2] << 16 | (size_t)tail[3] << 24;
}

/* The whole text, ended by a NUL; owned, NULL if the data is damaged or there is no memory. */
static char *inflate_text(const unsigned char *gz, size_t size)
{
    if (size < 18 || inflated_size(gz, size) > DIGITS_TEXT_MAX) {
        return NULL;
    }
    size_t expected = inflated_size(gz, size);
    char *text = malloc(expected + 1);
    z_stream stream = {.next_in = gz, .avail_in = (uInt)size};
    if (!text || inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) {
        free(text);
        return NULL;
    }
    stream.next_out = (Bytef *)text;
    stream.avail_out = (uInt)expected;
    int status = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    if (status != Z_STREAM_END || stream.avail_out > 0) {
        free(text);
        return NULL;
    }
    text[expected] = '\0';
    return text;
}

/* Reads a number 0..max that is followed by `end` and moves past both; -1 if there is none. */
static int read_number(const char **at, int max, char end)
{
    int value = 0, n_digits = 0;
    while (**at >= '0' && **at <= '9' && value <= max) {
        value = 10 * value + (*(*at)++ - '0');
        n_digits++;
    }
    if (n_digits == 0 || value > max || **at != end) {
        return -1;
    }
    (*at)++;
    return value;
}

/* pixels: (64) */
static bool read_row(const char **at, uint8_t *pixels, uint16_t *label)
{
    for (int i = 0; i < DIGITS_FEATURES; i++) {
        int value = read_number(at, DIGITS_PIXEL_MAX, ',');
        if (value < 0) {
            return false;
        }
        pixels[i] = (uint8_t)value;
    }
    int value = read_number(at, DIGITS_CLASSES - 1, '\n');
    *label = (uint16_t)value;
    return value >= 0;
}

static int count_lines(const char *text)
{
    int n = 0;
    for (const char *at = text; (at = strchr(at, '\n')); at++) {
        n++;
    }
    return n;
}

static bool reserve(struct dataset *dataset, int rows, struct err *err)
{
    size_t size = 0;
    int tests = rows_of_test(rows);
    bool fits = arena_size_add(&size, (size_t)(rows - tests), DIGITS_FEATURES) &&
                arena_size_add(&size, (size_t)tests, DIGITS_FEATURES) &&
                arena_size_add(&size, (size_t)(rows - tests), sizeof(uint16_t)) &&
                arena_size_add(&size, (size_t)tests, sizeof(uint16_t)) &&
                class_names_size_add(&size, DIGITS_CLASSES);
    if (!fits) {
        return err_set(err, ERR_FAILED, "digits: too large for the memory of this machine");
    }
    return arena_init(&dataset->arena, size, err);
}

static bool fill(struct dataset *dataset, const char *text, int rows)
{
    struct examples *sides[2] = {&dataset->train, &dataset->test};
    uint8_t *pixels[2];
    uint16_t *labels[2];
    for (int s = 0; s < 2; s++) {
        size_t n = (size_t)(s == 0 ? rows - rows_of_test(rows) : rows_of_test(rows));
        pixels[s] = arena_alloc(&dataset->arena, n, DIGITS_FEATURES);
        labels[s] = arena_alloc(&dataset->arena, n, sizeof(uint16_t));
        *sides[s] = (struct examples){
            .bytes = pixels[s], .labels = labels[s], .scale = 1.0F / DIGITS_PIXEL_MAX};
    }
    for (int row = 0; row < rows; row++) {
        int s = row_is_test(row);
        int n = sides[s]->n++;
        if (!read_row(&text, pixels[s] + (size_t)n * DIGITS_FEATURES, labels[s] + n)) {
            return false;
        }
    }
    return *text == '\0';
}

struct dataset *digits_open(struct err *err)
{
    size_t size;
    const unsigned char *gz = digits_embedded(&size);
    struct dataset *dataset = dataset_empty("digits", err);
    if (!dataset) {
        return NULL;
    }
    char *text = inflate_text(gz, size);
    int rows = text ? count_lines(text) : 0;
    if (rows < 5 || !reserve(dataset, rows, err) || !fill(dataset, text, rows)) {
        err_set(err, ERR_FAILED,
                "digits: the data inside the program is damaged or there is no memory for it; "
                "build the program again from a good data/digits.csv.gz");
        free(text);
        dataset_close(dataset);
        return NULL;
    }
    free(text);
    dataset->n_features = DIGITS_FEATURES;
    dataset->width = DIGITS_WIDTH;
    dataset->height = DIGITS_FEATURES / DIGITS_WIDTH;
    dataset->n_classes = DIGITS_CLASSES;
    class_names_set(dataset, NULL);
    return dataset;
}
