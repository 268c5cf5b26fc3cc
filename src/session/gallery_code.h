/* SPDX-License-Identifier: MIT
 * A gallery as bytes, for recordings: the same on every machine.
 *
 *   byte 0      the version of this format, 1
 *   the rest    a zlib stream: the fields in the order of gallery_code.c, as base/archive.h writes
 *               them; two pixels a byte, the left (or upper) one in the lower half
 *
 * Decoding is safe for any bytes. */
#ifndef OUBLI_SESSION_GALLERY_CODE_H
#define OUBLI_SESSION_GALLERY_CODE_H

#include "tasks/gallery.h"

enum {
    GALLERY_CODE_VERSION = 1,
    GALLERY_BODY_MAX = 1024 * 1024, /* inflated */
    GALLERY_CODE_MAX = 512 * 1024   /* what a reader takes; a writer makes about half of it */
};

/* Returns owned (free); NULL and err where memory is short. */
unsigned char *gallery_encode(const struct gallery *gallery, size_t *size, struct err *err)
    __attribute__((warn_unused_result));

/* Returns owned; NULL and err if the bytes are not a gallery. */
struct gallery *gallery_decode(const void *bytes, size_t size, struct err *err)
    __attribute__((warn_unused_result));

#endif
