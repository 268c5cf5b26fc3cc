/* SPDX-License-Identifier: MIT
 * Who writes a recording has it alone.  SQLite's locks come and go with each transaction; this one
 * stays until the file is closed, be it by the end of the program, however that ends. */
#ifndef OUBLI_SESSION_WRITER_LOCK_H
#define OUBLI_SESSION_WRITER_LOCK_H

#include <stdbool.h>

#include "base/err.h"

/* Opens the file and takes the lock.  Returns the file, to be closed after SQLite has closed it
 * (closing it ends SQLite's own locks, too); -1 and err if it cannot be written, or somebody else
 * writes it. */
int writer_lock_open(const char *path, struct err *err) __attribute__((warn_unused_result));

/* The same for a file that is open already. */
bool writer_lock_take(int file, const char *path, struct err *err)
    __attribute__((warn_unused_result));

#endif
