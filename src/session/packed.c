/* SPDX-License-Identifier: MIT */
#include "session/packed.h"

#include <stdlib.h>
#include <zlib.h>

unsigned char *packed_take(struct archive *archive, int version, size_t *size)
{
    uLongf length = compressBound((uLong)archive->n);
    unsigned char *bytes = archive->has_failed ? NULL : malloc(length + 1);
    *size = 0;
    if (bytes && compress2(bytes + 1, &length, archive->bytes, (uLong)archive->n, 9) == Z_OK) {
        bytes[0] = (unsigned char)version;
        *size = length + 1;
    } else {
        free(bytes);
        bytes = NULL;
    }
    archive_fini(archive);
    return bytes;
}

bool packed_open(const void *bytes, size_t size, int version, size_t most, unsigned char **body,
                 struct archive *archive)
{
    const unsigned char *source = bytes;
    uLongf length = (uLongf)most;
    bool is_one = size >= 2 && source[0] == version;
    *body = is_one ? malloc(most) : NULL;
    if (*body && uncompress(*body, &length, source + 1, (uLong)(size - 1)) == Z_OK) {
        *archive = archive_reader(*body, length);
        return true;
    }
    free(*body);
    *body = NULL;
    return false;
}
