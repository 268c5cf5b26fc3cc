/* SPDX-License-Identifier: MIT */
#include "session/checkpoint.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/real.h"
#include "lab/lab.h"
#include "net/blas.h"

struct head {
    char maker[252]; /* padded with zeros */
    uint32_t sum;    /* of the state */
};

static struct head head_of(const void *state, size_t size)
{
    struct head head = {.sum = (uint32_t)crc32_z(crc32_z(0, NULL, 0), state, size)};
    snprintf(head.maker, sizeof head.maker,
             "oubli %s, %.120s, %s, arithmetic %d, %zu and %zu bytes", OUBLI_VERSION, OUBLI_BUILD,
             blas_core(), LAB_ARITHMETIC, sizeof(real), sizeof(long));
    return head;
}

/* Owned; NULL when memory is short. */
static unsigned char *wrap(const void *state, size_t size, size_t *wrapped)
{
    struct head head = head_of(state, size);
    unsigned char *bytes = malloc(sizeof head + size);
    if (bytes) {
        memcpy(bytes, &head, sizeof head);
        memcpy(bytes + sizeof head, state, size);
        *wrapped = sizeof head + size;
    }
    return bytes;
}

bool checkpoint_unwrap(const void *bytes, size_t size, const void **state, size_t *n)
{
    if (size <= sizeof(struct head)) {
        return false;
    }
    *state = (const unsigned char *)bytes + sizeof(struct head);
    *n = size - sizeof(struct head);
    struct head head = head_of(*state, *n);
    return memcmp(&head, bytes, sizeof head) == 0;
}

bool checkpoint_write(struct recording_writer *writer, long n, const struct archive *state,
                      struct err *err)
{
    size_t size = 0;
    unsigned char *bytes = wrap(state->bytes, state->n, &size);
    bool ok = !bytes || recording_add_checkpoint(writer, n, bytes, size, err);
    free(bytes);
    return ok;
}

int64_t checkpoint_rest_ns(const struct archive *state)
{
    static const int64_t least = 5000000000, bytes_a_second = 256 * 1024;
    int64_t rest = (int64_t)state->n * 1000000000 / bytes_a_second;
    return rest > least ? rest : least;
}
