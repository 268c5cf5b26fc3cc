/* SPDX-License-Identifier: MIT
 * An archive: a state as bytes.  One function describes a state for both directions:
 *
 *   archive_int(archive, &heap->n, 0, heap->capacity);
 *   archive_bytes(archive, heap->slots, (size_t)heap->n * sizeof *heap->slots);
 *
 * appends to the bytes of an archive that is being written, and takes from those of one that is
 * being read.  Writing changes nothing of the state.
 *
 * Reading is safe for any bytes.  What goes wrong - bytes that end too soon, a value out of its
 * range, no memory to write to - sets has_failed once and for all: from then on nothing is written
 * or taken, and reads give zeros, so that a state's function needs no check after each line; it
 * checks what it uses as a size or an index.
 *
 * What is out of its range fails the archive in either direction.  Numbers and texts are the same
 * on every machine, what archive_bytes takes is this one's; equal states give equal bytes. */
#ifndef OUBLI_BASE_ARCHIVE_H
#define OUBLI_BASE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A zeroed archive is one to write, with nothing in it. */
struct archive {
    bool is_reading, has_failed;
    size_t n;                    /* bytes written or read so far */
    size_t size;                 /* bytes there are to read, or room in `bytes` */
    unsigned char *bytes;        /* (size) writing: owned, from malloc; the first n are the state */
    const unsigned char *source; /* (size) reading: borrowed */
};

/* An archive to read; borrows the bytes. */
struct archive archive_reader(const void *bytes, size_t size);

/* Begins anew: to write into the room there is, which makes no allocation if it is enough, or to
 * read the same bytes. */
void archive_reset(struct archive *archive);

/* Hands over what was written, in a block of exactly *size bytes to be freed, and leaves the
 * archive empty; NULL and 0 if it has failed or nothing was written. */
unsigned char *archive_take(struct archive *archive, size_t *size)
    __attribute__((warn_unused_result));

/* Frees the room; an empty archive and one to read are allowed. */
void archive_fini(struct archive *archive);

/* `size` bytes at `data`, which is only read when writing. */
void archive_bytes(struct archive *archive, void *data, size_t size);

/* Whole numbers, which must lie in their range: 7 bits a byte from the lowest, the eighth saying
 * that more follow; those that may be negative zigzag: 0 -1 1 -2 ... */
void archive_unsigned(struct archive *archive, uint64_t *value, uint64_t max);
void archive_long(struct archive *archive, long *value, long min, long max);
void archive_int(struct archive *archive, int *value, int min, int max);
void archive_bool(struct archive *archive, bool *value);
void archive_size(struct archive *archive, size_t *value);

/* Any number, be it none: IEEE 754, the lowest byte first. */
void archive_double(struct archive *archive, double *value);
void archive_float(struct archive *archive, float *value);

/* A text in a field of `size` bytes, its NUL counted: its length, then its bytes. */
void archive_text(struct archive *archive, char *text, size_t size);

/* Fails unless what was found is `ok`. */
static inline void archive_check(struct archive *archive, bool ok)
{
    archive->has_failed |= !ok;
}

/* True if all bytes have been read. */
static inline bool archive_is_at_end(const struct archive *archive)
{
    return archive->n == archive->size;
}

#endif
