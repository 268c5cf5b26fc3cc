/* SPDX-License-Identifier: MIT
 * Weights as a safetensors file, which numpy and PyTorch read: eight bytes with the length of a
 * header, the header as JSON (for each tensor its type, shape and place; notes as
 * "__metadata__"), then the numbers, 32 bits each, little-endian, without gaps.
 *
 * Reading trusts nothing: a file must hold exactly the tensors that are wanted, of the same shapes,
 * and finite numbers only; what does not is refused in one line.  Any thread. */
#ifndef OUBLI_NET_SAFETENSORS_H
#define OUBLI_NET_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "base/real.h"

enum {
    SAFETENSORS_TENSORS_MAX = 1024,
    SAFETENSORS_HEADER_MAX = 1 << 20 /* bytes; a thousand tensors take a tenth of it */
};

struct safetensor {
    const char *name; /* borrowed */
    int n_dims;       /* 1 or 2 */
    int shape[2];
    size_t at; /* where its numbers begin in the flat vector */
};

/* What must be the same beside the shapes, where the file says anything about it. */
struct safetensors_note {
    const char *key, *value; /* borrowed */
};

/* What a file holds. */
struct safetensors {
    const struct safetensor *tensors;
    int n_tensors;
    const struct safetensors_note *notes;
    int n_notes;
};

/* Writes them from theta, as a whole (whole_file.h); a pipe must have a reader.  ERR_FAILED if that
 * does not work. */
bool safetensors_write(const char *path, const struct safetensors *what, const real *theta,
                       struct err *err) __attribute__((warn_unused_result));

/* Writes them to a stream, whose errors are for whoever closes it to see.  ERR_FAILED without
 * memory for the header. */
bool safetensors_put(FILE *out, const struct safetensors *what, const real *theta, struct err *err)
    __attribute__((warn_unused_result));

/* Reads them to theta.  ERR_FAILED if the file cannot be read or is not such a file, of these
 * tensors and notes; theta then may be changed in part. */
bool safetensors_read(const char *path, const struct safetensors *what, real *theta,
                      struct err *err) __attribute__((warn_unused_result));

#endif
