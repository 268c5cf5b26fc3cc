/* SPDX-License-Identifier: MIT */
#include "session/code.h"

#include <string.h>

void code_unsigned(struct archive *archive, uint64_t *value, uint64_t max)
{
    uint64_t rest = *value, found = 0;
    unsigned char byte = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        byte = (unsigned char)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
        archive_bytes(archive, &byte, 1);
        found |= (uint64_t)(byte & 0x7f) << shift;
        rest >>= 7;
        if (!(byte & 0x80)) {
            break;
        }
    }
    archive_check(archive, !(byte & 0x80) && found <= max);
    if (archive->is_reading) {
        *value = archive->has_failed ? 0 : found;
    }
}

void code_long(struct archive *archive, long *value, long min, long max)
{
    uint64_t bits = (uint64_t)*value, zigzag = *value < 0 ? ~(bits << 1) : bits << 1;
    code_unsigned(archive, &zigzag, UINT64_MAX);
    int64_t found = (int64_t)(zigzag & 1 ? ~(zigzag >> 1) : zigzag >> 1);
    archive_check(archive, found >= min && found <= max);
    if (archive->is_reading) {
        *value = archive->has_failed ? 0 : (long)found;
    }
}

void code_int(struct archive *archive, int *value, int min, int max)
{
    long number = *value;
    code_long(archive, &number, min, max);
    if (archive->is_reading) {
        *value = (int)number;
    }
}

void code_bool(struct archive *archive, bool *value)
{
    int number = *value;
    code_int(archive, &number, 0, 1);
    if (archive->is_reading) {
        *value = number == 1;
    }
}

void code_size(struct archive *archive, size_t *value)
{
    uint64_t number = *value;
    code_unsigned(archive, &number, SIZE_MAX);
    if (archive->is_reading) {
        *value = (size_t)number;
    }
}

static void code_bits(struct archive *archive, uint64_t *bits, int n_bytes)
{
    uint64_t found = 0;
    for (int i = 0; i < n_bytes; i++) {
        unsigned char byte = (unsigned char)(*bits >> (8 * i));
        archive_bytes(archive, &byte, 1);
        found |= (uint64_t)byte << (8 * i);
    }
    *bits = found;
}

void code_double(struct archive *archive, double *value)
{
    uint64_t bits;
    memcpy(&bits, value, sizeof bits);
    code_bits(archive, &bits, 8);
    if (archive->is_reading) {
        memcpy(value, &bits, sizeof bits);
    }
}

void code_float(struct archive *archive, float *value)
{
    uint32_t word;
    memcpy(&word, value, sizeof word);
    uint64_t bits = word;
    code_bits(archive, &bits, 4);
    if (archive->is_reading) {
        word = (uint32_t)bits;
        memcpy(value, &word, sizeof word);
    }
}

void code_text(struct archive *archive, char *text, size_t size)
{
    uint64_t length = archive->is_reading ? 0 : strnlen(text, size);
    code_unsigned(archive, &length, size - 1);
    archive_bytes(archive, text, length);
    if (archive->is_reading) {
        memset(text + length, 0, size - length);
        archive_check(archive, strlen(text) == length);
    }
}
