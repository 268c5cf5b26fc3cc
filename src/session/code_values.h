/* SPDX-License-Identifier: MIT
 * Numbers and texts of a snapshot as bytes, both ways; what snapshot_code.h says of them.
 *
 * As in base/archive.h one function describes both directions; a value is written to only when
 * reading, since a snapshot that is being encoded is const.  What is out of its range fails. */
#ifndef OUBLI_SESSION_CODE_VALUES_H
#define OUBLI_SESSION_CODE_VALUES_H

#include <stdint.h>

#include "base/archive.h"

void code_unsigned(struct archive *archive, uint64_t *value, uint64_t max);
void code_long(struct archive *archive, long *value, long min, long max);
void code_int(struct archive *archive, int *value, int min, int max);
void code_bool(struct archive *archive, bool *value);
void code_size(struct archive *archive, size_t *value);
void code_double(struct archive *archive, double *value);
void code_float(struct archive *archive, float *value);

/* A text in a field of `size` bytes, its NUL counted. */
void code_text(struct archive *archive, char *text, size_t size);

#endif
