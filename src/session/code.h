/* SPDX-License-Identifier: MIT
 * Numbers and texts as bytes for files, the same on every machine.  As in base/archive.h one
 * function describes both directions; a value is written to only when reading, so what is being
 * encoded may be const.  What is out of its range fails the archive, in either direction. */
#ifndef OUBLI_SESSION_CODE_H
#define OUBLI_SESSION_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/archive.h"

/* Whole numbers, 7 bits a byte from the lowest, the eighth saying that more follow; those that may
 * be negative zigzag: 0 -1 1 -2 ... */
void code_unsigned(struct archive *archive, uint64_t *value, uint64_t max);
void code_long(struct archive *archive, long *value, long min, long max);
void code_int(struct archive *archive, int *value, int min, int max);
void code_bool(struct archive *archive, bool *value);
void code_size(struct archive *archive, size_t *value);

/* IEEE 754, the lowest byte first. */
void code_double(struct archive *archive, double *value);
void code_float(struct archive *archive, float *value);

/* A text in a field of `size` bytes, its NUL counted: its length, then its bytes. */
void code_text(struct archive *archive, char *text, size_t size);

#endif
