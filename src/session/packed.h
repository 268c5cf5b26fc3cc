/* SPDX-License-Identifier: MIT
 * What an archive has written, packed for a file: a byte with the version of its format, then a
 * zlib stream. */
#ifndef OUBLI_SESSION_PACKED_H
#define OUBLI_SESSION_PACKED_H

#include "base/archive.h"

/* The archive's bytes; it is empty then.  Returns owned (free); NULL if it has failed, or memory is
 * short. */
unsigned char *packed_take(struct archive *archive, int version, size_t *size)
    __attribute__((warn_unused_result));

/* Unpacks at most `most` bytes of that version into an archive to read, of *body, which is owned.
 * False if they are none, or memory is short; *body is NULL then. */
bool packed_open(const void *bytes, size_t size, int version, size_t most, unsigned char **body,
                 struct archive *archive) __attribute__((warn_unused_result));

#endif
