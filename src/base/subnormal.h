/* SPDX-License-Identifier: MIT
 * Numbers so small that the processor takes its slow path for them.
 *
 * Below 1e-38 a float is subnormal and costs a hundred times as much to add or multiply.  Adam's
 * moments of weights that get no gradient shrink into that range after some thousand steps.  A
 * thread that computes flushes such numbers to zero: results and operands alike.  Nothing else
 * changes; a NaN stays a NaN.
 *
 * The state belongs to the thread.  Where the processor knows no such state, nothing happens. */
#ifndef OUBLI_BASE_SUBNORMAL_H
#define OUBLI_BASE_SUBNORMAL_H

#include <stdint.h>

/* Flushes from here on; the state that was, for subnormal_restore. */
uint64_t subnormal_flush(void);
void subnormal_restore(uint64_t state);

#endif
