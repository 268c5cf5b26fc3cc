/* SPDX-License-Identifier: MIT
 * This very program, started once more for a measurement: in a pseudo-terminal of 120x36, or with
 * its output thrown away. */
#ifndef OUBLI_UI_BENCH_CHILD_H
#define OUBLI_UI_BENCH_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum { CHILD_COLS = 120, CHILD_ROWS = 36, CHILD_OVER = -1 };

struct child {
    pid_t pid;
    int fd;           /* the terminal's other end, -1 without one */
    int64_t begin_ns; /* just before it was started */
};

/* Starts it; arguments[0] is its name, NULL ends them. */
bool child_start(struct child *child, const char *const *arguments, bool has_terminal,
                 struct err *err) __attribute__((warn_unused_result));

/* Waits at most `timeout_ms` for output and reads it.  Returns how many bytes came, 0 if none did,
 * CHILD_OVER if the terminal is closed. */
ssize_t child_read(const struct child *child, char *bytes, size_t size, int timeout_ms);

/* Types a key. */
void child_type(const struct child *child, char key);

/* The most memory it has had in use so far, in MB; NAN if the system does not tell. */
double child_peak_mb(const struct child *child);

/* Waits until it ends by itself; true if it ended with code 0. */
bool child_wait(struct child *child);

/* Ends it with SIGTERM, and waits. */
void child_stop(struct child *child);

#endif
