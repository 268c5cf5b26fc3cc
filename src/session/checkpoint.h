/* SPDX-License-Identifier: MIT
 * The state of a lab as it stands in a recording: who wrote it, a checksum, and the bytes of
 * lab_hand_over as they are.  They are weights for the most part, which zlib makes hardly
 * smaller. */
#ifndef OUBLI_SESSION_CHECKPOINT_H
#define OUBLI_SESSION_CHECKPOINT_H

#include "base/archive.h"
#include "session/recording.h"

/* The state in it, borrowed from `bytes`.  False if they are damaged, or of a program that would
 * not go on to the same bits: another version, compiler, or BLAS core. */
bool checkpoint_unwrap(const void *bytes, size_t size, const void **state, size_t *n);

/* Adds a state that was handed over after `n` entries, all of them added already.  Without memory
 * for it there is one checkpoint less. */
bool checkpoint_write(struct recording_writer *writer, long n, const struct archive *state,
                      struct err *err) __attribute__((warn_unused_result));

/* How long to wait before the next one: five seconds, longer if that would be more than a quarter
 * of a megabyte a second. */
int64_t checkpoint_rest_ns(const struct archive *state);

#endif
