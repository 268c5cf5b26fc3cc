/* SPDX-License-Identifier: MIT */
#include "base/archive.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_LEAST = 4096 };

struct archive archive_reader(const void *bytes, size_t size)
{
    return (struct archive){.is_reading = true, .size = size, .source = bytes};
}

void archive_reset(struct archive *archive)
{
    archive->n = 0;
    archive->has_failed = false;
}

unsigned char *archive_take(struct archive *archive, size_t *size)
{
    unsigned char *bytes = NULL;
    *size = 0;
    if (!archive->has_failed && archive->n > 0 && archive->bytes) {
        bytes = realloc(archive->bytes, archive->n);
        bytes = bytes ? bytes : archive->bytes; /* it could not be made smaller, and need not be */
        *size = archive->n;
        archive->bytes = NULL;
    }
    archive_fini(archive);
    return bytes;
}

void archive_fini(struct archive *archive)
{
    free(archive->bytes);
    *archive = (struct archive){0};
}

static bool make_room(struct archive *archive, size_t more)
{
    size_t needed;
    if (__builtin_add_overflow(archive->n, more, &needed)) {
        return false;
    }
    if (needed <= archive->size) {
        return true;
    }
    /* Twice as much, so that many small things are not copied each time. */
    size_t size = archive->size > SIZE_MAX / 2 ? needed : 2 * archive->size;
    size = size < ROOM_LEAST ? ROOM_LEAST : size;
    size = size < needed ? needed : size;
    unsigned char *bytes = realloc(archive->bytes, size);
    if (!bytes) {
        return false;
    }
    archive->bytes = bytes;
    archive->size = size;
    return true;
}

void archive_bytes(struct archive *archive, void *data, size_t size)
{
    if (size == 0) {
        return; /* then `data` may be NULL */
    }
    archive_check(archive, archive->is_reading ? size <= archive->size - archive->n
                                               : archive->has_failed || make_room(archive, size));
    if (archive->has_failed) {
        if (archive->is_reading) {
            memset(data, 0, size);
        }
        return;
    }
    if (archive->is_reading) {
        memcpy(data, archive->source + archive->n, size);
    } else {
        memcpy(archive->bytes + archive->n, data, size);
    }
    archive->n += size;
}

void archive_unsigned(struct archive *archive, uint64_t *value, uint64_t max)
{
    uint64_t rest = *value, found = 0;
    unsigned char byte = 0x80;
    int shift = 0;
    for (; shift < 64 && (byte & 0x80); shift += 7) {
        byte = (unsigned char)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
        archive_bytes(archive, &byte, 1);
        found |= (uint64_t)(byte & 0x7f) << shift;
        rest >>= 7;
    }
    /* One number has one form: no zeros in front, no bits behind the 64th. */
    bool is_shortest = shift == 7 || byte != 0, is_whole = shift < 70 || byte <= 1;
    archive_check(archive, !(byte & 0x80) && is_shortest && is_whole && found <= max);
    if (archive->is_reading) {
        *value = archive->has_failed ? 0 : found;
    }
}

void archive_long(struct archive *archive, long *value, long min, long max)
{
    uint64_t bits = (uint64_t)*value, zigzag = *value < 0 ? ~(bits << 1) : bits << 1;
    archive_unsigned(archive, &zigzag, UINT64_MAX);
    int64_t found = (int64_t)(zigzag & 1 ? ~(zigzag >> 1) : zigzag >> 1);
    archive_check(archive, found >= min && found <= max);
    if (archive->is_reading) {
        *value = archive->has_failed ? 0 : (long)found;
    }
}

void archive_int(struct archive *archive, int *value, int min, int max)
{
    long number = *value;
    archive_long(archive, &number, min, max);
    if (archive->is_reading) {
        *value = (int)number;
    }
}

void archive_bool(struct archive *archive, bool *value)
{
    int number = *value;
    archive_int(archive, &number, 0, 1);
    if (archive->is_reading) {
        *value = number == 1;
    }
}

void archive_size(struct archive *archive, size_t *value)
{
    uint64_t number = *value;
    archive_unsigned(archive, &number, SIZE_MAX);
    if (archive->is_reading) {
        *value = (size_t)number;
    }
}

static void take_bits(struct archive *archive, uint64_t *bits, int n_bytes)
{
    uint64_t found = 0;
    for (int i = 0; i < n_bytes; i++) {
        unsigned char byte = (unsigned char)(*bits >> (8 * i));
        archive_bytes(archive, &byte, 1);
        found |= (uint64_t)byte << (8 * i);
    }
    *bits = found;
}

void archive_double(struct archive *archive, double *value)
{
    uint64_t bits;
    memcpy(&bits, value, sizeof bits);
    take_bits(archive, &bits, 8);
    if (archive->is_reading) {
        memcpy(value, &bits, sizeof bits);
    }
}

void archive_float(struct archive *archive, float *value)
{
    uint32_t word;
    memcpy(&word, value, sizeof word);
    uint64_t bits = word;
    take_bits(archive, &bits, 4);
    if (archive->is_reading) {
        word = (uint32_t)bits;
        memcpy(value, &word, sizeof word);
    }
}

void archive_text(struct archive *archive, char *text, size_t size)
{
    uint64_t length = archive->is_reading ? 0 : strnlen(text, size);
    archive_unsigned(archive, &length, size - 1);
    archive_bytes(archive, text, length);
    if (archive->is_reading) {
        memset(text + length, 0, size - length);
        archive_check(archive, strlen(text) == length);
    }
}
