/* SPDX-License-Identifier: MIT
 * The SHA-256 of a file, as sha256sum prints it: by libmd, which is on every Debian because dpkg
 * needs it. */
#ifndef OUBLI_BASE_SHA256_H
#define OUBLI_BASE_SHA256_H

#include <stdbool.h>

#include "base/err.h"

enum { SHA256_TEXT_MAX = 2 * 32 + 1 };

/* ERR_FAILED if it is no plain file, or cannot be read. */
bool sha256_file(const char *path, char text[SHA256_TEXT_MAX], struct err *err)
    __attribute__((warn_unused_result));

/* True if it is 64 small hexadecimal digits. */
bool sha256_is_text(const char *text);

#endif
