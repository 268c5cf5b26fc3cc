/* SPDX-License-Identifier: MIT
 * A meter: how much memory is taken, by whatever part of the program or its libraries.  It counts
 * where a sanitizer tells it of every allocation; elsewhere it stays at 0, and the kernel can set a
 * limit instead.  One thread. */
#ifndef OUBLI_TESTS_SUPPORT_METER_H
#define OUBLI_TESTS_SUPPORT_METER_H

#include <stdbool.h>
#include <stdint.h>

/* True if it counts. */
bool meter_start(void);

/* From now on: bytes that are in use beyond those that are now, at the most. */
void meter_reset(void);
int64_t meter_peak(void);

/* Lets the process have `bytes` more than it has now; false if that cannot be said. */
bool meter_limit(int64_t bytes);

#endif
