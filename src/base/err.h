/* SPDX-License-Identifier: MIT
 * Errors of the outside world (files, arguments, memory): a code and one line for the user.
 *
 * A function that can fail returns false or NULL and fills the caller's struct err, its last
 * argument. The line says what, where, what was expected, what was found, what to do.  A caller's
 * own mistake is an assert instead; a loss that is not finite is telemetry, not an error. */
#ifndef OUBLI_BASE_ERR_H
#define OUBLI_BASE_ERR_H

#include <stdbool.h>

enum err_code {
    ERR_NONE = 0,
    ERR_FAILED = 1,    /* file, terminal, data, memory: exit code 1 */
    ERR_USAGE = 2,     /* what the person asked for makes no sense: exit code 2 */
    ERR_STOPPED = 130, /* whoever waited for it has given up, as by ^C */
};

struct err {
    enum err_code code;
    char msg[320]; /* one line, no newline at its end */
};

/* Sets the error (a NULL `err` is allowed) and returns false, so that `return err_set(...)` reads
 * well. Any thread; cuts a message that is too long. */
bool err_set(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts words before the message that is there; false, too. */
bool err_prefix(struct err *err, const char *words);

#endif
