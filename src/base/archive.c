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

void archive_long(struct archive *archive, long *value, long min, long max)
{
    long found = *value;
    archive_bytes(archive, &found, sizeof found);
    archive_check(archive, found >= min && found <= max);
    if (archive->is_reading) {
        *value = archive->has_failed ? 0 : found;
    }
}

void archive_int(struct archive *archive, int *value, int min, int max)
{
    int found = *value;
    archive_bytes(archive, &found, sizeof found);
    archive_check(archive, found >= min && found <= max);
    if (archive->is_reading) {
        *value = archive->has_failed ? 0 : found;
    }
}

void archive_bool(struct archive *archive, bool *value)
{
    unsigned char found = *value;
    archive_bytes(archive, &found, sizeof found);
    archive_check(archive, found <= 1);
    if (archive->is_reading) {
        *value = !archive->has_failed && found == 1;
    }
}
